//! The list of API Backoffice v1: every filter and every order (spec 20 6.2).

use super::*;
use domain::pendenza::{StatoMostrato, StatoPagamento, StatoPendenza};
use rstest::rstest;
use std::time::Duration;
use testkit::Backend;

async fn busta(c: &Cliente, query: &str) -> Value {
    c.get(&format!("/pendenze?{query}")).await.con_stato(200).json()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_filtro_trova_le_sue(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let bo = app.backoffice();
    bo.put(&format!("/domini/{DOMINIO}/tipiPendenza/SOLO"), &json!({})).await.con_stato(201);
    let soggetto = json!({ "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi" });
    for (chiave, campo, v) in [
        ("GESTIONALE/A", "/direzione", json!("D1")),
        ("GESTIONALE/B", "/divisione", json!("D2")),
        ("POCO/C", "/soggettoPagatore", soggetto),
        ("POCO/A", "/idTipoPendenza", json!("SOLO")),
    ] {
        app.orologio().avanza(Duration::from_secs(86_400));
        let corpo = con(&con(&minima(), "/idTipoPendenza", json!("TARI")), campo, v);
        // POCO may not use SOLO: an operatore loads it for him only once it may.
        if chiave == "POCO/A" {
            let corpo = json!({
                "principal": "poco", "abilitato": true, "apiPendenze": true, "domini": [DOMINIO],
                "tipiPendenza": ["*"]
            });
            bo.put("/applicazioni/POCO", &corpo).await.con_stato(200);
        }
        bo.put(&format!("/pendenze/{chiave}"), &corpo).await.con_stato(201);
    }
    let oggi = app.engine().oggi();
    let ieri = oggi.yesterday().expect("ieri");
    let avviso =
        bo.get("/pendenze/GESTIONALE/B").await.json()["numeroAvviso"].as_str().expect("NAV").to_owned();
    let coppie = |b: &Value| -> Vec<String> {
        let righe = b["risultati"].as_array().expect("risultati");
        righe
            .iter()
            .map(|r| format!("{}/{}", r["idA2A"].as_str().unwrap(), r["idPendenza"].as_str().unwrap()))
            .collect()
    };
    let tutte = ["POCO/A", "POCO/C", "GESTIONALE/B", "GESTIONALE/A"];
    for (query, attese) in [
        (String::new(), &tutte[..]),
        ("idA2A=POCO".into(), &["POCO/A", "POCO/C"]),
        ("idPendenza=A".into(), &["POCO/A", "GESTIONALE/A"]),
        ("idA2A=POCO&idPendenza=A".into(), &["POCO/A"]),
        (format!("idDominio={DOMINIO}"), &tutte),
        ("idDominio=33333333333".into(), &[]),
        ("idDebitore=rssmra30a01h501i".into(), &["POCO/C"]),
        ("direzione=D1".into(), &["GESTIONALE/A"]),
        ("divisione=D2".into(), &["GESTIONALE/B"]),
        ("idTipoPendenza=SOLO".into(), &["POCO/A"]),
        ("idTipoPendenza=SOLO&idTipoPendenza=TARI".into(), &tutte),
        ("idTipoPendenza=MAI".into(), &[]),
        (format!("iuv={avviso}"), &["GESTIONALE/B"]),
        (format!("iuv={}", &avviso[1..]), &["GESTIONALE/B"]),
        (format!("iuv={}", &avviso[4..]), &[]),
        ("iuv=RF18539007547034".into(), &[]),
        (format!("dataDa={oggi}"), &["POCO/A"]),
        (format!("dataDa={ieri}&dataA={ieri}"), &["POCO/C"]),
        ("idPagamento=abc".into(), &[]),
        ("ordinamento=dataCaricamento&idA2A=GESTIONALE".into(), &["GESTIONALE/A", "GESTIONALE/B"]),
    ] {
        let b = busta(&bo, &query).await;
        assert_eq!(coppie(&b), attese, "{query}");
        assert_eq!(b["numRisultati"], json!(attese.len()), "{query}");
    }
    let campi = busta(&bo, "idPendenza=B&campi=idPendenza,anomalo").await;
    assert_eq!(campi["risultati"], json!([{ "idPendenza": "B", "anomalo": false }]));
    assert_eq!(
        busta(&bo, "metadatiPaginazione=false&risultatiPerPagina=0").await,
        json!({ "risultatiPerPagina": 0, "pagina": 1, "risultati": [] })
    );
    // Without a cap on the count its member is not there.
    assert_eq!(
        busta(&bo, "maxRisultati=false&risultatiPerPagina=0").await,
        json!({ "numRisultati": 4, "risultatiPerPagina": 0, "pagina": 1, "risultati": [] })
    );
    for (query, stato, codice, dettaglio) in [
        (
            "stato=X",
            400,
            "SINTASSI",
            "Codifica inesistente per stato. Valore fornito [X] valori possibili [ESEGUITA, NON_ESEGUITA, \
             ESEGUITA_PARZIALE, ANNULLATA, SCADUTA, ANOMALA, INCASSATA]",
        ),
        (
            "ordinamento=importo",
            422,
            "100001",
            "Il campo importo non e' valido per ordinare la ricerca in corso. Campi consentiti: \
             [dataCaricamento, dataValidita, dataScadenza, stato]",
        ),
        (
            "dataA=domani",
            400,
            "SINTASSI",
            "Il formato della data indicata [domani] per il parametro [dataA] non e' valido.",
        ),
        (
            "idTipoPendenza=a%20b",
            400,
            "SINTASSI",
            "Il valore [a b] del campo idTipoPendenza non rispetta il pattern richiesto: [a-zA-Z0-9\\-_.]{1,35}",
        ),
        (
            "risultatiPerPagina=5001",
            400,
            "SINTASSI",
            "Il campo risultatiPerPagina deve essere inferiore a 5,000.",
        ),
    ] {
        let r = bo.get(&format!("/pendenze?{query}")).await;
        assert_eq!(r.errore(), errore(stato, codice, dettaglio), "{query}");
    }
}

/// Each state finds the rows shown in it, whoever manages them; an unpaid spontaneous one is hidden.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn lo_stato_cercato_e_quello_mostrato(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let bo = app.backoffice();
    let ieri = app.engine().oggi().yesterday().expect("ieri").to_string();
    for id in ["LIBERA", "PAGATA", "PARTE", "ANNULLATA", "ANOMALA", "INCASSATA"] {
        put(&app, id, &minima()).await.con_stato(201);
    }
    put(&app, "IERI", &con(&minima(), "/dataScadenza", json!(ieri))).await.con_stato(201);
    for id in ["PAGATA", "ANOMALA", "INCASSATA"] {
        paga(&app, id, StatoPendenza::Eseguito).await;
    }
    paga(&app, "PARTE", StatoPendenza::ParzialmenteEseguito).await;
    cambia(&app, "ANOMALA", |p| p.anomalo = true).await;
    cambia(&app, "INCASSATA", |p| p.stato_pagamento = StatoPagamento::Incassato).await;
    cambia(&app, "ANNULLATA", |p| p.stato = StatoPendenza::Annullato).await;
    let tutte = busta(&bo, "").await;
    assert_eq!(tutte["numRisultati"], 7);
    for stato in StatoMostrato::TUTTI {
        let b = busta(&bo, &format!("stato={stato}")).await;
        let righe = tutte["risultati"].as_array().expect("risultati");
        let mostrate: Vec<&Value> = righe.iter().filter(|r| r["stato"] == stato.as_str()).collect();
        assert_eq!(mostrate.len(), 1, "{stato}");
        assert_eq!(b["risultati"].as_array().map(|r| r.iter().collect()), Some(mostrate), "{stato}");
        assert_eq!(b["numRisultati"], 1);
    }
}

