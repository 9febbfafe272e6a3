//! PATCH of a bulk load: it goes no further, what was loaded stays.

use super::{DOMINIO, T, conti, esito, file, invia_csv, operazioni, riga, senza_lavori, un_passo, voce};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rstest::rstest;
use serde_json::{Value, json};
use std::time::Duration;
use store::pendenze::FiltroPendenze;
use testkit::{Anagrafica, Backend, Cliente, TestApp};

fn fine() -> Value {
    json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATO" }])
}

async fn inviato(bo: &Cliente, dove: &str, righe: usize) -> i64 {
    let righe: Vec<String> = (1..=righe).map(|n| riga(&format!("P{n}"), &[])).collect();
    invia_csv(bo, dove, &file(&righe)).await.con_stato(201).json()["id"].as_i64().unwrap()
}

async fn mostra(bo: &Cliente, id: i64) -> Value {
    bo.get(&format!("{T}/{id}")).await.con_stato(200).json()
}

async fn annulla(bo: &Cliente, id: i64) -> Value {
    bo.patch(&format!("{T}/{id}"), &fine()).await.con_stato(200).json()
}

/// Counters, records, lines of the outcome and pendenze say the same.
async fn tutto_torna(app: &TestApp, bo: &Cliente, t: &Value) -> i64 {
    let store = app.engine().store();
    let id = t["id"].as_i64().unwrap();
    let (_, [_, eseguite, fallite], [avvisi, stampati, falliti]) = conti(t);
    let veri = store.conta_esiti(id).await.unwrap();
    assert_eq!((veri.eseguite, veri.fallite), (eseguite, fallite));
    assert_eq!((veri.avvisi_totali, veri.avvisi_stampati, veri.avvisi_falliti), (avvisi, stampati, falliti));
    let numeri: Vec<i64> =
        store.operazioni_dopo(id, 0, 100_000).await.unwrap().iter().map(|o| o.numero).collect();
    assert_eq!(numeri.len(), usize::try_from(eseguite + fallite).unwrap());
    let testo = esito(bo, t).await.con_stato(200);
    assert_eq!(testo.testo().lines().count(), numeri.len() + 1);
    let pendenze = store.conta_pendenze(&FiltroPendenze::default(), 100_000).await.unwrap();
    assert_eq!(pendenze, eseguite);
    eseguite
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn prima_di_cominciare_non_si_carica_niente(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = senza_lavori(backend).await;
    let bo = app.backoffice();
    let id = inviato(&bo, DOMINIO, 3).await;
    let prima = mostra(&bo, id).await;
    assert_eq!(conti(&prima).0, "IN_ATTESA");
    let percorso = format!("{T}/{id}");
    // An empty list changes nothing.
    assert_eq!(bo.patch(&percorso, &json!([])).await.con_stato(200).json(), prima);
    let fatto = bo.patch(&percorso, &fine()).await.con_stato(200);
    let t = fatto.json();
    let chi = t["operatoreMittente"].as_str().unwrap();
    let mut attesa = prima.clone();
    attesa["stato"] = json!("SCARTATO");
    attesa["dataOraUltimoAggiornamento"] = t["dataOraUltimoAggiornamento"].clone();
    attesa["descrizioneStato"] =
        json!(format!("Tracciato annullato da {chi}: nessuna operazione elaborata."));
    assert_eq!(t, attesa);
    // Twice is once.
    assert_eq!(annulla(&bo, id).await, t);
    assert!(!un_passo(&app).await, "non c'e' piu' niente da fare");
    assert_eq!(mostra(&bo, id).await, t);
    for (dove, testo) in [
        ("esito", "Tracciato di Esito non presente: tracciato scartato"),
        ("stampe", "Stampe avvisi non disponibili per il tracciato: tracciato scartato"),
    ] {
        let r = bo.get(&format!("{percorso}/{dove}")).await.errore();
        assert_eq!(r, (404, "404000".to_owned(), testo.to_owned()));
    }
    assert_eq!(app.applicazione().get("/pendenze/GESTIONALE/P1").await.stato(), 404);
    // One event tells who, in that call.
    let eventi = bo.get("/eventi?tipoEvento=annullaTracciato&messaggi=true").await.con_stato(200).json();
    let eventi = eventi["risultati"].as_array().unwrap();
    assert_eq!(eventi.len(), 1, "{eventi:?}");
    let e = &eventi[0];
    assert_eq!(
        [&e["categoriaEvento"], &e["sottotipoEvento"], &e["esito"], &e["idDominio"], &e["transactionId"]],
        [&json!("UTENTE"), &json!("CSV"), &json!("OK"), &json!(DOMINIO), &json!(fatto.transazione())]
    );
    assert_eq!(e["dettaglioEsito"], format!("Annullamento del tracciato [{id}]"));
    assert_eq!(e["parametriRichiesta"]["utente"], chi);
    let corpo = BASE64_STANDARD.decode(e["parametriRichiesta"]["payload"].as_str().unwrap()).unwrap();
    assert_eq!(
        serde_json::from_slice::<Value>(&corpo).unwrap(),
        json!({
            "id": id, "nomeFile": DOMINIO, "stato": "IN_ATTESA",
            "numeroOperazioniEseguite": 0, "numeroOperazioniFallite": 0
        })
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_meta_resta_cio_che_e_caricato(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let mut app = senza_lavori(backend).await;
    let bo = app.backoffice();
    let id = inviato(&bo, &format!("{DOMINIO}?stampaAvvisi=false"), 1000).await;
    assert!(un_passo(&app).await);
    let t = mostra(&bo, id).await;
    let (stato, [totali, fatte, _], _) = conti(&t);
    assert!(stato == "IN_ELABORAZIONE" && totali == 1000 && (1..1000).contains(&fatte), "{t}");
    let r = bo.get(&format!("{T}/{id}/esito")).await.errore();
    let testo = "Tracciato di Esito non presente: elaborazione ancora in corso";
    assert_eq!(r, (404, "404000".to_owned(), testo.to_owned()));
    let chi = t["operatoreMittente"].as_str().unwrap().to_owned();
    let t = annulla(&bo, id).await;
    assert_eq!(conti(&t), ("ESEGUITO_CON_ERRORI", [1000, fatte, 0], [0, 0, 0]));
    assert_eq!(
        t["descrizioneStato"],
        format!("Tracciato annullato da {chi}: elaborate {fatte} operazioni su 1000.")
    );
    assert_eq!(tutto_torna(&app, &bo, &t).await, fatte);
    // Nor after a restart.
    app.configurazione_mut().worker.jobs = true;
    app.riavvia().await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let bo = app.backoffice();
    assert_eq!(mostra(&bo, id).await, t);
    assert_eq!(tutto_torna(&app, &bo, &t).await, fatte);
    assert_eq!(annulla(&bo, id).await, t);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn durante_la_stampa_restano_gli_avvisi_stampati(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = senza_lavori(backend).await;
    let bo = app.backoffice();
    let id = inviato(&bo, DOMINIO, 3).await;
    let stampe = format!("{T}/{id}/stampe");
    let in_corso = "Stampe avvisi non disponibili per il tracciato: elaborazione ancora in corso";
    for atteso in ["IN_ATTESA", "IN_ELABORAZIONE", "ELABORAZIONE_STAMPA"] {
        assert_eq!(conti(&mostra(&bo, id).await).0, atteso);
        assert_eq!(bo.get(&stampe).await.errore(), (404, "404000".to_owned(), in_corso.to_owned()));
        let pronto = bo.get(&format!("{T}/{id}/esito")).await.stato();
        assert_eq!(pronto, if atteso == "ELABORAZIONE_STAMPA" { 200 } else { 404 });
        if atteso != "ELABORAZIONE_STAMPA" {
            assert!(un_passo(&app).await);
        }
    }
    let t = annulla(&bo, id).await;
    assert_eq!(conti(&t), ("ESEGUITO_CON_ERRORI", [3, 3, 0], [3, 0, 0]));
    let detto = t["descrizioneStato"].as_str().unwrap();
    assert!(detto.ends_with(": elaborate 3 operazioni su 3, stampati 0 avvisi su 3."), "{detto}");
    let testo = "Stampe avvisi non disponibili per il tracciato: tracciato annullato";
    assert_eq!(bo.get(&stampe).await.errore(), (404, "404000".to_owned(), testo.to_owned()));
    tutto_torna(&app, &bo, &t).await;
    let avviso = operazioni(&bo, &t).await[0]["numeroAvviso"].as_str().unwrap().to_owned();
    let pdf = app.applicazione().richiesta(http::Method::GET, &format!("/avvisi/{DOMINIO}/{avviso}"));
    let pdf = app.applicazione().manda(pdf.header("Accept", "application/pdf")).await.con_stato(200);
    assert!(pdf.corpo().starts_with(b"%PDF"));
}

/// The job is at work meanwhile.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_sta_lavorando_si_ferma(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let id = inviato(&bo, &format!("{DOMINIO}?stampaAvvisi=false"), 8000).await;
    for _ in 0..1200 {
        if conti(&mostra(&bo, id).await).1[1] > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    // Two at the same time, and both see the end.
    let (t, altro) = tokio::join!(annulla(&bo, id), annulla(&bo, id));
    assert_eq!(t, altro);
    let (stato, [totali, fatte, fallite], _) = conti(&t);
    assert!(stato == "ESEGUITO_CON_ERRORI" && totali == 8000 && fallite == 0, "{t}");
    assert!((1..8000).contains(&fatte), "{t}");
    assert_eq!(tutto_torna(&app, &bo, &t).await, fatte);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(tutto_torna(&app, &bo, &mostra(&bo, id).await).await, fatte);
    let eventi = bo.get("/eventi?tipoEvento=annullaTracciato").await.con_stato(200).json();
    assert_eq!(eventi["risultati"].as_array().map(Vec::len), Some(1));
    // Who was at work takes the next file.
    let id = inviato(&bo, &format!("{DOMINIO}?stampaAvvisi=false"), 2).await;
    for _ in 0..600 {
        if conti(&mostra(&bo, id).await).0 == "ESEGUITO" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("il tracciato dopo non finisce");
}

/// Of a node that is dead: its lease must end first.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn di_un_nodo_caduto_si_aspetta_la_presa(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = senza_lavori(backend).await;
    let bo = app.backoffice();
    let store = app.engine().store();
    let id = inviato(&bo, &format!("{DOMINIO}?stampaAvvisi=false"), 500).await;
    assert!(un_passo(&app).await);
    let lunga = store.prendi_tracciato("altro", Duration::from_secs(60)).await.unwrap().unwrap();
    let t = annulla(&bo, id).await;
    assert_eq!((conti(&t).0, t.get("descrizioneStato")), ("IN_ELABORAZIONE", None));
    // Were it alive, it could neither write nor keep the lease.
    let mut s = store::Scrittura::nuova();
    lunga.rinnova(&mut s);
    assert_eq!(store.commit(s).await, Err(store::StoreError::Conflitto));
    let mut s = store::Scrittura::nuova();
    lunga.lascia(&mut s);
    store.commit(s).await.unwrap();
    // The job of whichever node ends it.
    assert!(un_passo(&app).await);
    let t = mostra(&bo, id).await;
    assert_eq!(conti(&t).0, "ESEGUITO_CON_ERRORI");
    tutto_torna(&app, &bo, &t).await;
    // One whose lease ends meanwhile is ended by the answer.
    let id = inviato(&bo, &format!("{DOMINIO}?stampaAvvisi=false"), 1).await;
    store.prendi_tracciato("altro", Duration::from_secs(1)).await.unwrap().unwrap();
    assert_eq!(conti(&annulla(&bo, id).await).0, "SCARTATO");
}

/// The outcome of a JSON file has both lists, however far it had come.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_esito_di_un_json_a_meta_e_intero(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = senza_lavori(backend).await;
    let bo = app.backoffice();
    let inserimenti: Vec<Value> = (1..=500).map(|n| voce(&format!("P{n}"))).collect();
    let corpo = json!({
        "idTracciato": "T", "idDominio": DOMINIO, "inserimenti": inserimenti,
        "annullamenti": [{"idA2A": "GESTIONALE", "idPendenza": "P1", "motivoAnnullamento": "no"}]
    });
    let inviato = bo.post(&format!("{T}?stampaAvvisi=false"), &corpo).await.con_stato(201).json();
    assert!(un_passo(&app).await);
    let t = annulla(&bo, inviato["id"].as_i64().unwrap()).await;
    let (_, [totali, fatte, _], _) = conti(&t);
    assert!(totali == 501 && (1..500).contains(&fatte), "{t}");
    let e = esito(&bo, &t).await.con_stato(200).json();
    assert_eq!(e["inserimenti"].as_array().map(Vec::len), usize::try_from(fatte).ok());
    assert_eq!(e["annullamenti"], json!([]));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_non_puo_non_annulla(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = senza_lavori(backend).await;
    let bo = app.backoffice();
    let id = inviato(&bo, DOMINIO, 1).await;
    let percorso = format!("{T}/{id}");
    let operatore = |nome: &'static str, domini: Value, tipi: Value, diritti: Value| {
        let (bo, app) = (&bo, &app);
        async move {
            let corpo = json!({
                "ragioneSociale": nome, "domini": domini, "tipiPendenza": tipi, "abilitato": true,
                "acl": [{"servizio": "Pendenze", "autorizzazioni": diritti}], "password": "Password-1-lunga"
            });
            bo.put(&format!("/operatori/{nome}"), &corpo).await.con_stato(201);
            app.cliente(testkit::BACKOFFICE).come(nome, "Password-1-lunga")
        }
    };
    let lettore = operatore("lettore", json!([DOMINIO]), json!(["*"]), json!(["R"])).await;
    let altrove = operatore("altrove", json!([]), json!(["*"]), json!(["R", "W"])).await;
    for c in [&lettore, &altrove] {
        assert_eq!(c.patch(&percorso, &fine()).await.errore().0, 403);
    }
    assert_eq!(bo.anonimo().patch(&percorso, &fine()).await.stato(), 401);
    assert_eq!(bo.patch(&format!("{T}/999999"), &fine()).await.errore().0, 404);
    assert_eq!(bo.patch(&format!("{T}/x"), &fine()).await.errore().0, 400);
    let op = |op: &str, path: &str, value: Value| json!([{ "op": op, "path": path, "value": value }]);
    for (corpo, testo) in [
        (op("ADD", "/stato", json!("ANNULLATO")), "Op 'ADD' non valido per il path '/stato'"),
        (op("REPLACE", "/nomeFile", json!("x")), "Il campo path non e' valido."),
        (
            op("REPLACE", "/stato", json!("ESEGUITO")),
            "Il campo value indicato per il path '/stato' non e' valido.",
        ),
        (op("REPLACE", "/stato", Value::Null), "Il campo value non e' valido per il path indicato."),
    ] {
        let r = bo.patch(&percorso, &corpo).await.errore();
        assert_eq!(r, (400, "SINTASSI".to_owned(), testo.to_owned()));
    }
    assert_eq!(conti(&mostra(&bo, id).await).0, "IN_ATTESA");
    // Who may write on the dominio may, whoever had sent it; one that has ended by itself has ended.
    let suo = operatore("suo", json!([DOMINIO]), json!(["*"]), json!(["R", "W"])).await;
    let t = suo.patch(&percorso, &fine()).await.con_stato(200).json();
    assert_eq!(t["descrizioneStato"], "Tracciato annullato da suo: nessuna operazione elaborata.");
    let id = inviato(&bo, &format!("{DOMINIO}?stampaAvvisi=false"), 1).await;
    while un_passo(&app).await {}
    let r = bo.patch(&format!("{T}/{id}"), &fine()).await.errore();
    let testo = "Non e' consentito annullare un tracciato in stato ESEGUITO";
    assert_eq!(r, (400, "SINTASSI".to_owned(), testo.to_owned()));
}
