//! Paths and methods that nobody declared, written as browsers never write them.

use super::*;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rstest::rstest;
use testkit::{AMMINISTRATORE, BACKOFFICE, CCP, GESTIONALE, PENDENZE, buste};

/// Status and body of a request whose target goes on the wire as it is.
async fn chiede(app: &TestApp, metodo: &str, bersaglio: &str, utente: (&str, &str)) -> (u16, String) {
    let credenziali = BASE64_STANDARD.encode(format!("{}:{}", utente.0, utente.1));
    let r = grezzo(
        app,
        format!(
            "{metodo} {bersaglio} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\
             Authorization: Basic {credenziali}\r\n\r\n"
        )
        .as_bytes(),
    )
    .await;
    let stato =
        r.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_else(|| panic!("{bersaglio}: {r:?}"));
    let (testa, corpo) = r.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{metodo} {bersaglio}: {r:?}"));
    if stato != 431 && stato != 414 && !corpo.starts_with("HTTP") {
        assert!(
            testa.to_lowercase().contains("\r\nx-govpay-idtransazione: ") || !testa.contains("Date"),
            "{bersaglio}: {testa}"
        );
    }
    (stato, corpo.to_owned())
}

fn codice(corpo: &str) -> String {
    let v: Value = serde_json::from_str(corpo).unwrap_or_else(|e| panic!("{e}: {corpo}"));
    v["codice"].as_str().unwrap_or_default().to_owned()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_percorso_scritto_ad_arte_non_porta_altrove(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    put(&app, "P1", &buste::avviso(1)).await.con_stato(201);
    let lungo = "a".repeat(5000);
    let mut altri = Vec::new();
    for (coda, stato, atteso) in [
        // What an identifier cannot hold is a wrong identifier.
        ("/pendenze/GESTIONALE/%2e%2e", 400, "SINTASSI"),
        ("/pendenze/GESTIONALE/..%2fP1", 400, "SINTASSI"),
        ("/pendenze/GESTIONALE/P1%00", 400, "SINTASSI"),
        ("/pendenze/GESTIONALE/%c0%af", 400, "SINTASSI"),
        ("/pendenze/GESTIONALE/P1%0d%0aX:y", 400, "SINTASSI"),
        ("/pendenze/GESTIONALE/P1;a=b", 400, "SINTASSI"),
        ("/pendenze/GESTIONALE/P1'--", 400, "SINTASSI"),
        (&format!("/pendenze/GESTIONALE/{lungo}"), 400, "SINTASSI"),
        // Dots and empty segments are not resolved: there is nothing there.
        ("/pendenze/GESTIONALE/../GESTIONALE/P1", 404, "404000"),
        ("/pendenze//GESTIONALE/P1", 404, "404000"),
        ("//pendenze/GESTIONALE/P1", 404, "404000"),
        ("/pendenze%2FGESTIONALE%2FP1", 404, "404000"),
        ("/PENDENZE/GESTIONALE/P1", 404, "404000"),
        ("/pendenze/GESTIONALE/P1/nulla", 404, "404000"),
    ] {
        let caso = &coda[..coda.len().min(60)];
        let (s, corpo) = chiede(&app, "GET", &format!("{PENDENZE}{coda}"), GESTIONALE).await;
        if (s, codice(&corpo).as_str()) != (stato, atteso) {
            altri.push(format!("{caso}: {s} {corpo}"));
        }
    }
    // Out of an API there is no way into another one: the right of the caller follows the address.
    for (bersaglio, stato) in [
        (format!("{PENDENZE}/../../../../backoffice/rs/basic/v1/domini/{DOMINIO}"), 404),
        ("/govpay/backend/api/pendenze/../backoffice/rs/basic/v1/profilo".to_owned(), 404),
        ("/govpay//backend/api/backoffice/rs/basic/v1/profilo".to_owned(), 404),
        ("/govpay/backend/api/backoffice/rs/basic%2Fv1/profilo".to_owned(), 403),
        ("/govpay/backend/api/backoffice/rs/%62asic/v1/profilo".to_owned(), 403),
        ("/%2e%2e/%2e%2e/etc/passwd".to_owned(), 404),
        ("/../../etc/passwd".to_owned(), 404),
    ] {
        let (s, corpo) = chiede(&app, "GET", &bersaglio, AMMINISTRATORE).await;
        if s != stato {
            altri.push(format!("{bersaglio}: {s} {corpo}"));
        }
    }
    assert_eq!(altri, [] as [String; 0]);
    // A slash at the end is the same address, as ever.
    let (s, corpo) = chiede(&app, "GET", &format!("{PENDENZE}/pendenze/GESTIONALE/P1/"), GESTIONALE).await;
    assert_eq!(s, 200, "{corpo}");
    viva(&app).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_metodi_non_dichiarati_sono_405(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    put(&app, "P1", &buste::avviso(1)).await.con_stato(201);
    for (base, utente, percorso, metodi) in [
        (PENDENZE, GESTIONALE, "/pendenze/GESTIONALE/P1", &["DELETE", "TRACE", "PROPFIND", "POST"][..]),
        (BACKOFFICE, AMMINISTRATORE, "/domini/12345678901", &["DELETE", "PATCH", "POST", "TRACE"]),
        (BACKOFFICE, AMMINISTRATORE, "/eventi", &["PUT", "DELETE", "POST"]),
        (CCP, testkit::NODO, "", &["GET", "PUT", "DELETE", "PATCH", "TRACE"]),
    ] {
        for metodo in metodi {
            let (s, corpo) = chiede(&app, metodo, &format!("{base}{percorso}"), utente).await;
            assert_eq!((s, corpo.as_str()), (405, ""), "{metodo} {percorso}");
        }
    }
    assert_eq!(dettaglio(&app, "P1").await["stato"], "NON_ESEGUITA");
    viva(&app).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_non_e_una_richiesta_http_si_rifiuta(#[values(Backend::Lite)] backend: Backend) {
    let app = pronta(backend).await;
    let lungo = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(100_000));
    for (nome, byte) in [
        ("due lunghezze", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
        ("lunghezza negativa", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"),
        ("lunghezza smisurata", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n"),
        ("metodo rotto", "G\0T / HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("spazio nel percorso", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("versione", "GET / HTTP/9.9\r\nHost: x\r\n\r\n"),
        ("percorso lungo", &lungo),
    ] {
        let r = grezzo(&app, byte.as_bytes()).await;
        let stato = r.split(' ').nth(1).unwrap_or_default();
        assert!(["400", "431", "414", "505"].contains(&stato), "{nome}: {r:?}");
    }
    // A length beside chunks is how requests are smuggled: the connection does not outlive it.
    let r = grezzo(
        &app,
        b"POST /nulla HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\
          GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert!(!r.contains("\"ok\"") || r.matches("HTTP/1.1").count() <= 2, "{r}");
    viva(&app).await;
}
