//! Service resources (spec 10 3.5).

use rstest::rstest;
use serde_json::{Value, json};
use testkit::{AMMINISTRATORE, Anagrafica, BACKOFFICE, Backend, GESTIONALE, TestApp};

const SERVIZI: [&str; 9] = [
    "Anagrafica Applicazioni",
    "Anagrafica Creditore",
    "Anagrafica PagoPA",
    "Anagrafica Ruoli",
    "Configurazione e manutenzione",
    "Giornale degli Eventi",
    "Pagamenti",
    "Pendenze",
    "Rendicontazioni e Incassi",
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_superuser_vede_i_nove_servizi_a_tutti_gli_indirizzi(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    let acl: Value = SERVIZI.iter().map(|s| json!({"servizio": s, "autorizzazioni": ["R", "W"]})).collect();
    let atteso = json!({
        "nome": "gpadmin",
        "domini": [{"idDominio": "*", "ragioneSociale": "Tutti"}],
        "tipiPendenza": [{"idTipoPendenza": "*", "descrizione": "Tutti"}],
        "acl": acl,
        "autenticazione": "BASIC",
    });
    let admin = app.cliente("").come(AMMINISTRATORE.0, AMMINISTRATORE.1);
    for base in [
        "/govpay/backend/api/backoffice/rs/basic/v1",
        "/govpay-api-backoffice/rs/basic/v1",
        "/govpay/backend/api/backoffice",
        "/govpay-api-backoffice",
    ] {
        let r = admin.get(&format!("{base}/profilo")).await.con_stato(200);
        assert_eq!(r.json(), atteso, "{base}");
        assert_eq!(r.intestazione("Content-Type"), Some("application/json"));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_applicazione_vede_il_suo_ambito(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let dominio = json!({"idDominio": "12345678901", "ragioneSociale": "Ente Creditore di prova"});
    let r = app.applicazione().get("/profilo").await.con_stato(200);
    let profilo = r.json();
    assert_eq!(profilo["nome"], GESTIONALE.0);
    assert_eq!(profilo["domini"], json!([dominio]));
    assert_eq!(profilo["acl"], json!([]));
    let tipi = profilo["tipiPendenza"].as_array().unwrap();
    assert!(
        tipi.contains(&json!({"idTipoPendenza": "TARI", "descrizione": "Tassa sui rifiuti"})),
        "{tipi:?}"
    );
    assert!(tipi.iter().all(|t| t["idTipoPendenza"] != "*"), "{tipi:?}");

    let r = app.cliente(BACKOFFICE).come(GESTIONALE.0, GESTIONALE.1).get("/profilo").await.con_stato(200);
    let atteso = json!({
        "nome": GESTIONALE.0,
        "domini": [{
            "idDominio": "12345678901", "ragioneSociale": "Ente Creditore di prova",
            "unitaOperative": [{"idUnita": "*", "ragioneSociale": "Tutte"}]
        }],
        "tipiPendenza": [{"idTipoPendenza": "*", "descrizione": "Tutti"}],
        "acl": [],
        "autenticazione": "BASIC",
    });
    assert_eq!(r.json(), atteso);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_enumerazioni_sono_elenchi_fissi(#[values(Backend::Lite)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let versioni = bo.get("/enumerazioni/versioneConnettore").await.con_stato(200);
    assert_eq!(versioni.json(), json!(["REST v1", "REST v2"]));
    let mut servizi: Vec<String> =
        serde_json::from_value(bo.get("/enumerazioni/serviziACL").await.con_stato(200).json()).unwrap();
    servizi.sort();
    assert_eq!(servizi, SERVIZI);
    assert_eq!(bo.anonimo().get("/enumerazioni/serviziACL").await.stato(), 401);
}
