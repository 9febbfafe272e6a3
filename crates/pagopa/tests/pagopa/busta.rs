//! Envelopes: what is opened, what is refused, and how the content comes out.

use crate::campioni::{NS, verifica_req};
use pagopa::LetturaError;
use pagopa::busta::{Busta, apri, avvolgi, fault};
use pagopa::ccp::{self, Operazione, Richiesta};

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

const CORPO: &str = "<idPA>12345678901</idPA><idBrokerPA>11111111113</idBrokerPA><idStation>s</idStation>\
    <qrCode><fiscalCode>12345678901</fiscalCode><noticeNumber>301000000001234519</noticeNumber></qrCode>";

fn richiesta() -> String {
    format!(
        "<e:Envelope xmlns:e='{SOAP}' xmlns:p='{NS}'><e:Header/><e:Body>\
         <p:paVerifyPaymentNoticeReq>{CORPO}</p:paVerifyPaymentNoticeReq></e:Body></e:Envelope>"
    )
}

fn leggi(xml: &str) -> Result<Richiesta, LetturaError> {
    ccp::leggi(&apri(xml.as_bytes(), None)?)
}

fn letta() -> Richiesta {
    Richiesta::Verifica(ccp::VerificaReq { id_station: "s".to_owned(), ..verifica_req() })
}

#[test]
fn ogni_prefisso_va_bene_e_i_blocchi_ignoti_della_testata_si_ignorano() {
    for xml in [
        richiesta(),
        richiesta().replace("<e:Header/>", ""),
        richiesta().replace(
            "<e:Header/>",
            "\n <e:Header>\n<w:x xmlns:w='urn:w' e:mustUnderstand='0'><y/>t</w:x></e:Header> ",
        ),
        richiesta().replace("<e:Header/>", "<!-- c --><?pi x?>"),
        richiesta().replace("e:", "soapenv:").replace("xmlns:e", "xmlns:soapenv"),
        format!("<?xml version='1.0' encoding='UTF-8'?>\n{}\n<!-- fine -->", richiesta()),
        format!("\u{FEFF}{}", richiesta()),
        format!(
            "<Envelope xmlns='{SOAP}'><Body><q:paVerifyPaymentNoticeReq xmlns='' xmlns:q='{NS}'>{CORPO}\
             </q:paVerifyPaymentNoticeReq></Body></Envelope>"
        ),
        richiesta().replace("12345678901</fiscalCode>", "123<![CDATA[456]]>78&#57;<!-- c -->01</fiscalCode>"),
    ] {
        assert_eq!(leggi(&xml), Ok(letta()), "{xml}");
    }
}

#[test]
fn il_corpo_e_quello_ricevuto_con_le_dichiarazioni_che_gli_servono() {
    let dentro = format!(
        "<p:paVerifyPaymentNoticeReq  xmlns:z=\"urn:z\" >\r\n{CORPO}<!-- è --></p:paVerifyPaymentNoticeReq >"
    );
    let xml = format!(
        "<e:Envelope xmlns:e='{SOAP}' xmlns:z='urn:altro' xmlns:v='urn:\"v\"'><e:Body xmlns:p='{NS}'>\n {dentro} </e:Body></e:Envelope>"
    );
    let b = apri(xml.as_bytes(), None).unwrap();
    assert_eq!((b.namespace.as_str(), b.nome.as_str()), (NS, "paVerifyPaymentNoticeReq"));
    let dichiarazioni = format!(" xmlns:e=\"{SOAP}\" xmlns:v=\"urn:&quot;v&quot;\" xmlns:p=\"{NS}\"");
    let atteso = dentro.replacen("Req ", &format!("Req{dichiarazioni} "), 1);
    assert_eq!(String::from_utf8(b.corpo.clone()).unwrap(), atteso);
    // It stands alone: read again as the content of a bare envelope it is the same message.
    assert_eq!(ccp::leggi(&b), Ok(letta()));
    assert_eq!(apri(&avvolgi(&b.corpo), None).map(|b| ccp::leggi(&b)), Ok(Ok(letta())));
}

