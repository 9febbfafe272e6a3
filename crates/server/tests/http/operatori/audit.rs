//! The audit: every change of master data leaves an event, written with it (who, what, before, after,
//! no secret).

use super::{
    A, B, PASSWORD, acl, applicazione, con, minimo, op, operatore, pronta, rifiutata, salva, sintassi,
};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rstest::rstest;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use testkit::{AMMINISTRATORE, BACKOFFICE, Backend, Cliente, TestApp};

const AUDIT: &str = "/eventi?tipoEvento=modificaAnagrafica&messaggi=true&risultatiPerPagina=1000";

fn payload(e: &Value) -> Value {
    let b = e["parametriRichiesta"]["payload"].as_str().expect("un payload");
    serde_json::from_slice(&BASE64_STANDARD.decode(b).expect("base64")).expect("JSON")
}

/// The events of one entity, oldest first: the event and its payload.
async fn storia(bo: &Cliente, tipo: &str, chiave: &str) -> Vec<(Value, Value)> {
    let eventi = bo.get(&format!("{AUDIT}&sottotipoEvento={tipo}")).await.con_stato(200).json();
    let mut righe: Vec<(Value, Value)> = eventi["risultati"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|e| (e.clone(), payload(e)))
        .filter(|(_, p)| p["chiave"] == chiave)
        .collect();
    righe.sort_by_key(|(e, _)| e["id"].as_i64());
    righe
}

