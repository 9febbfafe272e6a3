//! The simulators of the sandbox as the fakes of the gateway: the demo body, each way a payment can
//! go, each way the ente can misbehave.

use engine::Orologio as _;
use rstest::rstest;
use sandbox::dimostrazione::{AVVISO_SOLO_ENTE, DOMINIO, GESTIONALE, PASSWORD_APPLICAZIONI, TRIBUTI};
use sandbox::{Avviata, CredenzialiAmministratore, CredenzialiNodo};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::{AMMINISTRATORE, Backend, Cliente, NODO, PENDENZE, TestApp};

/// The gateway with the simulators beside it and the demo body loaded.
async fn scena(backend: Backend) -> (TestApp, Avviata, Vec<(String, String)>) {
    accanto_a(TestApp::nuova(backend).await).await
}

/// The simulators beside a gateway, and the demo body loaded.
pub(crate) async fn accanto_a(app: TestApp) -> (TestApp, Avviata, Vec<(String, String)>) {
    let orologio = app.orologio().clone();
    let simulatori = sandbox::avvia(sandbox::Impostazioni {
        ascolto: "127.0.0.1:0".parse().unwrap(),
        gateway: app.url(),
        nodo: CredenzialiNodo { utente: NODO.0.to_owned(), password: NODO.1.to_owned() },
        amministratore: CredenzialiAmministratore {
            utente: AMMINISTRATORE.0.to_owned(),
            password: AMMINISTRATORE.1.to_owned(),
        },
        ora: Arc::new(move || orologio.adesso()),
    })
    .await
    .unwrap();
    let pendenze = simulatori.carica_dimostrazione().await.unwrap();
    (app, simulatori, pendenze)
}

/// The simulators as a person calls them.
async fn simula(s: &Avviata, metodo: reqwest::Method, percorso: &str, corpo: Option<&Value>) -> Value {
    let mut r = reqwest::Client::builder().no_proxy().build().unwrap().request(metodo, s.url() + percorso);
    if let Some(c) = corpo {
        r = r.json(c);
    }
    let r = r.send().await.unwrap();
    assert!(r.status().is_success(), "{percorso}: {}", r.status());
    serde_json::from_slice(&r.bytes().await.unwrap()).unwrap_or(Value::Null)
}

async fn paga(s: &Avviata, avviso: &str, esito: &str) -> Value {
    let corpo = json!({ "idDominio": DOMINIO, "numeroAvviso": avviso, "esito": esito });
    simula(s, reqwest::Method::POST, "/simulatore/pagamenti", Some(&corpo)).await
}

async fn guasta(s: &Avviata, guasto: Value) {
    simula(s, reqwest::Method::PUT, "/simulatore/ente/guasto", Some(&guasto)).await;
}

fn demo(app: &TestApp, id_a2a: &str) -> Cliente {
    app.cliente(PENDENZE).come(id_a2a, PASSWORD_APPLICAZIONI)
}

async fn carica(app: &TestApp, id: &str) -> String {
    let corpo = json!({
        "idDominio": DOMINIO, "causale": "prova", "importo": 10.50,
        "voci": [{ "idVocePendenza": "1", "importo": 10.50, "descrizione": "prova", "codEntrata": "TARI" }]
    });
    let r = demo(app, GESTIONALE).put(&format!("/pendenze/{GESTIONALE}/{id}"), &corpo).await.con_stato(201);
    r.json()["numeroAvviso"].as_str().unwrap().to_owned()
}

/// State of the pendenza and of its attempts, oldest first.
async fn stati(app: &TestApp, id: &str) -> (String, Vec<String>) {
    let d = demo(app, GESTIONALE).get(&format!("/pendenze/{GESTIONALE}/{id}")).await.con_stato(200).json();
    let rpp = d["rpp"].as_array().unwrap().iter().map(|r| r["stato"].as_str().unwrap().to_owned()).collect();
    (d["stato"].as_str().unwrap().to_owned(), rpp)
}

