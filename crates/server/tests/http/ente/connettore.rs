//! Each kind of credentials reaches the ente (spec 60 Done when 7), and no secret is kept.

use super::scena::{Campanello, NAV, attiva, carica, eventi, finche};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Anagrafica, Backend, GESTIONALE, StubEnte, TestApp};

const SEGRETO: &str = "un-segreto-da-non-mostrare";
const CHIAVE: &str = "una-chiave-da-non-mostrare";
const TUTTE: [&str; 5] = ["authorization", "x-ente", "x-app-id", "x-api-key", "ocp-apim-subscription-key"];

struct Caso {
    auth: Option<Value>,
    subscription_key: Option<&'static str>,
    attese: Vec<(&'static str, String)>,
    principal: Option<&'static str>,
}

fn casi() -> Vec<Caso> {
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("ente:{SEGRETO}")));
    let chiave = || ("ocp-apim-subscription-key", CHIAVE.to_owned());
    vec![
        Caso { auth: None, subscription_key: None, attese: vec![], principal: None },
        Caso {
            auth: Some(json!({ "username": "ente", "password": SEGRETO })),
            subscription_key: None,
            attese: vec![("authorization", basic.clone())],
            principal: Some("ente"),
        },
        Caso {
            auth: Some(json!({ "headerName": "X-Ente", "headerValue": SEGRETO })),
            subscription_key: None,
            attese: vec![("x-ente", SEGRETO.to_owned())],
            principal: Some("X-Ente ***"),
        },
        Caso {
            auth: Some(json!({ "apiId": "identificativo", "apiKey": SEGRETO })),
            subscription_key: None,
            attese: vec![("x-app-id", "identificativo".to_owned()), ("x-api-key", SEGRETO.to_owned())],
            principal: Some("identificativo"),
        },
        Caso {
            auth: None,
            subscription_key: Some(CHIAVE),
            attese: vec![chiave()],
            principal: Some("Subscription Key Auth"),
        },
        Caso {
            auth: Some(json!({ "username": "ente", "password": SEGRETO })),
            subscription_key: Some(CHIAVE),
            attese: vec![("authorization", basic), chiave()],
            principal: Some("ente"),
        },
    ]
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_autenticazione_arriva_e_nessun_segreto_resta(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    for (i, caso) in casi().into_iter().enumerate() {
        let ente = StubEnte::nuovo().await;
        let mut connettore = json!({ "url": ente.url(), "versioneApi": "REST v1" });
        if let Some(a) = &caso.auth {
            connettore["auth"] = a.clone();
        }
        if let Some(k) = caso.subscription_key {
            connettore["subscriptionKey"] = json!(k);
        }
        let corpo = json!({
            "principal": GESTIONALE.0, "password": GESTIONALE.1, "abilitato": true, "apiPendenze": true,
            "domini": ["12345678901"], "tipiPendenza": ["*"], "servizioIntegrazione": connettore
        });
        app.backoffice().put("/applicazioni/GESTIONALE", &corpo).await.con_stato(200);
        let avviso = format!("30100000000123{:04}", 4519 + i * 101);
        let p = carica(&app, &format!("P{i}"), &avviso).await;
        attiva(&app, &p, Campanello::Suona).await;
        let r = &ente.attendi(1).await[0];
        for nome in TUTTE {
            let atteso = caso.attese.iter().find(|(n, _)| *n == nome).map(|(_, v)| v.as_str());
            assert_eq!(r.intestazione(nome), atteso, "{:?} {nome}", caso.auth);
        }
        let query = format!("tipoEvento=notifyPagamento&iuv={}", p.iuv);
        let e = finche("l'evento si legge", async || eventi(&app, &query).await.into_iter().next()).await;
        assert_eq!(e["parametriRichiesta"].get("principal").and_then(Value::as_str), caso.principal);
        let testo = e.to_string();
        assert!(!testo.contains(SEGRETO) && !testo.contains(CHIAVE), "{testo}");
        assert!(!testo.contains(&BASE64_STANDARD.encode(format!("ente:{SEGRETO}"))), "{testo}");
    }
    // Nor in the calls of the Backoffice that configured them, whose payload is kept.
    let e = eventi(&app, "tipoEvento=addApplicazione&risultatiPerPagina=100").await;
    assert_eq!(e.len(), 7);
    for e in e {
        let payload = e["parametriRichiesta"]["payload"].as_str().unwrap();
        let corpo = String::from_utf8(BASE64_STANDARD.decode(payload).unwrap()).unwrap();
        assert!(corpo.contains("\"password\":\"***\""), "{corpo}");
        for segreto in [SEGRETO, CHIAVE, GESTIONALE.1] {
            assert!(!corpo.contains(segreto), "{corpo}");
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_indirizzo_di_metadati_non_si_chiama(#[values(Backend::Lite)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().ente("http://169.254.169.254/latest", "REST v1").crea(&app).await;
    let p = carica(&app, "P1", NAV).await;
    attiva(&app, &p, Campanello::Suona).await;
    let e = finche("l'evento si legge", async || {
        eventi(&app, "tipoEvento=notifyPagamento").await.into_iter().next()
    })
    .await;
    assert_eq!(e["dettaglioEsito"], "Indirizzo non ammesso per un connettore: 169.254.169.254");
    assert_eq!((&e["esito"], &e["sottotipoEsito"]), (&json!("FAIL"), &json!("500")));
}
