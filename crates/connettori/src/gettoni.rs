//! Tokens of OAuth2 client credentials (RFC 6749 4.4): asked for once by all who need one at the same time,
//! good until `expires_in` after they were asked for.

use crate::http::{Caduta, ClienteHttp, Uscita, intestazione};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use url::form_urlencoded::{Serializer, byte_serialize};

/// Longest token, in bytes: it goes in a header.
const LUNGO: usize = 32 << 10;
/// A token is asked for again after this long, whatever it says of itself.
const DURATA_MASSIMA: u64 = 30 * 86_400;
/// Refusals of RFC 6749 5.2: the only words of the answer that are repeated.
const RIFIUTI: [&str; 6] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
];

/// Who asks, and where.
#[derive(Clone)]
pub(crate) struct Richiedente {
    pub(crate) id: String,
    pub(crate) segreto: String,
    pub(crate) url: String,
    pub(crate) scope: Option<String>,
}

/// A token as it goes in `Authorization`.
pub(crate) struct Gettone {
    valore: HeaderValue,
    scade: Instant,
}

impl Gettone {
    /// `Bearer ...`, sensitive.
    pub(crate) const fn valore(&self) -> &HeaderValue {
        &self.valore
    }
}

type Ottenuto = Result<Arc<Gettone>, Caduta>;
type InCorso = Shared<BoxFuture<'static, Ottenuto>>;

#[derive(Default)]
struct Dentro {
    valido: Option<Arc<Gettone>>,
    in_corso: Option<InCorso>,
}

/// The token of one connector.
#[derive(Default)]
pub(crate) struct Gettoni(Mutex<Dentro>);

impl Gettoni {
    fn dentro(&self) -> std::sync::MutexGuard<'_, Dentro> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token that is good now, or a new one.
    pub(crate) async fn prendi(self: &Arc<Self>, http: &ClienteHttp, chi: &Richiedente) -> Ottenuto {
        let in_corso = {
            let mut d = self.dentro();
            if let Some(g) = d.valido.as_ref().filter(|g| Instant::now() < g.scade) {
                return Ok(Arc::clone(g));
            }
            match &d.in_corso {
                Some(c) => c.clone(),
                None => {
                    let c = self.avvia(http.clone(), chi.clone());
                    d.in_corso = Some(c.clone());
                    c
                }
            }
        };
        in_corso.await
    }

    /// Asks in a task of its own: it goes on to its end even if who asked first gives up.
    fn avvia(self: &Arc<Self>, http: ClienteHttp, chi: Richiedente) -> InCorso {
        let suoi = Arc::clone(self);
        let lavoro = tokio::spawn(async move {
            let fine = Fine(suoi);
            let esito = chiedi(&http, &chi).await;
            if let Ok(g) = &esito {
                fine.0.dentro().valido = Some(Arc::clone(g));
            }
            esito
        });
        async move { lavoro.await.unwrap_or_else(|_| Err(fallita("richiesta interrotta"))) }.boxed().shared()
    }

    /// Throws a refused token away, unless there is another already.
    pub(crate) fn scarta(&self, rifiutato: &Arc<Gettone>) {
        let mut d = self.dentro();
        if d.valido.as_ref().is_some_and(|g| Arc::ptr_eq(g, rifiutato)) {
            d.valido = None;
        }
    }
}

/// However a request ends, the next one may start.
struct Fine(Arc<Gettoni>);

impl Drop for Fine {
    fn drop(&mut self) {
        self.0.dentro().in_corso = None;
    }
}

fn fallita(perche: impl std::fmt::Display) -> Caduta {
    Caduta::nuova(format!("Token OAuth2 non ottenuto: {perche}"))
}

async fn chiedi(http: &ClienteHttp, chi: &Richiedente) -> Ottenuto {
    let url = Url::parse(&chi.url).map_err(|_| fallita("urlTokenEndpoint non valido"))?;
    let scope = chi.scope.as_deref().filter(|s| !s.is_empty()).map(|s| ("scope", s));
    let modulo = Serializer::new(String::new())
        .append_pair("grant_type", "client_credentials")
        .extend_pairs(scope)
        .finish();
    // RFC 6749 2.3.1: both are encoded as in a form before they become user and password.
    let in_modulo = |t: &str| byte_serialize(t.as_bytes()).collect::<String>();
    let basic = STANDARD.encode(format!("{}:{}", in_modulo(&chi.id), in_modulo(&chi.segreto)));
    let mut h = HeaderMap::new();
    h.insert(ACCEPT, HeaderValue::from_static("application/json"));
    h.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let (nome, valore) = intestazione(AUTHORIZATION.as_str(), &format!("Basic {basic}"))?;
    h.insert(nome, valore);
    let inizio = Instant::now();
    let uscita = Uscita { corpo: Some(modulo.into_bytes()), corpo_atteso: true };
    let risposta = http
        .chiama(Method::POST, url, h, uscita, None)
        .await
        .map_err(|c| Caduta { stato: c.stato, ..fallita(c.testo) })?;
    if !(200..300).contains(&risposta.stato) {
        let motivo = rifiuto(&risposta.corpo).map(|r| format!(" {r}")).unwrap_or_default();
        return Err(fallita(format_args!("ricevuto [HTTP {}]{motivo}", risposta.stato)));
    }
    let (token, durata) = leggi(&risposta.corpo).map_err(fallita)?;
    let (_, valore) =
        intestazione(AUTHORIZATION.as_str(), &format!("Bearer {token}")).map_err(|_| fallita(NON_VALIDA))?;
    Ok(Arc::new(Gettone { valore, scade: inizio + Duration::from_secs(durata) }))
}

