//! OAuth2 client credentials: the token, asked for once, kept for as long as it says.

use super::*;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rstest::rstest;
use std::time::Duration;
use testkit::{Backend, StubEnte};

const SEGRETO: &str = "un segreto/da+non:mostrare";

fn auth(token: &str) -> Value {
    json!({
        "clientId": "govpay", "clientSecret": SEGRETO, "urlTokenEndpoint": format!("{token}/token"),
        "scope": "notifiche verifiche"
    })
}

fn gettone(valore: &str, durata: Value) -> Copione {
    Copione::Json(200, json!({"access_token": valore, "token_type": "Bearer", "expires_in": durata}))
}

/// The gateway, an ente that is also who gives tokens.
async fn scena(backend: Backend) -> (TestApp, StubEnte) {
    let (app, ente) = (pronta(backend).await, ignaro(StubEnte::nuovo().await));
    ente.per("/token", gettone("T1", json!(3600)));
    configura(&app, &ente.url(), &auth(&ente.url())).await;
    (app, ente)
}

fn portati(ente: &StubEnte) -> Vec<String> {
    a(ente, "/avvisi/").iter().map(|r| r.intestazione("authorization").unwrap().to_owned()).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_token_solo_per_due_chiamate(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = scena(backend).await;
    assert_eq!(chiama(&app).await, Ok(()));
    assert_eq!(chiama(&app).await, Ok(()));
    assert_eq!(portati(&ente), ["Bearer T1", "Bearer T1"]);
    let [chiesto] = &a(&ente, "/token")[..] else { panic!("uno solo") };
    assert_eq!((chiesto.metodo.as_str(), chiesto.percorso.as_str()), ("POST", "/token"));
    assert_eq!(chiesto.intestazione("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(chiesto.intestazione("accept"), Some("application/json"));
    assert_eq!(chiesto.corpo, "grant_type=client_credentials&scope=notifiche+verifiche");
    // RFC 6749 2.3.1: encoded as in a form, then Basic.
    let basic = BASE64_STANDARD.encode("govpay:un+segreto%2Fda%2Bnon%3Amostrare");
    assert_eq!(chiesto.intestazione("authorization"), Some(format!("Basic {basic}").as_str()));
    // The journal: who we are, no token, no secret.
    let e = crate::nodo::finche("gli eventi si leggono", async || {
        let r = app.backoffice().get("/eventi?messaggi=true&tipoEvento=getAvviso").await.con_stato(200);
        let e = r.json()["risultati"].as_array().unwrap().clone();
        (e.len() == 2).then_some(e)
    })
    .await;
    for e in e {
        assert_eq!(e["parametriRichiesta"]["principal"], "govpay");
        let intestazioni = e["parametriRichiesta"]["headers"].as_array().unwrap();
        assert!(
            intestazioni.contains(&json!({"nome": "authorization", "valore": "***"})),
            "{intestazioni:?}"
        );
        assert!(!e.to_string().contains("Bearer") && !e.to_string().contains("segreto/"), "{e}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_sola_richiesta_per_chi_chiama_insieme(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = scena(backend).await;
    ente.per("/token", Copione::Dopo(Duration::from_millis(300), Box::new(gettone("T1", json!("3600")))));
    let insieme = (0..20).map(|n| {
        let nodo = app.nodo();
        tokio::spawn(async move { ko(manda(&nodo, &verifica(&nav(900_000 + n))).await).0 })
    });
    for esito in futures_util::future::join_all(insieme).await {
        assert_eq!(esito.unwrap(), "PAA_PAGAMENTO_SCONOSCIUTO");
    }
    assert_eq!(portati(&ente), vec!["Bearer T1"; 20]);
    assert_eq!(a(&ente, "/token").len(), 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_token_scaduto_si_richiede(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = scena(backend).await;
    for (durata, attesa, richieste) in [
        (json!(1), 1100, 2),
        // Good for as long as it says, not a second less.
        (json!(60), 1100, 1),
        // One that does not say is good for one call.
        (Value::Null, 0, 2),
        (json!(0), 0, 2),
    ] {
        let mut nuovo = auth(&ente.url());
        nuovo["scope"] = json!(format!("{durata}"));
        configura(&app, &ente.url(), &nuovo).await;
        ente.per("/token", gettone("T", durata.clone()));
        let prima = a(&ente, "/token").len();
        assert_eq!(chiama(&app).await, Ok(()));
        tokio::time::sleep(Duration::from_millis(attesa)).await;
        assert_eq!(chiama(&app).await, Ok(()));
        assert_eq!(a(&ente, "/token").len() - prima, richieste, "{durata}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_token_rifiutato_si_rinnova_una_volta(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = scena(backend).await;
    assert_eq!(chiama(&app).await, Ok(()));
    for (stato, n) in [(401, 2), (403, 3)] {
        // The ente has forgotten the token that we keep.
        ente.per("/token", gettone(&format!("T{n}"), json!(3600)));
        ente.prossime([Copione::Stato(stato)]);
        assert_eq!(chiama(&app).await, Ok(()), "{stato}");
    }
    assert_eq!(
        portati(&ente),
        ["Bearer T1", "Bearer T1", "Bearer T2", "Bearer T2", "Bearer T3"],
        "the call is made again with the new one"
    );
    assert_eq!(a(&ente, "/token").len(), 3);
    // An ente that refuses every token is asked twice and no more; each failure is told.
    for stato in [401, 403] {
        ente.per("/avvisi/", Copione::Stato(stato));
        let (prima, chiesti) = (portati(&ente).len(), a(&ente, "/token").len());
        assert_eq!(chiama(&app).await, Err(format!("Ricevuto [HTTP {stato}]")));
        assert_eq!((portati(&ente).len() - prima, a(&ente, "/token").len() - chiesti), (2, 1), "{stato}");
        ente.per("/avvisi/", SCONOSCIUTA.clone());
        assert_eq!(chiama(&app).await, Ok(()));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_da_i_token_non_risponde_o_risponde_male(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = scena(backend).await;
    let non_valida = "risposta non valida";
    let errore = |v: Value| Copione::Json(401, v);
    for (copione, causa) in [
        (Copione::Stato(500), "ricevuto [HTTP 500]"),
        (Copione::Stato(302), "ricevuto [HTTP 302]"),
        (errore(json!({"error": "invalid_client"})), "ricevuto [HTTP 401] invalid_client"),
        (errore(json!({"error": SEGRETO, "error_description": SEGRETO})), "ricevuto [HTTP 401]"),
        (Copione::Stato(200), non_valida),
        (Copione::Grezzo(200, "text/html", b"<html>login</html>".to_vec()), non_valida),
        (Copione::Json(200, json!([])), non_valida),
        (Copione::Json(200, json!({"access_token": "a\r\nX-Altro: b", "expires_in": 60})), non_valida),
        (
            Copione::Json(200, json!({"access_token": "a", "token_type": "mac"})),
            "il token non e' di tipo Bearer",
        ),
        (Copione::Chiude, "connection closed before message completed"),
    ] {
        ente.per("/token", copione.clone());
        assert_eq!(chiama(&app).await, Err(format!("Token OAuth2 non ottenuto: {causa}")), "{copione:?}");
    }
    assert!(portati(&ente).is_empty(), "without a token the ente is not called");
    // A failure is not kept.
    ente.per("/token", gettone("T9", json!(3600)));
    assert_eq!(chiama(&app).await, Ok(()));
    assert_eq!(portati(&ente), ["Bearer T9"]);
    // Nobody there; a name that does not resolve; a place where connectors do not go.
    for (token, inizio) in [
        ("http://127.0.0.1:9", "Token OAuth2 non ottenuto: "),
        ("http://ente.invalid", "Token OAuth2 non ottenuto: java.net.UnknownHostException: ente.invalid"),
        (
            "http://169.254.169.254",
            "Token OAuth2 non ottenuto: Indirizzo non ammesso per un connettore: 169.254.169.254",
        ),
    ] {
        configura(&app, &ente.url(), &auth(token)).await;
        let causa = chiama(&app).await.unwrap_err();
        assert!(causa.starts_with(inizio) && !causa.contains(SEGRETO), "{token}: {causa}");
    }
    // It counts as a connection failure of the call.
    let e = crate::nodo::finche("gli eventi si leggono", async || {
        let r = app.backoffice().get("/eventi?tipoEvento=getAvviso&esito=FAIL&risultatiPerPagina=50").await;
        let e = r.con_stato(200).json()["risultati"].as_array().unwrap().clone();
        (e.len() == 13).then_some(e)
    })
    .await;
    let mut sotto: Vec<_> = e.iter().map(|e| e["sottotipoEsito"].as_str().unwrap()).collect();
    sotto.sort_unstable();
    assert_eq!((sotto.iter().filter(|s| **s == "500").count(), sotto.last()), (12, Some(&"999")));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_da_i_token_piano_non_tiene_fermo_il_nodo(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::con(backend, |c| c.pagopa.scadenza_verifica_ente_millis = 600).await;
    Anagrafica::standard().crea(&app).await;
    let ente = ignaro(StubEnte::nuovo().await);
    ente.per("/token", Copione::Dopo(Duration::from_millis(1500), Box::new(gettone("T1", json!(3600)))));
    configura(&app, &ente.url(), &auth(&ente.url())).await;
    let inizio = std::time::Instant::now();
    chiama(&app).await.unwrap_err();
    assert!(inizio.elapsed() < Duration::from_millis(1400), "{:?}", inizio.elapsed());
    assert!(portati(&ente).is_empty());
    // The request went on: its token serves the next call.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(chiama(&app).await, Ok(()));
    assert_eq!(a(&ente, "/token").len(), 1);
}
