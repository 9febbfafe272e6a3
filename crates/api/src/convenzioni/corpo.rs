//! Bytes of a request body: bounded, inflated when compressed.

use crate::convenzioni::errori::{ApiError, fault};
use crate::convenzioni::stato::ImpostazioniApi;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::io::Read;

/// Reads a whole request body within the limits of the settings.
///
/// # Errors
/// 413 past a limit (of the bytes that arrive or of the inflated ones), 415 for a content encoding
/// that is not gzip, 400 for a broken one or a body that stops half way.
pub async fn leggi(intestazioni: &HeaderMap, corpo: Body, imp: &ImpostazioniApi) -> Result<Bytes, ApiError> {
    let annunciati = intestazioni
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse::<usize>().ok());
    if annunciati.is_some_and(|n| n > imp.limite_corpo) {
        return Err(fault::TROPPO_GRANDE.nudo());
    }
    let compresso = match intestazioni.get(header::CONTENT_ENCODING).map(|v| v.as_bytes()) {
        None | Some(b"identity" | b"") => false,
        Some(v) if v.eq_ignore_ascii_case(b"gzip") || v.eq_ignore_ascii_case(b"x-gzip") => true,
        Some(_) => return Err(ApiError::vuoto(StatusCode::UNSUPPORTED_MEDIA_TYPE)),
    };
    let bytes = match Limited::new(corpo, imp.limite_corpo).collect().await {
        Ok(raccolto) => raccolto.to_bytes(),
        Err(e) if e.downcast_ref::<LengthLimitError>().is_some() => return Err(fault::TROPPO_GRANDE.nudo()),
        Err(_) => return Err(fault::SINTASSI.con("Body della richiesta incompleto")),
    };
    if compresso { gonfia(&bytes, imp.limite_corpo_gonfiato) } else { Ok(bytes) }
}

fn gonfia(compressi: &[u8], limite: usize) -> Result<Bytes, ApiError> {
    let oltre = u64::try_from(limite).unwrap_or(u64::MAX).saturating_add(1);
    let mut gonfi = Vec::new();
    flate2::read::MultiGzDecoder::new(compressi)
        .take(oltre)
        .read_to_end(&mut gonfi)
        .map_err(|_| fault::SINTASSI.con("Body della richiesta non in formato gzip"))?;
    if gonfi.len() > limite {
        return Err(fault::TROPPO_GRANDE.nudo());
    }
    Ok(Bytes::from(gonfi))
}
