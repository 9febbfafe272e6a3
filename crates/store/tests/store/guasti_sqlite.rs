//! SQLite when things go wrong: locked, full, absent, replaced; and the neighbours in a group.

use crate::banco::{Backend, Banco, aggiungi, inserisci, inserisci_grande, non_disponibile};
use std::{
    io::{BufRead as _, BufReader},
    process::Command,
    time::Duration,
};
use store::{Scrittura, Store, StoreError, valori};
use tokio::task::JoinHandle;

const BREVE: Duration = Duration::from_millis(300);

/// Another process that holds the write lock.
fn blocca(b: &Banco) -> rusqlite::Connection {
    let c = rusqlite::Connection::open(b.file()).unwrap();
    c.execute_batch("begin immediate").unwrap();
    c
}

/// Queues the Scritture behind a lock, so that they end up in one group, then lets them go.
async fn insieme(b: &Banco, scritture: Vec<Scrittura>) -> Vec<Result<(), StoreError>> {
    let altro = blocca(b);
    let mut attese: Vec<JoinHandle<_>> = Vec::new();
    for s in scritture {
        let store = b.store.clone();
        attese.push(tokio::spawn(async move { store.commit(s).await }));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    altro.execute_batch("rollback").unwrap();
    let mut esiti = Vec::new();
    for a in attese {
        esiti.push(a.await.unwrap());
    }
    esiti
}

#[tokio::test]
async fn una_scrittura_avvelenata_non_tocca_le_vicine() {
    let b = Banco::nuovo(Backend::Lite).await;
    let mut rotta = inserisci(2);
    rotta.esegui("insert into inesistente (id) values ($1)", valori![1]);
    let mut duplicata = inserisci(4);
    aggiungi(&mut duplicata, 1, "altra");
    let mut superata = inserisci(5);
    superata.esattamente(1, "update prove set stato = 'X' where id = $1", valori![77]);
    let esiti = insieme(&b, vec![inserisci(1), rotta, inserisci(3), duplicata, superata, inserisci(6)]).await;
    assert_eq!(esiti[0], Ok(()));
    assert!(matches!(esiti[1], Err(StoreError::Rotto(_))));
    assert_eq!(esiti[2], Ok(()));
    assert!(esiti[3].as_ref().unwrap_err().duplicato_di("prove_pkey"));
    assert_eq!(esiti[4], Err(StoreError::Conflitto));
    assert_eq!(esiti[5], Ok(()));
    let ids: Vec<i64> = b.store.leggi("select id from prove order by id", vec![]).await.unwrap();
    assert_eq!(ids, [1, 3, 6]);
}

#[tokio::test]
async fn chi_fa_fallire_il_commit_del_gruppo_fallisce_da_solo() {
    let b = Banco::nuovo(Backend::Lite).await;
    let mut orfana = inserisci(2);
    orfana.esegui("insert into figli (id, padre) values ($1, $2)", valori![1, 99]);
    let esiti = insieme(&b, vec![inserisci(1), orfana, inserisci(3)]).await;
    assert_eq!(esiti[0], Ok(()));
    assert!(matches!(esiti[1], Err(StoreError::Rotto(_))), "{:?}", esiti[1]);
    assert_eq!(esiti[2], Ok(()));
    let ids: Vec<i64> = b.store.leggi("select id from prove order by id", vec![]).await.unwrap();
    assert_eq!(ids, [1, 3]);
}

#[tokio::test]
async fn una_base_dati_bloccata_non_e_disponibile_e_poi_torna() {
    let b = Banco::con(Backend::Lite, |imp| imp.attesa_lock = BREVE).await;
    let altro = blocca(&b);
    let esito = b.store.commit(inserisci(1)).await;
    assert!(non_disponibile(&esito), "{esito:?}");
    // Reading goes on in the meantime.
    assert_eq!(b.quante().await, 0);
    altro.execute_batch("rollback").unwrap();
    b.store.commit(inserisci(1)).await.unwrap();
}

#[tokio::test]
async fn una_coda_piena_non_e_disponibile() {
    let b = Banco::con(Backend::Lite, |imp| {
        imp.coda = 2;
        imp.attesa_coda = Duration::from_millis(50);
        imp.attesa_lock = Duration::from_secs(5);
    })
    .await;
    let altro = blocca(&b);
    let mut attese = Vec::new();
    for id in 0..3 {
        let store = b.store.clone();
        attese.push(tokio::spawn(async move { store.commit(inserisci(id)).await }));
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    assert_eq!(
        b.store.commit(inserisci(9)).await,
        Err(StoreError::NonDisponibile("coda delle scritture piena".into()))
    );
    altro.execute_batch("rollback").unwrap();
    for a in attese {
        assert_eq!(a.await.unwrap(), Ok(()));
    }
    assert!(!b.esiste(9).await);
}

#[tokio::test]
async fn un_disco_pieno_non_e_disponibile_e_poi_torna() {
    let b = Banco::con(Backend::Lite, |imp| imp.dimensione_massima = Some(3 << 20)).await;
    let mut entrate = 0;
    let pieno = loop {
        match b.store.commit(inserisci_grande(entrate, 200_000)).await {
            Ok(()) => entrate += 1,
            Err(e) => break e,
        }
    };
    assert_eq!(pieno, StoreError::NonDisponibile("spazio esaurito".into()));
    assert_eq!(b.quante().await, entrate, "nothing half written");
    // In a group with one that does not fit the small ones do.
    let esiti = insieme(&b, vec![inserisci(900), inserisci_grande(901, 1_000_000), inserisci(902)]).await;
    assert_eq!(esiti[0], Ok(()));
    assert_eq!(esiti[1], Err(StoreError::NonDisponibile("spazio esaurito".into())));
    assert_eq!(esiti[2], Ok(()));
    let mut libera = Scrittura::default();
    libera.almeno(1, "delete from prove where id < $1", valori![900]);
    b.store.commit(libera).await.unwrap();
    b.store.commit(inserisci_grande(903, 200_000)).await.unwrap();
}

#[tokio::test]
async fn una_base_dati_assente_non_e_disponibile_e_poi_torna() {
    let b = Banco::nuovo(Backend::Lite).await;
    b.store.commit(inserisci(1)).await.unwrap();
    let cartella = b.file().parent().unwrap().to_owned();
    let via = cartella.with_file_name("via");
    std::fs::rename(&cartella, &via).unwrap();
    assert!(non_disponibile(&b.store.commit(inserisci(2)).await));
    assert!(non_disponibile(&b.store.leggi::<i64>("select id from prove", vec![]).await));
    assert!(non_disponibile(&b.store.viva().await));
    assert!(!cartella.exists(), "no empty database in its place");
    std::fs::rename(&via, &cartella).unwrap();
    b.store.commit(inserisci(2)).await.unwrap();
    assert_eq!(b.quante().await, 2);
}

#[tokio::test]
async fn una_base_dati_ripristinata_da_una_copia_si_riapre() {
    let b = Banco::nuovo(Backend::Lite).await;
    b.store.commit(inserisci(1)).await.unwrap();
    let copia = b.file().with_file_name("copia.db");
    let c = rusqlite::Connection::open(b.file()).unwrap();
    c.execute("vacuum into ?1", [copia.to_str().unwrap()]).unwrap();
    drop(c);
    b.store.commit(inserisci(2)).await.unwrap();
    for coda in ["", "-wal", "-shm"] {
        let nome = format!("govpay.db{coda}");
        std::fs::remove_file(b.file().with_file_name(nome)).unwrap();
    }
    std::fs::rename(&copia, b.file()).unwrap();
    b.store.commit(inserisci(3)).await.unwrap();
    let ids: Vec<i64> = b.store.leggi("select id from prove order by id", vec![]).await.unwrap();
    assert_eq!(ids, [1, 3]);
    // And it is there for the next start.
    b.store.chiudi().await;
    let ids: Vec<i64> = b.altro_nodo().await.leggi("select id from prove order by id", vec![]).await.unwrap();
    assert_eq!(ids, [1, 3]);
}

#[tokio::test]
async fn una_cartella_impossibile_si_dice_all_apertura() {
    let c = tempfile::tempdir().unwrap();
    std::fs::write(c.path().join("file"), [b'x'; 8192]).unwrap();
    let url = format!("sqlite://{}", c.path().join("file/govpay.db").display());
    assert!(non_disponibile(&Store::apri(store::Impostazioni::nuove(url)).await.map(|_| ())));
    let url = format!("sqlite://{}", c.path().join("file").display());
    let altro = Store::apri(store::Impostazioni::nuove(url)).await.map(|_| ());
    assert!(matches!(altro, Err(StoreError::Rotto(_))), "not a database: {altro:?}");
}

/// The COMMIT itself fails: in a process of its own, whose files cannot grow past a limit, the log
/// has room for any of the requests but not for all of them together.
#[test]
fn un_commit_fallito_lo_dice_a_tutto_il_gruppo() {
    const LIMITE: u64 = 3 << 20;
    const NOME: &str = "guasti_sqlite::un_commit_fallito_lo_dice_a_tutto_il_gruppo";
    if std::env::var_os("GOVPAY_PROVA_COMMIT").is_none() {
        let esito = Command::new("sh")
            .args(["-c", "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"", "sh"])
            .arg((LIMITE / 512).to_string())
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", NOME, "--nocapture"])
            .env("GOVPAY_PROVA_COMMIT", "1")
            .output()
            .unwrap();
        let detto = String::from_utf8_lossy(&esito.stdout);
        assert!(
            esito.status.success() && detto.contains("1 passed"),
            "{detto}{}",
            String::from_utf8_lossy(&esito.stderr)
        );
        return;
    }
    let rt = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    rt.block_on(async {
        let b = Banco::nuovo(Backend::Lite).await;
        let log = b.file().with_file_name("govpay.db-wal");
        let mut id = 0;
        while std::fs::metadata(&log).unwrap().len() < LIMITE - (600 << 10) {
            b.store.commit(inserisci_grande(id, 50_000)).await.unwrap();
            id += 1;
        }
        let gruppo = (1000..1010).map(|id| inserisci_grande(id, 100_000)).collect();
        for esito in insieme(&b, gruppo).await {
            assert_eq!(esito, Err(StoreError::Incerto));
        }
        assert_eq!(b.quante().await, id, "reloading tells that nothing was written");
        // The writer is alive, and each of them has room.
        b.store.commit(inserisci_grande(1000, 100_000)).await.unwrap();
        assert!(b.esiste(1000).await);
    });
}

/// A process that is killed while it commits: what it was told is committed is there.
#[test]
fn cio_che_e_confermato_sopravvive_a_un_processo_ucciso() {
    const NOME: &str = "guasti_sqlite::cio_che_e_confermato_sopravvive_a_un_processo_ucciso";
    let rt = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if let Some(url) = std::env::var_os("GOVPAY_PROVA_UCCISO") {
        rt.block_on(async {
            let store = Store::apri(store::Impostazioni::nuove(url.into_string().unwrap())).await.unwrap();
            let mut scrittori = tokio::task::JoinSet::new();
            for n in 0..8 {
                let store = store.clone();
                scrittori.spawn(async move {
                    for id in (n..).step_by(8) {
                        store.commit(inserisci(id)).await.unwrap();
                        println!("scritta {id}");
                    }
                });
            }
            scrittori.join_all().await;
        });
        return;
    }
    let b = rt.block_on(Banco::nuovo(Backend::Lite));
    let mut figlio = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", NOME, "--nocapture"])
        .env("GOVPAY_PROVA_UCCISO", &b.imp.url)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut righe = BufReader::new(figlio.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut confermate = Vec::new();
    for riga in righe.by_ref() {
        if confermate.len() == 2000 {
            figlio.kill().unwrap();
        }
        confermate.extend(riga.strip_prefix("scritta ").and_then(|id| id.parse::<i64>().ok()));
    }
    figlio.wait().unwrap();
    assert!(confermate.len() >= 2000);
    let trovate: Vec<i64> =
        rt.block_on(async { b.store.leggi("select id from prove order by id", vec![]).await }).unwrap();
    for id in &confermate {
        assert!(trovate.binary_search(id).is_ok(), "{id} was confirmed and is lost");
    }
}
