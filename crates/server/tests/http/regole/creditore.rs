use super::{assente, lungo, provate, risposta};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Anagrafica, Backend, TestApp};

const D: &str = "/domini/12345678901";
const IBAN: &str = "IT60X0542811101000000123456";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_regola_di_cio_che_e_di_un_dominio(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let a = Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();

    let ufficio = json!({"ragioneSociale": "Ufficio", "abilitato": true});
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
    ] {
        casi.extend([(campo, lungo(massima)), (campo, lungo(massima + 1))]);
    }
    for campo in ["/ragioneSociale", "/abilitato"] {
        casi.extend([(campo, assente()), (campo, Value::Null), (campo, json!(""))]);
    }
    casi.extend([
        ("/nazione", json!("IT")),
        ("/nazione", json!("ITA")),
        ("/email", json!("a@b.it")),
        ("/email", json!("x")),
        ("/pec", json!("x@")),
        ("/gln", json!("1")),
        ("/idUnita", Value::Null),
    ]);
    insta::assert_snapshot!("unita", provate(&bo, &format!("{D}/unitaOperative/U1"), &ufficio, &casi).await);

    let casi = [
        ("/bic", json!("BCITITMM")),
        ("/bic", json!("BCITITMMXXX")),
        ("/bic", json!("bcititm2abc")),
        ("/bic", json!("BCITITM")),
        ("/bic", json!("BCITIT0O")),
        ("/bic", json!("BCITITMMXX")),
        ("/bic", json!("BCITITMMXAB")),
        ("/postale", json!("true")),
        ("/postale", Value::Null),
        ("/abilitato", json!(false)),
        ("/abilitato", Value::Null),
        ("/mybank", json!(true)),
        ("/mybank", Value::Null),
        ("/mybank", json!("forse")),
        ("/descrizione", lungo(255)),
        ("/descrizione", lungo(256)),
        ("/descrizione", json!("")),
        ("/intestatario", lungo(255)),
        ("/intestatario", lungo(256)),
        ("/intestatario", json!("")),
        ("/autStampaPosteItaliane", lungo(255)),
        ("/autStampaPosteItaliane", lungo(256)),
        ("/iban", json!(IBAN)),
    ];
    let p = format!("{D}/contiAccredito/{IBAN}");
    insta::assert_snapshot!("conto", provate(&bo, &p, &json!({}), &casi).await);

    let entrata =
        json!({"descrizione": "Imposta", "tipoContabilita": "CAPITOLO", "codiceContabilita": "123/1"});
    let mut casi: Vec<(&str, Value)> = Vec::new();
    for campo in ["/descrizione", "/tipoContabilita", "/codiceContabilita"] {
        casi.extend([(campo, assente()), (campo, Value::Null), (campo, json!(""))]);
    }
    for v in ["SPECIALE", "SIOPE", "ALTRO", "capitolo", "X"] {
        casi.push(("/tipoContabilita", json!(v)));
    }
    casi.extend([
        ("/tipoContabilita", json!(1)),
        ("/descrizione", lungo(255)),
        ("/descrizione", lungo(256)),
        ("/codiceContabilita", json!("12")),
        ("/codiceContabilita", json!("1 3")),
        ("/codiceContabilita", lungo(138)),
        ("/codiceContabilita", lungo(139)),
        ("/codiceContabilita", json!(123)),
        ("/idEntrata", json!("IMU")),
    ]);
    insta::assert_snapshot!("entrata", provate(&bo, "/entrate/IMU", &entrata, &casi).await);

    let altro = json!({"ragioneSociale": "B", "intermediato": false, "abilitato": true, "scaricaFr": false});
    bo.put("/domini/12345678902", &altro).await.con_stato(201);
    bo.put("/domini/12345678902/contiAccredito/IT11B", &json!({})).await.con_stato(201);
    let casi = [
        ("/ibanAccredito", json!(a.iban)),
        ("/ibanAccredito", json!("IT11B")),
        ("/ibanAccredito", json!("x")),
        ("/ibanAccredito", Value::Null),
        ("/ibanAppoggio", json!(IBAN)),
        ("/ibanAppoggio", json!("IT11B")),
        ("/ibanAppoggio", json!("IT1")),
        ("/tipoContabilita", json!("SIOPE")),
        ("/tipoContabilita", json!("X")),
        ("/tipoContabilita", Value::Null),
        ("/codiceContabilita", json!("123")),
        ("/codiceContabilita", json!("12")),
        ("/abilitato", json!(false)),
        ("/abilitato", Value::Null),
        ("/abilitato", json!(0)),
        ("/tipoEntrata", json!({})),
        ("/descrizione", json!("x")),
    ];
    let p = format!("{D}/entrate/IMU");
    insta::assert_snapshot!("entrata_di_dominio", provate(&bo, &p, &json!({}), &casi).await);

    // What is not there, by GET and by PUT, and ids that are none.
    let lunga = "U".repeat(36);
    let mut fatte = String::new();
    for (percorso, corpo) in [
        (format!("{D}/unitaOperative/U"), None),
        (format!("{D}/unitaOperative/u1"), None),
        (format!("{D}/unitaOperative/a.b"), Some(&ufficio)),
        (format!("{D}/unitaOperative/{lunga}"), Some(&ufficio)),
        ("/domini/99999999999/unitaOperative/U1".to_owned(), Some(&ufficio)),
        ("/domini/999/unitaOperative/U1".to_owned(), Some(&ufficio)),
        (format!("{D}/contiAccredito/IT60X0542811101000000123457"), None),
        (format!("{D}/contiAccredito/IT6"), Some(&json!({}))),
        (format!("{D}/contiAccredito/IT60{}", "X".repeat(31)), Some(&json!({}))),
        (format!("/domini/99999999999/contiAccredito/{IBAN}"), Some(&json!({}))),
        (format!("{D}/entrate/IGNOTA"), Some(&json!({}))),
        ("/domini/99999999999/entrate/IMU".to_owned(), Some(&json!({}))),
        ("/entrate/IM".to_owned(), None),
        ("/entrate/a@b".to_owned(), Some(&entrata)),
    ] {
        if let Some(corpo) = corpo {
            fatte.push_str(&format!("PUT {percorso}\n    {}\n", risposta(&bo.put(&percorso, corpo).await)));
        }
        fatte.push_str(&format!("GET {percorso}\n    {}\n", risposta(&bo.get(&percorso).await)));
    }
    insta::assert_snapshot!("di_dominio_chiavi", fatte);
}
