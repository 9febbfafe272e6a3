//! The cookie of the sessions, common to all APIs (spec 10 2.4), and the headers of SPID (2.1).

use http::Method;
use rstest::rstest;
use serde_json::json;
use testkit::{AMMINISTRATORE, Backend, Cliente, Risposta, TestApp};

async fn con(c: &Cliente, percorso: &str, intestazioni: &[(&str, &str)]) -> Risposta {
    let mut r = c.richiesta(Method::GET, percorso);
    for (nome, valore) in intestazioni {
        r = r.header(*nome, *valore);
    }
    c.manda(r).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_cookie_e_quello_configurato_per_tutte_le_api(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::con(backend, |c| {
        c.public_url = "https://pagamenti.example".to_owned();
        c.auth_families = ["basic", "form", "session"].map(str::to_owned).to_vec();
        c.api.user_families = vec!["basic".to_owned()];
        c.auth.cookie_name = "GPSESSIONE".to_owned();
        c.auth.cookie_domain = "pagamenti.example".to_owned();
        c.auth.cookie_path = "/govpay".to_owned();
    })
    .await;
    let admin = |base: &str| app.cliente(base).come(AMMINISTRATORE.0, AMMINISTRATORE.1);
    let (user, form) = ("/govpay/frontend/api/user/rs/basic/v1", "/govpay/backend/api/backoffice/rs/form/v1");
    for (c, percorso) in [(admin(user), "/login"), (admin(form), "/profilo")] {
        let r = c.get(percorso).await.con_stato(200);
        let cookie = r.intestazione("Set-Cookie").unwrap();
        let (valore, attributi) = cookie.split_once("; ").unwrap();
        assert_eq!(attributi, "Domain=pagamenti.example; Path=/govpay; HttpOnly; SameSite=Lax; Secure");
        let token = valore.strip_prefix("GPSESSIONE=").unwrap();
        assert!(token.len() >= 40, "{token}");
        for sessione in ["/govpay/backend/api/backoffice/rs/session/v1", "/govpay-api-backoffice/rs/form/v1"]
        {
            let c = app.cliente(sessione);
            con(&c, "/profilo", &[("Cookie", valore)]).await.con_stato(200);
            let altro = con(&c, "/profilo", &[("Cookie", &format!("JSESSIONID={token}"))]).await.stato();
            assert!([401, 403].contains(&altro), "{altro}");
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_intestazioni_dello_spid_si_configurano(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| {
        c.auth_families = ["basic", "spid"].map(str::to_owned).to_vec();
        c.trusted_proxies = vec!["127.0.0.0/8".to_owned()];
        c.auth.spid_header = "X-Codice".to_owned();
        c.auth.spid_attributes =
            ["name=X-Nome", "familyName=X-Cognome", "email=X-Posta"].map(str::to_owned).to_vec();
    })
    .await;
    let c = app.cliente("/govpay/frontend/api/pagamento/rs/spid/v2");
    let nome = [("X-Nome", "Mario"), ("X-Cognome", "Rossi"), ("X-Posta", "m@rossi.example")];
    let mut tutte = vec![("X-Codice", "TINIT-RSSMRA30A01H501I"), ("X-SPID-MOBILEPHONE", "333")];
    tutte.extend(nome);
    let r = con(&c, "/profilo", &tutte).await.con_stato(200).json();
    let attesa = json!({
        "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi", "email": "m@rossi.example"
    });
    assert_eq!((&r["nome"], &r["anagrafica"]), (&json!("RSSMRA30A01H501I"), &attesa));
    let di_prima = con(&c, "/profilo", &[("X-SPID-FISCALNUMBER", "TINIT-RSSMRA30A01H501I")]).await;
    assert_eq!(di_prima.stato(), 403);
}
