//! `/operazioni`: what an operator may start by hand (spec 60 4.2). `GET /operazioni/{id}` executes,
//! hence it needs W.

use super::membri::Membri;
use crate::convenzioni::paginazione::booleano;
use crate::convenzioni::{
    ApiError, Interrogazione, Operazione, Paginazione, Percorso, Rotte, StatoApi, fault, risposte,
};
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use domain::anagrafica::Servizio;
use domain::evento::Componente;
use engine::operazioni::{self, EsitoOperazione, OPERAZIONI};
use http::StatusCode;
use serde_json::{Value, json};

/// Rows of a page when it is not asked.
const RIGHE: i64 = 25;

/// The routes of this file.
pub(super) fn rotte() -> Rotte {
    const SERVIZIO: Servizio = Servizio::Configurazione;
    Rotte::nuove(Componente::ApiBackoffice)
        .get("/operazioni", Operazione::lettura("findOperazioni", SERVIZIO), elenca)
        .get("/operazioni/{id}", Operazione::scrittura("getOperazione", SERVIZIO), esegui)
        .get("/operazioni/stato/{id}", Operazione::lettura("getStatoOperazione", SERVIZIO), ultima)
}

async fn elenca(
    State(stato): State<StatoApi>,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    let pagine = Paginazione::leggi(&q, Some(RIGHE), stato.impostazioni.pagine)?;
    let righe = OPERAZIONI.iter().map(|o| {
        json!({
            "idOperazione": o.id,
            "descrizione": o.descrizione,
            "location": format!("/operazioni/{}", o.id),
        })
    });
    Ok(risposte::json(StatusCode::OK, &pagine.di_tutti(righe.collect(), &uri)))
}

fn cerca(id: &str) -> Result<&'static operazioni::Operazione, ApiError> {
    operazioni::operazione(id)
        .ok_or_else(|| fault::NON_TROVATA.con(format_args!("Operazione {id} sconosciuta")))
}

async fn esegui(
    State(stato): State<StatoApi>,
    Percorso(id): Percorso<String>,
    q: Interrogazione,
) -> Result<Response, ApiError> {
    let o = cerca(&id)?;
    let forza = booleano(&q, "force")?.unwrap_or(false);
    let (sigla, esito, testo) = match stato.engine.esegui_operazione(o, forza).await {
        EsitoOperazione::Fatta(t) => ("0", "Operazione completata con successo", t),
        EsitoOperazione::InCorso(t) => ("1", "Operazione in corso", t),
        EsitoOperazione::Fallita(t) => ("2", "Operazione non completata", t),
    };
    let corpo = json!({ "idOperazione": o.id, "descrizione": testo, "stato": sigla, "esito": esito });
    Ok(risposte::json(StatusCode::OK, &corpo))
}

/// Of the last run of a job; an operation without a job, or never run, has none.
async fn ultima(State(stato): State<StatoApi>, Percorso(id): Percorso<String>) -> Result<Response, ApiError> {
    let o = cerca(&id)?;
    let corsa = stato
        .engine
        .ultima_corsa(o)
        .await?
        .ok_or_else(|| fault::NON_TROVATA.con(format_args!("Nessuna esecuzione dell'operazione {id}")))?;
    let esito = match corsa.riuscita {
        _ if corsa.in_corso => None,
        None => None,
        Some(true) => Some("OK"),
        Some(false) => Some("KO"),
    };
    let percentuale = if corsa.in_corso { 0 } else { 100 };
    let testo =
        if corsa.in_corso { "Operazione in corso".to_owned() } else { corsa.testo.unwrap_or_default() };
    let corpo: Value =
        Membri::nuovi().con("percentuale", percentuale).con("descrizione", testo).se("stato", esito).into();
    Ok(risposte::json(StatusCode::OK, &corpo))
}
