use crate::{IdDominio, Importo, NumeroAvviso};
use unicode_normalization::UnicodeNormalization as _;

/// What the DataMatrix of a postal slip says.
#[derive(Debug, Clone, Copy)]
pub struct DatiBollettino<'a> {
    /// Notice number.
    pub avviso: &'a NumeroAvviso,
    /// Postal account: 12 digits.
    pub conto: &'a str,
    /// Amount.
    pub importo: Importo,
    /// Beneficiary.
    pub dominio: &'a IdDominio,
    /// Code of the debtor; empty when it is not to be shown.
    pub codice_debitore: &'a str,
    /// Name of the debtor; empty when it is not to be shown.
    pub nome_debitore: &'a str,
    /// Subject.
    pub oggetto: &'a str,
}

/// Text of the DataMatrix of a postal slip: always 256 ASCII characters (spec 60 6.3). `None` when
/// there can be no slip: an account that is not 12 digits, an amount above 99999999.99.
#[must_use]
pub fn datamatrix(d: &DatiBollettino<'_>) -> Option<String> {
    let DatiBollettino { avviso, conto, importo, dominio, .. } = d;
    let conto_valido = conto.len() == 12 && conto.bytes().all(|b| b.is_ascii_digit());
    if !conto_valido || !(0..10_i64.pow(10)).contains(&importo.centesimi()) {
        return None;
    }
    let codice = testo(d.codice_debitore).filter(|c| c.is_ascii_alphanumeric() || *c == ' ');
    Some(format!(
        "codfase=NBPA;18{avviso}12{conto}10{:010}38961P1{dominio}{}{}{}{:12}A",
        importo.centesimi(),
        colonna(codice, 16),
        colonna(testo(d.nome_debitore), 40),
        colonna(testo(d.oggetto), 110),
        "",
    ))
}

/// Upper-case ASCII: letters lose their accents, what has no ASCII form is dropped, control
/// characters become blanks.
fn testo(originale: &str) -> impl Iterator<Item = char> {
    originale
        .nfd()
        .filter(char::is_ascii)
        .map(|c| if c.is_ascii_control() { ' ' } else { c.to_ascii_uppercase() })
}

/// Exactly `ampiezza` characters, cut or filled with blanks on the right.
fn colonna(caratteri: impl Iterator<Item = char>, ampiezza: usize) -> String {
    caratteri.chain(std::iter::repeat(' ')).take(ampiezza).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dm(codice: &str, nome: &str, oggetto: &str, centesimi: i64) -> String {
        datamatrix(&DatiBollettino {
            avviso: &NumeroAvviso::fidato("301000000000000144"),
            conto: "001012345678",
            importo: Importo::da_centesimi(centesimi),
            dominio: &IdDominio::fidato("01234567890"),
            codice_debitore: codice,
            nome_debitore: nome,
            oggetto,
        })
        .unwrap()
    }

    #[test]
    fn il_campione_della_specifica() {
        let attesa = format!(
            "codfase=NBPA;183010000000000001441200101234567810000001234538961P101234567890RSSMRA30A01H501I{:40}{:110}{:12}A",
            "MARIO ROSSI", "TARI 2025 - CITTA DI ESEMPIO", ""
        );
        assert_eq!(dm("RSSMRA30A01H501I", "Mario Rossi", "TARI 2025 - Città di Esempio", 12345), attesa);
    }

    #[test]
    fn i_testi_si_normalizzano_prima_di_tagliarli() {
        let parte = |s: &str, da: usize, a: usize| s[da..a].to_owned();
        // Forty accented letters are eighty code points once decomposed: all forty stay.
        let s = dm("at-u12.345", &"è".repeat(41), "a\tb\u{0}c€ß“|", 1999);
        assert_eq!(parte(&s, 49, 59), "0000001999");
        assert_eq!(parte(&s, 77, 93), format!("{:16}", "ATU12345"));
        assert_eq!(parte(&s, 93, 133), "E".repeat(40));
        assert_eq!(parte(&s, 133, 243), format!("{:110}", "A B C|"));
    }

    #[test]
    fn un_debitore_nascosto_lascia_gli_spazi() {
        let s = dm("", "", "x", 1);
        assert_eq!(&s[77..133], " ".repeat(56));
    }

    #[test]
    fn senza_conto_o_con_troppi_euro_non_c_e_bollettino() {
        let con = |conto: &str, centesimi| {
            datamatrix(&DatiBollettino {
                avviso: &NumeroAvviso::fidato("301000000000000144"),
                conto,
                importo: Importo::da_centesimi(centesimi),
                dominio: &IdDominio::fidato("01234567890"),
                codice_debitore: "",
                nome_debitore: "",
                oggetto: "",
            })
            .is_some()
        };
        assert!(con("001012345678", 9_999_999_999));
        assert!(!con("001012345678", 10_000_000_000));
        assert!(!con("00101234567A", 1));
        assert!(!con("0010123456", 1));
    }

    proptest! {
        #[test]
        fn sempre_256_caratteri_della_forma(c in any::<String>(), n in any::<String>(), o in any::<String>(), i in 1_i64..=9_999_999_999) {
            let s = dm(&c, &n, &o, i);
            let forma = regex::Regex::new(
                "^codfase=NBPA;18[0-9]{18}12[0-9]{12}10[0-9]{10}38961P1[0-9]{11}[A-Z0-9 ]{16}[ -~]{40}[ -~]{110} {12}A$",
            )
            .unwrap();
            prop_assert_eq!(s.len(), 256);
            prop_assert!(forma.is_match(&s), "{:?}", s);
        }
    }
}
