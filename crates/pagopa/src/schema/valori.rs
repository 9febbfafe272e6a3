//! Values of the built-in types. Each function takes a text without surrounding white space and says
//! in English what is wrong with it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{Importo, Istante};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// The beginning of a refused value, fit for an error text.
pub(crate) fn citazione(testo: &str) -> String {
    testo.chars().take(40).collect()
}

/// A decimal with exactly two decimals and no sign: the only form that the amounts have.
pub(crate) fn importo(testo: &str) -> Result<Importo, String> {
    if !due_decimali(testo) {
        return Err(format!("value '{}' does not match \\d+\\.\\d{{2}}", citazione(testo)));
    }
    Importo::da_decimale(testo).map_err(|_| format!("value '{}' is too large", citazione(testo)))
}

/// `\d+\.\d{2}`.
pub(crate) fn due_decimali(testo: &str) -> bool {
    testo.split_once('.').is_some_and(|(i, d)| !i.is_empty() && cifre(i) && d.len() == 2 && cifre(d))
}

/// Whether all characters are ASCII digits (also true of the empty text).
pub(crate) fn cifre(testo: &str) -> bool {
    testo.bytes().all(|b| b.is_ascii_digit())
}

/// xs:int.
pub(crate) fn intero(testo: &str) -> Result<i32, String> {
    testo.parse().map_err(|_| format!("value '{}' is not an int", citazione(testo)))
}

/// xs:boolean.
pub(crate) fn booleano(testo: &str) -> Result<bool, String> {
    match testo {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(format!("value '{}' is not a boolean", citazione(testo))),
    }
}

/// xs:base64Binary.
pub(crate) fn base64(testo: &str) -> Result<Vec<u8>, String> {
    STANDARD.decode(testo).map_err(|_| "value is not base64".to_owned())
}

pub(crate) fn in_base64(byte: &[u8]) -> String {
    STANDARD.encode(byte)
}

/// A dateTime on the clocks of Rome, without zone, as the Node writes it; the fraction only when there
/// is one. When the hour occurs twice and this is the second time, the zone says so: without it the
/// text would be read as an hour earlier.
pub(crate) fn in_data_ora(i: Istante) -> String {
    let orologio = i.a_roma();
    let forma = match Istante::da_roma(orologio.datetime()) == i {
        true => "%Y-%m-%dT%H:%M:%S%.f",
        false => "%Y-%m-%dT%H:%M:%S%.f%:z",
    };
    orologio.strftime(forma).to_string()
}

/// xs:date of the years 0001 to 9999; the zone, when there is one, is checked and forgotten.
pub(crate) fn data(testo: &str) -> Result<Date, String> {
    let errore = || format!("value '{}' is not a date", citazione(testo));
    let (giorno, zona) = testo.split_at_checked(10).ok_or_else(errore)?;
    if !zona.is_empty() {
        fuso(zona).ok_or_else(errore)?;
    }
    civile(giorno).ok_or_else(errore)
}

/// xs:dateTime of the years 0001 to 9999; without zone it is the wall clock of Rome (spec 40 1.2).
pub(crate) fn istante(testo: &str) -> Result<Istante, String> {
    let errore = || format!("value '{}' is not a dateTime", citazione(testo));
    let (giorno, resto) = testo.split_once('T').ok_or_else(errore)?;
    let giorno = civile(giorno).ok_or_else(errore)?;
    let (secondi, resto) = resto.split_at_checked(8).ok_or_else(errore)?;
    let (frazione, zona) = match resto.strip_prefix('.') {
        Some(r) => r.split_at(r.bytes().take_while(u8::is_ascii_digit).count()),
        None => ("", resto),
    };
    if resto.starts_with('.') && frazione.is_empty() {
        return Err(errore());
    }
    let orologio = ora(giorno, secondi, frazione).ok_or_else(errore)?;
    let letto = if zona.is_empty() {
        Istante::da_roma(orologio)
    } else {
        let fuso = fuso(zona).ok_or_else(errore)?;
        fuso.to_timestamp(orologio).map(Istante::da_timestamp).map_err(|_| errore())?
    };
    // With a zone the first day of the calendar may be, in Rome, the day before it.
    if letto.a_roma().year() > 0 { Ok(letto) } else { Err(errore()) }
}

/// `yyyy-MM-dd`, a day that exists.
fn civile(testo: &str) -> Option<Date> {
    let (anno, resto) = testo.split_once('-')?;
    let (mese, giorno) = resto.split_once('-')?;
    if anno.len() != 4
        || mese.len() != 2
        || giorno.len() != 2
        || ![anno, mese, giorno].iter().all(|t| cifre(t))
    {
        return None;
    }
    let anno = anno.parse::<i16>().ok().filter(|a| *a > 0)?;
    Date::new(anno, mese.parse().ok()?, giorno.parse().ok()?).ok()
}

