//! `/sonde`.

use super::senza_diritti;
use rstest::rstest;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Anagrafica, Backend, TestApp};

/// In the order of the list: id, kind, thresholds.
const SONDE: [(&str, &str, i64, i64); 21] = [
    ("update-rnd", "Batch", 18_000_000, 86_400_000),
    ("update-ntfy", "Batch", 86_400_000, 172_800_000),
    ("update-ntfy-appio", "Batch", 86_400_000, 172_800_000),
    ("spedizione-promemoria", "Batch", 86_400_000, 172_800_000),
    ("gestione-promemoria", "Batch", 86_400_000, 172_800_000),
    ("elaborazione-trac-notif-pag", "Batch", 86_400_000, 172_800_000),
    ("spedizione-trac-notif-pag", "Batch", 86_400_000, 172_800_000),
    ("riconciliazioni", "Batch", 86_400_000, 172_800_000),
    ("rpt-scadute", "Batch", 86_400_000, 172_800_000),
    ("recupero-rt", "Batch", 86_400_000, 172_800_000),
    ("caricamento-tracciati", "Batch", 3_600_000, 21_600_000),
    ("check-ntfy", "Coda", 10, 100),
    ("check-ntfy-appio", "Coda", 10, 100),
    ("check-promemoria", "Coda", 10, 100),
    ("check-gestione-promemoria", "Coda", 10, 100),
    ("check-riconciliazioni", "Coda", 10, 100),
    ("check-rpt-scadute", "Coda", 10, 100),
    ("check-recupero-rt", "Coda", 10, 100),
    ("check-tracciati", "Coda", 1, 1),
    ("check-elab-trac-notif-pag", "Coda", 1, 1),
    ("check-spedizione-trac-notif-pag", "Coda", 1, 1),
];
/// Those that run.
const ACCESE: [&str; 3] = ["update-ntfy", "rpt-scadute", "caricamento-tracciati"];
/// Those that the installed configurazioni switch off.
const DA_API: [&str; 3] = ["update-ntfy-appio", "spedizione-promemoria", "gestione-promemoria"];

