//! A pendenza as JSON: how each API reads one, checks it (spec 20 section 2) and writes it.

mod accessori;
mod dto;
mod leggi;
mod modifiche;
mod scrivi;
mod soggetto;
mod variante;
mod voce;

pub use accessori::proprieta_avviso;
pub use leggi::{NonLeggibile, leggi_chiave, leggi_dominio, leggi_numero_avviso, leggi_nuova};
pub use modifiche::leggi_modifiche;
pub use scrivi::{ContestoV2, avviso, avviso_sconosciuto, base_v2, creata, dettaglio_v2, riga_v2};
pub use variante::Variante;
