//! A JSON value as YAML 1.2: block maps and lists, texts in double quotes where they need them.

use serde_json::Value;
use std::fmt::Write as _;

/// Writes a document.
pub(super) fn scrivi(v: &Value) -> String {
    let mut s = String::new();
    valore(&mut s, v, 0);
    s
}

fn valore(s: &mut String, v: &Value, rientro: usize) {
    match v {
        Value::Object(o) if !o.is_empty() => {
            for (k, v) in o {
                let _ = write!(s, "{:rientro$}{}:", "", testo(k));
                annidato(s, v, rientro);
            }
        }
        Value::Array(a) if !a.is_empty() => {
            for v in a {
                let _ = write!(s, "{:rientro$}-", "");
                annidato(s, v, rientro);
            }
        }
        Value::String(t) => {
            let _ = writeln!(s, "{}", testo(t));
        }
        // Scalars and empty collections are written as JSON writes them.
        altro => {
            let _ = writeln!(s, "{altro}");
        }
    }
}

/// What follows a key or a dash.
fn annidato(s: &mut String, v: &Value, rientro: usize) {
    let blocco = match v {
        Value::Object(o) => !o.is_empty(),
        Value::Array(a) => !a.is_empty(),
        _ => false,
    };
    if blocco {
        s.push('\n');
        valore(s, v, rientro + 2);
    } else {
        s.push(' ');
        valore(s, v, 0);
    }
}

/// A text: as it is when no reader can take it for something else, else as JSON, which is YAML too.
fn testo(t: &str) -> String {
    let semplice = t.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'$' || b == b'/')
        && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"_$/-.{}".contains(&b))
        && !matches!(
            t.to_ascii_lowercase().as_str(),
            "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
        );
    if semplice { t.to_owned() } else { Value::from(t).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn quello_che_puo_ingannare_va_tra_virgolette() {
        let v = json!({
            "a": {"b": [1, "1", "no", "testo con: segni", {"c": [], "d": {}}], "200": null},
            "perché": "è \"così\"\n", "vuoto": ""
        });
        let atteso = "a:\n  b:\n    - 1\n    - \"1\"\n    - \"no\"\n    - \"testo con: segni\"\n    -\n      \
                      c: []\n      d: {}\n  \"200\": null\n\"perché\": \"è \\\"così\\\"\\n\"\nvuoto: \"\"\n";
        assert_eq!(scrivi(&v), atteso);
    }
}
