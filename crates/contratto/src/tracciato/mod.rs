//! The files of a bulk load (spec 20 section 11): how one is cut into operations without ever being in
//! memory as a whole, and how each operation is read.

mod annullo;
mod csv;
mod json;
mod operazione;

pub use annullo::leggi_annullo;
pub use csv::{RECORD_MASSIMO, RigheCsv};
pub use json::{ELEMENTO_MASSIMO, Elenco, PezziJson, Pezzo};
pub use operazione::{Annullamento, Testata, leggi_annullamento, leggi_inserimento};
