//! What a review from outside found, one test per finding.

mod anagrafica_riferimenti;
mod nodo_ente;
mod nodo_ricevute;
mod pendenze_bordi;
mod pendenze_contese;

use serde_json::{Value, json};
use testkit::{Anagrafica, Backend, TestApp};

/// The gateway with the standard anagrafica.
async fn pronta(backend: Backend) -> TestApp {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    app
}

/// The smallest pendenza of one voce.
fn minima() -> Value {
    json!({
        "idDominio": "12345678901",
        "causale": "Sanzione CdS n. abc00000",
        "importo": 100.50,
        "voci": [{
            "idVocePendenza": "v1", "importo": 100.50, "descrizione": "Sanzione", "codEntrata": "TARI"
        }]
    })
}
