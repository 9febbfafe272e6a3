//! The bytes of a logo: whatever was sent, with the type that its first bytes show.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use contratto::logo::decodifica;
use http::{HeaderMap, HeaderName, HeaderValue, header};

/// What a logo may be.
pub(crate) const TIPI: &[&str] = &[
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/svg+xml",
    "image/webp",
    "image/bmp",
    "image/x-icon",
    "application/octet-stream",
];

/// Two hours.
const VITA: HeaderValue = HeaderValue::from_static("max-age=7200");

/// The answer for a stored logo. A logo was never validated: one that is not base64 is sent as it
/// is, and nothing in it runs in the browser of who looks at it.
pub(crate) fn risposta(contenuto: &str) -> Response {
    let bytes = decodifica(contenuto);
    let mut intestazioni = HeaderMap::new();
    intestazioni.insert(header::CONTENT_TYPE, HeaderValue::from_static(tipo(&bytes)));
    intestazioni.insert(header::CACHE_CONTROL, VITA);
    // As 3.9.1 spells it (spec 10 5.2).
    intestazioni.insert(HeaderName::from_static("cachecontrol"), HeaderValue::from_static("max-age: 7200"));
    intestazioni.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    intestazioni.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox"),
    );
    (intestazioni, Body::from(bytes)).into_response()
}

fn tipo(b: &[u8]) -> &'static str {
    let testo = |inizio: &[u8]| {
        let b = b.strip_prefix(b"\xef\xbb\xbf").unwrap_or(b).trim_ascii_start();
        b.get(..inizio.len()).is_some_and(|t| t.eq_ignore_ascii_case(inizio))
    };
    match b {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'G', b'I', b'F', b'8', ..] => "image/gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        [b'B', b'M', ..] => "image/bmp",
        [0, 0, 1, 0, ..] => "image/x-icon",
        _ if testo(b"<svg") || testo(b"<?xml") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn il_tipo_si_vede_dai_primi_byte() {
        for (contenuto, atteso) in [
            ("iVBORw0KGgo=", "image/png"),
            (" iVBORw0KGgo", "image/png"),
            ("data:image/png;base64,iVBORw0KGgo=", "image/png"),
            ("/9j/4AAQ", "image/jpeg"),
            ("R0lGODlh", "image/gif"),
            ("PHN2ZyB4bWxucz0iIi8+", "image/svg+xml"),
            ("non base64!", "application/octet-stream"),
            ("", "application/octet-stream"),
        ] {
            assert_eq!(tipo(&decodifica(contenuto)), atteso, "{contenuto}");
            assert!(TIPI.contains(&atteso));
        }
    }
}
