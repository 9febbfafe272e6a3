//! The store from outside, on SQLite and on a private PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accessi;
mod banco;
mod elenchi;
mod gruppi;
mod guasti_postgres;
mod guasti_sqlite;
mod lavori;
mod migrazioni;
mod numeri;
mod proxy;
mod scritture;
mod segreti;
