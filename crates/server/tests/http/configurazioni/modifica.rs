use super::{CONFIGURAZIONI, SEZIONI, imposta, leggi, op, operatore, piena, sintassi};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Backend, Cliente, TestApp};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_patch_cambia_solo_la_sua_sezione(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let mut attesa = leggi(&bo).await;
    let nuova = piena();
    for (sezione, o) in SEZIONI.iter().zip(["REPLACE", "ADD", "DELETE"].iter().cycle()) {
        attesa[*sezione] = nuova[*sezione].clone();
        let corpo = json!([op(o, &format!("/{sezione}"), &nuova[*sezione])]).to_string();
        let tipo = if *o == "ADD" { "application/json-patch+json" } else { "application/json" };
        let r = bo.grezzo(http::Method::PATCH, CONFIGURAZIONI, tipo, corpo).await.con_stato(200);
        assert_eq!(r.json(), attesa, "{sezione}");
        assert_eq!(leggi(&bo).await, attesa);
    }
    assert_eq!(attesa, nuova);
    // In order: of two values for a section the last stays; nothing to do is fine.
    let io = |ttl: i64| json!({"abilitato": false, "timeToLive": ttl});
    let corpo = json!([op("ADD", "/appIOBatch", &io(1)), op("ADD", "/appIOBatch", &io(2))]);
    attesa["appIOBatch"] = io(2);
    assert_eq!(bo.patch(CONFIGURAZIONI, &corpo).await.con_stato(200).json(), attesa);
    assert_eq!(bo.patch(CONFIGURAZIONI, &json!([])).await.con_stato(200).json(), attesa);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_patch_e_tutta_o_niente(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let prima = leggi(&bo).await;
    let spento = json!({"abilitato": false});
    let buona = op("REPLACE", "/servizioGDE", &json!({"abilitato": true, "url": "https://gde.example"}));
    for (o, testo) in [
        (op("REPLACE", "/nessuna", &spento), "Path '/nessuna' non valido"),
        (op("REPLACE", "hardening", &spento), "Path 'hardening' non valido"),
        (op("REPLACE", "/hardening/captcha", &spento), "Path '/hardening/captcha' non valido"),
        (op("replace", "/hardening", &spento), "Il campo op non e' valido."),
        (json!({"path": "/hardening", "value": spento}), "Il campo op non deve essere vuoto."),
        (json!({"op": "ADD", "value": spento}), "Il campo path non deve essere vuoto."),
        (json!({"op": "ADD", "path": "/hardening"}), "Value non valido per il path '/hardening'"),
        (op("ADD", "/hardening", &Value::Null), "Value non valido per il path '/hardening'"),
        (op("ADD", "/hardening", &json!("x")), "Value non valido per il path '/hardening'"),
        (op("ADD", "/hardening", &json!([])), "Value non valido per il path '/hardening'"),
        (
            op("ADD", "/hardening", &json!({})),
            "Field 'hardening' non valido: Il campo abilitato non deve essere vuoto.",
        ),
        (
            op("ADD", "/appIOBatch", &json!({"abilitato": true})),
            "Field 'appIOBatch' non valido: Il campo url non deve essere vuoto.",
        ),
        (
            op("ADD", "/hardening", &json!({"abilitato": true, "x": 1})),
            "Unrecognized field \"x\" (2 known properties: \"abilitato\", \"captcha\") (through reference chain: [\"hardening\"]->[\"x\"])",
        ),
    ] {
        let r = bo.patch(CONFIGURAZIONI, &json!([buona, o])).await;
        assert_eq!(r.errore(), sintassi(testo), "{o}");
    }
    for corpo in [json!({}), json!(["x"]), json!([{"op": "ADD", "path": "/hardening", "valore": 1}])] {
        let (stato, codice, _) = bo.patch(CONFIGURAZIONI, &corpo).await.errore();
        assert_eq!((stato, codice.as_str()), (400, "SINTASSI"), "{corpo}");
    }
    assert_eq!(leggi(&bo).await, prima);
}

/// The audit events of the configurazioni, oldest first, with their payload.
async fn storia(bo: &Cliente) -> Vec<(Value, Value)> {
    let q = "/eventi?tipoEvento=modificaAnagrafica&sottotipoEvento=Configurazione&messaggi=true";
    let v = bo.get(q).await.con_stato(200).json();
    let mut eventi = v["risultati"].as_array().unwrap().clone();
    eventi.reverse();
    eventi
        .into_iter()
        .map(|e| {
            let b = BASE64_STANDARD.decode(e["parametriRichiesta"]["payload"].as_str().unwrap()).unwrap();
            (e, serde_json::from_slice(&b).unwrap())
        })
        .collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_cambio_lascia_il_suo_evento(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let installata = leggi(&bo).await;
    assert_eq!(storia(&bo).await, vec![]);
    let mario = operatore(&app, "mario", &["R", "W"]).await;
    let mut spenta = installata["hardening"].clone();
    spenta["captcha"]["secretKey"] = json!("riconoscibile-captcha");
    let corpo = json!([
        op("REPLACE", "/hardening", &spenta),
        op("REPLACE", "/mailBatch", &json!({"abilitato": false}))
    ]);
    let r = mario.patch(CONFIGURAZIONI, &corpo).await.con_stato(200);
    let eventi = storia(&bo).await;
    let [(e, p)] = eventi.as_slice() else { panic!("{eventi:?}") };
    assert_eq!(
        (&e["transactionId"], &e["dettaglioEsito"], &e["categoriaEvento"]),
        (
            &json!(r.transazione()),
            &json!("Modifica di Configurazione [hardening, mailBatch]"),
            &json!("UTENTE")
        )
    );
    assert_eq!(
        (&e["parametriRichiesta"]["principal"], &e["parametriRichiesta"]["utente"]),
        (&json!("mario"), &json!("Mario Rossi"))
    );
    let mut velata = installata["hardening"].clone();
    velata["captcha"]["secretKey"] = json!("***");
    assert_eq!(
        *p,
        json!({
            "operazione": "MODIFICA", "tipo": "Configurazione", "chiave": "hardening, mailBatch",
            "prima": {"hardening": velata, "mailBatch": installata["mailBatch"]},
            "dopo": {"hardening": velata, "mailBatch": {"abilitato": false}},
            "segretiCambiati": ["hardening.captcha.secretKey"],
        })
    );
    // What says the same as before is no change; a refused call neither.
    imposta(&bo, "mailBatch", &json!({"abilitato": false})).await;
    bo.post(CONFIGURAZIONI, &json!({})).await.con_stato(400);
    assert_eq!(storia(&bo).await.len(), 1);
    bo.post(CONFIGURAZIONI, &installata).await.con_stato(200);
    let (e, p) = storia(&bo).await.pop().unwrap();
    assert_eq!(e["dettaglioEsito"], "Modifica di Configurazione [hardening, mailBatch]");
    assert_eq!(p["dopo"]["mailBatch"], installata["mailBatch"]);
    crate::operatori::nessuna_traccia(&bo, &["riconoscibile"]).await;
}

/// Sections changed at the same time on two nodes are all kept.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_cambi_di_due_nodi_si_sommano() {
    let app = TestApp::nuova(Backend::Pg).await;
    let orologio = std::sync::Arc::new(app.orologio().clone());
    let secondo = server::avvia(app.configurazione(), orologio, server::Uso::Servizio).await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let nuova = piena();
    let insieme: Vec<_> = SEZIONI
        .iter()
        .enumerate()
        .map(|(n, sezione)| {
            let nodo = if n % 2 == 0 { app.url() } else { secondo.url() };
            let r = http
                .patch(format!("{nodo}{}{CONFIGURAZIONI}", testkit::BACKOFFICE))
                .basic_auth(testkit::AMMINISTRATORE.0, Some(testkit::AMMINISTRATORE.1))
                .header("Content-Type", "application/json")
                .body(json!([op("REPLACE", &format!("/{sezione}"), &nuova[*sezione])]).to_string());
            tokio::spawn(async move { r.send().await.unwrap().status().as_u16() })
        })
        .collect();
    for i in insieme {
        assert_eq!(i.await.unwrap(), 200);
    }
    assert_eq!(leggi(&app.backoffice()).await, nuova);
    assert_eq!(storia(&app.backoffice()).await.len(), 8);
    secondo.ferma().await;
}
