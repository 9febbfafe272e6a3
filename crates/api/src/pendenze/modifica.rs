//! PATCH `/pendenze/{idA2A}/{idPendenza}`.

use super::dettaglio::{self, Ordine};
use super::porta::Porta;
use crate::convenzioni::{ApiError, Chi, Corpo, Percorso, StatoApi, risposte};
use axum::extract::{FromRequest, Request, State};
use axum::response::Response;
use contratto::pendenza::{leggi_chiave, leggi_modifiche};
use engine::pendenze::scrive_le_proprie;
use http::StatusCode;

pub(crate) async fn modifica<P: Porta>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso((id_a2a, id_pendenza)): Percorso<(String, String)>,
    richiesta: Request,
) -> Result<Response, ApiError> {
    let chiave = leggi_chiave(&id_a2a, &id_pendenza)?;
    scrive_le_proprie(&chi, &chiave.id_a2a)?;
    let Corpo(corpo) = Corpo::from_request(richiesta, &stato).await?;
    let modifiche = leggi_modifiche(&corpo)?;
    let pendenza = stato.engine.modifica_pendenza(&chi, &chiave, &modifiche).await?;
    let dettaglio = stato.engine.dettaglia(pendenza).await?;
    let corpo = dettaglio::scrivi::<P>(&stato, &chi, &dettaglio, Ordine::DalPrimo).await?;
    Ok(risposte::json(StatusCode::OK, &corpo))
}
