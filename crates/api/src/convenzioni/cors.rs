//! Pages of other origins that may call the REST APIs (spec 10 3.4).

use axum::extract::Request;
use http::{HeaderName, HeaderValue, Method, header};
use std::time::Duration;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// Who may, and what. An origin that may is echoed, never `*`; nobody may as long as no origin is
/// listed.
#[derive(Debug, Clone)]
pub struct Cors {
    /// Every origin may.
    pub tutte_le_origini: bool,
    /// Origins that may: `https://portale.comune.example`.
    pub origini: Vec<HeaderValue>,
    /// Methods.
    pub metodi: Vec<Method>,
    /// Headers of a request.
    pub intestazioni: Vec<HeaderName>,
    /// Headers of an answer that a page may read.
    pub esposte: Vec<HeaderName>,
    /// With credentials.
    pub credenziali: bool,
    /// How long a browser may remember the answer to a preflight; not at all when absent.
    pub durata: Option<Duration>,
}

impl Default for Cors {
    fn default() -> Self {
        Self {
            tutte_le_origini: false,
            origini: Vec::new(),
            metodi: vec![
                Method::OPTIONS,
                Method::GET,
                Method::PUT,
                Method::POST,
                Method::PATCH,
                Method::DELETE,
            ],
            intestazioni: vec![header::ORIGIN, header::CONTENT_TYPE, header::ACCEPT, header::AUTHORIZATION],
            esposte: vec![header::CONTENT_TYPE, header::CONTENT_DISPOSITION],
            credenziali: true,
            durata: None,
        }
    }
}

impl Cors {
    /// What adds the headers to the answer of this request; nothing for an origin that may not.
    pub(super) fn per(&self, richiesta: &Request) -> Option<CorsLayer> {
        let origine = richiesta.headers().get(header::ORIGIN)?;
        if !self.tutte_le_origini && !self.origini.contains(origine) {
            return None;
        }
        let strato = CorsLayer::new()
            .allow_origin(AllowOrigin::exact(origine.clone()))
            .allow_methods(self.metodi.clone())
            .allow_headers(self.intestazioni.clone())
            .expose_headers(self.esposte.clone())
            .allow_credentials(self.credenziali);
        Some(match self.durata {
            Some(durata) => strato.max_age(durata),
            None => strato,
        })
    }
}
