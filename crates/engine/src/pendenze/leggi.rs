//! Reading one pendenza with what its detail shows.

use super::legge_le_proprie;
use crate::{Chiamante, Engine, Negato};
use domain::anagrafica::SchedaDominio;
use domain::pendenza::{Allegato, ChiavePendenza, Pendenza};
use std::sync::Arc;
use store::StoreError;
use store::pendenze::AllegatoLetto;

/// A pendenza with the names that its detail shows.
#[derive(Debug, Clone)]
pub struct Dettaglio {
    /// The pendenza.
    pub pendenza: Pendenza,
    /// Cards of its dominio and of those of its voci; one that is gone is missing.
    pub schede: Vec<Arc<SchedaDominio>>,
    /// Attachments, without content.
    pub allegati: Vec<Allegato>,
}

impl Dettaglio {
    /// Card of a dominio.
    #[must_use]
    pub fn scheda(&self, id: &str) -> Option<&SchedaDominio> {
        self.schede.iter().find(|s| s.dominio.id == *id).map(|s| &**s)
    }
}

/// Why a pendenza cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LeggiError {
    /// Nothing there.
    #[error("{0}")]
    Inesistente(String),
    /// Somebody else's.
    #[error(transparent)]
    NonAutorizzato(#[from] Negato),
    /// The database.
    #[error("lettura non riuscita")]
    Store(#[from] StoreError),
}

impl Engine {
    /// A pendenza of the calling applicazione (API Pendenze).
    ///
    /// # Errors
    /// [`LeggiError`]; for somebody else's key it does not say whether it exists.
    pub async fn leggi_pendenza(
        &self,
        chi: &Chiamante,
        chiave: &ChiavePendenza,
    ) -> Result<Dettaglio, LeggiError> {
        legge_le_proprie(chi, &chiave.id_a2a)?;
        let pendenza = self
            .store()
            .pendenza(chiave)
            .await?
            .ok_or_else(|| LeggiError::Inesistente(inesistente(chiave)))?;
        Ok(self.dettaglia(pendenza).await?)
    }

    /// Cards of the dominio of a pendenza and of those of its voci, from the register.
    pub(super) async fn schede(&self, pendenza: &Pendenza) -> Result<Vec<Arc<SchedaDominio>>, StoreError> {
        let mut schede = Vec::new();
        schede.extend(self.registro().dominio(pendenza.dominio.as_str()).await?);
        for d in pendenza.voci.iter().filter_map(|v| v.dominio.as_ref()) {
            if schede.iter().all(|s: &Arc<SchedaDominio>| s.dominio.id != *d) {
                schede.extend(self.registro().dominio(d.as_str()).await?);
            }
        }
        Ok(schede)
    }

    /// What the detail of a pendenza shows beside it: one more read.
    ///
    /// # Errors
    /// The database.
    pub async fn dettaglia(&self, pendenza: Pendenza) -> Result<Dettaglio, StoreError> {
        let schede = self.schede(&pendenza).await?;
        let allegati = self.store().allegati_di(pendenza.id).await?;
        Ok(Dettaglio { pendenza, schede, allegati })
    }

    /// An attachment of a pendenza of the calling applicazione (API Pendenze).
    ///
    /// # Errors
    /// [`LeggiError`].
    pub async fn leggi_allegato(&self, chi: &Chiamante, id: i64) -> Result<AllegatoLetto, LeggiError> {
        chi.come_applicazione()?;
        let letto = self
            .store()
            .allegato(id)
            .await?
            .ok_or_else(|| LeggiError::Inesistente(format!("Allegato [Id:{id}] inesistente")))?;
        legge_le_proprie(chi, &letto.chiave.id_a2a)?;
        Ok(letto)
    }
}

/// Text of the 404 of a pendenza.
pub(super) fn inesistente(chiave: &ChiavePendenza) -> String {
    format!("Pendenza [IdA2A:{}, Id:{}] inesistente", chiave.id_a2a, chiave.id_pendenza)
}
