//! API Pendenze v2 (spec 20 sections 2 to 8).

mod aggiorna;
mod allegati;
mod avvisi;
mod carica;
mod codici;
mod elenco;
mod lingue;
mod modifica;
mod numeri;
mod parallelo;
mod scadute;
mod sintassi;
mod stampa;
mod visibilita;

use serde_json::{Value, json};
use testkit::{Anagrafica, Backend, Risposta, TestApp};

pub(crate) const DOMINIO: &str = "12345678901";
pub(crate) const IBAN: &str = "IT02L1234512345123456789012";

/// The gateway with the standard anagrafica.
async fn pronta(backend: Backend) -> TestApp {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    app
}

/// More of everything: offices, accounts, revenues, types, domini, an applicazione with few rights.
pub(crate) async fn ricca(backend: Backend) -> TestApp {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let d = |altro: &str| format!("/domini/{DOMINIO}{altro}");
    let ente = |id: &str, stazione: bool, abilitato: bool| {
        let mut corpo = json!({
            "ragioneSociale": format!("Ente {id}"), "intermediato": stazione, "abilitato": abilitato,
            "scaricaFr": false
        });
        if stazione {
            corpo["stazione"] = json!("11111111113_01");
            corpo["auxDigit"] = json!("3");
            corpo["segregationCode"] = json!("02");
        }
        corpo
    };
    let conto = |abilitato: bool| json!({ "postale": false, "abilitato": abilitato });
    let tipo = |abilitato: bool| json!({ "descrizione": "tipo", "abilitato": abilitato });
    let entrata = json!({ "descrizione": "e", "tipoContabilita": "ALTRO", "codiceContabilita": "XYZ" });
    for (percorso, corpo) in [
        (
            d("/unitaOperative/UO1"),
            json!({ "ragioneSociale": "Ufficio 1", "indirizzo": "Via Po", "abilitato": true }),
        ),
        (d("/unitaOperative/UO2"), json!({ "ragioneSociale": "Ufficio 2", "abilitato": false })),
        (d("/contiAccredito/IT03L1234512345123456789012"), conto(true)),
        (d("/contiAccredito/IT04L1234512345123456789012"), conto(false)),
        ("/entrate/IMU".into(), entrata.clone()),
        (d("/entrate/IMU"), json!({ "ibanAccredito": IBAN, "abilitato": true })),
        ("/entrate/SPENTA".into(), entrata.clone()),
        (d("/entrate/SPENTA"), json!({ "ibanAccredito": IBAN, "abilitato": false })),
        ("/entrate/SOLA".into(), entrata),
        (d("/entrate/BOLLOT"), json!({ "ibanAccredito": IBAN, "abilitato": true })),
        ("/tipiPendenza/SOLO".into(), tipo(true)),
        ("/tipiPendenza/TVROFF".into(), tipo(false)),
        (d("/tipiPendenza/TVROFF"), json!({})),
        ("/tipiPendenza/TVDOFF".into(), tipo(true)),
        (d("/tipiPendenza/TVDOFF"), json!({ "abilitato": false })),
        ("/domini/22222222222".into(), ente("22222222222", true, false)),
        ("/domini/33333333333".into(), ente("33333333333", false, true)),
        ("/domini/33333333333/contiAccredito/IT05L1234512345123456789012".into(), conto(true)),
        (
            "/applicazioni/POCO".into(),
            json!({
                "principal": "poco", "password": "Poco2026aa", "abilitato": true, "apiPendenze": true,
                "domini": [DOMINIO], "tipiPendenza": ["TARI"]
            }),
        ),
        (
            "/applicazioni/GESTIONALE".into(),
            json!({
                "principal": "gestionale", "abilitato": true, "apiPendenze": true,
                "domini": ["*"], "tipiPendenza": ["*"]
            }),
        ),
    ] {
        let r = bo.put(&percorso, &corpo).await;
        assert!(matches!(r.stato(), 200 | 201), "PUT {percorso}: {} {}", r.stato(), r.testo());
    }
    app
}

/// The smallest pendenza of one voce.
pub(crate) fn minima() -> Value {
    json!({
        "idDominio": DOMINIO,
        "causale": "Sanzione CdS n. abc00000",
        "importo": 100.50,
        "voci": [{
            "idVocePendenza": "v1", "importo": 100.50, "descrizione": "Sanzione", "codEntrata": "TARI"
        }]
    })
}

