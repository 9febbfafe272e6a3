//! Memory does not grow with the pages. A test binary of its own: it reads the memory of the process.
#![expect(clippy::unwrap_used, reason = "tests")]

use domain::stampa::{AvvisoStampato, DebitoreStampato, EnteStampato, Informativa};
use domain::{IdDominio, Importo, NumeroAvviso};
use stampe::Stampatore;

fn avviso(n: u32) -> AvvisoStampato {
    AvvisoStampato {
        oggetto: format!("Oggetto numero {n}"),
        opzione: None,
        ente: EnteStampato {
            nome: "Comune di Esempio".into(),
            codice: IdDominio::leggi("01234567890").unwrap(),
            area: None,
            contatti: vec![],
        },
        logo: None,
        secondo_logo: None,
        debitore: DebitoreStampato { nome: format!("Debitore {n}"), ..DebitoreStampato::default() },
        cbill: None,
        numero_avviso: NumeroAvviso::leggi(&format!("3010000000{n:08}")).unwrap(),
        importo: Importo::da_centesimi(i64::from(n) + 1),
        scadenza: None,
        informativa: Informativa::Standard,
        seconda: None,
        bollettino: None,
        qrcode: format!("PAGOPA|002|3010000000{n:08}|01234567890|{:04}", n + 1),
        stampato_il: jiff::civil::date(2026, 11, 21),
    }
}

/// Resident memory in kB.
fn memoria() -> u64 {
    let stato = std::fs::read_to_string("/proc/self/status").unwrap();
    let riga = stato.lines().find(|l| l.starts_with("VmRSS")).unwrap();
    riga.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn la_memoria_non_cresce_con_le_pagine() {
    let stampatore = Stampatore::ordinario().unwrap();
    let stampa =
        |pagine: std::ops::Range<u32>| pagine.for_each(|n| drop(stampatore.avviso(&avviso(n)).unwrap()));
    stampa(0..64);
    let prima = memoria();
    stampa(64..256);
    let dopo = memoria();
    // Kept, 192 pages would be about 100 MB.
    assert!(dopo <= prima + 16 * 1024, "{prima} kB, then {dopo} kB");
}
