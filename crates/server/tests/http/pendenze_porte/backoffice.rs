//! The single pendenza in API Backoffice v1 (spec 20 3, 4, 6.1, 8).

use super::*;
use crate::nodo;
use domain::pendenza::StatoPendenza;
use pagopa::ccp::Versione;
use rstest::rstest;
use testkit::Backend;

/// What the clock of the test makes of the instants of publication.
fn istanti(v: &mut Value) {
    let t = v["dataUltimaModificaAca"].as_str().expect("dataUltimaModificaAca").to_owned();
    let forma = jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S.%f%z", &t);
    assert!(forma.is_ok() && t.len() == 28, "{t}");
    v["dataUltimaModificaAca"] = json!("[istante]");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_pendenza_intera(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let bo = app.backoffice();
    let corpo = json!({
        "idDominio": DOMINIO, "idUnitaOperativa": "UO1", "idTipoPendenza": "TARI", "nome": "rata",
        "causale": "TARI 2026", "dataValidita": "2026-06-30", "dataScadenza": "2026-12-31",
        "annoRiferimento": 2026, "cartellaPagamento": "A1", "datiAllegati": {"n": 1.50},
        "tassonomia": "Rifiuti", "tassonomiaAvviso": "Imposte e tasse", "direzione": "D1", "divisione": "D2",
        "dataNotificaAvviso": "2026-05-01", "dataPromemoriaScadenza": "2026-06-01",
        "dataCaricamento": "2020-01-01",
        "soggettoPagatore": {"tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi"},
        "documento": {"identificativo": "DOC1", "descrizione": "Avviso di accertamento", "rata": 2},
        "proprieta": {"linguaSecondaria": "de"},
        "allegati": [{"nome": "a.txt", "tipo": "text/plain", "contenuto": "Y2lhbw=="}],
        "voci": [
            {
                "idVocePendenza": "v1", "importo": 84.50, "descrizione": "Quota", "codEntrata": "TARI",
                "indice": 3, "stato": "Eseguito"
            },
            {
                "idVocePendenza": "v2", "importo": 16.00, "descrizione": "Altro ente", "idDominio": "33333333333",
                "ibanAccredito": "IT05L1234512345123456789012", "tipoContabilita": "CAPITOLO",
                "codiceContabilita": "ABC"
            }
        ]
    });
    let risposta = |v: &Value| {
        let mut v = v.clone();
        assert_eq!(v["UUID"].as_str().map(str::len), Some(32));
        v["UUID"] = json!("[uuid]");
        v
    };
    let creata = bo.put(&percorso("P1"), &corpo).await.con_stato(201).json();
    let attesa = json!({
        "idDominio": DOMINIO, "numeroAvviso": NAV, "idUnitaOperativa": "UO1", "UUID": "[uuid]"
    });
    assert_eq!(risposta(&creata), attesa);
    assert_eq!(bo.put(&percorso("P1"), &corpo).await.con_stato(200).json(), creata);
    let mut letta = bo.get(&percorso("P1")).await.con_stato(200).json();
    istanti(&mut letta);
    insta::allow_duplicates! {
    insta::assert_snapshot!(documento(&letta), @r#"
    {
      "idA2A": "GESTIONALE",
      "idPendenza": "P1",
      "tipoPendenza": {
        "idTipoPendenza": "TARI",
        "descrizione": "Tassa sui rifiuti"
      },
      "dominio": {
        "idDominio": "12345678901",
        "ragioneSociale": "Ente Creditore di prova",
        "indirizzo": "Via Roma",
        "civico": "1",
        "cap": "00100",
        "localita": "Roma",
        "provincia": "RM",
        "nazione": "IT",
        "stazione": "11111111113_01",
        "auxDigit": "3",
        "segregationCode": "01",
        "abilitato": true,
        "intermediato": true,
        "scaricaFr": true,
        "unitaOperative": "/domini/12345678901/unitaOperative",
        "contiAccredito": "/domini/12345678901/contiAccredito",
        "entrate": "/domini/12345678901/entrate",
        "tipiPendenza": "/domini/12345678901/tipiPendenza"
      },
      "unitaOperativa": {
        "idUnita": "UO1",
        "ragioneSociale": "Ufficio 1",
        "indirizzo": "Via Po",
        "abilitato": true
      },
      "stato": "NON_ESEGUITA",
      "iuvAvviso": "01000000000000144",
      "nome": "rata",
      "UUID": "[uuid]",
      "importoPagato": 0.00,
      "importoIncassato": 0.00,
      "anomalo": false,
      "verificato": false,
      "dataUltimoAggiornamento": "2026-03-10",
      "dataUltimaModificaAca": "[istante]",
      "causale": "TARI 2026",
      "soggettoPagatore": {
        "tipo": "F",
        "identificativo": "RSSMRA30A01H501I",
        "anagrafica": "Mario Rossi"
      },
      "importo": 100.50,
      "numeroAvviso": "301000000000000144",
      "dataCaricamento": "2026-03-10",
      "dataValidita": "2026-06-30",
      "dataScadenza": "2026-12-31",
      "annoRiferimento": 2026,
      "cartellaPagamento": "A1",
      "datiAllegati": {
        "n": 1.5
      },
      "tassonomia": "Rifiuti",
      "tassonomiaAvviso": "Imposte e tasse",
      "direzione": "D1",
      "divisione": "D2",
      "documento": {
        "identificativo": "DOC1",
        "descrizione": "Avviso di accertamento",
        "rata": 2
      },
      "proprieta": {
        "linguaSecondaria": "de"
      },
      "voci": [
        {
          "idVocePendenza": "v1",
          "importo": 84.50,
          "descrizione": "Quota",
          "indice": 1,
          "stato": "Non eseguito",
          "codEntrata": "TARI",
          "riscossioni": [],
          "rendicontazioni": []
        },
        {
          "idVocePendenza": "v2",
          "importo": 16.00,
          "descrizione": "Altro ente",
          "indice": 2,
          "stato": "Non eseguito",
          "dominio": {
            "idDominio": "33333333333",
            "ragioneSociale": "Ente 33333333333",
            "abilitato": true,
            "intermediato": false,
            "scaricaFr": false,
            "unitaOperative": "/domini/33333333333/unitaOperative",
            "contiAccredito": "/domini/33333333333/contiAccredito",
            "entrate": "/domini/33333333333/entrate",
            "tipiPendenza": "/domini/33333333333/tipiPendenza"
          },
          "ibanAccredito": "IT05L1234512345123456789012",
          "tipoContabilita": "CAPITOLO",
          "codiceContabilita": "ABC",
          "riscossioni": [],
          "rendicontazioni": []
        }
      ],
      "rpp": [],
      "pagamenti": [],
      "allegati": [
        {
          "nome": "a.txt",
          "tipo": "text/plain",
          "contenuto": "/allegati/[0]"
        }
      ]
    }
    "#);
    }
    // The row of the list: links in the place of attempts and payments, no voci, no attachments.
    let mut busta = bo.get("/pendenze").await.con_stato(200).json();
    istanti(&mut busta["risultati"][0]);
    let riga = letta.as_object_mut().expect("oggetto");
    riga.remove("voci");
    riga.remove("allegati");
    riga.insert("rpp".to_owned(), json!("/rpp?idA2A=GESTIONALE&idPendenza=P1"));
    riga.insert("pagamenti".to_owned(), json!("/pagamenti?idA2A=GESTIONALE&idPendenza=P1"));
    assert_eq!(
        busta,
        json!({
            "numRisultati": 1, "numPagine": 1, "risultatiPerPagina": 25, "pagina": 1, "maxRisultati": 10000,
            "risultati": [letta]
        })
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_chiave_puo_stare_nel_corpo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let bo = app.backoffice();
    let mut corpo = minima();
    // Without an amount it is that of the voci.
    corpo["importo"] = Value::Null;
    let senza = corpo.clone();
    corpo["idA2A"] = json!("GESTIONALE");
    corpo["idPendenza"] = json!("P1");
    let mut r = bo.post("/pendenze?stampaAvviso=true", &corpo).await.con_stato(201).json();
    assert!(r["pdf"].as_str().is_some_and(|p| p.starts_with("JVBERi")));
    assert!(r["UUID"].is_string());
    for campo in ["pdf", "UUID"] {
        r[campo] = json!("x");
    }
    assert_eq!(
        r,
        json!({
            "idA2A": "GESTIONALE", "idPendenza": "P1", "idDominio": DOMINIO, "numeroAvviso": NAV, "UUID": "x",
            "pdf": "x"
        })
    );
    bo.post("/pendenze", &corpo).await.con_stato(200);
    assert_eq!(bo.get(&percorso("P1")).await.json()["importo"], crate::pendenze_v2::numero("100.50"));
    for (corpo, dettaglio) in [
        (senza.clone(), "Il campo idA2A non deve essere vuoto."),
        (con(&senza, "/idA2A", json!("GESTIONALE")), "Il campo idPendenza non deve essere vuoto."),
    ] {
        assert_eq!(bo.post("/pendenze", &corpo).await.errore(), errore(400, "SINTASSI", dettaglio));
    }
    // In the path it is not also in the body; the rules are those of every door.
    let (_, _, dettaglio) = bo.put(&percorso("P1"), &corpo).await.errore();
    assert!(dettaglio.contains("idA2A"), "{dettaglio}");
    let (stato, codice, dettaglio) =
        bo.put("/pendenze/GESTIONALE/P2", &con(&minima(), "/importo", json!(1))).await.errore();
    assert_eq!(
        (stato, codice.as_str(), dettaglio.as_str()),
        (
            422,
            "VER_002",
            "La pendenza (IdA2A:GESTIONALE, Id:P2) ha un importo totale (1.0) diverso dalla somma dei singoli \
             importi (100.5)"
        )
    );
    assert_eq!(
        bo.put("/pendenze/NESSUNA/P2", &minima()).await.errore(),
        errore(400, "APP_000", "Applicazione (NESSUNA) inesistente")
    );
    let r = bo.grezzo(http::Method::PUT, &percorso("P2"), "text/plain", minima().to_string()).await;
    r.con_stato(415);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_operazioni_di_una_patch(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let bo = app.backoffice();
    put(&app, "P1", &minima()).await.con_stato(201);
    let op = |op: &str, path: &str, value: Value| json!([{ "op": op, "path": path, "value": value }]);
    let prima = bo.get(&percorso("P1")).await.con_stato(200).json();
    assert_eq!((prima["verificato"].as_bool(), prima.get("descrizioneStato")), (Some(false), None));
    let r = bo.patch(&percorso("P1"), &op("REPLACE", "/ack", json!(true))).await.con_stato(200).json();
    assert_eq!(r["verificato"], true);
    let r = bo
        .patch(&percorso("P1"), &op("ADD", "/nota", json!({ "oggetto": "sospesa" })))
        .await
        .con_stato(200)
        .json();
    assert_eq!((r["verificato"].as_bool(), r["descrizioneStato"].as_str()), (Some(true), Some("sospesa")));
    let annulla = op("REPLACE", "/stato", json!("ANNULLATA"));
    let r = bo.patch(&percorso("P1"), &annulla).await.con_stato(200).json();
    assert_eq!(r["stato"], "ANNULLATA");
    assert_eq!(bo.get(&percorso("P1")).await.json(), r);
    assert_eq!(
        bo.patch(&percorso("NO"), &annulla).await.errore(),
        errore(404, "404000", "Pendenza [IdA2A:GESTIONALE, Id:NO] inesistente")
    );
    paga(&app, "P1", StatoPendenza::Eseguito).await;
    assert_eq!(
        bo.patch(&percorso("P1"), &annulla).await.errore(),
        errore(
            400,
            "SINTASSI",
            "Non e' consentito aggiornare lo stato di una pendenza ad ANNULLATO da uno stato diverso da \
             NON_ESEGUITO o ANNULLATO"
        )
    );
    assert_eq!(
        bo.patch(&percorso("P1"), &op("REPLACE", "/verificato", json!(true))).await.errore(),
        errore(400, "SINTASSI", "Il campo path non e' valido.")
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_pendenza_pagata_dice_chi_e_come(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let bo = app.backoffice();
    let n = nodo::carica_una(&app, 1).await;
    // Two activations, the second of which is paid.
    nodo::attivata(&app, Versione::V1, &n).await;
    let dati = nodo::attivata(&app, Versione::V2, &n).await;
    nodo::accettata(&app, &nodo::ricevuta(Versione::V2, &dati, &n, "R1")).await;
    let p = bo.get(&percorso("P1")).await.con_stato(200).json();
    let iuv = nodo::iuv(&n);
    let importo = crate::pendenze_v2::numero("45.01");
    assert_eq!(
        (&p["stato"], &p["importoPagato"], &p["importoIncassato"], &p["iuvPagamento"], &p["dataPagamento"]),
        (
            &json!("ESEGUITA"),
            &importo,
            &crate::pendenze_v2::numero("0.00"),
            &json!(iuv),
            &json!("2026-03-10")
        )
    );
    assert_eq!(
        p["voci"][0]["riscossioni"],
        json!([{
            "idDominio": DOMINIO, "iuv": iuv, "iur": "R1", "indice": 1,
            "pendenza": "/pendenze/GESTIONALE/P1", "stato": "RISCOSSA", "tipo": "ENTRATA", "importo": importo,
            "data": "2026-03-10", "rpp": format!("/rpp/{DOMINIO}/{iuv}/R1"),
            "commissioni": crate::pendenze_v2::numero("1.50")
        }])
    );
    assert_eq!(p["voci"][0]["rendicontazioni"], json!([]));
    let stati = |v: &Value| nodo::stati(v).into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(stati(&p), ["RPT_ANNULLATA", "RT_ACCETTATA_PA"]);
    let uno = &p["rpp"][1];
    let membri: Vec<&String> = uno.as_object().expect("oggetto").keys().collect();
    assert_eq!(membri, ["stato", "rpt", "rt", "pendenza", "bloccante", "modello"]);
    assert_eq!(
        (uno["bloccante"].as_bool(), uno["modello"].as_str()),
        (Some(true), Some("Pagamento ad iniziativa PSP"))
    );
    assert_eq!(uno["pendenza"], bo.get("/pendenze").await.json()["risultati"][0]);
    // By notice: the same with the newest attempt first, in each API that has it.
    let mut attesa = p;
    attesa["rpp"].as_array_mut().expect("rpp").reverse();
    let per_avviso = format!("/pendenze/byAvviso/{DOMINIO}/{n}");
    assert_eq!(bo.get(&per_avviso).await.con_stato(200).json(), attesa);
    let v2 = app.applicazione().get(&per_avviso).await.con_stato(200).json();
    assert_eq!(stati(&v2), ["RT_ACCETTATA_PA", "RPT_ANNULLATA"]);
    assert_eq!(stati(&nodo::dettaglio(&app, "P1").await), ["RPT_ANNULLATA", "RT_ACCETTATA_PA"]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_avviso_ha_le_sue_etichette(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let bo = app.backoffice();
    let avviso = format!("/avvisi/{DOMINIO}/{NAV}");
    let sconosciuto = format!("Avviso [Dominio:{DOMINIO}, NumeroAvviso:{NAV}] inesistente");
    assert_eq!(in_json(&bo, &avviso).await.errore(), errore(404, "404000", &sconosciuto));
    assert_eq!(in_pdf(&bo, &avviso).await.errore(), errore(404, "404000", sconosciuto));
    let p = con(&minima(), "/tassonomiaAvviso", json!("Imposte e tasse"));
    put(&app, "P1", &p).await.con_stato(201);
    assert_eq!(
        in_json(&bo, &avviso).await.con_stato(200).json(),
        json!({
            "stato": "Non pagato", "importo": crate::pendenze_v2::numero("100.50"), "idDominio": DOMINIO,
            "numeroAvviso": NAV, "descrizione": "Sanzione CdS n. abc00000",
            "tassonomiaAvviso": "Imposte e tasse", "qrcode": format!("PAGOPA|002|{NAV}|{DOMINIO}|10050")
        })
    );
    let pdf = in_pdf(&bo, &avviso).await.con_stato(200);
    assert!(pdf.corpo().starts_with(b"%PDF"));
    assert_eq!(
        pdf.intestazione("Content-Disposition"),
        Some(format!("attachment; filename=\"{DOMINIO}_{NAV}.pdf\"").as_str())
    );
    let etichetta = || async { in_json(&bo, &avviso).await.con_stato(200).json()["stato"].clone() };
    put(&app, "P1", &con(&p, "/dataScadenza", json!("2020-01-01"))).await.con_stato(200);
    assert_eq!(etichetta().await, "Scaduto");
    let annulla = json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATA" }]);
    bo.patch(&percorso("P1"), &annulla).await.con_stato(200);
    assert_eq!(etichetta().await, "Annullato");
    paga(&app, "P1", StatoPendenza::ParzialmenteEseguito).await;
    assert_eq!(etichetta().await, "Pagato");
    assert_eq!(in_json(&bo, &avviso).await.json().get("dataPagamento"), None);
    assert_eq!(bo.get(&avviso).await.errore().1, "406000");
    put(&app, "P2", &con(&minima(), "/voci/0", bollo("v1", "100.50"))).await.con_stato(201);
    assert_eq!(
        in_pdf(&bo, &format!("/avvisi/{DOMINIO}/301000000000000245")).await.errore(),
        errore(422, "SEMANTICA", "Avviso non disponibile per pagamenti di Marca da Bollo")
    );
    for (percorso, campo) in [
        (format!("/avvisi/1/{NAV}"), "idDominio"),
        (format!("/avvisi/{DOMINIO}/9"), "numeroAvviso"),
        (format!("{avviso}?linguaSecondaria=es"), "linguaSecondaria"),
    ] {
        let (stato, codice, dettaglio) = in_json(&bo, &percorso).await.errore();
        assert_eq!((stato, codice.as_str()), (400, "SINTASSI"), "{percorso}");
        assert!(dettaglio.contains(campo), "{dettaglio}");
    }
}