pub(crate) fn definita(id: &str, importo: &str) -> Value {
    json!({
        "idVocePendenza": id, "importo": numero(importo), "descrizione": "voce", "ibanAccredito": IBAN,
        "tipoContabilita": "ALTRO", "codiceContabilita": "ABC"
    })
}

pub(crate) fn bollo(id: &str, importo: &str) -> Value {
    json!({
        "idVocePendenza": id, "importo": numero(importo), "descrizione": "bollo", "tipoBollo": "01",
        "hashDocumento": "aGFzaA==", "provinciaResidenza": "RO"
    })
}

pub(crate) fn numero(testo: &str) -> Value {
    serde_json::from_str(testo).expect("un numero JSON")
}

/// A copy with the value at a JSON pointer replaced or added; null takes it away.
pub(crate) fn con(corpo: &Value, puntatore: &str, v: Value) -> Value {
    let mut fatto = corpo.clone();
    let (padre, campo) = puntatore.rsplit_once('/').expect("un puntatore");
    match fatto.pointer_mut(padre).expect("il padre del puntatore") {
        Value::Object(o) if v.is_null() => {
            o.remove(campo);
        }
        Value::Object(o) => {
            o.insert(campo.to_owned(), v);
        }
        Value::Array(a) => a[campo.parse::<usize>().expect("un indice")] = v,
        altro => panic!("{altro}"),
    }
    fatto
}

pub(crate) fn percorso(id: &str) -> String {
    format!("/pendenze/GESTIONALE/{id}")
}

pub(crate) async fn put(app: &TestApp, id: &str, corpo: &Value) -> Risposta {
    app.applicazione().put(&percorso(id), corpo).await
}

pub(crate) async fn get(app: &TestApp, id: &str) -> Value {
    app.applicazione().get(&percorso(id)).await.con_stato(200).json()
}

/// The document on several lines, with what changes at every run replaced.
pub(crate) fn documento(v: &Value) -> String {
    let mut v = v.clone();
    if let Some(uuid) = v.get_mut("UUID") {
        let testo = uuid.as_str().expect("UUID");
        assert!(testo.len() == 32 && testo.bytes().all(|b| b.is_ascii_hexdigit()), "{testo}");
        *uuid = json!("[uuid]");
    }
    for (i, a) in v.get_mut("allegati").and_then(Value::as_array_mut).into_iter().flatten().enumerate() {
        let id = a["contenuto"].as_str().and_then(|c| c.strip_prefix("/allegati/")).expect("un percorso");
        assert!(id.parse::<i64>().is_ok(), "{id}");
        a["contenuto"] = json!(format!("/allegati/[{i}]"));
    }
    serde_json::to_string_pretty(&v).expect("JSON")
}

/// Makes a stored pendenza look paid, as a receipt would.
pub(crate) async fn paga(app: &TestApp, id: &str, stato: domain::pendenza::StatoPendenza) {
    let adesso = app.engine().adesso();
    cambia(app, id, |p| {
        p.stato = stato;
        p.stato_pagamento = domain::pendenza::StatoPagamento::Pagato;
        p.importo_pagato = p.importo;
        p.data_pagamento = Some(adesso);
        p.iuv_pagamento = Some(p.iuv.clone());
    })
    .await;
}

/// Changes a stored pendenza behind the back of the gateway.
pub(crate) async fn cambia(app: &TestApp, id: &str, come: impl FnOnce(&mut domain::pendenza::Pendenza)) {
    let chiave = domain::pendenza::ChiavePendenza {
        id_a2a: domain::IdA2A::fidato("GESTIONALE"),
        id_pendenza: domain::IdPendenza::fidato(id),
    };
    let store = app.engine().store();
    let letta = store.pendenza(&chiave).await.expect("lettura").expect("la pendenza");
    let mut dopo = letta.clone();
    come(&mut dopo);
    let mut s = store::Scrittura::nuova();
    store::pendenze::cambia_stato(&mut s, &letta, &dopo);
    store.commit(s).await.expect("scrittura");
}
