//! API Pendenze v1 (spec 20 1, 2.5).

use super::*;
use crate::nodo;
use domain::pendenza::{StatoPagamento, StatoPendenza};
use http::Method;
use pagopa::ccp::Versione;
use rstest::rstest;
use testkit::Backend;

/// The smallest pendenza that names its debtor.
fn nominata() -> Value {
    con(
        &minima(),
        "/soggettoPagatore",
        json!({ "tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi" }),
    )
}

fn intera() -> Value {
    json!({
        "idDominio": DOMINIO,
        "idUnitaOperativa": "UO1",
        "nome": "multa",
        "causale": "Sanzione CdS n. abc00000",
        "soggettoPagatore": {
            "tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi", "cap": 0
        },
        "importo": 100.50,
        "dataCaricamento": "2020-01-01",
        "dataValidita": "2026-06-30",
        "dataScadenza": "2026-12-31",
        "annoRiferimento": 2026,
        "cartellaPagamento": "A1",
        "datiAllegati": {"pratica": 12.50},
        "tassonomia": "Sanzioni",
        "tassonomiaAvviso": "Imposte e tasse",
        "voci": [
            {
                "indice": 9, "stato": "Eseguito", "idVocePendenza": "v1", "importo": 84.50,
                "descrizione": "Sanzione", "descrizioneCausaleRPT": "Multa", "datiAllegati": [1],
                "ibanAccredito": "IT02L1234512345123456789012", "tipoContabilita": "ENTRATA",
                "codiceContabilita": "ABC"
            },
            bollo("v2", "16.00")
        ]
    })
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_pendenza_va_e_torna(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let c = in_v1(&app);
    let atteso = json!({ "idDominio": DOMINIO, "numeroAvviso": NAV });
    assert_eq!(c.put(&percorso("P1"), &intera()).await.con_stato(201).json(), atteso);
    assert_eq!(c.put(&percorso("P1"), &intera()).await.con_stato(200).json(), atteso);
    let letta = c.get(&percorso("P1")).await.con_stato(200).json();
    insta::allow_duplicates! {
    insta::assert_snapshot!(documento(&letta), @r#"
    {
      "idA2A": "GESTIONALE",
      "idPendenza": "P1",
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
        "unitaOperative": "/domini/12345678901/unitaOperative",
        "contiAccredito": "/domini/12345678901/contiAccredito",
        "entrate": "/domini/12345678901/entrate"
      },
      "unitaOperativa": {
        "idUnita": "UO1",
        "ragioneSociale": "Ufficio 1",
        "indirizzo": "Via Po",
        "abilitato": true
      },
      "stato": "NON_ESEGUITA",
      "nome": "multa",
      "causale": "Sanzione CdS n. abc00000",
      "soggettoPagatore": {
        "tipo": "F",
        "identificativo": "RSSMRA30A01H501I",
        "anagrafica": "Mario Rossi",
        "cap": "0"
      },
      "importo": 100.50,
      "numeroAvviso": "301000000000000144",
      "dataCaricamento": "2026-03-10",
      "dataValidita": "2026-06-30",
      "dataScadenza": "2026-12-31",
      "annoRiferimento": 2026,
      "cartellaPagamento": "A1",
      "datiAllegati": {
        "pratica": 12.5
      },
      "tassonomia": "Sanzioni",
      "tassonomiaAvviso": "Imposte e tasse",
      "voci": [
        {
          "idVocePendenza": "v1",
          "importo": 84.50,
          "descrizione": "Sanzione",
          "datiAllegati": [
            1
          ],
          "descrizioneCausaleRPT": "Multa",
          "indice": 1,
          "stato": "Non eseguito",
          "ibanAccredito": "IT02L1234512345123456789012",
          "tipoContabilita": "CAPITOLO",
          "codiceContabilita": "ABC"
        },
        {
          "idVocePendenza": "v2",
          "importo": 16.00,
          "descrizione": "bollo",
          "indice": 2,
          "stato": "Non eseguito",
          "tipoBollo": "01",
          "hashDocumento": "aGFzaA==",
          "provinciaResidenza": "RO"
        }
      ],
      "rpp": []
    }
    "#);
    }
    // The same pendenza through v2, with what v1 does not show.
    let v2 = app.applicazione().get(&percorso("P1")).await.con_stato(200).json();
    assert_eq!(
        (v2["idTipoPendenza"].as_str(), v2["iuvAvviso"].as_str(), v2.get("nome")),
        (Some("LIBERO"), Some(&NAV[1..]), None)
    );
    // The row of the list: the detail with a link in the place of the attempts, and without voci.
    let busta = c.get("/pendenze").await.con_stato(200).json();
    let mut riga = letta;
    riga.as_object_mut().expect("oggetto").remove("voci");
    riga["rpp"] = json!("/rpp?idA2A=GESTIONALE&idPendenza=P1");
    assert_eq!(
        busta,
        json!({ "numRisultati": 1, "numPagine": 1, "risultatiPerPagina": 25, "pagina": 1, "risultati": [riga] })
    );
    // A stamp has no notice on paper; what has one comes with the answer.
    let r = c.put(&format!("{}?stampaAvviso=true", percorso("P1")), &intera()).await.con_stato(200);
    assert_eq!(r.json(), atteso);
    let r = c.put(&format!("{}?stampaAvviso=true", percorso("P2")), &nominata()).await.con_stato(201).json();
    let membri: Vec<&String> = r.as_object().expect("oggetto").keys().collect();
    assert_eq!(membri, ["idDominio", "numeroAvviso", "pdf"]);
    assert!(r["pdf"].as_str().is_some_and(|p| p.starts_with("JVBERi")));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_venne_dopo_non_si_conosce(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let c = in_v1(&app);
    for (dove, campo, v) in [
        ("", "idTipoPendenza", json!("TARI")),
        ("", "direzione", json!("D1")),
        ("", "divisione", json!("D1")),
        ("", "documento", json!({ "identificativo": "D", "descrizione": "d" })),
        ("", "proprieta", json!({})),
        ("", "allegati", json!([])),
        ("", "dataNotificaAvviso", json!("2026-06-30")),
        ("", "dataPromemoriaScadenza", json!("2026-06-30")),
        ("/voci/0", "idDominio", json!(DOMINIO)),
        ("/voci/0", "contabilita", json!({ "quote": [] })),
        ("/voci/0", "metadata", json!({ "mapEntries": [] })),
    ] {
        let corpo = con(&nominata(), &format!("{dove}/{campo}"), v);
        let (stato, codice, dettaglio) = c.put(&percorso("P1"), &corpo).await.errore();
        assert_eq!((stato, codice.as_str()), (400, "SINTASSI"), "{campo}");
        assert!(dettaglio.contains(campo), "{campo}: {dettaglio}");
    }
    let pagatore = |campo: &str, v: Value| con(&nominata(), &format!("/soggettoPagatore/{campo}"), v);
    for (corpo, dettaglio) in [
        (minima(), "Il campo soggettoPagatore non deve essere vuoto."),
        (pagatore("identificativo", Value::Null), "Il campo identificativo non deve essere vuoto."),
        (
            pagatore("identificativo", json!("X")),
            "Il valore [X] del campo identificativo non rispetta la lunghezza minima di 2 caratteri.",
        ),
        (pagatore("anagrafica", Value::Null), "Il campo anagrafica non deve essere vuoto."),
        (pagatore("anagrafica", json!("")), "Il campo anagrafica non deve essere vuoto."),
        (con(&nominata(), "/importo", Value::Null), "Il campo importo non deve essere vuoto."),
    ] {
        assert_eq!(c.put(&percorso("P1"), &corpo).await.errore(), errore(400, "SINTASSI", dettaglio));
    }
    // The type of the debtor may be left out, and the former name of the accounting is not of v2.
    c.put(&percorso("P1"), &pagatore("tipo", Value::Null)).await.con_stato(201);
    let con_entrata = con(&minima(), "/voci/0", intera()["voci"][0].clone());
    let (_, _, dettaglio) = put(&app, "P9", &con_entrata).await.errore();
    assert!(dettaglio.contains("indice"), "{dettaglio}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_manca_si_dice_col_piu_vicino(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let c = in_v1(&app);
    let ieri = app.engine().oggi().yesterday().expect("ieri").to_string();
    for id in ["ANOMALA", "INCASSATA", "PAGATA", "PARTE", "LIBERA", "ANNULLATA"] {
        c.put(&percorso(id), &nominata()).await.con_stato(201);
    }
    c.put(&percorso("SCADUTA"), &con(&nominata(), "/dataScadenza", json!(ieri))).await.con_stato(201);
    for id in ["ANOMALA", "INCASSATA", "PAGATA"] {
        paga(&app, id, StatoPendenza::Eseguito).await;
    }
    paga(&app, "PARTE", StatoPendenza::ParzialmenteEseguito).await;
    cambia(&app, "ANOMALA", |p| p.anomalo = true).await;
    cambia(&app, "INCASSATA", |p| p.stato_pagamento = StatoPagamento::Incassato).await;
    let annulla = json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATA" }]);
    let r = c.patch(&percorso("ANNULLATA"), &annulla).await.con_stato(200).json();
    assert_eq!((r["stato"].as_str(), r.get("UUID")), (Some("ANNULLATA"), None));

    for (stato, attese) in [
        ("ESEGUITA", &["PAGATA", "INCASSATA", "ANOMALA"][..]),
        ("ESEGUITA_PARZIALE", &["PARTE"]),
        ("NON_ESEGUITA", &["LIBERA"]),
        ("SCADUTA", &["SCADUTA"]),
        ("ANNULLATA", &["ANNULLATA"]),
    ] {
        let b = c.get(&format!("/pendenze?stato={stato}")).await.con_stato(200).json();
        assert_eq!(chiavi(&b), attese, "{stato}");
        assert_eq!(b["numRisultati"], json!(attese.len()));
        for id in attese {
            assert_eq!(c.get(&percorso(id)).await.con_stato(200).json()["stato"], stato, "{id}");
        }
    }
    assert_eq!(
        c.get("/pendenze?stato=ANOMALA").await.errore(),
        errore(
            400,
            "SINTASSI",
            "Codifica inesistente per stato. Valore fornito [ANOMALA] valori possibili [ESEGUITA, \
             NON_ESEGUITA, ESEGUITA_PARZIALE, ANNULLATA, SCADUTA]"
        )
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_avviso_ha_le_etichette_di_v1(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let c = in_v1(&app);
    let avviso = format!("/avvisi/{DOMINIO}/{NAV}");
    let sconosciuto = format!("Avviso [Dominio:{DOMINIO}, NumeroAvviso:{NAV}] inesistente");
    assert_eq!(in_json(&c, &avviso).await.errore(), errore(404, "404000", &sconosciuto));
    assert_eq!(in_pdf(&c, &avviso).await.errore(), errore(404, "404000", sconosciuto));
    c.put(&percorso("P1"), &nominata()).await.con_stato(201);
    let letto = in_json(&c, &avviso).await.con_stato(200).json();
    assert_eq!(
        letto,
        json!({
            "stato": "Non pagato", "importo": crate::pendenze_v2::numero("100.50"), "idDominio": DOMINIO,
            "numeroAvviso": NAV, "descrizione": "Sanzione CdS n. abc00000",
            "qrcode": format!("PAGOPA|002|{NAV}|{DOMINIO}|10050")
        })
    );
    let etichetta = || async { in_json(&c, &avviso).await.con_stato(200).json()["stato"].clone() };
    c.put(&percorso("P1"), &con(&nominata(), "/dataScadenza", json!("2020-01-01"))).await.con_stato(200);
    assert_eq!(etichetta().await, "Scaduto");
    let annulla = json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATA" }]);
    c.patch(&percorso("P1"), &annulla).await.con_stato(200);
    assert_eq!(etichetta().await, "Annullato");
    paga(&app, "P1", StatoPendenza::Eseguito).await;
    assert_eq!(etichetta().await, "Pagato");
    assert_eq!(in_json(&c, &avviso).await.json().get("dataPagamento"), None);
    // The address of 2018: no family, no version; the PDF asked by the content type.
    let seme = app.cliente("/govpay/backend/api/pendenze").come(GESTIONALE.0, GESTIONALE.1);
    assert_eq!(in_json(&seme, &avviso).await.con_stato(200).json()["stato"], "Pagato");
    let r = seme.richiesta(Method::GET, &avviso).header("Content-Type", "application/pdf");
    let r = seme.manda(r).await.con_stato(200);
    assert!(r.corpo().starts_with(b"%PDF"));
    assert_eq!(r.intestazione("Content-Type"), Some("application/pdf"));
    assert_eq!(seme.get(&avviso).await.errore().1, "406000");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_tentativi_e_chi_non_puo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let c = in_v1(&app);
    let n = nodo::carica_una(&app, 1).await;
    let dati = nodo::attivata(&app, Versione::V2, &n).await;
    nodo::accettata(&app, &nodo::ricevuta(Versione::V2, &dati, &n, "R1")).await;
    let letta = c.get(&percorso("P1")).await.con_stato(200).json();
    let uno = &letta["rpp"][0];
    assert_eq!(
        (uno["stato"].as_str(), uno["pendenza"].as_str()),
        (Some("RT_ACCETTATA_PA"), Some("/pendenze/GESTIONALE/P1"))
    );
    let base = format!("/rpp/{DOMINIO}/{}/R1", nodo::iuv(&n));
    let rpp = c.get(&base).await.con_stato(200).json();
    assert_eq!((&rpp["rpt"], &rpp["rt"]), (&uno["rpt"], &uno["rt"]));
    assert_eq!((rpp["pendenza"]["stato"].as_str(), rpp["pendenza"].get("UUID")), (Some("ESEGUITA"), None));
    assert_eq!(in_json(&c, &format!("{base}/rt")).await.con_stato(200).json(), uno["rt"]);
    assert_eq!(in_json(&c, &format!("{base}/rpt")).await.con_stato(200).json(), uno["rpt"]);

    let poco = c.come("poco", "Poco2026aa");
    let negato = "Applicazione [POCO] non autorizzata ad accedere alla risorsa richiesta: la pendenza non \
                  appartiene all'applicazione chiamante.";
    for r in [
        poco.get(&percorso("P1")).await,
        poco.get(&percorso("NO")).await,
        poco.get(&base).await,
        in_json(&poco, &format!("/avvisi/{DOMINIO}/{n}")).await,
    ] {
        assert_eq!(r.errore(), errore(403, "403000", negato));
    }
    let annulla = json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATA" }]);
    for r in [poco.put(&percorso("P1"), &nominata()).await, poco.patch(&percorso("P1"), &annulla).await] {
        let diversa = "Applicazione autenticata (POCO) diversa dalla chiamante (GESTIONALE)";
        assert_eq!(r.errore(), errore(400, "APP_002", diversa));
    }
    assert_eq!(
        c.get(&percorso("NO")).await.errore(),
        errore(404, "404000", "Pendenza [IdA2A:GESTIONALE, Id:NO] inesistente")
    );
    assert_eq!(
        c.come(testkit::AMMINISTRATORE.0, testkit::AMMINISTRATORE.1).get("/pendenze").await.stato(),
        403
    );
    c.anonimo().get("/pendenze").await.con_stato(401);
    // What this version does not have.
    c.get(&format!("/pendenze/byAvviso/{DOMINIO}/{n}")).await.con_stato(404);
    c.get("/allegati/1").await.con_stato(404);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_profilo_elenca_i_domini_come_allora(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let p = in_v1(&app).come("poco", "Poco2026aa").get("/profilo").await.con_stato(200).json();
    assert_eq!(
        p,
        json!({
            "nome": "poco",
            "domini": [{
                "idDominio": DOMINIO, "ragioneSociale": "Ente Creditore di prova", "indirizzo": "Via Roma",
                "civico": "1", "cap": "00100", "localita": "Roma", "provincia": "RM", "nazione": "IT",
                "stazione": "11111111113_01", "auxDigit": "3", "segregationCode": "01", "abilitato": true,
                "unitaOperative": format!("/domini/{DOMINIO}/unitaOperative"),
                "contiAccredito": format!("/domini/{DOMINIO}/contiAccredito"),
                "entrate": format!("/domini/{DOMINIO}/entrate")
            }],
            "entrate": [],
            "acl": []
        })
    );
    assert_eq!(in_v1(&app).get("/info").await.con_stato(200).json()["appName"], "GovPay");
}
