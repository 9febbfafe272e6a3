//! The domain of GovPay: values, states, rules and arithmetic. No async, no I/O, no clock.
//!
//! A type that exists here is already right: foreign text is parsed at the edge (crates `api`,
//! `pagopa`, `worker`) into these types, and whoever holds one need not check again.

pub mod anagrafica;
pub mod attivazione;
pub mod avviso;
pub mod codici;
pub mod configurazioni;
pub mod evento;
pub mod importo;
pub mod nome_distinto;
pub mod notifica;
pub mod pendenza;
pub mod ricevuta;
pub mod risoluzione;
pub mod stampa;
pub mod tempo;
pub mod tentativo;

pub use avviso::{AuxDigit, Iuv, NumeroAvviso};
pub use codici::{IdA2A, IdDominio, IdEntrata, IdPendenza, IdTipoPendenza, IdUnita};
pub use importo::Importo;
pub use tempo::Istante;

#[cfg(test)]
mod lettori_test;
