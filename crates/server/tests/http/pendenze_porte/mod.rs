//! The pendenze through API Pendenze v1 and API Backoffice v1, and what API Pendenze v2 shares with
//! them: one use case, a contract each (spec 20 sections 1 to 8).

mod ambito;
mod backoffice;
mod documenti;
mod elenco;
mod per_avviso;
mod v1;

use crate::pendenze_v2::{DOMINIO, bollo, cambia, con, minima, paga, percorso, put, ricca};
use serde_json::{Value, json};
use testkit::{BACKOFFICE, Cliente, GESTIONALE, Risposta, TestApp};

const V1: &str = "/govpay/backend/api/pendenze/rs/basic/v1";
const NAV: &str = "301000000000000144";
const PASSWORD: &str = "Lettore123";

fn in_v1(app: &TestApp) -> Cliente {
    app.cliente(V1).come(GESTIONALE.0, GESTIONALE.1)
}

/// A GET that asks for JSON.
async fn in_json(c: &Cliente, percorso: &str) -> Risposta {
    c.manda(c.richiesta(http::Method::GET, percorso).header("Accept", "application/json")).await
}

/// A GET that asks for a PDF.
async fn in_pdf(c: &Cliente, percorso: &str) -> Risposta {
    c.manda(c.richiesta(http::Method::GET, percorso).header("Accept", "application/pdf")).await
}

/// An operatore with these letters on `Pendenze`, these domini and tipi.
async fn operatore(app: &TestApp, nome: &str, lettere: &[&str], domini: Value, tipi: Value) -> Cliente {
    let acl = if lettere.is_empty() {
        json!([])
    } else {
        json!([{ "servizio": "Pendenze", "autorizzazioni": lettere }])
    };
    let corpo = json!({
        "ragioneSociale": nome, "abilitato": true, "password": PASSWORD, "acl": acl,
        "domini": domini, "tipiPendenza": tipi
    });
    app.backoffice().put(&format!("/operatori/{nome}"), &corpo).await.con_stato(201);
    app.cliente(BACKOFFICE).come(nome, PASSWORD)
}

/// The document on several lines, with what changes at every run replaced.
fn documento(v: &Value) -> String {
    crate::pendenze_v2::documento(v)
}

fn errore(stato: u16, codice: &str, dettaglio: impl Into<String>) -> (u16, String, String) {
    (stato, codice.to_owned(), dettaglio.into())
}

/// The keys of the rows of a list, in order.
fn chiavi(busta: &Value) -> Vec<String> {
    let righe = busta["risultati"].as_array().expect("risultati");
    righe.iter().map(|r| r["idPendenza"].as_str().expect("idPendenza").to_owned()).collect()
}
