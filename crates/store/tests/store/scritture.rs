//! Read, decide, commit: guards, constraints, types, counts.

use crate::banco::{Backend, Banco, aggiungi, inserisci};
use rstest::rstest;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use store::{Conteggi, Interrogazione, Scrittura, Store, StoreError, valori};
use tokio::task::JoinSet;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn di_cinquanta_transizioni_insieme_ne_passa_una(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let b = Banco::nuovo(backend).await;
    b.store.commit(inserisci(1)).await.unwrap();
    let mut gara = JoinSet::new();
    for n in 0..50 {
        let store = b.store.clone();
        gara.spawn(async move {
            let mut s = Scrittura::default();
            aggiungi(&mut s, 100 + n, &format!("traccia {n}"));
            s.esattamente(
                1,
                "update prove set stato = $1, versione = versione + 1 where id = $2 and stato = $3",
                valori!["ANNULLATA", 1, "NUOVA"],
            );
            store.commit(s).await
        });
    }
    let esiti = gara.join_all().await;
    assert_eq!(esiti.iter().filter(|e| e.is_ok()).count(), 1);
    assert_eq!(esiti.iter().filter(|e| **e == Err(StoreError::Conflitto)).count(), 49);
    // The losers left nothing.
    assert_eq!(b.quante().await, 2);
}

#[rstest]
#[tokio::test]
async fn un_duplicato_dice_lo_stesso_vincolo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let b = Banco::nuovo(backend).await;
    b.store.commit(inserisci(1)).await.unwrap();
    // When two constraints refuse one row, which one is told depends on the database.
    let mut s = Scrittura::default();
    aggiungi(&mut s, 1, "altra");
    let chiave = b.store.commit(s).await.unwrap_err();
    assert!(chiave.duplicato_di("prove_pkey"), "{chiave:?}");
    let mut s = inserisci(2);
    aggiungi(&mut s, 3, "1");
    let unico = b.store.commit(s).await.unwrap_err();
    assert!(unico.duplicato_di("prove_sede_chiave_key"), "{unico:?}");
    assert!(!b.esiste(2).await, "all or nothing");
}

