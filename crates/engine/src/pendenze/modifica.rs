//! Changing single members of a pendenza (PATCH, spec 20 section 4).

use super::leggi::inesistente;
use super::{in_fila, scrive_le_proprie};
use crate::chiamante::Oggetto;
use crate::ritenta::{Contesa, ritenta};
use crate::{Chiamante, Engine, Negato};
use domain::pendenza::{ChiavePendenza, Modifica, Pendenza, PendenzaError, TransizioneVietata};
use store::{Scrittura, StoreError};

/// Why a pendenza was not changed. The display text is the `dettaglio`.
#[derive(Debug, thiserror::Error)]
pub enum ModificaError {
    /// Somebody else's: `APP_002`.
    #[error(transparent)]
    Regola(#[from] PendenzaError),
    /// Nothing there.
    #[error("{0}")]
    Inesistente(String),
    /// Out of the caller's scope.
    #[error(transparent)]
    NonAutorizzato(#[from] Negato),
    /// The state does not allow it.
    #[error(transparent)]
    Vietata(#[from] TransizioneVietata),
    /// The database.
    #[error("salvataggio non riuscito")]
    Store(#[from] StoreError),
}

impl Contesa for ModificaError {
    fn contesa(&self) -> bool {
        matches!(self, Self::Store(e) if e.contesa())
    }
}

impl Engine {
    /// Applies the operations in order, all or none. A payment attempt that is open does not stop an
    /// annulment. Callers of one key queue as those of [`Engine::carica_pendenza`] do, and before they
    /// read: each decides once, on what the one before has written.
    ///
    /// # Errors
    /// [`ModificaError`].
    pub async fn modifica_pendenza(
        &self,
        chi: &Chiamante,
        chiave: &ChiavePendenza,
        modifiche: &[Modifica],
    ) -> Result<Pendenza, ModificaError> {
        scrive_le_proprie(chi, &chiave.id_a2a)?;
        let _chiave = self.store().serratura(&in_fila(chiave)).await;
        ritenta(|| self.prova_modifica(chi, chiave, modifiche)).await
    }

    async fn prova_modifica(
        &self,
        chi: &Chiamante,
        chiave: &ChiavePendenza,
        modifiche: &[Modifica],
    ) -> Result<Pendenza, ModificaError> {
        let letta = self
            .store()
            .pendenza(chiave)
            .await?
            .ok_or_else(|| ModificaError::Inesistente(inesistente(chiave)))?;
        let di_fiducia = chi.applicazione.as_ref().is_some_and(|a| a.autodeterminazione);
        chi.ambito(&Oggetto {
            dominio: Some(letta.dominio.as_str()),
            unita: letta.unita.as_ref().map(|u| u.as_str()),
            tipo_pendenza: (!di_fiducia).then_some(letta.tipo_pendenza.as_str()),
        })?;
        let _iuv = self.store().serratura(&format!("{}/{}", letta.dominio, letta.iuv)).await;
        let mut nuova = letta.modificata(modifiche, self.adesso())?;
        let mut s = Scrittura::nuova();
        store::pendenze::cambia_stato(&mut s, &letta, &nuova);
        match self.store().commit(s).await {
            Ok(()) => {
                nuova.versione = letta.versione + 1;
                Ok(nuova)
            }
            Err(StoreError::Incerto) => self.forse_modificata(chiave, &nuova).await,
            Err(e) => Err(e.into()),
        }
    }

    /// After a commit whose answer was lost: what is stored now is ours when it is exactly what we
    /// wrote, otherwise it must be decided again.
    async fn forse_modificata(
        &self,
        chiave: &ChiavePendenza,
        scritta: &Pendenza,
    ) -> Result<Pendenza, ModificaError> {
        let ora = self.store().pendenza(chiave).await?;
        let attesa = Pendenza { versione: scritta.versione + 1, ..scritta.clone() };
        match ora {
            Some(ora) if ora == attesa => Ok(ora),
            _ => Err(StoreError::Conflitto.into()),
        }
    }
}
