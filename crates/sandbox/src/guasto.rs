//! Misbehaviour on request: what a simulator does instead of answering well.

use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How a simulator misbehaves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Guasto {
    /// It behaves.
    #[default]
    Nessuno,
    /// Answers well, but late.
    Lento(Duration),
    /// Never answers (holds the connection for a minute).
    Muto,
    /// Closes the connection in the middle of the answer.
    Tronca,
    /// Answers this status with an empty JSON object.
    Stato(u16),
    /// Answers 200 with an HTML page.
    Html,
    /// Answers 200 with bytes that are neither JSON nor UTF-8.
    Spazzatura,
    /// Answers 200 with a well-formed answer about another pendenza.
    AltraPendenza,
}

/// The longest delay that may be asked.
const RITARDO_MASSIMO: u64 = 120_000;

impl Guasto {
    /// Reads `{"guasto": "...", "millis": n, "stato": n}`.
    ///
    /// # Errors
    /// A sentence that says what is accepted.
    pub fn leggi(v: &Value) -> Result<(Self, Option<u64>), String> {
        let volte = v.get("volte").and_then(Value::as_u64);
        let g = match v.get("guasto").and_then(Value::as_str) {
            Some("NESSUNO") => Self::Nessuno,
            Some("LENTO") => {
                let ms = v.get("millis").and_then(Value::as_u64).unwrap_or(3_000);
                Self::Lento(Duration::from_millis(ms.min(RITARDO_MASSIMO)))
            }
            Some("MUTO") => Self::Muto,
            Some("TRONCA") => Self::Tronca,
            Some("STATO") => {
                let s = v.get("stato").and_then(Value::as_u64).unwrap_or(500);
                match u16::try_from(s) {
                    Ok(s) if (200..=599).contains(&s) => Self::Stato(s),
                    _ => return Err("stato deve essere un numero tra 200 e 599".to_owned()),
                }
            }
            Some("HTML") => Self::Html,
            Some("SPAZZATURA") => Self::Spazzatura,
            Some("ALTRA_PENDENZA") => Self::AltraPendenza,
            _ => {
                return Err(
                    "guasto deve essere uno tra NESSUNO, LENTO (millis), MUTO, TRONCA, STATO (stato), \
                            HTML, SPAZZATURA, ALTRA_PENDENZA; volte, se presente, limita le chiamate guaste"
                        .to_owned(),
                );
            }
        };
        Ok((g, volte))
    }

    fn nome(&self) -> &'static str {
        match self {
            Self::Nessuno => "NESSUNO",
            Self::Lento(_) => "LENTO",
            Self::Muto => "MUTO",
            Self::Tronca => "TRONCA",
            Self::Stato(_) => "STATO",
            Self::Html => "HTML",
            Self::Spazzatura => "SPAZZATURA",
            Self::AltraPendenza => "ALTRA_PENDENZA",
        }
    }
}

/// A switch that can be set for so many calls or for good.
#[derive(Debug, Default)]
pub struct Interruttore {
    interno: Mutex<(Guasto, Option<u64>)>,
}

impl Interruttore {
    /// Sets the misbehaviour, for `volte` calls or until it is set again.
    pub fn imposta(&self, guasto: Guasto, volte: Option<u64>) {
        *self.interno.lock().unwrap_or_else(PoisonError::into_inner) = (guasto, volte);
    }

    /// What to do with the call that has just arrived.
    #[must_use]
    pub fn prendi(&self) -> Guasto {
        let mut i = self.interno.lock().unwrap_or_else(PoisonError::into_inner);
        let g = i.0.clone();
        if let Some(n) = i.1.as_mut() {
            *n = n.saturating_sub(1);
            if *n == 0 {
                *i = (Guasto::Nessuno, None);
            }
        }
        g
    }

    /// The present setting, as it is set.
    #[must_use]
    pub fn stato(&self) -> Value {
        let i = self.interno.lock().unwrap_or_else(PoisonError::into_inner);
        let mut v = json!({ "guasto": i.0.nome() });
        if let Some(o) = v.as_object_mut() {
            match i.0 {
                Guasto::Lento(d) => {
                    o.insert("millis".into(), json!(u64::try_from(d.as_millis()).unwrap_or(RITARDO_MASSIMO)));
                }
                Guasto::Stato(s) => {
                    o.insert("stato".into(), json!(s));
                }
                _ => {}
            }
            if let Some(n) = i.1 {
                o.insert("volte".into(), json!(n));
            }
        }
        v
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn un_guasto_a_tempo_finisce() {
        let i = Interruttore::default();
        let (g, n) = Guasto::leggi(&json!({"guasto": "STATO", "stato": 503, "volte": 2})).expect("valido");
        i.imposta(g, n);
        assert_eq!(i.stato(), json!({"guasto": "STATO", "stato": 503, "volte": 2}));
        assert_eq!(
            [i.prendi(), i.prendi(), i.prendi()],
            [Guasto::Stato(503), Guasto::Stato(503), Guasto::Nessuno]
        );
        assert!(Guasto::leggi(&json!({"guasto": "BOH"})).is_err());
        assert!(Guasto::leggi(&json!({"guasto": "STATO", "stato": 99})).is_err());
    }
}
