//! Headers: API key, one's own, Basic; the subscription key on top of each.

use super::*;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rstest::rstest;

const TUTTE: [&str; 7] =
    ["authorization", "x-ente", "x-app-id", "x-api-key", "ocp-apim-subscription-key", "x-chi", "x-chiave"];

async fn arrivate(app: &TestApp, ente: &StubEnte, auth: Value) -> Vec<(&'static str, String)> {
    let mut c = corpo(&ente.url(), &auth);
    c["servizioIntegrazione"]["subscriptionKey"] = json!("sk-1");
    app.backoffice().put("/applicazioni/GESTIONALE", &c).await.con_stato(200);
    chiama(app).await.unwrap();
    let ultima = ente.ricevute().pop().unwrap();
    TUTTE.iter().filter_map(|n| ultima.intestazione(n).map(|v| (*n, v.to_owned()))).collect()
}

fn di(coppie: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    coppie.iter().map(|(n, v)| (*n, (*v).to_owned())).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_specie_ha_la_sua_intestazione_e_la_chiave_di_sottoscrizione(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let (app, ente) = (pronta(backend).await, ignaro(StubEnte::nuovo().await));
    let basic = format!("Basic {}", BASE64_STANDARD.encode("ente:p:w"));
    for (auth, attese) in [
        (Value::Null, vec![]),
        (json!({"username": "ente", "password": "p:w"}), di(&[("authorization", &basic)])),
        (json!({"headerName": "X-Ente", "headerValue": "v"}), di(&[("x-ente", "v")])),
        (json!({"apiId": "i", "apiKey": "k"}), di(&[("x-app-id", "i"), ("x-api-key", "k")])),
    ] {
        let mut attese: Vec<_> = attese;
        attese.push(("ocp-apim-subscription-key", "sk-1".to_owned()));
        assert_eq!(arrivate(&app, &ente, auth.clone()).await, attese, "{auth}");
    }
    // No operator says where a message ends.
    for nome in ["Host", "Content-Length", "transfer-encoding", "Connection", "TE", "a b", "à"] {
        configura(&app, &ente.url(), &json!({"headerName": nome, "headerValue": "5"})).await;
        assert_eq!(chiama(&app).await, Err(format!("Header [{nome}] del connettore non valido")));
    }
    configura(&app, &ente.url(), &json!({"headerName": "X-Ente", "headerValue": "a\r\nX-Altro: b"})).await;
    assert_eq!(chiama(&app).await, Err("Header [X-Ente] del connettore non valido".to_owned()));
    assert_eq!(ente.ricevute().len(), 4);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_nomi_delle_intestazioni_si_configurano(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| {
        "X-Chi".clone_into(&mut c.connettori.api_key_id_header);
        "X-Chiave".clone_into(&mut c.connettori.api_key_header);
        "X-Ente".clone_into(&mut c.connettori.subscription_key_header);
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    let ente = ignaro(StubEnte::nuovo().await);
    let attese = di(&[("x-ente", "sk-1"), ("x-chi", "i"), ("x-chiave", "k")]);
    assert_eq!(arrivate(&app, &ente, json!({"apiId": "i", "apiKey": "k"})).await, attese);
    let e = crate::nodo::finche("l'evento si legge", async || {
        let r = app.backoffice().get("/eventi?messaggi=true&tipoEvento=getAvviso").await.con_stato(200);
        r.json()["risultati"].as_array().unwrap().first().cloned()
    })
    .await;
    let intestazioni = e["parametriRichiesta"]["headers"].as_array().unwrap();
    for attesa in [
        json!({"nome": "x-chi", "valore": "i"}),
        json!({"nome": "x-chiave", "valore": "***"}),
        json!({"nome": "x-ente", "valore": "***"}),
    ] {
        assert!(intestazioni.contains(&attesa), "{attesa} fra {intestazioni:?}");
    }
}
