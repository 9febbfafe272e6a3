//! The common checks, in their order (spec 40 1.3, section 3).

use super::*;
use engine::nodo::ChiamanteNodo;
use pagopa::ccp::DemandReq;
use rstest::rstest;
use testkit::{Copione, StubEnte};

const SISTEMA: &str = "PAA_SYSTEM_ERROR";

/// One request per operation that is checked.
async fn richieste(app: &TestApp, nav: &str) -> Vec<Richiesta> {
    let dati = attivata(app, Versione::V2, nav).await;
    let mut r = vec![verifica(nav)];
    r.extend(VERSIONI.map(|v| attiva(v, nav)));
    r.extend(VERSIONI.map(|v| Richiesta::Ricevuta(Box::new(ricevuta(v, &dati, nav, "R1")))));
    r
}

fn con(r: &Richiesta, broker: &str, stazione: &str, dominio: &str) -> Richiesta {
    let (b, s, d) = (broker.to_owned(), stazione.to_owned(), IdDominio::fidato(dominio));
    let mut r = r.clone();
    match &mut r {
        Richiesta::Verifica(v) => (v.id_broker_pa, v.id_station, v.fiscal_code) = (b, s, d),
        Richiesta::Attiva(v) => (v.id_broker_pa, v.id_station, v.fiscal_code) = (b, s, d),
        Richiesta::Ricevuta(v) => (v.id_broker_pa, v.id_station, v.ricevuta.fiscal_code) = (b, s, d),
        Richiesta::RichiestaAvviso(v) => (v.id_broker_pa, v.id_station) = (b, s),
    }
    r
}

