//! A database that is locked or gone for a while.

use super::*;
use rusqlite::Connection as Lite;
use sqlx::{Connection as _, Executor as _, PgConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use testkit::{Copione, StubEnte, buste};

/// Does this way of losing the database leave the reads?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Letture {
    Restano,
    Mancano,
}

/// Short waits: the test looks at what happens when they end.
fn impaziente(c: &mut server::Configurazione) {
    c.database.lock_wait_millis = 300;
    c.database.statement_timeout_millis = 1000;
}

/// A receipt that waits, a pendenza to pay, an ente to notify.
async fn prepara(app: &TestApp) -> StubEnte {
    let ente = StubEnte::nuovo().await;
    ente.sempre(Copione::Stato(201));
    Anagrafica::standard().ente(ente.url(), "REST v2").crea(app).await;
    put(app, "P1", &buste::avviso(1)).await.con_stato(201);
    put(app, "P2", &buste::avviso(2)).await.con_stato(201);
    assert_eq!(esito(&app.nodo().soap(&buste::attiva(&buste::avviso(1))).await), "OK");
    // Known callers: whoever has not been seen yet cannot be recognised without a database.
    app.backoffice().get("/entrate/TARI").await.con_stato(200);
    ente
}

/// While the database is away.
async fn durante(app: &TestApp, letture: Letture) {
    let nodo = app.nodo();
    let restano = letture == Letture::Restano;
    e_interno(&put(app, "P3", &buste::avviso(3)).await);
    let e = json!({ "descrizione": "Altra", "tipoContabilita": "ALTRO", "codiceContabilita": "ABC" });
    e_interno(&app.backoffice().put("/entrate/ALTRA", &e).await);
    let stato = json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATA" }]);
    e_interno(&app.applicazione().patch(&percorso("P2"), &stato).await);
    let letta = app.applicazione().get(&percorso("P1")).await;
    let verificata = nodo.soap(&buste::verifica(&buste::avviso(2))).await;
    if restano {
        assert_eq!(letta.stato(), 200, "{}", letta.testo());
        assert_eq!(esito(&verificata), "OK");
    } else {
        e_interno(&letta);
        assert_eq!(esito(&verificata), "KO PAA_SYSTEM_ERROR");
        // Credentials that cannot be looked up are not wrong credentials (spec 10 2.3).
        let r = app.applicazione().come("sconosciuto", "Qualcosa1").get(&percorso("P1")).await;
        let atteso =
            json!({ "categoria": "AUTORIZZAZIONE", "codice": "500", "descrizione": "Errore interno" });
        assert_eq!((r.stato(), r.json()), (500, atteso));
    }
    let attivata = nodo.soap(&buste::attiva(&buste::avviso(2))).await;
    assert_eq!(esito(&attivata), "KO PAA_SYSTEM_ERROR");
    for _ in 0..2 {
        let ricevuta = nodo.soap(&buste::ricevuta(&buste::avviso(1), "R1")).await;
        assert_eq!(esito(&ricevuta), "KO PAA_SYSTEM_ERROR");
        assert!(!ricevuta.testo().contains("SQL"), "{}", ricevuta.testo());
    }
    assert_eq!(app.cliente("/health/live").get("").await.stato(), 200);
    let pronta = app.cliente("/health/ready").get("").await;
    assert_eq!(pronta.stato(), 503, "{}", pronta.testo());
    assert_eq!(app.cliente("/metrics").get("").await.stato(), 200);
}

/// Once it is back, with nobody touching the gateway.
async fn dopo(app: &TestApp, ente: &StubEnte) {
    finche("pronta di nuovo", async || {
        (app.cliente("/health/ready").get("").await.stato() == 200).then_some(())
    })
    .await;
    // Nothing of what was refused is there.
    assert_eq!(app.applicazione().get(&percorso("P3")).await.stato(), 404);
    assert_eq!(app.backoffice().get("/entrate/ALTRA").await.stato(), 404);
    let (p1, p2) = (dettaglio(app, "P1").await, dettaglio(app, "P2").await);
    assert_eq!((&p1["stato"], &p2["stato"]), (&json!("NON_ESEGUITA"), &json!("NON_ESEGUITA")));
    assert_eq!(p1["rpp"].as_array().unwrap().len(), 1);
    assert_eq!(p1["rpp"][0]["stato"], "RPT_ACCETTATA_NODO");
    assert_eq!(p2["rpp"], json!([]));
    assert_eq!(p1["voci"][0].get("riscossione"), None, "{p1}");

    // Everything works, and what was refused is accepted when it comes again.
    let nodo = app.nodo();
    put(app, "P3", &buste::avviso(3)).await.con_stato(201);
    assert_eq!(esito(&nodo.soap(&buste::verifica(&buste::avviso(2))).await), "OK");
    assert_eq!(esito(&nodo.soap(&buste::attiva(&buste::avviso(2))).await), "OK");
    assert_eq!(esito(&nodo.soap(&buste::ricevuta(&buste::avviso(1), "R1")).await), "OK");
    let ancora = nodo.soap(&buste::ricevuta(&buste::avviso(1), "R1")).await;
    assert_eq!(esito(&ancora), "KO PAA_RECEIPT_DUPLICATA");
    pagata_una_volta(app, "P1", "R1").await;
    ente.attendi(1).await;
    finche("gli eventi si leggono", async || eventi_del_guasto(app).await).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let iuv = &buste::avviso(1)[1..];
    let notifiche: Vec<_> = ente.ricevute().into_iter().map(|r| r.percorso).collect();
    assert_eq!(notifiche, [format!("/ricevute/{DOMINIO}/{iuv}/R1")]);
}

