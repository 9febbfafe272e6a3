//! From a raw address to the API, the version and the way of authenticating it names.

use crate::convenzioni::autenticazione::{self, Accesso, Presentate, Vicino};
use crate::convenzioni::corpo;
use crate::convenzioni::errori::{ApiError, fault};
use crate::convenzioni::estrattori::Transazione;
use crate::convenzioni::giornale;
use crate::convenzioni::indirizzi::{self, Indirizzo};
use crate::convenzioni::legami;
use crate::convenzioni::rotte;
use crate::convenzioni::stato::{Famiglia, StatoApi};
use crate::convenzioni::traccia::Traccia;
use axum::Router;
use axum::extract::{OriginalUri, Request, State};
use axum::response::{IntoResponse, Response};
use domain::Istante;
use domain::evento::Componente;
use http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header, uri::PathAndQuery};
use std::convert::Infallible;
use std::sync::Arc;
use tower::{Layer as _, ServiceExt as _};

/// One version of one REST API.
pub(crate) struct Modulo {
    pub(crate) componente: Componente,
    pub(crate) versione: u32,
    pub(crate) router: Router,
}

/// All doors.
#[derive(Clone)]
pub(crate) struct Porte {
    pub(crate) stato: StatoApi,
    pub(crate) moduli: Arc<Vec<Modulo>>,
    /// The SOAP services.
    pub(crate) nodo: Router,
}

const INTESTAZIONE_TRANSAZIONE: HeaderName = HeaderName::from_static("x-govpay-idtransazione");
const METODO_IMPOSTO: HeaderName = HeaderName::from_static("x-http-method-override");

/// Gives every answer its transaction id, and keeps what happens inside from breaking the server: a
/// panic and a call past its deadline are internal errors of the contract.
///
/// The request is served by a task of its own: a caller that hangs up does not stop half way what
/// was started for him.
pub(crate) async fn involucro(
    State(stato): State<StatoApi>,
    mut richiesta: Request,
    avanti: axum::middleware::Next,
) -> Response {
    let id = uuid::Uuid::new_v4().to_string();
    richiesta.extensions_mut().insert(Transazione(id.clone()));
    let scadenza = stato.impostazioni.scadenza;
    let inizio = std::time::Instant::now();
    let compito = stato.in_corso.spawn(async move { avanti.run(richiesta).await });
    let mut risposta = match tokio::time::timeout(scadenza, compito).await {
        Ok(Ok(risposta)) => risposta,
        Ok(Err(errore)) => {
            tracing::error!(transazione = %id, panico = errore.is_panic(), "richiesta interrotta");
            fault::INTERNO.nudo().into_response()
        }
        Err(_) => {
            tracing::error!(transazione = %id, ?scadenza, "richiesta oltre il tempo massimo");
            fault::INTERNO.nudo().into_response()
        }
    };
    metrics::counter!("govpay_http_richieste_total", "stato" => risposta.status().as_str().to_owned())
        .increment(1);
    metrics::histogram!("govpay_http_durata_secondi").record(inizio.elapsed());
    if let Ok(valore) = HeaderValue::from_str(&id) {
        risposta.headers_mut().insert(INTESTAZIONE_TRANSAZIONE, valore);
    }
    risposta
}

/// The fallback of the whole server: the addresses of spec 10 section 1.
pub(crate) async fn smista(State(porte): State<Porte>, richiesta: Request) -> Response {
    let percorso = richiesta.uri().path();
    if indirizzi::api(percorso).is_some_and(|c| !porte.stato.impostazioni.accesa(c)) {
        return fault::NON_TROVATA.con(format_args!("Risorsa {percorso} inesistente")).into_response();
    }
    let Some(cors) = porte.stato.impostazioni.cors.per(&richiesta) else {
        return instrada(porte, richiesta).await;
    };
    if matches!(indirizzi::analizza(richiesta.uri().path()), Indirizzo::Nodo { .. }) {
        return instrada(porte, richiesta).await;
    }
    let servizio = tower::service_fn(move |r: Request| {
        let porte = porte.clone();
        async move { Ok::<_, Infallible>(instrada(porte, r).await) }
    });
    cors.layer(servizio).oneshot(richiesta).await.unwrap_or_else(|mai| match mai {})
}

async fn instrada(porte: Porte, richiesta: Request) -> Response {
    let percorso = richiesta.uri().path().to_owned();
    match indirizzi::analizza(&percorso) {
        Indirizzo::Altrove => {
            fault::NON_TROVATA.con(format_args!("Risorsa {percorso} inesistente")).into_response()
        }
        Indirizzo::NonMappato => fault::RICHIESTA_NON_AUTORIZZATA.nudo().into_response(),
        Indirizzo::Rest { componente, famiglia, versione, resto } => {
            rest(&porte, richiesta, Accesso { componente, famiglia }, versione, resto).await
        }
        Indirizzo::Nodo { interno, resto } => nodo(&porte, richiesta, interno, resto).await,
    }
}

