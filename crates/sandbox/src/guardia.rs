//! Keeps other web sites away from the simulators: a page open in the same browser can reach loopback,
//! by name tricks (DNS rebinding) or by forms (CSRF).

use axum::Json;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use serde_json::json;

/// Where pictures are sent.
const QR: &str = "/simulatore/qr";

/// Lets through what a person on this machine, or the gateway, would send.
pub(crate) async fn controlla(porta: u16, r: Request, next: Next) -> Response {
    match rifiuto(porta, r.method(), r.uri().path(), r.headers()) {
        None => next.run(r).await,
        Some((stato, testo)) => (stato, Json(json!({ "errore": testo }))).into_response(),
    }
}

/// Why a request is refused.
fn rifiuto(porta: u16, metodo: &Method, percorso: &str, h: &HeaderMap) -> Option<(StatusCode, &'static str)> {
    let di = |n: &HeaderName| h.get(n).map(|v| v.to_str().unwrap_or("?"));
    if !di(&header::HOST).is_some_and(|host| e_nostro(host, porta)) {
        return Some((StatusCode::FORBIDDEN, "Host sconosciuto: la sandbox risponde solo a questa macchina"));
    }
    if di(&header::ORIGIN).is_some_and(|o| o.strip_prefix("http://") != di(&header::HOST)) {
        return Some((StatusCode::FORBIDDEN, "la richiesta viene da un altro sito"));
    }
    // A link from elsewhere may open the page, nothing else.
    let da = h.get("sec-fetch-site").map(|v| v.to_str().unwrap_or("?"));
    if percorso != "/" && da.is_some_and(|s| s != "same-origin" && s != "none") {
        return Some((StatusCode::FORBIDDEN, "la richiesta viene da un altro sito"));
    }
    let scrive = !matches!(*metodo, Method::GET | Method::HEAD);
    // Types that a form of another site cannot send.
    let tipo = di(&header::CONTENT_TYPE).and_then(|t| t.split(';').next()).map(str::trim).unwrap_or_default();
    let uno_di = |tipi: &[&str]| tipi.iter().any(|t| t.eq_ignore_ascii_case(tipo));
    if scrive && percorso == QR && !uno_di(&["image/png", "image/jpeg"]) {
        return Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, "serve Content-Type: image/png o image/jpeg"));
    }
    if scrive && percorso.starts_with("/simulatore") && percorso != QR && !uno_di(&["application/json"]) {
        return Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, "serve Content-Type: application/json"));
    }
    None
}

/// `127.0.0.1`, `localhost` or `[::1]`, with our port.
fn e_nostro(host: &str, porta: u16) -> bool {
    host.rsplit_once(':').is_some_and(|(nome, p)| {
        p == porta.to_string()
            && (nome.eq_ignore_ascii_case("localhost") || nome == "127.0.0.1" || nome == "[::1]")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn prova(metodo: &Method, percorso: &str, righe: &[(&'static str, &'static str)]) -> Option<u16> {
        let h = righe
            .iter()
            .map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v)))
            .collect::<HeaderMap>();
        rifiuto(8180, metodo, percorso, &h).map(|(s, _)| s.as_u16())
    }

    #[test]
    fn solo_questa_macchina_col_suo_nome() {
        for host in ["127.0.0.1:8180", "localhost:8180", "LOCALHOST:8180", "[::1]:8180"] {
            assert_eq!(prova(&Method::GET, "/", &[("host", host)]), None, "{host}");
        }
        for host in ["127.0.0.1", "127.0.0.1:80", "evil.example:8180", "127.0.0.1.evil.example:8180", ""] {
            assert_eq!(prova(&Method::GET, "/", &[("host", host)]), Some(403), "{host}");
        }
        assert_eq!(prova(&Method::GET, "/", &[]), Some(403));
    }

    #[test]
    fn un_altro_sito_non_guida_la_sandbox() {
        let host = ("host", "127.0.0.1:8180");
        let json = ("content-type", "application/json; charset=utf-8");
        let paga = |altre: &[(&'static str, &'static str)]| {
            let mut righe = vec![host];
            righe.extend_from_slice(altre);
            prova(&Method::POST, "/simulatore/pagamenti", &righe)
        };
        assert_eq!(paga(&[json]), None);
        assert_eq!(paga(&[json, ("origin", "http://127.0.0.1:8180")]), None);
        for origine in [
            "null",
            "http://localhost:8180",
            "http://127.0.0.1:8080",
            "https://127.0.0.1:8180",
            "http://evil.example",
        ] {
            assert_eq!(paga(&[json, ("origin", origine)]), Some(403), "{origine}");
        }
        assert_eq!(paga(&[]), Some(415));
        assert_eq!(paga(&[("content-type", "text/plain")]), Some(415));
        assert_eq!(paga(&[json, ("sec-fetch-site", "cross-site")]), Some(403));
        assert_eq!(paga(&[json, ("sec-fetch-site", "same-site")]), Some(403));
        let qr = |tipo: &'static str| prova(&Method::POST, QR, &[host, ("content-type", tipo)]);
        assert_eq!((qr("image/png"), qr("image/jpeg")), (None, None));
        for tipo in ["application/json", "multipart/form-data", "text/plain", "image/svg+xml", ""] {
            assert_eq!(qr(tipo), Some(415), "{tipo}");
        }
        assert_eq!(paga(&[("content-type", "image/png")]), Some(415));
        assert_eq!(prova(&Method::GET, "/", &[host, ("sec-fetch-site", "cross-site")]), None);
        assert_eq!(
            prova(&Method::GET, "/ente/v2/avvisi/1/2", &[host, ("sec-fetch-site", "cross-site")]),
            Some(403)
        );
    }
}
