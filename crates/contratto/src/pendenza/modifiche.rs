//! Body of PATCH on a pendenza (spec 20 section 4).

use crate::json::{Lista, Oggetto, Sintassi};
use crate::messaggi as m;
use domain::pendenza::{Modifica, Richiesta};
use serde_json::Value;

/// `op` of an operation of PATCH.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Add,
    Delete,
    Replace,
}

impl Op {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "ADD",
            Self::Delete => "DELETE",
            Self::Replace => "REPLACE",
        }
    }
}

#[derive(Clone, Copy)]
enum Percorso {
    Stato,
    DescrizioneStato,
    Nota,
    Ack,
}

impl Percorso {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Stato => "/stato",
            Self::DescrizioneStato => "/descrizioneStato",
            Self::Nota => "/nota",
            Self::Ack => "/ack",
        }
    }

    const fn op(self) -> Op {
        match self {
            Self::Nota => Op::Add,
            Self::Stato | Self::DescrizioneStato | Self::Ack => Op::Replace,
        }
    }
}

impl Op {
    /// Reads it.
    pub(crate) fn leggi(o: &Oggetto<'_>) -> Result<Self, Sintassi> {
        match o.valore("op").map(|v| v.as_str().unwrap_or_default()) {
            None => Err(m::non_vuoto("op")),
            Some("ADD") => Ok(Self::Add),
            Some("DELETE") => Ok(Self::Delete),
            Some("REPLACE") => Ok(Self::Replace),
            Some(_) => Err(sintassi("Il campo op non e' valido.")),
        }
    }

    /// An error unless it is the one that the path takes.
    pub(crate) fn deve_essere(self, giusta: Self, percorso: &str) -> Result<(), Sintassi> {
        if self == giusta {
            return Ok(());
        }
        Err(Sintassi(format!("Op '{}' non valido per il path '{percorso}'", self.as_str())))
    }
}

/// `path` of an operation of PATCH.
pub(crate) fn leggi_percorso(o: &Oggetto<'_>) -> Result<String, Sintassi> {
    o.testo("path")?.filter(|p| !p.is_empty()).ok_or_else(|| m::non_vuoto("path"))
}

pub(crate) fn percorso_ignoto() -> Sintassi {
    sintassi("Il campo path non e' valido.")
}

pub(crate) fn valore_non_valido() -> Sintassi {
    sintassi("Il campo value non e' valido per il path indicato.")
}

pub(crate) fn stato_non_valido() -> Sintassi {
    sintassi("Il campo value indicato per il path '/stato' non e' valido.")
}

fn sintassi(testo: &str) -> Sintassi {
    Sintassi(testo.to_owned())
}

/// Reads the operations, in order.
///
/// # Errors
/// The texts of the table of spec 20 section 4 but the transitions, which depend on the pendenza.
pub fn leggi_modifiche(v: &Value) -> Result<Vec<Modifica>, Sintassi> {
    let lista = Lista::radice(v)?;
    let operazioni =
        lista.iter().map(|e| e.oggetto(&["op", "path", "value"])).collect::<Result<Vec<_>, _>>()?;
    operazioni.iter().map(modifica).collect()
}

fn modifica(o: &Oggetto<'_>) -> Result<Modifica, Sintassi> {
    let op = Op::leggi(o)?;
    let percorso = match leggi_percorso(o)?.as_str() {
        "/stato" => Percorso::Stato,
        "/descrizioneStato" => Percorso::DescrizioneStato,
        "/nota" => Percorso::Nota,
        "/ack" => Percorso::Ack,
        _ => return Err(percorso_ignoto()),
    };
    op.deve_essere(percorso.op(), percorso.as_str())?;
    let valore = o.valore("value").ok_or_else(valore_non_valido)?;
    let testo = |v: &Value| match v {
        Value::String(s) if !s.trim().is_empty() => Ok(s.clone()),
        _ => Err(valore_non_valido()),
    };
    match percorso {
        Percorso::Stato => stato(&testo(valore)?).map(Modifica::Stato),
        Percorso::DescrizioneStato => descrizione(testo(valore)?),
        Percorso::Nota => descrizione(testo(valore.get("oggetto").ok_or_else(valore_non_valido)?)?),
        Percorso::Ack => match valore {
            Value::Bool(b) => Ok(Modifica::Verificato(*b)),
            Value::String(s) if s == "true" => Ok(Modifica::Verificato(true)),
            Value::String(s) if s == "false" => Ok(Modifica::Verificato(false)),
            _ => Err(valore_non_valido()),
        },
    }
}

