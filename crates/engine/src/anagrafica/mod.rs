//! Master data: the cached register and the use cases that read and change it (spec 10 section 5).
//!
//! A PUT comes here as domain values whose fields are right one by one. What is left is scope (403),
//! references and rules across objects (422), and the write itself. These use cases read the
//! database, not the register: a change made by another node a moment ago counts.

mod applicazioni;
mod configurazioni;
mod creditore;
mod domini;
mod elenchi;
mod modifiche;
mod operatori;
mod pagopa;
mod portale;
mod profilo;
mod registro;
pub(crate) mod ritratti;
mod ruoli;
mod tipi;
mod utenze;

pub use applicazioni::{DominioVisto, NuovaApplicazione, VistaApplicazione};
pub use creditore::NuovaEntrataDominio;
pub use domini::Logo;
pub use modifiche::{Autore, TIPO_EVENTO};
pub(crate) use modifiche::{Firma, Modifica};
pub use operatori::{NuovoOperatore, OrdineOperatori, VistaOperatore};
pub use portale::{Modulo, modulo_di_pagamento, visualizzazione};
pub use profilo::Profilo;
pub use registro::Registro;
pub use store::anagrafica::{FiltroAnagrafica, PaginaAnagrafica, Richiesta, Trovate};
pub use tipi::NuovoTipoPendenzaDominio;

use crate::chiamante::Oggetto;
use crate::{Chiamante, Engine, Negato};
use store::{Guardia, StoreError};

/// Why master data were not read or written.
#[derive(Debug, thiserror::Error)]
pub enum AnagraficaError {
    /// Out of the caller's scope.
    #[error(transparent)]
    Negato(#[from] Negato),
    /// What is asked does not exist.
    #[error("{0}")]
    Inesistente(String),
    /// A reference or a rule across objects fails.
    #[error("{0}")]
    NonAmmesso(String),
    /// An operation of a PATCH cannot be done on what is there, or a file that is named cannot be used.
    #[error("{0}")]
    NonValido(String),
    /// The database.
    #[error("base dati")]
    Store(#[from] StoreError),
}

impl AnagraficaError {
    /// Somebody was faster, or the answer of the commit was lost: reading again tells what to do.
    fn da_ripetere(&self) -> bool {
        match self {
            Self::Store(StoreError::Conflitto | StoreError::Incerto) => true,
            Self::Store(StoreError::Duplicato(v)) => v.nome().ends_with("_pkey"),
            Self::Store(_)
            | Self::Negato(_)
            | Self::Inesistente(_)
            | Self::NonAmmesso(_)
            | Self::NonValido(_) => false,
        }
    }
}

impl Engine {
    /// Changes of master data made by this node queue up here: they are few, and each sees what the
    /// one before has written.
    async fn anagrafica_in_fila(&self) -> Guardia {
        self.store().serratura("anagrafica").await
    }
}

/// Refuses a dominio that is not in the caller's scope, not even with one office.
fn dominio_in_ambito(chi: &Chiamante, dominio: &str) -> Result<(), Negato> {
    if chi.utenza.domini.comprende_dominio(dominio) {
        return Ok(());
    }
    chi.ambito(&Oggetto { dominio: Some(dominio), ..Oggetto::default() })
}

fn dominio_inesistente(dominio: &str) -> AnagraficaError {
    AnagraficaError::NonAmmesso(format!("Il dominio {dominio} indicato non esiste."))
}

fn dominio_non_censito(dominio: &str) -> AnagraficaError {
    AnagraficaError::Inesistente(format!("Dominio {dominio} non censito in Anagrafica"))
}

fn non_intermediato(dominio: &str) -> AnagraficaError {
    AnagraficaError::NonAmmesso(format!(
        "La risorsa richiesta non e' disponibile per il dominio {dominio} non intermediato."
    ))
}
