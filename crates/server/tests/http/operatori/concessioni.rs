//! Who may give what (spec 10 4.3): scope on every PUT and every operation, rights, and the ways by
//! which somebody could make himself more than he is.

use super::{A, B, acl, applicazione, con, minimo, negato, op, operatore, pronta, rifiutata, salva};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{BACKOFFICE, Backend, Cliente};

const RUOLI: &str = "Anagrafica Ruoli";
const APPLICAZIONI: &str = "Anagrafica Applicazioni";
const DOMINIO: &str = ": l'ente creditore non e' tra quelli associati all'utenza.";
const TIPO: &str = ": il tipo pendenza non e' tra quelli associati all'utenza.";

async fn immutato(bo: &Cliente, percorso: &str, prima: &Value) {
    assert_eq!(&bo.get(percorso).await.con_stato(200).json(), prima, "{percorso}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_ambito_si_da_solo_se_si_ha(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let rw = ["R", "W"];
    let diritti = json!({
        "domini": [A], "tipiPendenza": ["TARI"], "acl": [acl(RUOLI, &rw), acl(APPLICAZIONI, &rw)]
    });
    let c = operatore(&app, "di-a", diritti).await;
    let chi = "Operatore [Mario Rossi]";
    salva(&bo, "/operatori/luigi", &minimo(), 201).await;
    salva(&bo, "/applicazioni/APP", &json!({"principal": "app"}), 201).await;
    for (percorso, corpo) in
        [("/operatori/luigi", minimo()), ("/applicazioni/APP", json!({"principal": "app"}))]
    {
        let prima = bo.get(percorso).await.json();
        for (chiave, path, valore, coda) in [
            ("domini", "/domini", json!("*"), DOMINIO),
            ("domini", "/domini", json!(B), DOMINIO),
            // Out of scope comes before unknown.
            ("domini", "/domini", json!("99999999999"), DOMINIO),
            ("tipiPendenza", "/tipiPendenza", json!("*"), TIPO),
            ("tipiPendenza", "/tipiPendenza", json!("IMU"), TIPO),
        ] {
            let no = negato(chi, coda);
            rifiutata(&c.put(percorso, &con(&corpo, &json!({chiave: [valore]}))).await, &no);
            for verbo in ["ADD", "DELETE"] {
                rifiutata(&c.patch(percorso, &json!([op(verbo, path, valore.clone())])).await, &no);
                // Also after an operation that is his to do.
                let due = json!([op("ADD", "/domini", json!(A)), op(verbo, path, valore.clone())]);
                rifiutata(&c.patch(percorso, &due).await, &no);
            }
        }
        immutato(&bo, percorso, &prima).await;
        // Garbage first, scope then.
        assert_eq!(c.put(percorso, &con(&corpo, &json!({"domini": ["*"], "x": 1}))).await.stato(), 400);
        salva(&c, percorso, &con(&corpo, &json!({"domini": [A], "tipiPendenza": ["TARI"]})), 200).await;
        let uo = json!({"idDominio": A, "unitaOperative": ["U1"]});
        c.patch(percorso, &json!([op("ADD", "/domini", uo), op("DELETE", "/domini", json!(A))]))
            .await
            .con_stato(200);
        c.patch(percorso, &json!([op("ADD", "/domini", json!(A))])).await.con_stato(200);
    }
    let autodeterminazione = json!("autodeterminazione");
    let app_con = json!({"principal": "app", "tipiPendenza": [autodeterminazione]});
    rifiutata(&c.put("/applicazioni/APP", &app_con).await, &negato(chi, TIPO));
    for verbo in ["ADD", "DELETE"] {
        let o = json!([op(verbo, "/tipiPendenza", autodeterminazione.clone())]);
        rifiutata(&c.patch("/applicazioni/APP", &o).await, &negato(chi, TIPO));
    }
    // Some offices are not the body.
    let uo = json!({"idDominio": A, "unitaOperative": ["U1"]});
    let c = applicazione(&app, "DI-U1", json!({"domini": [uo], "acl": [acl(RUOLI, &rw)]})).await;
    let no = negato("Applicazione [DI-U1]", DOMINIO);
    rifiutata(&c.put("/operatori/nuovo", &con(&minimo(), &json!({"domini": [A]}))).await, &no);
    rifiutata(&c.patch("/operatori/luigi", &json!([op("DELETE", "/domini", json!(A))])).await, &no);
    salva(&c, "/operatori/nuovo", &con(&minimo(), &json!({"domini": [uo]})), 201).await;
}

/// Who writes applicazioni but not roles gives no right that he does not have, by none of the ways.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nessuno_si_da_diritti_che_non_ha(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    salva(&bo, "/ruoli/Lettore", &json!({"acl": [acl("Pendenze", &["R"])]}), 201).await;
    let c = operatore(&app, "capo-app", json!({
        "domini": ["*"], "tipiPendenza": ["*"], "acl": [acl(APPLICAZIONI, &["R", "W"]), acl("Pendenze", &["R"])]
    }))
    .await;
    let no = |lettera: &str, servizio: &str| {
        let coda =
            format!(": l'autorizzazione {lettera} su {servizio} non e' tra quelle associate all'utenza.");
        negato("Operatore [Mario Rossi]", &coda)
    };
    let nuova = json!({"principal": "nuova", "password": "Mia-password1"});
    let p = "/applicazioni/NUOVA";
    for (membri, atteso) in [
        (json!({"acl": [acl("Pendenze", &["R", "W"])]}), no("W", "Pendenze")),
        (json!({"acl": [acl(RUOLI, &["W"])]}), no("W", RUOLI)),
        (json!({"acl": [acl("Pendenze", &["R"]), acl("Pagamenti", &["R"])]}), no("R", "Pagamenti")),
        (json!({"ruoli": ["Lettore", "Amministratore"]}), no("R", "Anagrafica PagoPA")),
    ] {
        rifiutata(&c.put(p, &con(&nuova, &membri)).await, &atteso);
    }
    assert_eq!(bo.get(p).await.stato(), 404);
    // What he has he gives; the APIs of an applicazione are its flags, and its scope is his.
    let sua = json!({
        "acl": [acl("Pendenze", &["R"])], "ruoli": ["Lettore"], "apiPagamenti": true, "apiPendenze": true,
        "apiRagioneria": true, "domini": ["*"], "tipiPendenza": ["*", "autodeterminazione"]
    });
    salva(&c, p, &con(&nuova, &sua), 201).await;
    rifiutata(&c.patch(p, &json!([op("ADD", "/acl", acl("Pendenze", &["W"]))])).await, &no("W", "Pendenze"));
    c.patch(p, &json!([op("ADD", "/acl", acl(APPLICAZIONI, &["R"]))])).await.con_stato(200);
    c.patch(p, &json!([op("DELETE", "/acl", acl(APPLICAZIONI, &["R"]))])).await.con_stato(200);

    // An applicazione that has more than he: he may run it, not become it.
    let forte =
        json!({"principal": "forte", "ruoli": ["Amministratore"], "acl": [acl("Pendenze", &["R", "W"])]});
    let f = "/applicazioni/FORTE";
    salva(&bo, f, &con(&forte, &json!({"password": "Del-padrone1"})), 201).await;
    salva(&c, f, &con(&forte, &json!({"apiPendenze": true})), 200).await;
    let prima = bo.get(f).await.json();
    for preso in [json!({"password": "Mia-password1"}), json!({"principal": "mio-certificato"})] {
        rifiutata(&c.put(f, &con(&forte, &preso)).await, &no("W", "Pendenze"));
    }
    for valore in [json!("Mia-password1"), json!(null)] {
        rifiutata(&c.patch(f, &json!([op("REPLACE", "/password", valore)])).await, &no("W", "Pendenze"));
    }
    immutato(&bo, f, &prima).await;
    assert_eq!(app.cliente(BACKOFFICE).come("forte", "Mia-password1").get("/profilo").await.stato(), 401);
    app.cliente(BACKOFFICE).come("forte", "Del-padrone1").get("/profilo").await.con_stato(200);
    // Less, he may.
    c.patch(f, &json!([op("DELETE", "/acl", acl("Pendenze", &["W"]))])).await.con_stato(200);

    // Whoever defines the rights of everybody gives whatever he wants.
    let r = operatore(
        &app,
        "capo-ruoli",
        json!({
            "domini": ["*"], "tipiPendenza": ["*"], "acl": [acl(APPLICAZIONI, &["W"]), acl(RUOLI, &["W"])]
        }),
    )
    .await;
    salva(&r, "/applicazioni/ALTRA", &json!({"principal": "altra", "ruoli": ["Amministratore"]}), 201).await;
    salva(&r, "/operatori/altro", &con(&minimo(), &json!({"ruoli": ["Amministratore"]})), 201).await;
    r.patch(f, &json!([op("REPLACE", "/password", json!("Cambiata-123"))])).await.con_stato(200);
}

