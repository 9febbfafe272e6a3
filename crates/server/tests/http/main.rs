//! The gateway from outside: one test binary, one module per area.

mod convenzioni;
