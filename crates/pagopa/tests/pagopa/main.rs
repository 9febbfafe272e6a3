//! The codecs seen from outside: what they refuse, what they write, and whether the schema of pagoPA
//! agrees.

#![expect(clippy::unwrap_used, clippy::panic, reason = "in a test a failure is a panic")]

mod busta;
mod campioni;
mod esempi;
mod json;
mod proprieta;
mod schema;
mod xmllint;
