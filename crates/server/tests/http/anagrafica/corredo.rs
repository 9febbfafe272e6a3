//! What a dominio is born with, and what stays when it changes (spec 10 5.2, hard part 10).

use super::{con, salva};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Anagrafica, Backend, Cliente, TestApp};

const D: &str = "/domini/12345678901";

fn intermediato() -> Value {
    json!({
        "ragioneSociale": "Ente", "intermediato": true, "stazione": "11111111113_01", "auxDigit": "3",
        "segregationCode": "01", "abilitato": true, "scaricaFr": true
    })
}

fn da_solo() -> Value {
    json!({"ragioneSociale": "Ente", "intermediato": false, "abilitato": true, "scaricaFr": true})
}

/// What belongs to the dominio.
async fn corredo(bo: &Cliente) -> Vec<Value> {
    let mut letti = Vec::new();
    for coda in ["entrate", "tipiPendenza", "unitaOperative?associati=true", "contiAccredito"] {
        letti.push(bo.get(&format!("{D}/{coda}")).await.con_stato(200).json()["risultati"].clone());
    }
    letti
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_put_non_rifa_cio_con_cui_un_dominio_e_nato(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    salva(&bo, D, &intermediato(), 200).await;
    assert_eq!(bo.get(&format!("{D}/entrate/BOLLOT")).await.con_stato(200).json()["abilitato"], false);
    salva(&bo, &format!("{D}/entrate/BOLLOT"), &json!({"abilitato": true}), 200).await;
    for tipo in ["LIBERO", "BOLLOT"] {
        salva(&bo, &format!("{D}/tipiPendenza/{tipo}"), &json!({"abilitato": false}), 200).await;
    }
    let ec = json!({"ragioneSociale": "Ente", "abilitato": false});
    salva(&bo, &format!("{D}/unitaOperative/EC"), &ec, 200).await;
    let prima = corredo(&bo).await;
    for _ in 0..2 {
        salva(&bo, D, &intermediato(), 200).await;
        assert_eq!(corredo(&bo).await, prima);
    }
    // Of EC only name and address follow.
    salva(&bo, D, &con(&intermediato(), &json!({"ragioneSociale": "Nuovo", "cap": "00100"})), 200).await;
    let atteso = json!({"idUnita": "EC", "ragioneSociale": "Nuovo", "cap": "00100", "abilitato": false});
    assert_eq!(bo.get(&format!("{D}/unitaOperative/EC")).await.con_stato(200).json(), atteso);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_dominio_che_non_e_piu_intermediato_tiene_cio_che_ha(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let (bo, applicazione) = (app.backoffice(), app.applicazione());
    salva(&bo, D, &intermediato(), 200).await;
    salva(&bo, &format!("{D}/unitaOperative/U1"), &json!({"ragioneSociale": "U", "abilitato": true}), 201)
        .await;
    salva(&bo, &format!("{D}/tipiPendenza/TARI"), &json!({"codificaIUV": "77"}), 200).await;
    let pendenza = json!({
        "idDominio": "12345678901", "idUnitaOperativa": "U1", "idTipoPendenza": "TARI", "causale": "Rata",
        "importo": 1,
        "soggettoPagatore": {"tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi"},
        "voci": [{"idVocePendenza": "1", "importo": 1, "descrizione": "v", "codEntrata": "TARI"}]
    });
    applicazione.put("/pendenze/GESTIONALE/P1", &pendenza).await.con_stato(201);
    let vista = async |c: &Cliente| {
        (
            c.get("/pendenze/GESTIONALE/P1").await.con_stato(200).json(),
            c.get("/pendenze").await.con_stato(200).json()["numRisultati"].clone(),
        )
    };
    let prima = (vista(&applicazione).await, vista(&bo).await, corredo(&bo).await);
    let dominio = &prima.0.0["dominio"];
    assert_eq!(dominio["idDominio"], "12345678901", "{}", prima.0.0);

    salva(&bo, D, &da_solo(), 200).await;
    assert_eq!((vista(&applicazione).await.1, vista(&bo).await.1), (json!(1), json!(1)));
    let p = vista(&applicazione).await.0;
    for membro in ["idPendenza", "numeroAvviso", "importo", "stato", "voci", "soggettoPagatore"] {
        assert_eq!(p[membro], prima.0.0[membro], "{membro}");
    }
    // Its offices and types are out of sight, and not lost.
    let lista = bo.get(&format!("{D}/tipiPendenza")).await.con_stato(200).json();
    let vuota = json!({
        "numRisultati": 0, "numPagine": 1, "risultatiPerPagina": 0, "pagina": 1, "maxRisultati": 10_000,
        "risultati": []
    });
    assert_eq!(lista, vuota);
    assert_eq!(bo.get(&format!("{D}/unitaOperative/U1")).await.stato(), 404);

    salva(&bo, D, &intermediato(), 200).await;
    assert_eq!((vista(&applicazione).await, vista(&bo).await, corredo(&bo).await), prima);
}
