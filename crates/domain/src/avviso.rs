//! Numero avviso (NAV) and IUV: structure, check digits, generation (spec 20 section 7).

use std::fmt;

/// First digit of the notice numbers of a dominio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuxDigit {
    /// `0` + application code + 15-digit IUV.
    Zero,
    /// `1` + 17-digit IUV.
    Uno,
    /// `2` + 17-digit IUV.
    Due,
    /// `3` + 17-digit IUV that begins with the segregation code.
    Tre,
}

impl AuxDigit {
    /// From the digit.
    #[must_use]
    pub const fn da_cifra(c: char) -> Option<Self> {
        match c {
            '0' => Some(Self::Zero),
            '1' => Some(Self::Uno),
            '2' => Some(Self::Due),
            '3' => Some(Self::Tre),
            _ => None,
        }
    }

    /// The digit.
    #[must_use]
    pub const fn cifra(self) -> char {
        match self {
            Self::Zero => '0',
            Self::Uno => '1',
            Self::Due => '2',
            Self::Tre => '3',
        }
    }

    /// Digits of the reference, prefix included, check digits excluded (R of spec 20 7.1).
    #[must_use]
    pub const fn cifre_riferimento(self) -> usize {
        match self {
            Self::Zero | Self::Tre => 13,
            Self::Uno | Self::Due => 15,
        }
    }
}

/// Payment reference. Digits for the notices that we issue; an IUV that comes from elsewhere (RF
/// references, ente) may be any text of 1 to 35 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iuv(String);

impl Iuv {
    /// Takes a text of 1 to 35 printable ASCII characters without blanks.
    #[must_use]
    pub fn leggi(testo: &str) -> Option<Self> {
        ((1..=35).contains(&testo.len()) && testo.bytes().all(|b| b.is_ascii_graphic()))
            .then(|| Self(testo.to_owned()))
    }

    /// Takes a text that we wrote ourselves.
    #[must_use]
    pub fn fidato(testo: impl Into<String>) -> Self {
        Self(testo.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Iuv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Notice number: 18 digits, the first 0 to 3. Its check digits are not checked: many bodies print
/// their own (spec 20 7.3).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumeroAvviso(String);

/// Why a text is not a notice number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumeroAvvisoError {
    /// Not 18 digits.
    #[error("non sono 18 cifre")]
    NonDiciottoCifre,
    /// The first digit is above 3 (spec 40 3.1).
    #[error("prima cifra non e' [0|1|2|3]")]
    PrimaCifra,
}

impl NumeroAvviso {
    /// Reads a notice number.
    ///
    /// # Errors
    /// [`NumeroAvvisoError`].
    pub fn leggi(testo: &str) -> Result<Self, NumeroAvvisoError> {
        if testo.len() != 18 || !testo.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NumeroAvvisoError::NonDiciottoCifre);
        }
        if !matches!(testo.as_bytes().first(), Some(b'0'..=b'3')) {
            return Err(NumeroAvvisoError::PrimaCifra);
        }
        Ok(Self(testo.to_owned()))
    }

    /// Takes a text that we wrote ourselves.
    #[must_use]
    pub fn fidato(testo: impl Into<String>) -> Self {
        Self(testo.into())
    }

    /// The 18 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its first digit.
    #[must_use]
    pub fn aux_digit(&self) -> AuxDigit {
        self.0.chars().next().and_then(AuxDigit::da_cifra).unwrap_or(AuxDigit::Zero)
    }

    /// Digits 2 and 3: the application code of a number that begins with 0, the segregation code of
    /// one that begins with 3.
    #[must_use]
    pub fn codice(&self) -> Option<u8> {
        match self.aux_digit() {
            AuxDigit::Zero | AuxDigit::Tre => self.0.get(1..3).and_then(|c| c.parse().ok()),
            AuxDigit::Uno | AuxDigit::Due => None,
        }
    }

    /// The IUV inside: drops three characters for aux digit 0, one otherwise (spec 20 7.4).
    #[must_use]
    pub fn iuv(&self) -> Iuv {
        let da = if self.aux_digit() == AuxDigit::Zero { 3 } else { 1 };
        Iuv(self.0.get(da..).unwrap_or_default().to_owned())
    }

