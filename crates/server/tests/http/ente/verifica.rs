//! Verification of a notice at the ente (spec 20 section 9, spec 60 1.2).

use super::scena::{IUV, NAV, corpo_pendenza, eventi, finche};
use domain::pendenza::ChiavePendenza;
use domain::{IdA2A, IdDominio, IdPendenza, Iuv, NumeroAvviso};
use engine::ente::{EsitoVerifica, Ricerca};
use engine::impostazioni::OperazioneVerifica;
use rstest::rstest;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Anagrafica, Backend, Copione, StubEnte, TestApp};

fn ricerca() -> Ricerca {
    Ricerca {
        dominio: IdDominio::fidato("12345678901"),
        iuv: Iuv::fidato(IUV),
        numero_avviso: Some(NumeroAvviso::fidato(NAV)),
        chiave: None,
    }
}

async fn verifica(app: &TestApp, cosa: Ricerca) -> EsitoVerifica {
    let a = app.engine().registro().applicazione("GESTIONALE").await.unwrap().unwrap();
    app.engine().verifica_presso_ente(&a, cosa, "transazione-di-prova").await
}

/// The answer of a v1 ente: flat.
fn v1(cambia: impl FnOnce(&mut Value)) -> Value {
    let mut v = corpo_pendenza(NAV);
    let o = v.as_object_mut().unwrap();
    o.insert("idA2A".to_owned(), json!("GESTIONALE"));
    o.insert("idPendenza".to_owned(), json!("E1"));
    o.insert("stato".to_owned(), json!("NON_ESEGUITA"));
    cambia(&mut v);
    v
}

