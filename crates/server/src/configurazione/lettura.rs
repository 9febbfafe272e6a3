//! The layers of the configuration, with the source of each value in the errors.

use super::Configurazione;
use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};
use std::path::{Path, PathBuf};

/// What is wrong with the configuration, naming the key and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("configurazione: {0}")]
pub struct ErroreConfigurazione(pub String);

/// Where values come from, weakest first.
#[derive(Debug, Clone, Default)]
pub struct Fonti {
    /// TOML file.
    pub file: Option<PathBuf>,
    /// Environment variables; only those that start with `GOVPAY_` count.
    pub ambiente: Vec<(String, String)>,
    /// Flags: name as typed, key, value.
    pub opzioni: Vec<(&'static str, &'static str, String)>,
}

const PREFISSO: &str = "GOVPAY_";
const DELLE_PROVE: &str = "GOVPAY_TEST_";

/// Puts the layers together.
///
/// # Errors
/// A file that cannot be read, an unknown key, a value of the wrong kind.
pub fn leggi(fonti: &Fonti) -> Result<Configurazione, ErroreConfigurazione> {
    let predefinita = Configurazione::default();
    let valori = Value::serialize(&predefinita).map_err(|e| ErroreConfigurazione(e.to_string()))?;
    let noti = valori.as_dict().cloned().unwrap_or_default();
    let mut figment = Figment::from(figment::providers::Serialized::defaults(&predefinita));
    if let Some(file) = &fonti.file {
        let toml = da_file(file)?;
        let sorgente = format!("file {}", file.display());
        for dict in toml.data().map_err(|e| ErroreConfigurazione(format!("{sorgente}: {e}")))?.values() {
            chiavi_note(dict, &noti, "", &sorgente)?;
        }
        figment = figment.merge(toml);
    }
    let variabili =
        fonti.ambiente.iter().filter(|(n, _)| n.starts_with(PREFISSO) && !n.starts_with(DELLE_PROVE));
    for (nome, testo) in variabili {
        let chiave = nome.get(PREFISSO.len()..).unwrap_or_default().to_ascii_lowercase().replace("__", ".");
        let sorgente = format!("variabile d'ambiente {nome}");
        figment = figment.merge(uno(&noti, &chiave, testo, sorgente)?);
    }
    for (opzione, chiave, testo) in &fonti.opzioni {
        figment = figment.merge(uno(&noti, chiave, testo, format!("opzione {opzione}"))?);
    }
    figment.extract().map_err(|e| ErroreConfigurazione(descrivi(&e)))
}

fn da_file(file: &Path) -> Result<figment::providers::Data<Toml>, ErroreConfigurazione> {
    std::fs::File::open(file)
        .map_err(|e| ErroreConfigurazione(format!("il file {} non si legge: {e}", file.display())))?;
    Ok(Toml::file_exact(file))
}

/// Without the profile that figment puts in front of keys.
fn descrivi(e: &figment::Error) -> String {
    e.clone().into_iter().map(|e| e.to_string().replace("\"default.", "\"")).collect::<Vec<_>>().join("; ")
}

fn chiavi_note(dict: &Dict, noti: &Dict, prefisso: &str, sorgente: &str) -> Result<(), ErroreConfigurazione> {
    for (nome, valore) in dict {
        let chiave = if prefisso.is_empty() { nome.clone() } else { format!("{prefisso}.{nome}") };
        match (noti.get(nome), valore.as_dict()) {
            (None, _) => return Err(sconosciuta(&chiave, sorgente)),
            (Some(noto), Some(sotto)) => {
                let sotto_noti = noto.as_dict().ok_or_else(|| sconosciuta(&chiave, sorgente))?;
                chiavi_note(sotto, sotto_noti, &chiave, sorgente)?;
            }
            (Some(_), None) => {}
        }
    }
    Ok(())
}

fn sconosciuta(chiave: &str, sorgente: &str) -> ErroreConfigurazione {
    ErroreConfigurazione(format!("chiave sconosciuta `{chiave}` ({sorgente})"))
}

/// One value given as text: its kind is that of the default.
fn uno(noti: &Dict, chiave: &str, testo: &str, sorgente: String) -> Result<Uno, ErroreConfigurazione> {
    let mut livello = noti;
    let mut parti = chiave.split('.').peekable();
    let mut percorso = Vec::new();
    let noto = loop {
        let Some(parte) = parti.next() else { return Err(sconosciuta(chiave, &sorgente)) };
        percorso.push(parte.to_owned());
        match livello.get(parte) {
            Some(v) if parti.peek().is_none() && v.as_dict().is_none() => break v,
            Some(Value::Dict(_, sotto)) => livello = sotto,
            _ => return Err(sconosciuta(chiave, &sorgente)),
        }
    };
    let valore = match noto {
        Value::String(..) => Value::from(testo),
        Value::Array(..) => Value::from(
            testo.split(',').map(str::trim).filter(|t| !t.is_empty()).map(Value::from).collect::<Vec<_>>(),
        ),
        _ => testo.parse::<Value>().unwrap_or_else(|mai| match mai {}),
    };
    Ok(Uno { percorso, valore, sorgente })
}

