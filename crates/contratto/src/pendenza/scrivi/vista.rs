use domain::pendenza::{Pendenza, StatiNoti, StatoAvviso, StatoMostrato};
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
    /// API Pagamento v1.
    PagamentoV1,
    /// API Pagamento v2.
    PagamentoV2,
    /// API Pagamento v3.
    PagamentoV3,
}

impl Vista {
    /// Whether it is one of the first contracts, which know nothing of what came with the second ones.
    #[must_use]
    pub const fn prima(self) -> bool {
        matches!(self, Self::PendenzeV1 | Self::PagamentoV1)
    }

    /// The state shown: a contract that lacks one of them reports the nearest.
    #[must_use]
    pub fn stato(self, p: &Pendenza, oggi: Date) -> StatoMostrato {
        p.stato_fra(self.stati(), oggi)
    }

    /// The states that it knows, and that a list can be asked for.
    #[must_use]
    pub const fn stati(self) -> StatiNoti {
        match self {
            Self::PendenzeV1 | Self::PagamentoV1 => StatiNoti::Ridotti,
            Self::PendenzeV2 | Self::Backoffice => StatiNoti::Tutti,
            Self::PagamentoV2 | Self::PagamentoV3 => StatiNoti::SenzaIncasso,
        }
    }

    /// The label of the state of a notice (spec 20 section 8); `None` where an unknown one is a 404.
    pub(super) const fn stato_avviso(self, stato: StatoAvviso) -> Option<&'static str> {
        match (self, stato) {
            (Self::PendenzeV2 | Self::PagamentoV1 | Self::PagamentoV2 | Self::PagamentoV3, s) => {
                Some(s.as_str())
            }
            (Self::PendenzeV1 | Self::Backoffice, StatoAvviso::NonEseguita) => Some("Non pagato"),
            (Self::PendenzeV1 | Self::Backoffice, StatoAvviso::Scaduta) => Some("Scaduto"),
            (Self::PendenzeV1 | Self::Backoffice, StatoAvviso::Annullata) => Some("Annullato"),
            (Self::PendenzeV1 | Self::Backoffice, StatoAvviso::Duplicata) => Some("Pagato"),
            (Self::PendenzeV1 | Self::Backoffice, StatoAvviso::Sconosciuta) => None,
        }
    }
}
