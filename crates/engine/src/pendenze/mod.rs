//! Pendenze: loading, reading, changing.

mod avviso;
mod carica;
mod censimento;
mod elenco;
mod leggi;
mod modifica;
mod stampa;

pub use avviso::{AvvisoLetto, AvvisoTrovato};
pub use carica::{CaricaError, Caricata, Provenienza};
pub use elenco::{FiltroPendenze, OrdinePendenze, RigaPendenza};
pub use leggi::{Dettaglio, LeggiError};
pub use modifica::ModificaError;
pub use stampa::{Stampa, StampaError};

use crate::{Chiamante, Negato};
use domain::IdA2A;
use domain::pendenza::{ChiavePendenza, PendenzaError};

/// The lock under which the writers of one key queue, taken before that of its notice.
fn in_fila(chiave: &ChiavePendenza) -> String {
    format!("a2a/{}/{}", chiave.id_a2a, chiave.id_pendenza)
}

/// Checks that a writing applicazione names its own pendenza (`APP_002`). Operatori may name any.
///
/// # Errors
/// [`PendenzaError::ApplicazioneDiversa`].
pub fn scrive_le_proprie(chi: &Chiamante, id_a2a: &IdA2A) -> Result<(), PendenzaError> {
    match &chi.applicazione {
        Some(a) if a.id != *id_a2a => {
            Err(PendenzaError::ApplicazioneDiversa { autenticata: a.id.clone(), indicata: id_a2a.clone() })
        }
        Some(_) | None => Ok(()),
    }
}

/// Checks that an applicazione reads its own pendenza (API Pendenze, spec 10 4.6): its domini and
/// tipi do not restrict it.
fn legge_le_proprie(chi: &Chiamante, id_a2a: &IdA2A) -> Result<(), Negato> {
    if chi.come_applicazione()?.id == *id_a2a {
        Ok(())
    } else {
        Err(chi.negato_perche("la pendenza non appartiene all'applicazione chiamante"))
    }
}
