//! Decimal literals of any size, as digits: no arithmetic that could overflow.

/// `[+-]digits[.digits][e[+-]digits]` as (sign, digits without outer zeros, power of ten of the last
/// one): two literals are the same number when they are the same `Decimale`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimale {
    negativo: bool,
    cifre: String,
    esponente: i64,
}

/// An exponent that no number of digits in an input can make up for.
const ENORME: i64 = 1 << 50;

impl Decimale {
    /// The number, with how many decimals were written (exponent taken into account). `None`: not a
    /// number.
    #[must_use]
    pub fn leggi(testo: &str) -> Option<(Self, i64)> {
        let mut resto = testo;
        let negativo = segno(&mut resto);
        let intera = cifre(&mut resto);
        let mut frazione = "";
        if let Some(r) = resto.strip_prefix('.') {
            resto = r;
            frazione = cifre(&mut resto);
            if frazione.is_empty() {
                return None;
            }
        }
        let mut esponente = 0;
        if let Some(r) = resto.strip_prefix(['e', 'E']) {
            resto = r;
            let sotto = segno(&mut resto);
            let e = cifre(&mut resto);
            if e.is_empty() {
                return None;
            }
            let n = e.parse().unwrap_or(ENORME).min(ENORME);
            esponente = if sotto { -n } else { n };
        }
        if intera.is_empty() || !resto.is_empty() {
            return None;
        }
        let decimali = frazione.len() as i64 - esponente;
        let tutte = format!("{intera}{frazione}");
        let senza_coda = tutte.trim_end_matches('0');
        let zeri = (tutte.len() - senza_coda.len()) as i64;
        let senza_zeri = senza_coda.trim_start_matches('0').to_owned();
        let zero = senza_zeri.is_empty();
        let numero = Self {
            negativo: negativo && !zero,
            esponente: if zero { 0 } else { zeri - decimali },
            cifre: senza_zeri,
        };
        Some((numero, decimali))
    }

    /// Digits before the decimal point: 0 for what is below one, 3 for 100.
    #[must_use]
    pub fn cifre_intere(&self) -> i64 {
        if self.cifre.is_empty() { 0 } else { (self.cifre.len() as i64 + self.esponente).max(0) }
    }

    /// The whole part; `None` when it has more than 30 digits.
    #[must_use]
    pub fn parte_intera(&self) -> Option<i128> {
        let quante = usize::try_from(self.cifre_intere()).ok().filter(|n| *n <= 30)?;
        let testo: String = self.cifre.chars().chain(std::iter::repeat('0')).take(quante).collect();
        let n: i128 = if testo.is_empty() { 0 } else { testo.parse().ok()? };
        Some(if self.negativo { -n } else { n })
    }
}

fn segno(testo: &mut &str) -> bool {
    let negativo = testo.starts_with('-');
    *testo = testo.strip_prefix(['+', '-']).unwrap_or(testo);
    negativo
}

fn cifre<'a>(testo: &mut &'a str) -> &'a str {
    let (prima, dopo) = testo.split_at(testo.bytes().take_while(u8::is_ascii_digit).count());
    *testo = dopo;
    prima
}

#[cfg(test)]
mod tests {
    use super::Decimale;

    #[test]
    fn lo_stesso_numero_e_lo_stesso_decimale() {
        let n = |t: &str| Decimale::leggi(t).unwrap().0;
        for (a, b) in
            [("10", "1e1"), ("10.50", "+010.5"), ("0.00", "-0"), ("-1.5e3", "-1500"), ("5e-2", "0.05")]
        {
            assert_eq!(n(a), n(b));
        }
        assert_ne!(n("10"), n("1"));
        assert_ne!(n("-1"), n("1"));
        for (t, intera) in [("1.99", 1), ("-1.99", -1), ("1e3", 1000), ("0.9", 0), ("1234e-2", 12)] {
            assert_eq!(n(t).parte_intera(), Some(intera), "{t}");
        }
        for t in ["", ".5", "5.", "1e", "1e+", "+", "1,0", " 1", "1 ", "0x1", "--1"] {
            assert_eq!(Decimale::leggi(t), None, "{t}");
        }
    }
}