async fn codice(nodo: &Cliente, r: &Richiesta) -> String {
    match manda(nodo, r).await {
        DelNodo::Ko(_, f) => f.codice,
        altro => panic!("{altro:?}"),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_ordine_dei_controlli(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let nav = carica_una(&app, 1).await;
    let bo = app.backoffice();
    // Another broker with its stazione, and a second stazione of ours.
    for (percorso, c) in [
        (
            "/intermediari/22222222223",
            json!({ "denominazione": "Altro", "principalPagoPa": "nodo", "servizioPagoPa": { "urlRPT": "http://127.0.0.1:9/x" }, "abilitato": true }),
        ),
        ("/intermediari/22222222223/stazioni/22222222223_01", json!({ "abilitato": true, "versione": "V2" })),
        ("/intermediari/11111111113/stazioni/11111111113_02", json!({ "abilitato": true, "versione": "V2" })),
    ] {
        bo.put(percorso, &c).await.con_stato(201);
    }
    let nodo = app.nodo();
    for r in richieste(&app, &nav).await {
        let rt = matches!(r, Richiesta::Ricevuta(_));
        let ignoto = "99999999999";
        for (broker, stazione, dominio, atteso) in [
            (ignoto, "x", ignoto, "PAA_ID_INTERMEDIARIO_ERRATO"),
            (BROKER, "ignota", ignoto, if rt { "PAA_ID_DOMINIO_ERRATO" } else { "PAA_STAZIONE_INT_ERRATA" }),
            (BROKER, STAZIONE, ignoto, "PAA_ID_DOMINIO_ERRATO"),
            (BROKER, "ignota", DOMINIO, "PAA_STAZIONE_INT_ERRATA"),
        ] {
            assert_eq!(codice(&nodo, &con(&r, broker, stazione, dominio)).await, atteso, "{r:?}");
        }
        let altri = [
            ("22222222223_01", "PAA_ID_INTERMEDIARIO_ERRATO"),
            ("11111111113_02", "PAA_STAZIONE_INT_ERRATA"),
        ];
        for (stazione, atteso) in altri {
            let risposta = manda(&nodo, &con(&r, BROKER, stazione, DOMINIO)).await;
            if rt {
                e_ko(risposta, atteso, None);
            } else {
                assert!(!matches!(risposta, DelNodo::Ko(..)), "{risposta:?}");
            }
        }
    }
    assert_eq!(dettaglio(&app, "P1").await["stato"], "NON_ESEGUITA");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_principal_e_quello_dell_intermediario(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let nav = carica_una(&app, 1).await;
    let richieste = richieste(&app, &nav).await;
    app.backoffice()
        .put(
            &format!("/intermediari/{BROKER}"),
            &json!({ "denominazione": "I", "principalPagoPa": "un altro", "servizioPagoPa": { "urlRPT": "http://127.0.0.1:9/x" }, "abilitato": true }),
        )
        .await
        .con_stato(200);
    let testo = format!(
        "Autorizzazione fallita: principal fornito (nodo) non valido per l'intermediario ({BROKER})."
    );
    for r in &richieste {
        e_ko(manda(&app.nodo(), r).await, SISTEMA, Some(&testo));
    }
    // paDemandPaymentNotice has no checks.
    let avviso = Richiesta::RichiestaAvviso(DemandReq {
        id_pa: DOMINIO.to_owned(),
        id_broker_pa: "99999999999".to_owned(),
        id_station: "ignota".to_owned(),
        id_servizio: "00001".to_owned(),
        id_soggetto_servizio: "00042".to_owned(),
        dati_specifici: b"<x/>".to_vec(),
    });
    e_ko(manda(&app.nodo(), &avviso).await, SISTEMA, Some("Operazione non disponibile."));
    // On the internal address only paSendRTV2 may come from somebody else.
    let interno = app
        .cliente("/govpay-api-pagopa/internal/PagamentiTelematiciCCPservice")
        .come("gestionale", "Gestionale1");
    let testo = format!(
        "Autorizzazione fallita: principal fornito (gestionale) non valido per l'intermediario ({BROKER})."
    );
    for r in &richieste {
        let v2 = matches!(r, Richiesta::Ricevuta(i) if i.versione == Versione::V2);
        let risposta = manda(&interno, r).await;
        if v2 {
            assert_eq!(risposta, DelNodo::RicevutaAccettata(Versione::V2));
        } else {
            e_ko(risposta, SISTEMA, Some(&testo));
        }
    }
    assert_eq!(dettaglio(&app, "P1").await["stato"], "ESEGUITA");
    assert_eq!(grezza(&interno.anonimo(), &richieste[0]).await.stato(), 401);
    assert_eq!(grezza(&interno.come("gestionale", "no"), &richieste[0]).await.stato(), 401);
    assert_eq!(grezza(&interno.come("nodo", "Prova-2026-nodo"), &richieste[0]).await.stato(), 401);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_certificato_si_confronta_per_attributi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let nav = carica_una(&app, 1).await;
    app.backoffice()
        .put(
            &format!("/intermediari/{BROKER}"),
            &json!({ "denominazione": "I", "principalPagoPa": "CN=nodo, O=PagoPA, C=IT", "servizioPagoPa": { "urlRPT": "http://127.0.0.1:9/x" }, "abilitato": true }),
        )
        .await
        .con_stato(200);
    let r = verifica(&nav);
    for (principal, certificato, esito) in [
        (Some("C=IT,O=PagoPA,CN=nodo"), true, None),
        (Some("/C=IT/CN=nodo"), true, None),
        (Some("C=IT,O=PagoPA,CN=nodo"), false, Some("fornito")),
        (Some("C=IT,O=PagoPA,CN=nodo2"), true, Some("fornito")),
        (Some("C=IT,O=PagoPA,CN=nodo,OU=x"), true, Some("fornito")),
        (None, false, Some("non fornito")),
    ] {
        let chi = ChiamanteNodo { principal: principal.map(str::to_owned), certificato, interno: false };
        let servita = app.engine().servi_nodo(&chi, &r, &[], "t").await;
        let testo = servita.fault.and_then(|f| f.descrizione);
        match (esito, testo) {
            (None, None) => {}
            (Some(atteso), Some(t)) => {
                assert!(t.starts_with("Autorizzazione fallita: principal ") && t.contains(atteso), "{t}");
            }
            (a, t) => panic!("{principal:?}: {a:?} {t:?}"),
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn senza_autenticazione_non_si_guarda_il_principal(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::con(backend, |c| "none".clone_into(&mut c.pagopa_auth)).await;
    Anagrafica::standard().crea(&app).await;
    let nav = carica_una(&app, 1).await;
    assert!(matches!(manda(&app.nodo().anonimo(), &verifica(&nav)).await, DelNodo::Verifica(_)));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_sonda_non_cerca_niente(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let ente = StubEnte::nuovo().await;
    ente.sempre(Copione::Stato(500));
    let mut a = Anagrafica::standard().ente(ente.url(), "REST v1");
    a.reg_exp_iuv = Some("[0-9]+".to_owned());
    a.crea(&app).await;
    let sonda = "000000000000000000";
    let r = grezza(&app.nodo(), &verifica(sonda)).await.con_stato(200);
    assert!(r.testo().contains("all\u{2019}Ente Creditore."), "{}", r.testo());
    e_ko(leggi(&r), "PAA_PAGAMENTO_SCONOSCIUTO", None);
    e_ko(manda(&app.nodo(), &verifica(sonda)).await, "PAA_PAGAMENTO_SCONOSCIUTO", None);
    assert!(ente.ricevute().is_empty());
    // Only verify has a probe: an activation asks.
    let (codice, _) = ko(manda(&app.nodo(), &attiva(Versione::V2, sonda)).await);
    assert_eq!((codice.as_str(), ente.ricevute().len()), (SISTEMA, 1));
    // An unauthorised caller still gets the authorisation error.
    app.backoffice()
        .put(
            &format!("/intermediari/{BROKER}"),
            &json!({ "denominazione": "I", "principalPagoPa": "x", "servizioPagoPa": { "urlRPT": "http://127.0.0.1:9/x" }, "abilitato": true }),
        )
        .await
        .con_stato(200);
    assert_eq!(codice_di(&app, sonda).await, SISTEMA);
}

async fn codice_di(app: &TestApp, nav: &str) -> String {
    codice(&app.nodo(), &verifica(nav)).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_prima_cifra_va_da_zero_a_tre(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let testo = "Numero Avviso [401000000001234519] fornito non valido: prima cifra non e' [0|1|2|3]";
    for r in [
        verifica("401000000001234519"),
        attiva(Versione::V1, "401000000001234519"),
        // Before the principal and the broker.
        con(&attiva(Versione::V2, "401000000001234519"), "99999999999", "x", DOMINIO),
    ] {
        e_ko(manda(&app.nodo(), &r).await, SISTEMA, Some(testo));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_e_spento_non_ferma_un_avviso_emesso(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let nav = carica_una(&app, 1).await;
    spegni(&app).await;
    assert!(matches!(manda(&app.nodo(), &verifica(&nav)).await, DelNodo::Verifica(_)));
    let dati = attivata(&app, Versione::V2, &nav).await;
    accettata(&app, &ricevuta(Versione::V2, &dati, &nav, "R1")).await;
}

async fn spegni(app: &TestApp) {
    let bo = app.backoffice();
    for (percorso, c) in [
        (
            format!("/domini/{DOMINIO}"),
            json!({ "ragioneSociale": "E", "intermediato": true, "stazione": STAZIONE, "auxDigit": "3", "segregationCode": "01", "abilitato": false, "scaricaFr": false }),
        ),
        (
            format!("/intermediari/{BROKER}/stazioni/{STAZIONE}"),
            json!({ "abilitato": false, "versione": "V2" }),
        ),
        (
            format!("/intermediari/{BROKER}"),
            json!({ "denominazione": "I", "principalPagoPa": "nodo", "servizioPagoPa": { "urlRPT": "http://127.0.0.1:9/x" }, "abilitato": false }),
        ),
        (format!("/domini/{DOMINIO}/contiAccredito/{IBAN}"), json!({ "postale": false, "abilitato": false })),
    ] {
        bo.put(&percorso, &c).await.con_stato(200);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn con_l_anagrafica_rigida_lo_spento_e_ignoto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| c.pagopa.anagrafica_rigida = true).await;
    Anagrafica::standard().crea(&app).await;
    let nav = carica_una(&app, 1).await;
    app.backoffice()
        .put(
            "/intermediari/11111111113/stazioni/11111111113_02",
            &json!({ "abilitato": true, "versione": "V2" }),
        )
        .await
        .con_stato(201);
    let altra = con(&verifica(&nav), BROKER, "11111111113_02", DOMINIO);
    e_ko(manda(&app.nodo(), &altra).await, "PAA_STAZIONE_INT_ERRATA", None);
    let dati = attivata(&app, Versione::V2, &nav).await;
    spegni(&app).await;
    e_ko(manda(&app.nodo(), &verifica(&nav)).await, "PAA_ID_INTERMEDIARIO_ERRATO", None);
    e_ko(manda(&app.nodo(), &attiva(Versione::V2, &nav)).await, "PAA_ID_INTERMEDIARIO_ERRATO", None);
    // Receipts are never refused because something is disabled.
    accettata(&app, &ricevuta(Versione::V2, &dati, &nav, "R1")).await;
}
