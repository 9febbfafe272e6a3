//! Bulk loads (spec 20 section 11).

mod annulla;
mod conti;
mod csv;
mod invio;
mod json;
mod presa;
mod stampe;
mod turni;

use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Anagrafica, Backend, Cliente, Risposta, TestApp};

const DOMINIO: &str = "12345678901";
const T: &str = "/pendenze/tracciati";

/// The gateway with the standard anagrafica.
async fn pronta(backend: Backend) -> TestApp {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    app
}

/// The same without its jobs: a test makes their steps.
async fn senza_lavori(backend: Backend) -> TestApp {
    let app = TestApp::con(backend, |c| c.worker.jobs = false).await;
    Anagrafica::standard().crea(&app).await;
    app
}

/// What the job does when it is told to end at once: one group of operations, or what comes after the
/// last; `false`: there was nothing to do.
async fn un_passo(app: &TestApp) -> bool {
    let fine = tokio_util::sync::CancellationToken::new();
    fine.cancel();
    app.engine().elabora_tracciato(Duration::from_secs(30), &fine).await.expect("un passo")
}

/// A pendenza of a JSON file.
fn voce(id: &str) -> Value {
    json!({
        "idA2A": "GESTIONALE", "idPendenza": id, "idTipoPendenza": "TARI", "causale": format!("TARI {id}"),
        "importo": 45.01,
        "soggettoPagatore": {"tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Rossi, Mario"},
        "voci": [{"idVocePendenza": "V1", "importo": 45.01, "descrizione": "Rata", "codEntrata": "TARI"}]
    })
}

/// A line of the default layout with these cells.
fn linea(celle: &[(usize, &str)]) -> String {
    let mut tutte = vec![String::new(); 38];
    for (i, v) in celle {
        if *i >= tutte.len() {
            tutte.resize(i + 1, String::new());
        }
        tutte[*i] = if v.contains([',', '"', '\n']) {
            format!("\"{}\"", v.replace('"', "\"\""))
        } else {
            (*v).to_owned()
        };
    }
    tutte.join(",")
}

/// A good line, and what is different in it.
fn riga(id: &str, altre: &[(usize, &str)]) -> String {
    let causale = format!("TARI {id}");
    let mut celle = vec![
        (0, "GESTIONALE"),
        (1, id),
        (2, DOMINIO),
        (4, "TARI"),
        (6, causale.as_str()),
        (12, "45.01"),
        (16, "F"),
        (17, "RSSMRA30A01H501I"),
        (18, "Rossi, Mario"),
        (27, "V1"),
        (28, "45.01"),
        (29, "Rata"),
        (34, "TARI"),
    ];
    celle.extend_from_slice(altre);
    linea(&celle)
}

/// A file: the header and these lines.
fn file(righe: &[String]) -> String {
    format!("intestazione\n{}\n", righe.join("\n"))
}

async fn invia_csv(bo: &Cliente, dove: &str, corpo: &str) -> Risposta {
    bo.grezzo(http::Method::POST, &format!("{T}/{dove}"), "text/csv", corpo.to_owned()).await
}

/// Accepted, then worked on to its end: the detail.
async fn finito(bo: &Cliente, inviato: Risposta) -> Value {
    let id = inviato.con_stato(201).json()["id"].as_i64().expect("un id");
    for _ in 0..600 {
        let t = bo.get(&format!("{T}/{id}")).await.con_stato(200).json();
        match t["stato"].as_str().expect("uno stato") {
            "IN_ATTESA" | "IN_ELABORAZIONE" | "ELABORAZIONE_STAMPA" => {}
            _ => return t,
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("tracciato {id} mai finito")
}

/// State, operations (total, done, failed), prints (total, done, failed).
fn conti(t: &Value) -> (&str, [i64; 3], [i64; 3]) {
    let n = |nome: &str| t[nome].as_i64().expect("un contatore");
    (
        t["stato"].as_str().expect("uno stato"),
        [n("numeroOperazioniTotali"), n("numeroOperazioniEseguite"), n("numeroOperazioniFallite")],
        [n("numeroAvvisiTotali"), n("numeroAvvisiStampati"), n("numeroAvvisiFalliti")],
    )
}

/// The operations, in one page.
async fn operazioni(bo: &Cliente, t: &Value) -> Vec<Value> {
    let r = bo.get(&format!("{T}/{}/operazioni?risultatiPerPagina=100", t["id"])).await.con_stato(200);
    r.json()["risultati"].as_array().expect("una lista").clone()
}

async fn esito(bo: &Cliente, t: &Value) -> Risposta {
    bo.get(&format!("{T}/{}/esito", t["id"])).await
}
