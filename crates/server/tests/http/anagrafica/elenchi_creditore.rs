//! The lists of domini and of what belongs to them, of entrate, tipi pendenza and applicazioni (spec
//! 10 3.3, 4.5).

use super::elenchi::{elenco, parametri};
use super::{con, inesistente, salva};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Anagrafica, Backend, Cliente, TestApp};

const A: &str = "12345678901";
const B: &str = "22222222222";
const C: &str = "33333333333";

fn intermediato(nome: &str, abilitato: bool) -> Value {
    json!({
        "ragioneSociale": nome, "stazione": "11111111113_01", "auxDigit": "3", "segregationCode": "02",
        "intermediato": true, "abilitato": abilitato, "scaricaFr": false
    })
}

/// Three domini, the last not intermediated; two types with a form, one in the override of B only.
async fn scena(backend: Backend) -> (TestApp, Cliente) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let form = json!({"tipo": "f", "definizione": "eyJ9"});
    let portale = json!({"abilitato": true, "form": form});
    let csv = json!({"tipo": "freemarker", "intestazione": "a", "richiesta": "cg==", "risposta": "cw=="});
    let entrata = |d: &str| json!({"descrizione": d, "tipoContabilita": "ALTRO", "codiceContabilita": "ABC"});
    for (percorso, corpo) in [
        (format!("/domini/{B}"), intermediato("Bassano", false)),
        (
            format!("/domini/{C}"),
            json!({"ragioneSociale": "Asolo", "intermediato": false, "abilitato": true, "scaricaFr": false}),
        ),
        (format!("/domini/{A}/unitaOperative/U2"), json!({"ragioneSociale": "Anagrafe", "abilitato": false})),
        (format!("/domini/{A}/unitaOperative/U1"), json!({"ragioneSociale": "Tributi", "abilitato": true})),
        (format!("/domini/{A}/contiAccredito/IT01A"), json!({"abilitato": false, "descrizione": "vecchio"})),
        (format!("/domini/{C}/contiAccredito/IT01A"), json!({})),
        ("/entrate/IMU.1".to_owned(), entrata("Altra imposta")),
        (format!("/domini/{A}/entrate/IMU.1"), json!({"abilitato": false})),
        ("/tipiPendenza/IMU".to_owned(), json!({"descrizione": "Imposta", "portaleBackoffice": portale})),
        (
            "/tipiPendenza/MULTA".to_owned(),
            json!({"descrizione": "Contravvenzione", "abilitato": false, "tracciatoCsv": csv}),
        ),
        (format!("/domini/{A}/tipiPendenza/MULTA"), json!({"abilitato": true})),
        (format!("/domini/{B}/tipiPendenza/MULTA"), json!({"portaleBackoffice": portale})),
        (
            "/applicazioni/ZETA".to_owned(),
            json!({"principal": "CN=zeta,O=Ente", "abilitato": false, "domini": ["*"]}),
        ),
    ] {
        salva(&bo, &percorso, &corpo, 201).await;
    }
    (app, bo)
}

/// The values of a member of the rows, in their order, and the count that must be theirs.
async fn valori(bo: &Cliente, percorso: &str, membro: &str) -> Vec<String> {
    let letto = elenco(bo, percorso).await;
    let righe = letto["risultati"].as_array().cloned().unwrap_or_default();
    assert_eq!(letto["numRisultati"], json!(righe.len()), "{percorso}");
    righe.iter().map(|r| r[membro].as_str().unwrap_or_default().to_owned()).collect()
}

/// One page of everything: the members of its envelope in their order.
fn intera(righe: &[Value]) -> Value {
    json!({
        "numRisultati": righe.len(), "numPagine": 1, "risultatiPerPagina": righe.len(), "pagina": 1,
        "maxRisultati": 10000, "risultati": righe
    })
}

