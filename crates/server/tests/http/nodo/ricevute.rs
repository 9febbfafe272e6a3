//! paSendRT and paSendRTV2, one at a time (spec 40 section 7).

use super::*;
use domain::Istante;
use domain::tentativo::{EsitoPagamento, Riscossione, StatoTentativo, Tentativo, VersioneTentativo};
use engine::nodo::ChiamanteNodo;
use rstest::rstest;
use testkit::{Copione, StubEnte};

const RIFIUTATA: &str = "RT_RIFIUTATA_PA";
const ACCETTATA: &str = "RT_ACCETTATA_PA";

async fn tentativi(app: &TestApp, nav: &str) -> Vec<Tentativo> {
    app.engine().store().tentativi_per_iuv(DOMINIO, iuv(nav)).await.unwrap()
}

async fn riscossioni(app: &TestApp, nav: &str) -> Vec<Riscossione> {
    let p = app.engine().store().pendenza_per_iuv(DOMINIO, iuv(nav)).await.unwrap().unwrap();
    app.engine().store().riscossioni_di(p.id).await.unwrap()
}

/// `stato` and `descrizioneStato` of a pendenza.
async fn stato(app: &TestApp, id: &str) -> (String, Option<String>) {
    let d = dettaglio(app, id).await;
    (d["stato"].as_str().unwrap().to_owned(), d["descrizioneStato"].as_str().map(str::to_owned))
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_versione_paga_ogni_attivazione(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    for (i, (richiesta, rt, versione)) in [
        (Versione::V1, Versione::V1, VersioneTentativo::Sanp240),
        (Versione::V1, Versione::V2, VersioneTentativo::RptV1RtV2),
        (Versione::V2, Versione::V1, VersioneTentativo::RptV2RtV1),
        (Versione::V2, Versione::V2, VersioneTentativo::Sanp321V2),
    ]
    .into_iter()
    .enumerate()
    {
        let n = carica_una(&app, i as u64).await;
        let id = format!("P{i}");
        let dati = attivata(&app, richiesta, &n).await;
        let receipt_id = format!("R{i}");
        let prima = app.engine().adesso();
        accettata(&app, &ricevuta(rt, &dati, &n, &receipt_id)).await;
        let d = dettaglio(&app, &id).await;
        assert_eq!(d["stato"], "ESEGUITA");
        assert_eq!((&d["dataPagamento"], &d["iuvPagamento"]), (&json!("2026-03-10"), &json!(iuv(&n))));
        assert_eq!(stati(&d), [ACCETTATA]);
        assert!(d["rpp"][0].get("dettaglioStato").is_none());
        assert!(d["voci"].as_array().unwrap().iter().all(|v| v["stato"] == "Eseguito"));
        let [t] = tentativi(&app, &n).await.try_into().unwrap();
        assert_eq!(
            (t.ccp.as_str(), t.versione, t.stato),
            (receipt_id.as_str(), versione, StatoTentativo::RtAccettataPa)
        );
        assert_eq!(t.esito, EsitoPagamento::Eseguito);
        assert_eq!(t.cod_msg_ricevuta.as_deref(), Some(receipt_id.as_str()));
        assert!(t.data_msg_ricevuta.is_some_and(|q| q >= prima));
        assert_eq!(t.importo_totale_pagato, Some(Importo::da_centesimi(4501)));
        assert_eq!(t.cod_attestante.as_deref(), Some("22222222222"));
        assert_eq!(t.denominazione_attestante.as_deref(), Some("Banca Esempio S.p.A."));
        assert_eq!(
            (t.cod_psp.as_deref(), t.cod_canale.as_deref()),
            (Some("AGID_01"), Some("22222222222_01"))
        );
        assert_eq!(t.tipo_versamento.as_deref(), Some("creditCard"));
        let [r] = riscossioni(&app, &n).await.try_into().unwrap();
        assert_eq!(
            (r.iur.as_str(), r.indice, r.importo),
            (receipt_id.as_str(), 1, Importo::da_centesimi(4501))
        );
        assert_eq!(r.data, Istante::da_roma(jiff::civil::datetime(2026, 3, 10, 9, 15, 30, 0)));
        assert_eq!((r.commissioni, r.tentativo), (Some(Importo::da_centesimi(150)), Some(t.id)));
        assert_eq!((r.stato.as_str(), r.tipo.as_str(), r.allegato), ("PAGATO", "ENTRATA", None));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_stessa_ricevuta_due_volte(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let n = carica_una(&app, 1).await;
    let dati = attivata(&app, Versione::V2, &n).await;
    let r = ricevuta(Versione::V2, &dati, &n, "R1");
    accettata(&app, &r).await;
    let prima = dettaglio(&app, "P1").await;
    app.orologio().avanza(Duration::from_secs(3600));
    let quando = tentativi(&app, &n).await[0]
        .data_msg_ricevuta
        .unwrap()
        .a_roma()
        .strftime("%Y-%m-%d %H:%M")
        .to_string();
    let testo = format!(
        "La ricevuta [Dominio: {DOMINIO}, IUV: {}, ReceiptID: R1] è già acquisita in data {quando}.",
        iuv(&n)
    );
    e_ko(manda_ricevuta(&app, &r).await, "PAA_RECEIPT_DUPLICATA", Some(&testo));
    // The copy of the other version, and the one addressed to a second body of ours.
    let mut altra = ricevuta(Versione::V1, &dati, &n, "R1");
    altra.id_pa = ALTRO.to_owned();
    e_ko(manda_ricevuta(&app, &altra).await, "PAA_RECEIPT_DUPLICATA", Some(&testo));
    assert_eq!(dettaglio(&app, "P1").await, prima);
    assert_eq!(riscossioni(&app, &n).await.len(), 1);
}

/// What was asked is paid, but it is no longer all that is due: the body must see it.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_voce_aggiunta_dopo_l_attivazione_rende_anomalo(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let n = carica_una(&app, 1).await;
    let dati = attivata(&app, Versione::V2, &n).await;
    carica(&app, "P1", &corpo(&n, &[voce("V1", 45.01), voce("V2", 10.00)])).await;
    accettata(&app, &ricevuta(Versione::V2, &dati, &n, "R1")).await;
    let diverso = "L'importo pagato non corrisponde all'importo dovuto.";
    assert_eq!(stato(&app, "P1").await, ("ANOMALA".to_owned(), Some(diverso.to_owned())));
    let d = dettaglio(&app, "P1").await;
    assert_eq!(
        (&d["voci"][0]["stato"], &d["voci"][1]["stato"]),
        (&json!("Eseguito"), &json!("Non eseguito"))
    );
    assert_eq!(riscossioni(&app, &n).await.len(), 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_altro_importo_e_un_altra_ricevuta_sono_anomali(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let n = carica_una(&app, 1).await;
    let dati = attivata(&app, Versione::V2, &n).await;
    let mut r = ricevuta(Versione::V2, &dati, &n, "R1");
    r.ricevuta.transfers[0].amount = Importo::da_centesimi(4000);
    r.ricevuta.payment_amount = Importo::da_centesimi(4000);
    accettata(&app, &r).await;
    let diverso = "L'importo pagato non corrisponde all'importo dovuto.";
    assert_eq!(stato(&app, "P1").await, ("ANOMALA".to_owned(), Some(diverso.to_owned())));
    assert_eq!(dettaglio(&app, "P1").await["voci"][0]["stato"], "Non eseguito");

    let m = carica_una(&app, 2).await;
    let dati = attivata(&app, Versione::V1, &m).await;
    accettata(&app, &ricevuta(Versione::V1, &dati, &m, "R1")).await;
    assert_eq!(stato(&app, "P2").await, ("ESEGUITA".to_owned(), None));
    accettata(&app, &ricevuta(Versione::V2, &dati, &m, "R2")).await;
    assert_eq!(
        stato(&app, "P2").await,
        ("ANOMALA".to_owned(), Some("Acquisito pagamento duplicato".to_owned()))
    );
    let t = tentativi(&app, &m).await;
    assert_eq!(t.iter().map(|t| t.ccp.as_str()).collect::<Vec<_>>(), ["R1", "R2"]);
    assert_eq!(t[0].cod_msg_richiesta, t[1].cod_msg_richiesta, "la seconda ha la richiesta della prima");
    assert_eq!(riscossioni(&app, &m).await.len(), 2);
    let d = dettaglio(&app, "P2").await;
    assert_eq!(stati(&d), [ACCETTATA, ACCETTATA]);
    assert_eq!(d["rpp"][0]["rpt"], d["rpp"][1]["rpt"]);
    for (r, id) in d["rpp"].as_array().unwrap().iter().zip(["R1", "R2"]) {
        assert_eq!(r["rt"]["receiptId"], id);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_rifiuti_semantici_si_conservano(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let n = nav(1);
    carica(&app, "P1", &corpo(&n, &[voce("V1", 40.0), voce("V2", 5.01)])).await;
    let dati = attivata(&app, Versione::V2, &n).await;
    let buona = ricevuta(Versione::V2, &dati, &n, "R1");
    let con = |cambia: &dyn Fn(&mut Ricevuta)| {
        let mut r = buona.clone();
        cambia(&mut r.ricevuta);
        r
    };
    let ccp = tentativi(&app, &n).await[0].ccp.clone();
    for (r, testo) in [
        (
            con(&|r| r.payment_amount = Importo::da_centesimi(4600)),
            "ImportoTotalePagato [46.00] non corrisponde alla somma dei SingoliImportiPagati [45.01]",
        ),
        (
            con(&|r| {
                r.transfers.pop();
                r.payment_amount = Importo::da_centesimi(4000);
            }),
            "Numero di pagamenti diverso dal numero di versamenti per una ricevuta di tipo OK",
        ),
        (
            con(&|r| r.debtor.codice = "VRDGPP65B03A112N".to_owned()),
            "UniqueIdentifierDebtor non corrisponde [Atteso:\"RSSMRA30A01H501I\" Ricevuto:\"VRDGPP65B03A112N\"]",
        ),
        (
            con(&|r| {
                r.outcome = EsitoRicevuta::Ko;
                r.payment_amount = Importo::da_centesimi(0);
            }),
            "ImportoTotalePagato [0.00] non corrisponde alla somma dei SingoliImportiPagati [45.01]",
        ),
    ] {
        e_ko(manda_ricevuta(&app, &r).await, "PAA_SEMANTICA", Some(testo));
        let d = dettaglio(&app, "P1").await;
        assert_eq!(d["stato"], "NON_ESEGUITA");
        let ultimo = d["rpp"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&ultimo["stato"], &ultimo["dettaglioStato"]), (&json!(RIFIUTATA), &json!(testo)));
        assert_eq!(ultimo["rt"]["receiptId"], "R1");
    }
    // The first was refused on the attempt itself, the others on one row of their own.
    let t = tentativi(&app, &n).await;
    assert_eq!(t.iter().map(|t| t.ccp.as_str()).collect::<Vec<_>>(), [ccp.as_str(), "R1"]);
    assert!(riscossioni(&app, &n).await.is_empty());
    // The corrected receipt is accepted.
    accettata(&app, &buona).await;
    let d = dettaglio(&app, "P1").await;
    assert_eq!(d["stato"], "ESEGUITA");
    assert_eq!(stati(&d), [RIFIUTATA, ACCETTATA]);
    assert_eq!(riscossioni(&app, &n).await.len(), 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_ricevuta_corretta_dopo_un_solo_rifiuto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let n = carica_una(&app, 1).await;
    let dati = attivata(&app, Versione::V1, &n).await;
    let buona = ricevuta(Versione::V1, &dati, &n, "R1");
    let mut rotta = buona.clone();
    rotta.ricevuta.payment_amount = Importo::da_centesimi(1);
    assert_eq!(ko(manda_ricevuta(&app, &rotta).await).0, "PAA_SEMANTICA");
    assert_eq!(stati(&dettaglio(&app, "P1").await), [RIFIUTATA]);
    // A refused one is no obstacle to a new activation, nor is the new activation to the receipt.
    attivata(&app, Versione::V1, &n).await;
    accettata(&app, &buona).await;
    let d = dettaglio(&app, "P1").await;
    assert_eq!((d["stato"].as_str(), stati(&d)), (Some("ESEGUITA"), vec!["RPT_ANNULLATA", ACCETTATA]));
    // The debtor is not compared when the request is V1.
    let m = carica_una(&app, 2).await;
    let dati = attivata(&app, Versione::V1, &m).await;
    for v in VERSIONI {
        let mut r = ricevuta(v, &dati, &m, if v == Versione::V1 { "A" } else { "B" });
        r.ricevuta.debtor.codice = "VRDGPP65B03A112N".to_owned();
        accettata(&app, &r).await;
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn senza_attivazione(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let ente = StubEnte::nuovo().await;
    ente.sempre(Copione::Stato(200));
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    let esempio = carica_una(&app, 9).await;
    let modello = attivata(&app, Versione::V2, &esempio).await;
    ente.attendi(1).await;
    for (i, v) in VERSIONI.into_iter().enumerate() {
        let n = carica_una(&app, 20 + i as u64).await;
        let id = format!("P{}", 20 + i);
        let mut r = ricevuta(v, &modello, &n, &format!("S{i}"));
        r.ricevuta.creditor_reference_id = iuv(&n).to_owned();
        r.ricevuta.stand_in = Some(true);
        accettata(&app, &r).await;
        let d = dettaglio(&app, &id).await;
        assert_eq!((d["stato"].as_str(), stati(&d)), (Some("ESEGUITA"), vec![ACCETTATA]));
        let rpt = &d["rpp"][0]["rpt"];
        assert_eq!(rpt["creditorReferenceId"], iuv(&n));
        assert_eq!((&rpt["lastPayment"], &rpt["retentionDate"]), (&Value::Null, &Value::Null));
        assert_eq!((&rpt["paymentAmount"], &rpt["dueDate"]), (&json!("45.01"), &json!("2026-12-31")));
        assert_eq!(d["rpp"][0]["rt"]["standIn"], true);
        let [t] = tentativi(&app, &n).await.try_into().unwrap();
        assert_eq!((t.ccp.clone(), t.cod_msg_richiesta.clone()), (format!("S{i}"), format!("S{i}")));
        assert_eq!(t.data_msg_richiesta, r.ricevuta.payment_date_time.unwrap());
        assert!(!t.ha_rpt && t.ha_rt);
        let radice = if v == Versione::V1 { "paGetPaymentRes" } else { "paGetPaymentV2Response" };
        let xml = app
            .applicazione()
            .manda(
                app.applicazione()
                    .richiesta(http::Method::GET, &format!("/rpp/{DOMINIO}/{}/S{i}/rpt", iuv(&n)))
                    .header("Accept", "text/xml"),
            )
            .await
            .con_stato(200);
        assert!(xml.testo().contains(radice), "{}", xml.testo());
        // A second one on the same notice.
        r.ricevuta.receipt_id = format!("T{i}");
        accettata(&app, &r).await;
        assert_eq!(dettaglio(&app, &id).await["stato"], "ANOMALA");
    }
    // The ente is told of each receipt.
    ente.attendi(5).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn di_un_avviso_ignoto_non_si_conserva_niente(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let ente = StubEnte::nuovo().await;
    let mut a = Anagrafica::standard().ente(ente.url(), "REST v1");
    a.reg_exp_iuv = Some("[0-9]+".to_owned());
    a.crea(&app).await;
    let n = carica_una(&app, 1).await;
    let dati = attivata(&app, Versione::V2, &n).await;
    ente.attendi(1).await;
    for v in VERSIONI {
        let mut r = ricevuta(v, &dati, &nav(2), "R9");
        r.ricevuta.creditor_reference_id = iuv(&nav(2)).to_owned();
        e_ko(manda_ricevuta(&app, &r).await, "PAA_RPT_SCONOSCIUTA", None);
    }
    assert!(ente.ricevute().iter().all(|r| !r.percorso.contains("/avvisi/")), "l'ente non si chiede");
    assert!(app.engine().store().tentativo(DOMINIO, iuv(&nav(2)), "R9").await.unwrap().is_none());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_ricevuta_conta_sempre(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    // On an annulled pendenza.
    let n = carica_una(&app, 1).await;
    let dati = attivata(&app, Versione::V2, &n).await;
    app.applicazione()
        .patch("/pendenze/GESTIONALE/P1", &json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATA" }, { "op": "REPLACE", "path": "/descrizioneStato", "value": "errore" }]))
        .await
        .con_stato(200);
    accettata(&app, &ricevuta(Versione::V2, &dati, &n, "R1")).await;
    assert_eq!(stato(&app, "P1").await, ("ESEGUITA".to_owned(), None));
    // On an expired one, for an attempt that is long closed.
    let m = carica_una(&app, 2).await;
    let dati = attivata(&app, Versione::V2, &m).await;
    app.orologio().avanza_giorni(400);
    app.engine().chiudi_tentativi_scaduti(1000).await.unwrap();
    let d = dettaglio(&app, "P2").await;
    assert_eq!((d["stato"].as_str(), stati(&d)), (Some("SCADUTA"), vec!["RPT_SCADUTA"]));
    accettata(&app, &ricevuta(Versione::V2, &dati, &m, "R2")).await;
    let d = dettaglio(&app, "P2").await;
    assert_eq!((d["stato"].as_str(), stati(&d)), (Some("ESEGUITA"), vec![ACCETTATA]));
    // Without a date of payment it is now.
    let o = nav(3);
    let mut c = corpo(&o, &[voce("V1", 45.01)]);
    c.as_object_mut().unwrap().remove("dataScadenza");
    carica(&app, "P3", &c).await;
    let dati = attivata(&app, Versione::V1, &o).await;
    let mut r = ricevuta(Versione::V1, &dati, &o, "R3");
    r.ricevuta.payment_date_time = None;
    r.ricevuta.fee = None;
    accettata(&app, &r).await;
    let [x] = riscossioni(&app, &o).await.try_into().unwrap();
    assert_eq!((x.data.giorno(), x.commissioni), (app.engine().oggi(), None));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_ricevuta_di_piu_beneficiari(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    app.backoffice()
        .put(&format!("/domini/{ALTRO}"), &json!({ "ragioneSociale": "Non intermediato", "intermediato": false, "abilitato": true, "scaricaFr": false }))
        .await
        .con_stato(201);
    let n = nav(1);
    carica(&app, "P1", &corpo(&n, &[voce("V1", 1.0), voce("V2", 2.0), voce("V3", 3.0)])).await;
    let dati = attivata(&app, Versione::V2, &n).await;
    let mut r = ricevuta(Versione::V2, &dati, &n, "R1");
    r.ricevuta.transfers[1].fiscal_code_pa = IdDominio::fidato(ALTRO);
    r.ricevuta.transfers[2].fiscal_code_pa = IdDominio::fidato("99999999999");
    // By idTransfer, not by position.
    r.ricevuta.transfers.reverse();
    accettata(&app, &r).await;
    assert_eq!(dettaglio(&app, "P1").await["stato"], "ESEGUITA");
    let mut viste: Vec<_> = riscossioni(&app, &n)
        .await
        .into_iter()
        .map(|r| (r.indice, r.importo.centesimi(), r.dominio.to_string(), r.tipo.as_str()))
        .collect();
    viste.sort_unstable();
    assert_eq!(
        viste,
        [
            (1, 100, DOMINIO.to_owned(), "ENTRATA"),
            (2, 200, ALTRO.to_owned(), "ENTRATA_PA_NON_INTERMEDIATA"),
            (3, 300, DOMINIO.to_owned(), "ENTRATA"),
        ]
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_ricevuta_e_un_commit(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = quieta(backend).await;
    let chi = ChiamanteNodo { principal: Some("nodo".to_owned()), ..Default::default() };
    for (i, v) in VERSIONI.into_iter().enumerate() {
        let n = carica_una(&app, i as u64).await;
        let dati = attivata(&app, v, &n).await;
        let r = ricevuta(v, &dati, &n, &format!("R{i}"));
        let xml = r.xml();
        let richiesta = Richiesta::Ricevuta(Box::new(r));
        tokio::time::sleep(Duration::from_millis(500)).await;
        let prima = app.conteggi();
        assert_eq!(app.engine().servi_nodo(&chi, &richiesta, &xml, "t").await.fault, None);
        let fatto = app.conteggi().da(prima);
        assert!(fatto.letture <= 3 && fatto.commit == 1, "{fatto:?}");
        // Pendenza, voce, attempt, message, riscossione.
        assert!(fatto.istruzioni <= 5, "{fatto:?}");
        // A duplicate writes nothing.
        let prima = app.conteggi();
        assert!(app.engine().servi_nodo(&chi, &richiesta, &xml, "t").await.fault.is_some());
        let fatto = app.conteggi().da(prima);
        assert!(fatto.letture <= 3 && fatto.commit == 0, "{fatto:?}");
    }
}
