//! Auto-signup (spec 10 2.2): off by default, once for each proven principal, never for a wrong password.

use super::fornitore::{Chiave, Fornitore};
use super::{BACKOFFICE, con, non_autenticata, non_autorizzata};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rstest::rstest;
use serde_json::{Value, json};
use server::Configurazione;
use testkit::{Backend, Risposta, TestApp};

async fn pronta(backend: Backend, ruolo: &str, cambia: impl FnOnce(&mut Configurazione)) -> TestApp {
    TestApp::con(backend, |c| {
        c.auth_families = ["basic", "header", "sslheader", "spid", "apikey"].map(str::to_owned).to_vec();
        c.trusted_proxies = vec!["127.0.0.0/8".to_owned()];
        c.auth.header_names = vec!["X-Utente".to_owned()];
        c.auth.certificate_url_decode = false;
        c.auth.certificate_base64_decode = true;
        c.auth.signup_role = ruolo.to_owned();
        cambia(c);
    })
    .await
}

async fn profilo(app: &TestApp, famiglia: &str, intestazione: (&str, &str)) -> Risposta {
    con(&app.cliente(&format!("{BACKOFFICE}/{famiglia}/v1")), "/profilo", &[intestazione]).await
}

/// The operatori beside the superuser.
async fn iscritti(app: &TestApp) -> Vec<String> {
    let v = app.backoffice().get("/operatori").await.con_stato(200).json();
    let nomi = v["risultati"].as_array().unwrap().iter().map(|o| o["principal"].as_str().unwrap().to_owned());
    nomi.filter(|n| n != "gpadmin").collect()
}