/// The sonda once it is in this state.
async fn attesa(app: &TestApp, id: &str, stato: &str) -> Value {
    let fine = Instant::now() + Duration::from_secs(20);
    loop {
        let s = app.backoffice().get(&format!("/sonde/{id}")).await.con_stato(200).json();
        if s["stato"] == stato {
            return s;
        }
        assert!(Instant::now() < fine, "{s}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_sonde_hanno_ordine_soglie_e_testi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    for id in ACCESE {
        attesa(&app, id, "ok").await;
    }
    let r = app.backoffice().get("/sonde").await.con_stato(200).json();
    let mut membri: Vec<_> = r.as_object().unwrap().keys().map(String::as_str).collect();
    membri.sort_unstable();
    assert_eq!(membri, ["numPagine", "numRisultati", "pagina", "risultati", "risultatiPerPagina"]);
    assert_eq!((&r["numRisultati"], &r["numPagine"]), (&json!(22), &json!(1)));
    assert_eq!(r["risultatiPerPagina"], 25);
    let righe = r["risultati"].as_array().unwrap();
    let prima = righe[0].as_object().unwrap();
    let membri: Vec<_> = prima.keys().map(String::as_str).collect();
    assert_eq!(membri, ["id", "nome", "stato", "descrizioneStato", "dataUltimoCheck", "tipo"]);
    assert_eq!(
        json!([prima["id"], prima["nome"], prima["stato"], prima["descrizioneStato"], prima["tipo"]]),
        json!([
            "check-db",
            "Controllo operativita' del database",
            "ok",
            "Servizio database raggiungibile",
            "Sistema"
        ])
    );
    for (riga, (id, tipo, warn, errore)) in righe[1..].iter().zip(SONDE) {
        let trovata = json!([riga["id"], riga["tipo"], riga["sogliaWarn"], riga["sogliaError"]]);
        assert_eq!(trovata, json!([id, tipo, warn, errore]));
        let testo = riga["descrizioneStato"].as_str().unwrap();
        match (tipo, ACCESE.contains(&id)) {
            ("Batch", true) => {
                assert!(testo.starts_with("Lasso di tempo senza esecuzioni con successo: "), "{riga}");
                assert_eq!(riga["stato"], "ok", "{riga}");
                assert!(riga["durataStato"].is_i64(), "{riga}");
            }
            ("Batch", false) => {
                let chi =
                    if DA_API.contains(&id) { "API di configurazione" } else { "proprieta' di sistema" };
                assert!(testo.ends_with(&format!("disabilitato tramite {chi}")), "{riga}");
                assert_eq!(riga["stato"], "error", "{riga}");
            }
            _ => assert_eq!(
                (testo, &riga["stato"]),
                ("Numero di elementi accodati: 0", &json!("ok")),
                "{riga}"
            ),
        }
    }
    assert_eq!(righe.len(), 1 + SONDE.len());
    let pagina = app.backoffice().get("/sonde?risultatiPerPagina=10&pagina=3").await.con_stato(200).json();
    assert_eq!((&pagina["numPagine"], pagina["risultati"].as_array().unwrap().len()), (&json!(3), 2));

    // No right is needed, credentials are.
    senza_diritti(&app).get("/sonde/check-db").await.con_stato(200);
    assert_eq!(app.backoffice().anonimo().get("/sonde").await.stato(), 401);
    let ignota = app.backoffice().get("/sonde/nessuna").await.errore();
    let testo = "Sonda con id [nessuna] non configurata";
    assert_eq!(ignota, (404, "404000".to_owned(), testo.to_owned()));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_batch_spento_e_error(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| {
        c.worker.notifiche = false;
        c.worker.jobs = false;
    })
    .await;
    for id in ACCESE {
        let s = app.backoffice().get(&format!("/sonde/{id}")).await.con_stato(200).json();
        let testo = s["descrizioneStato"].as_str().unwrap();
        assert_eq!(s["stato"], "error", "{s}");
        assert!(testo.ends_with("disabilitato tramite proprieta' di sistema"), "{s}");
    }
}

/// The database stops: the server answers, and says so; it comes back.
async fn senza_database(app: &TestApp, ferma: impl AsyncFnOnce(), riparti: impl AsyncFnOnce()) {
    // A known caller: one never seen cannot be recognised without a database.
    attesa(app, "check-db", "ok").await;
    ferma().await;
    let s = attesa(app, "check-db", "error").await;
    let testo = s["descrizioneStato"].as_str().unwrap();
    assert!(testo.starts_with("Servizio database non disponibile: "), "{s}");
    let r = app.backoffice().get("/sonde").await.con_stato(200).json();
    assert_eq!(r["risultati"][0]["stato"], "error");
    assert_eq!(r["numRisultati"], 22);
    app.cliente("/govpay/backend/api/backoffice/rs/basic/v1").get("/info").await.con_stato(200);
    // Whoever was never seen cannot be told from somebody else (spec 10 2.3).
    let r = app.backoffice().come("mai-visto", "Sconosciuta-1").get("/profilo").await;
    let atteso = json!({"categoria": "AUTORIZZAZIONE", "codice": "500", "descrizione": "Errore interno"});
    assert_eq!((r.stato(), r.json()), (500, atteso));
    riparti().await;
    attesa(app, "check-db", "ok").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn con_sqlite_via_check_db_e_error() {
    let app = TestApp::nuova(Backend::Lite).await;
    let file = app.file().unwrap();
    let altrove = file.with_extension("via");
    senza_database(
        &app,
        async || std::fs::rename(&file, &altrove).unwrap(),
        async || std::fs::rename(&altrove, &file).unwrap(),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn con_postgres_fermo_check_db_e_error() {
    let cluster = testpg::Cluster::privato(testpg::Opzioni { fsync: true, connessioni: 60 }).unwrap();
    let database = testpg::Database::nuovo(&cluster, None).await.unwrap();
    let app = TestApp::con(Backend::Lite, |c| {
        c.database_url = database.url().to_owned();
        c.database.lock_wait_millis = 300;
        c.database.statement_timeout_millis = 1000;
    })
    .await;
    senza_database(&app, async || cluster.ferma().unwrap(), async || cluster.riparti().unwrap()).await;
}
