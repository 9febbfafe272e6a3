//! Master data through API Backoffice (spec 10 sections 4 to 7).

mod ambiti;
mod applicazioni;
mod autorizzazioni;
mod cache;
mod corredo;
mod creditore;
mod domini;
mod elenchi;
mod elenchi_creditore;
mod intermediari;
mod password;
mod tipi;

use serde_json::{Map, Value};
use testkit::{Cliente, Risposta};

/// The body without its null members, at every level.
fn senza_null(v: &Value) -> Value {
    match v {
        Value::Object(o) => Value::Object(
            o.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), senza_null(v))).collect(),
        ),
        Value::Array(a) => Value::Array(a.iter().map(senza_null).collect()),
        altro => altro.clone(),
    }
}

/// The body with other members put in.
fn con(corpo: &Value, membri: &Value) -> Value {
    let mut o: Map<String, Value> = corpo.as_object().cloned().unwrap_or_default();
    o.extend(membri.as_object().cloned().unwrap_or_default());
    Value::Object(o)
}

/// PUT, then GET gives back what was sent and `in_piu`; the answer of the PUT is empty.
async fn torna(bo: &Cliente, percorso: &str, corpo: &Value, stato: u16, in_piu: &Value) {
    let r = bo.put(percorso, corpo).await.con_stato(stato);
    assert!(r.corpo().is_empty(), "{percorso}: {}", r.testo());
    let letto = bo.get(percorso).await.con_stato(200).json();
    assert_eq!(letto, con(&senza_null(corpo), in_piu), "{percorso}");
}

/// A copy of the body with the value at a JSON pointer replaced or added.
fn cambiato(corpo: &Value, puntatore: &str, v: &Value) -> Value {
    let mut fatto = corpo.clone();
    let (padre, campo) = puntatore.rsplit_once('/').expect("un puntatore");
    let padre = fatto.pointer_mut(padre).expect("il padre del puntatore");
    padre.as_object_mut().expect("un oggetto").insert(campo.to_owned(), v.clone());
    fatto
}

/// One changed member each, and a piece of the refusal; nothing is written by any of them.
async fn rifiuti(bo: &Cliente, percorso: &str, corpo: &Value, casi: &[(&str, Value, u16, &str)]) {
    for (puntatore, v, stato, testo) in casi {
        let r = bo.put(percorso, &cambiato(corpo, puntatore, v)).await;
        let (trovato, codice, dettaglio) = errore(&r, percorso);
        let atteso = if *stato == 400 { "SINTASSI" } else { "SEMANTICA" };
        assert_eq!((trovato, codice.as_str()), (*stato, atteso), "{puntatore} = {v}: {dettaglio}");
        assert!(dettaglio.contains(testo), "{puntatore} = {v}: {dettaglio}");
    }
}

fn errore(r: &Risposta, percorso: &str) -> (u16, String, String) {
    assert!(r.stato() >= 400, "{percorso}: {} {}", r.stato(), r.testo());
    r.errore()
}

/// PUT that must answer with this status.
async fn salva(bo: &Cliente, percorso: &str, corpo: &Value, stato: u16) {
    let r = bo.put(percorso, corpo).await;
    assert_eq!(r.stato(), stato, "{percorso}: {}", r.testo());
}

/// GET of something that is not there.
async fn inesistente(bo: &Cliente, percorso: &str, testo: &str) {
    let r = bo.get(percorso).await;
    assert_eq!(errore(&r, percorso), (404, "404000".to_owned(), testo.to_owned()));
}

/// Characters.
fn lungo(n: usize) -> String {
    "x".repeat(n)
}
