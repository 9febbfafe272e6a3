//! What a payer is not told of who paid (spec 30 10.4).

use engine::Chiamante;
use engine::chiamante::Natura;
use serde_json::{Map, Value, json};

/// Members of a subject, in the receipts of the Node: all of them, those without a value are null.
const ANAGRAFICA: &[&str] = &[
    "uniqueIdentifier",
    "fullName",
    "streetName",
    "civicNumber",
    "postalCode",
    "city",
    "stateProvinceRegion",
    "country",
    "e-mail",
];

/// An attempt as the caller sees it: to a citizen he himself has paid, whoever did, so that the payer stays
/// hidden from the debtor.
pub(super) fn come_le_vede(chi: &Chiamante, rpp: &mut Value) {
    let Natura::Cittadino(_) = &chi.natura else { return };
    let Some(rt) = rpp.get_mut("rt").and_then(Value::as_object_mut) else { return };
    let email = rt.get("payer").and_then(|p| p.get("e-mail")).cloned().unwrap_or(Value::Null);
    rt.insert("payer".to_owned(), versante(chi, email));
}

fn versante(chi: &Chiamante, email: Value) -> Value {
    let mut v: Map<String, Value> = ANAGRAFICA.iter().map(|m| ((*m).to_owned(), Value::Null)).collect();
    v.insert(
        "uniqueIdentifier".to_owned(),
        json!({
            "entityUniqueIdentifierType": "F", "entityUniqueIdentifierValue": chi.utenza.principal,
        }),
    );
    v.insert("fullName".to_owned(), chi.nome_e_cognome().into());
    v.insert("e-mail".to_owned(), email);
    Value::Object(v)
}
