//! What the lists of master data have in common: reading the request, giving the page (spec 10 3.3).

use super::membri::Membri;
use crate::convenzioni::ordinamento::ordinamento;
use crate::convenzioni::paginazione::booleano;
use crate::convenzioni::{ApiError, Chi, Interrogazione, Paginazione, StatoApi, risposte};
use axum::extract::{FromRequestParts, OriginalUri};
use axum::response::Response;
use engine::anagrafica::{FiltroAnagrafica, PaginaAnagrafica, Richiesta};
use engine::{Chiamante, Engine};
use http::request::Parts;
use http::{StatusCode, Uri};
use serde_json::Value;

/// A request for a list: who asks, for what, at which address.
pub(super) struct Lista {
    pub(super) engine: Engine,
    pub(super) chi: Chiamante,
    pub(super) q: Interrogazione,
    pagine: Paginazione,
    uri: Uri,
}

impl FromRequestParts<StatoApi> for Lista {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, stato: &StatoApi) -> Result<Self, ApiError> {
        let Chi(chi) = Chi::from_request_parts(parts, stato).await?;
        let q = Interrogazione::from_request_parts(parts, stato).await?;
        let OriginalUri(uri) =
            OriginalUri::from_request_parts(parts, stato).await.unwrap_or_else(|mai| match mai {});
        let pagine = Paginazione::leggi(&q, None, stato.impostazioni.pagine)?;
        Ok(Self { engine: stato.engine.clone(), chi, q, pagine, uri })
    }
}

impl Lista {
    /// Which rows.
    pub(super) fn pagina(&self) -> PaginaAnagrafica {
        PaginaAnagrafica {
            salta: self.pagine.salto(),
            quante: self.pagine.da_leggere(),
            conta_fino_a: self.pagine.conta_fino_a(),
        }
    }

    /// Which rows, in which order.
    pub(super) fn richiesta(&self, ordinabili: &[&str]) -> Result<Richiesta, ApiError> {
        Ok(Richiesta { pagina: self.pagina(), ordine: ordinamento(&self.q, ordinabili)? })
    }

    /// The filter that all have.
    pub(super) fn filtro(&self) -> Result<FiltroAnagrafica, ApiError> {
        Ok(FiltroAnagrafica { abilitato: booleano(&self.q, "abilitato")?, ..FiltroAnagrafica::default() })
    }

    /// The page in its envelope.
    pub(super) fn risposta<T>(
        &self,
        (righe, totale): (Vec<T>, Option<i64>),
        rendi: impl Fn(T) -> Membri,
    ) -> Response {
        let righe: Vec<Value> = righe.into_iter().map(|r| rendi(r).into()).collect();
        risposte::json(StatusCode::OK, &self.pagine.busta(righe, totale, true, &self.uri))
    }
}
