//! GET `/avvisi/{idDominio}/{numeroAvviso}` as JSON (spec 20 section 8).

use super::{DOMINIO, bollo, con, documento, minima, paga, percorso, put, ricca};
use domain::pendenza::StatoPendenza;
use http::Method;
use rstest::rstest;
use serde_json::json;
use testkit::{Backend, Risposta, TestApp};

const NAV: &str = "301000000000000144";

async fn avviso(app: &TestApp, numero: &str, intestazioni: &[(&str, &str)]) -> Risposta {
    let c = app.applicazione();
    let mut r = c.richiesta(Method::GET, &format!("/avvisi/{DOMINIO}/{numero}"));
    for (nome, valore) in intestazioni {
        r = r.header(*nome, *valore);
    }
    c.manda(r).await
}

const JSON: &[(&str, &str)] = &[("Accept", "application/json")];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_avviso_dice_lo_stato(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let dominio = json!({
        "ragioneSociale": "Ente", "intermediato": true, "stazione": "11111111113_01", "auxDigit": "3",
        "segregationCode": "01", "gln": "1234567890123", "abilitato": true, "scaricaFr": true
    });
    app.backoffice().put(&format!("/domini/{DOMINIO}"), &dominio).await.con_stato(200);
    let mut p = minima();
    p["dataValidita"] = json!("2026-06-30");
    p["dataScadenza"] = json!("2026-12-31");
    p["tassonomiaAvviso"] = json!("Imposte e tasse");
    put(&app, "P1", &p).await.con_stato(201);
    let r = avviso(&app, NAV, JSON).await.con_stato(200);
    assert_eq!(r.intestazione("Content-Type"), Some("application/json"));
    insta::allow_duplicates! {
    insta::assert_snapshot!(documento(&r.json()), @r#"
    {
      "stato": "NON_ESEGUITA",
      "importo": 100.50,
      "idDominio": "12345678901",
      "numeroAvviso": "301000000000000144",
      "dataValidita": "2026-06-30",
      "dataScadenza": "2026-12-31",
      "descrizione": "Sanzione CdS n. abc00000",
      "tassonomiaAvviso": "Imposte e tasse",
      "qrcode": "PAGOPA|002|301000000000000144|12345678901|10050",
      "barcode": "41512345678901238020301000000000000144390210050"
    }
    "#);
    }

    let stato = |numero: &'static str| {
        let app = &app;
        async move { avviso(app, numero, JSON).await.con_stato(200).json()["stato"].clone() }
    };
    put(&app, "P1", &con(&p, "/dataScadenza", json!("2026-03-09"))).await.con_stato(200);
    assert_eq!(stato(NAV).await, "SCADUTA");
    let annulla = json!([{"op": "REPLACE", "path": "/stato", "value": "ANNULLATA"}]);
    app.applicazione().patch(&percorso("P1"), &annulla).await.con_stato(200);
    assert_eq!(stato(NAV).await, "ANNULLATA");
    put(&app, "P1", &p).await.con_stato(200);
    for s in [StatoPendenza::ParzialmenteEseguito, StatoPendenza::Eseguito] {
        paga(&app, "P1", s).await;
        let r = avviso(&app, NAV, JSON).await.con_stato(200).json();
        assert_eq!(
            (r["stato"].as_str(), r["dataPagamento"].as_str()),
            (Some("DUPLICATA"), Some("2026-03-10"))
        );
    }
    // A stamp has a notice like any other.
    put(&app, "P2", &con(&minima(), "/voci/0", bollo("v1", "100.50"))).await.con_stato(201);
    assert_eq!(stato("301000000000000245").await, "NON_ESEGUITA");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_rappresentazione_si_chiede(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    put(&app, "P1", &minima()).await.con_stato(201);
    let pdf = ("Content-Type", "application/pdf");
    for intestazioni in
        [&[][..], &[("Accept", "*/*")], &[("Accept", "text/html")], &[("Content-Type", "application/json")]]
    {
        let (stato, codice, _) = avviso(&app, NAV, intestazioni).await.errore();
        assert_eq!((stato, codice.as_str()), (406, "406000"), "{intestazioni:?}");
    }
    avviso(&app, NAV, &[("Accept", "application/json"), pdf]).await.con_stato(200);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_avviso_sconosciuto_o_malformato(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let r = avviso(&app, NAV, JSON).await.con_stato(200);
    insta::allow_duplicates! {
    insta::assert_snapshot!(documento(&r.json()), @r#"
    {
      "stato": "SCONOSCIUTA",
      "idDominio": "12345678901",
      "numeroAvviso": "301000000000000144"
    }
    "#);
    }
    for (numero, campo) in [("30100000000000014", "numeroAvviso"), ("901000000000000144", "numeroAvviso")] {
        let (stato, codice, dettaglio) = avviso(&app, numero, JSON).await.errore();
        assert_eq!((stato, codice.as_str()), (400, "SINTASSI"));
        assert!(dettaglio.contains(campo), "{dettaglio}");
    }
    let c = app.applicazione();
    for (percorso, campo) in [
        (format!("/avvisi/123/{NAV}"), "idDominio"),
        (format!("/avvisi/{DOMINIO}/{NAV}?linguaSecondaria=es"), "linguaSecondaria"),
    ] {
        let r = c.richiesta(Method::GET, &percorso).header("Accept", "application/json");
        let (stato, codice, dettaglio) = c.manda(r).await.errore();
        assert_eq!((stato, codice.as_str()), (400, "SINTASSI"));
        assert!(dettaglio.contains(campo), "{dettaglio}");
    }
}
