//! Every read endpoint as each kind of caller: what is out of scope does not show, not even in a count
//! (spec 10 4.3 to 4.6).

use super::{con, salva};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Anagrafica, BACKOFFICE, Backend, Cliente, PENDENZE, Risposta, TestApp};

const PASSWORD: &str = "Lettore123";

/// The callers of the table, in the order of its columns.
const CHI: &[&str] = &["TUTTO", "ENTE", "UFFICIO", "TIPO", "NIENTE", "TENDINA", "APERTA", "NESSUNO"];

/// What no answer to that caller may hold: names of what is out of its scope.
const FUORI: &[(&str, &[&str])] = &[
    ("ENTE", &["Bassano", "Imposta", "Ufficio Bi"]),
    ("UFFICIO", &["Bassano", "Ufficio Due", "Ufficio Bi"]),
    ("TIPO", &["Imposta"]),
    ("NIENTE", &["Bassano", "Ente Creditore", "Ufficio", "Imposta"]),
    ("TENDINA", &["Bassano", "Ufficio Due", "Ufficio Bi", "Imposta", "IT02L"]),
    ("APERTA", &["Bassano", "Ufficio Bi", "IT02L"]),
    ("NESSUNO", &["Bassano", "Ente Creditore", "Ufficio", "Imposta"]),
];

fn leggere() -> Value {
    [
        "Anagrafica PagoPA",
        "Anagrafica Creditore",
        "Anagrafica Applicazioni",
        "Giornale degli Eventi",
        "Configurazione e manutenzione",
    ]
    .iter()
    .map(|s| json!({"servizio": s, "autorizzazioni": ["R"]}))
    .collect()
}

async fn chiamante(app: &TestApp, id: &str, corpo: &Value) -> Cliente {
    let corpo = con(&json!({"principal": id, "password": PASSWORD}), corpo);
    salva(&app.backoffice(), &format!("/applicazioni/{id}"), &corpo, 201).await;
    app.cliente(BACKOFFICE).come(id, PASSWORD)
}

async fn scena(backend: Backend) -> TestApp {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let uo = |nome: &str| json!({"ragioneSociale": nome, "abilitato": true});
    for (percorso, corpo) in [
        (
            "/domini/22222222222",
            json!({
                "ragioneSociale": "Bassano", "stazione": "11111111113_01", "auxDigit": "3",
                "segregationCode": "02", "abilitato": true, "scaricaFr": false, "logo": "iVBORw0KGgo="
            }),
        ),
        ("/domini/12345678901/unitaOperative/U1", uo("Ufficio Uno")),
        ("/domini/12345678901/unitaOperative/U2", uo("Ufficio Due")),
        ("/domini/22222222222/unitaOperative/U1", uo("Ufficio Bi")),
        ("/domini/22222222222/contiAccredito/IT22B", json!({})),
        ("/tipiPendenza/IMU", json!({"descrizione": "Imposta"})),
        ("/domini/12345678901/tipiPendenza/IMU", json!({})),
        ("/domini/22222222222/tipiPendenza/IMU", json!({})),
    ] {
        salva(&bo, percorso, &corpo, 201).await;
    }
    app
}

