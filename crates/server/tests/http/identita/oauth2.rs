use super::fornitore::{Chiave, Fornitore};
use super::{BACKOFFICE, con, non_autenticata};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::hmac;
use rstest::rstest;
use serde_json::{Value, json};
use server::Configurazione;
use std::time::Duration;
use testkit::{Anagrafica, Backend, GESTIONALE, Risposta, TestApp};

const PENDENZE: &str = "/govpay/backend/api/pendenze";

async fn pronta(backend: Backend, cambia: impl FnOnce(&mut Configurazione)) -> (TestApp, Fornitore) {
    let fornitore = Fornitore::nuovo().await;
    let jwks = fornitore.jwks.clone();
    let app = TestApp::con(backend, |c| {
        c.auth_families = ["basic", "oauth2", "session", "public"].map(str::to_owned).to_vec();
        c.oauth2.jwks_uri = jwks;
        c.oauth2.issuer = "https://idp.example".to_owned();
        c.oauth2.audience = "govpay".to_owned();
        c.oauth2.principal_claims = vec!["preferred_username".to_owned(), "sub".to_owned()];
        cambia(c);
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    (app, fornitore)
}

/// Claims of a good token for a principal.
fn dati(app: &TestApp, principal: &str) -> Value {
    let adesso = app.engine().adesso().micros() / 1_000_000;
    json!({
        "iss": "https://idp.example", "aud": "govpay", "sub": principal, "iat": adesso,
        "nbf": adesso, "exp": adesso + 600,
    })
}

async fn profilo(app: &TestApp, token: &str) -> Risposta {
    let c = app.cliente(&format!("{BACKOFFICE}/oauth2/v1"));
    con(&c, "/profilo", &[("Authorization", &format!("Bearer {token}"))]).await
}

#[track_caller]
fn token_rifiutato(r: &Risposta) {
    non_autenticata(r);
    let sfida = r.intestazione("WWW-Authenticate").expect("la sfida");
    assert!(sfida.starts_with("Bearer error=\"invalid_token\", error_description=\""), "{sfida}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_token_vale_se_e_firmato_per_noi_e_per_adesso(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let (app, fornitore) = pronta(backend, |_| {}).await;
    let (rsa, ec) = (Chiave::rsa(), Chiave::ec());
    fornitore.mostra(vec![json!({"kty": "oct", "k": "AAAA"}), rsa.pubblica("r"), ec.pubblica("e")]);
    let buono = dati(&app, "gpadmin");
    for (chiave, kid) in [(&rsa, "r"), (&ec, "e")] {
        let r = profilo(&app, &chiave.firma(kid, &buono)).await.con_stato(200);
        assert_eq!(r.json()["autenticazione"], "OAUTH2");
    }
    assert_eq!(fornitore.prelievi(), 1, "le chiavi si prelevano una volta");
    let con_claim = |nome: &str, valore: Value| {
        let mut d = buono.clone();
        d[nome] = valore;
        rsa.firma("r", &d)
    };
    let adesso = buono["iat"].as_i64().expect("iat");
    // A list passes if one element matches; the first claim that is there names the principal.
    profilo(&app, &con_claim("aud", json!(["altro", "govpay"]))).await.con_stato(200);
    profilo(&app, &con_claim("preferred_username", json!("gpadmin"))).await.con_stato(200);
    profilo(&app, &con_claim("exp", json!(adesso - 30))).await.con_stato(200);
    for male in [
        con_claim("aud", json!("altro")),
        con_claim("aud", json!(["altro"])),
        con_claim("aud", Value::Null),
        con_claim("iss", json!("https://altro.example")),
        con_claim("exp", json!(adesso - 61)),
        con_claim("exp", json!("domani")),
        con_claim("exp", Value::Null),
        con_claim("nbf", json!(adesso + 120)),
        con_claim("nbf", json!("ieri")),
        con_claim("sub", json!("nessuno")),
        con_claim("sub", json!("")),
        con_claim("preferred_username", json!({"a": 1})),
        rsa.firma("e", &buono),
        Chiave::ec().firma("e", &buono),
        "x".to_owned(),
        "a.b.c".to_owned(),
        "A".repeat(20_000),
    ] {
        token_rifiutato(&profilo(&app, &male).await);
    }
    let senza = app.cliente(&format!("{BACKOFFICE}/oauth2/v1")).get("/profilo").await;
    non_autenticata(&senza);
    assert_eq!(senza.intestazione("WWW-Authenticate"), None, "nessun token, nessuna sfida");
    app.cliente(&format!("{BACKOFFICE}/oauth2/v1")).get("/info").await.con_stato(200);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_algoritmo_lo_decide_la_chiave(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, fornitore) = pronta(backend, |_| {}).await;
    let (rsa, ec) = (Chiave::rsa(), Chiave::ec());
    fornitore.mostra(vec![rsa.pubblica("r"), ec.pubblica("e")]);
    let buono = dati(&app, "gpadmin");
    profilo(&app, &rsa.firma("r", &buono)).await.con_stato(200);
    let b64 = |t: &str| BASE64_URL_SAFE_NO_PAD.encode(t);
    let corpo = b64(&buono.to_string());
    for nome in ["none", "None", "NONE", "", "HS256"] {
        let testata = b64(&json!({"alg": nome, "kid": "r"}).to_string());
        token_rifiutato(&profilo(&app, &format!("{testata}.{corpo}.")).await);
    }
    // The public key of the provider used as the secret of an HMAC.
    let segreto = hmac::Key::new(hmac::HMAC_SHA256, rsa.pubblica("r").to_string().as_bytes());
    let firmato = format!("{}.{corpo}", b64(&json!({"alg": "HS256", "kid": "r"}).to_string()));
    let firma = BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&segreto, firmato.as_bytes()));
    token_rifiutato(&profilo(&app, &format!("{firmato}.{firma}")).await);
    // Right signature, other algorithm in the header; an extension that must be understood.
    token_rifiutato(&profilo(&app, &rsa.firma_con(&json!({"alg": "RS512", "kid": "r"}), &buono)).await);
    token_rifiutato(&profilo(&app, &rsa.firma_con(&json!({"alg": "PS256", "kid": "r"}), &buono)).await);
    token_rifiutato(&profilo(&app, &ec.firma_con(&json!({"alg": "ES384", "kid": "e"}), &buono)).await);
    let critica = json!({"alg": "RS256", "kid": "r", "crit": ["x"], "x": 1});
    token_rifiutato(&profilo(&app, &rsa.firma_con(&critica, &buono)).await);
    // What is signed cannot be changed.
    let token = rsa.firma("r", &dati(&app, "nessuno"));
    let (testa, firma) = (token.split('.').next().expect("testa"), token.rsplit('.').next().expect("firma"));
    token_rifiutato(&profilo(&app, &format!("{testa}.{corpo}.{firma}")).await);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_chiavi_del_fornitore_ruotano(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, fornitore) = pronta(backend, |_| {}).await;
    let buono = dati(&app, "gpadmin");
    let (prima, seconda) = (Chiave::rsa(), Chiave::ec());
    fornitore.spegni(true);
    let r = profilo(&app, &prima.firma("1", &buono)).await;
    assert_eq!(r.errore(), (500, "500".to_owned(), String::new()));
    fornitore.spegni(false);
    fornitore.mostra(vec![prima.pubblica("1")]);
    app.orologio().avanza(Duration::from_secs(11));
    // Many together cost one fetch.
    let token = prima.firma("1", &buono);
    let insieme = (0..10).map(|_| profilo(&app, &token));
    for r in futures_util::future::join_all(insieme).await {
        r.con_stato(200);
    }
    assert_eq!(fornitore.prelievi(), 2);

    fornitore.mostra(vec![seconda.pubblica("2")]);
    let nuovo = seconda.firma("2", &buono);
    // Fetched a moment ago: tokens that name unknown keys do not make us fetch again at once.
    for _ in 0..5 {
        token_rifiutato(&profilo(&app, &nuovo).await);
    }
    assert_eq!(fornitore.prelievi(), 2);
    app.orologio().avanza(Duration::from_secs(11));
    profilo(&app, &nuovo).await.con_stato(200);
    assert_eq!(fornitore.prelievi(), 3);
    token_rifiutato(&profilo(&app, &token).await);

    // While the provider is away the keys that are known stay good, for an hour.
    fornitore.spegni(true);
    app.orologio().avanza(Duration::from_secs(1200));
    let altro = seconda.firma("2", &dati(&app, "gpadmin"));
    profilo(&app, &altro).await.con_stato(200);
    assert_eq!(fornitore.prelievi(), 4, "un prelievo tentato");
    app.orologio().avanza(Duration::from_secs(3600));
    let r = profilo(&app, &seconda.firma("2", &dati(&app, "gpadmin"))).await;
    assert_eq!(r.stato(), 500);
    fornitore.spegni(false);
    app.orologio().avanza(Duration::from_secs(11));
    profilo(&app, &seconda.firma("2", &dati(&app, "gpadmin"))).await.con_stato(200);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_gruppi_del_token_sono_ruoli(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, fornitore) = pronta(backend, |c| c.oauth2.groups_claim = "groups".to_owned()).await;
    let chiave = Chiave::ec();
    fornitore.mostra(vec![chiave.pubblica("e")]);
    let acl = async |gruppi: Value| {
        let mut d = dati(&app, GESTIONALE.0);
        d["groups"] = gruppi;
        profilo(&app, &chiave.firma("e", &d)).await.con_stato(200).json()["acl"].clone()
    };
    assert_eq!(acl(json!([])).await, json!([]));
    assert_eq!(acl(json!(["boh", 7])).await, json!([]));
    let nove = acl(json!(["boh", "Amministratore"])).await;
    assert_eq!(nove.as_array().map(Vec::len), Some(9), "{nove}");
    assert_eq!(acl(json!("Amministratore")).await, nove);
    assert_eq!(acl(Value::Null).await, json!([]), "i diritti di un token restano i suoi");

    // What a ruolo gives is read once, and again when it changes.
    let ruolo = |lettere: Value| json!({"acl": [{"servizio": "Pagamenti", "autorizzazioni": lettere}]});
    let bo = app.backoffice();
    bo.put("/ruoli/Cassa", &ruolo(json!(["R"]))).await.con_stato(201);
    let uno = |lettere: Value| json!([{"autorizzazioni": lettere, "servizio": "Pagamenti"}]);
    assert_eq!(acl(json!(["Cassa", "boh"])).await, uno(json!(["R"])));
    let prima = app.conteggi();
    let chi = engine::autenticazione::Portatore {
        principal: GESTIONALE.0.to_owned(),
        gruppi: vec!["boh".to_owned(), "Cassa".to_owned()],
    };
    for _ in 0..20 {
        app.engine().autentica_portatore(&chi).await.expect("si legge").expect("c'e'");
    }
    assert_eq!(app.conteggi().da(prima).letture, 0);
    bo.put("/ruoli/Cassa", &ruolo(json!(["R", "W"]))).await.con_stato(200);
    assert_eq!(acl(json!(["Cassa", "boh"])).await, uno(json!(["R", "W"])));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_token_apre_le_versioni_che_lo_prevedono(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, fornitore) = pronta(backend, |c| {
        c.oauth2.logout_uri = "https://idp.example/logout?lang=it".to_owned();
        c.oauth2.post_logout_redirect_uri = "https://console.example/fine?a=b".to_owned();
    })
    .await;
    let chiave = Chiave::ec();
    fornitore.mostra(vec![chiave.pubblica("e")]);
    let token = chiave.firma("e", &dati(&app, GESTIONALE.0));
    let portato = format!("Bearer {token}");
    let portato = [("Authorization", portato.as_str())];
    con(&app.cliente(&format!("{PENDENZE}/rs/oauth2/v2")), "/profilo", &portato).await.con_stato(200);
    con(&app.cliente(&format!("{PENDENZE}/rs/oauth2/v1")), "/profilo", &portato).await.con_stato(404);
    non_autenticata(&app.cliente(&format!("{PENDENZE}/rs/oauth2/v1")).get("/profilo").await);
    let r = con(&app.cliente(&format!("{PENDENZE}/rs/apikey/v2")), "/profilo", &portato).await;
    assert_eq!(r.errore().0, 403, "un metodo non abilitato");
    // The addresses of 2018 take whatever credentials come.
    con(&app.cliente("/govpay/backend/api/backoffice"), "/profilo", &portato).await.con_stato(200);

    let c = app.cliente(&format!("{BACKOFFICE}/oauth2/v1"));
    let atteso = format!(
        "https://idp.example/logout?lang=it&post_logout_redirect_uri=https%3A%2F%2Fconsole.example%2Ffine%3Fa%3Db\
         &id_token_hint={token}"
    );
    let r = con(&c, "/logout", &portato).await.con_stato(200);
    assert_eq!(r.json(), json!({"logoutUrl": atteso}));
}
