//! The giornale degli eventi (spec 60 section 5).

use super::scena::{
    Campanello, IUV, NAV, RICEVUTA, attiva, carica, corpo_pendenza, eventi, finche, prepara, ricevi, tutte,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use testkit::{Anagrafica, Backend, Copione, GESTIONALE, StubEnte, TestApp};

fn chiavi(v: &Value) -> BTreeSet<&str> {
    v.as_object().unwrap().keys().map(String::as_str).collect()
}

fn senza_null(v: &Value) -> bool {
    match v {
        Value::Null => false,
        Value::Array(a) => a.iter().all(senza_null),
        Value::Object(o) => o.values().all(senza_null),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_evento_si_legge_200_millisecondi_dopo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    for i in 0..5 {
        let r = app
            .applicazione()
            .put(
                &format!("/pendenze/GESTIONALE/P{i}"),
                &corpo_pendenza(&format!("30100000000123{:04}", 4519 + i * 101)),
            )
            .await
            .con_stato(201);
        tokio::time::sleep(Duration::from_millis(200)).await;
        let e = eventi(&app, &format!("idA2A=GESTIONALE&idPendenza=P{i}")).await;
        assert_eq!(e.len(), 1);
        assert_eq!(e[0]["transactionId"], r.transazione());
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_chiamata_servita_ha_i_suoi_membri(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    carica(&app, "P1", NAV).await;
    let mut sbagliata = corpo_pendenza("301000000001234620");
    sbagliata["causale"] = json!("");
    let ko = app.applicazione().put("/pendenze/GESTIONALE/P2", &sbagliata).await.con_stato(400);
    let negata =
        app.applicazione().come(GESTIONALE.0, "sbagliata").put("/pendenze/GESTIONALE/P3", &sbagliata).await;
    assert_eq!(negata.stato(), 401);
    let e = finche("gli eventi si leggono", async || {
        let e = eventi(&app, "componente=API_PENDENZE").await;
        (e.len() == 3).then_some(e)
    })
    .await;
    let [negato, ko_e, ok] = e.as_slice() else { panic!("tre") };
    assert!(e.iter().all(senza_null), "{e:?}");
    assert_eq!(
        chiavi(ok),
        BTreeSet::from([
            "id",
            "componente",
            "categoriaEvento",
            "ruolo",
            "tipoEvento",
            "esito",
            "dataEvento",
            "durataEvento",
            "sottotipoEsito",
            "idA2A",
            "idPendenza",
            "clusterId",
            "transactionId",
            "parametriRichiesta",
            "parametriRisposta"
        ])
    );
    assert_eq!(
        [&ok["tipoEvento"], &ok["ruolo"], &ok["categoriaEvento"], &ok["esito"], &ok["sottotipoEsito"]],
        [&json!("addPendenza"), &json!("SERVER"), &json!("INTERFACCIA"), &json!("OK"), &json!("201")]
    );
    let q = &ok["parametriRichiesta"];
    assert_eq!(
        (&q["principal"], &q["utente"], &q["method"]),
        (&json!("gestionale"), &json!("GESTIONALE"), &json!("PUT"))
    );
    assert_eq!(q["url"], format!("{}/pendenze/GESTIONALE/P1", testkit::PENDENZE));
    assert_eq!(q.get("payload"), None, "il dump di una scrittura riuscita non si tiene");
    let autorizzazione =
        q["headers"].as_array().unwrap().iter().find(|h| h["nome"] == "authorization").unwrap();
    assert_eq!(autorizzazione["valore"], "***");
    assert_eq!(ok["parametriRisposta"]["status"], 201);

    assert_eq!(
        (&ko_e["esito"], &ko_e["sottotipoEsito"], &ko_e["severita"]),
        (&json!("KO"), &json!("SINTASSI"), &json!(3))
    );
    assert_eq!(ko_e["dettaglioEsito"], ko.errore().2);
    let byte = STANDARD.decode(ko_e["parametriRichiesta"]["payload"].as_str().unwrap()).unwrap();
    assert_eq!(byte, sbagliata.to_string().into_bytes());
    let byte = STANDARD.decode(ko_e["parametriRisposta"]["payload"].as_str().unwrap()).unwrap();
    assert_eq!(byte, ko.corpo().to_vec());

    assert_eq!(
        (&negato["sottotipoEsito"], &negato["severita"], &negato["idPendenza"]),
        (&json!("AUTORIZZAZIONE"), &json!(1), &json!("P3"))
    );
    let id = ok["id"].as_i64().unwrap();
    let uno = app.backoffice().get(&format!("/eventi/{id}")).await.con_stato(200).json();
    assert_eq!(&uno, ok);
    // Reads are not recorded by default, and without `messaggi` there are no parameters.
    let r = app
        .backoffice()
        .get("/eventi?componente=API_PENDENZE&risultatiPerPagina=1")
        .await
        .con_stato(200)
        .json();
    assert_eq!((&r["numRisultati"], &r["maxRisultati"]), (&json!(3), &json!(10_000)));
    assert!(!chiavi(&r["risultati"][0]).contains("parametriRichiesta"));
    let backoffice = eventi(&app, "componente=API_BACKOFFICE&risultatiPerPagina=100").await;
    assert!(!backoffice.is_empty() && backoffice.iter().all(|e| e["parametriRichiesta"]["method"] == "PUT"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_notifiche_lasciano_i_loro_eventi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    ente.prossime([Copione::Stato(201), Copione::Json(503, json!({ "errore": "chiuso" }))]);
    let p = prepara(&app, &ente.url(), "REST v1").await;
    let t = attiva(&app, &p, Campanello::Suona).await;
    ente.attendi(1).await;
    ricevi(&app, &p, &t, RICEVUTA, Campanello::Suona).await;
    ente.attendi(2).await;
    let e = finche("gli eventi si leggono", async || {
        let e = eventi(&app, "tipoEvento=notifyPagamento").await;
        (e.len() == 2).then_some(e)
    })
    .await;
    let [ricevuta, attivazione] = e.as_slice() else { panic!("due") };
    for (e, ccp) in [(ricevuta, RICEVUTA), (attivazione, t.ccp.as_str())] {
        assert_eq!(
            [&e["idDominio"], &e["iuv"], &e["ccp"], &e["idA2A"], &e["idPendenza"]],
            [&json!("12345678901"), &json!(IUV), &json!(ccp), &json!("GESTIONALE"), &json!("P1")]
        );
        assert!(senza_null(e));
        assert_eq!(e["parametriRichiesta"]["url"], format!("{}/pagamenti/12345678901/{IUV}", ente.url()));
    }
    assert_eq!((&attivazione["esito"], &attivazione["sottotipoEsito"]), (&json!("OK"), &json!("201")));
    assert_eq!(attivazione["parametriRichiesta"].get("payload"), None);
    assert_eq!(
        [&ricevuta["esito"], &ricevuta["sottotipoEsito"], &ricevuta["dettaglioEsito"], &ricevuta["severita"]],
        [&json!("FAIL"), &json!("503"), &json!("Ricevuto [HTTP 503]"), &json!(5)]
    );
    let byte = STANDARD.decode(ricevuta["parametriRisposta"]["payload"].as_str().unwrap()).unwrap();
    assert_eq!(byte, br#"{"errore":"chiuso"}"#);
    assert!(ricevuta["parametriRichiesta"]["payload"].is_string());
    app.orologio().avanza(Duration::from_secs(61));
    tutte(&app, "SPEDITA", 2).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_filtri_trovano_gli_eventi_della_pendenza_con_ogni_chiave(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    let p = prepara(&app, &ente.url(), "REST v1").await;
    attiva(&app, &p, Campanello::Suona).await;
    ente.attendi(1).await;
    finche("gli eventi si leggono", async || {
        (eventi(&app, &format!("iuv={IUV}")).await.len() == 1).then_some(())
    })
    .await;
    for (query, quanti) in [
        (format!("idDominio=12345678901&iuv={IUV}"), 2),
        ("idA2A=GESTIONALE&idPendenza=P1".to_owned(), 2),
        (format!("idDominio=12345678901&iuv={IUV}&tipoEvento=NOTIFYPAGAMENTO"), 1),
        (format!("idDominio=12345678901&iuv={IUV}&esito=KO"), 0),
        (format!("idDominio=12345678901&iuv={IUV}&ruolo=SERVER"), 1),
        ("idDominio=12345678901&iuv=01000000001239999".to_owned(), 0),
        ("idA2A=GESTIONALE&idPendenza=P9".to_owned(), 0),
        ("componente=API_ENTE&categoriaEvento=INTERFACCIA".to_owned(), 1),
        ("componente=API_ENTE&severitaDa=0".to_owned(), 0),
        ("componente=API_ENTE&dataDa=2026-03-10&dataA=2026-03-10".to_owned(), 1),
        ("componente=API_ENTE&dataDa=2026-03-11".to_owned(), 0),
        ("componente=API_ENTE&ccp=x".to_owned(), 0),
    ] {
        assert_eq!(eventi(&app, &query).await.len(), quanti, "{query}");
    }
    for (query, testo) in [
        (
            "severitaA=x",
            "Il valore indicato per il parametro [severitaA] non e' valido: il valore fornito [x] non e' un intero.",
        ),
        ("severitaA=-1", "Il campo severitaA deve essere superiore a 0."),
        (
            "dataDa=2020-01-01TTT:00:00.000",
            "Il formato della data indicata [2020-01-01TTT:00:00.000] per il parametro [dataDa] non e' valido.",
        ),
        ("esito=BOH", ""),
        ("componente=BOH", ""),
        ("risultatiPerPagina=-1", ""),
    ] {
        let (stato, codice, dettaglio) = app.backoffice().get(&format!("/eventi?{query}")).await.errore();
        assert_eq!((stato, codice.as_str()), (400, "SINTASSI"), "{query}");
        assert!(testo.is_empty() || dettaglio == testo, "{dettaglio}");
    }
    let (stato, _, dettaglio) = app.backoffice().get("/eventi/abc").await.errore();
    assert_eq!((stato, dettaglio.as_str()), (400, "Il formato dell'id evento passato non e' valido"));
    assert_eq!(app.backoffice().get("/eventi/99999999").await.stato(), 404);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn senza_il_diritto_si_vede_solo_la_pendenza_che_si_puo_vedere(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    carica(&app, "P1", NAV).await;
    finche("l'evento si legge", async || eventi(&app, "idA2A=GESTIONALE&idPendenza=P1").await.pop()).await;
    let con = |nome: &str, acl: Value| {
        let (app, nome) = (&app, nome.to_owned());
        async move {
            let r = app
                .backoffice()
                .put(
                    &format!("/applicazioni/{nome}"),
                    &json!({
                        "principal": nome.to_lowercase(), "password": GESTIONALE.1, "abilitato": true,
                        "domini": ["12345678901"], "tipiPendenza": ["*"], "acl": acl
                    }),
                )
                .await;
            assert_eq!(r.stato(), 201, "{}", r.testo());
            app.cliente(testkit::BACKOFFICE).come(&nome.to_lowercase(), GESTIONALE.1)
        }
    };
    let nessuno = con("NESSUNO", json!([])).await;
    let pendenze = con("PENDENZE", json!([{ "servizio": "Pendenze", "autorizzazioni": ["R"] }])).await;
    let giornale =
        con("GIORNALE", json!([{ "servizio": "Giornale degli Eventi", "autorizzazioni": ["R"] }])).await;
    let chiave = "/eventi?idA2A=GESTIONALE&idPendenza=P1";
    assert_eq!(nessuno.get("/eventi").await.stato(), 403);
    assert_eq!(pendenze.get("/eventi").await.stato(), 403);
    assert_eq!(nessuno.get(chiave).await.con_stato(200).json()["numRisultati"], 0);
    assert_eq!(pendenze.get(chiave).await.con_stato(200).json()["numRisultati"], 1);
    assert_eq!(
        pendenze.get(&format!("/eventi?idDominio=12345678901&iuv={IUV}")).await.con_stato(200).json()["numRisultati"],
        1
    );
    // addPendenza has no dominio: only who sees all domini finds it through the right.
    assert_eq!(giornale.get(chiave).await.con_stato(200).json()["numRisultati"], 0);
    let id = eventi(&app, "idA2A=GESTIONALE&idPendenza=P1").await[0]["id"].clone();
    assert_eq!(pendenze.get(&format!("/eventi/{id}")).await.stato(), 200);
    assert_eq!(nessuno.get(&format!("/eventi/{id}")).await.stato(), 403);
    assert_eq!(giornale.get(&format!("/eventi/{id}")).await.stato(), 403);
}
