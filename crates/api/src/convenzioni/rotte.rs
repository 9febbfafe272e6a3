//! Routes, each declared with the operation it is and the right it needs.
//!
//! The declaration is what makes the order of spec 10 section 5 hold: authentication and rights are
//! checked by the route before the handler runs, hence before a byte of the body is read.

use crate::convenzioni::accetta;
use crate::convenzioni::autenticazione::{self, Accesso, Identificato, Presentate};
use crate::convenzioni::errori::{ApiError, fault};
use crate::convenzioni::stato::{Famiglia, StatoApi};
use crate::convenzioni::traccia::Traccia;
use axum::extract::{RawPathParams, Request, State};
use axum::handler::Handler;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use axum::{RequestExt, Router};
use contratto::pendenza::{leggi_dominio, leggi_numero_avviso};
use domain::anagrafica::Servizio;
use domain::evento::Componente;
use engine::Negato;
use engine::chiamante::{Chiamante, Diritto, Natura};
use http::{HeaderMap, StatusCode, header};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Accede {
    /// Anybody, without credentials.
    Chiunque,
    /// Anybody, under every family that is on: the contract itself. No event tells of it.
    Contratto,
    /// Any enabled utenza.
    Autenticato,
    /// Whoever has the right on the servizio.
    Con(Servizio, Diritto),
}

/// Whether a caller of family `public` may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Anonimi {
    /// No. What nobody decides is this.
    Esclusi,
    /// Yes.
    Ammessi,
    /// Yes, if he passes the captcha while the hardening is on.
    ConCaptcha,
    /// The same, or if he knows the UUID of the pendenza whose notice he asks.
    ConCaptchaOUuid,
    /// The address is open to him, the operation is not: he is told as any caller without a right.
    Respinti,
}

/// An operation of the contract: its name in the giornale, who may call it, what it produces.
#[derive(Debug, Clone, Copy)]
pub struct Operazione {
    nome: &'static str,
    accede: Accede,
    anonimi: Anonimi,
    solo_applicazioni: bool,
    produce: &'static [&'static str],
}

const JSON: &[&str] = &["application/json"];

impl Operazione {
    /// Needs R on the servizio.
    #[must_use]
    pub const fn lettura(nome: &'static str, servizio: Servizio) -> Self {
        Self::nuova(nome, Accede::Con(servizio, Diritto::Lettura))
    }

    /// Needs W on the servizio.
    #[must_use]
    pub const fn scrittura(nome: &'static str, servizio: Servizio) -> Self {
        Self::nuova(nome, Accede::Con(servizio, Diritto::Scrittura))
    }

    /// Any enabled utenza; the handler decides what it sees.
    #[must_use]
    pub const fn autenticata(nome: &'static str) -> Self {
        Self::nuova(nome, Accede::Autenticato)
    }

    /// Open without credentials.
    #[must_use]
    pub const fn libera(nome: &'static str) -> Self {
        Self { anonimi: Anonimi::Ammessi, ..Self::nuova(nome, Accede::Chiunque) }
    }

    /// The contract of the API, for whoever looks at it (spec 10 section 1). The handler looks at `Accept`
    /// itself.
    #[must_use]
    pub(crate) const fn contratto() -> Self {
        Self { produce: &[], ..Self::nuova("getContratto", Accede::Contratto) }
    }

    const fn nuova(nome: &'static str, accede: Accede) -> Self {
        Self { nome, accede, anonimi: Anonimi::Esclusi, solo_applicazioni: false, produce: JSON }
    }

    /// Also for whoever calls under `rs/public` (spec 10 2.6).
    #[must_use]
    pub const fn anche_anonimo(self) -> Self {
        Self { anonimi: Anonimi::Ammessi, ..self }
    }

    /// Also for whoever calls under `rs/public` and passes the captcha while the hardening is on
    /// (spec 10 2.6, the lines with H).
    #[must_use]
    pub const fn anche_anonimo_con_captcha(self) -> Self {
        Self { anonimi: Anonimi::ConCaptcha, ..self }
    }

    /// The same, but whoever asks the notice of a pendenza whose UUID he knows needs no captcha (spec 10 2.6).
    #[must_use]
    pub const fn anche_anonimo_con_captcha_o_uuid(self) -> Self {
        Self { anonimi: Anonimi::ConCaptchaOUuid, ..self }
    }

    /// Not for whoever calls under `rs/public`, although the address is one of those that are open there
    /// (spec 10 2.6).
    #[must_use]
    pub const fn non_da_anonimo(self) -> Self {
        Self { anonimi: Anonimi::Respinti, ..self }
    }

