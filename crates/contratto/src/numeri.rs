//! Numbers as the contract writes them.

use domain::Importo;
use serde_json::Number;

/// An amount as a JSON number with exactly two decimals: `100.50`.
#[must_use]
pub fn importo_json(importo: Importo) -> Number {
    // With `arbitrary_precision` a number keeps its digits as written, and the text of an `Importo`
    // is always a JSON number; zero would only ever stand for a text that is not.
    importo.to_string().parse().unwrap_or_else(|_| Number::from(0))
}

/// A number written as a text, whose digits JSON may not allow: `+7.50`, `007`. `None` when it is not a
/// number.
#[must_use]
pub fn numero_json(testo: &str) -> Option<Number> {
    let (segno, cifre) = match testo.strip_prefix('-') {
        Some(cifre) => ("-", cifre),
        None => ("", testo.strip_prefix('+').unwrap_or(testo)),
    };
    let comincia = |t: &str| t.starts_with(|c: char| c.is_ascii_digit());
    if !comincia(cifre) {
        return None;
    }
    let cifre = cifre.trim_start_matches('0');
    let zero = if comincia(cifre) { "" } else { "0" };
    format!("{segno}{zero}{cifre}").parse().ok()
}

/// Groups of three digits and two decimals, as the range messages write their bound:
/// `999,999,999.99`.
#[must_use]
pub fn raggruppato(importo: Importo) -> String {
    let testo = importo.to_string();
    let (intera, decimali) = testo.split_once('.').unwrap_or((&testo, "00"));
    format!("{}.{decimali}", a_gruppi(intera))
}

/// Groups of three digits: `5,000`.
#[must_use]
pub fn intero_raggruppato(n: i64) -> String {
    a_gruppi(&n.to_string())
}

fn a_gruppi(intero: &str) -> String {
    let (segno, cifre) = intero.strip_prefix('-').map_or(("", intero), |c| ("-", c));
    let mut gruppi = segno.to_owned();
    for (i, c) in cifre.chars().enumerate() {
        if i > 0 && (cifre.len() - i).is_multiple_of(3) {
            gruppi.push(',');
        }
        gruppi.push(c);
    }
    gruppi
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn un_importo_esce_con_due_decimali() {
        for (c, atteso) in [(10_050, "100.50"), (0, "0.00"), (1, "0.01"), (99_999_999_999, "999999999.99")] {
            let n = importo_json(Importo::da_centesimi(c));
            assert_eq!(serde_json::Value::Number(n).to_string(), atteso);
        }
    }

    #[test]
    fn un_numero_scritto_come_testo_tiene_le_sue_cifre() {
        for (testo, atteso) in [
            ("10.10", Some("10.10")),
            ("+7.50", Some("7.50")),
            ("007", Some("7")),
            ("-00.30", Some("-0.30")),
            ("000", Some("0")),
            ("0", Some("0")),
            ("00e1", Some("0e+1")),
            ("", None),
            ("x", None),
            ("1.", None),
        ] {
            assert_eq!(numero_json(testo).map(|n| n.to_string()).as_deref(), atteso, "{testo}");
        }
    }

    #[test]
    fn i_limiti_si_scrivono_a_gruppi() {
        assert_eq!(raggruppato(Importo::MASSIMO), "999,999,999.99");
        assert_eq!(raggruppato(Importo::da_centesimi(100)), "1.00");
        assert_eq!(raggruppato(Importo::da_centesimi(-123_456)), "-1,234.56");
    }
}
