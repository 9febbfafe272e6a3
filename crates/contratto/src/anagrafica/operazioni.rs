//! Body of the PATCH of applicazioni, operatori, ruoli and profilo (spec 10 5.7).

use super::{ACL, DOMINIO, password, servizio, tipo_pendenza, voce_acl, voce_dominio};
use crate::json::{Lista, Oggetto, Sintassi};
use crate::messaggi as m;
use domain::anagrafica::{Operazione, Segreto};
use serde_json::Value;

/// What is being changed: each knows some of the paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modificata {
    /// `/applicazioni/{idA2A}`.
    Applicazione,
    /// `/operatori/{principal}`.
    Operatore,
    /// `/ruoli/{idRuolo}`.
    Ruolo,
    /// `/profilo`.
    Profilo,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Op {
    Add,
    Delete,
    Replace,
}

/// Most operations of one PATCH: each is looked up among what the others have added.
const OPERAZIONI: usize = 10_000;

/// Reads the operations, in order.
///
/// # Errors
/// The texts of spec 10 5.7 but what depends on the entity; more operations than 10,000.
pub fn leggi_operazioni(v: &Value, cosa: Modificata) -> Result<Vec<Operazione>, Sintassi> {
    oggetti(v)?.iter().map(|o| operazione(o, cosa)).collect()
}

/// Reads the operations on configurazioni: which section takes which value, in order. Whatever the `op`,
/// the value takes the place of the section (spec 10 5.7).
///
/// # Errors
/// The texts of spec 10 5.7; a value that is not an object.
pub fn leggi_sostituzioni<'a>(
    v: &'a Value,
    sezioni: &[&'static str],
) -> Result<Vec<(&'static str, &'a Value)>, Sintassi> {
    let leggi = |o: &Oggetto<'a>| {
        op(o)?;
        let percorso = percorso(o)?;
        let sezione = sezioni.iter().find(|s| percorso.strip_prefix('/') == Some(s));
        let Some(sezione) = sezione else { return Err(path_non_valido(&percorso)) };
        match o.valore("value").filter(|v| v.is_object()) {
            Some(valore) => Ok((*sezione, valore)),
            None => Err(non_valido(&percorso)),
        }
    };
    oggetti(v)?.iter().map(leggi).collect()
}

fn oggetti(v: &Value) -> Result<Vec<Oggetto<'_>>, Sintassi> {
    let lista = Lista::radice(v)?;
    if lista.len() > OPERAZIONI {
        return Err(Sintassi(format!("Sono ammesse al massimo {OPERAZIONI} operazioni.")));
    }
    lista.iter().map(|e| e.oggetto(&["op", "path", "value"])).collect()
}

fn op(o: &Oggetto<'_>) -> Result<(Op, &'static str), Sintassi> {
    match o.valore("op").map(|v| v.as_str().unwrap_or_default()) {
        None => Err(m::non_vuoto("op")),
        Some("ADD") => Ok((Op::Add, "ADD")),
        Some("DELETE") => Ok((Op::Delete, "DELETE")),
        Some("REPLACE") => Ok((Op::Replace, "REPLACE")),
        Some(_) => Err(Sintassi("Il campo op non e' valido.".to_owned())),
    }
}

fn percorso(o: &Oggetto<'_>) -> Result<String, Sintassi> {
    o.testo("path")?.filter(|p| !p.is_empty()).ok_or_else(|| m::non_vuoto("path"))
}

fn path_non_valido(percorso: &str) -> Sintassi {
    Sintassi(format!("Path '{}' non valido", breve(percorso)))
}