/// ESEGUITA, with one attempt that has its receipt and one riscossione per voce.
async fn pagata_una_volta(app: &TestApp, id: &str, ricevuta: &str) {
    let p = dettaglio(app, id).await;
    assert_eq!(p["stato"], "ESEGUITA", "{p}");
    let conclusi: Vec<_> =
        p["rpp"].as_array().unwrap().iter().filter(|r| r["stato"] == "RT_ACCETTATA_PA").collect();
    assert_eq!(conclusi.len(), 1, "{p}");
    assert_eq!(conclusi[0]["rt"]["receiptId"], ricevuta);
    let chiave = domain::pendenza::ChiavePendenza {
        id_a2a: domain::IdA2A::fidato("GESTIONALE"),
        id_pendenza: domain::IdPendenza::fidato(id),
    };
    let store = app.engine().store();
    let letta = store.pendenza(&chiave).await.unwrap().unwrap();
    let riscossioni = store.riscossioni_di(letta.id).await.unwrap();
    let iur: Vec<_> = riscossioni.iter().map(|r| (r.iur.as_str(), r.indice)).collect();
    assert_eq!(iur, [(ricevuta, 1)]);
}

/// The calls refused meanwhile are in the giornale, beside those that went well afterwards.
async fn eventi_del_guasto(app: &TestApp) -> Option<()> {
    let tipi = async |query: &str| {
        let r = app.backoffice().get(&format!("/eventi?risultatiPerPagina=100&{query}")).await.con_stato(200);
        let mut t: Vec<String> = r.json()["risultati"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| format!("{} {}", e["tipoEvento"].as_str().unwrap(), e["esito"].as_str().unwrap()))
            .collect();
        t.sort();
        t
    };
    let p3 = tipi("idA2A=GESTIONALE&idPendenza=P3").await;
    let r1 = tipi(&format!("idDominio={DOMINIO}&iuv={}&tipoEvento=paSendRTV2", &buste::avviso(1)[1..])).await;
    let a2 =
        tipi(&format!("idDominio={DOMINIO}&iuv={}&tipoEvento=paGetPaymentV2", &buste::avviso(2)[1..])).await;
    let come_attesi = p3 == ["addPendenza FAIL", "addPendenza OK"]
        && r1 == ["paSendRTV2 FAIL", "paSendRTV2 FAIL", "paSendRTV2 KO", "paSendRTV2 OK"]
        && a2 == ["paGetPaymentV2 FAIL", "paGetPaymentV2 OK"];
    if !come_attesi {
        println!("eventi finora: {p3:?} {r1:?} {a2:?}");
    }
    come_attesi.then_some(())
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_bloccato_da_un_altro_processo() {
    let app = TestApp::con(Backend::Lite, impaziente).await;
    let ente = prepara(&app).await;
    let altro = Lite::open(app.file().unwrap()).unwrap();
    altro.execute_batch("begin exclusive").unwrap();
    durante(&app, Letture::Restano).await;
    altro.execute_batch("rollback").unwrap();
    dopo(&app, &ente).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn il_file_di_sqlite_spostato_e_rimesso_al_suo_posto() {
    let app = TestApp::con(Backend::Lite, impaziente).await;
    let ente = prepara(&app).await;
    let file = app.file().unwrap();
    let altrove = file.with_extension("via");
    std::fs::rename(&file, &altrove).unwrap();
    durante(&app, Letture::Mancano).await;
    assert!(!file.exists(), "nessuno ne ha fatto uno vuoto");
    std::fs::rename(&altrove, &file).unwrap();
    dopo(&app, &ente).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn le_tabelle_di_postgres_bloccate_da_un_altro_processo() {
    let app = TestApp::con(Backend::Pg, impaziente).await;
    let ente = prepara(&app).await;
    let mut altro = PgConnection::connect(app.postgres().unwrap().url()).await.unwrap();
    let tutte = "do $$ declare t record; begin for t in select tablename from pg_tables \
                 where schemaname = 'public' loop execute format('lock table %I in access exclusive mode', \
                 t.tablename); end loop; end $$";
    altro.execute("begin").await.unwrap();
    altro.execute(tutte).await.unwrap();
    durante(&app, Letture::Mancano).await;
    altro.execute("rollback").await.unwrap();
    dopo(&app, &ente).await;
}

/// A server of its own, stopped with order or by a crash.
async fn fermato(ferma: fn(&testpg::Cluster) -> Result<(), testpg::TestpgError>) {
    let cluster = testpg::Cluster::privato(testpg::Opzioni { fsync: true, connessioni: 60 }).unwrap();
    let database = testpg::Database::nuovo(&cluster, None).await.unwrap();
    let app = TestApp::con(Backend::Lite, |c| {
        impaziente(c);
        c.database_url = database.url().to_owned();
    })
    .await;
    let ente = prepara(&app).await;
    ferma(&cluster).unwrap();
    durante(&app, Letture::Mancano).await;
    cluster.riparti().unwrap();
    dopo(&app, &ente).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_fermato_e_riacceso() {
    fermato(testpg::Cluster::ferma).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_caduto_e_riacceso() {
    fermato(testpg::Cluster::abbatti).await;
}

/// Connections cut by the server while pendenze are loaded: what was answered is there, what was
/// refused can be sent again.
#[tokio::test(flavor = "multi_thread")]
async fn connessioni_tagliate_mentre_si_carica() {
    let app = Arc::new(TestApp::nuova(Backend::Pg).await);
    Anagrafica::standard().crea(&app).await;
    let fine = Arc::new(AtomicBool::new(false));
    let carichi: Vec<_> = (0..4u64)
        .map(|k| {
            let (app, fine) = (Arc::clone(&app), Arc::clone(&fine));
            tokio::spawn(async move {
                let mut esiti = Vec::new();
                for i in 0.. {
                    if fine.load(Ordering::SeqCst) {
                        break;
                    }
                    let n = 1000 * (k + 1) + i;
                    esiti.push((n, put(&app, &format!("C{n}"), &buste::avviso(n)).await));
                }
                esiti
            })
        })
        .collect();
    for _ in 0..25 {
        app.postgres().unwrap().taglia().await.unwrap();
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    fine.store(true, Ordering::SeqCst);
    let (mut riuscite, mut rifiutate) = (0, 0);
    for c in carichi {
        for (n, r) in c.await.unwrap() {
            if r.stato() == 201 {
                riuscite += 1;
                dettaglio(&app, &format!("C{n}")).await;
            } else {
                rifiutate += 1;
                e_interno(&r);
            }
            let di_nuovo = put(&app, &format!("C{n}"), &buste::avviso(n)).await.stato();
            assert!(matches!((r.stato(), di_nuovo), (201, 200) | (500, 200 | 201)), "{n}: {di_nuovo}");
        }
    }
    println!("{riuscite} riuscite, {rifiutate} rifiutate");
    assert!(riuscite > 0);
}

/// Whoever keeps asking while the database is away does not pile up, and is served when it is back.
#[tokio::test(flavor = "multi_thread")]
async fn chi_insiste_durante_il_guasto_ha_una_risposta_in_tempo() {
    let app = TestApp::con(Backend::Lite, impaziente).await;
    Anagrafica::standard().crea(&app).await;
    put(&app, "P0", &buste::avviso(1)).await.con_stato(201);
    let altro = Lite::open(app.file().unwrap()).unwrap();
    altro.execute_batch("begin exclusive").unwrap();
    let prima = Instant::now();
    let richieste = (0..64u64).map(|i| {
        let app = &app;
        async move { put(app, &format!("Q{i}"), &buste::avviso(100 + i)).await }
    });
    for r in futures_util::future::join_all(richieste).await {
        e_interno(&r);
    }
    let durata = prima.elapsed();
    assert!(durata < Duration::from_secs(10), "{durata:?}");
    altro.execute_batch("rollback").unwrap();
    for i in 0..64u64 {
        put(&app, &format!("Q{i}"), &buste::avviso(100 + i)).await.con_stato(201);
    }
}
