//! Who may do what on the pendenze of the Backoffice (spec 10 4.3 to 4.5, spec 20 Done when 16).

use super::*;
use rstest::rstest;
use testkit::Backend;

const ALTRO: &str = "22222222222";

/// Three pendenze: of the dominio, of its office UO1, of another dominio; each of another tipo.
async fn scena(backend: Backend) -> TestApp {
    let app = ricca(backend).await;
    let bo = app.backoffice();
    let ente = json!({
        "ragioneSociale": "Altro ente", "intermediato": true, "stazione": "11111111113_01", "auxDigit": "3",
        "segregationCode": "02", "abilitato": true, "scaricaFr": false
    });
    bo.put(&format!("/domini/{ALTRO}"), &ente).await.con_stato(200);
    let conto = json!({ "postale": false, "abilitato": true });
    bo.put(&format!("/domini/{ALTRO}/contiAccredito/IT22L1234512345123456789012"), &conto)
        .await
        .con_stato(201);
    bo.put(&format!("/domini/{DOMINIO}/tipiPendenza/SOLO"), &json!({})).await.con_stato(201);
    put(&app, "ENTE", &con(&minima(), "/idTipoPendenza", json!("TARI"))).await.con_stato(201);
    let ufficio = con(&minima(), "/idUnitaOperativa", json!("UO1"));
    let ufficio = con(&ufficio, "/idTipoPendenza", json!("SOLO"));
    let ufficio = con(&ufficio, "/allegati", json!([{ "nome": "a", "contenuto": "Y2lhbw==" }]));
    put(&app, "UFFICIO", &ufficio).await.con_stato(201);
    let altra = json!({
        "idDominio": ALTRO, "causale": "altra", "idTipoPendenza": "LIBERO", "importo": 1,
        "voci": [{
            "idVocePendenza": "v1", "importo": 1, "descrizione": "v", "tipoContabilita": "ALTRO",
            "ibanAccredito": "IT22L1234512345123456789012", "codiceContabilita": "ABC"
        }]
    });
    bo.put(&percorso("ALTRO"), &altra).await.con_stato(201);
    app
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ognuno_vede_cio_che_ha_in_ambito(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let uo = json!([{ "idDominio": DOMINIO, "unitaOperative": ["UO1"] }]);
    let ec = json!([{ "idDominio": DOMINIO, "unitaOperative": ["EC"] }, ALTRO]);
    let tutti = json!(["*"]);
    let avvisi: Vec<(String, String)> = {
        let b = app.backoffice().get("/pendenze").await.json();
        let righe = b["risultati"].as_array().expect("risultati").clone();
        righe
            .iter()
            .map(|r| {
                let testo = |v: &Value| v.as_str().expect("testo").to_owned();
                (
                    testo(&r["idPendenza"]),
                    format!("{}/{}", testo(&r["dominio"]["idDominio"]), testo(&r["numeroAvviso"])),
                )
            })
            .collect()
    };
    let allegato = app.backoffice().get(&percorso("UFFICIO")).await.json()["allegati"][0]["contenuto"]
        .as_str()
        .expect("allegato")
        .to_owned();
    for (nome, domini, tipi, viste) in [
        ("tutto", tutti.clone(), tutti.clone(), &["ALTRO", "UFFICIO", "ENTE"][..]),
        ("ente", json!([DOMINIO]), tutti.clone(), &["UFFICIO", "ENTE"]),
        ("ufficio", uo.clone(), tutti.clone(), &["UFFICIO"]),
        ("misto", ec, tutti.clone(), &["ALTRO", "ENTE"]),
        ("tipo", tutti.clone(), json!(["SOLO", "LIBERO"]), &["ALTRO", "UFFICIO"]),
        ("pochi", uo, json!(["TARI"]), &[]),
    ] {
        let c = operatore(&app, nome, &["R"], domini, tipi).await;
        let b = c.get("/pendenze").await.con_stato(200).json();
        assert_eq!(chiavi(&b), viste, "{nome}");
        assert_eq!(b["numRisultati"], json!(viste.len()), "{nome}");
        for (id, avviso) in &avvisi {
            let atteso = if viste.contains(&id.as_str()) { 200 } else { 403 };
            assert_eq!(c.get(&percorso(id)).await.stato(), atteso, "{nome} {id}");
            assert_eq!(c.get(&format!("/pendenze/byAvviso/{avviso}")).await.stato(), atteso, "{nome} {id}");
            assert_eq!(in_json(&c, &format!("/avvisi/{avviso}")).await.stato(), atteso, "{nome} {id}");
            assert_eq!(in_pdf(&c, &format!("/avvisi/{avviso}")).await.stato(), atteso, "{nome} {id}");
        }
        let atteso = if viste.contains(&"UFFICIO") { 200 } else { 403 };
        assert_eq!(c.get(&allegato).await.stato(), atteso, "{nome}");
        c.get(&percorso("NO")).await.con_stato(404);
    }
    // What is asked beyond the scope is not there, and is not refused.
    let c = app.cliente(BACKOFFICE).come("ente", PASSWORD);
    let b = c.get(&format!("/pendenze?idDominio={ALTRO}")).await.con_stato(200).json();
    assert_eq!((chiavi(&b).len(), &b["numRisultati"]), (0, &json!(0)));
    let c = app.cliente(BACKOFFICE).come("tipo", PASSWORD);
    let b = c.get("/pendenze?idTipoPendenza=TARI&idTipoPendenza=SOLO").await.con_stato(200).json();
    assert_eq!(chiavi(&b), ["UFFICIO"]);
    assert_eq!(
        c.get(&percorso("ENTE")).await.errore(),
        errore(
            403,
            "403000",
            "Operatore [tipo] non autorizzato ad accedere alla risorsa richiesta per il Dominio \
             [12345678901] e per il TipoPendenza [TARI]."
        )
    );
    // No dominio or no tipo at all.
    for (nome, domini, tipi, coda) in [
        ("senzad", json!([]), tutti.clone(), "per nessuna Unita' operativa."),
        ("senzat", tutti, json!([]), "per nessun Tipo Pendenza."),
    ] {
        let c = operatore(&app, nome, &["R"], domini, tipi).await;
        let negato = format!("Operatore [{nome}] non autorizzato ad accedere alla risorsa richiesta {coda}");
        assert_eq!(c.get("/pendenze").await.errore(), errore(403, "403000", negato));
        c.get(&percorso("ENTE")).await.con_stato(403);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn leggere_e_scrivere_sono_due_diritti(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let (tutti, ente) = (json!(["*"]), json!([DOMINIO]));
    let annulla = json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATA" }]);
    let mut con_chiave = minima();
    con_chiave["idA2A"] = json!("GESTIONALE");
    con_chiave["idPendenza"] = json!("NUOVA2");
    for (nome, lettere, legge, scrive) in [
        ("legge", &["R"][..], 200, 403),
        ("scrive", &["W"], 403, 200),
        ("nulla", &[], 403, 403),
        ("fatutto", &["R", "W"], 200, 200),
    ] {
        let c = operatore(&app, nome, lettere, tutti.clone(), tutti.clone()).await;
        for r in [
            c.get("/pendenze").await,
            c.get(&percorso("ENTE")).await,
            c.get(&format!("/pendenze/byAvviso/{DOMINIO}/{NAV}")).await,
            in_json(&c, &format!("/avvisi/{DOMINIO}/{NAV}")).await,
        ] {
            assert_eq!(r.stato(), legge, "{nome}: {}", r.testo());
        }
        for r in [
            c.put(&percorso("NUOVA"), &minima()).await,
            c.post("/pendenze", &con_chiave).await,
            c.patch(&percorso("ALTRO"), &annulla).await,
        ] {
            let stato = if r.stato() == 201 { 200 } else { r.stato() };
            assert_eq!(stato, scrive, "{nome}: {}", r.testo());
        }
    }
    app.backoffice().anonimo().get("/pendenze").await.con_stato(401);

    // Out of scope nothing is written.
    let c = operatore(&app, "dellente", &["R", "W"], ente.clone(), json!(["TARI"])).await;
    let negato = |coda: &str| {
        let testo = format!("Operatore [dellente] non autorizzato ad accedere alla risorsa richiesta {coda}");
        errore(403, "403000", testo)
    };
    assert_eq!(
        c.patch(&percorso("ALTRO"), &annulla).await.errore(),
        negato("per il Dominio [22222222222] e per il TipoPendenza [LIBERO].")
    );
    assert_eq!(
        c.put(&percorso("N3"), &con(&minima(), "/idDominio", json!(ALTRO))).await.errore(),
        negato("per il Dominio [22222222222].")
    );
    assert_eq!(
        c.put(&percorso("N3"), &con(&minima(), "/idTipoPendenza", json!("SOLO"))).await.errore(),
        negato("per il Dominio [12345678901] e per il TipoPendenza [SOLO].")
    );
    c.put(&percorso("N3"), &con(&minima(), "/idTipoPendenza", json!("TARI"))).await.con_stato(201);

    // An applicazione writes its own only, and reads what it has in scope.
    let corpo = json!({
        "principal": "poco", "abilitato": true, "domini": ente, "tipiPendenza": ["TARI"],
        "acl": [{ "servizio": "Pendenze", "autorizzazioni": ["R", "W"] }]
    });
    app.backoffice().put("/applicazioni/POCO", &corpo).await.con_stato(200);
    let poco = app.cliente(BACKOFFICE).come("poco", "Poco2026aa");
    let diversa = "Applicazione autenticata (POCO) diversa dalla chiamante (GESTIONALE)";
    con_chiave["idTipoPendenza"] = json!("TARI");
    for r in [
        poco.put(&percorso("ENTE"), &minima()).await,
        poco.post("/pendenze", &con_chiave).await,
        poco.patch(&percorso("ENTE"), &annulla).await,
    ] {
        assert_eq!(r.errore(), errore(400, "APP_002", diversa));
    }
    poco.put("/pendenze/POCO/P1", &minima()).await.con_stato(201);
    poco.get(&percorso("ENTE")).await.con_stato(200);
    poco.get(&percorso("ALTRO")).await.con_stato(403);
}
