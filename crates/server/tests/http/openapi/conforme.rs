//! What a document has against the answers of a scene.

use super::Contratto;
use super::scena::Chiamata;
use std::collections::{BTreeMap, BTreeSet};

/// The operations of our document that have not answered both well and badly.
pub(super) fn copertura(c: &Contratto, fatte: &[Chiamata]) -> Vec<String> {
    let mut viste: BTreeMap<(String, String), (bool, bool)> = BTreeMap::new();
    for f in fatte {
        let Some((percorso, _)) = c.trova(f.metodo, &f.percorso) else {
            panic!("{} {} non e' nel documento", f.metodo, f.percorso);
        };
        let vista = viste.entry((f.metodo.to_owned(), percorso)).or_default();
        match f.risposta.stato() {
            200..=399 => vista.0 = true,
            400..=499 => vista.1 = true,
            altro => panic!("{} {}: {altro} {}", f.metodo, f.percorso, f.risposta.testo()),
        }
    }
    let mut mancano = Vec::new();
    for (metodo, percorso, op) in c.operazioni() {
        let aperta = op.get("security").is_some();
        match viste.get(&(metodo.clone(), percorso.clone())) {
            Some((true, true)) => {}
            Some((true, false)) if aperta => {}
            None => mancano.push(format!("{metodo} {percorso}: la scena non la chiama")),
            Some((bene, _)) => {
                let come = if *bene { "male" } else { "bene" };
                mancano.push(format!("{metodo} {percorso}: nella scena non risponde mai {come}"));
            }
        }
    }
    mancano
}

/// What a contract has against the answers, each thing once: `get /domini 200 /risultati/#: ...`.
pub(super) fn giudizi(c: &Contratto, fatte: &[Chiamata]) -> BTreeSet<String> {
    let mut detti = BTreeSet::new();
    for f in fatte {
        let Some((percorso, op)) = c.trova(f.metodo, &f.percorso) else { continue };
        for detto in c.giudica(op, &f.risposta) {
            let (dove, detto) = detto.split_once(": ").unwrap_or(("", &detto));
            // The place in a list is not what matters.
            let dove: Vec<_> =
                dove.split('/').map(|s| if s.parse::<u32>().is_ok() { "#" } else { s }).collect();
            let riga = format!("{} {percorso} {} {}: {detto}", f.metodo, f.risposta.stato(), dove.join("/"));
            detti.insert(riga.chars().take(300).collect());
        }
    }
    detti
}
