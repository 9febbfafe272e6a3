//! Lists of master data (spec 10 3.3).

use super::{con, inesistente, salva};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{BACKOFFICE, Backend, Cliente, TestApp};

const PASSWORD: &str = "Lettore123";

fn intermediario(denominazione: &str, abilitato: bool) -> Value {
    json!({
        "denominazione": denominazione, "principalPagoPa": "CN=nodo", "abilitato": abilitato,
        "servizioPagoPa": {"urlRPT": "https://nodo.example/rpt", "subscriptionKey": "segreto-1"}
    })
}

/// Five intermediari; the last two have the same name, so that their id decides.
async fn cinque(bo: &Cliente) -> Vec<Value> {
    let tutti = [
        ("10000000001", "Delta", true),
        ("10000000002", "Charlie", false),
        ("10000000003", "Bravo", true),
        ("10000000005", "Alfa", true),
        ("10000000004", "Alfa", false),
    ];
    for (id, nome, abilitato) in tutti {
        salva(bo, &format!("/intermediari/{id}"), &intermediario(nome, abilitato), 201).await;
    }
    let mut righe: Vec<Value> = tutti
        .iter()
        .map(|(id, nome, a)| json!({"idIntermediario": id, "denominazione": nome, "abilitato": a}))
        .collect();
    righe.reverse();
    righe
}

pub(super) async fn elenco(bo: &Cliente, percorso: &str) -> Value {
    bo.get(percorso).await.con_stato(200).json()
}

