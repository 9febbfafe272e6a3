//! The contract of the REST APIs that more than one door shares: how a JSON body is read, the texts
//! of its refusals, how numbers are written. No HTTP, no I/O.

pub mod anagrafica;
pub mod json;
pub mod logo;
pub mod messaggi;
pub mod numeri;
pub mod pendenza;
pub mod tracciato;

pub use json::{Elemento, Lista, Oggetto, Sintassi};

#[cfg(test)]
mod lettori_test;
