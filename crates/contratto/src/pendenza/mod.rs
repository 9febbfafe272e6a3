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
pub use leggi::{
    NonLeggibile, leggi_a2a, leggi_chiave, leggi_dominio, leggi_numero_avviso, leggi_nuova, leggi_tipo,
    leggi_unita,
};
pub use modifiche::leggi_modifiche;
pub(crate) use modifiche::{Op, leggi_percorso, percorso_ignoto, stato_non_valido, valore_non_valido};
pub use scrivi::{
    Contesto, Corredo, Vista, VistaRiscossione, avviso, avviso_sconosciuto, creata, dettaglio, dominio_breve,
    pendenza_riscossa, riga, unita, voce_riscossa,
};
pub use variante::Variante;
