//! Date parameters of lists (spec 10 3.4).

use crate::convenzioni::errori::ApiError;
use contratto::messaggi;
use domain::Istante;
use jiff::civil::{Date, DateTime, time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Span};

/// Which end of a day a bare date means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Estremo {
    /// 00:00:00.000 (`dataDa`).
    Inizio,
    /// 23:59:59.999 (`dataA`).
    Fine,
}

/// Reads a date parameter: `yyyy-MM-dd`, with an offset, or with a time of minutes, seconds or
/// milliseconds, the last also with an offset. Without offset it is the clock of Rome. Fields out of
/// range roll over (`2020-01-01T25:00:00.000` is one in the morning of the next day).
///
/// # Errors
/// 400 with the text of spec 10 3.1.
pub fn leggi(parametro: &str, valore: &str, estremo: Estremo) -> Result<Istante, ApiError> {
    analizza(valore, estremo).ok_or_else(|| messaggi::data_non_valida(parametro, valore).into())
}

fn analizza(testo: &str, estremo: Estremo) -> Option<Istante> {
    // A `+` of the query may arrive as a blank.
    let testo = testo.trim().replace(' ', "+");
    let mut l = Lettore(&testo);
    let anno = l.cifre(4)?;
    l.uno('-')?;
    let mese = l.cifre(2)?;
    l.uno('-')?;
    let giorno = l.cifre(2)?;
    let data = giorno_di(anno, mese, giorno)?;
    if l.0.is_empty() || !l.0.starts_with('T') {
        let zona = if l.0.is_empty() { None } else { Some(l.zona()?) };
        let ora = match estremo {
            Estremo::Inizio => time(0, 0, 0, 0),
            Estremo::Fine => time(23, 59, 59, 999_000_000),
        };
        return istante(data.to_datetime(ora), zona);
    }
    l.uno('T')?;
    let ore = l.cifre(2)?;
    l.uno(':')?;
    let minuti = l.cifre(2)?;
    let mut secondi = 0;
    let mut millis = 0;
    let mut zona = None;
    if !l.0.is_empty() {
        l.uno(':')?;
        secondi = l.cifre(2)?;
        if !l.0.is_empty() {
            l.uno('.')?;
            millis = l.cifre(3)?;
            if !l.0.is_empty() {
                zona = Some(l.zona()?);
            }
        }
    }
    let durata = SignedDuration::from_millis(((ore * 60 + minuti) * 60 + secondi) * 1000 + millis);
    istante(data.to_datetime(time(0, 0, 0, 0)).checked_add(durata).ok()?, zona)
}

fn giorno_di(anno: i64, mese: i64, giorno: i64) -> Option<Date> {
    Date::new(i16::try_from(anno).ok()?, 1, 1)
        .ok()?
        .checked_add(Span::new().try_months(mese - 1).ok()?)
        .ok()?
        .checked_add(Span::new().try_days(giorno - 1).ok()?)
        .ok()
}

fn istante(orologio: DateTime, zona: Option<Offset>) -> Option<Istante> {
    match zona {
        None => Some(Istante::da_roma(orologio)),
        Some(o) => orologio.to_zoned(TimeZone::fixed(o)).ok().map(|z| Istante::da_timestamp(z.timestamp())),
    }
}

struct Lettore<'a>(&'a str);

impl Lettore<'_> {
    fn cifre(&mut self, n: usize) -> Option<i64> {
        let (testa, coda) = self.0.split_at_checked(n)?;
        if !testa.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        self.0 = coda;
        testa.parse().ok()
    }

    fn uno(&mut self, c: char) -> Option<()> {
        self.0 = self.0.strip_prefix(c)?;
        Some(())
    }

    /// `Z`, `+hhmm` or `+hh:mm`, to the end of the text.
    fn zona(&mut self) -> Option<Offset> {
        if self.0 == "Z" {
            return Some(Offset::UTC);
        }
        let segno = if self.uno('+').is_some() {
            1
        } else {
            self.uno('-')?;
            -1
        };
        let ore = self.cifre(2)?;
        let _ = self.uno(':');
        let minuti = self.cifre(2)?;
        if !self.0.is_empty() || minuti > 59 {
            return None;
        }
        Offset::from_seconds(i32::try_from(segno * (ore * 60 + minuti) * 60).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn le_forme_della_spec_10_3_4() {
        for (testo, atteso) in [
            ("2024-03-31", "2024-03-31T00:00:00.000+0100"),
            ("2024-06-01T10:20", "2024-06-01T10:20:00.000+0200"),
            ("2024-06-01T10:20:30", "2024-06-01T10:20:30.000+0200"),
            ("2024-06-01T10:20:30.123", "2024-06-01T10:20:30.123+0200"),
            ("2024-06-01T10:20:30.123+0000", "2024-06-01T12:20:30.123+0200"),
            ("2024-06-01T10:20:30.123 00:00", "2024-06-01T12:20:30.123+0200"),
            ("2024-06-01T10:20:30.123Z", "2024-06-01T12:20:30.123+0200"),
            ("2024-01-01-01:00", "2024-01-01T02:00:00.000+0100"),
            ("2020-01-01T25:00:00.000", "2020-01-02T01:00:00.000+0100"),
            ("2020-13-32T00:00", "2021-02-01T00:00:00.000+0100"),
        ] {
            assert_eq!(analizza(testo, Estremo::Inizio).unwrap().iso_millis_zona(), atteso, "{testo}");
        }
        let fine = analizza("2024-03-31", Estremo::Fine).unwrap();
        assert_eq!(fine.iso_millis_zona(), "2024-03-31T23:59:59.999+0200");
        for no in [
            "",
            "2020-01-01TTT:00:00.000",
            "2020-1-1",
            "01-01-2020",
            "2020-01-01T",
            "2020-01-01T10",
            "2020-01-01T10:20:30.12",
            "2020-01-01T10:20:30.123+1",
            "2020-01-01T10:20+0100",
            "2020-01-01T10:20:30.123+01:99",
            "2020-01-01x",
            "2020-01-0à",
        ] {
            assert_eq!(analizza(no, Estremo::Inizio), None, "{no}");
        }
    }
}
