//! The captcha that an anonymous caller has to pass (spec 10 2.6, section `hardening` of configurazioni).

use crate::Engine;
use crate::porte::Prelievo;
use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;

/// Section `hardening` of configurazioni.
#[derive(Debug, Clone, Default)]
pub struct ConfigurazioneHardening {
    /// On.
    pub abilitato: bool,
    /// The verifier; without one nobody passes.
    pub captcha: Option<Captcha>,
}

/// Member `captcha` of the section, as it was stored: values that cannot work are found out here.
#[derive(Debug, Clone)]
pub struct Captcha {
    /// `serverURL`.
    pub url: String,
    /// `secretKey`.
    pub segreto: SecretString,
    /// `soglia`: least score. Works if more than 0 and at most 1.
    pub soglia: f64,
    /// `parametro`: name of the query parameter or header with the token.
    pub parametro: String,
    /// `denyOnFail`: refused when the verifier cannot be reached or understood.
    pub nega_se_guasto: bool,
    /// `connectionTimeout`, milliseconds. Works if more than 0.
    pub connessione_millis: i64,
    /// `readTimeout`, milliseconds. Works if more than 0.
    pub lettura_millis: i64,
}

/// Where the section comes from: whoever keeps the configurazioni.
#[async_trait]
pub trait FonteHardening: Send + Sync {
    /// As it is now.
    ///
    /// # Errors
    /// It cannot be read.
    async fn hardening(&self) -> Result<ConfigurazioneHardening, StoreError>;
}

#[async_trait]
impl FonteHardening for Engine {
    async fn hardening(&self) -> Result<ConfigurazioneHardening, StoreError> {
        Ok(self.registro().configurazioni().await?.hardening().clone())
    }
}

/// Decides whether an anonymous call may go on.
#[derive(Clone)]
pub struct Hardening {
    fonte: Arc<dyn FonteHardening>,
    prelievo: Arc<dyn Prelievo>,
}

impl Captcha {
    /// The URL to ask, when the configuration is one that can work.
    fn domanda(&self, token: &str, indirizzo: &str) -> Option<(url::Url, Duration)> {
        let soglia = self.soglia > 0.0 && self.soglia <= 1.0;
        if !soglia || self.connessione_millis <= 0 || self.lettura_millis <= 0 {
            return None;
        }
        let mut url = url::Url::parse(&self.url).ok().filter(|u| matches!(u.scheme(), "http" | "https"))?;
        url.query_pairs_mut()
            .append_pair("secret", self.segreto.expose_secret())
            .append_pair("response", token)
            .append_pair("remoteip", indirizzo);
        let millis = self.connessione_millis.saturating_add(self.lettura_millis);
        Some((url, Duration::from_millis(u64::try_from(millis).ok()?)))
    }

    /// What the verifier says; `None` when it says nothing that can be understood.
    fn verdetto(&self, corpo: &[u8]) -> Option<bool> {
        let v: Value = serde_json::from_slice(corpo).ok()?;
        let riuscito = match v.get("success")? {
            Value::Bool(b) => *b,
            Value::String(t) => t.eq_ignore_ascii_case("true"),
            _ => return None,
        };
        let punteggio = match v.get("score") {
            None | Some(Value::Null) => return Some(riuscito),
            Some(Value::String(t)) => t.parse().ok()?,
            Some(altro) => altro.as_f64()?,
        };
        Some(riuscito && punteggio >= self.soglia)
    }
}

impl Hardening {
    /// With a source of settings and a way to the verifier.
    #[must_use]
    pub fn nuovo(fonte: Arc<dyn FonteHardening>, prelievo: Arc<dyn Prelievo>) -> Self {
        Self { fonte, prelievo }
    }

    /// Whether the call may go on. `token` finds the value of the parameter of that name in the query or
    /// among the headers; `indirizzo` is the caller's.
    ///
    /// # Errors
    /// The settings cannot be read.
    pub async fn passa(
        &self,
        token: impl FnOnce(&str) -> Option<String> + Send,
        indirizzo: &str,
    ) -> Result<bool, StoreError> {
        let ConfigurazioneHardening { abilitato, captcha } = self.fonte.hardening().await?;
        if !abilitato {
            return Ok(true);
        }
        let Some(captcha) = captcha else {
            tracing::error!("hardening abilitato senza captcha: nessun anonimo passa");
            return Ok(false);
        };
        let Some(token) = token(&captcha.parametro) else { return Ok(false) };
        let Some((url, scadenza)) = captcha.domanda(&token, indirizzo) else {
            tracing::error!("configurazione del captcha non utilizzabile: nessun anonimo passa");
            return Ok(false);
        };
        let risposta = self.prelievo.preleva(url.as_str(), scadenza).await;
        let verdetto = match risposta {
            Ok((200..=299, corpo)) => captcha.verdetto(&corpo),
            Ok(_) | Err(_) => None,
        };
        Ok(verdetto.unwrap_or_else(|| {
            tracing::warn!(nega = captcha.nega_se_guasto, "servizio captcha senza verdetto");
            !captcha.nega_se_guasto
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captcha() -> Captcha {
        Captcha {
            url: "https://captcha.example/verify?v=3".to_owned(),
            segreto: SecretString::from("s&g".to_owned()),
            soglia: 0.5,
            parametro: "gRecaptchaResponse".to_owned(),
            nega_se_guasto: true,
            connessione_millis: 5000,
            lettura_millis: 5000,
        }
    }

    #[test]
    fn una_configurazione_che_non_puo_funzionare_non_domanda() {
        let (url, scadenza) = captcha().domanda("t k", "1.2.3.4").expect("domanda");
        assert_eq!(
            url.as_str(),
            "https://captcha.example/verify?v=3&secret=s%26g&response=t+k&remoteip=1.2.3.4"
        );
        assert_eq!(scadenza, Duration::from_secs(10));
        for rotta in [
            Captcha { soglia: 0.0, ..captcha() },
            Captcha { soglia: 1.1, ..captcha() },
            Captcha { soglia: f64::NAN, ..captcha() },
            Captcha { connessione_millis: 0, ..captcha() },
            Captcha { lettura_millis: -1, ..captcha() },
            Captcha { url: "captcha".to_owned(), ..captcha() },
            Captcha { url: "file:///etc/passwd".to_owned(), ..captcha() },
        ] {
            assert!(rotta.domanda("t", "i").is_none(), "{rotta:?}");
        }
    }

    #[test]
    fn il_verdetto_e_un_successo_col_suo_punteggio() {
        let detto = |t: &str| captcha().verdetto(t.as_bytes());
        for si in
            [r#"{"success":true}"#, r#"{"success":"true","score":0.5}"#, r#"{"success":true,"score":1}"#]
        {
            assert_eq!(detto(si), Some(true), "{si}");
        }
        for no in [r#"{"success":false}"#, r#"{"success":"no"}"#, r#"{"success":true,"score":0.49}"#] {
            assert_eq!(detto(no), Some(false), "{no}");
        }
        for boh in ["", "[]", "{}", r#"{"success":1}"#, r#"{"success":true,"score":[]}"#, "<html>"] {
            assert_eq!(detto(boh), None, "{boh}");
        }
    }
}
