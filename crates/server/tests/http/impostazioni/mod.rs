//! Settings of the installation that everybody sees (spec 10 3.4, section 8, last paragraph).

mod cookie;
mod elenchi;
mod interruttori;
mod legami;
