use super::*;
use crate::nodo::iuv;
use crate::pendenze_v2::numero;
use rstest::rstest;
use testkit::GESTIONALE;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_dettaglio_di_ogni_contratto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, _) = scena(backend).await;
    let (n1, n2) = (nav(1), nav(2));
    let (i1, i2) = (iuv(&n1), iuv(&n2));
    let uuid = json(&app.applicazione(), "/pendenze/GESTIONALE/P1").await["UUID"].clone();
    let caricata = json(&app.applicazione(), "/pendenze/GESTIONALE/P1").await["dataCaricamento"].clone();
    let mia = format!("/riscossioni/{DOMINIO}/{i1}/R1/1");

    // v1: the pendenza, the voce and the attempt as API Pendenze v1 shows them.
    let pendenze = app.cliente("/govpay/backend/api/pendenze/rs/basic/v1").come(GESTIONALE.0, GESTIONALE.1);
    let intera = json(&pendenze, "/pendenze/GESTIONALE/P1").await;
    let indice = json(&pendenze, "/pendenze?idPendenza=P1").await["risultati"][0].clone();
    assert_eq!(
        json(&versione(&app, 1), &mia).await,
        json!({
            "idDominio": DOMINIO, "iuv": i1, "iur": "R1", "indice": 1, "stato": "RISCOSSA", "tipo": "ENTRATA",
            "importo": 45.01, "data": "2026-03-10", "commissioni": numero("1.50"),
            "pendenza": senza(indice, &["rpp"]), "vocePendenza": intera["voci"][0],
            "rpp": senza(intera["rpp"][0].clone(), &["pendenza"]),
        })
    );
    assert_eq!(intera["voci"][0]["codEntrata"], "TARI");
    let altra = json(&versione(&app, 1), &format!("/riscossioni/{ALTRO}/{i1}/R1/3")).await;
    assert_eq!((&altra["tipo"], &altra["vocePendenza"]), (&json!("MBT"), &intera["voci"][2]));

    let dominio = json!({ "idDominio": DOMINIO, "ragioneSociale": "Ente Creditore di prova" });
    let contabilita = json!({ "quote": [{ "capitolo": "C", "annoEsercizio": 2026, "importo": 45.01 }] });
    let rt = app.applicazione();
    let rt = json(&rt, &format!("/rpp/{DOMINIO}/{i1}/R1")).await["rt"].clone();
    assert_eq!(rt["receiptId"], "R1");
    assert_eq!(
        json(&versione(&app, 2), &mia).await,
        json!({
            "dominio": dominio, "iuv": i1, "iur": "R1", "indice": 1, "stato": "RISCOSSA", "tipo": "ENTRATA",
            "importo": 45.01, "data": "2026-03-10", "rt": rt,
            "vocePendenza": {
                "indice": 1, "idVocePendenza": "V1", "importo": 45.01, "descrizione": "Voce V1",
                "datiAllegati": { "b": 1 }, "descrizioneCausaleRPT": "Causa", "contabilita": contabilita,
                "pendenza": {
                    "idA2A": "GESTIONALE", "idPendenza": "P1", "idDominio": DOMINIO, "idUnitaOperativa": "UO1",
                    "idTipoPendenza": "TARI", "causale": "TARI 2026", "dataCaricamento": caricata,
                    "dataValidita": "2026-06-30", "dataScadenza": "2026-12-31", "annoRiferimento": 2026,
                    "cartellaPagamento": "A1", "datiAllegati": { "a": 1 }, "tassonomia": "Imposte",
                    "tassonomiaAvviso": "Imposte e tasse", "direzione": "Nord", "divisione": "Uno", "UUID": uuid
                }
            }
        })
    );
    // No office, and a voce for another dominio only where it says so.
    let senza_ufficio = json(&versione(&app, 2), &format!("/riscossioni/{DOMINIO}/{i2}/R2/1")).await;
    assert_eq!(
        membri(&senza_ufficio["vocePendenza"]["pendenza"]),
        [
            "idA2A",
            "idPendenza",
            "idDominio",
            "idTipoPendenza",
            "causale",
            "dataCaricamento",
            "dataScadenza",
            "UUID"
        ]
    );
    let pagatore = intera["soggettoPagatore"].clone();
    assert_eq!(pagatore["identificativo"], "RSSMRA30A01H501I");
    let v3 = versione(&app, 3);
    assert_eq!(
        json(&v3, &mia).await,
        json!({
            "dominio": dominio, "iuv": i1, "iur": "R1", "indice": 1, "stato": "RISCOSSA", "tipo": "ENTRATA",
            "importo": 45.01, "data": "2026-03-10",
            "vocePendenza": {
                "idVocePendenza": "V1", "descrizione": "Voce V1", "datiAllegati": { "b": 1 },
                "descrizioneCausaleRPT": "Causa", "contabilita": contabilita,
                "metadata": { "mapEntries": [{ "key": "k", "value": "v" }] }, "codEntrata": "TARI",
                "pendenza": {
                    "idA2A": "GESTIONALE", "idPendenza": "P1", "idTipoPendenza": "TARI", "dominio": dominio,
                    "unitaOperativa": { "idUnita": "UO1", "ragioneSociale": "Ufficio" }, "causale": "TARI 2026",
                    "soggettoPagatore": pagatore, "dataCaricamento": caricata, "dataScadenza": "2026-12-31",
                    "annoRiferimento": 2026, "cartellaPagamento": "A1", "datiAllegati": { "a": 1 },
                    "tassonomia": "Imposte", "direzione": "Nord", "divisione": "Uno",
                    "documento": { "identificativo": "DOC1", "descrizione": "Rate", "rata": 1 },
                    "proprieta": { "lineaTestoRicevuta1": "riga" }, "UUID": uuid
                }
            }
        })
    );
    let bollo = json(&v3, &format!("/riscossioni/{DOMINIO}/{i2}/R2/2")).await;
    assert_eq!(
        (&bollo["vocePendenza"]["tipoBollo"], &bollo["allegato"]["tipo"], bollo["allegato"].get("contenuto")),
        (&json!("01"), &json!("Marca da bollo"), None)
    );
    let definita = json(&v3, &format!("/riscossioni/{DOMINIO}/{i1}/R1/2")).await["vocePendenza"].clone();
    assert_eq!(
        membri(&definita),
        ["idVocePendenza", "descrizione", "ibanAccredito", "codiceTassonomicoPagoPA", "pendenza"]
    );
    assert_eq!(
        (&definita["ibanAccredito"], &definita["codiceTassonomicoPagoPA"]),
        (&json!(IBAN), &json!("0/3321"))
    );
    assert_eq!(bollo["vocePendenza"]["codiceTassonomicoPagoPA"], "9/MBT");

    // The Backoffice: the row of the list, and the voce with its pendenza in the place of its id.
    let bo = app.backoffice();
    let riga = json(&bo, &format!("/riscossioni?iuv={i1}")).await["risultati"][0].clone();
    let intera = json(&bo, "/pendenze/GESTIONALE/P1").await;
    let indice = json(&bo, "/pendenze?idPendenza=P1").await["risultati"][0].clone();
    let mut attesa = senza(riga.clone(), &["idVocePendenza"]);
    attesa["vocePendenza"] =
        senza(intera["voci"][0].clone(), &["riscossioni", "rendicontazioni", "datiAllegati"]);
    attesa["vocePendenza"]["pendenza"] = indice;
    assert_eq!(json(&bo, &mia).await, attesa);
    assert_eq!(intera["voci"][0]["riscossioni"], json!([senza(riga, &["idVocePendenza"])]));
    let marca = json(&bo, &format!("/riscossioni/{DOMINIO}/{i2}/R2/2")).await;
    assert_eq!(marca["allegato"]["contenuto"]["IUBD"], "0001");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_non_c_e(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, _) = scena(backend).await;
    let n1 = nav(1);
    let i1 = iuv(&n1);
    for c in [versione(&app, 1), versione(&app, 2), versione(&app, 3), app.backoffice()] {
        for (iuv, iur, indice) in
            [(i1, "R1", "9"), (i1, "R9", "1"), ("9", "R1", "1"), (i1, "R1", "x"), (i1, "R1", "1.0")]
        {
            let r = c.get(&format!("/riscossioni/{DOMINIO}/{iuv}/{iur}/{indice}")).await.errore();
            let testo = format!(
                "Riscossione [IdDominio:{DOMINIO}, IUV:{iuv}, IUR:{iur}, Indice:{indice}] inesistente"
            );
            assert_eq!(r, (404, "404000".to_owned(), testo));
        }
        let r = c.get(&format!("/riscossioni/123/{i1}/R1/1")).await.errore();
        let testo = "Il valore [123] del campo idDominio non rispetta il pattern richiesto: [0-9]{11}";
        assert_eq!((r.0, r.1.as_str(), r.2.as_str()), (400, "SINTASSI", testo));
    }
}
