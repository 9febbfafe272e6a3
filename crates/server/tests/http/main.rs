//! The gateway from outside: one test binary, one module per area.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::needless_pass_by_value,
    clippy::panic,
    reason = "what prepares a test panics when it cannot, and builds bodies by value"
)]

mod accessi;
mod anagrafica;
mod configurazioni;
mod connettori;
mod conti;
mod controlli;
mod convenzioni;
mod diritti;
mod ente;
mod guasti;
mod identita;
mod impostazioni;
mod manutenzione;
mod moduli;
mod nodo;
mod openapi;
mod operatori;
mod pagamento_api;
mod pendenze_porte;
mod pendenze_v2;
mod ragioneria;
mod regole;
mod revisione;
mod servizio;
mod simulatori;
mod tracciati;
