//! The messages that we exchange with the pagoPA Node, and their codecs. No network, none of our
//! business rules: what is here follows from the schema (paForNode) and from the literal texts of
//! spec 40.
//!
//! One table in code (`schema`) describes the messages. The reader checks what comes in against
//! it, the writers are checked against it before they answer, and both the served WSDL and the JSON
//! rendering of the stored messages are drawn from it, so that the four cannot disagree.

mod albero;
pub mod busta;
pub mod ccp;
mod errore;
mod lettore;
pub mod marca;
pub mod nodo;
pub mod resa_json;
mod schema;
pub mod wsdl;

pub use errore::{LetturaError, Violazione};
