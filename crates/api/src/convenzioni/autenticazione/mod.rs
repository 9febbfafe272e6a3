//! Who calls: credentials of a request to a `Chiamante` (spec 10 section 2), and the transport
//! authentication of the Node (spec 40 1.3).
//!
//! A refusal never carries `WWW-Authenticate: Basic`: the console relies on browsers not opening a
//! dialog of their own.

mod intestazioni;
mod sessione;

pub use intestazioni::{IntestazioniApiKey, IntestazioniFidate, Vicino};
pub use sessione::Cookie;

use crate::convenzioni::errori::{ApiError, fault};
use crate::convenzioni::stato::{AutenticazioneNodo, Famiglia, StatoApi};
use axum::extract::Request;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::evento::Componente;
use engine::autenticazione::{Portatore, TokenRifiutato, VerificatoreOAuth2};
use engine::chiamante::{Metodo, Natura};
use engine::{Chiamante, StoreError};
use http::{HeaderMap, HeaderValue, header};
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
    vicino: Option<Vicino>,
    intestazioni: HeaderMap,
}

impl Presentate {
    /// Taken from a request.
    #[must_use]
    pub fn da(richiesta: &Request) -> Self {
        Self {
            accesso: richiesta.extensions().get().copied(),
            certificato: richiesta.extensions().get().cloned(),
            vicino: richiesta.extensions().get().copied(),
            intestazioni: richiesta.headers().clone(),
        }
    }

    fn basic(&self) -> Option<(String, SecretString)> {
        basic(&self.intestazioni)
    }
}

/// A caller, with the cookie of the session that has just been opened for him.
#[derive(Debug)]
pub struct Identificato {
    /// Who.
    pub chi: Chiamante,
    /// `Set-Cookie` of the answer.
    pub cookie: Option<HeaderValue>,
    /// The live session, for whoever closes it.
    pub sessione: Option<Sessione>,
    /// The token that was believed.
    pub portato: Option<Portato>,
}

impl Identificato {
    const fn nuovo(chi: Chiamante) -> Self {
        Self { chi, cookie: None, sessione: None, portato: None }
    }
}

/// The bearer token of the caller, in the extensions of its request.
#[derive(Debug, Clone)]
pub struct Portato(pub SecretString);

/// The session in which a call was made, in the extensions of its request.
#[derive(Debug, Clone)]
pub struct Sessione(pub SecretString);

