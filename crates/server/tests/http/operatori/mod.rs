//! Operatori, ruoli, PATCH, passwords and the audit of master data (spec 10 4.3, 5.6, 5.7).

mod audit;
mod concessioni;
mod modifiche;
mod password;
mod proprieta;
mod ruoli;
mod utenti;

pub(crate) use audit::nessuna_traccia;
use serde_json::{Map, Value, json};
use testkit::{Anagrafica, BACKOFFICE, Backend, Cliente, Risposta, TestApp};

const PASSWORD: &str = "Lettore123";
const A: &str = "12345678901";
const B: &str = "12345678902";

/// The standard master data, a second dominio `B` and a second tipo `IMU`.
async fn pronta(backend: Backend) -> TestApp {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let altro = json!({"ragioneSociale": "B", "intermediato": false, "abilitato": true, "scaricaFr": false});
    salva(&bo, &format!("/domini/{B}"), &altro, 201).await;
    salva(&bo, "/tipiPendenza/IMU", &json!({"descrizione": "Imposta"}), 201).await;
    for u in ["U1", "U2"] {
        let corpo = json!({"ragioneSociale": format!("Ufficio {u}"), "abilitato": true});
        salva(&bo, &format!("/domini/{A}/unitaOperative/{u}"), &corpo, 201).await;
    }
    app
}

fn con(corpo: &Value, membri: &Value) -> Value {
    let mut o: Map<String, Value> = corpo.as_object().cloned().unwrap_or_default();
    o.extend(membri.as_object().cloned().unwrap_or_default());
    Value::Object(o)
}

async fn salva(bo: &Cliente, percorso: &str, corpo: &Value, stato: u16) {
    let r = bo.put(percorso, corpo).await;
    assert_eq!((r.stato(), r.testo()), (stato, ""), "{percorso}");
}

fn acl(servizio: &str, lettere: &[&str]) -> Value {
    json!({"servizio": servizio, "autorizzazioni": lettere})
}

fn op(op: &str, path: &str, value: Value) -> Value {
    json!({"op": op, "path": path, "value": value})
}

fn minimo() -> Value {
    json!({"ragioneSociale": "Mario Rossi", "abilitato": true})
}

/// An operatore that calls the Backoffice with these rights and this scope.
async fn operatore(app: &TestApp, principal: &str, corpo: Value) -> Cliente {
    let corpo = con(&con(&minimo(), &json!({"password": PASSWORD})), &corpo);
    salva(&app.backoffice(), &format!("/operatori/{principal}"), &corpo, 201).await;
    app.cliente(BACKOFFICE).come(principal, PASSWORD)
}

/// An applicazione that calls the Backoffice with these rights and this scope.
async fn applicazione(app: &TestApp, id: &str, corpo: Value) -> Cliente {
    let corpo = con(&json!({"principal": id, "password": PASSWORD}), &corpo);
    salva(&app.backoffice(), &format!("/applicazioni/{id}"), &corpo, 201).await;
    app.cliente(BACKOFFICE).come(id, PASSWORD)
}

fn sintassi(testo: &str) -> (u16, String, String) {
    (400, "SINTASSI".to_owned(), testo.to_owned())
}

fn semantica(testo: &str) -> (u16, String, String) {
    (422, "SEMANTICA".to_owned(), testo.to_owned())
}

/// A refusal of spec 10 4.4 with its reason.
fn negato(chi: &str, coda: &str) -> (u16, String, String) {
    let vocale = if chi.starts_with("Operatore") { 'o' } else { 'a' };
    let testo = format!("{chi} non autorizzat{vocale} ad accedere alla risorsa richiesta{coda}");
    (403, "403000".to_owned(), testo)
}

#[track_caller]
fn rifiutata(r: &Risposta, atteso: &(u16, String, String)) {
    assert_eq!(&r.errore(), atteso, "{}", r.testo());
}
