//! Extractors of the handlers. Each refusal is an answer of the contract.

use crate::convenzioni::corpo;
use crate::convenzioni::errori::{ApiError, fault};
use crate::convenzioni::stato::StatoApi;
use crate::convenzioni::traccia::Traccia;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use engine::Chiamante;
use engine::anagrafica::Autore;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;

/// The authenticated caller, whose right on the operation has been checked by the route.
#[derive(Debug, Clone)]
pub struct Chi(pub Chiamante);

impl<S: Send + Sync> FromRequestParts<S> for Chi {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts
            .extensions
            .get::<Chiamante>()
            .cloned()
            .map(Self)
            .ok_or_else(|| fault::UTENZA_NON_AUTENTICATA.nudo())
    }
}

/// `X-Govpay-IdTransazione` of this call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transazione(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Transazione {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| fault::INTERNO.nudo())
    }
}

/// Who changes master data, and in which call.
#[derive(Debug, Clone)]
pub struct Firma(pub Autore);

impl<S: Send + Sync> FromRequestParts<S> for Firma {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, s: &S) -> Result<Self, ApiError> {
        let Chi(chi) = Chi::from_request_parts(parts, s).await?;
        let Transazione(transazione) = Transazione::from_request_parts(parts, s).await?;
        Ok(Self(Autore { chi, transazione }))
    }
}

/// Parameters of the path, percent-decoded once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Percorso<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Percorso<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, s: &S) -> Result<Self, ApiError> {
        if parts.uri.path().contains("%00") {
            return Err(fault::SINTASSI.con("Carattere nullo nel path della richiesta"));
        }
        Path::<T>::from_request_parts(parts, s)
            .await
            .map(|Path(t)| Self(t))
            .map_err(|_| fault::SINTASSI.con("Path della richiesta non valido"))
    }
}

/// Parameters of the query, decoded, in the order sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Interrogazione(Vec<(String, String)>);

impl Interrogazione {
    /// From pairs.
    #[must_use]
    pub const fn da(coppie: Vec<(String, String)>) -> Self {
        Self(coppie)
    }

    /// First value of a parameter.
    #[must_use]
    pub fn valore(&self, nome: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == nome).map(|(_, v)| v.as_str())
    }

    /// First value of a parameter, unless it is blank.
    #[must_use]
    pub fn non_vuoto(&self, nome: &str) -> Option<&str> {
        self.valore(nome).filter(|v| !v.trim().is_empty())
    }

    /// All values of a parameter that may be repeated, without the blank ones.
    #[must_use]
    pub fn tutti(&self, nome: &str) -> Vec<String> {
        self.0.iter().filter(|(n, v)| n == nome && !v.trim().is_empty()).map(|(_, v)| v.clone()).collect()
    }

    /// All pairs.
    #[must_use]
    pub fn coppie(&self) -> &[(String, String)] {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Interrogazione {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, s: &S) -> Result<Self, ApiError> {
        let Query(coppie) = Query::<Vec<(String, String)>>::from_request_parts(parts, s)
            .await
            .map_err(|_| fault::SINTASSI.con("Query della richiesta non valida"))?;
        if coppie.iter().any(|(n, v)| n.contains('\0') || v.contains('\0')) {
            return Err(fault::SINTASSI.con("Carattere nullo nella query della richiesta"));
        }
        Ok(Self(coppie))
    }
}

/// The JSON body.
#[derive(Debug, Clone, PartialEq)]
pub struct Corpo(pub Value);

impl FromRequest<StatoApi> for Corpo {
    type Rejection = ApiError;

    async fn from_request(richiesta: Request, stato: &StatoApi) -> Result<Self, ApiError> {
        let (parti, corpo) = richiesta.into_parts();
        if !tipo_ammesso(&parti.method, &parti.headers) {
            return Err(ApiError::vuoto(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let bytes = corpo::leggi(&parti.headers, corpo, &stato.impostazioni).await?;
        if let Some(traccia) = parti.extensions.get::<Arc<Traccia>>() {
            traccia.corpo(bytes.clone());
        }
        Ok(Self(contratto::json::leggi_corpo(&bytes)?))
    }
}

/// `application/json`, for PATCH also `application/json-patch+json`; an absent type is accepted.
fn tipo_ammesso(metodo: &Method, intestazioni: &HeaderMap) -> bool {
    let Some(valore) = intestazioni.get(header::CONTENT_TYPE) else { return true };
    let Ok(valore) = valore.to_str() else { return false };
    let tipo = valore.split(';').next().unwrap_or_default().trim();
    tipo.is_empty()
        || tipo.eq_ignore_ascii_case("application/json")
        || (metodo == Method::PATCH && tipo.eq_ignore_ascii_case("application/json-patch+json"))
}
