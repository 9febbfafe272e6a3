//! `/operazioni`.

use super::{con_diritti, senza_diritti};
use rstest::rstest;
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::{Anagrafica, Backend, TestApp};

const OPERAZIONI: [(&str, &str); 17] = [
    ("acquisizioneRendicontazioni", "update-rnd"),
    ("chiusuraRptScadute", "rpt-scadute"),
    ("gestionePromemoria", "gestione-promemoria"),
    ("spedizioneNotifiche", "update-ntfy"),
    ("spedizioneNotificheAppIO", "update-ntfy-appio"),
    ("spedizionePromemoria", "spedizione-promemoria"),
    ("resetCacheAnagrafica", "cache-anagrafica"),
    ("elaborazioneTracciatiPendenze", "caricamento-tracciati"),
    ("elaborazioneTracciatiNotificaPagamenti", "elaborazione-trac-notif-pag"),
    ("spedizioneTracciatiNotificaPagamenti", "spedizione-trac-notif-pag"),
    ("elaborazioneRiconciliazioni", "riconciliazioni"),
    ("recuperoRT", "recupero-rt"),
    ("inviaPosizioniDebitorieAca", "batch_aca"),
    ("inviaNotificheMaggioli", "batch_maggioli"),
    ("inviaNotificheRendicontazioni", "batch_notifica"),
    ("verificaIban", "batch_iban"),
    ("pulizia", "pulizia"),
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_operazioni_si_elencano_e_si_eseguono(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let r = bo.get("/operazioni").await.con_stato(200).json();
    assert_eq!(r["numRisultati"], 17);
    assert_eq!(r.get("maxRisultati"), None);
    let righe = r["risultati"].as_array().unwrap();
    for (riga, (id, _)) in righe.iter().zip(OPERAZIONI) {
        assert_eq!(json!([riga["idOperazione"], riga["location"]]), json!([id, format!("/operazioni/{id}")]));
        assert!(!riga["descrizione"].as_str().unwrap().is_empty());
    }
    assert_eq!(righe.len(), 17);

    // What the first start does by itself has ended.
    let fine = Instant::now() + Duration::from_secs(20);
    while bo.get("/operazioni/stato/rpt-scadute").await.stato() != 200
        || bo.get("/operazioni/stato/rpt-scadute").await.json()["stato"] != "OK"
    {
        assert!(Instant::now() < fine, "il lavoro dell'avvio non finisce");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let cache =
        "Aggiornamento della data di reset della cache anagrafica del sistema completato con successo";
    for (id, testo, stato) in [
        ("chiusuraRptScadute", "Tentativi di pagamento chiusi: 0.", "0"),
        ("spedizioneNotifiche", "Spedizione notifiche completata.", "0"),
        ("resetCacheAnagrafica", cache, "0"),
        ("spedizionePromemoria", "Spedizione promemoria disabilitata.", "2"),
        ("spedizioneNotificheAppIO", "Spedizione notifiche AppIO disabilitata.", "2"),
        ("gestionePromemoria", "Spedizione promemoria Email e AppIO disabilitata.", "2"),
        ("recuperoRT", "Operazione recuperoRT disabilitata.", "2"),
    ] {
        let codice = OPERAZIONI.iter().find(|(i, _)| *i == id).unwrap().1;
        for nome in [id, codice] {
            let r = bo.get(&format!("/operazioni/{nome}?force=false")).await.con_stato(200).json();
            assert_eq!(
                json!([r["idOperazione"], r["descrizione"], r["stato"]]),
                json!([id, testo, stato]),
                "{nome}"
            );
            assert!(r["esito"].is_string(), "{r}");
        }
    }
    let ultima = bo.get("/operazioni/stato/chiusuraRptScadute").await.con_stato(200).json();
    let attesa =
        json!({ "percentuale": 100, "descrizione": "Tentativi di pagamento chiusi: 0.", "stato": "OK" });
    assert_eq!(ultima, attesa);
    for percorso in ["/operazioni/nessuna", "/operazioni/stato/nessuna"] {
        let atteso = (404, "404000".to_owned(), "Operazione nessuna sconosciuta".to_owned());
        assert_eq!(bo.get(percorso).await.errore(), atteso);
    }
    assert_eq!(bo.get("/operazioni/stato/pulizia").await.stato(), 404);
    let r = bo.get("/operazioni/rpt-scadute?force=si").await.errore();
    let testo = "Il valore indicato per il parametro force non e' valido.";
    assert_eq!(r, (400, "SINTASSI".to_owned(), testo.to_owned()));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_lavoro_preso_si_riprende_solo_con_la_forza(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::con(backend, |c| c.worker.jobs = false).await;
    let bo = app.backoffice();
    let altro = app
        .engine()
        .store()
        .prendi_lavoro("chiusuraRptScadute", "morto", Duration::from_secs(300), None)
        .await
        .unwrap()
        .unwrap();
    let r = bo.get("/operazioni/chiusuraRptScadute").await.con_stato(200).json();
    let testo = "Operazione in corso su altro nodo. Richiesta interrotta.";
    assert_eq!(json!([r["descrizione"], r["stato"]]), json!([testo, "1"]));
    let r = bo.get("/operazioni/chiusuraRptScadute?force=true").await.con_stato(200).json();
    assert_eq!(json!([r["descrizione"], r["stato"]]), json!(["Tentativi di pagamento chiusi: 0.", "0"]));
    // Whoever had it has it no more.
    assert!(matches!(app.engine().store().batti(&altro).await, Err(store::StoreError::Conflitto)));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn eseguire_vuole_w_ed_elencare_r(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let stati = async |c: testkit::Cliente| {
        let mut stati = Vec::new();
        for p in ["/operazioni", "/operazioni/stato/nessuna", "/operazioni/cache-anagrafica"] {
            stati.push(c.get(p).await.stato());
        }
        stati
    };
    assert_eq!(stati(senza_diritti(&app)).await, [403, 403, 403]);
    assert_eq!(stati(con_diritti(&app, &["R"]).await).await, [200, 404, 403]);
    assert_eq!(stati(con_diritti(&app, &["W"]).await).await, [403, 403, 200]);
    let (stato, codice, testo) = app.backoffice().anonimo().get("/operazioni").await.errore();
    assert_eq!((stato, codice.as_str()), (401, "401"), "{testo}");
}