    /// Whether the last two digits are the remainder that spec 20 7.1 prescribes.
    #[must_use]
    pub fn cifre_di_controllo_giuste(&self) -> bool {
        let Some((operando, chk)) = self.0.split_at_checked(16) else { return false };
        match (operando.parse::<u64>(), chk.parse::<u64>()) {
            (Ok(o), Ok(c)) => o % 93 == c,
            _ => false,
        }
    }

    /// The notice number of an IUV of a dominio (spec 20 7.4). `None` when the IUV does not have the
    /// length that the aux digit wants (an RF reference, a number of a former aux digit).
    #[must_use]
    pub fn da_iuv(iuv: &Iuv, numerazione: Numerazione) -> Option<Self> {
        let t = match numerazione {
            Numerazione::Zero { application_code } => format!("0{application_code:02}{iuv}"),
            Numerazione::Uno => format!("1{iuv}"),
            Numerazione::Due => format!("2{iuv}"),
            Numerazione::Tre { .. } => format!("3{iuv}"),
        };
        Self::leggi(&t).ok()
    }
}

impl fmt::Display for NumeroAvviso {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a dominio numbers its notices: the aux digit with the code that it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numerazione {
    /// Aux digit 0 with the application code (0-99) of the stazione.
    Zero {
        /// Code after the underscore of the stazione.
        application_code: u8,
    },
    /// Aux digit 1.
    Uno,
    /// Aux digit 2.
    Due,
    /// Aux digit 3 with the segregation code (0-49) of the dominio.
    Tre {
        /// Segregation code of the dominio.
        segregation_code: u8,
    },
}

/// Why a notice number cannot be generated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GenerazioneError {
    /// The resolved prefix is not numeric or leaves no digit for the progressive: VER_028.
    #[error("prefisso [{0}] non numerico o troppo lungo")]
    PrefissoNonValido(String),
    /// The progressive no longer fits the digits left: never a longer IUV (spec 20 7.2).
    #[error("numeri esauriti per il prefisso [{0}]")]
    Esauriti(String),
}

impl Numerazione {
    /// The aux digit.
    #[must_use]
    pub const fn aux_digit(self) -> AuxDigit {
        match self {
            Self::Zero { .. } => AuxDigit::Zero,
            Self::Uno => AuxDigit::Uno,
            Self::Due => AuxDigit::Due,
            Self::Tre { .. } => AuxDigit::Tre,
        }
    }

    /// Checks a resolved prefix: digits only, and room for at least one digit of progressive.
    ///
    /// # Errors
    /// `PrefissoNonValido`.
    pub fn controlla_prefisso(self, prefisso: &str) -> Result<(), GenerazioneError> {
        if prefisso.bytes().all(|b| b.is_ascii_digit())
            && prefisso.len() < self.aux_digit().cifre_riferimento()
        {
            Ok(())
        } else {
            Err(GenerazioneError::PrefissoNonValido(prefisso.to_owned()))
        }
    }

    /// The notice number and its IUV for a resolved prefix and a progressive from 1 up.
    ///
    /// # Errors
    /// `PrefissoNonValido`, `Esauriti`.
    pub fn genera(self, prefisso: &str, progressivo: u64) -> Result<(NumeroAvviso, Iuv), GenerazioneError> {
        self.controlla_prefisso(prefisso)?;
        let spazio = self.aux_digit().cifre_riferimento() - prefisso.len();
        let n = progressivo.to_string();
        if n.len() > spazio {
            return Err(GenerazioneError::Esauriti(prefisso.to_owned()));
        }
        let riferimento = format!("{prefisso}{n:0>spazio$}");
        let testa = match self {
            Self::Zero { application_code } => format!("0{application_code:02}"),
            Self::Uno => "1".to_owned(),
            Self::Due => "2".to_owned(),
            Self::Tre { segregation_code } => format!("3{segregation_code:02}"),
        };
        let operando = format!("{testa}{riferimento}");
        let resto =
            operando.parse::<u64>().map_err(|_| GenerazioneError::PrefissoNonValido(prefisso.to_owned()))?
                % 93;
        let avviso = NumeroAvviso(format!("{operando}{resto:02}"));
        let iuv = avviso.iuv();
        Ok((avviso, iuv))
    }
}

/// What the placeholders of an `iuvPrefix` stand for (spec 10 5.2, spec 20 7.2).
#[derive(Debug, Clone, Copy, Default)]
pub struct Segnaposto<'a> {
    /// `%(a)`: codificaIuv of the applicazione.
    pub applicazione: Option<&'a str>,
    /// `%(t)` and `%(p)`: codificaIUV of the tipo pendenza.
    pub tipo_pendenza: Option<&'a str>,
    /// `%(u)`: code of the unita operativa.
    pub unita: Option<&'a str>,
    /// `%(Y)`, and modulo 100 on two digits `%(y)`.
    pub anno: i16,
}