const NON_VALIDA: &str = "risposta non valida";

/// The token of an answer and for how many seconds it is good; for none when the answer does not say.
pub(crate) fn leggi(corpo: &[u8]) -> Result<(String, u64), &'static str> {
    let v: Value = serde_json::from_slice(corpo).map_err(|_| NON_VALIDA)?;
    let token = v.get("access_token").and_then(Value::as_str).ok_or(NON_VALIDA)?;
    let grafico = token.bytes().all(|b| b.is_ascii_graphic());
    if token.is_empty() || token.len() > LUNGO || !grafico {
        return Err(NON_VALIDA);
    }
    match v.get("token_type") {
        None | Some(Value::Null) => {}
        Some(Value::String(t)) if t.eq_ignore_ascii_case("bearer") => {}
        Some(_) => return Err("il token non e' di tipo Bearer"),
    }
    Ok((token.to_owned(), v.get("expires_in").map_or(0, secondi)))
}

/// A number of seconds, also as text; a fraction is dropped, what is no number is none.
fn secondi(v: &Value) -> u64 {
    let cifre = match v {
        Value::Number(n) => n.to_string(),
        Value::String(t) => t.trim().to_owned(),
        _ => return 0,
    };
    // What follows the point counts only for an exponent.
    let intero = if cifre.contains(['e', 'E']) { "" } else { cifre.split('.').next().unwrap_or_default() };
    match intero.parse::<u64>() {
        Ok(s) => s.min(DURATA_MASSIMA),
        // Too many digits, or an exponent, or a sign.
        Err(_) => cifre.parse::<f64>().map_or(0, |s| match Duration::try_from_secs_f64(s) {
            Ok(d) => d.as_secs().min(DURATA_MASSIMA),
            Err(_) if s > 0.0 => DURATA_MASSIMA,
            Err(_) => 0,
        }),
    }
}

fn rifiuto(corpo: &[u8]) -> Option<&'static str> {
    let v: Value = serde_json::from_slice(corpo).ok()?;
    let detto = v.get("error")?.as_str()?;
    RIFIUTI.into_iter().find(|r| *r == detto)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn una_risposta_si_legge_o_si_rifiuta() {
        let ok = |t: &str, s| Ok((t.to_owned(), s));
        for (corpo, atteso) in [
            (r#"{"access_token":"abc","token_type":"Bearer","expires_in":3600}"#, ok("abc", 3600)),
            (r#"{"access_token":"abc","token_type":"bearer","expires_in":"60"}"#, ok("abc", 60)),
            (r#"{"access_token":"a.b-c_d","expires_in":59.9}"#, ok("a.b-c_d", 59)),
            (r#"{"access_token":"a","expires_in":1e3}"#, ok("a", 1000)),
            (r#"{"access_token":"a","expires_in":1.5e3}"#, ok("a", 1500)),
            (r#"{"access_token":"a","expires_in":"1.5E+3"}"#, ok("a", 1500)),
            (r#"{"access_token":"a","expires_in":36e-1}"#, ok("a", 3)),
            (r#"{"access_token":"a","expires_in":1e300}"#, ok("a", DURATA_MASSIMA)),
            (r#"{"access_token":"a","expires_in":99999999999999999999}"#, ok("a", DURATA_MASSIMA)),
            (r#"{"access_token":"a","expires_in":-5}"#, ok("a", 0)),
            (r#"{"access_token":"a","expires_in":null,"token_type":null}"#, ok("a", 0)),
            (r#"{"access_token":"a","expires_in":"presto"}"#, ok("a", 0)),
            (r#"{"access_token":"a"}"#, ok("a", 0)),
            (r#"{"access_token":"a","token_type":"mac"}"#, Err("il token non e' di tipo Bearer")),
            (r#"{"access_token":""}"#, Err(NON_VALIDA)),
            (r#"{"access_token":"a b"}"#, Err(NON_VALIDA)),
            (r#"{"access_token":"a\r\nX: y"}"#, Err(NON_VALIDA)),
            (r#"{"access_token":7}"#, Err(NON_VALIDA)),
            (r#"{"token":"a"}"#, Err(NON_VALIDA)),
            ("[]", Err(NON_VALIDA)),
            ("<html>", Err(NON_VALIDA)),
            ("", Err(NON_VALIDA)),
        ] {
            assert_eq!(leggi(corpo.as_bytes()), atteso, "{corpo}");
        }
        assert_eq!(rifiuto(br#"{"error":"invalid_client"}"#), Some("invalid_client"));
        assert_eq!(rifiuto(br#"{"error":"segreto"}"#), None);
        assert_eq!(rifiuto(b"x"), None);
    }
}