#[test]
fn un_elemento_vuoto_si_delimita_come_gli_altri() {
    let xml = format!("<e:Envelope xmlns:e='{SOAP}'><e:Body><x/></e:Body></e:Envelope>");
    let b = apri(xml.as_bytes(), None).unwrap();
    assert_eq!(b.corpo, format!("<x xmlns:e=\"{SOAP}\"/>").into_bytes());
    assert_eq!(
        Operazione::di(&b),
        Err(LetturaError::OperazioneSconosciuta { namespace: String::new(), nome: "x".to_owned() })
    );
}

#[test]
fn la_codifica_e_del_bom_poi_del_content_type_poi_della_dichiarazione() {
    let base = richiesta().replace(">s<", ">è<");
    let attesa = Ok(Richiesta::Verifica(ccp::VerificaReq { id_station: "è".to_owned(), ..verifica_req() }));
    let latin1 = |xml: &str| xml.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<_>>();
    let utf16 = |xml: &str, le: bool| {
        xml.encode_utf16()
            .flat_map(|u| if le { u.to_le_bytes() } else { u.to_be_bytes() })
            .collect::<Vec<_>>()
    };
    let dichiarata = format!("<?xml version=\"1.0\" encoding='ISO-8859-1'?>{base}");
    let casi = [
        (base.clone().into_bytes(), None),
        (base.clone().into_bytes(), Some("text/xml; charset=\"UTF-8\"")),
        (latin1(&dichiarata), None),
        (latin1(&dichiarata), Some("text/xml")),
        (latin1(&base), Some("application/xml;action=x; Charset=iso-8859-1")),
        (dichiarata.clone().into_bytes(), Some("text/xml;charset=utf-8")),
        (
            [b"\xEF\xBB\xBF".to_vec(), dichiarata.clone().into_bytes()].concat(),
            Some("text/xml;charset=iso-8859-1"),
        ),
        ([b"\xFF\xFE".to_vec(), utf16(&base, true)].concat(), None),
        ([b"\xFE\xFF".to_vec(), utf16(&base, false)].concat(), Some("text/xml;charset=utf-16")),
        (utf16(&base, true), Some("text/xml;charset=utf-16")),
        (utf16(&base, false), Some("text/xml;charset=utf-16")),
        (utf16(&base, false), None),
        (format!("<?xml version='1.0' encoding='utf-16'?>{base}").into_bytes(), None),
    ];
    for (n, (byte, tipo)) in casi.iter().enumerate() {
        assert_eq!(apri(byte, *tipo).and_then(|b| ccp::leggi(&b)), attesa, "caso {n}");
    }
}

#[test]
fn byte_che_non_sono_testo_si_rifiutano() {
    let rotto = [richiesta().as_bytes(), b"<!-- \xE8 -->"].concat();
    let mut dispari = vec![0xFF, 0xFE];
    dispari.extend(richiesta().encode_utf16().flat_map(u16::to_le_bytes));
    dispari.push(b'x');
    let casi = [
        (rotto, None),
        (dispari, None),
        (b"\xC0\xBCa/>".to_vec(), None),
        (richiesta().into_bytes(), Some("text/xml;charset=ebcdic-nonesuch")),
        (b"<?xml version='1.0' encoding='nonesuch'?><a/>".to_vec(), None),
        (b"<a>\x01</a>".to_vec(), None),
    ];
    for (byte, tipo) in casi {
        assert!(matches!(apri(&byte, tipo), Err(LetturaError::Codifica(_))), "{byte:?}");
    }
}