/// The answer of a v2 ente: wrapped.
fn v2(cambia: impl FnOnce(&mut Value)) -> Value {
    let mut dati = corpo_pendenza(NAV);
    let o = dati.as_object_mut().unwrap();
    o.insert("idA2A".to_owned(), json!("GESTIONALE"));
    o.insert("idPendenza".to_owned(), json!("E1"));
    cambia(&mut dati);
    json!({ "stato": "NON_ESEGUITA", "pendenza": dati })
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn v1_chiede_lo_iuv_e_v2_l_avviso(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    ente.sempre(Copione::Json(200, v1(|_| {})));
    let EsitoVerifica::NonEseguita(p) = verifica(&app, ricerca()).await else { panic!("da pagare") };
    assert_eq!((p.chiave.id_pendenza.as_str(), p.importo.centesimi()), ("E1", 4501));
    assert_eq!(p.accessori.direzione.as_deref(), Some("Tributi"));
    Anagrafica::standard().ente(ente.url(), "REST v2").crea(&app).await;
    ente.sempre(Copione::Json(200, v2(|_| {})));
    assert!(matches!(verifica(&app, ricerca()).await, EsitoVerifica::NonEseguita(_)));
    let percorsi: Vec<_> = ente.ricevute().iter().map(|r| (r.metodo.clone(), r.percorso.clone())).collect();
    assert_eq!(
        percorsi,
        [
            ("GET".to_owned(), format!("/avvisi/12345678901/{IUV}")),
            ("GET".to_owned(), format!("/avvisi/12345678901/{NAV}"))
        ]
    );
    let r = &ente.ricevute()[0];
    assert_eq!(r.intestazione("x-govpay-idtransazione"), Some("transazione-di-prova"));
    assert_eq!(r.intestazione("content-type"), None);
    let e = finche("l'evento si legge", async || {
        eventi(&app, "tipoEvento=getAvviso").await.into_iter().next_back()
    })
    .await;
    assert_eq!(
        [
            &e["componente"],
            &e["ruolo"],
            &e["esito"],
            &e["sottotipoEsito"],
            &e["idDominio"],
            &e["iuv"],
            &e["idA2A"],
            &e["idPendenza"]
        ],
        [
            &json!("API_ENTE"),
            &json!("CLIENT"),
            &json!("OK"),
            &json!("200"),
            &json!("12345678901"),
            &json!(IUV),
            &json!("GESTIONALE"),
            &json!("E1")
        ]
    );
    assert_eq!(e.get("dettaglioEsito"), None);
    assert_eq!(e["transactionId"], "transazione-di-prova");
    assert_eq!(e["parametriRichiesta"]["url"], format!("{}/avvisi/12345678901/{IUV}", ente.url()));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_stato_ha_il_suo_esito_e_il_suo_evento(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    let sconosciuta = format!(
        "La pendenza identificata da Dominio:12345678901 Iuv:{IUV} risulta sconosciuta presso l'applicativo gestore."
    );
    let non_corrispondono = "I campi IdDominio e NumeroAvviso della pendenza ricevuta dal servizio di verifica non corrispondono ai parametri di input.";
    let a2a = "I campi IdA2A e IdPendenza della pendenza ricevuta dal servizio di verifica non corrispondono ai parametri di input.";
    let stato = |s: &str, d: Option<&str>| {
        let mut v =
            json!({ "stato": s, "idA2A": "GESTIONALE", "idPendenza": "E1", "dataScadenza": "2026-01-31" });
        if let Some(d) = d {
            v["descrizioneStato"] = json!(d);
        }
        v
    };
    for (risposta, sottotipo, dettaglio, id) in [
        (stato("ANNULLATA", Some("tolta")), "Pendenza Annullata", Some("tolta"), Some("E1")),
        (stato("SCADUTA", None), "Pendenza Scaduta", None, Some("E1")),
        (stato("DUPLICATA", Some("gia' pagata")), "Pendenza Duplicata", Some("gia' pagata"), Some("E1")),
        (stato("SCONOSCIUTA", None), "Pendenza Sconosciuta", Some(sconosciuta.as_str()), None),
        (stato("SCONOSCIUTA", Some("boh")), "Pendenza Sconosciuta", Some("boh"), None),
        (
            v1(|v| v["numeroAvviso"] = json!("301000000001234620")),
            "Pendenza non valida",
            Some(non_corrispondono),
            Some("E1"),
        ),
        (
            v1(|v| v["idDominio"] = json!("10987654321")),
            "Pendenza non valida",
            Some(non_corrispondono),
            Some("E1"),
        ),
        (v1(|v| v["idA2A"] = json!("ALTRA")), "Pendenza non valida", Some(a2a), Some("E1")),
        (v1(|v| v["causale"] = json!("")), "Pendenza non valida", None, Some("E1")),
        (
            stato("BOH", None),
            "Pendenza non valida",
            Some("Codice inserito per il campo stato [BOH] non valido."),
            None,
        ),
        (
            json!({ "stato": null }),
            "Pendenza non valida",
            Some("Il campo stato non deve essere vuoto."),
            None,
        ),
    ] {
        ente.sempre(Copione::Json(200, risposta.clone()));
        let prima = eventi(&app, "tipoEvento=getAvviso").await.len();
        let esito = verifica(&app, ricerca()).await;
        let e = finche("l'evento si legge", async || {
            let mut e = eventi(&app, "tipoEvento=getAvviso").await;
            (e.len() > prima).then(|| e.remove(0))
        })
        .await;
        assert_eq!((&e["esito"], &e["sottotipoEsito"]), (&json!("KO"), &json!(sottotipo)), "{risposta}");
        if let Some(d) = dettaglio {
            assert_eq!(e["dettaglioEsito"], d, "{risposta}");
        }
        assert_eq!(e.get("idPendenza").and_then(Value::as_str), id, "{risposta}");
        assert_eq!(e["severita"], 3);
        match (sottotipo, esito) {
            ("Pendenza Annullata", EsitoVerifica::Annullata { chiave, .. })
            | ("Pendenza Duplicata", EsitoVerifica::Duplicata { chiave, .. }) => assert!(chiave.is_some()),
            ("Pendenza Scaduta", EsitoVerifica::Scaduta { data_scadenza, .. }) => {
                assert_eq!(data_scadenza, Some(jiff::civil::date(2026, 1, 31)));
            }
            ("Pendenza Sconosciuta", EsitoVerifica::Sconosciuta { .. })
            | ("Pendenza non valida", EsitoVerifica::NonValida { .. }) => {}
            (_, altro) => panic!("{sottotipo}: {altro:?}"),
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_ente_guasto_da_un_errore_con_il_suo_stato(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::con(backend, |c| {
        c.ente.read_timeout_millis = 400;
        c.ente.max_response_bytes = 10_000;
    })
    .await;
    let ente = StubEnte::nuovo().await;
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    for (copione, stato, testo) in [
        (Copione::Stato(500), "500", "Ricevuto [HTTP 500]"),
        (Copione::Stato(404), "404", "Ricevuto [HTTP 404]"),
        (Copione::Stato(302), "302", "Ricevuto [HTTP 302]"),
        (Copione::Chiude, "500", ""),
        (Copione::Spazzatura(b"\0\0\0".to_vec()), "500", ""),
        (Copione::Tronca(b"{\"stato\":".to_vec()), "500", ""),
        (
            Copione::Grezzo(200, "application/json", vec![b' '; 20_000]),
            "500",
            "Risposta piu' lunga di 10000 byte",
        ),
        (
            Copione::Dopo(Duration::from_secs(5), Box::new(Copione::Stato(200))),
            "500",
            "Timeout: nessuna risposta entro 400 ms",
        ),
    ] {
        ente.sempre(copione.clone());
        let prima = eventi(&app, "esito=FAIL").await.len();
        let EsitoVerifica::Errore { testo: detto } = verifica(&app, ricerca()).await else {
            panic!("{copione:?}")
        };
        assert!(!detto.is_empty() && (testo.is_empty() || detto == testo), "{copione:?}: {detto}");
        let e = finche("l'evento si legge", async || {
            let mut e = eventi(&app, "esito=FAIL").await;
            (e.len() > prima).then(|| e.remove(0))
        })
        .await;
        assert_eq!(
            (&e["sottotipoEsito"], &e["dettaglioEsito"]),
            (&json!(stato), &json!(detto)),
            "{copione:?}"
        );
        assert_eq!((&e["severita"], e.get("idPendenza")), (&json!(5), None));
        assert_eq!(e["parametriRisposta"]["status"].to_string(), stato);
    }
    for corpo in ["", "<html>ciao</html>", "[1]", "{\"stato\":"] {
        ente.sempre(Copione::Grezzo(200, "text/html", corpo.as_bytes().to_vec()));
        assert!(matches!(verifica(&app, ricerca()).await, EsitoVerifica::NonValida { .. }), "{corpo}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_host_sconosciuto_e_999(#[values(Backend::Lite)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().ente("http://ente.che.non.esiste.invalid/api", "REST v1").crea(&app).await;
    let EsitoVerifica::Errore { testo } = verifica(&app, ricerca()).await else { panic!("errore") };
    assert!(
        testo.contains("UnknownHostException") && testo.contains("ente.che.non.esiste.invalid"),
        "{testo}"
    );
    let e = finche("l'evento si legge", async || eventi(&app, "esito=FAIL").await.into_iter().next()).await;
    assert_eq!((&e["sottotipoEsito"], &e["parametriRisposta"]["status"]), (&json!("999"), &json!(999)));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn verifiche_uguali_insieme_sono_una_chiamata(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    ente.sempre(Copione::Dopo(Duration::from_millis(300), Box::new(Copione::Json(200, v1(|_| {})))));
    let esiti = futures_util::future::join_all((0..20).map(|_| verifica(&app, ricerca()))).await;
    assert!(esiti.iter().all(|e| matches!(e, EsitoVerifica::NonEseguita(_))));
    assert_eq!(ente.ricevute().len(), 1);
    verifica(&app, ricerca()).await;
    assert_eq!(ente.ricevute().len(), 2, "finita una, se ne fa un'altra");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_verifica_ha_un_tempo_massimo_in_tutto(#[values(Backend::Lite)] backend: Backend) {
    let app = TestApp::con(backend, |c| {
        c.pagopa.scadenza_verifica_ente_millis = 500;
        c.pagopa.operazione_verifica = "verifyPendenza".to_owned();
    })
    .await;
    let ente = StubEnte::nuovo().await;
    Anagrafica::standard().ente(ente.url(), "REST v2").crea(&app).await;
    ente.sempre(Copione::Dopo(Duration::from_secs(5), Box::new(Copione::Stato(200))));
    let inizio = Instant::now();
    assert!(matches!(verifica(&app, ricerca()).await, EsitoVerifica::Errore { .. }));
    assert!(inizio.elapsed() < Duration::from_millis(1500), "{:?}", inizio.elapsed());
    assert_eq!(app.engine().impostazioni().operazione_verifica, Some(OperazioneVerifica::VerifyPendenza));
    let chiave =
        ChiavePendenza { id_a2a: IdA2A::fidato("GESTIONALE"), id_pendenza: IdPendenza::fidato("E1") };
    ente.sempre(Copione::Json(200, v2(|_| {})));
    let esito = verifica(&app, Ricerca { chiave: Some(chiave), ..ricerca() }).await;
    assert!(matches!(esito, EsitoVerifica::NonEseguita(_)), "{esito:?}");
    assert_eq!(ente.ricevute().last().unwrap().percorso, "/pendenze/GESTIONALE/E1");
}
