//! Money: exact cents, never binary floating point.

use std::fmt;
use std::iter::Sum;
use std::ops::Add;

/// An amount in euro cents. Never negative where the contract says so: the type itself only
/// promises exactness; bounds are checked where an amount is read ([`Importo::leggi`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Importo(i64);

/// Why a text is not an amount of a pendenza or of one of its parts (spec 20 2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImportoError {
    /// Not a plain decimal number.
    #[error("non e' un numero")]
    NonNumero,
    /// More than two decimals, counting written zeros (`10.000`).
    #[error("piu' di 2 cifre decimali")]
    TroppiDecimali,
    /// Zero or negative.
    #[error("non positivo")]
    NonPositivo,
    /// Above 999999999.99.
    #[error("oltre il massimo")]
    TroppoGrande,
}

impl Importo {
    /// No money.
    pub const ZERO: Self = Self(0);
    /// The largest amount that may be asked: 999999999.99 (spec 20 2.1, stAmount of pagoPA).
    pub const MASSIMO: Self = Self(99_999_999_999);

    /// From a number of cents.
    #[must_use]
    pub const fn da_centesimi(centesimi: i64) -> Self {
        Self(centesimi)
    }

    /// The number of cents.
    #[must_use]
    pub const fn centesimi(self) -> i64 {
        self.0
    }

    /// Reads any decimal literal exactly: optional sign, digits, at most two written decimals;
    /// a JSON exponent is accepted when the value is a whole number of cents (`1e2`).
    ///
    /// # Errors
    /// `NonNumero`, `TroppiDecimali`, `TroppoGrande` (more than 15 significant digits).
    pub fn da_decimale(testo: &str) -> Result<Self, ImportoError> {
        let (negativo, resto) = match testo.strip_prefix('-') {
            Some(r) => (true, r),
            None => (false, testo.strip_prefix('+').unwrap_or(testo)),
        };
        let (mantissa, esponente) = resto.split_once(['e', 'E']).map_or((resto, None), |(m, e)| (m, Some(e)));
        let (intera, frazione) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if !cifre(intera) || (mantissa.contains('.') && !cifre(frazione)) {
            return Err(ImportoError::NonNumero);
        }
        let esponente = esponente.map_or(Ok(0), leggi_esponente)?;
        let decimali = i64::try_from(frazione.len()).map_err(|_| ImportoError::TroppiDecimali)? - esponente;
        if decimali > 2 {
            return Err(ImportoError::TroppiDecimali);
        }
        let tutte = format!("{intera}{frazione}");
        let significative = tutte.trim_start_matches('0');
        if significative.is_empty() {
            return Ok(Self::ZERO);
        }
        let zeri = usize::try_from(2 - decimali).map_err(|_| ImportoError::TroppoGrande)?;
        if significative.len().saturating_add(zeri) > 17 {
            return Err(ImportoError::TroppoGrande);
        }
        let mut centesimi = 0_i64;
        for b in significative.bytes().chain(std::iter::repeat_n(b'0', zeri)) {
            centesimi = centesimi * 10 + i64::from(b - b'0');
        }
        Ok(Self(if negativo { -centesimi } else { centesimi }))
    }

    /// Reads the amount of a pendenza, a voce or a quota: strictly positive, at most
    /// [`Self::MASSIMO`], two decimals (spec 20 2.1).
    ///
    /// # Errors
    /// Every variant of [`ImportoError`].
    pub fn leggi(testo: &str) -> Result<Self, ImportoError> {
        let v = Self::da_decimale(testo)?;
        if v.0 <= 0 {
            Err(ImportoError::NonPositivo)
        } else if v > Self::MASSIMO {
            Err(ImportoError::TroppoGrande)
        } else {
            Ok(v)
        }
    }

    /// Plain decimal with no trailing zero beyond one, as the texts of the error catalogue want it:
    /// `100.0`, `110.99` (spec 20 section 12, VER_002).
    #[must_use]
    pub fn corto(self) -> String {
        let t = self.to_string();
        t.strip_suffix('0').map_or_else(|| t.clone(), str::to_owned)
    }

    /// Sum that cannot overflow (saturates).
    #[must_use]
    pub const fn piu(self, altro: Self) -> Self {
        Self(self.0.saturating_add(altro.0))
    }
}

impl fmt::Display for Importo {
    /// Always two decimals and a dot: `45.10`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let segno = if self.0 < 0 { "-" } else { "" };
        let a = self.0.unsigned_abs();
        write!(f, "{segno}{}.{:02}", a / 100, a % 100)
    }
}

impl Add for Importo {
    type Output = Self;
    fn add(self, altro: Self) -> Self {
        self.piu(altro)
    }
}

impl Sum for Importo {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Self::piu)
    }
}

/// At least one digit and nothing else.
fn cifre(testo: &str) -> bool {
    !testo.is_empty() && testo.bytes().all(|b| b.is_ascii_digit())
}

/// An exponent, up to a bound past which every other number is either too large or too fine.
fn leggi_esponente(testo: &str) -> Result<i64, ImportoError> {
    const ENORME: i64 = 1 << 40;
    let (segno, assoluto) = match testo.strip_prefix('-') {
        Some(t) => (-1, t),
        None => (1, testo.strip_prefix('+').unwrap_or(testo)),
    };
    if !cifre(assoluto) {
        return Err(ImportoError::NonNumero);
    }
    Ok(segno * assoluto.parse().unwrap_or(ENORME).min(ENORME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i_limiti_della_spec_20_2_1() {
        for (t, c) in
            [("10", 1000), ("10.00", 1000), ("0.01", 1), ("999999999.99", 99_999_999_999), ("1e2", 10_000)]
        {
            assert_eq!(Importo::leggi(t), Ok(Importo(c)), "{t}");
        }
        for (t, e) in [
            ("0", ImportoError::NonPositivo),
            ("-1", ImportoError::NonPositivo),
            ("10.001", ImportoError::TroppiDecimali),
            ("10.000", ImportoError::TroppiDecimali),
            ("1000000000.00", ImportoError::TroppoGrande),
            ("99999999999999999999", ImportoError::TroppoGrande),
            ("10,00", ImportoError::NonNumero),
            ("", ImportoError::NonNumero),
            (".5", ImportoError::NonNumero),
            ("5.", ImportoError::NonNumero),
            ("1e", ImportoError::NonNumero),
            ("1e999999999", ImportoError::TroppoGrande),
        ] {
            assert_eq!(Importo::leggi(t), Err(e), "{t}");
        }
    }

    #[test]
    fn si_scrive_con_due_decimali_o_corto() {
        assert_eq!(Importo(4510).to_string(), "45.10");
        assert_eq!(Importo(5).to_string(), "0.05");
        assert_eq!(Importo(10_000).corto(), "100.0");
        assert_eq!(Importo(11_099).corto(), "110.99");
    }
}
