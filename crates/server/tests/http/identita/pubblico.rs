use super::{BACKOFFICE, rifiuto};
use api::convenzioni::{
    Chi, Cookie, Famiglia, Garanti, ImpostazioniApi, IntestazioniFidate, Operazione, Rotte, StatoApi, Vicino,
};
use axum::Router;
use axum::body::Body;
use axum::extract::{Query, Request, State};
use axum::routing::get;
use connettori::{ClienteHttp, ClientePrelievo, OpzioniClient};
use domain::anagrafica::Servizio;
use domain::evento::Componente;
use engine::hardening::Hardening;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use testkit::{Anagrafica, Backend, TestApp};
use tower::ServiceExt as _;

const PAGAMENTO: &str = "/govpay/frontend/api/pagamento/rs";
const NEGATO: &str = "Accesso anonimo non consentito";

type Domande = Arc<Mutex<Vec<HashMap<String, String>>>>;

/// A verifier that gives a token the verdict that it names.
async fn verificatore() -> (String, Domande) {
    let domande = Domande::default();
    let risponde = async |State(d): State<Domande>, Query(q): Query<HashMap<String, String>>| {
        let verdetto = match q.get("response").map(String::as_str) {
            Some("buono") => json!({"success": true, "score": 0.9}).to_string(),
            Some("scarso") => json!({"success": true, "score": 0.1}).to_string(),
            Some("confuso") => "<html>".to_owned(),
            _ => json!({"success": false, "error-codes": ["invalid-input-response"]}).to_string(),
        };
        d.lock().expect("domande").push(q);
        verdetto
    };
    let router = Router::new().route("/siteverify", get(risponde)).with_state(Arc::clone(&domande));
    let ascolto = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("una porta");
    let url = format!("http://{}/siteverify", ascolto.local_addr().expect("indirizzo"));
    tokio::spawn(async move { axum::serve(ascolto, router).await });
    (url, domande)
}

/// The doors of a contract that does not exist yet, with what the routes decide.
fn porte(app: &TestApp) -> Router {
    server::provider_tls();
    let http = ClienteHttp::nuovo(OpzioniClient::default()).expect("client");
    let hardening = Hardening::nuovo(Arc::new(app.engine().clone()), Arc::new(ClientePrelievo::nuovo(http)));
    let impostazioni = ImpostazioniApi {
        famiglie: vec![(Componente::ApiPagamento, vec![Famiglia::Public, Famiglia::Spid, Famiglia::Session])],
        intestazioni_fidate: IntestazioniFidate {
            proxy: vec!["127.0.0.0/8".parse().expect("rete")],
            attributi_spid: vec![("name".to_owned(), "X-SPID-NAME".to_owned())],
            ..IntestazioniFidate::default()
        },
        cookie: Cookie::default(),
        ..ImpostazioniApi::default()
    };
    let chi = async |Chi(c): Chi| {
        let natura = format!("{:?}", c.natura);
        format!("{} {} {natura}", c.utenza.principal, c.metodo.codice())
    };
    let lettura = |nome| Operazione::lettura(nome, Servizio::ApiPagamenti);
    let rotte = Rotte::nuove(Componente::ApiPagamento)
        .get("/avvisi/{id}", lettura("getAvviso").anche_anonimo_con_captcha(), chi)
        .get("/pagamenti/{id}", lettura("getPagamento").anche_anonimo(), chi)
        .get("/pagamenti", lettura("findPagamenti"), chi)
        .get("/anagrafica", Operazione::lettura("x", Servizio::AnagraficaCreditore).anche_anonimo(), chi)
        .get("/profilo", Operazione::autenticata("getProfilo"), chi);
    let garanti = Garanti { hardening: Some(hardening), ..Garanti::default() };
    let stato = StatoApi::nuovo(app.engine().clone(), impostazioni).con_garanti(garanti);
    api::router_con(stato, Router::new(), vec![(Componente::ApiPagamento, 1, rotte)])
}

