//! The only crate with SQL. A use case reads, decides in pure code and commits one [`Scrittura`]:
//! a list of guarded statements applied all or nothing, on SQLite or PostgreSQL alike. No
//! transaction is ever open while somebody thinks or calls out.

pub mod anagrafica;
mod cifratura;
mod compressione;
mod contatori;
mod conteggi;
pub mod controlli;
mod errori;
pub mod eventi;
mod impostazioni;
mod interrogazione;
pub mod lavori;
#[doc(hidden)]
pub mod lettori;
mod migrazioni;
pub mod notifiche;
mod orologio;
pub mod parametri;
pub mod pendenze;
#[cfg(test)]
#[path = "piani_test.rs"]
mod piani;
mod postgres;
mod riga;
pub mod riscossioni;
mod scrittura;
mod serratura;
pub mod sessioni;
pub mod sessioni_pendenze;
mod sonde;
mod sqlite;
mod store;
pub mod tentativi;
pub mod tracciati;
mod valore;

pub use cifratura::ChiaveCifratura;
pub use conteggi::Conteggi;
pub use errori::{StoreError, Vincolo};
pub use impostazioni::Impostazioni;
pub use interrogazione::Interrogazione;
pub use riga::{Colonna, DaColonna, DaRiga, Riga};
pub use scrittura::Scrittura;
pub use serratura::Guardia;
pub use store::{Dialetto, Store};
pub use valore::Valore;
