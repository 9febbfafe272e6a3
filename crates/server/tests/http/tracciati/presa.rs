//! Who has lost a bulk load: he stops at once, and what he had almost written is counted.

use super::{DOMINIO, T, conti, file, invia_csv, operazioni, riga, senza_lavori, un_passo};
use rstest::rstest;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use std::time::{Duration, Instant};
use store::tracciati::{NuovaOperazione, Presa, TipoOperazione};
use store::{Scrittura, StoreError};
use testkit::{Anagrafica, Backend, Cliente, TestApp};

async fn inviato(bo: &Cliente, righe: &[String]) -> i64 {
    let r = invia_csv(bo, &format!("{DOMINIO}?stampaAvvisi=false"), &file(righe)).await;
    r.con_stato(201).json()["id"].as_i64().unwrap()
}

async fn mostra(bo: &Cliente, id: i64) -> Value {
    bo.get(&format!("{T}/{id}")).await.con_stato(200).json()
}

/// An update and an annulment wait for their pendenza; when they have it, the load is not theirs any more.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_ha_perduto_il_file_non_riprova(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
    #[values("45.01", "0")] importo: &str,
) {
    let app = senza_lavori(backend).await;
    let bo = app.backoffice();
    let prima = inviato(&bo, &[riga("P1", &[])]).await;
    while un_passo(&app).await {}
    assert_eq!(conti(&mostra(&bo, prima).await).0, "ESEGUITO");
    let id = inviato(&bo, &[riga("P1", &[(6, "cambiata"), (12, importo)])]).await;
    let store = app.engine().store().clone();
    let fila = store.serratura("a2a/GESTIONALE/P1").await;
    let engine = app.engine().clone();
    let lavoro = tokio::spawn(async move {
        let fine = tokio_util::sync::CancellationToken::new();
        engine.elabora_tracciato(Duration::from_secs(30), &fine).await
    });
    while conti(&mostra(&bo, id).await).0 != "IN_ELABORAZIONE" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut s = Scrittura::nuova();
    store::tracciati::annulla(&mut s, id, "altri", app.engine().adesso());
    store.commit(s).await.unwrap();
    let (conteggi, inizio) = (app.conteggi(), Instant::now());
    drop(fila);
    assert_eq!(lavoro.await.unwrap(), Ok(true));
    // It went on for two seconds, reading each time.
    let letture = app.conteggi().da(conteggi).letture;
    assert!(
        letture <= 8 && inizio.elapsed() < Duration::from_millis(1900),
        "{letture} {:?}",
        inizio.elapsed()
    );
    let t = mostra(&bo, id).await;
    assert_eq!(t["descrizioneStato"], "Tracciato annullato da altri: nessuna operazione elaborata.");
    let p = app.applicazione().get("/pendenze/GESTIONALE/P1").await.con_stato(200).json();
    assert_eq!((&p["causale"], &p["stato"]), (&json!("TARI P1"), &json!("NON_ESEGUITA")));
}

fn scartata(numero: i64) -> NuovaOperazione {
    NuovaOperazione {
        numero,
        tipo: TipoOperazione::Add,
        eseguita: false,
        descrizione: Some("Record vuoto".to_owned()),
        id_a2a: None,
        id_pendenza: None,
        id_dominio: None,
        numero_avviso: None,
        pendenza: None,
        documento: None,
        da_stampare: false,
        richiesta: None,
        risposta: "{}".to_owned(),
        riga: Some("x".to_owned()),
    }
}

/// A worker that has stopped between its records and its commit; it goes on when the other ends.
async fn in_mezzo(
    app: &TestApp,
    id: i64,
    presa: &Presa,
) -> (PgConnection, tokio::task::JoinHandle<Result<(), StoreError>>) {
    let mut altro = PgConnection::connect(app.postgres().unwrap().url()).await.unwrap();
    altro.execute("begin").await.unwrap();
    let tiene = format!(
        "insert into tracciati_operazioni (tracciato, numero, tipo, stato, risposta) \
         values ({id}, 2, 'ADD', 'SCARTATO', 'altro')"
    );
    altro.execute(AssertSqlSafe(tiene)).await.unwrap();
    let mut s = Scrittura::nuova();
    store::tracciati::operazione(&mut s, presa, &scartata(1));
    store::tracciati::operazione(&mut s, presa, &scartata(2));
    let store = app.engine().store().clone();
    let lento = tokio::spawn(async move { store.commit(s).await });
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(!lento.is_finished());
    (altro, lento)
}

