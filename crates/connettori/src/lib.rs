//! Adapters of the ports that call out. Every outbound call goes through [`ClienteHttp`]: timeouts,
//! no redirects, a guard on the addresses, a limit on the answers, secrets kept out of the traces.

mod ente;
mod guardia;
mod http;
mod prelievo;

pub use ente::ClienteEnte;
pub use guardia::{Ammessi, RegolaNonValida};
pub use http::{ClienteHttp, CostruzioneError, OpzioniClient};
pub use prelievo::ClientePrelievo;
