//! Instants and calendar dates. Instants are UTC microseconds; a calendar date means Europe/Rome.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use std::sync::LazyLock;

/// The zone in which calendar dates are meant, whatever the server's own zone is (spec 10 3.4).
/// The zone database is bundled; if it lacked the zone we would fall back to UTC rather than panic.
static ROMA: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("Europe/Rome").unwrap_or(TimeZone::UTC));

/// A point in time: microseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Istante(i64);

impl Istante {
    /// The far future of rows that must never be picked up again: 9999-02-01 in Rome (spec 60 1.8).
    pub const MAI: Self = Self(253_373_439_600_000_000);

    /// From microseconds since the epoch.
    #[must_use]
    pub const fn da_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Milliseconds since the epoch, rounded down.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Later by so many microseconds (saturates; negative is earlier).
    #[must_use]
    pub const fn piu_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Later by so many seconds (saturates; negative is earlier).
    #[must_use]
    pub const fn piu_secondi(self, secondi: i64) -> Self {
        self.piu_micros(secondi.saturating_mul(1_000_000))
    }

    /// This instant on the clocks of Rome.
    #[must_use]
    pub fn a_roma(self) -> Zoned {
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::MAX).to_zoned(ROMA.clone())
    }

    /// The calendar day in Rome.
    #[must_use]
    pub fn giorno(self) -> Date {
        self.a_roma().date()
    }

    /// The instant of a wall clock in Rome. In the hour that does not exist the later reading is
    /// taken, in the hour that occurs twice the earlier. The last day of 9999, which the date library
    /// cannot place in a zone, is the last second that it can (the evening before).
    #[must_use]
    pub fn da_roma(orologio: DateTime) -> Self {
        let limite = if orologio.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
        orologio.to_zoned(ROMA.clone()).map_or(Self(limite.as_second().saturating_mul(1_000_000)), |z| {
            Self(z.timestamp().as_microsecond())
        })
    }

    /// From a jiff timestamp, truncated to microseconds.
    #[must_use]
    pub fn da_timestamp(t: Timestamp) -> Self {
        Self(t.as_microsecond())
    }

    /// `yyyy-MM-ddTHH:mm:ss.SSS` of Rome, no offset (giornale degli eventi, spec 60 5.1).
    #[must_use]
    pub fn iso_millis(self) -> String {
        self.a_roma().strftime("%Y-%m-%dT%H:%M:%S%.3f").to_string()
    }

    /// `yyyy-MM-ddTHH:mm:ss.SSS+0100`, the offset without colon (spec 10 3.4).
    #[must_use]
    pub fn iso_millis_zona(self) -> String {
        self.a_roma().strftime("%Y-%m-%dT%H:%M:%S%.3f%z").to_string()
    }

    /// `yyyy-MM-ddTHH:mm:ss` of Rome, no fraction, no offset (spec 60 1.5).
    #[must_use]
    pub fn iso_secondi(self) -> String {
        self.a_roma().strftime("%Y-%m-%dT%H:%M:%S").to_string()
    }
}

/// `dd/MM/yyyy`, as the descriptions of the faults write a date.
#[must_use]
pub fn data_italiana(d: Date) -> String {
    d.strftime("%d/%m/%Y").to_string()
}

/// Whether a last day of validity or payability is over: the day itself still counts, whole
/// (spec 20 5.2, spec 40 4.2).
#[must_use]
pub fn trascorsa(ultimo_giorno: Option<Date>, oggi: Date) -> bool {
    ultimo_giorno.is_some_and(|d| d < oggi)
}

/// Reads the first ten characters of a text as a calendar date that exists, ignoring what follows
/// (spec 20 section 2: `2019-12-30T00:00` is 2019-12-30).
#[must_use]
pub fn leggi_data(testo: &str) -> Option<Date> {
    let dieci = testo.get(..10)?;
    let b = dieci.as_bytes();
    let cifre = |r: std::ops::Range<usize>| b.get(r).is_some_and(|s| s.iter().all(u8::is_ascii_digit));
    if !(cifre(0..4) && b.get(4) == Some(&b'-') && cifre(5..7) && b.get(7) == Some(&b'-') && cifre(8..10)) {
        return None;
    }
    dieci.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, datetime};

    #[test]
    fn l_ultimo_giorno_vale_tutto() {
        let d = date(2026, 3, 31);
        assert!(!trascorsa(Some(d), d));
        assert!(trascorsa(Some(d), date(2026, 4, 1)));
        assert!(!trascorsa(None, d));
    }

    #[test]
    fn roma_ha_l_ora_legale() {
        let estate = Istante::da_roma(datetime(2026, 7, 1, 0, 0, 0, 0));
        assert_eq!(estate.iso_millis_zona(), "2026-07-01T00:00:00.000+0200");
        let inverno = Istante::da_roma(datetime(2026, 1, 1, 12, 30, 15, 123_000_000));
        assert_eq!(inverno.iso_millis_zona(), "2026-01-01T12:30:15.123+0100");
        assert_eq!(inverno.iso_millis(), "2026-01-01T12:30:15.123");
        assert_eq!(inverno.iso_secondi(), "2026-01-01T12:30:15");
        assert_eq!(inverno.giorno(), date(2026, 1, 1));
    }

    #[test]
    fn la_fine_del_calendario_e_un_istante_come_gli_altri() {
        let fine = Istante::da_roma(datetime(9999, 12, 31, 23, 59, 59, 0));
        assert_eq!(Istante::da_roma(fine.a_roma().datetime()), fine);
        assert!(fine > Istante::MAI);
        assert!(Istante::da_roma(DateTime::MIN) < Istante::da_micros(0));
    }

    #[test]
    fn mai_e_il_primo_febbraio_9999() {
        assert_eq!(Istante::MAI.giorno(), date(9999, 2, 1));
    }

    #[test]
    fn una_data_e_i_suoi_primi_dieci_caratteri() {
        assert_eq!(leggi_data("2019-12-30T00:00"), Some(date(2019, 12, 30)));
        for t in ["2030-19-40", "2030-02-30", "30-12-2019", "2019-1-1", "", "2019-12-3à"] {
            assert_eq!(leggi_data(t), None, "{t}");
        }
    }
}