/// The status, or the first member of each row in order: `U1,U2`; of what is no list, `si`. A count
/// is that of the rows.
fn visto(r: &Risposta, percorso: &str) -> String {
    if r.stato() != 200 {
        assert_eq!(r.errore().0, r.stato());
        return r.stato().to_string();
    }
    if !r.intestazione("Content-Type").is_some_and(|t| t.starts_with("application/json")) {
        return "si".to_owned();
    }
    let letto = r.json();
    let Some(righe) = letto["risultati"].as_array() else { return "si".to_owned() };
    assert_eq!(letto["numRisultati"], json!(righe.len()), "{percorso}");
    let primi = righe.iter().filter_map(|r| r.as_object()?.values().next()?.as_str());
    primi.collect::<Vec<_>>().join(",")
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_lettura_del_backoffice_per_ogni_chiamante(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = scena(backend).await;
    let (ente, ufficio) =
        (json!(["12345678901"]), json!([{"idDominio": "12345678901", "unitaOperative": ["U1"]}]));
    let tutti = json!(["*"]);
    let tari = json!(["TARI"]);
    let nulla = json!([]);
    let mut chiamanti = Vec::new();
    for (id, domini, tipi, acl) in [
        ("TUTTO", &tutti, &tutti, leggere()),
        ("ENTE", &ente, &tari, leggere()),
        ("UFFICIO", &ufficio, &tutti, leggere()),
        ("TIPO", &tutti, &tari, leggere()),
        ("NIENTE", &nulla, &nulla, leggere()),
        ("TENDINA", &ufficio, &tari, json!([])),
        ("APERTA", &ente, &tutti, json!([])),
        ("NESSUNO", &nulla, &nulla, json!([])),
    ] {
        let corpo = json!({"domini": domini, "tipiPendenza": tipi, "acl": acl});
        chiamanti.push((id, chiamante(&app, id, &corpo).await));
    }
    assert_eq!(chiamanti.iter().map(|(id, _)| *id).collect::<Vec<_>>(), CHI);
    let spenta = json!({
        "domini": tutti, "tipiPendenza": tutti, "acl": leggere(), "abilitato": false, "apiPendenze": true
    });
    let spenta = chiamante(&app, "SPENTA", &spenta).await;
    let a2a = "APERTA,ENTE,GESTIONALE,NESSUNO,NIENTE,SPENTA,TENDINA,TIPO,TUTTO,UFFICIO";
    let conto = "IT02L1234512345123456789012";
    let (no, si) = ("403", "si");
    // One column for each of CHI.
    let tabella: &[(&str, [&str; 8])] = &[
        (
            "/intermediari",
            ["11111111113", "11111111113", "11111111113", "11111111113", "11111111113", no, no, no],
        ),
        ("/intermediari/11111111113", [si, si, si, si, si, no, no, no]),
        (
            "/intermediari/11111111113/stazioni",
            [
                "11111111113_01",
                "11111111113_01",
                "11111111113_01",
                "11111111113_01",
                "11111111113_01",
                no,
                no,
                no,
            ],
        ),
        // It shows its domini: those in scope.
        ("/intermediari/11111111113/stazioni/11111111113_01", [si, si, si, si, si, no, no, no]),
        (
            "/domini",
            [
                "22222222222,12345678901",
                "12345678901",
                "12345678901",
                "22222222222,12345678901",
                no,
                "12345678901",
                "12345678901",
                no,
            ],
        ),
        // A filter does not open what the scope has closed.
        ("/domini?idDominio=22222222222", ["22222222222", "", "", "22222222222", no, "", "", no]),
        ("/domini/12345678901", [si, si, si, si, no, no, no, no]),
        ("/domini/22222222222", [si, no, no, si, no, no, no, no]),
        ("/domini/99999999999", ["404", no, no, "404", no, no, no, no]),
        ("/domini/12345678901/logo", ["404", "404", "404", "404", no, no, no, no]),
        ("/domini/22222222222/logo", [si, no, no, si, no, no, no, no]),
        ("/domini/12345678901/unitaOperative", ["U2,U1", "U2,U1", "U1", "U2,U1", no, "U1", "EC,U2,U1", no]),
        (
            "/domini/12345678901/unitaOperative?associati=true",
            ["EC,U2,U1", "EC,U2,U1", "U1", "EC,U2,U1", no, "U1", "EC,U2,U1", no],
        ),
        ("/domini/22222222222/unitaOperative", ["U1", no, no, "U1", no, no, no, no]),
        ("/domini/99999999999/unitaOperative", ["404", no, no, "404", no, no, no, no]),
        ("/domini/12345678901/unitaOperative/U1", [si, si, si, si, no, no, no, no]),
        ("/domini/12345678901/unitaOperative/U2", [si, si, no, si, no, no, no, no]),
        ("/domini/12345678901/unitaOperative/EC", [si, si, no, si, no, no, no, no]),
        ("/domini/12345678901/contiAccredito", [conto, conto, conto, conto, no, no, no, no]),
        ("/domini/22222222222/contiAccredito", ["IT22B", no, no, "IT22B", no, no, no, no]),
        ("/domini/22222222222/contiAccredito/IT22B", [si, no, no, si, no, no, no, no]),
        (
            "/domini/12345678901/entrate",
            ["BOLLOT,TARI", "BOLLOT,TARI", "BOLLOT,TARI", "BOLLOT,TARI", no, no, no, no],
        ),
        ("/domini/22222222222/entrate", ["BOLLOT", no, no, "BOLLOT", no, no, no, no]),
        ("/domini/22222222222/entrate/BOLLOT", [si, no, no, si, no, no, no, no]),
        (
            "/domini/12345678901/tipiPendenza",
            [
                "IMU,BOLLOT,LIBERO,TARI",
                "TARI",
                "IMU,BOLLOT,LIBERO,TARI",
                "TARI",
                no,
                "TARI",
                "IMU,BOLLOT,LIBERO,TARI",
                no,
            ],
        ),
        ("/domini/22222222222/tipiPendenza", ["IMU,BOLLOT,LIBERO", no, no, "", no, no, no, no]),
        ("/domini/12345678901/tipiPendenza/IMU", [si, no, si, no, no, no, no, no]),
        ("/domini/12345678901/tipiPendenza/TARI", [si, si, si, si, no, no, no, no]),
        ("/entrate", ["BOLLOT,TARI", "BOLLOT,TARI", "BOLLOT,TARI", "BOLLOT,TARI", "BOLLOT,TARI", no, no, no]),
        ("/entrate/TARI", [si, si, si, si, si, no, no, no]),
        (
            "/tipiPendenza",
            [
                "IMU,BOLLOT,LIBERO,TARI",
                "TARI",
                "IMU,BOLLOT,LIBERO,TARI",
                "TARI",
                no,
                "TARI",
                "IMU,BOLLOT,LIBERO,TARI",
                no,
            ],
        ),
        ("/tipiPendenza?descrizione=imposta", ["IMU", "", "IMU", "", no, "", "IMU", no]),
        (
            "/tipiPendenza?nonAssociati=22222222222",
            ["TARI", "400", "400", "TARI", "400", "400", "400", "400"],
        ),
        // Who could ask for the rest is refused, who could not is not heard.
        ("/domini?associati=false", ["400", "400", "400", "400", "400", "12345678901", "12345678901", no]),
        (
            "/tipiPendenza?associati=false",
            ["400", "400", "400", "400", "400", "TARI", "IMU,BOLLOT,LIBERO,TARI", no],
        ),
        ("/tipiPendenza/IMU", [si, no, si, no, no, no, no, no]),
        ("/tipiPendenza/TARI", [si, si, si, si, no, no, no, no]),
        ("/applicazioni", [a2a, a2a, a2a, a2a, a2a, no, no, no]),
        ("/applicazioni/GESTIONALE", [si, si, si, si, si, no, no, no]),
        ("/notifiche", ["", "", "", "", "", no, no, no]),
        ("/eventi?risultatiPerPagina=0", ["conta", "conta", "conta", "conta", "conta", no, no, no]),
        ("/profilo", [si, si, si, si, si, si, si, si]),
        ("/enumerazioni/serviziACL", [si, si, si, si, si, si, si, si]),
    ];
    for (percorso, attesi) in tabella {
        for ((id, c), atteso) in chiamanti.iter().zip(attesi) {
            let r = c.get(percorso).await;
            if *atteso == "conta" {
                assert_eq!((r.stato(), &r.json()["risultati"]), (200, &json!([])), "{id} {percorso}");
                continue;
            }
            assert_eq!(&visto(&r, percorso), atteso, "{id} GET {percorso}: {}", r.testo());
            let Some((_, fuori)) = FUORI.iter().find(|(f, _)| f == id) else { continue };
            // The applicazioni are not scoped, and hold the scope of others.
            if !percorso.starts_with("/applicazioni") && r.stato() == 200 {
                for nome in *fuori {
                    assert!(
                        !String::from_utf8_lossy(r.corpo()).contains(nome),
                        "{id} GET {percorso}: {nome}"
                    );
                }
            }
        }
        let (stato, codice, testo) = spenta.get(percorso).await.errore();
        assert_eq!(
            (stato, codice.as_str(), testo.as_str()),
            (403, "403000", "Applicazione [SPENTA] disabilitata."),
            "{percorso}"
        );
    }
    // The texts.
    let negato = |id: &str, coda: &str| {
        let testo = format!("Applicazione [{id}] non autorizzata ad accedere alla risorsa richiesta{coda}");
        (403, "403000".to_owned(), testo)
    };
    for (n, percorso, coda) in [
        (4, "/domini", " per nessun Dominio."),
        (4, "/tipiPendenza", " per nessun Tipo Pendenza."),
        (4, "/domini/12345678901/tipiPendenza", " per nessun Tipo Pendenza."),
        (7, "/domini", " per nessun Dominio."),
        (7, "/tipiPendenza", " per nessun Tipo Pendenza."),
        (1, "/domini/22222222222/unitaOperative", " per il Dominio [22222222222]."),
        (5, "/domini/12345678901/contiAccredito", "."),
        (
            2,
            "/domini/12345678901/unitaOperative/U2",
            " per il Dominio [12345678901] e per l'Unita' operativa [U2].",
        ),
    ] {
        let (id, c) = &chiamanti[n];
        assert_eq!(c.get(percorso).await.errore(), negato(id, coda), "{percorso}");
    }
}

/// Inside a dominio, its offices and types as far as they are in scope.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_sta_dentro_un_dominio(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    for (id, domini, tipi, unita, visti) in [
        (
            "D1",
            json!(["12345678901"]),
            json!(["*"]),
            &["U1", "U2"][..],
            &["BOLLOT", "IMU", "LIBERO", "TARI"][..],
        ),
        (
            "D2",
            json!([{"idDominio": "12345678901", "unitaOperative": ["U1"]}]),
            json!(["TARI"]),
            &["U1"],
            &["TARI"],
        ),
        ("D3", json!(["*"]), json!([]), &["U1", "U2"], &[]),
    ] {
        let corpo = json!({"domini": domini, "tipiPendenza": tipi, "acl": leggere()});
        let c = chiamante(&app, id, &corpo).await;
        let letto = c.get("/domini/12345678901").await.con_stato(200).json();
        let nomi = |lista: &str, membro: &str| -> Vec<String> {
            let righe = letto[lista].as_array().cloned().unwrap_or_default();
            righe.iter().map(|r| r[membro].as_str().unwrap_or_default().to_owned()).collect()
        };
        assert_eq!(nomi("unitaOperative", "idUnita"), unita, "{id}");
        assert_eq!(nomi("tipiPendenza", "idTipoPendenza"), visti, "{id}");
    }
}

