//! The readers of this crate that no public function reaches alone, for the fuzz targets. Nothing here is
//! part of the program.

use crate::{compressione, postgres};

/// Compresses, as large payloads are.
#[must_use]
pub fn comprimi(byte: &[u8]) -> Vec<u8> {
    compressione::comprimi(byte)
}

/// What was compressed; `None` when it is not such bytes.
#[must_use]
pub fn espandi(byte: &[u8]) -> Option<Vec<u8>> {
    compressione::espandi(byte).ok()
}

/// Opens a line of the group commit to a server that says `ingresso`, then sends it a Scrittura of two
/// statements, to which it says `risposta`. The rows touched, when the server was believed.
pub async fn linea_di_scrittura(ingresso: &[u8], risposta: &[u8]) -> Option<Vec<u64>> {
    postgres::parla(ingresso, risposta).await
}

/// Host, port, user and password that a line takes from a database URL; `None` for what the pool refuses.
#[must_use]
pub fn indirizzo(url: &str) -> Option<(String, u16, String, Option<String>)> {
    postgres::indirizzo_di(url)
}