/// In no event, of any kind, is there any of these texts.
pub(crate) async fn nessuna_traccia(bo: &Cliente, segreti: &[&str]) {
    // The events of calls are written after the answer.
    tokio::time::sleep(Duration::from_millis(600)).await;
    let eventi = bo.get("/eventi?messaggi=true&risultatiPerPagina=5000").await.con_stato(200).json();
    let righe = eventi["risultati"].as_array().expect("gli eventi");
    assert!(righe.len() > 3, "ci sono eventi");
    for e in righe {
        let mut testi = vec![e.to_string()];
        for parte in ["parametriRichiesta", "parametriRisposta"] {
            if let Some(b) = e[parte]["payload"].as_str() {
                let byte = BASE64_STANDARD.decode(b).expect("base64");
                testi.push(String::from_utf8_lossy(&byte).into_owned());
            }
        }
        for t in &testi {
            for s in segreti.iter().copied().chain(["$argon2", "$6$", "$1$"]) {
                assert!(!t.contains(s), "{s} in {t}");
            }
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_cambio_di_ogni_entita_lascia_il_suo_evento(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let nodo = json!({"urlRPT": "https://u:segreto-url@nodo.example", "subscriptionKey": "segreto-1", "auth": {"apiId": "i", "apiKey": "segreto-2"}});
    let intermediario = json!({
        "denominazione": "Uno", "principalPagoPa": "p", "abilitato": true, "servizioPagoPa": nodo,
        "servizioFtp": {"ftpLettura": {"host": "h", "porta": "21", "username": "u", "password": "segreto-3"}},
        "servizioPagoPaACA": {"url": "https://a", "auth": {"clientId": "c", "clientSecret": "segreto-4", "urlTokenEndpoint": "https://t"}}
    });
    let dominio = json!({
        "ragioneSociale": "Uno", "intermediato": false, "abilitato": true, "scaricaFr": false,
        "logo": "data:image/png;base64,iVBORw0KGgo=",
        "servizioMyPivot": {
            "abilitato": true, "tipoConnettore": "WEBSERVICE", "versioneCsv": "1", "codiceIPA": "x",
            "tipiPendenza": ["*"], "intervalloCreazioneTracciato": 24, "webServiceUrl": "https://w.example",
            "webServiceAuth": {"username": "u", "password": "segreto-5"}
        }
    });
    let app_con = json!({
        "principal": "nuova", "password": "Segreto-6a", "domini": [A], "servizioIntegrazione": {
            "url": "https://e.example", "versioneApi": "REST v2", "subscriptionKey": "segreto-7",
            "auth": {"headerName": "X-H", "headerValue": "segreto-8"}}
    });
    let di_dominio = format!("/domini/{A}");
    let app_io = json!({"apiKey": "segreto-9", "promemoriaAvviso": {"abilitato": false}});
    for (percorso, tipo, chiave, corpo, membro, dopo) in [
        (
            "/intermediari/22222222222".to_owned(),
            "Intermediario",
            "22222222222".to_owned(),
            intermediario,
            "denominazione",
            json!("Due"),
        ),
        (
            "/intermediari/11111111113/stazioni/11111111113_07".to_owned(),
            "Stazione",
            "11111111113_07".to_owned(),
            json!({"abilitato": true, "versione": "V1", "password": "segreto-10"}),
            "abilitato",
            json!(false),
        ),
        (
            "/domini/12345678909".to_owned(),
            "Dominio",
            "12345678909".to_owned(),
            dominio,
            "ragioneSociale",
            json!("Due"),
        ),
        (
            format!("{di_dominio}/unitaOperative/U7"),
            "UnitaOperativa",
            format!("{A}/U7"),
            json!({"ragioneSociale": "Uno", "abilitato": true}),
            "ragioneSociale",
            json!("Due"),
        ),
        (
            format!("{di_dominio}/contiAccredito/IT00X7"),
            "ContiAccredito",
            format!("{A}/IT00X7"),
            json!({"descrizione": "Uno"}),
            "descrizione",
            json!("Due"),
        ),
        (
            "/entrate/E7".to_owned(),
            "Entrata",
            "E7".to_owned(),
            json!({"descrizione": "Uno", "tipoContabilita": "ALTRO", "codiceContabilita": "abc"}),
            "descrizione",
            json!("Due"),
        ),
        (
            format!("{di_dominio}/entrate/E7"),
            "EntrataDominio",
            format!("{A}/E7"),
            json!({"abilitato": true}),
            "abilitato",
            json!(false),
        ),
        (
            "/tipiPendenza/T7".to_owned(),
            "TipoPendenza",
            "T7".to_owned(),
            json!({"descrizione": "Uno"}),
            "descrizione",
            json!("Due"),
        ),
        (
            format!("{di_dominio}/tipiPendenza/T7"),
            "TipoPendenzaDominio",
            format!("{A}/T7"),
            json!({"codificaIUV": "1", "avvisaturaAppIO": app_io}),
            "codificaIUV",
            json!("2"),
        ),
        ("/applicazioni/A7".to_owned(), "Applicazione", "A7".to_owned(), app_con, "apiPendenze", json!(true)),
        (
            "/ruoli/R7".to_owned(),
            "Ruolo",
            "R7".to_owned(),
            json!({"acl": [acl("Pendenze", &["R"])]}),
            "acl",
            json!([acl("Pendenze", &["W"])]),
        ),
        (
            "/operatori/o7".to_owned(),
            "Operatore",
            "o7".to_owned(),
            con(&minimo(), &json!({"password": "Segreto-11a"})),
            "ragioneSociale",
            json!("Due"),
        ),
    ] {
        let creata = bo.put(&percorso, &corpo).await.con_stato(201);
        let cambiata = bo.put(&percorso, &con(&corpo, &json!({membro: dopo}))).await.con_stato(200);
        // A refusal leaves none.
        assert_eq!(bo.put(&percorso, &json!({"x": 1})).await.stato(), 400);
        let eventi = storia(&bo, tipo, &chiave).await;
        assert_eq!(eventi.len(), 2, "{percorso}: {eventi:?}");
        for ((e, p), (r, operazione, verbo)) in
            eventi.iter().zip([(&creata, "CREAZIONE", "Creazione"), (&cambiata, "MODIFICA", "Modifica")])
        {
            assert_eq!(e["categoriaEvento"], "UTENTE");
            assert_eq!(
                (&e["componente"], &e["ruolo"], &e["esito"]),
                (&json!("GOVPAY"), &json!("SERVER"), &json!("OK"))
            );
            assert_eq!(e["sottotipoEvento"], tipo);
            assert_eq!(e["dettaglioEsito"], format!("{verbo} di {tipo} [{chiave}]"));
            assert_eq!(e["transactionId"], r.transazione());
            assert_eq!(e["parametriRichiesta"]["principal"], AMMINISTRATORE.0);
            assert_eq!(e["parametriRichiesta"]["utente"], AMMINISTRATORE.0);
            assert_eq!((&p["operazione"], &p["tipo"]), (&json!(operazione), &json!(tipo)));
            let in_dominio = percorso.strip_prefix("/domini/").map(|p| p.split('/').next());
            assert_eq!(e.get("idDominio").and_then(Value::as_str), in_dominio.flatten(), "{percorso}");
        }
        let ((_, nata), (_, mutata)) = (&eventi[0], &eventi[1]);
        assert_eq!(nata.get("prima"), None);
        if tipo != "Operatore" && tipo != "Applicazione" && tipo != "Dominio" {
            assert_eq!(mutata["prima"], nata["dopo"], "{percorso}");
        }
        assert_eq!(mutata["dopo"][membro], dopo, "{percorso}");
        assert_ne!(mutata["prima"][membro], dopo, "{percorso}");
    }
    // Which secrets were given, by name.
    let cambiati = async |tipo: &str, chiave: &str, n: usize| {
        storia(&bo, tipo, chiave).await[n].1["segretiCambiati"].clone()
    };
    assert_eq!(
        cambiati("Intermediario", "22222222222", 0).await,
        json!([
            "ftpLettura.password",
            "servizioPagoPa.auth.apiKey",
            "servizioPagoPa.subscriptionKey",
            "servizioPagoPaACA.auth.clientSecret"
        ])
    );
    assert_eq!(cambiati("Intermediario", "22222222222", 1).await, json!([]));
    assert_eq!(cambiati("Stazione", "11111111113_07", 0).await, json!(["password"]));
    assert_eq!(
        cambiati("Dominio", "12345678909", 0).await,
        json!(["servizioMyPivot.webServiceAuth.password"])
    );
    assert_eq!(
        cambiati("Applicazione", "A7", 0).await,
        json!(["password", "servizioIntegrazione.auth.headerValue", "servizioIntegrazione.subscriptionKey"])
    );
    // A password sent again has a hash of its own: it counts as given.
    assert_eq!(cambiati("Operatore", "o7", 1).await, json!(["password"]));
    assert_eq!(cambiati("TipoPendenzaDominio", &format!("{A}/T7"), 0).await, json!(["apiKey"]));
    let nato = storia(&bo, "Dominio", "12345678909").await;
    assert_eq!(nato[0].1["dopo"]["logo"], "nuovo");
    assert_eq!(nato[1].1["prima"]["logo"], "presente");
    assert_eq!(
        nato[0].1["dopo"]["servizioMyPivot"]["webServiceAuth"],
        json!({"username": "u", "password": "***"})
    );
    let segreti: Vec<String> =
        (1..=11).map(|n| format!("egreto-{n}")).chain(["segreto-url".to_owned()]).collect();
    nessuna_traccia_ma_url(&bo, &segreti).await;
}

/// The event of the call keeps the body as it was sent but for members that hold secrets: an URL is
/// not one of them. The audit does without its user.
async fn nessuna_traccia_ma_url(bo: &Cliente, segreti: &[String]) {
    let senza_url: Vec<&str> = segreti.iter().map(String::as_str).filter(|s| *s != "segreto-url").collect();
    nessuna_traccia(bo, &senza_url).await;
    let audit = bo.get(AUDIT).await.con_stato(200).json();
    for e in audit["risultati"].as_array().into_iter().flatten() {
        let testo = payload(e).to_string();
        assert!(segreti.iter().all(|s| !testo.contains(s.as_str())), "{testo}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn anche_una_patch_e_una_password_lasciano_il_loro_evento(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let mario = operatore(&app, "mario", json!({})).await;
    applicazione(&app, "APP", json!({})).await;
    for (percorso, tipo, chiave) in
        [("/operatori/mario", "Operatore", "mario"), ("/applicazioni/APP", "Applicazione", "APP")]
    {
        let buona = json!([op("ADD", "/domini", json!(A)), op("REPLACE", "/password", json!("Visibile123"))]);
        let r = bo.patch(percorso, &buona).await.con_stato(200);
        rifiutata(
            &bo.patch(percorso, &json!([op("ADD", "/x", json!(1))])).await,
            &sintassi("Path '/x' non valido"),
        );
        let tolta =
            bo.patch(percorso, &json!([op("REPLACE", "/password", Value::Null)])).await.con_stato(200);
        let eventi = storia(&bo, tipo, chiave).await;
        assert_eq!(eventi.len(), 3, "{eventi:?}");
        let (e, p) = &eventi[1];
        assert_eq!(e["transactionId"], r.transazione());
        assert_eq!((&p["prima"]["domini"], &p["dopo"]["domini"]), (&json!([]), &json!([A])));
        assert_eq!((&p["prima"]["password"], &p["dopo"]["password"]), (&json!(true), &json!(true)));
        assert_eq!(p["segretiCambiati"], json!(["password"]));
        let (e, p) = &eventi[2];
        assert_eq!(e["transactionId"], tolta.transazione());
        assert_eq!((&p["prima"]["password"], &p["dopo"]["password"]), (&json!(true), &json!(false)));
        assert_eq!(p["segretiCambiati"], json!(["password"]));
    }
    bo.patch("/operatori/mario", &json!([op("REPLACE", "/password", json!(PASSWORD))])).await.con_stato(200);
    let propria = json!([op("REPLACE", "/password", json!("Visibile456"))]);
    let r = mario.patch("/profilo", &propria).await.con_stato(200);
    let (e, p) = storia(&bo, "Operatore", "mario").await.pop().expect("un evento");
    assert_eq!(e["transactionId"], r.transazione());
    assert_eq!(
        e["parametriRichiesta"]["principal"].as_str().zip(e["parametriRichiesta"]["utente"].as_str()),
        Some(("mario", "Mario Rossi"))
    );
    assert_eq!(p["segretiCambiati"], json!(["password"]));
    bo.patch("/ruoli/Operatore", &json!([op("DELETE", "/acl", json!({"servizio": "Pendenze"}))]))
        .await
        .con_stato(200);
    let (_, p) = storia(&bo, "Ruolo", "Operatore").await.pop().expect("un evento");
    let conta = |v: &Value| v["acl"].as_array().map(Vec::len);
    assert_eq!((conta(&p["prima"]), conta(&p["dopo"])), (Some(4), Some(3)));
    // The first start and the command line are changes too.
    let nuova = secrecy::SecretString::from("Visibile-789".to_owned());
    app.engine().imposta_password(AMMINISTRATORE.0, &nuova).await.expect("password cambiata");
    let bo = app.cliente(BACKOFFICE).come(AMMINISTRATORE.0, "Visibile-789");
    let eventi = storia(&bo, "Operatore", AMMINISTRATORE.0).await;
    assert_eq!(eventi.len(), 2, "{eventi:?}");
    for ((e, p), (utente, operazione)) in
        eventi.iter().zip([("primo avvio", "CREAZIONE"), ("riga di comando", "MODIFICA")])
    {
        assert_eq!(e["parametriRichiesta"].get("principal"), None);
        assert_eq!(e["parametriRichiesta"]["utente"], utente);
        assert_eq!((&p["operazione"], &p["segretiCambiati"]), (&json!(operazione), &json!(["password"])));
    }
    nessuna_traccia(&bo, &["Visibile"]).await;
}

/// Spec 60 5.5: of the giornale one sees the domini in scope; what is of no dominio, only with `*`.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_vede_i_cambi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let giornale = json!([acl("Giornale degli Eventi", &["R"])]);
    let di_b = operatore(&app, "di-b", json!({"domini": [B], "acl": giornale})).await;
    let nessuno = operatore(&app, "nessuno", json!({"domini": ["*"]})).await;
    let altro = json!({"ragioneSociale": "B2", "intermediato": false, "abilitato": true, "scaricaFr": false});
    salva(&bo, &format!("/domini/{B}"), &altro, 200).await;
    let visti = di_b.get(AUDIT).await.con_stato(200).json();
    let visti = visti["risultati"].as_array().expect("gli eventi");
    assert_eq!(visti.len(), 2, "{visti:?}");
    assert!(visti.iter().all(|e| e["idDominio"] == B && e["sottotipoEvento"] == "Dominio"), "{visti:?}");
    let id = storia(&bo, "Operatore", "di-b").await[0].0["id"].clone();
    assert_eq!(bo.get(&format!("/eventi/{id}")).await.con_stato(200).json()["id"], id);
    assert_eq!(di_b.get(&format!("/eventi/{id}")).await.stato(), 403);
    assert_eq!(nessuno.get(AUDIT).await.stato(), 403);
    assert_eq!(nessuno.get(&format!("/eventi/{id}")).await.stato(), 403);
    // The giornale can be switched off, the audit cannot.
    let app = TestApp::con(backend, |c| c.giornale.abilitato = false).await;
    let bo = app.backoffice();
    salva(&bo, "/operatori/mario", &minimo(), 201).await;
    assert_eq!(storia(&bo, "Operatore", "mario").await.len(), 1);
}

/// As many events as changes, each beginning where the one before ended: two nodes at once lose and
/// overwrite nothing.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_cambi_di_due_nodi_fanno_una_catena_sola() {
    let app = pronta(Backend::Pg).await;
    let bo = app.backoffice();
    let orologio = Arc::new(app.orologio().clone());
    let secondo = server::avvia(app.configurazione(), orologio, server::Uso::Servizio).await.expect("parte");
    salva(&bo, "/operatori/mario", &minimo(), 201).await;
    let http = reqwest::Client::builder().no_proxy().build().expect("un client");
    let insieme: Vec<_> = (0..40_usize)
        .map(|n| {
            let nodo = if n % 2 == 0 { app.url() } else { secondo.url() };
            let url = format!("{nodo}{BACKOFFICE}/operatori/mario");
            let (richiesta, corpo) = if n % 4 < 2 {
                (http.put(url), con(&minimo(), &json!({"ragioneSociale": format!("Nome {n}")})))
            } else {
                (http.patch(url), json!([op(if n % 8 < 4 { "ADD" } else { "DELETE" }, "/domini", json!(A))]))
            };
            let r = richiesta
                .basic_auth(AMMINISTRATORE.0, Some(AMMINISTRATORE.1))
                .header("Content-Type", "application/json")
                .body(corpo.to_string());
            tokio::spawn(async move { r.send().await.expect("una risposta").status().as_u16() })
        })
        .collect();
    for i in insieme {
        assert_eq!(i.await.expect("la risposta"), 200);
    }
    let eventi = storia(&bo, "Operatore", "mario").await;
    assert_eq!(eventi.len(), 41);
    // Ids are taken before the turn comes: the chain is found by its links.
    let mut resto: Vec<&Value> = eventi.iter().map(|(_, p)| p).collect();
    assert_eq!(resto.iter().filter(|p| p["operazione"] == "CREAZIONE").count(), 1);
    let ultimo = bo.get("/operatori/mario").await.json();
    let finali = resto.iter().filter(|p| p["dopo"]["ragioneSociale"] == ultimo["ragioneSociale"]).count();
    assert!(finali > 0);
    // Every state is entered as often as it is left, but for the last one.
    let mut stati: Vec<(String, i64)> = Vec::new();
    let mut conta = |stato: &Value, quanto: i64| {
        let chiave = stato.to_string();
        match stati.iter_mut().find(|(s, _)| *s == chiave) {
            Some((_, n)) => *n += quanto,
            None => stati.push((chiave, quanto)),
        }
    };
    for p in resto.drain(..) {
        conta(&p["dopo"], 1);
        if p.get("prima").is_some() {
            conta(&p["prima"], -1);
        }
    }
    let aperti: Vec<_> = stati.iter().filter(|(_, n)| *n != 0).collect();
    assert_eq!(aperti.len(), 1, "{aperti:?}");
    assert_eq!(aperti[0].1, 1);
    assert!(aperti[0].0.contains(ultimo["ragioneSociale"].as_str().expect("un nome")), "{aperti:?}");
    secondo.ferma().await;
}
