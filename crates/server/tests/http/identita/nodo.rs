//! The Node with an API key or a token (spec 40 1.3): credentials of the installation, of no registered utenza.

use super::fornitore::{Chiave, Fornitore};
use super::non_autenticata;
use crate::nodo::{BROKER, ko, leggi, nav, verifica};
use http::Method;
use rstest::rstest;
use serde_json::json;
use testkit::{Anagrafica, Backend, CCP, Cliente, GESTIONALE, NODO, Risposta, TestApp};

const CHIAVE: &str = "una-chiave-del-nodo";

async fn chiede(c: &Cliente, intestazioni: &[(&str, &str)]) -> Risposta {
    let corpo = pagopa::nodo::scrivi(&verifica(&nav(1)));
    let mut r = c.richiesta(Method::POST, "").header("Content-Type", "text/xml").body(corpo);
    for (nome, valore) in intestazioni {
        r = r.header(*nome, *valore);
    }
    c.manda(r).await
}

#[track_caller]
fn passa(r: &Risposta) {
    assert_eq!(r.stato(), 200, "{}", r.testo());
    assert_eq!(ko(leggi(r)).0, "PAA_PAGAMENTO_SCONOSCIUTO");
}

/// Who is somebody, but not the Node of that intermediario.
async fn di_un_altro(app: &TestApp, chiede: impl AsyncFn() -> Risposta) {
    let altro = json!({
        "denominazione": "I", "principalPagoPa": "un altro", "abilitato": true,
        "servizioPagoPa": {"urlRPT": "http://127.0.0.1:9/x"}
    });
    app.backoffice().put(&format!("/intermediari/{BROKER}"), &altro).await.con_stato(200);
    let (codice, testo) = ko(leggi(&chiede().await));
    let atteso = format!(
        "Autorizzazione fallita: principal fornito ({}) non valido per l'intermediario ({BROKER}).",
        NODO.0
    );
    assert_eq!((codice.as_str(), testo), ("PAA_SYSTEM_ERROR", Some(atteso)));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_nodo_viene_con_una_chiave(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| {
        "apikey".clone_into(&mut c.pagopa_auth);
        NODO.0.clone_into(&mut c.pagopa_api_id);
        c.pagopa_api_key = server::configurazione::Segreto::nuovo(CHIAVE);
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    let c = app.cliente(CCP);
    passa(&chiede(&c, &[("X-APP-ID", NODO.0), ("X-API-KEY", CHIAVE)]).await);
    for no in [
        &[][..],
        &[("X-APP-ID", NODO.0)],
        &[("X-API-KEY", CHIAVE)],
        &[("X-APP-ID", NODO.0), ("X-API-KEY", "altra")],
        &[("X-APP-ID", "altro"), ("X-API-KEY", CHIAVE)],
        // Of a registered applicazione: good elsewhere, not here.
        &[("X-APP-ID", GESTIONALE.0), ("X-API-KEY", GESTIONALE.1)],
    ] {
        let r = chiede(&c, no).await;
        non_autenticata(&r);
        assert_eq!(r.intestazione("WWW-Authenticate"), None);
    }
    non_autenticata(&chiede(&c.come(NODO.0, CHIAVE), &[]).await);
    app.cliente(CCP).get("?wsdl").await.con_stato(200);
    di_un_altro(&app, async || chiede(&c, &[("X-APP-ID", NODO.0), ("X-API-KEY", CHIAVE)]).await).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_nodo_viene_con_un_token(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let fornitore = Fornitore::nuovo().await;
    let jwks = fornitore.jwks.clone();
    let app = TestApp::con(backend, |c| {
        "oauth2".clone_into(&mut c.pagopa_auth);
        c.pagopa_oauth2.jwks_uri = jwks;
        c.pagopa_oauth2.issuer = "https://nodo.example".to_owned();
        c.pagopa_oauth2.audience = "govpay".to_owned();
        c.pagopa_oauth2.principal_claims = vec!["azp".to_owned(), "sub".to_owned()];
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    let chiave = Chiave::ec();
    fornitore.mostra(vec![chiave.pubblica("e")]);
    let adesso = app.engine().adesso().micros() / 1_000_000;
    let buono = json!({"iss": "https://nodo.example", "aud": "govpay", "sub": NODO.0, "exp": adesso + 600});
    let c = app.cliente(CCP);
    let col = async |dati: &serde_json::Value| {
        chiede(&c, &[("Authorization", &format!("Bearer {}", chiave.firma("e", dati)))]).await
    };
    passa(&col(&buono).await);
    let con = |nome: &str, v: serde_json::Value| {
        let mut d = buono.clone();
        d[nome] = v;
        d
    };
    passa(&col(&con("aud", json!(["altro", "govpay"]))).await);
    for no in [
        con("aud", json!("altro")),
        con("iss", json!("https://altro.example")),
        con("exp", json!(adesso - 100)),
        con("sub", json!(null)),
    ] {
        let r = col(&no).await;
        non_autenticata(&r);
        let sfida = r.intestazione("WWW-Authenticate").expect("la sfida");
        assert!(sfida.starts_with("Bearer error=\"invalid_token\", error_description=\""), "{sfida}");
    }
    let altrui = Chiave::ec().firma("e", &buono);
    non_autenticata(&chiede(&c, &[("Authorization", &format!("Bearer {altrui}"))]).await);
    let r = chiede(&c, &[]).await;
    non_autenticata(&r);
    assert_eq!(r.intestazione("WWW-Authenticate"), None, "nessun token, nessuna sfida");
    // The tokens of the Node are not those of the REST APIs, which have no family `oauth2` here.
    let rest = app.cliente("/govpay/backend/api/backoffice/rs/oauth2/v1");
    let r = rest.manda(rest.richiesta(Method::GET, "/profilo").bearer_auth(chiave.firma("e", &buono))).await;
    assert_eq!(r.stato(), 403);
    app.cliente(CCP).get("?wsdl").await.con_stato(200);
    di_un_altro(&app, async || col(&buono).await).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn senza_le_chiavi_del_fornitore_il_nodo_ha_500(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let fornitore = Fornitore::nuovo().await;
    fornitore.spegni(true);
    let jwks = fornitore.jwks.clone();
    let app = TestApp::con(backend, |c| {
        "oauth2".clone_into(&mut c.pagopa_auth);
        c.pagopa_oauth2.jwks_uri = jwks;
    })
    .await;
    let token = Chiave::ec().firma("e", &json!({"sub": NODO.0, "exp": 4_000_000_000_i64}));
    let r = chiede(&app.cliente(CCP), &[("Authorization", &format!("Bearer {token}"))]).await;
    let atteso = json!({"categoria": "AUTORIZZAZIONE", "codice": "500", "descrizione": "Errore interno"});
    assert_eq!((r.stato(), r.json()), (500, atteso));
}
