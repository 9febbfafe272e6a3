//! Answers that the simulated Node reads: bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sandbox::xml::{Elemento, PROFONDITA};

fuzz_target!(|dati: &[u8]| {
    if let Some(e) = Elemento::leggi(dati) {
        let (profondo, lungo) = misura(&e);
        assert!(profondo <= PROFONDITA, "{profondo} deep");
        // Nothing expands: names and texts come out of as many bytes at least.
        assert!(lungo <= dati.len(), "{lungo} bytes out of {}", dati.len());
    }
});

/// Depth, and bytes of names and texts.
fn misura(e: &Elemento) -> (usize, usize) {
    let (mut profondo, mut lungo) = (0, e.nome.len() + e.testo.len());
    for f in &e.figli {
        let (p, l) = misura(f);
        profondo = profondo.max(p);
        lungo += l;
    }
    (profondo + 1, lungo)
}
