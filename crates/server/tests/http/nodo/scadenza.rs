//! Attempts whose receipt does not come (spec 40 9.1, Done when 15).

use super::*;
use rstest::rstest;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_tentativo_vecchio_si_chiude(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let vecchio = carica_una(&app, 1).await;
    attivata(&app, Versione::V1, &vecchio).await;
    let dati = attivata(&app, Versione::V2, &vecchio).await;
    let pagato = carica_una(&app, 2).await;
    let d = attivata(&app, Versione::V2, &pagato).await;
    accettata(&app, &ricevuta(Versione::V2, &d, &pagato, "R2")).await;
    app.orologio().avanza(Duration::from_secs(29 * 60));
    let nuovo = carica_una(&app, 3).await;
    attivata(&app, Versione::V1, &nuovo).await;
    assert_eq!(app.engine().chiudi_tentativi_scaduti(1000).await.unwrap(), 0);
    app.orologio().avanza(Duration::from_secs(2 * 60));
    assert_eq!(app.engine().chiudi_tentativi_scaduti(1000).await.unwrap(), 1);
    assert_eq!(app.engine().chiudi_tentativi_scaduti(1000).await.unwrap(), 0, "due volte e' come una");
    let d = dettaglio(&app, "P1").await;
    assert_eq!(stati(&d), ["RPT_ANNULLATA", "RPT_SCADUTA"]);
    assert_eq!(d["rpp"][1]["dettaglioStato"], "Tentativo di pagamento scaduto dopo timeout di 30 minuti.");
    assert_eq!(stati(&dettaglio(&app, "P2").await), ["RT_ACCETTATA_PA"]);
    assert_eq!(stati(&dettaglio(&app, "P3").await), ["RPT_ACCETTATA_NODO"]);
    // A later receipt is still accepted.
    accettata(&app, &ricevuta(Versione::V2, &dati, &vecchio, "R1")).await;
    let d = dettaglio(&app, "P1").await;
    assert_eq!(
        (d["stato"].as_str(), stati(&d)),
        (Some("ESEGUITA"), vec!["RPT_ANNULLATA", "RT_ACCETTATA_PA"])
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn molti_si_chiudono_a_blocchi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| c.pagopa.minuti_chiusura_tentativi = 5).await;
    Anagrafica::standard().crea(&app).await;
    for i in 0..230 {
        let n = carica_una(&app, i).await;
        attivata(&app, Versione::V2, &n).await;
    }
    app.orologio().avanza(Duration::from_secs(6 * 60));
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(app.engine().chiudi_tentativi_scaduti(10).await.unwrap(), 10);
    let prima = app.conteggi();
    assert_eq!(app.engine().chiudi_tentativi_scaduti(10_000).await.unwrap(), 220);
    let fatto = app.conteggi().da(prima);
    assert!(fatto.commit <= 3 && fatto.istruzioni == 440, "{fatto:?}");
    let d = dettaglio(&app, "P229").await;
    assert_eq!(d["rpp"][0]["dettaglioStato"], "Tentativo di pagamento scaduto dopo timeout di 5 minuti.");
    let tutti: Option<i64> = app
        .engine()
        .store()
        .leggi_una("select count(*) from tentativi where stato = 'RPT_SCADUTA'", vec![])
        .await
        .unwrap();
    assert_eq!(tutti, Some(230));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_chiusura_non_tocca_cio_che_accade_intanto(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let mut compiti = Vec::new();
    for i in 0..10 {
        let n = carica_una(&app, i).await;
        let dati = attivata(&app, Versione::V2, &n).await;
        compiti.push((app.nodo(), ricevuta(Versione::V2, &dati, &n, &format!("R{i}"))));
    }
    app.orologio().avanza(Duration::from_secs(3600));
    let ricevute: Vec<_> = compiti
        .into_iter()
        .map(|(nodo, r)| tokio::spawn(async move { manda(&nodo, &Richiesta::Ricevuta(Box::new(r))).await }))
        .collect();
    for _ in 0..5 {
        app.engine().chiudi_tentativi_scaduti(1000).await.unwrap();
    }
    for r in ricevute {
        assert_eq!(r.await.unwrap(), DelNodo::RicevutaAccettata(Versione::V2));
    }
    for i in 0..10 {
        let d = dettaglio(&app, &format!("P{i}")).await;
        assert_eq!((d["stato"].as_str(), stati(&d)), (Some("ESEGUITA"), vec!["RT_ACCETTATA_PA"]));
    }
}