/// Waits for so many notifications of a reference.
async fn notificate(s: &Avviata, iuv: &str, quante: usize) -> Vec<Option<u16>> {
    let fine = Instant::now() + Duration::from_secs(10);
    loop {
        let arrivate: Vec<Option<u16>> = s
            .stato
            .ente
            .notifiche()
            .iter()
            .filter(|n| n.percorso.contains(iuv))
            .map(|n| n.risposta)
            .collect();
        if arrivate.len() >= quante || Instant::now() > fine {
            return arrivate;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until the outbox has a notification that failed so many times: what is due next counts from
/// then, not from the answer of the ente.
async fn registrato(app: &TestApp, fallimenti: i64) {
    let fine = Instant::now() + Duration::from_secs(10);
    loop {
        let righe: Value = app.backoffice().get("/notifiche").await.con_stato(200).json();
        let righe = righe["risultati"].as_array().unwrap();
        if righe.iter().any(|r| r["numeroTentativi"] == json!(fallimenti)) {
            return;
        }
        assert!(Instant::now() < fine, "nessuna notifica con {fallimenti} fallimenti: {righe:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_ente_dimostrativo_si_paga_tutto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, s, pendenze) = scena(backend).await;
    assert_eq!(pendenze.len(), 11);
    for (cosa, avviso) in &pendenze {
        let atteso = if cosa.contains("scaduta") { "RIFIUTATO_DALL_ENTE" } else { "PAGATO" };
        let fatto = paga(&s, avviso, "OK").await;
        assert_eq!(fatto["esito"], atteso, "{cosa}: {fatto}");
    }
    // A v1 ente is told of the activation too; the pendenza that only the ente knew is there now.
    let di_tributi = pendenze.iter().find(|(c, _)| c.starts_with(TRIBUTI)).unwrap();
    assert_eq!(notificate(&s, &di_tributi.1[1..], 2).await, [Some(200), Some(200)]);
    assert_eq!(notificate(&s, &AVVISO_SOLO_ENTE[1..], 1).await, [Some(200)]);
    assert_eq!(stati(&app, "COSAP-2026-001").await, ("ESEGUITA".into(), vec!["RT_ACCETTATA_PA".into()]));
    // Loading it again changes nothing and refuses nothing.
    s.carica_dimostrazione().await.unwrap();
    assert_eq!(stati(&app, "TARI-2026-001").await.0, "ESEGUITA");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_modo_di_pagare_ha_il_suo_seguito(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, s, _) = scena(backend).await;
    for (esito, sintesi, stato, tentativi, notifiche) in [
        ("VERIFICA", "VERIFICATO", "NON_ESEGUITA", &[][..], 0),
        ("KO", "RIFIUTATO_DAL_PSP", "NON_ESEGUITA", &["RPT_ACCETTATA_NODO"][..], 0),
        ("RICEVUTA_KO", "RICEVUTA_RIFIUTATA", "NON_ESEGUITA", &["RT_RIFIUTATA_PA"][..], 0),
        ("STAND_IN", "PAGATO", "ESEGUITA", &["RT_ACCETTATA_PA"][..], 1),
        ("TIMEOUT", "PAGATO", "ESEGUITA", &["RT_ACCETTATA_PA"][..], 1),
        (
            "DOPPIO",
            "PAGATO_DUE_VOLTE",
            "ANOMALA",
            &["RPT_ANNULLATA", "RT_ACCETTATA_PA", "RT_ACCETTATA_PA"][..],
            2,
        ),
    ] {
        let id = format!("P-{esito}");
        let avviso = carica(&app, &id).await;
        let fatto = paga(&s, &avviso, esito).await;
        assert_eq!(fatto["esito"], sintesi, "{fatto}");
        let (trovato, rpp) = stati(&app, &id).await;
        assert_eq!(
            (trovato.as_str(), rpp.iter().map(String::as_str).collect::<Vec<_>>()),
            (stato, tentativi.to_vec())
        );
        assert_eq!(notificate(&s, &avviso[1..], notifiche).await.len(), notifiche, "{esito}");
    }
    // Each exchange can be read.
    let messaggi = simula(&s, reqwest::Method::GET, "/simulatore/messaggi", None).await;
    let primo = messaggi.as_array().unwrap().iter().find(|m| m["operazione"] == "paGetPaymentV2").unwrap();
    let letto = simula(&s, reqwest::Method::GET, primo["messaggio"].as_str().unwrap(), None).await;
    assert!(letto["corpoRisposta"].as_str().unwrap().contains("\n        <creditorReferenceId>"), "{letto}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_ente_che_si_comporta_male_non_fa_perdere_niente(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let (app, s, _) = scena(backend).await;
    // A verification that cannot be trusted stores nothing.
    for guasto in [
        json!({ "guasto": "STATO", "stato": 500 }),
        json!({ "guasto": "STATO", "stato": 302 }),
        json!({ "guasto": "HTML" }),
        json!({ "guasto": "SPAZZATURA" }),
        json!({ "guasto": "TRONCA" }),
        json!({ "guasto": "ALTRA_PENDENZA" }),
    ] {
        guasta(&s, guasto.clone()).await;
        let fatto = paga(&s, AVVISO_SOLO_ENTE, "OK").await;
        assert_eq!(fatto["passi"][0]["codice"], "PAA_SYSTEM_ERROR", "{guasto}: {fatto}");
        demo(&app, GESTIONALE).get(&format!("/pendenze/{GESTIONALE}/COSAP-2026-001")).await.con_stato(404);
    }
    guasta(&s, json!({ "guasto": "NESSUNO" })).await;
    assert_eq!(paga(&s, AVVISO_SOLO_ENTE, "OK").await["esito"], "PAGATO");
    assert_eq!(notificate(&s, &AVVISO_SOLO_ENTE[1..], 1).await, [Some(200)]);

    // A notification that fails leaves again after a minute, then after four, with the same key.
    guasta(&s, json!({ "guasto": "STATO", "stato": 503, "volte": 2 })).await;
    let avviso = carica(&app, "P-NOTIFICA").await;
    assert_eq!(paga(&s, &avviso, "OK").await["esito"], "PAGATO");
    let iuv = &avviso[1..];
    assert_eq!(notificate(&s, iuv, 1).await, [Some(503)]);
    registrato(&app, 1).await;
    app.orologio().avanza(Duration::from_secs(61));
    assert_eq!(notificate(&s, iuv, 2).await, [Some(503), Some(503)]);
    registrato(&app, 2).await;
    app.orologio().avanza(Duration::from_secs(241));
    assert_eq!(notificate(&s, iuv, 3).await, [Some(503), Some(503), Some(200)]);
    let chiavi: std::collections::HashSet<_> =
        s.stato.ente.notifiche().into_iter().filter(|n| n.percorso.contains(iuv)).map(|n| n.chiave).collect();
    assert_eq!(chiavi.len(), 1);
}
