//! What outgoing connectors say of themselves, and what is asked of who configures them (spec 10 sections 5.1,
//! 5.5, 6, 7).

mod auth;
mod cambi;
mod campi;
pub(crate) mod certificati;
mod gettoni;
mod intestazioni;
mod regole;
mod tls;

use crate::nodo::{ko, manda, nav, verifica};
use serde_json::{Value, json};
use testkit::{Anagrafica, Backend, Copione, GESTIONALE, StubEnte, TestApp};

/// The gateway with the standard anagrafica, without a connector.
async fn pronta(backend: Backend) -> TestApp {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    app
}

/// An ente that knows no pendenza: every verification ends well, and at once.
fn ignaro(ente: StubEnte) -> StubEnte {
    ente.per("/avvisi/", SCONOSCIUTA.clone());
    ente
}

static SCONOSCIUTA: std::sync::LazyLock<Copione> = std::sync::LazyLock::new(|| {
    Copione::Json(200, json!({"idA2A": "GESTIONALE", "idPendenza": "X", "stato": "SCONOSCIUTA"}))
});

fn corpo(url: &str, auth: &Value) -> Value {
    json!({
        "principal": GESTIONALE.0, "password": GESTIONALE.1, "abilitato": true, "apiPendenze": true,
        "domini": ["12345678901"], "tipiPendenza": ["*"],
        "codificaAvvisi": { "regExpIuv": "0100000009[0-9]+", "generazioneIuvInterna": false },
        "servizioIntegrazione": { "url": url, "versioneApi": "REST v1", "auth": auth }
    })
}

/// Gives the standard applicazione this connector.
async fn configura(app: &TestApp, url: &str, auth: &Value) {
    app.backoffice().put("/applicazioni/GESTIONALE", &corpo(url, auth)).await.con_stato(200);
}

/// The Node asks for a notice that only the ente may know: `Ok` when the ente answered that it does not, else
/// the cause that the Node is told.
async fn chiama(app: &TestApp) -> Result<(), String> {
    let (codice, testo) = ko(manda(&app.nodo(), &verifica(&nav(900_001))).await);
    let testo = testo.expect("una descrizione");
    match codice.as_str() {
        "PAA_PAGAMENTO_SCONOSCIUTO" => Ok(()),
        "PAA_SYSTEM_ERROR" => {
            let (_, causa) = testo.split_once("gestore del debito: ").expect("la causa");
            Err(causa.to_owned())
        }
        altro => panic!("{altro}: {testo}"),
    }
}

/// Requests that arrived under a path.
fn a(ente: &StubEnte, percorso: &str) -> Vec<testkit::RichiestaRicevuta> {
    ente.ricevute().into_iter().filter(|r| r.percorso.contains(percorso)).collect()
}
