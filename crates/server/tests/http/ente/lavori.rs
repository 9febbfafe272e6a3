//! Jobs and leases (spec 60 4.3 and 1.8).

use super::scena::{Campanello, attiva, finche, prepara, tutte};
use rstest::rstest;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use testkit::{Backend, StubEnte, TestApp};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_notifiche_di_un_nodo_morto_le_finisce_un_altro(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let mut app = TestApp::con(backend, |c| c.worker.notifiche = false).await;
    let ente = StubEnte::nuovo().await;
    let p = prepara(&app, &ente.url(), "REST v1").await;
    attiva(&app, &p, Campanello::Tace).await;
    // A node takes it and dies.
    let presa = app
        .engine()
        .store()
        .prendi_notifiche("GESTIONALE", "morto/1", Duration::from_secs(2), 10, app.engine().adesso())
        .await
        .unwrap();
    assert_eq!(presa.len(), 1);
    let ancora = app
        .engine()
        .store()
        .prendi_notifiche("GESTIONALE", "vivo/1", Duration::from_secs(2), 10, app.engine().adesso())
        .await
        .unwrap();
    assert!(ancora.is_empty(), "una presa vale per uno solo");
    app.configurazione_mut().worker.notifiche = true;
    app.riavvia().await;
    ente.attendi(1).await;
    tutte(&app, "SPEDITA", 1).await;
    assert_eq!(ente.ricevute().len(), 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_lavoro_corre_una_volta_per_scatto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let stato = async || {
        let l = app.engine().store().lavori().await.unwrap();
        l.into_iter().find(|l| l.nome == "chiusuraRptScadute" && l.nodo.is_none() && l.ultimo_esito.is_some())
    };
    let primo = finche("il lavoro corre all'avvio", stato).await;
    assert_eq!(primo.ultimo_esito.as_deref(), Some("OK"));
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(stato().await.unwrap().inizio, primo.inizio, "non due volte per lo stesso scatto");
    app.orologio().avanza(Duration::from_secs(30 * 60));
    finche("il lavoro corre allo scatto dopo", async || stato().await.filter(|s| s.inizio != primo.inizio))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn due_nodi_consegnano_ogni_notifica_una_volta_e_corrono_ogni_lavoro_una_volta() {
    let app = TestApp::con(Backend::Pg, |c| c.worker.notifiche = false).await;
    let ente = StubEnte::nuovo().await;
    let p = prepara(&app, &ente.url(), "REST v1").await;
    for _ in 0..120 {
        attiva(&app, &p, Campanello::Tace).await;
    }
    let gettone = async || -> i64 {
        let g = app
            .engine()
            .store()
            .leggi_una("select gettone from lavori where nome = 'chiusuraRptScadute'", vec![])
            .await;
        g.unwrap().unwrap_or(0)
    };
    let prima =
        finche("il primo nodo ha fatto il suo scatto", async || Some(gettone().await).filter(|g| *g > 0))
            .await;
    let mut c = app.configurazione().clone();
    c.worker.notifiche = true;
    let accendi =
        async || server::avvia(&c, Arc::new(app.orologio().clone()), server::Uso::Servizio).await.unwrap();
    let (uno, due) = tokio::join!(accendi(), accendi());
    let arrivate = ente.attendi(120).await;
    finche("tutte consegnate", async || {
        let r = app.backoffice().get("/notifiche?stato=SPEDITA&risultatiPerPagina=0").await.json();
        (r["numRisultati"] == 120).then_some(())
    })
    .await;
    let chiavi: HashSet<_> =
        arrivate.iter().map(|r| r.intestazione("idempotency-key").unwrap().to_owned()).collect();
    assert_eq!((chiavi.len(), ente.ricevute().len()), (120, 120), "ognuna una volta");
    assert_eq!(gettone().await, prima, "lo stesso scatto non corre due volte");
    app.orologio().avanza(Duration::from_secs(30 * 60));
    finche("lo scatto dopo", async || (gettone().await > prima).then_some(())).await;
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(gettone().await, prima + 1, "tre nodi, una corsa");
    uno.ferma().await;
    due.ferma().await;
}
