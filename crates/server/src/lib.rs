//! The gateway as a whole: configuration, wiring, listener, life of the process.

mod ascolto;
pub mod avvio;
mod chiave;
pub mod comandi;
pub mod configurazione;
mod controllo;
mod descrittori;
mod porte;
mod residuo;
mod salute;
mod sandbox;
mod stampa;
mod tls;
mod uscita;

pub use avvio::{Avviato, Uso, avvia};
pub use configurazione::Configurazione;

/// Makes ring the cryptography of TLS in this process; whoever comes first decides.
pub fn provider_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
