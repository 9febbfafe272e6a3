use crate::numeri::importo_json;
use domain::Importo;
use jiff::civil::Date;
use serde_json::{Map, Value};

/// The members of an object, those with a value only.
pub(super) struct Membri(Map<String, Value>);

impl Membri {
    pub(super) fn nuovi() -> Self {
        Self(Map::new())
    }

    pub(super) const fn di(m: Map<String, Value>) -> Self {
        Self(m)
    }

    pub(super) fn con(&mut self, nome: &str, v: impl Into<Value>) -> &mut Self {
        self.0.insert(nome.to_owned(), v.into());
        self
    }

    pub(super) fn se<V: Into<Value>>(&mut self, nome: &str, v: Option<V>) -> &mut Self {
        if let Some(v) = v {
            self.con(nome, v);
        }
        self
    }

    /// A JSON text that we have stored.
    pub(super) fn json(&mut self, nome: &str, testo: Option<&str>) -> &mut Self {
        self.se(nome, testo.and_then(|t| serde_json::from_str::<Value>(t).ok()))
    }

    pub(super) fn importo(&mut self, nome: &str, i: Importo) -> &mut Self {
        self.con(nome, Value::Number(importo_json(i)))
    }

    pub(super) fn data(&mut self, nome: &str, d: Option<Date>) -> &mut Self {
        self.se(nome, d.map(|d| d.to_string()))
    }

    pub(super) fn mappa(self) -> Map<String, Value> {
        self.0
    }

    pub(super) fn chiudi(self) -> Value {
        Value::Object(self.0)
    }
}
