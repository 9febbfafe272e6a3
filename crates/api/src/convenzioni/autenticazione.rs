//! Who calls: credentials of a request to a `Chiamante` (spec 10 section 2), and the transport
//! authentication of the Node (spec 40 1.3).
//!
//! A refusal never carries `WWW-Authenticate: Basic`: the console relies on browsers not opening a
//! dialog of their own.

use crate::convenzioni::errori::{ApiError, fault};
use crate::convenzioni::stato::{AutenticazioneNodo, Famiglia, StatoApi};
use axum::extract::Request;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::evento::Componente;
use engine::Chiamante;
use http::{HeaderMap, header};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Subject of the client certificate that the listener has verified, in the extensions of a request
/// that came over TLS with one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificatoClient(pub Arc<str>);

/// How a request may authenticate: put in its extensions by the dispatcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accesso {
    /// Which API.
    pub componente: Componente,
    /// Family of the address.
    pub famiglia: Famiglia,
}

/// The Node, or a batch of ours on the internal address, after the transport check. In the
/// extensions of every request that reaches the SOAP services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalNodo {
    /// Who it says it is; `None` when the installation does not authenticate the Node.
    pub principal: Option<String>,
    /// The principal is the subject of a certificate: compare it attribute by attribute.
    pub certificato: bool,
    /// A registered utenza on the internal address.
    pub interno: bool,
}

const CREDENZIALI: &str = "Credenziali assenti o non valide";

/// What a request presents of itself.
#[derive(Debug)]
pub struct Presentate {
    accesso: Option<Accesso>,
    certificato: Option<CertificatoClient>,
    basic: Option<(String, SecretString)>,
}

impl Presentate {
    /// Taken from a request.
    #[must_use]
    pub fn da(richiesta: &Request) -> Self {
        Self {
            accesso: richiesta.extensions().get().copied(),
            certificato: richiesta.extensions().get().cloned(),
            basic: basic(richiesta.headers()),
        }
    }
}

/// Identifies the caller of a REST API.
///
/// # Errors
/// 401 for absent or wrong credentials, the same for both; 500 `500` when they cannot be checked.
pub async fn identifica(stato: &StatoApi, presentate: Presentate) -> Result<Chiamante, ApiError> {
    let Presentate { accesso, certificato, basic } = presentate;
    let accesso = accesso.ok_or_else(|| fault::RICHIESTA_NON_AUTORIZZATA.nudo())?;
    let abilitata = |f| stato.impostazioni.abilitata(accesso.componente, f);
    let trovato = match accesso.famiglia {
        Famiglia::Basic => con_basic(stato, basic).await?,
        Famiglia::Ssl => con_certificato(stato, certificato).await?,
        Famiglia::Rilevata if certificato.is_some() && abilitata(Famiglia::Ssl) => {
            con_certificato(stato, certificato).await?
        }
        Famiglia::Rilevata if abilitata(Famiglia::Basic) => con_basic(stato, basic).await?,
        Famiglia::Rilevata => None,
        Famiglia::Form
        | Famiglia::SslHeader
        | Famiglia::Header
        | Famiglia::Spid
        | Famiglia::Session
        | Famiglia::ApiKey
        | Famiglia::OAuth2
        | Famiglia::Public => return Err(fault::RICHIESTA_NON_AUTORIZZATA.nudo()),
    };
    trovato.ok_or_else(|| fault::NON_AUTENTICATA.con(CREDENZIALI))
}

async fn con_basic(
    stato: &StatoApi,
    basic: Option<(String, SecretString)>,
) -> Result<Option<Chiamante>, ApiError> {
    let Some((utente, password)) = basic else { return Ok(None) };
    stato.engine.autentica_basic(&utente, &password).await.map_err(|e| {
        tracing::error!(causa = %e, "credenziali non verificabili");
        fault::CREDENZIALI_NON_DISPONIBILI.nudo()
    })
}

async fn con_certificato(
    stato: &StatoApi,
    certificato: Option<CertificatoClient>,
) -> Result<Option<Chiamante>, ApiError> {
    let Some(CertificatoClient(soggetto)) = certificato else { return Ok(None) };
    stato.engine.autentica_certificato(&soggetto).await.map_err(|e| {
        tracing::error!(causa = %e, "certificato non verificabile");
        fault::CREDENZIALI_NON_DISPONIBILI.nudo()
    })
}

/// User and password of `Authorization: Basic`.
fn basic(intestazioni: &HeaderMap) -> Option<(String, SecretString)> {
    let valore = intestazioni.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (schema, resto) = valore.split_once(' ')?;
    if !schema.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decodificato = String::from_utf8(BASE64_STANDARD.decode(resto.trim()).ok()?).ok()?;
    let (utente, password) = decodificato.split_once(':')?;
    if utente.is_empty() || utente.contains('\0') {
        return None;
    }
    Some((utente.to_owned(), SecretString::from(password.to_owned())))
}

/// The transport check of a SOAP call (spec 40 1.3).
///
/// # Errors
/// 401 with the error body of the REST APIs.
pub(super) async fn nodo(
    stato: &StatoApi,
    presentate: Presentate,
    interno: bool,
) -> Result<PrincipalNodo, ApiError> {
    let rifiuto = || fault::NON_AUTENTICATA.con(CREDENZIALI);
    let Presentate { certificato, basic, .. } = presentate;
    if interno {
        let chi = con_basic(stato, basic).await?.ok_or_else(rifiuto)?;
        chi.abilitato()?;
        let principal = Some(chi.utenza.principal.clone());
        return Ok(PrincipalNodo { principal, certificato: false, interno });
    }
    match &stato.impostazioni.nodo {
        AutenticazioneNodo::Nessuna => Ok(PrincipalNodo { principal: None, certificato: false, interno }),
        AutenticazioneNodo::Ssl => {
            let CertificatoClient(soggetto) = certificato.ok_or_else(rifiuto)?;
            Ok(PrincipalNodo { principal: Some(soggetto.to_string()), certificato: true, interno })
        }
        AutenticazioneNodo::Basic { utente, password } => {
            let (u, p) = basic.ok_or_else(rifiuto)?;
            let giusto = uguali(&u, utente) & uguali(p.expose_secret(), password.expose_secret());
            if !giusto {
                return Err(rifiuto());
            }
            Ok(PrincipalNodo { principal: Some(u), certificato: false, interno })
        }
    }
}

/// Equality that takes the same time wherever the texts differ: of their digests.
fn uguali(a: &str, b: &str) -> bool {
    let (a, b) = (Sha256::digest(a), Sha256::digest(b));
    a.iter().zip(b.iter()).fold(0, |d, (x, y)| d | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn le_credenziali_basic_si_leggono_o_non_ci_sono() {
        let letto = |v: &str| {
            let mut h = HeaderMap::new();
            h.insert(header::AUTHORIZATION, v.parse().unwrap());
            basic(&h).map(|(u, p)| (u, p.expose_secret().to_owned()))
        };
        let ok = |u: &str, p: &str| Some((u.to_owned(), p.to_owned()));
        assert_eq!(letto("Basic dTpw"), ok("u", "p"));
        assert_eq!(letto("basic  dTpw "), ok("u", "p"));
        assert_eq!(letto("Basic dTpwOnE="), ok("u", "p:q"));
        for no in ["Basic", "Basic !!", "Basic dQ==", "Bearer dTpw", "Basic OnA=", "Basic /////w=="] {
            assert_eq!(letto(no), None, "{no}");
        }
        assert!(uguali("a", "a") && !uguali("a", "b") && !uguali("a", "ab"));
    }
}
