//! API Pagamento v1, v2, v3.

use super::scena::Scena;
use super::{Api, Eccezione};
use crate::nodo::{accettata, attivata, nav, ricevuta};
use crate::pagamento_api::{PAGAMENTO, PORTALE, configura, portale};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::Method;
use pagopa::ccp::Versione;
use rstest::rstest;
use serde_json::json;
use testkit::{Anagrafica, Backend};

pub(super) const V1: Api = Api {
    nome: "govpay-api-pagamento-v1",
    base: "/govpay/frontend/api/pagamento/rs/basic/v1",
    chi: PORTALE,
    configura,
    eccezioni: &[
        Eccezione(
            "get /avvisi/{idDominio}/{numeroAvviso} 200 /stato: \"*",
            "spec 20 section 8: the states of v2",
        ),
        Eccezione(
            "get /domini/{idDominio} 200 /contiAccredito/#: Unevaluated*",
            "spec 30 10.6: with who holds it",
        ),
        Eccezione(
            "get /domini/{idDominio}/contiAccredito* 200 *: Unevaluated*",
            "spec 30 10.6: with who holds it",
        ),
        Eccezione(
            "get /domini/* 200 *: \"contoAccredito\" is a required property",
            "spec 10 5.2: BOLLOT has none",
        ),
        Eccezione(
            "get /profilo 200 /anagrafica: \"tipo\" is a required property",
            "spec 10 3.5: what SPID says",
        ),
        Eccezione(
            "get /pendenze* 200 *numeroAvviso: * does not match \"[0-9]18\"",
            "spec 20 7.1: eighteen digits",
        ),
    ],
    non_ancora: &[
        "get /pagamenti",
        "get /pagamenti/byIdSession/{idSession}",
        "get /pagamenti/{id}",
        "get /rpp",
        "get /rpp/{idDominio}/{iuv}/{ccp}",
        "get /rpp/{idDominio}/{iuv}/{ccp}/rpt",
        "get /rpp/{idDominio}/{iuv}/{ccp}/rt",
        "post /pagamenti",
    ],
    solo_nostre: &[
        ("get /domini/{idDominio}/logo", "spec 30 10.6"),
        ("get /info", "spec 10 3.5"),
        ("post /logout", "spec 10 2.4"),
    ],
};

pub(super) const V2: Api = Api {
    nome: "govpay-api-pagamento-v2",
    base: "/govpay/frontend/api/pagamento/rs/basic/v2",
    chi: PORTALE,
    configura,
    eccezioni: &[
        Eccezione(
            "get /domini/*/tipiPendenza 200 *: \"tipo\" is a required property",
            "spec 30 10.6: of the form",
        ),
        Eccezione("get /pendenze 200 : Unevaluated*'risultati'*", "spec 10 3.3: the envelope of all lists"),
        Eccezione(
            "get /profilo 200 /anagrafica: \"tipo\" is a required property",
            "spec 10 3.5: what SPID says",
        ),
    ],
    non_ancora: &[
        "get /pagamenti",
        "get /pagamenti/byIdSession/{idSession}",
        "get /pagamenti/{id}",
        "get /rpp",
        "get /rpp/{idDominio}/{iuv}/{ccp}",
        "get /rpp/{idDominio}/{iuv}/{ccp}/rpt",
        "get /rpp/{idDominio}/{iuv}/{ccp}/rt",
        "post /pagamenti",
    ],
    solo_nostre: &[
        ("get /domini/{idDominio}", "spec 30 10.6"),
        ("get /domini/{idDominio}/logo", "spec 30 10.6"),
        ("get /domini/{idDominio}/tipiPendenza/{idTipoPendenza}", "spec 30 section 1"),
        ("get /domini/{idDominio}/unitaOperative/{idUnitaOperativa}", "spec 30 10.6"),
        ("get /info", "spec 10 3.5"),
        ("post /logout", "spec 10 2.4"),
    ],
};

pub(super) const V3: Api = Api {
    nome: "govpay-api-pagamento-v3",
    base: "/govpay/frontend/api/pagamento/rs/basic/v3",
    chi: PORTALE,
    configura,
    eccezioni: &[
        Eccezione(
            "get /pendenze/{idA2A}/{idPendenza} 200 /voci/#: \"pendenza\" is a required property",
            "spec 20 6.1: the voce stands in its pendenza",
        ),
        Eccezione(
            "get /pendenze/{idA2A}/{idPendenza} 200 /voci/#: \"riscossione\" is a required property",
            "spec 20 6.1: members that have a value",
        ),
        Eccezione(
            "get /pendenze* 200 *numeroAvviso: * does not match \"[0-9]18\"",
            "spec 20 7.1: eighteen digits",
        ),
        Eccezione(
            "get /profilo 200 /anagrafica: \"tipo\" is a required property",
            "spec 10 3.5: what SPID says",
        ),
    ],
    non_ancora: &["get /ricevute/{idDominio}/{iuv}", "get /ricevute/{idDominio}/{iuv}/{idRicevuta}"],
    solo_nostre: &[
        ("get /info", "spec 10 3.5"),
        ("get /pendenze/byAvviso/{idDominio}/{numeroAvviso}", "spec 10 4.6"),
        ("post /logout", "spec 10 2.4"),
    ],
};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_operazione_risponde_come_dicono_i_contratti(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
    #[values(1, 2, 3)] versione: u32,
) {
    let mut s = Scena::nuova(backend, [&V1, &V2, &V3][usize::try_from(versione).unwrap() - 1]).await;
    prepara(&s).await;
    recita(&mut s, versione).await;
    s.giudica();
}

