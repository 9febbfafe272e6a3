//! `/ruoli` (spec 10 5.6, 5.7).

use super::campi::Campi;
use super::lista::Lista;
use super::membri::Membri;
use super::utenze::{leggi_acl, rendi_acl};
use crate::convenzioni::{ApiError, Corpo, Firma, Operazione, Percorso, Rotte, risposte};
use axum::extract::State;
use axum::response::Response;
use contratto::Sintassi;
use contratto::anagrafica::{ID_RUOLO, Modificata, leggi_operazioni};
use contratto::json::Oggetto;
use contratto::messaggi as m;
use domain::anagrafica::{Acl, Servizio};
use domain::evento::Componente;
use engine::Engine;
use http::StatusCode;
use serde_json::Value;

const SERVIZIO: Servizio = Servizio::AnagraficaRuoli;
const RUOLO: &[&str] = &["acl"];

/// The routes of this file.
pub(super) fn rotte() -> Rotte {
    Rotte::nuove(Componente::ApiBackoffice)
        .get("/ruoli", Operazione::lettura("findRuoli", SERVIZIO), elenca)
        .put("/ruoli/{idRuolo}", Operazione::scrittura("addRuolo", SERVIZIO), aggiungi)
        .get("/ruoli/{idRuolo}", Operazione::lettura("getRuolo", SERVIZIO), mostra)
        .patch("/ruoli/{idRuolo}", Operazione::scrittura("updateRuolo", SERVIZIO), modifica)
}

/// By id: the contract has no parameter to sort them.
async fn elenca(l: Lista) -> Result<Response, ApiError> {
    let trovati = l.engine.elenca_ruoli(l.pagina()).await?;
    Ok(l.risposta(trovati, |id| Membri::nuovi().con("id", id)))
}

async fn aggiungi(
    State(engine): State<Engine>,
    Firma(autore): Firma,
    Percorso(id): Percorso<String>,
    Corpo(corpo): Corpo,
) -> Result<StatusCode, ApiError> {
    let acl = leggi(&id, &corpo)?;
    Ok(risposte::salvata(engine.salva_ruolo(&autore, &id, &acl).await?))
}

fn leggi(id: &str, corpo: &Value) -> Result<Vec<Acl>, Sintassi> {
    let o = Oggetto::radice(corpo, RUOLO)?;
    let mut c = Campi::nuovi();
    c.percorso("idRuolo", id, ID_RUOLO);
    match o.lista("acl")? {
        None => c.nota::<()>(Err(m::non_vuoto("acl"))),
        Some(l) => c.nota(m::elementi("acl", l.len(), 1, usize::MAX)),
    };
    let acl = leggi_acl(&mut c, &o)?;
    c.esito()?;
    Ok(acl)
}

async fn modifica(
    State(engine): State<Engine>,
    Firma(autore): Firma,
    Percorso(id): Percorso<String>,
    Corpo(corpo): Corpo,
) -> Result<Response, ApiError> {
    m::pattern("idRuolo", &id, ID_RUOLO)?;
    let operazioni = leggi_operazioni(&corpo, Modificata::Ruolo)?;
    let acl = engine.modifica_ruolo(&autore, &id, &operazioni).await?;
    Ok(risposte::json(StatusCode::OK, &rendi(&id, &acl).into()))
}

async fn mostra(State(engine): State<Engine>, Percorso(id): Percorso<String>) -> Result<Response, ApiError> {
    m::pattern("idRuolo", &id, ID_RUOLO)?;
    let acl = engine.leggi_ruolo(&id).await?;
    Ok(risposte::json(StatusCode::OK, &rendi(&id, &acl).into()))
}

fn rendi(id: &str, acl: &[Acl]) -> Membri {
    Membri::nuovi().con("id", id).con("acl", rendi_acl(acl))
}
