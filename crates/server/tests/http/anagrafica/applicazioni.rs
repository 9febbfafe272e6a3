use super::{con, inesistente, lungo, rifiuti, salva, torna};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{AMMINISTRATORE, Anagrafica, Backend, TestApp};

const P: &str = "/applicazioni/APP-1";

fn minima() -> Value {
    json!({"principal": "CN=app, O=ente"})
}

fn piena() -> Value {
    json!({
        "principal": "CN=app, O=ente",
        "codificaAvvisi": {"codificaIuv": "34", "regExpIuv": "34[0-9]{13}", "generazioneIuvInterna": true},
        "apiPagamenti": true, "apiPendenze": true, "apiRagioneria": true,
        "acl": [
            {"servizio": "Pendenze", "autorizzazioni": ["R", "W"]},
            {"servizio": "Anagrafica PagoPA", "autorizzazioni": ["W"]}
        ],
        "servizioIntegrazione": {
            "url": "https://ente.example/api", "versioneApi": "REST v2", "auth": {"username": "u", "password": "p"}
        },
        "abilitato": false
    })
}

/// What GET shows beside what was sent.
fn difetto(altro: Value) -> Value {
    con(
        &json!({
            "idA2A": "APP-1", "password": false, "domini": [], "tipiPendenza": [], "ruoli": []
        }),
        &altro,
    )
}