/// API Pendenze: an applicazione reads what is its own, whatever its scope has become, and nothing
/// else; the refusal does not tell what is there from what is not.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_lettura_di_pendenze_per_ogni_chiamante(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let pendenza = json!({
        "idDominio": "12345678901", "idTipoPendenza": "TARI", "causale": "Riservata", "importo": 10.0,
        "soggettoPagatore": {"tipo": "F", "identificativo": "RSSMRA80A01H501U", "anagrafica": "Rossi Riservato"},
        "voci": [{"idVocePendenza": "1", "importo": 10.0, "descrizione": "v", "codEntrata": "TARI"}]
    });
    let sua = app.applicazione();
    let fatta = sua.put("/pendenze/GESTIONALE/P1", &pendenza).await.con_stato(201).json();
    let avviso = format!("/avvisi/12345678901/{}", fatta["numeroAvviso"].as_str().expect("NAV"));
    let percorsi = [
        "/pendenze/GESTIONALE/P1",
        "/pendenze/GESTIONALE/INESISTENTE",
        avviso.as_str(),
        "/rpp/12345678901/301000000000000001/n-a",
        "/rpp/12345678901/301000000000000001/n-a/rpt",
        "/rpp/12345678901/301000000000000001/n-a/rt",
        "/allegati/1",
    ];
    let tutto = json!({"domini": ["*"], "tipiPendenza": ["*"], "apiPendenze": true});
    let mut altri = Vec::new();
    for (id, corpo) in [
        ("ALTRA", tutto.clone()),
        ("NULLA", json!({"apiPendenze": true})),
        (
            "UNUFFICIO",
            con(&tutto, &json!({"domini": [{"idDominio": "12345678901", "unitaOperative": ["U1"]}]})),
        ),
        ("UNTIPO", con(&tutto, &json!({"tipiPendenza": ["TARI"]}))),
        ("MUTA", con(&tutto, &json!({"apiPendenze": false, "acl": leggere()}))),
        ("SPENTA", con(&tutto, &json!({"abilitato": false}))),
    ] {
        chiamante(&app, id, &corpo).await;
        altri.push((id, app.cliente(PENDENZE).come(id, PASSWORD)));
    }
    let (utente, password) = testkit::AMMINISTRATORE;
    altri.push(("operatore", app.cliente(PENDENZE).come(utente, password)));
    for (id, c) in &altri {
        for percorso in percorsi {
            let r = c.richiesta(http::Method::GET, percorso).header("Accept", "application/json");
            let r = c.manda(r).await;
            assert!(matches!(r.stato(), 403 | 404), "{id} GET {percorso}: {}", r.testo());
            assert!(!r.testo().contains("Riservat"), "{id} GET {percorso}: {}", r.testo());
            if matches!(*id, "MUTA" | "SPENTA" | "operatore") || percorso.starts_with("/pendenze") {
                assert_eq!((r.stato(), r.errore().1.as_str()), (403, "403000"), "{id} GET {percorso}");
            }
        }
        // The list: its own pendenze, and it has none.
        let r = c.get("/pendenze").await;
        match *id {
            "ALTRA" | "UNUFFICIO" | "UNTIPO" => assert_eq!(visto(&r, "/pendenze"), "", "{id}"),
            _ => assert_eq!((r.stato(), r.errore().1.as_str()), (403, "403000"), "{id}"),
        }
        let [c_e, non_c_e] = [c.get(percorsi[0]).await.errore(), c.get(percorsi[1]).await.errore()];
        assert_eq!(c_e, non_c_e, "{id}");
    }
    // Its own, also with no dominio and no type left.
    assert_eq!(sua.get(percorsi[0]).await.con_stato(200).json()["causale"], "Riservata");
    let spoglia = json!({"principal": "gestionale", "abilitato": true, "apiPendenze": true});
    salva(&app.backoffice(), "/applicazioni/GESTIONALE", &spoglia, 200).await;
    assert_eq!(sua.get(percorsi[0]).await.con_stato(200).json()["causale"], "Riservata");
    assert_eq!(sua.get(percorsi[1]).await.errore().0, 404);
}
