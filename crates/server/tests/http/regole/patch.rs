use super::risposta;
use rstest::rstest;
use serde_json::{Value, json};
use std::fmt::Write as _;
use testkit::{Anagrafica, Backend, TestApp};

/// Every operation on every path of every entity, with a value that is good for that path and with some
/// that are not. After all of them each refused entity is as it was.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_operazione_su_ogni_percorso(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let acl = json!({"servizio": "Pendenze", "autorizzazioni": ["R"]});
    bo.put("/applicazioni/APP", &json!({"principal": "app"})).await.con_stato(201);
    bo.put("/operatori/mario", &json!({"ragioneSociale": "Mario", "abilitato": true})).await.con_stato(201);
    bo.put("/ruoli/Cassa", &json!({"acl": [acl]})).await.con_stato(201);
    let buoni = [
        ("/acl", json!({"servizio": "Pagamenti", "autorizzazioni": ["R"]})),
        ("/domini", json!("12345678901")),
        ("/tipiPendenza", json!("TARI")),
        ("/password", json!("Abcdefg1")),
        ("/abilitato", json!(false)),
        ("acl", json!({"servizio": "Pagamenti", "autorizzazioni": ["R"]})),
        ("", json!(1)),
    ];
    let cattivi = [
        ("/acl", json!({"servizio": "Boh", "autorizzazioni": ["R"]})),
        ("/acl", json!({"servizio": "Pendenze", "autorizzazioni": []})),
        ("/acl", json!({"servizio": "Pendenze"})),
        ("/acl", json!("Pendenze")),
        ("/acl", Value::Null),
        ("/domini", json!("99999999999")),
        ("/domini", json!("1")),
        ("/domini", json!({"idDominio": "12345678901", "unitaOperative": ["U9"]})),
        ("/domini", Value::Null),
        ("/domini", json!([])),
        ("/tipiPendenza", json!("IGNOTO")),
        ("/tipiPendenza", json!("a b")),
        ("/tipiPendenza", json!("autodeterminazione")),
        ("/tipiPendenza", Value::Null),
        ("/password", json!("debole")),
        ("/password", json!(7)),
    ];
    let mut fatte = String::new();
    for percorso in ["/applicazioni/APP", "/operatori/mario", "/ruoli/Cassa", "/profilo"] {
        let prima = bo.get(percorso).await.con_stato(200).json();
        for (path, value) in buoni.iter().chain(&cattivi) {
            for op in ["ADD", "DELETE", "REPLACE"] {
                // The own password of who drives the test stays what it is.
                if percorso == "/profilo" && (op, *path) == ("REPLACE", "/password") && value == "Abcdefg1" {
                    continue;
                }
                let r = bo.patch(percorso, &json!([{"op": op, "path": path, "value": value}])).await;
                let _ = writeln!(fatte, "{percorso} {op} {path} {value}\n    {}", risposta(&r));
                if r.stato() != 200 {
                    continue;
                }
                // Back to what it was.
                for (op, path, value) in [
                    ("DELETE", "/domini", json!("*")),
                    ("DELETE", "/tipiPendenza", json!("*")),
                    ("DELETE", "/tipiPendenza", json!("autodeterminazione")),
                    ("REPLACE", "/password", Value::Null),
                ] {
                    bo.patch(percorso, &json!([{"op": op, "path": path, "value": value}])).await;
                }
                if *path == "/acl" {
                    let tolta = json!([{"op": "DELETE", "path": "/acl", "value": value}]);
                    bo.patch(percorso, &tolta).await;
                }
                if percorso == "/ruoli/Cassa" {
                    bo.put(percorso, &json!({"acl": [acl]})).await.con_stato(200);
                }
            }
            assert_eq!(bo.get(percorso).await.con_stato(200).json(), prima, "{percorso} {path} {value}");
        }
        for corpo in [
            json!([{"op": "MOVE", "path": "/acl", "value": acl}]),
            json!([{"op": "add", "path": "/acl", "value": acl}]),
            json!([{"op": 1, "path": "/acl", "value": acl}]),
            json!([{"path": "/acl", "value": acl}]),
            json!([{"op": "ADD", "value": acl}]),
            json!([{"op": "ADD", "path": "/acl"}]),
            json!([{"op": "ADD", "path": "/acl", "value": acl, "from": "x"}]),
            json!({"op": "ADD", "path": "/acl", "value": acl}),
            json!([1]),
            Value::Null,
        ] {
            let r = bo.patch(percorso, &corpo).await;
            let _ = writeln!(fatte, "{percorso} {corpo}\n    {}", risposta(&r));
        }
        assert_eq!(bo.get(percorso).await.con_stato(200).json(), prima, "{percorso}");
    }
    let corpo = json!([{"op": "ADD", "path": "/acl", "value": acl}]);
    for percorso in ["/applicazioni/AP", "/operatori/mari", "/ruoli/Cass"] {
        let _ = writeln!(fatte, "{percorso}\n    {}", risposta(&bo.patch(percorso, &corpo).await));
    }
    insta::assert_snapshot!("patch", fatte);
}