async fn casi(bo: &Cliente, base: &str, membro: &str, casi: &[(&str, &[&str])]) {
    for (q, attesi) in casi {
        assert_eq!(valori(bo, &format!("{base}{q}"), membro).await, *attesi, "{base}{q}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_elenco_dei_domini(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (_app, bo) = scena(backend).await;
    casi(
        &bo,
        "/domini",
        "idDominio",
        &[
            ("", &[C, B, A]),
            ("?associati=true", &[C, B, A]),
            ("?ordinamento=-ragioneSociale", &[A, B, C]),
            ("?ordinamento=codDominio", &[A, B, C]),
            ("?ordinamento=-codDominio,+ragioneSociale", &[C, B, A]),
            ("?abilitato=false", &[B]),
            ("?idDominio=2222", &[B]),
            ("?idDominio=3", &[C, A]),
            ("?ragioneSociale=ASO", &[C]),
            ("?ragioneSociale=assano", &[B]),
            ("?idStazione=11111111113_01", &[B, A]),
            ("?stazione=11111111113_01", &[B, A]),
            ("?idStazione=11111111113_0", &[]),
            ("?intermediato=false", &[C]),
            ("?form=true", &[B]),
            ("?form=false", &[C, A]),
            ("?tipo=x", &[C, B, A]),
        ],
    )
    .await;
    // Short rows: links in place of what belongs to the dominio.
    let legami = |id: &str| {
        json!({
            "idDominio": id,
            "unitaOperative": format!("/domini/{id}/unitaOperative"),
            "contiAccredito": format!("/domini/{id}/contiAccredito"),
            "entrate": format!("/domini/{id}/entrate"),
            "tipiPendenza": format!("/domini/{id}/tipiPendenza")
        })
    };
    let riga = con(&intermediato("Bassano", false), &legami(B));
    let letto = bo.get("/domini?idDominio=22222222222").await.con_stato(200);
    assert_eq!(letto.json(), intera(&[riga]));
    assert!(
        letto.testo().starts_with(
            r#"{"numRisultati":1,"numPagine":1,"risultatiPerPagina":1,"pagina":1,"maxRisultati":10000,"risultati":[{"idDominio""#
        ),
        "{}",
        letto.testo()
    );
    let pagina = elenco(&bo, "/domini?risultatiPerPagina=2&pagina=2&campi=idDominio,ragioneSociale").await;
    assert_eq!(pagina["risultati"], json!([{"idDominio": A, "ragioneSociale": "Ente Creditore di prova"}]));
    let senza = elenco(&bo, "/domini?risultatiPerPagina=2&metadatiPaginazione=false&campi=idDominio").await;
    let prossimi = senza["prossimiRisultati"].as_str().expect("un'altra pagina").to_owned();
    assert!(prossimi.ends_with("&pagina=2&risultatiPerPagina=2"), "{prossimi}");
    assert_eq!(senza.as_object().map(serde_json::Map::len), Some(4), "{senza}");
    for (q, parametro) in
        [("associati=false", "associati"), ("form=x", "form"), ("intermediato=1", "intermediato")]
    {
        let e = bo.get(&format!("/domini?{q}")).await.errore();
        let testo = format!("Il valore indicato per il parametro {parametro} non e' valido.");
        assert_eq!(e, (400, "SINTASSI".to_owned(), testo), "{q}");
    }
    let (stato, codice, testo) = bo.get("/domini?ragioneSociale=%3Cb%3E").await.errore();
    assert_eq!((stato, codice.as_str()), (400, "SINTASSI"));
    assert!(testo.starts_with("Il valore [<b>] del campo ragioneSociale non rispetta il pattern"), "{testo}");
    parametri(&bo, "/domini", "ragioneSociale, codDominio").await;
}

/// Every row of the list of a part of a dominio is what the GET of that part gives.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn gli_elenchi_di_un_dominio(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (_app, bo) = scena(backend).await;
    let conto = "IT02L1234512345123456789012";
    for (cosa, chiave, ordinabile, attesi) in [
        ("unitaOperative", "idUnita", "ragioneSociale", &["U2", "U1"][..]),
        ("contiAccredito", "iban", "ibanAccredito", &["IT01A", conto]),
        ("entrate", "idEntrata", "idEntrata, descrizione", &["BOLLOT", "IMU.1", "TARI"]),
        (
            "tipiPendenza",
            "idTipoPendenza",
            "descrizione, idTipoPendenza",
            &["MULTA", "BOLLOT", "LIBERO", "TARI"],
        ),
    ] {
        let base = format!("/domini/{A}/{cosa}");
        let mut righe = Vec::new();
        for id in attesi {
            righe.push(bo.get(&format!("{base}/{id}")).await.con_stato(200).json());
        }
        assert_eq!(righe[0][chiave], attesi[0], "{cosa}");
        assert_eq!(elenco(&bo, &base).await, intera(&righe), "{cosa}");
        let primo = ordinabile.split(',').next().unwrap_or_default();
        let rovesci: Vec<&str> = attesi.iter().rev().copied().collect();
        assert_eq!(valori(&bo, &format!("{base}?ordinamento=-{primo}"), chiave).await, rovesci, "{cosa}");
        parametri(&bo, &base, ordinabile).await;
        // Unknown and malformed.
        inesistente(
            &bo,
            &format!("/domini/99999999999/{cosa}"),
            "Dominio 99999999999 non censito in Anagrafica",
        )
        .await;
        assert_eq!(bo.get(&format!("/domini/x/{cosa}")).await.errore().0, 400, "{cosa}");
    }
    let base = format!("/domini/{A}/unitaOperative");
    casi(
        &bo,
        &base,
        "idUnita",
        &[
            ("?associati=true", &["U2", "EC", "U1"]),
            ("?associati=false", &["U2", "U1"]),
            ("?abilitato=true", &["U1"]),
            ("?ragioneSociale=TRIB", &["U1"]),
        ],
    )
    .await;
    let base = format!("/domini/{A}/contiAccredito");
    casi(&bo, &base, "iban", &[("?iban=l12345", &[conto]), ("?abilitato=false", &["IT01A"])]).await;
    let base = format!("/domini/{A}/entrate");
    casi(
        &bo,
        &base,
        "idEntrata",
        &[
            ("?ordinamento=descrizione", &["IMU.1", "BOLLOT", "TARI"]),
            ("?descrizione=rifiuti", &["TARI"]),
            ("?abilitato=false", &["BOLLOT", "IMU.1"]),
        ],
    )
    .await;
    // Effective values: the override, else the type.
    let base = format!("/domini/{A}/tipiPendenza");
    casi(
        &bo,
        &base,
        "idTipoPendenza",
        &[
            ("?ordinamento=idTipoPendenza", &["BOLLOT", "LIBERO", "MULTA", "TARI"]),
            ("?abilitato=true", &["MULTA", "BOLLOT", "LIBERO", "TARI"]),
            ("?abilitato=false", &[]),
            ("?form=true", &[]),
            ("?trasformazione=true", &["MULTA"]),
            ("?descrizione=marca", &["BOLLOT"]),
        ],
    )
    .await;
    let base = format!("/domini/{B}/tipiPendenza");
    casi(&bo, &base, "idTipoPendenza", &[("?abilitato=false", &["MULTA"]), ("?form=true", &["MULTA"])]).await;
    // A dominio that is not intermediated: two lists are empty, two are not.
    for cosa in ["unitaOperative", "tipiPendenza"] {
        let r = bo.get(&format!("/domini/{C}/{cosa}")).await.con_stato(200);
        assert_eq!(
            r.testo(),
            r#"{"numRisultati":0,"numPagine":1,"risultatiPerPagina":0,"pagina":1,"maxRisultati":10000,"risultati":[]}"#
        );
    }
    assert_eq!(valori(&bo, &format!("/domini/{C}/contiAccredito"), "iban").await, ["IT01A"]);
    assert_eq!(valori(&bo, &format!("/domini/{C}/entrate"), "idEntrata").await, Vec::<String>::new());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn gli_elenchi_di_entrate_tipi_e_applicazioni(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (_app, bo) = scena(backend).await;
    for (base, attesi) in [
        ("/entrate", &["BOLLOT", "IMU.1", "TARI"][..]),
        ("/tipiPendenza", &["MULTA", "IMU", "BOLLOT", "LIBERO", "TARI"]),
    ] {
        let mut righe = Vec::new();
        for id in attesi {
            righe.push(bo.get(&format!("{base}/{id}")).await.con_stato(200).json());
        }
        assert_eq!(elenco(&bo, base).await, intera(&righe), "{base}");
    }
    parametri(&bo, "/entrate", "idEntrata").await;
    parametri(&bo, "/tipiPendenza", "descrizione, idTipoPendenza").await;
    casi(
        &bo,
        "/tipiPendenza",
        "idTipoPendenza",
        &[
            ("?ordinamento=-idTipoPendenza", &["TARI", "MULTA", "LIBERO", "IMU", "BOLLOT"]),
            ("?abilitato=false", &["MULTA"]),
            ("?form=true", &["IMU"]),
            ("?trasformazione=true", &["MULTA"]),
            ("?idTipoPendenza=IMU", &["IMU"]),
            ("?idTipoPendenza=IM", &[]),
            // The description, or the id.
            ("?descrizione=IMPOSTA", &["IMU"]),
            ("?descrizione=imu", &["IMU"]),
            (&format!("?nonAssociati={A}"), &["IMU"]),
            (&format!("?nonAssociati={B}"), &["IMU", "TARI"]),
            (&format!("?nonAssociati={C}&form=false"), &["MULTA", "BOLLOT", "LIBERO", "TARI"]),
            // Nobody: all of them.
            ("?nonAssociati=99999999999", &["MULTA", "IMU", "BOLLOT", "LIBERO", "TARI"]),
        ],
    )
    .await;
    let e = bo.get("/tipiPendenza?associati=false").await.errore();
    assert_eq!(e.2, "Il valore indicato per il parametro associati non e' valido.");
    let applicazione = |id: &str, principal: &str, abilitato: bool| json!({"idA2A": id, "principal": principal, "abilitato": abilitato});
    let righe =
        [applicazione("GESTIONALE", "gestionale", true), applicazione("ZETA", "CN=zeta,O=Ente", false)];
    assert_eq!(elenco(&bo, "/applicazioni").await, intera(&righe));
    casi(
        &bo,
        "/applicazioni",
        "idA2A",
        &[
            ("?ordinamento=-idA2A", &["ZETA", "GESTIONALE"]),
            ("?abilitato=true", &["GESTIONALE"]),
            ("?idA2A=eta", &["ZETA"]),
            ("?principal=cn%3DZETA", &["ZETA"]),
        ],
    )
    .await;
    parametri(&bo, "/applicazioni", "idA2A").await;
}

/// No default limit: thirty rows are one page; cut in two, the pages are the same rows.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn trenta_righe_sono_una_pagina_sola(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let entrata = json!({"descrizione": "Uguale", "tipoContabilita": "ALTRO", "codiceContabilita": "ABC"});
    for n in 0..29 {
        salva(&bo, &format!("/entrate/E-{n}"), &entrata, 201).await;
    }
    let tutte = valori(&bo, "/entrate", "idEntrata").await;
    let mut in_ordine = tutte.clone();
    in_ordine.sort();
    in_ordine.dedup();
    assert_eq!((tutte.len(), &tutte), (30, &in_ordine));
    let prima = elenco(&bo, "/entrate?risultatiPerPagina=25").await;
    assert_eq!((&prima["numRisultati"], &prima["numPagine"]), (&json!(30), &json!(2)));
    let prossimi = prima["prossimiRisultati"].as_str().expect("un'altra pagina");
    let seconda = app.cliente("").come(testkit::AMMINISTRATORE.0, testkit::AMMINISTRATORE.1);
    let seconda = seconda.get(prossimi).await.con_stato(200).json();
    assert_eq!(seconda.get("prossimiRisultati"), None);
    let id: Vec<String> = [&prima, &seconda]
        .iter()
        .flat_map(|p| p["risultati"].as_array().cloned().unwrap_or_default())
        .map(|r| r["idEntrata"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(id, tutte);
}
