use super::{assente, lungo, provate};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Anagrafica, Backend, TestApp};

const P: &str = "/domini/01234567890";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_regola_di_un_dominio(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let corpo = json!({
        "ragioneSociale": "Comune", "stazione": "11111111113_01", "auxDigit": "3", "segregationCode": "07",
        "abilitato": true, "scaricaFr": false
    });
    let mut casi: Vec<(&str, Value)> = Vec::new();
    for (campo, massima) in [
        ("/ragioneSociale", 70),
        ("/indirizzo", 70),
        ("/civico", 16),
        ("/cap", 16),
        ("/localita", 35),
        ("/provincia", 35),
        ("/tel", 255),
        ("/fax", 255),
        ("/web", 255),
        ("/area", 255),
        ("/autStampaPosteItaliane", 255),
    ] {
        casi.extend([(campo, lungo(massima)), (campo, lungo(massima + 1)), (campo, json!(""))]);
    }
    for campo in ["/ragioneSociale", "/abilitato", "/scaricaFr", "/stazione", "/auxDigit", "/segregationCode"]
    {
        casi.extend([(campo, assente()), (campo, Value::Null)]);
    }
    for campo in ["/email", "/pec"] {
        for v in ["a.b_c+d-e@f-g.h.it", "a@b", "@b.it", "a@b..it", "a@b.it.", "a b@c.it", "à@b.it"] {
            casi.push((campo, json!(v)));
        }
        casi.push((campo, json!(format!("{}@{}.it", "x".repeat(120), "x".repeat(132)))));
        casi.push((campo, json!(format!("{}@{}.it", "x".repeat(120), "x".repeat(131)))));
    }
    for v in ["IT", "it", "ITA", "I1"] {
        casi.push(("/nazione", json!(v)));
    }
    for v in [json!(true), json!("true"), json!("si"), json!(1), json!("")] {
        casi.extend([("/abilitato", v.clone()), ("/scaricaFr", v.clone()), ("/intermediato", v)]);
    }
    casi.push(("/intermediato", Value::Null));
    for v in ["0", "3", "4", "-1", "33"] {
        casi.push(("/auxDigit", json!(v)));
    }
    casi.push(("/auxDigit", json!(3)));
    for v in ["00", "49", "50", "7", "007"] {
        casi.push(("/segregationCode", json!(v)));
    }
    for v in ["1234567890123", "123456789012", "12345678901234", "123456789012A"] {
        casi.push(("/gln", json!(v)));
    }
    for v in ["AB12C", "ab12c", "AB12", "AB12CD"] {
        casi.push(("/cbill", json!(v)));
    }
    for v in ["11111111113_01", "11111111113_77", "11111111113", "1111111111_01", "11111111113_1"] {
        casi.push(("/stazione", json!(v)));
    }
    for v in [
        "1234567890123",
        "12345678901234",
        "%(a)",
        "%(p)%(t)",
        "%(u)%(y)%(Y)",
        "%(a)%(u)%(p)1",
        "%(a)%(u)%(p)12",
        "%(x)",
        "A",
        "%a",
        "%(a",
        "",
    ] {
        casi.push(("/iuvPrefix", json!(v)));
    }
    for v in [json!("01"), json!("12"), json!("00"), json!("13"), json!("1"), json!(1)] {
        casi.push(("/tassonomiaPagoPA", v));
    }
    for v in [json!({}), json!([]), json!(true), json!(7)] {
        casi.push(("/ragioneSociale", v));
    }
    casi.extend([("/ignoto", Value::Null), ("/idDominio", json!("01234567890")), ("/logo", json!({}))]);
    insta::assert_snapshot!("dominio", provate(&bo, P, &corpo, &casi).await);

    // Only when it is intermediated.
    let corpo = json!({"ragioneSociale": "C", "intermediato": false, "abilitato": true, "scaricaFr": true});
    let casi: Vec<(&str, Value)> = [
        ("/stazione", "11111111113_01"),
        ("/auxDigit", "0"),
        ("/segregationCode", "01"),
        ("/gln", "1234567890123"),
        ("/cbill", "AB12C"),
        ("/autStampaPosteItaliane", "x"),
        ("/iuvPrefix", "1"),
    ]
    .into_iter()
    .flat_map(|(campo, v)| [(campo, json!(v)), (campo, Value::Null)])
    .collect();
    insta::assert_snapshot!("dominio_non_intermediato", provate(&bo, P, &corpo, &casi).await);

    // Keys: exact, and of one form only.
    let mut chiavi = String::new();
    for id in ["0123456789", "012345678901", "0123456789A", "01234567890%20"] {
        for r in [bo.put(&format!("/domini/{id}"), &corpo).await, bo.get(&format!("/domini/{id}")).await] {
            chiavi.push_str(&format!("{id}\n    {}\n", super::risposta(&r)));
        }
    }
    chiavi.push_str(&super::risposta(&bo.get("/domini/11234567890").await));
    insta::assert_snapshot!("dominio_chiavi", chiavi);
}
