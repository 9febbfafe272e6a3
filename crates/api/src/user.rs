//! API User v1: login and logout of people (spec 10 2.5).

use crate::convenzioni::{
    ApiError, Chi, Interrogazione, Operazione, Percorso, Rotte, Sessione, StatoApi, fault,
};
use crate::servizio::{chiudi, con_query};
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::evento::Componente;
use engine::Chiamante;
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// The routes.
pub(crate) fn v1() -> Rotte {
    Rotte::nuove(Componente::ApiUser)
        .get("/login", Operazione::autenticata("login"), login)
        .get("/login/{urlID}", Operazione::autenticata("loginRedirect"), login_verso)
        .get("/logout", Operazione::autenticata("logout"), logout)
        .get("/logout/{urlID}", Operazione::autenticata("logoutRedirect"), logout_verso)
}

async fn login(State(stato): State<StatoApi>, Chi(chi): Chi) -> Result<Response, ApiError> {
    let mut risposta = StatusCode::OK.into_response();
    apri(&stato, &chi, &mut risposta).await?;
    Ok(risposta)
}

/// The browser goes on to the address that the installation has listed; an address that is not listed
/// opens no session.
async fn login_verso(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso(id): Percorso<String>,
    query: Interrogazione,
) -> Result<Response, ApiError> {
    let url = destinazione(&stato.impostazioni.destinazioni.login, &id)
        .ok_or_else(|| fault::NON_TROVATA.con("URL-ID non registrato nel sistema."))?;
    let mut risposta = verso(&con_query(url, prime(&query)))?;
    apri(&stato, &chi, &mut risposta).await?;
    Ok(risposta)
}

async fn logout(
    State(stato): State<StatoApi>,
    sessione: Option<Extension<Sessione>>,
    intestazioni: HeaderMap,
) -> Result<Response, ApiError> {
    let mut risposta = StatusCode::OK.into_response();
    chiudi(&stato, sessione, &intestazioni, &mut risposta).await?;
    Ok(risposta)
}

/// An address that is not listed is no reason to stay in.
async fn logout_verso(
    State(stato): State<StatoApi>,
    Percorso(id): Percorso<String>,
    query: Interrogazione,
    sessione: Option<Extension<Sessione>>,
    intestazioni: HeaderMap,
) -> Result<Response, ApiError> {
    let mut risposta = match destinazione(&stato.impostazioni.destinazioni.logout, &id) {
        Some(url) => verso(&con_query(url, prime(&query)))?,
        None => StatusCode::OK.into_response(),
    };
    chiudi(&stato, sessione, &intestazioni, &mut risposta).await?;
    Ok(risposta)
}

async fn apri(stato: &StatoApi, chi: &Chiamante, risposta: &mut Response) -> Result<(), ApiError> {
    chi.abilitato()?;
    let nuova = stato.engine.apri_sessione(chi).await?;
    let token = nuova.ok_or_else(|| fault::UTENZA_NON_AUTENTICATA.nudo())?;
    if let Some(cookie) = stato.impostazioni.cookie.scrivi(&token) {
        risposta.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(())
}

fn destinazione<'a>(elenco: &'a [(String, String)], id: &str) -> Option<&'a str> {
    elenco.iter().find(|(n, _)| n == id).map(|(_, url)| url.as_str())
}

/// The first value of each parameter, in the order sent.
fn prime(query: &Interrogazione) -> Vec<(&str, &str)> {
    let mut prime: Vec<(&str, &str)> = Vec::new();
    for (nome, valore) in query.coppie() {
        if !prime.iter().any(|(n, _)| n == nome) {
            prime.push((nome, valore));
        }
    }
    prime
}

fn verso(url: &str) -> Result<Response, ApiError> {
    let dove = HeaderValue::from_str(url).map_err(|e| ApiError::interno(&e))?;
    let mut risposta = StatusCode::SEE_OTHER.into_response();
    risposta.headers_mut().insert(header::LOCATION, dove);
    Ok(risposta)
}
