//! Bodies that no SOAP operation can read, of every operation of the Node.

use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::Method;
use rstest::rstest;
use std::io::Write as _;
use testkit::buste;

/// The operations, one good request each.
fn buone() -> Vec<(&'static str, String)> {
    let n = buste::avviso(1);
    vec![
        ("verifica", buste::verifica(&n)),
        ("attiva", buste::attiva(&n)),
        ("ricevuta", buste::ricevuta(&n, "R1")),
    ]
}

/// Each with something that must not be read; `sintassi` when the schema is what refuses it.
fn cattive(b: &str) -> Vec<(String, String)> {
    let dtd = |d: &str| format!("<?xml version=\"1.0\"?>{d}{b}");
    let risate: String =
        (1..12).map(|i| format!("<!ENTITY l{i} \"{}\">", format!("&l{};", i - 1).repeat(10))).collect();
    let con = |da: &str, a: &str| {
        assert!(b.contains(da), "{da} in {b}");
        b.replacen(da, a, 1)
    };
    let attributi: String = (0..20_000).map(|i| format!(" a{i}=\"x\"")).collect();
    let spazi: String = (0..5_000).map(|i| format!(" xmlns:n{i}=\"urn:{i}\"")).collect();
    let mut tutte = vec![
        ("DTD", dtd("<!DOCTYPE x>")),
        ("DTD esterno", dtd("<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x.dtd\">")),
        (
            "entita' esterna",
            dtd("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>").replacen("12345678901", "&e;", 1),
        ),
        (
            "risate",
            dtd(&format!("<!DOCTYPE x [<!ENTITY l0 \"ah\">{risate}]>")).replacen("12345678901", "&l11;", 1),
        ),
        ("entita' parametro", dtd("<!DOCTYPE x [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]>")),
        ("entita' ignota", con("12345678901", "&nbsp;")),
        ("riferimento a nulla", con("12345678901", "&#0;")),
        ("riferimento smisurato", con("12345678901", "&#x99999999999;")),
        ("spazio dei nomi", b.replace("http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd", "urn:altro")),
        (
            "senza spazio dei nomi",
            b.replace(" xmlns:p=\"http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd\"", ""),
        ),
        (
            "ordine",
            con(
                "<idPA>12345678901</idPA><idBrokerPA>11111111113</idBrokerPA>",
                "<idBrokerPA>11111111113</idBrokerPA><idPA>12345678901</idPA>",
            ),
        ),
        ("ripetuto", con("<idPA>12345678901</idPA>", "<idPA>12345678901</idPA><idPA>12345678901</idPA>")),
        ("mancante", con("<idStation>11111111113_01</idStation>", "")),
        ("tipo", con("<fiscalCode>12345678901<", "<fiscalCode>dodici<")),
        ("testo fra gli elementi", con("<idBrokerPA>", "testo<idBrokerPA>")),
        ("troppo lungo", con("<idPA>12345678901</idPA>", &format!("<idPA>{}</idPA>", "1".repeat(1_000_000)))),
        ("profondo", con("<idPA>", &format!("{}{}<idPA>", "<x>".repeat(10_000), "</x>".repeat(10_000)))),
        ("mai chiuso", con("<idPA>", &"<x>".repeat(10_000))),
        ("attributi", con("<idPA>", &format!("<idPA{attributi}>"))),
        ("prefissi non usati, poi un errore", con("<idPA>", &format!("<y{spazi}/><idPA>"))),
        ("attributo ripetuto", con("<idPA>", "<idPA a=\"1\" a=\"2\">")),
        ("due corpi", con("</s:Body>", "</s:Body><s:Body/>")),
        ("due radici", format!("{b}{b}")),
        ("corpo vuoto", buste::busta("")),
        (
            "SOAP 1.2",
            con("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"),
        ),
        ("senza busta", b.split_once("<s:Body>").unwrap().1.split_once("</s:Body>").unwrap().0.to_owned()),
        ("JSON", "{\"idPA\":\"12345678901\"}".to_owned()),
        ("modulo", "a=b&c=d".to_owned()),
        ("vuoto", String::new()),
        ("bianco", " \r\n ".to_owned()),
        ("solo dichiarazione", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>".to_owned()),
        ("troncato", b[..b.len() - 30].to_owned()),
        ("CDATA mai chiuso", con("12345678901", "<![CDATA[12345678901")),
        ("commento mai chiuso", con("<idPA>", "<!-- <idPA>")),
        ("XML 1.1 con controllo", format!("<?xml version=\"1.1\"?>{}", con("12345678901", "123456789&#1;1"))),
    ];
    if b.contains("<amount>") {
        for (nome, v) in [
            ("testo", "dieci"),
            ("virgola", "45,01"),
            ("decimali", "45.0123"),
            ("enorme", "1e9"),
            ("vuoto", ""),
        ] {
            tutte.push((nome, con("<amount>45.01</amount>", &format!("<amount>{v}</amount>"))));
        }
    }
    if b.contains("<receipt>") {
        for (nome, da, a) in [
            ("esito", "<outcome>OK</outcome>", "<outcome>BOH</outcome>"),
            ("importo negativo", "<paymentAmount>45.01", "<paymentAmount>-45.01"),
            ("importo smisurato", "<paymentAmount>45.01", "<paymentAmount>99999999999999999999.00"),
            ("indice", "<idTransfer>1<", "<idTransfer>9<"),
            ("istante", "2026-03-10T09:15:30", "ieri"),
            ("istante lontano", "2026-03-10T09:15:30", "9999999999-01-01T00:00:00"),
            ("tipo di soggetto", ">F</entityUnique", ">Z</entityUnique"),
            ("senza trasferimenti", "<transferList><transfer>", "<transferList/><x><transfer>"),
        ] {
            tutte.push((nome, con(da, a)));
        }
    }
    tutte.into_iter().map(|(n, t)| (n.to_owned(), t)).collect()
}

/// The pendenza is as it was: no attempt but the one open, no receipt.
async fn come_prima(app: &TestApp) {
    let p = dettaglio(app, "P1").await;
    assert_eq!((&p["stato"], p["rpp"].as_array().unwrap().len()), (&json!("NON_ESEGUITA"), 1), "{p}");
    assert_eq!(p["rpp"][0]["stato"], "RPT_ACCETTATA_NODO");
    viva(app).await;
}

async fn attivata(backend: Backend) -> TestApp {
    let app = pronta(backend).await;
    put(&app, "P1", &buste::avviso(1)).await.con_stato(201);
    assert_eq!(esito(&app.nodo().soap(&buste::attiva(&buste::avviso(1))).await), "OK");
    app
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_operazione_rifiuta_cio_che_non_si_legge(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = attivata(backend).await;
    let mut lette = Vec::new();
    for (operazione, b) in buone() {
        for (nome, xml) in cattive(&b) {
            let caso = format!("{operazione}, {nome}");
            let prima = Instant::now();
            let r = app.nodo().soap(&xml).await;
            if r.stato() != 500 {
                lette.push(format!("{caso}: {} {}", r.stato(), esito(&r)));
                continue;
            }
            assert_eq!(r.intestazione("Content-Type"), Some("text/xml;charset=UTF-8"), "{caso}");
            assert_eq!(r.transazione().len(), 36, "{caso}");
            let fault = soap_fault(&r);
            let atteso = if nome == "SOAP 1.2" { "soap:VersionMismatch" } else { "soap:Client" };
            assert_eq!(fault, atteso, "{caso}: {}", r.testo());
            assert!(!r.testo().contains("root:"), "{caso}: {}", r.testo());
            assert!(r.corpo().len() < 4000, "{caso}: {} byte", r.corpo().len());
            assert!(prima.elapsed() < Duration::from_secs(5), "{caso}: {:?}", prima.elapsed());
        }
    }
    assert_eq!(lette, [] as [String; 0]);
    come_prima(&app).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_codifiche_valgono_quel_che_dicono(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = attivata(backend).await;
    let nodo = app.nodo();
    let b = buste::verifica(&buste::avviso(1));
    // An accent in a comment: what matters is whether the bytes are read at all.
    let accentata = b.replacen("<idPA>", "<!-- perché --><idPA>", 1);
    let latina: Vec<u8> = accentata.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(accentata.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let dichiarata = |codifica: &str, byte: &[u8]| {
        [format!("<?xml version=\"1.0\" encoding=\"{codifica}\"?>").as_bytes(), byte].concat()
    };
    for (nome, tipo, byte) in [
        ("UTF-8", "text/xml", accentata.clone().into_bytes()),
        ("UTF-8 con BOM", "text/xml", [b"\xef\xbb\xbf", accentata.as_bytes()].concat()),
        ("latina nel tipo", "text/xml; charset=ISO-8859-1", latina.clone()),
        ("latina fra apici", "text/xml; charset=\"iso-8859-1\"", latina.clone()),
        ("latina nella dichiarazione", "text/xml", dichiarata("ISO-8859-1", &latina)),
        ("windows-1252", "text/xml;charset=windows-1252", latina.clone()),
        ("UTF-16 con BOM", "text/xml; charset=UTF-16", utf16),
        ("senza tipo di caratteri", "application/xml", accentata.into_bytes()),
    ] {
        let r = nodo.grezzo(Method::POST, "", tipo, byte).await;
        assert_eq!(r.stato(), 200, "{nome}: {}", r.testo());
        assert_eq!(esito(&r), "OK", "{nome}");
    }
    // Broken, or other than it says.
    let mut rotta = b.clone().into_bytes();
    rotta.insert(b.find("<idPA>").unwrap() + 6, 0xc3);
    for (nome, tipo, byte) in [
        ("UTF-8 rotto", "text/xml", rotta),
        ("latina senza dirlo", "text/xml", latina),
        ("codifica ignota nella dichiarazione", "text/xml", dichiarata("x-boh", b.as_bytes())),
        ("codifica ignota nel tipo", "text/xml; charset=x-boh", b.clone().into_bytes()),
        ("zeri", "text/xml", vec![0; 1000]),
    ] {
        let r = nodo.grezzo(Method::POST, "", tipo, byte).await;
        assert_eq!(soap_fault(&r), "soap:Client", "{nome}");
    }
    for tipo in ["application/json", "application/soap+xml", "text/plain", "multipart/related"] {
        let r = nodo.grezzo(Method::POST, "", tipo, b.clone()).await;
        assert_eq!((r.stato(), r.testo(), r.transazione().len()), (415, "", 36), "{tipo}");
    }
    come_prima(&app).await;
}

fn gzip(byte: &[u8]) -> Vec<u8> {
    let mut e = GzEncoder::new(Vec::new(), Compression::best());
    e.write_all(byte).unwrap();
    e.finish().unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sei_megabyte_sono_troppi_anche_compressi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = attivata(backend).await;
    let nodo = app.nodo();
    let compresso = |corpo: Vec<u8>| {
        let r = nodo.richiesta(Method::POST, "").header("Content-Type", "text/xml");
        nodo.manda(r.header("Content-Encoding", "gzip").body(corpo))
    };
    let b = buste::ricevuta(&buste::avviso(1), "R1");
    let grande = b.replacen("<receipt>", &format!("<receipt><!-- {} -->", "x".repeat(6 << 20)), 1);
    let troppo = json!({ "categoria": "RICHIESTA", "codice": "413", "descrizione": "Body della richiesta troppo grande" });
    for _ in 0..3 {
        let r = nodo.soap(&grande).await;
        assert_eq!((r.stato(), r.json(), r.transazione().len()), (413, troppo.clone(), 36));
    }
    let r = compresso(gzip(grande.as_bytes())).await;
    assert_eq!((r.stato(), r.json()), (413, troppo.clone()));
    let bomba = gzip(&vec![b' '; 64 << 20]);
    assert_eq!(compresso(bomba).await.stato(), 413);
    let mut tronco = gzip(b.as_bytes());
    tronco.truncate(tronco.len() / 2);
    assert_eq!(soap_fault(&compresso(tronco).await), "soap:Client");
    assert_eq!(soap_fault(&compresso(b.clone().into_bytes()).await), "soap:Client");
    come_prima(&app).await;
    assert_eq!(esito(&compresso(gzip(b.as_bytes())).await), "OK");
}

/// What cannot be read leaves no event that cannot be written: the giornale goes on.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_giornale_va_avanti(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = attivata(backend).await;
    for (_, b) in buone() {
        for (_, xml) in cattive(&b) {
            app.nodo().soap(&xml).await;
        }
        let mut rotta = b.into_bytes();
        rotta.extend([0xff, 0xfe, 0x00]);
        app.nodo().grezzo(Method::POST, "", "text/xml", rotta).await;
    }
    let iuv = &buste::avviso(1)[1..];
    assert_eq!(esito(&app.nodo().soap(&buste::ricevuta(&buste::avviso(1), "R1")).await), "OK");
    finche("l'evento della ricevuta si legge", async || {
        let q = format!("/eventi?idDominio={DOMINIO}&iuv={iuv}&tipoEvento=paSendRTV2&esito=OK&messaggi=true");
        (app.backoffice().get(&q).await.con_stato(200).json()["numRisultati"] == 1).then_some(())
    })
    .await;
    // The unreadable ones that named an operation are there too, each of them readable.
    let r = app
        .backoffice()
        .get("/eventi?esito=KO&componente=API_PAGOPA&risultatiPerPagina=500&messaggi=true")
        .await
        .con_stato(200);
    let v = r.json();
    let eventi = v["risultati"].as_array().unwrap();
    assert!(eventi.iter().any(|e| e["tipoEvento"] == "paSendRTV2"), "{} eventi", eventi.len());
    viva(&app).await;
}
