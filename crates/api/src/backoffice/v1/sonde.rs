//! `/sonde`: how the database, the batches and the queues are (spec 10 3.6).

use super::membri::Membri;
use crate::convenzioni::{
    ApiError, Interrogazione, Operazione, Paginazione, Percorso, Rotte, StatoApi, fault, risposte,
};
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use domain::evento::Componente;
use engine::sonde::{Sonda, StatoSonda, TipoSonda};
use http::StatusCode;
use serde_json::Value;

/// Rows of a page when it is not asked.
const RIGHE: i64 = 25;

/// The routes of this file: any enabled utenza, and whoever calls under `rs/public` (spec 10 2.6, 4.5).
pub(super) fn rotte() -> Rotte {
    Rotte::nuove(Componente::ApiBackoffice)
        .get("/sonde", Operazione::autenticata("findSonde").anche_anonimo(), elenca)
        .get("/sonde/{id}", Operazione::autenticata("getSonda").anche_anonimo(), leggi)
}

async fn elenca(
    State(stato): State<StatoApi>,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    let pagine = Paginazione::leggi(&q, Some(RIGHE), stato.impostazioni.pagine)?;
    let sonde = stato.engine.sonde().await;
    Ok(risposte::json(StatusCode::OK, &pagine.di_tutti(sonde.iter().map(rendi).collect(), &uri)))
}

async fn leggi(State(stato): State<StatoApi>, Percorso(id): Percorso<String>) -> Result<Response, ApiError> {
    let sonde = stato.engine.sonde().await;
    let sonda = sonde
        .iter()
        .find(|s| s.id == id)
        .ok_or_else(|| fault::NON_TROVATA.con(format_args!("Sonda con id [{id}] non configurata")))?;
    Ok(risposte::json(StatusCode::OK, &rendi(sonda)))
}

fn rendi(s: &Sonda) -> Value {
    let stato = match s.stato {
        StatoSonda::Ok => "ok",
        StatoSonda::Avviso => "warn",
        StatoSonda::Errore => "error",
    };
    let tipo = match s.tipo {
        TipoSonda::Batch => "Batch",
        TipoSonda::Coda => "Coda",
        TipoSonda::Sistema => "Sistema",
    };
    Membri::nuovi()
        .con("id", s.id)
        .con("nome", s.nome)
        .con("stato", stato)
        .con("descrizioneStato", s.descrizione.as_str())
        .se("durataStato", s.durata)
        .se("sogliaWarn", s.soglie.map(|(warn, _)| warn))
        .se("sogliaError", s.soglie.map(|(_, errore)| errore))
        .con("dataUltimoCheck", s.controllata.iso_millis_zona())
        .con("tipo", tipo)
        .into()
}
