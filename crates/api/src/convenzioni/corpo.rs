//! Bytes of a request body: bounded, inflated when compressed.

use crate::convenzioni::errori::{ApiError, fault};
use crate::convenzioni::stato::ImpostazioniApi;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::io::{Read, Write as _};

/// Reads a whole body of a REST request within the limits of the settings.
///
/// # Errors
/// 413 past a limit (of the bytes that arrive or of the inflated ones), 415 for a content encoding
/// that is not gzip, 400 for a broken one or a body that stops half way or does not come in time.
pub async fn leggi(intestazioni: &HeaderMap, corpo: Body, imp: &ImpostazioniApi) -> Result<Bytes, ApiError> {
    entro(intestazioni, corpo, imp, (imp.limite_corpo, imp.limite_corpo_gonfiato)).await
}

/// Reads a whole SOAP request within the limit of spec 40 1.2, which holds for the inflated bytes too.
///
/// # Errors
/// As [`leggi`].
pub async fn leggi_soap(
    intestazioni: &HeaderMap,
    corpo: Body,
    imp: &ImpostazioniApi,
) -> Result<Bytes, ApiError> {
    entro(intestazioni, corpo, imp, (imp.limite_soap, imp.limite_soap)).await
}

async fn entro(
    intestazioni: &HeaderMap,
    corpo: Body,
    imp: &ImpostazioniApi,
    (limite, gonfiato): (usize, usize),
) -> Result<Bytes, ApiError> {
    let annunciati = intestazioni
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse::<usize>().ok());
    if annunciati.is_some_and(|n| n > limite) {
        return Err(fault::TROPPO_GRANDE.nudo());
    }
    let compresso = match intestazioni.get(header::CONTENT_ENCODING).map(|v| v.as_bytes()) {
        None | Some(b"identity" | b"") => false,
        Some(v) if v.eq_ignore_ascii_case(b"gzip") || v.eq_ignore_ascii_case(b"x-gzip") => true,
        Some(_) => return Err(ApiError::vuoto(StatusCode::UNSUPPORTED_MEDIA_TYPE)),
    };
    // Most of the time that the caller has: the rest is for the answer. Nobody else stops a request
    // whose body never ends: past its deadline it goes on by itself.
    let tempo = imp.scadenza * 9 / 10;
    let bytes = match tokio::time::timeout(tempo, Limited::new(corpo, limite).collect()).await {
        Err(_) => return Err(fault::SINTASSI.con("Body della richiesta incompleto")),
        Ok(Ok(raccolto)) => raccolto.to_bytes(),
        Ok(Err(e)) if e.downcast_ref::<LengthLimitError>().is_some() => {
            return Err(fault::TROPPO_GRANDE.nudo());
        }
        Ok(Err(_)) => return Err(fault::SINTASSI.con("Body della richiesta incompleto")),
    };
    if compresso { gonfia(&bytes, gonfiato) } else { Ok(bytes) }
}

/// Compresses an answer when the caller accepts it and it is worth it.
pub(super) async fn comprimi(accettate: Option<&HeaderValue>, risposta: Response) -> Response {
    /// Below this, gzip saves nothing that matters.
    const MINIMO: usize = 1024;
    let accetta = accettate.and_then(|v| v.to_str().ok()).is_some_and(|v| {
        v.split(',').any(|c| {
            let mut parti = c.split(';').map(str::trim);
            parti.next().is_some_and(|n| n.eq_ignore_ascii_case("gzip"))
                && !parti.any(|p| matches!(p, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    });
    if !accetta || risposta.headers().contains_key(header::CONTENT_ENCODING) {
        return risposta;
    }
    let (mut parti, corpo) = risposta.into_parts();
    let Ok(raccolto) = corpo.collect().await else {
        return (StatusCode::INTERNAL_SERVER_ERROR, Body::empty()).into_response();
    };
    let bytes = raccolto.to_bytes();
    if bytes.len() < MINIMO {
        return Response::from_parts(parti, Body::from(bytes));
    }
    let mut compressore = GzEncoder::new(Vec::new(), Compression::fast());
    let Ok(compressi) = compressore.write_all(&bytes).and_then(|()| compressore.finish()) else {
        return Response::from_parts(parti, Body::from(bytes));
    };
    parti.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    parti.headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    parti.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parti, Body::from(compressi))
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
