//! Java's patterns: `SimpleDateFormat`, `DecimalFormat`.

use crate::calendario::Momento;
use crate::decimale::Decimale;
use jiff::Zoned;

/// How numbers and names are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lingua {
    Inglese,
    Italiano,
    Tedesco,
    Francese,
}

impl Lingua {
    /// `it`, `it_IT`, `it-IT`.
    pub(crate) fn leggi(nome: &str) -> Option<Self> {
        match nome.split(['_', '-']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "it" => Some(Self::Italiano),
            "en" => Some(Self::Inglese),
            "de" => Some(Self::Tedesco),
            "fr" => Some(Self::Francese),
            _ => None,
        }
    }

    /// Between the thousands, and before the decimals.
    fn segni(self) -> (&'static str, &'static str) {
        match self {
            Self::Inglese => (",", "."),
            Self::Italiano | Self::Tedesco => (".", ","),
            Self::Francese => ("\u{202f}", ","),
        }
    }

    fn mesi(self) -> [&'static str; 12] {
        match self {
            Self::Inglese => [
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            ],
            Self::Italiano => [
                "gennaio",
                "febbraio",
                "marzo",
                "aprile",
                "maggio",
                "giugno",
                "luglio",
                "agosto",
                "settembre",
                "ottobre",
                "novembre",
                "dicembre",
            ],
            Self::Tedesco => [
                "Januar",
                "Februar",
                "März",
                "April",
                "Mai",
                "Juni",
                "Juli",
                "August",
                "September",
                "Oktober",
                "November",
                "Dezember",
            ],
            Self::Francese => [
                "janvier",
                "février",
                "mars",
                "avril",
                "mai",
                "juin",
                "juillet",
                "août",
                "septembre",
                "octobre",
                "novembre",
                "décembre",
            ],
        }
    }

    fn giorni(self) -> [&'static str; 7] {
        match self {
            Self::Inglese => ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
            Self::Italiano => ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"],
            Self::Tedesco => {
                ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"]
            }
            Self::Francese => ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
        }
    }
}

/// A date by a pattern of `SimpleDateFormat`.
pub(crate) fn data(m: Momento, modello: &str, lingua: Lingua) -> Result<String, String> {
    let z = m.a_roma().ok_or("data fuori dal calendario")?;
    let mut testo = String::new();
    let mut resto = modello;
    while let Some(c) = resto.chars().next() {
        if c == '\'' {
            let dopo = resto.get(1..).unwrap_or_default();
            if let Some(r) = dopo.strip_prefix('\'') {
                testo.push('\'');
                resto = r;
                continue;
            }
            let (dentro, r) =
                dopo.split_once('\'').ok_or_else(|| format!("formato data [{modello}]: apice aperto"))?;
            testo.push_str(dentro);
            resto = r;
            continue;
        }
        let n = resto.chars().take_while(|x| *x == c).count();
        resto = resto.get(n * c.len_utf8()..).unwrap_or_default();
        if c.is_ascii_alphabetic() {
            let campo = campo(&z, c, n, lingua)
                .ok_or_else(|| format!("formato data [{modello}]: {c} non previsto"))?;
            testo.push_str(&campo);
        } else {
            testo.extend(std::iter::repeat_n(c, n));
        }
    }
    Ok(testo)
}

fn campo(z: &Zoned, c: char, n: usize, lingua: Lingua) -> Option<String> {
    let cifre = |v: i64| format!("{v:0>n$}");
    let nome = |tutti: &[&'static str], i: i8| -> Option<String> {
        let intero = tutti.get(usize::try_from(i).ok()?)?;
        Some(if n > 3 { (*intero).to_owned() } else { intero.chars().take(3).collect() })
    };
    let anno = i64::from(z.year());
    let settimana = z.date().iso_week_date();
    Some(match c {
        'G' => "AD".to_owned(),
        'y' if n == 2 => format!("{:02}", anno % 100),
        'y' => cifre(anno),
        'Y' if n == 2 => format!("{:02}", settimana.year() % 100),
        'Y' => cifre(settimana.year().into()),
        'M' | 'L' if n > 2 => nome(&lingua.mesi(), z.month() - 1)?,
        'M' | 'L' => cifre(z.month().into()),
        'w' => cifre(settimana.week().into()),
        'W' => cifre(
            (i64::from(z.day()) + i64::from(z.date().first_of_month().weekday().to_monday_zero_offset()) - 1)
                / 7
                + 1,
        ),
        'D' => cifre(z.day_of_year().into()),
        'd' => cifre(z.day().into()),
        'F' => cifre((i64::from(z.day()) - 1) / 7 + 1),
        'E' => nome(&lingua.giorni(), z.weekday().to_monday_zero_offset())?,
        'u' => cifre(z.weekday().to_monday_one_offset().into()),
        'a' => if z.hour() < 12 { "AM" } else { "PM" }.to_owned(),
        'H' => cifre(z.hour().into()),
        'k' => cifre(if z.hour() == 0 { 24 } else { z.hour().into() }),
        'K' => cifre((z.hour() % 12).into()),
        'h' => cifre(if z.hour() % 12 == 0 { 12 } else { (z.hour() % 12).into() }),
        'm' => cifre(z.minute().into()),
        's' => cifre(z.second().into()),
        'S' => cifre(z.millisecond().into()),
        'z' if n < 4 => z.strftime("%Z").to_string(),
        'Z' => z.strftime("%z").to_string(),
        'X' if n == 1 => z.strftime("%z").to_string().chars().take(3).collect(),
        'X' if n == 2 => z.strftime("%z").to_string(),
        'X' => z.strftime("%:z").to_string(),
        _ => return None,
    })
}

