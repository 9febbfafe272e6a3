//! A pendenza in each of the contracts: first character the variant (`0` to `4`), then the body.

#![no_main]

use contratto::json::leggi_corpo;
use contratto::pendenza::{NonLeggibile, Variante, leggi_nuova};
use domain::pendenza::{ChiavePendenza, NuovaPendenza};
use domain::{IdA2A, IdPendenza, Importo};
use libfuzzer_sys::fuzz_target;
use oracoli::rifiuto_breve;
use serde_json::Value;

const VARIANTI: [Variante; 5] = [
    Variante::PendenzeV2,
    Variante::Backoffice,
    Variante::BackofficePost,
    Variante::EnteV1,
    Variante::EnteV2,
];

fuzz_target!(|dati: &[u8]| {
    let Some((quale, corpo)) = dati.split_first() else { return };
    let variante = VARIANTI[usize::from(quale.wrapping_sub(b'0')) % VARIANTI.len()];
    let Ok(v) = leggi_corpo(corpo) else { return };
    let chiave = ChiavePendenza { id_a2a: IdA2A::fidato("A2A"), id_pendenza: IdPendenza::fidato("P1") };
    for chiave in [None, Some(&chiave)] {
        match leggi_nuova(&v, variante, chiave) {
            Ok(p) => {
                letta(&p, &v);
                let dal_percorso = matches!(variante, Variante::PendenzeV2 | Variante::Backoffice);
                if dal_percorso {
                    assert_eq!(Some(&p.chiave), chiave);
                }
            }
            Err(NonLeggibile::Sintassi(e)) => rifiuto_breve(&e.0),
            Err(NonLeggibile::Regola(e)) => rifiuto_breve(&e.to_string()),
        }
    }
});

/// The promises of spec 20 section 2, on what was read.
fn letta(p: &NuovaPendenza, v: &Value) {
    let da_pagare = |i: Importo| (1..=99_999_999_999).contains(&i.centesimi());
    assert!(IdA2A::leggi(p.chiave.id_a2a.as_str()).is_ok());
    assert!(IdPendenza::leggi(p.chiave.id_pendenza.as_str()).is_ok());
    assert!((1..=5).contains(&p.voci.len()));
    assert!(da_pagare(p.importo), "{}", p.importo);
    lungo(&p.causale, 140);
    lungo(&p.debitore.identificativo, 16);
    lungo(&p.debitore.anagrafica, 70);
    if v.get("importo").is_none_or(Value::is_null) {
        assert_eq!(p.importo, p.voci.iter().map(|voce| voce.importo).sum());
    }
    if let Some(n) = &p.numero_avviso {
        assert_eq!(n.as_str().len(), 18);
    }
    uguale(p.accessori.dati_allegati.as_deref(), v.get("datiAllegati"));
    for (i, voce) in p.voci.iter().enumerate() {
        assert!(da_pagare(voce.importo), "{}", voce.importo);
        lungo(&voce.descrizione, 255);
        uguale(voce.dati_allegati.as_deref(), v.pointer(&format!("/voci/{i}/datiAllegati")));
        if let Some(c) = voce.contabilita.as_ref().filter(|c| !c.quote.is_empty()) {
            let somma: i64 = c.quote.iter().map(|q| q.importo.centesimi()).sum();
            assert_eq!(somma, voce.importo.centesimi());
        }
    }
    if let Some(t) = &p.accessori.proprieta {
        assert!(leggi_corpo(t.as_bytes()).is_ok_and(|v| v.is_object()), "{t}");
    }
}

fn lungo(testo: &str, massima: usize) {
    assert!(!testo.trim().is_empty() && testo.chars().count() <= massima, "[{testo}]");
}

/// A free value is kept as the same value.
fn uguale(testo: Option<&str>, v: Option<&Value>) {
    let riletto = testo.map(|t| leggi_corpo(t.as_bytes()).expect("JSON"));
    assert_eq!(riletto.as_ref(), v.filter(|v| !v.is_null()));
}
