//! Deflate for the large payloads: messages, bodies of the giornale.

use crate::StoreError;
use flate2::{Compression, write::ZlibDecoder, write::ZlibEncoder};
use std::io::Write as _;

/// Compressed bytes. Writing to memory cannot fail; if it ever did, nothing would be kept.
#[must_use]
pub(crate) fn comprimi(byte: &[u8]) -> Vec<u8> {
    let mut e = ZlibEncoder::new(Vec::with_capacity(byte.len() / 3 + 64), Compression::new(3));
    let _ = e.write_all(byte);
    e.finish().unwrap_or_default()
}

/// The bytes as they were.
pub(crate) fn espandi(byte: &[u8]) -> Result<Vec<u8>, StoreError> {
    let rotto = |e: std::io::Error| StoreError::Rotto(format!("contenuto compresso non leggibile: {e}"));
    let mut d = ZlibDecoder::new(Vec::with_capacity(byte.len() * 3));
    d.write_all(byte).map_err(rotto)?;
    d.finish().map_err(rotto)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn si_ritrova_quello_che_si_e_messo() {
        for n in [0_usize, 1, 1000, 200_000] {
            let dati: Vec<u8> = (0..n).map(|i| u8::try_from(i % 251).unwrap_or(0)).collect();
            assert_eq!(espandi(&comprimi(&dati)), Ok(dati));
        }
        assert!(espandi(b"non compresso").is_err());
    }
}