    /// Not for citizens: for applicazioni alone (spec 10 4.6).
    #[must_use]
    pub const fn solo_da_applicazioni(self) -> Self {
        Self { solo_applicazioni: true, ..self }
    }

    /// The media types it can answer with, instead of JSON. A handler with more than one finds the
    /// negotiated one in the extractor [`Formato`].
    #[must_use]
    pub const fn produce(self, tipi: &'static [&'static str]) -> Self {
        Self { produce: tipi, ..self }
    }

    /// The handler looks at `Accept` itself, by rules of its own.
    #[must_use]
    pub const fn negozia_da_se(self) -> Self {
        Self { produce: &[], ..self }
    }

    /// Its name in the giornale and in the document of its API.
    #[must_use]
    pub const fn nome(&self) -> &'static str {
        self.nome
    }

    /// Whether it is open without credentials.
    #[must_use]
    pub const fn aperta(&self) -> bool {
        matches!(self.accede, Accede::Chiunque | Accede::Contratto)
    }

    /// Who may call it, for a person; nothing when that is anybody.
    #[must_use]
    pub fn accesso(&self) -> Option<String> {
        match self.accede {
            Accede::Chiunque | Accede::Contratto => None,
            Accede::Autenticato => Some("For any enabled utenza.".to_owned()),
            Accede::Con(servizio, diritto) => {
                let lettera = match diritto {
                    Diritto::Lettura => 'R',
                    Diritto::Scrittura => 'W',
                };
                Some(format!("Needs {lettera} on {}.", servizio.as_str()))
            }
        }
    }
}

/// The media type negotiated for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Formato(pub &'static str);

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Formato {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut http::request::Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Self>().copied().ok_or_else(|| fault::NON_ACCETTABILE.nudo())
    }
}

/// The routes of one API, or of a part of it.
pub struct Rotte {
    componente: Componente,
    rotte: Vec<(&'static str, Operazione, MethodFilter, MethodRouter<StatoApi>)>,
}

impl Rotte {
    /// None yet.
    #[must_use]
    pub const fn nuove(componente: Componente) -> Self {
        Self { componente, rotte: Vec::new() }
    }

    /// GET (and HEAD).
    #[must_use]
    pub fn get<H: Handler<T, StatoApi>, T: 'static>(
        self,
        percorso: &'static str,
        op: Operazione,
        h: H,
    ) -> Self {
        self.con(percorso, op, MethodFilter::GET, h)
    }

    /// PUT.
    #[must_use]
    pub fn put<H: Handler<T, StatoApi>, T: 'static>(
        self,
        percorso: &'static str,
        op: Operazione,
        h: H,
    ) -> Self {
        self.con(percorso, op, MethodFilter::PUT, h)
    }

    /// POST.
    #[must_use]
    pub fn post<H: Handler<T, StatoApi>, T: 'static>(
        self,
        percorso: &'static str,
        op: Operazione,
        h: H,
    ) -> Self {
        self.con(percorso, op, MethodFilter::POST, h)
    }

    /// PATCH.
    #[must_use]
    pub fn patch<H: Handler<T, StatoApi>, T: 'static>(
        self,
        percorso: &'static str,
        op: Operazione,
        h: H,
    ) -> Self {
        self.con(percorso, op, MethodFilter::PATCH, h)
    }

    fn con<H: Handler<T, StatoApi>, T: 'static>(
        mut self,
        percorso: &'static str,
        op: Operazione,
        metodo: MethodFilter,
        h: H,
    ) -> Self {
        self.rotte.push((percorso, op, metodo, on(metodo, h)));
        self
    }

    /// Address, method and operation of each.
    pub(crate) fn voci(&self) -> impl Iterator<Item = (&'static str, &'static str, Operazione)> + '_ {
        self.rotte.iter().map(|(percorso, op, metodo, _)| {
            let metodo = match *metodo {
                MethodFilter::PUT => "put",
                MethodFilter::POST => "post",
                MethodFilter::PATCH => "patch",
                _ => "get",
            };
            (*percorso, metodo, *op)
        })
    }

    /// These and others of the same API.
    #[must_use]
    pub fn unite(mut self, altre: Self) -> Self {
        debug_assert_eq!(self.componente, altre.componente, "rotte di un'altra API");
        self.rotte.extend(altre.rotte);
        self
    }

    /// The router, with the checks of each route and the answers 404 and 405.
    pub(crate) fn router(self, stato: &StatoApi) -> Router {
        let mut router = Router::new();
        let mut per_forma: BTreeMap<Vec<&str>, &'static str> = BTreeMap::new();
        for (percorso, op, _, rotta) in self.rotte {
            let contesto = (stato.clone(), self.componente, op, percorso);
            let rotta = rotta.route_layer(middleware::from_fn_with_state(contesto, controlla));
            // Two addresses of one form with other names are one address for the router.
            let stesso = *per_forma.entry(forma(percorso)).or_insert(percorso);
            router = router.route(stesso, rotta);
        }
        router.method_not_allowed_fallback(metodo_non_ammesso).fallback(non_trovata).with_state(stato.clone())
    }
}

