//! A fresh migrated database with two tables to play with.

use store::{ChiaveCifratura, Impostazioni, Scrittura, Store, StoreError, valori};
use tempfile::TempDir;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Lite,
    Pg,
}

pub(crate) struct Banco {
    pub(crate) store: Store,
    pub(crate) imp: Impostazioni,
    // The store goes first, then what it stands on.
    pub(crate) cartella: Option<TempDir>,
    pub(crate) db: Option<testpg::Database>,
}

pub(crate) fn chiave() -> ChiaveCifratura {
    ChiaveCifratura::da_byte(&[7; 32]).unwrap()
}

impl Banco {
    pub(crate) async fn nuovo(backend: Backend) -> Self {
        Self::con(backend, |_| {}).await
    }

    /// With other settings than the default.
    pub(crate) async fn con(backend: Backend, cambia: impl FnOnce(&mut Impostazioni)) -> Self {
        let b = Self::vuoto(backend, cambia).await;
        b.store.migra().await.unwrap();
        let mut s = Scrittura::default();
        s.esegui(
            "create table prove (id bigint not null primary key, chiave text not null, sede text not null, \
             stato text not null, versione bigint not null, note text, dati bytea, \
             unique (sede, chiave))",
            vec![],
        );
        s.esegui(
            "create table figli (id bigint not null primary key, padre bigint not null \
             references prove (id) deferrable initially deferred)",
            vec![],
        );
        b.store.commit(s).await.unwrap();
        b
    }

    /// Without the schema.
    pub(crate) async fn vuoto(backend: Backend, cambia: impl FnOnce(&mut Impostazioni)) -> Self {
        let (url, cartella, db) = match backend {
            Backend::Lite => {
                let c = tempfile::tempdir().unwrap();
                (format!("sqlite://{}", c.path().join("data/govpay.db").display()), Some(c), None)
            }
            Backend::Pg => {
                let db = testpg::database().await.unwrap();
                (db.url().to_owned(), None, Some(db))
            }
        };
        let mut imp = Impostazioni::nuove(url);
        imp.chiave = Some(chiave());
        cambia(&mut imp);
        let store = Store::apri(imp.clone()).await.unwrap();
        Self { store, imp, cartella, db }
    }

    /// Another node on the same database.
    pub(crate) async fn altro_nodo(&self) -> Store {
        Store::apri(self.imp.clone()).await.unwrap()
    }

    /// The SQLite file.
    pub(crate) fn file(&self) -> std::path::PathBuf {
        self.cartella.as_ref().unwrap().path().join("data/govpay.db")
    }

    pub(crate) async fn quante(&self) -> i64 {
        self.store.leggi_una("select count(*) from prove", vec![]).await.unwrap().unwrap()
    }

    pub(crate) async fn esiste(&self, id: i64) -> bool {
        let r: Option<i64> =
            self.store.leggi_una("select id from prove where id = $1", valori![id]).await.unwrap();
        r.is_some()
    }
}

/// One row; the key is the id.
pub(crate) fn inserisci(id: i64) -> Scrittura {
    let mut s = Scrittura::default();
    aggiungi(&mut s, id, &id.to_string());
    s
}

pub(crate) fn aggiungi(s: &mut Scrittura, id: i64, chiave: &str) {
    s.esattamente(
        1,
        "insert into prove (id, chiave, sede, stato, versione) values ($1, $2, 'A', 'NUOVA', 0)",
        valori![id, chiave],
    );
}

/// One row of `byte` bytes.
pub(crate) fn inserisci_grande(id: i64, byte: usize) -> Scrittura {
    let mut s = Scrittura::default();
    s.esattamente(
        1,
        "insert into prove (id, chiave, sede, stato, versione, dati) values ($1, $2, 'A', 'NUOVA', 0, $3)",
        valori![id, id.to_string(), vec![1_u8; byte]],
    );
    s
}

pub(crate) fn non_disponibile<T: std::fmt::Debug>(esito: &Result<T, StoreError>) -> bool {
    matches!(esito, Err(StoreError::NonDisponibile(_)))
}
