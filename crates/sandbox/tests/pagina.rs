//! The page and its endpoints, over HTTP, beside a gateway that this file plays.

#![expect(clippy::unwrap_used, reason = "tests")]

use axum::extract::Path;
use axum::response::IntoResponse as _;
use axum::routing::{get, put};
use axum::{Json, Router};
use domain::Istante;
use http::{HeaderMap, StatusCode};
use sandbox::{Avviata, CredenzialiAmministratore, CredenzialiNodo, Impostazioni};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Notices of the gateway below: of the second management system, refused, answered with a page.
const TRIBUTI: &str = "301000000000000245";
const RIFIUTATO: &str = "301000000000000346";
const PAGINA: &str = "301000000000000447";

/// A gateway that knows one pendenza, takes any other, and asks for the right user.
async fn gateway() -> String {
    let chi = |h: &HeaderMap| h.get("authorization").and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    let pendenza = async move |Path((_, id)): Path<(String, String)>| {
        if id == "NOTA" {
            (
                StatusCode::OK,
                Json(json!({"stato": "NON_ESEGUITA", "importo": 1.5, "numeroAvviso": "301000000000000144"})),
            )
        } else {
            (StatusCode::NOT_FOUND, Json(json!({"codice": "404000"})))
        }
    };
    let carica = async move |h: HeaderMap, Path((_, id)): Path<(String, String)>| {
        // `GESTIONALE:Demo-2026-ente`
        assert_eq!(chi(&h), "Basic R0VTVElPTkFMRTpEZW1vLTIwMjYtZW50ZQ==");
        if id == "RIFIUTATA" {
            (StatusCode::BAD_REQUEST, Json(json!({"codice": "400000", "descrizione": "no"})))
        } else {
            (StatusCode::CREATED, Json(json!({"numeroAvviso": "301000000000000144"})))
        }
    };
    let notifiche = async move |h: HeaderMap| {
        // `capo:segreto`
        assert_eq!(chi(&h), "Basic Y2FwbzpzZWdyZXRv");
        Json(json!({"risultati": [{"stato": "DA_SPEDIRE"}]}))
    };
    let avviso = async move |h: HeaderMap, Path((_, numero)): Path<(String, String)>| {
        assert_eq!(h["accept"], "application/pdf");
        let di_tributi = chi(&h) == "Basic VFJJQlVUSTpEZW1vLTIwMjYtZW50ZQ==";
        let nome = "attachment; filename=\"12345678901_avviso.pdf\"";
        match numero.as_str() {
            TRIBUTI if di_tributi => {
                ([("content-type", "application/pdf"), ("content-disposition", nome)], "%PDF-1.7 avviso")
                    .into_response()
            }
            TRIBUTI => StatusCode::FORBIDDEN.into_response(),
            RIFIUTATO => {
                (StatusCode::NOT_ACCEPTABLE, Json(json!({"descrizione": "Non si <stampa>"}))).into_response()
            }
            // What a proxy in between might say.
            PAGINA => ([("content-type", "application/pdf")], "<html>").into_response(),
            _ => StatusCode::NOT_FOUND.into_response(),
        }
    };
    let rotte = Router::new()
        .route("/govpay/backend/api/pendenze/rs/basic/v2/avvisi/{dominio}/{numero}", get(avviso))
        .route("/govpay/backend/api/pendenze/rs/basic/v2/pendenze/{a}/{p}", get(pendenza).merge(put(carica)))
        .route("/govpay/backend/api/backoffice/rs/basic/v1/notifiche", get(notifiche));
    let l = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", l.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(l, rotte).await.unwrap() });
    url
}

async fn avviata() -> (Avviata, reqwest::Client, String) {
    // As the server does at its start; another test may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let a = sandbox::avvia(Impostazioni {
        ascolto: "127.0.0.1:0".parse().unwrap(),
        gateway: gateway().await,
        nodo: CredenzialiNodo { utente: "nodo".into(), password: "x".into() },
        amministratore: CredenzialiAmministratore { utente: "capo".into(), password: "segreto".into() },
        ora: Arc::new(|| Istante::da_micros(1_800_000_000_000_000)),
    })
    .await
    .unwrap();
    let url = a.url();
    (a, reqwest::Client::builder().no_proxy().build().unwrap(), url)
}

