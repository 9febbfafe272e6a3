//! The readers of this crate that no public function reaches alone, for the fuzz targets. Nothing here is
//! part of the program.

/// The token of an answer of a token endpoint, and its seconds.
///
/// # Errors
/// Why it is refused.
pub fn gettone(corpo: &[u8]) -> Result<(String, u64), &'static str> {
    crate::gettoni::leggi(corpo)
}
