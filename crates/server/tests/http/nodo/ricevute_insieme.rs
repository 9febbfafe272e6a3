//! Many at once: copies of one receipt, receipts and activations, two nodes (spec 40 section 14, 5).

use super::*;
use engine::Engine;
use engine::nodo::ChiamanteNodo;
use rstest::rstest;
use testkit::{Copione, StubEnte};

async fn prepara(backend: Backend) -> (TestApp, StubEnte) {
    let app = TestApp::nuova(backend).await;
    let ente = StubEnte::nuovo().await;
    ente.sempre(Copione::Stato(200));
    Anagrafica::standard().ente(ente.url(), "REST v2").crea(&app).await;
    (app, ente)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn venti_copie_insieme(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = prepara(backend).await;
    let n = nav(1);
    carica(&app, "P1", &corpo(&n, &[voce("V1", 40.0), voce("V2", 5.01)])).await;
    let dati = attivata(&app, Versione::V2, &n).await;
    let r = Richiesta::Ricevuta(Box::new(ricevuta(Versione::V2, &dati, &n, "R1")));
    let compiti: Vec<_> = (0..20)
        .map(|_| {
            let (nodo, r) = (app.nodo(), r.clone());
            tokio::spawn(async move { manda(&nodo, &r).await })
        })
        .collect();
    let mut accettate = 0;
    for c in compiti {
        match c.await.unwrap() {
            DelNodo::RicevutaAccettata(_) => accettate += 1,
            altra => assert_eq!(ko(altra).0, "PAA_RECEIPT_DUPLICATA"),
        }
    }
    assert_eq!(accettate, 1);
    una_volta_sola(&app, &ente, &n, 2).await;
}

/// One attempt with a receipt, one riscossione per transfer, one notification.
async fn una_volta_sola(app: &TestApp, ente: &StubEnte, n: &str, voci: usize) {
    let d = dettaglio(app, "P1").await;
    assert_eq!((d["stato"].as_str(), stati(&d)), (Some("ESEGUITA"), vec!["RT_ACCETTATA_PA"]));
    let p = app.engine().store().pendenza_per_iuv(DOMINIO, iuv(n)).await.unwrap().unwrap();
    assert_eq!(app.engine().store().riscossioni_di(p.id).await.unwrap().len(), voci);
    let righe = app.backoffice().get("/notifiche").await.con_stato(200).json();
    assert_eq!(righe["risultati"].as_array().unwrap().len(), 1, "{righe}");
    ente.attendi(1).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(ente.ricevute().len(), 1);
    assert_eq!(ente.ricevute()[0].percorso, format!("/ricevute/{DOMINIO}/{}/R1", iuv(n)));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn venti_copie_su_due_nodi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = prepara(backend).await;
    let n = carica_una(&app, 1).await;
    let dati = attivata(&app, Versione::V2, &n).await;
    let invio = ricevuta(Versione::V2, &dati, &n, "R1");
    let xml = invio.xml();
    let r = Richiesta::Ricevuta(Box::new(invio));
    let uno = app.engine().clone();
    // Its own locks: only what the database guards can help.
    let altro_store = store::Store::apri(impostazioni(&app)).await.unwrap();
    let due = Engine::nuovo(
        altro_store,
        std::sync::Arc::new(app.orologio().clone()),
        uno.porte().clone(),
        uno.impostazioni().clone(),
    );
    let chi = ChiamanteNodo { principal: Some("nodo".to_owned()), ..Default::default() };
    let compiti: Vec<_> = (0..20)
        .map(|i| {
            let e = if i % 2 == 0 { uno.clone() } else { due.clone() };
            let (chi, r, xml) = (chi.clone(), r.clone(), xml.clone());
            tokio::spawn(
                async move { e.servi_nodo(&chi, &r, &xml, "t").await.fault.map(|f| f.codice.codice()) },
            )
        })
        .collect();
    let mut esiti = Vec::new();
    for c in compiti {
        esiti.push(c.await.unwrap());
    }
    assert_eq!(esiti.iter().filter(|e| e.is_none()).count(), 1, "{esiti:?}");
    assert_eq!(esiti.iter().filter(|e| **e == Some("PAA_RECEIPT_DUPLICATA")).count(), 19, "{esiti:?}");
    una_volta_sola(&app, &ente, &n, 1).await;
    due.store().chiudi().await;
}

/// How to open the same database once more.
fn impostazioni(app: &TestApp) -> store::Impostazioni {
    let mut imp = store::Impostazioni::nuove(app.configurazione().database_url.clone());
    imp.chiave = Some(store::ChiaveCifratura::da_byte(&[7; 32]).unwrap());
    imp
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ricevute_diverse_e_attivazioni_si_incrociano(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let (app, _ente) = prepara(backend).await;
    let n = carica_una(&app, 1).await;
    let dati = attivata(&app, Versione::V2, &n).await;
    let mut compiti = Vec::new();
    for i in 0..10 {
        let (nodo, r) = (app.nodo(), ricevuta(VERSIONI[i % 2], &dati, &n, &format!("R{i}")));
        compiti.push(tokio::spawn(async move {
            let esito = manda(&nodo, &Richiesta::Ricevuta(Box::new(r))).await;
            assert!(matches!(esito, DelNodo::RicevutaAccettata(_)), "{esito:?}");
        }));
        let (nodo, r) = (app.nodo(), attiva(Versione::V2, &n));
        compiti.push(tokio::spawn(async move {
            // Paid meanwhile, or not yet.
            match manda(&nodo, &r).await {
                DelNodo::Attiva(..) => {}
                altro => assert_eq!(ko(altro).0, "PAA_PAGAMENTO_DUPLICATO"),
            }
        }));
    }
    for c in compiti {
        c.await.unwrap();
    }
    let p = app.engine().store().pendenza_per_iuv(DOMINIO, iuv(&n)).await.unwrap().unwrap();
    let riscosse = app.engine().store().riscossioni_di(p.id).await.unwrap();
    assert_eq!(riscosse.len(), 10, "ogni ricevuta e' un pagamento");
    let d = dettaglio(&app, "P1").await;
    assert_eq!(d["stato"], "ANOMALA");
    assert_eq!(stati(&d).iter().filter(|s| **s == "RT_ACCETTATA_PA").count(), 10);
    assert!(stati(&d).iter().filter(|s| **s == "RPT_ACCETTATA_NODO").count() <= 1);
}
