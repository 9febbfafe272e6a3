//! A change of master data is effective for the next request (spec 10 3.5), on other nodes too.

use super::{con, salva};
use engine::Registro;
use rstest::rstest;
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::{Anagrafica, BACKOFFICE, Backend, TestApp};

const P: &str = "/applicazioni/NODO-2";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_cambio_vale_dalla_richiesta_dopo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let acl = json!([{"servizio": "Anagrafica PagoPA", "autorizzazioni": ["R"]}]);
    let corpo = json!({"principal": "x", "password": "Prima1234", "acl": acl});
    let i = "/intermediari/11111111113";
    let c = app.cliente(BACKOFFICE).come("x", "Prima1234");
    assert_eq!(c.get(i).await.stato(), 401, "un principal sconosciuto");
    salva(&bo, P, &corpo, 201).await;
    assert_eq!(c.get(i).await.stato(), 200);
    assert_eq!(c.come("x", "Sbagliata1").get(i).await.stato(), 401);
    // Without the right.
    salva(&bo, P, &con(&corpo, &json!({"acl": []})), 200).await;
    assert_eq!(c.get(i).await.stato(), 403);
    // Switched off: it authenticates, and is refused by name.
    salva(&bo, P, &con(&corpo, &json!({"abilitato": false})), 200).await;
    assert_eq!(c.get(i).await.errore(), (403, "403000".into(), "Applicazione [NODO-2] disabilitata.".into()));
    // Another password.
    salva(&bo, P, &con(&corpo, &json!({"password": "Seconda1234"})), 200).await;
    assert_eq!(c.get(i).await.stato(), 401);
    assert_eq!(c.come("x", "Seconda1234").get(i).await.stato(), 200);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_altro_nodo_se_ne_accorge_entro_due_secondi() {
    let app = TestApp::nuova(Backend::Pg).await;
    Anagrafica::standard().crea(&app).await;
    // The register of a second node on the same database.
    let store = server::avvio::apri_store(app.configurazione(), None).await.expect("il secondo nodo");
    let registro = Arc::new(Registro::nuovo(store.clone()));
    registro.scruta().await.expect("il primo scrutinio");
    let fine = tokio_util::sync::CancellationToken::new();
    let sorveglia = tokio::spawn(Arc::clone(&registro).sorveglia(fine.clone()));
    let nome = async || {
        let scheda = registro.dominio("12345678901").await.expect("si legge").expect("esiste");
        scheda.dominio.ragione_sociale.clone()
    };
    assert_eq!(nome().await, "Ente Creditore di prova");
    assert!(registro.applicazione("NODO-2").await.expect("si legge").is_none());
    let letture = store.conteggi();
    assert_eq!(nome().await, "Ente Creditore di prova");
    assert!(store.conteggi().da(letture).letture <= 1, "dalla memoria, tranne lo scrutinio");
    let mut d = json!({
        "ragioneSociale": "Cambiato", "stazione": "11111111113_01", "auxDigit": "3", "segregationCode": "01",
        "abilitato": true, "scaricaFr": true
    });
    salva(&app.backoffice(), "/domini/12345678901", &d, 200).await;
    salva(&app.backoffice(), P, &json!({"principal": "x"}), 201).await;
    let inizio = Instant::now();
    while nome().await != "Cambiato" || registro.applicazione("NODO-2").await.expect("si legge").is_none() {
        assert!(inizio.elapsed() < Duration::from_secs(2), "dopo due secondi non si vede");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Loads that cross a change are never kept.
    for n in 0..20 {
        d["ragioneSociale"] = json!(format!("Nome {n}"));
        let bo = app.backoffice();
        let (_, r) =
            tokio::join!(app.engine().registro().dominio("12345678901"), bo.put("/domini/12345678901", &d));
        assert_eq!(r.stato(), 200);
        let letto = app.engine().registro().dominio("12345678901").await.expect("si legge").expect("esiste");
        assert_eq!(letto.dominio.ragione_sociale, format!("Nome {n}"));
    }
    fine.cancel();
    sorveglia.await.expect("finisce");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_avviso_sconosciuto_ha_il_primo_proprietario_che_puo(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    let a = Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let con_pattern = |p: &str, r: &str, altro: serde_json::Value| {
        let codifica = json!({"regExpIuv": r, "generazioneIuvInterna": false});
        con(&json!({"principal": p, "codificaAvvisi": codifica}), &altro)
    };
    let di_chi = async |iuv: &str| {
        let trovata = app.engine().registro().candidata(&a.dominio, iuv).await.expect("si legge");
        trovata.map(|a| a.id.to_string())
    };
    assert_eq!(di_chi("77123").await, None);
    salva(
        &bo,
        "/applicazioni/A-SPENTA",
        &con_pattern("p1", "77.*", json!({"domini": ["*"], "abilitato": false})),
        201,
    )
    .await;
    salva(&bo, "/applicazioni/B-ALTROVE", &con_pattern("p2", "77.*", json!({})), 201).await;
    salva(&bo, "/applicazioni/D-TUTTI", &con_pattern("p4", "77.*", json!({"domini": ["*"]})), 201).await;
    assert_eq!(di_chi("77123").await.as_deref(), Some("D-TUTTI"));
    let ec = json!([{"idDominio": a.dominio, "unitaOperative": ["EC"]}]);
    salva(&bo, "/applicazioni/C-PARTE", &con_pattern("p3", "77[0-9]{3}", json!({"domini": ec})), 201).await;
    assert_eq!(di_chi("77123").await.as_deref(), Some("C-PARTE"));
    // The whole IUV must match.
    assert_eq!(di_chi("771234").await.as_deref(), Some("D-TUTTI"));
    assert_eq!(di_chi("177123").await, None);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn due_nodi_che_creano_insieme_creano_una_volta() {
    let app = TestApp::nuova(Backend::Pg).await;
    let orologio = Arc::new(app.orologio().clone());
    let secondo = server::avvia(app.configurazione(), orologio, server::Uso::Servizio).await.expect("parte");
    let nodi = [app.url(), secondo.url()];
    let http = reqwest::Client::builder().no_proxy().build().expect("un client");
    let insieme: Vec<_> = (0..64_usize)
        .map(|n| {
            let richiesta = http
                .put(format!("{}{BACKOFFICE}{P}", nodi[n % 2]))
                .basic_auth(testkit::AMMINISTRATORE.0, Some(testkit::AMMINISTRATORE.1))
                .header("Content-Type", "application/json")
                .body(json!({"principal": "x"}).to_string());
            tokio::spawn(async move { richiesta.send().await.expect("una risposta").status().as_u16() })
        })
        .collect();
    let mut stati = Vec::new();
    for i in insieme {
        stati.push(i.await.expect("la risposta"));
    }
    assert_eq!(stati.iter().filter(|s| **s == 201).count(), 1, "{stati:?}");
    assert_eq!(stati.iter().filter(|s| **s == 200).count(), 63, "{stati:?}");
    secondo.ferma().await;
}
