//! Numbers of templates: exact decimals, as FreeMarker computes with them.

use std::cmp::Ordering;
use std::fmt;

/// Digits after the point that are kept.
const SCALA_MASSIMA: u32 = 18;
/// Digits after the point of a quotient that does not end.
const SCALA_QUOZIENTE: u32 = 12;

/// `unita` divided by ten to the `scala`; never a final zero after the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimale {
    unita: i128,
    scala: u32,
}

impl Decimale {
    pub(crate) fn intero(n: i64) -> Self {
        Self { unita: i128::from(n), scala: 0 }
    }

    fn nuovo(mut unita: i128, mut scala: u32) -> Self {
        while scala > 0 && unita % 10 == 0 {
            unita /= 10;
            scala -= 1;
        }
        Self { unita, scala }
    }

    /// Digits, perhaps a sign, a point and an exponent. `None` when it is not, or is too large.
    pub(crate) fn leggi(testo: &str) -> Option<Self> {
        let (mantissa, esponente) = match testo.split_once(['e', 'E']) {
            Some((m, e)) => (m, e.parse::<i32>().ok()?),
            None => (testo, 0),
        };
        let (segno, cifre) = match mantissa.strip_prefix('-') {
            Some(r) => (-1, r),
            None => (1, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (intera, frazione) = cifre.split_once('.').unwrap_or((cifre, ""));
        let tutte = format!("{intera}{frazione}");
        if tutte.is_empty() || tutte.len() > 60 || !tutte.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let scala = i32::try_from(frazione.len()).ok()?.checked_sub(esponente)?;
        let mut unita: i128 = tutte
            .trim_start_matches('0')
            .parse()
            .or_else(|e| if tutte.bytes().all(|b| b == b'0') { Ok(0) } else { Err(e) })
            .ok()?;
        if unita == 0 {
            return Some(Self { unita: 0, scala: 0 });
        }
        if scala < 0 {
            unita = unita.checked_mul(dieci(u32::try_from(-scala).ok()?)?)?;
        }
        let scala = u32::try_from(scala.max(0)).ok()?;
        if scala > 60 {
            return None;
        }
        let cosi = Self::nuovo(segno * unita, scala);
        Some(if cosi.scala > SCALA_MASSIMA { cosi.arrotondato(SCALA_MASSIMA) } else { cosi })
    }

    /// To `scala` digits after the point, half to even.
    pub(crate) fn arrotondato(self, scala: u32) -> Self {
        if self.scala <= scala {
            return self;
        }
        let Some(d) = dieci(self.scala - scala) else { return Self { unita: 0, scala: 0 } };
        let (q, r) = (self.unita / d, (self.unita % d).abs());
        let su = match (r * 2).cmp(&d) {
            Ordering::Greater => true,
            Ordering::Equal => q % 2 != 0,
            Ordering::Less => false,
        };
        Self::nuovo(if su { q + self.unita.signum() } else { q }, scala)
    }

    fn a_scala(self, scala: u32) -> Option<i128> {
        self.unita.checked_mul(dieci(scala - self.scala)?)
    }

    fn insieme(self, altro: Self) -> Option<(i128, i128, u32)> {
        let scala = self.scala.max(altro.scala);
        Some((self.a_scala(scala)?, altro.a_scala(scala)?, scala))
    }

    pub(crate) fn piu(self, altro: Self) -> Option<Self> {
        let (a, b, s) = self.insieme(altro)?;
        Some(Self::nuovo(a.checked_add(b)?, s))
    }

    pub(crate) fn meno(self, altro: Self) -> Option<Self> {
        self.piu(altro.opposto())
    }

    pub(crate) fn opposto(self) -> Self {
        Self { unita: -self.unita, scala: self.scala }
    }

    pub(crate) fn per(self, altro: Self) -> Option<Self> {
        let p = Self::nuovo(self.unita.checked_mul(altro.unita)?, self.scala + altro.scala);
        Some(p.arrotondato(SCALA_MASSIMA))
    }

    /// The quotient to twelve digits at least, half away from zero.
    pub(crate) fn diviso(self, altro: Self) -> Option<Self> {
        let scala = SCALA_QUOZIENTE.max(self.scala).max(altro.scala);
        let (a, b, _) = self.insieme(altro)?;
        if b == 0 {
            return None;
        }
        let a = a.checked_mul(dieci(scala)?)?;
        let (q, r) = (a / b, a % b);
        let su = r.checked_abs()?.checked_mul(2)? >= b.checked_abs()?;
        let segno = a.signum() * b.signum();
        Some(Self::nuovo(if su { q + segno } else { q }, scala))
    }

    /// Of the integer parts.
    pub(crate) fn modulo(self, altro: Self) -> Option<Self> {
        let (a, b) = (self.troncato()?, altro.troncato()?);
        Some(Self::intero(a.checked_rem(b)?))
    }

    /// The integer part.
    pub(crate) fn troncato(self) -> Option<i64> {
        i64::try_from(self.unita / dieci(self.scala)?).ok()
    }

    /// The number, when it is an integer.
    pub(crate) fn come_intero(self) -> Option<i64> {
        if self.scala == 0 { i64::try_from(self.unita).ok() } else { None }
    }

    pub(crate) fn zero(self) -> bool {
        self.unita == 0
    }

    pub(crate) fn negativo(self) -> bool {
        self.unita < 0
    }

    pub(crate) fn confronta(self, altro: Self) -> Ordering {
        match self.insieme(altro) {
            Some((a, b, _)) => a.cmp(&b),
            // Too far apart for one scale: an approximation tells.
            None => self.circa().total_cmp(&altro.circa()),
        }
    }

    fn circa(self) -> f64 {
        self.to_string().parse().unwrap_or(0.0)
    }

    /// Digits before and after the point, without sign.
    pub(crate) fn cifre(self) -> (String, String) {
        let tutte = self.unita.unsigned_abs().to_string();
        let scala = usize::try_from(self.scala).unwrap_or(0);
        let piene = format!("{tutte:0>ampiezza$}", ampiezza = scala + 1);
        let (intera, frazione) = piene.split_at(piene.len() - scala);
        (intera.to_owned(), frazione.to_owned())
    }
}

fn dieci(esponente: u32) -> Option<i128> {
    10_i128.checked_pow(esponente)
}

impl fmt::Display for Decimale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (intera, frazione) = self.cifre();
        let segno = if self.negativo() { "-" } else { "" };
        if frazione.is_empty() {
            write!(f, "{segno}{intera}")
        } else {
            write!(f, "{segno}{intera}.{frazione}")
        }
    }
}
