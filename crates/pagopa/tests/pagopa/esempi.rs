//! The examples of the contract, where they are at hand.

use pagopa::busta::{apri, avvolgi};
use pagopa::ccp::{self, Operazione, Richiesta, Versione};
use pagopa::nodo::{self, Risposta};
use std::path::{Path, PathBuf};

/// The reference material, kept beside the repository; tests that need it skip without it.
pub(crate) fn riferimento() -> Option<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference");
    if dir.is_dir() {
        return Some(dir);
    }
    println!("skipped: no reference material beside the repository");
    None
}

/// Name and text of the examples of the paForNode messages.
pub(crate) fn esempi() -> Vec<(String, String)> {
    let Some(dir) = riferimento() else { return Vec::new() };
    let mut trovati: Vec<_> = std::fs::read_dir(dir.join("examples/pagopa"))
        .unwrap()
        .map(|f| f.unwrap().path())
        .filter_map(|p| {
            let nome = p.file_name()?.to_str()?.to_owned();
            let nostro = ["paVerify", "paGet", "paSend", "paDemand"].iter().any(|i| nome.starts_with(i));
            (nostro && nome.ends_with(".xml")).then(|| (nome, std::fs::read_to_string(&p).unwrap()))
        })
        .collect();
    trovati.sort();
    assert!(trovati.len() >= 20, "{}", trovati.len());
    trovati
}

#[test]
fn ogni_richiesta_degli_esempi_si_legge_e_si_riscrive() {
    for (nome, xml) in esempi().into_iter().filter(|(n, _)| n.contains("Req")) {
        let busta = apri(xml.as_bytes(), Some("application/xml")).unwrap();
        let operazione = Operazione::di(&busta).unwrap();
        assert!(nome.starts_with(&format!("{}Req", operazione.nome())), "{nome}: {operazione:?}");
        let richiesta = ccp::leggi(&busta).unwrap_or_else(|e| panic!("{nome}: {e}"));
        let riscritta = apri(&nodo::scrivi(&richiesta), None).and_then(|b| ccp::leggi(&b));
        assert_eq!(riscritta.as_ref(), Ok(&richiesta), "{nome}");
        if let Richiesta::Ricevuta(r) = richiesta {
            assert_eq!(ccp::leggi_ricevuta(&busta.corpo), Ok(*r), "{nome}");
        }
    }
}

#[test]
fn ogni_risposta_degli_esempi_si_legge_e_si_riscrive() {
    for (nome, xml) in esempi().into_iter().filter(|(n, _)| !n.contains("Req")) {
        let r = nodo::leggi(xml.as_bytes(), None).unwrap_or_else(|e| panic!("{nome}: {e}"));
        assert_eq!(nome.contains("Fault"), matches!(r, Risposta::Ko(..)), "{nome}");
        let nostro = match &r {
            Risposta::Verifica(d) => d.xml(),
            Risposta::Attiva(v, d) => {
                assert_eq!(d.valida(*v), Ok(()), "{nome}");
                d.xml(*v)
            }
            Risposta::RicevutaAccettata(v) => ccp::ricevuta_accettata(*v),
            Risposta::Ko(operazione, f) => {
                let codice = ccp::FaultCode::TUTTI.into_iter().find(|c| c.codice() == f.codice).unwrap();
                assert_eq!(codice.testo(), f.testo, "{nome}");
                let mut fault = ccp::Fault::nuovo(codice, f.id.as_str());
                fault.descrizione.clone_from(&f.descrizione);
                ccp::ko(*operazione, &fault)
            }
            Risposta::Avviso(_) | Risposta::SoapFault(_) => panic!("{nome}: {r:?}"),
        };
        assert_eq!(nodo::leggi(&avvolgi(&nostro), None), Ok(r), "{nome}");
    }
}

#[test]
fn la_risposta_scritta_e_quella_dell_esempio() {
    let Some(dir) = riferimento() else { return };
    for (nome, versione) in [
        ("paGetPaymentResp.xml", Versione::V1),
        ("paGetPaymentV2Resp.xml", Versione::V2),
        ("paGetPaymentV2Resp-bollo.xml", Versione::V2),
        ("paGetPaymentV2Resp-multibeneficiario.xml", Versione::V2),
    ] {
        let xml = std::fs::read_to_string(dir.join("examples/pagopa").join(nome)).unwrap();
        let (letta, dati) = ccp::leggi_rpt(&apri(xml.as_bytes(), None).unwrap().corpo).unwrap();
        assert_eq!(letta, versione);
        let attesa: String =
            xml.lines().map(str::trim).filter(|l| !l.contains("soapenv:") && !l.contains("<?xml")).collect();
        let nostra = String::from_utf8(dati.xml(versione)).unwrap();
        assert_eq!(nostra.replace(&format!(" xmlns:paf=\"{}\"", ccp::NAMESPACE), ""), attesa, "{nome}");
    }
}
