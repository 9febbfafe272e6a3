//! Lists of what has expired, before and after the job `scadenzePassate` has seen it (spec 20 6.2).

use super::{DOMINIO, con, get, minima, paga, percorso, put};
use crate::nodo::finche;
use domain::pendenza::StatoPendenza;
use rstest::rstest;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Anagrafica, Backend, TestApp};

fn chiavi(busta: &Value) -> Vec<&str> {
    let righe = busta["risultati"].as_array().expect("risultati");
    righe.iter().map(|r| r["idPendenza"].as_str().expect("idPendenza")).collect()
}

/// Whoever asks, whatever the order: `attese` in the order of loading, the last first.
async fn scadute(app: &TestApp, attese: &[&str]) {
    let (ente, bo) = (app.applicazione(), app.backoffice());
    for (chi, query) in [
        (&ente, String::new()),
        (&ente, format!("&idDominio={DOMINIO}")),
        (&bo, String::new()),
        (&bo, "&idA2A=GESTIONALE".to_owned()),
        (&bo, format!("&idDominio={DOMINIO}&idTipoPendenza=TARI")),
    ] {
        let b: Value = chi.get(&format!("/pendenze?stato=SCADUTA{query}")).await.con_stato(200).json();
        assert_eq!((chiavi(&b), &b["numRisultati"]), (attese.to_vec(), &json!(attese.len())), "{query}");
    }
    let vuoto: Value = bo.get("/pendenze?stato=SCADUTA&idA2A=ALTRA").await.con_stato(200).json();
    assert_eq!(chiavi(&vuoto), [""; 0]);
    for n in 0..attese.len() {
        let pagina = format!("/pendenze?stato=SCADUTA&risultatiPerPagina=1&pagina={}", n + 1);
        let b: Value = ente.get(&pagina).await.con_stato(200).json();
        assert_eq!((chiavi(&b), &b["numRisultati"]), (vec![attese[n]], &json!(attese.len())), "{n}");
    }
    // In these tests the last days come in the order of loading.
    let mut prima: Vec<&str> = attese.to_vec();
    prima.reverse();
    for campo in ["dataCaricamento", "dataScadenza"] {
        let ordine = format!("/pendenze?stato=SCADUTA&ordinamento={campo}");
        assert_eq!(chiavi(&ente.get(&ordine).await.con_stato(200).json()), prima, "{campo}");
    }
}

/// The job runs at its next instant, and there is nothing left that it has not seen.
async fn corre(app: &mut TestApp) {
    app.orologio().avanza(Duration::from_secs(30 * 60));
    app.configurazione_mut().worker.jobs = true;
    app.riavvia().await;
    finche("le scadenze passate sono viste", async || {
        let store = app.engine().store();
        let oggi = app.engine().oggi();
        let lavori = store.lavori().await.expect("lavori");
        let corso =
            lavori.iter().any(|l| l.nome == "scadenzePassate" && l.ultimo_esito.as_deref() == Some("OK"));
        (corso && store.conta_scadenze_passate(oggi, 10).await.expect("conteggio") == 0).then_some(())
    })
    .await;
    app.configurazione_mut().worker.jobs = false;
    app.riavvia().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn viste_o_no_sono_le_stesse(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let mut app = TestApp::con(backend, |c| c.worker.jobs = false).await;
    Anagrafica::standard().crea(&app).await;
    // The clock of the tests says 10 March 2026.
    for (id, scadenza) in [
        ("IERI", Some("2026-03-09")),
        ("OGGI", Some("2026-03-10")),
        ("PAGATA", Some("2026-03-10")),
        ("DOMANI", Some("2026-03-11")),
        ("DOPO", Some("2026-04-30")),
        ("MAI", None),
    ] {
        let corpo = scadenza.map_or_else(minima, |s| con(&minima(), "/dataScadenza", json!(s)));
        put(&app, id, &corpo).await.con_stato(201);
        app.orologio().avanza(Duration::from_secs(1));
    }
    paga(&app, "PAGATA", StatoPendenza::Eseguito).await;
    scadute(&app, &["IERI"]).await;
    app.orologio().avanza_giorni(1);
    scadute(&app, &["OGGI", "IERI"]).await;
    corre(&mut app).await;
    scadute(&app, &["OGGI", "IERI"]).await;
    // Some seen, some not.
    app.orologio().avanza_giorni(1);
    scadute(&app, &["DOMANI", "OGGI", "IERI"]).await;

    // A new last day is awaited again, wherever the old one was.
    for id in ["OGGI", "DOMANI"] {
        put(&app, id, &con(&minima(), "/dataScadenza", json!("2026-03-12"))).await.con_stato(200);
    }
    scadute(&app, &["IERI"]).await;
    app.orologio().avanza_giorni(1);
    scadute(&app, &["DOMANI", "OGGI", "IERI"]).await;
    corre(&mut app).await;
    scadute(&app, &["DOMANI", "OGGI", "IERI"]).await;

    // Cancelled and called back, paid.
    let stato = |s: &str| json!([{ "op": "REPLACE", "path": "/stato", "value": s }]);
    let cambia = async |id: &str, s: &str| {
        app.applicazione().patch(&percorso(id), &stato(s)).await.con_stato(200);
    };
    cambia("OGGI", "ANNULLATA").await;
    scadute(&app, &["DOMANI", "IERI"]).await;
    cambia("OGGI", "NON_ESEGUITA").await;
    assert_eq!(get(&app, "OGGI").await["stato"], "SCADUTA");
    paga(&app, "IERI", StatoPendenza::Eseguito).await;
    scadute(&app, &["DOMANI", "OGGI"]).await;
    corre(&mut app).await;
    scadute(&app, &["DOMANI", "OGGI"]).await;
    let b: Value = app.applicazione().get("/pendenze?stato=NON_ESEGUITA").await.con_stato(200).json();
    assert_eq!(chiavi(&b), ["MAI", "DOPO"]);
}
