//! `java.util.Calendar` and `Date`, as much of them as templates use: Europe/Rome, lenient.

use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, Zoned};

/// Milliseconds since 1970 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Momento(pub(crate) i64);

/// Constants by name.
const COSTANTI: &[(&str, i64)] = &[
    ("ERA", 0),
    ("YEAR", 1),
    ("MONTH", 2),
    ("WEEK_OF_YEAR", 3),
    ("WEEK_OF_MONTH", 4),
    ("DATE", 5),
    ("DAY_OF_MONTH", 5),
    ("DAY_OF_YEAR", 6),
    ("DAY_OF_WEEK", 7),
    ("DAY_OF_WEEK_IN_MONTH", 8),
    ("AM_PM", 9),
    ("HOUR", 10),
    ("HOUR_OF_DAY", 11),
    ("MINUTE", 12),
    ("SECOND", 13),
    ("MILLISECOND", 14),
    ("ZONE_OFFSET", 15),
    ("DST_OFFSET", 16),
    ("JANUARY", 0),
    ("FEBRUARY", 1),
    ("MARCH", 2),
    ("APRIL", 3),
    ("MAY", 4),
    ("JUNE", 5),
    ("JULY", 6),
    ("AUGUST", 7),
    ("SEPTEMBER", 8),
    ("OCTOBER", 9),
    ("NOVEMBER", 10),
    ("DECEMBER", 11),
    ("SUNDAY", 1),
    ("MONDAY", 2),
    ("TUESDAY", 3),
    ("WEDNESDAY", 4),
    ("THURSDAY", 5),
    ("FRIDAY", 6),
    ("SATURDAY", 7),
    ("AM", 0),
    ("PM", 1),
];

/// Years past which a date of a template is a mistake.
const ANNO_MASSIMO: i64 = 9_998;

pub(crate) fn costante(nome: &str) -> Option<i64> {
    COSTANTI.iter().find(|(n, _)| *n == nome).map(|(_, v)| *v)
}

pub(crate) fn fuso() -> TimeZone {
    TimeZone::get("Europe/Rome").unwrap_or(TimeZone::UTC)
}

impl Momento {
    pub(crate) fn a_roma(self) -> Option<Zoned> {
        Timestamp::from_millisecond(self.0).ok().map(|t| t.to_zoned(fuso()))
    }

    pub(crate) fn di(d: DateTime) -> Option<Self> {
        Some(Self(d.to_zoned(fuso()).ok()?.timestamp().as_millisecond()))
    }
}

/// Fields as they were set, each perhaps outside its range: they are put in order when they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Calendario {
    anno: i64,
    mese: i64,
    giorno: i64,
    ora: i64,
    minuto: i64,
    secondo: i64,
    milli: i64,
}

impl Calendario {
    pub(crate) fn del(m: Momento) -> Option<Self> {
        let z = m.a_roma()?;
        Some(Self {
            anno: z.year().into(),
            mese: i64::from(z.month()) - 1,
            giorno: z.day().into(),
            ora: z.hour().into(),
            minuto: z.minute().into(),
            secondo: z.second().into(),
            milli: z.millisecond().into(),
        })
    }

    /// The instant that the fields say: 31 February is a day of March.
    pub(crate) fn momento(&self) -> Option<Momento> {
        let primo = primo_del_mese(self.anno, self.mese)?;
        let giorno = giorni(primo, self.giorno.checked_sub(1)?)?;
        let ore = self.ora.checked_mul(3_600_000)?;
        let minuti = self.minuto.checked_mul(60_000)?;
        let secondi = self.secondo.checked_mul(1000)?;
        let millis = ore.checked_add(minuti)?.checked_add(secondi)?.checked_add(self.milli)?;
        let giorno = giorni(giorno, millis.div_euclid(86_400_000))?;
        let nel_giorno = millis.rem_euclid(86_400_000);
        Momento::di(
            giorno.to_datetime(jiff::civil::Time::midnight()).checked_add(nel_giorno.milliseconds()).ok()?,
        )
    }