/// A number by a pattern of `DecimalFormat`, or one of the names `number` and `computer`.
pub(crate) fn numero(n: Decimale, modello: &str, lingua: Lingua) -> Result<String, String> {
    let (positivo, negativo) = match modello {
        "computer" | "c" => return Ok(n.arrotondato(16).to_string()),
        "" | "number" => ("#,##0.###", None),
        altro => match altro.split_once(';') {
            Some((p, n)) => (p, Some(n)),
            None => (altro, None),
        },
    };
    let f = Forma::leggi(positivo).ok_or_else(|| format!("formato numero [{modello}] non previsto"))?;
    let n = if f.percento { n.per(Decimale::intero(100)).ok_or("numero troppo grande")? } else { n };
    let arrotondato = n.arrotondato(u32::try_from(f.frazione_massima).unwrap_or(u32::MAX));
    let (intera, mut frazione) = arrotondato.cifre();
    while frazione.len() < f.frazione_minima {
        frazione.push('0');
    }
    let mut intera = if intera == "0" { String::new() } else { intera };
    while intera.len() < f.intera_minima {
        intera.insert(0, '0');
    }
    if intera.is_empty() && frazione.is_empty() {
        intera.push('0');
    }
    let (migliaia, virgola) = lingua.segni();
    let mut cifre = String::new();
    for (i, c) in intera.chars().enumerate() {
        if f.gruppo > 0 && i > 0 && (intera.len() - i).is_multiple_of(f.gruppo) {
            cifre.push_str(migliaia);
        }
        cifre.push(c);
    }
    if !frazione.is_empty() {
        cifre.push_str(virgola);
        cifre.push_str(&frazione);
    }
    let (prima, dopo) = match negativo.and_then(Forma::leggi) {
        Some(meno) if arrotondato.negativo() => (meno.prima, meno.dopo),
        _ if arrotondato.negativo() => (format!("-{}", f.prima), f.dopo),
        _ => (f.prima, f.dopo),
    };
    Ok(format!("{prima}{cifre}{dopo}"))
}

struct Forma {
    prima: String,
    dopo: String,
    intera_minima: usize,
    frazione_minima: usize,
    frazione_massima: usize,
    /// Digits between two separators; 0 for none.
    gruppo: usize,
    percento: bool,
}

impl Forma {
    fn leggi(modello: &str) -> Option<Self> {
        if modello.contains('E') || modello.len() > 64 {
            return None;
        }
        let e_cifra = |c: char| matches!(c, '0' | '#' | ',' | '.');
        let inizio = modello.find(e_cifra)?;
        let fine = modello.rfind(e_cifra)? + 1;
        let corpo = modello.get(inizio..fine)?;
        if !corpo.chars().all(e_cifra) || corpo.matches('.').count() > 1 {
            return None;
        }
        let (intera, frazione) = corpo.split_once('.').unwrap_or((corpo, ""));
        if frazione.contains(',') {
            return None;
        }
        let pulito = |t: &str| t.replace(['\'', '¤'], "");
        let (prima, dopo) = (modello.get(..inizio)?, modello.get(fine..)?);
        Some(Self {
            intera_minima: intera.matches('0').count(),
            frazione_minima: frazione.matches('0').count(),
            frazione_massima: frazione.len(),
            gruppo: intera.rfind(',').map_or(0, |i| intera.len() - i - 1),
            percento: prima.contains('%') || dopo.contains('%'),
            prima: pulito(prima),
            dopo: pulito(dopo),
        })
    }
}
