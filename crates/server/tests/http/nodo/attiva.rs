//! paGetPayment and paGetPaymentV2: attempts, concurrency, budget (spec 40 5.2, 5.3).

use super::*;
use engine::nodo::ChiamanteNodo;
use rstest::rstest;
use std::collections::BTreeSet;
use store::tentativi::TentativoLetto;
use testkit::{Copione, StubEnte};

async fn tentativi(app: &TestApp, nav: &str) -> Vec<domain::tentativo::Tentativo> {
    app.engine().store().tentativi_per_iuv(DOMINIO, iuv(nav)).await.unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_nuova_attivazione_annulla_la_precedente(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let n = carica_una(&app, 1).await;
    let prima = app.engine().adesso();
    attivata(&app, Versione::V1, &n).await;
    attivata(&app, Versione::V2, &n).await;
    let dopo = app.engine().adesso();
    let d = dettaglio(&app, "P1").await;
    assert_eq!(d["stato"], "NON_ESEGUITA");
    let rpp = d["rpp"].as_array().unwrap();
    assert_eq!(rpp.len(), 2);
    assert_eq!(rpp[0]["stato"], "RPT_ANNULLATA");
    assert_eq!(rpp[0]["dettaglioStato"], "Ricevuta richiesta di un nuovo tentativo di pagamento");
    assert_eq!(rpp[1]["stato"], "RPT_ACCETTATA_NODO");
    for (r, chiavi) in rpp
        .iter()
        .zip([["stato", "dettaglioStato", "rpt", "pendenza"].as_slice(), &["stato", "rpt", "pendenza"]])
    {
        let viste: Vec<&str> = r.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(viste, chiavi);
    }
    let t = tentativi(&app, &n).await;
    use domain::tentativo::{EsitoPagamento, ModelloPagamento, VersioneTentativo};
    for (t, versione) in t.iter().zip([VersioneTentativo::Sanp240, VersioneTentativo::Sanp321V2]) {
        assert_eq!(t.versione, versione);
        assert_eq!(
            (t.modello, t.esito, t.bloccante),
            (ModelloPagamento::AdIniziativaPsp, EsitoPagamento::InCorso, true)
        );
        assert_eq!(t.ccp.len(), 13);
        let ccp: i64 = t.ccp.parse().unwrap();
        assert!((prima.millis()..=dopo.millis()).contains(&ccp), "{ccp}");
        assert!(
            t.cod_msg_richiesta.len() == 32 && t.cod_msg_richiesta.bytes().all(|b| b.is_ascii_hexdigit())
        );
        assert_eq!((t.cod_stazione.as_str(), t.cod_carrello.as_deref()), (STAZIONE, Some("carrello-000123")));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_nota_si_taglia_e_l_importo_chiesto_non_conta(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let n = carica_una(&app, 1).await;
    let mut r = attiva_req(Versione::V2, &n);
    r.payment_note = Some("è".repeat(100));
    r.amount = Some(Importo::da_centesimi(99_999));
    r.due_date = Some(jiff::civil::date(2020, 1, 1));
    match manda(&app.nodo(), &Richiesta::Attiva(r)).await {
        DelNodo::Attiva(_, d) => {
            assert_eq!(
                (d.payment_amount, d.due_date),
                (Importo::da_centesimi(4501), jiff::civil::date(2026, 12, 31))
            );
        }
        altro => panic!("{altro:?}"),
    }
    assert_eq!(tentativi(&app, &n).await[0].cod_carrello, Some("è".repeat(35)));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sessantaquattro_attivazioni_insieme(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let n = carica_una(&app, 1).await;
    let compiti: Vec<_> = (0..64)
        .map(|i| {
            let (nodo, r) = (app.nodo(), attiva(VERSIONI[i % 2], &n));
            tokio::spawn(async move { manda(&nodo, &r).await })
        })
        .collect();
    for c in compiti {
        let r = c.await.unwrap();
        assert!(matches!(r, DelNodo::Attiva(..)), "{r:?}");
    }
    let t = tentativi(&app, &n).await;
    assert_eq!(t.len(), 64);
    assert_eq!(t.iter().map(|t| t.ccp.clone()).collect::<BTreeSet<_>>().len(), 64);
    let aperti: Vec<_> = t.iter().filter(|t| t.stato.aperto()).collect();
    assert_eq!(aperti.len(), 1);
    // It is the latest one, to which the receipt belongs.
    let dati = attivata(&app, Versione::V2, &n).await;
    accettata(&app, &ricevuta(Versione::V2, &dati, &n, "R1")).await;
    let d = dettaglio(&app, "P1").await;
    assert_eq!(d["stato"], "ESEGUITA");
    assert_eq!(stati(&d).iter().filter(|s| **s == "RT_ACCETTATA_PA").count(), 1);
    assert_eq!(stati(&d).iter().filter(|s| **s == "RPT_ANNULLATA").count(), 64);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn due_nodi_attivano_lo_stesso_avviso(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    use engine::Engine;
    let app = pronta(backend).await;
    let n = carica_una(&app, 1).await;
    // A second node over the same database has its own locks: only the guards help.
    let uno = app.engine().clone();
    let due = Engine::nuovo(
        uno.store().clone(),
        std::sync::Arc::new(app.orologio().clone()),
        uno.porte().clone(),
        uno.impostazioni().clone(),
    );
    let chi = ChiamanteNodo { principal: Some("nodo".to_owned()), ..Default::default() };
    let compiti: Vec<_> = (0..32)
        .map(|i| {
            let (e, chi, r) =
                (if i % 2 == 0 { &uno } else { &due }.clone(), chi.clone(), attiva(Versione::V2, &n));
            tokio::spawn(async move { e.servi_nodo(&chi, &r, &[], "t").await })
        })
        .collect();
    for c in compiti {
        assert_eq!(c.await.unwrap().fault, None);
    }
    let t = tentativi(&app, &n).await;
    assert_eq!((t.len(), t.iter().filter(|t| t.stato.aperto()).count()), (32, 1));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_attivazione_e_un_commit(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = quieta(backend).await;
    let n = carica_una(&app, 1).await;
    attivata(&app, Versione::V2, &n).await;
    // The events of the calls so far must be on disk.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let chi = ChiamanteNodo { principal: Some("nodo".to_owned()), ..Default::default() };
    for v in VERSIONI {
        let prima = app.conteggi();
        assert_eq!(app.engine().servi_nodo(&chi, &attiva(v, &n), &[], "t").await.fault, None);
        let fatto = app.conteggi().da(prima);
        assert!(fatto.letture <= 3 && fatto.commit == 1, "{fatto:?}");
        assert!(fatto.istruzioni <= 4, "{fatto:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_si_conserva_e_cio_che_si_risponde(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let n = carica_una(&app, 1).await;
    for v in VERSIONI {
        let r = grezza(&app.nodo(), &attiva(v, &n)).await.con_stato(200);
        let t = tentativi(&app, &n).await.pop().unwrap();
        let letto: TentativoLetto =
            app.engine().store().tentativo(DOMINIO, iuv(&n), &t.ccp).await.unwrap().unwrap();
        let xml = String::from_utf8(letto.rpt.unwrap()).unwrap();
        assert!(r.testo().contains(&xml), "{xml}\n{}", r.testo());
        let radice = if v == Versione::V1 { "paGetPaymentRes" } else { "paGetPaymentV2Response" };
        assert!(xml.contains(radice));
        assert_eq!(letto.rt, None);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_risposta_non_valida_non_lascia_tentativi(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let n = carica_una(&app, 1).await;
    attivata(&app, Versione::V2, &n).await;
    // The account is gone from the entrata: there is nowhere to be paid to.
    app.backoffice()
        .put(&format!("/domini/{DOMINIO}/entrate/TARI"), &json!({ "abilitato": true }))
        .await
        .con_stato(200);
    let testo = "Nessun conto di accredito per la voce 1 della pendenza.";
    for v in VERSIONI {
        e_ko(manda(&app.nodo(), &attiva(v, &n)).await, "PAA_SYSTEM_ERROR", Some(testo));
    }
    // An identifier of the debtor that the schema refuses.
    let altro = nav(2);
    let mut c = corpo(
        &altro,
        &[json!({
            "idVocePendenza": "V1", "importo": 45.01, "descrizione": "d", "ibanAccredito": IBAN,
            "tipoContabilita": "ALTRO", "codiceContabilita": "ABC"
        })],
    );
    c["soggettoPagatore"]["identificativo"] = json!("9");
    carica(&app, "P2", &c).await;
    let (codice, testo) = ko(manda(&app.nodo(), &attiva(Versione::V2, &altro)).await);
    assert_eq!(codice, "PAA_SYSTEM_ERROR");
    let testo = testo.unwrap();
    assert!(testo.contains("entityUniqueIdentifierValue") && !testo.contains('9'), "{testo}");
    assert!(tentativi(&app, &altro).await.is_empty());
    assert_eq!(stati(&dettaglio(&app, "P1").await), ["RPT_ACCETTATA_NODO"], "quello di prima resta aperto");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn solo_un_ente_v1_sa_dell_attivazione(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    for (versione, attese) in [("REST v1", 1), ("REST v2", 0)] {
        let app = TestApp::nuova(backend).await;
        let ente = StubEnte::nuovo().await;
        ente.sempre(Copione::Stato(200));
        Anagrafica::standard().ente(ente.url(), versione).crea(&app).await;
        let n = carica_una(&app, 1).await;
        attivata(&app, Versione::V2, &n).await;
        if attese > 0 {
            let r = ente.attendi(attese).await;
            assert_eq!(r[0].metodo, "POST");
            assert_eq!(r[0].percorso, format!("/pagamenti/{DOMINIO}/{}", iuv(&n)));
            assert_eq!(r[0].json()["rt"], Value::Null);
        } else {
            tokio::time::sleep(Duration::from_millis(300)).await;
            assert!(ente.ricevute().is_empty());
        }
    }
}

/// The queue of a notice does not outlive the patience of the Node.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_aspetta_troppo_rinuncia(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| c.pagopa.scadenza_verifica_ente_millis = 300).await;
    Anagrafica::standard().crea(&app).await;
    let n = carica_una(&app, 1).await;
    let occupato = app.engine().store().serratura(&format!("{DOMINIO}/{}", iuv(&n))).await;
    let inizio = Instant::now();
    e_ko(manda(&app.nodo(), &attiva(Versione::V2, &n)).await, "PAA_SYSTEM_ERROR", None);
    assert!(inizio.elapsed() < Duration::from_secs(3), "{:?}", inizio.elapsed());
    assert!(
        matches!(manda(&app.nodo(), &verifica(&n)).await, DelNodo::Verifica(_)),
        "la verifica non aspetta"
    );
    drop(occupato);
    attivata(&app, Versione::V2, &n).await;
    assert_eq!(tentativi(&app, &n).await.len(), 1);
}

/// Whoever changes the pendenza meanwhile wins or loses: the answer is always the one of a stored
/// pendenza, and the attempt that stays open is of the last amount.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn attivazioni_e_modifiche_si_incrociano(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let n = carica_una(&app, 1).await;
    let mut compiti = Vec::new();
    for i in 0..10_u32 {
        let (nodo, r) = (app.nodo(), attiva(Versione::V2, &n));
        compiti.push(tokio::spawn(async move {
            let esito = manda(&nodo, &r).await;
            assert!(matches!(esito, DelNodo::Attiva(..)), "{esito:?}");
        }));
        let (a, c) = (app.applicazione(), corpo(&n, &[voce("V1", f64::from(10 + i))]));
        compiti.push(tokio::spawn(async move {
            a.put("/pendenze/GESTIONALE/P1", &c).await.con_stato(200);
        }));
    }
    for c in compiti {
        c.await.unwrap();
    }
    let ultima = attivata(&app, Versione::V2, &n).await;
    let d = dettaglio(&app, "P1").await;
    assert_eq!(d["importo"].to_string(), ultima.payment_amount.to_string());
    assert_eq!(stati(&d).len(), 11);
    assert_eq!(stati(&d).iter().filter(|s| **s == "RPT_ACCETTATA_NODO").count(), 1);
}
