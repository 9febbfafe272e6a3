//! Numbers reserved in blocks.

use crate::banco::{Backend, Banco};
use rstest::rstest;
use std::collections::HashSet;
use store::StoreError;
use tokio::task::JoinSet;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn gli_id_sono_unici_su_due_nodi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let b = Banco::nuovo(backend).await;
    let nodi = [b.store.clone(), b.altro_nodo().await];
    let mut gara = JoinSet::new();
    for n in 0..64 {
        let store = nodi[n % 2].clone();
        gara.spawn(async move {
            let mut presi = Vec::new();
            for quanti in [1, 3, 40, 1, 7] {
                let primo = store.nuovi_id(quanti).await.unwrap();
                presi.extend(primo..primo + i64::try_from(quanti).unwrap());
            }
            presi
        });
    }
    let tutti: Vec<i64> = gara.join_all().await.into_iter().flatten().collect();
    assert_eq!(tutti.len(), 64 * 52);
    assert!(tutti.iter().all(|id| *id >= 1));
    assert_eq!(tutti.iter().collect::<HashSet<_>>().len(), tutti.len());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_progressivi_sono_unici_su_due_nodi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let b = Banco::nuovo(backend).await;
    let nodi = [b.store.clone(), b.altro_nodo().await];
    let mut gara = JoinSet::new();
    for n in 0..64 {
        let store = nodi[n % 2].clone();
        gara.spawn(async move {
            let mut presi = Vec::new();
            for _ in 0..20 {
                presi.push(store.prossimo_progressivo("iuv/12345678901/07", 25).await.unwrap());
            }
            assert!(presi.is_sorted(), "one node's numbers grow");
            presi
        });
    }
    let tutti: Vec<i64> = gara.join_all().await.into_iter().flatten().collect();
    assert_eq!(tutti.iter().collect::<HashSet<_>>().len(), 64 * 20);
    // 1280 numbers in blocks of 25: no more reservations than blocks, plus the last of each node.
    let riserve = nodi[0].conteggi().riserve + nodi[1].conteggi().riserve;
    assert!((52..=54).contains(&riserve), "{riserve}");
}

#[rstest]
#[tokio::test]
async fn i_contatori_partono_da_uno_e_non_si_mescolano(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let b = Banco::nuovo(backend).await;
    assert_eq!(b.store.riserva("a", 10).await, Ok(1));
    assert_eq!(b.store.riserva("a", 1).await, Ok(11));
    assert_eq!(b.store.riserva("b", 1).await, Ok(1));
    assert_eq!(b.store.prossimo_progressivo("a", 5).await, Ok(12));
    assert_eq!(b.store.prossimo_progressivo("a", 5).await, Ok(13));
    assert_eq!(b.store.riserva("a", 1).await, Ok(17));
    assert!(matches!(b.store.riserva("a", 0).await, Err(StoreError::Rotto(_))));
    // More than a block at once.
    let primo = b.store.nuovi_id(2500).await.unwrap();
    assert!(b.store.nuovi_id(1).await.unwrap() >= primo + 2500);
}
