//! One switch per API and per job (spec 10 section 8).

use http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Anagrafica, Backend, CCP, PENDENZE, TestApp};

/// Name of the switch, bases, an address that is open to everybody.
const API: [(&str, [&str; 2], &str); 5] = [
    ("backoffice", ["/govpay/backend/api/backoffice", "/govpay-api-backoffice"], "/rs/basic/v1/info"),
    ("pendenze", ["/govpay/backend/api/pendenze", "/govpay-api-pendenze"], "/rs/basic/v2/info"),
    ("pagamento", ["/govpay/frontend/api/pagamento", "/govpay-api-pagamento"], "/rs/basic/v2/info"),
    ("user", ["/govpay/frontend/api/user", "/govpay-api-user"], "/rs/basic/v1/index.html"),
    ("pagopa", ["/govpay/frontend/api/pagopa", "/govpay-api-pagopa"], "/PagamentiTelematiciCCPservice?wsdl"),
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_api_spenta_non_c_e(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    for (spenta, _, _) in API {
        let app = TestApp::con(backend, |c| {
            c.api.disabled = vec![spenta.to_owned()];
            c.api.user_families = vec!["basic".to_owned()];
            c.cors.allow_origins = vec!["https://portale.example".to_owned()];
        })
        .await;
        let c = app.cliente("");
        for (nome, basi, aperto) in API {
            for base in basi {
                if nome != spenta {
                    c.get(&format!("{base}{aperto}")).await.con_stato(200);
                    continue;
                }
                for (metodo, resto) in [
                    (Method::GET, aperto),
                    (Method::GET, ""),
                    (Method::GET, "/"),
                    (Method::GET, "/rs"),
                    (Method::GET, "/rs/basic/v1/profilo"),
                    (Method::GET, "/rs/basic/v1/index.html"),
                    (Method::GET, "/rs/basic/v1/govpay-api-pendenze-v1.yaml"),
                    (Method::GET, "/profilo"),
                    (Method::POST, "/rs/form/v1/logout"),
                    (Method::POST, "/PagamentiTelematiciCCPservice"),
                    (Method::OPTIONS, "/rs/basic/v1/profilo"),
                ] {
                    let percorso = format!("{base}{resto}");
                    let r =
                        c.richiesta(metodo.clone(), &percorso).header("Origin", "https://portale.example");
                    let r = c.manda(r).await.con_stato(404);
                    let nudo = percorso.split('?').next().unwrap();
                    let atteso = json!({
                        "categoria": "OPERAZIONE", "codice": "404000", "descrizione": "Risorsa non trovata",
                        "dettaglio": format!("Risorsa {nudo} inesistente"),
                    });
                    assert_eq!(r.json(), atteso, "{metodo} {percorso}");
                    assert_eq!(r.intestazione("Access-Control-Allow-Origin"), None);
                    assert!(!r.transazione().is_empty());
                }
            }
        }
        let pagina = c.get("/").await.con_stato(200).testo().to_owned();
        for (nome, [base, _], _) in API.iter().filter(|(nome, ..)| *nome != "user") {
            assert_eq!(pagina.contains(base), *nome != spenta, "{nome}: {pagina}");
        }
        assert!(!pagina.contains('{') || !pagina.contains("{interfacce}"), "{pagina}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_ha_un_api_sola_la_usa_come_prima(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let mut app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    app.configurazione_mut().api.disabled =
        ["backoffice", "pagamento", "ragioneria", "user", "pagopa"].map(str::to_owned).to_vec();
    app.riavvia().await;
    app.applicazione().get("/pendenze").await.con_stato(200);
    assert_eq!(app.cliente(PENDENZE).get("/pendenze").await.stato(), 401);
    assert_eq!(app.cliente(CCP).get("?wsdl").await.stato(), 404);
    app.cliente("").get("/health/ready").await.con_stato(200);
}

/// `/sonde/{id}` once it is in this state.
async fn sonda(app: &TestApp, id: &str, stato: &str) -> Value {
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
async fn un_lavoro_spento_lascia_gli_altri(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    const LAVORI: [(&str, &str); 3] = [
        ("spedizioneNotifiche", "update-ntfy"),
        ("chiusuraRptScadute", "rpt-scadute"),
        ("elaborazioneTracciatiPendenze", "caricamento-tracciati"),
    ];
    for (spento, _) in LAVORI {
        let app = TestApp::con(backend, |c| c.worker.disabled_jobs = vec![spento.to_owned()]).await;
        for (operazione, id) in LAVORI {
            let eseguita =
                app.backoffice().get(&format!("/operazioni/{operazione}")).await.con_stato(200).json();
            if operazione == spento {
                let s = sonda(&app, id, "error").await;
                assert_eq!(s["descrizioneStato"], "Batch disabilitato tramite proprieta' di sistema");
                assert_eq!(
                    json!([eseguita["descrizione"], eseguita["stato"]]),
                    json!([format!("Operazione {spento} disabilitata."), "2"])
                );
            } else {
                let s = sonda(&app, id, "ok").await;
                let testo = s["descrizioneStato"].as_str().unwrap();
                assert!(testo.starts_with("Lasso di tempo senza esecuzioni con successo: "), "{s}");
            }
        }
    }
}

/// A file that nobody works on is queued; when its job is there again it is not.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_file_che_aspetta_si_conta(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let accodati = |n: i64| json!(format!("Numero di elementi accodati: {n}"));
    let mut app = TestApp::con(backend, |c| {
        c.worker.disabled_jobs = vec!["elaborazioneTracciatiPendenze".to_owned()];
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    let s = sonda(&app, "check-tracciati", "ok").await;
    assert_eq!(s["descrizioneStato"], accodati(0));
    let file = "intestazione\nuna riga\n";
    let invio =
        app.backoffice().grezzo(Method::POST, "/pendenze/tracciati/12345678901", "text/csv", file).await;
    invio.con_stato(201);
    let s = sonda(&app, "check-tracciati", "error").await;
    assert_eq!(s["descrizioneStato"], accodati(1));
    app.configurazione_mut().worker.disabled_jobs = Vec::new();
    app.riavvia().await;
    let s = sonda(&app, "check-tracciati", "ok").await;
    assert_eq!(s["descrizioneStato"], accodati(0));
    sonda(&app, "caricamento-tracciati", "ok").await;
}
