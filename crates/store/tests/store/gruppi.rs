//! Group commit on PostgreSQL: a Scrittura has the outcome it would have alone, whatever its
//! company, and none is told committed before it is.

use crate::{
    banco::{Backend, Banco, aggiungi, inserisci, non_disponibile},
    guasti_postgres::dietro_un_proxy,
    proxy::Taglio,
};
use std::{collections::BTreeSet, time::Duration};
use store::{Impostazioni, Scrittura, Store, StoreError, valori};
use tokio::task::JoinSet;

/// One line for all, so that whoever waits shares a transaction.
fn una_linea(imp: &mut Impostazioni) {
    imp.scrittori = 1;
}

fn tocca(id: i64, da: &str) -> Scrittura {
    let mut s = Scrittura::default();
    s.esattamente(
        1,
        "update prove set stato = 'FATTA', versione = versione + 1 where id = $1 and stato = $2",
        valori![id, da],
    );
    s
}

/// Rows a good Scrittura of the mix leaves, and the outcome of the others.
fn mista(n: i64) -> (Scrittura, Option<&'static str>) {
    let base = 1000 + n * 10;
    let mut s = inserisci(base);
    match n % 8 {
        // A guard fails, after a row of its own.
        3 => {
            s.unisci(tocca(1, "MAI"));
            (s, Some("conflitto"))
        }
        // A guard fails before a key that is there: the guard decides, as it would alone.
        4 => {
            s.unisci(tocca(1, "MAI"));
            aggiungi(&mut s, 1, &format!("altra {n}"));
            (s, Some("conflitto"))
        }
        // A key that is there.
        5 => {
            aggiungi(&mut s, 1, &format!("altra {n}"));
            (s, Some("prove_pkey"))
        }
        // A statement the database cannot run with this value.
        6 => {
            s.esegui("update prove set versione = versione + 1 / ($1 - $1) where id = 1", valori![n]);
            (s, Some("rotta"))
        }
        // Only the COMMIT finds out.
        7 => {
            s.esegui("insert into figli (id, padre) values ($1, $2)", valori![base, -1]);
            (s, Some("rotta"))
        }
        _ => {
            s.unisci(inserisci(base + 1));
            (s, None)
        }
    }
}

fn e_quello(esito: &Result<(), StoreError>, atteso: Option<&str>) -> bool {
    match (esito, atteso) {
        (Ok(()), None)
        | (Err(StoreError::Conflitto), Some("conflitto"))
        | (Err(StoreError::Rotto(_)), Some("rotta")) => true,
        (Err(StoreError::Duplicato(v)), Some(nome)) => v == nome,
        _ => false,
    }
}

