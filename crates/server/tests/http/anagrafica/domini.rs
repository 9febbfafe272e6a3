use super::{cambiato, con, inesistente, lungo, rifiuti, salva, torna};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Anagrafica, Backend, TestApp};

const P: &str = "/domini/01234567890";

fn minimo() -> Value {
    json!({
        "ragioneSociale": "Comune", "stazione": "11111111113_01", "auxDigit": "3", "segregationCode": "00",
        "abilitato": true, "scaricaFr": false, "intermediato": true
    })
}

fn pieno() -> Value {
    let email = json!({
        "emailIndirizzi": ["a@b.it", "c.d+e@f.g.it"], "emailSubject": "oggetto", "emailAllegato": false,
        "downloadBaseUrl": "https://x.example/scarica"
    });
    let tipi = json!({"tipiPendenza": [{"idTipoPendenza": "TARI", "descrizione": "Tassa sui rifiuti"}], "intervalloCreazioneTracciato": 24});
    let basic = json!({"username": "u", "password": "p"});
    let csv = |v: Value| con(&con(&json!({"abilitato": true, "versioneCsv": "1.0"}), &v), &tipi);
    con(
        &minimo(),
        &json!({
            "indirizzo": "Via Roma", "civico": "1/A", "cap": "00100", "localita": "Roma", "provincia": "RM",
            "nazione": "IT", "email": "ente@example.it", "pec": "ente@pec.example.it", "tel": "06 1", "fax": "06 2",
            "web": "https://ente.example", "area": "Nord", "gln": "1234567890123", "cbill": "AB12C",
            "iuvPrefix": "%(a)%(y)%(t)", "autStampaPosteItaliane": "aut", "tassonomiaPagoPA": "12",
            "segregationCode": "07",
            "servizioMyPivot": csv(json!({
                "codiceIPA": "ipa", "tipoConnettore": "WEBSERVICE", "webServiceUrl": "http://ws", "webServiceAuth": basic
            })),
            "servizioSecim": csv(con(&email, &json!({
                "codiceCliente": "1234567", "codiceIstituto": "12345", "tipoConnettore": "EMAIL"
            }))),
            "servizioGovPay": con(&tipi, &json!({
                "abilitato": true, "tipoConnettore": "REST", "url": "http://r", "versioneApi": "REST v1",
                "auth": {"apiId": "i", "apiKey": "k"}, "contenuti": ["RPP", "SINTESI_PAGAMENTI"]
            })),
            "servizioHyperSicAPKappa": csv(json!({"tipoConnettore": "FILESYSTEM", "fileSystemPath": "/tmp/x"})),
            "servizioMaggioliJPPA": con(&email, &json!({
                "abilitato": true, "url": "http://m", "auth": basic, "inviaTracciatoEsito": true,
                "fileSystemPath": "/tmp/m", "principal": "CN=maggioli"
            })),
        }),
    )
}

fn in_piu(entrate: Value, tipi: Value) -> Value {
    json!({
        "idDominio": "01234567890", "unitaOperative": [], "contiAccredito": [], "entrate": entrate,
        "tipiPendenza": tipi
    })
}