/// Identifies the caller of a REST API.
///
/// # Errors
/// For absent or wrong credentials, the same for both: 401 or, for the families of spec 10 2.3 whose
/// identities a proxy gives, 403; 500 `500` when they cannot be checked.
pub async fn identifica(stato: &StatoApi, p: Presentate) -> Result<Identificato, ApiError> {
    let accesso = p.accesso.ok_or_else(|| fault::RICHIESTA_NON_AUTORIZZATA.nudo())?;
    let abilitata = |f| stato.impostazioni.abilitata(accesso.componente, f);
    let chiave = stato.impostazioni.api_key.leggi(&p.intestazioni);
    let famiglia = match accesso.famiglia {
        // Whatever is presented first, in the order of spec 10 section 1.
        Famiglia::Rilevata if p.certificato.is_some() && abilitata(Famiglia::Ssl) => Famiglia::Ssl,
        Famiglia::Rilevata if p.basic().is_some() && abilitata(Famiglia::Basic) => Famiglia::Basic,
        Famiglia::Rilevata if chiave.is_some() && abilitata(Famiglia::ApiKey) => Famiglia::ApiKey,
        Famiglia::Rilevata if portato(&p.intestazioni).is_some() && abilitata(Famiglia::OAuth2) => {
            Famiglia::OAuth2
        }
        altra => altra,
    };
    let fidate = &stato.impostazioni.intestazioni_fidate;
    let dal_proxy = |letto: fn(&IntestazioniFidate, &HeaderMap) -> Option<String>| {
        fidate.fidato(p.vicino).then(|| letto(fidate, &p.intestazioni)).flatten()
    };
    let engine = &stato.engine;
    let trovato = match famiglia {
        Famiglia::Form => return in_sessione(stato, &p).await,
        Famiglia::OAuth2 => return con_token(stato, portato(&p.intestazioni)).await,
        Famiglia::Session => return da_sessione(stato, &p, accesso.componente).await,
        Famiglia::Public => return Ok(Identificato::nuovo(Chiamante::anonimo())),
        Famiglia::Basic => password(stato, &p, p.basic(), Metodo::Basic).await?,
        Famiglia::ApiKey => password(stato, &p, chiave, Metodo::ApiKey).await?,
        Famiglia::Ssl => match &p.certificato {
            Some(CertificatoClient(soggetto)) => {
                engine.autentica_certificato(soggetto, Metodo::Ssl).await.map_err(|e| non_verificabili(&e))?
            }
            None => None,
        },
        Famiglia::SslHeader => match dal_proxy(IntestazioniFidate::soggetto) {
            Some(soggetto) => engine
                .autentica_certificato(&soggetto, Metodo::SslHeader)
                .await
                .map_err(|e| non_verificabili(&e))?,
            None => None,
        },
        Famiglia::Header => {
            principal(stato, dal_proxy(IntestazioniFidate::principal), Metodo::Header).await?
        }
        // Everybody is a citizen there: the register is not asked (spec 10 2.1).
        Famiglia::Spid if matches!(accesso.componente, Componente::ApiPagamento | Componente::ApiUser) => {
            dal_proxy(IntestazioniFidate::spid)
                .map(|codice| Chiamante::cittadino(&codice, fidate.attributi(&p.intestazioni), Metodo::Spid))
        }
        Famiglia::Spid => principal(stato, dal_proxy(IntestazioniFidate::spid), Metodo::Spid).await?,
        Famiglia::Rilevata => None,
        Famiglia::Predefinita => {
            return Err(fault::RICHIESTA_NON_AUTORIZZATA.nudo());
        }
    };
    let rifiuto = match famiglia {
        Famiglia::SslHeader | Famiglia::Header | Famiglia::Spid => fault::RICHIESTA_NON_AUTORIZZATA,
        _ => fault::NON_AUTENTICATA,
    };
    trovato.map(Identificato::nuovo).ok_or_else(|| rifiuto.con(CREDENZIALI))
}

/// Family `form`: the session of the cookie, else a new one for good Basic credentials.
async fn in_sessione(stato: &StatoApi, p: &Presentate) -> Result<Identificato, ApiError> {
    let cookie = &stato.impostazioni.cookie;
    let token = cookie.leggi(&p.intestazioni);
    if let Some(token) = &token
        && let Some(chi) = ripresa(stato, token, Metodo::Basic).await?
    {
        return Ok(Identificato { sessione: Some(Sessione(token.clone())), ..Identificato::nuovo(chi) });
    }
    let aperta = match password(stato, p, p.basic(), Metodo::Basic).await? {
        Some(chi) => {
            let nuova = stato.engine.apri_sessione(&chi).await.map_err(|e| non_verificabili(&e))?;
            nuova.map(|token| (chi, token))
        }
        None => None,
    };
    match aperta {
        Some((chi, nuovo)) => {
            let scritto = cookie.scrivi(&nuovo);
            Ok(Identificato { cookie: scritto, sessione: Some(Sessione(nuovo)), ..Identificato::nuovo(chi) })
        }
        None if token.is_some() => Err(fault::NON_AUTENTICATA.con("Sessione Scaduta")),
        None => Err(fault::NON_AUTENTICATA.con(CREDENZIALI)),
    }
}

async fn ripresa(
    stato: &StatoApi,
    token: &SecretString,
    metodo: Metodo,
) -> Result<Option<Chiamante>, ApiError> {
    stato.engine.riprendi_sessione(token, metodo).await.map_err(|e| non_verificabili(&e))
}

/// Family `session`: a session that API User has opened. A citizen is nobody where only registered
/// identities may call.
async fn da_sessione(
    stato: &StatoApi,
    p: &Presentate,
    componente: Componente,
) -> Result<Identificato, ApiError> {
    let token = stato.impostazioni.cookie.leggi(&p.intestazioni);
    let chi = match &token {
        Some(t) => ripresa(stato, t, Metodo::Session).await?,
        None => None,
    };
    let chi = chi.ok_or_else(|| fault::RICHIESTA_NON_AUTORIZZATA.con(CREDENZIALI))?;
    let di_cittadini = matches!(componente, Componente::ApiPagamento | Componente::ApiUser);
    if chi.natura != Natura::Registrata && !di_cittadini {
        return Err(fault::UTENZA_NON_AUTENTICATA.nudo());
    }
    Ok(Identificato { sessione: token.map(Sessione), ..Identificato::nuovo(chi) })
}

