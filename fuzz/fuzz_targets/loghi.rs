//! Logos of the bodies: bytes, or a drawing.

#![no_main]

use contratto::logo::decodifica;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|byte: &[u8]| {
    let _ = stampe::lettori::immagine(byte);
    let Ok(testo) = std::str::from_utf8(byte) else { return };
    let decodificato = decodifica(testo);
    assert!(decodificato.len() <= testo.len());
    let _ = stampe::lettori::immagine(&decodificato);
    if let Some(disegno) = stampe::lettori::disegno(testo) {
        assert!(disegno.starts_with("<svg ") && disegno.len() <= 8 * testo.len() + 64);
        for vietato in ["<script", "<image", "<foreignObject", "<text", "<!", "<?", "@import"] {
            assert!(!disegno.contains(vietato), "{disegno}");
        }
        // Nothing in it is still to be taken away.
        assert_eq!(stampe::lettori::disegno(&disegno).as_deref(), Some(&*disegno));
    }
});
