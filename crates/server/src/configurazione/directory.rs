//! From the configuration to the directory (spec 10 section 1).

use super::{Configurazione, ErroreConfigurazione};
use connettori::{OpzioniDirectory, RicercaGruppi, RicercaUtente, controlla_filtro};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use secrecy::SecretString;
use std::path::Path;
use std::time::Duration;
use url::{Host, Url};

fn errore(testo: impl Into<String>) -> ErroreConfigurazione {
    ErroreConfigurazione(testo.into())
}

impl Configurazione {
    /// The directory; `None` when there is none.
    ///
    /// # Errors
    /// What cannot be asked of it, or would be said in clear.
    pub fn directory(&self) -> Result<Option<OpzioniDirectory>, ErroreConfigurazione> {
        let l = &self.ldap;
        if l.urls.is_empty() {
            return match self.pagopa_auth.as_str() {
                "ldap" => Err(errore("ldap.urls: pagopa_auth `ldap` richiede la directory")),
                _ => Ok(None),
            };
        }
        if !(0..=600).contains(&l.cache_seconds) {
            return Err(errore("ldap.cache_seconds deve essere tra 0 e 600"));
        }
        if !(1..=100).contains(&l.connections) {
            return Err(errore("ldap.connections deve essere tra 1 e 100"));
        }
        if !(1..=60_000).contains(&l.timeout_millis) {
            return Err(errore("ldap.timeout_millis deve essere tra 1 e 60000"));
        }
        let password = l.bind_password.dato().unwrap_or_default();
        if l.bind_dn.is_empty() != password.is_empty() {
            return Err(errore("ldap.bind_dn e ldap.bind_password vanno indicati insieme"));
        }
        Ok(Some(OpzioniDirectory {
            url: l.urls.iter().map(|u| indirizzo(u, l.starttls)).collect::<Result<_, _>>()?,
            starttls: l.starttls,
            autorita: if l.ca.is_empty() { Vec::new() } else { autorita(&l.ca)? },
            servizio: l.bind_dn.clone(),
            password: SecretString::from(password.to_owned()),
            utente: self.ricerca_utente()?,
            principal: Some(l.principal_attribute.clone()).filter(|a| !a.is_empty()),
            gruppi: self.ricerca_gruppi()?,
            connessioni: l.connections,
            scadenza: Duration::from_millis(l.timeout_millis),
        }))
    }

    fn ricerca_utente(&self) -> Result<RicercaUtente, ErroreConfigurazione> {
        let l = &self.ldap;
        if l.user_dn_pattern.is_empty() == l.user_base.is_empty() {
            return Err(errore("ldap: serve uno tra user_dn_pattern e user_base"));
        }
        if l.user_base.is_empty() {
            if !l.user_dn_pattern.contains("{user}") {
                return Err(errore(format!(
                    "ldap.user_dn_pattern: `{}` non contiene {{user}}",
                    l.user_dn_pattern
                )));
            }
            return Ok(RicercaUtente::Modello(l.user_dn_pattern.clone()));
        }
        controlla_filtro(&l.user_filter, &["{user}"])
            .map_err(|e| errore(format!("ldap.user_filter: {e}")))?;
        Ok(RicercaUtente::Filtro { base: l.user_base.clone(), filtro: l.user_filter.clone() })
    }

    fn ricerca_gruppi(&self) -> Result<Option<RicercaGruppi>, ErroreConfigurazione> {
        let l = &self.ldap;
        if l.group_base.is_empty() {
            return Ok(None);
        }
        controlla_filtro(&l.group_filter, &["{dn}", "{user}"])
            .map_err(|e| errore(format!("ldap.group_filter: {e}")))?;
        if l.group_attribute.is_empty() {
            return Err(errore("ldap.group_attribute: serve l'attributo con il nome del gruppo"));
        }
        Ok(Some(RicercaGruppi {
            base: l.group_base.clone(),
            filtro: l.group_filter.clone(),
            attributo: l.group_attribute.clone(),
        }))
    }
}

