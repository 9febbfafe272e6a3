use super::{BACKOFFICE, USER, con, non_autenticata, non_autorizzata, sessione};
use rstest::rstest;
use testkit::{AMMINISTRATORE, Anagrafica, Backend, TestApp};

const CITTADINO: (&str, &str) = ("X-SPID-FISCALNUMBER", "TINIT-RSSMRA30A01H501I");

async fn pronta(backend: Backend) -> TestApp {
    let app = TestApp::con(backend, |c| {
        c.auth_families = ["basic", "session", "spid", "form"].map(str::to_owned).to_vec();
        c.api.user_families = ["basic", "spid"].map(str::to_owned).to_vec();
        c.trusted_proxies = vec!["127.0.0.0/8".to_owned()];
        c.auth.login_redirects = vec![
            "casa=https://portale.example/a".to_owned(),
            "conquery=https://portale.example/?x=1".to_owned(),
        ];
        c.auth.logout_redirects = vec!["fuori=https://portale.example/ciao".to_owned()];
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    app
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_login_vale_per_la_famiglia_session(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let user = app.cliente(&format!("{USER}/basic/v1"));
    non_autenticata(&user.get("/login").await);
    let r = user.come(AMMINISTRATORE.0, AMMINISTRATORE.1).get("/login").await.con_stato(200);
    let cookie = format!("JSESSIONID={}", sessione(&r).expect("una sessione"));
    let backoffice = app.cliente(&format!("{BACKOFFICE}/session/v1"));
    let r = con(&backoffice, "/profilo", &[("Cookie", &cookie)]).await.con_stato(200).json();
    assert_eq!((r["nome"].as_str(), r["autenticazione"].as_str()), (Some("gpadmin"), Some("SESSION")));
    non_autorizzata(&backoffice.get("/profilo").await);
    non_autorizzata(&con(&backoffice, "/profilo", &[("Cookie", "JSESSIONID=x")]).await);
    backoffice.get("/info").await.con_stato(200);
    // The logout of API User ends it, whatever says who calls.
    let fuori = user.come(AMMINISTRATORE.0, AMMINISTRATORE.1);
    let r = con(&fuori, "/logout", &[("Cookie", &cookie)]).await.con_stato(200);
    assert!(r.intestazione("Set-Cookie").is_some_and(|c| c.contains("Max-Age=0")));
    non_autorizzata(&con(&backoffice, "/profilo", &[("Cookie", &cookie)]).await);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn si_va_solo_dove_l_installazione_ha_detto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let user = app.cliente(&format!("{USER}/basic/v1")).come(AMMINISTRATORE.0, AMMINISTRATORE.1);
    let fermo = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
    let (fermo, base) = (fermo.expect("un client"), format!("{}{USER}/basic/v1", app.url()));
    let verso = async |percorso: &str| {
        let r = fermo.get(format!("{base}{percorso}"));
        let r = user.manda(r.basic_auth(AMMINISTRATORE.0, Some(AMMINISTRATORE.1))).await;
        (r.stato(), r.intestazione("Location").map(str::to_owned), sessione(&r).is_some())
    };
    let a = |url: &str| Some(url.to_owned());
    assert_eq!(verso("/login/casa").await, (303, a("https://portale.example/a"), true));
    assert_eq!(
        verso("/login/casa?u=//altro.example&b=%26%23+x&u=2").await,
        (303, a("https://portale.example/a?u=%2F%2Faltro.example&b=%26%23+x"), true),
        "il primo valore di ogni parametro"
    );
    assert_eq!(verso("/login/conquery?y=2").await, (303, a("https://portale.example/?x=1&y=2"), true));
    for ignoto in ["/login/boh", "/login/Casa", "/login/https%3A%2F%2Faltro.example"] {
        let r = user.get(ignoto).await;
        assert_eq!(
            (r.errore(), sessione(&r)),
            ((404, "404000".to_owned(), "URL-ID non registrato nel sistema.".to_owned()), None),
        );
    }
    assert_eq!(verso("/logout/fuori?p=1").await, (303, a("https://portale.example/ciao?p=1"), false));
    assert_eq!(verso("/logout/boh").await, (200, None, false));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_cittadino_ha_una_sessione_ma_non_la_console(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let user = app.cliente(&format!("{USER}/spid/v1"));
    non_autorizzata(&user.get("/login").await);
    let nome = ("X-SPID-NAME", "Mario");
    let r = con(&user, "/login", &[CITTADINO, nome]).await.con_stato(200);
    let cookie = format!("JSESSIONID={}", sessione(&r).expect("una sessione"));
    // Nobody registered: known, but of no use to the Backoffice.
    let console = app.cliente(&format!("{BACKOFFICE}/session/v1"));
    let r = con(&console, "/profilo", &[("Cookie", &cookie)]).await;
    assert_eq!((r.stato(), r.json()["codice"].as_str()), (401, Some("401000")));
    let form = app.cliente(&format!("{BACKOFFICE}/form/v1"));
    assert_eq!(con(&form, "/profilo", &[("Cookie", &cookie)]).await.stato(), 401);
    // The fiscal code of an operatore is a citizen's here, also for the Backoffice.
    let r = con(&user, "/login", &[("X-SPID-FISCALNUMBER", "gpadmin")]).await.con_stato(200);
    let cookie = format!("JSESSIONID={}", sessione(&r).expect("una sessione"));
    assert_eq!(con(&console, "/profilo", &[("Cookie", &cookie)]).await.stato(), 401);
    assert_eq!(con(&form, "/profilo", &[("Cookie", &cookie)]).await.stato(), 401);
    // At most two sessions: a third login ends the first. Logout is 200 also without one.
    let primo = cookie;
    for _ in 0..2 {
        con(&user, "/login", &[("X-SPID-FISCALNUMBER", "gpadmin")]).await.con_stato(200);
    }
    non_autorizzata(&con(&console, "/profilo", &[("Cookie", &primo)]).await);
    con(&user, "/logout", &[CITTADINO]).await.con_stato(200);
    con(&user, "/logout", &[CITTADINO]).await.con_stato(200);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn senza_proxy_fidati_api_user_e_spenta(#[values(Backend::Lite)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    for famiglia in ["spid", "basic", "header", "oauth2"] {
        let r = con(&app.cliente(&format!("{USER}/{famiglia}/v1")), "/login", &[CITTADINO]).await;
        assert_eq!((r.stato(), sessione(&r)), (403, None), "{famiglia}");
    }
}
