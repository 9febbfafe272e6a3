//! The attempts to pay a pendenza, read and closed.

mod documenti;
mod leggi;
mod scadenza;

pub use documenti::Documenti;
pub use leggi::RppLetta;
