//! A directory behind `basic` and `form` (spec 10 sections 1, 2.3, 4.2).

use super::{BACKOFFICE, con, non_autenticata, sessione};
use crate::nodo::{ko, leggi, nav, verifica};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rstest::rstest;
use serde_json::{Value, json};
use server::Configurazione;
use server::configurazione::Segreto;
use std::time::Duration;
use testkit::{
    AMMINISTRATORE, Anagrafica, Backend, CCP, Cliente, Directory, GESTIONALE, PERSONE, Risposta, SERVIZIO,
    TestApp,
};

/// The gateway on a directory; `mario` and whoever has a strange name are registered without a password.
async fn pronta(
    backend: Backend,
    directory: &Directory,
    cambia: impl FnOnce(&mut Configurazione),
) -> TestApp {
    let app = TestApp::con(backend, |c| {
        c.auth_families = ["basic", "form", "apikey"].map(str::to_owned).to_vec();
        c.trusted_proxies = vec!["127.0.0.0/8".to_owned()];
        c.ldap.urls = vec![directory.url()];
        c.ldap.starttls = false;
        c.ldap.bind_dn = SERVIZIO.0.to_owned();
        c.ldap.bind_password = Segreto::nuovo(SERVIZIO.1);
        c.ldap.user_base = PERSONE.to_owned();
        c.ldap.group_base = "ou=groups,dc=example,dc=it".to_owned();
        c.ldap.timeout_millis = 2000;
        cambia(c);
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    ruolo(&bo, &["R"]).await;
    for principal in ["mario", "m*(a)\\r", "muta", "doppia"] {
        let id: String = principal.bytes().map(|b| format!("%25{b:02X}")).collect();
        let corpo =
            json!({"ragioneSociale": principal, "abilitato": true, "domini": ["*"], "tipiPendenza": ["*"]});
        bo.put(&format!("/operatori/{id}"), &corpo).await.con_stato(201);
    }
    app
}

async fn ruolo(bo: &Cliente, lettere: &[&str]) {
    let corpo = json!({"acl": [{"servizio": "Pagamenti", "autorizzazioni": lettere}]});
    let r = bo.put("/ruoli/Cassa", &corpo).await;
    assert!(matches!(r.stato(), 200 | 201), "{}", r.testo());
}

async fn profilo(app: &TestApp, utente: &str, password: &str) -> Risposta {
    app.cliente(&format!("{BACKOFFICE}/basic/v1")).come(utente, password).get("/profilo").await
}

/// From an address of its own.
async fn da(app: &TestApp, indirizzo: &str, utente: &str, password: &str) -> Risposta {
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{utente}:{password}")));
    let c = app.cliente(&format!("{BACKOFFICE}/basic/v1"));
    con(&c, "/profilo", &[("Authorization", &basic), ("X-Forwarded-For", indirizzo)]).await
}

fn diritti(lettere: &[&str]) -> Value {
    json!([{"autorizzazioni": lettere, "servizio": "Pagamenti"}])
}

#[track_caller]
fn non_verificabili(r: &Risposta) {
    let atteso = json!({"categoria": "AUTORIZZAZIONE", "codice": "500", "descrizione": "Errore interno"});
    assert_eq!((r.stato(), r.json()), (500, atteso));
    assert_eq!(r.intestazione("WWW-Authenticate"), None);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_directory_verifica_e_i_suoi_gruppi_sono_ruoli(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let directory = Directory::nuova(None);
    let app = pronta(backend, &directory, |_| {}).await;
    let r = profilo(&app, "mario", "Segreta-1").await.con_stato(200);
    assert_eq!((&r.json()["autenticazione"], &r.json()["acl"]), (&json!("BASIC"), &diritti(&["R"])));
    assert_eq!(r.json()["nome"], "mario");
    // What a ruolo gives changes with it, at once.
    ruolo(&app.backoffice(), &["R", "W"]).await;
    assert_eq!(profilo(&app, "mario", "Segreta-1").await.json()["acl"], diritti(&["R", "W"]));
    // The principal is the one of the directory, whatever way it is typed.
    assert_eq!(profilo(&app, "MARIO", "Segreta-1").await.con_stato(200).json()["nome"], "mario");

    for (utente, password) in [
        ("mario", "Segreta-2"),
        ("mario", ""),
        ("mario", "segreta-1"),
        ("nessuno", "Segreta-1"),
        // In the directory and not registered; registered and without a password there; two entries.
        ("anna", "Segreta-2"),
        ("anna", "altra"),
        ("muta", ""),
        ("muta", "Segreta-1"),
        ("doppia", "Segreta-5"),
        ("", "Segreta-1"),
    ] {
        let r = da(&app, &format!("10.0.0.{}", utente.len() + password.len()), utente, password).await;
        non_autenticata(&r);
        assert_eq!(r.intestazione("WWW-Authenticate"), None);
    }
    // API keys are of the gateway, and so are the passwords that stand beside the directory.
    let chiave = [("X-APP-ID", GESTIONALE.0), ("X-API-KEY", GESTIONALE.1)];
    con(&app.cliente("/govpay/backend/api/pendenze/rs/apikey/v2"), "/profilo", &chiave).await.con_stato(200);
    app.applicazione().get("/profilo").await.con_stato(200);
    non_autenticata(&profilo(&app, AMMINISTRATORE.0, "Sbagliata-1").await);
    let altra = [("X-APP-ID", "mario"), ("X-API-KEY", "Segreta-1")];
    let c = app.cliente("/govpay/backend/api/pendenze/rs/apikey/v2");
    non_autenticata(&con(&c, "/profilo", &altra).await);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_password_di_govpay_si_possono_escludere(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let directory = Directory::nuova(None);
    let mut app = pronta(backend, &directory, |_| {}).await;
    profilo(&app, AMMINISTRATORE.0, AMMINISTRATORE.1).await.con_stato(200);
    app.configurazione_mut().ldap.local_passwords = false;
    app.riavvia().await;
    non_autenticata(&profilo(&app, AMMINISTRATORE.0, AMMINISTRATORE.1).await);
    profilo(&app, "mario", "Segreta-1").await.con_stato(200);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_nome_non_diventa_un_filtro(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let directory = Directory::nuova(None);
    let mut app = pronta(backend, &directory, |_| {}).await;
    let r = profilo(&app, "m*(a)\\r", "Segreta-3").await.con_stato(200);
    assert_eq!((&r.json()["nome"], &r.json()["acl"]), (&json!("m*(a)\\r"), &diritti(&["R"])));
    let maligni = [
        "*",
        "m*",
        "mari*",
        "mario)(uid=*",
        "mario)(|(uid=*",
        "*)(uid=mario))(|(uid=*",
        "\\6dario",
        "mario,ou=people",
        "mario,ou=people,dc=example,dc=it+uid=x",
        "{dn}",
        "{user}",
    ];
    for (i, utente) in maligni.into_iter().enumerate() {
        non_autenticata(&da(&app, &format!("10.1.0.{i}"), utente, "Segreta-1").await);
        non_autenticata(&da(&app, &format!("10.2.0.{i}"), utente, "Segreta-3").await);
    }
    // The same without a search: the name goes into a pattern, and groups are looked for as oneself.
    app.spegni().await;
    let l = &mut app.configurazione_mut().ldap;
    l.user_base = String::new();
    l.user_dn_pattern = format!("uid={{user}},{PERSONE}");
    app.avvia().await;
    assert_eq!(profilo(&app, "mario", "Segreta-1").await.con_stato(200).json()["acl"], diritti(&["R"]));
    profilo(&app, "m*(a)\\r", "Segreta-3").await.con_stato(200);
    assert_eq!(profilo(&app, "Mario", "Segreta-1").await.con_stato(200).json()["nome"], "mario");
    for (i, utente) in maligni.into_iter().enumerate() {
        non_autenticata(&da(&app, &format!("10.3.0.{i}"), utente, "Segreta-1").await);
        non_autenticata(&da(&app, &format!("10.4.0.{i}"), utente, "Segreta-3").await);
    }
    non_autenticata(&profilo(&app, "mario", "").await);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_e_stato_riconosciuto_lo_e_per_poco(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let mut directory = Directory::nuova(None);
    let app = pronta(backend, &directory, |_| {}).await;
    profilo(&app, "mario", "Segreta-1").await.con_stato(200);
    directory.cambia("dn: uid=mario,ou=people,dc=example,dc=it\nchangetype: modify\nreplace: userPassword\nuserPassword: Nuova-1\n");
    // Believed still, and the new one is too: the connection that had been closed is opened again.
    profilo(&app, "mario", "Segreta-1").await.con_stato(200);
    profilo(&app, "mario", "Nuova-1").await.con_stato(200);
    app.orologio().avanza(Duration::from_secs(61));
    non_autenticata(&profilo(&app, "mario", "Segreta-1").await);
    profilo(&app, "mario", "Nuova-1").await.con_stato(200);

    directory.ferma();
    profilo(&app, "mario", "Nuova-1").await.con_stato(200);
    non_verificabili(&profilo(&app, "mario", "Altra-1").await);
    non_verificabili(&profilo(&app, "nessuno", "Altra-1").await);
    app.orologio().avanza(Duration::from_secs(61));
    non_verificabili(&profilo(&app, "mario", "Nuova-1").await);
    // Whoever has a password in the gateway comes in; a wrong one is not known to be wrong.
    profilo(&app, AMMINISTRATORE.0, AMMINISTRATORE.1).await.con_stato(200);
    non_verificabili(&profilo(&app, AMMINISTRATORE.0, "Sbagliata-1").await);
    directory.riparti();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    profilo(&app, "mario", "Nuova-1").await.con_stato(200);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_sessione_ricorda_i_gruppi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let mut directory = Directory::nuova(None);
    let mut app = pronta(backend, &directory, |_| {}).await;
    let form = app.cliente(&format!("{BACKOFFICE}/form/v1"));
    let r = form.come("mario", "Segreta-1").get("/profilo").await.con_stato(200);
    let cookie = format!("JSESSIONID={}", sessione(&r).expect("il cookie"));
    non_autenticata(&form.come("mario", "").get("/profilo").await);
    directory.ferma();
    app.riavvia().await;
    let form = app.cliente(&format!("{BACKOFFICE}/form/v1"));
    let acl =
        async || con(&form, "/profilo", &[("Cookie", &cookie)]).await.con_stato(200).json()["acl"].clone();
    assert_eq!(acl().await, diritti(&["R"]));
    ruolo(&app.backoffice(), &["W"]).await;
    assert_eq!(acl().await, diritti(&["W"]));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_indovina_aspetta_comunque_scriva_il_nome(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let directory = Directory::nuova(None);
    let mut app = pronta(backend, &directory, |_| {}).await;
    app.configurazione_mut().ldap.local_passwords = false;
    app.riavvia().await;
    for n in 0..12_u8 {
        let maiuscola = |(i, c): (usize, char)| if n >> i & 1 == 1 { c.to_ascii_uppercase() } else { c };
        let utente: String = "mario".chars().enumerate().map(maiuscola).collect();
        non_autenticata(&da(&app, "1.2.3.4", &utente, "Sbagliata-1").await);
    }
    // One entry, however its name is spelled: now it waits, also with the right password.
    non_autenticata(&da(&app, "1.2.3.4", "mariO", "Segreta-1").await);
    da(&app, "1.2.3.5", "mariO", "Segreta-1").await.con_stato(200);
    app.orologio().avanza(Duration::from_secs(301));
    da(&app, "1.2.3.4", "mariO", "Segreta-1").await.con_stato(200);
    // What is presented for a name that nobody has makes its address wait too: nothing tells them apart.
    for n in 0..6 {
        non_autenticata(&da(&app, "1.2.3.6", "nessuno", &format!("Sbagliata-{n}")).await);
    }
}

/// An authority, and a certificate of `localhost` and `127.0.0.1` that it has signed, with its key.
fn certificati() -> (String, String, String) {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
    let chiave_ca = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem_ca = ca.self_signed(&chiave_ca).unwrap().pem();
    let chiave = KeyPair::generate().unwrap();
    let nomi = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let server = CertificateParams::new(nomi).unwrap();
    let server = server.signed_by(&chiave, &Issuer::from_params(&ca, &chiave_ca)).unwrap();
    (pem_ca, server.pem(), chiave.serialize_pem())
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn con_la_directory_si_parla_in_segreto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (ca, certificato, chiave) = certificati();
    let directory = Directory::nuova(Some((&certificato, &chiave)));
    let cartella = tempfile::tempdir().unwrap();
    let scrivi = |nome: &str, pem: &str| {
        let file = cartella.path().join(nome);
        std::fs::write(&file, pem).unwrap();
        file.display().to_string()
    };
    let (sua, altra) = (scrivi("ca.pem", &ca), scrivi("altra.pem", &certificati().0));
    let mut app = pronta(backend, &directory, |c| {
        c.ldap.starttls = true;
        c.ldap.ca = sua.clone();
    })
    .await;
    profilo(&app, "mario", "Segreta-1").await.con_stato(200);
    non_autenticata(&profilo(&app, "mario", "Segreta-2").await);
    // The second address is tried when the first does not answer.
    let via_tls = vec!["ldaps://localhost:1".to_owned(), directory.url_tls()];
    app.configurazione_mut().ldap.urls.clone_from(&via_tls);
    app.riavvia().await;
    profilo(&app, "mario", "Segreta-1").await.con_stato(200);
    // Somebody else's authority: nobody is told a password.
    for urls in [via_tls, vec![directory.url()]] {
        app.configurazione_mut().ldap.urls = urls;
        app.configurazione_mut().ldap.ca = altra.clone();
        app.riavvia().await;
        non_verificabili(&profilo(&app, "mario", "Segreta-1").await);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_nodo_viene_con_una_password_della_directory(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let mut directory = Directory::nuova(None);
    let app = pronta(backend, &directory, |c| c.pagopa_auth = "ldap".to_owned()).await;
    let busta = pagopa::nodo::scrivi(&verifica(&nav(1)));
    let busta = String::from_utf8(busta).unwrap();
    let chiede =
        async |utente: &str, password: &str| app.cliente(CCP).come(utente, password).soap(&busta).await;
    let r = chiede("nodo", "Segreta-4").await.con_stato(200);
    assert_eq!(ko(leggi(&r)).0, "PAA_PAGAMENTO_SCONOSCIUTO");
    // Of the directory, and not the principal of that intermediario.
    let r = chiede("mario", "Segreta-1").await.con_stato(200);
    let (codice, testo) = ko(leggi(&r));
    let atteso =
        "Autorizzazione fallita: principal fornito (mario) non valido per l'intermediario (11111111113).";
    assert_eq!((codice.as_str(), testo.as_deref()), ("PAA_SYSTEM_ERROR", Some(atteso)));
    for (utente, password) in
        [("nodo", "Segreta-1"), ("nodo", ""), ("nessuno", "Segreta-4"), (GESTIONALE.0, GESTIONALE.1)]
    {
        non_autenticata(&chiede(utente, password).await);
    }
    non_autenticata(&app.cliente(CCP).soap(&busta).await);
    directory.ferma();
    non_verificabili(&chiede("nodo", "Altra-1").await);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_e_nella_directory_si_iscrive_col_suo_nome(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let directory = Directory::nuova(None);
    let app = pronta(backend, &directory, |c| c.auth.signup_role = "Operatore".to_owned()).await;
    let bo = app.backoffice();
    for (utente, password) in [("anna", "Sbagliata-1"), ("ANNA", ""), ("nessuno", "Segreta-2")] {
        non_autenticata(&profilo(&app, utente, password).await);
    }
    bo.get("/operatori/anna").await.con_stato(404);
    let insieme = ["anna", "ANNA", " anna", "Anna"].map(|u| profilo(&app, u, "Segreta-2"));
    for r in futures_util::future::join_all(insieme).await {
        assert_eq!(r.con_stato(200).json()["nome"], "anna");
    }
    let letto = bo.get("/operatori/anna").await.con_stato(200).json();
    assert_eq!((&letto["ragioneSociale"], letto.get("password")), (&json!("anna"), Some(&json!(false))));
    let tutti = bo.get("/operatori").await.con_stato(200).json();
    let anne = tutti["risultati"].as_array().unwrap().iter();
    let anne = anne.filter(|o| o["principal"].as_str().unwrap().to_lowercase().contains("anna")).count();
    assert_eq!(anne, 1);
}