fn difetto_minimo() -> Value {
    difetto(json!({
        "apiPagamenti": false, "apiPendenze": false, "apiRagioneria": false, "acl": [], "abilitato": true
    }))
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_applicazione_torna_come_fu_inviata(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    inesistente(&bo, P, "Applicazione APP-1 non censita in Anagrafica").await;
    torna(&bo, P, &minima(), 201, &difetto_minimo()).await;
    torna(&bo, P, &piena(), 200, &difetto(json!({}))).await;
    torna(&bo, P, &minima(), 200, &difetto_minimo()).await;
    // The password is never shown, and the only member that an absence does not clear.
    salva(&bo, P, &con(&minima(), &json!({"password": "Segreta123"})), 200).await;
    let con_password = con(&difetto_minimo(), &json!({"password": true}));
    torna(&bo, P, &minima(), 200, &con_password).await;
    // Every kind of credentials of the connector comes back.
    for auth in [
        json!({"apiId": "i", "apiKey": "k"}),
        json!({"headerName": "X-H", "headerValue": "v"}),
        json!({"clientId": "c", "clientSecret": "s", "urlTokenEndpoint": "https://t.example/token"}),
        json!({"tipo": "Server", "tsLocation": "/t", "tsPassword": "p", "tsType": "JKS", "sslType": "TLS"}),
    ] {
        let i = json!({"servizioIntegrazione": {"url": "http://e", "versioneApi": "REST v1", "auth": auth}});
        torna(&bo, P, &con(&minima(), &i), 200, &con_password).await;
    }
    // An identifier that is part of another never matches it.
    inesistente(&bo, "/applicazioni/APP-", "Applicazione APP- non censita in Anagrafica").await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn gli_ambiti_di_un_applicazione(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    for u in ["U1", "U2"] {
        let corpo = json!({"ragioneSociale": format!("Ufficio {u}"), "abilitato": true});
        salva(&bo, &format!("/domini/12345678901/unitaOperative/{u}"), &corpo, 201).await;
    }
    salva(&bo, P, &minima(), 201).await;
    let a = "12345678901";
    let intero = json!({
        "idDominio": a, "ragioneSociale": "Ente Creditore di prova",
        "unitaOperative": [{"idUnita": "*", "ragioneSociale": "Tutte"}]
    });
    let uffici = json!({
        "idDominio": a, "ragioneSociale": "Ente Creditore di prova",
        "unitaOperative": [
            {"idUnita": "U2", "ragioneSociale": "Ufficio U2"}, {"idUnita": "U1", "ragioneSociale": "Ufficio U1"}
        ]
    });
    let tutti = json!([{"idDominio": "*", "ragioneSociale": "Tutti"}]);
    for (inviati, letti) in [
        (json!(null), json!([])),
        (json!([]), json!([])),
        (json!(["*"]), tutti.clone()),
        (json!([a, {"idDominio": "*"}]), tutti),
        (json!([a]), json!([intero])),
        (json!([{"idDominio": a}]), json!([intero])),
        (json!([{"idDominio": a, "unitaOperative": []}]), json!([intero])),
        (json!([{"idDominio": a, "unitaOperative": ["U1", "*"]}]), json!([intero])),
        (json!([{"idDominio": a, "unitaOperative": ["U2", "U1"]}]), json!([uffici])),
    ] {
        salva(&bo, P, &con(&minima(), &json!({"domini": inviati})), 200).await;
        assert_eq!(bo.get(P).await.json()["domini"], letti, "{inviati}");
    }
    let autodeterminazione = json!({
        "idTipoPendenza": "autodeterminazione", "descrizione": "Autodeterminazione delle Pendenze"
    });
    let tari = json!({"idTipoPendenza": "TARI", "descrizione": "Tassa sui rifiuti"});
    let ogni = json!({"idTipoPendenza": "*", "descrizione": "Tutti"});
    for (inviati, letti) in [
        (json!(null), json!([])),
        (json!(["TARI", "*"]), json!([ogni])),
        (json!(["TARI"]), json!([tari])),
        (json!(["autodeterminazione", "TARI"]), json!([tari, autodeterminazione])),
        (json!(["*", "autodeterminazione"]), json!([ogni, autodeterminazione])),
    ] {
        salva(&bo, P, &con(&minima(), &json!({"tipiPendenza": inviati})), 200).await;
        assert_eq!(bo.get(P).await.json()["tipiPendenza"], letti, "{inviati}");
    }
    salva(&bo, P, &con(&minima(), &json!({"ruoli": ["Operatore"]})), 200).await;
    let ruoli = bo.get(P).await.json()["ruoli"].clone();
    assert_eq!(ruoli[0]["id"], "Operatore");
    assert_eq!(ruoli[0]["acl"][0], json!({"servizio": "Rendicontazioni e Incassi", "autorizzazioni": ["R"]}));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_campi_di_un_applicazione(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let vuoto = |f: &str| format!("Il campo {f} non deve essere vuoto.");
    let a = "12345678901";
    rifiuti(&bo, P, &piena(), &[
        ("/idA2A", json!("x"), 400, "Unrecognized field \"idA2A\" (12 known properties"),
        ("/principal", Value::Null, 400, &vuoto("principal")),
        ("/principal", json!(lungo(4001)), 400, "massima di 4000 caratteri"),
        ("/password", json!("debole"), 400, "del campo password non rispetta il pattern richiesto: ^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?!.*[\\s]).{8,}$"),
        ("/password", json!(format!("Aa1{}", lungo(253))), 400, "massima di 255 caratteri"),
        ("/codificaAvvisi/codificaIuv", json!(lungo(16)), 400, "massima di 15 caratteri"),
        ("/codificaAvvisi/codificaIuv", json!("12a"), 422, "codificaIuv"),
        ("/codificaAvvisi/regExpIuv", json!(lungo(1025)), 400, "massima di 1024 caratteri"),
        ("/codificaAvvisi/regExpIuv", json!("[0-9"), 422, "Il campo regExpIuv non contiene un pattern valido."),
        ("/codificaAvvisi/regExpIuv", Value::Null, 400, "Il campo regExpIuv non puo' essere vuoto quando e' selezionato il campo generazioneIuvInterna."),
        ("/codificaAvvisi/generazioneIuvInterna", Value::Null, 400, &vuoto("generazioneIuvInterna")),
        ("/domini", json!("*"), 400, "[\"domini\"]"),
        ("/domini", json!(["1234567890"]), 400, "del campo domini non rispetta il pattern"),
        ("/domini", json!([{"idDominio": "123"}]), 400, "del campo idDominio non rispetta il pattern"),
        ("/domini", json!([{"idDominio": a, "unitaOperative": ["a b"]}]), 400, "del campo unitaOperative non rispetta il pattern"),
        ("/domini", json!([{"idDominio": a, "altro": 1}]), 400, "Unrecognized field \"altro\""),
        ("/domini", json!(["99999999999"]), 422, "Il dominio 99999999999 indicato non esiste."),
        ("/domini", json!([{"idDominio": a, "unitaOperative": ["U9"]}]), 422, "L'unita' operativa U9 indicata non esiste."),
        ("/tipiPendenza", json!(["a b"]), 400, "del campo tipiPendenza non rispetta il pattern"),
        ("/tipiPendenza", json!(["IGNOTO"]), 422, "Il tipo pendenza IGNOTO indicato non esiste."),
        ("/apiPagamenti", Value::Null, 400, &vuoto("apiPagamenti")),
        ("/apiPendenze", Value::Null, 400, &vuoto("apiPendenze")),
        ("/apiRagioneria", Value::Null, 400, &vuoto("apiRagioneria")),
        ("/acl", json!([{"servizio": "API Pendenze", "autorizzazioni": ["R"]}]), 400, "Codifica inesistente per servizio."),
        ("/acl", json!([{"servizio": "Pendenze", "autorizzazioni": []}]), 400, &vuoto("autorizzazioni")),
        ("/acl", json!([{"servizio": "Pendenze", "autorizzazioni": ["X"]}]), 400, "Codifica inesistente per autorizzazioni."),
        ("/acl", json!([{"autorizzazioni": ["R"]}]), 400, &vuoto("servizio")),
        ("/ruoli", json!(["a b"]), 400, "del campo ruoli non rispetta il pattern"),
        ("/ruoli", json!(["Ignoto"]), 422, "Il ruolo Ignoto indicato non esiste."),
        ("/servizioIntegrazione/url", json!("x"), 400, "Il campo url non contiene una URL valida."),
        ("/servizioIntegrazione/versioneApi", Value::Null, 400, &vuoto("versioneApi")),
        ("/servizioIntegrazione/versioneApi", json!("REST v3"), 400, "valori possibili [REST v1, REST v2]"),
        ("/servizioIntegrazione/auth/username", Value::Null, 400, &vuoto("username")),
        ("/abilitato", Value::Null, 400, &vuoto("abilitato")),
    ])
    .await;
    inesistente(&bo, P, "Applicazione APP-1 non censita in Anagrafica").await;
    assert_eq!(bo.put("/applicazioni/a.b", &minima()).await.stato(), 400);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_principal_e_di_uno_solo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let no = |verbo: &str, id: &str| {
        let testo =
            format!("Impossibile {verbo} l'Applicazione [{id}], il Principal indicato non e' disponibile.");
        (422, "SEMANTICA".to_owned(), testo)
    };
    let di_operatore = json!({"principal": AMMINISTRATORE.0});
    assert_eq!(bo.put(P, &di_operatore).await.errore(), no("aggiungere", "APP-1"));
    salva(&bo, P, &minima(), 201).await;
    assert_eq!(bo.put("/applicazioni/APP-2", &minima()).await.errore(), no("aggiungere", "APP-2"));
    inesistente(&bo, "/applicazioni/APP-2", "Applicazione APP-2 non censita in Anagrafica").await;
    assert_eq!(bo.put(P, &di_operatore).await.errore(), no("modificare", "APP-1"));
    assert_eq!(bo.get(P).await.json()["principal"], minima()["principal"]);
    // Its own principal is no obstacle, and it may change.
    salva(&bo, P, &minima(), 200).await;
    salva(&bo, P, &json!({"principal": "altro"}), 200).await;
    salva(&bo, "/applicazioni/APP-2", &minima(), 201).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn di_sessantaquattro_put_insieme_uno_solo_crea(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let insieme: Vec<_> = (0..64)
        .map(|_| {
            let bo = bo.clone();
            tokio::spawn(async move { bo.put(P, &minima()).await.stato() })
        })
        .collect();
    let mut stati = Vec::new();
    for i in insieme {
        stati.push(i.await.expect("la risposta"));
    }
    assert_eq!(stati.iter().filter(|s| **s == 201).count(), 1, "{stati:?}");
    assert_eq!(stati.iter().filter(|s| **s == 200).count(), 63, "{stati:?}");
}
