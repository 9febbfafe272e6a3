//! A history in which everything that may happen to a payment happens, through the doors.

use super::{Lente, falliti, url};
use crate::nodo::{
    APPOGGIO, DOMINIO, accettata, attivata, carica, corpo, e_ko, finche, iuv, manda_ricevuta, nav, ricevuta,
    voce,
};
use domain::Importo;
use pagopa::ccp::{EsitoRicevuta, Versione};
use pagopa::nodo::Risposta as DelNodo;
use rstest::rstest;
use serde_json::json;
use std::time::Duration;
use testkit::{Anagrafica, Backend, Copione, StubEnte, TestApp};

/// The gateway with its history, nothing under way. The ente must live as long.
pub(super) struct Storia {
    pub(super) app: TestApp,
    pub(super) ente: StubEnte,
}

const V2: Versione = Versione::V2;

/// The notice of the n-th pendenza, far from those that we number.
pub(super) fn avviso(n: u64) -> String {
    nav(900_000 + n)
}

/// A pendenza of one voce of 45.01.
async fn una(app: &TestApp, n: u64) -> String {
    let nav = avviso(n);
    carica(app, &format!("P{n}"), &corpo(&nav, &[voce("V1", 45.01)])).await;
    nav
}

/// Cents.
fn cent(n: i64) -> Importo {
    Importo::da_centesimi(n)
}

pub(super) async fn scrivi(backend: Backend) -> Storia {
    let ente = StubEnte::nuovo().await;
    ente.sempre(Copione::Stato(201));
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    // Another account, so that there is more than one of everything.
    let conto = json!({ "postale": true, "abilitato": true });
    app.backoffice()
        .put(&format!("/domini/{DOMINIO}/contiAccredito/{APPOGGIO}"), &conto)
        .await
        .con_stato(201);
    // The promise on notifications holds a minute after the connector.
    app.orologio().avanza(Duration::from_secs(120));
    paga_in_ogni_modo(&app).await;
    annulla_e_numera(&app).await;
    in_massa(&app).await;
    non_consegnata(&app, &ente).await;
    Storia { app, ente }
}

async fn paga_in_ogni_modo(app: &TestApp) {
    // Paid, and the receipt came twice.
    let n = una(app, 1).await;
    let dati = attivata(app, V2, &n).await;
    let r = ricevuta(V2, &dati, &n, "R1");
    accettata(app, &r).await;
    assert!(matches!(manda_ricevuta(app, &r).await, DelNodo::Ko(..)));
    // Activated twice, left to itself.
    let n = avviso(2);
    carica(app, "P2", &corpo(&n, &[voce("V1", 10.0), voce("V2", 20.5)])).await;
    attivata(app, V2, &n).await;
    attivata(app, V2, &n).await;
    // Not paid, says a receipt that nobody had asked for (of one that was asked for the schema leaves no
    // way to say it); then paid.
    let n = una(app, 16).await;
    let mut no = ricevuta(V2, &dati, &n, "R16no");
    no.ricevuta.creditor_reference_id = iuv(&n).to_owned();
    let mut si = no.clone();
    no.ricevuta.outcome = EsitoRicevuta::Ko;
    no.ricevuta.payment_amount = cent(0);
    accettata(app, &no).await;
    si.ricevuta.receipt_id = "R16".to_owned();
    accettata(app, &si).await;
    // Paid twice: by two receipts of one attempt, and by a further attempt.
    let n = una(app, 3).await;
    let dati = attivata(app, V2, &n).await;
    accettata(app, &ricevuta(V2, &dati, &n, "R3")).await;
    accettata(app, &ricevuta(V2, &dati, &n, "R3b")).await;
    // Nobody activated it.
    let n = avviso(5);
    carica(app, "P5", &corpo(&n, &[voce("V1", 1.0), voce("V2", 2.0)])).await;
    let mut dati = attivata(app, Versione::V1, &una(app, 55).await).await;
    dati.creditor_reference_id = iuv(&n).to_owned();
    dati.payment_amount = cent(300);
    let mut altra = dati.transfers[0].clone();
    dati.transfers[0].amount = cent(100);
    (altra.id, altra.amount) = (2, cent(200));
    dati.transfers.push(altra);
    accettata(app, &ricevuta(Versione::V1, &dati, &n, "R5")).await;
    // Paid with another amount.
    let n = una(app, 6).await;
    let dati = attivata(app, V2, &n).await;
    let mut r = ricevuta(V2, &dati, &n, "R6");
    r.ricevuta.payment_amount = cent(4500);
    r.ricevuta.transfers[0].amount = cent(4500);
    accettata(app, &r).await;
    // A receipt that does not answer the request, then the right one.
    let n = una(app, 8).await;
    let dati = attivata(app, V2, &n).await;
    let giusta = ricevuta(V2, &dati, &n, "R8");
    let mut sbagliata = giusta.clone();
    sbagliata.ricevuta.payment_amount = cent(1);
    let testo = "ImportoTotalePagato [0.01] non corrisponde alla somma dei SingoliImportiPagati [45.01]";
    e_ko(manda_ricevuta(app, &sbagliata).await, "PAA_SEMANTICA", Some(testo));
    accettata(app, &giusta).await;
    // Refused, and then activated again.
    let n = una(app, 9).await;
    let dati = attivata(app, V2, &n).await;
    let mut sbagliata = ricevuta(V2, &dati, &n, "R9");
    sbagliata.ricevuta.payment_amount = cent(1);
    e_ko(manda_ricevuta(app, &sbagliata).await, "PAA_SEMANTICA", Some(testo));
    attivata(app, V2, &n).await;
    // The two versions mixed.
    for (numero, richiesta, rt) in [(10, Versione::V1, V2), (11, V2, Versione::V1)] {
        let n = una(app, numero).await;
        let dati = attivata(app, richiesta, &n).await;
        accettata(app, &ricevuta(rt, &dati, &n, &format!("R{numero}"))).await;
    }
}

