//! From a notice to a pendenza: the tables of spec 40 4.1 and 4.2, each row with a stub ente.

use super::*;
use rstest::rstest;
use testkit::{Copione, StubEnte};

const SISTEMA: &str = "PAA_SYSTEM_ERROR";
const SCONOSCIUTO: &str = "PAA_PAGAMENTO_SCONOSCIUTO";
const SCADUTO: &str = "PAA_PAGAMENTO_SCADUTO";
const ANNULLATO: &str = "PAA_PAGAMENTO_ANNULLATO";
const DUPLICATO: &str = "PAA_PAGAMENTO_DUPLICATO";

/// A notice that the standard applicazione owns by its pattern.
fn nav_dell_ente(n: u64) -> String {
    nav(900_000 + n)
}

/// The answer of an ente that has something to pay.
fn da_pagare(nav: &str, id: &str, cambia: impl FnOnce(&mut Value)) -> Value {
    let mut v = json!({
        "idA2A": "GESTIONALE", "idPendenza": id, "idDominio": DOMINIO, "idTipoPendenza": "TARI",
        "causale": "Dall'ente", "soggettoPagatore": { "tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi" },
        "importo": 10.00, "numeroAvviso": nav, "stato": "NON_ESEGUITA",
        "voci": [{ "idVocePendenza": "V1", "importo": 10.00, "descrizione": "Voce", "codEntrata": "TARI" }]
    });
    cambia(&mut v);
    v
}

async fn con_ente(backend: Backend, versione: &'static str) -> (TestApp, StubEnte) {
    let app = TestApp::nuova(backend).await;
    let ente = StubEnte::nuovo().await;
    Anagrafica::standard().ente(ente.url(), versione).crea(&app).await;
    (app, ente)
}

