//! How a database means to answer a query, for the tests that ask for an index.

use crate::{
    ChiaveCifratura, DaRiga, Dialetto, Impostazioni, Interrogazione, Riga, Scrittura, Store, StoreError,
    valori,
};

struct Passo(String);

impl DaRiga for Passo {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self(r.testo("detail").or_else(|_| r.testo("QUERY PLAN"))?))
    }
}

/// The steps of a query, a line each.
pub(crate) async fn piano(store: &Store, mut q: Interrogazione) -> String {
    let spiega = match store.dialetto() {
        Dialetto::Sqlite => "explain query plan ",
        Dialetto::Postgres => "explain ",
    };
    q.sql.insert_str(0, spiega);
    let passi: Vec<Passo> = store.leggi_composta(q).await.unwrap();
    passi.into_iter().map(|p| p.0).collect::<Vec<_>>().join("\n")
}

/// Fills an empty database with these rows; PostgreSQL learns how many they are.
pub(crate) async fn riempi(store: &Store, righe: &[&'static str]) {
    store.migra().await.unwrap();
    let mut s = Scrittura::nuova();
    righe.iter().for_each(|r| s.esegui(r, valori![]));
    store.commit(s).await.unwrap();
    if store.dialetto() == Dialetto::Postgres {
        let mut s = Scrittura::nuova();
        s.esegui("analyze", valori![]);
        store.commit(s).await.unwrap();
    }
}

/// Runs a test on an empty database of each kind.
pub(crate) async fn su_entrambi(prova: impl AsyncFn(&Store)) {
    let cartella = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", cartella.path().join("govpay.db").display());
    let store = Store::apri(Impostazioni::nuove(url)).await.unwrap();
    prova(&store).await;
    store.chiudi().await;
    let database = testpg::database().await.unwrap();
    let mut imp = Impostazioni::nuove(database.url().to_owned());
    imp.chiave = Some(ChiaveCifratura::da_byte(&[7; 32]).unwrap());
    let store = Store::apri(imp).await.unwrap();
    prova(&store).await;
    store.chiudi().await;
}
