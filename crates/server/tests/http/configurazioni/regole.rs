use super::{CONFIGURAZIONI, SEZIONI, leggi, piena, sintassi};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Backend, TestApp};

fn cambiata(puntatore: &str, v: Option<&Value>) -> Value {
    let mut fatta = piena();
    let (padre, campo) = puntatore.rsplit_once('/').unwrap();
    let padre = fatta.pointer_mut(padre).unwrap().as_object_mut().unwrap();
    match v {
        Some(v) => padre.insert(campo.to_owned(), v.clone()),
        None => padre.remove(campo),
    };
    fatta
}

/// `Field 'a' non valido: Field 'b' non valido: {testo}` for `/a/b/c`.
fn dentro(puntatore: &str, testo: &str) -> String {
    let padri: Vec<&str> = puntatore.split('/').skip(1).collect();
    let prefisso: String =
        padri[..padri.len() - 1].iter().map(|p| format!("Field '{p}' non valido: ")).collect();
    format!("{prefisso}{testo}")
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_sezione_ci_vuole(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let prima = leggi(&bo).await;
    for sezione in SEZIONI {
        let atteso = sintassi(&format!("Il campo {sezione} non deve essere vuoto."));
        for v in [None, Some(&Value::Null)] {
            let r = bo.post(CONFIGURAZIONI, &cambiata(&format!("/{sezione}"), v)).await;
            assert_eq!(r.errore(), atteso, "{sezione}");
        }
    }
    // The first by order of the contract.
    let r = bo.post(CONFIGURAZIONI, &json!({})).await.errore();
    assert_eq!(r, sintassi("Il campo giornaleEventi non deve essere vuoto."));
    for (v, pezzi) in [
        (
            cambiata("/nuova", Some(&Value::Null)),
            vec!["Unrecognized field \"nuova\" (8 known properties: \"giornaleEventi\""],
        ),
        (
            cambiata("/hardening/captcha/chiave", Some(&json!("x"))),
            vec!["Unrecognized field \"chiave\" (8 known", "[\"hardening\"]->[\"captcha\"]->[\"chiave\"]"],
        ),
        (
            cambiata("/avvisaturaAppIO/promemoriaAvviso/allegaPdf", Some(&json!(true))),
            vec!["Unrecognized field \"allegaPdf\"", "[\"avvisaturaAppIO\"]->[\"promemoriaAvviso\"]"],
        ),
        (cambiata("/mailBatch", Some(&json!([]))), vec!["object from Array value", "[\"mailBatch\"]"]),
        (
            cambiata("/hardening/abilitato", Some(&json!("si"))),
            vec!["boolean", "[\"hardening\"]->[\"abilitato\"]"],
        ),
        (json!([]), vec!["object from Array"]),
    ] {
        let (stato, codice, dettaglio) = bo.post(CONFIGURAZIONI, &v).await.errore();
        assert_eq!((stato, codice.as_str()), (400, "SINTASSI"), "{dettaglio}");
        for p in pezzi {
            assert!(dettaglio.contains(p), "{p}: {dettaglio}");
        }
    }
    assert_eq!(leggi(&bo).await, prima);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_campo_dovuto_si_chiede(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let prima = leggi(&bo).await;
    for puntatore in [
        "/giornaleEventi/interfacce",
        "/giornaleEventi/interfacce/apiBackendIO",
        "/giornaleEventi/interfacce/apiEnte/letture",
        "/giornaleEventi/interfacce/apiMaggioliJPPA/scritture",
        "/giornaleEventi/interfacce/apiPagoPA/scritture/log",
        "/giornaleEventi/interfacce/apiPendenze/letture/dump",
        "/servizioGDE/abilitato",
        "/servizioGDE/url",
        "/tracciatoCsv/tipo",
        "/tracciatoCsv/intestazione",
        "/tracciatoCsv/richiesta",
        "/tracciatoCsv/risposta",
        "/hardening/abilitato",
        "/hardening/captcha/serverURL",
        "/hardening/captcha/siteKey",
        "/hardening/captcha/secretKey",
        "/hardening/captcha/soglia",
        "/hardening/captcha/parametro",
        "/hardening/captcha/denyOnFail",
        "/hardening/captcha/connectionTimeout",
        "/hardening/captcha/readTimeout",
        "/mailBatch/abilitato",
        "/mailBatch/mailserver",
        "/mailBatch/mailserver/host",
        "/mailBatch/mailserver/port",
        "/mailBatch/mailserver/username",
        "/mailBatch/mailserver/password",
        "/mailBatch/mailserver/from",
        "/mailBatch/mailserver/readTimeout",
        "/mailBatch/mailserver/connectionTimeout",
        "/mailBatch/mailserver/startTls",
        "/mailBatch/mailserver/sslConfig/abilitato",
        "/mailBatch/mailserver/sslConfig/type",
        "/mailBatch/mailserver/sslConfig/hostnameVerifier",
        "/mailBatch/mailserver/sslConfig/truststore/type",
        "/mailBatch/mailserver/sslConfig/truststore/location",
        "/mailBatch/mailserver/sslConfig/keystore/type",
        "/mailBatch/mailserver/sslConfig/keystore/location",
        "/avvisaturaMail/promemoriaAvviso",
        "/avvisaturaMail/promemoriaAvviso/tipo",
        "/avvisaturaMail/promemoriaAvviso/oggetto",
        "/avvisaturaMail/promemoriaAvviso/messaggio",
        "/avvisaturaMail/promemoriaAvviso/allegaPdf",
        "/avvisaturaMail/promemoriaRicevuta/allegaPdf",
        "/avvisaturaMail/promemoriaRicevuta/soloEseguiti",
        "/avvisaturaMail/promemoriaScadenza/preavviso",
        "/avvisaturaAppIO/promemoriaAvviso/messaggio",
        "/avvisaturaAppIO/promemoriaRicevuta/soloEseguiti",
        "/avvisaturaAppIO/promemoriaScadenza",
        "/avvisaturaAppIO/promemoriaScadenza/preavviso",
        "/appIOBatch/abilitato",
        "/appIOBatch/url",
        "/appIOBatch/auth/clientSecret",
    ] {
        let campo = puntatore.rsplit('/').next().unwrap();
        let atteso = sintassi(&dentro(puntatore, &format!("Il campo {campo} non deve essere vuoto.")));
        for v in [None, Some(&Value::Null)] {
            let r = bo.post(CONFIGURAZIONI, &cambiata(puntatore, v)).await;
            assert_eq!(r.errore(), atteso, "{puntatore}");
        }
    }
    assert_eq!(leggi(&bo).await, prima);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_valore_ha_la_sua_regola(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let prima = leggi(&bo).await;
    let quando =
        "Codifica inesistente per log. Valore fornito [Sempre] valori possibili [sempre, mai, solo errore]";
    let modello = "Codifica inesistente per tipo. Valore fornito [minijinja] valori possibili [freemarker]";
    let non_url = |campo: &str| format!("Il campo {campo} non contiene una URL valida.");
    let almeno = |campo: &str, n: &str| format!("Il campo {campo} deve essere superiore o uguale a {n}.");
    let spazi = |campo: &str, v: &str| {
        format!("Il valore [{v}] del campo {campo} non rispetta il pattern richiesto: \\S+")
    };
    let lunga = |campo: &str, v: &str, n: usize| {
        format!("Il valore [{v}] del campo {campo} non rispetta la lunghezza massima di {n} caratteri.")
    };
    let mail = "[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+(\\.[a-zA-Z0-9-]+)*";
    let url_lunga = format!("https://{}", "x".repeat(248));
    let percorso = "x".repeat(1025);
    let x = "x".repeat(256);
    for (puntatore, v, testo) in [
        ("/giornaleEventi/interfacce/apiEnte/letture/log", json!("Sempre"), quando.to_owned()),
        ("/servizioGDE/url", json!("xxxx"), non_url("url")),
        ("/servizioGDE/url", json!(url_lunga), lunga("url", &url_lunga, 255)),
        ("/tracciatoCsv/tipo", json!("minijinja"), modello.to_owned()),
        ("/tracciatoCsv/intestazione", json!(""), "Il campo intestazione non deve essere vuoto.".to_owned()),
        ("/hardening/captcha/serverURL", json!("htttp://x"), non_url("serverURL")),
        ("/hardening/captcha/soglia", json!(-0.1), almeno("soglia", "0")),
        ("/hardening/captcha/soglia", json!(1.01), "Il campo soglia deve essere inferiore a 1.".to_owned()),
        (
            "/hardening/captcha/parametro",
            json!("a b"),
            "Il valore [a b] del campo parametro non rispetta il pattern richiesto: [a-zA-Z0-9\\-_]+".to_owned(),
        ),
        ("/hardening/captcha/connectionTimeout", json!(-1), almeno("connectionTimeout", "0")),
        ("/hardening/captcha/readTimeout", json!(-1), almeno("readTimeout", "0")),
        ("/mailBatch/mailserver/host", json!("a b"), spazi("host", "a b")),
        ("/mailBatch/mailserver/username", json!("a\tb"), spazi("username", "a\tb")),
        ("/mailBatch/mailserver/port", json!(0), almeno("port", "1")),
        ("/mailBatch/mailserver/password", json!(x), lunga("password", "***", 255)),
        (
            "/mailBatch/mailserver/from",
            json!("Ente <a@b.it>"),
            format!("Il valore [Ente <a@b.it>] del campo from non rispetta il pattern richiesto: {mail}"),
        ),
        ("/mailBatch/mailserver/readTimeout", json!(-1), almeno("readTimeout", "0")),
        ("/mailBatch/mailserver/connectionTimeout", json!(-1), almeno("connectionTimeout", "0")),
        (
            "/mailBatch/mailserver/sslConfig/type",
            json!("TLSv1.3"),
            "Codifica inesistente per type. Valore fornito [TLSv1.3] valori possibili [SSL, SSLv3, TLS, TLSv1, TLSv1.1, TLSv1.2]".to_owned(),
        ),
        (
            "/mailBatch/mailserver/sslConfig/truststore/type",
            json!("PKCS12"),
            "Codifica inesistente per type. Valore fornito [PKCS12] valori possibili [JKS]".to_owned(),
        ),
        ("/mailBatch/mailserver/sslConfig/keystore/location", json!(percorso), {
            lunga("location", &format!("{}...", "x".repeat(1000)), 1024)
        }),
        ("/mailBatch/mailserver/sslConfig/keystore/password", json!(x), lunga("password", "***", 255)),
        (
            "/mailBatch/mailserver/sslConfig/keystore/managementAlgorithm",
            json!(x),
            lunga("managementAlgorithm", &x, 255),
        ),
        ("/avvisaturaMail/promemoriaRicevuta/tipo", json!("minijinja"), modello.to_owned()),
        ("/avvisaturaMail/promemoriaScadenza/preavviso", json!(-1), almeno("preavviso", "0")),
        ("/appIOBatch/url", json!("con spazi"), spazi("url", "con spazi")),
        ("/appIOBatch/timeToLive", json!(3599), almeno("timeToLive", "3,600")),
        ("/appIOBatch/timeToLive", json!(604_801), "Il campo timeToLive deve essere inferiore a 604,800.".to_owned()),
        ("/appIOBatch/auth/urlTokenEndpoint", json!("x"), non_url("urlTokenEndpoint")),
    ] {
        let r = bo.post(CONFIGURAZIONI, &cambiata(puntatore, Some(&v))).await;
        assert_eq!(r.errore(), sintassi(&dentro(puntatore, &testo)), "{puntatore} = {v}");
    }
    assert_eq!(leggi(&bo).await, prima, "nulla e' stato scritto");
    // The bounds themselves.
    for (puntatore, v) in [
        ("/hardening/captcha/soglia", json!(0)),
        ("/hardening/captcha/soglia", json!(1.0)),
        ("/mailBatch/mailserver/port", json!(1)),
        ("/appIOBatch/timeToLive", json!(3600)),
    ] {
        bo.post(CONFIGURAZIONI, &cambiata(puntatore, Some(&v))).await.con_stato(200);
        assert_eq!(leggi(&bo).await.pointer(puntatore), Some(&v));
    }
}