async fn ids(store: &Store) -> BTreeSet<i64> {
    store.leggi::<i64>("select id from prove", vec![]).await.unwrap().into_iter().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn in_compagnia_ognuno_ha_il_suo_esito() {
    for linee in [1, 2] {
        let b = Banco::con(Backend::Pg, |imp| imp.scrittori = linee).await;
        b.store.commit(inserisci(1)).await.unwrap();
        let mut gara = JoinSet::new();
        for scrittore in 0..64_i64 {
            let store = b.store.clone();
            gara.spawn(async move {
                let mut buone = Vec::new();
                for giro in 0..10 {
                    let n = scrittore * 10 + giro;
                    let (s, atteso) = mista(n);
                    let esito = store.commit(s).await;
                    assert!(e_quello(&esito, atteso), "{n}: {esito:?} instead of {atteso:?}");
                    if atteso.is_none() {
                        buone.extend([1000 + n * 10, 1001 + n * 10]);
                    }
                }
                buone
            });
        }
        let mut attese: BTreeSet<i64> = gara.join_all().await.into_iter().flatten().collect();
        attese.insert(1);
        assert_eq!(ids(&b.store).await, attese, "exactly what was told");
        let v: Option<i64> =
            b.store.leggi_una("select versione from prove where id = 1", vec![]).await.unwrap();
        assert_eq!(v, Some(0), "the refused left nothing");
    }
}

/// Rows of one transaction have one `xmin`.
#[tokio::test(flavor = "multi_thread")]
async fn chi_aspetta_condivide_una_transazione() {
    let transazioni = "select count(distinct cast(xmin as text)) from prove";
    for (gruppo, massime) in [(64, 320), (1, 640)] {
        let b = Banco::con(Backend::Pg, |imp| imp.gruppo = gruppo).await;
        let mut gara = JoinSet::new();
        for scrittore in 0..64_i64 {
            let store = b.store.clone();
            gara.spawn(async move {
                for giro in 0..10 {
                    store.commit(inserisci(scrittore * 10 + giro)).await.unwrap();
                }
            });
        }
        gara.join_all().await;
        assert_eq!(b.quante().await, 640);
        let quante: Option<i64> = b.store.leggi_una(transazioni, vec![]).await.unwrap();
        assert!(quante.unwrap() <= massime, "{quante:?}");
        assert!(gruppo > 1 || quante == Some(640), "{quante:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn la_stessa_riga_nello_stesso_gruppo() {
    let b = Banco::con(Backend::Pg, una_linea).await;
    for giro in 0..20 {
        b.store.commit(inserisci(giro)).await.unwrap();
        let mut gara = JoinSet::new();
        for n in 0..16 {
            let store = b.store.clone();
            gara.spawn(async move {
                let mut s = tocca(giro, "NUOVA");
                aggiungi(&mut s, 1000 + giro * 100 + n, &format!("traccia {giro} {n}"));
                store.commit(s).await
            });
        }
        let esiti = gara.join_all().await;
        assert_eq!(esiti.iter().filter(|e| e.is_ok()).count(), 1);
        assert_eq!(esiti.iter().filter(|e| **e == Err(StoreError::Conflitto)).count(), 15);
    }
    assert_eq!(b.quante().await, 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn la_stessa_chiave_nello_stesso_gruppo() {
    let b = Banco::con(Backend::Pg, una_linea).await;
    let mut gara = JoinSet::new();
    for _ in 0..32 {
        let store = b.store.clone();
        gara.spawn(async move { store.commit(inserisci(7)).await });
    }
    let esiti = gara.join_all().await;
    assert_eq!(esiti.iter().filter(|e| e.is_ok()).count(), 1);
    assert!(
        esiti.iter().filter_map(|e| e.as_ref().err()).all(|e| matches!(e, StoreError::Duplicato(_))),
        "{esiti:?}"
    );
    assert_eq!(b.quante().await, 1);
}

/// Two nodes that take the same rows in opposite order: nobody waits for the deadlock to be found,
/// and everybody is served.
#[tokio::test(flavor = "multi_thread")]
async fn righe_in_ordine_opposto() {
    let b = Banco::nuovo(Backend::Pg).await;
    let nodi = [b.store.clone(), b.altro_nodo().await];
    let mut s = Scrittura::default();
    for id in 0..20 {
        aggiungi(&mut s, id, &id.to_string());
    }
    b.store.commit(s).await.unwrap();
    let conta = "update prove set versione = versione + 1 where id = $1";
    let mut gara = JoinSet::new();
    for n in 0..400_i64 {
        let store = nodi[usize::from(n % 2 == 0)].clone();
        gara.spawn(async move {
            let riga = if n % 2 == 0 { n / 2 % 20 } else { 19 - n / 2 % 20 };
            let mut s = Scrittura::default();
            s.esattamente(1, conta, valori![riga]);
            store.commit(s).await
        });
    }
    for esito in gara.join_all().await {
        assert_eq!(esito, Ok(()));
    }
    let somma: Option<i64> =
        b.store.leggi_una("select cast(sum(versione) as bigint) from prove", vec![]).await.unwrap();
    assert_eq!(somma, Some(400));
}

/// The server ends our sessions again and again while 64 write: each is told what happened.
#[tokio::test(flavor = "multi_thread")]
async fn connessioni_uccise_a_meta_gruppo() {
    let b = Banco::con(Backend::Pg, |imp| imp.connessioni = 40).await;
    let mut gara = JoinSet::new();
    for scrittore in 0..64_i64 {
        let store = b.store.clone();
        gara.spawn(async move {
            let mut esiti = Vec::new();
            for giro in 0..40 {
                let id = scrittore * 100 + giro;
                esiti.push((id, store.commit(inserisci(id)).await));
            }
            esiti
        });
    }
    for _ in 0..12 {
        tokio::time::sleep(Duration::from_millis(25)).await;
        b.db.as_ref().unwrap().taglia().await.unwrap();
    }
    let esiti: Vec<_> = gara.join_all().await.concat();
    let scritte = ids(&b.altro_nodo().await).await;
    for (id, esito) in &esiti {
        match esito {
            Ok(()) => assert!(scritte.contains(id), "{id} was told committed"),
            Err(StoreError::Incerto) => {}
            Err(StoreError::NonDisponibile(_)) => assert!(!scritte.contains(id), "{id} was told not written"),
            altro => assert_eq!(*altro, Ok(()), "{id}"),
        }
    }
    assert!(esiti.iter().any(|(_, e)| e.is_ok()));
}

#[tokio::test(flavor = "multi_thread")]
async fn la_risposta_persa_di_un_gruppo_e_incerta_per_tutti() {
    for (taglio, scritte) in [(Taglio::PrimaDelCommit, false), (Taglio::DopoIlCommit, true)] {
        let b = Banco::con(Backend::Pg, una_linea).await;
        let (store, proxy) = dietro_un_proxy(&b).await;
        store.commit(inserisci(1)).await.unwrap();
        // Whoever is in the transaction whose COMMIT meets the cut; the others go on as before.
        proxy.taglia(taglio);
        let mut gara = JoinSet::new();
        for id in 100..116 {
            let store = store.clone();
            gara.spawn(async move { (id, store.commit(inserisci(id)).await) });
        }
        let esiti = gara.join_all().await;
        let incerte: Vec<_> = esiti.iter().filter(|(_, e)| *e == Err(StoreError::Incerto)).collect();
        assert!(!incerte.is_empty());
        for (id, e) in &esiti {
            match e {
                Ok(()) => assert!(b.esiste(*id).await),
                altro => {
                    assert_eq!(*altro, Err(StoreError::Incerto), "{id}");
                    assert_eq!(b.esiste(*id).await, scritte, "{id}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn chi_se_ne_va_non_rompe_il_gruppo() {
    let b = Banco::con(Backend::Pg, una_linea).await;
    let mut restano = JoinSet::new();
    for id in 0..200_i64 {
        let store = b.store.clone();
        let compito = async move { store.commit(inserisci(id)).await };
        if id % 3 == 0 {
            let andato = tokio::spawn(compito);
            if id % 2 == 0 {
                tokio::task::yield_now().await;
            }
            andato.abort();
        } else {
            restano.spawn(compito);
        }
    }
    for esito in restano.join_all().await {
        assert_eq!(esito, Ok(()));
    }
    let scritte = ids(&b.store).await;
    assert!((0..200).filter(|id| id % 3 != 0).all(|id| scritte.contains(&id)));
}

#[tokio::test(flavor = "multi_thread")]
async fn la_chiusura_finisce_cio_che_ha_preso() {
    let b = Banco::con(Backend::Pg, una_linea).await;
    let mut gara = JoinSet::new();
    for id in 0..100 {
        let store = b.store.clone();
        gara.spawn(async move { (id, store.commit(inserisci(id)).await) });
    }
    tokio::time::sleep(Duration::from_millis(3)).await;
    b.store.chiudi().await;
    assert!(non_disponibile(&b.store.commit(inserisci(1000)).await));
    let esiti = gara.join_all().await;
    let scritte = ids(&b.altro_nodo().await).await;
    for (id, esito) in esiti {
        assert!(esito == Ok(()) || non_disponibile(&esito), "{id}: {esito:?}");
        assert_eq!(scritte.contains(&id), esito.is_ok(), "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn una_coda_piena_non_e_disponibile() {
    let b = Banco::con(Backend::Pg, |imp| {
        una_linea(imp);
        imp.coda = 2;
        imp.attesa_coda = Duration::from_millis(50);
    })
    .await;
    let mut lenta = Scrittura::default();
    lenta.esegui("update prove set note = 'x' where id = $1 or pg_sleep(0.6) is null", valori![0]);
    b.store.commit(inserisci(1)).await.unwrap();
    let lenta = tokio::spawn({
        let store = b.store.clone();
        async move { store.commit(lenta).await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let seconda = tokio::spawn({
        let store = b.store.clone();
        async move { store.commit(inserisci(2)).await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(non_disponibile(&b.store.commit(inserisci(3)).await));
    lenta.await.unwrap().unwrap();
    seconda.await.unwrap().unwrap();
    b.store.commit(inserisci(3)).await.unwrap();
}

/// Too large to share: alone, while the others go on.
#[tokio::test(flavor = "multi_thread")]
async fn le_scritture_grandi_vanno_da_sole() {
    let b = Banco::con(Backend::Pg, una_linea).await;
    let mut grande = Scrittura::default();
    for id in 0..200 {
        aggiungi(&mut grande, id, &format!("g{id}"));
    }
    let (g, p, h) = tokio::join!(
        b.store.commit(grande),
        b.store.commit(inserisci(1000)),
        b.store.commit(crate::banco::inserisci_grande(1001, 1 << 20)),
    );
    assert_eq!((g, p, h), (Ok(()), Ok(()), Ok(())));
    assert_eq!(b.quante().await, 202);
}

/// A lone Scrittura and the readers must still find a connection.
#[tokio::test(flavor = "multi_thread")]
async fn senza_gruppi_tutto_vale_lo_stesso() {
    for cambia in [
        (|i: &mut Impostazioni| i.gruppo = 1) as fn(&mut Impostazioni),
        |i| i.scrittori = 0,
        |i| i.connessioni = 3,
    ] {
        let b = Banco::con(Backend::Pg, cambia).await;
        b.store.commit(inserisci(1)).await.unwrap();
        assert_eq!(b.store.commit(tocca(1, "MAI")).await, Err(StoreError::Conflitto));
        assert!(b.store.commit(inserisci(1)).await.unwrap_err().duplicato_di("prove_pkey"));
        assert_eq!(b.quante().await, 1);
    }
}
