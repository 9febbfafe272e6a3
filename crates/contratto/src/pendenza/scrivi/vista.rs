use domain::pendenza::{Pendenza, StatoAvviso, StatoMostrato};
use jiff::civil::Date;

/// In which contract a pendenza is shown (spec 20 2.5, 6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vista {
    /// API Pendenze v1.
    PendenzeV1,
    /// API Pendenze v2.
    PendenzeV2,
    /// API Backoffice v1.
    Backoffice,
}

impl Vista {
    /// The state shown: a contract that lacks one of them reports the nearest.
    #[must_use]
    pub fn stato(self, p: &Pendenza, oggi: Date) -> StatoMostrato {
        match self {
            Self::PendenzeV1 => p.stato_ridotto(oggi),
            Self::PendenzeV2 | Self::Backoffice => p.stato_mostrato(oggi),
        }
    }

    /// The states that a list can be asked for.
    #[must_use]
    pub const fn stati(self) -> &'static [StatoMostrato] {
        match self {
            Self::PendenzeV1 => StatoMostrato::RIDOTTI,
            Self::PendenzeV2 | Self::Backoffice => StatoMostrato::TUTTI,
        }
    }

    /// Whether the contract knows anomalous and cashed pendenze.
    #[must_use]
    pub const fn stati_ridotti(self) -> bool {
        matches!(self, Self::PendenzeV1)
    }

    /// The label of the state of a notice (spec 20 section 8); `None` where an unknown one is a 404.
    pub(super) const fn stato_avviso(self, stato: StatoAvviso) -> Option<&'static str> {
        match (self, stato) {
            (Self::PendenzeV2, s) => Some(s.as_str()),
            (Self::PendenzeV1 | Self::Backoffice, StatoAvviso::NonEseguita) => Some("Non pagato"),
            (Self::PendenzeV1 | Self::Backoffice, StatoAvviso::Scaduta) => Some("Scaduto"),
            (Self::PendenzeV1 | Self::Backoffice, StatoAvviso::Annullata) => Some("Annullato"),
            (Self::PendenzeV1 | Self::Backoffice, StatoAvviso::Duplicata) => Some("Pagato"),
            (Self::PendenzeV1 | Self::Backoffice, StatoAvviso::Sconosciuta) => None,
        }
    }
}
