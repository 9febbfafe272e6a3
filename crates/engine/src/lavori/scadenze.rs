//! Last days that are past: the job `scadenzePassate`.

use crate::Engine;
use store::{Scrittura, StoreError, pendenze};

/// Pendenze of one commit: small enough not to hold the writer.
pub(super) const BLOCCO: i64 = 500;

impl Engine {
    /// Sees which of the next [`BLOCCO`] last days are past; returns how many there were to see. Running
    /// it again, or on two nodes at once, does no harm, nor does never running it: lists of what has
    /// expired say the same, more slowly.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn segna_scadenze_passate(&self) -> Result<i64, StoreError> {
        let oggi = self.oggi();
        let quante = self.store().conta_scadenze_passate(oggi, BLOCCO).await?;
        if quante > 0 {
            let mut s = Scrittura::nuova();
            pendenze::scadenze_passate(&mut s, self.store().dialetto(), oggi, BLOCCO);
            match self.store().commit(s).await {
                // A lost answer: the next round finds what is left.
                Ok(()) | Err(StoreError::Incerto) => {}
                Err(e) => return Err(e),
            }
        }
        Ok(quante)
    }
}
