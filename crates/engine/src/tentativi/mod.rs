//! The attempts to pay a pendenza, read and closed.

mod documenti;
mod elenco;
mod leggi;
mod scadenza;

pub use documenti::Documenti;
pub use elenco::{FiltroTentativi, OrdineTentativi, RigaRpp};
pub use leggi::RppLetta;