/// An address without the names of its parameters.
fn forma(percorso: &'static str) -> Vec<&'static str> {
    percorso.split('/').map(|p| if p.starts_with('{') { "{}" } else { p }).collect()
}

/// Authentication, rights and negotiation of one route.
async fn controlla(
    State((stato, componente, op, percorso)): State<(StatoApi, Componente, Operazione, &'static str)>,
    mut richiesta: Request,
    avanti: Next,
) -> Response {
    let traccia = richiesta.extensions().get::<Arc<Traccia>>().cloned();
    if op.accede == Accede::Contratto {
        return avanti.run(richiesta).await;
    }
    if let Some(t) = &traccia {
        t.rotta(op.nome, parametri(percorso, &mut richiesta).await);
    }
    let mut cookie = None;
    let famiglia = richiesta.extensions().get::<Accesso>().map(|a| a.famiglia);
    let aperta = op.accede == Accede::Chiunque && famiglia.is_some_and(Famiglia::apre);
    if !aperta {
        let Identificato { chi, cookie: nuovo, sessione, portato } =
            match autenticazione::identifica(&stato, Presentate::da(&richiesta)).await {
                Ok(i) => i,
                Err(e) => return e.into_response(),
            };
        cookie = nuovo;
        if let Some(t) = &traccia {
            t.chiamante(chi.clone());
        }
        if chi.natura == Natura::Anonimo {
            let percorso = parametri(percorso, &mut richiesta).await;
            let prova = Prova::di(&richiesta, percorso);
            if let Err(e) = ammette_anonimo(&stato, &chi, op, prova).await {
                return e.into_response();
            }
        }
        if let Err(e) = puo(&chi, componente, op) {
            return ApiError::from(e).into_response();
        }
        richiesta.extensions_mut().insert(chi);
        if let Some(s) = sessione {
            richiesta.extensions_mut().insert(s);
        }
        if let Some(p) = portato {
            richiesta.extensions_mut().insert(p);
        }
    }
    let mut risposta = negozia(op, richiesta, avanti).await;
    // A handler that closes the session has written its own.
    if let Some(cookie) = cookie
        && !risposta.headers().contains_key(header::SET_COOKIE)
    {
        risposta.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    risposta
}

/// Whether an anonymous caller may go on: everything that does not say so is closed to him.
async fn ammette_anonimo(
    stato: &StatoApi,
    chi: &Chiamante,
    op: Operazione,
    prova: Prova,
) -> Result<(), ApiError> {
    let passa = match op.anonimi {
        Anonimi::Esclusi => false,
        Anonimi::Ammessi => true,
        Anonimi::ConCaptcha => captcha(stato, &prova).await?,
        Anonimi::ConCaptchaOUuid => conosce(stato, &prova).await? || captcha(stato, &prova).await?,
        Anonimi::Respinti => return Ok(chi.non_anonimo()?),
    };
    if passa { Ok(()) } else { Err(fault::RICHIESTA_NON_AUTORIZZATA.con("Accesso anonimo non consentito")) }
}

/// Where an anonymous request may carry the token of a captcha, and where it comes from.
struct Prova {
    percorso: Vec<(String, String)>,
    query: String,
    intestazioni: HeaderMap,
    indirizzo: String,
}

impl Prova {
    fn di(richiesta: &Request, percorso: Vec<(String, String)>) -> Self {
        Self {
            percorso,
            query: richiesta.uri().query().unwrap_or_default().to_owned(),
            intestazioni: richiesta.headers().clone(),
            indirizzo: autenticazione::dichiarato(richiesta),
        }
    }

    /// First value of a parameter of the query.
    fn nella_query(&self, nome: &str) -> Option<String> {
        let mut coppie = url::form_urlencoded::parse(self.query.as_bytes());
        coppie.find(|(n, _)| n == nome).map(|(_, v)| v.into_owned())
    }
}

/// Whether the caller knows the UUID of the pendenza of the notice in the address.
async fn conosce(stato: &StatoApi, prova: &Prova) -> Result<bool, ApiError> {
    let Some(uuid) = prova.nella_query("UUID").filter(|u| !u.is_empty()) else { return Ok(false) };
    let del_percorso = |nome: &str| prova.percorso.iter().find(|(n, _)| n == nome).map(|(_, v)| v.as_str());
    let (Some(dominio), Some(avviso)) = (del_percorso("idDominio"), del_percorso("numeroAvviso")) else {
        return Ok(false);
    };
    // What is no notice has no pendenza.
    let (Ok(dominio), Ok(avviso)) = (leggi_dominio(dominio), leggi_numero_avviso(avviso)) else {
        return Ok(false);
    };
    let sessione = stato.impostazioni.cookie.leggi(&prova.intestazioni);
    Ok(stato.engine.uuid_dell_avviso(sessione.as_ref(), &dominio, &avviso, &uuid).await?)
}

async fn captcha(stato: &StatoApi, prova: &Prova) -> Result<bool, ApiError> {
    let Some(hardening) = &stato.garanti.hardening else { return Ok(false) };
    let trova = |nome: &str| {
        let testo = match prova.nella_query(nome) {
            Some(v) => v,
            None => prova.intestazioni.get(nome)?.to_str().ok()?.to_owned(),
        };
        Some(testo).filter(|t| !t.trim().is_empty())
    };
    hardening.passa(trova, &prova.indirizzo).await.map_err(ApiError::from)
}

async fn negozia(op: Operazione, mut richiesta: Request, avanti: Next) -> Response {
    if op.produce.is_empty() {
        return avanti.run(richiesta).await;
    }
    let Some(formato) = accetta::scegli(richiesta.headers(), op.produce) else {
        return fault::NON_ACCETTABILE.nudo().into_response();
    };
    richiesta.extensions_mut().insert(Formato(formato));
    avanti.run(richiesta).await
}

/// The parameters of the address, under the names that it is declared with.
async fn parametri(percorso: &'static str, richiesta: &mut Request) -> Vec<(String, String)> {
    let nomi = percorso.split('/').filter_map(|p| p.strip_prefix('{')?.strip_suffix('}'));
    match richiesta.extract_parts::<RawPathParams>().await {
        Ok(p) => nomi.zip(p.iter()).map(|(n, (_, v))| (n.to_owned(), v.to_owned())).collect(),
        Err(_) => Vec::new(),
    }
}

/// Only an applicazione calls the APIs of spec 10 4.6, and API Pagamento those who pay; then the right of the
/// operation. The profilo and the like are for any enabled utenza.
fn puo(chi: &Chiamante, componente: Componente, op: Operazione) -> Result<(), Negato> {
    match op.accede {
        Accede::Chiunque | Accede::Contratto => Ok(()),
        Accede::Autenticato => chi.abilitato(),
        Accede::Con(servizio, diritto) => {
            chi.abilitato()?;
            let registrato = chi.natura == Natura::Registrata;
            match componente {
                Componente::ApiPendenze | Componente::ApiRagioneria => {
                    chi.come_applicazione()?;
                }
                Componente::ApiPagamento if registrato || op.solo_applicazioni => {
                    chi.come_applicazione()?;
                }
                _ => {}
            }
            chi.richiede(servizio, diritto)
        }
    }
}

/// Whoever asks for a path that is not there must be somebody.
async fn non_trovata(State(stato): State<StatoApi>, richiesta: Request) -> Response {
    let percorso = richiesta.uri().path().to_owned();
    match autenticazione::identifica(&stato, Presentate::da(&richiesta)).await {
        Ok(i) if i.chi.natura == Natura::Anonimo => fault::RICHIESTA_NON_AUTORIZZATA.nudo(),
        Ok(_) => fault::NON_TROVATA.con(format_args!("Risorsa {percorso} inesistente")),
        Err(e) => e,
    }
    .into_response()
}

async fn metodo_non_ammesso(State(stato): State<StatoApi>, richiesta: Request) -> Response {
    match autenticazione::identifica(&stato, Presentate::da(&richiesta)).await {
        Ok(i) if i.chi.natura == Natura::Anonimo => fault::RICHIESTA_NON_AUTORIZZATA.nudo(),
        Ok(_) => ApiError::vuoto(StatusCode::METHOD_NOT_ALLOWED),
        Err(e) => e,
    }
    .into_response()
}

/// A version that an API does not have: the same answer as a path that is not there.
pub(super) async fn versione_inesistente(stato: &StatoApi, accesso: Accesso, richiesta: Request) -> Response {
    let mut richiesta = richiesta;
    richiesta.extensions_mut().insert(accesso);
    non_trovata(State(stato.clone()), richiesta).await
}
