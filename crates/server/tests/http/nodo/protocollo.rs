//! Addresses, transport and message conventions (spec 40 section 1).

use super::*;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use http::Method;
use pagopa::ccp::Operazione;
use rstest::rstest;
use std::io::{Read as _, Write as _};
use std::process::Command;
use testkit::{CCP, NODO};

const BASI: [&str; 2] = ["/govpay/frontend/api/pagopa", "/govpay-api-pagopa"];

fn fault(r: &Risposta) -> (String, String) {
    match leggi(r) {
        DelNodo::SoapFault(f) => (f.faultcode, f.faultstring),
        altro => panic!("{altro:?}"),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_wsdl_si_legge_senza_credenziali(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    for base in BASI {
        for (coda, query) in [
            ("/PagamentiTelematiciCCPservice", "?wsdl"),
            ("/PagamentiTelematiciCCPservice", "?WSDL"),
            ("/PagamentiTelematiciCCPservice", "?Wsdl=1"),
            ("/internal/PagamentiTelematiciCCPservice", "?wsdl"),
        ] {
            let r = app.cliente(base).get(&format!("{coda}{query}")).await.con_stato(200);
            assert_eq!(r.intestazione("content-type"), Some("text/xml;charset=UTF-8"));
            for o in Operazione::TUTTE {
                let nome = format!("<wsdl:operation name=\"{}\">", o.nome());
                assert_eq!(r.testo().matches(&nome).count(), 2, "{nome}");
            }
            let indirizzo = format!("<soap:address location=\"{}{base}{coda}\"/>", app.configurazione_url());
            assert!(r.testo().contains(&indirizzo), "{indirizzo}\n{}", r.testo());
        }
    }
    assert_eq!(app.nodo().get("").await.stato(), 405);
    assert_eq!(app.nodo().manda(app.nodo().richiesta(Method::PUT, "")).await.stato(), 405);
    assert_eq!(app.nodo().manda(app.nodo().richiesta(Method::HEAD, "")).await.stato(), 405);
}

trait UrlPubblica {
    fn configurazione_url(&self) -> String;
}

impl UrlPubblica for TestApp {
    /// The public address of the gateway under test.
    fn configurazione_url(&self) -> String {
        match self.configurazione().public_url.as_str() {
            "" => self.url(),
            altra => altra.trim_end_matches('/').to_owned(),
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_non_si_autentica_riceve_json(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let nav = carica_una(&app, 1).await;
    for nodo in [app.nodo().anonimo(), app.nodo().come("nodo", "sbagliata"), app.nodo().come("altro", "x")] {
        let r = grezza(&nodo, &verifica(&nav)).await;
        assert_eq!((r.stato(), r.errore().1.as_str()), (401, "401"));
        assert_eq!(r.intestazione("content-type"), Some("application/json"));
    }
    // The utenze of the APIs are not the Node.
    let r = grezza(&app.nodo().come("gestionale", "Gestionale1"), &verifica(&nav)).await;
    assert_eq!(r.stato(), 401);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_esempio_ha_la_sua_risposta(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let Some(rif) = riferimento() else { return };
    let app = pronta(backend).await;
    let dir = rif.join("examples/pagopa");
    let mut visti = 0;
    let mut risposte = Vec::new();
    for o in Operazione::TUTTE {
        for voce in std::fs::read_dir(&dir).unwrap() {
            let file = voce.unwrap().path();
            let nome = file.file_name().unwrap().to_str().unwrap().to_owned();
            let resto = nome.strip_prefix(o.nome()).unwrap_or_default();
            if !resto.starts_with("Req") || !nome.ends_with(".xml") {
                continue;
            }
            visti += 1;
            let xml = std::fs::read_to_string(&file).unwrap();
            for (tipo, azione) in [
                ("text/xml", None),
                ("application/xml", Some(o.nome().to_owned())),
                ("text/xml; charset=utf-8", Some(format!("\"{}\"", o.nome()))),
            ] {
                let mut r = app.nodo().richiesta(Method::POST, "").header("Content-Type", tipo);
                if let Some(a) = azione {
                    r = r.header("SOAPAction", a);
                }
                let r = app.nodo().manda(r.body(xml.clone())).await.con_stato(200);
                assert!(!r.transazione().is_empty());
                match leggi(&r) {
                    DelNodo::Ko(quale, f) => {
                        assert_eq!(quale, o, "{nome}");
                        assert_eq!(f.id, DOMINIO, "{nome}");
                    }
                    altro => panic!("{nome}: {altro:?}"),
                }
                risposte.push(r.corpo().to_vec());
            }
        }
    }
    assert!(visti >= 9, "{visti} esempi");
    // The same, answered OK.
    let nav = "301000000001234519";
    carica(&app, "P1", &corpo(nav, &[voce("V1", 45.01)])).await;
    for nome in ["paVerifyPaymentNoticeReq", "paGetPaymentReq", "paGetPaymentV2Req", "paSendRTReq"] {
        let xml = std::fs::read_to_string(dir.join(format!("{nome}.xml"))).unwrap();
        let r = app.nodo().soap(&xml).await.con_stato(200);
        assert!(!matches!(leggi(&r), DelNodo::Ko(..) | DelNodo::SoapFault(_)), "{nome}: {}", r.testo());
        risposte.push(r.corpo().to_vec());
    }
    validano(&rif, &risposte);
}

/// xmllint accepts every envelope against the schemas of pagoPA.
pub(super) fn validano(rif: &std::path::Path, buste: &[Vec<u8>]) {
    let dir = tempfile::tempdir().unwrap();
    let xsd = dir.path().join("busta.xsd");
    let import = |ns: &str, f: &str| {
        let file = rif.join(f).canonicalize().unwrap();
        format!("<xsd:import namespace='{ns}' schemaLocation='{}'/>", file.display())
    };
    let testo = format!(
        "<xsd:schema xmlns:xsd='http://www.w3.org/2001/XMLSchema'>{}{}</xsd:schema>",
        import("http://schemas.xmlsoap.org/soap/envelope/", "pagopa-soap/xsd-common/envelope.xsd"),
        import(pagopa::ccp::NAMESPACE, "pagopa-soap/wsdl/xsd/paForNode.xsd"),
    );
    std::fs::write(&xsd, testo).unwrap();
    let mut comando = Command::new("xmllint");
    comando.args(["--noout", "--nonet", "--schema"]).arg(&xsd);
    for (n, b) in buste.iter().enumerate() {
        let f = dir.path().join(format!("{n}.xml"));
        std::fs::write(&f, b).unwrap();
        comando.arg(f);
    }
    let Ok(uscita) = comando.output() else {
        println!("skipped: no xmllint");
        return;
    };
    assert!(uscita.status.success(), "{}", String::from_utf8_lossy(&uscita.stderr));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_xml_che_non_si_legge_e_un_soap_fault(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let nav = carica_una(&app, 1).await;
    let buona = String::from_utf8(nodo::scrivi(&verifica(&nav))).unwrap();
    let prefisso =
        buona.split_once("paVerifyPaymentNoticeReq").unwrap().0.rsplit_once('<').unwrap().1.to_owned();
    assert!(prefisso.ends_with(':'), "{buona}");
    let con = |da: &str, a: &str| {
        assert!(buona.contains(da), "{da}");
        buona.replacen(da, a, 1)
    };
    let sintassi = "Unmarshalling Error: ";
    let profonda = format!("{}x{}", "<a>".repeat(70), "</a>".repeat(70));
    for (nome, corpo, codice, testo) in [
        ("avviso corto", con(&format!(">{nav}<"), ">123<"), "soap:Client", sintassi),
        ("elemento in piu'", con("<idPA>", "<x/><idPA>"), "soap:Client", sintassi),
        ("elemento mancante", con(&format!("<idPA>{DOMINIO}</idPA>"), ""), "soap:Client", sintassi),
        (
            "fuori ordine",
            con("<idPA>", &format!("<idStation>{STAZIONE}</idStation><idPA>")),
            "soap:Client",
            sintassi,
        ),
        (
            "figlio qualificato",
            con("<idPA>", "<idPA xmlns=\"http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd\">"),
            "soap:Client",
            sintassi,
        ),
        (
            "altro namespace",
            con(pagopa::ccp::NAMESPACE, "http://pagopa-api.pagopa.gov.it/pa/altro.xsd"),
            "soap:Client",
            "Operation not supported",
        ),
        (
            "altra operazione",
            buona.replace("paVerifyPaymentNoticeReq", "paaVerificaRPT"),
            "soap:Client",
            "Operation not supported",
        ),
        ("non XML", "buongiorno".to_owned(), "soap:Client", "Malformed XML"),
        ("vuoto", String::new(), "soap:Client", ""),
        ("troncato", buona[..buona.len() / 2].to_owned(), "soap:Client", "Malformed XML"),
        ("DTD", format!("<!DOCTYPE x [<!ENTITY a \"b\">]>{buona}"), "soap:Client", "Malformed XML"),
        ("entita'", con(&format!(">{nav}<"), ">&a;<"), "soap:Client", "Malformed XML"),
        ("profondo", con("<idPA>", &format!("{profonda}<idPA>")), "soap:Client", "Malformed XML"),
        (
            "SOAP 1.2",
            con("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"),
            "soap:VersionMismatch",
            "",
        ),
    ] {
        let r = app.nodo().soap(&corpo).await;
        assert_eq!(r.stato(), 500, "{nome}: {}", r.testo());
        let (c, t) = fault(&r);
        assert_eq!(c, codice, "{nome}: {t}");
        assert!(t.starts_with(testo), "{nome}: {t}");
    }
    let intestata = |m: &str| {
        buona.replacen(
            "<soap:Body>",
            &format!("<soap:Header><a:b xmlns:a=\"urn:a\" {m}/></soap:Header><soap:Body>"),
            1,
        )
    };
    let r = app.nodo().soap(&intestata("soap:mustUnderstand=\"1\"")).await;
    assert_eq!((r.stato(), fault(&r).0.as_str()), (500, "soap:MustUnderstand"));
    app.nodo().soap(&intestata("")).await.con_stato(200);
    // Broken UTF-8, and an encoding that is what it says.
    let mut rotta = buona.clone().into_bytes();
    rotta.insert(buona.find("<idPA>").unwrap() + 6, 0xff);
    let r = app.nodo().grezzo(Method::POST, "", "text/xml", rotta).await;
    assert_eq!((r.stato(), fault(&r).0.as_str()), (500, "soap:Client"));
    let r = app.nodo().grezzo(Method::POST, "", "text/xml; charset=ISO-8859-1", buona.clone()).await;
    assert!(matches!(leggi(&r.con_stato(200)), DelNodo::Verifica(_)));
    for tipo in ["application/json", "application/soap+xml", "multipart/related"] {
        assert_eq!(app.nodo().grezzo(Method::POST, "", tipo, buona.clone()).await.stato(), 415, "{tipo}");
    }
    // After all this it still works.
    assert!(matches!(manda(&app.nodo(), &verifica(&nav)).await, DelNodo::Verifica(_)));
}

fn compressa(b: &[u8]) -> Vec<u8> {
    let mut e = GzEncoder::new(Vec::new(), flate2::Compression::best());
    e.write_all(b).unwrap();
    e.finish().unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_richiesta_ha_un_limite_e_puo_essere_compressa(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    const LIMITE: usize = 64 * 1024;
    let app = TestApp::con(backend, |c| c.pagopa.max_body_bytes = LIMITE).await;
    Anagrafica::standard().crea(&app).await;
    let nav = carica_una(&app, 1).await;
    let busta = nodo::scrivi(&attiva(Versione::V2, &nav));
    let lunga = |byte: usize| {
        let mut b = busta.clone();
        b.resize(byte, b' ');
        b
    };
    app.nodo().grezzo(Method::POST, "", "text/xml", lunga(LIMITE)).await.con_stato(200);
    let r = app.nodo().grezzo(Method::POST, "", "text/xml", lunga(LIMITE + 1)).await;
    assert_eq!((r.stato(), r.errore().1.as_str()), (413, "413"));
    // The library of the other tests inflates by itself.
    let client = reqwest::Client::builder().no_proxy().no_gzip().build().unwrap();
    let manda = async |corpo: Vec<u8>, accetta: Option<&str>| {
        let mut r = client
            .post(format!("{}{CCP}", app.url()))
            .basic_auth(NODO.0, Some(NODO.1))
            .header("Content-Type", "text/xml")
            .header("Content-Encoding", "gzip")
            .body(corpo);
        if let Some(a) = accetta {
            r = r.header("Accept-Encoding", a);
        }
        let r = r.send().await.unwrap();
        let codifica = r.headers().get("content-encoding").map(|v| v.to_str().unwrap().to_owned());
        (r.status().as_u16(), codifica, r.bytes().await.unwrap())
    };
    assert_eq!(manda(compressa(&lunga(LIMITE + 1)), None).await.0, 413);
    assert_eq!(manda(b"non compresso".to_vec(), None).await.0, 500);
    let (stato, codifica, byte) = manda(compressa(&busta), Some("gzip")).await;
    assert_eq!((stato, codifica.as_deref()), (200, Some("gzip")));
    let mut testo = Vec::new();
    GzDecoder::new(byte.as_ref()).read_to_end(&mut testo).unwrap();
    assert!(matches!(nodo::leggi(&testo, None), Ok(DelNodo::Attiva(..))));
    let (stato, codifica, byte) = manda(compressa(&busta), None).await;
    assert_eq!((stato, codifica), (200, None));
    assert!(matches!(nodo::leggi(&byte, None), Ok(DelNodo::Attiva(..))));
}
