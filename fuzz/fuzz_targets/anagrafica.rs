//! Bodies of the PUT of master data: first line the kind and the id, then the body.

#![no_main]

use api::lettori;
use contratto::json::leggi_corpo;
use libfuzzer_sys::fuzz_target;
use oracoli::{prima_riga, rifiuto_breve};

fuzz_target!(|dati: &[u8]| {
    let (testa, corpo) = prima_riga(dati);
    let testa = String::from_utf8_lossy(testa);
    let (quale, id) = testa.split_once(' ').unwrap_or((&testa, ""));
    let Ok(v) = leggi_corpo(corpo) else { return };
    // A kind that does not exist: all of them.
    let tutti = lettori::corpi();
    let scelti = tutti.iter().filter(|c| **c == quale || !tutti.contains(&quale));
    for quale in scelti {
        let esito = lettori::anagrafica(quale, id, &v);
        assert_eq!(esito, lettori::anagrafica(quale, id, &v));
        match esito {
            Ok(()) => assert!(v.is_object(), "{quale}: {v}"),
            Err(e) => {
                assert!(!e.is_empty());
                rifiuto_breve(&e);
            }
        }
    }
});
