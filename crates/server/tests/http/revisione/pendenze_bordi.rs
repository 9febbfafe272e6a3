//! Values at the edge of what the contract accepts.

use super::{minima, pronta};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::Backend;

const P1: &str = "/pendenze/GESTIONALE/P1";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn gli_importi_dati_come_testo_non_si_perdono(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let mut corpo = minima();
    corpo["proprieta"] = json!({ "descrizioneImporto": [
        { "voce": "a", "importo": "+7.50" },
        { "voce": "b", "importo": "007" },
        { "voce": "c", "importo": "-00.30" },
        { "voce": "d", "importo": "000" },
        { "voce": "e", "importo": "10.10" },
        { "voce": "f" }
    ] });
    app.applicazione().put(P1, &corpo).await.con_stato(201);
    let letta = app.applicazione().get(P1).await.con_stato(200).json();
    let voci = letta["proprieta"]["descrizioneImporto"].as_array().expect("descrizioneImporto").clone();
    let importi: Vec<_> = voci.iter().map(|v| v.get("importo").map(Value::to_string)).collect();
    let attesi = [Some("7.50"), Some("7"), Some("-0.30"), Some("0"), Some("10.10"), None];
    assert_eq!(importi, attesi.map(|a| a.map(str::to_owned)));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_allegato_di_troppo_si_rifiuta_e_non_si_perde(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let con_allegati = |n: usize| {
        let mut corpo = minima();
        corpo["allegati"] = (0..n)
            .map(|i| json!({ "nome": format!("a{i}"), "contenuto": "YQ==" }))
            .collect::<Vec<_>>()
            .into();
        corpo
    };
    let r = app.applicazione().put(P1, &con_allegati(1001)).await;
    let testo = "Il campo allegati deve avere massimo 1000 elementi.";
    assert_eq!(r.errore(), (400, "SINTASSI".to_owned(), testo.to_owned()));
    app.applicazione().put(P1, &con_allegati(1000)).await.con_stato(201);
    let letta = app.applicazione().get(P1).await.con_stato(200).json();
    assert_eq!(letta["allegati"].as_array().map(Vec::len), Some(1000));
}

#[tokio::test(flavor = "multi_thread")]
async fn un_importo_minuscolo_ha_troppi_decimali_non_e_troppo_grande() {
    let app = pronta(Backend::Lite).await;
    for (importo, testo) in [
        ("1e-30", "Il campo importo non deve superare le 2 cifre decimali."),
        ("1E-99999999999", "Il campo importo non deve superare le 2 cifre decimali."),
        ("1e30", "Il campo importo deve essere inferiore a 999,999,999.99."),
        ("1e99999999999", "Il campo importo deve essere inferiore a 999,999,999.99."),
        ("0e30", "Il campo importo deve essere superiore o uguale a 0."),
    ] {
        let mut corpo = minima();
        corpo["importo"] = serde_json::from_str(importo).expect("un numero");
        let r = app.applicazione().put(P1, &corpo).await;
        assert_eq!(r.errore(), (400, "SINTASSI".to_owned(), testo.to_owned()), "{importo}");
    }
}
