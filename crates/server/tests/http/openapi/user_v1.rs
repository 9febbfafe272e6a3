//! API User v1.

use super::scena::Scena;
use super::{Api, Eccezione};
use http::Method;
use rstest::rstest;
use testkit::{AMMINISTRATORE, Backend};

pub(super) const API: Api = Api {
    nome: "govpay-api-user-v1",
    base: "/govpay/frontend/api/user/rs/basic/v1",
    chi: AMMINISTRATORE,
    configura: |c| {
        c.api.user_families = ["basic", "ssl"].map(str::to_owned).to_vec();
        c.auth.login_redirects = vec!["casa=https://portale.example/a".to_owned()];
        c.auth.logout_redirects = vec!["casa=https://portale.example/ciao".to_owned()];
    },
    eccezioni: &[Eccezione(
        "get /logout/{urlID} 200 : stato 200 non dichiarato",
        "spec 10 2.5: an address that is not listed is no reason to stay in",
    )],
    non_ancora: &[],
    solo_nostre: &[],
};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_operazione_risponde_come_dicono_i_contratti(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let mut s = Scena::nuova(backend, &API).await;
    recita(&mut s).await;
    s.giudica();
}

/// Calls to each operation. A redirect is an answer, not something to follow.
async fn recita(s: &mut Scena) {
    let fermo = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let fermo = fermo.build().expect("un client");
    let base = format!("{}{}", s.app.url(), API.base);
    for percorso in ["/login", "/login/casa", "/login/boh", "/logout", "/logout/casa", "/logout/boh"] {
        let r = fermo.request(Method::GET, format!("{base}{percorso}"));
        let r = s.cliente.manda(r.basic_auth(API.chi.0, Some(API.chi.1))).await;
        s.tieni("get", percorso, r);
        s.anonimo("get", percorso).await;
    }
}
