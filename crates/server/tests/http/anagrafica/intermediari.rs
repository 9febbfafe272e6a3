use super::{con, inesistente, lungo, rifiuti, salva, torna};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Backend, TestApp};

fn minimo() -> Value {
    json!({
        "denominazione": "Regione", "principalPagoPa": "CN=nodo, O=pagoPA",
        "servizioPagoPa": {"urlRPT": "https://nodo.example/rpt"}, "abilitato": true
    })
}

fn pieno() -> Value {
    let rest = |auth: Value| json!({"url": "https://x.example/api", "auth": auth, "subscriptionKey": "chiave", "abilitaGDE": true});
    json!({
        "denominazione": "Regione", "principalPagoPa": "CN=nodo, O=pagoPA",
        "servizioPagoPa": {
            "urlRPT": "https://nodo.example/rpt", "subscriptionKey": "sk",
            "auth": {"username": "u", "password": "p"}
        },
        "servizioFtp": {
            "ftpLettura": {"host": "h", "porta": "21", "username": "u", "password": "p"},
            "ftpScrittura": {"host": "h2", "porta": "22", "username": "u2", "password": "p2"}
        },
        "servizioPagoPaRecuperoRT": rest(json!({"apiId": "i", "apiKey": "k"})),
        "servizioPagoPaACA": rest(json!({"headerName": "X-H", "headerValue": "v"})),
        "servizioPagoPaGPD": rest(json!({
            "clientId": "c", "clientSecret": "s", "urlTokenEndpoint": "https://t.example/token", "scope": "a b"
        })),
        "servizioPagoPaFR": rest(json!({
            "tipo": "Client", "ksLocation": "/k", "ksPassword": "kp", "ksType": "JKS", "ksPKeyPasswd": "kk",
            "tsLocation": "/t", "tsPassword": "tp", "tsType": "JKS", "sslType": "TLSv1.2"
        })),
        "servizioPagoPaBackofficeEC": rest(json!({
            "tipo": "Server", "tsLocation": "/t", "tsPassword": "tp", "tsType": "JKS", "sslType": "TLS"
        })),
        "abilitato": false
    })
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_intermediario_torna_come_fu_inviato(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let p = "/intermediari/11111111113";
    inesistente(&bo, p, "Intermediario 11111111113 non censito in Anagrafica").await;
    let in_piu = json!({"idIntermediario": "11111111113", "stazioni": []});
    torna(&bo, p, &minimo(), 201, &in_piu).await;
    torna(&bo, p, &pieno(), 200, &in_piu).await;
    // What is absent, or null, is cleared.
    torna(&bo, p, &minimo(), 200, &in_piu).await;
    torna(&bo, p, &con(&minimo(), &json!({"servizioFtp": null, "servizioPagoPaACA": null})), 200, &in_piu)
        .await;
    // abilitaGDE is false unless given, and always shown.
    let aca =
        |gde: Value| con(&minimo(), &json!({"servizioPagoPaACA": con(&json!({"url": "http://a"}), &gde)}));
    salva(&bo, p, &aca(json!({})), 200).await;
    let letto = bo.get(p).await.json();
    assert_eq!(letto, con(&aca(json!({"abilitaGDE": false})), &in_piu));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_campi_di_un_intermediario(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let p = "/intermediari/11111111113";
    let vuoto = |f: &str| format!("Il campo {f} non deve essere vuoto.");
    rifiuti(
        &bo,
        p,
        &pieno(),
        &[
            (
                "/ignoto",
                Value::Null,
                400,
                "Unrecognized field \"ignoto\" (10 known properties: \"denominazione\"",
            ),
            (
                "/servizioPagoPa/ignoto",
                json!(1),
                400,
                "(through reference chain: [\"servizioPagoPa\"]->[\"ignoto\"])",
            ),
            ("/denominazione", Value::Null, 400, &vuoto("denominazione")),
            (
                "/denominazione",
                json!(""),
                400,
                "del campo denominazione non rispetta la lunghezza minima di 1 caratteri.",
            ),
            (
                "/denominazione",
                json!(lungo(256)),
                400,
                "del campo denominazione non rispetta la lunghezza massima di 255 caratteri.",
            ),
            ("/denominazione", json!(true), 400, "[\"denominazione\"]"),
            ("/principalPagoPa", Value::Null, 400, &vuoto("principalPagoPa")),
            ("/principalPagoPa", json!(lungo(4001)), 400, "massima di 4000 caratteri"),
            ("/servizioPagoPa", Value::Null, 400, &vuoto("servizioPagoPa")),
            ("/servizioPagoPa", json!("x"), 400, "[\"servizioPagoPa\"]"),
            (
                "/servizioPagoPa/urlRPT",
                json!("htttp://x"),
                400,
                "Field 'servizioPagoPa' non valido: Il campo urlRPT non contiene una URL valida.",
            ),
            (
                "/servizioPagoPa/urlRPT",
                json!(format!("http://{}", lungo(250))),
                400,
                "massima di 255 caratteri",
            ),
            ("/servizioPagoPa/subscriptionKey", json!(""), 400, "minima di 1 caratteri"),
            ("/servizioPagoPa/auth/password", Value::Null, 400, &vuoto("password")),
            ("/servizioPagoPa/auth", json!({}), 400, &vuoto("tipo")),
            ("/servizioFtp/ftpLettura/host", Value::Null, 400, &vuoto("host")),
            ("/servizioFtp/ftpScrittura/porta", Value::Null, 400, &vuoto("porta")),
            (
                "/servizioPagoPaRecuperoRT/url",
                json!("xxxx"),
                400,
                "Field 'servizioPagoPaRecuperoRT' non valido: Il campo url",
            ),
            ("/servizioPagoPaRecuperoRT/auth/apiId", Value::Null, 400, &vuoto("apiId")),
            ("/servizioPagoPaACA/auth/headerName", Value::Null, 400, &vuoto("headerName")),
            (
                "/servizioPagoPaGPD/auth/urlTokenEndpoint",
                json!("x"),
                400,
                "Il campo urlTokenEndpoint non contiene una URL valida.",
            ),
            ("/servizioPagoPaFR/auth/tipo", json!("Altro"), 400, "Codifica inesistente per tipo."),
            ("/servizioPagoPaFR/auth/sslType", json!("TLSv9"), 400, "Codifica inesistente per sslType."),
            ("/servizioPagoPaFR/auth/ksLocation", Value::Null, 400, &vuoto("ksLocation")),
            ("/servizioPagoPaBackofficeEC/abilitaGDE", json!("si"), 400, "[\"abilitaGDE\"]"),
            ("/abilitato", Value::Null, 400, &vuoto("abilitato")),
            ("/abilitato", json!(1), 400, "[\"abilitato\"]"),
        ],
    )
    .await;
    inesistente(&bo, p, "Intermediario 11111111113 non censito in Anagrafica").await;
    // Coercions: a number for a text, a text for a boolean.
    let corpo = con(&minimo(), &json!({"denominazione": 123, "abilitato": "true"}));
    salva(&bo, p, &corpo, 201).await;
    assert_eq!(bo.get(p).await.json()["denominazione"], "123");
    // An error of kind comes before the syntax of the path, which comes before the fields.
    let storto = "/intermediari/1111111111x";
    let e = bo.put(storto, &con(&minimo(), &json!({"abilitato": 1, "denominazione": ""}))).await.errore();
    assert!(e.2.contains("[\"abilitato\"]"), "{e:?}");
    let e = bo.put(storto, &con(&minimo(), &json!({"denominazione": ""}))).await.errore();
    assert_eq!(
        e.2,
        "Il valore [1111111111x] del campo idIntermediario non rispetta il pattern richiesto: [0-9]{11}"
    );
    assert_eq!(bo.get(storto).await.stato(), 400);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_stazione_e_del_suo_intermediario(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let p = "/intermediari/11111111113/stazioni/11111111113_01";
    let v2 = json!({"abilitato": true, "versione": "V2"});
    let e = bo.put(p, &v2).await.errore();
    assert_eq!(e, (422, "SEMANTICA".into(), "L'intermediario 11111111113 indicato non esiste.".into()));
    salva(&bo, "/intermediari/11111111113", &minimo(), 201).await;
    inesistente(&bo, p, "Stazione 11111111113_01 non censita in Anagrafica per l'intermediario 11111111113")
        .await;
    let in_piu = json!({"idStazione": "11111111113_01", "domini": []});
    torna(&bo, p, &v2, 201, &in_piu).await;
    torna(&bo, p, &json!({"abilitato": false, "versione": "V1", "password": "segreta"}), 200, &in_piu).await;
    torna(&bo, p, &v2, 200, &in_piu).await;
    salva(&bo, p, &con(&v2, &json!({"password": ""})), 200).await;
    assert_eq!(bo.get(p).await.json(), con(&v2, &in_piu));
    rifiuti(
        &bo,
        p,
        &v2,
        &[
            ("/domini", json!([]), 400, "Unrecognized field \"domini\""),
            ("/abilitato", Value::Null, 400, "Il campo abilitato non deve essere vuoto."),
            ("/versione", Value::Null, 400, "Il campo versione non deve essere vuoto."),
            (
                "/versione",
                json!("V3"),
                400,
                "Codifica inesistente per versione. Valore fornito [V3] valori possibili [V1, V2]",
            ),
            ("/versione", json!("V1"), 400, "Il campo password non deve essere vuoto."),
            ("/password", json!(lungo(36)), 400, "massima di 35 caratteri"),
        ],
    )
    .await;
    for (id, stato) in
        [("11111111114_01", 422), ("11111111113_00", 422), ("11111111113_1", 400), ("11111111113_1x", 400)]
    {
        let r = bo.put(&format!("/intermediari/11111111113/stazioni/{id}"), &v2).await;
        assert_eq!(r.stato(), stato, "{id}: {}", r.testo());
    }
    let altro = "/intermediari/11111111114/stazioni/11111111113_01";
    inesistente(
        &bo,
        altro,
        "Stazione 11111111113_01 non censita in Anagrafica per l'intermediario 11111111114",
    )
    .await;
    let stazioni = bo.get("/intermediari/11111111113").await.json()["stazioni"].clone();
    let attesa =
        con(&v2, &json!({"idStazione": "11111111113_01", "domini": "/domini?stazione=11111111113_01"}));
    assert_eq!(stazioni, json!([attesa]));
}