    fn in_ordine(&self) -> Option<Self> {
        Self::del(self.momento()?)
    }

    /// `set(field, value)`; `None` for a field that is not kept.
    pub(crate) fn metti(&mut self, campo: i64, v: i64) -> Option<()> {
        let ordinato = self.in_ordine();
        match campo {
            1 => self.anno = v,
            2 => self.mese = v,
            5 => self.giorno = v,
            6 => {
                let o = ordinato?;
                *self = Self { mese: 0, giorno: v, ..o };
            }
            9 => self.ora = ordinato?.ora % 12 + 12 * v,
            10 => self.ora = ordinato?.ora / 12 * 12 + v,
            11 => self.ora = v,
            12 => self.minuto = v,
            13 => self.secondo = v,
            14 => self.milli = v,
            _ => return None,
        }
        Some(())
    }

    /// `add(field, amount)`: months and years keep the day, or take the last of the month.
    pub(crate) fn aggiungi(&mut self, campo: i64, n: i64) -> Option<()> {
        let mut o = self.in_ordine()?;
        match campo {
            1 | 2 => {
                let mesi = if campo == 1 { n.checked_mul(12)? } else { n };
                o.mese = o.mese.checked_add(mesi)?;
                let primo = primo_del_mese(o.anno, o.mese)?;
                o.giorno = o.giorno.min(primo.days_in_month().into());
            }
            3 | 4 | 8 => o.giorno = o.giorno.checked_add(n.checked_mul(7)?)?,
            5..=7 => o.giorno = o.giorno.checked_add(n)?,
            9..=14 => {
                let unita = match campo {
                    9 => 43_200_000,
                    10 | 11 => 3_600_000,
                    12 => 60_000,
                    13 => 1000,
                    _ => 1,
                };
                let m = o.momento()?.0.checked_add(n.checked_mul(unita)?)?;
                *self = Self::del(Momento(m))?;
                return Some(());
            }
            _ => return None,
        }
        *self = o.in_ordine()?;
        Some(())
    }

    pub(crate) fn campo(&self, campo: i64) -> Option<i64> {
        let o = self.in_ordine()?;
        let giorno = primo_del_mese(o.anno, o.mese).and_then(|p| giorni(p, o.giorno - 1))?;
        Some(match campo {
            1 => o.anno,
            2 => o.mese,
            5 => o.giorno,
            6 => giorno.day_of_year().into(),
            7 => giorno.weekday().to_sunday_one_offset().into(),
            9 => o.ora / 12,
            10 => o.ora % 12,
            11 => o.ora,
            12 => o.minuto,
            13 => o.secondo,
            14 => o.milli,
            _ => return None,
        })
    }

    pub(crate) fn massimo(&self, campo: i64, effettivo: bool) -> Option<i64> {
        let o = self.in_ordine()?;
        let giorno = primo_del_mese(o.anno, o.mese)?;
        Some(match (campo, effettivo) {
            (0, _) | (9, _) => 1,
            (1, false) => 292_278_994,
            (1, true) => 292_278_993,
            (2, _) => 11,
            (3, false) => 53,
            (4, false) => 6,
            (5, false) => 31,
            (5, true) => giorno.days_in_month().into(),
            (6, false) => 366,
            (6, true) => giorno.days_in_year().into(),
            (7, _) => 7,
            (10, _) => 11,
            (11, _) => 23,
            (12 | 13, _) => 59,
            (14, _) => 999,
            _ => return None,
        })
    }
}

fn primo_del_mese(anno: i64, mese: i64) -> Option<Date> {
    let anno = anno.checked_add(mese.div_euclid(12))?;
    let mese = i8::try_from(mese.rem_euclid(12) + 1).ok()?;
    if !(1..=ANNO_MASSIMO).contains(&anno) {
        return None;
    }
    Some(date(i16::try_from(anno).ok()?, mese, 1))
}

fn giorni(da: Date, n: i64) -> Option<Date> {
    if n.abs() > 4_000_000 {
        return None;
    }
    da.checked_add(n.days()).ok().filter(|d| (1..=9_999).contains(&d.year()))
}
