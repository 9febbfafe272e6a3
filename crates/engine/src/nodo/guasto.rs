//! Why a call of the Node is answered KO.

use crate::ritenta::Contesa;
use pagopa::ccp::{Fault, FaultCode, Operazione};
use store::StoreError;

/// A KO, before it knows the dominio that it names.
#[derive(Debug)]
pub(super) enum Guasto {
    /// A rule of the spec.
    Regola(FaultCode, Option<String>),
    /// The database: nothing was written.
    Store(StoreError),
}

impl Guasto {
    /// Without description.
    pub(super) const fn nudo(codice: FaultCode) -> Self {
        Self::Regola(codice, None)
    }

    /// With a description.
    pub(super) fn con(codice: FaultCode, descrizione: impl Into<String>) -> Self {
        Self::Regola(codice, Some(descrizione.into()))
    }

    /// The fault bean. What is unexpected is logged here, once, and never described to the Node.
    pub(super) fn fault(self, operazione: Operazione, dominio: &str) -> Fault {
        match self {
            Self::Regola(codice, descrizione) => Fault { codice, id: dominio.to_owned(), descrizione },
            Self::Store(causa) => {
                tracing::error!(operazione = operazione.nome(), dominio, %causa, "chiamata del Nodo non servita");
                Fault::nuovo(FaultCode::SystemError, dominio)
            }
        }
    }
}

impl From<StoreError> for Guasto {
    fn from(e: StoreError) -> Self {
        Self::Store(e)
    }
}

impl Contesa for Guasto {
    fn contesa(&self) -> bool {
        matches!(self, Self::Store(e) if e.contesa())
    }
}
