//! Stored messages: activation answers and receipts. What is read is valid, and written and read again
//! it is the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pagopa::ccp::{DatiPagamento, RichiestaBollo, leggi_ricevuta, leggi_rpt};
use pagopa::resa_json;

fuzz_target!(|byte: &[u8]| {
    if let Ok((versione, dati)) = leggi_rpt(byte) {
        assert_eq!(dati.valida(versione), Ok(()));
        let _ = resa_json::rpt(&dati, versione);
        assert_eq!(leggi_rpt(&dati.xml(versione)), Ok((versione, dati)));
    }
    if let Ok(invio) = leggi_ricevuta(byte) {
        assert_eq!(invio.valida(), Ok(()));
        let _ = resa_json::ricevuta(&invio.ricevuta, invio.versione);
        let bollo = |_| {
            Some(RichiestaBollo {
                hash: "a/CWqtFtCEyA/ymBySahGSaqKMiak5mlX3BoX0jupy8=".to_owned(),
                tipo: "01".to_owned(),
                provincia: "RO".to_owned(),
            })
        };
        let scadenza = jiff::civil::date(2026, 12, 31);
        let dati = DatiPagamento::da_ricevuta(&invio.ricevuta, scadenza, bollo);
        if dati.valida(invio.versione).is_ok() {
            assert_eq!(leggi_rpt(&dati.xml(invio.versione)), Ok((invio.versione, dati)));
        }
        assert_eq!(leggi_ricevuta(&invio.xml()), Ok(invio));
    }
});
