//! One event per call, with its keys (spec 40 9.2, spec 60 5.1).

use super::*;
use rstest::rstest;
use testkit::{CCP, Copione, StubEnte};

async fn eventi(app: &TestApp, query: &str, quanti: usize) -> Vec<Value> {
    finche(&format!("{quanti} eventi per {query}"), async || {
        let r = app
            .backoffice()
            .get(&format!("/eventi?componente=API_PAGOPA&messaggi=true&{query}"))
            .await
            .con_stato(200);
        let v = r.json()["risultati"].as_array().unwrap().clone();
        assert!(v.len() <= quanti, "{v:?}");
        (v.len() == quanti).then_some(v)
    })
    .await
}

/// An event without what changes at every run, checked apart.
fn fisso(e: &Value, url: &str) -> Value {
    let mut e = e.clone();
    let o = e.as_object_mut().unwrap();
    for (k, tipo) in [
        ("id", "number"),
        ("durataEvento", "number"),
        ("dataEvento", "string"),
        ("transactionId", "string"),
        ("clusterId", "string"),
    ] {
        let v = o.remove(k).unwrap_or_else(|| panic!("{k}"));
        assert!(if tipo == "number" { v.is_number() } else { v.is_string() }, "{k}: {v}");
    }
    let richiesta = o.remove("parametriRichiesta").unwrap();
    assert_eq!((&richiesta["principal"], &richiesta["method"]), (&json!("nodo"), &json!("POST")));
    assert_eq!(richiesta["url"], url);
    assert!(richiesta["payload"].is_string() && richiesta.get("utente").is_none());
    let intestazioni = richiesta["headers"].as_array().unwrap();
    assert!(
        intestazioni.iter().any(|h| h["nome"] == "authorization" && h["valore"] == "***"),
        "{intestazioni:?}"
    );
    let risposta = o.remove("parametriRisposta").unwrap();
    assert_eq!(risposta["status"], 200);
    assert!(risposta["payload"].is_string());
    e
}

fn pagopa_base() -> Value {
    json!({ "idDominio": DOMINIO, "idIntermediario": BROKER, "idStazione": STAZIONE })
}

fn con(mut base: Value, altro: Value) -> Value {
    base.as_object_mut().unwrap().extend(altro.as_object().unwrap().clone());
    base
}

