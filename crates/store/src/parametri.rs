//! Facts about the installation that live in the database (table `impostazioni`).

use crate::{Scrittura, Store, StoreError, valori};

impl Store {
    /// The value of a fact, if it is known.
    pub async fn parametro(&self, chiave: &str) -> Result<Option<String>, StoreError> {
        self.leggi_una("select valore from impostazioni where chiave = $1", valori![chiave]).await
    }
}

/// Records a fact that was not known; `Duplicato` when somebody else did meanwhile.
pub fn registra(s: &mut Scrittura, chiave: &str, valore: &str) {
    s.esattamente(1, "insert into impostazioni (chiave, valore) values ($1, $2)", valori![chiave, valore]);
}
