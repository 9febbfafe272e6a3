//! Bulk loads (spec 20 section 11): a file comes in, a job does its operations in order and records each
//! with what it did, then prints.

mod annulla;
mod elabora;
mod esito;
mod invio;
mod lettura;
mod lotto;
mod modello;
mod righe;
mod scritto;
mod stampe;
mod viste;
mod zip;

pub use invio::{InvioError, NuovoInvio, Ricezione};
pub use lettura::{FiltroTracciati, TracciatoError, TracciatoLetto};
pub use stampe::ArchivioStampe;
pub use store::tracciati::{FormatoTracciato, OperazioneTracciato, StatoTracciato, Tracciato};
