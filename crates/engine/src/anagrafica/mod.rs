//! Master data: the cached register and the use cases that change it.

mod registro;

pub use registro::Registro;
