//! `GET /simulatore/eventi`: what happens, as it happens (Server-Sent Events).

use crate::registro::Novita;
use crate::stato::Stato;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::StatusCode;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

/// Pages that may watch at the same time.
const MASSIMO: usize = 32;

/// Events `messaggio` (the summary of an exchange), `guasto` (the switch), `pendenze` (read them again),
/// `persi` (this listener was slow and some events are gone: read everything again).
pub(crate) async fn eventi(State(s): State<Arc<Stato>>) -> Response {
    if s.registro.ascoltatori() >= MASSIMO {
        return (StatusCode::SERVICE_UNAVAILABLE, "troppe pagine aperte").into_response();
    }
    let flusso = stream::unfold(s.registro.ascolta(), |mut r| async move {
        let evento = match r.recv().await {
            Ok(n) => evento(&n),
            Err(RecvError::Lagged(n)) => Event::default().event("persi").data(n.to_string()),
            Err(RecvError::Closed) => return None,
        };
        Some((Ok::<_, Infallible>(evento), r))
    });
    Sse::new(flusso).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}

/// A value of `serde_json` is written on one line: it cannot break the framing of the events.
fn evento(n: &Novita) -> Event {
    match n {
        Novita::Messaggio(id, v) => {
            Event::default().event("messaggio").id(id.to_string()).data(v.to_string())
        }
        Novita::Guasto(v) => Event::default().event("guasto").data(v.to_string()),
        Novita::Pendenze => Event::default().event("pendenze").data("{}"),
    }
}
