//! Closing the attempts whose receipt did not come in time: the job `chiusuraRptScadute` (spec 40 9.1).

use crate::Engine;
use store::{Scrittura, StoreError, tentativi};

/// How many attempts are closed in one commit: small enough not to hold the writer.
const BLOCCO: i64 = 100;

impl Engine {
    /// Closes the attempts of the new protocol that are older than the setting, at most `limite` of
    /// them, oldest first, and returns how many it took. Running it again, or on two nodes at once,
    /// does no harm: what a receipt or a new activation has done meanwhile stays.
    ///
    /// # Errors
    /// The database; what was closed before stays closed.
    pub async fn chiudi_tentativi_scaduti(&self, limite: usize) -> Result<usize, StoreError> {
        let minuti = self.impostazioni().minuti_chiusura_tentativi.clamp(1, 30);
        let prima_di = self.adesso().piu_secondi(-60 * minuti);
        let descrizione = format!("Tentativo di pagamento scaduto dopo timeout di {minuti} minuti.");
        let (mut chiusi, mut dopo) = (0, None);
        while chiusi < limite {
            let quanti = i64::try_from(limite - chiusi).unwrap_or(BLOCCO).min(BLOCCO);
            let scaduti = self.store().tentativi_scaduti(prima_di, dopo, quanti).await?;
            let Some(ultimo) = scaduti.last() else { break };
            let mut s = Scrittura::nuova();
            for t in &scaduti {
                tentativi::scade(&mut s, t, &descrizione);
            }
            match self.store().commit(s).await {
                // Lost precedence or lost answer: the next run finds what is left.
                Ok(()) | Err(StoreError::Conflitto | StoreError::Incerto) => {}
                Err(e) => return Err(e),
            }
            dopo = Some(*ultimo);
            chiusi += scaduti.len();
        }
        Ok(chiusi)
    }
}