/// The token of `Authorization: Bearer`.
fn portato(intestazioni: &HeaderMap) -> Option<SecretString> {
    let valore = intestazioni.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (schema, token) = valore.split_once(' ')?;
    let token = token.trim();
    (schema.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| SecretString::from(token.to_owned()))
}

/// Family `oauth2`. The challenge of RFC 6750 is for a token that was refused, not for one that is missing.
async fn con_token(stato: &StatoApi, token: Option<SecretString>) -> Result<Identificato, ApiError> {
    let Some(token) = token else { return Err(fault::NON_AUTENTICATA.con(CREDENZIALI)) };
    let portatore = creduto(stato, stato.garanti.oauth2.as_deref(), &token).await?;
    let chi = stato.engine.autentica_portatore(&portatore).await.map_err(|e| non_verificabili(&e))?;
    let chi = chi.ok_or_else(|| fault::NON_AUTENTICATA.con(CREDENZIALI).con_sfida(TOKEN_RIFIUTATO))?;
    Ok(Identificato { portato: Some(Portato(token)), ..Identificato::nuovo(chi) })
}

/// Who presents a token, if it is believed.
async fn creduto(
    stato: &StatoApi,
    verificatore: Option<&VerificatoreOAuth2>,
    token: &SecretString,
) -> Result<Portatore, ApiError> {
    let rifiuto = |sfida| fault::NON_AUTENTICATA.con(CREDENZIALI).con_sfida(sfida);
    let Some(verificatore) = verificatore else { return Err(rifiuto(TOKEN_RIFIUTATO)) };
    match verificatore.verifica(token.expose_secret(), stato.engine.adesso()).await {
        Ok(p) => Ok(p),
        Err(TokenRifiutato::NonValido(motivo)) => {
            tracing::info!(motivo, "token rifiutato");
            Err(rifiuto(sfida(motivo)))
        }
        Err(TokenRifiutato::SenzaChiavi) => {
            tracing::error!("chiavi del fornitore di identita' non disponibili");
            Err(fault::CREDENZIALI_NON_DISPONIBILI.nudo())
        }
    }
}

const TOKEN_RIFIUTATO: &str = "Bearer error=\"invalid_token\", error_description=\"Token non accettato\"";

fn sfida(motivo: &str) -> &'static str {
    match motivo {
        "Token scaduto" => "Bearer error=\"invalid_token\", error_description=\"Token scaduto\"",
        "Destinatario del token non ammesso" => {
            "Bearer error=\"invalid_token\", error_description=\"Destinatario del token non ammesso\""
        }
        "Emittente del token non ammesso" => {
            "Bearer error=\"invalid_token\", error_description=\"Emittente del token non ammesso\""
        }
        _ => TOKEN_RIFIUTATO,
    }
}

/// The address that a captcha is told: the first of `X-Forwarded-For`, else the other end (spec 10 2.6).
pub(super) fn dichiarato(richiesta: &Request) -> String {
    let primo = richiesta.headers().get("x-forwarded-for").and_then(|v| v.to_str().ok());
    match primo.and_then(|v| v.split(',').next()).map(str::trim).filter(|t| !t.is_empty()) {
        Some(t) => t.to_owned(),
        None => richiesta.extensions().get::<Vicino>().map_or_else(String::new, |v| v.0.ip().to_string()),
    }
}

async fn password(
    stato: &StatoApi,
    p: &Presentate,
    coppia: Option<(String, SecretString)>,
    metodo: Metodo,
) -> Result<Option<Chiamante>, ApiError> {
    let Some((utente, password)) = coppia else { return Ok(None) };
    let da = stato.impostazioni.intestazioni_fidate.provenienza(p.vicino, &p.intestazioni);
    stato.engine.autentica_password(&utente, &password, metodo, da).await.map_err(|e| non_verificabili(&e))
}

async fn principal(
    stato: &StatoApi,
    principal: Option<String>,
    metodo: Metodo,
) -> Result<Option<Chiamante>, ApiError> {
    let Some(principal) = principal else { return Ok(None) };
    stato.engine.autentica_principal(&principal, metodo).await.map_err(|e| non_verificabili(&e))
}

