//! PATCH of applicazioni and operatori (spec 10 5.7).

use super::{A, B, acl, con, minimo, op, pronta, rifiutata, salva, semantica, sintassi};
use http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Backend, Cliente};

const APP: &str = "/applicazioni/APP";
const OPE: &str = "/operatori/mario";

async fn crea(bo: &Cliente) {
    salva(bo, APP, &json!({"principal": "app", "servizioIntegrazione": {
        "url": "https://ente.example", "versioneApi": "REST v1", "auth": {"username": "u", "password": "p"}}}), 201)
    .await;
    salva(bo, OPE, &minimo(), 201).await;
}

/// The ids in the scope that GET shows; of a body with some offices also those.
fn ambito(v: &Value) -> Value {
    let domini: Vec<Value> = v["domini"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|d| match d["unitaOperative"].as_array() {
            Some(u) if u.iter().any(|u| u["idUnita"] != "*") => {
                json!([d["idDominio"], u.iter().map(|u| u["idUnita"].clone()).collect::<Value>()])
            }
            _ => d["idDominio"].clone(),
        })
        .collect();
    let tipi: Vec<&Value> =
        v["tipiPendenza"].as_array().into_iter().flatten().map(|t| &t["idTipoPendenza"]).collect();
    json!([domini, tipi])
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_risposta_e_l_entita_intera(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    crea(&bo).await;
    for p in [APP, OPE] {
        let operazioni = json!([
            op("ADD", "/acl", acl("Pendenze", &["R"])),
            op("ADD", "/domini", json!(A)),
            op("ADD", "/tipiPendenza", json!("TARI"))
        ]);
        // Either media type; another one is 415.
        for tipo in
            ["application/json", "application/json-patch+json", "application/json-patch+json; charset=utf-8"]
        {
            let r = bo.grezzo(Method::PATCH, p, tipo, operazioni.to_string()).await.con_stato(200);
            assert_eq!(r.intestazione("Content-Type"), Some("application/json"));
            assert_eq!(r.json(), bo.get(p).await.json(), "{p} {tipo}");
        }
        assert_eq!(bo.grezzo(Method::PATCH, p, "text/plain", operazioni.to_string()).await.stato(), 415);
        let r = bo.grezzo(Method::PUT, p, "application/json-patch+json", "{}").await;
        assert_eq!(r.stato(), 415, "only PATCH has that type");
        let letto = bo.get(p).await.json();
        assert_eq!(
            (&letto["acl"], ambito(&letto)),
            (&json!([acl("Pendenze", &["R"])]), json!([[A], ["TARI"]]))
        );
        assert_eq!(bo.patch(p, &json!([])).await.con_stato(200).json(), letto);
    }
    // What no operation names stays as it was, secrets included.
    let auth = &bo.get(APP).await.json()["servizioIntegrazione"]["auth"];
    assert_eq!(auth, &json!({"username": "u", "password": "p"}));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn aggiungere_e_togliere(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    crea(&bo).await;
    let uo = |u: &[&str]| json!({"idDominio": A, "unitaOperative": u});
    let autodeterminazione = json!("autodeterminazione");
    for p in [APP, OPE] {
        for (o, atteso) in [
            (op("ADD", "/domini", json!(A)), json!([[A], []])),
            (op("ADD", "/domini", json!(A)), json!([[A], []])),
            (op("ADD", "/domini", json!(B)), json!([[A, B], []])),
            // 3.9.1 fails on the object: some offices in place of the whole body, where it stands.
            (op("ADD", "/domini", uo(&["U1", "U2"])), json!([[[A, ["U1", "U2"]], B], []])),
            (op("DELETE", "/domini", uo(&["U1"])), json!([[[A, ["U2"]], B], []])),
            // The last office takes the body with it: none must never become all.
            (op("DELETE", "/domini", uo(&["U2"])), json!([[B], []])),
            (op("DELETE", "/domini", json!(A)), json!([[B], []])),
            (op("ADD", "/domini", uo(&["U1"])), json!([[B, [A, ["U1"]]], []])),
            (op("ADD", "/domini", json!({"idDominio": A})), json!([[B, A], []])),
            (op("DELETE", "/domini", json!({"idDominio": B})), json!([[A], []])),
            // Everything, and the explicit list is gone.
            (op("ADD", "/domini", json!("*")), json!([["*"], []])),
            (op("ADD", "/domini", json!(B)), json!([["*"], []])),
            (op("DELETE", "/domini", json!("*")), json!([[], []])),
            (op("ADD", "/domini", json!(B)), json!([[B], []])),
            (op("DELETE", "/domini", json!({"idDominio": "*"})), json!([[], []])),
            (op("ADD", "/tipiPendenza", json!("TARI")), json!([[], ["TARI"]])),
            (op("ADD", "/tipiPendenza", json!("IMU")), json!([[], ["TARI", "IMU"]])),
            (op("DELETE", "/tipiPendenza", json!("TARI")), json!([[], ["IMU"]])),
            (op("DELETE", "/tipiPendenza", json!("TARI")), json!([[], ["IMU"]])),
            (op("ADD", "/tipiPendenza", json!("*")), json!([[], ["*"]])),
            (op("DELETE", "/tipiPendenza", json!("*")), json!([[], []])),
        ] {
            let letto = bo.patch(p, &json!([o])).await.con_stato(200).json();
            assert_eq!(ambito(&letto), atteso, "{p} {o}");
        }
        let tutti = bo.patch(p, &json!([op("ADD", "/domini", json!("*"))])).await.json()["domini"].clone();
        assert_eq!(tutti, json!([{"idDominio": "*", "ragioneSociale": "Tutti"}]));
    }
    // The trusted flag, of an applicazione only; the list beside it is another matter.
    for (o, atteso) in [
        (op("ADD", "/tipiPendenza", autodeterminazione.clone()), json!(["autodeterminazione"])),
        (op("ADD", "/tipiPendenza", json!("TARI")), json!(["TARI", "autodeterminazione"])),
        (op("ADD", "/tipiPendenza", json!("*")), json!(["*", "autodeterminazione"])),
        (op("DELETE", "/tipiPendenza", autodeterminazione.clone()), json!(["*"])),
    ] {
        let letto = bo.patch(APP, &json!([o])).await.con_stato(200).json();
        assert_eq!(ambito(&letto)[1], atteso, "{o}");
    }
    rifiutata(
        &bo.patch(OPE, &json!([op("ADD", "/tipiPendenza", autodeterminazione)])).await,
        &semantica("Il tipo pendenza autodeterminazione indicato non esiste."),
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_rifiuto_ha_il_suo_testo_e_non_lascia_nulla(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    crea(&bo).await;
    let inizio = json!([op("ADD", "/acl", acl("Pendenze", &["R"])), op("ADD", "/domini", json!(A))]);
    let buone = [
        op("ADD", "/acl", acl("Pagamenti", &["W"])),
        op("ADD", "/domini", json!("*")),
        op("ADD", "/tipiPendenza", json!("TARI")),
        op("REPLACE", "/password", json!("Nuova12345")),
    ];
    for p in [APP, OPE] {
        bo.patch(p, &inizio).await.con_stato(200);
        let prima = bo.get(p).await.json();
        let debole = "Il valore [***] del campo password non rispetta il pattern richiesto: ^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?!.*[\\s]).{8,}$";
        let value = |path: &str| sintassi(&format!("Value non valido per il path '{path}'"));
        for (guasta, atteso) in [
            (op("ADD", "/abilitato", json!(false)), sintassi("Path '/abilitato' non valido")),
            (op("ADD", "domini", json!(B)), sintassi("Path 'domini' non valido")),
            (op("REPLACE", "/domini", json!(B)), sintassi("Op 'REPLACE' non valido per il path '/domini'")),
            (
                op("REPLACE", "/tipiPendenza", json!("*")),
                sintassi("Op 'REPLACE' non valido per il path '/tipiPendenza'"),
            ),
            (
                op("REPLACE", "/acl", acl("Pendenze", &["R"])),
                sintassi("Op 'REPLACE' non valido per il path '/acl'"),
            ),
            (
                op("ADD", "/password", json!("Nuova12345")),
                sintassi("Op 'ADD' non valido per il path '/password'"),
            ),
            (
                op("DELETE", "/password", json!("x")),
                sintassi("Op 'DELETE' non valido per il path '/password'"),
            ),
            (op("replace", "/password", json!("Nuova12345")), sintassi("Il campo op non e' valido.")),
            (op("MOVE", "/domini", json!(B)), sintassi("Il campo op non e' valido.")),
            (json!({"path": "/domini", "value": B}), sintassi("Il campo op non deve essere vuoto.")),
            (json!({"op": "ADD", "value": B}), sintassi("Il campo path non deve essere vuoto.")),
            (json!({"op": "ADD", "path": "/domini"}), value("/domini")),
            (op("ADD", "/domini", json!("123")), value("/domini")),
            (op("DELETE", "/domini", json!(["*"])), value("/domini")),
            (op("ADD", "/domini", json!({"idDominio": A, "unitaOperative": ["a b"]})), value("/domini")),
            (op("ADD", "/tipiPendenza", json!("a b")), value("/tipiPendenza")),
            (op("ADD", "/acl", json!("Pendenze")), value("/acl")),
            (op("REPLACE", "/password", json!("debole")), sintassi(debole)),
            (op("REPLACE", "/password", json!({})), value("/password")),
            (
                op("ADD", "/acl", json!({"servizio": "Pendenze", "autorizzazioni": []})),
                sintassi("ACL non valida: Il campo autorizzazioni non deve essere vuoto."),
            ),
            (
                op("DELETE", "/acl", json!({"servizio": "Giornale degli Eventi"})),
                sintassi("ACL non valida: nessuna autorizzazione per il servizio Giornale degli Eventi"),
            ),
            (op("DELETE", "/domini", json!({"idDominio": A, "unitaOperative": ["U1"]})), value("/domini")),
            (
                op("ADD", "/domini", json!("99999999999")),
                semantica("Il dominio 99999999999 indicato non esiste."),
            ),
            (
                op("ADD", "/domini", json!({"idDominio": A, "unitaOperative": ["U9"]})),
                semantica("L'unita' operativa U9 indicata non esiste."),
            ),
            (
                op("ADD", "/tipiPendenza", json!("IGNOTO")),
                semantica("Il tipo pendenza IGNOTO indicato non esiste."),
            ),
        ] {
            rifiutata(&bo.patch(p, &json!([guasta])).await, &atteso);
            // With good ones before and after; `*` would hide what is wrong with an explicit body.
            let mut insieme: Vec<Value> = buone
                .iter()
                .filter(|b| b["path"] != "/domini" || guasta["path"] != "/domini")
                .cloned()
                .collect();
            insieme.insert(1, guasta);
            rifiutata(&bo.patch(p, &json!(insieme)).await, &atteso);
            assert_eq!(bo.get(p).await.json(), prima);
        }
        let ignoto =
            bo.patch(p, &json!([{"op": "ADD", "path": "/domini", "value": B, "from": "x"}])).await.errore();
        assert_eq!((ignoto.0, ignoto.1.as_str()), (400, "SINTASSI"));
        assert!(ignoto.2.contains("Unrecognized field \"from\" (3 known properties"), "{}", ignoto.2);
        for corpo in ["", "{}", "{\"op\":\"ADD\"}", "null", "[null]", "[[]]", "[{]"] {
            assert_eq!(bo.grezzo(Method::PATCH, p, "application/json", corpo).await.stato(), 400, "{corpo}");
        }
        assert_eq!(bo.get(p).await.json(), prima);
    }
    assert_eq!(bo.patch("/applicazioni/a.b", &json!([])).await.stato(), 400);
    let inesistente = (404, "404000".to_owned(), "Applicazione NESSUNA non censita in Anagrafica".to_owned());
    rifiutata(&bo.patch("/applicazioni/NESSUNA", &json!([buone[0]])).await, &inesistente);
    // Garbage comes before the entity that is not there.
    rifiutata(
        &bo.patch("/applicazioni/NESSUNA", &json!([op("ADD", "/x", json!(1))])).await,
        &sintassi("Path '/x' non valido"),
    );
}

/// Round trip: what a PATCH wrote, a PUT of the same members writes too.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn patch_e_put_dicono_la_stessa_cosa(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    crea(&bo).await;
    let membri = json!({
        "acl": [acl("Pendenze", &["R"]), acl("Pagamenti", &["R", "W"])],
        "domini": [{"idDominio": A, "unitaOperative": ["U1"]}, B], "tipiPendenza": ["IMU", "TARI"]
    });
    let mut operazioni = Vec::new();
    for (path, chiave) in [("/acl", "acl"), ("/domini", "domini"), ("/tipiPendenza", "tipiPendenza")] {
        for v in membri[chiave].as_array().into_iter().flatten() {
            operazioni.push(op("ADD", path, v.clone()));
        }
    }
    let con_patch = bo.patch(OPE, &json!(operazioni)).await.con_stato(200).json();
    salva(&bo, "/operatori/luigi", &con(&minimo(), &membri), 201).await;
    let con_put = bo.get("/operatori/luigi").await.json();
    assert_eq!(con(&con_patch, &json!({"principal": "luigi"})), con_put);
}