/// The refusals that every list of master data has in common.
pub(super) async fn parametri(bo: &Cliente, base: &str, ordinabile: &str) {
    for (q, stato, codice, testo) in [
        ("pagina=0", 400, "SINTASSI", "Il campo pagina deve essere superiore o uguale a 1.".to_owned()),
        (
            "risultatiPerPagina=-1",
            400,
            "SINTASSI",
            "Il campo risultatiPerPagina deve essere superiore o uguale a 0.".to_owned(),
        ),
        (
            "risultatiPerPagina=5001",
            400,
            "SINTASSI",
            "Il campo risultatiPerPagina deve essere inferiore a 5,000.".to_owned(),
        ),
        (
            "abilitato=si",
            400,
            "SINTASSI",
            "Il valore indicato per il parametro abilitato non e' valido.".to_owned(),
        ),
        (
            "ordinamento=foo",
            422,
            "100001",
            format!(
                "Il campo foo non e' valido per ordinare la ricerca in corso. Campi consentiti: [{ordinabile}]"
            ),
        ),
    ] {
        let e = bo.get(&format!("{base}?{q}")).await.errore();
        assert_eq!(e, (stato, codice.to_owned(), testo), "{base}?{q}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_elenco_degli_intermediari(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let vuoto = bo.get("/intermediari").await.con_stato(200);
    assert_eq!(
        vuoto.testo(),
        r#"{"numRisultati":0,"numPagine":1,"risultatiPerPagina":0,"pagina":1,"maxRisultati":10000,"risultati":[]}"#
    );
    let righe = cinque(&bo).await;
    let busta = |quante: usize, righe: Vec<Value>| {
        json!({
            "numRisultati": quante, "numPagine": 1, "risultatiPerPagina": quante, "pagina": 1,
            "maxRisultati": 10000, "risultati": righe
        })
    };
    // No default limit: all, by denominazione and then by id.
    for q in ["", "?ordinamento=denominazione", "?ordinamento=+denominazione", "?ignoto=1"] {
        assert_eq!(elenco(&bo, &format!("/intermediari{q}")).await, busta(5, righe.clone()), "{q}");
    }
    let alla_rovescia: Vec<Value> = righe.iter().rev().cloned().collect();
    assert_eq!(elenco(&bo, "/intermediari?ordinamento=-denominazione").await, busta(5, alla_rovescia));
    for abilitato in [true, false] {
        let attese: Vec<Value> = righe.iter().filter(|r| r["abilitato"] == abilitato).cloned().collect();
        let letto = elenco(&bo, &format!("/intermediari?abilitato={abilitato}")).await;
        assert_eq!(letto, busta(attese.len(), attese));
    }
    // Pages follow prossimiRisultati, and the count only.
    let prima = elenco(&bo, "/intermediari?risultatiPerPagina=2&abilitato=true").await;
    assert_eq!((&prima["numRisultati"], &prima["numPagine"]), (&json!(3), &json!(2)));
    let prossimi = prima["prossimiRisultati"].as_str().expect("un'altra pagina");
    assert!(prossimi.ends_with("/intermediari?abilitato=true&pagina=2&risultatiPerPagina=2"), "{prossimi}");
    let seconda = elenco(&bo, "/intermediari?abilitato=true&pagina=2&risultatiPerPagina=2").await;
    assert_eq!(
        seconda,
        json!({
            "numRisultati": 3, "numPagine": 2, "risultatiPerPagina": 2, "pagina": 2,
            "maxRisultati": 10000, "risultati": [righe[4]]
        })
    );
    assert_eq!(
        elenco(&bo, "/intermediari?risultatiPerPagina=0").await,
        json!({
            "numRisultati": 5, "risultatiPerPagina": 0, "pagina": 1, "maxRisultati": 10000, "risultati": []
        })
    );
    let senza = elenco(&bo, "/intermediari?metadatiPaginazione=false").await;
    assert_eq!(senza, json!({"risultatiPerPagina": 5, "pagina": 1, "risultati": righe}));
    let esatto = elenco(&bo, "/intermediari?maxRisultati=false&campi=idIntermediario&pagina=1").await;
    let id: Vec<Value> = righe.iter().map(|r| json!({"idIntermediario": r["idIntermediario"]})).collect();
    assert_eq!(
        esatto,
        json!({"numRisultati": 5, "numPagine": 1, "risultatiPerPagina": 5, "pagina": 1, "risultati": id})
    );
    parametri(&bo, "/intermediari", "denominazione").await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_elenco_delle_stazioni(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let base = "/intermediari/10000000001/stazioni";
    inesistente(&bo, base, "Intermediario 10000000001 non censito in Anagrafica").await;
    assert_eq!(bo.get("/intermediari/1000000000x/stazioni").await.stato(), 400);
    for (id, nome) in [("10000000001", "Uno"), ("10000000002", "Due")] {
        salva(&bo, &format!("/intermediari/{id}"), &intermediario(nome, true), 201).await;
        assert_eq!(elenco(&bo, &format!("/intermediari/{id}/stazioni")).await["risultati"], json!([]));
        salva(
            &bo,
            &format!("/intermediari/{id}/stazioni/{id}_03"),
            &json!({"abilitato": false, "versione": "V2"}),
            201,
        )
        .await;
    }
    let v1 = json!({"abilitato": true, "versione": "V1", "password": "segreto-2"});
    salva(&bo, &format!("{base}/10000000001_01"), &v1, 201).await;
    let riga = |n: &str, corpo: &Value| {
        let id = format!("10000000001_{n}");
        con(corpo, &json!({"idStazione": id, "domini": format!("/domini?stazione={id}")}))
    };
    let (prima, terza) = (riga("01", &v1), riga("03", &json!({"abilitato": false, "versione": "V2"})));
    let busta = |righe: Value, quante: usize| {
        json!({
            "numRisultati": quante, "numPagine": 1, "risultatiPerPagina": quante, "pagina": 1,
            "maxRisultati": 10000, "risultati": righe
        })
    };
    assert_eq!(elenco(&bo, base).await, busta(json!([prima, terza]), 2));
    let q = format!("{base}?ordinamento=-idStazione");
    assert_eq!(elenco(&bo, &q).await, busta(json!([terza, prima]), 2));
    assert_eq!(elenco(&bo, &format!("{base}?abilitato=true")).await, busta(json!([prima]), 1));
    let seconda = elenco(&bo, &format!("{base}?risultatiPerPagina=1&pagina=2")).await;
    assert_eq!(
        seconda,
        json!({
            "numRisultati": 2, "numPagine": 2, "risultatiPerPagina": 1, "pagina": 2,
            "maxRisultati": 10000, "risultati": [terza]
        })
    );
    parametri(&bo, base, "idStazione").await;
}

/// The lists of Anagrafica PagoPA have no scope: who has R sees all of them, without the secrets.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_vede_gli_elenchi_di_pagopa(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    cinque(&bo).await;
    let stazioni = "/intermediari/10000000001/stazioni";
    let v1 = json!({"abilitato": true, "versione": "V1", "password": "segreto-2"});
    salva(&bo, &format!("{stazioni}/10000000001_01"), &v1, 201).await;
    for (id, servizio, diritto, attiva, atteso) in [
        ("LEGGE", "Anagrafica PagoPA", "R", true, 200),
        ("SCRIVE", "Anagrafica PagoPA", "W", true, 403),
        ("ALTRO", "Anagrafica Creditore", "R", true, 403),
        ("SPENTA", "Anagrafica PagoPA", "R", false, 403),
    ] {
        let corpo = json!({
            "principal": id, "password": PASSWORD, "abilitato": attiva,
            "acl": [{"servizio": servizio, "autorizzazioni": [diritto]}]
        });
        salva(&bo, &format!("/applicazioni/{id}"), &corpo, 201).await;
        let c = app.cliente(BACKOFFICE).come(id, PASSWORD);
        for (p, quante) in [("/intermediari", 5), (stazioni, 1)] {
            let r = c.get(p).await;
            assert_eq!(r.stato(), atteso, "{id} {p}: {}", r.testo());
            if atteso == 200 {
                assert_eq!(r.json()["numRisultati"], quante, "{id} {p}");
                assert!(!r.testo().contains("segreto"), "{}", r.testo());
            } else {
                assert_eq!(r.errore().1, "403000", "{id} {p}");
            }
        }
    }
}
