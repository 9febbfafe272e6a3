//! Attempts as API Pendenze reads them (spec 30 10.4, spec 40 Done when 8 and 12).

use super::*;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::Method;
use rstest::rstest;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

async fn con_accept(app: &TestApp, percorso: &str, accept: Option<&str>) -> Risposta {
    let mut r = app.applicazione().richiesta(Method::GET, percorso);
    if let Some(a) = accept {
        r = r.header("Accept", a);
    }
    app.applicazione().manda(r).await
}

/// A GET without the header, which every client library adds; gives the body back.
async fn senza_accept(app: &TestApp, percorso: &str) -> String {
    let indirizzo = app.url().replace("http://", "");
    let (utente, password) = testkit::GESTIONALE;
    let credenziali = BASE64_STANDARD.encode(format!("{utente}:{password}"));
    let richiesta = format!(
        "GET {}{percorso} HTTP/1.1\r\nHost: {indirizzo}\r\nAuthorization: Basic {credenziali}\r\nConnection: close\r\n\r\n",
        testkit::PENDENZE
    );
    let mut flusso = tokio::net::TcpStream::connect(&indirizzo).await.unwrap();
    flusso.write_all(richiesta.as_bytes()).await.unwrap();
    let mut risposta = String::new();
    flusso.read_to_string(&mut risposta).await.unwrap();
    let (testa, corpo) = risposta.split_once("\r\n\r\n").unwrap();
    assert!(testa.starts_with("HTTP/1.1 200"), "{testa}");
    assert!(testa.to_lowercase().contains("content-type: application/json"), "{testa}");
    corpo.to_owned()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_documento_nel_suo_formato(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    for (i, (richiesta, rt)) in
        [(Versione::V1, Versione::V2), (Versione::V2, Versione::V1), (Versione::V2, Versione::V2)]
            .into_iter()
            .enumerate()
    {
        let n = carica_una(&app, i as u64).await;
        let dati = attivata(&app, richiesta, &n).await;
        let invio = ricevuta(rt, &dati, &n, "R1");
        accettata(&app, &invio).await;
        let base = format!("/rpp/{DOMINIO}/{}/R1", iuv(&n));
        // XML: exactly the bytes that came, with the declarations of the envelope.
        let xml = con_accept(&app, &format!("{base}/rt"), Some("application/xml")).await.con_stato(200);
        assert_eq!(xml.intestazione("content-type"), Some("text/xml"));
        let radice = if rt == Versione::V1 { "paSendRTReq" } else { "paSendRTV2Request" };
        assert_eq!(pagopa::ccp::leggi_ricevuta(xml.corpo()).unwrap(), invio);
        assert!(xml.testo().contains(&format!(":{radice}")), "{}", xml.testo());
        for (accept, tipo) in [("*/*", "text/xml"), ("application/octet-stream", "application/octet-stream")]
        {
            let r = con_accept(&app, &format!("{base}/rt"), Some(accept)).await.con_stato(200);
            assert_eq!((r.intestazione("content-type"), r.corpo()), (Some(tipo), xml.corpo()));
        }
        assert_eq!(con_accept(&app, &format!("{base}/rt"), Some("application/pdf")).await.stato(), 406);
        let xml = con_accept(&app, &format!("{base}/rpt"), Some("text/xml")).await.con_stato(200);
        assert_eq!(pagopa::ccp::leggi_rpt(xml.corpo()).unwrap(), (richiesta, dati));
        // JSON: the keys of its own version.
        let json_rt =
            con_accept(&app, &format!("{base}/rt"), Some("application/json")).await.con_stato(200).json();
        assert_eq!(senza_accept(&app, &format!("{base}/rt")).await, json_rt.to_string());
        assert_eq!((&json_rt["receiptId"], &json_rt["paymentAmount"]), (&json!("R1"), &json!("45.01")));
        assert_eq!(json_rt.get("paymentNote").is_some(), rt == Versione::V2);
        assert_eq!(json_rt["transferList"]["transfer"][0].get("companyName").is_some(), rt == Versione::V2);
        let json_rpt =
            con_accept(&app, &format!("{base}/rpt"), Some("application/json")).await.con_stato(200).json();
        assert_eq!((&json_rpt["dueDate"], &json_rpt["lastPayment"]), (&json!("2026-12-31"), &json!(true)));
        assert_eq!(
            json_rpt["transferList"]["transfer"][0].get("richiestaMarcaDaBollo").is_some(),
            richiesta == Versione::V2
        );
        let tutto = app.applicazione().get(&base).await.con_stato(200).json();
        let chiavi: Vec<&str> = tutto.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(chiavi, ["stato", "rpt", "rt", "pendenza"]);
        assert_eq!((&tutto["rpt"], &tutto["rt"]), (&json_rpt, &json_rt));
        assert_eq!(tutto["stato"], "RT_ACCETTATA_PA");
        let p = &tutto["pendenza"];
        assert_eq!(
            (p["stato"].as_str(), p["rpp"].as_str()),
            (Some("ESEGUITA"), Some(format!("/rpp?idA2A=GESTIONALE&idPendenza=P{i}").as_str()))
        );
        assert!(p.get("voci").is_none() && p.get("pagamenti").is_none());
        assert_eq!(dettaglio(&app, &format!("P{i}")).await["rpp"][0], tutto);
    }
}

/// The receipt is stored as it came: prefixes, spaces, the declarations of the envelope.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_byte_della_ricevuta_non_cambiano(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let n = carica_una(&app, 1).await;
    let dati = attivata(&app, Versione::V2, &n).await;
    let xml = String::from_utf8(ricevuta(Versione::V2, &dati, &n, "R1").xml()).unwrap();
    let (prima, dentro) = xml.split_once("<idPA>").unwrap();
    let (dentro, _) = dentro.rsplit_once("</").unwrap();
    let prefisso = prima.rsplit_once('<').unwrap().1.split_once(':').unwrap().0;
    assert_eq!(prefisso, "paf");
    let corpo = format!("\n   <!-- una nota --><idPA>{}\n", dentro.replace("R1", "R<![CDATA[1]]>"));
    let busta = format!(
        "<?xml version='1.0'?><S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:zz='{}'>\
         <S:Body> <zz:paSendRTV2Request>{corpo}</zz:paSendRTV2Request> </S:Body></S:Envelope>",
        pagopa::ccp::NAMESPACE
    );
    assert_eq!(
        leggi(&app.nodo().soap(&busta).await.con_stato(200)),
        DelNodo::RicevutaAccettata(Versione::V2)
    );
    let r =
        con_accept(&app, &format!("/rpp/{DOMINIO}/{}/R1/rt", iuv(&n)), Some("text/xml")).await.con_stato(200);
    assert!(r.testo().starts_with("<zz:paSendRTV2Request "), "{}", r.testo());
    assert!(r.testo().contains(&format!("xmlns:zz=\"{}\"", pagopa::ccp::NAMESPACE)), "{}", r.testo());
    assert!(r.testo().ends_with(&format!(">{corpo}</zz:paSendRTV2Request>")), "{}", r.testo());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_puo_leggere_e_che_cosa_manca(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let n = carica_una(&app, 1).await;
    attivata(&app, Versione::V2, &n).await;
    let ccp = app.engine().store().tentativi_per_iuv(DOMINIO, iuv(&n)).await.unwrap()[0].ccp.clone();
    let base = format!("/rpp/{DOMINIO}/{}/{ccp}", iuv(&n));
    app.applicazione().get(&base).await.con_stato(200);
    let (stato, codice, dettaglio) = app.applicazione().get(&format!("{base}/rt")).await.errore();
    assert_eq!((stato, codice.as_str()), (404, "404000"));
    assert_eq!(dettaglio, format!("Ricevuta [{DOMINIO}@{}@{ccp}] non trovata.", iuv(&n)));
    for coda in ["", "/rpt", "/rt"] {
        let ignota = app.applicazione().get(&format!("/rpp/{DOMINIO}/{}/ignota{coda}", iuv(&n))).await;
        assert_eq!((ignota.stato(), ignota.errore().1.as_str()), (404, "404000"));
        assert_eq!(app.applicazione().get(&format!("/rpp/123/{}/x{coda}", iuv(&n))).await.stato(), 400);
        assert_eq!(app.applicazione().anonimo().get(&format!("{base}{coda}")).await.stato(), 401);
    }
    app.backoffice()
        .put("/applicazioni/ALTRA", &json!({ "principal": "altra", "password": "Altra2026aa", "abilitato": true, "apiPendenze": true, "domini": ["*"], "tipiPendenza": ["*"] }))
        .await
        .con_stato(201);
    for coda in ["", "/rpt", "/rt"] {
        let r = app.applicazione().come("altra", "Altra2026aa").get(&format!("{base}{coda}")).await;
        assert_eq!((r.stato(), r.errore().1.as_str()), (403, "403000"));
    }
    // Errors are JSON whatever is accepted.
    let r = con_accept(&app, &format!("{base}/rt"), Some("text/xml")).await;
    assert_eq!((r.stato(), r.intestazione("content-type")), (404, Some("application/json")));
}
