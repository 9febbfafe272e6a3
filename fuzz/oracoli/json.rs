//! A JSON document as it is written, piece by piece: member names mean nothing here, so that a name
//! which the library keeps for itself cannot be taken for what it does not say.

use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt;

/// How deep our reader goes.
const PROFONDITA: usize = 127;

/// A value with its numbers as written and all members, repeated ones too.
#[derive(Debug, Clone, PartialEq)]
pub enum Nodo {
    /// `null`.
    Nullo,
    /// `true`, `false`.
    Booleano(bool),
    /// Digits as written.
    Numero(String),
    /// A text.
    Testo(String),
    /// An array.
    Lista(Vec<Nodo>),
    /// Members in order.
    Oggetto(Vec<(String, Nodo)>),
}

impl Nodo {
    /// `None`: not JSON, a text that is not Unicode, or deeper than our reader goes.
    #[must_use]
    pub fn leggi(testo: &str) -> Option<Self> {
        Self::di(serde_json::from_str::<&RawValue>(testo).ok()?.get(), PROFONDITA)
    }

    fn di(grezzo: &str, livelli: usize) -> Option<Self> {
        Some(match grezzo.as_bytes().first()? {
            b'n' => Self::Nullo,
            b't' => Self::Booleano(true),
            b'f' => Self::Booleano(false),
            b'"' => Self::Testo(serde_json::from_str(grezzo).ok()?),
            b'[' => {
                let livelli = livelli.checked_sub(1)?;
                let elementi: Vec<&RawValue> = serde_json::from_str(grezzo).ok()?;
                Self::Lista(elementi.into_iter().map(|e| Self::di(e.get(), livelli)).collect::<Option<_>>()?)
            }
            b'{' => {
                let livelli = livelli.checked_sub(1)?;
                let membri = serde_json::Deserializer::from_str(grezzo).deserialize_map(Membri).ok()?;
                Self::Oggetto(
                    membri
                        .into_iter()
                        .map(|(n, v)| Some((n, Self::di(v.get(), livelli)?)))
                        .collect::<Option<_>>()?,
                )
            }
            _ => Self::Numero(grezzo.to_owned()),
        })
    }

    /// Whether our reader must refuse it although it is JSON: a NUL in a text, a name that begins as
    /// those which the library keeps for itself.
    #[must_use]
    pub fn rifiutato(&self) -> bool {
        match self {
            Self::Nullo | Self::Booleano(_) | Self::Numero(_) => false,
            Self::Testo(t) => t.contains('\0') || t.contains(RISERVATO),
            Self::Lista(l) => l.iter().any(Self::rifiutato),
            Self::Oggetto(o) => {
                o.iter().any(|(n, v)| n.contains('\0') || n.contains(RISERVATO) || v.rifiutato())
            }
        }
    }

    /// Whether that is what our reader understood. Of repeated members the last one counts.
    #[must_use]
    pub fn uguale(&self, v: &Value) -> bool {
        match (self, v) {
            (Self::Nullo, Value::Null) => true,
            (Self::Booleano(a), Value::Bool(b)) => a == b,
            (Self::Testo(a), Value::String(b)) => a == b,
            (Self::Numero(a), Value::Number(b)) => cifre(a) == cifre(&b.to_string()),
            (Self::Lista(a), Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.uguale(b))
            }
            (Self::Oggetto(a), Value::Object(b)) => {
                a.iter().all(|(n, _)| b.contains_key(n))
                    && b.iter()
                        .all(|(n, v)| a.iter().rev().find(|(m, _)| m == n).is_some_and(|(_, u)| u.uguale(v)))
            }
            _ => false,
        }
    }
}

const RISERVATO: &str = "$serde_json::private::";

/// The library may write the exponent in its own way, not the digits.
fn cifre(numero: &str) -> String {
    numero.to_ascii_lowercase().replace("e+", "e")
}

struct Membri;

impl<'de> Visitor<'de> for Membri {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut mappa: A) -> Result<Self::Value, A::Error> {
        let mut membri = Vec::new();
        while let Some(m) = mappa.next_entry()? {
            membri.push(m);
        }
        Ok(membri)
    }
}
