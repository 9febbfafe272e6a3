//! Each rule of the fields of master data, violated alone or at its very edge, with its whole answer
//! (spec 10 3.1, 5.2 to 5.7). The answers stand in `snapshots`, one line each.

mod creditore;
mod domini;
mod patch;
mod tipi;
mod utenze;

use serde_json::{Map, Value};
use std::fmt::Write as _;
use testkit::{Cliente, Risposta};

/// A text of `n` characters.
fn lungo(n: usize) -> Value {
    Value::from("x".repeat(n))
}

/// Takes a member away.
const ASSENTE: &str = "\u{0}assente";

fn assente() -> Value {
    Value::from(ASSENTE)
}

fn cambiato(corpo: &Value, puntatore: &str, v: &Value) -> Value {
    let mut fatto = corpo.clone();
    let (padre, campo) = puntatore.rsplit_once('/').expect("un puntatore");
    let padre: &mut Map<String, Value> =
        fatto.pointer_mut(padre).and_then(Value::as_object_mut).expect("il padre del puntatore");
    if *v == assente() {
        padre.remove(campo);
    } else {
        padre.insert(campo.to_owned(), v.clone());
    }
    fatto
}

/// A text with its runs of `x` counted: `xxxxxxxxxx` is `x*10`.
fn corto(testo: &str) -> String {
    let mut fatto = String::new();
    let mut resto = testo;
    while let Some(inizio) = resto.find("xxxxxxxx") {
        let (prima, da_qui) = resto.split_at(inizio);
        let dopo = da_qui.trim_start_matches('x');
        let _ = write!(fatto, "{prima}x*{}", da_qui.len() - dopo.len());
        resto = dopo;
    }
    fatto + resto
}

/// The whole answer in one line: the status, and of a refusal its members but those that the status and the
/// codice say.
fn risposta(r: &Risposta) -> String {
    if r.corpo().is_empty() || r.stato() < 400 {
        return r.stato().to_string();
    }
    let v = r.json();
    let membri: Vec<&str> = v.as_object().expect("un oggetto").keys().map(String::as_str).collect();
    assert_eq!(membri, ["categoria", "codice", "descrizione", "dettaglio"], "{v}");
    let testi = (v["categoria"].as_str(), v["codice"].as_str(), v["descrizione"].as_str());
    let attesi = match r.stato() {
        400 => (Some("RICHIESTA"), Some("SINTASSI"), Some("Richiesta non valida")),
        422 => (Some("RICHIESTA"), Some("SEMANTICA"), Some("Richiesta non valida")),
        404 => (Some("OPERAZIONE"), Some("404000"), Some("Risorsa non trovata")),
        stato => panic!("{stato} {v}"),
    };
    assert_eq!(testi, attesi, "{v}");
    corto(&format!("{} {}", r.stato(), v["dettaglio"].as_str().expect("un testo")))
}

/// PUTs the body with one member changed, for each case; what each answers, one line each. The body as it
/// is must be good.
async fn provate(bo: &Cliente, percorso: &str, corpo: &Value, casi: &[(&str, Value)]) -> String {
    let prima = bo.put(percorso, corpo).await;
    assert!(matches!(prima.stato(), 200 | 201), "{percorso}: {}", prima.testo());
    let mut fatte = String::new();
    for (puntatore, v) in casi {
        let r = bo.put(percorso, &cambiato(corpo, puntatore, v)).await;
        let valore = if *v == assente() { "assente".to_owned() } else { corto(&v.to_string()) };
        let _ = writeln!(fatte, "{puntatore} {valore}\n    {}", risposta(&r));
    }
    fatte
}