/// `HH:mm:ss` of a day; `24:00:00` is the midnight that ends it.
fn ora(giorno: Date, secondi: &str, frazione: &str) -> Option<DateTime> {
    let mut parti = secondi.split(':');
    let (h, m, s) = (parti.next()?, parti.next()?, parti.next()?);
    if parti.next().is_some() || [h, m, s].iter().any(|t| t.len() != 2 || !cifre(t)) {
        return None;
    }
    let nano = frazione
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(9)
        .fold(0_i32, |n, b| n * 10 + i32::from(b - b'0'));
    if secondi == "24:00:00" {
        return (frazione.bytes().all(|b| b == b'0'))
            .then(|| giorno.tomorrow().ok())
            .flatten()
            .map(DateTime::from);
    }
    let t = Time::new(h.parse().ok()?, m.parse().ok()?, s.parse().ok()?, nano).ok()?;
    Some(giorno.to_datetime(t))
}

/// `Z` or `+HH:mm`, at most 14 hours.
fn fuso(testo: &str) -> Option<Offset> {
    if testo == "Z" {
        return Some(Offset::UTC);
    }
    let (segno, resto) = match testo.strip_prefix('+') {
        Some(r) => (1, r),
        None => (-1, testo.strip_prefix('-')?),
    };
    let (h, m) = resto.split_once(':')?;
    if h.len() != 2 || m.len() != 2 || !cifre(h) || !cifre(m) {
        return None;
    }
    let (h, m) = (h.parse::<i32>().ok()?, m.parse::<i32>().ok()?);
    if m > 59 || h * 60 + m > 14 * 60 {
        return None;
    }
    Offset::from_seconds(segno * (h * 3600 + m * 60)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn gli_importi_hanno_due_decimali_scritti() {
        assert_eq!(importo("45.01"), Ok(Importo::da_centesimi(4501)));
        assert_eq!(importo("0045.01"), Ok(Importo::da_centesimi(4501)));
        for t in ["45.1", "45", "45.010", ".01", "-1.00", "+1.00", "1,00", "1e2", "", "1.00 ", "١.00"] {
            assert!(importo(t).is_err(), "{t}");
        }
        assert!(importo(&format!("{}.00", "9".repeat(400))).is_err());
    }

    #[test]
    fn le_date_sono_con_o_senza_zona() {
        for t in ["2026-12-31", "2026-12-31Z", "2026-12-31+01:00", "2026-12-31-14:00"] {
            assert_eq!(data(t), Ok(date(2026, 12, 31)), "{t}");
        }
        for t in [
            "2026-02-30",
            "26-12-31",
            "2026-12-31T00:00:00",
            "2026-12-31+15:00",
            "0000-01-01",
            "",
            "è",
            "2026-12-3è",
        ] {
            assert!(data(t).is_err(), "{t}");
        }
    }

    #[test]
    fn un_orario_senza_zona_e_di_roma() {
        let roma = istante("2026-07-03T10:15:30").expect("valido");
        assert_eq!(roma.iso_millis_zona(), "2026-07-03T10:15:30.000+0200");
        for t in ["2026-07-03T08:15:30Z", "2026-07-03T10:15:30+02:00", "2026-07-03T04:15:30.000-04:00"] {
            assert_eq!(istante(t), Ok(roma), "{t}");
        }
        assert_eq!(istante("2026-07-03T10:15:30.123456789"), Ok(roma.piu_micros(123_456)));
        assert_eq!(istante("2026-07-02T24:00:00"), istante("2026-07-03T00:00:00"));
        for t in [
            "2026-07-03",
            "2026-07-03T10:15",
            "2026-07-03T25:00:00",
            "2026-07-03T10:15:30.",
            "2026-07-03 10:15:30",
            "2026-07-03T10:15:60",
            "2026-07-03T24:00:01",
            "2026-07-03T10:15:30+2:00",
            "T",
            "",
        ] {
            assert!(istante(t).is_err(), "{t}");
        }
    }

    #[test]
    fn un_orario_scritto_si_rilegge_com_era() {
        for (testo, atteso) in [
            ("2026-07-03T08:15:30Z", "2026-07-03T10:15:30"),
            ("2026-07-03T10:15:30.120", "2026-07-03T10:15:30.12"),
            // The hour that occurs twice: the first time, the second.
            ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00"),
            ("2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00+01:00"),
            // The last second that the date library has.
            ("9999-12-31T23:59:59", "9999-12-30T23:00:00"),
        ] {
            let letto = istante(testo).expect(testo);
            assert_eq!(in_data_ora(letto), atteso);
            assert_eq!(istante(atteso), Ok(letto), "{testo}");
        }
        assert!(istante("0001-01-01T00:00:00+14:00").is_err());
    }
}
