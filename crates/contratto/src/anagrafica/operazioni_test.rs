use super::*;
use serde_json::json;

fn esito(cosa: Modificata, v: &Value) -> String {
    match leggi_operazioni(v, cosa) {
        Ok(o) => format!("{o:?}"),
        Err(e) => e.0,
    }
}

#[test]
fn la_tabella_della_spec_10_5_7() {
    use Modificata::{Applicazione as A, Operatore as O, Profilo as P, Ruolo as R};
    let op = |op: &str, path: &str| format!("Op '{op}' non valido per il path '{path}'");
    let value = |path: &str| format!("Value non valido per il path '{path}'");
    let path = |p: &str| format!("Path '{p}' non valido");
    let acl = json!({"servizio": "Pendenze", "autorizzazioni": ["R"]});
    let debole = "Il valore [***] del campo password non rispetta il pattern richiesto: ^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?!.*[\\s]).{8,}$";
    for (cosa, o, atteso) in [
        (A, json!({"path": "/acl", "value": acl}), "Il campo op non deve essere vuoto.".to_owned()),
        (A, json!({"op": "add", "path": "/acl", "value": acl}), "Il campo op non e' valido.".to_owned()),
        (A, json!({"op": 1, "path": "/acl", "value": acl}), "Il campo op non e' valido.".to_owned()),
        (A, json!({"op": "ADD", "value": acl}), "Il campo path non deve essere vuoto.".to_owned()),
        (A, json!({"op": "ADD", "path": "acl", "value": acl}), path("acl")),
        (A, json!({"op": "ADD", "path": "/ruoli", "value": "x"}), path("/ruoli")),
        (R, json!({"op": "ADD", "path": "/domini", "value": "*"}), path("/domini")),
        (R, json!({"op": "REPLACE", "path": "/password", "value": "Nuova1234"}), path("/password")),
        (P, json!({"op": "ADD", "path": "/acl", "value": acl}), path("/acl")),
        (A, json!({"op": "REPLACE", "path": "/acl", "value": acl}), op("REPLACE", "/acl")),
        (R, json!({"op": "REPLACE", "path": "/acl", "value": acl}), op("REPLACE", "/acl")),
        (O, json!({"op": "REPLACE", "path": "/domini", "value": "*"}), op("REPLACE", "/domini")),
        (O, json!({"op": "REPLACE", "path": "/tipiPendenza", "value": "*"}), op("REPLACE", "/tipiPendenza")),
        (O, json!({"op": "ADD", "path": "/password", "value": "Nuova1234"}), op("ADD", "/password")),
        (P, json!({"op": "DELETE", "path": "/password", "value": "x"}), op("DELETE", "/password")),
        (A, json!({"op": "ADD", "path": "/acl", "value": "x"}), value("/acl")),
        (A, json!({"op": "ADD", "path": "/acl", "value": null}), value("/acl")),
        (A, json!({"op": "ADD", "path": "/acl"}), value("/acl")),
        (A, json!({"op": "ADD", "path": "/acl", "value": {}}), "ACL non valida: Il campo servizio non deve essere vuoto.".to_owned()),
        (
            R,
            json!({"op": "ADD", "path": "/acl", "value": {"servizio": "Pendenze"}}),
            "ACL non valida: Il campo autorizzazioni non deve essere vuoto.".to_owned(),
        ),
        (
            R,
            json!({"op": "ADD", "path": "/acl", "value": {"servizio": "Pendenze", "autorizzazioni": ["X"]}}),
            "ACL non valida: Codifica inesistente per autorizzazioni. Valore fornito [X] valori possibili [R, W]".to_owned(),
        ),
        (A, json!({"op": "ADD", "path": "/domini", "value": "1"}), value("/domini")),
        (A, json!({"op": "ADD", "path": "/domini", "value": true}), value("/domini")),
        (A, json!({"op": "ADD", "path": "/domini", "value": ["12345678901"]}), value("/domini")),
        (A, json!({"op": "ADD", "path": "/domini", "value": {"idDominio": "1"}}), value("/domini")),
        (A, json!({"op": "ADD", "path": "/tipiPendenza", "value": "a b"}), value("/tipiPendenza")),
        (A, json!({"op": "ADD", "path": "/tipiPendenza", "value": {}}), value("/tipiPendenza")),
        (A, json!({"op": "REPLACE", "path": "/password", "value": "debole"}), debole.to_owned()),
        (P, json!({"op": "REPLACE", "path": "/password", "value": "  "}), debole.to_owned()),
        (P, json!({"op": "REPLACE", "path": "/password", "value": null}), value("/password")),
        (A, json!({"op": "REPLACE", "path": "/password"}), value("/password")),
        (A, json!({"op": "REPLACE", "path": "/password", "value": {"x": "Segreta123"}}), value("/password")),
        (A, json!({"op": "REPLACE", "path": "/password", "value": null}), "[Password(None)]".to_owned()),
        (P, json!({"op": "REPLACE", "path": "/password", "value": "Nuova1234"}), "[Password(Some(***))]".to_owned()),
        (
            A,
            json!({"op": "ADD", "path": "/tipiPendenza", "value": "autodeterminazione"}),
            "[AggiungiTipo(Autodeterminazione)]".to_owned(),
        ),
        (
            O,
            json!({"op": "DELETE", "path": "/tipiPendenza", "value": "*"}),
            "[TogliTipo(Tutti)]".to_owned(),
        ),
        (A, json!({"op": "ADD", "path": "/domini", "value": {"idDominio": "*"}}), "[AggiungiDominio(Tutti)]".to_owned()),
    ] {
        assert_eq!(esito(cosa, &json!([o])), atteso, "{cosa:?} {o}");
    }
    let ignota = esito(A, &json!([{"op": "ADD", "path": "/acl", "value": {"x": 1}}]));
    assert!(ignota.contains("Unrecognized field \"x\""), "{ignota}");
    let ignota = esito(A, &json!([{"op": "ADD", "path": "/acl", "valore": 1}]));
    assert!(ignota.contains("Unrecognized field \"valore\""), "{ignota}");
    assert_eq!(esito(A, &json!([])), "[]");
    assert!(esito(A, &json!({})).contains("array"));
    let troppe = json!(vec![json!({"op": "ADD"}); OPERAZIONI + 1]);
    assert_eq!(esito(A, &troppe), "Sono ammesse al massimo 10000 operazioni.");
}

#[test]
fn un_operatore_non_conosce_l_autodeterminazione() {
    let letta = esito(
        Modificata::Operatore,
        &json!([{"op": "ADD", "path": "/tipiPendenza", "value": "autodeterminazione"}]),
    );
    assert!(letta.contains("Uno("), "{letta}");
}