/// A certificate, in base64 of its PEM.
fn certificato(cn: &str, organizzazione: &str) -> String {
    let mut p = rcgen::CertificateParams::new(Vec::new()).unwrap();
    p.distinguished_name = rcgen::DistinguishedName::new();
    p.distinguished_name.push(rcgen::DnType::CommonName, cn);
    p.distinguished_name.push(rcgen::DnType::OrganizationName, organizzazione);
    BASE64_STANDARD.encode(p.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().pem())
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nessuno_si_iscrive_se_non_e_detto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend, "", |_| {}).await;
    for (famiglia, intestazione) in [("header", "X-Utente"), ("spid", "X-SPID-FISCALNUMBER")] {
        non_autorizzata(&profilo(&app, famiglia, (intestazione, "nuovo")).await);
    }
    non_autorizzata(&profilo(&app, "sslheader", ("X-GOVPAY-CERT", &certificato("nuovo", "O"))).await);
    assert_eq!(iscritti(&app).await, Vec::<String>::new());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_e_provato_diventa_operatore(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend, "Operatore", |_| {}).await;
    let lungo = "mario.rossi.di.un.ufficio.dal.nome.molto.lungo@comune.example";
    let r = profilo(&app, "header", ("X-Utente", lungo)).await.con_stato(200).json();
    let lettura = |servizio: &str| json!({"autorizzazioni": ["R"], "servizio": servizio});
    let atteso = json!({
        "nome": "mario.rossi.di.un.ufficio.dal.nome.",
        "domini": [{"idDominio": "*", "ragioneSociale": "Tutti"}],
        "tipiPendenza": [{"idTipoPendenza": "*", "descrizione": "Tutti"}],
        "acl": [
            lettura("Giornale degli Eventi"), lettura("Pagamenti"), lettura("Pendenze"),
            lettura("Rendicontazioni e Incassi"),
        ],
        "autenticazione": "HEADER",
    });
    assert_eq!(r, atteso);
    let letto = app.backoffice().get(&format!("/operatori/{lungo}")).await.con_stato(200).json();
    assert_eq!(letto["ragioneSociale"], "mario.rossi.di.un.ufficio.dal.nome.");
    assert_eq!((&letto["abilitato"], &letto["password"]), (&json!(true), &json!(false)));
    assert_eq!(letto["ruoli"][0]["id"], "Operatore");

    profilo(&app, "spid", ("X-SPID-FISCALNUMBER", "TINIT-RSSMRA80A01H501U")).await.con_stato(200);
    profilo(&app, "sslheader", ("X-GOVPAY-CERT", &certificato("cassa", "Comune"))).await.con_stato(200);
    let mut tutti = iscritti(&app).await;
    tutti.sort();
    assert_eq!(tutti, ["CN=cassa, O=Comune", "RSSMRA80A01H501U", lungo]);
    // Registered now: a second call makes nothing, and somebody who is switched off stays off.
    profilo(&app, "sslheader", ("X-GOVPAY-CERT", &certificato("cassa", "Comune"))).await.con_stato(200);
    assert_eq!(iscritti(&app).await.len(), 3);
    let spento = json!({"ragioneSociale": "X", "abilitato": false});
    app.backoffice().put("/operatori/RSSMRA80A01H501U", &spento).await.con_stato(200);
    let r = profilo(&app, "spid", ("X-SPID-FISCALNUMBER", "RSSMRA80A01H501U")).await;
    assert_eq!(r.errore(), (403, "403000".to_owned(), "Operatore [X] disabilitato.".to_owned()));

    // Nobody is made by a password or a key that nobody has.
    let basic = app.cliente(&format!("{BACKOFFICE}/basic/v1"));
    non_autenticata(&basic.come("qualcuno", "Qualcosa-1").get("/profilo").await);
    let c = app.cliente(&format!("{BACKOFFICE}/apikey/v1"));
    non_autenticata(&con(&c, "/profilo", &[("X-APP-ID", "qualcuno"), ("X-API-KEY", "Qualcosa-1")]).await);
    non_autorizzata(&profilo(&app, "header", ("X-Utente", "")).await);
    assert_eq!(iscritti(&app).await.len(), 3);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn dieci_prime_chiamate_fanno_un_operatore_e_un_evento(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend, "Operatore", |_| {}).await;
    // Other nodes of the same database do not know what this one holds in its queues.
    let altro = server::avvia(
        app.configurazione(),
        std::sync::Arc::new(app.orologio().clone()),
        server::Uso::Servizio,
    )
    .await
    .expect("un secondo nodo");
    let http = reqwest::Client::builder().no_proxy().build().expect("un client");
    let url = format!("{}{BACKOFFICE}/header/v1/profilo", altro.url());
    let di_la = (0..5).map(|_| async {
        http.get(&url).header("X-Utente", "nuovo").send().await.expect("una risposta").status().as_u16()
    });
    let di_qua = (0..5).map(|_| async { profilo(&app, "header", ("X-Utente", "nuovo")).await.stato() });
    let (a, b) = tokio::join!(futures_util::future::join_all(di_la), futures_util::future::join_all(di_qua));
    assert_eq!([a, b].concat(), [200; 10]);
    assert_eq!(iscritti(&app).await, ["nuovo"]);
    let eventi = app
        .backoffice()
        .get("/eventi?tipoEvento=modificaAnagrafica&sottotipoEvento=Operatore&messaggi=true&risultatiPerPagina=100")
        .await
        .con_stato(200)
        .json();
    let suoi: Vec<Value> = eventi["risultati"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| e["dettaglioEsito"] == "Creazione di Operatore [nuovo]")
        .cloned()
        .collect();
    assert_eq!(suoi.len(), 1, "{suoi:?}");
    altro.ferma().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_token_iscrive_chi_lo_porta(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let fornitore = Fornitore::nuovo().await;
    let jwks = fornitore.jwks.clone();
    let app = pronta(backend, "Inesistente", |c| {
        c.auth_families = ["basic", "oauth2"].map(str::to_owned).to_vec();
        c.oauth2.jwks_uri = jwks;
        c.oauth2.audience = "govpay".to_owned();
    })
    .await;
    let chiave = Chiave::ec();
    fornitore.mostra(vec![chiave.pubblica("e")]);
    let exp = app.engine().adesso().micros() / 1_000_000 + 600;
    let token = |sub: &str, aud: &str| {
        format!("Bearer {}", chiave.firma("e", &json!({"sub": sub, "aud": aud, "exp": exp})))
    };
    non_autenticata(&profilo(&app, "oauth2", ("Authorization", &token("nuovo", "altro"))).await);
    assert_eq!(iscritti(&app).await, Vec::<String>::new());
    // A ruolo that is not there gives nothing.
    let r = profilo(&app, "oauth2", ("Authorization", &token("nuovo", "govpay"))).await.con_stato(200).json();
    assert_eq!((&r["nome"], &r["acl"]), (&json!("nuovo"), &json!([])));
    assert_eq!(iscritti(&app).await, ["nuovo"]);
}