fn evento(tipo: &str, iuv: &str, esito: &str, sotto: &str, altro: Value) -> Value {
    con(
        json!({
            "componente": "API_PAGOPA", "categoriaEvento": "INTERFACCIA", "ruolo": "SERVER",
            "tipoEvento": tipo, "esito": esito, "sottotipoEsito": sotto, "idDominio": DOMINIO, "iuv": iuv
        }),
        altro,
    )
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn gli_eventi_di_un_pagamento(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let n = carica_una(&app, 1).await;
    let i = iuv(&n);
    manda(&app.nodo(), &verifica(&n)).await;
    let dati = attivata(&app, Versione::V2, &n).await;
    let ccp = app.engine().store().tentativi_per_iuv(DOMINIO, i).await.unwrap()[0].ccp.clone();
    let r = ricevuta(Versione::V2, &dati, &n, "R1");
    let mut rotta = r.clone();
    rotta.ricevuta.payment_amount = Importo::da_centesimi(1);
    let somma = "ImportoTotalePagato [0.01] non corrisponde alla somma dei SingoliImportiPagati [45.01]";
    e_ko(manda_ricevuta(&app, &rotta).await, "PAA_SEMANTICA", Some(somma));
    accettata(&app, &r).await;
    let doppia = ko(manda_ricevuta(&app, &r).await).1.unwrap();
    let url = format!("{}{CCP}", app.url());
    let e = eventi(&app, &format!("idDominio={DOMINIO}&iuv={i}"), 5).await;
    let unico = || con(pagopa_base(), json!({ "modelloPagamento": "UNICO" }));
    let chiavi = json!({ "idA2A": "GESTIONALE", "idPendenza": "P1" });
    let k = |altro: Value| con(chiavi.clone(), altro);
    let attesi = [
        evento(
            "paSendRTV2",
            i,
            "KO",
            "PAA_RECEIPT_DUPLICATA",
            k(json!({ "ccp": "R1", "dettaglioEsito": doppia, "severita": 3, "datiPagoPA": pagopa_base() })),
        ),
        evento(
            "paSendRTV2",
            i,
            "OK",
            "200",
            k(json!({
                "ccp": "R1",
                "dettaglioEsito": format!("Acquisita ricevuta di pagamento [IUV: {i} CCP:R1] emessa da Banca Esempio S.p.A."),
                "datiPagoPA": con(unico(), json!({ "idPsp": "AGID_01", "idCanale": "22222222222_01", "tipoVersamento": "creditCard" }))
            })),
        ),
        evento(
            "paSendRTV2",
            i,
            "KO",
            "PAA_SEMANTICA",
            k(json!({ "ccp": "R1", "dettaglioEsito": somma, "severita": 3, "datiPagoPA": pagopa_base() })),
        ),
        evento("paGetPaymentV2", i, "OK", "200", k(json!({ "ccp": ccp, "datiPagoPA": unico() }))),
        evento("paVerifyPaymentNotice", i, "OK", "200", k(json!({ "datiPagoPA": unico() }))),
    ];
    for (e, atteso) in e.iter().zip(attesi) {
        assert_eq!(fisso(e, &url), atteso);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn gli_eventi_dei_rifiuti(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let ente = StubEnte::nuovo().await;
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    let url = format!("{}{CCP}", app.url());
    let unico = con(pagopa_base(), json!({ "modelloPagamento": "UNICO" }));
    // Unknown, no candidate: no idA2A.
    let n = nav(1);
    manda(&app.nodo(), &verifica(&n)).await;
    let [e] = eventi(&app, &format!("idDominio={DOMINIO}&iuv={}", iuv(&n)), 1).await.try_into().unwrap();
    assert_eq!(
        fisso(&e, &url),
        evento(
            "paVerifyPaymentNotice",
            iuv(&n),
            "KO",
            "PAA_PAGAMENTO_SCONOSCIUTO",
            json!({ "dettaglioEsito": "<Nessuna descrizione>", "severita": 3, "datiPagoPA": unico })
        )
    );
    // With a candidate: its idA2A, and the idPendenza that the answer tells.
    for (k, (copione, esito, sotto, id)) in [
        (Copione::Json(200, json!({ "idA2A": "GESTIONALE", "idPendenza": "E1", "stato": "ANNULLATA", "descrizioneStato": "no" })), "KO", "PAA_PAGAMENTO_ANNULLATO", Some("E1")),
        (Copione::Json(200, json!({ "idA2A": "GESTIONALE", "idPendenza": "E1", "stato": "SCONOSCIUTA" })), "KO", "PAA_PAGAMENTO_SCONOSCIUTO", None),
        (Copione::Stato(500), "FAIL", "PAA_SYSTEM_ERROR", None),
        (Copione::Grezzo(200, "text/html", b"<html>".to_vec()), "FAIL", "PAA_SYSTEM_ERROR", None),
    ]
    .into_iter()
    .enumerate()
    {
        ente.sempre(copione);
        let n = nav(900_001 + k as u64);
        let (codice, testo) = ko(manda(&app.nodo(), &attiva(Versione::V1, &n)).await);
        assert_eq!(codice, sotto);
        let [e] = eventi(&app, &format!("idDominio={DOMINIO}&iuv={}", iuv(&n)), 1).await.try_into().unwrap();
        let mut attese = json!({
            "idA2A": "GESTIONALE", "dettaglioEsito": testo.unwrap_or_else(|| "<Nessuna descrizione>".to_owned()),
            "severita": if esito == "FAIL" { 5 } else { 3 }, "datiPagoPA": unico
        });
        if let Some(id) = id {
            attese["idPendenza"] = json!(id);
        }
        assert_eq!(fisso(&e, &url), evento("paGetPayment", iuv(&n), esito, sotto, attese));
    }
    // The probe is recorded as OK.
    let sonda = "000000000000000000";
    manda(&app.nodo(), &verifica(sonda)).await;
    let [e] = eventi(&app, &format!("idDominio={DOMINIO}&iuv={}", &sonda[3..]), 1).await.try_into().unwrap();
    assert_eq!(e["esito"], "OK");
    // A message that breaks the schema: what is known of it.
    let rotto = String::from_utf8(nodo::scrivi(&verifica(&nav(3)))).unwrap().replace(&nav(3), "123");
    assert_eq!(app.nodo().soap(&rotto).await.stato(), 500);
    let e = eventi(&app, "esito=KO&sottotipoEvento=&tipoEvento=paVerifyPaymentNotice", 2).await;
    assert_eq!(
        (&e[0]["sottotipoEsito"], &e[0]["parametriRisposta"]["status"]),
        (&json!("soap:Client"), &json!(500))
    );
}