struct Uno {
    percorso: Vec<String>,
    valore: Value,
    sorgente: String,
}

impl Provider for Uno {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.sorgente.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let mut valore = self.valore.clone();
        for parte in self.percorso.iter().rev() {
            valore = Value::from(Dict::from([(parte.clone(), valore)]));
        }
        let dict = valore.into_dict().unwrap_or_default();
        Ok(Map::from([(Profile::Default, dict)]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn con(ambiente: &[(&str, &str)], toml: Option<&str>) -> Result<Configurazione, String> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("govpay.toml");
        if let Some(t) = toml {
            std::fs::write(&file, t).unwrap();
        }
        let fonti = Fonti {
            file: toml.map(|_| file),
            ambiente: ambiente.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            opzioni: Vec::new(),
        };
        leggi(&fonti).map_err(|e| e.0)
    }

    #[test]
    fn senza_niente_valgono_i_predefiniti() {
        assert_eq!(
            con(&[("PATH", "/bin"), ("GOVPAY_TEST_POSTGRES", "x")], None),
            Ok(Configurazione::default())
        );
    }

    #[test]
    fn le_opzioni_vincono_sull_ambiente_e_l_ambiente_sul_file() {
        let toml = Some("listen = \"127.0.0.1:1\"\nadmin_user = \"a\"\n[http]\nmax_connections = 7\n");
        let c = con(&[("GOVPAY_LISTEN", "127.0.0.1:2"), ("GOVPAY_HTTP__MAX_HEADER_BYTES", "9000")], toml)
            .unwrap();
        assert_eq!((c.listen.port(), c.admin_user.as_str()), (2, "a"));
        assert_eq!((c.http.max_connections, c.http.max_header_bytes), (7, 9000));
        let fonti = Fonti {
            file: None,
            ambiente: vec![("GOVPAY_LISTEN".to_owned(), "127.0.0.1:2".to_owned())],
            opzioni: vec![("--listen", "listen", "127.0.0.1:3".to_owned())],
        };
        assert_eq!(leggi(&fonti).unwrap().listen.port(), 3);
    }

    #[test]
    fn un_testo_nell_ambiente_resta_come_e_scritto() {
        let c = con(
            &[
                ("GOVPAY_ADMIN_PASSWORD", "007"),
                ("GOVPAY_AUTH_FAMILIES", "basic, ssl"),
                ("GOVPAY_NODE__NAME", "true"),
            ],
            None,
        )
        .unwrap();
        assert_eq!(c.admin_password.dato(), Some("007"));
        assert_eq!(c.auth_families, ["basic", "ssl"]);
        assert_eq!(c.node.name, "true");
        assert!(!format!("{c:?}").contains("007"));
    }

    #[test]
    fn una_chiave_sconosciuta_si_nomina_con_la_sua_fonte() {
        let e = con(&[("GOVPAY_LISTENN", "x")], None).unwrap_err();
        assert_eq!(e, "chiave sconosciuta `listenn` (variabile d'ambiente GOVPAY_LISTENN)");
        for no in ["GOVPAY_HTTP__BOH", "GOVPAY_HTTP", "GOVPAY_LISTEN__X", "GOVPAY_"] {
            assert!(con(&[(no, "1")], None).unwrap_err().contains(no), "{no}");
        }
        let e = con(&[], Some("[http]\nboh = 1\n")).unwrap_err();
        assert!(e.starts_with("chiave sconosciuta `http.boh` (file ") && e.contains("govpay.toml"), "{e}");
        assert!(con(&[], Some("[boh]\nx = 1\n")).unwrap_err().contains("`boh`"));
        assert!(con(&[], Some("[listen]\nx = 1\n")).unwrap_err().contains("`listen`"));
        assert!(con(&[], Some("listen = \n")).unwrap_err().contains("govpay.toml"));
    }

    #[test]
    fn un_valore_sbagliato_nomina_chiave_e_fonte() {
        let e = con(&[("GOVPAY_HTTP__MAX_CONNECTIONS", "tante")], None).unwrap_err();
        assert!(e.contains("http.max_connections") && e.contains("GOVPAY_HTTP__MAX_CONNECTIONS"), "{e}");
        let e = con(&[("GOVPAY_LISTEN", "qui")], None).unwrap_err();
        assert!(e.contains("listen") && e.contains("GOVPAY_LISTEN"), "{e}");
        let assente = Fonti { file: Some("/non/esiste.toml".into()), ..Fonti::default() };
        assert!(leggi(&assente).unwrap_err().0.contains("/non/esiste.toml"));
    }
}
