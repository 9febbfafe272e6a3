//! Notifications (spec 60 section 1, Done when 1 to 5).

use super::scena::{
    Campanello, IUV, RICEVUTA, attiva, carica, carica_cosi, corpo_pendenza, elenco_notifiche, finche,
    prepara, ricevi, rt, tutte,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use testkit::{Anagrafica, Backend, Copione, GESTIONALE, StubEnte, TestApp};

/// The document as text, numbers as they are written.
fn disteso(v: &Value) -> String {
    serde_json::to_string_pretty(v).unwrap()
}

fn chiavi(v: &Value) -> BTreeSet<&str> {
    v.as_object().unwrap().keys().map(String::as_str).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_ente_v1_riceve_attivazione_e_ricevuta(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    ente.sempre(Copione::Stato(201));
    let p = prepara(&app, &format!("{}/base/", ente.url()), "REST v1").await;
    let t = attiva(&app, &p, Campanello::Suona).await;
    ente.attendi(1).await;
    ricevi(&app, &p, &t, RICEVUTA, Campanello::Suona).await;
    let arrivate = ente.attendi(2).await;
    for r in &arrivate {
        assert_eq!(
            (r.metodo.as_str(), r.percorso.as_str()),
            ("POST", &*format!("/base/pagamenti/12345678901/{IUV}"))
        );
        assert_eq!(r.intestazione("content-type"), Some("application/json"));
        assert_eq!(r.intestazione("accept"), Some("application/json"));
        assert!(r.intestazione("x-govpay-idtransazione").is_some());
        assert_eq!(chiavi(&r.json()), BTreeSet::from(["idA2A", "idPendenza", "rpt", "rt", "riscossioni"]));
    }
    assert_ne!(arrivate[0].intestazione("idempotency-key"), arrivate[1].intestazione("idempotency-key"));
    let prima = arrivate[0].json();
    assert_eq!((&prima["rt"], &prima["riscossioni"]), (&Value::Null, &Value::Null));
    assert_eq!(prima["rpt"]["paymentAmount"], "45.01");
    assert_eq!(prima["rpt"]["transferList"]["transfer"][0]["transferAmount"], "45.01");
    insta::assert_snapshot!("ricevuta_v1", disteso(&arrivate[1].json()));
    tutte(&app, "SPEDITA", 2).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_ente_v2_riceve_solo_la_ricevuta(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    ente.sempre(Copione::Stato(201));
    let p = prepara(&app, &ente.url(), "REST v2").await;
    let t = attiva(&app, &p, Campanello::Suona).await;
    ricevi(&app, &p, &t, RICEVUTA, Campanello::Suona).await;
    tutte(&app, "SPEDITA", 1).await;
    let arrivate = ente.ricevute();
    assert_eq!(arrivate.len(), 1);
    let r = &arrivate[0];
    assert_eq!(
        (r.metodo.as_str(), r.percorso.as_str()),
        ("PUT", &*format!("/ricevute/12345678901/{IUV}/{RICEVUTA}"))
    );
    let corpo = r.json();
    let xml = STANDARD.decode(corpo["rt"]["xml"].as_str().unwrap()).unwrap();
    assert_eq!(xml, rt(&p, RICEVUTA, ""), "rt.xml sono i byte ricevuti");
    for c in ["data", "dataPagamento"] {
        let d = corpo[c].as_str().unwrap();
        assert!(d.starts_with("2026-03-10T10:0") && d.len() == 19, "{d}");
    }
    let mut corpo = corpo;
    for (puntatore, segno) in [
        ("/data", "[data]"),
        ("/dataPagamento", "[data]"),
        ("/pendenza/UUID", "[uuid]"),
        ("/rt/xml", "[xml]"),
        ("/rpt/xml", "[xml]"),
    ] {
        *corpo.pointer_mut(puntatore).unwrap() = json!(segno);
    }
    insta::assert_snapshot!("ricevuta_v2", disteso(&corpo));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn tre_500_e_un_201_seguono_il_calendario(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    ente.prossime([Copione::Stato(500), Copione::Stato(500), Copione::Stato(500), Copione::Stato(201)]);
    let p = prepara(&app, &ente.url(), "REST v2").await;
    let t = attiva(&app, &p, Campanello::Suona).await;
    ricevi(&app, &p, &t, RICEVUTA, Campanello::Suona).await;
    for (fallimenti, minuti) in [(1, 1), (2, 4), (3, 9)] {
        ente.attendi(fallimenti).await;
        let n = finche("il fallimento si vede", async || {
            elenco_notifiche(&app).await.into_iter().find(|n| n["numeroTentativi"] == json!(fallimenti))
        })
        .await;
        assert_eq!(
            (&n["stato"], &n["descrizioneStato"]),
            (&json!("DA_SPEDIRE"), &json!("Ricevuto [HTTP 500]"))
        );
        assert_eq!(
            secondi(&n["dataProssimaSpedizione"]) - secondi(&n["dataUltimoAggiornamento"]),
            minuti * 60
        );
        app.orologio().avanza(Duration::from_secs(u64::try_from(minuti).unwrap() * 60 - 30));
        tokio::time::sleep(Duration::from_millis(1300)).await;
        assert_eq!(ente.ricevute().len(), fallimenti, "non prima del tempo");
        app.orologio().avanza(Duration::from_secs(31));
    }
    let n = tutte(&app, "SPEDITA", 1).await.remove(0);
    assert_eq!(n["numeroTentativi"], 3);
    assert_eq!(n.get("descrizioneStato"), None);
    let arrivate = ente.ricevute();
    assert_eq!(arrivate.len(), 4);
    let chiavi: BTreeSet<_> = arrivate.iter().map(|r| r.intestazione("idempotency-key").unwrap()).collect();
    assert_eq!(chiavi.len(), 1, "sempre la stessa chiave");
    let corpi: BTreeSet<_> = arrivate.iter().map(|r| r.corpo.clone()).collect();
    assert_eq!(corpi.len(), 1, "sempre lo stesso contenuto");
}

/// Seconds of a date-time of the contract, as if its offset were always the same.
fn secondi(v: &Value) -> i64 {
    let t: jiff::Timestamp = v.as_str().unwrap().parse().unwrap();
    t.as_second()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_ente_appeso_non_ferma_gli_altri(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, appeso, sano) =
        (TestApp::nuova(backend).await, StubEnte::nuovo().await, StubEnte::nuovo().await);
    appeso.sempre(Copione::Dopo(Duration::from_secs(60), Box::new(Copione::Stato(200))));
    let p = prepara(&app, &appeso.url(), "REST v1").await;
    for _ in 0..15 {
        attiva(&app, &p, Campanello::Suona).await;
    }
    appeso.attendi(1).await;
    let r = app
        .backoffice()
        .put(
            "/applicazioni/ALTRO",
            &json!({
                "principal": "altro", "password": GESTIONALE.1, "abilitato": true, "apiPendenze": true,
                "domini": ["12345678901"], "tipiPendenza": ["*"],
                "servizioIntegrazione": { "url": sano.url(), "versioneApi": "REST v1" }
            }),
        )
        .await;
    assert_eq!(r.stato(), 201, "{}", r.testo());
    let a = app.engine().registro().applicazione("ALTRO").await.unwrap().unwrap();
    let t = attiva(&app, &p, Campanello::Tace).await;
    let id = app.engine().store().nuovi_id(1).await.unwrap();
    let mut n =
        engine::notifiche::per_attivazione(&a, &t, id, "k".repeat(32), app.engine().adesso()).unwrap();
    n.tipo = domain::notifica::TipoNotifica::Ricevuta;
    n.data_creazione = n.data_creazione.piu_secondi(-600);
    let mut s = store::Scrittura::nuova();
    let rt = rt(&p, &t.ccp, "");
    store::tentativi::conserva(&mut s, t.id, store::tentativi::TipoMessaggio::Rt, &rt);
    store::notifiche::accoda(&mut s, &n);
    let inizio = Instant::now();
    app.engine().store().commit(s).await.unwrap();
    app.engine().porte().sveglia.notify_one();
    sano.attendi(1).await;
    assert!(inizio.elapsed() < Duration::from_secs(2), "{:?}", inizio.elapsed());
    assert!(appeso.ricevute().len() <= 10, "un ente occupa al massimo i suoi posti");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn dopo_un_riavvio_la_notifica_parte(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let mut app = TestApp::con(backend, |c| c.worker.notifiche = false).await;
    let ente = StubEnte::nuovo().await;
    let p = prepara(&app, &ente.url(), "REST v1").await;
    let t = attiva(&app, &p, Campanello::Suona).await;
    ricevi(&app, &p, &t, RICEVUTA, Campanello::Suona).await;
    app.spegni().await;
    assert!(ente.ricevute().is_empty());
    app.configurazione_mut().worker.notifiche = true;
    app.avvia().await;
    let arrivate = ente.attendi(2).await;
    assert_eq!(arrivate[0].json()["rt"], Value::Null, "prima l'attivazione");
    assert_ne!(arrivate[1].json()["rt"], Value::Null);
    tutte(&app, "SPEDITA", 2).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_ricevuta_aspetta_la_sua_attivazione_cinque_minuti(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    ente.sempre(Copione::Stato(503));
    let p = prepara(&app, &ente.url(), "REST v1").await;
    let t = attiva(&app, &p, Campanello::Suona).await;
    ente.attendi(1).await;
    ricevi(&app, &p, &t, RICEVUTA, Campanello::Suona).await;
    app.orologio().avanza(Duration::from_secs(61));
    ente.attendi(2).await;
    tokio::time::sleep(Duration::from_millis(1300)).await;
    assert!(ente.ricevute().iter().all(|r| r.json()["rt"].is_null()), "la ricevuta aspetta");
    app.orologio().avanza(Duration::from_secs(240));
    finche("la ricevuta parte lo stesso", async || {
        ente.ricevute().iter().any(|r| !r.json()["rt"].is_null()).then_some(())
    })
    .await;
    ente.sempre(Copione::Stato(200));
    app.orologio().avanza(Duration::from_secs(3600));
    tutte(&app, "SPEDITA", 2).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn senza_connettore_la_notifica_si_annulla(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    ente.sempre(Copione::Stato(500));
    let p = prepara(&app, &ente.url(), "REST v1").await;
    attiva(&app, &p, Campanello::Suona).await;
    ente.attendi(1).await;
    Anagrafica::standard().crea(&app).await;
    app.orologio().avanza(Duration::from_secs(90));
    let n = tutte(&app, "ANNULLATA", 1).await.remove(0);
    assert_eq!(n["descrizioneStato"], "Connettore Notifica non configurato, notifica annullata.");
    assert_eq!(n["dataProssimaSpedizione"], "9999-02-01T00:00:00.000+0100");
    let adesso = app.engine().adesso();
    assert!(
        engine::notifiche::per_ricevuta(
            &app.engine().registro().applicazione("GESTIONALE").await.unwrap().unwrap(),
            &attiva(&app, &p, Campanello::Tace).await,
            1,
            String::new(),
            adesso
        )
        .is_none()
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_ente_che_risponde_male_si_riprova(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| c.ente.read_timeout_millis = 300).await;
    let ente = StubEnte::nuovo().await;
    let p = prepara(&app, &ente.url(), "REST v1").await;
    let casi = [
        (Copione::Stato(302), "Ricevuto [HTTP 302]"),
        (Copione::Stato(404), "Ricevuto [HTTP 404]"),
        (Copione::Grezzo(500, "text/html", b"<html>guasto</html>".to_vec()), "Ricevuto [HTTP 500]"),
        (Copione::Chiude, ""),
        (Copione::Spazzatura(b"non e' HTTP\r\n\r\n".to_vec()), ""),
        (
            Copione::Dopo(Duration::from_secs(5), Box::new(Copione::Stato(200))),
            "Timeout: nessuna risposta entro 300 ms",
        ),
    ];
    ente.prossime(casi.iter().map(|(c, _)| c.clone()));
    attiva(&app, &p, Campanello::Suona).await;
    for (i, (copione, testo)) in casi.iter().enumerate() {
        let n = finche("il fallimento si vede", async || {
            elenco_notifiche(&app).await.into_iter().find(|n| n["numeroTentativi"] == json!(i + 1))
        })
        .await;
        let detto = n["descrizioneStato"].as_str().unwrap();
        assert!(!detto.is_empty() && (testo.is_empty() || detto == *testo), "{copione:?}: {detto}");
        app.orologio().avanza(Duration::from_secs(3600));
    }
    tutte(&app, "SPEDITA", 1).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_filtri_e_le_pagine_dell_elenco(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    let p = prepara(&app, &ente.url(), "REST v1").await;
    let t = attiva(&app, &p, Campanello::Suona).await;
    ricevi(&app, &p, &t, RICEVUTA, Campanello::Suona).await;
    tutte(&app, "SPEDITA", 2).await;
    let altra = carica(&app, "P2", "301000000001234620").await;
    attiva(&app, &altra, Campanello::Suona).await;
    tutte(&app, "SPEDITA", 3).await;
    for (query, quante) in [
        ("tipo=RICEVUTA", 1),
        ("tipo=ATTIVAZIONE", 2),
        ("stato=SPEDITA&tipo=ATTIVAZIONE", 2),
        ("stato=DA_SPEDIRE", 0),
        ("stato=ANNULLATA", 0),
        ("dataDa=2026-03-10&dataA=2026-03-10", 3),
        ("dataDa=2026-03-11", 0),
        ("dataA=2026-03-09T25:00:00.000", 0),
        ("ignoto=1", 3),
    ] {
        let r = app.backoffice().get(&format!("/notifiche?{query}")).await.con_stato(200);
        assert_eq!(r.json()["numRisultati"], quante, "{query}");
    }
    let r = app.backoffice().get("/notifiche?risultatiPerPagina=2").await.con_stato(200).json();
    assert_eq!((r["risultati"].as_array().unwrap().len(), &r["numPagine"]), (2, &json!(2)));
    assert!(r["prossimiRisultati"].as_str().unwrap().contains("pagina=2"));
    assert_eq!(
        chiavi(&r["risultati"][1]),
        BTreeSet::from([
            "id",
            "tipo",
            "dataCreazione",
            "stato",
            "dataUltimoAggiornamento",
            "dataProssimaSpedizione",
            "numeroTentativi",
            "idA2A",
            "idDominio",
            "iuv",
            "ccp"
        ])
    );
    for query in ["stato=SPEDITO", "tipo=X", "dataDa=ieri"] {
        let (stato, codice, dettaglio) = app.backoffice().get(&format!("/notifiche?{query}")).await.errore();
        assert_eq!((stato, codice.as_str()), (400, "SINTASSI"), "{query}");
        assert!(!dettaglio.is_empty());
    }
    let r = app.cliente(testkit::BACKOFFICE).come(GESTIONALE.0, GESTIONALE.1).get("/notifiche").await;
    assert_eq!((r.stato(), r.errore().1), (403, "403000".to_owned()));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_riscossioni_si_abbinano_per_indice_e_le_voci_dicono_la_loro_tassonomia(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    Anagrafica::standard().ente(ente.url(), "REST v2").crea(&app).await;
    let bollo = json!({ "ibanAccredito": "IT02L1234512345123456789012", "abilitato": true });
    app.backoffice().put("/domini/12345678901/entrate/BOLLOT", &bollo).await;
    let mut corpo = corpo_pendenza("301000000001234519");
    corpo["importo"] = json!(61.01);
    corpo["voci"] = json!([
        {
            "idVocePendenza": "V1", "importo": 45.01, "descrizione": "Diritti",
            "ibanAccredito": "IT02L1234512345123456789012", "tipoContabilita": "ALTRO",
            "codiceContabilita": "0101101IM/"
        },
        {
            "idVocePendenza": "V2", "importo": 16.00, "descrizione": "Bollo", "tipoBollo": "01",
            "hashDocumento": STANDARD.encode([1; 32]), "provinciaResidenza": "RO"
        }
    ]);
    let p = carica_cosi(&app, "P1", &corpo).await;
    let t = attiva(&app, &p, Campanello::Tace).await;
    ricevi(&app, &p, &t, RICEVUTA, Campanello::Suona).await;
    let voci = ente.attendi(1).await[0].json()["pendenza"]["voci"].clone();
    assert_eq!(
        chiavi(&voci[0]),
        BTreeSet::from(["idVocePendenza", "descrizione", "ibanAccredito", "codiceTassonomicoPagoPA"])
    );
    assert_eq!(voci[0]["codiceTassonomicoPagoPA"], "9/0101101IM/");
    assert_eq!(
        chiavi(&voci[1]),
        BTreeSet::from([
            "idVocePendenza",
            "descrizione",
            "tipoBollo",
            "hashDocumento",
            "provinciaResidenza",
            "codiceTassonomicoPagoPA",
            "riscossione"
        ])
    );
    assert_eq!(voci[1]["codiceTassonomicoPagoPA"], "9/MBT");
    assert_eq!(voci[1]["riscossione"]["indice"], json!(2));

    // In v1 `indice` is the position in the array.
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    let t = attiva(&app, &p, Campanello::Suona).await;
    ente.attendi(2).await;
    ricevi(&app, &p, &t, &"d".repeat(32), Campanello::Suona).await;
    let r = ente.attendi(3).await[2].json()["riscossioni"][0].clone();
    assert_eq!((&r["indice"], &r["idVocePendenza"]), (&json!(1), &json!("V2")));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn anche_un_applicazione_disabilitata_riceve_e_i_limiti_si_possono_mettere(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::con(backend, |c| c.notifiche.max_tentativi = 2).await;
    let ente = StubEnte::nuovo().await;
    let p = prepara(&app, &ente.url(), "REST v1").await;
    let t = attiva(&app, &p, Campanello::Tace).await;
    let disabilitata = json!({
        "principal": GESTIONALE.0, "abilitato": false, "apiPendenze": true, "domini": ["12345678901"],
        "tipiPendenza": ["*"], "servizioIntegrazione": { "url": ente.url(), "versioneApi": "REST v1" }
    });
    app.backoffice().put("/applicazioni/GESTIONALE", &disabilitata).await.con_stato(200);
    app.engine().porte().sveglia.notify_one();
    tutte(&app, "SPEDITA", 1).await;
    ente.sempre(Copione::Stato(401));
    ricevi(&app, &p, &t, RICEVUTA, Campanello::Suona).await;
    finche("il primo fallimento si vede", async || {
        elenco_notifiche(&app).await.into_iter().find(|n| n["numeroTentativi"] == 1)
    })
    .await;
    app.orologio().avanza(Duration::from_secs(61));
    let n = finche("ci si arrende", async || {
        elenco_notifiche(&app).await.into_iter().find(|n| n["stato"] == "ANNULLATA")
    })
    .await;
    assert_eq!((&n["tipo"], &n["descrizioneStato"]), (&json!("RICEVUTA"), &json!("Ricevuto [HTTP 401]")));
}
