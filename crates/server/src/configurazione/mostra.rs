//! The effective configuration as text, without secrets.

use super::Configurazione;
use figment::value::{Dict, Num, Value};

/// Keys whose value is never shown.
const SEGRETI: [&str; 5] = [
    "admin_password",
    "pagopa_basic_password",
    "pagopa_api_key",
    "database.encryption_key",
    "ldap.bind_password",
];

/// The configuration as TOML, secrets as `***`.
#[must_use]
pub fn mostra(c: &Configurazione) -> String {
    let mut testo = String::new();
    if let Ok(valore) = Value::serialize(c)
        && let Some(dict) = valore.as_dict()
    {
        scrivi(dict, "", &mut testo);
    }
    testo
}

fn scrivi(dict: &Dict, sezione: &str, testo: &mut String) {
    for (nome, valore) in dict {
        if valore.as_dict().is_none() {
            let chiave = if sezione.is_empty() { nome.clone() } else { format!("{sezione}.{nome}") };
            testo.push_str(&format!("{nome} = {}\n", uno(&chiave, valore)));
        }
    }
    for (nome, valore) in dict {
        if let Some(sotto) = valore.as_dict() {
            testo.push_str(&format!("\n[{nome}]\n"));
            scrivi(sotto, nome, testo);
        }
    }
}

fn uno(chiave: &str, valore: &Value) -> String {
    match valore {
        Value::String(_, s) if SEGRETI.contains(&chiave) && !s.is_empty() => "\"***\"".to_owned(),
        Value::String(_, s) if chiave == "database_url" => format!("{:?}", mostra_url(s)),
        Value::String(_, s) => format!("{s:?}"),
        Value::Array(_, a) => {
            format!("[{}]", a.iter().map(|v| uno(chiave, v)).collect::<Vec<_>>().join(", "))
        }
        Value::Bool(_, b) => b.to_string(),
        Value::Num(_, n) => numero(*n),
        Value::Char(_, c) => format!("{:?}", c.to_string()),
        Value::Empty(..) | Value::Dict(..) => "\"\"".to_owned(),
    }
}

fn numero(n: Num) -> String {
    n.to_i128()
        .map_or_else(|| n.to_u128().map_or_else(|| format!("{n:?}"), |n| n.to_string()), |n| n.to_string())
}

/// A database URL without its password: `postgres://user:***@host/name`.
pub fn mostra_url(url: &str) -> String {
    let Some((schema, resto)) = url.split_once("://") else { return url.to_owned() };
    let Some((credenziali, ospite)) = resto.rsplit_once('@') else { return url.to_owned() };
    match credenziali.split_once(':') {
        Some((utente, _)) => format!("{schema}://{utente}:***@{ospite}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configurazione::Segreto;

    #[test]
    fn i_segreti_non_si_vedono() {
        let mut c = Configurazione {
            admin_password: Segreto::nuovo("Segreta-1"),
            pagopa_basic_password: Segreto::nuovo("Segreta-2"),
            database_url: "postgres://gov:Segreta@4@db/govpay".to_owned(),
            ..Configurazione::default()
        };
        c.database.encryption_key = Segreto::nuovo("Segreta-3");
        c.ldap.bind_password = Segreto::nuovo("Segreta-4");
        let testo = mostra(&c);
        assert!(!testo.contains("Segreta"), "{testo}");
        assert!(testo.contains("database_url = \"postgres://gov:***@db/govpay\"\n"), "{testo}");
        assert!(testo.contains("listen = \"127.0.0.1:8080\"\n") && testo.contains("\n[http]\n"), "{testo}");
        assert!(testo.contains("auth_families = [\"basic\", \"ssl\", \"form\"]\n"), "{testo}");
        assert!(testo.contains("max_connections = 1024\n"), "{testo}");
    }
}
