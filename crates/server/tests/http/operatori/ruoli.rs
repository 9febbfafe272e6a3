//! `/ruoli` (spec 10 5.6): whatever a role gives or no longer gives holds for the next call.

use super::{acl, con, minimo, op, operatore, pronta, rifiutata, salva, sintassi};
use rstest::rstest;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::{AMMINISTRATORE, BACKOFFICE, Backend, TestApp};

const P: &str = "/ruoli/Contabile";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_ruolo_torna_come_fu_inviato(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let inesistente = (404, "404000".to_owned(), "Ruolo Contabile non censito in Anagrafica".to_owned());
    rifiutata(&bo.get(P).await, &inesistente);
    rifiutata(&bo.patch(P, &json!([])).await, &inesistente);
    let prima = json!([acl("Rendicontazioni e Incassi", &["R", "W"]), acl("Pagamenti", &["R"])]);
    let dopo = json!([acl("Pendenze", &["W"])]);
    for (inviata, stato) in [(&prima, 201), (&prima, 200), (&dopo, 200)] {
        salva(&bo, P, &json!({"acl": inviata}), stato).await;
        assert_eq!(bo.get(P).await.con_stato(200).json(), json!({"id": "Contabile", "acl": inviata}));
    }
    let vuoto = "Il campo acl non deve essere vuoto.";
    for (corpo, testo) in [
        (json!({}), vuoto),
        (json!({"acl": null}), vuoto),
        (json!({"acl": []}), "Il campo acl deve avere almeno 1 elementi."),
        (
            json!({"acl": [{"servizio": "Pendenze", "autorizzazioni": []}]}),
            "Il campo autorizzazioni non deve essere vuoto.",
        ),
        (json!({"acl": [{"autorizzazioni": ["R"]}]}), "Il campo servizio non deve essere vuoto."),
        (
            json!({"acl": [acl("Pendenze", &["Q"])]}),
            "Codifica inesistente per autorizzazioni. Valore fornito [Q] valori possibili [R, W]",
        ),
        (
            json!({"acl": [acl("API Pendenze", &["R"])]}),
            "Codifica inesistente per servizio. Valore fornito [API Pendenze] valori possibili [Anagrafica PagoPA, Anagrafica Creditore, Anagrafica Applicazioni, Anagrafica Ruoli, Pagamenti, Pendenze, Rendicontazioni e Incassi, Giornale degli Eventi, Configurazione e manutenzione]",
        ),
        (
            json!({"acl": dopo, "id": "x"}),
            "Unrecognized field \"id\" (one known property: \"acl\") (through reference chain: [\"id\"])",
        ),
    ] {
        rifiutata(&bo.put(P, &corpo).await, &sintassi(testo));
    }
    assert_eq!(bo.get(P).await.json(), json!({"id": "Contabile", "acl": dopo}));
    let pattern =
        "Il valore [a.b] del campo idRuolo non rispetta il pattern richiesto: [a-zA-Z0-9\\-_]{1,255}";
    rifiutata(&bo.put("/ruoli/a.b", &json!({"acl": dopo})).await, &sintassi(pattern));
    rifiutata(&bo.get("/ruoli/a.b").await, &sintassi(pattern));
    rifiutata(&bo.patch("/ruoli/a.b", &json!([])).await, &sintassi(pattern));
    // By name, with the two of the installation.
    let riga = |id: &str| json!({"id": id});
    assert_eq!(
        bo.get("/ruoli").await.con_stato(200).json(),
        json!({
            "numRisultati": 3, "numPagine": 1, "risultatiPerPagina": 3, "pagina": 1, "maxRisultati": 10000,
            "risultati": [riga("Amministratore"), riga("Contabile"), riga("Operatore")]
        })
    );
    let pagina = bo.get("/ruoli?risultatiPerPagina=2&pagina=2").await.json();
    assert_eq!((&pagina["numRisultati"], &pagina["risultati"]), (&json!(3), &json!([riga("Operatore")])));
    assert_eq!(bo.get("/ruoli?pagina=0").await.stato(), 400);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_operazioni_su_un_ruolo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    salva(&bo, P, &json!({"acl": [acl("Pagamenti", &["R"]), acl("Pendenze", &["R"])]}), 201).await;
    let fatto = async |operazioni: Value| bo.patch(P, &operazioni).await.con_stato(200).json()["acl"].clone();
    assert_eq!(
        fatto(json!([
            op("ADD", "/acl", acl("Pagamenti", &["W"])),
            op("ADD", "/acl", acl("Giornale degli Eventi", &["R"]))
        ]))
        .await,
        json!([acl("Pagamenti", &["W"]), acl("Pendenze", &["R"]), acl("Giornale degli Eventi", &["R"])])
    );
    assert_eq!(
        fatto(json!([
            op("DELETE", "/acl", acl("Pagamenti", &["R"])),
            op("DELETE", "/acl", json!({"servizio": "Pendenze"}))
        ]))
        .await,
        json!([acl("Giornale degli Eventi", &["R"])])
    );
    let letto = bo.get(P).await.json();
    for (operazioni, testo) in [
        (
            op("DELETE", "/acl", json!({"servizio": "Pendenze"})),
            "ACL non valida: nessuna autorizzazione per il servizio Pendenze",
        ),
        (op("REPLACE", "/acl", acl("Pendenze", &["R"])), "Op 'REPLACE' non valido per il path '/acl'"),
        (op("ADD", "/domini", json!("*")), "Path '/domini' non valido"),
        (op("add", "/acl", acl("Pendenze", &["R"])), "Il campo op non e' valido."),
        (op("ADD", "/acl", json!("x")), "Value non valido per il path '/acl'"),
    ] {
        let buona = op("ADD", "/acl", acl("Configurazione e manutenzione", &["R"]));
        for corpo in [json!([operazioni]), json!([buona, operazioni])] {
            rifiutata(&bo.patch(P, &corpo).await, &sintassi(testo));
        }
    }
    assert_eq!(bo.get(P).await.json(), letto, "all or nothing");
}

