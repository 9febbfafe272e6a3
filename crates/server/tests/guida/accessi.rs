//! The contracts, and the ways to say who one is, in `docs/integrazione.md`: a sandbox with more families
//! on, an identity provider beside it.

use crate::integrazione::Racconto;
use crate::pagina::Blocchi;
use crate::scena::Scena;
use axum::Router;
use axum::routing::get;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};

/// A provider with one key, listening on loopback.
struct Fornitore {
    chiave: EcdsaKeyPair,
    jwks: String,
}

impl Fornitore {
    async fn nuovo() -> Self {
        let (algoritmo, caso) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let der = EcdsaKeyPair::generate_pkcs8(algoritmo, &caso).unwrap();
        let chiave = EcdsaKeyPair::from_pkcs8(algoritmo, der.as_ref(), &caso).unwrap();
        let punto = chiave.public_key().as_ref();
        let pubblica = json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "uno",
            "x": BASE64_URL_SAFE_NO_PAD.encode(&punto[1..33]), "y": BASE64_URL_SAFE_NO_PAD.encode(&punto[33..65]),
        }] });
        let router = Router::new().route("/jwks", get(move || async move { axum::Json(pubblica) }));
        let ascolto = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let jwks = format!("http://{}/jwks", ascolto.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(ascolto, router).await });
        Self { chiave, jwks }
    }

    fn token(&self, dati: &Value) -> String {
        let b64 = |v: &Value| BASE64_URL_SAFE_NO_PAD.encode(v.to_string());
        let firmato = format!("{}.{}", b64(&json!({ "alg": "ES256", "kid": "uno" })), b64(dati));
        let firma = self.chiave.sign(&SystemRandom::new(), firmato.as_bytes()).unwrap();
        format!("{firmato}.{}", BASE64_URL_SAFE_NO_PAD.encode(firma.as_ref()))
    }
}

/// Adds its examples to those of the page.
pub(crate) async fn racconta(blocchi: Blocchi) -> Blocchi {
    let fornitore = Fornitore::nuovo().await;
    let jwks = fornitore.jwks.clone();
    let mut scena = Scena::sandbox_con(|c| {
        c.auth_families =
            ["basic", "form", "apikey", "oauth2", "session", "spid"].map(str::to_owned).to_vec();
        c.api.user_families = ["basic", "spid"].map(str::to_owned).to_vec();
        c.trusted_proxies = vec!["127.0.0.0/8".to_owned()];
        c.auth.login_redirects = vec!["portale=https://portale.example.org/casa".to_owned()];
        c.auth.logout_redirects = vec!["portale=https://portale.example.org/".to_owned()];
        c.oauth2.jwks_uri = jwks;
        c.oauth2.issuer = "https://idp.example.org".to_owned();
        c.oauth2.audience = "govpay".to_owned();
        c.oauth2.principal_claims = vec!["preferred_username".to_owned()];
    })
    .await;
    let adesso = engine::Orologio::adesso(&scena.orologio).micros() / 1_000_000;
    let dati = |destinatario: &str| {
        json!({
            "iss": "https://idp.example.org", "aud": destinatario, "preferred_username": "GESTIONALE",
            "iat": adesso, "exp": adesso + 300,
        })
    };
    scena.variabili = vec![
        ("TOKEN", fornitore.token(&dati("govpay"))),
        ("TOKEN_DI_ALTRI", fornitore.token(&dati("altro"))),
    ];
    let mut r = Racconto { scena, blocchi };
    contratti(&mut r).await;
    macchine(&mut r).await;
    persone(&mut r).await;
    let Racconto { scena, blocchi } = r;
    scena.gateway.ferma().await;
    blocchi
}

async fn contratti(r: &mut Racconto) {
    let comando = "curl -s \"$GOVPAY/pendenze/rs/basic/v2/govpay-api-pendenze-v2.json\"";
    r.membri("contratto", comando, &["openapi", "info", "servers"]).await;
    for pagina in ["backoffice/rs/form/v1/index.html", "pendenze/rs/apikey/v2/index.html"] {
        r.scena.esegui(&format!("curl -s \"$GOVPAY/{pagina}\"")).await.con_stato(200);
    }
    r.scena.esegui("curl -s \"$PERSONE/rs/basic/v1/govpay-api-user-v1.yaml\"").await.con_stato(200);
}

const CHIEDE: &str = "pendenze/rs/{}/v2/pendenze?risultatiPerPagina=0\"";

async fn macchine(r: &mut Racconto) {
    let chiede = |famiglia: &str| format!("\"$GOVPAY/{}", CHIEDE.replace("{}", famiglia));
    let chiave = format!(
        "curl -s -H 'X-APP-ID: GESTIONALE' -H 'X-API-KEY: Demo-2026-ente' \\\n  {}",
        chiede("apikey")
    );
    r.esempio("apikey", &chiave, 200).await;
    let col =
        |token: &str| format!("curl -s -H \"Authorization: Bearer ${token}\" \\\n  {}", chiede("oauth2"));
    r.esempio("oauth2", &col("TOKEN"), 200).await;
    let rifiutato = r.scena.esegui(&col("TOKEN_DI_ALTRI")).await.con_stato(401);
    r.metti("oauth2-no", &col("TOKEN_DI_ALTRI"), &rifiutato.mostra(&["WWW-Authenticate"]));
}

async fn persone(r: &mut Racconto) {
    let entra = "curl -s -c cookie.txt -u gpadmin:Demo-2026-admin \"$PERSONE/rs/basic/v1/login\"";
    let risposta = r.scena.esegui(entra).await.con_stato(200);
    let testo = senza_token(&risposta.mostra(&["Set-Cookie"]));
    r.metti("sessione", entra, &testo);
    let usa = "curl -s -b cookie.txt \"$GOVPAY/backoffice/rs/session/v1/profilo\"";
    r.membri("sessione-usa", usa, &["nome", "autenticazione"]).await;
    let esce = "curl -s -b cookie.txt -u gpadmin:Demo-2026-admin \"$PERSONE/rs/basic/v1/logout\"";
    let risposta = r.scena.esegui(esce).await.con_stato(200);
    r.metti("sessione-fine", esce, &risposta.mostra(&["Set-Cookie"]));
    r.scena.esegui(usa).await.con_stato(403);

    let cittadino = "curl -s -H 'X-SPID-FISCALNUMBER: TINIT-RSSMRA30A01H501I' \\\n  \
                     \"$PERSONE/rs/spid/v1/login/portale?pagina=2\"";
    let risposta = r.scena.esegui(cittadino).await.con_stato(303);
    let testo = senza_token(&risposta.mostra(&["Set-Cookie"]));
    r.metti("spid", cittadino, &testo);
}

/// The value of a session, made the same.
fn senza_token(testo: &str) -> String {
    let Some((prima, dopo)) = testo.split_once("JSESSIONID=") else { return testo.to_owned() };
    let (_, resto) = dopo.split_once(';').expect("gli attributi del cookie");
    format!("{prima}JSESSIONID=...;{resto}")
}
