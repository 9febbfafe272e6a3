//! Pendenze: one handler for each operation, of every door that has it.

pub(crate) mod allegato;
pub(crate) mod avviso;
pub(crate) mod carica;
pub(crate) mod dettaglio;
pub(crate) mod documento;
pub(crate) mod elenco;
mod errori;
pub(crate) mod leggi;
pub(crate) mod modifica;
pub(crate) mod modulo;
pub(crate) mod porta;
pub(crate) mod rpp;
pub(crate) mod rpp_elenco;
pub(crate) mod v1;
pub mod v2;
mod velate;
