use super::{assente, lungo, provate, risposta};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Anagrafica, Backend, TestApp};

/// Rules of rights and scope, the same for an operatore and an applicazione.
fn ambito() -> Vec<(&'static str, Value)> {
    let uo = |u: Value| json!([{"idDominio": "12345678901", "unitaOperative": u}]);
    vec![
        ("/password", json!("Abcdefg1")),
        ("/password", json!("Abcdef1")),
        ("/password", json!("abcdefg1")),
        ("/password", json!("ABCDEFG1")),
        ("/password", json!("Abcdefgh")),
        ("/password", json!("Abcdef 1")),
        ("/password", json!("")),
        ("/password", json!(format!("Aa1{}", "x".repeat(252)))),
        ("/password", json!(format!("Aa1{}", "x".repeat(253)))),
        ("/domini", Value::Null),
        ("/domini", json!("12345678901")),
        ("/domini", json!([])),
        ("/domini", json!(["*"])),
        ("/domini", json!(["12345678901"])),
        ("/domini", json!(["1234567890"])),
        ("/domini", json!(["99999999999"])),
        ("/domini", json!([7])),
        ("/domini", json!([{}])),
        ("/domini", json!([{"idDominio": "1"}])),
        ("/domini", json!([{"idDominio": "*", "unitaOperative": ["U9"]}])),
        ("/domini", json!([{"idDominio": "12345678901", "x": 1}])),
        ("/domini", uo(json!(["*"]))),
        ("/domini", uo(json!([]))),
        ("/domini", uo(Value::Null)),
        ("/domini", uo(json!(["EC"]))),
        ("/domini", uo(json!(["U9"]))),
        ("/domini", uo(json!(["a b"]))),
        ("/domini", uo(json!("EC"))),
        ("/tipiPendenza", Value::Null),
        ("/tipiPendenza", json!(["TARI"])),
        ("/tipiPendenza", json!([{"idTipoPendenza": "TARI", "descrizione": "d"}])),
        ("/tipiPendenza", json!(["*", "TARI"])),
        ("/tipiPendenza", json!(["IGNOTO"])),
        ("/tipiPendenza", json!(["a b"])),
        ("/tipiPendenza", json!(["autodeterminazione"])),
        ("/acl", json!([])),
        ("/acl", json!([{"servizio": "Pendenze", "autorizzazioni": ["R", "W"]}])),
        ("/acl", json!([{"servizio": "Pendenze", "autorizzazioni": []}])),
        ("/acl", json!([{"servizio": "Pendenze"}])),
        ("/acl", json!([{"servizio": "Pendenze", "autorizzazioni": ["X"]}])),
        ("/acl", json!([{"servizio": "pendenze", "autorizzazioni": ["R"]}])),
        ("/acl", json!([{"servizio": "API Pendenze", "autorizzazioni": ["R"]}])),
        ("/acl", json!([{"autorizzazioni": ["R"]}])),
        ("/acl", json!([{"servizio": "Pendenze", "autorizzazioni": "R"}])),
        ("/acl", json!([{"servizio": "Pendenze", "autorizzazioni": ["R"], "x": 1}])),
        ("/ruoli", json!(["Operatore"])),
        ("/ruoli", json!(["Operator"])),
        ("/ruoli", json!(["a b"])),
        ("/ruoli", json!([""])),
        ("/ruoli", Value::Null),
        ("/abilitato", json!(false)),
        ("/abilitato", Value::Null),
        ("/abilitato", assente()),
        ("/abilitato", json!("si")),
    ]
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_regola_di_un_operatore_e_di_un_ruolo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let mut casi = vec![
        ("/ragioneSociale", assente()),
        ("/ragioneSociale", Value::Null),
        ("/ragioneSociale", json!("")),
        ("/ragioneSociale", lungo(35)),
        ("/ragioneSociale", lungo(36)),
        ("/principal", json!("mario")),
        ("/apiPendenze", json!(true)),
    ];
    casi.extend(ambito());
    let corpo = json!({"ragioneSociale": "Mario", "abilitato": true});
    insta::assert_snapshot!("operatore", provate(&bo, "/operatori/mario", &corpo, &casi).await);

    let casi = [
        ("/acl", assente()),
        ("/acl", Value::Null),
        ("/acl", json!([])),
        ("/acl", json!({})),
        ("/acl", json!([{"servizio": "Pendenze", "autorizzazioni": ["W"]}])),
        ("/acl", json!([{"servizio": "Pendenze", "autorizzazioni": []}])),
        ("/acl", json!([{"servizio": "Boh", "autorizzazioni": ["R"]}])),
        ("/acl", json!([{"servizio": "API Pagamenti", "autorizzazioni": ["R"]}])),
        ("/id", json!("Cassa")),
    ];
    let corpo = json!({"acl": [{"servizio": "Pagamenti", "autorizzazioni": ["R"]}]});
    insta::assert_snapshot!("ruolo", provate(&bo, "/ruoli/Cassa", &corpo, &casi).await);

    let mut fatte = String::new();
    for (percorso, corpo) in [
        ("/operatori/mari", None),
        ("/operatori/gestionale", Some(json!({"ragioneSociale": "Gestore", "abilitato": true}))),
        ("/ruoli/Cass", None),
        ("/ruoli/a.b", Some(corpo.clone())),
    ] {
        if let Some(corpo) = corpo {
            fatte.push_str(&format!("PUT {percorso}\n    {}\n", risposta(&bo.put(percorso, &corpo).await)));
        }
        fatte.push_str(&format!("GET {percorso}\n    {}\n", risposta(&bo.get(percorso).await)));
    }
    insta::assert_snapshot!("operatore_chiavi", fatte);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_regola_di_diritti_e_ambito_di_un_applicazione(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let corpo = json!({"principal": "app"});
    insta::assert_snapshot!(
        "applicazione",
        provate(&app.backoffice(), "/applicazioni/APP", &corpo, &ambito()).await
    );
}
