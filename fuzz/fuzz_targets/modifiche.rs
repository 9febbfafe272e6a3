//! The operations of a PATCH on a pendenza.

#![no_main]

use contratto::json::leggi_corpo;
use contratto::pendenza::leggi_modifiche;
use domain::pendenza::{Modifica, Richiesta};
use libfuzzer_sys::fuzz_target;
use oracoli::rifiuto_breve;
use serde_json::Value;

fuzz_target!(|corpo: &[u8]| {
    let Ok(v) = leggi_corpo(corpo) else { return };
    match leggi_modifiche(&v) {
        Ok(modifiche) => {
            let operazioni = v.as_array().expect("an array");
            assert_eq!(operazioni.len(), modifiche.len());
            for (o, m) in operazioni.iter().zip(&modifiche) {
                fedele(o, m);
            }
        }
        Err(e) => rifiuto_breve(&e.0),
    }
});

/// Nothing is done that the operation does not say.
fn fedele(o: &Value, m: &Modifica) {
    let detto = |campo: &str| o.get(campo).and_then(Value::as_str);
    let valore = o.get("value").expect("a value");
    match m {
        Modifica::Stato(r) => {
            assert_eq!((detto("op"), detto("path")), (Some("REPLACE"), Some("/stato")));
            let atteso = match r {
                Richiesta::Annulla => "ANNULLATA",
                Richiesta::Ripristina => "NON_ESEGUITA",
            };
            assert_eq!(valore, atteso);
        }
        Modifica::DescrizioneStato(t) => {
            assert!((1..=255).contains(&t.chars().count()));
            match detto("path") {
                Some("/descrizioneStato") => {
                    assert_eq!((detto("op"), valore), (Some("REPLACE"), &Value::from(t.as_str())))
                }
                Some("/nota") => {
                    assert_eq!((detto("op"), &valore["oggetto"]), (Some("ADD"), &Value::from(t.as_str())))
                }
                altro => panic!("{altro:?}"),
            }
        }
        Modifica::Verificato(b) => {
            assert_eq!((detto("op"), detto("path")), (Some("REPLACE"), Some("/ack")));
            assert_eq!(valore.as_str().map_or_else(|| valore.to_string(), str::to_owned), b.to_string());
        }
    }
}
