//! What is known of a REST call while it is served, for the giornale.

use bytes::Bytes;
use domain::Istante;
use domain::evento::Componente;
use engine::Chiamante;
use http::{HeaderMap, Method};
use std::sync::{Mutex, PoisonError};

/// One REST call. Made by the dispatcher, completed by the route and the extractors.
#[derive(Debug)]
pub struct Traccia {
    /// Which API.
    pub componente: Componente,
    /// `X-Govpay-IdTransazione`.
    pub transazione: String,
    /// Start of the call.
    pub inizio: Istante,
    /// Id of its event, taken at the start.
    pub id_evento: i64,
    /// Method as served (after `X-HTTP-Method-Override`).
    pub metodo: Method,
    /// Path and query as received.
    pub url: String,
    /// Headers as received, secrets included: whoever keeps them masks them.
    pub intestazioni: HeaderMap,
    note: Mutex<Note>,
}

/// What the route and the extractors found out.
#[derive(Debug, Clone, Default)]
pub struct Note {
    /// Operation of the contract; `None` when no route was found.
    pub operazione: Option<&'static str>,
    /// Who called, when authenticated.
    pub chi: Option<Chiamante>,
    /// Parameters of the path, decoded.
    pub percorso: Vec<(String, String)>,
    /// Bytes of the body, inflated.
    pub corpo: Option<Bytes>,
}

impl Traccia {
    /// At the start of a call.
    #[must_use]
    pub fn nuova(
        componente: Componente,
        transazione: String,
        (inizio, id_evento): (Istante, i64),
        (metodo, url, intestazioni): (Method, String, HeaderMap),
    ) -> Self {
        Self {
            componente,
            transazione,
            inizio,
            id_evento,
            metodo,
            url,
            intestazioni,
            note: Mutex::new(Note::default()),
        }
    }

    pub(super) fn rotta(&self, operazione: &'static str, percorso: Vec<(String, String)>) {
        let mut note = self.note.lock().unwrap_or_else(PoisonError::into_inner);
        note.operazione = Some(operazione);
        note.percorso = percorso;
    }

    pub(super) fn chiamante(&self, chi: Chiamante) {
        self.note.lock().unwrap_or_else(PoisonError::into_inner).chi = Some(chi);
    }

    pub(super) fn corpo(&self, bytes: Bytes) {
        self.note.lock().unwrap_or_else(PoisonError::into_inner).corpo = Some(bytes);
    }

    /// What is known so far.
    #[must_use]
    pub fn note(&self) -> Note {
        self.note.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
