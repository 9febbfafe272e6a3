//! Answers of an ente: first character the version (`1`, else 2), then the body.

#![no_main]

use domain::anagrafica::VersioneEnte;
use engine::lettori::risposta_ente;
use libfuzzer_sys::fuzz_target;
use oracoli::rifiuto_breve;

fuzz_target!(|dati: &[u8]| {
    let Some((versione, corpo)) = dati.split_first() else { return };
    let versione = if *versione == b'1' { VersioneEnte::RestV1 } else { VersioneEnte::RestV2 };
    match risposta_ente(corpo, versione) {
        Ok((stato, p)) => {
            assert_eq!(stato == "NON_ESEGUITA", p.is_some());
            assert!(std::str::from_utf8(corpo).expect("JSON").contains(stato) || corpo.contains(&b'\\'));
            if let Some(p) = p {
                assert!((1..=99_999_999_999).contains(&p.importo.centesimi()), "{}", p.importo);
                assert!((1..=5).contains(&p.voci.len()));
            }
        }
        Err(e) => rifiuto_breve(&e),
    }
});