fn corredo() -> Value {
    let tipo = |id: &str, d: &str| {
        json!({
            "idTipoPendenza": id, "descrizione": d, "pagaTerzi": false, "abilitato": true, "valori": {}
        })
    };
    in_piu(
        json!([{
            "idEntrata": "BOLLOT", "abilitato": false,
            "tipoEntrata": {
                "idEntrata": "BOLLOT", "descrizione": "Marca da Bollo Telematica",
                "tipoContabilita": "ALTRO", "codiceContabilita": "MBT"
            }
        }]),
        json!([tipo("BOLLOT", "Marca da Bollo Telematica"), tipo("LIBERO", "Pendenza libera")]),
    )
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_dominio_torna_come_fu_inviato_e_nasce_col_suo_corredo(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    inesistente(&bo, P, "Dominio 01234567890 non censito in Anagrafica").await;
    torna(&bo, P, &minimo(), 201, &corredo()).await;
    torna(&bo, P, &pieno(), 200, &corredo()).await;
    torna(&bo, P, &minimo(), 200, &corredo()).await;
    // The office of the body itself follows it; later PUTs touch nothing else that was created.
    let ec = format!("{P}/unitaOperative/EC");
    let nome = bo.get(&ec).await.con_stato(200).json();
    assert_eq!(nome, json!({"idUnita": "EC", "ragioneSociale": "Comune", "abilitato": true}));
    salva(&bo, &format!("{P}/entrate/BOLLOT"), &json!({"abilitato": true}), 200).await;
    let rinominato = con(&minimo(), &json!({"ragioneSociale": "Altro", "area": "Sud"}));
    salva(&bo, P, &rinominato, 200).await;
    let atteso = json!({"idUnita": "EC", "ragioneSociale": "Altro", "area": "Sud", "abilitato": true});
    assert_eq!(bo.get(&ec).await.json(), atteso);
    assert_eq!(bo.get(P).await.json().pointer("/entrate/0/abilitato"), Some(&json!(true)));
    // A stazione shows its domini.
    let s = bo.get("/intermediari/11111111113/stazioni/11111111113_01").await.json();
    let riga =
        s["domini"].as_array().and_then(|d| d.iter().find(|d| d["idDominio"] == "01234567890")).cloned();
    let attesa = con(
        &rinominato,
        &json!({
            "idDominio": "01234567890",
            "unitaOperative": "/domini/01234567890/unitaOperative",
            "contiAccredito": "/domini/01234567890/contiAccredito",
            "entrate": "/domini/01234567890/entrate",
            "tipiPendenza": "/domini/01234567890/tipiPendenza",
        }),
    );
    assert_eq!(riga, Some(attesa));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_dominio_non_intermediato_ha_solo_conti_ed_entrate(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let corpo =
        json!({"ragioneSociale": "Comune", "intermediato": false, "abilitato": true, "scaricaFr": false});
    for campo in
        ["gln", "cbill", "iuvPrefix", "stazione", "auxDigit", "segregationCode", "autStampaPosteItaliane"]
    {
        let e = bo.put(P, &cambiato(&corpo, &format!("/{campo}"), &json!("11"))).await.errore();
        assert_eq!(e, (400, "SINTASSI".into(), format!("Il campo {campo} deve essere vuoto.")));
    }
    torna(&bo, P, &corpo, 201, &in_piu(json!([]), json!([]))).await;
    let no = "La risorsa richiesta non e' disponibile per il dominio 01234567890 non intermediato.";
    for (sotto, corpo) in [
        ("unitaOperative/U1", json!({"ragioneSociale": "U", "abilitato": true})),
        ("tipiPendenza/TARI", json!({})),
    ] {
        let e = bo.put(&format!("{P}/{sotto}"), &corpo).await.errore();
        assert_eq!(e, (422, "SEMANTICA".into(), no.into()), "{sotto}");
        assert_eq!(bo.get(&format!("{P}/{sotto}")).await.stato(), 404, "{sotto}");
    }
    let iban = "IT60X0542811101000000123456";
    salva(&bo, &format!("{P}/contiAccredito/{iban}"), &json!({}), 201).await;
    salva(&bo, &format!("{P}/entrate/TARI"), &json!({"ibanAccredito": iban}), 201).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_campi_di_un_dominio(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let vuoto = |f: &str| format!("Il campo {f} non deve essere vuoto.");
    let massima =
        |f: &str, n: usize| format!("del campo {f} non rispetta la lunghezza massima di {n} caratteri.");
    let schema = |f: &str| format!("del campo {f} non rispetta il pattern richiesto: ");
    rifiuti(
        &bo,
        P,
        &pieno(),
        &[
            ("/ignoto", json!(1), 400, "Unrecognized field \"ignoto\" (30 known properties"),
            ("/ragioneSociale", Value::Null, 400, &vuoto("ragioneSociale")),
            ("/ragioneSociale", json!(lungo(71)), 400, &massima("ragioneSociale", 70)),
            ("/indirizzo", json!(lungo(71)), 400, &massima("indirizzo", 70)),
            ("/civico", json!(lungo(17)), 400, &massima("civico", 16)),
            ("/cap", json!(lungo(17)), 400, &massima("cap", 16)),
            ("/localita", json!(lungo(36)), 400, &massima("localita", 35)),
            ("/provincia", json!(lungo(36)), 400, &massima("provincia", 35)),
            ("/nazione", json!("it"), 400, &schema("nazione")),
            ("/email", json!("a@"), 400, &schema("email")),
            ("/pec", json!("a b@c.it"), 400, &schema("pec")),
            ("/tel", json!(lungo(256)), 400, &massima("tel", 255)),
            ("/fax", json!(lungo(256)), 400, &massima("fax", 255)),
            ("/web", json!(lungo(256)), 400, &massima("web", 255)),
            ("/area", json!(lungo(256)), 400, &massima("area", 255)),
            ("/gln", json!("123456789012"), 400, &schema("gln")),
            ("/cbill", json!("ab12c"), 400, &schema("cbill")),
            ("/iuvPrefix", json!("%(x)"), 400, r"pattern richiesto: (\d*(%\([yYa{t|p}u]\))?)+"),
            (
                "/iuvPrefix",
                json!("12345678901234"),
                422,
                "Il pattern indicato realizza prefissi troppo lunghi: 12345678901234",
            ),
            (
                "/iuvPrefix",
                json!("%(a)%(u)%(p)%(y)"),
                422,
                "Il pattern indicato realizza prefissi troppo lunghi: 111122223333",
            ),
            ("/stazione", Value::Null, 400, &vuoto("stazione")),
            ("/stazione", json!("1"), 400, &schema("stazione")),
            (
                "/stazione",
                json!("11111111113_77"),
                422,
                "La stazione intermediaria 11111111113_77 indicata non esiste.",
            ),
            ("/auxDigit", Value::Null, 400, &vuoto("auxDigit")),
            ("/auxDigit", json!("4"), 400, &schema("auxDigit")),
            ("/segregationCode", json!("50"), 400, &schema("segregationCode")),
            ("/segregationCode", Value::Null, 422, "Il campo segregationCode non deve essere vuoto."),
            ("/autStampaPosteItaliane", json!(lungo(256)), 400, &massima("autStampaPosteItaliane", 255)),
            ("/abilitato", Value::Null, 400, &vuoto("abilitato")),
            ("/scaricaFr", Value::Null, 400, &vuoto("scaricaFr")),
            ("/tassonomiaPagoPA", json!("13"), 400, "Codifica inesistente per tassonomiaPagoPA."),
            ("/tassonomiaPagoPA", json!(1), 400, "[\"tassonomiaPagoPA\"]"),
            ("/servizioMyPivot/abilitato", Value::Null, 400, &vuoto("abilitato")),
            ("/servizioMyPivot/codiceIPA", Value::Null, 400, &vuoto("codiceIPA")),
            ("/servizioMyPivot/versioneCsv", json!(lungo(256)), 400, &massima("versioneCsv", 255)),
            (
                "/servizioMyPivot/tipoConnettore",
                json!("REST"),
                400,
                "Codifica inesistente per tipoConnettore.",
            ),
            ("/servizioMyPivot/webServiceUrl", Value::Null, 400, &vuoto("webServiceUrl")),
            ("/servizioMyPivot/webServiceAuth/username", Value::Null, 400, &vuoto("username")),
            (
                "/servizioMyPivot/tipiPendenza",
                json!([]),
                400,
                "Indicare almeno un valore nel campo tipiPendenza",
            ),
            (
                "/servizioMyPivot/intervalloCreazioneTracciato",
                json!(0),
                400,
                "Il campo intervalloCreazioneTracciato deve essere superiore o uguale a 1.",
            ),
            ("/servizioMyPivot/intervalloCreazioneTracciato", json!(0.9), 400, "superiore o uguale a 1."),
            ("/servizioSecim/codiceCliente", json!("12345678"), 400, &massima("codiceCliente", 7)),
            ("/servizioSecim/codiceIstituto", json!("123456"), 400, &massima("codiceIstituto", 5)),
            (
                "/servizioSecim/emailIndirizzi",
                json!([]),
                400,
                "Field 'servizioSecim' non valido: Il campo emailIndirizzi non deve essere vuoto.",
            ),
            ("/servizioSecim/emailIndirizzi", json!(["x"]), 400, &schema("emailIndirizzi")),
            ("/servizioSecim/emailSubject", json!(lungo(4001)), 400, &massima("emailSubject", 4000)),
            ("/servizioSecim/emailAllegato", Value::Null, 400, &vuoto("emailAllegato")),
            ("/servizioSecim/downloadBaseUrl", Value::Null, 400, &vuoto("downloadBaseUrl")),
            ("/servizioGovPay/versioneApi", json!("REST v2"), 400, "Codifica inesistente per versioneApi."),
            ("/servizioGovPay/contenuti", json!([]), 400, "Il campo contenuti deve avere almeno 1 elementi."),
            ("/servizioGovPay/contenuti", json!(["X"]), 400, "Codifica inesistente per contenuti."),
            ("/servizioGovPay/tipoConnettore", json!("EMAIL"), 400, &vuoto("versioneZip")),
            ("/servizioHyperSicAPKappa/fileSystemPath", Value::Null, 400, &vuoto("fileSystemPath")),
            (
                "/servizioHyperSicAPKappa/tipiPendenza",
                json!([{"x": 1}]),
                400,
                "[\"tipiPendenza\"]->[0]->[\"x\"]",
            ),
            ("/servizioMaggioliJPPA/url", json!("x"), 400, "Il campo url non contiene una URL valida."),
            ("/servizioMaggioliJPPA/auth", json!({}), 400, &vuoto("username")),
            ("/servizioMaggioliJPPA/auth", json!({"apiId": "i", "apiKey": "k"}), 400, &vuoto("username")),
            ("/servizioMaggioliJPPA/inviaTracciatoEsito", Value::Null, 400, &vuoto("inviaTracciatoEsito")),
        ],
    )
    .await;
    inesistente(&bo, P, "Dominio 01234567890 non censito in Anagrafica").await;
    // A connector that is off is neither checked nor lost.
    let spento = con(
        &minimo(),
        &json!({
            "servizioMyPivot": {"abilitato": false, "versioneCsv": lungo(300), "tipiPendenza": []},
            "servizioMaggioliJPPA": {"abilitato": false}
        }),
    );
    torna(&bo, P, &spento, 201, &corredo()).await;
    let e = bo.put(P, &cambiato(&spento, "/servizioMaggioliJPPA/url", &json!("x"))).await.errore();
    assert_eq!(e.0, 400, "{e:?}");
    // `*` in the list of types, and strings where GET gives objects.
    let tutti = cambiato(&pieno(), "/servizioMyPivot/tipiPendenza", &json!(["*", "TARI"]));
    salva(&bo, P, &tutti, 200).await;
    let attesi = json!([
        {"idTipoPendenza": "*", "descrizione": "Tutti"},
        {"idTipoPendenza": "TARI", "descrizione": "Tassa sui rifiuti"}
    ]);
    assert_eq!(bo.get(P).await.json()["servizioMyPivot"]["tipiPendenza"], attesi);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_logo_si_mostra_come_collegamento(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let con_logo = |l: Value| con(&minimo(), &json!({"logo": l}));
    salva(&bo, P, &con_logo(json!("iVBORw0KGgo=")), 201).await;
    assert_eq!(bo.get(P).await.json()["logo"], "/domini/01234567890/logo");
    let r = bo.get(&format!("{P}/logo")).await.con_stato(200);
    assert_eq!(r.corpo().as_ref(), b"\x89PNG\r\n\x1a\n");
    assert_eq!(r.intestazione("Content-Type"), Some("image/png"));
    assert_eq!(r.intestazione("Cache-Control"), Some("max-age=7200"));
    assert_eq!(r.intestazione("CacheControl"), Some("max-age: 7200"));
    // The link that GET gave keeps it; null, or nothing, takes it away.
    salva(&bo, P, &con_logo(json!("/domini/01234567890/logo")), 200).await;
    assert_eq!(bo.get(&format!("{P}/logo")).await.corpo().as_ref(), b"\x89PNG\r\n\x1a\n");
    salva(&bo, P, &con_logo(json!(" data:image/gif;base64,R0lGODlh")), 200).await;
    assert_eq!(bo.get(&format!("{P}/logo")).await.intestazione("Content-Type"), Some("image/gif"));
    salva(&bo, P, &con_logo(Value::Null), 200).await;
    assert_eq!(bo.get(P).await.json().get("logo"), None);
    let nessuno = "Dominio 01234567890 non censito in Anagrafica o logo non presente";
    inesistente(&bo, &format!("{P}/logo"), nessuno).await;
    salva(&bo, P, &con_logo(json!("R0lGODlh")), 200).await;
    salva(&bo, P, &minimo(), 200).await;
    inesistente(&bo, &format!("{P}/logo"), nessuno).await;
}

/// As a portal of the applicazione shows it: in both versions of API Pendenze, of a dominio in its scope.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_logo_si_vede_anche_da_api_pendenze(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let a = Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    salva(&bo, P, &con(&minimo(), &json!({"logo": "iVBORw0KGgo="})), 201).await;
    let altro = json!({
        "principal": "altra", "password": "Altra2026aa", "abilitato": true, "apiPendenze": true,
        "domini": ["01234567890"], "tipiPendenza": ["*"]
    });
    salva(&bo, "/applicazioni/ALTRA", &altro, 201).await;
    for versione in ["v1", "v2"] {
        let c = app.cliente(&format!("/govpay/backend/api/pendenze/rs/basic/{versione}"));
        let altra = c.come("altra", "Altra2026aa");
        let r = altra.get(&format!("{P}/logo")).await.con_stato(200);
        assert_eq!(
            (r.corpo().as_ref(), r.intestazione("Content-Type")),
            (&b"\x89PNG\r\n\x1a\n"[..], Some("image/png"))
        );
        assert_eq!(r.intestazione("Cache-Control"), Some("max-age=7200"));
        let fuori = altra.get(&format!("/domini/{}/logo", a.dominio)).await.errore();
        let testo = format!(
            "Applicazione [ALTRA] non autorizzata ad accedere alla risorsa richiesta per il Dominio [{}].",
            a.dominio
        );
        assert_eq!(fuori, (403, "403000".to_owned(), testo));
        let gestionale = c.come(testkit::GESTIONALE.0, testkit::GESTIONALE.1);
        let testo = format!("Dominio {} non censito in Anagrafica o logo non presente", a.dominio);
        let senza = gestionale.get(&format!("/domini/{}/logo", a.dominio)).await.errore();
        assert_eq!(senza, (404, "404000".to_owned(), testo));
        assert_eq!(gestionale.get("/domini/123/logo").await.stato(), 400);
        assert_eq!(c.get(&format!("{P}/logo")).await.stato(), 401);
        assert_eq!(c.come("gpadmin", testkit::AMMINISTRATORE.1).get(&format!("{P}/logo")).await.stato(), 403);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn tutti_gli_indirizzi_del_backoffice_rispondono_uguale(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let atteso = app.backoffice().get("/domini/12345678901").await.con_stato(200).json();
    let mut transazioni = Vec::new();
    for base in [
        "/govpay/backend/api/backoffice/rs/basic/v1",
        "/govpay-api-backoffice/rs/basic/v1",
        "/govpay/backend/api/backoffice",
        "/govpay-api-backoffice",
    ] {
        let bo = app.cliente(base).come(testkit::AMMINISTRATORE.0, testkit::AMMINISTRATORE.1);
        let r = bo.get("/domini/12345678901").await.con_stato(200);
        assert_eq!(r.json(), atteso, "{base}");
        transazioni.push(r.transazione().to_owned());
        let r = bo.anonimo().get("/domini/12345678901").await;
        assert_eq!((r.stato(), r.intestazione("WWW-Authenticate")), (401, None), "{base}");
        transazioni.push(r.transazione().to_owned());
    }
    let quante = transazioni.len();
    transazioni.sort();
    transazioni.dedup();
    assert_eq!(transazioni.len(), quante);
}