fn operazione(o: &Oggetto<'_>, cosa: Modificata) -> Result<Operazione, Sintassi> {
    let (op, nome) = op(o)?;
    let percorso = percorso(o)?;
    let di_utenza = matches!(cosa, Modificata::Applicazione | Modificata::Operatore);
    match (percorso.as_str(), op) {
        ("/acl", Op::Add) if cosa != Modificata::Profilo => {
            Ok(Operazione::AggiungiAcl(in_acl(o, |a| voce_acl(a)?)?))
        }
        ("/acl", Op::Delete) if cosa != Modificata::Profilo => {
            Ok(Operazione::TogliAcl(in_acl(o, |a| {
                // The rights are not looked at, but they must be a list of texts.
                a.lista("autorizzazioni")?.map(|l| l.testi()).transpose()?;
                servizio(a)?
            })?))
        }
        ("/domini", Op::Add) if di_utenza => Ok(Operazione::AggiungiDominio(dominio(o)?)),
        ("/domini", Op::Delete) if di_utenza => Ok(Operazione::TogliDominio(dominio(o)?)),
        ("/tipiPendenza", Op::Add | Op::Delete) if di_utenza => {
            let voce = testo(o, "/tipiPendenza").and_then(|t| {
                tipo_pendenza(t, cosa == Modificata::Applicazione).map_err(|_| non_valido("/tipiPendenza"))
            })?;
            Ok(if op == Op::Add { Operazione::AggiungiTipo(voce) } else { Operazione::TogliTipo(voce) })
        }
        ("/password", Op::Replace) if cosa != Modificata::Ruolo => nuova_password(o, cosa),
        ("/acl", _) if cosa != Modificata::Profilo => Err(op_non_valido(nome, "/acl")),
        ("/domini" | "/tipiPendenza", _) if di_utenza => Err(op_non_valido(nome, &percorso)),
        ("/password", _) if cosa != Modificata::Ruolo => Err(op_non_valido(nome, "/password")),
        _ => Err(path_non_valido(&percorso)),
    }
}

/// A refusal must not be as large as what it refuses.
fn breve(t: &str) -> String {
    match t.char_indices().nth(200) {
        Some((fine, _)) => format!("{}...", t.get(..fine).unwrap_or_default()),
        None => t.to_owned(),
    }
}

fn op_non_valido(op: &str, percorso: &str) -> Sintassi {
    Sintassi(format!("Op '{op}' non valido per il path '{percorso}'"))
}

fn non_valido(percorso: &str) -> Sintassi {
    Sintassi(format!("Value non valido per il path '{percorso}'"))
}

fn testo(o: &Oggetto<'_>, percorso: &str) -> Result<String, Sintassi> {
    o.testo("value").ok().flatten().ok_or_else(|| non_valido(percorso))
}

fn in_acl<T>(
    o: &Oggetto<'_>,
    leggi: impl FnOnce(&Oggetto<'_>) -> Result<T, Sintassi>,
) -> Result<T, Sintassi> {
    if !o.valore("value").is_some_and(Value::is_object) {
        return Err(non_valido("/acl"));
    }
    let a = o.oggetto("value", ACL)?.ok_or_else(|| non_valido("/acl"))?;
    leggi(&a).map_err(|e| Sintassi(format!("ACL non valida: {e}")))
}

fn dominio(o: &Oggetto<'_>) -> Result<domain::anagrafica::VoceDominio, Sintassi> {
    let letto = match o.valore("value") {
        Some(Value::Object(_)) => match o.oggetto("value", DOMINIO)? {
            Some(d) => voce_dominio(&d)?,
            None => return Err(non_valido("/domini")),
        },
        _ => super::dominio_intero(testo(o, "/domini")?),
    };
    letto.map_err(|_| non_valido("/domini"))
}

/// Only an explicit null removes the password; a person does not remove his own.
fn nuova_password(o: &Oggetto<'_>, cosa: Modificata) -> Result<Operazione, Sintassi> {
    if o.nullo("value") && cosa != Modificata::Profilo {
        return Ok(Operazione::Password(None));
    }
    let nuova = testo(o, "/password")?;
    password(&nuova)?;
    Ok(Operazione::Password(Some(Segreto(nuova))))
}

#[cfg(test)]
#[path = "operazioni_test.rs"]
mod tests;
