//! JSON bodies and the lenient reading of their scalars.

#![no_main]

use contratto::json::{Oggetto, Sintassi, leggi_corpo};
use libfuzzer_sys::fuzz_target;
use oracoli::{Decimale, Nodo, rifiuto_breve};
use serde_json::Value;

/// Members of the seeds; the rest is unknown.
const NOTI: &[&str] = &["a", "b", "importo", "voci", "path", "value"];

fuzz_target!(|byte: &[u8]| {
    let testo = std::str::from_utf8(byte).ok();
    let nodo = testo.and_then(|t| Nodo::leggi(t.strip_prefix('\u{feff}').unwrap_or(t)));
    match leggi_corpo(byte) {
        Ok(v) => {
            let nodo = nodo.expect("accepted, so it is JSON");
            assert!(nodo.uguale(&v), "{nodo:?} read as {v}");
            assert_eq!(leggi_corpo(v.to_string().as_bytes()), Ok(v.clone()));
            if let Err(e) = valori(&v) {
                rifiuto_breve(&e.0);
            }
        }
        Err(e) => {
            rifiuto_breve(&e.0);
            assert!(nodo.is_none_or(|n| n.rifiutato()), "refused: {e}");
        }
    }
});

fn valori(v: &Value) -> Result<(), Sintassi> {
    let o = Oggetto::radice(v, NOTI)?;
    for campo in NOTI {
        let decimale = o.decimale(campo);
        let intero = o.intero(campo);
        let testo = o.testo(campo);
        if let (Ok(Some(d)), Some(v)) = (&decimale, o.valore(campo)) {
            let scritto = v.as_str().map_or_else(|| v.to_string(), |s| s.trim().to_owned());
            assert_eq!(*d, scritto);
            if let Some((atteso, _)) = Decimale::leggi(d) {
                let intera = atteso.parte_intera().and_then(|n| i64::try_from(n).ok());
                let letto = intero.as_ref().ok().copied().flatten();
                // An exponent that does not fit 64 bits is refused even when nothing of the number is left.
                let esponente = d.split_once(['e', 'E']).is_some_and(|(_, e)| e.len() > 18);
                assert!(letto == intera || (esponente && letto.is_none()), "{d}: {letto:?}, {intera:?}");
            }
        }
        assert!(intero.is_err() || decimale.is_ok());
        assert!(decimale.is_err() || testo.is_ok());
        let lista = o.lista(campo);
        if let Ok(Some(l)) = &lista {
            assert_eq!(l.iter().count(), l.len());
            let _ = l.testi();
            for e in l.iter() {
                if let Err(e) = e.oggetto(NOTI) {
                    rifiuto_breve(&e.0);
                }
            }
        }
        for e in [
            decimale.err(),
            intero.err(),
            testo.err(),
            lista.err(),
            o.codice(campo).err(),
            o.booleano(campo).err(),
            o.oggetto(campo, NOTI).err(),
        ]
        .into_iter()
        .flatten()
        {
            rifiuto_breve(&e.0);
        }
    }
    Ok(())
}
