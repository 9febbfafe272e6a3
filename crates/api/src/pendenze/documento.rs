//! GET `/documenti/.../{numeroDocumento}/avvisi`: the notices of a document on one PDF.

use super::avviso::{Rappresentazione, lingua, rappresentazione};
use super::porta::Porta;
use crate::convenzioni::{ApiError, Chi, Interrogazione, Percorso, StatoApi, fault, risposte};
use axum::extract::State;
use axum::response::Response;
use contratto::messaggi;
use contratto::pendenza::{leggi_a2a, leggi_dominio, leggi_numero_avviso};
use domain::{IdA2A, IdPendenza};
use engine::Chiamante;
use http::HeaderMap;

/// Of the calling applicazione.
pub(crate) async fn leggi_proprio<P: Porta>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso((id_dominio, numero)): Percorso<(String, String)>,
    parametri: Interrogazione,
    intestazioni: HeaderMap,
) -> Result<Response, ApiError> {
    let id_a2a = chi.come_applicazione()?.id.clone();
    stampa::<P>(&stato, &chi, &id_a2a, (&id_dominio, &numero), &parametri, &intestazioni).await
}

/// Of the applicazione of the path.
pub(crate) async fn leggi<P: Porta>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso((id_a2a, id_dominio, numero)): Percorso<(String, String, String)>,
    parametri: Interrogazione,
    intestazioni: HeaderMap,
) -> Result<Response, ApiError> {
    let id_a2a = leggi_a2a(&id_a2a)?;
    stampa::<P>(&stato, &chi, &id_a2a, (&id_dominio, &numero), &parametri, &intestazioni).await
}

async fn stampa<P: Porta>(
    stato: &StatoApi,
    chi: &Chiamante,
    id_a2a: &IdA2A,
    (id_dominio, numero): (&str, &str),
    parametri: &Interrogazione,
    intestazioni: &HeaderMap,
) -> Result<Response, ApiError> {
    let dominio = leggi_dominio(id_dominio)?;
    messaggi::pattern("numeroDocumento", numero, IdPendenza::PATTERN)?;
    let lingua = lingua(parametri)?;
    let chiesti = parametri.coppie().iter().filter(|(n, _)| n == "numeriAvviso");
    let numeri = chiesti.map(|(_, v)| leggi_numero_avviso(v)).collect::<Result<Vec<_>, _>>()?;
    if rappresentazione(intestazioni) != Some(Rappresentazione::Pdf) {
        return Err(fault::NON_ACCETTABILE.nudo());
    }
    let stampa =
        stato.engine.documento_pdf(chi, P::VISIBILITA, (id_a2a, &dominio, numero), &numeri, lingua).await?;
    Ok(risposte::pdf(&stampa.nome, stampa.contenuto))
}
