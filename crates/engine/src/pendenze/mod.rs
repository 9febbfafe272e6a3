//! Pendenze: loading, reading, changing.

mod avviso;
mod carica;
mod censimento;
mod documento;
mod elenco;
mod leggi;
mod massivo;
mod modifica;
mod modulo;
mod recupero;
mod stampa;
mod visibilita;

pub use avviso::{AvvisoLetto, AvvisoTrovato, RichiestaAvviso, altro_debitore};
pub use carica::{CaricaError, Caricata, Provenienza};
pub use elenco::{FiltroPendenze, OrdinePendenze, RigaPendenza, StatoCercato};
pub use leggi::{Dettaglio, LeggiError};
pub(crate) use massivo::{AnnullaError, Nascitura, Preparata};
pub use modifica::ModificaError;
pub(crate) use modulo::Officina;
pub(crate) use modulo::leggi as leggi_modulo;
pub use modulo::{Difetto, InSessione, Ingresso, Modulo, ModuloError, Portale, Schema};
pub use recupero::{EsitoNegativo, RecuperoError};
pub use stampa::{Stampa, StampaError};
pub use visibilita::Visibilita;

use crate::Chiamante;
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
