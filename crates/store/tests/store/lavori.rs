//! One node runs a job.

use crate::banco::{Backend, Banco, aggiungi};
use domain::Istante;
use rstest::rstest;
use std::time::Duration;
use store::{Scrittura, StoreError, lavori::EsitoLavoro};
use tokio::task::JoinSet;

const LUNGO: Duration = Duration::from_secs(300);
const ADESSO: Istante = Istante::da_micros(1_790_000_000_000_000);

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn di_due_nodi_uno_prende_il_lavoro(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let b = Banco::nuovo(backend).await;
    let nodi = [b.store.clone(), b.altro_nodo().await];
    let mut gara = JoinSet::new();
    for n in 0..10 {
        let store = nodi[n % 2].clone();
        gara.spawn(
            async move { store.prendi_lavoro("pulizia", &format!("n{n}"), LUNGO, None).await.unwrap() },
        );
    }
    let presi: Vec<_> = gara.join_all().await.into_iter().flatten().collect();
    assert_eq!(presi.len(), 1);
    b.store.batti(&presi[0]).await.unwrap();
    b.store.lascia_lavoro(&presi[0], EsitoLavoro::Riuscito, "12 righe", ADESSO).await.unwrap();
    // Given back: not ours any more, and free for the other.
    assert_eq!(b.store.batti(&presi[0]).await, Err(StoreError::Conflitto));
    let altro = nodi[1].prendi_lavoro("pulizia", "b", LUNGO, None).await.unwrap().unwrap();
    assert!(altro.gettone() > presi[0].gettone());
    nodi[1].lascia_lavoro(&altro, EsitoLavoro::Fallito, "disco pieno", ADESSO.piu_secondi(60)).await.unwrap();
    let stati = b.store.lavori().await.unwrap();
    assert_eq!(stati.len(), 1);
    assert_eq!(stati[0].nodo, None);
    assert_eq!(stati[0].ultimo_successo, Some(ADESSO), "a failure keeps the last success");
    assert_eq!(stati[0].ultimo_esito.as_deref(), Some("KO"));
    assert_eq!(stati[0].ultimo_testo.as_deref(), Some("disco pieno"));
}

#[rstest]
#[tokio::test]
async fn chi_tace_perde_il_lavoro_e_le_sue_scritture(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let b = Banco::nuovo(backend).await;
    let breve = Duration::from_millis(200);
    let primo = b.store.prendi_lavoro("flussi", "a", breve, None).await.unwrap().unwrap();
    assert_eq!(b.store.prendi_lavoro("flussi", "b", breve, None).await.unwrap(), None);
    tokio::time::sleep(Duration::from_millis(150)).await;
    b.store.batti(&primo).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(b.store.prendi_lavoro("flussi", "b", breve, None).await.unwrap(), None, "it had beaten");
    tokio::time::sleep(Duration::from_millis(250)).await;
    let secondo = b.store.prendi_lavoro("flussi", "b", breve, None).await.unwrap().unwrap();
    let scrive = |lavoro: &store::lavori::Lavoro, id| {
        let mut s = Scrittura::default();
        aggiungi(&mut s, id, &id.to_string());
        lavoro.proteggi(&mut s);
        s
    };
    assert_eq!(b.store.commit(scrive(&primo, 1)).await, Err(StoreError::Conflitto));
    assert_eq!(b.store.batti(&primo).await, Err(StoreError::Conflitto));
    let resa = b.store.lascia_lavoro(&primo, EsitoLavoro::Riuscito, "", ADESSO).await;
    assert_eq!(resa, Err(StoreError::Conflitto));
    assert_eq!(b.store.commit(scrive(&secondo, 2)).await, Ok(()));
    assert!(!b.esiste(1).await && b.esiste(2).await);
}

#[rstest]
#[tokio::test]
async fn uno_scatto_produce_una_sola_esecuzione(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let b = Banco::nuovo(backend).await;
    let prendi = |scatto| {
        let store = b.store.clone();
        async move { store.prendi_lavoro("notte", "a", LUNGO, scatto).await.unwrap() }
    };
    let primo = prendi(Some(ADESSO)).await.unwrap();
    b.store.lascia_lavoro(&primo, EsitoLavoro::Riuscito, "", ADESSO).await.unwrap();
    assert_eq!(prendi(Some(ADESSO)).await, None, "the same instant on a slower node");
    let a_mano = prendi(None).await.unwrap();
    b.store.lascia_lavoro(&a_mano, EsitoLavoro::Riuscito, "", ADESSO).await.unwrap();
    assert_eq!(prendi(Some(ADESSO)).await, None, "a run by hand does not forget it");
    assert!(prendi(Some(ADESSO.piu_secondi(60))).await.is_some());
}
