//! Ways to say who one is (spec 10 section 2 and Done when, Authentication). Basic and client
//! certificates over TLS are in `convenzioni`.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use server::Configurazione;
use std::time::Duration;
use testkit::{AMMINISTRATORE, Anagrafica, Backend, Cliente, GESTIONALE, Risposta, TestApp};

const BACKOFFICE: &str = "/govpay/backend/api/backoffice/rs";
const PENDENZE: &str = "/govpay/backend/api/pendenze/rs";

/// The gateway behind a proxy on loopback, with every family that this version has.
async fn pronta(backend: Backend, cambia: impl FnOnce(&mut Configurazione)) -> TestApp {
    let app = TestApp::con(backend, |c| {
        c.auth_families =
            ["basic", "ssl", "form", "apikey", "sslheader", "header", "spid"].map(str::to_owned).to_vec();
        c.trusted_proxies = vec!["127.0.0.0/8".to_owned()];
        c.auth.header_names = vec!["X-Utente-1".to_owned(), "X-Utente-2".to_owned()];
        cambia(c);
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    app
}

async fn con(c: &Cliente, percorso: &str, intestazioni: &[(&str, &str)]) -> Risposta {
    let mut r = c.richiesta(Method::GET, percorso);
    for (nome, valore) in intestazioni {
        r = r.header(*nome, *valore);
    }
    c.manda(r).await
}

/// The refusal of spec 10 2.3, whole.
#[track_caller]
fn rifiutata(r: &Risposta, stato: u16, descrizione: &str, dettaglio: &str) {
    let atteso = json!({
        "categoria": "AUTORIZZAZIONE", "codice": stato.to_string(), "descrizione": descrizione,
        "dettaglio": dettaglio,
    });
    assert_eq!((r.stato(), r.json()), (stato, atteso));
    assert_eq!(r.intestazione("WWW-Authenticate"), None);
}

#[track_caller]
fn non_autenticata(r: &Risposta) {
    rifiutata(r, 401, "Autenticazione richiesta.", "Credenziali assenti o non valide");
}

#[track_caller]
fn non_autorizzata(r: &Risposta) {
    rifiutata(r, 403, "Richiesta non autorizzata.", "Credenziali assenti o non valide");
}

fn sessione(r: &Risposta) -> Option<String> {
    let cookie = r.intestazione("Set-Cookie")?;
    let (nome, resto) = cookie.split_once('=').expect("un cookie");
    assert_eq!(nome, "JSESSIONID");
    assert!(resto.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
    Some(resto.split(';').next().expect("un valore").to_owned())
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_sessione_nasce_vive_e_finisce(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend, |_| {}).await;
    let form = app.cliente(&format!("{BACKOFFICE}/form/v1"));
    let admin = form.come(AMMINISTRATORE.0, AMMINISTRATORE.1);
    let col_cookie = async |c: &Cliente, token: &str| {
        con(c, "/profilo", &[("Cookie", &format!("altro=1; JSESSIONID={token}"))]).await
    };
    non_autenticata(&form.get("/profilo").await);
    non_autenticata(&form.come(AMMINISTRATORE.0, "Sbagliata-2026").get("/profilo").await);

    let r = admin.get("/profilo").await.con_stato(200);
    assert_eq!(r.json()["autenticazione"], "BASIC");
    let primo = sessione(&r).expect("il cookie");
    let r = col_cookie(&form, &primo).await.con_stato(200);
    assert_eq!((r.json()["nome"].as_str(), sessione(&r)), (Some("gpadmin"), None));
    // The cookie is of family form: the others do not look at it.
    let basic = app.cliente(&format!("{BACKOFFICE}/basic/v1"));
    non_autenticata(&col_cookie(&basic, &primo).await);

    // The third login ends the first session.
    let secondo = sessione(&admin.get("/profilo").await).expect("il cookie");
    col_cookie(&form, &primo).await.con_stato(200);
    let terzo = sessione(&admin.get("/profilo").await).expect("il cookie");
    rifiutata(&col_cookie(&form, &primo).await, 401, "Autenticazione richiesta.", "Sessione Scaduta");
    col_cookie(&form, &secondo).await.con_stato(200);
    col_cookie(&form, &terzo).await.con_stato(200);

    // With good credentials beside it a stale cookie opens a new session; with wrong ones it does not.
    let r = col_cookie(&admin, &primo).await.con_stato(200);
    let quarto = sessione(&r).expect("una sessione nuova");
    let falso = form.come(AMMINISTRATORE.0, "Sbagliata-2026");
    rifiutata(&col_cookie(&falso, &primo).await, 401, "Autenticazione richiesta.", "Sessione Scaduta");

    for metodo in [Method::GET, Method::POST] {
        let vivo = if metodo == Method::GET { &quarto } else { &terzo };
        let r = form.richiesta(metodo, "/logout").header("Cookie", format!("JSESSIONID={vivo}"));
        let r = form.manda(r).await.con_stato(200);
        assert_eq!((r.testo(), sessione_tolta(&r)), ("", true));
        rifiutata(&col_cookie(&form, vivo).await, 401, "Autenticazione richiesta.", "Sessione Scaduta");
        let r = form.richiesta(Method::GET, "/logout").header("Cookie", format!("JSESSIONID={vivo}"));
        rifiutata(&form.manda(r).await, 401, "Autenticazione richiesta.", "Sessione Scaduta");
    }
    for inventato in ["x", "../../etc", &"A".repeat(5000)] {
        rifiutata(&col_cookie(&form, inventato).await, 401, "Autenticazione richiesta.", "Sessione Scaduta");
    }
}

fn sessione_tolta(r: &Risposta) -> bool {
    r.intestazione("Set-Cookie") == Some("JSESSIONID=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_sessione_scade_se_non_si_usa(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let mut app = pronta(backend, |c| c.auth.session_minutes = 10).await;
    let entra = async |app: &TestApp| {
        let c = app.cliente(&format!("{BACKOFFICE}/form/v1")).come(AMMINISTRATORE.0, AMMINISTRATORE.1);
        sessione(&c.get("/profilo").await).expect("il cookie")
    };
    let usa = async |app: &TestApp, token: &str| {
        let form = app.cliente(&format!("{BACKOFFICE}/form/v1"));
        con(&form, "/profilo", &[("Cookie", &format!("JSESSIONID={token}"))]).await.stato()
    };
    let token = entra(&app).await;
    for _ in 0..3 {
        app.orologio().avanza(Duration::from_secs(60 * 9));
        assert_eq!(usa(&app, &token).await, 200, "ogni uso la rinnova");
    }
    // It outlives a restart, and its password.
    app.riavvia().await;
    assert_eq!(usa(&app, &token).await, 200);
    app.orologio().avanza(Duration::from_secs(60 * 11));
    assert_eq!(usa(&app, &token).await, 401);

    let token = entra(&app).await;
    let nuova = secrecy::SecretString::from("Cambiata-2026".to_owned());
    app.engine().imposta_password(AMMINISTRATORE.0, &nuova).await.expect("password cambiata");
    assert_eq!(usa(&app, &token).await, 401, "chi e' entrato con la vecchia password esce");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_chiave_vale_come_una_password(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend, |c| c.auth.api_key_header = "X-Segreto".to_owned()).await;
    let c = app.cliente(&format!("{PENDENZE}/apikey/v2"));
    let giusta = [("X-APP-ID", GESTIONALE.0), ("X-Segreto", GESTIONALE.1)];
    con(&c, "/profilo", &giusta).await.con_stato(200);
    con(&app.cliente(&format!("{PENDENZE}/apikey/v1")), "/profilo", &giusta).await.con_stato(404);
    non_autenticata(&con(&c, "/profilo", &[]).await);
    non_autenticata(&con(&c, "/profilo", &[("X-APP-ID", GESTIONALE.0), ("X-Segreto", "Sbagliata1")]).await);
    non_autenticata(&con(&c, "/profilo", &[("X-APP-ID", GESTIONALE.0), ("X-API-KEY", GESTIONALE.1)]).await);
    non_autenticata(&app.applicazione().come(GESTIONALE.0, GESTIONALE.1).anonimo().get("/profilo").await);
    let admin = [("X-APP-ID", AMMINISTRATORE.0), ("X-Segreto", AMMINISTRATORE.1)];
    let r = con(&app.cliente(&format!("{BACKOFFICE}/apikey/v1")), "/profilo", &admin).await.con_stato(200);
    assert_eq!(r.json()["autenticazione"], "API_KEY");
    // The addresses of 2018 take whatever credentials come.
    con(&app.cliente("/govpay/backend/api/backoffice"), "/profilo", &admin).await.con_stato(200);
}

/// At the addresses of 2018 the first of certificate, password, key and token decides alone (spec 10 section 1).
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn agli_indirizzi_del_2018_decide_la_prima_credenziale(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend, |_| {}).await;
    let basic = |p: &str| format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{p}", AMMINISTRATORE.0)));
    let (giusta, sbagliata) = (basic(AMMINISTRATORE.1), basic("Sbagliata-2026"));
    let chiave = |k: &'static str| [("X-APP-ID", AMMINISTRATORE.0), ("X-API-KEY", k)];
    for base in ["/govpay/backend/api/backoffice", "/govpay-api-backoffice"] {
        let c = app.cliente(base);
        for (password, chiave, atteso) in [
            (Some(&giusta), None, Some("BASIC")),
            (Some(&giusta), Some(chiave("Sbagliata-2026")), Some("BASIC")),
            (Some(&sbagliata), Some(chiave(AMMINISTRATORE.1)), None),
            (None, Some(chiave(AMMINISTRATORE.1)), Some("API_KEY")),
            (None, Some(chiave("Sbagliata-2026")), None),
            (None, None, None),
        ] {
            let mut intestazioni: Vec<(&str, &str)> = chiave.into_iter().flatten().collect();
            intestazioni.extend(password.map(|p| ("Authorization", p.as_str())));
            // What a proxy says does not count here.
            intestazioni.push(("X-Utente-1", AMMINISTRATORE.0));
            let r = con(&c, "/profilo", &intestazioni).await;
            match atteso {
                Some(metodo) => assert_eq!(r.con_stato(200).json()["autenticazione"], metodo),
                None => non_autenticata(&r),
            }
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_proxy_fidato_dice_chi_chiama(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend, |_| {}).await;
    let profilo = async |famiglia: &str, intestazioni: &[(&str, &str)]| {
        con(&app.cliente(&format!("{BACKOFFICE}/{famiglia}/v1")), "/profilo", intestazioni).await
    };
    let metodo = |r: Risposta| r.con_stato(200).json()["autenticazione"].clone();
    assert_eq!(metodo(profilo("header", &[("X-Utente-2", "gpadmin")]).await), "HEADER");
    assert_eq!(metodo(profilo("header", &[("X-Utente-1", ""), ("X-Utente-2", "gpadmin")]).await), "HEADER");
    non_autorizzata(&profilo("header", &[]).await);
    non_autorizzata(&profilo("header", &[("X-Utente-1", "nessuno"), ("X-Utente-2", "gpadmin")]).await);
    assert_eq!(metodo(profilo("spid", &[("X-SPID-FISCALNUMBER", "TINIT-gpadmin")]).await), "SPID");
    non_autorizzata(&profilo("spid", &[("X-SPID-FISCALNUMBER", "RSSMRA30A01H501I")]).await);
    non_autorizzata(&profilo("sslheader", &[("X-GOVPAY-CERT", "boh")]).await);
    // Passwords are of other families.
    let basic = app.cliente(&format!("{BACKOFFICE}/header/v1")).come(AMMINISTRATORE.0, AMMINISTRATORE.1);
    non_autorizzata(&basic.get("/profilo").await);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_intestazioni_di_chi_non_e_il_proxy_non_contano(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend, |c| c.trusted_proxies = vec!["10.0.0.1".to_owned()]).await;
    let c = app.cliente(&format!("{BACKOFFICE}/header/v1"));
    non_autorizzata(&con(&c, "/profilo", &[("X-Utente-1", "gpadmin")]).await);
    let c = app.cliente(&format!("{BACKOFFICE}/spid/v1"));
    non_autorizzata(&con(&c, "/profilo", &[("X-SPID-FISCALNUMBER", "gpadmin")]).await);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_certificato_puo_arrivare_in_una_intestazione(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend, |_| {}).await;
    let mut p = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
    p.distinguished_name.push(rcgen::DnType::CommonName, "gestionale tributi");
    p.distinguished_name.push(rcgen::DnType::OrganizationName, "Comune");
    let pem = p.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().pem();
    // Registered in another order, with other separators.
    let applicazione = json!({
        "principal": "/O=Comune/CN=gestionale tributi", "abilitato": true, "apiPendenze": true,
        "domini": ["*"], "tipiPendenza": ["*"]
    });
    app.backoffice().put("/applicazioni/TLS", &applicazione).await.con_stato(201);
    let url = |t: &str| t.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
    let c = app.cliente(&format!("{PENDENZE}/sslheader/v2"));
    for scritto in [url(&BASE64_STANDARD.encode(&pem)), url(&pem)] {
        let r = con(&c, "/profilo", &[("X-GOVPAY-CERT", &scritto)]).await.con_stato(200);
        assert_eq!(r.json()["nome"], "/O=Comune/CN=gestionale tributi");
    }
    non_autorizzata(&con(&c, "/profilo", &[("X-GOVPAY-CERT", &url("-----BEGIN CERTIFICATE-----"))]).await);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_indirizzo_senza_famiglia_usa_quella_scelta(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let spento = TestApp::nuova(backend).await;
    let r = spento.cliente(&format!("{BACKOFFICE}/v1")).come(AMMINISTRATORE.0, AMMINISTRATORE.1);
    let r = r.get("/profilo").await.con_stato(403).json();
    assert_eq!((&r["codice"], &r["descrizione"]), (&json!("403"), &json!("Richiesta non autorizzata.")));

    let app = pronta(backend, |c| c.auth.default_family = "basic".to_owned()).await;
    let admin = app.cliente(&format!("{BACKOFFICE}/v1")).come(AMMINISTRATORE.0, AMMINISTRATORE.1);
    let r: Value = admin.get("/profilo").await.con_stato(200).json();
    assert_eq!(r["autenticazione"], "BASIC");
    let applicazione = app.cliente(&format!("{PENDENZE}/v2")).come(GESTIONALE.0, GESTIONALE.1);
    applicazione.get("/profilo").await.con_stato(200);
    non_autenticata(&applicazione.anonimo().get("/profilo").await);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_password_importata_da_govpay_3_vale_ancora(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let sha = "$6$saltsaltsalt$l7DL147Wlbxftu67SWoiS7KRTAj0PyCQv6Sc1W5L9N7/RYYctAvLVe9fkgcsLzH3KNml2EnkgPA9qf2NrTqlo.";
    let md5 = "$1$abcdefgh$dxORxQwkvoSNHsYDpTO7v0";
    for (accettate, hash, atteso) in
        [(true, sha, 200), (true, md5, 200), (false, sha, 200), (false, md5, 401)]
    {
        let app = pronta(backend, |c| c.auth.md5_hashes = accettate).await;
        let mut s = store::Scrittura::nuova();
        store::anagrafica::cambia_password(&mut s, GESTIONALE.0, Some(hash));
        app.engine().store().commit(s).await.expect("l'impronta importata");
        app.engine().registro().svuota();
        let c = app.applicazione();
        assert_eq!(c.come(GESTIONALE.0, "Giusta123").get("/profilo").await.stato(), atteso, "{hash}");
        assert_eq!(c.come(GESTIONALE.0, "Giusta124").get("/profilo").await.stato(), 401, "{hash}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_pagine_di_altre_origini_sono_quelle_elencate(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let portale = "https://portale.comune.example";
    let app = pronta(backend, |c| c.cors.allow_origins = vec![portale.to_owned()]).await;
    let c = app.cliente("");
    let chiede = async |metodo: Method, percorso: &str, origine: &str| {
        let r = c.richiesta(metodo, percorso).header("Origin", origine);
        c.manda(r.header("Access-Control-Request-Method", "PUT")).await
    };
    let di_cors = |r: &Risposta| {
        ["Origin", "Methods", "Headers", "Credentials"]
            .map(|n| r.intestazione(&format!("Access-Control-Allow-{n}")).map(str::to_owned))
    };
    let percorso = format!("{PENDENZE}/basic/v2/pendenze/A/B");
    let r = chiede(Method::OPTIONS, &percorso, portale).await.con_stato(200);
    assert_eq!(
        di_cors(&r).map(Option::unwrap_or_default),
        [portale, "OPTIONS,GET,PUT,POST,PATCH,DELETE", "origin,content-type,accept,authorization", "true"]
    );
    // The answer itself, also a refusal: otherwise the page could not read why.
    let r = chiede(Method::GET, &percorso, portale).await.con_stato(401);
    assert_eq!(r.intestazione("Access-Control-Allow-Origin"), Some(portale));
    assert_eq!(r.intestazione("Access-Control-Expose-Headers"), Some("content-type,content-disposition"));
    for (metodo, percorso, origine) in [
        (Method::OPTIONS, percorso.as_str(), "https://altrove.example"),
        (Method::GET, percorso.as_str(), "null"),
        (Method::OPTIONS, testkit::CCP, portale),
        (Method::GET, testkit::CCP, portale),
    ] {
        let r = chiede(metodo, percorso, origine).await;
        assert_eq!(di_cors(&r), [const { None }; 4], "{percorso} {origine}");
    }
}
