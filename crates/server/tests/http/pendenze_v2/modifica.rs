//! PATCH, the tables of spec 20 section 4.

use super::{documento, get, minima, paga, percorso, pronta, put};
use domain::pendenza::StatoPendenza;
use http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Backend, Risposta, TestApp};

async fn patch(app: &TestApp, id: &str, operazioni: Value) -> Risposta {
    app.applicazione().patch(&percorso(id), &operazioni).await
}

fn op(op: &str, path: &str, value: Value) -> Value {
    json!([{"op": op, "path": path, "value": value}])
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_operazioni_e_il_loro_effetto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    put(&app, "P1", &minima()).await.con_stato(201);
    let annulla = op("REPLACE", "/stato", json!("ANNULLATA"));
    for _ in 0..2 {
        let r = patch(&app, "P1", annulla.clone()).await.con_stato(200);
        assert_eq!(r.json(), get(&app, "P1").await);
        assert_eq!(r.json()["stato"], "ANNULLATA");
    }
    let r = patch(&app, "P1", op("REPLACE", "/descrizioneStato", json!("errore"))).await.con_stato(200);
    assert_eq!(r.json()["descrizioneStato"], "errore");
    let r =
        patch(&app, "P1", op("ADD", "/nota", json!({"oggetto": "nota", "testo": "x"}))).await.con_stato(200);
    assert_eq!(r.json()["descrizioneStato"], "nota");
    patch(&app, "P1", op("REPLACE", "/ack", json!(true))).await.con_stato(200);
    let r = patch(&app, "P1", op("REPLACE", "/stato", json!("NON_ESEGUITA"))).await.con_stato(200);
    insta::allow_duplicates! {
    insta::assert_snapshot!(documento(&r.json()), @r#"
    {
      "idA2A": "GESTIONALE",
      "idPendenza": "P1",
      "idTipoPendenza": "TARI",
      "dominio": {
        "idDominio": "12345678901",
        "ragioneSociale": "Ente Creditore di prova"
      },
      "stato": "NON_ESEGUITA",
      "descrizioneStato": "nota",
      "iuvAvviso": "01000000000000144",
      "causale": "Sanzione CdS n. abc00000",
      "soggettoPagatore": {
        "identificativo": "ANONIMO",
        "anagrafica": "ANONIMO"
      },
      "importo": 100.50,
      "numeroAvviso": "301000000000000144",
      "dataCaricamento": "2026-03-10",
      "tipo": "dovuto",
      "UUID": "[uuid]",
      "voci": [
        {
          "idVocePendenza": "v1",
          "importo": 100.50,
          "descrizione": "Sanzione",
          "indice": 1,
          "stato": "Non eseguito",
          "codEntrata": "TARI"
        }
      ],
      "rpp": []
    }
    "#);
    }
    // A JSON Patch is what it is called.
    let r = app
        .applicazione()
        .grezzo(Method::PATCH, &percorso("P1"), "application/json-patch+json", annulla.to_string())
        .await;
    assert_eq!(r.stato(), 200);
    patch(&app, "P1", json!([])).await.con_stato(200);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_rifiuto_con_il_suo_testo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    put(&app, "P1", &minima()).await.con_stato(201);
    let value = "Il campo value non e' valido per il path indicato.";
    let da_annullato = "Non e' consentito aggiornare lo stato di una pendenza ad NON_ESEGUITO da uno stato \
                        diverso da ANNULLATO";
    let da_pagata = "Non e' consentito aggiornare lo stato di una pendenza ad ANNULLATO da uno stato diverso \
                     da NON_ESEGUITO o ANNULLATO";
    let mut casi = vec![
        (json!([{"path": "/stato", "value": "ANNULLATA"}]), "Il campo op non deve essere vuoto."),
        (op("MOVE", "/stato", json!("ANNULLATA")), "Il campo op non e' valido."),
        (json!([{"op": "REPLACE", "value": "x"}]), "Il campo path non deve essere vuoto."),
        (op("REPLACE", "/acl", json!("x")), "Il campo path non e' valido."),
        (op("REPLACE", "/stato", Value::Null), value),
        (op("REPLACE", "/stato", json!("")), value),
        (op("REPLACE", "/descrizioneStato", json!("")), value),
        (op("ADD", "/nota", json!({})), value),
        (op("REPLACE", "/ack", json!("forse")), value),
        (
            op("REPLACE", "/stato", json!("BOH")),
            "Il campo value indicato per il path '/stato' non e' valido.",
        ),
        (op("ADD", "/stato", json!("ANNULLATA")), "Op 'ADD' non valido per il path '/stato'"),
        (op("REPLACE", "/nota", json!({"oggetto": "x"})), "Op 'REPLACE' non valido per il path '/nota'"),
        (op("REPLACE", "/stato", json!("NON_ESEGUITA")), da_annullato),
    ];
    let testi: Vec<String> = ["ESEGUITA", "ESEGUITA_PARZIALE", "SCADUTA", "ANOMALA", "INCASSATA"]
        .map(|s| format!("Non e' consentito aggiornare lo stato di una pendenza ad {s}"))
        .to_vec();
    for (stato, testo) in
        ["ESEGUITA", "ESEGUITA_PARZIALE", "SCADUTA", "ANOMALA", "INCASSATA"].iter().zip(&testi)
    {
        casi.push((op("REPLACE", "/stato", json!(stato)), testo));
    }
    for (operazioni, testo) in casi {
        let e = patch(&app, "P1", operazioni.clone()).await.errore();
        assert_eq!(e, (400, "SINTASSI".into(), testo.into()), "{operazioni}");
    }
    // All or nothing.
    let meta = json!([
        {"op": "REPLACE", "path": "/descrizioneStato", "value": "mai"},
        {"op": "REPLACE", "path": "/stato", "value": "NON_ESEGUITA"}
    ]);
    patch(&app, "P1", meta).await.con_stato(400);
    assert_eq!(get(&app, "P1").await.get("descrizioneStato"), None);
    paga(&app, "P1", StatoPendenza::Eseguito).await;
    for (stato, testo) in [("ANNULLATA", da_pagata), ("NON_ESEGUITA", da_annullato)] {
        let e = patch(&app, "P1", op("REPLACE", "/stato", json!(stato))).await.errore();
        assert_eq!(e, (400, "SINTASSI".into(), testo.into()));
    }
    let (stato, codice, _) = patch(&app, "NO", op("REPLACE", "/stato", json!("ANNULLATA"))).await.errore();
    assert_eq!((stato, codice.as_str()), (404, "404000"));
    patch(&app, "P1", json!({})).await.con_stato(400);
    let r = app.applicazione().grezzo(Method::PATCH, &percorso("P1"), "text/plain", "[]").await;
    assert_eq!(r.stato(), 415);
}