async fn chiede(porte: &Router, percorso: &str, intestazioni: &[(&str, &str)]) -> (u16, String) {
    let mut r = Request::get(format!("{PAGAMENTO}{percorso}"));
    for (n, v) in intestazioni {
        r = r.header(*n, *v);
    }
    let mut r = r.body(Body::empty()).expect("richiesta");
    r.extensions_mut().insert(Vicino(SocketAddr::from(([127, 0, 0, 1], 5))));
    let r = porte.clone().oneshot(r).await.expect("risposta");
    let stato = r.status().as_u16();
    let corpo = axum::body::to_bytes(r.into_body(), 10_000).await.expect("corpo");
    (stato, String::from_utf8(corpo.to_vec()).expect("testo"))
}

#[track_caller]
fn negato((stato, corpo): (u16, String)) {
    let corpo: Value = serde_json::from_str(&corpo).expect("JSON");
    assert_eq!((stato, corpo), rifiuto(403, "Richiesta non autorizzata.", NEGATO));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_anonimo_arriva_solo_dove_e_detto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| {
        c.auth_families = ["basic", "public"].map(str::to_owned).to_vec();
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    let c = app.cliente(&format!("{BACKOFFICE}/public/v1"));
    c.get("/info").await.con_stato(200);
    let sonde = c.get("/sonde").await.con_stato(200).json();
    assert_eq!(sonde["risultati"][0]["id"], "check-db");
    assert_eq!(c.get("/sonde/check-db").await.con_stato(200).json()["stato"], "ok");
    assert_eq!(c.get("/sonde/boh").await.errore().2, "Sonda con id [boh] non configurata");
    for percorso in
        ["/profilo", "/domini/12345678901", "/applicazioni/x", "/enumerazioni/serviziACL", "/logout"]
    {
        let r = c.get(percorso).await;
        assert_eq!((r.stato(), r.json()), rifiuto(403, "Richiesta non autorizzata.", NEGATO), "{percorso}");
    }
    let r = c.get("/boh").await.json();
    assert_eq!((r["codice"].as_str(), r["categoria"].as_str()), (Some("403"), Some("AUTORIZZAZIONE")));
    assert_eq!(c.post("/info", &json!({})).await.stato(), 403);
    // Credentials change nothing here.
    let admin = c.come(testkit::AMMINISTRATORE.0, testkit::AMMINISTRATORE.1);
    assert_eq!(admin.get("/profilo").await.stato(), 403);

    let porte = porte(&app);
    let atteso = (200, "ANONIMO PUBLIC Anonimo".to_owned());
    assert_eq!(chiede(&porte, "/public/v1/pagamenti/1", &[]).await, atteso);
    assert_eq!(chiede(&porte, "/public/v1/avvisi/1", &[]).await, atteso, "hardening spento");
    negato(chiede(&porte, "/public/v1/profilo", &[]).await);
    negato(chiede(&porte, "/public/v1/pagamenti", &[]).await);
    let (stato, corpo) = chiede(&porte, "/public/v1/anagrafica", &[]).await;
    assert!(stato == 403 && corpo.contains("Utenza [ANONIMO] non autorizzata"), "{corpo}");
    assert_eq!(chiede(&porte, "/public/v2/avvisi/1", &[]).await.0, 403);
    assert_eq!(chiede(&porte, "/basic/v1/avvisi/1", &[]).await.0, 403, "non abilitata");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn con_lo_spid_si_e_cittadini(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let porte = porte(&app);
    let chi = [("X-SPID-FISCALNUMBER", "TINIT-gpadmin"), ("X-SPID-NAME", "Mario")];
    let (stato, corpo) = chiede(&porte, "/spid/v1/pagamenti", &chi).await;
    assert_eq!((stato, corpo.as_str()), (200, "gpadmin SPID Cittadino([(\"name\", \"Mario\")])"));
    assert_eq!(chiede(&porte, "/spid/v1/pagamenti", &[]).await.0, 403);
    // The session remembers what SPID said.
    let cittadino = engine::Chiamante::cittadino(
        "RSSMRA30A01H501I",
        vec![("name".to_owned(), "Mario".to_owned())],
        engine::chiamante::Metodo::Spid,
    );
    let token = app.engine().apri_sessione(&cittadino).await.expect("sessione").expect("aperta");
    let cookie = format!("JSESSIONID={}", secrecy::ExposeSecret::expose_secret(&token));
    let (stato, corpo) = chiede(&porte, "/session/v1/pagamenti", &[("Cookie", &cookie)]).await;
    assert_eq!((stato, corpo.as_str()), (200, "RSSMRA30A01H501I SESSION Cittadino([(\"name\", \"Mario\")])"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn con_l_hardening_serve_il_captcha(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let (url, domande) = verificatore().await;
    let bo = app.cliente(&format!("{BACKOFFICE}/basic/v1"));
    let bo = bo.come(testkit::AMMINISTRATORE.0, testkit::AMMINISTRATORE.1);
    // As an operator sets it: it holds from the next call on.
    let imposta = async |abilitato: bool, captcha: Option<&Value>, diverso: &Value| {
        let mut sezione = json!({ "abilitato": abilitato });
        if let Some(c) = captcha {
            let mut c = c.clone();
            let altri = diverso.as_object().cloned().unwrap_or_default();
            c.as_object_mut().expect("un oggetto").extend(altri);
            sezione["captcha"] = c;
        }
        let corpo = json!([{"op": "REPLACE", "path": "/hardening", "value": sezione}]);
        bo.patch("/configurazioni", &corpo).await.con_stato(200);
    };
    let captcha = json!({
        "serverURL": url, "siteKey": "sito", "secretKey": "segreto", "soglia": 0.5,
        "parametro": "gRecaptchaResponse", "denyOnFail": true, "connectionTimeout": 2000, "readTimeout": 2000
    });
    let porte = porte(&app);
    let avviso = async |token: &str| {
        let percorso = format!("/public/v1/avvisi/1?a=b&gRecaptchaResponse={token}");
        chiede(&porte, &percorso, &[("X-Forwarded-For", "1.2.3.4, 5.6.7.8")]).await
    };
    imposta(true, Some(&captcha), &json!({})).await;
    negato(chiede(&porte, "/public/v1/avvisi/1", &[]).await);
    assert_eq!(domande.lock().expect("domande").len(), 0, "senza token non si domanda");
    assert_eq!(avviso("buono").await.0, 200);
    let domanda = domande.lock().expect("domande")[0].clone();
    let attesa = [("secret", "segreto"), ("response", "buono"), ("remoteip", "1.2.3.4")];
    assert_eq!(domanda, attesa.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect());
    let in_testata = [("gRecaptchaResponse", "buono")];
    assert_eq!(chiede(&porte, "/public/v1/avvisi/1", &in_testata).await.0, 200);
    assert_eq!(domande.lock().expect("domande")[1]["remoteip"], "127.0.0.1");
    for no in ["scarso", "falso", "confuso", ""] {
        negato(avviso(no).await);
    }
    // What has no captcha has none.
    assert_eq!(chiede(&porte, "/public/v1/pagamenti/1", &[]).await.0, 200);

    // Away or not to be understood: as denyOnFail says. A verdict stays a verdict.
    imposta(true, Some(&captcha), &json!({"denyOnFail": false})).await;
    assert_eq!(avviso("confuso").await.0, 200);
    negato(avviso("falso").await);
    let spento = json!({"serverURL": "http://127.0.0.1:9/siteverify", "denyOnFail": false});
    imposta(true, Some(&captcha), &spento).await;
    assert_eq!(avviso("buono").await.0, 200);
    imposta(true, Some(&captcha), &json!({"serverURL": "http://127.0.0.1:9/siteverify"})).await;
    negato(avviso("buono").await);

    // A configuration that cannot work closes, whatever denyOnFail says, although it can be set.
    for rotta in [json!({"soglia": 0}), json!({"connectionTimeout": 0}), json!({"readTimeout": 0})] {
        let mut rotta = rotta;
        rotta["denyOnFail"] = json!(false);
        imposta(true, Some(&captcha), &rotta).await;
        negato(avviso("buono").await);
    }
    imposta(true, None, &json!({})).await;
    negato(avviso("buono").await);
    // The parameter has the name that is set.
    imposta(true, Some(&captcha), &json!({"parametro": "altro"})).await;
    negato(avviso("buono").await);
    assert_eq!(chiede(&porte, "/public/v1/avvisi/1?altro=buono", &[]).await.0, 200);
    imposta(false, Some(&captcha), &json!({})).await;
    assert_eq!(chiede(&porte, "/public/v1/avvisi/1", &[]).await.0, 200);
}