/// Two pendenze, one of them paid, with all that a contract may show; a type with a form.
async fn prepara(s: &Scena) {
    let a = Anagrafica::standard().crea(&s.app).await;
    let bo = s.app.backoffice();
    let tutti = json!(["*"]);
    let form = json!({
        "tipo": "angular2-json-schema-form", "definizione": BASE64_STANDARD.encode(r#"{"type":"object"}"#),
        "impaginazione": BASE64_STANDARD.encode("{}")
    });
    let d = format!("/domini/{}", a.dominio);
    let dominio = json!({
        "ragioneSociale": "Ente", "stazione": a.stazione, "auxDigit": "3", "segregationCode": "01",
        "gln": "1234567890123", "cbill": "AAAAA", "logo": "iVBORw0KGgo=", "abilitato": true, "scaricaFr": true
    });
    for (percorso, corpo) in [
        ("/applicazioni/PORTALE".to_owned(), portale(PORTALE.0, &tutti, &tutti)),
        (d.clone(), dominio),
        (
            format!("{d}/unitaOperative/UO1"),
            json!({
                "ragioneSociale": "Ufficio", "indirizzo": "Via Roma", "abilitato": true
            }),
        ),
        (
            format!("{d}/contiAccredito/{}", a.iban),
            json!({
                "bic": "BPPIITRRXXX", "descrizione": "Conto", "intestatario": "Comune"
            }),
        ),
        (format!("{d}/entrate/TARI"), json!({ "ibanAccredito": a.iban, "ibanAppoggio": a.iban })),
        (
            "/tipiPendenza/FORM".to_owned(),
            json!({
                "descrizione": "Con modulo", "portalePagamento": { "abilitato": true, "form": form },
                "visualizzazione": BASE64_STANDARD.encode("{}")
            }),
        ),
        (format!("{d}/tipiPendenza/FORM"), json!({ "portalePagamento": {} })),
    ] {
        let r = bo.put(&percorso, &corpo).await;
        assert!(matches!(r.stato(), 200 | 201), "PUT {percorso}: {} {}", r.stato(), r.testo());
    }
    for n in [1, 2] {
        let corpo = json!({
            "idDominio": a.dominio, "idUnitaOperativa": "UO1", "idTipoPendenza": "TARI", "causale": "Tassa",
            "soggettoPagatore": {
                "tipo": "F", "identificativo": "RSSMRA80A01H501U", "anagrafica": "Mario Rossi", "indirizzo": "Via",
                "civico": "1", "cap": "00100", "localita": "Roma", "provincia": "RM", "nazione": "IT",
                "email": "m@example.org", "cellulare": "+39 333-1234567"
            },
            "importo": 45.01, "numeroAvviso": nav(n), "dataValidita": "2026-06-30", "dataScadenza": "2026-12-31",
            "annoRiferimento": 2026, "cartellaPagamento": "A1", "datiAllegati": { "a": 1 }, "tassonomia": "T",
            "tassonomiaAvviso": "Imposte e tasse", "direzione": "D1", "divisione": "V1",
            "documento": { "identificativo": "DOC1", "descrizione": "Rate", "rata": n },
            "proprieta": { "lineaTestoRicevuta1": "riga", "linguaSecondaria": "de" },
            "voci": [{
                "idVocePendenza": "1", "importo": 45.01, "descrizione": "Rata", "codEntrata": "TARI",
                "datiAllegati": { "b": 1 }, "descrizioneCausaleRPT": "Causa",
                "contabilita": { "quote": [{ "capitolo": "C", "annoEsercizio": "2026", "importo": 45.01 }] },
                "metadata": { "mapEntries": [{ "key": "k", "value": "v" }] }
            }],
            "allegati": [{ "nome": "a.txt", "tipo": "text/plain", "descrizione": "d", "contenuto": "Y2lhbw==" }]
        });
        s.app.applicazione().put(&format!("/pendenze/GESTIONALE/P{n}"), &corpo).await.con_stato(201);
    }
    let n = nav(1);
    let dati = attivata(&s.app, Versione::V2, &n).await;
    accettata(&s.app, &ricevuta(Versione::V2, &dati, &n, "R1")).await;
}

/// Calls to each operation.
async fn recita(s: &mut Scena, versione: u32) {
    let d = Anagrafica::standard().dominio;
    for percorso in ["/info", "/profilo"] {
        s.chiama("get", percorso, None).await;
        s.anonimo("get", percorso).await;
    }
    let spid = s.app.cliente(&format!("{PAGAMENTO}/spid/v{versione}"));
    for percorso in ["/profilo", "/pendenze", "/pendenze/GESTIONALE/P1"] {
        let r = spid.richiesta(Method::GET, percorso);
        let chi = [
            ("X-SPID-FISCALNUMBER", "RSSMRA80A01H501U"),
            ("X-SPID-NAME", "Mario"),
            ("X-SPID-FAMILYNAME", "Rossi"),
            ("X-SPID-EMAIL", "m@example.org"),
            ("X-SPID-MOBILEPHONE", "+39 333-1234567"),
            ("X-SPID-ADDRESS", "Via"),
        ];
        let r = chi.into_iter().fold(r, |r, (nome, v)| r.header(nome, v));
        let risposta = spid.manda(r).await;
        s.tieni("get", percorso, risposta);
    }
    s.elenco("/pendenze").await;
    for percorso in ["/pendenze/GESTIONALE/P1", "/pendenze/GESTIONALE/P2", "/pendenze/GESTIONALE/ZZ"] {
        s.chiama("get", percorso, None).await;
    }
    if versione > 1 {
        for n in [1, 9] {
            s.chiama("get", &format!("/pendenze/byAvviso/{d}/{}", nav(n)), None).await;
        }
        let p2 = s.chiama("get", "/pendenze/GESTIONALE/P2", None).await.json();
        let allegato = p2["allegati"][0]["contenuto"].as_str().unwrap().to_owned();
        s.ottiene(&allegato, "*/*").await;
        s.chiama("get", "/allegati/1", None).await;
    }
    if versione == 2 {
        let modulo = format!("/pendenze/{d}/FORM");
        let corpo = json!({
            "idA2A": "GESTIONALE", "idPendenza": "M1", "causale": "Richiesta", "importo": 10.5,
            "voci": [{ "idVocePendenza": "1", "importo": 10.5, "descrizione": "Voce", "codEntrata": "TARI" }],
            "soggettoPagatore": { "tipo": "F", "identificativo": "RSSMRA80A01H501U", "anagrafica": "Mario Rossi" }
        });
        assert_eq!(s.chiama("post", &modulo, Some(&corpo)).await.stato(), 201);
        let coda = "?idUnitaOperativa=EC&idA2A=GESTIONALE&idPendenza=M1";
        assert_eq!(s.chiama("post", &format!("{modulo}{coda}"), Some(&corpo)).await.stato(), 200);
        s.chiama("post", &modulo, Some(&json!({}))).await;
        s.chiama("post", &format!("/pendenze/{d}/ZZ"), Some(&corpo)).await;
        s.chiama("post", &format!("{modulo}?idA2A=GESTIONALE"), Some(&corpo)).await;
        s.anonimo("post", &modulo).await;
    }
    if versione < 3 {
        for (n, accept) in [
            (1, "application/json"),
            (2, "application/json"),
            (9, "application/json"),
            (2, "application/pdf"),
            (2, "image/png"),
        ] {
            s.ottiene(&format!("/avvisi/{d}/{}", nav(n)), accept).await;
        }
        s.elenco("/domini").await;
        s.elenco(&format!("/domini/{d}/unitaOperative")).await;
        for (bene, male) in [("", ""), ("/logo", "/logo"), ("/unitaOperative/UO1", "/unitaOperative/ZZ")] {
            let altro = if bene == male { "99999999999" } else { d.as_str() };
            s.ottiene(&format!("/domini/{d}{bene}"), "*/*").await;
            s.ottiene(&format!("/domini/{altro}{male}"), "*/*").await;
        }
    }
    let (elenchi, singoli): (&[&str], &[(&str, &str)]) = match versione {
        1 => (
            &["contiAccredito", "entrate"],
            &[
                ("contiAccredito/IT02L1234512345123456789012", "contiAccredito/IT09L1234512345123456789012"),
                ("entrate/TARI", "entrate/ZZ"),
            ],
        ),
        2 => (&["tipiPendenza"], &[("tipiPendenza/FORM", "tipiPendenza/ZZ")]),
        _ => (&[], &[]),
    };
    for cosa in elenchi {
        s.elenco(&format!("/domini/{d}/{cosa}")).await;
    }
    for cosa in singoli.iter().flat_map(|(bene, male)| [bene, male]) {
        s.chiama("get", &format!("/domini/{d}/{cosa}"), None).await;
    }
    for metodo in ["get", "post"] {
        s.chiama(metodo, "/logout", None).await;
        s.anonimo(metodo, "/logout").await;
    }
}
