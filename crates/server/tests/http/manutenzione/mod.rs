//! Sonde and operations (spec 10 3.6, spec 60 section 4).

mod operazioni;
mod sonde;

use serde_json::json;
use testkit::{BACKOFFICE, Cliente, GESTIONALE, TestApp};

/// The standard applicazione on API Backoffice, with no right there.
fn senza_diritti(app: &TestApp) -> Cliente {
    app.cliente(BACKOFFICE).come(GESTIONALE.0, GESTIONALE.1)
}

/// The same, once it has these letters on the servizio of maintenance.
async fn con_diritti(app: &TestApp, lettere: &[&str]) -> Cliente {
    let bo = app.backoffice();
    let percorso = "/applicazioni/GESTIONALE";
    let mut corpo = bo.get(percorso).await.con_stato(200).json();
    let o = corpo.as_object_mut().unwrap();
    o.remove("idA2A");
    o.remove("password");
    for campo in ["domini", "tipiPendenza"] {
        o.insert(campo.to_owned(), json!(["*"]));
    }
    let acl = json!([{ "servizio": "Configurazione e manutenzione", "autorizzazioni": lettere }]);
    o.insert("acl".to_owned(), acl);
    bo.put(percorso, &corpo).await.con_stato(200);
    senza_diritti(app)
}
