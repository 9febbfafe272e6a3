//! SOAP messages of the Node: first line the Content-Type (empty: none), then the bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use oracoli::{prima_riga, solo_caratteri_xml};
use pagopa::LetturaError;
use pagopa::busta::{Busta, apri, avvolgi};
use pagopa::ccp;
use pagopa::nodo::{self, Risposta};

fuzz_target!(|dati: &[u8]| {
    let (tipo, byte) = prima_riga(dati);
    let tipo = std::str::from_utf8(tipo).ok().filter(|t| !t.is_empty());
    match apri(byte, tipo) {
        Ok(b) => aperta(&b),
        Err(e) => rifiutata(&e),
    }
    if let Err(e) = nodo::leggi(byte, tipo) {
        rifiutata(&e);
    }
});

/// What is taken out of the envelope stands alone: it opens again, as the same thing.
fn aperta(b: &Busta) {
    let di_nuovo = apri(&avvolgi(&b.corpo), None).expect("opens again");
    // References in namespace names are not resolved: a quote, which none of ours has, becomes one.
    let virgolette = b.namespace.contains('"');
    assert_eq!(di_nuovo.namespace, b.namespace.replace('"', "&quot;"));
    assert_eq!(di_nuovo.nome, b.nome);
    let letta = ccp::leggi(b);
    match (&letta, ccp::leggi(&di_nuovo)) {
        (Ok(a), Ok(b)) => assert_eq!(*a, b),
        (Err(a), Err(b)) => assert!(virgolette || *a == b, "{a}, then {b}"),
        (a, b) => panic!("read as {a:?}, then as {b:?}"),
    }
    match letta {
        Ok(r) => {
            let scritta = apri(&nodo::scrivi(&r), None).expect("what we write opens");
            assert_eq!(ccp::leggi(&scritta), Ok(r));
        }
        Err(e) => {
            assert!(
                matches!(e, LetturaError::Schema(_) | LetturaError::OperazioneSconosciuta { .. }),
                "opened, then: {e}"
            );
            rifiutata(&e);
        }
    }
}

/// Every refusal is a SOAP Fault that the Node can read, of bounded size.
fn rifiutata(e: &LetturaError) {
    let byte = e.fault();
    assert!(byte.len() < 8192, "fault of {} bytes", byte.len());
    let Ok(Risposta::SoapFault(f)) = nodo::leggi(&byte, None) else { panic!("unreadable fault of {e:?}") };
    assert_eq!(f.faultcode, e.faultcode());
    assert_eq!(f.faultstring, solo_caratteri_xml(&e.faultstring()));
}
