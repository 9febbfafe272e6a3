use std::fmt;

/// A secret text: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Segreto(pub String);

impl Segreto {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Segreto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Shows an optional secret as present or not.
pub(super) fn velato<T>(v: Option<&T>) -> Option<Segreto> {
    v.map(|_| Segreto(String::new()))
}

/// How an outgoing connector authenticates (spec 10 section 6). Holds secrets: its `Debug` names
/// only the kind.
#[derive(Clone, PartialEq, Eq)]
pub enum Credenziali {
    /// OAuth2 client credentials.
    OAuth2 {
        /// `clientId`.
        client_id: String,
        /// `clientSecret`.
        client_secret: String,
        /// `urlTokenEndpoint`.
        url_token: String,
        /// `scope`.
        scope: Option<String>,
    },
    /// API key pair, sent in `X-APP-ID` / `X-API-KEY`.
    ApiKey {
        /// `apiId`.
        api_id: String,
        /// `apiKey`.
        api_key: String,
    },
    /// One free header.
    Header {
        /// `headerName`.
        nome: String,
        /// `headerValue`.
        valore: String,
    },
    /// HTTP Basic.
    Basic {
        /// `username`.
        username: String,
        /// `password`.
        password: String,
    },
    /// TLS with stores on the file system.
    Tls(Tls),
}

/// Members of the TLS kind, as given.
#[derive(Clone, PartialEq, Eq)]
pub struct Tls {
    /// `Client` presents a certificate, `Server` only verifies.
    pub client: bool,
    /// `tsLocation`.
    pub ts_location: String,
    /// `tsPassword`.
    pub ts_password: String,
    /// `tsType`.
    pub ts_type: String,
    /// `sslType`.
    pub ssl_type: String,
    /// `ksLocation`.
    pub ks_location: Option<String>,
    /// `ksPassword`.
    pub ks_password: Option<String>,
    /// `ksType`.
    pub ks_type: Option<String>,
    /// `ksPKeyPasswd`.
    pub ks_pkey_passwd: Option<String>,
}

impl fmt::Debug for Credenziali {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OAuth2 { .. } => "OAuth2(***)",
            Self::ApiKey { .. } => "ApiKey(***)",
            Self::Header { .. } => "Header(***)",
            Self::Basic { .. } => "Basic(***)",
            Self::Tls(_) => "Tls(***)",
        })
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls(***)")
    }
}
