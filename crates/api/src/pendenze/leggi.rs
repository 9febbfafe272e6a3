//! GET `/pendenze/{idA2A}/{idPendenza}` and `/pendenze/byAvviso/{idDominio}/{numeroAvviso}`.

use super::dettaglio::{self, Ordine};
use super::porta::Porta;
use crate::convenzioni::{ApiError, Chi, Percorso, StatoApi, Transazione, risposte};
use axum::extract::State;
use axum::response::Response;
use contratto::pendenza::{leggi_chiave, leggi_dominio, leggi_numero_avviso};
use http::StatusCode;

pub(crate) async fn leggi<P: Porta>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso((id_a2a, id_pendenza)): Percorso<(String, String)>,
) -> Result<Response, ApiError> {
    let chiave = leggi_chiave(&id_a2a, &id_pendenza)?;
    let letta = stato.engine.leggi_pendenza(&chi, P::VISIBILITA, &chiave).await?;
    let corpo = dettaglio::scrivi::<P>(&stato, &chi, &letta, Ordine::DalPrimo).await?;
    Ok(risposte::json(StatusCode::OK, &corpo))
}

/// A pendenza that is not in the archive is asked to the ente.
pub(crate) async fn leggi_per_avviso<P: Porta>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Transazione(transazione): Transazione,
    Percorso((id_dominio, numero_avviso)): Percorso<(String, String)>,
) -> Result<Response, ApiError> {
    let dominio = leggi_dominio(&id_dominio)?;
    let avviso = leggi_numero_avviso(&numero_avviso)?;
    let letta =
        stato.engine.leggi_pendenza_per_avviso(&chi, P::VISIBILITA, &dominio, &avviso, &transazione).await?;
    let corpo = dettaglio::scrivi::<P>(&stato, &chi, &letta, Ordine::DallUltimo).await?;
    Ok(risposte::json(StatusCode::OK, &corpo))
}
