//! Bad input and faults: a clear contract error each time, nothing lost, no panic, no half-written
//! state, and the others are served.

mod base_dati;
mod connessioni;
mod json;
mod percorsi;
mod xml;

use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use testkit::{Anagrafica, Backend, Risposta, TestApp};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const DOMINIO: &str = "12345678901";

/// The gateway with the standard anagrafica.
async fn pronta(backend: Backend) -> TestApp {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    app
}

/// A pendenza of 45.01 with that notice.
fn corpo(avviso: &str) -> Value {
    json!({
        "idDominio": DOMINIO, "idTipoPendenza": "TARI", "causale": "TARI 2026",
        "soggettoPagatore": { "tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi" },
        "importo": 45.01, "numeroAvviso": avviso, "dataScadenza": "2099-12-31",
        "voci": [{
            "idVocePendenza": "V1", "importo": 45.01, "descrizione": "Rata unica", "codEntrata": "TARI"
        }]
    })
}

fn percorso(id: &str) -> String {
    format!("/pendenze/GESTIONALE/{id}")
}

async fn put(app: &TestApp, id: &str, avviso: &str) -> Risposta {
    app.applicazione().put(&percorso(id), &corpo(avviso)).await
}

async fn dettaglio(app: &TestApp, id: &str) -> Value {
    app.applicazione().get(&percorso(id)).await.con_stato(200).json()
}

/// 500 of the contract, which says nothing of the cause.
fn e_interno(r: &Risposta) {
    let atteso = json!({ "categoria": "INTERNO", "codice": "INTERNAL", "descrizione": "Errore interno" });
    assert_eq!((r.stato(), r.json()), (500, atteso));
    assert_eq!(r.transazione().len(), 36);
}

/// `outcome` of an answer to the Node, with the code of the fault: `OK`, `KO PAA_...`.
fn esito(r: &Risposta) -> String {
    assert_eq!(r.stato(), 200, "{}", r.testo());
    assert_eq!(r.transazione().len(), 36);
    let tra = |da: &str, a: &str| r.testo().split_once(da).and_then(|(_, d)| d.split_once(a)).map(|(v, _)| v);
    match (tra("<outcome>", "</outcome>"), tra("<faultCode>", "</faultCode>")) {
        (Some(o), None) => o.to_owned(),
        (Some(o), Some(c)) => format!("{o} {c}"),
        (None, _) => panic!("{}", r.testo()),
    }
}

/// `faultcode` of a SOAP Fault.
fn soap_fault(r: &Risposta) -> String {
    assert_eq!(r.stato(), 500, "{}", r.testo());
    let codice = r.testo().split_once("<faultcode>").and_then(|(_, d)| d.split_once("</faultcode>"));
    codice.unwrap_or_else(|| panic!("{}", r.testo())).0.to_owned()
}

/// Asks again until the answer is right, 15 seconds at most.
async fn finche<F: AsyncFnMut() -> Option<T>, T>(cosa: &str, mut prova: F) -> T {
    let fine = Instant::now() + Duration::from_secs(15);
    loop {
        if let Some(t) = prova().await {
            return t;
        }
        assert!(Instant::now() < fine, "mai successo: {cosa}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The gateway answers, and knows nothing that it should not.
async fn viva(app: &TestApp) {
    assert_eq!(app.cliente("/health/ready").get("").await.stato(), 200);
    assert_eq!(app.applicazione().get("/pendenze/GESTIONALE/INESISTENTE").await.stato(), 404);
}

fn indirizzo(app: &TestApp) -> SocketAddr {
    app.url().trim_start_matches("http://").parse().unwrap()
}

/// What the gateway says to bytes written by hand, until it closes or 20 seconds pass.
async fn grezzo(app: &TestApp, byte: &[u8]) -> String {
    let mut s = TcpStream::connect(indirizzo(app)).await.unwrap();
    s.write_all(byte).await.unwrap();
    leggi_tutto(&mut s).await
}

async fn leggi_tutto(s: &mut TcpStream) -> String {
    let mut risposta = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(20), s.read_to_end(&mut risposta)).await;
    String::from_utf8_lossy(&risposta).into_owned()
}