/// A password is a whole identity: whoever does not have its whole scope does not get in by it.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_password_di_chi_vede_di_piu_non_si_cambia(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let rw = ["R", "W"];
    let c = operatore(
        &app,
        "di-a",
        json!({
            "domini": [A], "tipiPendenza": ["TARI"], "acl": [acl(RUOLI, &rw), acl(APPLICAZIONI, &rw)]
        }),
    )
    .await;
    let chi = "Operatore [Mario Rossi]";
    salva(&bo, "/operatori/tutto", &con(&minimo(), &json!({"domini": ["*"]})), 201).await;
    salva(&bo, "/operatori/tipi", &con(&minimo(), &json!({"domini": [A], "tipiPendenza": ["*"]})), 201).await;
    salva(
        &bo,
        "/applicazioni/AUTO",
        &json!({"principal": "auto", "tipiPendenza": ["autodeterminazione"]}),
        201,
    )
    .await;
    for (p, coda) in [
        ("/operatori/gpadmin", DOMINIO),
        ("/operatori/tutto", DOMINIO),
        ("/operatori/tipi", TIPO),
        ("/applicazioni/AUTO", TIPO),
    ] {
        let prima = bo.get(p).await.json();
        for valore in [json!("Mia-password1"), json!(null)] {
            let cambio = json!([op("REPLACE", "/password", valore)]);
            rifiutata(&c.patch(p, &cambio).await, &negato(chi, coda));
        }
        immutato(&bo, p, &prima).await;
    }
    salva(&bo, "/operatori/pari", &con(&minimo(), &json!({"domini": [A], "tipiPendenza": ["TARI"]})), 201)
        .await;
    c.patch("/operatori/pari", &json!([op("REPLACE", "/password", json!("Mia-password1"))]))
        .await
        .con_stato(200);
}

/// Spec 10 Done when: an operatore with domini [A] cannot PUT another with `*` nor create a dominio,
/// and can update A.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_operatore_di_un_dominio_solo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let c = operatore(&app, "di-a", json!({
        "domini": [A], "tipiPendenza": [], "acl": [acl(RUOLI, &["R", "W"]), acl("Anagrafica Creditore", &["R", "W"])]
    }))
    .await;
    let chi = "Operatore [Mario Rossi]";
    let tutti = con(&minimo(), &json!({"domini": ["*"]}));
    rifiutata(&c.put("/operatori/altro", &tutti).await, &negato(chi, DOMINIO));
    let nuovo = json!({"ragioneSociale": "N", "intermediato": false, "abilitato": true, "scaricaFr": false});
    let no = negato(chi, ": L'utenza non possiede i diritti per creare nuovi Enti Creditori.");
    rifiutata(&c.put("/domini/12345678903", &nuovo).await, &no);
    let mio = json!({
        "ragioneSociale": "Cambiato", "stazione": "11111111113_01", "auxDigit": "3", "segregationCode": "01",
        "abilitato": true, "scaricaFr": true
    });
    salva(&c, &format!("/domini/{A}"), &mio, 200).await;
}
