//! Answers of the contract.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::Value;

/// A JSON answer, `Content-Type: application/json`.
#[must_use]
pub fn json(stato: StatusCode, corpo: &Value) -> Response {
    let mut risposta = (stato, Body::from(corpo.to_string())).into_response();
    risposta.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    risposta
}

/// The empty answer of a PUT: 201 when it made the entity, 200 when it replaced it.
#[must_use]
pub fn salvata(creata: bool) -> StatusCode {
    if creata { StatusCode::CREATED } else { StatusCode::OK }
}
