//! The schema.

use crate::banco::{Backend, Banco};
use rstest::rstest;
use store::{Scrittura, Store, StoreError, valori};
use tokio::task::JoinSet;

#[rstest]
#[tokio::test]
async fn si_applicano_una_volta_sola(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let b = Banco::vuoto(backend, |_| {}).await;
    let mancanti = b.store.migrazioni_mancanti().await.unwrap();
    assert_eq!(mancanti[0], "0001_fondamenta");
    assert_eq!(b.store.migra().await.unwrap(), mancanti);
    assert_eq!(b.store.migra().await.unwrap(), Vec::<String>::new());
    assert_eq!(b.store.migrazioni_mancanti().await.unwrap(), Vec::<String>::new());
    let v: Option<i64> = b.store.leggi_una("select versione from anagrafica_versione", vec![]).await.unwrap();
    assert_eq!(v, Some(1));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn due_nodi_che_partono_insieme_non_si_pestano_i_piedi(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let b = Banco::vuoto(backend, |_| {}).await;
    let tutte = b.store.migrazioni_mancanti().await.unwrap();
    let mut gara = JoinSet::new();
    for _ in 0..4 {
        let store = b.altro_nodo().await;
        gara.spawn(async move { store.migra().await.unwrap() });
    }
    let mut fatte: Vec<String> = gara.join_all().await.into_iter().flatten().collect();
    fatte.sort();
    assert_eq!(fatte, tutte);
}

async fn rifiuta(store: &Store) -> bool {
    matches!(store.migra().await, Err(StoreError::Rotto(_)))
        && matches!(store.migrazioni_mancanti().await, Err(StoreError::Rotto(_)))
}

#[rstest]
#[tokio::test]
async fn si_rifiutano_uno_schema_piu_nuovo_e_un_file_cambiato(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let b = Banco::nuovo(backend).await;
    let mut s = Scrittura::default();
    s.esattamente(
        1,
        "insert into schema_migrations (numero, nome, impronta, applicata) values ($1, $2, 'x', 0)",
        valori![9999, "9999_futuro"],
    );
    b.store.commit(s).await.unwrap();
    assert!(rifiuta(&b.store).await);
    let mut s = Scrittura::default();
    s.esattamente(1, "delete from schema_migrations where numero = $1", valori![9999]);
    b.store.commit(s).await.unwrap();
    assert_eq!(b.store.migra().await, Ok(vec![]));
    let mut s = Scrittura::default();
    s.esattamente(1, "update schema_migrations set impronta = 'x' where numero = $1", valori![1]);
    b.store.commit(s).await.unwrap();
    assert!(rifiuta(&b.store).await);
    // The refusal holds no lock.
    b.store.commit(crate::banco::inserisci(1)).await.unwrap();
}
