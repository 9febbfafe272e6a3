//! The words a schema is written with: small functions that say what a reader accepts or a writer
//! sends, in the vocabulary of OpenAPI 3.0.

use serde_json::{Map, Value, json};

/// A schema. One with a name stands once in the document and is referred to from there on.
#[derive(Debug, Clone)]
pub(crate) struct Schema(pub(super) Value);

/// Member under which a named schema keeps its name until the document is put together.
pub(super) const NOME: &str = "x-nome";

impl Schema {
    /// What the value is.
    pub(crate) fn nota(self, testo: &str) -> Self {
        self.con("description", testo.into())
    }

    /// A value that the reader accepts, or the writer sends.
    pub(crate) fn esempio(self, v: Value) -> Self {
        self.con("example", v)
    }

    /// Any value.
    pub(crate) fn valore() -> Self {
        Self(json!({}))
    }

    /// A boolean.
    pub(crate) fn booleano() -> Self {
        Self(json!({ "type": "boolean" }))
    }

    fn con(mut self, nome: &str, v: Value) -> Self {
        self.0[nome] = v;
        self
    }
}

/// A member of an object.
#[derive(Debug, Clone)]
pub(crate) struct Membro {
    nome: &'static str,
    schema: Schema,
    dovuto: bool,
}

impl Membro {
    /// A body must have it; an answer always does.
    pub(crate) const fn dovuto(mut self) -> Self {
        self.dovuto = true;
        self
    }

    /// What it is.
    pub(crate) fn nota(self, testo: &str) -> Self {
        Self { schema: self.schema.nota(testo), ..self }
    }

    /// The value it has when it is absent.
    pub(crate) fn predefinito(self, v: impl Into<Value>) -> Self {
        Self { schema: self.schema.con("default", v.into()), ..self }
    }

    /// A value for the examples.
    pub(crate) fn esempio(self, v: impl Into<Value>) -> Self {
        Self { schema: self.schema.esempio(v.into()), ..self }
    }
}

impl Membro {
    /// As a parameter of a request.
    pub(super) fn parametro(self, dove: &str) -> Value {
        let mut schema = self.schema.0;
        let mut p = json!({ "name": self.nome, "in": dove, "required": self.dovuto });
        if let Some(nota) = schema.as_object_mut().and_then(|s| s.shift_remove("description")) {
            p["description"] = nota;
        }
        p["schema"] = schema;
        p
    }
}

/// An object with these members and no others.
pub(crate) fn oggetto(nome: &'static str, membri: impl IntoIterator<Item = Membro>) -> Schema {
    let mut proprieta = Map::new();
    let mut dovuti = Vec::new();
    for m in membri {
        if m.dovuto {
            dovuti.push(Value::from(m.nome));
        }
        proprieta.insert(m.nome.to_owned(), m.schema.0);
    }
    let mut s = json!({ NOME: nome, "type": "object" });
    if !dovuti.is_empty() {
        s["required"] = dovuti.into();
    }
    s["properties"] = Value::Object(proprieta);
    s["additionalProperties"] = false.into();
    Schema(s)
}

/// An object whose members are not ours to say.
pub(crate) fn qualsiasi() -> Schema {
    Schema(json!({ "type": "object", "additionalProperties": true }))
}

/// A text.
pub(crate) fn stringa() -> Schema {
    Schema(json!({ "type": "string" }))
}

/// A text that matches a pattern as a whole.
pub(crate) fn conforme(modello: &str, esempio: &str) -> Schema {
    Schema(json!({ "type": "string", "pattern": format!("^(?:{modello})$"), "example": esempio }))
}

/// One of these texts.
pub(crate) fn uno_di(codici: &[&str]) -> Schema {
    Schema(json!({ "type": "string", "enum": codici }))
}

/// Values of a kind, one after the other.
#[expect(clippy::needless_pass_by_value, reason = "a schema is built where it is used")]
pub(crate) fn elenco(elementi: Schema) -> Schema {
    Schema(json!({ "type": "array", "items": elementi.0 }))
}

/// A value of one of these kinds.
pub(crate) fn oppure(forme: impl IntoIterator<Item = Schema>) -> Schema {
    Schema(json!({ "oneOf": forme.into_iter().map(|s| s.0).collect::<Vec<_>>() }))
}

/// A member with a schema of its own.
pub(crate) const fn membro(nome: &'static str, schema: Schema) -> Membro {
    Membro { nome, schema, dovuto: false }
}

/// A text of any length.
pub(crate) fn libero(nome: &'static str) -> Membro {
    membro(nome, stringa())
}

/// A text of `min` to `max` characters.
pub(crate) fn testo(nome: &'static str, min: u32, max: u32) -> Membro {
    let mut s = stringa();
    if min > 0 {
        s = s.con("minLength", min.into());
    }
    membro(nome, s.con("maxLength", max.into()))
}

/// A text that matches a pattern as a whole.
pub(crate) fn modello(nome: &'static str, modello: &str, esempio: &str) -> Membro {
    membro(nome, conforme(modello, esempio))
}

/// A code of an enumeration.
pub(crate) fn codice(nome: &'static str, codici: &[&str]) -> Membro {
    membro(nome, uno_di(codici))
}

/// A boolean.
pub(crate) fn booleano(nome: &'static str) -> Membro {
    membro(nome, Schema::booleano())
}

/// A whole number.
pub(crate) fn intero(nome: &'static str) -> Membro {
    membro(nome, Schema(json!({ "type": "integer", "format": "int64" })))
}

/// A whole number from `min` on.
pub(crate) fn intero_da(nome: &'static str, min: i64) -> Membro {
    membro(nome, Schema(json!({ "type": "integer", "format": "int64", "minimum": min })))
}

/// A number between `min` and `max`.
pub(crate) fn numero(nome: &'static str, min: i64, max: i64) -> Membro {
    membro(nome, Schema(json!({ "type": "number", "minimum": min, "maximum": max })))
}

/// An amount in euro, two decimals.
pub(crate) fn importo(nome: &'static str) -> Membro {
    membro(nome, Schema(json!({ "type": "number", "example": 45.01 })))
}

/// An absolute address, `http` or `https`.
pub(crate) fn url(nome: &'static str, max: u32) -> Membro {
    let s = json!({
        "type": "string", "format": "uri", "minLength": 1, "maxLength": max,
        "example": "https://www.example.org/servizio"
    });
    membro(nome, Schema(s))
}

/// A day, `yyyy-MM-dd`.
pub(crate) fn giorno(nome: &'static str) -> Membro {
    membro(nome, Schema(json!({ "type": "string", "format": "date", "example": "2026-12-31" })))
}

/// An instant with its offset.
pub(crate) fn istante(nome: &'static str) -> Membro {
    membro(nome, stringa().esempio("2026-11-21T10:30:00.000+0100".into()))
}

/// Values of a kind, one after the other.
pub(crate) fn lista(nome: &'static str, elementi: Schema) -> Membro {
    membro(nome, elenco(elementi))
}

/// Values of a kind, between `min` and `max` of them.
pub(crate) fn lista_di(nome: &'static str, elementi: Schema, min: u32, max: u32) -> Membro {
    let mut s = elenco(elementi);
    if min > 0 {
        s = s.con("minItems", min.into());
    }
    membro(nome, s.con("maxItems", max.into()))
}

/// Values of a kind, at least `min` of them.
pub(crate) fn lista_da(nome: &'static str, elementi: Schema, min: u32) -> Membro {
    membro(nome, elenco(elementi).con("minItems", min.into()))
}
