//! Identities that somebody else vouches for, sessions of people, anonymous callers, and what guessing a
//! password costs (spec 10 section 2).

mod fornitore;
mod freno;
mod iscrizione;
mod ldap;
mod nodo;
mod oauth2;
mod pubblico;
mod sessioni;
mod user;

use http::Method;
use serde_json::{Value, json};
use testkit::{Cliente, Risposta};

const BACKOFFICE: &str = "/govpay/backend/api/backoffice/rs";
const USER: &str = "/govpay/frontend/api/user/rs";

async fn con(c: &Cliente, percorso: &str, intestazioni: &[(&str, &str)]) -> Risposta {
    let mut r = c.richiesta(Method::GET, percorso);
    for (nome, valore) in intestazioni {
        r = r.header(*nome, *valore);
    }
    c.manda(r).await
}

/// The body of a refusal of spec 10 2.3.
fn rifiuto(stato: u16, descrizione: &str, dettaglio: &str) -> (u16, Value) {
    let corpo = json!({
        "categoria": "AUTORIZZAZIONE", "codice": stato.to_string(), "descrizione": descrizione,
        "dettaglio": dettaglio,
    });
    (stato, corpo)
}

const CREDENZIALI: &str = "Credenziali assenti o non valide";

#[track_caller]
fn non_autenticata(r: &Risposta) {
    assert_eq!((r.stato(), r.json()), rifiuto(401, "Autenticazione richiesta.", CREDENZIALI));
}

#[track_caller]
fn non_autorizzata(r: &Risposta) {
    assert_eq!((r.stato(), r.json()), rifiuto(403, "Richiesta non autorizzata.", CREDENZIALI));
}

/// The session that an answer has opened.
fn sessione(r: &Risposta) -> Option<String> {
    let resto = r.intestazione("Set-Cookie")?.strip_prefix("JSESSIONID=")?;
    resto.split(';').next().filter(|t| !t.is_empty()).map(str::to_owned)
}
