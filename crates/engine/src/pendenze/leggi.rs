//! Reading one pendenza with what its detail shows.

use super::{RecuperoError, Visibilita};
use crate::{Chiamante, Engine, Negato};
use domain::anagrafica::SchedaDominio;
use domain::pendenza::{Allegato, ChiavePendenza, Pendenza};
use domain::tentativo::Riscossione;
use domain::{IdDominio, NumeroAvviso};
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
    /// A pendenza that the caller sees.
    ///
    /// # Errors
    /// [`LeggiError`]; for somebody else's key it does not say whether it exists.
    pub async fn leggi_pendenza(
        &self,
        chi: &Chiamante,
        visibilita: Visibilita,
        chiave: &ChiavePendenza,
    ) -> Result<Dettaglio, LeggiError> {
        visibilita.per_chiave(chi, &chiave.id_a2a)?;
        let pendenza = self
            .store()
            .pendenza(chiave)
            .await?
            .ok_or_else(|| LeggiError::Inesistente(inesistente(chiave)))?;
        visibilita.per(chi, &pendenza)?;
        Ok(self.dettaglia(pendenza).await?)
    }

    /// The pendenza of a notice that the caller sees; one that is not in the archive is asked to the
    /// ente and stays (spec 20 section 9).
    ///
    /// # Errors
    /// [`LeggiError`]: `Inesistente` tells why the ente did not give it.
    pub async fn leggi_pendenza_per_avviso(
        &self,
        chi: &Chiamante,
        visibilita: Visibilita,
        dominio: &IdDominio,
        avviso: &NumeroAvviso,
        transazione: &str,
    ) -> Result<Dettaglio, LeggiError> {
        visibilita.per_dominio(chi, dominio)?;
        let trovata = self.store().pendenza_per_iuv(dominio.as_str(), avviso.iuv().as_str()).await?;
        let pendenza = match trovata {
            // Two numbers of aux digit 0 may share their IUV: the reference is taken, the ente
            // could not load another.
            Some(p) if p.numero_avviso != *avviso => {
                return Err(LeggiError::Inesistente(avviso_inesistente(dominio, avviso)));
            }
            Some(p) => p,
            None => self.recupera_per_avviso(dominio, avviso, transazione).await.map_err(|e| match e {
                RecuperoError::Store(e) => LeggiError::Store(e),
                altro => LeggiError::Inesistente(altro.to_string()),
            })?,
        };
        visibilita.per(chi, &pendenza)?;
        Ok(self.dettaglia(pendenza).await?)
    }

    /// What was paid of a pendenza, oldest first.
    ///
    /// # Errors
    /// The database.
    pub async fn riscossioni_della_pendenza(&self, p: &Pendenza) -> Result<Vec<Riscossione>, StoreError> {
        self.store().riscossioni_di(p.id).await
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

    /// An attachment of a pendenza that the caller sees.
    ///
    /// # Errors
    /// [`LeggiError`].
    pub async fn leggi_allegato(
        &self,
        chi: &Chiamante,
        visibilita: Visibilita,
        id: i64,
    ) -> Result<AllegatoLetto, LeggiError> {
        let letto = self
            .store()
            .allegato(id)
            .await?
            .ok_or_else(|| LeggiError::Inesistente(format!("Allegato [Id:{id}] inesistente")))?;
        visibilita.per_allegato(chi, &letto)?;
        Ok(letto)
    }
}

/// Text of the 404 of a notice.
pub(super) fn avviso_inesistente(dominio: &IdDominio, avviso: &NumeroAvviso) -> String {
    format!("Avviso [Dominio:{dominio}, NumeroAvviso:{avviso}] inesistente")
}

/// Text of the 404 of a pendenza.
pub(super) fn inesistente(chiave: &ChiavePendenza) -> String {
    format!("Pendenza [IdA2A:{}, Id:{}] inesistente", chiave.id_a2a, chiave.id_pendenza)
}
