//! Forms: a JSON Schema (first line) and what was typed, then the same text as what a template has written.

#![no_main]

use engine::lettori::{modulo, schema};
use libfuzzer_sys::fuzz_target;
use oracoli::{prima_riga, rifiuto_breve};
use serde_json::Value;

fuzz_target!(|dati: &[u8]| {
    let (regole, testo) = prima_riga(dati);
    if let Ok(valore) = serde_json::from_slice::<Value>(testo) {
        let esito = schema(regole, &valore);
        assert_eq!(esito, schema(regole, &valore), "the same each time");
        if let Err(e) = esito {
            assert!(!e.is_empty() && e.chars().count() <= 40_000);
        }
    }
    match modulo(testo) {
        // What the address says stands, whatever the text says.
        Ok(p) => {
            assert_eq!((p.dominio.as_str(), p.unita.as_ref().map(|u| u.as_str())), ("12345678901", Some("UO1")));
            assert_eq!(p.tipo_pendenza.as_ref().map(|t| t.as_str()), Some("TARI"));
            assert!((1..=99_999_999_999).contains(&p.importo.centesimi()), "{}", p.importo);
        }
        Err(e) => rifiuto_breve(&e),
    }
});