#[test]
fn nessun_doctype_nessuna_entita() {
    let x = richiesta();
    let bomba = "<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    for d in [
        "<!DOCTYPE e>",
        bomba,
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
    ] {
        assert_eq!(leggi(&format!("{d}{x}")), Err(LetturaError::Dtd), "{d}");
    }
    for xml in [
        x.replace(">s<", ">&x;<"),
        x.replace(">s<", ">&nbsp;<"),
        x.replace("<e:Header/>", "<e:Header><a b='&x;'/></e:Header>"),
    ] {
        assert_eq!(leggi(&xml), Err(LetturaError::Entita), "{xml}");
    }
}

#[test]
fn oltre_sessantaquattro_livelli_si_rifiuta() {
    let con = |n: usize| {
        let annidati = format!("{}{}", "<a>".repeat(n), "</a>".repeat(n));
        richiesta().replace("<e:Header/>", &format!("<e:Header>{annidati}</e:Header>"))
    };
    assert_eq!(leggi(&con(62)), Ok(letta()));
    assert_eq!(leggi(&con(63)), Err(LetturaError::TroppoProfondo));
    assert_eq!(leggi(&"<a>".repeat(200_000)).unwrap_err().faultcode(), "soap:Client");
    let corpo = format!("<e:Envelope xmlns:e='{SOAP}'><e:Body>{}", "<a>".repeat(200_000));
    assert_eq!(leggi(&corpo), Err(LetturaError::TroppoProfondo));
}

#[test]
fn quello_che_non_e_xml_si_rifiuta() {
    let x = richiesta();
    for (nome, xml) in [
        ("vuoto", String::new()),
        ("testo", "ciao".to_owned()),
        ("troncato", x.get(..x.len() - 8).unwrap().to_owned()),
        ("chiusura sbagliata", x.replace("</e:Body>", "</e:Bodi>")),
        ("due radici", format!("{x}{x}")),
        ("testo dopo", format!("{x}a")),
        ("cdata dopo", format!("{x}<![CDATA[a]]>")),
        ("riferimento dopo", format!("{x}&#65;")),
        ("dichiarazione fuori posto", format!(" <?xml version='1.0'?>{x}")),
        ("attributo ripetuto", x.replace("<e:Header/>", "<e:Header a='1' a='2'/>")),
        ("attributo senza valore", x.replace("<e:Header/>", "<e:Header a/>")),
        ("minore in attributo", x.replace("<e:Header/>", "<e:Header a='<'/>")),
        ("attributi attaccati", x.replace("<e:Header/>", "<e:Header a='1'b='2'/>")),
        ("nome", x.replace("<e:Header/>", "<e:Header><1a/></e:Header>")),
        ("due punti", x.replace("<e:Header/>", "<e:Header><a:b:c/></e:Header>")),
        ("prefisso ignoto", x.replace("<e:Header/>", "<e:Header><k:a/></e:Header>")),
        ("fine cdata nel testo", x.replace(">s<", ">]]><")),
        ("riferimento a carattere vietato", x.replace(">s<", ">&#1;<")),
        ("riferimento a surrogato", x.replace(">s<", ">&#xD800;<")),
        ("e commerciale sola", x.replace(">s<", ">a & b<")),
        ("commento", x.replace("<e:Header/>", "<!-- a -- b -->")),
    ] {
        assert!(matches!(leggi(&xml), Err(LetturaError::Malformato(_))), "{nome}: {:?}", leggi(&xml));
    }
}

