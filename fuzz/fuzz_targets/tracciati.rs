//! The splitters of bulk loads: the same pieces however the bytes come, and nothing lost between them.

#![no_main]

use contratto::tracciato::{Elenco, Pezzo, PezziJson, RigheCsv};
use libfuzzer_sys::fuzz_target;
use oracoli::rifiuto_breve;
use serde_json::{Map, Value};

fuzz_target!(|byte: &[u8]| {
    let Some((primo, file)) = byte.split_first() else { return };
    let passo = usize::from(*primo) % 31 + 1;
    for separatore in [b',', b';'] {
        let intero = righe(file, file.len().max(1), separatore);
        assert_eq!(righe(file, passo, separatore), intero, "the pieces do not matter");
        let togli = |b: &[u8]| b.iter().copied().filter(|c| !matches!(c, b'\r' | b'\n')).collect::<Vec<u8>>();
        let nudo = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file);
        assert_eq!(togli(&intero.concat()), togli(nudo), "nothing is lost");
    }
    match pezzi(file, file.len().max(1)) {
        Err(e) => {
            rifiuto_breve(&e);
            assert!(pezzi(file, passo).is_err());
        }
        Ok(intero) => {
            assert_eq!(pezzi(file, passo).as_ref(), Ok(&intero));
            // Pieces that can each be read make the document that a reader of the whole would make.
            if let Some(v) = ricomposto(&intero) {
                let nudo = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file);
                assert_eq!(serde_json::from_slice::<Value>(nudo).ok(), Some(v));
            }
        }
    }
});

fn righe(file: &[u8], passo: usize, separatore: u8) -> Vec<Vec<u8>> {
    let mut s = RigheCsv::nuove(separatore);
    let mut fatte = Vec::new();
    for p in file.chunks(passo) {
        s.aggiungi(p);
        while let Some(r) = s.prossima() {
            fatte.push(r);
        }
    }
    s.chiudi();
    while let Some(r) = s.prossima() {
        fatte.push(r);
    }
    fatte
}

fn pezzi(file: &[u8], passo: usize) -> Result<Vec<Pezzo>, String> {
    let mut s = PezziJson::default();
    let mut tutti = Vec::new();
    for p in file.chunks(passo) {
        tutti.extend(s.aggiungi(p).map_err(|e| e.to_string())?);
    }
    s.chiudi().map_err(|e| e.to_string())?;
    Ok(tutti)
}

fn ricomposto(pezzi: &[Pezzo]) -> Option<Value> {
    let mut o = Map::new();
    for p in pezzi {
        match p {
            Pezzo::Membro(n, v) => {
                o.insert(n.clone(), serde_json::from_slice(v).ok()?);
            }
            Pezzo::Apre(e) => {
                o.insert(e.nome().to_owned(), Value::Array(Vec::new()));
            }
            Pezzo::Elemento(e, v) => {
                let elenco: &Elenco = e;
                o.get_mut(elenco.nome())?.as_array_mut()?.push(serde_json::from_slice(v).ok()?);
            }
        }
    }
    Some(Value::Object(o))
}
