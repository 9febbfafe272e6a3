//! An OpenAPI document, ours or a published one: its operations, and what it has against an answer.

use serde_json::{Map, Value, json};
use std::sync::OnceLock;
use testkit::Risposta;

/// A document and how to look things up in it.
pub(super) struct Contratto {
    pub(super) radice: Value,
    /// Every named schema as JSON Schema.
    schemi: OnceLock<Value>,
}

const METODI: [&str; 5] = ["get", "put", "post", "patch", "delete"];

impl Contratto {
    pub(super) const fn nuovo(radice: Value) -> Self {
        Self { radice, schemi: OnceLock::new() }
    }

    /// What a reference stands for.
    pub(super) fn risolvi<'a>(&'a self, v: &'a Value) -> &'a Value {
        match v.get("$ref").and_then(Value::as_str) {
            Some(r) => {
                let puntatore = r.strip_prefix('#').expect("un riferimento dentro il documento");
                self.risolvi(self.radice.pointer(puntatore).unwrap_or_else(|| panic!("{r} non c'e'")))
            }
            None => v,
        }
    }

    /// Method, address, operation.
    pub(super) fn operazioni(&self) -> Vec<(String, String, &Value)> {
        let mut tutte = Vec::new();
        for (percorso, metodi) in self.radice["paths"].as_object().expect("dei percorsi") {
            for (metodo, op) in metodi.as_object().expect("dei metodi") {
                if METODI.contains(&metodo.as_str()) {
                    tutte.push((metodo.clone(), percorso.clone(), op));
                }
            }
        }
        tutte
    }

    /// The operation that serves a call: the one with the fewest parameters among those that fit.
    pub(super) fn trova(&self, metodo: &str, percorso: &str) -> Option<(String, &Value)> {
        let percorso = percorso.split('?').next().unwrap_or_default();
        let mut adatte: Vec<_> = self
            .operazioni()
            .into_iter()
            .filter(|(m, p, _)| m == metodo && combacia(p, percorso))
            .map(|(_, p, op)| (p.matches('{').count(), p, op))
            .collect();
        adatte.sort_by_key(|(n, ..)| *n);
        adatte.into_iter().next().map(|(_, p, op)| (p, op))
    }

    /// Why an answer is not one of the operation; nothing when it is. A success with another status than
    /// the declared one is looked at all the same.
    pub(super) fn giudica(&self, op: &Value, r: &Risposta) -> Vec<String> {
        let risposte = op["responses"].as_object().expect("delle risposte");
        let stato = r.stato().to_string();
        let mut detti = Vec::new();
        let dichiarata = risposte.get(&stato).or_else(|| risposte.get("default")).or_else(|| {
            detti.push(format!("stato {stato} non dichiarato"));
            let riesce = |s: &str| s.starts_with('2');
            risposte.iter().find(|(s, _)| riesce(s) && riesce(&stato)).map(|(_, r)| r)
        });
        let Some(dichiarata) = dichiarata else { return detti };
        let contenuti = self.risolvi(dichiarata).get("content").and_then(Value::as_object);
        detti.extend(match contenuti {
            Some(contenuti) => self.giudica_corpo(contenuti, r),
            None if r.corpo().is_empty() => Vec::new(),
            None => vec![format!("corpo inatteso: {}", r.testo())],
        });
        detti
    }

    fn giudica_corpo(&self, contenuti: &Map<String, Value>, r: &Risposta) -> Vec<String> {
        let tipo = r.intestazione("Content-Type").unwrap_or_default();
        let tipo = tipo.split(';').next().unwrap_or_default();
        let Some(contenuto) = contenuti.get(tipo).or_else(|| contenuti.get("*/*")) else {
            return vec![format!("tipo {tipo:?} non dichiarato")];
        };
        match contenuto.get("schema") {
            Some(schema) if tipo.ends_with("json") => self.errori(schema, &r.json()),
            _ => Vec::new(),
        }
    }