#[tokio::test]
async fn la_pagina_arriva_intera_e_con_le_sue_difese() {
    let (_a, http, url) = avviata().await;
    let r = http.get(format!("{url}/")).send().await.unwrap();
    assert_eq!(r.status(), 200);
    let csp = r.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(csp.contains("default-src 'none'") && !csp.contains("unsafe"), "{csp}");
    assert_eq!(r.headers()["x-content-type-options"], "nosniff");
    let html = r.text().await.unwrap();
    for file in html.split('"').filter(|p| p.starts_with("/pagina/")) {
        assert_eq!(http.get(format!("{url}{file}")).send().await.unwrap().status(), 200, "{file}");
    }
    assert_eq!(http.get(format!("{url}/pagina/altro.js")).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn un_altro_nome_o_un_altro_sito_non_entra() {
    let (_a, http, url) = avviata().await;
    let guasto = format!("{url}/simulatore/ente/guasto");
    let metti = || http.put(&guasto).json(&json!({"guasto": "MUTO"}));
    let stato = async |r: reqwest::RequestBuilder| r.send().await.unwrap().status().as_u16();
    assert_eq!(stato(http.get(format!("{url}/")).header("Host", "evil.example")).await, 403);
    assert_eq!(stato(metti().header("Origin", "http://evil.example")).await, 403);
    assert_eq!(stato(http.put(&guasto).body("{\"guasto\":\"MUTO\"}")).await, 415);
    let v: Value = http.get(&guasto).send().await.unwrap().json().await.unwrap();
    assert_eq!(v, json!({"guasto": "NESSUNO"}), "nessuna delle tre e' passata");
    assert_eq!(stato(metti().header("Origin", url.clone())).await, 200);
}

#[tokio::test]
async fn si_carica_una_pendenza_e_la_si_ritrova_con_lo_scambio() {
    let (_a, http, url) = avviata().await;
    let carica = |a: &str, id: &str, corpo: &Value| {
        http.put(format!("{url}/simulatore/pendenze/{a}/{id}")).json(corpo)
    };
    let corpo = json!({"idDominio": "12345678901", "importo": 1.5});
    let r = carica("GESTIONALE", "NOTA", &corpo).send().await.unwrap();
    assert_eq!(r.status(), 201);
    assert_eq!(carica("GESTIONALE", "RIFIUTATA", &corpo).send().await.unwrap().status(), 400);
    for (a, id) in
        [("ALTRO", "X"), ("GESTIONALE", "a%2Fb"), ("GESTIONALE", "..%2F.."), ("GESTIONALE", "%C3%A9")]
    {
        assert_eq!(carica(a, id, &corpo).send().await.unwrap().status(), 400, "{a}/{id}");
    }
    assert_eq!(carica("GESTIONALE", "NOTA", &json!([])).send().await.unwrap().status(), 400);

    let v: Value = http.get(format!("{url}/simulatore/pendenze")).send().await.unwrap().json().await.unwrap();
    assert_eq!(v.as_array().unwrap().len(), 1, "{v}");
    assert_eq!((&v[0]["idPendenza"], &v[0]["stato"]), (&json!("NOTA"), &json!("NON_ESEGUITA")));
    let v: Value = http.get(format!("{url}/simulatore/messaggi")).send().await.unwrap().json().await.unwrap();
    assert_eq!(v.as_array().unwrap().len(), 2, "caricata e rifiutata: {v}");
    assert_eq!((&v[0]["operazione"], &v[0]["stato"]), (&json!("addPendenza"), &json!(201)));
}

#[tokio::test]
async fn l_elenco_delle_pendenze_ha_un_limite() {
    let (_a, http, url) = avviata().await;
    for n in 0..55 {
        let r = http
            .put(format!("{url}/simulatore/pendenze/GESTIONALE/P{n}"))
            .json(&json!({}))
            .send()
            .await
            .unwrap();
        assert_eq!(r.status(), 201);
    }
    let v: Value = http.get(format!("{url}/simulatore/pendenze")).send().await.unwrap().json().await.unwrap();
    assert_eq!(v.as_array().unwrap().len(), 50);
    assert_eq!((&v[0]["idPendenza"], &v[0]["stato"]), (&json!("P5"), &json!("NON_CARICATA")));
}

#[tokio::test]
async fn le_notifiche_si_leggono_come_amministratore() {
    let (_a, http, url) = avviata().await;
    let v: Value =
        http.get(format!("{url}/simulatore/notifiche")).send().await.unwrap().json().await.unwrap();
    assert_eq!(v, json!([{"stato": "DA_SPEDIRE"}]));
}

#[tokio::test]
async fn gli_eventi_arrivano_mentre_accadono() {
    let (_a, http, url) = avviata().await;
    let mut flusso = http.get(format!("{url}/simulatore/eventi")).send().await.unwrap();
    assert_eq!(flusso.headers()["content-type"], "text/event-stream");
    let guasto = json!({"guasto": "STATO", "stato": 503});
    http.put(format!("{url}/simulatore/ente/guasto")).json(&guasto).send().await.unwrap();
    http.put(format!("{url}/ente/v2/ricevute/12345678901/1/2")).json(&json!({})).send().await.unwrap();
    let mut letto = String::new();
    while !letto.contains("event: messaggio") || !letto.ends_with("\n\n") {
        let pezzo = tokio::time::timeout(Duration::from_secs(10), flusso.chunk()).await.unwrap().unwrap();
        letto.push_str(std::str::from_utf8(&pezzo.expect("il flusso resta aperto")).unwrap());
    }
    assert!(letto.contains("event: guasto\ndata: {\"guasto\":\"STATO\",\"stato\":503}"), "{letto}");
    assert!(letto.contains("\"operazione\":\"notificaRicevuta\""), "{letto}");
}

#[tokio::test]
async fn le_pagine_in_ascolto_hanno_un_limite() {
    let (_a, http, url) = avviata().await;
    let mut aperte = Vec::new();
    for _ in 0..32 {
        let r = http.get(format!("{url}/simulatore/eventi")).send().await.unwrap();
        assert_eq!(r.status(), 200);
        aperte.push(r);
    }
    assert_eq!(http.get(format!("{url}/simulatore/eventi")).send().await.unwrap().status(), 503);
}

#[tokio::test]
async fn l_avviso_si_stampa_come_chi_lo_ha_caricato() {
    let (_a, http, url) = avviata().await;
    let chiedi = async |numero: &str, accetta: &str| {
        let r = http.get(format!("{url}/simulatore/avvisi/12345678901/{numero}/pdf"));
        let r = r.header("accept", accetta).send().await.unwrap();
        (r.status().as_u16(), r.headers().clone(), r.text().await.unwrap())
    };
    let (stato, h, corpo) = chiedi(TRIBUTI, "*/*").await;
    assert_eq!(
        (stato, corpo.as_str()),
        (200, "%PDF-1.7 avviso"),
        "il primo gestionale non puo', il secondo si"
    );
    assert_eq!(h["content-type"], "application/pdf");
    assert_eq!(h["content-disposition"], "inline; filename=\"12345678901_avviso.pdf\"");
    assert_eq!(h["x-content-type-options"], "nosniff");

    let errore = |t: &str| serde_json::from_str::<Value>(t).unwrap()["errore"].as_str().unwrap().to_owned();
    let (stato, _, corpo) = chiedi(RIFIUTATO, "*/*").await;
    assert_eq!((stato, errore(&corpo)), (406, "il gateway rifiuta, con stato 406: Non si <stampa>".into()));
    let (stato, h, corpo) = chiedi(RIFIUTATO, "text/html,*/*").await;
    assert_eq!((stato, &h["content-type"]), (406, &"text/html; charset=utf-8".parse().unwrap()));
    assert!(corpo.contains("Non si &lt;stampa&gt;") && h.contains_key("content-security-policy"), "{corpo}");
    let (stato, _, corpo) = chiedi(PAGINA, "*/*").await;
    assert_eq!((stato, errore(&corpo)), (502, "il gateway ha risposto qualcosa che non e' un PDF".into()));
    let (stato, _, corpo) = chiedi("301000000000000548", "*/*").await;
    assert!(stato == 404 && errore(&corpo).contains("dopo la prima verifica"), "{corpo}");
    assert_eq!(chiedi("30100000000000054", "*/*").await.0, 404, "un numero di 17 cifre");

    let v: Value = http.get(format!("{url}/simulatore/messaggi")).send().await.unwrap().json().await.unwrap();
    let stati: Vec<_> = v.as_array().unwrap().iter().map(|m| (&m["operazione"], &m["stato"])).collect();
    assert_eq!(stati[..2], [(&json!("getAvviso"), &json!(403)), (&json!("getAvviso"), &json!(200))]);
}

#[tokio::test]
async fn un_codice_qr_si_legge_da_una_foto() {
    let (_a, http, url) = avviata().await;
    let leggi = async |tipo: &str, byte: Vec<u8>| {
        let r = http.post(format!("{url}/simulatore/qr")).header("content-type", tipo).body(byte);
        let r = r.send().await.unwrap();
        (r.status().as_u16(), r.json::<Value>().await.unwrap())
    };
    let foto = include_bytes!("dati/avviso.jpg").to_vec();
    let atteso = json!({"testi": ["PAGOPA|002|301000000000000144|12345678901|12050"]});
    assert_eq!(leggi("image/jpeg", foto.clone()).await, (200, atteso));
    let (stato, v) = leggi("image/png", b"%PDF-1.7".to_vec()).await;
    assert!(stato == 415 && v["errore"].as_str().unwrap().contains("PDF"), "{v}");
    assert_eq!(leggi("image/png", b"GIF89a".to_vec()).await.0, 415);
    assert_eq!(leggi("application/json", foto.clone()).await.0, 415);
    assert_eq!(leggi("image/jpeg", foto[..foto.len() / 4].to_vec()).await, (200, json!({"testi": []})));
    assert_eq!(leggi("image/jpeg", foto[..100].to_vec()).await.0, 422);
    assert_eq!(leggi("image/png", vec![0; 9 * 1024 * 1024]).await.0, 413);
}
