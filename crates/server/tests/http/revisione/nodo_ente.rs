//! What the ente does with its connections.

use crate::nodo::*;
use engine::ente::{EsitoVerifica, Ricerca};
use engine::porte::{ChiamataEnte, Ente, EnteNonRaggiunto, Porte, RispostaEnte, TracciaEnte};
use pagopa::ccp::Versione;
use rstest::rstest;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use testkit::{Anagrafica, Backend, Copione, StubEnte};

/// A 200 whose body is cut, or too long, counted as a failure: the ente had the notification and got
/// it again for ever.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn di_una_notifica_conta_solo_lo_stato(
    #[values(
        Copione::Spazzatura(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"ok\":".to_vec()),
        Copione::Grezzo(200, "text/plain", vec![b'x'; 6 << 20])
    )]
    risposta: Copione,
) {
    let (app, ente) = (pronta(Backend::Lite).await, StubEnte::nuovo().await);
    ente.prossime([risposta]);
    ente.sempre(Copione::Stato(500));
    let n = carica_una(&app, 1).await;
    let dati = attivata(&app, Versione::V2, &n).await;
    Anagrafica::standard().ente(ente.url(), "REST v2").crea(&app).await;
    accettata(&app, &ricevuta(Versione::V2, &dati, &n, "R1")).await;
    let riga = finche("la notifica e' tentata", async || {
        let righe = app.backoffice().get("/notifiche").await.con_stato(200).json();
        let riga = righe["risultati"][0].clone();
        (riga["stato"] != json!("DA_SPEDIRE") || riga["numeroTentativi"] != json!(0)).then_some(riga)
    })
    .await;
    assert_eq!(riga["stato"], "SPEDITA", "{riga}");
    app.orologio().avanza(Duration::from_secs(3600));
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(ente.ricevute().len(), 1);
}

/// An ente that breaks us once.
struct Guasto(AtomicUsize);

#[async_trait::async_trait]
impl Ente for Guasto {
    async fn chiama(
        &self,
        _: &domain::anagrafica::Applicazione,
        _: &ChiamataEnte,
    ) -> (Result<RispostaEnte, EnteNonRaggiunto>, TracciaEnte) {
        assert!(self.0.fetch_add(1, Ordering::SeqCst) > 0, "una volta sola");
        let risposta = RispostaEnte { stato: 200, corpo: br#"{"stato":"SCONOSCIUTA"}"#.to_vec() };
        (Ok(risposta), TracciaEnte::default())
    }
}

/// A verification that broke stayed in place of all the later ones of that notice.
#[tokio::test(flavor = "multi_thread")]
async fn una_verifica_interrotta_non_resta() {
    let app = pronta(Backend::Lite).await;
    Anagrafica::standard().ente("http://127.0.0.1:9", "REST v1").crea(&app).await;
    let e = app.engine();
    let porte = Porte { ente: Arc::new(Guasto(AtomicUsize::new(0))), ..e.porte().clone() };
    let e = engine::Engine::nuovo(
        e.store().clone(),
        Arc::new(app.orologio().clone()),
        porte,
        e.impostazioni().clone(),
    );
    let applicazione = e.registro().applicazione("GESTIONALE").await.unwrap().unwrap();
    let cosa = Ricerca {
        dominio: domain::IdDominio::fidato(DOMINIO),
        iuv: domain::Iuv::fidato("01000000090000012"),
        numero_avviso: None,
        chiave: None,
    };
    let prima = e.verifica_presso_ente(&applicazione, cosa.clone(), "t1").await;
    assert!(matches!(prima, EsitoVerifica::Errore { .. }), "{prima:?}");
    let dopo = e.verifica_presso_ente(&applicazione, cosa, "t2").await;
    assert!(matches!(dopo, EsitoVerifica::Sconosciuta { .. }), "{dopo:?}");
}
