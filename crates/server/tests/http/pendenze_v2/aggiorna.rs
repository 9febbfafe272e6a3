//! The update matrix of spec 20 3.4, row by row.

use super::{con, definita, get, minima, numero, paga, put, ricca};
use domain::pendenza::StatoPendenza;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::Backend;

/// Two voci on accounts and one on an entrata.
fn tre() -> Value {
    let mut p = minima();
    p["importo"] = numero("130.50");
    p["voci"] = json!([definita("a", "10"), minima()["voci"][0], definita("b", "20")]);
    p["dataScadenza"] = json!("2026-12-31");
    p
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_non_puo_cambiare(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    put(&app, "P1", &tre()).await.con_stato(201);
    let prima = get(&app, "P1").await;
    let avviso = prima["numeroAvviso"].as_str().expect("NAV").to_owned();
    let meno =
        con(&con(&tre(), "/voci", json!([definita("a", "10"), definita("b", "20")])), "/importo", json!(30));
    let tutti = "La pendenza (IdA2A:GESTIONALE, Id:P1)";
    for (corpo, codice, testo) in [
        (
            con(&tre(), "/idUnitaOperativa", json!("UO1")),
            "VER_004",
            " presenta un beneficiario (12345678901 / UO1) diverso da quello originale (12345678901 / EC)".to_owned(),
        ),
        (
            con(&tre(), "/numeroAvviso", json!("301000000000999999")),
            "VER_024",
            format!(" ha un numero avviso (301000000000999999) diverso dall'originale ({avviso})."),
        ),
        (
            meno,
            "VER_005",
            " inviata ha un numero di voci (2) diverso da quello originale (3)".to_owned(),
        ),
        (
            con(&tre(), "/voci/0/idVocePendenza", json!("z")),
            "VER_006",
            " inviata non contiene una voce con codSingoloVersamentoEnte (a) presente nell'originale".to_owned(),
        ),
        (
            con(&tre(), "/voci/1/codEntrata", json!("IMU")),
            "VER_007",
            " ha il singolo versamento con codSingoloVersamentoEnte (v1) inviato ha un tipo tributo (IMU) diverso \
             dall'originale (TARI)"
                .to_owned(),
        ),
        (
            con(&tre(), "/voci/2/ibanAccredito", json!("IT03L1234512345123456789012")),
            "VER_023",
            " ha la voce (b) con un iban di accredito diverso dall'originale.".to_owned(),
        ),
    ] {
        assert_eq!(
            put(&app, "P1", &corpo).await.errore(),
            (422, codice.to_owned(), format!("{tutti}{testo}"))
        );
    }
    assert_eq!(get(&app, "P1").await, prima, "un rifiuto non scrive nulla");
    put(&app, "P1", &con(&tre(), "/numeroAvviso", json!(avviso))).await.con_stato(200);
    for stato in [StatoPendenza::Eseguito, StatoPendenza::ParzialmenteEseguito] {
        paga(&app, "P1", stato).await;
        assert_eq!(
            put(&app, "P1", &tre()).await.errore(),
            (
                422,
                "VER_003".to_owned(),
                format!("{tutti} e' in uno stato che non consente l'aggiornamento ({stato})")
            )
        );
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_si_sostituisce_e_cio_che_resta(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let mut p = tre();
    p["soggettoPagatore"] =
        json!({"tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi"});
    p["tassonomia"] = json!("Sanzioni");
    p["direzione"] = json!("D");
    p["annoRiferimento"] = json!(2026);
    p["datiAllegati"] = json!({"a": 1});
    p["proprieta"] = json!({"informativaImportoAvviso": ""});
    p["documento"] = json!({"identificativo": "DOC", "descrizione": "primo", "rata": 2});
    p["allegati"] = json!([{"nome": "a", "contenuto": "aGFzaA=="}]);
    put(&app, "P1", &p).await.con_stato(201);
    let prima = get(&app, "P1").await;
    assert_eq!(prima["allegati"].as_array().map(Vec::len), Some(1));

    put(&app, "P1", &con(&tre(), "/dataScadenza", Value::Null)).await.con_stato(200);
    let dopo = get(&app, "P1").await;
    for tolto in ["dataScadenza", "tassonomia", "direzione", "annoRiferimento", "datiAllegati", "allegati"] {
        assert_eq!(dopo.get(tolto), None, "{tolto}");
    }
    assert_eq!(dopo["soggettoPagatore"], json!({"identificativo": "ANONIMO", "anagrafica": "ANONIMO"}));
    for resta in ["numeroAvviso", "UUID", "iuvAvviso", "dataCaricamento", "tipo", "proprieta"] {
        assert_eq!(dopo[resta], prima[resta], "{resta}");
    }
    assert_eq!(dopo["documento"], json!({"identificativo": "DOC", "descrizione": "primo"}));

    let mut p = tre();
    p["proprieta"] = json!({"linguaSecondaria": "de"});
    p["documento"] =
        json!({"identificativo": "DOC", "descrizione": "secondo", "soglia": {"tipo": "RIDOTTO"}});
    put(&app, "P1", &p).await.con_stato(200);
    let dopo = get(&app, "P1").await;
    assert_eq!(dopo["proprieta"], json!({"linguaSecondaria": "de"}));
    assert_eq!(
        dopo["documento"],
        json!({"identificativo": "DOC", "descrizione": "secondo", "soglia": {"tipo": "RIDOTTO"}})
    );
    // The document belongs to all its pendenze: the last description wins.
    let mut q = minima();
    q["documento"] = json!({"identificativo": "DOC", "descrizione": "terzo", "rata": 1});
    put(&app, "P2", &q).await.con_stato(201);
    assert_eq!(get(&app, "P1").await["documento"]["descrizione"], "terzo");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_voci_si_riconoscono_dal_nome(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    put(&app, "P1", &tre()).await.con_stato(201);
    let voci = |v: &Value| -> Vec<(i64, String, String)> {
        v["voci"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|v| {
                let testo = |c: &str| v[c].as_str().unwrap_or_default().to_owned();
                (v["indice"].as_i64().unwrap_or(0), testo("idVocePendenza"), v["importo"].to_string())
            })
            .collect()
    };
    let voce = |i: i64, id: &str, importo: &str| (i, id.to_owned(), importo.to_owned());
    let mut p = tre();
    p["importo"] = numero("200.50");
    p["voci"] = json!([
        definita("nuova1", "30"),
        definita("b", "25"),
        minima()["voci"][0],
        definita("nuova2", "40"),
        definita("a", "5")
    ]);
    put(&app, "P1", &p).await.con_stato(200);
    let attese = [
        voce(1, "a", "5.00"),
        voce(2, "v1", "100.50"),
        voce(3, "b", "25.00"),
        voce(4, "nuova1", "30.00"),
        voce(5, "nuova2", "40.00"),
    ];
    assert_eq!(voci(&get(&app, "P1").await), attese);
    put(&app, "P1", &p).await.con_stato(200);
    assert_eq!(voci(&get(&app, "P1").await), attese);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_put_riapre_una_pendenza_annullata(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let prima = put(&app, "P1", &tre()).await.con_stato(201);
    let annulla = json!([
        {"op": "REPLACE", "path": "/stato", "value": "ANNULLATA"},
        {"op": "REPLACE", "path": "/descrizioneStato", "value": "errore"}
    ]);
    app.applicazione().patch(&super::percorso("P1"), &annulla).await.con_stato(200);
    assert_eq!(get(&app, "P1").await["descrizioneStato"], "errore");
    let dopo = put(&app, "P1", &tre()).await.con_stato(200);
    assert_eq!(dopo.corpo(), prima.corpo());
    let p = get(&app, "P1").await;
    assert_eq!((p["stato"].as_str(), p.get("descrizioneStato")), (Some("NON_ESEGUITA"), None));
}

/// A dominio may change its numbering: its pendenze stay updatable.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_numero_non_si_ricontrolla(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let p = con(&minima(), "/numeroAvviso", json!("301000000000999999"));
    let prima = put(&app, "P1", &p).await.con_stato(201);
    let dominio = json!({
        "ragioneSociale": "Ente", "intermediato": true, "stazione": "11111111113_01", "auxDigit": "1",
        "abilitato": true, "scaricaFr": true
    });
    app.backoffice().put("/domini/12345678901", &dominio).await.con_stato(200);
    assert_eq!(put(&app, "P1", &p).await.con_stato(200).corpo(), prima.corpo());
    assert_eq!(put(&app, "P1", &minima()).await.con_stato(200).corpo(), prima.corpo());
    assert_eq!(put(&app, "P2", &p).await.errore().1, "VER_027");
    let nuova = put(&app, "P2", &minima()).await.con_stato(201).json();
    assert_eq!(nuova["numeroAvviso"], "100000000000000102");
}
