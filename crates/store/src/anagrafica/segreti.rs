//! What is stored encrypted: credentials and whole connectors, as JSON behind one column.

use super::testi;
use crate::{ChiaveCifratura, StoreError};
use domain::anagrafica::{ConnettoreRest, Credenziali, Ftp, Tls};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Encrypts a value as JSON; `contesto` names the row and column.
pub(super) fn chiudi<T: Serialize>(
    chiave: &ChiaveCifratura,
    v: &T,
    contesto: &str,
) -> Result<Vec<u8>, StoreError> {
    chiave.cifra(testi::scrivi(v)?.as_bytes(), contesto)
}

/// Decrypts what [`chiudi`] made in the same place.
pub(super) fn apri<T: DeserializeOwned>(
    chiave: &ChiaveCifratura,
    cifrato: &[u8],
    contesto: &str,
) -> Result<T, StoreError> {
    let chiaro = chiave.decifra(cifrato, contesto)?;
    serde_json::from_slice(&chiaro).map_err(|_| StoreError::Rotto("segreto: JSON non valido".into()))
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "tipo", rename_all = "snake_case")]
pub(super) enum CredenzialiJson {
    OAuth2 { client_id: String, client_secret: String, url_token: String, scope: Option<String> },
    ApiKey { api_id: String, api_key: String },
    Header { nome: String, valore: String },
    Basic { username: String, password: String },
    Tls(Box<TlsJson>),
}

#[derive(Serialize, Deserialize)]
pub(super) struct TlsJson {
    client: bool,
    ts_location: String,
    ts_password: String,
    ts_type: String,
    ssl_type: String,
    ks_location: Option<String>,
    ks_password: Option<String>,
    ks_type: Option<String>,
    ks_pkey_passwd: Option<String>,
}

impl From<Credenziali> for CredenzialiJson {
    fn from(c: Credenziali) -> Self {
        match c {
            Credenziali::OAuth2 { client_id, client_secret, url_token, scope } => {
                Self::OAuth2 { client_id, client_secret, url_token, scope }
            }
            Credenziali::ApiKey { api_id, api_key } => Self::ApiKey { api_id, api_key },
            Credenziali::Header { nome, valore } => Self::Header { nome, valore },
            Credenziali::Basic { username, password } => Self::Basic { username, password },
            Credenziali::Tls(t) => Self::Tls(Box::new(TlsJson {
                client: t.client,
                ts_location: t.ts_location,
                ts_password: t.ts_password,
                ts_type: t.ts_type,
                ssl_type: t.ssl_type,
                ks_location: t.ks_location,
                ks_password: t.ks_password,
                ks_type: t.ks_type,
                ks_pkey_passwd: t.ks_pkey_passwd,
            })),
        }
    }
}

impl From<CredenzialiJson> for Credenziali {
    fn from(c: CredenzialiJson) -> Self {
        match c {
            CredenzialiJson::OAuth2 { client_id, client_secret, url_token, scope } => {
                Self::OAuth2 { client_id, client_secret, url_token, scope }
            }
            CredenzialiJson::ApiKey { api_id, api_key } => Self::ApiKey { api_id, api_key },
            CredenzialiJson::Header { nome, valore } => Self::Header { nome, valore },
            CredenzialiJson::Basic { username, password } => Self::Basic { username, password },
            CredenzialiJson::Tls(t) => Self::Tls(Tls {
                client: t.client,
                ts_location: t.ts_location,
                ts_password: t.ts_password,
                ts_type: t.ts_type,
                ssl_type: t.ssl_type,
                ks_location: t.ks_location,
                ks_password: t.ks_password,
                ks_type: t.ks_type,
                ks_pkey_passwd: t.ks_pkey_passwd,
            }),
        }
    }
}

/// Credentials of a connector whose address stands in clear columns.
#[derive(Serialize, Deserialize)]
pub(super) struct AccessoJson {
    pub(super) credenziali: Option<CredenzialiJson>,
    pub(super) subscription_key: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct RestJson {
    url: String,
    credenziali: Option<CredenzialiJson>,
    subscription_key: Option<String>,
    abilita_gde: bool,
}

impl From<ConnettoreRest> for RestJson {
    fn from(c: ConnettoreRest) -> Self {
        Self {
            url: c.url,
            credenziali: c.credenziali.map(Into::into),
            subscription_key: c.subscription_key,
            abilita_gde: c.abilita_gde,
        }
    }
}

impl From<RestJson> for ConnettoreRest {
    fn from(c: RestJson) -> Self {
        Self {
            url: c.url,
            credenziali: c.credenziali.map(Into::into),
            subscription_key: c.subscription_key,
            abilita_gde: c.abilita_gde,
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct FtpJson {
    host: String,
    porta: String,
    username: String,
    password: String,
}

impl From<Ftp> for FtpJson {
    fn from(f: Ftp) -> Self {
        Self { host: f.host, porta: f.porta, username: f.username, password: f.password }
    }
}

impl From<FtpJson> for Ftp {
    fn from(f: FtpJson) -> Self {
        Self { host: f.host, porta: f.porta, username: f.username, password: f.password }
    }
}

/// Everything of an intermediario but what the clear columns hold.
#[derive(Serialize, Deserialize)]
pub(super) struct IntermediarioJson {
    pub(super) pagopa: AccessoJson,
    pub(super) ftp_lettura: Option<FtpJson>,
    pub(super) ftp_scrittura: Option<FtpJson>,
    pub(super) recupero_rt: Option<RestJson>,
    pub(super) aca: Option<RestJson>,
    pub(super) gpd: Option<RestJson>,
    pub(super) fr: Option<RestJson>,
    pub(super) backoffice_ec: Option<RestJson>,
}
