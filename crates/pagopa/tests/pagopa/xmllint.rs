//! An independent judge: xmllint, with the schema of pagoPA and with the one that we publish.

use crate::campioni::{
    VERSIONI, attiva_req, avviso_req, dati, dati_bollo, dati_cinque, dominio, ricevuta, ricevuta_minima,
    verifica, verifica_minima, verifica_req,
};
use crate::esempi::{esempi, riferimento};
use jiff::civil::date;
use pagopa::busta::{apri, avvolgi, fault};
use pagopa::ccp::{self, DatiPagamento, Fault, FaultCode, Operazione, Richiesta, RichiestaBollo, Versione};
use pagopa::{LetturaError, nodo, wsdl};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A fresh directory for the files of one test.
fn cartella(nome: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(nome);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

/// Which of the documents xmllint accepts, in a directory that it empties again; `None` where there is no xmllint.
fn accettati(dir: &Path, schema: Option<&Path>, documenti: &[Vec<u8>]) -> Option<BTreeSet<usize>> {
    let file: Vec<PathBuf> = (0..documenti.len()).map(|n| dir.join(format!("{n}.xml"))).collect();
    for (f, d) in file.iter().zip(documenti) {
        std::fs::write(f, d).unwrap();
    }
    let mut buoni: BTreeSet<usize> = (0..documenti.len()).collect();
    for (n, gruppo) in file.chunks(500).enumerate() {
        let mut comando = Command::new("xmllint");
        comando.args(["--noout", "--nonet"]);
        if let Some(s) = schema {
            comando.arg("--schema").arg(s);
        }
        let Ok(uscita) = comando.args(gruppo).output() else {
            println!("skipped: no xmllint");
            return None;
        };
        let detto = String::from_utf8_lossy(&uscita.stderr);
        if schema.is_some() {
            let validati = detto.lines().filter_map(|r| r.strip_suffix(" validates"));
            let nomi: BTreeSet<_> = validati.map(PathBuf::from).collect();
            for (i, f) in gruppo.iter().enumerate() {
                if !nomi.contains(f) {
                    buoni.remove(&(n * 500 + i));
                }
            }
        } else {
            for (i, f) in gruppo.iter().enumerate() {
                // A namespace that is no URI is not against the rules of XML.
                let suo = format!("{}:", f.display());
                if detto.lines().any(|r| r.starts_with(&suo) && !r.contains("is not a valid URI")) {
                    buoni.remove(&(n * 500 + i));
                }
            }
        }
    }
    for f in &file {
        std::fs::remove_file(f).unwrap();
    }
    Some(buoni)
}

/// A schema of whole envelopes: the SOAP envelope, and the given schema of what stands in it.
fn con_busta(dir: &Path, riferimento: &Path, messaggi: &Path) -> PathBuf {
    let xsd = dir.join("busta.xsd");
    let testo = format!(
        "<xsd:schema xmlns:xsd='http://www.w3.org/2001/XMLSchema'>\
         <xsd:import namespace='http://schemas.xmlsoap.org/soap/envelope/' schemaLocation='{}'/>\
         <xsd:import namespace='{}' schemaLocation='{}'/></xsd:schema>",
        riferimento.join("pagopa-soap/xsd-common/envelope.xsd").canonicalize().unwrap().display(),
        ccp::NAMESPACE,
        messaggi.canonicalize().unwrap().display(),
    );
    std::fs::write(&xsd, testo).unwrap();
    xsd
}

/// The schema inside our WSDL, as a file.
fn nostro_schema(dir: &Path) -> PathBuf {
    let w = wsdl::ccp("http://localhost/pagopa");
    let da = w.find("<xsd:schema").unwrap();
    let a = w.find("</xsd:schema>").unwrap() + "</xsd:schema>".len();
    let xsd = dir.join("nostro.xsd");
    std::fs::write(&xsd, &w[da..a]).unwrap();
    xsd
}

fn schema_di_pagopa(riferimento: &Path) -> PathBuf {
    riferimento.join("pagopa-soap/wsdl/xsd/paForNode.xsd")
}

/// Every kind of message that we write, in its envelope.
fn tutti_i_nostri() -> Vec<Vec<u8>> {
    let mut m = vec![
        verifica().xml(),
        verifica_minima().xml(),
        verifica().xml_avviso(&dominio(), "301000000001234519"),
    ];
    for operazione in Operazione::TUTTE {
        for codice in FaultCode::TUTTI {
            m.push(ccp::ko(operazione, &Fault::nuovo(codice, "12345678901")));
            m.push(ccp::ko(operazione, &Fault::nuovo(codice, "").con("è \u{1} <a> & ]]>")));
        }
    }
    let bollo =
        || RichiestaBollo { hash: "AAAA".to_owned(), tipo: "01".to_owned(), provincia: "RO".to_owned() };
    for v in VERSIONI {
        m.push(ccp::ricevuta_accettata(v));
        m.extend([dati(), dati_cinque()].map(|d| d.xml(v)));
        for r in [ricevuta(v), ricevuta_minima(v)] {
            m.push(r.xml());
            m.push(DatiPagamento::da_ricevuta(&r.ricevuta, date(2999, 12, 31), |_| Some(bollo())).xml(v));
        }
    }
    m.push(dati_bollo().xml(Versione::V2));
    let mut buste: Vec<_> = m.iter().map(|c| avvolgi(c)).collect();
    buste.push(nodo::scrivi(&Richiesta::Verifica(verifica_req())));
    buste.push(nodo::scrivi(&Richiesta::RichiestaAvviso(avviso_req())));
    buste.extend(VERSIONI.map(|v| nodo::scrivi(&Richiesta::Attiva(attiva_req(v)))));
    buste.push(fault("soap:Client", "Unmarshalling Error: <a> & b"));
    buste
}

#[test]
fn ogni_messaggio_nostro_rispetta_lo_schema_di_pagopa_e_il_nostro() {
    let Some(rif) = riferimento() else { return };
    let dir = cartella("nostri");
    let documenti = tutti_i_nostri();
    for messaggi in [schema_di_pagopa(&rif), nostro_schema(&dir)] {
        let schema = con_busta(&dir, &rif, &messaggi);
        let Some(buoni) = accettati(&dir, Some(&schema), &documenti) else { return };
        for (n, d) in documenti.iter().enumerate() {
            assert!(buoni.contains(&n), "{}: {}", messaggi.display(), String::from_utf8_lossy(d));
        }
    }
}

#[test]
fn ogni_esempio_rispetta_il_nostro_schema() {
    let Some(rif) = riferimento() else { return };
    let dir = cartella("esempi");
    let esempi = esempi();
    let documenti: Vec<_> = esempi.iter().map(|(_, x)| x.clone().into_bytes()).collect();
    let schema = con_busta(&dir, &rif, &nostro_schema(&dir));
    let Some(buoni) = accettati(&dir, Some(&schema), &documenti) else { return };
    for (n, (nome, _)) in esempi.iter().enumerate() {
        assert!(buoni.contains(&n), "{nome}");
    }
}

/// The example with one line changed in every way that a line can go wrong. No date with blanks
/// around it: libxml2 refuses them in the types of pagoPA, though XML Schema collapses them.
fn guasti(xml: &str) -> Vec<String> {
    let righe: Vec<&str> = xml.lines().collect();
    let da = righe.iter().position(|r| r.contains("<soapenv:Body>")).unwrap() + 1;
    let a = righe.iter().position(|r| r.contains("</soapenv:Body>")).unwrap();
    let con = |n: usize, nuove: &[&str]| [&righe[..n], nuove, &righe[n + 1..]].concat().join("\n");
    let mut tutti = Vec::new();
    for n in da..a {
        let riga = righe[n];
        let Some((apertura, (_, chiusura))) =
            riga.trim().split_once('>').and_then(|(i, r)| Some((i, r.split_once("</")?)))
        else {
            continue;
        };
        let nome = apertura.trim_start_matches('<');
        tutti.push(con(n, &[]));
        tutti.push(con(n, &[riga, riga]));
        tutti.push(con(n, &[riga, "<ignoto/>"]));
        tutti.push(con(n, &["testo", riga]));
        tutti.push(con(n, &[&riga.replace(nome, &format!("paf:{nome}"))]));
        tutti.push(con(n, &[&riga.replacen('>', " attributo=\"a\">", 1)]));
        tutti.push(con(n, &[righe[n + 1], riga]).replacen(
            &format!("{}\n{riga}\n{}", righe[n + 1], righe[n + 1]),
            &format!("{}\n{riga}", righe[n + 1]),
            1,
        ));
        let lungo = |n: usize| "a".repeat(n);
        for v in [
            "",
            " ",
            "a",
            "F",
            "OK",
            "KO",
            "01",
            "1",
            "5",
            "6",
            "+3",
            "007",
            "2.0",
            "true",
            "false",
            "0",
            "TRUE",
            "12345",
            "123456",
            "0.00",
            "0.01",
            "45.1",
            "45.10",
            "45.100",
            " 45.10 ",
            "-45.10",
            "+45.10",
            ".10",
            "45",
            "999999999.99",
            "1000000000.00",
            "1e2",
            "INF",
            "12345678901",
            "1234567890a",
            "301000000001234519",
            "30100000000123451",
            "IT",
            "it",
            "ITA",
            "2026-12-31",
            "2026-12-31Z",
            "2026-12-31+02:00",
            "2026-02-29",
            "2026-13-01",
            "26-12-31",
            "2026-12-31T00:00:00",
            "2026-12-31T23:59:59.123456789Z",
            "2026-12-31T23:59:59-14:00",
            "2026-12-31T24:00:00",
            "2026-12-31T23:59:60",
            "2026-12-31 10:00:00",
            "a@b",
            "a@b.c",
            "a@b..c",
            "@b",
            "a b@c.d",
            "à@b.c",
            "a@b@c",
            "AAAA",
            "AAA=",
            "AA==",
            "A===",
            "AAAAA",
            "AA AA",
            "A*AA",
            "POSTAL",
            "PAGOPA",
            "EQ",
            "ANY",
            "&lt;&amp;&#233;",
            "<![CDATA[<x>]]>",
            "<!-- c -->1",
            "<b/>",
            "\n",
        ] {
            tutti.push(con(n, &[&format!("<{nome}>{v}</{chiusura}")]));
        }
        for l in [16, 17, 20, 21, 35, 36, 70, 71, 72, 73, 140, 141, 210, 211, 256] {
            tutti.push(con(n, &[&format!("<{nome}>{}</{chiusura}", lungo(l))]));
        }
        for l in [252, 253] {
            tutti.push(con(n, &[&format!("<{nome}>{}@b.c</{chiusura}", lungo(l))]));
        }
    }
    tutti
}

/// Where we refuse on purpose what xmllint lets through: libxml2 passes over characters that are not
/// base64, the SOAP schema allows more than one child of Body, that of pagoPA a KO without fault.
fn piu_severi(nostro: &Result<(), LetturaError>) -> bool {
    match nostro {
        Ok(()) => false,
        Err(LetturaError::Busta(m)) => m == "more than one element in Body",
        Err(LetturaError::Schema(v)) => {
            v.motivo == "value is not base64" || v.to_string() == "fault: missing element"
        }
        Err(_) => false,
    }
}

#[test]
fn il_lettore_e_xmllint_danno_lo_stesso_giudizio_sui_messaggi_guasti() {
    let Some(rif) = riferimento() else { return };
    let dir = cartella("guasti");
    let schema = con_busta(&dir, &rif, &schema_di_pagopa(&rif));
    let scelti = [
        "paVerifyPaymentNoticeReq.xml",
        "paVerifyPaymentNoticeResp.xml",
        "paGetPaymentReq.xml",
        "paGetPaymentResp.xml",
        "paGetPaymentV2Resp-bollo.xml",
        "paSendRTReq.xml",
        "paSendRTV2Req-bollo.xml",
        "paSendRTFault.xml",
        "paDemandPaymentNoticeReq.xml",
    ];
    let mut documenti = Vec::new();
    for (nome, xml) in esempi() {
        if scelti.contains(&nome.as_str()) {
            documenti.extend(guasti(&xml).into_iter().map(|g| (nome.clone(), g.into_bytes())));
        }
    }
    let byte: Vec<_> = documenti.iter().map(|(_, d)| d.clone()).collect();
    let Some(buoni) = accettati(&dir, Some(&schema), &byte) else { return };
    assert!(buoni.len() > 500 && buoni.len() < byte.len(), "{} su {}", buoni.len(), byte.len());
    for (n, (nome, xml)) in documenti.iter().enumerate() {
        let nostro = if nome.contains("Req") {
            apri(xml, None).and_then(|b| ccp::leggi(&b)).map(drop)
        } else {
            nodo::leggi(xml, None).map(drop)
        };
        let giudizio = buoni.contains(&n) && !piu_severi(&nostro);
        assert_eq!(nostro.is_ok(), giudizio, "{nome}: {nostro:?}\n{}", String::from_utf8_lossy(xml));
    }
}

#[test]
fn cio_che_il_lettore_accetta_e_xml_anche_per_xmllint() {
    let dir = cartella("ben_formati");
    let scarti = [
        "<",
        ">",
        "&",
        "\"",
        "'",
        "=",
        "/",
        " ",
        "-",
        "!",
        "?",
        "]]>",
        "<a>",
        "</a>",
        "<a/>",
        "<!---->",
        "<?a?>",
        "<![CDATA[",
        "&#65;",
        "&lt;",
        "&#x1;",
        " a='1'",
        " xmlns=''",
        " xmlns:p='u'",
        "\u{85}",
        "é",
        ":",
        "1",
    ];
    // A fixed sequence: the same documents at each run.
    let mut seme = 0x2545_F491_4F6C_DD1D_u64;
    let mut caso = |n: usize| {
        seme ^= seme << 13;
        seme ^= seme >> 7;
        seme ^= seme << 17;
        usize::try_from(seme >> 33).unwrap() % n
    };
    let originali = tutti_i_nostri();
    let mut documenti = Vec::new();
    for _ in 0..20_000 {
        let mut xml = String::from_utf8(originali[caso(originali.len())].clone()).unwrap();
        for _ in 0..=caso(2) {
            let mut da = caso(xml.len());
            while !xml.is_char_boundary(da) {
                da -= 1;
            }
            let mut a = (da + caso(4)).min(xml.len());
            while !xml.is_char_boundary(a) {
                a += 1;
            }
            xml.replace_range(da..a, scarti[caso(scarti.len())]);
        }
        if let Ok(b) = apri(xml.as_bytes(), None) {
            documenti.push(xml.into_bytes());
            documenti.push(b.corpo);
        }
    }
    let Some(buoni) = accettati(&dir, None, &documenti) else { return };
    assert!(documenti.len() > 2_000, "{}", documenti.len());
    for (n, d) in documenti.iter().enumerate() {
        assert!(buoni.contains(&n), "{}", String::from_utf8_lossy(d));
    }
}

#[test]
fn il_wsdl_elenca_le_operazioni_e_l_indirizzo() {
    let w = wsdl::ccp("https://pay.example/PagamentiTelematiciCCPservice?a=1&b=\"2\"");
    for o in Operazione::TUTTE {
        assert_eq!(w.matches(&format!("<wsdl:operation name=\"{}\">", o.nome())).count(), 2, "{o:?}");
    }
    assert_eq!(w.matches("<wsdl:operation ").count(), 2 * Operazione::TUTTE.len());
    for atteso in [
        "targetNamespace=\"http://NodoPagamentiSPC.spcoop.gov.it/servizi/PagamentiTelematiciCCP\"",
        "<wsdl:portType name=\"PagamentiTelematiciCCP\">",
        "<wsdl:service name=\"PagamentiTelematiciCCPservice\">",
        "<wsdl:port name=\"PPTPort\"",
        "<soap:address location=\"https://pay.example/PagamentiTelematiciCCPservice?a=1&amp;b=&quot;2&quot;\"/>",
        "<xsd:pattern value=\"[0-9]{18}\"/>",
    ] {
        assert!(w.contains(atteso), "{atteso}");
    }
    let dir = cartella("wsdl");
    if let Some(buoni) = accettati(&dir, None, &[w.into_bytes()]) {
        assert_eq!(buoni.len(), 1);
    }
}
