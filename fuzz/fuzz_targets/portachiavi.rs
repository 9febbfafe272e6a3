//! Key and trust stores, under the password of the seeds: bounded, the same each time, nothing made up.

#![no_main]

use libfuzzer_sys::fuzz_target;
use portachiavi::{Portachiavi, leggi};

const PASSWORD: &str = "Archivio1";

fuzz_target!(|byte: &[u8]| {
    let letto = leggi(byte, PASSWORD, Some("Chiave123"));
    let senza = leggi(byte, PASSWORD, None);
    if let Ok(p) = &senza {
        assert!(p.coppia.is_none());
    }
    let Ok(p) = letto else { return };
    // What a store trusts does not depend on its key, and every certificate is in the file or was encrypted.
    assert_eq!(senza.expect("a store that opens with its key").fidati, p.fidati);
    assert!(p.fidati.iter().map(|c| c.len()).sum::<usize>() <= byte.len());
    let coppia = |p: &Portachiavi| p.coppia.as_ref().map(|c| (c.chiave.secret_der().to_vec(), c.catena.clone()));
    let ancora = leggi(byte, PASSWORD, Some("Chiave123")).expect("the same each time");
    assert_eq!(coppia(&ancora), coppia(&p));
});
