//! The codes of spec 20 section 12 that a PUT can reach, with status and text.

use super::{bollo, con, definita, minima, percorso, put, ricca};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Backend, TestApp};

async fn esito(app: &TestApp, corpo: &Value) -> (u16, String, String) {
    put(app, "C1", corpo).await.errore()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_codice_con_il_suo_stato_e_testo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let voce = |v: Value| con(&minima(), "/voci/0", v);
    let definita = definita("v1", "100.50");
    let iban = |campo: &str, v: &str| voce(con(&definita, &format!("/{campo}"), json!(v)));
    let tipo = |t: &str| con(&minima(), "/idTipoPendenza", json!(t));
    let dominio = |d: &str| con(&minima(), "/idDominio", json!(d));
    let quota = json!({"quote": [{"capitolo": "1", "annoEsercizio": 2026, "importo": 100}]});
    let due = con(&minima(), "/voci", json!([definita, definita]));
    let casi: Vec<(Value, &str, &str)> = vec![
        (dominio("99999999999"), "DOM_000", "Dominio (99999999999) inesistente"),
        (dominio("22222222222"), "DOM_001", "Dominio (22222222222) disabilitato"),
        (
            con(&minima(), "/voci/0/idDominio", json!("99999999999")),
            "DOM_000",
            "Dominio (99999999999) inesistente",
        ),
        (
            con(&minima(), "/idUnitaOperativa", json!("NO")),
            "UOP_000",
            "Unita' operativa (NO) del dominio (12345678901) inesistente",
        ),
        (
            con(&minima(), "/idUnitaOperativa", json!("UO2")),
            "UOP_001",
            "Unita' operativa (UO2) del dominio (12345678901) disabilitata",
        ),
        (
            con(&minima(), "/voci/0/codEntrata", json!("SOLA")),
            "TRB_000",
            "Tributo (SOLA) inesistente per il dominio (12345678901)",
        ),
        (
            con(&minima(), "/voci/0/codEntrata", json!("SPENTA")),
            "TRB_001",
            "Tributo (SPENTA) disabilitato per il dominio (12345678901)",
        ),
        (
            con(&voce(bollo("v1", "100.50")), "/voci/0/idDominio", json!("33333333333")),
            "TRB_000",
            "Tributo (BOLLOT) inesistente per il dominio (33333333333)",
        ),
        (
            iban("ibanAccredito", "IT00NO"),
            "VER_020",
            "Iban di accredito (IT00NO) non censito per il dominio (12345678901)",
        ),
        (
            iban("ibanAccredito", "IT04L1234512345123456789012"),
            "VER_032",
            "Iban di accredito (IT04L1234512345123456789012) disabilitato per il dominio (12345678901)",
        ),
        (
            iban("ibanAppoggio", "IT00NO"),
            "VER_033",
            "Iban di appoggio (IT00NO) non censito per il dominio (12345678901)",
        ),
        (
            iban("ibanAppoggio", "IT04L1234512345123456789012"),
            "VER_034",
            "Iban di appoggio (IT04L1234512345123456789012) disabilitato per il dominio (12345678901)",
        ),
        (tipo("NO"), "TVR_000", "Tipo pendenza (NO) inesistente"),
        (tipo("TVROFF"), "TVR_001", "Tipo pendenza (TVROFF) disabilitato"),
        (tipo("SOLO"), "TVD_000", "Tipo pendenza (SOLO) del dominio (12345678901) inesistente"),
        (tipo("TVDOFF"), "TVD_001", "Tipo pendenza (TVDOFF) del dominio (12345678901) disabilitato"),
        (
            con(&due, "/importo", json!(201)),
            "VER_001",
            "La pendenza (IdA2A:GESTIONALE, Id:C1) presenta il codSingoloVersamentoEnte (v1) piu' di una volta",
        ),
        (
            con(&con(&minima(), "/importo", json!(100)), "/voci/0/importo", json!(110.99)),
            "VER_002",
            "La pendenza (IdA2A:GESTIONALE, Id:C1) ha un importo totale (100.0) diverso dalla somma dei singoli \
             importi (110.99)",
        ),
        (
            con(&minima(), "/voci/0/contabilita", quota),
            "VER_035",
            "La voce (v1) della pendenza (IdA2A:GESTIONALE, Id:C1) ha un importo (100.5) diverso dalla somma dei \
             singoli importi definiti nella lista delle contabilita' (100.0)",
        ),
    ];
    for (corpo, codice, testo) in casi {
        assert_eq!(esito(&app, &corpo).await, (422, codice.to_owned(), testo.to_owned()));
    }
    app.applicazione().get(&percorso("C1")).await.con_stato(404);
    // The built-in entrata of the stamp, switched off.
    let spento = json!({ "ibanAccredito": super::IBAN, "abilitato": false });
    app.backoffice().put("/domini/12345678901/entrate/BOLLOT", &spento).await.con_stato(200);
    assert_eq!(
        esito(&app, &voce(bollo("v1", "100.50"))).await,
        (422, "TRB_001".into(), "Tributo (BOLLOT) disabilitato per il dominio (12345678901)".into())
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_rifiuti_che_riguardano_chi_chiama(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let poco = app.applicazione().come("poco", "Poco2026aa");
    let r = poco.put(&percorso("C1"), &json!({})).await;
    assert_eq!(
        r.errore(),
        (
            400,
            "APP_002".into(),
            "Applicazione autenticata (POCO) diversa dalla chiamante (GESTIONALE)".into()
        )
    );
    let altrove = con(&minima(), "/idDominio", json!("33333333333"));
    assert_eq!(
        poco.put("/pendenze/POCO/C1", &altrove).await.errore(),
        (
            403,
            "403000".into(),
            "Applicazione [POCO] non autorizzata ad accedere alla risorsa richiesta per il Dominio [33333333333]."
                .into()
        )
    );
    let libero = con(&minima(), "/voci/0", definita("v1", "100.50"));
    assert_eq!(
        poco.put("/pendenze/POCO/C1", &libero).await.errore(),
        (
            422,
            "VER_022".into(),
            "Applicazione non autorizzata alla gestione del tipo pendenza indicato".into()
        )
    );
    poco.put("/pendenze/POCO/C1", &minima()).await.con_stato(201);
    let spenta = json!({
        "principal": "poco", "abilitato": false, "apiPendenze": true, "domini": ["12345678901"],
        "tipiPendenza": ["TARI"]
    });
    app.backoffice().put("/applicazioni/POCO", &spenta).await.con_stato(200);
    assert_eq!(
        poco.put("/pendenze/POCO/C1", &minima()).await.errore(),
        (403, "403000".into(), "Applicazione [POCO] disabilitata.".into())
    );
    let senza_diritto = json!({
        "principal": "poco", "abilitato": true, "apiPendenze": false, "domini": ["*"], "tipiPendenza": ["*"]
    });
    app.backoffice().put("/applicazioni/POCO", &senza_diritto).await.con_stato(200);
    assert_eq!(poco.put("/pendenze/POCO/C1", &json!({})).await.errore().1, "403000");
    poco.anonimo().put("/pendenze/POCO/C1", &json!({})).await.con_stato(401);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_tipo_si_deriva_dalla_prima_voce(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let casi = [
        ("T1", minima()["voci"][0].clone(), "TARI"),
        ("T2", definita("v1", "100.50"), "LIBERO"),
        ("T3", bollo("v1", "100.50"), "BOLLOT"),
        // Nobody registered a type with the name of this entrata.
        ("T4", con(&minima()["voci"][0], "/codEntrata", json!("IMU")), "LIBERO"),
    ];
    for (id, voce, atteso) in casi {
        put(&app, id, &con(&minima(), "/voci/0", voce)).await.con_stato(201);
        assert_eq!(super::get(&app, id).await["idTipoPendenza"], atteso);
    }
}
