//! What each call asks of the database, over HTTP and with nothing left out: authentication, the use
//! case, the answer. The giornale is the only thing added later, in batches.
//!
//! The use cases alone are counted beside their own tests: `un_put_nuovo_costa_una_lettura_e_un_commit`,
//! `una_verifica_legge_due_volte_al_massimo`, `un_attivazione_e_un_commit`, `una_ricevuta_e_un_commit`.

use rstest::rstest;
use serde_json::{Value, json};
use std::time::Duration;
use store::Conteggi;
use testkit::{Anagrafica, Backend, TestApp, buste};

/// Nothing runs in the background; master data, credentials and numbers are in memory.
async fn calda(backend: Backend) -> TestApp {
    let app = TestApp::con(backend, |c| {
        c.worker.jobs = false;
        c.worker.notifiche = false;
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    let avviso = put(&app, "CALDA", 5).await;
    app.nodo().soap(&buste::verifica(&avviso)).await.con_stato(200);
    app.backoffice().get("/eventi").await.con_stato(200);
    riposo().await;
    app
}

/// Longer than the giornale waits for company.
pub(crate) async fn riposo() {
    tokio::time::sleep(Duration::from_millis(300)).await;
}

fn corpo(voci: u32) -> Value {
    let elenco: Vec<Value> = (1..=voci)
        .map(|v| {
            json!({ "idVocePendenza": format!("V{v}"), "importo": 9, "descrizione": "Rata", "codEntrata": "TARI" })
        })
        .collect();
    json!({
        "idDominio": "12345678901", "idTipoPendenza": "TARI", "causale": "TARI 2026", "importo": 9 * voci,
        "soggettoPagatore": { "tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi" },
        "voci": elenco
    })
}

async fn put(app: &TestApp, id: &str, voci: u32) -> String {
    let r = app.applicazione().put(&format!("/pendenze/GESTIONALE/{id}"), &corpo(voci)).await.con_stato(201);
    r.json()["numeroAvviso"].as_str().unwrap().to_owned()
}

/// What was done by a call, the giornale included.
async fn spesa(app: &TestApp, chiamata: impl Future<Output = ()>) -> Conteggi {
    let prima = app.conteggi();
    chiamata.await;
    riposo().await;
    app.conteggi().da(prima)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_put_da_fuori_legge_una_volta_e_scrive_una_riga_per_voce(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = calda(backend).await;
    for voci in [1, 5] {
        let s = spesa(&app, async { drop(put(&app, &format!("P{voci}"), voci).await) }).await;
        // Its commit and that of the giornale: pendenza and voci; event and message.
        assert_eq!((s.letture, s.commit, s.istruzioni), (1, 2, u64::from(voci) + 3), "{s:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_nodo_da_fuori_non_costa_letture_in_piu(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = calda(backend).await;
    let avviso = put(&app, "P1", 1).await;
    riposo().await;
    let soap = |busta: String| {
        let app = &app;
        async move {
            let r = app.nodo().soap(&busta).await.con_stato(200);
            assert!(r.testo().contains("<outcome>OK</outcome>"), "{}", r.testo());
        }
    };
    let verifica = buste::verifica(&avviso);
    let attiva = buste::attiva(&avviso).replace("45.01", "9.00");
    let ricevuta = buste::ricevuta(&avviso, "R1").replace("45.01", "9.00");
    let s = spesa(&app, soap(verifica)).await;
    assert!(s.letture <= 2 && s.commit <= 1 && s.istruzioni <= 2, "{s:?}");
    // Pendenza, older attempts, attempt, request; the giornale.
    let s = spesa(&app, soap(attiva)).await;
    assert!(s.letture <= 3 && s.commit <= 2 && s.istruzioni <= 4 + 2, "{s:?}");
    // Pendenza, voce, attempt, receipt, riscossione; the giornale.
    let s = spesa(&app, soap(ricevuta)).await;
    assert!(s.letture <= 3 && s.commit <= 2 && s.istruzioni <= 5 + 2, "{s:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_pagina_di_lista_sono_due_letture(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = calda(backend).await;
    let bo = app.backoffice();
    // The page and its count.
    for (percorso, letture) in [
        ("/eventi", 2),
        ("/eventi?metadatiPaginazione=false", 1),
        ("/eventi?messaggi=true&esito=OK&componente=API_PENDENZE", 2),
        // The pendenza first, to know its other key.
        ("/eventi?idA2A=GESTIONALE&idPendenza=CALDA", 3),
        ("/notifiche", 2),
        ("/notifiche?stato=DA_SPEDIRE&metadatiPaginazione=false", 1),
    ] {
        let prima = app.conteggi();
        bo.get(percorso).await.con_stato(200);
        let s = app.conteggi().da(prima);
        assert_eq!(s.letture, letture, "{percorso}: {s:?}");
    }
}
