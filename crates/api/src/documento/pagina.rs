//! The page that shows the document of an API: one file, nothing from elsewhere.

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, header};
use sha2::{Digest as _, Sha256};

const PAGINA: &str = include_str!("../../pagina/pagina.html");
const STILE: &str = include_str!("../../pagina/stile.css");
const CODICE: &str = include_str!("../../pagina/pagina.js");

/// The page of the API whose files have this name.
pub(super) fn risposta(nome: &str) -> Response {
    let pagina = PAGINA.replace("@NOME@", nome).replacen("@STILE@", STILE, 1).replacen("@CODICE@", CODICE, 1);
    let mut r = Body::from(pagina).into_response();
    let h = r.headers_mut();
    h.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    h.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    h.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if let Ok(v) = HeaderValue::from_str(&politica()) {
        h.insert(header::CONTENT_SECURITY_POLICY, v);
    }
    r
}

/// Our script and our style and no others, named by what they contain; calls only to where the page
/// comes from.
fn politica() -> String {
    let impronta = |testo: &str| STANDARD.encode(Sha256::digest(testo.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; connect-src 'self'; \
         img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'",
        impronta(CODICE),
        impronta(STILE)
    )
}
