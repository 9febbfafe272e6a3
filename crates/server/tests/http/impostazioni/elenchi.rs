//! Bounds of the lists (spec 10 3.3, section 8).

use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Anagrafica, Backend, TestApp};

fn busta(v: &Value) -> Value {
    let mut busta = v.clone();
    busta.as_object_mut().unwrap().remove("risultati");
    busta
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_conteggio_si_ferma_dove_e_detto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| {
        c.api.max_conteggio = 3;
        c.api.max_risultati_per_pagina = 4;
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    let (bo, applicazione) = (app.backoffice(), app.applicazione());
    for n in 0..5 {
        let entrata = json!({"descrizione": "e", "tipoContabilita": "ALTRO", "codiceContabilita": "123"});
        bo.put(&format!("/entrate/E{n}"), &entrata).await.con_stato(201);
        let corpo = json!({
            "idDominio": "12345678901", "idTipoPendenza": "TARI", "causale": format!("Rata {n}"), "importo": 1,
            "soggettoPagatore": {"tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi"},
            "voci": [{"idVocePendenza": "1", "importo": 1, "descrizione": "v", "codEntrata": "TARI"}]
        });
        applicazione.put(&format!("/pendenze/GESTIONALE/P{n}"), &corpo).await.con_stato(201);
    }
    let tutte =
        bo.get("/entrate?maxRisultati=false&risultatiPerPagina=0").await.json()["numRisultati"].clone();
    let tutte = tutte.as_i64().unwrap();
    assert!(tutte >= 5, "{tutte}");
    for (cliente, base, lista, quante, tetto) in [
        (&bo, testkit::BACKOFFICE, "/entrate", tutte, true),
        (&bo, testkit::BACKOFFICE, "/pendenze", 5, true),
        (&applicazione, testkit::PENDENZE, "/pendenze", 5, false),
    ] {
        let mut attesa = json!({
            "numRisultati": 3, "numPagine": 2, "risultatiPerPagina": 2, "pagina": 1,
            "prossimiRisultati": format!("{base}{lista}?pagina=2&risultatiPerPagina=2"),
        });
        if tetto {
            attesa["maxRisultati"] = json!(3);
        }
        let v = cliente.get(&format!("{lista}?risultatiPerPagina=2")).await.con_stato(200).json();
        assert_eq!(busta(&v), attesa, "{lista}");
        let v = cliente.get(&format!("{lista}?risultatiPerPagina=4&maxRisultati=false")).await.con_stato(200);
        let v = v.json();
        let attesa = json!({
            "numRisultati": quante, "numPagine": (quante + 3) / 4, "risultatiPerPagina": 4, "pagina": 1,
            "prossimiRisultati": format!("{base}{lista}?maxRisultati=false&pagina=2&risultatiPerPagina=4"),
        });
        assert_eq!((busta(&v), v["risultati"].as_array().unwrap().len()), (attesa, 4), "{lista}");
        let r = cliente.get(&format!("{lista}?risultatiPerPagina=5")).await;
        let testo = "Il campo risultatiPerPagina deve essere inferiore a 4.";
        assert_eq!(r.errore(), (400, "SINTASSI".to_owned(), testo.to_owned()), "{lista}");
    }
}