async fn rest(
    porte: &Porte,
    mut richiesta: Request,
    accesso: Accesso,
    versione: u32,
    resto: &str,
) -> Response {
    if richiesta.method() == Method::OPTIONS {
        return StatusCode::OK.into_response();
    }
    let stato = &porte.stato;
    if !porte.moduli.iter().any(|m| m.componente == accesso.componente) {
        let percorso = richiesta.uri().path();
        return fault::NON_TROVATA.con(format_args!("Risorsa {percorso} inesistente")).into_response();
    }
    let famiglia = match accesso.famiglia {
        Famiglia::Predefinita => stato.impostazioni.famiglia_predefinita.unwrap_or(accesso.famiglia),
        altra => altra,
    };
    let accesso = Accesso { famiglia, ..accesso };
    if accesso.famiglia != Famiglia::Rilevata
        && !stato.impostazioni.abilitata(accesso.componente, accesso.famiglia)
    {
        return fault::RICHIESTA_NON_AUTORIZZATA
            .con("Metodo di autenticazione non abilitato")
            .into_response();
    }
    let modulo = porte.moduli.iter().find(|m| m.componente == accesso.componente && m.versione == versione);
    let Some(modulo) = modulo.filter(|_| accesso.famiglia.ha_versione(accesso.componente, versione)) else {
        return rotte::versione_inesistente(stato, accesso, richiesta).await;
    };
    if accesso.componente == Componente::ApiPendenze && richiesta.method() == Method::POST {
        match metodo_imposto(&richiesta) {
            Ok(Some(m)) => *richiesta.method_mut() = m,
            Ok(None) => {}
            Err(e) => return e.into_response(),
        }
    }
    richiesta.extensions_mut().insert(accesso);
    let inizio = (stato.engine.adesso(), stato.engine.porte().giornale.nuovo_id().await);
    let traccia = avvia_traccia(inizio, &richiesta, accesso.componente);
    richiesta.extensions_mut().insert(Arc::clone(&traccia));
    if !riscrivi(stato, &mut richiesta, resto) {
        return fault::NON_TROVATA.nudo().into_response();
    }
    let servita = modulo.router.clone().oneshot(richiesta).await;
    giornale::registra(&stato.engine, &traccia, servita.unwrap_or_else(|mai| match mai {})).await
}

/// `X-HTTP-Method-Override` of a POST (spec 20 section 1): PUT and PATCH, any other value is 405. An
/// absent header leaves the POST to the routes.
fn metodo_imposto(richiesta: &Request) -> Result<Option<Method>, ApiError> {
    match richiesta.headers().get(METODO_IMPOSTO).map(HeaderValue::as_bytes) {
        None => Ok(None),
        Some(b"PUT") => Ok(Some(Method::PUT)),
        Some(b"PATCH") => Ok(Some(Method::PATCH)),
        Some(_) => Err(ApiError::vuoto(StatusCode::METHOD_NOT_ALLOWED)),
    }
}

fn avvia_traccia(inizio: (Istante, i64), richiesta: &Request, componente: Componente) -> Arc<Traccia> {
    let transazione = richiesta.extensions().get::<Transazione>().map_or_else(String::new, |t| t.0.clone());
    let url = richiesta.uri().path_and_query().map_or_else(String::new, |p| p.as_str().to_owned());
    Arc::new(Traccia::nuova(
        componente,
        transazione,
        inizio,
        (richiesta.method().clone(), url, richiesta.headers().clone()),
    ))
}

async fn nodo(porte: &Porte, mut richiesta: Request, interno: bool, resto: &str) -> Response {
    let wsdl = richiesta.method() == Method::GET && ha_wsdl(richiesta.uri().query());
    if !wsdl {
        match autenticazione::nodo(&porte.stato, Presentate::da(&richiesta), interno).await {
            Ok(principal) => {
                richiesta.extensions_mut().insert(principal);
            }
            Err(e) => return e.into_response(),
        }
    }
    if !riscrivi(&porte.stato, &mut richiesta, resto) {
        return fault::NON_TROVATA.nudo().into_response();
    }
    let accettate = richiesta.headers().get(header::ACCEPT_ENCODING).cloned();
    let risposta = porte.nodo.clone().oneshot(richiesta).await.unwrap_or_else(|mai| match mai {});
    corpo::comprimi(accettate.as_ref(), risposta).await
}

/// `?wsdl`, whatever its case.
fn ha_wsdl(query: Option<&str>) -> bool {
    query.is_some_and(|q| {
        q.split('&').any(|p| p.split('=').next().is_some_and(|n| n.eq_ignore_ascii_case("wsdl")))
    })
}

/// Leaves only the resource in the address of the request; the whole of it, as links have to name it, goes in
/// [`OriginalUri`].
fn riscrivi(stato: &StatoApi, richiesta: &mut Request, resto: &str) -> bool {
    let originale = legami(stato, richiesta);
    let nuovo = match originale.query() {
        Some(q) => format!("{resto}?{q}"),
        None => resto.to_owned(),
    };
    let Ok(nuovo) = PathAndQuery::try_from(nuovo) else { return false };
    richiesta.extensions_mut().insert(OriginalUri(originale));
    *richiesta.uri_mut() = Uri::from(nuovo);
    true
}

/// The address of the request as the links of its answer name it (spec 10 3.4).
fn legami(stato: &StatoApi, richiesta: &Request) -> Uri {
    let i = &stato.impostazioni;
    if i.intestazioni_fidate.fidato(richiesta.extensions().get::<Vicino>().copied()) {
        i.legami.imposto(richiesta.uri(), richiesta.headers(), &i.url_pubblica)
    } else {
        legami::locale(richiesta.uri())
    }
}
