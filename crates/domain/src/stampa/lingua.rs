//! The second language of a notice (spec 20 2.4 and section 8, spec 60 6.4).

use super::Informativa;

/// A language that stands beside Italian on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lingua {
    /// German.
    De,
    /// Slovenian.
    Sl,
    /// English.
    En,
    /// French.
    Fr,
}

impl Lingua {
    /// All of them.
    pub const TUTTE: [Self; 4] = [Self::De, Self::Sl, Self::En, Self::Fr];

    /// As on the wire and as a language tag.
    #[must_use]
    pub const fn codice(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::Sl => "sl",
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// From its code; nothing of any other.
    #[must_use]
    pub fn leggi(codice: &str) -> Option<Self> {
        Self::TUTTE.into_iter().find(|l| l.codice() == codice)
    }
}

/// Which second language a print is asked in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LinguaChiesta {
    /// The one that the pendenza names, if any.
    #[default]
    DellaPendenza,
    /// Italian alone.
    SoloItaliano,
    /// This one, whatever the pendenza names.
    Questa(Lingua),
}

impl LinguaChiesta {
    /// The second language of the print of a pendenza that names `sua`.
    #[must_use]
    pub const fn scelta(self, sua: Option<Lingua>) -> Option<Lingua> {
        match self {
            Self::DellaPendenza => sua,
            Self::SoloItaliano => None,
            Self::Questa(lingua) => Some(lingua),
        }
    }

    /// From `linguaSecondaria` of a request: `false` is Italian alone. Nothing of an unknown code.
    #[must_use]
    pub fn leggi(codice: Option<&str>) -> Option<Self> {
        match codice {
            None => Some(Self::DellaPendenza),
            Some("false") => Some(Self::SoloItaliano),
            Some(altro) => Lingua::leggi(altro).map(Self::Questa),
        }
    }
}

/// What a notice says in its second language beside the labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seconda {
    /// The language.
    pub lingua: Lingua,
    /// The subject (`proprieta.linguaSecondariaCausale`).
    pub oggetto: Option<String>,
    /// The note on the amount.
    pub informativa: Informativa,
}
