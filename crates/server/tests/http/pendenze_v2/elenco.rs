//! GET `/pendenze` (spec 20 6.2).

use super::{DOMINIO, con, minima, paga, percorso, put, ricca};
use domain::pendenza::StatoPendenza;
use rstest::rstest;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Backend, TestApp};

async fn busta(app: &TestApp, query: &str) -> Value {
    app.applicazione().get(&format!("/pendenze?{query}")).await.con_stato(200).json()
}

/// The keys of the rows, in order.
async fn trovate(app: &TestApp, query: &str) -> Vec<String> {
    chiavi(&busta(app, query).await)
}

fn chiavi(busta: &Value) -> Vec<String> {
    let righe = busta["risultati"].as_array().expect("risultati");
    righe.iter().map(|r| r["idPendenza"].as_str().expect("idPendenza").to_owned()).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_riga_e_la_busta(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    assert_eq!(
        busta(&app, "").await.to_string(),
        r#"{"numRisultati":0,"numPagine":1,"risultatiPerPagina":25,"pagina":1,"risultati":[]}"#
    );
    let corpo = con(&minima(), "/dataScadenza", json!("2026-12-31"));
    put(&app, "P1", &corpo).await.con_stato(201);
    let b = busta(&app, "").await;
    assert_eq!(
        b.as_object().expect("busta").keys().collect::<Vec<_>>(),
        ["numRisultati", "numPagine", "risultatiPerPagina", "pagina", "risultati"]
    );
    // The row is the detail with a link in the place of the attempts, and without voci.
    let mut atteso = super::get(&app, "P1").await;
    atteso.as_object_mut().expect("oggetto").remove("voci");
    atteso["rpp"] = json!("/rpp?idA2A=GESTIONALE&idPendenza=P1");
    assert_eq!(b["risultati"], json!([atteso]));
    let campi = busta(&app, "campi=idPendenza,stato").await;
    assert_eq!(campi["risultati"], json!([{ "idPendenza": "P1", "stato": "NON_ESEGUITA" }]));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_pagine_non_si_sovrappongono(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    // All in the same instant: only the key tells them apart.
    for n in 0..30 {
        put(&app, &format!("P{n:02}"), &minima()).await.con_stato(201);
    }
    let prima = busta(&app, "metadatiPaginazione=true").await;
    assert_eq!((&prima["numRisultati"], &prima["numPagine"]), (&json!(30), &json!(2)));
    let altra = prima["prossimiRisultati"].as_str().expect("prossimi");
    assert!(altra.ends_with("/pendenze?metadatiPaginazione=true&pagina=2&risultatiPerPagina=25"), "{altra}");
    let seconda = busta(&app, altra.split_once('?').expect("query").1).await;
    assert_eq!(seconda.get("prossimiRisultati"), None);
    let tutte = [chiavi(&prima), chiavi(&seconda)].concat();
    let attese: Vec<String> = (0..30).rev().map(|n| format!("P{n:02}")).collect();
    assert_eq!(tutte, attese);
    assert_eq!(
        busta(&app, "risultatiPerPagina=0").await.to_string(),
        r#"{"numRisultati":30,"risultatiPerPagina":0,"pagina":1,"risultati":[]}"#
    );
    let senza = busta(&app, "metadatiPaginazione=false&risultatiPerPagina=10").await;
    assert_eq!(
        senza.as_object().expect("busta").keys().collect::<Vec<_>>(),
        ["risultatiPerPagina", "pagina", "prossimiRisultati", "risultati"]
    );
    assert_eq!(chiavi(&senza).len(), 10);
    for (query, stato, codice, dettaglio) in [
        (
            "risultatiPerPagina=5001",
            400,
            "SINTASSI",
            "Il campo risultatiPerPagina deve essere inferiore a 5,000.",
        ),
        (
            "risultatiPerPagina=-1",
            400,
            "SINTASSI",
            "Il campo risultatiPerPagina deve essere superiore o uguale a 0.",
        ),
        ("pagina=0", 400, "SINTASSI", "Il campo pagina deve essere superiore o uguale a 1."),
        (
            "ordinamento=-importo",
            422,
            "100001",
            "Il campo importo non e' valido per ordinare la ricerca in corso. Campi consentiti: \
             [dataCaricamento, dataValidita, dataScadenza, stato]",
        ),
        (
            "stato=PAGATA",
            400,
            "SINTASSI",
            "Codifica inesistente per stato. Valore fornito [PAGATA] valori possibili [ESEGUITA, NON_ESEGUITA, \
             ESEGUITA_PARZIALE, ANNULLATA, SCADUTA, ANOMALA, INCASSATA]",
        ),
        (
            "dataDa=ieri",
            400,
            "SINTASSI",
            "Il formato della data indicata [ieri] per il parametro [dataDa] non e' valido.",
        ),
        (
            "mostraSpontaneiNonPagati=si",
            400,
            "SINTASSI",
            "Il valore indicato per il parametro mostraSpontaneiNonPagati non e' valido.",
        ),
    ] {
        let r = app.applicazione().get(&format!("/pendenze?{query}")).await;
        assert_eq!(r.errore(), (stato, codice.into(), dettaglio.into()), "{query}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_filtro_trova_le_sue(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let mut a = con(&minima(), "/direzione", json!("D1"));
    a["divisione"] = json!("V1");
    a["soggettoPagatore"] =
        json!({ "tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario" });
    put(&app, "A", &a).await.con_stato(201);
    app.orologio().avanza(Duration::from_secs(86_400));
    let domani = app.engine().oggi();
    put(&app, "B", &minima()).await.con_stato(201);
    let ieri = domani.yesterday().expect("ieri");
    let anno = ieri.year();
    for (query, attese) in [
        ("".to_owned(), &["B", "A"][..]),
        (format!("idDominio={DOMINIO}"), &["B", "A"]),
        ("idDominio=1234567890".to_owned(), &[]),
        // The caller's own, whatever it asks.
        ("idA2A=POCO".to_owned(), &["B", "A"]),
        ("idPendenza=A".to_owned(), &["A"]),
        ("idPendenza=a".to_owned(), &[]),
        ("idDebitore=rssmra30a01h501i".to_owned(), &["A"]),
        ("idDebitore=RSSMRA30A01H501".to_owned(), &[]),
        ("direzione=D1".to_owned(), &["A"]),
        ("divisione=V1".to_owned(), &["A"]),
        ("divisione=V".to_owned(), &[]),
        (format!("dataDa={domani}"), &["B"]),
        (format!("dataA={ieri}"), &["A"]),
        (format!("dataDa={ieri}&dataA={domani}"), &["B", "A"]),
        (format!("dataDa={anno}"), &["B", "A"]),
        (format!("dataA={}", anno - 1), &[]),
        (format!("dataDa={ieri}T25:00:00.000"), &["B"]),
        ("idPagamento=1234".to_owned(), &[]),
        ("stato=NON_ESEGUITA&direzione=D1".to_owned(), &["A"]),
        ("ordinamento=dataCaricamento".to_owned(), &["A", "B"]),
        ("mostraSpontaneiNonPagati=true".to_owned(), &["B", "A"]),
    ] {
        assert_eq!(trovate(&app, &query).await, attese, "{query}");
    }
}

/// Each filter by state finds the rows which are shown in that state, and no other.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn lo_stato_cercato_e_quello_mostrato(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let oggi = app.engine().oggi();
    for (id, scadenza) in [
        ("LIBERA", None),
        ("OGGI", Some(oggi)),
        ("IERI", Some(oggi.yesterday().expect("ieri"))),
        ("PAGATA", Some(oggi)),
        ("PARTE", None),
        ("ANNULLATA", Some(oggi.yesterday().expect("ieri"))),
        ("ANOMALA", None),
        ("INCASSATA", None),
    ] {
        let scadenza = scadenza.map_or(Value::Null, |d| json!(d.to_string()));
        put(&app, id, &con(&minima(), "/dataScadenza", scadenza)).await.con_stato(201);
    }
    for id in ["PAGATA", "ANOMALA", "INCASSATA"] {
        paga(&app, id, StatoPendenza::Eseguito).await;
    }
    paga(&app, "PARTE", StatoPendenza::ParzialmenteEseguito).await;
    super::cambia(&app, "ANOMALA", |p| p.anomalo = true).await;
    super::cambia(&app, "INCASSATA", |p| p.stato_pagamento = domain::pendenza::StatoPagamento::Incassato)
        .await;
    let annulla = json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATA" }]);
    app.applicazione().patch(&percorso("ANNULLATA"), &annulla).await.con_stato(200);

    let tutte = busta(&app, "").await;
    for stato in domain::pendenza::StatoMostrato::TUTTI {
        let mostrate: Vec<String> = tutte["risultati"]
            .as_array()
            .expect("risultati")
            .iter()
            .filter(|r| r["stato"] == stato.as_str())
            .map(|r| r["idPendenza"].as_str().expect("id").to_owned())
            .collect();
        assert!(!mostrate.is_empty(), "{stato}");
        let b = busta(&app, &format!("stato={stato}")).await;
        assert_eq!(chiavi(&b), mostrate, "{stato}");
        assert_eq!(b["numRisultati"], json!(mostrate.len()), "{stato}");
    }
}

/// The same order on both databases: absent dates last going up, first going down.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_ordine_e_lo_stesso_sulle_due_basi_dati(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    for (id, scadenza, validita) in [
        ("A", None, Some("2026-01-01")),
        ("B", Some("2026-05-01"), None),
        ("C", Some("2026-03-01"), Some("2026-01-01")),
        ("D", None, Some("2025-01-01")),
    ] {
        let p = con(&minima(), "/dataScadenza", json!(scadenza));
        put(&app, id, &con(&p, "/dataValidita", json!(validita))).await.con_stato(201);
    }
    paga(&app, "C", StatoPendenza::Eseguito).await;
    for (ordinamento, attese) in [
        ("dataScadenza", ["C", "B", "A", "D"]),
        ("%2BdataScadenza", ["C", "B", "A", "D"]),
        ("-dataScadenza", ["D", "A", "B", "C"]),
        ("dataValidita", ["D", "A", "C", "B"]),
        ("dataValidita,-dataScadenza", ["D", "A", "C", "B"]),
        ("-stato", ["D", "B", "A", "C"]),
        ("stato,-dataCaricamento", ["C", "D", "B", "A"]),
    ] {
        assert_eq!(trovate(&app, &format!("ordinamento={ordinamento}")).await, attese, "{ordinamento}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ognuno_elenca_le_sue(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let bo = app.backoffice();
    let profilo = |tipi: Value, abilitato: bool| {
        json!({
            "principal": "nessuno", "password": "Nessuno2026", "abilitato": abilitato, "apiPendenze": true,
            "domini": ["*"], "tipiPendenza": tipi
        })
    };
    bo.put("/applicazioni/NESSUNO", &profilo(json!([]), true)).await.con_stato(201);
    put(&app, "P1", &minima()).await.con_stato(201);
    let poco = app.applicazione().come("poco", "Poco2026aa");
    poco.put("/pendenze/POCO/Q1", &minima()).await.con_stato(201);
    let sue = poco.get("/pendenze?idA2A=GESTIONALE").await.con_stato(200).json();
    assert_eq!((chiavi(&sue), &sue["numRisultati"]), (vec!["Q1".to_owned()], &json!(1)));

    // A tipo taken away hides what was loaded with it.
    let corpo = json!({
        "principal": "poco", "abilitato": true, "apiPendenze": true, "domini": [DOMINIO], "tipiPendenza": ["SOLO"]
    });
    bo.put("/applicazioni/POCO", &corpo).await.con_stato(200);
    let vuota = poco.get("/pendenze").await.con_stato(200).json();
    assert_eq!((chiavi(&vuota).len(), &vuota["numRisultati"]), (0, &json!(0)));

    let nessuno = app.applicazione().come("nessuno", "Nessuno2026");
    let negato =
        "Applicazione [NESSUNO] non autorizzata ad accedere alla risorsa richiesta per nessun Tipo Pendenza.";
    assert_eq!(nessuno.get("/pendenze").await.errore(), (403, "403000".into(), negato.into()));
    bo.put("/applicazioni/NESSUNO", &profilo(json!(["*"]), false)).await.con_stato(200);
    assert_eq!(
        nessuno.get("/pendenze").await.errore(),
        (403, "403000".into(), "Applicazione [NESSUNO] disabilitata.".into())
    );
    let operatore = app.applicazione().come(testkit::AMMINISTRATORE.0, testkit::AMMINISTRATORE.1);
    assert_eq!(operatore.get("/pendenze").await.errore().1, "403000");
    app.applicazione().anonimo().get("/pendenze").await.con_stato(401);
}

/// One read for the page and one for the count, however long the list is.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_lettura_e_un_conteggio(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = crate::nodo::quieta(backend).await;
    for n in 0..3 {
        crate::nodo::carica_una(&app, n).await;
    }
    busta(&app, "").await;
    for (query, letture) in [("", 2), ("metadatiPaginazione=false", 1), ("risultatiPerPagina=0", 1)] {
        let prima = app.conteggi();
        busta(&app, query).await;
        let fatto = app.conteggi().da(prima);
        assert_eq!(fatto.letture, letture, "{query}");
    }
}
