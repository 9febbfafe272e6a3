//! JSON Schemas of the portals, compiled when they are stored so that a wrong one is refused then.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Whether a base64 text holds a JSON Schema that compiles. References to other documents are never
/// followed: a schema with one does not compile.
pub(super) fn compila(base64: &str) -> bool {
    let Ok(bytes) = STANDARD.decode(base64.trim()) else { return false };
    let Ok(schema) = serde_json::from_slice::<serde_json::Value>(&bytes) else { return false };
    jsonschema::validator_for(&schema).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uno_schema_si_compila_o_si_rifiuta() {
        for (schema, atteso) in [
            (r#"{"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}"#, true),
            (r#"{"$schema": "http://json-schema.org/draft-04/schema#", "type": "object"}"#, true),
            (r#"{"type": "oggetto"}"#, false),
            (r#"{"$ref": "http://127.0.0.1:1/x.json"}"#, false),
            (r#"{"pattern": "[" }"#, false),
            ("non json", false),
        ] {
            assert_eq!(compila(&STANDARD.encode(schema)), atteso, "{schema}");
        }
        assert!(!compila("%%%"));
    }
}
