use super::{inesistente, lungo, rifiuti, salva, torna};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Anagrafica, Backend, TestApp};

const D: &str = "/domini/12345678901";
const IBAN: &str = "IT60X0542811101000000123456";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_unita_operativa(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let p = format!("{D}/unitaOperative/U1");
    let minima = json!({"ragioneSociale": "Ufficio", "abilitato": true});
    let piena = json!({
        "ragioneSociale": "Ufficio", "indirizzo": "Via Roma", "civico": "1", "cap": "00100",
        "localita": "Roma", "provincia": "RM", "nazione": "IT", "email": "a@b.it", "pec": "c@d.it", "tel": "1",
        "fax": "2", "web": "w", "area": "Nord", "abilitato": false
    });
    let testo = "Unita Operativa U1 non censita in Anagrafica per il Dominio 12345678901";
    inesistente(&bo, &p, testo).await;
    let in_piu = json!({"idUnita": "U1"});
    torna(&bo, &p, &minima, 201, &in_piu).await;
    torna(&bo, &p, &piena, 200, &in_piu).await;
    torna(&bo, &p, &minima, 200, &in_piu).await;
    // The office of the body itself is left out of the body's own list.
    let nomi: Vec<Value> = bo.get(D).await.json()["unitaOperative"].as_array().cloned().unwrap_or_default();
    assert_eq!(nomi, [json!({"idUnita": "U1", "ragioneSociale": "Ufficio", "abilitato": true})]);
    rifiuti(
        &bo,
        &p,
        &piena,
        &[
            ("/gln", json!("1"), 400, "Unrecognized field \"gln\""),
            ("/ragioneSociale", Value::Null, 400, "Il campo ragioneSociale non deve essere vuoto."),
            ("/ragioneSociale", json!(lungo(71)), 400, "massima di 70 caratteri"),
            ("/nazione", json!("ITA"), 400, "pattern richiesto: [A-Z]{2}"),
            ("/email", json!("x"), 400, "del campo email non rispetta il pattern"),
            ("/area", json!(lungo(256)), 400, "massima di 255 caratteri"),
            ("/abilitato", Value::Null, 400, "Il campo abilitato non deve essere vuoto."),
        ],
    )
    .await;
    let e = bo.put("/domini/99999999999/unitaOperative/U1", &minima).await.errore();
    assert_eq!(e, (422, "SEMANTICA".into(), "Il dominio 99999999999 indicato non esiste.".into()));
    inesistente(
        &bo,
        "/domini/99999999999/unitaOperative/U1",
        "Dominio 99999999999 non censito in Anagrafica",
    )
    .await;
    // A key that is part of another never matches it.
    inesistente(
        &bo,
        &format!("{D}/unitaOperative/U"),
        "Unita Operativa U non censita in Anagrafica per il Dominio 12345678901",
    )
    .await;
    assert_eq!(bo.put(&format!("{D}/unitaOperative/a.b"), &minima).await.stato(), 400);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_conto_di_accredito(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let a = Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let p = format!("{D}/contiAccredito/{IBAN}");
    let testo = format!("Iban di accredito {IBAN} non censito in Anagrafica per il Dominio 12345678901");
    inesistente(&bo, &p, &testo).await;
    let minimo = json!({});
    let difetto = json!({"iban": IBAN, "postale": false, "abilitato": true});
    torna(&bo, &p, &minimo, 201, &difetto).await;
    let pieno = json!({
        "bic": "BCITITMMXXX", "postale": true, "abilitato": false, "descrizione": "d", "intestatario": "i",
        "autStampaPosteItaliane": "aut"
    });
    torna(&bo, &p, &pieno, 200, &json!({"iban": IBAN})).await;
    torna(&bo, &p, &minimo, 200, &difetto).await;
    // Accepted and forgotten.
    salva(&bo, &p, &json!({"mybank": true}), 200).await;
    assert_eq!(bo.get(&p).await.json(), difetto);
    rifiuti(
        &bo,
        &p,
        &pieno,
        &[
            ("/iban", json!(IBAN), 400, "Unrecognized field \"iban\""),
            ("/bic", json!("XX"), 400, "del campo bic non rispetta il pattern"),
            ("/postale", Value::Null, 400, "Il campo postale non deve essere vuoto."),
            ("/abilitato", Value::Null, 400, "Il campo abilitato non deve essere vuoto."),
            (
                "/descrizione",
                json!(""),
                400,
                "del campo descrizione non rispetta la lunghezza minima di 1 caratteri.",
            ),
            ("/intestatario", json!(lungo(256)), 400, "massima di 255 caratteri"),
            ("/autStampaPosteItaliane", json!(lungo(256)), 400, "massima di 255 caratteri"),
        ],
    )
    .await;
    assert_eq!(bo.put(&format!("{D}/contiAccredito/IT6"), &minimo).await.stato(), 400);
    let e = bo.put(&format!("/domini/99999999999/contiAccredito/{IBAN}"), &minimo).await.errore();
    assert_eq!(e, (422, "SEMANTICA".into(), "Il dominio 99999999999 indicato non esiste.".into()));
    // The same IBAN under two domini is two accounts.
    let altro =
        json!({"ragioneSociale": "Altro", "intermediato": false, "abilitato": true, "scaricaFr": false});
    salva(&bo, "/domini/12345678902", &altro, 201).await;
    salva(&bo, &format!("/domini/12345678902/contiAccredito/{}", a.iban), &minimo, 201).await;
    // And an account is only of its own dominio.
    for (campo, quale) in [("ibanAccredito", "accredito"), ("ibanAppoggio", "appoggio")] {
        let e = bo.put("/domini/12345678902/entrate/TARI", &json!({campo: IBAN})).await.errore();
        assert_eq!(e, (422, "SEMANTICA".into(), format!("L'iban {quale} {IBAN} indicato non esiste.")));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_entrata_e_quella_di_un_dominio(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let a = Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let p = "/entrate/IMU.1";
    inesistente(&bo, p, "Entrata IMU.1 non censita in Anagrafica").await;
    let corpo =
        json!({"descrizione": "Imposta", "tipoContabilita": "CAPITOLO", "codiceContabilita": "123/1"});
    let in_piu = json!({"idEntrata": "IMU.1"});
    torna(&bo, p, &corpo, 201, &in_piu).await;
    let altro = json!({"descrizione": "Altra", "tipoContabilita": "SIOPE", "codiceContabilita": "456"});
    torna(&bo, p, &altro, 200, &in_piu).await;
    rifiuti(
        &bo,
        p,
        &corpo,
        &[
            ("/idEntrata", json!("x"), 400, "Unrecognized field \"idEntrata\""),
            ("/descrizione", Value::Null, 400, "Il campo descrizione non deve essere vuoto."),
            ("/descrizione", json!(lungo(256)), 400, "massima di 255 caratteri"),
            ("/tipoContabilita", Value::Null, 400, "Il campo tipoContabilita non deve essere vuoto."),
            ("/tipoContabilita", json!("X"), 400, "valori possibili [CAPITOLO, SPECIALE, SIOPE, ALTRO]"),
            ("/codiceContabilita", Value::Null, 400, "Il campo codiceContabilita non deve essere vuoto."),
            ("/codiceContabilita", json!("a b"), 400, r"pattern richiesto: \S{3,138}"),
        ],
    )
    .await;
    assert_eq!(bo.put("/entrate/a@b", &corpo).await.stato(), 400);

    let d = format!("{D}/entrate/IMU.1");
    inesistente(&bo, &d, "Entrata IMU.1 non censita in Anagrafica per il Dominio 12345678901").await;
    let tipo = json!({"idEntrata": "IMU.1", "tipoEntrata": super::con(&altro, &in_piu)});
    let difetto = super::con(&tipo, &json!({"abilitato": true}));
    torna(&bo, &d, &json!({}), 201, &difetto).await;
    let pieno = json!({
        "ibanAccredito": a.iban, "ibanAppoggio": a.iban, "tipoContabilita": "ALTRO",
        "codiceContabilita": "999", "abilitato": false
    });
    torna(&bo, &d, &pieno, 200, &tipo).await;
    torna(&bo, &d, &json!({"ibanAccredito": null, "abilitato": null}), 200, &difetto).await;
    rifiuti(
        &bo,
        &d,
        &pieno,
        &[
            ("/tipoEntrata", json!({}), 400, "Unrecognized field \"tipoEntrata\""),
            ("/ibanAccredito", json!("x"), 400, "del campo ibanAccredito non rispetta il pattern"),
            ("/ibanAppoggio", json!("x"), 400, "del campo ibanAppoggio non rispetta il pattern"),
            ("/tipoContabilita", json!("X"), 400, "Codifica inesistente per tipoContabilita."),
            ("/codiceContabilita", json!("12"), 400, "del campo codiceContabilita non rispetta il pattern"),
            ("/abilitato", json!(0), 400, "[\"abilitato\"]"),
        ],
    )
    .await;
    let e = bo.put(&format!("{D}/entrate/IGNOTA"), &json!({})).await.errore();
    assert_eq!(e, (422, "SEMANTICA".into(), "L'entrata IGNOTA indicata non esiste.".into()));
    // The dominio is decided before the entrata.
    let e = bo.put("/domini/99999999999/entrate/IGNOTA", &json!({})).await.errore();
    assert_eq!(e, (422, "SEMANTICA".into(), "Il dominio 99999999999 indicato non esiste.".into()));
}
