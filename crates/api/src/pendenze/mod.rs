//! API Pendenze: loading and reading by the management systems.

mod errori;
pub mod v2;
