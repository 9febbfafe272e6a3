//! While others write: what is under way is never told as a fault.

use super::{Lente, falliti, url};
use crate::nodo::{accettata, attivata, carica, corpo, nav, ricevuta, voce};
use pagopa::ccp::Versione;
use rstest::rstest;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use testkit::{Anagrafica, Backend, Copione, StubEnte, TestApp};

/// Loads, activates, pays, annuls and pays again, until told to stop.
async fn lavora(app: &TestApp, chi: u64, basta: &AtomicBool) -> u64 {
    let mut fatti = 0;
    while !basta.load(Ordering::Relaxed) {
        let n = 1_000_000 * (chi + 1) + fatti;
        let (id, avviso) = (format!("W{n}"), nav(n));
        let c = corpo(&avviso, &[voce("V1", 10.0), voce("V2", 5.5)]);
        carica(app, &id, &c).await;
        let dati = attivata(app, Versione::V2, &avviso).await;
        carica(app, &id, &c).await;
        attivata(app, Versione::V2, &avviso).await;
        if fatti % 3 == 0 {
            let stato = json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATA" }]);
            app.applicazione().patch(&format!("/pendenze/GESTIONALE/{id}"), &stato).await.con_stato(200);
        }
        accettata(app, &ricevuta(Versione::V2, &dati, &avviso, &format!("R{n}"))).await;
        if fatti % 4 == 0 {
            accettata(app, &ricevuta(Versione::V1, &dati, &avviso, &format!("R{n}b"))).await;
        }
        fatti += 1;
    }
    fatti
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_lavora_non_e_mai_un_guasto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let ente = StubEnte::nuovo().await;
    ente.sempre(Copione::Stato(201));
    let app = Arc::new(TestApp::nuova(backend).await);
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    app.orologio().avanza(Duration::from_secs(120));
    let basta = Arc::new(AtomicBool::new(false));
    let pagate = Arc::new(AtomicU64::new(0));
    let operai: Vec<_> = (0..4)
        .map(|chi| {
            let (app, basta, pagate) = (Arc::clone(&app), Arc::clone(&basta), Arc::clone(&pagate));
            tokio::spawn(async move {
                pagate.fetch_add(lavora(&app, chi, &basta).await, Ordering::Relaxed);
            })
        })
        .collect();
    let (inizio, mut giri) = (Instant::now(), 0);
    while inizio.elapsed() < Duration::from_secs(4) || giri < 3 {
        assert_eq!(falliti(&Lente::di(&app).guarda(&url(&app)).await), []);
        giri += 1;
    }
    basta.store(true, Ordering::Relaxed);
    for o in operai {
        o.await.unwrap();
    }
    assert_eq!(falliti(&Lente::di(&app).guarda(&url(&app)).await), []);
    assert!(pagate.load(Ordering::Relaxed) > 4, "nessuno ha lavorato");
}