/// A URL of a directory on whose way nobody reads the passwords.
fn indirizzo(testo: &str, starttls: bool) -> Result<Url, ErroreConfigurazione> {
    let storta = || errore(format!("ldap.urls: `{testo}` non e' ldap://host:porta ne' ldaps://host:porta"));
    let url = Url::parse(testo).map_err(|_| storta())?;
    let in_casa = match url.host_str().map(Host::parse) {
        Some(Ok(Host::Domain(d))) => d == "localhost",
        Some(Ok(Host::Ipv4(a))) => a.is_loopback(),
        Some(Ok(Host::Ipv6(a))) => a.is_loopback(),
        Some(Err(_)) | None => return Err(storta()),
    };
    let nuda = matches!(url.path(), "" | "/") && url.query().is_none() && url.username().is_empty();
    match url.scheme() {
        "ldaps" | "ldap" if !nuda => Err(storta()),
        "ldaps" => Ok(url),
        "ldap" if starttls || in_casa => Ok(url),
        "ldap" => Err(errore(format!(
            "ldap.urls: verso {testo} le password viaggerebbero in chiaro: ldaps://, oppure ldap.starttls"
        ))),
        _ => Err(storta()),
    }
}

fn autorita(file: &str) -> Result<Vec<CertificateDer<'static>>, ErroreConfigurazione> {
    let letti = CertificateDer::pem_file_iter(Path::new(file))
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|_| errore(format!("ldap.ca: il file {file} non si legge o non e' PEM")))?;
    if letti.is_empty() {
        return Err(errore(format!("ldap.ca: il file {file} non contiene certificati")));
    }
    Ok(letti)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configurazione::Segreto;

    fn con(f: impl FnOnce(&mut Configurazione)) -> String {
        let mut c = Configurazione::default();
        c.ldap.urls = vec!["ldaps://ldap.example:636".to_owned()];
        c.ldap.user_base = "dc=example".to_owned();
        f(&mut c);
        c.controlla().map_or_else(|e| e.0, |()| "accettata".to_owned())
    }

    #[test]
    fn ogni_valore_sbagliato_nomina_la_sua_chiave() {
        type Cambio = fn(&mut Configurazione);
        let casi: [(Cambio, &str); 17] = [
            (|c| c.ldap.urls = vec!["ldap.example".into()], "ldap.urls"),
            (|c| c.ldap.urls = vec!["https://ldap.example".into()], "ldap.urls"),
            (|c| c.ldap.urls = vec!["ldaps://".into()], "ldap.urls"),
            (|c| c.ldap.urls = vec!["ldaps://ldap.example/dc=x".into()], "ldap.urls"),
            (
                |c| {
                    c.ldap.urls = vec!["ldap://ldap.example".into()];
                    c.ldap.starttls = false;
                },
                "ldap.urls: verso ldap://ldap.example le password viaggerebbero in chiaro",
            ),
            (|c| c.ldap.ca = "/non/esiste.pem".into(), "ldap.ca"),
            (|c| c.ldap.bind_dn = "cn=x".into(), "ldap.bind_dn"),
            (|c| c.ldap.bind_password = Segreto::nuovo("x"), "ldap.bind_dn"),
            (|c| c.ldap.user_base = String::new(), "ldap: serve uno tra"),
            (|c| c.ldap.user_dn_pattern = "uid={user}".into(), "ldap: serve uno tra"),
            (
                |c| {
                    c.ldap.user_base = String::new();
                    c.ldap.user_dn_pattern = "uid=x".into();
                },
                "ldap.user_dn_pattern",
            ),
            (|c| c.ldap.user_filter = "(uid=x)".into(), "ldap.user_filter"),
            (
                |c| {
                    c.ldap.group_base = "dc=x".into();
                    c.ldap.group_filter = "member={dn}".into();
                },
                "ldap.group_filter",
            ),
            (|c| c.ldap.cache_seconds = 601, "ldap.cache_seconds"),
            (|c| c.ldap.connections = 0, "ldap.connections"),
            (|c| c.ldap.timeout_millis = 0, "ldap.timeout_millis"),
            (
                |c| {
                    c.ldap.urls = Vec::new();
                    c.pagopa_auth = "ldap".into();
                },
                "ldap.urls: pagopa_auth",
            ),
        ];
        for (cambia, atteso) in casi {
            let errore = con(cambia);
            assert!(errore.starts_with(atteso), "{atteso}: {errore}");
        }
        assert_eq!(con(|_| {}), "accettata");
        assert_eq!(con(|c| c.ldap.urls = vec!["ldap://ldap.example".into()]), "accettata");
        let in_casa = |c: &mut Configurazione| {
            c.ldap.urls = vec!["ldap://127.0.0.1:3890".into(), "ldap://localhost".into()];
            c.ldap.starttls = false;
        };
        assert_eq!(con(in_casa), "accettata");
    }
}