async fn annulla_e_numera(app: &TestApp) {
    let stato = |s: &str| json!([{ "op": "REPLACE", "path": "/stato", "value": s }]);
    // Annulled, annulled and paid, annulled and back.
    for id in [4, 12, 13] {
        let n = una(app, id).await;
        let dati = attivata(app, V2, &n).await;
        let percorso = format!("/pendenze/GESTIONALE/P{id}");
        app.applicazione().patch(&percorso, &stato("ANNULLATA")).await.con_stato(200);
        match id {
            12 => accettata(app, &ricevuta(V2, &dati, &n, "R12")).await,
            13 => {
                app.applicazione().patch(&percorso, &stato("NON_ESEGUITA")).await.con_stato(200);
            }
            _ => {}
        }
    }
    // Closed because nothing came, and paid all the same.
    let n = una(app, 14).await;
    let dati = attivata(app, V2, &n).await;
    app.orologio().avanza(Duration::from_secs(45 * 60));
    app.engine().chiudi_tentativi_scaduti(1000).await.unwrap();
    accettata(app, &ricevuta(V2, &dati, &n, "R14")).await;
    // Numbered by us, changed, with an attachment and a document.
    let mut c = corpo(&avviso(0), &[voce("V1", 45.01)]);
    c.as_object_mut().unwrap().remove("numeroAvviso");
    carica(app, "P7", &c).await;
    carica(app, "P7bis", &c).await;
    c["causale"] = json!("TARI 2026, corretta");
    c["allegati"] = json!([{ "nome": "nota.txt", "contenuto": "bm90YQ==" }]);
    carica(app, "P7", &c).await;
}

/// The last notification waits for its second attempt.
/// A bulk load of three lines: the annulment of P4, which is annulled; a blank one; the annulment of a
/// pendenza that is not there.
async fn in_massa(app: &TestApp) {
    let bo = app.backoffice();
    let annulla = |id: &str| format!("GESTIONALE,{id},{DOMINIO}{}0", ",".repeat(10));
    let file = format!("intestazione\n{}\n\n{}\n", annulla("P4"), annulla("MAI"));
    let dove = format!("/pendenze/tracciati/{DOMINIO}?stampaAvvisi=false");
    let nato = bo.grezzo(http::Method::POST, &dove, "text/csv", file).await.con_stato(201).json();
    finche("il tracciato finito", || async {
        let t = bo.get(&format!("/pendenze/tracciati/{}", nato["id"])).await.con_stato(200).json();
        (t["stato"] == "ESEGUITO_CON_ERRORI").then(|| {
            assert_eq!(
                (&t["numeroOperazioniEseguite"], &t["numeroOperazioniFallite"]),
                (&json!(1), &json!(2))
            );
        })
    })
    .await;
}

async fn non_consegnata(app: &TestApp, ente: &StubEnte) {
    finche("tutte spedite", || async {
        let r = app.backoffice().get("/notifiche?stato=DA_SPEDIRE").await.con_stato(200);
        (r.json()["numRisultati"] == 0).then_some(())
    })
    .await;
    ente.sempre(Copione::Stato(500));
    let n = una(app, 15).await;
    attivata(app, V2, &n).await;
    finche("un fallimento", || async {
        let r = app.backoffice().get("/notifiche?stato=DA_SPEDIRE").await.con_stato(200);
        (r.json()["risultati"][0]["numeroTentativi"] == 1).then_some(())
    })
    .await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_storia_vera_e_pulita(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let storia = scrivi(backend).await;
    let lente = Lente::di(&storia.app);
    let fatti = lente.guarda(&url(&storia.app)).await;
    assert_eq!(falliti(&fatti), []);
    assert_eq!(fatti.len(), engine::controlli::elenco().count());
    let esaminati = |codice: &str| fatti.iter().find(|r| r.codice == codice).unwrap().trovati.esaminati;
    assert_eq!(esaminati("voci-importo"), Some(18));
    assert_eq!(esaminati("voci-stato"), Some(20));
    assert_eq!(esaminati("notifica-ricevuta"), Some(12));
    assert_eq!(esaminati("ricevute"), Some(14));
    assert_eq!(esaminati("contatori-iuv"), Some(1));
    assert_eq!(esaminati("tentativi-scaduti"), Some(1));
    drop(storia.ente);
}
