//! Every rule of the tables, violated alone, with its whole answer: intermediari and stazioni (spec 10 5.1),
//! applicazioni (5.5), connectors of a dominio (section 7).

use super::campi::{
    APPLICAZIONE, Caso, DOMINIO, INTERMEDIARIO, applicazione, cambiato, codifica, corto, dentro, dominio,
    e_rifiuto, in_campo, intermediario, lunghezza, lungo, modello, rifiutati, specie, url, vuoto,
};
use super::*;
use rstest::rstest;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_regola_di_un_intermediario(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let pieno = intermediario(&specie()[3]);
    let mut casi: Vec<Caso> = vec![
        ("/denominazione", Value::Null, 400, vuoto("denominazione")),
        corto("/denominazione", "denominazione"),
        lungo("/denominazione", "denominazione", 255),
        ("/principalPagoPa", Value::Null, 400, vuoto("principalPagoPa")),
        corto("/principalPagoPa", "principalPagoPa"),
        lungo("/principalPagoPa", "principalPagoPa", 4000),
        ("/servizioPagoPa", Value::Null, 400, vuoto("servizioPagoPa")),
        ("/abilitato", Value::Null, 400, vuoto("abilitato")),
    ];
    let lunga = format!("https://{}", "x".repeat(248));
    let url_lunga = |f: &str| lunghezza(f, &lunga, "massima", 255);
    casi.extend(in_campo(
        "servizioPagoPa",
        vec![
            ("/servizioPagoPa/urlRPT", Value::Null, 400, vuoto("urlRPT")),
            ("/servizioPagoPa/urlRPT", json!("htttp://x"), 400, url("urlRPT")),
            ("/servizioPagoPa/urlRPT", json!("xxxx"), 400, url("urlRPT")),
            ("/servizioPagoPa/urlRPT", json!(lunga), 400, url_lunga("urlRPT")),
            corto("/servizioPagoPa/subscriptionKey", "subscriptionKey"),
            lungo("/servizioPagoPa/subscriptionKey", "subscriptionKey", 255),
        ],
    ));
    macro_rules! rest {
        ($($servizio:literal),+) => { $(
            casi.extend(in_campo($servizio, vec![
                (concat!("/", $servizio, "/url"), Value::Null, 400, vuoto("url")),
                corto(concat!("/", $servizio, "/url"), "url"),
                (concat!("/", $servizio, "/url"), json!("ftp://x"), 400, url("url")),
                (concat!("/", $servizio, "/url"), json!(lunga), 400, url_lunga("url")),
                corto(concat!("/", $servizio, "/subscriptionKey"), "subscriptionKey"),
                lungo(concat!("/", $servizio, "/subscriptionKey"), "subscriptionKey", 255),
            ]));
        )+ };
    }
    rest!(
        "servizioPagoPaRecuperoRT",
        "servizioPagoPaACA",
        "servizioPagoPaGPD",
        "servizioPagoPaFR",
        "servizioPagoPaBackofficeEC"
    );
    macro_rules! ftp {
        ($($quale:literal: $($membro:literal),+;)+) => { $( $(
            let dove = concat!("/servizioFtp/", $quale, "/", $membro);
            casi.extend(in_campo("servizioFtp", in_campo($quale, vec![
                (dove, Value::Null, 400, vuoto($membro)), corto(dove, $membro), lungo(dove, $membro, 255),
            ])));
        )+ )+ };
    }
    ftp!(
        "ftpLettura": "host", "porta", "username", "password";
        "ftpScrittura": "host", "porta", "username", "password";
    );
    rifiutati(&bo, INTERMEDIARIO, &pieno, &casi).await;
    for id in ["1111111111", "111111111131", "1111111111x"] {
        let r = bo.put(&format!("/intermediari/{id}"), &pieno).await;
        e_rifiuto(&r, 400, &modello("idIntermediario", id, "[0-9]{11}"), id);
    }
    assert_eq!(bo.get(INTERMEDIARIO).await.stato(), 404, "a failing PUT leaves nothing behind");
    bo.put(INTERMEDIARIO, &pieno).await.con_stato(201);

    let s = "/intermediari/11111111113/stazioni/11111111113_01";
    let v1 = json!({"abilitato": true, "versione": "V1", "password": "segreta"});
    let v2 = json!({"abilitato": true, "versione": "V2"});
    rifiutati(
        &bo,
        s,
        &v1,
        &[
            ("/abilitato", Value::Null, 400, vuoto("abilitato")),
            ("/versione", Value::Null, 400, vuoto("versione")),
            ("/versione", json!("V3"), 400, codifica("versione", "V3", "V1, V2")),
            ("/password", Value::Null, 400, vuoto("password")),
            corto("/password", "password"),
            lungo("/password", "password", 35),
        ],
    )
    .await;
    rifiutati(&bo, s, &v2, &[lungo("/password", "password", 35)]).await;
    for (id, stato, testo) in [
        ("11111111113_1", 400, modello("idStazione", "11111111113_1", "[0-9]{11}_[0-9]{2}")),
        (
            "11111111114_01",
            422,
            "Il codice stazione indicato 11111111114_01 non e' valido per l'intermediario 11111111113."
                .to_owned(),
        ),
    ] {
        let r = bo.put(&format!("/intermediari/11111111113/stazioni/{id}"), &v2).await;
        if stato == 400 {
            e_rifiuto(&r, stato, &testo, id);
        } else {
            // The spec gives the status, not the text.
            assert_eq!((r.stato(), r.json()["codice"].clone()), (422, json!("SEMANTICA")), "{id}");
        }
    }
    let r = bo.put("/intermediari/11111111114/stazioni/11111111114_01", &v2).await;
    e_rifiuto(&r, 422, "L'intermediario 11111111114 indicato non esiste.", "intermediario ignoto");
    assert_eq!(bo.get(s).await.stato(), 404);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_regola_di_un_applicazione(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let pieno = applicazione(&specie()[3]);
    let a = "12345678901";
    let password = "^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?!.*[\\s]).{8,}$";
    let (dom, tipo) = ("[0-9]{11}", "[a-zA-Z0-9\\-_.]{1,35}");
    let uo = "[a-zA-Z0-9\\-_]{1,35}";
    let lunga = format!("https://{}", "x".repeat(248));
    let mut casi: Vec<Caso> = vec![
        ("/principal", Value::Null, 400, vuoto("principal")),
        corto("/principal", "principal"),
        lungo("/principal", "principal", 4000),
        ("/password", json!("senzamaiuscole1"), 400, modello("password", "***", password)),
        ("/domini", json!(["1234567890"]), 400, modello("domini", "1234567890", dom)),
        ("/domini", json!([{"idDominio": "123"}]), 400, modello("idDominio", "123", dom)),
        (
            "/domini",
            json!([{"idDominio": a, "unitaOperative": ["a b"]}]),
            400,
            modello("unitaOperative", "a b", uo),
        ),
        ("/domini", json!(["99999999999"]), 422, "Il dominio 99999999999 indicato non esiste.".to_owned()),
        (
            "/domini",
            json!([{"idDominio": a, "unitaOperative": ["U9"]}]),
            422,
            "L'unita' operativa U9 indicata non esiste.".to_owned(),
        ),
        ("/tipiPendenza", json!(["a b"]), 400, modello("tipiPendenza", "a b", tipo)),
        ("/tipiPendenza", json!(["IGNOTO"]), 422, "Il tipo pendenza IGNOTO indicato non esiste.".to_owned()),
        ("/apiPagamenti", Value::Null, 400, vuoto("apiPagamenti")),
        ("/apiPendenze", Value::Null, 400, vuoto("apiPendenze")),
        ("/apiRagioneria", Value::Null, 400, vuoto("apiRagioneria")),
        ("/ruoli", json!(["Ignoto"]), 422, "Il ruolo Ignoto indicato non esiste.".to_owned()),
        ("/abilitato", Value::Null, 400, vuoto("abilitato")),
        (
            "/codificaAvvisi/regExpIuv",
            json!("[0-9"),
            422,
            "Il campo regExpIuv non contiene un pattern valido.".to_owned(),
        ),
    ];
    casi.extend(in_campo(
        "codificaAvvisi",
        vec![
        corto("/codificaAvvisi/codificaIuv", "codificaIuv"),
        lungo("/codificaAvvisi/codificaIuv", "codificaIuv", 15),
        corto("/codificaAvvisi/regExpIuv", "regExpIuv"),
        lungo("/codificaAvvisi/regExpIuv", "regExpIuv", 1024),
        (
            "/codificaAvvisi/regExpIuv",
            Value::Null,
            400,
            "Il campo regExpIuv non puo' essere vuoto quando e' selezionato il campo generazioneIuvInterna."
                .to_owned(),
        ),
        ("/codificaAvvisi/generazioneIuvInterna", Value::Null, 400, vuoto("generazioneIuvInterna")),
    ],
    ));
    casi.extend(in_campo(
        "servizioIntegrazione",
        vec![
            ("/servizioIntegrazione/url", Value::Null, 400, vuoto("url")),
            ("/servizioIntegrazione/url", json!("xxxx"), 400, url("url")),
            ("/servizioIntegrazione/url", json!(lunga), 400, lunghezza("url", &lunga, "massima", 255)),
            ("/servizioIntegrazione/versioneApi", Value::Null, 400, vuoto("versioneApi")),
            (
                "/servizioIntegrazione/versioneApi",
                json!("REST v3"),
                400,
                codifica("versioneApi", "REST v3", "REST v1, REST v2"),
            ),
            corto("/servizioIntegrazione/subscriptionKey", "subscriptionKey"),
            lungo("/servizioIntegrazione/subscriptionKey", "subscriptionKey", 255),
        ],
    ));
    rifiutati(&bo, APPLICAZIONE, &pieno, &casi).await;
    // Digits only: the spec gives the status, not the text.
    let r = bo.put(APPLICAZIONE, &cambiato(&pieno, "/codificaAvvisi/codificaIuv", &json!("12a"))).await;
    assert_eq!((r.stato(), r.json()["codice"].clone()), (422, json!("SEMANTICA")));
    for id in ["a.b", &"x".repeat(36)] {
        let r = bo.put(&format!("/applicazioni/{id}"), &pieno).await;
        e_rifiuto(&r, 400, &modello("idA2A", id, uo), id);
    }
    assert_eq!(bo.get(APPLICAZIONE).await.stato(), 404, "a failing PUT leaves nothing behind");
    // A section that is not there is taken away.
    bo.put(APPLICAZIONE, &pieno).await.con_stato(201);
    assert!(bo.get(APPLICAZIONE).await.json().get("servizioIntegrazione").is_some());
    for senza in [cambiato(&pieno, "/servizioIntegrazione", &Value::Null), json!({"principal": "CN=app"})] {
        bo.put(APPLICAZIONE, &senza).await.con_stato(200);
        assert!(bo.get(APPLICAZIONE).await.json().get("servizioIntegrazione").is_none());
        bo.put(APPLICAZIONE, &pieno).await.con_stato(200);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_regola_dei_connettori_di_un_dominio(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let pieno = dominio(&specie()[1]);
    let prima = bo.get(DOMINIO).await.json();
    let indirizzo = "[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+(\\.[a-zA-Z0-9-]+)*";
    let tipi = "Indicare almeno un valore nel campo tipiPendenza";
    let lunga = format!("https://{}", "x".repeat(248));
    macro_rules! comuni {
        ($servizio:literal, $ammessi:literal) => {
            in_campo(
                $servizio,
                vec![
                    (concat!("/", $servizio, "/abilitato"), Value::Null, 400, vuoto("abilitato")),
                    (concat!("/", $servizio, "/tipoConnettore"), Value::Null, 400, vuoto("tipoConnettore")),
                    (
                        concat!("/", $servizio, "/tipoConnettore"),
                        json!("FAX"),
                        400,
                        codifica("tipoConnettore", "FAX", $ammessi),
                    ),
                    (concat!("/", $servizio, "/tipiPendenza"), Value::Null, 400, tipi.to_owned()),
                    (concat!("/", $servizio, "/tipiPendenza"), json!([]), 400, tipi.to_owned()),
                    (
                        concat!("/", $servizio, "/intervalloCreazioneTracciato"),
                        Value::Null,
                        400,
                        vuoto("intervalloCreazioneTracciato"),
                    ),
                    (
                        concat!("/", $servizio, "/intervalloCreazioneTracciato"),
                        json!(0.9),
                        400,
                        "Il campo intervalloCreazioneTracciato deve essere superiore o uguale a 1."
                            .to_owned(),
                    ),
                ],
            )
        };
    }
    let mut casi: Vec<Caso> = Vec::new();
    for servizio in ["servizioMyPivot", "servizioSecim", "servizioGovPay", "servizioHyperSicAPKappa"] {
        let ignoto = "Il tipo pendenza IGNOTO indicato non esiste.".to_owned();
        let dove: &'static str = format!("/{servizio}/tipiPendenza").leak();
        casi.push((dove, json!(["*", {"idTipoPendenza": "IGNOTO"}]), 422, ignoto));
    }
    casi.extend(comuni!("servizioMyPivot", "WEBSERVICE, EMAIL, FILESYSTEM"));
    casi.extend(comuni!("servizioSecim", "EMAIL, FILESYSTEM"));
    casi.extend(comuni!("servizioGovPay", "EMAIL, FILESYSTEM, REST"));
    casi.extend(comuni!("servizioHyperSicAPKappa", "EMAIL, FILESYSTEM"));
    casi.extend(in_campo(
        "servizioMyPivot",
        vec![
            ("/servizioMyPivot/codiceIPA", Value::Null, 400, vuoto("codiceIPA")),
            corto("/servizioMyPivot/codiceIPA", "codiceIPA"),
            lungo("/servizioMyPivot/codiceIPA", "codiceIPA", 4000),
            ("/servizioMyPivot/versioneCsv", Value::Null, 400, vuoto("versioneCsv")),
            corto("/servizioMyPivot/versioneCsv", "versioneCsv"),
            lungo("/servizioMyPivot/versioneCsv", "versioneCsv", 255),
            ("/servizioMyPivot/webServiceUrl", Value::Null, 400, vuoto("webServiceUrl")),
            ("/servizioMyPivot/webServiceUrl", json!("xxxx"), 400, url("webServiceUrl")),
            ("/servizioMyPivot/tipoConnettore", json!("EMAIL"), 400, vuoto("emailIndirizzi")),
            ("/servizioMyPivot/tipoConnettore", json!("FILESYSTEM"), 400, vuoto("fileSystemPath")),
        ],
    ));
    casi.extend(in_campo(
        "servizioSecim",
        vec![
            ("/servizioSecim/versioneCsv", Value::Null, 400, vuoto("versioneCsv")),
            lungo("/servizioSecim/versioneCsv", "versioneCsv", 255),
            ("/servizioSecim/codiceCliente", Value::Null, 400, vuoto("codiceCliente")),
            corto("/servizioSecim/codiceCliente", "codiceCliente"),
            lungo("/servizioSecim/codiceCliente", "codiceCliente", 7),
            corto("/servizioSecim/codiceIstituto", "codiceIstituto"),
            lungo("/servizioSecim/codiceIstituto", "codiceIstituto", 5),
            ("/servizioSecim/emailIndirizzi", Value::Null, 400, vuoto("emailIndirizzi")),
            ("/servizioSecim/emailIndirizzi", json!([]), 400, vuoto("emailIndirizzi")),
            (
                "/servizioSecim/emailIndirizzi",
                json!(["a@b.it", "a@"]),
                400,
                modello("emailIndirizzi", "a@", indirizzo),
            ),
            corto("/servizioSecim/emailSubject", "emailSubject"),
            lungo("/servizioSecim/emailSubject", "emailSubject", 4000),
            ("/servizioSecim/emailAllegato", Value::Null, 400, vuoto("emailAllegato")),
            ("/servizioSecim/downloadBaseUrl", Value::Null, 400, vuoto("downloadBaseUrl")),
            ("/servizioSecim/downloadBaseUrl", json!("x"), 400, url("downloadBaseUrl")),
        ],
    ));
    let molti: Vec<String> = (0..300).map(|n| format!("indirizzo{n:03}@b.it")).collect();
    let uniti: String = molti.join(",").chars().take(1000).collect();
    casi.push((
        "/servizioSecim/emailIndirizzi",
        json!(molti),
        400,
        dentro("servizioSecim", &lunghezza("emailIndirizzi", &format!("{uniti}..."), "massima", 4000)),
    ));
    casi.extend(in_campo(
        "servizioGovPay",
        vec![
            ("/servizioGovPay/url", Value::Null, 400, vuoto("url")),
            ("/servizioGovPay/url", json!("xxxx"), 400, url("url")),
            ("/servizioGovPay/url", json!(lunga), 400, lunghezza("url", &lunga, "massima", 255)),
            ("/servizioGovPay/versioneApi", Value::Null, 400, vuoto("versioneApi")),
            (
                "/servizioGovPay/versioneApi",
                json!("REST v2"),
                400,
                codifica("versioneApi", "REST v2", "REST v1"),
            ),
            (
                "/servizioGovPay/contenuti",
                Value::Null,
                400,
                "Il campo contenuti deve avere almeno 1 elementi.".to_owned(),
            ),
            (
                "/servizioGovPay/contenuti",
                json!([]),
                400,
                "Il campo contenuti deve avere almeno 1 elementi.".to_owned(),
            ),
            (
                "/servizioGovPay/contenuti",
                json!(["RPP", "RT"]),
                400,
                codifica(
                    "contenuti",
                    "RT",
                    "SINTESI_PAGAMENTI, SINTESI_FLUSSI_RENDICONTAZIONE, RPP, FLUSSI_RENDICONTAZIONE",
                ),
            ),
            ("/servizioGovPay/tipoConnettore", json!("EMAIL"), 400, vuoto("versioneZip")),
            ("/servizioGovPay/tipoConnettore", json!("FILESYSTEM"), 400, vuoto("versioneZip")),
        ],
    ));
    casi.extend(in_campo(
        "servizioHyperSicAPKappa",
        vec![
            ("/servizioHyperSicAPKappa/versioneCsv", Value::Null, 400, vuoto("versioneCsv")),
            lungo("/servizioHyperSicAPKappa/versioneCsv", "versioneCsv", 255),
            ("/servizioHyperSicAPKappa/fileSystemPath", Value::Null, 400, vuoto("fileSystemPath")),
            corto("/servizioHyperSicAPKappa/fileSystemPath", "fileSystemPath"),
            lungo("/servizioHyperSicAPKappa/fileSystemPath", "fileSystemPath", 4000),
        ],
    ));
    casi.extend(in_campo(
        "servizioMaggioliJPPA",
        vec![
            ("/servizioMaggioliJPPA/abilitato", Value::Null, 400, vuoto("abilitato")),
            ("/servizioMaggioliJPPA/url", Value::Null, 400, vuoto("url")),
            ("/servizioMaggioliJPPA/url", json!("x"), 400, url("url")),
            ("/servizioMaggioliJPPA/inviaTracciatoEsito", Value::Null, 400, vuoto("inviaTracciatoEsito")),
            ("/servizioMaggioliJPPA/fileSystemPath", Value::Null, 400, vuoto("fileSystemPath")),
            ("/servizioMaggioliJPPA/emailIndirizzi", json!([]), 400, vuoto("emailIndirizzi")),
            ("/servizioMaggioliJPPA/emailAllegato", Value::Null, 400, vuoto("emailAllegato")),
            ("/servizioMaggioliJPPA/emailAllegato", json!(false), 400, vuoto("downloadBaseUrl")),
        ],
    ));
    rifiutati(&bo, DOMINIO, &pieno, &casi).await;
    assert_eq!(bo.get(DOMINIO).await.json(), prima, "a failing PUT leaves nothing behind");
    // A fraction of an hour is dropped; types come as texts or objects.
    let mut v = cambiato(&pieno, "/servizioGovPay/intervalloCreazioneTracciato", &json!(1.7));
    v["servizioGovPay"]["tipiPendenza"] = json!([{"idTipoPendenza": "TARI", "descrizione": "x"}, "LIBERO"]);
    bo.put(DOMINIO, &v).await.con_stato(200);
    let letto = bo.get(DOMINIO).await.json()["servizioGovPay"].clone();
    assert_eq!(letto["intervalloCreazioneTracciato"], 1);
    let ids: Vec<_> =
        letto["tipiPendenza"].as_array().unwrap().iter().map(|t| &t["idTipoPendenza"]).collect();
    assert_eq!(ids, ["TARI", "LIBERO"]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_connettore_spento_si_conserva_com_e(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let mut v = dominio(&Value::Null);
    let servizi = [
        ("servizioMyPivot", json!({"abilitato": false, "webServiceUrl": "non una url", "codiceIPA": ""})),
        (
            "servizioSecim",
            json!({"abilitato": false, "emailIndirizzi": ["x"], "codiceCliente": "troppo lungo"}),
        ),
        ("servizioGovPay", json!({"abilitato": false, "auth": {"scope": "solo"}, "contenuti": ["X"]})),
        ("servizioHyperSicAPKappa", json!({"abilitato": false, "tipoConnettore": "FAX"})),
        ("servizioMaggioliJPPA", json!({"abilitato": false, "url": "http://x", "emailIndirizzi": ["x"]})),
    ];
    for (nome, spento) in &servizi {
        v[*nome] = spento.clone();
    }
    bo.put(DOMINIO, &v).await.con_stato(200);
    let letto = bo.get(DOMINIO).await.json();
    for (nome, spento) in &servizi {
        assert_eq!(&letto[*nome], spento);
    }
    // The exception: address and credentials of Maggioli, if given.
    for (membro, valore, testo) in [
        ("url", json!("x"), url("url")),
        ("auth", json!({"username": "u"}), dentro("auth", &vuoto("password"))),
    ] {
        let r = bo.put(DOMINIO, &cambiato(&v, &format!("/servizioMaggioliJPPA/{membro}"), &valore)).await;
        e_rifiuto(&r, 400, &dentro("servizioMaggioliJPPA", &testo), membro);
    }
}
