//! The page at `/`: plain files inside the binary, nothing from elsewhere.

use crate::stato::Stato;
use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};
use std::sync::Arc;

/// Only files of ours, no inline script or style, nobody may frame the page.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                   img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
                   require-trusted-types-for 'script'";

const HTML: &str = "text/html; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const CSV: &str = "text/csv; charset=utf-8";
const SVG: &str = "image/svg+xml";

const PAGINA: &str = include_str!("../pagina/pagina.html");

/// Name, type, content.
const FILE: [(&str, &str, &str); 13] = [
    ("stile.css", CSS, include_str!("../pagina/stile.css")),
    ("icona.svg", SVG, include_str!("../pagina/icona.svg")),
    ("avvio.js", JS, include_str!("../pagina/avvio.js")),
    ("base.js", JS, include_str!("../pagina/base.js")),
    ("lettore.js", JS, include_str!("../pagina/lettore.js")),
    ("paga.js", JS, include_str!("../pagina/paga.js")),
    ("pendenze.js", JS, include_str!("../pagina/pendenze.js")),
    ("massivo.js", JS, include_str!("../pagina/massivo.js")),
    ("mensa.csv", CSV, include_str!("../pagina/mensa.csv")),
    ("carica.js", JS, include_str!("../pagina/carica.js")),
    ("notifiche.js", JS, include_str!("../pagina/notifiche.js")),
    ("ente.js", JS, include_str!("../pagina/ente.js")),
    ("messaggi.js", JS, include_str!("../pagina/messaggi.js")),
];

/// The routes of the page.
pub(crate) fn rotte() -> Router<Arc<Stato>> {
    Router::new().route("/", get(async || rispondi(HTML, PAGINA))).route("/pagina/{nome}", get(file))
}

async fn file(Path(nome): Path<String>) -> Response {
    match FILE.iter().find(|(n, ..)| *n == nome) {
        Some((_, tipo, testo)) => rispondi(tipo, *testo),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A refusal, for a person who followed a link.
pub(crate) fn avvertenza(stato: StatusCode, titolo: &str, testo: &str) -> Response {
    let (titolo, testo) = (quick_xml::escape::escape(titolo), quick_xml::escape::escape(testo));
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"it\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{titolo}</title><link rel=\"icon\" href=\"/pagina/icona.svg\" type=\"image/svg+xml\">\
         <link rel=\"stylesheet\" href=\"/pagina/stile.css\"></head><body><main class=\"sola\">\
         <section><h1>{titolo}</h1><p class=\"avvertenza\">{testo}.</p>\
         <p><a href=\"/\">Torna alla sandbox</a></p></section></main></body></html>\n"
    );
    (stato, rispondi(HTML, html)).into_response()
}

fn rispondi(tipo: &'static str, testo: impl IntoResponse) -> Response {
    let intestazioni = [
        (header::CONTENT_TYPE, tipo),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    (intestazioni, testo).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn la_pagina_non_chiede_nulla_fuori() {
        for (nome, testo) in FILE.iter().map(|(n, _, t)| (*n, *t)).chain([("pagina.html", PAGINA)]) {
            let resto = testo.replace("http://www.w3.org/2000/svg", "");
            assert!(!resto.contains("http://") && !resto.contains("https://"), "{nome} nomina un indirizzo");
            assert!(!testo.contains("innerHTML"), "{nome} scrive HTML");
        }
        for vietato in ["<script>", "<style", " style=", " onclick=", "javascript:"] {
            assert!(!PAGINA.contains(vietato), "{vietato}");
        }
    }

    #[test]
    fn ogni_file_nominato_esiste() {
        let testi = FILE.iter().map(|(.., t)| *t).chain([PAGINA]);
        let mut nominati = 0;
        for testo in testi {
            for pezzo in testo.split(['"', '\'']) {
                let nome = pezzo.strip_prefix("/pagina/").or_else(|| pezzo.strip_prefix("./"));
                if let Some(nome) = nome {
                    assert!(FILE.iter().any(|(n, ..)| *n == nome), "{nome}");
                    nominati += 1;
                }
            }
        }
        assert!(nominati > 5);
    }
}
