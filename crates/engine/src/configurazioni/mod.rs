//! The configurazioni of the installation (spec 10 section 8): the sections as somebody wrote them, the
//! installed ones for the rest, and what the gateway itself reads of them.

mod installate;

use crate::giornale::Politica;
use crate::hardening::{Captcha, ConfigurazioneHardening};
use crate::porte::UsoArchivio;
use domain::anagrafica::Segreto;
use domain::configurazioni::Sezione;
use secrecy::SecretString;
use serde_json::Value;
use store::StoreError;

/// Every section, as JSON text and as the gateway reads it. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct Configurazioni {
    /// In the order of the contract.
    sezioni: Vec<(Sezione, Segreto)>,
    politica: Politica,
    hardening: ConfigurazioneHardening,
    mail: bool,
    app_io: bool,
}

impl Configurazioni {
    /// These sections, and the installed ones for those that are not there.
    ///
    /// # Errors
    /// `Rotto`: a section that cannot be understood.
    pub(crate) fn di(scritte: &[(Sezione, Segreto)]) -> Result<Self, StoreError> {
        let scelta = |s: Sezione| match scritte.iter().rfind(|(altra, _)| *altra == s) {
            Some((_, testo)) => (s, testo.clone()),
            None => (s, Segreto(installate::sezione(s).to_owned())),
        };
        let sezioni: Vec<(Sezione, Segreto)> = Sezione::TUTTI.iter().copied().map(scelta).collect();
        let letta = |s: Sezione| -> Result<Value, StoreError> {
            let testo = sezioni.iter().find(|(altra, _)| *altra == s).map(|(_, t)| t.as_str());
            testo.and_then(|t| serde_json::from_str(t).ok()).ok_or_else(|| illeggibile(s))
        };
        let acceso = |s: Sezione| -> Result<bool, StoreError> {
            letta(s)?.get("abilitato").and_then(Value::as_bool).ok_or_else(|| illeggibile(s))
        };
        let politica = Politica::da_json(&letta(Sezione::GiornaleEventi)?)
            .ok_or_else(|| illeggibile(Sezione::GiornaleEventi))?;
        let hardening =
            hardening(&letta(Sezione::Hardening)?).ok_or_else(|| illeggibile(Sezione::Hardening))?;
        let (mail, app_io) = (acceso(Sezione::MailBatch)?, acceso(Sezione::AppIoBatch)?);
        Ok(Self { sezioni, politica, hardening, mail, app_io })
    }

    /// With other sections in place of those that it has.
    ///
    /// # Errors
    /// As [`Self::di`].
    pub(crate) fn con(&self, nuove: &[(Sezione, Segreto)]) -> Result<Self, StoreError> {
        let tutte: Vec<_> = self.sezioni.iter().chain(nuove).cloned().collect();
        Self::di(&tutte)
    }

    /// A section as JSON text. Secrets included.
    #[must_use]
    pub fn testo(&self, sezione: Sezione) -> &str {
        self.sezioni.iter().find(|(s, _)| *s == sezione).map_or("{}", |(_, t)| t.as_str())
    }

    /// What the giornale keeps.
    pub(crate) fn politica(&self) -> Politica {
        self.politica
    }

    /// The captcha of anonymous callers.
    #[must_use]
    pub fn hardening(&self) -> &ConfigurazioneHardening {
        &self.hardening
    }

    /// Whether reminders go out by mail.
    #[must_use]
    pub fn mail_abilitata(&self) -> bool {
        self.mail
    }

    /// Whether messages go out by App IO.
    #[must_use]
    pub fn app_io_abilitata(&self) -> bool {
        self.app_io
    }

    /// About how many bytes it takes.
    pub(crate) fn peso(&self) -> usize {
        self.sezioni.iter().map(|(_, t)| t.as_str().len()).sum()
    }
}

/// A store that a section names.
pub(crate) struct Archivio {
    /// The member that names it.
    pub(crate) campo: &'static str,
    pub(crate) uso: UsoArchivio,
    pub(crate) percorso: String,
    pub(crate) password: String,
}

/// The stores that the mail server needs: none while mail, or its TLS, is off.
pub(crate) fn archivi_della_posta(mail: &str) -> Vec<Archivio> {
    let v: Value = serde_json::from_str(mail).unwrap_or_default();
    let acceso = |v: &Value| v.get("abilitato").and_then(Value::as_bool).unwrap_or(false);
    let Some(ssl) = v.pointer("/mailserver/sslConfig").filter(|ssl| acceso(&v) && acceso(ssl)) else {
        return Vec::new();
    };
    [("truststore", UsoArchivio::Fidati), ("keystore", UsoArchivio::Chiavi)]
        .into_iter()
        .filter_map(|(campo, uso)| {
            let archivio = ssl.get(campo)?;
            let testo =
                |nome: &str| archivio.get(nome).and_then(Value::as_str).unwrap_or_default().to_owned();
            Some(Archivio { campo, uso, percorso: testo("location"), password: testo("password") })
        })
        .collect()
}

fn illeggibile(s: Sezione) -> StoreError {
    StoreError::Rotto(format!("configurazioni/{s}: non leggibile"))
}

fn hardening(v: &Value) -> Option<ConfigurazioneHardening> {
    let abilitato = v.get("abilitato")?.as_bool()?;
    let captcha = match v.get("captcha") {
        None => None,
        Some(c) => {
            let testo = |nome: &str| c.get(nome)?.as_str().map(str::to_owned);
            Some(Captcha {
                url: testo("serverURL")?,
                segreto: SecretString::from(testo("secretKey")?),
                soglia: c.get("soglia")?.as_f64()?,
                parametro: testo("parametro")?,
                nega_se_guasto: c.get("denyOnFail")?.as_bool()?,
                connessione_millis: c.get("connectionTimeout")?.as_i64()?,
                lettura_millis: c.get("readTimeout")?.as_i64()?,
            })
        }
    };
    Some(ConfigurazioneHardening { abilitato, captcha })
}

#[cfg(test)]
#[path = "prove.rs"]
mod prove;
