//! An applicazione never sees, changes or prints somebody else's pendenze (spec 20 Done when 16).

use super::{DOMINIO, minima, percorso, put, ricca};
use http::Method;
use rstest::rstest;
use serde_json::json;
use testkit::Backend;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ognuno_vede_le_sue(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let r = put(&app, "P1", &minima()).await.con_stato(201).json();
    let numero = r["numeroAvviso"].as_str().expect("NAV").to_owned();
    let poco = app.applicazione().come("poco", "Poco2026aa");
    let annulla = json!([{"op": "REPLACE", "path": "/stato", "value": "ANNULLATA"}]);

    let (stato, codice, dettaglio) = poco.get(&percorso("P1")).await.errore();
    assert_eq!((stato, codice.as_str()), (403, "403000"));
    assert!(dettaglio.starts_with("Applicazione [POCO] non autorizzata"), "{dettaglio}");
    // The refusal does not tell whether it exists.
    assert_eq!(poco.get(&percorso("NO")).await.errore(), (stato, codice, dettaglio));
    for r in [poco.put(&percorso("P1"), &minima()).await, poco.patch(&percorso("P1"), &annulla).await] {
        assert_eq!(
            r.errore(),
            (
                400,
                "APP_002".into(),
                "Applicazione autenticata (POCO) diversa dalla chiamante (GESTIONALE)".into()
            )
        );
    }
    let avviso = format!("/avvisi/{DOMINIO}/{numero}");
    let r = poco.richiesta(Method::GET, &avviso).header("Accept", "application/json");
    let r = poco.manda(r).await;
    assert_eq!((r.stato(), r.errore().1.as_str()), (403, "403000"));
    // The same reference cannot be taken, nor the pendenza found under an own key.
    let mut p = minima();
    p["numeroAvviso"] = json!(numero);
    assert_eq!(poco.put("/pendenze/POCO/P1", &p).await.errore().1, "VER_025");
    let (stato, codice, _) = poco.get("/pendenze/POCO/P1").await.errore();
    assert_eq!((stato, codice.as_str()), (404, "404000"));
    assert_eq!(super::get(&app, "P1").await["stato"], "NON_ESEGUITA");

    // An operatore has no business here, whatever his rights.
    let operatore = app.applicazione().come(testkit::AMMINISTRATORE.0, testkit::AMMINISTRATORE.1);
    assert_eq!(operatore.get(&percorso("P1")).await.errore().1, "403000");
    app.applicazione().anonimo().get(&percorso("P1")).await.con_stato(401);
}
