//! The gateway from outside: one test binary, one module per area.

mod anagrafica;
mod convenzioni;
mod servizio;
