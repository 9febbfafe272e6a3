//! Reading attempts (spec 30 10.3, 10.4; spec 20 6.1).

use super::Documenti;
use crate::pendenze::{LeggiError, Visibilita};
use crate::{Chiamante, Engine};
use domain::IdDominio;
use domain::pendenza::Pendenza;
use store::StoreError;

/// An attempt with its documents and its pendenza.
#[derive(Debug, Clone, PartialEq)]
pub struct RppLetta {
    /// Attempt and documents.
    pub documenti: Documenti,
    /// Its pendenza.
    pub pendenza: Pendenza,
}

impl Engine {
    /// An attempt by its key that the caller sees: of a pendenza of its own, whoever paid it and whatever
    /// domini and tipi it has (API Pendenze); of its domini and tipi (Backoffice).
    ///
    /// # Errors
    /// [`LeggiError`].
    pub async fn leggi_rpp(
        &self,
        chi: &Chiamante,
        visibilita: Visibilita,
        dominio: &IdDominio,
        iuv: &str,
        ccp: &str,
    ) -> Result<RppLetta, LeggiError> {
        visibilita.per_dominio(chi, dominio)?;
        let inesistente = || {
            LeggiError::Inesistente(format!("RPP [IdDominio:{dominio}, IUV:{iuv}, CCP:{ccp}] inesistente"))
        };
        let letto = self.store().tentativo(dominio.as_str(), iuv, ccp).await?.ok_or_else(inesistente)?;
        let pendenza =
            self.store().pendenza_per_id(letto.tentativo.pendenza).await?.ok_or_else(inesistente)?;
        visibilita.per_rpp(chi, &pendenza)?;
        let giorni = self.impostazioni().giorni_validita_senza_data;
        Ok(RppLetta { documenti: Documenti::nuovi(letto, giorni), pendenza })
    }

    /// The attempts of a pendenza with their documents, oldest first: one read, at most 1000.
    ///
    /// # Errors
    /// The database.
    pub async fn rpp_della_pendenza(&self, p: &Pendenza) -> Result<Vec<Documenti>, StoreError> {
        let giorni = self.impostazioni().giorni_validita_senza_data;
        let letti = self.store().tentativi_letti(p.id).await?;
        Ok(letti.into_iter().map(|t| Documenti::nuovi(t, giorni)).collect())
    }
}