#[rstest]
#[tokio::test]
async fn un_vincolo_di_riferimento_e_un_errore_nostro(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let b = Banco::nuovo(backend).await;
    let mut s = inserisci(1);
    s.esegui("insert into figli (id, padre) values ($1, $2)", valori![1, 99]);
    // Deferred: it is the COMMIT that fails.
    assert!(matches!(b.store.commit(s).await, Err(StoreError::Rotto(_))));
    assert!(!b.esiste(1).await);
    b.store.commit(inserisci(2)).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn le_guardie_contano_le_righe(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let b = Banco::nuovo(backend).await;
    let mut s = inserisci(1);
    s.unisci(inserisci(2));
    assert_eq!(s.istruzioni(), 2);
    b.store.commit(s).await.unwrap();
    let tocca = |almeno: bool, n| {
        let mut s = Scrittura::default();
        let sql = "update prove set versione = versione + 1 where sede = $1";
        if almeno {
            s.almeno(n, sql, valori!["A"]);
        } else {
            s.esattamente(n, sql, valori!["A"]);
        }
        s
    };
    assert_eq!(b.store.commit(tocca(true, 1)).await, Ok(()));
    assert_eq!(b.store.commit(tocca(true, 2)).await, Ok(()));
    assert_eq!(b.store.commit(tocca(true, 3)).await, Err(StoreError::Conflitto));
    assert_eq!(b.store.commit(tocca(false, 2)).await, Ok(()));
    assert_eq!(b.store.commit(tocca(false, 1)).await, Err(StoreError::Conflitto));
    let v: Vec<i64> = b.store.leggi("select versione from prove order by id", vec![]).await.unwrap();
    assert_eq!(v, [3, 3]);
}

#[rstest]
#[tokio::test]
async fn i_null_hanno_un_tipo_e_i_parametri_un_numero(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let b = Banco::nuovo(backend).await;
    let mut s = Scrittura::default();
    // Parameters out of order, one twice.
    s.esattamente(
        1,
        "insert into prove (id, chiave, sede, stato, versione, note, dati) values ($3, $2, $2, $1, $4, $5, $6)",
        valori!["NUOVA", "x", 7, 0, None::<&str>, None::<Vec<u8>>],
    );
    s.esattamente(
        1,
        "insert into prove (id, chiave, sede, stato, versione, note, dati) values ($1, 'y', 'y', 'NUOVA', $2, $3, $4)",
        valori![8, true, "nota", vec![0_u8, 255]],
    );
    b.store.commit(s).await.unwrap();
    let sql = "select id, versione, note, dati, stato, 1 + 1 from prove where id = $1 and ($2 is null or note = $2)";
    type Tutta = (i64, bool, Option<String>, Option<Vec<u8>>, String, i64);
    let prima: Option<Tutta> = b.store.leggi_una(sql, valori![7, None::<&str>]).await.unwrap();
    assert_eq!(prima, Some((7, false, None, None, "NUOVA".into(), 2)));
    let altra: Option<Tutta> = b.store.leggi_una(sql, valori![8, "nota"]).await.unwrap();
    assert_eq!(altra, Some((8, true, Some("nota".into()), Some(vec![0, 255]), "NUOVA".into(), 2)));
    let nessuna: Option<Tutta> = b.store.leggi_una(sql, valori![8, "altra"]).await.unwrap();
    assert_eq!(nessuna, None);
    let nulla: Result<Vec<String>, _> =
        b.store.leggi("select note from prove where id = $1", valori![7]).await;
    assert!(matches!(nulla, Err(StoreError::Rotto(_))));
    let pochi: Result<Vec<i64>, _> = b.store.leggi("select id from prove where id = $1", vec![]).await;
    assert!(matches!(pochi, Err(StoreError::Rotto(_))));
    let mut sbagliata = Scrittura::default();
    sbagliata.esegui("delete from prove where id = $1", valori![7, 8]);
    assert!(matches!(b.store.commit(sbagliata).await, Err(StoreError::Rotto(_))));
}

#[rstest]
#[tokio::test]
async fn una_lettura_con_filtri_facoltativi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let b = Banco::nuovo(backend).await;
    let mut s = Scrittura::default();
    for n in 1..=5 {
        aggiungi(&mut s, n, &format!("k{n}"));
    }
    b.store.commit(s).await.unwrap();
    let mut q = Interrogazione::nuova("select id from prove where sede = ");
    q.valore("A").se(" and id > ", Some(1_i64)).se(" and stato = ", None::<&str>);
    q.testo(" and chiave in ").elenco(["k1", "k2", "k4"]).testo(" order by id limit ").valore(10);
    assert_eq!(b.store.leggi_composta::<i64>(q).await.unwrap(), [2, 4]);
    let mut vuota = Interrogazione::nuova("select id from prove where chiave in ");
    vuota.elenco(Vec::<String>::new());
    assert!(b.store.leggi_composta::<i64>(vuota).await.unwrap().is_empty());
}

#[rstest]
#[tokio::test]
async fn i_conteggi_dicono_cosa_si_e_chiesto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let b = Banco::nuovo(backend).await;
    let prima = b.store.conteggi();
    let mut s = inserisci(1);
    s.unisci(inserisci(2));
    b.store.commit(s).await.unwrap();
    b.store.commit(Scrittura::default()).await.unwrap();
    assert!(b.store.commit(inserisci(1)).await.is_err());
    assert_eq!(b.quante().await, 2);
    let primo = b.store.nuovi_id(1).await.unwrap();
    assert_eq!(b.store.nuovi_id(3).await.unwrap(), primo + 1);
    let fatti = b.store.conteggi().da(prima);
    assert_eq!(fatti, Conteggi { letture: 1, istruzioni: 2, commit: 1, riserve: 1 });
}

