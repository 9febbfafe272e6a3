//! The use cases on pendenze, on SQLite and on a private PostgreSQL.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod banco;
mod carica;
mod concorrenza;
mod modifica;
mod store;