#[test]
fn una_busta_che_non_e_soap_1_1_si_rifiuta() {
    let x = richiesta();
    let corpo = x.split("<e:Body>").nth(1).unwrap().split("</e:Body>").next().unwrap();
    for (nome, xml) in [
        ("altra radice", "<a/>".to_owned()),
        ("busta senza namespace", "<Envelope><Body><a/></Body></Envelope>".to_owned()),
        ("busta di altri", x.replace(SOAP, "urn:altro")),
        ("senza corpo", format!("<e:Envelope xmlns:e='{SOAP}'><e:Header/></e:Envelope>")),
        ("due corpi", x.replace("</e:Body>", "</e:Body><e:Body/>")),
        ("due testate", x.replace("<e:Header/>", "<e:Header/><e:Header/>")),
        ("testata dopo", x.replace("<e:Header/>", "").replace("</e:Body>", "</e:Body><e:Header/>")),
        ("due operazioni", x.replace(corpo, &format!("{corpo}{corpo}"))),
        ("testo nel corpo", x.replace("<e:Body>", "<e:Body>testo")),
        ("testo nella busta", x.replace("<e:Header/>", "testo")),
        ("corpo senza namespace", x.replace("e:Body>", "Body>")),
    ] {
        assert!(matches!(leggi(&xml), Err(LetturaError::Busta(_))), "{nome}: {:?}", leggi(&xml));
    }
    for vuoto in ["", " ", "<!-- c -->"] {
        assert_eq!(leggi(&x.replace(corpo, vuoto)), Err(LetturaError::CorpoVuoto));
    }
    let doze = leggi(&x.replace(SOAP, "http://www.w3.org/2003/05/soap-envelope")).unwrap_err();
    assert_eq!((doze.faultcode(), doze.clone()), ("soap:VersionMismatch", LetturaError::VersioneSoap));
}

#[test]
fn una_testata_da_capire_che_non_capiamo_e_un_must_understand() {
    for v in ["1", "true"] {
        let xml = richiesta().replace(
            "<e:Header/>",
            &format!("<e:Header><w:Sec xmlns:w='urn:w' e:mustUnderstand='{v}'/></e:Header>"),
        );
        let e = leggi(&xml).unwrap_err();
        assert_eq!(e.faultcode(), "soap:MustUnderstand");
        assert_eq!(e.faultstring(), "Header block not understood: {urn:w}Sec");
    }
    // Somebody else's attribute of the same name binds nobody.
    assert_eq!(
        leggi(&richiesta().replace("<e:Header/>", "<e:Header><w mustUnderstand='1'/></e:Header>")),
        Ok(letta())
    );
}

#[test]
fn un_altra_operazione_non_e_servita() {
    let di = |namespace: &str, nome: &str| Busta {
        namespace: namespace.to_owned(),
        nome: nome.to_owned(),
        corpo: Vec::new(),
    };
    assert_eq!(Operazione::di(&di(NS, "paGetPaymentV2Request")), Ok(Operazione::Attiva(ccp::Versione::V2)));
    for (namespace, nome) in [
        (NS, "paGetPaymentV2Response"),
        (NS, "paGetPaymentV2"),
        ("", "paGetPaymentV2Request"),
        ("http://pagopa-api.pagopa.gov.it/paForNode", "paGetPaymentV2Request"),
        (SOAP, "Fault"),
    ] {
        let e = Operazione::di(&di(namespace, nome)).unwrap_err();
        assert_eq!(e.faultcode(), "soap:Client");
        assert_eq!(e.faultstring(), format!("Operation not supported: {{{namespace}}}{nome}"));
    }
}

#[test]
fn il_fault_soap_e_questo() {
    let e = leggi(&richiesta().replace("301000000001234519", "123")).unwrap_err();
    let atteso = format!(
        "<soap:Envelope xmlns:soap=\"{SOAP}\"><soap:Body><soap:Fault><faultcode>soap:Client</faultcode>\
         <faultstring>Unmarshalling Error: noticeNumber: value '123' does not match [0-9]{{18}}</faultstring>\
         </soap:Fault></soap:Body></soap:Envelope>"
    );
    assert_eq!(String::from_utf8(e.fault()).unwrap(), atteso);
    let scritto = fault("soap:Server", "a < b & c\u{1}");
    assert_eq!(
        pagopa::nodo::leggi(&scritto, None),
        Ok(pagopa::nodo::Risposta::SoapFault(pagopa::nodo::SoapFault {
            faultcode: "soap:Server".to_owned(),
            faultstring: "a < b & c".to_owned()
        }))
    );
}
