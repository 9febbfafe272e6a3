//! What the configurazioni drive.

use super::{CONFIGURAZIONI, imposta, leggi, op, piena, regola};
use rstest::rstest;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::{Anagrafica, Backend, TestApp, buste};

/// The events that a query finds, newest first, once there are so many; and no more come.
async fn eventi(app: &TestApp, query: &str, quanti: usize) -> Vec<Value> {
    let q = format!("/eventi?messaggi=true&risultatiPerPagina=1000&{query}");
    let leggi = async || {
        app.backoffice().get(&q).await.con_stato(200).json()["risultati"].as_array().unwrap().clone()
    };
    let fine = Instant::now() + Duration::from_secs(15);
    while leggi().await.len() < quanti && Instant::now() < fine {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Longer than the giornale waits for company.
    tokio::time::sleep(Duration::from_millis(400)).await;
    let visti = leggi().await;
    assert_eq!(visti.len(), quanti, "{query}: {visti:?}");
    visti
}

/// Sets what the giornale keeps of an interface, and leaves the rest as it is.
async fn politica(app: &TestApp, interfaccia: &str, verso: &str, log: &str, dump: &str) {
    let bo = app.backoffice();
    let mut giornale = leggi(&bo).await["giornaleEventi"].clone();
    giornale["interfacce"][interfaccia][verso] = regola(log, dump);
    imposta(&bo, "giornaleEventi", &giornale).await;
}

fn ha_corpo(e: &Value, parte: &str) -> bool {
    e[parte]["payload"].is_string()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_giornale_tiene_cio_che_gli_si_dice(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let c = app.applicazione();
    let letture = "componente=API_PENDENZE&tipoEvento=findPendenze";
    c.get("/pendenze").await.con_stato(200);
    eventi(&app, letture, 0).await;
    // From the next call on.
    politica(&app, "apiPendenze", "letture", "sempre", "mai").await;
    let r = c.get("/pendenze").await.con_stato(200);
    let visti = eventi(&app, letture, 1).await;
    assert_eq!(visti[0]["transactionId"], r.transazione());
    assert!(!ha_corpo(&visti[0], "parametriRisposta"));
    // With the payloads.
    politica(&app, "apiPendenze", "letture", "sempre", "sempre").await;
    c.get("/pendenze").await.con_stato(200);
    assert!(ha_corpo(&eventi(&app, letture, 2).await[0], "parametriRisposta"));
    // Errors only, payloads only of errors.
    politica(&app, "apiPendenze", "letture", "solo errore", "solo errore").await;
    c.get("/pendenze").await.con_stato(200);
    c.get("/pendenze?pagina=0").await.con_stato(400);
    let visti = eventi(&app, letture, 3).await;
    assert_eq!((&visti[0]["esito"], ha_corpo(&visti[0], "parametriRisposta")), (&json!("KO"), true));
    // Writes are another matter.
    let scritture = "componente=API_PENDENZE&tipoEvento=addPendenza";
    c.put("/pendenze/GESTIONALE/P1", &json!({})).await.con_stato(400);
    eventi(&app, scritture, 1).await;
    politica(&app, "apiPendenze", "scritture", "mai", "sempre").await;
    c.put("/pendenze/GESTIONALE/P1", &json!({})).await.con_stato(400);
    eventi(&app, scritture, 1).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_giornale_distingue_le_interfacce(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let verifica = buste::verifica(&buste::avviso(1));
    let nodo = "componente=API_PAGOPA&tipoEvento=paVerifyPaymentNotice";
    app.nodo().soap(&verifica).await.con_stato(200);
    assert!(ha_corpo(&eventi(&app, nodo, 1).await[0], "parametriRichiesta"));
    politica(&app, "apiPagoPA", "scritture", "sempre", "mai").await;
    app.nodo().soap(&verifica).await.con_stato(200);
    assert!(!ha_corpo(&eventi(&app, nodo, 2).await[0], "parametriRichiesta"));
    // A verification counts as a write, whatever is said of reads.
    politica(&app, "apiPagoPA", "letture", "mai", "mai").await;
    app.nodo().soap(&verifica).await.con_stato(200);
    eventi(&app, nodo, 3).await;
    politica(&app, "apiPagoPA", "scritture", "mai", "mai").await;
    app.nodo().soap(&verifica).await.con_stato(200);
    eventi(&app, nodo, 3).await;

    // The Backoffice: the change that silences it is silent already, and audited all the same.
    let chiamate = "componente=API_BACKOFFICE&tipoEvento=aggiornaConfigurazioni";
    eventi(&app, chiamate, 3).await;
    politica(&app, "apiBackoffice", "scritture", "mai", "mai").await;
    politica(&app, "apiBackoffice", "letture", "mai", "sempre").await;
    eventi(&app, "tipoEvento=modificaAnagrafica&sottotipoEvento=Configurazione", 5).await;
    eventi(&app, chiamate, 3).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_altro_nodo_se_ne_accorge_entro_due_secondi() {
    let app = TestApp::nuova(Backend::Pg).await;
    Anagrafica::standard().crea(&app).await;
    let mut configurazione = app.configurazione().clone();
    configurazione.worker.watch_anagrafica = true;
    let orologio = Arc::new(app.orologio().clone());
    let secondo = server::avvia(&configurazione, orologio, server::Uso::Servizio).await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let legge = async || {
        let r = http
            .get(format!("{}{}/pendenze", secondo.url(), testkit::PENDENZE))
            .basic_auth(testkit::GESTIONALE.0, Some(testkit::GESTIONALE.1));
        r.send().await.unwrap().status().as_u16()
    };
    assert_eq!(legge().await, 200);
    let captcha = async || secondo.engine.registro().configurazioni().await.unwrap().hardening().abilitato;
    assert!(!captcha().await);
    politica(&app, "apiPendenze", "letture", "sempre", "mai").await;
    imposta(&app.backoffice(), "hardening", &piena()["hardening"]).await;
    let inizio = Instant::now();
    while !captcha().await {
        assert!(inizio.elapsed() < Duration::from_secs(2), "dopo due secondi non si vede");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(legge().await, 200);
    eventi(&app, "componente=API_PENDENZE&tipoEvento=findPendenze", 1).await;
    secondo.ferma().await;
}

/// A change costs what every change of master data costs, and nothing to the calls after it.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_viene_dopo_non_paga_letture(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| {
        c.worker.jobs = false;
        c.worker.notifiche = false;
    })
    .await;
    let bo = app.backoffice();
    politica(&app, "apiBackoffice", "letture", "solo errore", "mai").await;
    bo.get("/profilo").await.con_stato(200);
    let prima = app.conteggi();
    bo.get("/profilo").await.con_stato(200);
    bo.get("/nessuna").await.con_stato(404);
    let conteggi = app.conteggi().da(prima);
    assert_eq!(conteggi.letture, 0, "{conteggi:?}");
}

/// A batch that the configurazioni switch off says so (spec 10 3.6).
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_sonde_dicono_chi_le_spegne(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    const API: &str = "disabilitato tramite API di configurazione";
    const SISTEMA: &str = "disabilitato tramite proprieta' di sistema";
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let detto = async |id: &str| {
        let s = bo.get(&format!("/sonde/{id}")).await.con_stato(200).json();
        assert_eq!(s["stato"], "error", "{s}");
        s["descrizioneStato"].as_str().unwrap().to_owned()
    };
    let batch = ["update-ntfy-appio", "spedizione-promemoria", "gestione-promemoria"];
    for id in batch {
        assert!(detto(id).await.ends_with(API), "{id}");
    }
    let corpo = json!([op("REPLACE", "/appIOBatch", &piena()["appIOBatch"])]);
    bo.patch(CONFIGURAZIONI, &corpo).await.con_stato(200);
    for (id, atteso) in batch.iter().zip([SISTEMA, API, SISTEMA]) {
        assert!(detto(id).await.ends_with(atteso), "{id}");
    }
    imposta(&bo, "mailBatch", &piena()["mailBatch"]).await;
    for id in batch {
        assert!(detto(id).await.ends_with(SISTEMA), "{id}");
    }
}

/// The OpenAPI document is not an operation of its API: whatever the giornale keeps, nothing is kept of who
/// reads it, with or without credentials.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_legge_il_contratto_non_lascia_eventi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    for interfaccia in ["apiPendenze", "apiBackoffice"] {
        politica(&app, interfaccia, "letture", "sempre", "sempre").await;
    }
    let (c, bo) = (app.applicazione(), app.backoffice());
    for coda in [".yaml", ".json"] {
        for c in [&c, &c.anonimo()] {
            c.get(&format!("/govpay-api-pendenze-v2{coda}")).await.con_stato(200);
            c.get("/index.html").await.con_stato(200);
        }
        bo.get(&format!("/govpay-api-backoffice-v1{coda}")).await.con_stato(200);
    }
    c.get("/pendenze").await.con_stato(200);
    // The only read of this interface that is one.
    let visti = eventi(&app, "componente=API_PENDENZE", 1).await;
    assert_eq!(visti[0]["tipoEvento"], "findPendenze");
    let altri =
        app.backoffice().get("/eventi?componente=API_BACKOFFICE&risultatiPerPagina=5000").await.json();
    for e in altri["risultati"].as_array().unwrap() {
        let url = e["parametriRichiesta"]["url"].as_str().unwrap_or_default();
        assert!(!url.contains("govpay-api-backoffice-v1.") && !url.contains("index.html"), "{e}");
        assert_ne!(e["tipoEvento"], "", "{e}");
    }
}