/// The policy of the use cases: queue by key, reload and decide again on `Conflitto` for 2 s.
async fn incrementa(store: &Store) -> Result<(), StoreError> {
    let fine = Instant::now() + Duration::from_secs(2);
    let _turno = store.serratura("prova/1").await;
    loop {
        let versione: i64 =
            store.leggi_una("select versione from prove where id = $1", valori![1]).await?.unwrap();
        let mut s = Scrittura::default();
        s.esattamente(
            1,
            "update prove set versione = versione + 1 where id = $1 and versione = $2",
            valori![1, versione],
        );
        match store.commit(s).await {
            Err(StoreError::Conflitto) if Instant::now() < fine => {}
            altro => return altro,
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sessantaquattro_scrittori_di_un_aggregato_riescono_tutti(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let b = Banco::nuovo(backend).await;
    b.store.commit(inserisci(1)).await.unwrap();
    let nodi = [b.store.clone(), b.altro_nodo().await];
    let mut gara = JoinSet::new();
    for n in 0..64 {
        let store = nodi[n % 2].clone();
        gara.spawn(async move { incrementa(&store).await });
    }
    for esito in gara.join_all().await {
        assert_eq!(esito, Ok(()));
    }
    let v: Option<i64> = b.store.leggi_una("select versione from prove where id = 1", vec![]).await.unwrap();
    assert_eq!(v, Some(64));
}

#[rstest]
#[tokio::test]
async fn chi_smette_di_aspettare_non_taglia_la_scrittura(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let b = Banco::nuovo(backend).await;
    for id in 0..20 {
        let store = b.store.clone();
        let attesa = tokio::spawn(async move { store.commit(inserisci(id)).await });
        tokio::time::sleep(Duration::from_micros(50 * id.unsigned_abs())).await;
        attesa.abort();
        let _ = attesa.await;
    }
    // Whatever happened to each, the store is in order.
    b.store.commit(inserisci(1000)).await.unwrap();
    assert!(b.esiste(1000).await);
}

#[rstest]
#[tokio::test]
async fn dopo_la_chiusura_non_e_disponibile(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let b = Banco::nuovo(backend).await;
    b.store.viva().await.unwrap();
    let accettata = tokio::spawn({
        let store = b.store.clone();
        async move { store.commit(inserisci(1)).await }
    });
    tokio::task::yield_now().await;
    let esito = accettata.await.unwrap();
    b.store.chiudi().await;
    assert!(crate::banco::non_disponibile(&b.store.commit(inserisci(2)).await));
    assert!(crate::banco::non_disponibile(&b.store.viva().await));
    assert_eq!(esito, Ok(()));
    let dopo = b.altro_nodo().await;
    let ids: Vec<i64> = dopo.leggi("select id from prove order by id", vec![]).await.unwrap();
    assert_eq!(ids, [1]);
}

/// Not a check: `cargo test -p govpay-store -- --ignored --nocapture quanti_commit`.
#[rstest]
#[ignore = "a measurement"]
#[tokio::test(flavor = "multi_thread")]
async fn quanti_commit_al_secondo(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
    #[values(1, 8, 64)] scrittori: usize,
) {
    let b = Banco::nuovo(backend).await;
    let inizio = Instant::now();
    let seguito = Arc::new(std::sync::atomic::AtomicI64::new(0));
    let mut gara = JoinSet::new();
    for _ in 0..scrittori {
        let (store, seguito) = (b.store.clone(), Arc::clone(&seguito));
        gara.spawn(async move {
            while inizio.elapsed() < Duration::from_secs(2) {
                let id = seguito.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                store.commit(inserisci(id)).await.unwrap();
            }
        });
    }
    gara.join_all().await;
    let al_secondo = f64::from(u32::try_from(b.quante().await).unwrap()) / inizio.elapsed().as_secs_f64();
    println!("{backend:?}, {scrittori} writers: {al_secondo:.0} commits/s");
}
