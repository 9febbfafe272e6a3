//! The whole pendenza, as GET and PATCH answer it.

use super::rpp;
use crate::convenzioni::{ApiError, StatoApi};
use contratto::pendenza::{ContestoV2, dettaglio_v2};
use engine::pendenze::Dettaglio;
use serde_json::Value;

/// Writes a pendenza with its attempts, oldest first.
pub(super) async fn scrivi(stato: &StatoApi, d: &Dettaglio) -> Result<Value, ApiError> {
    let rpp = rpp::per_dettaglio(stato, d).await?;
    let scheda = |id: &domain::IdDominio| d.scheda(id.as_str());
    let contesto = ContestoV2 { scheda: &scheda, oggi: stato.engine.oggi() };
    Ok(dettaglio_v2(&d.pendenza, &contesto, &d.allegati, rpp))
}
