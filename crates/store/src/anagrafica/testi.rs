//! The JSON texts inside some columns, and their domain values.

use crate::StoreError;
use domain::anagrafica::{Acl, Ambito, AmbitoDominio, Diritti, Indirizzo, Servizio};
use domain::{IdDominio, IdTipoPendenza, IdUnita};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

pub(super) fn leggi<T: DeserializeOwned>(cosa: &str, testo: &str) -> Result<T, StoreError> {
    serde_json::from_str(testo).map_err(|_| StoreError::Rotto(format!("{cosa}: JSON non valido")))
}

pub(super) fn scrivi<T: Serialize>(v: &T) -> Result<String, StoreError> {
    serde_json::to_string(v).map_err(|e| StoreError::Rotto(format!("JSON: {e}")))
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct IndirizzoJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    indirizzo: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    civico: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cap: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    localita: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provincia: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nazione: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pec: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tel: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fax: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    web: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    area: Option<String>,
}

pub(super) fn indirizzo(testo: &str) -> Result<Indirizzo, StoreError> {
    let IndirizzoJson {
        indirizzo,
        civico,
        cap,
        localita,
        provincia,
        nazione,
        email,
        pec,
        tel,
        fax,
        web,
        area,
    } = leggi("indirizzo", testo)?;
    Ok(Indirizzo { indirizzo, civico, cap, localita, provincia, nazione, email, pec, tel, fax, web, area })
}

pub(super) fn scrivi_indirizzo(i: &Indirizzo) -> Result<String, StoreError> {
    let Indirizzo { indirizzo, civico, cap, localita, provincia, nazione, email, pec, tel, fax, web, area } =
        i.clone();
    scrivi(&IndirizzoJson {
        indirizzo,
        civico,
        cap,
        localita,
        provincia,
        nazione,
        email,
        pec,
        tel,
        fax,
        web,
        area,
    })
}

#[derive(Serialize, Deserialize)]
struct AclJson {
    servizio: String,
    lettura: bool,
    scrittura: bool,
}

pub(super) fn acl(testo: &str) -> Result<Vec<Acl>, StoreError> {
    leggi::<Vec<AclJson>>("acl", testo)?
        .into_iter()
        .map(|a| {
            let servizio = Servizio::leggi(&a.servizio)
                .ok_or_else(|| StoreError::Rotto("acl: servizio ignoto".into()))?;
            Ok(Acl { servizio, diritti: Diritti { lettura: a.lettura, scrittura: a.scrittura } })
        })
        .collect()
}

pub(super) fn scrivi_acl(acl: &[Acl]) -> Result<String, StoreError> {
    let righe: Vec<_> = acl
        .iter()
        .map(|a| AclJson {
            servizio: a.servizio.as_str().to_owned(),
            lettura: a.diritti.lettura,
            scrittura: a.diritti.scrittura,
        })
        .collect();
    scrivi(&righe)
}

#[derive(Serialize, Deserialize)]
struct AmbitoDominioJson {
    dominio: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unita: Option<Vec<String>>,
}

/// `"*"` is everything, a list is what it lists: the two can never be mistaken for each other.
fn tutti(testo: &str) -> Result<bool, StoreError> {
    match leggi("ambito", testo)? {
        Value::String(s) if s == "*" => Ok(true),
        Value::Array(_) => Ok(false),
        _ => Err(StoreError::Rotto("ambito: ne' * ne' elenco".into())),
    }
}

pub(super) fn ambito_domini(testo: &str) -> Result<Ambito<AmbitoDominio>, StoreError> {
    if tutti(testo)? {
        return Ok(Ambito::Tutti);
    }
    let righe: Vec<AmbitoDominioJson> = leggi("domini", testo)?;
    Ok(Ambito::Solo(
        righe
            .into_iter()
            .map(|r| AmbitoDominio {
                dominio: IdDominio::fidato(r.dominio),
                unita: r.unita.map(|u| u.into_iter().map(IdUnita::fidato).collect()),
            })
            .collect(),
    ))
}

pub(super) fn scrivi_ambito_domini(a: &Ambito<AmbitoDominio>) -> Result<String, StoreError> {
    match a {
        Ambito::Tutti => scrivi(&json!("*")),
        Ambito::Solo(v) => {
            let righe: Vec<_> = v
                .iter()
                .map(|a| AmbitoDominioJson {
                    dominio: a.dominio.to_string(),
                    unita: a.unita.as_ref().map(|u| u.iter().map(ToString::to_string).collect()),
                })
                .collect();
            scrivi(&righe)
        }
    }
}

pub(super) fn ambito_tipi(testo: &str) -> Result<Ambito<IdTipoPendenza>, StoreError> {
    if tutti(testo)? {
        return Ok(Ambito::Tutti);
    }
    let righe: Vec<String> = leggi("tipi_pendenza", testo)?;
    Ok(Ambito::Solo(righe.into_iter().map(IdTipoPendenza::fidato).collect()))
}

pub(super) fn scrivi_ambito_tipi(a: &Ambito<IdTipoPendenza>) -> Result<String, StoreError> {
    match a {
        Ambito::Tutti => scrivi(&json!("*")),
        Ambito::Solo(v) => scrivi(&v.iter().map(IdTipoPendenza::as_str).collect::<Vec<_>>()),
    }
}
