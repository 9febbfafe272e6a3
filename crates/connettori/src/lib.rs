//! Adapters of the ports that call out. Every outbound call goes through [`ClienteHttp`]: timeouts,
//! no redirects, a guard on the addresses, a limit on the answers, secrets kept out of the traces.
//! Those of connectors go through [`ClienteConnettori`], which says who we are.

mod accesso;
mod directory;
mod ente;
mod gettoni;
mod guardia;
mod http;
pub mod lettori;
mod prelievo;
mod tls;

pub use accesso::{ClienteConnettori, OpzioniAccesso};
pub use directory::{
    ClienteDirectory, DirectoryNonValida, OpzioniDirectory, RicercaGruppi, RicercaUtente, controlla_filtro,
};
pub use ente::ClienteEnte;
pub use guardia::{Ammessi, RegolaNonValida};
pub use http::{ClienteHttp, CostruzioneError, OpzioniClient};
pub use prelievo::ClientePrelievo;
pub use tls::Archivi;
