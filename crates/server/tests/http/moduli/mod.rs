//! Pendenze that are born of a form (spec 20 section 10).

mod backoffice;
mod dimostrazione;
mod inoltro;
mod modelli;
mod pagamento;
mod sessione;

use crate::pendenze_v2::numero;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use testkit::{Anagrafica, Backend, Risposta, TestApp};

const DOMINIO: &str = "12345678901";
const IBAN: &str = "IT02L1234512345123456789012";
const MODULO: &str = "/pendenze/12345678901/TARI";

/// The gateway with the standard anagrafica.
async fn pronta(backend: Backend) -> TestApp {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    app
}

fn base64(testo: &str) -> String {
    BASE64_STANDARD.encode(testo)
}

/// A section of the type, with what is given.
fn sezione(validazione: Option<&Value>, modello: Option<&str>, inoltro: Option<&str>) -> Value {
    let mut s = json!({ "abilitato": true });
    if let Some(v) = validazione {
        s["validazione"] = json!(base64(&v.to_string()));
    }
    if let Some(m) = modello {
        s["trasformazione"] = json!({ "tipo": "freemarker", "definizione": base64(m) });
    }
    if let Some(i) = inoltro {
        s["inoltro"] = json!(i);
    }
    s
}

/// Gives the type its two forms.
async fn portale(app: &TestApp, sezione: &Value) {
    let tipo = json!({
        "descrizione": "Tassa sui rifiuti", "portaleBackoffice": sezione, "portalePagamento": sezione
    });
    app.backoffice().put("/tipiPendenza/TARI", &tipo).await.con_stato(200);
}

/// A template for a small form: `id`, `nome`, `importo`. What the address says differs from it.
const SEMPLICE: &str = r#"<#assign u = class["it.govpay.core.utils.rawutils.JSONUtils"].getInstance() />
<#assign dati = u.getAsNode(jsonPath.read("$")) />
<#setting number_format="computer">
{
  "idA2A": "GESTIONALE", "idPendenza": "${dati.get("id").asText()}",
  "idDominio": "99999999999", "idTipoPendenza": "ALTRO",
  "causale": "Richiesta di ${dati.get("nome").asText()}",
  "soggettoPagatore": { "tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "${dati.get("nome").asText()}" },
  "importo": ${dati.get("importo").asDouble()},
  "voci": [{ "idVocePendenza": "V1", "importo": ${dati.get("importo").asDouble()}, "descrizione": "Voce", "codEntrata": "TARI" }]
}"#;

fn schema() -> Value {
    json!({
        "type": "object", "required": ["id", "nome", "importo"], "additionalProperties": false,
        "properties": {
            "id": { "type": "string" }, "nome": { "type": "string", "minLength": 2 },
            "importo": { "type": "number", "minimum": 0.01, "multipleOf": 0.01 }
        }
    })
}

fn dati(id: &str) -> Value {
    json!({ "id": id, "nome": "Anna", "importo": 10.50 })
}

/// A whole pendenza with its key.
fn intera(id: &str) -> Value {
    json!({
        "idA2A": "GESTIONALE", "idPendenza": id, "idDominio": DOMINIO, "causale": "TARI 2026", "importo": 45.01,
        "soggettoPagatore": { "tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi" },
        "voci": [{ "idVocePendenza": "V1", "importo": 45.01, "descrizione": "Rata", "codEntrata": "TARI" }]
    })
}

/// The body of the answer with its UUID replaced.
fn senza_uuid(r: &Risposta) -> Value {
    let mut v = r.json();
    assert_eq!(v["UUID"].as_str().map(str::len), Some(32), "{v}");
    v["UUID"] = json!("[uuid]");
    v
}

fn errore(stato: u16, categoria: &str, codice: &str, descrizione: &str, dettaglio: &str) -> (u16, Value) {
    let corpo = json!({
        "categoria": categoria, "codice": codice, "descrizione": descrizione, "dettaglio": dettaglio
    });
    (stato, corpo)
}

fn detto(r: &Risposta) -> (u16, Value) {
    (r.stato(), r.json())
}

const NON_VALIDA: &str = "Richiesta non valida";
