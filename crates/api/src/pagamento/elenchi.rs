//! Lists of what belongs to a dominio: it is all on its card, which is in memory (spec 10 3.3, spec 30 10.6).

use crate::convenzioni::ordinamento::ordinamento;
use crate::convenzioni::paginazione::booleano;
use crate::convenzioni::{ApiError, Interrogazione, Paginazione, StatoApi, risposte};
use axum::extract::{FromRequestParts, OriginalUri};
use axum::response::Response;
use http::request::Parts;
use http::{StatusCode, Uri};
use serde_json::Value;
use std::cmp::Ordering;

/// A request for a list: which page, in which order.
pub(super) struct Elenco {
    pub(super) q: Interrogazione,
    pub(super) pagine: Paginazione,
    pub(super) uri: Uri,
}

impl FromRequestParts<StatoApi> for Elenco {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, stato: &StatoApi) -> Result<Self, ApiError> {
        let q = Interrogazione::from_request_parts(parts, stato).await?;
        let OriginalUri(uri) =
            OriginalUri::from_request_parts(parts, stato).await.unwrap_or_else(|mai| match mai {});
        let pagine = Paginazione::leggi(&q, None, stato.impostazioni.pagine)?;
        Ok(Self { q, pagine, uri })
    }
}

/// A name that a list can be sorted by, and what it is of a row.
type Ordine<'a, T> = (&'a str, fn(&T) -> &str);

impl Elenco {
    /// `abilitato`, if it was asked.
    pub(super) fn abilitato(&self) -> Result<Option<bool>, ApiError> {
        booleano(&self.q, "abilitato")
    }

    /// The page of these rows. The first order is the one that is taken when none is asked; `chiave` makes it
    /// total.
    pub(super) fn di<'t, T: 't>(
        &self,
        righe: impl Iterator<Item = &'t T>,
        ordini: &[Ordine<'_, T>],
        chiave: fn(&T) -> &str,
        rendi: impl Fn(&T) -> Value,
    ) -> Result<Response, ApiError> {
        let nomi: Vec<&str> = ordini.iter().map(|(nome, _)| *nome).collect();
        let mut chiesti = ordinamento(&self.q, &nomi)?;
        if chiesti.is_empty() {
            chiesti.push((0, false));
        }
        let giu = chiesti.first().is_some_and(|c| c.1);
        let confronto = |a: &T, b: &T| {
            let per_nome = chiesti.iter().filter_map(|(posto, giu)| {
                let (_, di) = ordini.get(*posto)?;
                Some(verso(di(a).cmp(di(b)), *giu))
            });
            per_nome
                .chain([verso(chiave(a).cmp(chiave(b)), giu)])
                .find(|o| o.is_ne())
                .unwrap_or(Ordering::Equal)
        };
        let mut righe: Vec<&T> = righe.collect();
        righe.sort_by(|a, b| confronto(a, b));
        let righe: Vec<Value> = righe.into_iter().map(rendi).collect();
        Ok(risposte::json(StatusCode::OK, &self.pagine.di_tutti(righe, &self.uri)))
    }
}

const fn verso(o: Ordering, giu: bool) -> Ordering {
    if giu { o.reverse() } else { o }
}