/// Spec 10 Done when: removing a right from a ruolo is effective on the next call of its members
/// without any cache operation.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn togliere_un_diritto_a_un_ruolo_vale_dalla_chiamata_dopo(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let i = "/intermediari/11111111113";
    salva(&bo, P, &json!({"acl": [acl("Anagrafica PagoPA", &["R"])]}), 201).await;
    let membro = operatore(&app, "membro", json!({"ruoli": ["Contabile"]})).await;
    let app_membro = super::applicazione(&app, "MEMBRO", json!({"ruoli": ["Contabile"]})).await;
    for _ in 0..3 {
        for c in [&membro, &app_membro] {
            assert_eq!(c.get(i).await.stato(), 200);
            assert_eq!(c.get("/profilo").await.json()["acl"], json!([acl("Anagrafica PagoPA", &["R"])]));
        }
        salva(&bo, P, &json!({"acl": [acl("Pendenze", &["R"])]}), 200).await;
        for c in [&membro, &app_membro] {
            assert_eq!(c.get(i).await.stato(), 403);
            assert_eq!(c.get("/profilo").await.json()["acl"], json!([acl("Pendenze", &["R"])]));
        }
        let torna = json!([
            op("DELETE", "/acl", json!({"servizio": "Pendenze"})),
            op("ADD", "/acl", acl("Anagrafica PagoPA", &["R"]))
        ]);
        bo.patch(P, &torna).await.con_stato(200);
    }
    // A role is also lost by leaving it, and its rights add up with the own ones.
    let corpo = con(&minimo(), &json!({"acl": [acl("Anagrafica PagoPA", &["W"])], "ruoli": ["Contabile"]}));
    salva(&bo, "/operatori/membro", &corpo, 200).await;
    assert_eq!(membro.get("/profilo").await.json()["acl"], json!([acl("Anagrafica PagoPA", &["R", "W"])]));
    salva(&bo, "/operatori/membro", &con(&corpo, &json!({"ruoli": []})), 200).await;
    assert_eq!(membro.get(i).await.stato(), 403);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_altro_nodo_se_ne_accorge_entro_due_secondi() {
    let app = pronta(Backend::Pg).await;
    let orologio = Arc::new(app.orologio().clone());
    // A test application does not watch the others, so that its reads can be counted: this one does.
    let mut c = app.configurazione().clone();
    c.worker.watch_anagrafica = true;
    let secondo = server::avvia(&c, orologio, server::Uso::Servizio).await.expect("parte");
    let bo = app.backoffice();
    salva(&bo, P, &json!({"acl": [acl("Anagrafica PagoPA", &["R"])]}), 201).await;
    operatore(&app, "membro", json!({"ruoli": ["Contabile"]})).await;
    let http = reqwest::Client::builder().no_proxy().build().expect("un client");
    let url = format!("{}{BACKOFFICE}/intermediari/11111111113", secondo.url());
    let stato = async |password: &str| {
        let r = http.get(&url).basic_auth("membro", Some(password)).send().await.expect("una risposta");
        r.status().as_u16()
    };
    let entro_due_secondi = async |password: &str, atteso: u16| {
        let inizio = Instant::now();
        while stato(password).await != atteso {
            assert!(inizio.elapsed() < Duration::from_secs(2), "dopo due secondi non e' {atteso}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    entro_due_secondi("Lettore123", 200).await;
    salva(&bo, P, &json!({"acl": [acl("Pendenze", &["R"])]}), 200).await;
    entro_due_secondi("Lettore123", 403).await;
    salva(&bo, P, &json!({"acl": [acl("Anagrafica PagoPA", &["R"])]}), 200).await;
    entro_due_secondi("Lettore123", 200).await;
    bo.patch("/operatori/membro", &json!([op("REPLACE", "/password", json!(null))])).await.con_stato(200);
    entro_due_secondi("Lettore123", 401).await;
    bo.patch("/operatori/membro", &json!([op("REPLACE", "/password", json!("Nuova12345"))]))
        .await
        .con_stato(200);
    entro_due_secondi("Nuova12345", 200).await;
    // Operations of two nodes at the same time: none is lost.
    let servizi = ["Pagamenti", "Pendenze", "Anagrafica Creditore", "Giornale degli Eventi"];
    for servizio in servizi {
        let corpo = json!([op("ADD", "/acl", acl(servizio, &["R"]))]).to_string();
        let insieme: Vec<_> = [app.url(), secondo.url()]
            .into_iter()
            .zip([P, "/operatori/membro"])
            .flat_map(|(nodo, altro)| [(nodo.clone(), P), (nodo, altro)])
            .map(|(nodo, percorso)| {
                let r = http
                    .patch(format!("{nodo}{BACKOFFICE}{percorso}"))
                    .basic_auth(AMMINISTRATORE.0, Some(AMMINISTRATORE.1))
                    .header("Content-Type", "application/json")
                    .body(corpo.clone());
                tokio::spawn(async move { r.send().await.expect("una risposta").status().as_u16() })
            })
            .collect();
        for i in insieme {
            assert_eq!(i.await.expect("la risposta"), 200);
        }
    }
    let ha = |v: &Value, s: &str| v["acl"].as_array().is_some_and(|a| a.iter().any(|x| x["servizio"] == s));
    for percorso in [P, "/operatori/membro"] {
        let letto = bo.get(percorso).await.json();
        for servizio in servizi {
            assert!(ha(&letto, servizio), "{percorso}: {letto}");
        }
    }
    secondo.ferma().await;
}
