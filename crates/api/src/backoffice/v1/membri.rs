//! Rendering: an object whose absent members are left out.

use serde_json::{Map, Value};

/// Members of an answer in the order they are put.
#[derive(Default)]
pub(super) struct Membri(Map<String, Value>);

impl Membri {
    /// None yet.
    pub(super) fn nuovi() -> Self {
        Self::default()
    }

    /// Puts a member.
    pub(super) fn con(mut self, nome: &str, v: impl Into<Value>) -> Self {
        self.0.insert(nome.to_owned(), v.into());
        self
    }

    /// Puts a member if there is a value.
    pub(super) fn se<V: Into<Value>>(self, nome: &str, v: Option<V>) -> Self {
        match v {
            Some(v) => self.con(nome, v),
            None => self,
        }
    }

    /// Puts all members of another object.
    pub(super) fn e(mut self, altri: Self) -> Self {
        self.0.extend(altri.0);
        self
    }

    /// Puts the members of a stored JSON object.
    pub(super) fn e_mappa(mut self, altri: Map<String, Value>) -> Self {
        self.0.extend(altri);
        self
    }
}

impl From<Membri> for Value {
    fn from(m: Membri) -> Self {
        Self::Object(m.0)
    }
}

impl From<Membri> for Map<String, Value> {
    fn from(m: Membri) -> Self {
        m.0
    }
}

/// A JSON object that we stored ourselves.
pub(super) fn mappa(testo: &str) -> Map<String, Value> {
    serde_json::from_str(testo).unwrap_or_default()
}