fn non_verificabili(e: &StoreError) -> ApiError {
    tracing::error!(causa = %e, "credenziali non verificabili");
    fault::CREDENZIALI_NON_DISPONIBILI.nudo()
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
    if interno {
        let basic = presentate.basic();
        let chi = password(stato, &presentate, basic, Metodo::Basic).await?.ok_or_else(rifiuto)?;
        chi.abilitato()?;
        let principal = Some(chi.utenza.principal.clone());
        return Ok(PrincipalNodo { principal, certificato: false, interno });
    }
    let nominato = |chi: String| PrincipalNodo { principal: Some(chi), certificato: false, interno };
    match &stato.impostazioni.nodo {
        AutenticazioneNodo::Nessuna => Ok(PrincipalNodo { principal: None, certificato: false, interno }),
        AutenticazioneNodo::Ssl => {
            let CertificatoClient(soggetto) = presentate.certificato.ok_or_else(rifiuto)?;
            Ok(PrincipalNodo { principal: Some(soggetto.to_string()), certificato: true, interno })
        }
        AutenticazioneNodo::SslHeader | AutenticazioneNodo::Header => {
            let fidate = &stato.impostazioni.intestazioni_fidate;
            let certificato = matches!(stato.impostazioni.nodo, AutenticazioneNodo::SslHeader);
            let letto =
                if certificato { IntestazioniFidate::soggetto } else { IntestazioniFidate::principal };
            let principal =
                fidate.fidato(presentate.vicino).then(|| letto(fidate, &presentate.intestazioni)).flatten();
            let principal = principal.ok_or_else(|| fault::RICHIESTA_NON_AUTORIZZATA.con(CREDENZIALI))?;
            Ok(PrincipalNodo { principal: Some(principal), certificato, interno })
        }
        AutenticazioneNodo::Basic { utente, password } => {
            let presentata = presentate.basic();
            della_installazione(presentata, utente, password).map(nominato).ok_or_else(rifiuto)
        }
        AutenticazioneNodo::Directory => {
            let (utente, password) = presentate.basic().ok_or_else(rifiuto)?;
            let fidate = &stato.impostazioni.intestazioni_fidate;
            let da = fidate.provenienza(presentate.vicino, &presentate.intestazioni);
            let chi = stato.engine.riconosci_in_directory(&utente, &password, da).await;
            chi.map_err(|e| non_verificabili(&e))?.map(nominato).ok_or_else(rifiuto)
        }
        AutenticazioneNodo::ApiKey { id, chiave } => {
            let presentata = stato.impostazioni.api_key.leggi(&presentate.intestazioni);
            della_installazione(presentata, id, chiave).map(nominato).ok_or_else(rifiuto)
        }
        AutenticazioneNodo::OAuth2 => {
            let token = portato(&presentate.intestazioni).ok_or_else(rifiuto)?;
            Ok(nominato(creduto(stato, stato.garanti.nodo.as_deref(), &token).await?.principal))
        }
    }
}

/// The name that was presented, if name and secret are those of the installation.
fn della_installazione(
    presentata: Option<(String, SecretString)>,
    nome: &str,
    segreto: &SecretString,
) -> Option<String> {
    let (n, s) = presentata?;
    let giusto = uguali(&n, nome) & uguali(s.expose_secret(), segreto.expose_secret());
    giusto.then_some(n)
}

/// What the headers of a request say of who calls, before anybody is asked: for who tests the readers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Lette {
    pub(crate) basic: Option<(String, String)>,
    pub(crate) api_key: Option<(String, String)>,
    pub(crate) cookie: Option<String>,
    pub(crate) principal: Option<String>,
    pub(crate) spid: Option<String>,
    pub(crate) certificato: Option<String>,
}

impl Lette {
    pub(crate) fn di(h: &HeaderMap, fidate: &IntestazioniFidate) -> Self {
        let chiara = |(u, p): (String, SecretString)| (u, p.expose_secret().to_owned());
        Self {
            basic: basic(h).map(chiara),
            api_key: IntestazioniApiKey::default().leggi(h).map(chiara),
            cookie: Cookie::default().leggi(h).map(|c| c.expose_secret().to_owned()),
            principal: fidate.principal(h),
            spid: fidate.spid(h),
            certificato: fidate.soggetto(h),
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
