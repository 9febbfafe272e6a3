//! Each kind of credentials reaches the ente (spec 60 Done when 7), and no secret is kept.

use super::scena::{Campanello, NAV, attiva, carica, eventi, finche};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Anagrafica, Backend, ServizioIntegrazione, StubEnte, TestApp};

const SEGRETO: &str = "un-segreto-da-non-mostrare";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_autenticazione_arriva_e_nessun_segreto_resta(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    let basic = format!(
        "Basic {}",
        base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("ente:{SEGRETO}"))
    );
    let casi: Vec<(Option<Value>, Vec<(&str, &str)>, Option<&str>)> = vec![
        (None, vec![], None),
        (
            Some(json!({ "username": "ente", "password": SEGRETO })),
            vec![("authorization", &basic)],
            Some("ente"),
        ),
        (
            Some(json!({ "headerName": "X-Ente", "headerValue": SEGRETO })),
            vec![("x-ente", SEGRETO)],
            Some("X-Ente ***"),
        ),
        (
            Some(json!({ "apiId": "identificativo", "apiKey": SEGRETO })),
            vec![("x-app-id", "identificativo"), ("x-api-key", SEGRETO)],
            Some("identificativo"),
        ),
    ];
    let tutte = ["authorization", "x-ente", "x-app-id", "x-api-key", "ocp-apim-subscription-key"];
    for (i, (auth, attese, principal)) in casi.into_iter().enumerate() {
        let ente = StubEnte::nuovo().await;
        let integrazione = ServizioIntegrazione { url: ente.url(), versione: "REST v1", auth: auth.clone() };
        Anagrafica { integrazione: Some(integrazione), ..Anagrafica::standard() }.crea(&app).await;
        let avviso = format!("30100000000123{:04}", 4519 + i * 101);
        let p = carica(&app, &format!("P{i}"), &avviso).await;
        attiva(&app, &p, Campanello::Suona).await;
        let r = &ente.attendi(1).await[0];
        for nome in tutte {
            let atteso = attese.iter().find(|(n, _)| *n == nome).map(|(_, v)| *v);
            assert_eq!(r.intestazione(nome), atteso, "{auth:?} {nome}");
        }
        let query = format!("tipoEvento=notifyPagamento&iuv={}", p.iuv);
        let e = finche("l'evento si legge", async || eventi(&app, &query).await.into_iter().next()).await;
        assert_eq!(e["parametriRichiesta"].get("principal").and_then(Value::as_str), principal, "{auth:?}");
        assert!(!e.to_string().contains(SEGRETO) && !e.to_string().contains(&basic), "{e}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_indirizzo_di_metadati_non_si_chiama(#[values(Backend::Lite)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().ente("http://169.254.169.254/latest", "REST v1").crea(&app).await;
    let p = carica(&app, "P1", NAV).await;
    attiva(&app, &p, Campanello::Suona).await;
    let e = finche("l'evento si legge", async || {
        eventi(&app, "tipoEvento=notifyPagamento").await.into_iter().next()
    })
    .await;
    assert_eq!(e["dettaglioEsito"], "Indirizzo non ammesso per un connettore: 169.254.169.254");
    assert_eq!((&e["esito"], &e["sottotipoEsito"]), (&json!("FAIL"), &json!("500")));
}
