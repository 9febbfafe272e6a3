//! The guides for integrators and operators say what the gateway does: their requests are sent, their
//! answers and tables are written, by these tests. `GOVPAY_AGGIORNA_GUIDA=1` rewrites the pages.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what prepares a test panics when it cannot"
)]

#[path = "guida/accessi.rs"]
mod accessi;
#[path = "guida/esercizio.rs"]
mod esercizio;
#[path = "guida/integrazione.rs"]
mod integrazione;
#[path = "guida/pagina.rs"]
mod pagina;
#[path = "guida/ripristino.rs"]
mod ripristino;
#[path = "guida/scena.rs"]
mod scena;