/// The same KO to a verify and to an activation, but for the text of the operation.
async fn tutte_ko(app: &TestApp, nav: &str, codice: &str, descrizione: impl Fn(&str) -> Option<String>) {
    for (operazione, r) in [
        ("la verifica", verifica(nav)),
        ("l'attivazione", attiva(Versione::V1, nav)),
        ("l'attivazione", attiva(Versione::V2, nav)),
    ] {
        e_ko(manda(&app.nodo(), &r).await, codice, descrizione(operazione).as_deref());
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_avviso_ignoto_si_chiede_all_ente(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = con_ente(backend, "REST v1").await;
    let avviso = nav_dell_ente(1);
    // No candidate: no call.
    tutte_ko(&app, &nav(1), SCONOSCIUTO, |_| None).await;
    assert!(ente.ricevute().is_empty());
    let nessuna = format!(
        "La pendenza identificata da Dominio:{DOMINIO} Iuv:{} risulta sconosciuta presso l'applicativo gestore.",
        iuv(&avviso)
    );
    let stato = |s: &str, altro: Value| {
        let mut v = json!({ "idA2A": "GESTIONALE", "idPendenza": "E1", "stato": s });
        v.as_object_mut().unwrap().extend(altro.as_object().unwrap().clone());
        Copione::Json(200, v)
    };
    let acquisizione = |causa: &str| {
        Some(format!(
            "Riscontrato errore durante l'acquisizione del versamento dall'applicazione gestore del debito: {causa}"
        ))
    };
    for (copione, codice, descrizione) in [
        (stato("SCONOSCIUTA", json!({})), SCONOSCIUTO, Some(nessuna)),
        (stato("SCONOSCIUTA", json!({"descrizioneStato": "mai vista"})), SCONOSCIUTO, Some("mai vista".to_owned())),
        (stato("ANNULLATA", json!({})), ANNULLATO, None),
        (stato("ANNULLATA", json!({"descrizioneStato": "ritirata"})), ANNULLATO, Some("ritirata".to_owned())),
        (stato("SCADUTA", json!({})), SCADUTO, None),
        (stato("SCADUTA", json!({"dataScadenza": "2026-01-31"})), SCADUTO, Some("Versamento scaduto in data 31/01/2026".to_owned())),
        (stato("SCADUTA", json!({"dataScadenza": "2026-01-31", "descrizioneStato": "tardi"})), SCADUTO, Some("tardi".to_owned())),
        (stato("DUPLICATA", json!({"descrizioneStato": "gia' pagata"})), DUPLICATO, Some("gia' pagata".to_owned())),
        (Copione::Stato(404), SISTEMA, acquisizione("Ricevuto [HTTP 404]")),
        (Copione::Stato(500), SISTEMA, acquisizione("Ricevuto [HTTP 500]")),
        (
            Copione::Json(200, da_pagare(&nav_dell_ente(2), "E1", |_| ())),
            SISTEMA,
            Some("I campi IdDominio e NumeroAvviso della pendenza ricevuta dal servizio di verifica non corrispondono ai parametri di input.".to_owned()),
        ),
    ] {
        ente.sempre(copione.clone());
        tutte_ko(&app, &avviso, codice, |_| descrizione.clone()).await;
    }
    for copione in [
        Copione::Grezzo(200, "text/html", b"<html>".to_vec()),
        Copione::Json(200, json!([])),
        Copione::Json(200, da_pagare(&avviso, "E1", |v| v["importo"] = json!("molto"))),
        Copione::Json(200, da_pagare(&avviso, "E1", |v| v["voci"] = json!([]))),
        Copione::Chiude,
    ] {
        ente.sempre(copione.clone());
        let (codice, testo) = ko(manda(&app.nodo(), &verifica(&avviso)).await);
        assert_eq!(codice, SISTEMA, "{copione:?}");
        assert!(testo.is_some_and(|t| !t.is_empty()), "{copione:?}");
    }
    // Refused by the rules of loading.
    ente.sempre(Copione::Json(200, da_pagare(&avviso, "E1", |v| v["idTipoPendenza"] = json!("IGNOTO"))));
    tutte_ko(&app, &avviso, SISTEMA, |operazione| {
        Some(format!(
            "Riscontrato errore durante {operazione} del versamento: Tipo pendenza (IGNOTO) inesistente"
        ))
    })
    .await;
    // v1 asks by IUV, always by the same path.
    let percorso = format!("/avvisi/{DOMINIO}/{}", iuv(&avviso));
    assert!(ente.ricevute().iter().all(|r| r.metodo == "GET" && r.percorso == percorso));
    // Nothing has been stored by all this.
    assert_eq!(app.applicazione().get("/pendenze/GESTIONALE/E1").await.stato(), 404);
    // And now it is there: the verify itself loads it.
    ente.sempre(Copione::Json(
        200,
        da_pagare(&avviso, "E1", |v| {
            v.as_object_mut().unwrap().remove("numeroAvviso");
        }),
    ));
    match manda(&app.nodo(), &verifica(&avviso)).await {
        DelNodo::Verifica(d) => assert_eq!(
            (d.amount, d.payment_description.as_deref()),
            (Importo::da_centesimi(1000), Some("Dall'ente"))
        ),
        altro => panic!("{altro:?}"),
    }
    let chiamate = verifiche(&ente);
    let d = dettaglio(&app, "E1").await;
    assert_eq!((d["numeroAvviso"].as_str(), d["tipo"].as_str()), (Some(avviso.as_str()), Some("dovuto")));
    attivata(&app, Versione::V2, &avviso).await;
    assert_eq!(verifiche(&ente), chiamate, "chi e' in archivio non si chiede");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_ente_v2_si_chiede_per_numero_avviso(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = con_ente(backend, "REST v2").await;
    let avviso = nav_dell_ente(1);
    for (copione, codice, descrizione) in [
        (
            json!({ "stato": "SCONOSCIUTA" }),
            SCONOSCIUTO,
            Some(format!(
                "La pendenza identificata da Dominio:{DOMINIO} Iuv:{} risulta sconosciuta presso l'applicativo gestore.",
                iuv(&avviso)
            )),
        ),
        (
            json!({ "stato": "ANNULLATA", "descrizioneStato": "ritirata" }),
            ANNULLATO,
            Some("ritirata".to_owned()),
        ),
        (
            json!({ "stato": "SCADUTA", "pendenza": { "dataScadenza": "2026-01-31" } }),
            SCADUTO,
            Some("Versamento scaduto in data 31/01/2026".to_owned()),
        ),
    ] {
        ente.sempre(Copione::Json(200, copione));
        tutte_ko(&app, &avviso, codice, |_| descrizione.clone()).await;
    }
    let percorso = format!("/avvisi/{DOMINIO}/{avviso}");
    assert!(ente.ricevute().iter().all(|r| r.percorso == percorso));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_candidata_senza_connettore_non_si_chiede(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    tutte_ko(&app, &nav_dell_ente(1), SCONOSCIUTO, |_| None).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_ente_lento_non_fa_aspettare_il_nodo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| c.pagopa.scadenza_verifica_ente_millis = 400).await;
    let ente = StubEnte::nuovo().await;
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    let avviso = nav_dell_ente(1);
    ente.sempre(Copione::Dopo(Duration::from_secs(3), Box::new(Copione::Stato(200))));
    let inizio = Instant::now();
    let (codice, testo) = ko(manda(&app.nodo(), &verifica(&avviso)).await);
    assert!(inizio.elapsed() < Duration::from_secs(2), "{:?}", inizio.elapsed());
    assert_eq!(codice, SISTEMA);
    assert!(testo.unwrap().starts_with("Riscontrato errore durante l'acquisizione del versamento"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_ultimo_giorno_si_paga(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let (a, b) = (nav(1), nav(2));
    let con_date = |n: &str, validita: Option<&str>, scadenza: Option<&str>| {
        let mut c = corpo(n, &[voce("V1", 45.01)]);
        c["dataScadenza"] = json!(scadenza);
        c["dataValidita"] = json!(validita);
        c
    };
    carica(&app, "A", &con_date(&a, None, Some("2026-03-10"))).await;
    carica(&app, "B", &con_date(&b, Some("2026-03-10"), None)).await;
    // 10 March, at ten and at one minute to midnight.
    for _ in 0..2 {
        for n in [&a, &b] {
            match manda(&app.nodo(), &verifica(n)).await {
                DelNodo::Verifica(d) => assert_eq!(d.due_date, Some(jiff::civil::date(2026, 3, 10))),
                altro => panic!("{altro:?}"),
            }
            attivata(&app, Versione::V2, n).await;
        }
        app.orologio().avanza(Duration::from_secs(13 * 3600 + 55 * 60));
    }
    // The 11th: expired; past its validity it stays payable without a connector.
    e_ko(manda(&app.nodo(), &verifica(&a)).await, SCADUTO, Some("Versamento scaduto in data 10/03/2026"));
    e_ko(
        manda(&app.nodo(), &attiva(Versione::V1, &a)).await,
        SCADUTO,
        Some("Versamento scaduto in data 10/03/2026"),
    );
    attivata(&app, Versione::V2, &b).await;
    assert_eq!(dettaglio(&app, "A").await["stato"], "SCADUTA");
    assert_eq!(dettaglio(&app, "B").await["stato"], "NON_ESEGUITA");
}

/// A stored pendenza whose validity is over, with its ente.
async fn da_aggiornare(backend: Backend, mandatorio: bool) -> (TestApp, StubEnte, String) {
    let app = TestApp::con(backend, |c| c.pagopa.aggiornamento_mandatorio = mandatorio).await;
    let ente = StubEnte::nuovo().await;
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    let avviso = nav(7);
    let mut c = corpo(&avviso, &[voce("V1", 45.01)]);
    c["dataValidita"] = json!("2026-03-09");
    carica(&app, "P7", &c).await;
    (app, ente, avviso)
}

/// How many verifications an ente was asked; activations are notified to a v1 ente too.
fn verifiche(ente: &StubEnte) -> usize {
    ente.ricevute().iter().filter(|r| r.metodo == "GET").count()
}

fn importo(r: DelNodo) -> Importo {
    match r {
        DelNodo::Verifica(d) => d.amount,
        DelNodo::Attiva(_, d) => d.payment_amount,
        altro => panic!("{altro:?}"),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_validita_trascorsa_si_rinfresca(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente, avviso) = da_aggiornare(backend, false).await;
    let vecchio = Importo::da_centesimi(4501);
    let stato = |s: &str, altro: Value| {
        let mut v = json!({ "idA2A": "GESTIONALE", "idPendenza": "P7", "stato": s });
        v.as_object_mut().unwrap().extend(altro.as_object().unwrap().clone());
        Copione::Json(200, v)
    };
    for (copione, codice, descrizione) in [
        (stato("ANNULLATA", json!({"descrizioneStato": "ritirata"})), ANNULLATO, Some("ritirata")),
        (
            stato("SCADUTA", json!({"dataScadenza": "2026-01-31"})),
            SCADUTO,
            Some("Versamento scaduto in data 31/01/2026"),
        ),
        (stato("DUPLICATA", json!({})), DUPLICATO, None),
    ] {
        ente.sempre(copione);
        tutte_ko(&app, &avviso, codice, |_| descrizione.map(str::to_owned)).await;
        // The stored state does not change.
        assert_eq!(dettaglio(&app, "P7").await["stato"], "NON_ESEGUITA");
    }
    // Whatever else goes wrong, the old values stand.
    for copione in [
        stato("SCONOSCIUTA", json!({})),
        Copione::Stato(500),
        Copione::Chiude,
        Copione::Grezzo(200, "text/html", b"<html>".to_vec()),
        Copione::Json(200, da_pagare(&nav(8), "P7", |_| ())),
        Copione::Json(200, da_pagare(&avviso, "P7", |v| v["idTipoPendenza"] = json!("IGNOTO"))),
    ] {
        ente.sempre(copione.clone());
        for r in [verifica(&avviso), attiva(Versione::V2, &avviso)] {
            assert_eq!(importo(manda(&app.nodo(), &r).await), vecchio, "{copione:?}");
        }
    }
    // New values, with a validity that is over again: they are not tested.
    ente.sempre(Copione::Json(
        200,
        da_pagare(&avviso, "P7", |v| {
            v["dataValidita"] = json!("2026-03-01");
            v["dataScadenza"] = json!("2026-03-02");
        }),
    ));
    let prima = verifiche(&ente);
    for r in [verifica(&avviso), attiva(Versione::V1, &avviso)] {
        let risposta = manda(&app.nodo(), &r).await;
        if let DelNodo::Ko(..) = risposta {
            // The second finds a pendenza that is expired.
            e_ko(risposta, SCADUTO, Some("Versamento scaduto in data 02/03/2026"));
        } else {
            assert_eq!(importo(risposta), Importo::da_centesimi(1000));
        }
    }
    assert_eq!(verifiche(&ente), prima + 1);
    let d = dettaglio(&app, "P7").await;
    assert_eq!((d["importo"].to_string().as_str(), &d["dataValidita"]), ("10.00", &json!("2026-03-01")));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn con_l_aggiornamento_mandatorio_il_vecchio_non_vale(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let (app, ente, avviso) = da_aggiornare(backend, true).await;
    ente.sempre(Copione::Json(
        200,
        json!({ "idA2A": "GESTIONALE", "idPendenza": "P7", "stato": "SCONOSCIUTA" }),
    ));
    tutte_ko(&app, &avviso, SCADUTO, |_| None).await;
    ente.sempre(Copione::Stato(503));
    tutte_ko(&app, &avviso, SISTEMA, |_| {
        Some("Riscontrato errore durante l'acquisizione del versamento dall'applicazione gestore del debito: Ricevuto [HTTP 503]".to_owned())
    })
    .await;
    // Without a connector there is nobody to ask.
    let mut senza = Anagrafica::standard();
    senza.integrazione = None;
    senza.crea(&app).await;
    tutte_ko(&app, &avviso, SCADUTO, |_| None).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn lo_stato_in_archivio_decide(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let annullata = carica_una(&app, 1).await;
    app.applicazione()
        .patch("/pendenze/GESTIONALE/P1", &json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATA" }, { "op": "REPLACE", "path": "/descrizioneStato", "value": "errore" }]))
        .await
        .con_stato(200);
    tutte_ko(&app, &annullata, ANNULLATO, |_| None).await;
    let pagata = carica_una(&app, 2).await;
    let dati = attivata(&app, Versione::V2, &pagata).await;
    accettata(&app, &ricevuta(Versione::V2, &dati, &pagata, "R2")).await;
    tutte_ko(&app, &pagata, DUPLICATO, |_| {
        Some("Il pagamento risulta già effettuato in data 10/03/2026 [Iur:R2]".to_owned())
    })
    .await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_verifica_legge_due_volte_al_massimo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = quieta(backend).await;
    let n = carica_una(&app, 1).await;
    manda(&app.nodo(), &verifica(&n)).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let prima = app.conteggi();
    let servita = servi(&app, &verifica(&n)).await;
    assert!(servita.fault.is_none());
    let fatto = app.conteggi().da(prima);
    assert!(fatto.letture <= 2 && fatto.commit == 0, "{fatto:?}");
}

/// The use case alone, so that only its own work is counted.
async fn servi(app: &TestApp, r: &Richiesta) -> engine::nodo::Servita {
    let chi = engine::nodo::ChiamanteNodo { principal: Some("nodo".to_owned()), ..Default::default() };
    app.engine().servi_nodo(&chi, r, &[], "t").await
}
