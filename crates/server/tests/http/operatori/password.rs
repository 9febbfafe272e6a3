//! Passwords: PUT, PATCH, profilo; what ends with the old one (spec 10 2.2, 2.4, 3.5).

use super::{
    PASSWORD, acl, applicazione, con, minimo, negato, op, operatore, pronta, rifiutata, salva, sintassi,
};
use http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{BACKOFFICE, Backend, TestApp};

const FORM: &str = "/govpay/backend/api/backoffice/rs/form/v1";
const DEBOLE: &str = "Il valore [***] del campo password non rispetta il pattern richiesto: ^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?!.*[\\s]).{8,}$";

async fn entra(app: &TestApp, principal: &str, password: &str) -> String {
    let r = app.cliente(FORM).come(principal, password).get("/profilo").await.con_stato(200);
    let cookie = r.intestazione("Set-Cookie").expect("il cookie");
    cookie.split(';').next().expect("un valore").to_owned()
}

async fn con_cookie(app: &TestApp, cookie: &str) -> u16 {
    let form = app.cliente(FORM).anonimo();
    form.manda(form.richiesta(Method::GET, "/profilo").header("Cookie", cookie)).await.stato()
}

async fn basic(app: &TestApp, principal: &str, password: &str) -> u16 {
    app.cliente(BACKOFFICE).come(principal, password).get("/profilo").await.stato()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_password_nuova_chiude_le_sessioni_di_quella_vecchia(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::con(backend, |c| {
        c.auth_families = ["basic", "form"].map(str::to_owned).to_vec();
    })
    .await;
    let bo = app.backoffice();
    operatore(&app, "mario", json!({})).await;
    operatore(&app, "estraneo", json!({})).await;
    applicazione(&app, "APP", json!({})).await;
    let estraneo = entra(&app, "estraneo", PASSWORD).await;
    let mut ora = [PASSWORD.to_owned(), PASSWORD.to_owned()];
    let cambio = |p: &str| json!([op("REPLACE", "/password", json!(p))]);
    for (n, come) in ["put", "patch", "profilo"].into_iter().enumerate() {
        for (i, (principal, percorso)) in
            [("mario", "/operatori/mario"), ("APP", "/applicazioni/APP")].into_iter().enumerate()
        {
            let (vecchia, nuova) = (ora[i].clone(), format!("Cambiata-{n}"));
            let cookie = [entra(&app, principal, &vecchia).await, entra(&app, principal, &vecchia).await];
            let corpo = if i == 0 { minimo() } else { json!({"principal": "APP"}) };
            // A PUT without password ends nothing.
            salva(&bo, percorso, &corpo, 200).await;
            assert_eq!(con_cookie(&app, &cookie[0]).await, 200);
            match come {
                "put" => salva(&bo, percorso, &con(&corpo, &json!({"password": nuova})), 200).await,
                "patch" => {
                    bo.patch(percorso, &cambio(&nuova)).await.con_stato(200);
                }
                _ => {
                    let se_stesso = app.cliente(BACKOFFICE).come(principal, &vecchia);
                    let r = se_stesso.patch("/profilo", &cambio(&nuova)).await.con_stato(200);
                    assert_eq!(r.json()["autenticazione"], "BASIC");
                }
            }
            for c in &cookie {
                assert_eq!(con_cookie(&app, c).await, 401, "{come} {principal}");
            }
            assert_eq!(basic(&app, principal, &vecchia).await, 401, "{come} {principal}");
            assert_eq!(basic(&app, principal, &nuova).await, 200, "{come} {principal}");
            ora[i] = nuova;
        }
    }
    // The session in which one changes his own password ends with the others.
    let cookie = entra(&app, "mario", &ora[0]).await;
    let form = app.cliente(FORM).anonimo();
    let r = form
        .richiesta(Method::PATCH, "/profilo")
        .header("Cookie", &cookie)
        .header("Content-Type", "application/json-patch+json")
        .body(cambio("Cambiata-9").to_string());
    form.manda(r).await.con_stato(200);
    assert_eq!(con_cookie(&app, &cookie).await, 401);
    assert_eq!(basic(&app, "mario", "Cambiata-9").await, 200);
    // Another principal: who comes after under the old one finds no session open.
    let cookie = entra(&app, "APP", &ora[1]).await;
    salva(&bo, "/applicazioni/APP", &json!({"principal": "APP-nuovo"}), 200).await;
    operatore(&app, "APP", json!({})).await;
    assert_eq!(con_cookie(&app, &cookie).await, 401);
    assert_eq!(basic(&app, "APP-nuovo", &ora[1]).await, 200, "the password went along");
    assert_eq!(con_cookie(&app, &estraneo).await, 200);
}

/// Spec 10 Done when: `/password` null then basic login 401.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_password_tolta_non_fa_entrare(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| {
        c.auth_families = ["basic", "form"].map(str::to_owned).to_vec();
    })
    .await;
    let bo = app.backoffice();
    operatore(&app, "mario", json!({})).await;
    applicazione(&app, "APP", json!({})).await;
    for (principal, percorso) in [("mario", "/operatori/mario"), ("APP", "/applicazioni/APP")] {
        let cookie = entra(&app, principal, PASSWORD).await;
        assert_eq!(basic(&app, principal, PASSWORD).await, 200);
        let tolta = json!([op("REPLACE", "/password", Value::Null)]);
        assert_eq!(bo.patch(percorso, &tolta).await.con_stato(200).json()["password"], false);
        assert_eq!(bo.get(percorso).await.json()["password"], false);
        assert_eq!(basic(&app, principal, PASSWORD).await, 401);
        assert_eq!(con_cookie(&app, &cookie).await, 401);
        // Twice is as good as once, and of several the last counts.
        bo.patch(percorso, &tolta).await.con_stato(200);
        let due =
            json!([op("REPLACE", "/password", Value::Null), op("REPLACE", "/password", json!("Ultima1234"))]);
        assert_eq!(bo.patch(percorso, &due).await.con_stato(200).json()["password"], true);
        assert_eq!(basic(&app, principal, "Ultima1234").await, 200);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn del_profilo_si_cambia_solo_la_password(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let mario = operatore(
        &app,
        "mario",
        json!({
            "acl": [acl("Pendenze", &["W"]), acl("Anagrafica PagoPA", &["R"])], "ruoli": ["Operatore"],
            "domini": ["12345678901"], "tipiPendenza": ["TARI"]
        }),
    )
    .await;
    for (o, testo) in [
        (op("REPLACE", "/password", Value::Null), "Value non valido per il path '/password'"),
        (json!({"op": "REPLACE", "path": "/password"}), "Value non valido per il path '/password'"),
        (op("REPLACE", "/password", json!("")), DEBOLE),
        (op("REPLACE", "/password", json!("        ")), DEBOLE),
        (op("REPLACE", "/password", json!("senzanumeri")), DEBOLE),
        (op("ADD", "/password", json!("Nuova12345")), "Op 'ADD' non valido per il path '/password'"),
        (op("DELETE", "/password", json!("x")), "Op 'DELETE' non valido per il path '/password'"),
        (op("replace", "/password", json!("Nuova12345")), "Il campo op non e' valido."),
        (op("ADD", "/acl", acl("Anagrafica Ruoli", &["W"])), "Path '/acl' non valido"),
        (op("ADD", "/domini", json!("*")), "Path '/domini' non valido"),
        (op("ADD", "/tipiPendenza", json!("*")), "Path '/tipiPendenza' non valido"),
    ] {
        let buona = op("REPLACE", "/password", json!("Nuova12345"));
        for corpo in [json!([o]), json!([buona, o])] {
            rifiutata(&mario.patch("/profilo", &corpo).await, &sintassi(testo));
        }
    }
    let profilo = mario.get("/profilo").await.con_stato(200).json();
    assert_eq!(profilo["nome"], "Mario Rossi");
    let acl_attese = json!([
        acl("Anagrafica PagoPA", &["R"]),
        acl("Giornale degli Eventi", &["R"]),
        acl("Pagamenti", &["R"]),
        acl("Pendenze", &["R", "W"]),
        acl("Rendicontazioni e Incassi", &["R"])
    ]);
    assert_eq!(profilo["acl"], acl_attese);
    assert_eq!(
        profilo["tipiPendenza"],
        json!([{"idTipoPendenza": "TARI", "descrizione": "Tassa sui rifiuti", "pagaTerzi": false, "abilitato": true}])
    );
    assert_eq!(
        profilo["domini"],
        json!([{
            "idDominio": "12345678901", "ragioneSociale": "Ente Creditore di prova",
            "unitaOperative": [{"idUnita": "*", "ragioneSociale": "Tutte"}]
        }])
    );
    let nuova = json!([op("REPLACE", "/password", json!("Nuova12345"))]);
    assert_eq!(mario.patch("/profilo", &nuova).await.con_stato(200).json(), profilo);
    assert_eq!(mario.get("/profilo").await.stato(), 401);
    assert_eq!(mario.come("mario", "Nuova12345").get("/profilo").await.con_stato(200).json(), profilo);
    assert_eq!(mario.anonimo().patch("/profilo", &nuova).await.stato(), 401);
    // Everybody his own: other people's need the right.
    let no = negato("Operatore [Mario Rossi]", ".");
    rifiutata(&mario.come("mario", "Nuova12345").patch("/operatori/mario", &nuova).await, &no);
}

/// A wrong answer to a weak password would show it in the answer or in the giornale.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nessun_rifiuto_ripete_la_password(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    salva(&bo, "/operatori/mario", &minimo(), 201).await;
    let segreto = "riconoscibile";
    for c in [
        bo.put("/operatori/mario", &con(&minimo(), &json!({"password": segreto}))).await,
        bo.put("/applicazioni/A", &json!({"principal": "a", "password": segreto})).await,
        bo.patch("/operatori/mario", &json!([op("REPLACE", "/password", json!(segreto))])).await,
        bo.patch("/operatori/mario", &json!([op("REPLACE", "password", json!(segreto))])).await,
        bo.patch("/operatori/mario", &json!([op("REPLACE", "/password", json!([segreto]))])).await,
        bo.patch("/operatori/mario", &json!([{"op": "REPLACE", "path": "/password", "valore": segreto}]))
            .await,
        bo.patch("/profilo", &json!([op("REPLACE", "/password", json!(segreto))])).await,
    ] {
        assert_eq!(c.stato(), 400);
        assert!(!c.testo().contains(segreto), "{}", c.testo());
    }
    super::audit::nessuna_traccia(&bo, &[segreto]).await;
}