/// Replaces the placeholders of a prefix; one without a value stays as it is.
#[must_use]
pub fn risolvi_prefisso(modello: &str, s: Segnaposto<'_>) -> String {
    let mut fatto = modello.to_owned();
    for (segno, valore) in [
        ("%(a)", s.applicazione.map(str::to_owned)),
        ("%(t)", s.tipo_pendenza.map(str::to_owned)),
        ("%(p)", s.tipo_pendenza.map(str::to_owned)),
        ("%(u)", s.unita.map(str::to_owned)),
        ("%(y)", Some(format!("{:02}", s.anno.rem_euclid(100)))),
        ("%(Y)", Some(format!("{:04}", s.anno))),
    ] {
        if let Some(v) = valore {
            fatto = fatto.replace(segno, &v);
        }
    }
    fatto
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn gli_esempi_della_spec_20_7_5() {
        use Numerazione::{Due, Tre, Uno, Zero};
        for (n, prefisso, p, iuv, nav) in [
            (Zero { application_code: 1 }, "", 1, "000000000000141", "001000000000000141"),
            (Zero { application_code: 10 }, "", 1, "000000000000129", "010000000000000129"),
            (Zero { application_code: 1 }, "3426", 42, "342600000004228", "001342600000004228"),
            (Uno, "", 1, "00000000000000102", "100000000000000102"),
            (Uno, "26", 42, "26000000000004260", "126000000000004260"),
            (Due, "", 1, "00000000000000103", "200000000000000103"),
            (Due, "26", 42, "26000000000004261", "226000000000004261"),
            (Tre { segregation_code: 1 }, "", 1, "01000000000000144", "301000000000000144"),
            (Tre { segregation_code: 0 }, "", 1, "00000000000000104", "300000000000000104"),
            (Tre { segregation_code: 1 }, "342689", 42, "01342689000004275", "301342689000004275"),
        ] {
            let (a, i) = n.genera(prefisso, p).expect("genera");
            assert_eq!((i.as_str(), a.as_str()), (iuv, nav));
            assert_eq!(NumeroAvviso::da_iuv(&i, n), Some(a.clone()));
            assert!(a.cifre_di_controllo_giuste());
        }
        assert!(!NumeroAvviso::leggi("002000000000000141").expect("nav").cifre_di_controllo_giuste());
    }

    #[test]
    fn mai_un_iuv_piu_lungo() {
        let n = Numerazione::Tre { segregation_code: 1 };
        assert_eq!(n.genera("123456789012", 9).map(|(a, _)| a.as_str().len()), Ok(18));
        assert_eq!(n.genera("123456789012", 10), Err(GenerazioneError::Esauriti("123456789012".into())));
        for p in ["1234567890123", "12a", "%(a)"] {
            assert!(matches!(n.genera(p, 1), Err(GenerazioneError::PrefissoNonValido(_))), "{p}");
        }
    }

    #[test]
    fn i_segnaposto_si_risolvono_o_restano() {
        let s = Segnaposto { applicazione: Some("34"), tipo_pendenza: Some("89"), unita: None, anno: 2007 };
        assert_eq!(risolvi_prefisso("%(a)%(y)%(t)", s), "340789");
        assert_eq!(risolvi_prefisso("9%(p)%(Y)%(u)", s), "9892007%(u)");
    }

    proptest! {
        #[test]
        fn un_avviso_generato_si_rilegge(seg in 0_u8..50, p in 1_u64..9_999_999_999_999) {
            let n = Numerazione::Tre { segregation_code: seg };
            let (a, i) = n.genera("", p).map_err(|e| TestCaseError::fail(e.to_string()))?;
            prop_assert_eq!(NumeroAvviso::leggi(a.as_str()), Ok(a.clone()));
            prop_assert_eq!(a.iuv(), i);
            prop_assert_eq!(a.codice(), Some(seg));
            prop_assert!(a.cifre_di_controllo_giuste());
        }

        #[test]
        fn la_lettura_e_totale(t in ".*") {
            let _ = NumeroAvviso::leggi(&t);
            let _ = Iuv::leggi(&t);
        }
    }
}
