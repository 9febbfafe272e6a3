//! Secrets in the bodies of API Backoffice: master data carry passwords and connector credentials,
//! and its writes are recorded with their payload (spec 10 section 8).

use serde_json::Value;

/// Members whose value is a secret, wherever they stand (spec 10 sections 5 to 8). A boolean
/// `password` (set or not, as GET shows it) tells nothing and stays.
const SEGRETI: &[&str] = &[
    "password",
    "clientSecret",
    "apiKey",
    "headerValue",
    "subscriptionKey",
    "secretKey",
    "ksPassword",
    "ksPKeyPasswd",
    "tsPassword",
];
/// What stands in their place.
pub(crate) const MASCHERA: &str = "***";
/// What is kept of a body that may hold secrets and cannot be read.
const ILLEGGIBILE: &[u8] = b"[contenuto non leggibile, non conservato: puo' contenere segreti]";

/// The body without its secrets. A body that holds none comes back byte for byte.
pub(super) fn maschera_corpo(corpo: Vec<u8>) -> Vec<u8> {
    let Ok(mut v) = serde_json::from_slice::<Value>(&corpo) else {
        // Malformed, or cut because it was too long: nobody can say what is in it.
        return if puo_contenerne(&corpo) { ILLEGGIBILE.to_vec() } else { corpo };
    };
    if maschera(&mut v) { serde_json::to_vec(&v).unwrap_or_default() } else { corpo }
}

fn puo_contenerne(corpo: &[u8]) -> bool {
    let testo = String::from_utf8_lossy(corpo).to_ascii_lowercase();
    SEGRETI.iter().any(|s| testo.contains(&s.to_ascii_lowercase()))
}

fn maschera(v: &mut Value) -> bool {
    match v {
        Value::Object(membri) => {
            // PATCH: the value of an operation on a path that names a secret.
            // However it is spelt, and whatever the value is called: what was refused is kept too.
            let percorso_segreto =
                membri.get("path").and_then(Value::as_str).is_some_and(|p| puo_contenerne(p.as_bytes()));
            let mut trovati = false;
            for (nome, valore) in membri.iter_mut() {
                let segreto = SEGRETI.contains(&nome.as_str())
                    || (percorso_segreto && !matches!(nome.as_str(), "op" | "path"));
                if segreto && !matches!(valore, Value::Null | Value::Bool(_)) {
                    *valore = Value::String(MASCHERA.to_owned());
                    trovati = true;
                } else if maschera(valore) {
                    trovati = true;
                }
            }
            trovati
        }
        Value::Array(elementi) => elementi.iter_mut().map(maschera).fold(false, |a, b| a | b),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Puts `***` in place of every secret of a value; gives their paths and what they were.
pub(crate) fn estrai_segreti(v: &mut Value) -> Vec<(String, String)> {
    let mut trovati = Vec::new();
    estrai(v, "", &mut trovati);
    trovati
}

fn estrai(v: &mut Value, dove: &str, trovati: &mut Vec<(String, String)>) {
    let in_fondo = |nome: &str| if dove.is_empty() { nome.to_owned() } else { format!("{dove}.{nome}") };
    match v {
        Value::Object(membri) => {
            for (nome, valore) in membri.iter_mut() {
                if SEGRETI.contains(&nome.as_str()) && !matches!(valore, Value::Null | Value::Bool(_)) {
                    let testo = valore.as_str().map_or_else(|| valore.to_string(), str::to_owned);
                    trovati.push((in_fondo(nome), testo));
                    *valore = Value::String(MASCHERA.to_owned());
                } else {
                    estrai(valore, &in_fondo(nome), trovati);
                }
            }
        }
        Value::Array(elementi) => {
            for (i, e) in elementi.iter_mut().enumerate() {
                estrai(e, &in_fondo(&i.to_string()), trovati);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mascherato(t: &str) -> String {
        String::from_utf8(maschera_corpo(t.as_bytes().to_vec())).expect("testo")
    }

    #[test]
    fn i_segreti_si_coprono_ovunque_siano() {
        assert_eq!(
            mascherato(
                r#"{"principal":"p","password":"x","servizioIntegrazione":{"auth":{"username":"u","password":7}}}"#
            ),
            r#"{"principal":"p","password":"***","servizioIntegrazione":{"auth":{"username":"u","password":"***"}}}"#
        );
        assert_eq!(
            mascherato(
                r#"[{"op":"REPLACE","path":"/password","value":"x"},{"op":"ADD","path":"/acl","value":"y"}]"#
            ),
            r#"[{"op":"REPLACE","path":"/password","value":"***"},{"op":"ADD","path":"/acl","value":"y"}]"#
        );
    }

    #[test]
    fn anche_cio_che_fu_rifiutato_perche_scritto_male() {
        for t in [
            r#"[{"op":"REPLACE","path":"password","value":"visibile"}]"#,
            r#"[{"op":"REPLACE","path":"/Password/","value":["visibile"]}]"#,
            r#"[{"op":"REPLACE","path":"/password","valore":"visibile"}]"#,
        ] {
            assert!(!mascherato(t).contains("visibile"), "{t}");
        }
    }

    #[test]
    fn i_segreti_estratti_dicono_dove_stavano() {
        let mut v =
            serde_json::json!({"a": [{"password": "x"}], "auth": {"apiKey": 7, "apiId": "i"}, "b": 1});
        assert_eq!(
            estrai_segreti(&mut v),
            [("a.0.password".to_owned(), "x".to_owned()), ("auth.apiKey".to_owned(), "7".to_owned())]
        );
        let atteso = r#"{"a":[{"password":"***"}],"auth":{"apiKey":"***","apiId":"i"},"b":1}"#;
        assert_eq!(v.to_string(), atteso);
    }

    #[test]
    fn il_resto_resta_com_e() {
        for t in [r#"{ "password" : true, "importo":10.50 }"#, "{\"a\":", "testo"] {
            assert_eq!(mascherato(t), t);
        }
    }

    #[test]
    fn di_un_corpo_rotto_con_segreti_non_resta_nulla() {
        assert!(!mascherato(r#"{"password":"visibile","#).contains("visibile"));
    }
}
