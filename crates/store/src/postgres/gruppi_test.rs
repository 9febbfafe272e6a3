use super::Compito;
use crate::{ChiaveCifratura, Impostazioni, Scrittura, Store, StoreError, valori};
use tokio::task::JoinSet;

/// The statement on which a writer of the tests panics.
const PANICO: &str = "select 1 -- panico";

pub(super) fn forse_panico(compiti: &[Compito]) {
    assert!(!compiti.iter().flat_map(|c| &c.scrittura.0).any(|i| i.sql == PANICO), "asked by the test");
}

fn riga(id: i64) -> Scrittura {
    let mut s = Scrittura::default();
    s.esattamente(1, "insert into righe (id) values ($1)", valori![id]);
    s
}

/// Those in hand are told that nobody knows; the writer goes on, in groups, and nobody waits for ever.
#[tokio::test(flavor = "multi_thread")]
async fn lo_scrittore_sopravvive_a_un_panico() {
    let db = testpg::database().await.unwrap();
    let mut imp = Impostazioni::nuove(db.url());
    imp.scrittori = 1;
    imp.chiave = Some(ChiaveCifratura::da_byte(&[7; 32]).unwrap());
    let store = Store::apri(imp).await.unwrap();
    let mut s = Scrittura::default();
    s.esegui("create table righe (id bigint primary key)", vec![]);
    store.commit(s).await.unwrap();
    for giro in 0..3_i64 {
        let mut gara = JoinSet::new();
        for n in 0..64 {
            let store = store.clone();
            gara.spawn(async move {
                if n == 20 {
                    let mut s = Scrittura::default();
                    s.esegui(PANICO, vec![]);
                    return (None, store.commit(s).await);
                }
                let id = giro * 100 + n;
                (Some(id), store.commit(riga(id)).await)
            });
        }
        for (id, esito) in gara.join_all().await {
            let scritta = match id {
                Some(id) => store.leggi_una::<i64>("select id from righe where id = $1", valori![id]).await,
                None => Ok(None),
            };
            match esito {
                Ok(()) => assert_eq!(scritta, Ok(id), "told committed"),
                // The panic came before anything was sent.
                Err(e) => assert_eq!((e, scritta), (StoreError::Incerto, Ok(None)), "{id:?}"),
            }
        }
    }
    // Alone, it is certain that the one in hand was the one that panicked.
    let mut s = Scrittura::default();
    s.esegui(PANICO, vec![]);
    assert_eq!(store.commit(s).await, Err(StoreError::Incerto));
    let mut gara = JoinSet::new();
    for n in 0..200 {
        let store = store.clone();
        gara.spawn(async move { store.commit(riga(1000 + n)).await });
    }
    assert!(gara.join_all().await.iter().all(Result::is_ok));
    let transazioni: Option<i64> = store
        .leggi_una("select count(distinct cast(xmin as text)) from righe where id >= 1000", vec![])
        .await
        .unwrap();
    assert!(transazioni.is_some_and(|n| n < 200), "groups again: {transazioni:?}");
    store.chiudi().await;
}
