//! How much is queued, for the sonde (spec 10 3.6).

use crate::{Scrittura, Store, StoreError, anagrafica, valori};
use domain::Istante;

impl Store {
    /// Notifications to the enti that wait; counting stops at 10000.
    pub async fn notifiche_in_coda(&self) -> Result<i64, StoreError> {
        let n = self
            .scalare(
                "select count(*) from (select 1 from notifiche where stato = 'DA_SPEDIRE' limit 10000) c",
                valori![],
            )
            .await?;
        Ok(n.unwrap_or(0))
    }

    /// Notifications to the enti whose next attempt is due at `quando`; counting stops at 10000.
    pub async fn notifiche_dovute(&self, quando: Istante) -> Result<i64, StoreError> {
        let n = self
            .scalare(
                "select count(*) from (select 1 from notifiche where stato = 'DA_SPEDIRE' \
                 and data_prossima <= $1 limit 10000) c",
                valori![quando],
            )
            .await?;
        Ok(n.unwrap_or(0))
    }

    /// Attempts of the new protocol that began before `limite` and wait still, which the next run of
    /// `chiusuraRptScadute` closes; counting stops at 10000.
    pub async fn tentativi_scaduti_in_coda(&self, limite: Istante) -> Result<i64, StoreError> {
        let n = self
            .scalare(
                "select count(*) from (select 1 from tentativi \
                 where stato in ('RPT_ATTIVATA', 'RPT_ACCETTATA_NODO') \
                 and versione in ('SANP_240', 'SANP_321_V2') and data_msg_richiesta < $1 limit 10000) c",
                valori![limite],
            )
            .await?;
        Ok(n.unwrap_or(0))
    }

    /// Bulk loads that have come in and are not done; counting stops at 10000.
    pub async fn tracciati_in_coda(&self) -> Result<i64, StoreError> {
        // The states of the index, and of those the ones that have come in.
        let n = self
            .scalare(
                "select count(*) from (select 1 from tracciati \
                 where stato in ('IN_RICEZIONE', 'IN_ATTESA', 'IN_ELABORAZIONE', 'ELABORAZIONE_STAMPA') \
                 and stato <> 'IN_RICEZIONE' limit 10000) c",
                valori![],
            )
            .await?;
        Ok(n.unwrap_or(0))
    }

    /// Tells every node to read the master data again.
    pub async fn avanza_versione_anagrafica(&self) -> Result<(), StoreError> {
        let mut s = Scrittura::nuova();
        anagrafica::avanza(&mut s);
        self.commit(s).await
    }
}
