//! Tortures the real binary and compares everything that it has acknowledged with what is there
//! afterwards. Each scenario returns a line for the report, or the first broken promise.

mod attacchi;
mod banca;
mod buste;
mod carico;
mod chiamate;
mod ente;
mod grezzo;
mod guasti;
mod lenti;
mod memoria;
mod nodi;
mod nodo;
mod ostili;
mod postgres;
mod processo;
mod scena;
mod tracciati;
mod tramite;
mod uccisioni;
mod vita;

pub use guasti::guasti;
pub use memoria::memoria;
pub use nodi::{nodi, nodi_uccisi};
pub use nodo::nodo_sgarbato;
pub use ostili::{Ostilita, ostili};
pub use postgres::{postgres_ucciso, primario_che_sparisce};
pub use tracciati::{tracciati, tracciati_su_due_nodi};
pub use uccisioni::uccisioni;

use std::path::PathBuf;
use std::time::Duration;

/// The two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// In the binary.
    Sqlite,
    /// A private server.
    Postgres,
}

/// How long and how hard.
#[derive(Debug, Clone)]
pub struct Opzioni {
    /// The `govpay` to torture.
    pub programma: PathBuf,
    /// Rounds of the scenarios that kill.
    pub giri: u32,
    /// Length of the scenario that watches memory.
    pub durata: Duration,
    /// From which every choice is made, but for the times of the machine.
    pub seme: u64,
    /// Where databases and logs are kept when a promise is broken.
    pub prove: PathBuf,
}

impl Opzioni {
    /// A fresh folder for a scenario.
    fn cartella(&self, nome: &str) -> anyhow::Result<PathBuf> {
        std::fs::create_dir_all(&self.prove)?;
        let prefisso = format!("{}-{}-", nome.to_lowercase(), self.seme);
        Ok(tempfile::Builder::new().prefix(&prefisso).tempdir_in(self.prove.canonicalize()?)?.keep())
    }
}
