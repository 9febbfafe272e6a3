//! A connector that changes brings new tokens and clients at once, also when another node changed it.

use super::certificati::{Autorita, CLIENT, PASSWORD, PASSWORD_CHIAVE, SERVER, jks};
use super::*;
use rstest::rstest;
use std::time::{Duration, Instant};
use testkit::{CCP, NODO};

fn oauth2(ente: &StubEnte, segreto: &str) -> Value {
    json!({"clientId": "c", "clientSecret": segreto, "urlTokenEndpoint": format!("{}/token-{segreto}", ente.url())})
}

fn con_token(ente: &StubEnte, segreto: &str) {
    let token = json!({"access_token": format!("T-{segreto}"), "expires_in": 3600});
    ente.per(&format!("/token-{segreto}"), Copione::Json(200, token));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_cambio_butta_token_e_client(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = (pronta(backend).await, ignaro(StubEnte::nuovo().await));
    let ultima = || a(&ente, "/avvisi/").pop().unwrap().intestazione("authorization").map(str::to_owned);
    for segreto in ["s1", "s2", "s1"] {
        con_token(&ente, segreto);
        configura(&app, &ente.url(), &oauth2(&ente, segreto)).await;
        assert_eq!(chiama(&app).await, Ok(()));
        assert_eq!(ultima(), Some(format!("Bearer T-{segreto}")));
    }
    // What was thrown away is asked for again.
    assert_eq!((a(&ente, "/token-s1").len(), a(&ente, "/token-s2").len()), (2, 1));
    // The same connector saved again keeps its token.
    configura(&app, &ente.url(), &oauth2(&ente, "s1")).await;
    assert_eq!(chiama(&app).await, Ok(()));
    assert_eq!(a(&ente, "/token-s1").len(), 2);
    // From one kind to another, and to none.
    configura(&app, &ente.url(), &json!({"username": "u", "password": "p"})).await;
    assert_eq!(chiama(&app).await, Ok(()));
    assert_eq!(ultima().as_deref(), Some("Basic dTpw"));
    configura(&app, &ente.url(), &Value::Null).await;
    assert_eq!(chiama(&app).await, Ok(()));
    assert_eq!(ultima(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn un_altro_nodo_se_ne_accorge_entro_due_secondi() {
    let ca = Autorita::nuova("CA");
    let ente = ignaro(StubEnte::con_tls(ca.firma(&SERVER).server(Some(ca.der()))).await);
    let cartella = tempfile::tempdir().unwrap();
    let file = |nome: &str| cartella.path().join(nome);
    std::fs::write(file("fidati.pem"), ca.pem()).unwrap();
    let noi = [ca.firma(&CLIENT), ca.firma(&CLIENT)];
    for (n, c) in noi.iter().enumerate() {
        std::fs::write(file(&format!("{n}.jks")), jks(Some(c), &[])).unwrap();
    }
    let auth = |n: usize| {
        json!({
            "tipo": "Client", "ksLocation": file(&format!("{n}.jks")), "ksPassword": PASSWORD, "ksType": "JKS",
            "ksPKeyPasswd": PASSWORD_CHIAVE, "tsLocation": file("fidati.pem"), "tsPassword": PASSWORD,
            "tsType": "JKS", "sslType": "TLS"
        })
    };
    let app = pronta(Backend::Pg).await;
    configura(&app, &ente.url(), &auth(0)).await;
    let mut del_secondo = app.configurazione().clone();
    del_secondo.worker.watch_anagrafica = true;
    let orologio = std::sync::Arc::new(app.orologio().clone());
    let secondo = server::avvia(&del_secondo, orologio, server::Uso::Servizio).await.expect("parte");
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let dal_secondo = async || {
        let r = http
            .post(format!("{}{CCP}", secondo.url()))
            .basic_auth(NODO.0, Some(NODO.1))
            .header("Content-Type", "text/xml")
            .body(pagopa::nodo::scrivi(&verifica(&nav(900_001))));
        assert_eq!(r.send().await.unwrap().status(), 200);
        ente.ricevute().pop().unwrap().certificato.unwrap()
    };
    assert_eq!(dal_secondo().await, noi[0].der);
    configura(&app, &ente.url(), &auth(1)).await;
    let inizio = Instant::now();
    while dal_secondo().await != noi[1].der {
        assert!(inizio.elapsed() < Duration::from_secs(2), "dopo due secondi il vecchio certificato");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    secondo.ferma().await;
}
