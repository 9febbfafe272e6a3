//! Body of PATCH on a bulk load: an operation of ours, in the form of PATCH on a pendenza (spec 20 section
//! 4). All that can be asked is that it goes no further.

use crate::json::{Lista, Sintassi};
use crate::pendenza::{Op, leggi_percorso, percorso_ignoto, stato_non_valido, valore_non_valido};
use serde_json::Value;

/// Reads the operations: whether one of them asks for the end.
///
/// # Errors
/// The texts of PATCH on a pendenza.
pub fn leggi_annullo(v: &Value) -> Result<bool, Sintassi> {
    let mut chiesto = false;
    for e in Lista::radice(v)?.iter() {
        let o = e.oggetto(&["op", "path", "value"])?;
        let op = Op::leggi(&o)?;
        let percorso = leggi_percorso(&o)?;
        if percorso != "/stato" {
            return Err(percorso_ignoto());
        }
        op.deve_essere(Op::Replace, &percorso)?;
        match o.valore("value") {
            Some(Value::String(s)) if s == "ANNULLATO" => chiesto = true,
            Some(Value::String(s)) if !s.trim().is_empty() => return Err(stato_non_valido()),
            _ => return Err(valore_non_valido()),
        }
    }
    Ok(chiesto)
}

#[cfg(test)]
mod tests {
    use super::leggi_annullo;
    use serde_json::json;

    #[test]
    fn si_chiede_la_fine_e_nient_altro() {
        let esito = |v| leggi_annullo(&v).map_err(|e| e.0);
        assert_eq!(esito(json!([])), Ok(false));
        let una = |o: serde_json::Value| esito(json!([o]));
        assert_eq!(una(json!({"op": "REPLACE", "path": "/stato", "value": "ANNULLATO"})), Ok(true));
        for (o, testo) in [
            (json!({"path": "/stato", "value": "ANNULLATO"}), "Il campo op non deve essere vuoto."),
            (json!({"op": "MOVE", "path": "/stato"}), "Il campo op non e' valido."),
            (json!({"op": "REPLACE", "value": "ANNULLATO"}), "Il campo path non deve essere vuoto."),
            (json!({"op": "REPLACE", "path": "/nomeFile", "value": "x"}), "Il campo path non e' valido."),
            (
                json!({"op": "ADD", "path": "/stato", "value": "ANNULLATO"}),
                "Op 'ADD' non valido per il path '/stato'",
            ),
            (
                json!({"op": "REPLACE", "path": "/stato"}),
                "Il campo value non e' valido per il path indicato.",
            ),
            (
                json!({"op": "REPLACE", "path": "/stato", "value": "ESEGUITO"}),
                "Il campo value indicato per il path '/stato' non e' valido.",
            ),
        ] {
            assert_eq!(una(o), Err(testo.to_owned()));
        }
        assert!(esito(json!({})).is_err() && una(json!({"op": "REPLACE", "x": 1})).is_err());
    }
}
