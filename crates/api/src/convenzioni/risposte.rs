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

/// A PDF to save: `Content-Type: application/pdf` without parameters, and the name of the file, in
/// which what a header cannot carry becomes `_`.
#[must_use]
pub fn pdf(nome: &str, contenuto: Vec<u8>) -> Response {
    let nome: String = nome
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' })
        .collect();
    let mut risposta = Body::from(contenuto).into_response();
    let intestazioni = risposta.headers_mut();
    intestazioni.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    if let Ok(v) = HeaderValue::from_str(&format!("attachment; filename=\"{nome}\"")) {
        intestazioni.insert(header::CONTENT_DISPOSITION, v);
    }
    risposta
}

/// The empty answer of a PUT: 201 when it made the entity, 200 when it replaced it.
#[must_use]
pub fn salvata(creata: bool) -> StatusCode {
    if creata { StatusCode::CREATED } else { StatusCode::OK }
}