    /// What a schema has against a value: where it stands, what is wrong.
    pub(super) fn errori(&self, schema: &Value, v: &Value) -> Vec<String> {
        let mut radice = in_json_schema(schema, true);
        radice["components"] = json!({ "schemas": self.schemi.get_or_init(|| self.schemi()) });
        let giudice = jsonschema::draft202012::new(&radice).expect("uno schema che si compila");
        let errori: Vec<(String, String)> =
            giudice.iter_errors(v).map(|e| (e.instance_path().to_string(), e.to_string())).collect();
        let conseguenza = |detto: &str| detto.starts_with("Unevaluated properties");
        // A member that is wrong makes those around it look unknown: only the first thing is told.
        let nasconde = |dove: &str| {
            errori.iter().any(|(altro, detto)| {
                let resto = altro.strip_prefix(dove);
                resto.is_some_and(|r| r.starts_with('/') || (r.is_empty() && !conseguenza(detto)))
            })
        };
        let visibili = errori.iter().filter(|(dove, detto)| !(conseguenza(detto) && nasconde(dove)));
        visibili.map(|(dove, detto)| format!("{dove}: {detto}")).collect()
    }

    /// Every named schema in two forms: closed, and open for those that add members to it.
    fn schemi(&self) -> Value {
        let mut fatti = Map::new();
        for (nome, s) in self.radice["components"]["schemas"].as_object().into_iter().flatten() {
            fatti.insert(nome.clone(), in_json_schema(s, true));
            fatti.insert(format!("{nome}{APERTO}"), in_json_schema(s, false));
        }
        Value::Object(fatti)
    }
}

const APERTO: &str = "__aperto";

/// Whether an address fits one with parameters.
fn combacia(modello: &str, percorso: &str) -> bool {
    let (m, p): (Vec<_>, Vec<_>) = (modello.split('/').collect(), percorso.split('/').collect());
    m.len() == p.len() && m.iter().zip(&p).all(|(m, p)| m.starts_with('{') || m == p)
}

/// A schema of OpenAPI 3.0 as JSON Schema 2020-12. `chiuso`: members that it does not name are
/// refused, wherever they stand.
fn in_json_schema(s: &Value, chiuso: bool) -> Value {
    let Some(o) = s.as_object() else { return s.clone() };
    let mut fatto = Map::new();
    for (k, v) in o {
        let nuovo = match k.as_str() {
            "example" | "xml" | "discriminator" | "nullable" | "deprecated" | "externalDocs" | "default" => {
                continue;
            }
            "properties" => v
                .as_object()
                .into_iter()
                .flatten()
                .map(|(n, v)| (n.clone(), in_json_schema(v, true)))
                .collect(),
            "allOf" => v.as_array().into_iter().flatten().map(|v| in_json_schema(v, false)).collect(),
            // Where other members stand beside them, the forms are open and the whole is closed.
            "oneOf" | "anyOf" => {
                let chiusi = chiuso && !o.contains_key("properties") && !o.contains_key("allOf");
                v.as_array().into_iter().flatten().map(|v| in_json_schema(v, chiusi)).collect()
            }
            "items" | "not" | "additionalProperties" => in_json_schema(v, true),
            "$ref" if !chiuso => format!("{}{APERTO}", v.as_str().unwrap_or_default()).into(),
            "exclusiveMinimum" | "exclusiveMaximum" if v.is_boolean() => continue,
            "type" if o.get("nullable") == Some(&Value::Bool(true)) => json!([v, "null"]),
            _ => v.clone(),
        };
        fatto.insert(k.clone(), nuovo);
    }
    let oggetto = o.contains_key("properties") || o.contains_key("allOf");
    if oggetto && chiuso && !o.contains_key("additionalProperties") {
        fatto.insert("unevaluatedProperties".to_owned(), false.into());
    }
    Value::Object(fatto)
}
