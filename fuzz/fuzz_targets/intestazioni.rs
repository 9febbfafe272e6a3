//! Headers that say who calls and what he accepts: one line is one header, the last one is an `Accept`.

#![no_main]

use api::lettori;
use http::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;

const OFFERTI: [&str; 3] = ["application/json", "application/pdf", "image/png"];

fuzz_target!(|byte: &[u8]| {
    let mut h = HeaderMap::new();
    for riga in byte.split(|b| *b == b'\n') {
        let due_punti = riga.iter().position(|b| *b == b':').unwrap_or(riga.len());
        let (nome, valore) = (&riga[..due_punti], riga.get(due_punti + 1..).unwrap_or_default());
        if let (Ok(n), Ok(v)) = (HeaderName::from_bytes(nome), HeaderValue::from_bytes(valore)) {
            h.append(n, v);
        }
        let scelto = lettori::accettato(riga, &OFFERTI);
        assert!(scelto.is_none_or(|s| OFFERTI.contains(&s)));
        // Who refuses all of them one by one is given none.
        for offerto in OFFERTI {
            let solo = lettori::accettato(riga, &[offerto]);
            assert!(solo.is_none_or(|s| s == offerto && scelto.is_some()));
        }
    }
    let lette = lettori::credenziali(&h);
    assert_eq!(lette, lettori::credenziali(&h));
    let massimo = byte.len();
    for (famiglia, letto) in &lette {
        // A subject says each name with its attribute; the others are a part of what came.
        assert!(*famiglia == "sslheader" || letto.len() <= massimo, "{famiglia}: {letto}");
        assert!(*famiglia == "form" || !letto.is_empty());
        if *famiglia == "basic" {
            let (utente, _) = letto.split_once(':').expect("a pair");
            assert!(!utente.is_empty() && !utente.contains('\0'));
        }
    }
});
