use super::{
    CONFIGURAZIONI, INTERFACCE, SEGRETI, SEZIONI, giornale, imposta, leggi, operatore, piena, regola,
};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Backend, TestApp};

const INTESTAZIONE: &str = "idA2A,idPendenza,idDominio,tipoPendenza,numeroAvviso,pdfAvviso,tipoSoggettoPagatore,identificativoPagatore,anagraficaPagatore,indirizzoPagatore,civicoPagatore,capPagatore,localitaPagatore,provinciaPagatore,nazionePagatore,emailPagatore,cellularePagatore,errore";

fn nomi(v: &Value) -> Vec<&str> {
    v.as_object().unwrap().keys().map(String::as_str).collect()
}

/// A text in base64 taken out of an object.
fn modello(v: &mut Value, campo: &str) -> String {
    let b = v.as_object_mut().unwrap().remove(campo).unwrap();
    String::from_utf8(BASE64_STANDARD.decode(b.as_str().unwrap()).unwrap()).unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_installazione_nuova_ha_i_suoi_valori(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let mut letta = leggi(&bo).await;
    assert_eq!(nomi(&letta), SEZIONI);
    assert_eq!(nomi(&letta["giornaleEventi"]["interfacce"]), INTERFACCE);
    assert_eq!(
        letta["giornaleEventi"],
        giornale(|i| {
            let (letture, scritture) = match i {
                "apiEnte" => (("sempre", "solo errore"), ("sempre", "solo errore")),
                "apiPagamento" | "apiRagioneria" | "apiPendenze" => {
                    (("mai", "mai"), ("sempre", "solo errore"))
                }
                "apiBackoffice" => (("mai", "mai"), ("sempre", "sempre")),
                _ => (("sempre", "sempre"), ("sempre", "sempre")),
            };
            json!({"letture": regola(letture.0, letture.1), "scritture": regola(scritture.0, scritture.1)})
        })
    );
    assert_eq!(
        letta["hardening"],
        json!({
            "abilitato": false,
            "captcha": {
                "serverURL": "https://www.google.com/recaptcha/api/siteverify", "siteKey": "CHANGE_ME",
                "secretKey": "CHANGE_ME", "soglia": 1.0, "parametro": "gRecaptchaResponse", "denyOnFail": true,
                "connectionTimeout": 5000, "readTimeout": 5000
            }
        })
    );
    assert_eq!(letta["servizioGDE"], json!({"abilitato": false}));
    assert_eq!(
        letta["mailBatch"],
        json!({"abilitato": false, "mailserver": {"readTimeout": 120_000, "connectionTimeout": 10_000}})
    );
    assert_eq!(letta["appIOBatch"], json!({"abilitato": false, "timeToLive": 3600}));
    let intera = letta.clone();
    let csv = &mut letta["tracciatoCsv"];
    assert!(modello(csv, "richiesta").contains("lineaCsvRichiesta"));
    assert!(modello(csv, "risposta").contains("toCsv"));
    assert_eq!(*csv, json!({"tipo": "freemarker", "intestazione": INTESTAZIONE}));
    for (sezione, avviso, ricevuta) in [
        ("avvisaturaMail", json!({"allegaPdf": true}), json!({"allegaPdf": true, "soloEseguiti": true})),
        ("avvisaturaAppIO", json!({}), json!({"soloEseguiti": true})),
    ] {
        assert_eq!(nomi(&letta[sezione]), ["promemoriaAvviso", "promemoriaRicevuta", "promemoriaScadenza"]);
        for (promemoria, oggetto, altri) in [
            ("promemoriaAvviso", "Promemoria pagamento: ", avviso),
            ("promemoriaRicevuta", "Notifica pagamento eseguito: ", ricevuta),
            ("promemoriaScadenza", "Promemoria pagamento: ", json!({"preavviso": 10})),
        ] {
            let p = &mut letta[sezione][promemoria];
            assert!(modello(p, "oggetto").contains(oggetto), "{sezione} {promemoria}");
            assert!(!modello(p, "messaggio").is_empty());
            assert_eq!(p["tipo"], "freemarker");
            p.as_object_mut().unwrap().remove("tipo");
            assert_eq!(*p, altri, "{sezione} {promemoria}");
        }
    }
    // What is read can be sent back, and is the same.
    let r = bo.post(CONFIGURAZIONI, &intera).await.con_stato(200);
    assert!(r.corpo().is_empty());
    assert_eq!(leggi(&bo).await, intera);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_si_manda_torna_com_era(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let mut app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    for _ in 0..2 {
        let r = bo.post(CONFIGURAZIONI, &piena()).await.con_stato(200);
        assert!(r.corpo().is_empty(), "{}", r.testo());
        assert_eq!(leggi(&bo).await, piena());
    }
    // Nulls are as good as absent; scalars are read leniently and written as what they are.
    let mut lasca = piena();
    lasca["appIOBatch"]["timeToLive"] = Value::Null;
    lasca["servizioGDE"]["auth"] = Value::Null;
    lasca["hardening"]["captcha"]["soglia"] = json!("1");
    lasca["hardening"]["captcha"]["readTimeout"] = json!("70.9");
    lasca["mailBatch"]["mailserver"]["startTls"] = json!("true");
    lasca["mailBatch"]["mailserver"]["sslConfig"]["keystore"] = Value::Null;
    lasca["mailBatch"]["mailserver"]["host"] = json!(127);
    bo.post(CONFIGURAZIONI, &lasca).await.con_stato(200);
    let mut attesa = piena();
    for (dove, campo) in [
        ("/appIOBatch", "timeToLive"),
        ("/servizioGDE", "auth"),
        ("/mailBatch/mailserver/sslConfig", "keystore"),
    ] {
        attesa.pointer_mut(dove).unwrap().as_object_mut().unwrap().remove(campo);
    }
    attesa["hardening"]["captcha"]["soglia"] = json!(1);
    attesa["hardening"]["captcha"]["readTimeout"] = json!(70);
    attesa["mailBatch"]["mailserver"]["startTls"] = json!(true);
    attesa["mailBatch"]["mailserver"]["host"] = json!("127");
    assert_eq!(leggi(&bo).await, attesa);
    app.riavvia().await;
    assert_eq!(leggi(&app.backoffice()).await, attesa);
}

/// What is off keeps what it was sent with, unchecked.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_e_spento_si_conserva(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    for (sezione, valore) in [
        ("servizioGDE", json!({"abilitato": false, "url": "non una url", "auth": {"apiId": "solo"}})),
        ("mailBatch", json!({"abilitato": false})),
        (
            "mailBatch",
            json!({"abilitato": false, "mailserver": {"port": -1, "from": "boh", "sslConfig": {}}}),
        ),
        ("appIOBatch", json!({"abilitato": false, "url": "con spazi", "timeToLive": 1})),
        ("hardening", json!({"abilitato": true})),
        ("hardening", json!({"abilitato": false})),
    ] {
        assert_eq!(imposta(&bo, sezione, &valore).await[sezione], valore);
        assert_eq!(leggi(&bo).await[sezione], valore);
    }
    let mut spenta = piena()["mailBatch"].clone();
    spenta["mailserver"]["sslConfig"] = json!({"abilitato": false, "type": "boh", "truststore": {}});
    assert_eq!(imposta(&bo, "mailBatch", &spenta).await["mailBatch"], spenta);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_segreti_li_vede_solo_chi_scrive(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let mut corpo = piena();
    bo.post(CONFIGURAZIONI, &corpo).await.con_stato(200);
    assert_eq!(leggi(&operatore(&app, "entrambi", &["R", "W"]).await).await, corpo);
    let velata = leggi(&operatore(&app, "legge", &["R"]).await).await;
    let testo = velata.to_string();
    assert!(SEGRETI.iter().all(|s| !testo.contains(s)), "{testo}");
    for (dove, campo) in [
        ("/servizioGDE/auth", "headerValue"),
        ("/hardening/captcha", "secretKey"),
        ("/mailBatch/mailserver", "password"),
        ("/mailBatch/mailserver/sslConfig/truststore", "password"),
        ("/mailBatch/mailserver/sslConfig/keystore", "password"),
        ("/appIOBatch/auth", "clientSecret"),
    ] {
        corpo.pointer_mut(dove).unwrap().as_object_mut().unwrap().remove(campo).unwrap();
    }
    assert_eq!(velata, corpo);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_segreti_sono_cifrati(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let mut app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    bo.post(CONFIGURAZIONI, &piena()).await.con_stato(200);
    let mut captcha = piena()["hardening"].clone();
    captcha["captcha"]["readTimeout"] = json!(200);
    imposta(&bo, "hardening", &captcha).await;
    let righe: Vec<(String, Option<String>, Option<Vec<u8>>)> = app
        .engine()
        .store()
        .leggi("select sezione, chiaro, cifrato from configurazioni order by sezione", vec![])
        .await
        .unwrap();
    assert_eq!(righe.len(), 8);
    for (sezione, chiaro, cifrato) in &righe {
        let riservata = ["servizioGDE", "hardening", "mailBatch", "appIOBatch"].contains(&sezione.as_str());
        assert_eq!((chiaro.is_none(), cifrato.is_some()), (riservata, riservata), "{sezione}");
        let byte = cifrato.clone().unwrap_or_default();
        assert!(SEGRETI.iter().all(|s| !byte.windows(s.len()).any(|w| w == s.as_bytes())), "{sezione}");
    }
    // In no event either: neither of the call nor of the change.
    crate::operatori::nessuna_traccia(&bo, &SEGRETI).await;
    let Some(file) = app.file() else { return };
    app.spegni().await;
    for entry in std::fs::read_dir(file.parent().unwrap()).unwrap() {
        let byte = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(SEGRETI.iter().all(|s| !byte.windows(s.len()).any(|w| w == s.as_bytes())));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn leggere_e_scrivere_sono_due_diritti(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let attesa = leggi(&app.backoffice()).await;
    for (chi, lettere, stati) in [
        ("entrambi", &["R", "W"][..], [200, 200, 200]),
        ("legge", &["R"], [200, 403, 403]),
        ("scrive", &["W"], [403, 200, 200]),
        ("nessuno", &[], [403, 403, 403]),
    ] {
        let c = operatore(&app, chi, lettere).await;
        let risposte = [
            c.get(CONFIGURAZIONI).await,
            c.post(CONFIGURAZIONI, &attesa).await,
            c.patch(CONFIGURAZIONI, &json!([])).await,
        ];
        assert_eq!(risposte.each_ref().map(testkit::Risposta::stato), stati, "{chi}");
        let testo = "Operatore [Mario Rossi] non autorizzato ad accedere alla risorsa richiesta.";
        for r in risposte.iter().filter(|r| r.stato() == 403) {
            assert_eq!(r.errore(), (403, "403000".to_owned(), testo.to_owned()));
        }
    }
    // Who may not is told so before the body is looked at; who may, that it is garbage.
    let rotto = |c: testkit::Cliente| async move {
        let r = c.grezzo(http::Method::POST, CONFIGURAZIONI, "application/json", "{").await;
        r.stato()
    };
    assert_eq!(rotto(app.cliente(testkit::BACKOFFICE).come("legge", "Lettore123")).await, 403);
    assert_eq!(rotto(app.backoffice()).await, 400);
    assert_eq!(app.backoffice().anonimo().get(CONFIGURAZIONI).await.stato(), 401);
    let spento = json!({"ragioneSociale": "Mario Rossi", "abilitato": false, "acl": [
        {"servizio": "Configurazione e manutenzione", "autorizzazioni": ["R", "W"]}]});
    app.backoffice().put("/operatori/entrambi", &spento).await.con_stato(200);
    let r = app.cliente(testkit::BACKOFFICE).come("entrambi", "Lettore123").get(CONFIGURAZIONI).await;
    assert_eq!(r.errore(), (403, "403000".to_owned(), "Operatore [Mario Rossi] disabilitato.".to_owned()));
    for metodo in [http::Method::PUT, http::Method::DELETE] {
        assert_eq!(app.backoffice().json(metodo, CONFIGURAZIONI, &json!({})).await.stato(), 405);
    }
    assert_eq!(leggi(&app.backoffice()).await, attesa);
}
