//! The whole gateway in the process of a test, on a fresh database, seen from outside.
//!
//! ```text
//! #[rstest]
//! #[tokio::test(flavor = "multi_thread")]
//! async fn una_cosa_succede(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
//!     let app = TestApp::nuova(backend).await;
//!     let a = Anagrafica::standard().crea(&app).await;
//!     let r = app.applicazione().put("/pendenze/GESTIONALE/P1", &json!({})).await;
//!     assert_eq!(r.stato(), 400);
//! }
//! ```
//!
//! Everything here fails by panicking: it is made for tests only.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on panics")]

mod anagrafica;
mod app;
pub mod buste;
mod cliente;
mod directory;
mod ente;
mod orologio;

pub use anagrafica::{Anagrafica, ServizioIntegrazione};
pub use app::{Backend, TestApp};
pub use cliente::{Cliente, Risposta};
pub use directory::{Directory, PERSONE, SERVIZIO};
pub use ente::{Copione, RichiestaRicevuta, StubEnte};
pub use orologio::OrologioDiProva;

/// Base of API Backoffice with Basic credentials.
pub const BACKOFFICE: &str = "/govpay/backend/api/backoffice/rs/basic/v1";
/// Base of API Pendenze with Basic credentials.
pub const PENDENZE: &str = "/govpay/backend/api/pendenze/rs/basic/v2";
/// The SOAP service of the Node.
pub const CCP: &str = "/govpay/frontend/api/pagopa/PagamentiTelematiciCCPservice";

/// The superuser of every test.
pub const AMMINISTRATORE: (&str, &str) = ("gpadmin", "Prova-2026-admin");
/// The Node of every test: its user is the `principalPagoPa` of the standard intermediario.
pub const NODO: (&str, &str) = ("nodo", "Prova-2026-nodo");
/// The standard applicazione.
pub const GESTIONALE: (&str, &str) = ("gestionale", "Gestionale1");
