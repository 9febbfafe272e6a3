//! PostgreSQL when things go wrong: cut connections, restarts, lost answers, locks.

use crate::{
    banco::{Backend, Banco, chiave, inserisci, non_disponibile},
    proxy::{Proxy, Taglio},
};
use sqlx::{Connection as _, Executor as _, PgConnection};
use std::time::{Duration, Instant};
use store::{Impostazioni, Scrittura, Store, StoreError, valori};
use testpg::{Cluster, Opzioni};
use tokio::task::JoinSet;

/// Makes the pool open several connections.
async fn scalda(store: &Store) {
    let mut insieme = JoinSet::new();
    for _ in 0..6 {
        let store = store.clone();
        insieme
            .spawn(async move { store.leggi::<i64>("select 1 from pg_sleep(0.1)", vec![]).await.unwrap() });
    }
    insieme.join_all().await;
    tokio::time::sleep(Duration::from_millis(50)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connessioni_tagliate_da_ferme_non_si_notano() {
    let b = Banco::nuovo(Backend::Pg).await;
    for giro in 0..3 {
        scalda(&b.store).await;
        assert!(b.db.as_ref().unwrap().taglia().await.unwrap() >= 6);
        b.store.commit(inserisci(giro)).await.unwrap();
        scalda(&b.store).await;
        assert!(b.db.as_ref().unwrap().taglia().await.unwrap() >= 6);
        assert_eq!(b.quante().await, giro + 1);
        scalda(&b.store).await;
        b.db.as_ref().unwrap().taglia().await.unwrap();
        b.store.riserva("prova", 1).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn un_server_fermo_non_e_disponibile_e_poi_torna() {
    let cluster = Cluster::privato(Opzioni { fsync: true, connessioni: 50 }).unwrap();
    let db = testpg::Database::nuovo(&cluster, None).await.unwrap();
    let mut imp = Impostazioni::nuove(db.url());
    imp.chiave = Some(chiave());
    imp.attesa_lock = Duration::from_millis(800);
    let store = Store::apri(imp.clone()).await.unwrap();
    store.migra().await.unwrap();
    let scrivi = |v: &str| {
        let mut s = Scrittura::default();
        s.esattamente(1, "insert into impostazioni (chiave, valore) values ($1, 'x')", valori![v]);
        s
    };
    scalda(&store).await;
    store.commit(scrivi("prima")).await.unwrap();
    cluster.ferma().unwrap();
    let inizio = Instant::now();
    assert!(non_disponibile(&store.commit(scrivi("durante")).await));
    assert!(non_disponibile(&store.leggi::<i64>("select 1", vec![]).await));
    assert!(non_disponibile(&store.viva().await));
    assert!(non_disponibile(&store.migra().await));
    assert!(non_disponibile(&Store::apri(imp).await.map(|_| ())));
    assert!(inizio.elapsed() < Duration::from_secs(8), "{:?}", inizio.elapsed());
    cluster.riparti().unwrap();
    store.commit(scrivi("dopo")).await.unwrap();
    // A crash: what was committed is there, the pool recovers by itself.
    scalda(&store).await;
    cluster.abbatti().unwrap();
    cluster.riparti().unwrap();
    store.viva().await.unwrap();
    store.commit(scrivi("dopo il crollo")).await.unwrap();
    let chiavi: Vec<String> =
        store.leggi("select chiave from impostazioni order by chiave", vec![]).await.unwrap();
    assert_eq!(chiavi, ["dopo", "dopo il crollo", "prima"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn un_commit_senza_risposta_e_incerto() {
    let b = Banco::nuovo(Backend::Pg).await;
    let (store, proxy) = dietro_un_proxy(&b).await;
    store.commit(inserisci(1)).await.unwrap();
    proxy.taglia(Taglio::PrimaDelCommit);
    assert_eq!(store.commit(inserisci(2)).await, Err(StoreError::Incerto));
    proxy.taglia(Taglio::DopoIlCommit);
    assert_eq!(store.commit(inserisci(3)).await, Err(StoreError::Incerto));
    // Only reloading tells which.
    assert!(!b.esiste(2).await);
    assert!(b.esiste(3).await);
    store.commit(inserisci(4)).await.unwrap();
}

/// Another node on the same database, through a line that can be cut.
pub(crate) async fn dietro_un_proxy(b: &Banco) -> (Store, Proxy) {
    let porta = porta_di(&b.imp.url);
    let proxy = Proxy::verso(porta).await;
    let mut imp = b.imp.clone();
    imp.url = imp.url.replace(&format!(":{porta}/"), &format!(":{}/", proxy.porta));
    (Store::apri(imp).await.unwrap(), proxy)
}

fn porta_di(url: &str) -> u16 {
    let fine = url.rfind('/').unwrap();
    let inizio = url[..fine].rfind(':').unwrap();
    url[inizio + 1..fine].parse().unwrap()
}

#[tokio::test]
async fn una_riga_bloccata_non_e_disponibile_e_poi_torna() {
    let b = Banco::con(Backend::Pg, |imp| imp.attesa_lock = Duration::from_millis(300)).await;
    b.store.commit(inserisci(1)).await.unwrap();
    let mut altro = PgConnection::connect(&b.imp.url).await.unwrap();
    altro.execute("begin; update prove set stato = 'X' where id = 1").await.unwrap();
    let tocca = || {
        let mut s = Scrittura::default();
        s.esattamente(1, "update prove set stato = 'Y' where id = $1", valori![1]);
        s
    };
    assert!(non_disponibile(&b.store.commit(tocca()).await));
    altro.execute("rollback").await.unwrap();
    b.store.commit(tocca()).await.unwrap();
}

#[tokio::test]
async fn uno_stallo_e_un_conflitto() {
    let b = Banco::con(Backend::Pg, |imp| imp.attesa_lock = Duration::from_secs(4)).await;
    let mut s = inserisci(1);
    s.unisci(inserisci(2));
    b.store.commit(s).await.unwrap();
    let mut altro = PgConnection::connect(&b.imp.url).await.unwrap();
    altro
        .execute("set deadlock_timeout = '10s'; begin; update prove set stato = 'X' where id = 1")
        .await
        .unwrap();
    let nostra = tokio::spawn({
        let store = b.store.clone();
        async move {
            let mut s = Scrittura::default();
            s.esattamente(1, "update prove set stato = 'Y' where id = $1", valori![2]);
            s.esattamente(1, "update prove set stato = 'Y' where id = $1", valori![1]);
            store.commit(s).await
        }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    // Now each waits for the other; the first to look is the Scrittura.
    altro.execute("update prove set stato = 'X' where id = 2").await.unwrap();
    assert_eq!(nostra.await.unwrap(), Err(StoreError::Conflitto));
    altro.execute("commit").await.unwrap();
}

#[tokio::test]
async fn un_istruzione_troppo_lunga_si_ferma() {
    let b = Banco::con(Backend::Pg, |imp| imp.attesa_istruzione = Duration::from_millis(300)).await;
    let inizio = Instant::now();
    assert!(non_disponibile(&b.store.leggi::<i64>("select 1 from pg_sleep(20)", vec![]).await));
    assert!(inizio.elapsed() < Duration::from_secs(3));
    b.store.viva().await.unwrap();
}

#[tokio::test]
async fn uno_schema_migrato_sotto_una_lettura_preparata() {
    let b = Banco::con(Backend::Pg, |imp| imp.connessioni = 1).await;
    b.store.commit(inserisci(1)).await.unwrap();
    let sql = "select * from prove where id = $1";
    assert_eq!(b.store.leggi::<i64>(sql, valori![1]).await.unwrap(), [1]);
    let mut altro = PgConnection::connect(&b.imp.url).await.unwrap();
    altro.execute("alter table prove add column nuova text").await.unwrap();
    assert_eq!(b.store.leggi::<i64>(sql, valori![1]).await.unwrap(), [1]);
}

#[tokio::test]
async fn troppe_richieste_per_le_connessioni_aspettano_o_non_sono_disponibili() {
    let b = Banco::con(Backend::Pg, |imp| {
        imp.connessioni = 1;
        imp.attesa_lock = Duration::from_millis(200);
    })
    .await;
    let lunga = tokio::spawn({
        let store = b.store.clone();
        async move { store.leggi::<i64>("select 1 from pg_sleep(0.8)", vec![]).await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(non_disponibile(&b.store.commit(inserisci(1)).await));
    lunga.await.unwrap().unwrap();
    b.store.commit(inserisci(1)).await.unwrap();
}
