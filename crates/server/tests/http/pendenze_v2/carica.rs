//! PUT and GET as documents.

use super::{bollo, con, definita, documento, get, minima, numero, percorso, pronta, put, ricca};
use http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::Backend;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_pendenza_nuova_201_poi_200_con_lo_stesso_corpo(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let prima = put(&app, "P1", &minima()).await.con_stato(201);
    assert_eq!(prima.intestazione("Content-Type"), Some("application/json"));
    insta::allow_duplicates! {
    insta::assert_snapshot!(documento(&prima.json()), @r#"
    {
      "idDominio": "12345678901",
      "numeroAvviso": "301000000000000144",
      "UUID": "[uuid]"
    }
    "#);
    }
    let di_nuovo = put(&app, "P1", &minima()).await.con_stato(200);
    assert_eq!(di_nuovo.corpo(), prima.corpo());
    let letta = get(&app, "P1").await;
    insta::allow_duplicates! {
    insta::assert_snapshot!(documento(&letta), @r#"
    {
      "idA2A": "GESTIONALE",
      "idPendenza": "P1",
      "idTipoPendenza": "TARI",
      "dominio": {
        "idDominio": "12345678901",
        "ragioneSociale": "Ente Creditore di prova"
      },
      "stato": "NON_ESEGUITA",
      "iuvAvviso": "01000000000000144",
      "causale": "Sanzione CdS n. abc00000",
      "soggettoPagatore": {
        "identificativo": "ANONIMO",
        "anagrafica": "ANONIMO"
      },
      "importo": 100.50,
      "numeroAvviso": "301000000000000144",
      "dataCaricamento": "2026-03-10",
      "tipo": "dovuto",
      "UUID": "[uuid]",
      "voci": [
        {
          "idVocePendenza": "v1",
          "importo": 100.50,
          "descrizione": "Sanzione",
          "indice": 1,
          "stato": "Non eseguito",
          "codEntrata": "TARI"
        }
      ],
      "rpp": []
    }
    "#);
    }
}

fn piena() -> Value {
    let contabilita = json!({
        "quote": [
            {
                "capitolo": "CAP", "annoEsercizio": 2026, "importo": numero("60.25"), "accertamento": "ACC",
                "titolo": "TIT", "tipologia": "TIP", "categoria": "CAT", "articolo": "ART",
                "proprietaCustom": {"x": numero("1.50")}
            },
            { "capitolo": "CAP2", "annoEsercizio": "2025", "importo": "40.25" }
        ],
        "proprietaCustom": "testo"
    });
    let mut entrata = json!({
        "idVocePendenza": "entrata", "importo": 100.50, "descrizione": "d", "codEntrata": "TARI",
        "descrizioneCausaleRPT": "causale rpt", "datiAllegati": [1, "x"],
        "metadata": {"mapEntries": [{"key": "k", "value": "v"}]}
    });
    entrata["contabilita"] = contabilita;
    let mut altrui = definita("altrui", "10");
    altrui["idDominio"] = json!("33333333333");
    altrui["ibanAccredito"] = json!("IT05L1234512345123456789012");
    let mut propria = definita("propria", "0.01");
    propria["ibanAppoggio"] = json!("IT03L1234512345123456789012");
    json!({
        "idDominio": "12345678901",
        "idUnitaOperativa": "UO1",
        "idTipoPendenza": "TARI",
        "causale": "Sanzione",
        "soggettoPagatore": {
            "tipo": "F", "identificativo": "rssmra30a01h501i", "anagrafica": "Mario Rossi",
            "indirizzo": "Piazza della Vittoria", "civico": "10/A", "cap": 0, "localita": "Roma",
            "provincia": "Roma", "nazione": "IT", "email": "mario.rossi@host.eu",
            "cellulare": "+39 000-1234567"
        },
        "importo": numero("126.51"),
        "numeroAvviso": "301000000000999999",
        "tassonomia": "Sanzioni",
        "tassonomiaAvviso": "Cartelle esattoriali",
        "direzione": "Direzione",
        "divisione": "Divisione",
        "dataValidita": "2026-12-31T00:00",
        "dataScadenza": "2027-12-31",
        "dataNotificaAvviso": "2026-06-01",
        "dataPromemoriaScadenza": "2027-06-01",
        "annoRiferimento": 2026,
        "cartellaPagamento": "ABC00000001",
        "datiAllegati": {"b": numero("1.10000000000000000001"), "a": null},
        "documento": { "identificativo": "DOC", "descrizione": "documento", "soglia": {"tipo": "ENTRO", "giorni": 1} },
        "proprieta": {
            "linguaSecondaria": "de", "descrizioneImporto": [{"voce": "a", "importo": numero("1.50")}],
            "lineaTestoRicevuta1": "uno", "lineaTestoRicevuta2": "due", "linguaSecondariaCausale": "Grund",
            "informativaImportoAvviso": "", "linguaSecondariaInformativaImportoAvviso": "x",
            "dataScadenzaAvviso": "2026-11-30"
        },
        "voci": [entrata, altrui, propria, bollo("bollo", "16.00")],
        "allegati": [
            { "nome": "a.txt", "tipo": "text/plain", "descrizione": "allegato", "contenuto": "Y2lhbw==" },
            { "nome": "b.bin", "contenuto": "AAEC" }
        ]
    })
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_membro_torna_come_e_stato_mandato(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let r = put(&app, "PIENA", &piena()).await.con_stato(201);
    insta::allow_duplicates! {
    insta::assert_snapshot!(documento(&r.json()), @r#"
    {
      "idDominio": "12345678901",
      "numeroAvviso": "301000000000999999",
      "UUID": "[uuid]"
    }
    "#);
    }
    let r = app.applicazione().get(&percorso("PIENA")).await.con_stato(200);
    assert!(r.testo().contains(r#""b":1.10000000000000000001"#), "numeri esatti: {}", r.testo());
    insta::allow_duplicates! {
    insta::assert_snapshot!(documento(&r.json()), @r#"
    {
      "idA2A": "GESTIONALE",
      "idPendenza": "PIENA",
      "idTipoPendenza": "TARI",
      "dominio": {
        "idDominio": "12345678901",
        "ragioneSociale": "Ente Creditore di prova"
      },
      "unitaOperativa": {
        "idUnita": "UO1",
        "ragioneSociale": "Ufficio 1",
        "indirizzo": "Via Po"
      },
      "stato": "NON_ESEGUITA",
      "iuvAvviso": "01000000000999999",
      "causale": "Sanzione",
      "soggettoPagatore": {
        "tipo": "F",
        "identificativo": "rssmra30a01h501i",
        "anagrafica": "Mario Rossi",
        "indirizzo": "Piazza della Vittoria",
        "civico": "10/A",
        "cap": "0",
        "localita": "Roma",
        "provincia": "Roma",
        "nazione": "IT",
        "email": "mario.rossi@host.eu",
        "cellulare": "+39 000-1234567"
      },
      "importo": 126.51,
      "numeroAvviso": "301000000000999999",
      "dataCaricamento": "2026-03-10",
      "dataValidita": "2026-12-31",
      "dataScadenza": "2027-12-31",
      "annoRiferimento": 2026,
      "cartellaPagamento": "ABC00000001",
      "datiAllegati": {
        "b": 1.10000000000000000001,
        "a": null
      },
      "tassonomia": "Sanzioni",
      "tassonomiaAvviso": "Cartelle esattoriali",
      "direzione": "Direzione",
      "divisione": "Divisione",
      "documento": {
        "identificativo": "DOC",
        "descrizione": "documento",
        "soglia": {
          "giorni": 1,
          "tipo": "ENTRO"
        }
      },
      "tipo": "dovuto",
      "UUID": "[uuid]",
      "proprieta": {
        "linguaSecondaria": "de",
        "descrizioneImporto": [
          {
            "voce": "a",
            "importo": 1.50
          }
        ],
        "lineaTestoRicevuta1": "uno",
        "lineaTestoRicevuta2": "due",
        "linguaSecondariaCausale": "Grund",
        "informativaImportoAvviso": "",
        "linguaSecondariaInformativaImportoAvviso": "x",
        "dataScandenzaAvviso": "2026-11-30"
      },
      "voci": [
        {
          "idVocePendenza": "entrata",
          "importo": 100.50,
          "descrizione": "d",
          "datiAllegati": [
            1,
            "x"
          ],
          "descrizioneCausaleRPT": "causale rpt",
          "contabilita": {
            "quote": [
              {
                "capitolo": "CAP",
                "annoEsercizio": 2026,
                "importo": 60.25,
                "accertamento": "ACC",
                "proprietaCustom": {
                  "x": 1.50
                },
                "titolo": "TIT",
                "tipologia": "TIP",
                "categoria": "CAT",
                "articolo": "ART"
              },
              {
                "capitolo": "CAP2",
                "annoEsercizio": 2025,
                "importo": 40.25
              }
            ],
            "proprietaCustom": "testo"
          },
          "metadata": {
            "mapEntries": [
              {
                "key": "k",
                "value": "v"
              }
            ]
          },
          "indice": 1,
          "stato": "Non eseguito",
          "codEntrata": "TARI"
        },
        {
          "idVocePendenza": "altrui",
          "importo": 10.00,
          "descrizione": "voce",
          "indice": 2,
          "stato": "Non eseguito",
          "dominio": {
            "idDominio": "33333333333",
            "ragioneSociale": "Ente 33333333333"
          },
          "ibanAccredito": "IT05L1234512345123456789012",
          "tipoContabilita": "ALTRO",
          "codiceContabilita": "ABC"
        },
        {
          "idVocePendenza": "propria",
          "importo": 0.01,
          "descrizione": "voce",
          "indice": 3,
          "stato": "Non eseguito",
          "ibanAccredito": "IT02L1234512345123456789012",
          "ibanAppoggio": "IT03L1234512345123456789012",
          "tipoContabilita": "ALTRO",
          "codiceContabilita": "ABC"
        },
        {
          "idVocePendenza": "bollo",
          "importo": 16.00,
          "descrizione": "bollo",
          "indice": 4,
          "stato": "Non eseguito",
          "tipoBollo": "01",
          "hashDocumento": "aGFzaA==",
          "provinciaResidenza": "RO"
        }
      ],
      "rpp": [],
      "allegati": [
        {
          "nome": "a.txt",
          "tipo": "text/plain",
          "descrizione": "allegato",
          "contenuto": "/allegati/[0]"
        },
        {
          "nome": "b.bin",
          "contenuto": "/allegati/[1]"
        }
      ]
    }
    "#);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn qualunque_json_negli_allegati_torna_uguale(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    for v in [json!("testo"), json!(5), json!([1, {"a": []}]), json!({}), json!(false), numero("1e3")] {
        put(&app, "P1", &con(&minima(), "/datiAllegati", v.clone())).await;
        assert_eq!(get(&app, "P1").await["datiAllegati"], v);
    }
    put(&app, "P1", &minima()).await.con_stato(200);
    assert_eq!(get(&app, "P1").await.get("datiAllegati"), None);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_post_con_il_metodo_nell_intestazione(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let c = app.applicazione();
    let post = |metodo: Option<&'static str>, query: &'static str, corpo: Value| {
        let mut r = c
            .richiesta(Method::POST, &format!("{}{query}", percorso("P1")))
            .header("Content-Type", "application/json")
            .body(corpo.to_string());
        if let Some(m) = metodo {
            r = r.header("X-HTTP-Method-Override", m);
        }
        let c = c.clone();
        async move { c.manda(r).await.stato() }
    };
    assert_eq!(post(Some("PUT"), "?data_avvisatura=mai", minima()).await, 201);
    assert_eq!(post(Some("PUT"), "", minima()).await, 200);
    let annulla = json!([{"op": "REPLACE", "path": "/stato", "value": "ANNULLATA"}]);
    assert_eq!(post(Some("PATCH"), "", annulla.clone()).await, 200);
    assert_eq!(get(&app, "P1").await["stato"], "ANNULLATA");
    for no in [None, Some("DELETE"), Some("GET"), Some("")] {
        assert_eq!(post(no, "", annulla.clone()).await, 405, "{no:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_data_di_avvisatura(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let con_data = |id: &str, query: &str| {
        let (c, p) = (app.applicazione(), format!("{}?{query}", percorso(id)));
        async move { c.put(&p, &minima()).await }
    };
    con_data("P1", "dataAvvisatura=MaI").await.con_stato(201);
    con_data("P2", "dataAvvisatura=2026-12-01").await.con_stato(201);
    con_data("P3", "stampaAvviso=true").await.con_stato(201);
    let e = con_data("P4", "dataAvvisatura=domani").await.errore();
    assert_eq!(
        e,
        (
            400,
            "SINTASSI".into(),
            "Il formato della data indicata [domani] per il parametro [dataAvvisatura] non e' valido.".into()
        )
    );
    let letta = |id: &'static str| {
        let store = app.engine().store().clone();
        async move {
            let chiave = domain::pendenza::ChiavePendenza {
                id_a2a: domain::IdA2A::fidato("GESTIONALE"),
                id_pendenza: domain::IdPendenza::fidato(id),
            };
            let p = store.pendenza(&chiave).await.expect("lettura").expect("la pendenza");
            (p.avvisatura_inibita, p.data_notifica_avviso.map(|d| d.to_string()))
        }
    };
    assert_eq!(letta("P1").await, (true, None));
    assert_eq!(letta("P2").await, (false, Some("2026-12-01".into())));
    assert_eq!(letta("P3").await, (false, None));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_pendenza_scade_il_giorno_dopo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    // The clock of the tests says 10 March 2026.
    put(&app, "IERI", &con(&minima(), "/dataScadenza", json!("2026-03-09"))).await.con_stato(201);
    put(&app, "OGGI", &con(&minima(), "/dataScadenza", json!("2026-03-10"))).await.con_stato(201);
    put(&app, "VALIDA", &con(&minima(), "/dataValidita", json!("2026-03-01"))).await.con_stato(201);
    for (id, atteso) in [("IERI", "SCADUTA"), ("OGGI", "NON_ESEGUITA"), ("VALIDA", "NON_ESEGUITA")] {
        let p = get(&app, id).await;
        assert_eq!(p["stato"], atteso, "{id}");
        let avviso = format!("/avvisi/12345678901/{}", p["numeroAvviso"].as_str().expect("NAV"));
        let r = app.applicazione().richiesta(Method::GET, &avviso).header("Accept", "application/json");
        assert_eq!(app.applicazione().manda(r).await.json()["stato"], atteso, "{id}");
    }
    app.orologio().avanza_giorni(1);
    assert_eq!(get(&app, "OGGI").await["stato"], "SCADUTA");
}
