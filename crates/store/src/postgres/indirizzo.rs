//! Where and how the lines of the group commit connect: what the pool reads from the same URL.
//!
//! Host, port, user, database and mode of TLS are asked of the pool's own options. Those do not
//! tell the password nor the certificates, which are read again here with the same rules. What we
//! cannot use (a password file) only means that there are no groups: the pool still works.

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::{path::PathBuf, time::Duration};

/// Everything needed to open a line.
#[derive(Clone)]
pub(super) struct Indirizzo {
    pub(super) host: String,
    pub(super) porta: u16,
    /// A Unix socket instead of host and port.
    pub(super) socket: Option<PathBuf>,
    pub(super) utente: String,
    pub(super) database: Option<String>,
    pub(super) password: Option<String>,
    pub(super) tls: PgSslMode,
    pub(super) radice: Option<String>,
    pub(super) certificato: Option<String>,
    pub(super) chiave: Option<String>,
    /// Settings of the session, in the form of `options` of the start-up message.
    pub(super) opzioni: String,
    pub(super) attesa: Duration,
}

/// Without password and key.
impl std::fmt::Debug for Indirizzo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Indirizzo")
            .field("host", &self.host)
            .field("porta", &self.porta)
            .finish_non_exhaustive()
    }
}

impl Indirizzo {
    /// `base` was made from `url`.
    pub(super) fn nuovo(url: &str, base: &PgConnectOptions, opzioni: String, attesa: Duration) -> Self {
        let mut i = Self {
            host: base.get_host().to_owned(),
            porta: base.get_port(),
            socket: None,
            utente: base.get_username().to_owned(),
            database: base.get_database().map(str::to_owned),
            password: variabile("PGPASSWORD"),
            tls: base.get_ssl_mode(),
            radice: variabile("PGSSLROOTCERT"),
            certificato: variabile("PGSSLCERT"),
            chiave: variabile("PGSSLKEY"),
            opzioni,
            attesa,
        };
        let cartella = match base.get_socket() {
            Some(s) => Some(s.clone()),
            None if i.host.starts_with('/') => Some(PathBuf::from(&i.host)),
            None => None,
        };
        i.socket = cartella.map(|c| c.join(format!(".s.PGSQL.{}", i.porta)));
        let Ok(url) = url::Url::parse(url) else { return i };
        if let Some(p) = url.password() {
            i.password = Some(percent_encoding::percent_decode_str(p).decode_utf8_lossy().into_owned());
        }
        for (chiave, valore) in url.query_pairs() {
            let posto = match &*chiave {
                "password" => &mut i.password,
                "sslrootcert" | "ssl-root-cert" | "ssl-ca" => &mut i.radice,
                "sslcert" | "ssl-cert" => &mut i.certificato,
                "sslkey" | "ssl-key" => &mut i.chiave,
                _ => continue,
            };
            *posto = Some(valore.into_owned());
        }
        i
    }
}

fn variabile(nome: &str) -> Option<String> {
    std::env::var(nome).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr as _;

    fn di(url: &str) -> Indirizzo {
        let Ok(base) = PgConnectOptions::from_str(url) else { unreachable!("{url}") };
        Indirizzo::nuovo(url, &base, String::new(), Duration::from_secs(1))
    }

    #[test]
    fn la_password_e_i_certificati_sono_quelli_dell_url() {
        let i =
            di("postgres://gov%40x:p%2Fw@db.ente.it:5433/govpay?sslmode=verify-full&sslrootcert=/etc/ca.pem");
        assert_eq!((i.host.as_str(), i.porta, i.utente.as_str()), ("db.ente.it", 5433, "gov@x"));
        assert_eq!(i.password.as_deref(), Some("p/w"));
        assert_eq!(i.database.as_deref(), Some("govpay"));
        assert_eq!(i.radice.as_deref(), Some("/etc/ca.pem"));
        assert!(matches!(i.tls, PgSslMode::VerifyFull));
        assert!(!format!("{i:?}").contains("p/w"));
        assert_eq!(di("postgres://u@h/d?password=altra").password.as_deref(), Some("altra"));
        let locale = di("postgres://u@%2Frun%2Fpostgresql:5434/d");
        assert_eq!(locale.socket, Some(PathBuf::from("/run/postgresql/.s.PGSQL.5434")));
    }
}