fn descrizione(testo: String) -> Result<Modifica, Sintassi> {
    m::lunghezza("descrizioneStato", &testo, 1, 255)?;
    Ok(Modifica::DescrizioneStato(testo))
}

fn stato(testo: &str) -> Result<Richiesta, Sintassi> {
    match testo {
        "ANNULLATA" => Ok(Richiesta::Annulla),
        "NON_ESEGUITA" => Ok(Richiesta::Ripristina),
        "ESEGUITA" | "ESEGUITA_PARZIALE" | "SCADUTA" | "ANOMALA" | "INCASSATA" => {
            Err(Sintassi(format!("Non e' consentito aggiornare lo stato di una pendenza ad {testo}")))
        }
        _ => Err(stato_non_valido()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn esito(v: &Value) -> String {
        match leggi_modifiche(v) {
            Ok(m) => format!("{m:?}"),
            Err(e) => e.0,
        }
    }

    #[test]
    fn la_tabella_della_spec_20_4() {
        let value = "Il campo value non e' valido per il path indicato.";
        let lungo = "x".repeat(256);
        for (op, atteso) in [
            (json!({"op": "REPLACE", "path": "/stato", "value": "ANNULLATA"}), "[Stato(Annulla)]"),
            (json!({"op": "REPLACE", "path": "/stato", "value": "NON_ESEGUITA"}), "[Stato(Ripristina)]"),
            (
                json!({"op": "REPLACE", "path": "/descrizioneStato", "value": "x"}),
                "[DescrizioneStato(\"x\")]",
            ),
            (json!({"op": "ADD", "path": "/nota", "value": {"oggetto": "x"}}), "[DescrizioneStato(\"x\")]"),
            (json!({"op": "REPLACE", "path": "/ack", "value": true}), "[Verificato(true)]"),
            (json!({"path": "/stato", "value": "ANNULLATA"}), "Il campo op non deve essere vuoto."),
            (json!({"op": null, "path": "/stato"}), "Il campo op non deve essere vuoto."),
            (json!({"op": "replace", "path": "/stato", "value": "x"}), "Il campo op non e' valido."),
            (json!({"op": "REPLACE", "value": "x"}), "Il campo path non deve essere vuoto."),
            (json!({"op": "REPLACE", "path": "", "value": "x"}), "Il campo path non deve essere vuoto."),
            (json!({"op": "REPLACE", "path": "/acl", "value": "x"}), "Il campo path non e' valido."),
            (json!({"op": "REPLACE", "path": "/stato", "value": null}), value),
            (json!({"op": "REPLACE", "path": "/stato"}), value),
            (json!({"op": "REPLACE", "path": "/stato", "value": ""}), value),
            (json!({"op": "REPLACE", "path": "/descrizioneStato", "value": ""}), value),
            (json!({"op": "ADD", "path": "/nota", "value": {"testo": "x"}}), value),
            (json!({"op": "ADD", "path": "/nota", "value": {}}), value),
            (json!({"op": "REPLACE", "path": "/ack", "value": "si"}), value),
            (
                json!({"op": "REPLACE", "path": "/stato", "value": "BOH"}),
                "Il campo value indicato per il path '/stato' non e' valido.",
            ),
            (
                json!({"op": "REPLACE", "path": "/stato", "value": "ESEGUITA"}),
                "Non e' consentito aggiornare lo stato di una pendenza ad ESEGUITA",
            ),
            (
                json!({"op": "ADD", "path": "/stato", "value": "ANNULLATA"}),
                "Op 'ADD' non valido per il path '/stato'",
            ),
            (
                json!({"op": "DELETE", "path": "/ack", "value": true}),
                "Op 'DELETE' non valido per il path '/ack'",
            ),
            (
                json!({"op": "REPLACE", "path": "/descrizioneStato", "value": lungo}),
                &format!(
                    "Il valore [{lungo}] del campo descrizioneStato non rispetta la lunghezza massima di 255 \
                     caratteri."
                ),
            ),
        ] {
            assert_eq!(esito(&json!([op])), atteso);
        }
        assert_eq!(esito(&json!([])), "[]");
        assert!(esito(&json!({})).contains("array"));
        assert!(esito(&json!([{"op": "ADD", "x": 1}])).contains("\"x\""));
        assert!(esito(&json!([null])).contains("object"));
    }
}
