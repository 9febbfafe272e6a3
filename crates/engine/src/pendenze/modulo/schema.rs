//! The JSON Schema that checks what is entered in a form (spec 20 section 10 step 2).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::Value;
use std::collections::HashSet;
use std::fmt::{self, Write as _};

/// Bytes of a schema.
const MASSIMO: usize = 256 << 10;
/// How deep a schema may go: its own depth, as often as it refers to something.
const PESO: usize = 2000;
/// How deep an input may go.
const LIVELLI: usize = 40;
/// Bytes of the stack on which schemas are compiled and used: what is within the bounds above fits.
const PILA: usize = 256 << 20;
/// Steps back of one search of a pattern.
const PASSI: usize = 200_000;
/// Bytes of a compiled pattern.
const REGEX: usize = 1 << 20;
/// Messages of one input.
const MESSAGGI: usize = 100;
/// Characters of a message.
const MESSAGGIO: usize = 300;

/// A compiled schema. References to other documents are never followed: a schema with one does not compile.
#[derive(Debug)]
pub struct Schema(Validator);

/// Why an input does not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difetto {
    /// It breaks the schema: all messages, joined by commas.
    NonConforme(String),
    /// It could not be decided.
    NonDeciso(String),
}

impl Schema {
    /// Compiles a schema as it is stored: base64, sometimes between double quotes.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn da_base64(conservato: &str) -> Result<Self, String> {
        let nudo = conservato.trim();
        let nudo = nudo.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(nudo);
        let stretto: String = nudo.chars().filter(|c| !c.is_whitespace()).collect();
        let byte = BASE64_STANDARD.decode(stretto).map_err(|_| "lo schema non e' in base64".to_owned())?;
        Self::leggi(&byte)
    }

    /// Compiles the text of a schema. What names no version of the language is of draft 7.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn leggi(byte: &[u8]) -> Result<Self, String> {
        if byte.len() > MASSIMO {
            return Err(format!("lo schema supera {MASSIMO} byte"));
        }
        let schema = contratto::json::leggi_corpo(byte).map_err(|e| e.0)?;
        let mut riferimenti = HashSet::new();
        raccogli(&schema, &mut riferimenti);
        if (riferimenti.len() + 1) * livelli(&schema) > PESO {
            return Err("lo schema ha troppi riferimenti, o troppo annidati".to_owned());
        }
        let regole =
            PatternOptions::fancy_regex().backtrack_limit(PASSI).size_limit(REGEX).dfa_size_limit(REGEX);
        let mut opzioni = jsonschema::options().offline().with_pattern_options(regole);
        if schema.get("$schema").is_none() {
            opzioni = opzioni.with_draft(Draft::Draft7);
        }
        in_profondita(|| opzioni.build(&schema).map(Self).map_err(|e| breve(&e))).unwrap_or_else(Err)
    }

    /// Checks an input.
    ///
    /// # Errors
    /// [`Difetto`].
    pub fn controlla(&self, valore: &Value) -> Result<(), Difetto> {
        if livelli(valore) > LIVELLI {
            return Err(Difetto::NonConforme(format!("richiesta annidata oltre {LIVELLI} livelli")));
        }
        in_profondita(|| self.confronta(valore)).unwrap_or_else(|e| Err(Difetto::NonDeciso(e)))
    }

    fn confronta(&self, valore: &Value) -> Result<(), Difetto> {
        let mut messaggi = Vec::new();
        for e in self.0.iter_errors(valore).take(MESSAGGI) {
            if matches!(e.kind(), ValidationErrorKind::BacktrackLimitExceeded { .. }) {
                return Err(Difetto::NonDeciso(breve(&e)));
            }
            let dove = e.instance_path().to_string();
            messaggi.push(if dove.is_empty() { breve(&e) } else { breve(&format_args!("{dove}: {e}")) });
        }
        if messaggi.is_empty() { Ok(()) } else { Err(Difetto::NonConforme(messaggi.join(","))) }
    }
}

/// Does something on a stack of its own: a schema is walked by functions that call themselves.
fn in_profondita<T: Send>(cosa: impl FnOnce() -> T + Send) -> Result<T, String> {
    std::thread::scope(|s| {
        let filo = std::thread::Builder::new().name("schema".to_owned()).stack_size(PILA);
        let filo = filo.spawn_scoped(s, cosa).map_err(|e| format!("elaborazione non possibile: {e}"))?;
        filo.join().map_err(|_| "elaborazione interrotta".to_owned())
    })
}

/// How deep a document goes.
fn livelli(v: &Value) -> usize {
    match v {
        Value::Object(m) => 1 + m.values().map(livelli).max().unwrap_or(0),
        Value::Array(a) => 1 + a.iter().map(livelli).max().unwrap_or(0),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// The targets of the references, wherever the word stands.
fn raccogli<'v>(v: &'v Value, riferimenti: &mut HashSet<&'v str>) {
    match v {
        Value::Object(m) => {
            for (nome, v) in m {
                if let (true, Value::String(dove)) = (nome.ends_with("Ref") || nome == "$ref", v) {
                    riferimenti.insert(dove);
                }
                raccogli(v, riferimenti);
            }
        }
        Value::Array(a) => a.iter().for_each(|v| raccogli(v, riferimenti)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The beginning of a text: a message repeats the value that it is about, however long.
fn breve(cosa: &dyn fmt::Display) -> String {
    struct Corta {
        testo: String,
        restano: usize,
    }
    impl fmt::Write for Corta {
        fn write_str(&mut self, s: &str) -> fmt::Result {
            for c in s.chars() {
                if self.restano == 0 {
                    self.testo.push_str("...");
                    return Err(fmt::Error);
                }
                self.restano -= 1;
                self.testo.push(c);
            }
            Ok(())
        }
    }
    let mut corta = Corta { testo: String::new(), restano: MESSAGGIO };
    // It fails when it is full, which is what it is for.
    let _ = write!(corta, "{cosa}");
    corta.testo
}

#[cfg(test)]
#[path = "schema_test.rs"]
mod tests;
