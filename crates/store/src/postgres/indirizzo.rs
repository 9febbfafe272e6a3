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
    /// `base` was made from `url`. `opzioni` are ours, after those of the URL and of the environment, as
    /// in the sessions of the pool: a `search_path` left out would write elsewhere.
    pub(super) fn nuovo(url: &str, base: &PgConnectOptions, opzioni: &str, attesa: Duration) -> Self {
        let opzioni = match base.get_options() {
            Some(loro) => format!("{loro} {opzioni}"),
            None => opzioni.to_owned(),
        };
        let mut i = Self {
            // An IPv6 address is in brackets in a URL, not in a socket.
            host: base.get_host().trim_start_matches('[').trim_end_matches(']').to_owned(),
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
#[path = "indirizzo_test.rs"]
mod tests;
