//! Notice numbers: generated (spec 20 7.2) and given (spec 20 7.3).

use super::{DOMINIO, con, minima, pronta, put};
use domain::NumeroAvviso;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Anagrafica, Backend, TestApp};

async fn numero(app: &TestApp, id: &str, corpo: &Value) -> String {
    let r = put(app, id, corpo).await.con_stato(201).json();
    r["numeroAvviso"].as_str().expect("NAV").to_owned()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_primo_numero_di_ogni_aux_digit(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
    #[values(
        ("0", None, "001000000000000141"),
        ("1", None, "100000000000000102"),
        ("2", None, "200000000000000103"),
        ("3", Some("01"), "301000000000000144"),
        ("3", Some("00"), "300000000000000104")
    )]
    caso: (&str, Option<&str>, &str),
) {
    let app = TestApp::nuova(backend).await;
    let (aux, segregazione, atteso) = caso;
    let anagrafica = Anagrafica {
        aux_digit: aux.into(),
        segregazione: segregazione.map(str::to_owned),
        ..Anagrafica::standard()
    };
    anagrafica.crea(&app).await;
    assert_eq!(numero(&app, "P1", &minima()).await, atteso);
    assert_ne!(numero(&app, "P2", &minima()).await, atteso);
}

/// Gives the dominio an `iuvPrefix` and the applicazione and the type their codes.
async fn con_prefisso(app: &TestApp, aux: &str, prefisso: &str, codifica: Option<&str>) {
    let bo = app.backoffice();
    let mut dominio = json!({
        "ragioneSociale": "Ente", "intermediato": true, "stazione": "11111111113_01", "auxDigit": aux,
        "iuvPrefix": prefisso, "abilitato": true, "scaricaFr": true
    });
    if aux == "3" {
        dominio["segregationCode"] = json!("01");
    }
    bo.put(&format!("/domini/{DOMINIO}"), &dominio).await.con_stato(200);
    let mut applicazione = json!({
        "principal": "gestionale", "abilitato": true, "apiPendenze": true, "domini": ["*"], "tipiPendenza": ["*"]
    });
    if let Some(c) = codifica {
        applicazione["codificaAvvisi"] = json!({ "codificaIuv": c, "generazioneIuvInterna": false });
    }
    bo.put("/applicazioni/GESTIONALE", &applicazione).await.con_stato(200);
    let tipo = json!({ "descrizione": "Tassa", "codificaIUV": "89" });
    bo.put("/tipiPendenza/TARI", &tipo).await.con_stato(200);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_prefisso_mostra_le_sue_parti(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    con_prefisso(&app, "3", "%(a)%(y)%(t)", Some("34")).await;
    // The clock of the tests is in 2026.
    let n = numero(&app, "P1", &minima()).await;
    assert!(n.starts_with("301342689"), "{n}");
    assert!(NumeroAvviso::leggi(&n).is_ok_and(|n| n.cifre_di_controllo_giuste()), "{n}");
    con_prefisso(&app, "1", "%(Y)9", Some("34")).await;
    let n = numero(&app, "P2", &minima()).await;
    assert!(n.starts_with("120269000"), "{n}");
    // Without its code the placeholder stays, and that is no number.
    con_prefisso(&app, "3", "%(a)", None).await;
    let e = put(&app, "P3", &minima()).await.errore();
    assert_eq!(
        e,
        (
            422,
            "VER_028".into(),
            "Il prefisso IUV di tipo numerico generato (%(a)) per la pendenza (IdA2A:GESTIONALE Id:P3) non e' \
             valido rispetto alla configurazione prevista per il dominio (12345678901, prefix:%(a))."
                .into()
        )
    );
    // What is there already is updated all the same.
    put(&app, "P1", &minima()).await.con_stato(200);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_numeri_dati_da_fuori(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let con_numero = |n: &str| con(&minima(), "/numeroAvviso", json!(n));
    // Wrong check digits are no error.
    assert_eq!(numero(&app, "F1", &con_numero("301000000000000199")).await, "301000000000000199");
    for (n, codice, testo) in [
        (
            "002000000000000141",
            "VER_026",
            "Lo IUV (002000000000000141) non e' conforme alle specifiche agid, application code (02) non valido \
             per la stazione (11111111113_01)",
        ),
        (
            "302000000000000141",
            "VER_027",
            "Lo IUV (302000000000000141) non e' conforme alle specifiche agid, segregaton code (02) non valido \
             per il dominio (12345678901)",
        ),
        (
            "100000000000000102",
            "VER_039",
            "Il carattere iniziale del numero avviso (100000000000000102) indicato per la pendenza \
             (IdA2A:GESTIONALE Id:F2) non coincide con l'aux digit (3) impostato per l'Ente Creditore \
             (12345678901).",
        ),
        (
            "301000000000000199",
            "VER_025",
            "La pendenza (IdA2A:GESTIONALE, Id:F2) ha un numero avviso (301000000000000199) gia' utilizzato \
             (IdA2A:GESTIONALE, Id:F1).",
        ),
    ] {
        let e = put(&app, "F2", &con_numero(n)).await.errore();
        assert_eq!(e, (422, codice.to_owned(), testo.to_owned()));
    }
    // The generator steps over a number that somebody gave.
    assert_eq!(numero(&app, "F3", &con_numero("301000000000000144")).await, "301000000000000144");
    assert_eq!(numero(&app, "G1", &minima()).await, "301000000000000245");
}

/// Spec 10 5.4: what the dominio does not say of a type is as the type says it now, what it says stays.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_tipo_vale_com_e_in_vigore(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    con_prefisso(&app, "3", "%(t)", None).await;
    let del_tipo = async |codifica: &str| {
        let corpo = json!({ "descrizione": "Tassa", "codificaIUV": codifica });
        bo.put("/tipiPendenza/TARI", &corpo).await.con_stato(200);
    };
    let del_dominio = async |corpo: Value| {
        bo.put(&format!("/domini/{DOMINIO}/tipiPendenza/TARI"), &corpo).await.con_stato(200);
    };
    del_dominio(json!({ "codificaIUV": null, "abilitato": null })).await;
    del_tipo("11").await;
    assert!(numero(&app, "T1", &minima()).await.starts_with("30111"));
    del_tipo("22").await;
    assert!(numero(&app, "T2", &minima()).await.starts_with("30122"), "segue il tipo");
    del_dominio(json!({ "codificaIUV": "33" })).await;
    assert!(numero(&app, "T3", &minima()).await.starts_with("30133"), "lo dice il dominio");
    del_tipo("44").await;
    assert!(numero(&app, "T4", &minima()).await.starts_with("30133"), "resta come dice il dominio");
    del_dominio(json!({ "abilitato": false })).await;
    assert_eq!(put(&app, "T5", &minima()).await.errore().1, "TVD_001");
    del_dominio(json!({})).await;
    assert!(numero(&app, "T5", &minima()).await.starts_with("30144"), "torna al tipo");
}
