//! JSON Schemas of the portals, compiled when they are stored so that a wrong one is refused then.

use engine::pendenze::Schema;

/// Whether a base64 text holds a JSON Schema that compiles.
pub(super) fn compila(base64: &str) -> bool {
    Schema::da_base64(base64).is_ok()
}
