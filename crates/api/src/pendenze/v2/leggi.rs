//! GET `/pendenze/{idA2A}/{idPendenza}`.

use super::dettaglio;
use crate::convenzioni::{ApiError, Chi, Percorso, StatoApi, risposte};
use axum::extract::State;
use axum::response::Response;
use contratto::pendenza::leggi_chiave;
use http::StatusCode;

pub(super) async fn leggi(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso((id_a2a, id_pendenza)): Percorso<(String, String)>,
) -> Result<Response, ApiError> {
    let chiave = leggi_chiave(&id_a2a, &id_pendenza)?;
    let letta = stato.engine.leggi_pendenza(&chi, &chiave).await?;
    Ok(risposte::json(StatusCode::OK, &dettaglio::scrivi(&stato, &letta).await?))
}