/// SQLite has one commit at a time: nobody can be in the middle of one.
async fn con_pazienza() -> TestApp {
    let app = TestApp::con(Backend::Pg, |c| {
        c.worker.jobs = false;
        c.database.lock_wait_millis = 20_000;
        c.database.statement_timeout_millis = 20_000;
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn un_commit_che_arriva_tardi_e_contato() {
    let app = con_pazienza().await;
    let bo = app.backoffice();
    let id = inviato(&bo, &[riga("P1", &[]), riga("P2", &[]), riga("P3", &[])]).await;
    let store = app.engine().store();
    let presa = store.prendi_tracciato("lento", Duration::from_millis(300)).await.unwrap().unwrap();
    let (mut altro, lento) = in_mezzo(&app, id, &presa).await;
    // Its lease is over. Who asks for the end waits for it.
    let fine = json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATO" }]);
    let percorso = format!("{T}/{id}");
    let (t, ()) = tokio::join!(bo.patch(&percorso, &fine), async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert_eq!(conti(&mostra(&bo, id).await).0, "IN_ATTESA");
        altro.execute("rollback").await.unwrap();
    });
    lento.await.unwrap().unwrap();
    let t = t.con_stato(200).json();
    assert_eq!(conti(&t).1, [0, 0, 2], "{t}");
    assert_eq!(t["stato"], "ESEGUITO_CON_ERRORI");
    assert_eq!(operazioni(&bo, &t).await.len(), 2);
    assert_eq!(store.conta_esiti(id).await.unwrap().fallite, 2);
    // From then on he writes nothing.
    let mut s = Scrittura::nuova();
    store::tracciati::operazione(&mut s, &presa, &scartata(3));
    assert_eq!(store.commit(s).await, Err(StoreError::Conflitto));
    assert!(!un_passo(&app).await, "non c'e' piu' niente da fare");
}

#[tokio::test(flavor = "multi_thread")]
async fn un_commit_che_tarda_troppo_lo_aspetta_il_lavoro() {
    let app = con_pazienza().await;
    let bo = app.backoffice();
    let id = inviato(&bo, &[riga("P1", &[]), riga("P2", &[]), riga("P3", &[])]).await;
    let store = app.engine().store();
    let presa = store.prendi_tracciato("lento", Duration::from_millis(300)).await.unwrap().unwrap();
    let (mut altro, lento) = in_mezzo(&app, id, &presa).await;
    // The answer comes all the same, and leaves it to the job; which leaves it too.
    let fine = json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATO" }]);
    let t = bo.patch(&format!("{T}/{id}"), &fine).await.con_stato(200).json();
    assert_eq!((conti(&t), t.get("descrizioneStato")), (("IN_ATTESA", [0, 0, 0], [0, 0, 0]), None));
    let fine = tokio_util::sync::CancellationToken::new();
    let breve = Duration::from_secs(1);
    assert_eq!(app.engine().elabora_tracciato(breve, &fine).await, Ok(true));
    assert_eq!(mostra(&bo, id).await, t);
    assert_eq!(app.engine().elabora_tracciato(breve, &fine).await, Ok(false), "fino alla fine della presa");
    altro.execute("rollback").await.unwrap();
    lento.await.unwrap().unwrap();
    tokio::time::sleep(breve).await;
    assert!(un_passo(&app).await);
    assert_eq!(conti(&mostra(&bo, id).await), ("ESEGUITO_CON_ERRORI", [0, 0, 2], [0, 0, 0]));
}