/// Pages in every order give each row once, on both databases the same.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_pagine_danno_ogni_riga_una_volta(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let bo = app.backoffice();
    for n in 0..12 {
        let mut p = minima();
        if n % 3 > 0 {
            p["dataScadenza"] = json!(format!("2026-12-{:02}", n % 3));
        }
        if n % 2 > 0 {
            p["dataValidita"] = json!("2026-06-01");
        }
        put(&app, &format!("P{n:02}"), &p).await.con_stato(201);
    }
    paga(&app, "P05", StatoPendenza::Eseguito).await;
    for ordine in ["dataCaricamento", "dataValidita", "dataScadenza", "stato", "stato,-dataScadenza"] {
        for segno in ["", "-"] {
            let mut viste = Vec::new();
            let mut altra = Some(format!("ordinamento={segno}{ordine}&risultatiPerPagina=5"));
            while let Some(query) = altra {
                let b = busta(&bo, &query).await;
                viste.extend(chiavi(&b));
                altra = b["prossimiRisultati"].as_str().map(|p| p.split_once('?').unwrap().1.to_owned());
            }
            let unica = busta(&bo, &format!("ordinamento={segno}{ordine}")).await;
            assert_eq!(viste, chiavi(&unica), "{segno}{ordine}");
            viste.sort();
            viste.dedup();
            assert_eq!(viste.len(), 12, "{segno}{ordine}");
        }
    }
    let scadenze = busta(&bo, "ordinamento=-dataScadenza").await;
    assert_eq!(chiavi(&scadenze)[..4], ["P09", "P06", "P03", "P00"]);
}

/// One read for the page and one for the count.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_lettura_e_un_conteggio(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = crate::nodo::quieta(backend).await;
    for n in 0..3 {
        crate::nodo::carica_una(&app, n).await;
    }
    let bo = app.backoffice();
    busta(&bo, "").await;
    crate::conti::riposo().await;
    for (query, letture) in [("", 2), ("metadatiPaginazione=false", 1), ("risultatiPerPagina=0", 1)] {
        let prima = app.conteggi();
        busta(&bo, query).await;
        let fatto = app.conteggi().da(prima);
        assert_eq!((fatto.letture, fatto.commit), (letture, 0), "{query}");
    }
}
