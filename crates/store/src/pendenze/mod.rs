//! Pendenze with their voci, allegati and documenti.

mod dati;
mod elenco;
pub(crate) mod letture;
mod scritture;

pub use elenco::{FiltroPendenze, OrdinePendenze, StatoCercato, scadenze_passate};
pub use letture::AllegatoLetto;
pub use scritture::{cambia_stato, inserisci, sostituisci};

/// Unique key of a pendenza: [`crate::StoreError::duplicato_di`].
pub const CHIAVE: &str = "pendenze_id_a2a_id_pendenza_key";
/// Unique key of a reference inside its dominio.
pub const IUV: &str = "pendenze_id_dominio_iuv_key";
