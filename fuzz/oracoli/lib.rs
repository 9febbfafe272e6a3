//! What the fuzz targets compare our readers with: the same rules written a second time, in another way
//! and with none of the code under test.

mod calendario;
mod decimale;
mod json;
mod xml;

pub use calendario::giorno_esiste;
pub use decimale::Decimale;
pub use json::Nodo;
pub use xml::solo_caratteri_xml;

/// Splits the input at its first line end: what comes before chooses, the rest is read. Seeds stay
/// readable.
#[must_use]
pub fn prima_riga(dati: &[u8]) -> (&[u8], &[u8]) {
    match dati.iter().position(|b| *b == b'\n') {
        Some(i) => (&dati[..i], &dati[i + 1..]),
        None => (dati, &[]),
    }
}

/// No refusal may be as large as what it refuses.
///
/// # Panics
/// The text of a refusal has more than 4000 characters.
pub fn rifiuto_breve(testo: &str) {
    let n = testo.chars().count();
    assert!(n <= 4000, "refusal of {n} characters");
}
