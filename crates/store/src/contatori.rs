//! Numbers reserved in blocks, outside the commit that uses them.

use crate::{Store, StoreError, valori};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Numbers in hand: from `prossimo` up to `fine`, excluded.
#[derive(Debug, Default)]
struct Blocco {
    prossimo: i64,
    fine: i64,
}

/// The blocks in memory, by counter. While one task refills a block the others of that counter
/// wait for it instead of reserving their own.
#[derive(Debug, Default)]
pub(crate) struct Riserve(Mutex<HashMap<String, Arc<tokio::sync::Mutex<Blocco>>>>);

impl Riserve {
    pub(crate) async fn prendi(
        &self,
        store: &Store,
        nome: &str,
        quanti: i64,
        blocco: i64,
    ) -> Result<i64, StoreError> {
        let posto = {
            let mut mappa = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match mappa.get(nome) {
                Some(p) => Arc::clone(p),
                None => Arc::clone(mappa.entry(nome.to_owned()).or_default()),
            }
        };
        let mut b = posto.lock().await;
        if b.fine - b.prossimo < quanti {
            let presi = quanti.max(blocco);
            let primo = store.riserva(nome, presi).await?;
            // A block that follows the old one continues it; otherwise the rest is skipped.
            if primo != b.fine {
                b.prossimo = primo;
            }
            b.fine = primo + presi;
        }
        let primo = b.prossimo;
        b.prossimo += quanti;
        Ok(primo)
    }
}

/// One round to the database. Run twice it only skips numbers.
pub(crate) async fn riserva(store: &Store, nome: &str, quanti: i64) -> Result<i64, StoreError> {
    if quanti < 1 {
        return Err(StoreError::Rotto("riserva di meno di un numero".into()));
    }
    store
        .scalare(
            "insert into contatori (nome, prossimo) values ($1, 1 + $2) \
             on conflict (nome) do update set prossimo = contatori.prossimo + $2 \
             returning prossimo - $2",
            valori![nome, quanti],
        )
        .await?
        .ok_or_else(|| StoreError::Rotto("riserva senza risposta".into()))
}
