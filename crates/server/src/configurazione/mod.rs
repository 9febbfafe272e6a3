//! Configuration: one typed struct per section, a default for every key.
//!
//! Flags win over the environment, the environment over the file. In the environment a key is
//! `GOVPAY_KEY` or `GOVPAY_SECTION__KEY`; lists are separated by commas. An empty text means that the
//! setting is not given. Variables that start with `GOVPAY_TEST_` belong to our tests.

mod accessi;
mod directory;
mod lettura;
mod mostra;
#[cfg(test)]
#[path = "proprieta_test.rs"]
mod proprieta;
mod traduzione;

pub use lettura::{ErroreConfigurazione, Fonti, leggi};
pub use mostra::{mostra, mostra_url};

use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

macro_rules! sezione {
    ($(#[$doc:meta])* $nome:ident { $($(#[$campo_doc:meta])* $campo:ident: $tipo:ty = $valore:expr),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $nome {
            $($(#[$campo_doc])* pub $campo: $tipo,)*
        }

        impl Default for $nome {
            fn default() -> Self {
                Self { $($campo: $valore,)* }
            }
        }
    };
}

/// A text that no log or message shows.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Segreto(String);

impl Segreto {
    /// From clear text.
    #[must_use]
    pub fn nuovo(testo: impl Into<String>) -> Self {
        Self(testo.into())
    }

    /// The clear text; `None` when it is not given.
    #[must_use]
    pub fn dato(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|t| !t.is_empty())
    }
}

impl std::fmt::Debug for Segreto {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_empty() { "(assente)" } else { "***" })
    }
}

sezione! {
    /// Everything that can be set.
    Configurazione {
        /// Address of the gateway.
        listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 8080)),
        /// `sqlite://path/of/file.db` or `postgres://user:password@host/name`.
        database_url: String = "sqlite://data/govpay.db".to_owned(),
        /// Base URL as seen from outside; derived from `listen` when empty.
        public_url: String = String::new(),
        /// Principal of the superuser made at the first start.
        admin_user: String = "gpadmin".to_owned(),
        /// Its password; a random one is printed once when empty.
        admin_password: Segreto = Segreto::default(),
        /// Address of the simulators of `govpay sandbox`; loopback only.
        sandbox_listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 8180)),
        /// How the Node authenticates on the SOAP services: `ssl`, `basic`, `ldap` (HTTP Basic that the
        /// directory verifies), `apikey`, `oauth2`, `sslheader` and `header` behind trusted proxies, or `none` (only
        /// when `listen` is of loopback).
        pagopa_auth: String = "ssl".to_owned(),
        /// User of the Node with `pagopa_auth = "basic"`.
        pagopa_basic_user: String = String::new(),
        /// Password of the Node with `pagopa_auth = "basic"`.
        pagopa_basic_password: Segreto = Segreto::default(),
        /// Id of the Node with `pagopa_auth = "apikey"`, in the headers of `auth.api_key_id_header` and
        /// `auth.api_key_header`.
        pagopa_api_id: String = String::new(),
        /// Key of the Node with `pagopa_auth = "apikey"`.
        pagopa_api_key: Segreto = Segreto::default(),
        /// Families of authentication that are on, for all APIs that have them: `basic`, `ssl`, `form`
        /// (Backoffice), `apikey`, `oauth2`, `session` and `public` (Backoffice, Pagamento), and behind
        /// trusted proxies `sslheader`, `header`, `spid`.
        auth_families: Vec<String> = vec!["basic".to_owned(), "ssl".to_owned(), "form".to_owned()],
        /// Addresses or networks of reverse proxies whose headers may be believed.
        trusted_proxies: Vec<String> = Vec::new(),
        /// The REST APIs.
        api: Api = Api::default(),
        /// Links in answers, behind a reverse proxy.
        links: Links = Links::default(),
        /// How callers say who they are.
        auth: Auth = Auth::default(),
        /// The LDAP directory behind families `basic` and `form`.
        ldap: Ldap = Ldap::default(),
        /// The identity provider of family `oauth2`.
        oauth2: OAuth2 = OAuth2::default(),
        /// The identity provider of the Node with `pagopa_auth = "oauth2"`.
        pagopa_oauth2: PagopaOAuth2 = PagopaOAuth2::default(),
        /// Pages of other origins that may call the REST APIs.
        cors: Cors = Cors::default(),
        /// The database.
        database: Database = Database::default(),
        /// The listener.
        http: Http = Http::default(),
        /// TLS of the listener.
        tls: Tls = Tls::default(),
        /// The log on standard error.
        log: Log = Log::default(),
        /// This node.
        node: Nodo = Nodo::default(),
        /// Rules of pendenze.
        pendenze: Pendenze = Pendenze::default(),
        /// Rules of the dialogue with the Node.
        pagopa: Pagopa = Pagopa::default(),
        /// Notifications to the enti.
        notifiche: Notifiche = Notifiche::default(),
        /// The client of API Ente.
        ente: Ente = Ente::default(),
        /// What outgoing connectors say of themselves.
        connettori: Connettori = Connettori::default(),
        /// The giornale degli eventi.
        giornale: Giornale = Giornale::default(),
        /// What is printed.
        stampa: Stampa = Stampa::default(),
        /// Jobs in the background.
        worker: Worker = Worker::default(),
    }
}

sezione! {
    /// The REST APIs.
    Api {
        /// Families of API Backoffice; `auth_families` when empty.
        backoffice_families: Vec<String> = Vec::new(),
        /// Families of API Pendenze; `auth_families` when empty.
        pendenze_families: Vec<String> = Vec::new(),
        /// Families of API Ragioneria; `auth_families` when empty.
        ragioneria_families: Vec<String> = Vec::new(),
        /// Families of API Pagamento; `auth_families` when empty.
        pagamento_families: Vec<String> = Vec::new(),
        /// Families of API User: `basic`, `ssl`, `header`, `spid`. When empty, `spid` if there are
        /// trusted proxies, otherwise the API is off.
        user_families: Vec<String> = Vec::new(),
        /// APIs that are off, as if they were not there: `backoffice`, `pendenze`, `pagamento`, `ragioneria`,
        /// `user`, `pagopa`.
        disabled: Vec<String> = Vec::new(),
        /// Largest request body as it arrives, in bytes.
        max_body_bytes: usize = 10 * 1024 * 1024,
        /// Largest request body once inflated, in bytes.
        max_inflated_body_bytes: usize = 20 * 1024 * 1024,
        /// Largest file of a bulk load, in bytes.
        max_tracciato_bytes: usize = 256 * 1024 * 1024,
        /// Longest time a caller waits for an answer, in seconds.
        request_timeout_seconds: u64 = 60,
        /// Largest `risultatiPerPagina` of a list.
        max_risultati_per_pagina: i64 = 5000,
        /// Where counting the rows of a list stops, unless the caller sends `maxRisultati=false`.
        max_conteggio: i64 = 10_000,
        /// An anonymous payer who asks for a notice has to name its debtor (`idDebitore`).
        anonimo_verifica_debitore: bool = false,
        /// `ambiente` of `GET /info`.
        ambiente: String = "Produzione".to_owned(),
    }
}

sezione! {
    /// Links in answers, behind a reverse proxy (spec 10 3.4): names of the headers in which a trusted proxy
    /// says how callers reach it. Where it says nothing links are relative.
    Links {
        /// Header with `http` or `https`: `X-Forwarded-Proto`; not read when empty.
        protocol_header: String = String::new(),
        /// Header with the host, with or without its port: `X-Forwarded-Host`; not read when empty.
        host_header: String = String::new(),
        /// Header with the port: `X-Forwarded-Port`; not read when empty.
        port_header: String = String::new(),
        /// Header with what stands before our paths: `X-Forwarded-Prefix`; not read when empty.
        context_header: String = String::new(),
    }
}

sezione! {
    /// How callers say who they are (spec 10 section 2).
    Auth {
        /// Family of the addresses that name none, `rs/v{n}`: `basic` or `ssl`; none when empty.
        default_family: String = String::new(),
        /// Headers of family `header`: the first that is not empty is the principal.
        header_names: Vec<String> = Vec::new(),
        /// Header of family `spid` with the fiscal code.
        spid_header: String = "X-SPID-FISCALNUMBER".to_owned(),
        /// What SPID says of a citizen: `attribute=Header`.
        spid_attributes: Vec<String> = [
            "spidCode=X-SPID-SPIDCODE", "name=X-SPID-NAME", "familyName=X-SPID-FAMILYNAME",
            "placeOfBirth=X-SPID-PLACEOFBIRTH", "dateOfBirth=X-SPID-DATEOFBIRTH",
            "gender=X-SPID-GENDER", "companyName=X-SPID-COMPANYNAME",
            "registeredOffice=X-SPID-REGISTEREDOFFICE", "fiscalNumber=X-SPID-FISCALNUMBER",
            "ivaCode=X-SPID-IVACODE", "idCard=X-SPID-IDCARD", "mobilePhone=X-SPID-MOBILEPHONE",
            "email=X-SPID-EMAIL", "address=X-SPID-ADDRESS", "digitalAddress=X-SPID-DIGITALADDRESS",
        ].map(str::to_owned).to_vec(),
        /// Header of family `sslheader` with the certificate of the client.
        certificate_header: String = "X-GOVPAY-CERT".to_owned(),
        /// That certificate is percent-encoded.
        certificate_url_decode: bool = true,
        /// That certificate is in base64.
        certificate_base64_decode: bool = true,
        /// Characters replaced in it: `\\t`, `\\n`, `\\r`, `\\r\\n`, `\\s`; none when empty.
        certificate_replace: String = String::new(),
        /// What they become.
        certificate_replace_with: String = "\\n".to_owned(),
        /// Header of family `apikey` with the principal.
        api_key_id_header: String = "X-APP-ID".to_owned(),
        /// Header of family `apikey` with the key.
        api_key_header: String = "X-API-KEY".to_owned(),
        /// Ruolo of the operatore that is made, with all domini and tipi pendenza, for whoever proves who he
        /// is and is not registered: a certificate, a header of a trusted proxy, a token, a password of the
        /// directory. When empty nobody is made.
        signup_role: String = String::new(),
        /// MD5-crypt hashes of passwords imported from GovPay 3 are accepted.
        md5_hashes: bool = true,
        /// Where `login/{urlID}` of API User may send a browser: `urlID=https://...`.
        login_redirects: Vec<String> = Vec::new(),
        /// Where `logout/{urlID}` of API User may send a browser: `urlID=https://...`.
        logout_redirects: Vec<String> = Vec::new(),
        /// Minutes without use after which a session ends.
        session_minutes: i64 = 30,
        /// Name of the cookie of the sessions.
        cookie_name: String = "JSESSIONID".to_owned(),
        /// `Domain` of the cookie; the host alone when empty.
        cookie_domain: String = String::new(),
        /// `Path` of the cookie.
        cookie_path: String = "/".to_owned(),
    }
}

sezione! {
    /// Pages of other origins that may call the REST APIs (spec 10 3.4).
    Cors {
        /// Origins that may: `https://portale.comune.example`.
        allow_origins: Vec<String> = Vec::new(),
        /// Every origin may.
        allow_all_origins: bool = false,
        /// Methods.
        allow_methods: Vec<String> =
            ["OPTIONS", "GET", "PUT", "POST", "PATCH", "DELETE"].map(str::to_owned).to_vec(),
        /// Headers of a request.
        allow_headers: Vec<String> =
            ["Origin", "Content-Type", "Accept", "Authorization"].map(str::to_owned).to_vec(),
        /// Headers of an answer that a page may read.
        expose_headers: Vec<String> = ["Content-Type", "Content-Disposition"].map(str::to_owned).to_vec(),
        /// With cookies and other credentials.
        allow_credentials: bool = true,
        /// How long a browser may remember what it was allowed, in seconds; 0: not said.
        max_age_seconds: u64 = 0,
    }
}

sezione! {
    /// The database.
    Database {
        /// Key that encrypts the secrets of connectors: 32 bytes in base64. Needed with PostgreSQL;
        /// on SQLite a file beside the database is made when empty.
        encryption_key: Segreto = Segreto::default(),
        /// File that holds that key, when `encryption_key` is empty.
        encryption_key_file: String = String::new(),
        /// Connections of the pool.
        connections: u32 = 16,
        /// How long to wait for a connection or a lock, in milliseconds.
        lock_wait_millis: u64 = 2000,
        /// PostgreSQL: longest statement, in milliseconds.
        statement_timeout_millis: u64 = 5000,
        /// Most requests per COMMIT; 1 turns the grouping off.
        group: usize = 64,
        /// Most requests waiting for a writer.
        queue: usize = 4096,
    }
}

sezione! {
    /// The LDAP directory behind families `basic` and `form` (spec 10 section 1): it verifies passwords, and
    /// its groups that are names of ruoli give their rights.
    Ldap {
        /// `ldaps://host:636` or `ldap://host:389`, tried in order; without any there is no directory.
        urls: Vec<String> = Vec::new(),
        /// `ldap://` turns to TLS (StartTLS) before anything is said. Without, only loopback.
        starttls: bool = true,
        /// PEM file with the authorities that sign its certificate; those of the system when empty.
        ca: String = String::new(),
        /// Name of the service account that searches; anonymous when empty.
        bind_dn: String = String::new(),
        /// Password of the service account.
        bind_password: Segreto = Segreto::default(),
        /// Name of the entry of a person, when no search is needed: `uid={user},ou=people,dc=example,dc=it`.
        user_dn_pattern: String = String::new(),
        /// Where persons are searched, when there is no pattern.
        user_base: String = String::new(),
        /// How: `{user}` is what the caller has typed. It must find one entry.
        user_filter: String = "(uid={user})".to_owned(),
        /// Attribute with the principal, for who types it in another way and for who signs up; not read
        /// when empty.
        principal_attribute: String = "uid".to_owned(),
        /// Where groups are searched; not at all when empty.
        group_base: String = String::new(),
        /// How: `{dn}` is the name of the person's entry, `{user}` what was typed.
        group_filter: String = "(member={dn})".to_owned(),
        /// Attribute with the name of a group.
        group_attribute: String = "cn".to_owned(),
        /// Whoever has a password in GovPay may use that one too, also while the directory is away.
        local_passwords: bool = true,
        /// A password that was right is not asked again for so many seconds, 0 to 600; the groups too.
        cache_seconds: i64 = 60,
        /// Most connections, 1 to 100.
        connections: usize = 8,
        /// Longest wait for a connection, and for each answer, in milliseconds.
        timeout_millis: u64 = 5000,
    }
}

sezione! {
    /// The identity provider of family `oauth2` (spec 10 2.1).
    OAuth2 {
        /// Where it shows its public keys (JWKS).
        jwks_uri: String = String::new(),
        /// `iss` of its tokens; not checked when empty.
        issuer: String = String::new(),
        /// `aud` of the tokens that are for this gateway; not checked when empty.
        audience: String = String::new(),
        /// Claims with the principal: the first that is there.
        principal_claims: Vec<String> = vec!["sub".to_owned()],
        /// Claim with the groups of the caller: those that are names of ruoli give their rights; none
        /// when empty.
        groups_claim: String = String::new(),
        /// By how much the clocks may differ, in seconds, 0 to 600.
        clock_skew_seconds: i64 = 60,
        /// Keys are fetched again after so many seconds, 10 to 86400; at once when a token names one
        /// that is not known, but not more often than every 10 seconds.
        jwks_cache_seconds: i64 = 900,
        /// Longest fetch of the keys, in milliseconds.
        timeout_millis: u64 = 5000,
        /// Address of the provider that `logout` answers with as `logoutUrl`; none when empty.
        logout_uri: String = String::new(),
        /// Where the provider sends the browser after that.
        post_logout_redirect_uri: String = String::new(),
        /// `logoutUrl` carries the token as `id_token_hint`.
        logout_sends_token: bool = true,
    }
}

sezione! {
    /// The identity provider of the Node with `pagopa_auth = "oauth2"` (spec 40 1.3).
    PagopaOAuth2 {
        /// Where it shows its public keys (JWKS).
        jwks_uri: String = String::new(),
        /// `iss` of its tokens; not checked when empty.
        issuer: String = String::new(),
        /// `aud` of the tokens that are for this gateway; not checked when empty.
        audience: String = String::new(),
        /// Claims with the principal: the first that is there.
        principal_claims: Vec<String> = vec!["sub".to_owned()],
        /// By how much the clocks may differ, in seconds, 0 to 600.
        clock_skew_seconds: i64 = 60,
        /// Keys are fetched again after so many seconds, 10 to 86400.
        jwks_cache_seconds: i64 = 900,
        /// Longest fetch of the keys, in milliseconds.
        timeout_millis: u64 = 5000,
    }
}

sezione! {
    /// What outgoing connectors say of themselves (spec 10 section 6).
    Connettori {
        /// Header of the id of an API key.
        api_key_id_header: String = "X-APP-ID".to_owned(),
        /// Header of an API key.
        api_key_header: String = "X-API-KEY".to_owned(),
        /// Header of a subscription key.
        subscription_key_header: String = "Ocp-Apim-Subscription-Key".to_owned(),
        /// The only folder where the key and trust stores of connectors may be, and where those without a
        /// whole path are; when empty they may be anywhere.
        stores: String = String::new(),
    }
}

sezione! {
    /// The listener.
    Http {
        /// Connections served at the same time; others wait.
        max_connections: usize = 1024,
        /// Longest time for the headers of a request, in seconds.
        header_timeout_seconds: u64 = 10,
        /// Largest headers of a request, in bytes, 8192 or more.
        max_header_bytes: usize = 64 * 1024,
        /// Longest time a shutdown waits for requests being served, in seconds.
        shutdown_timeout_seconds: u64 = 30,
    }
}

sezione! {
    /// TLS of the listener.
    Tls {
        /// PEM file with the certificate chain of the server; TLS is off when empty.
        certificate: String = String::new(),
        /// PEM file with its private key.
        key: String = String::new(),
        /// PEM file with the authorities that sign client certificates; none is asked when empty.
        client_ca: String = String::new(),
    }
}

sezione! {
    /// The log on standard error.
    Log {
        /// `text` or `json`.
        format: String = "text".to_owned(),
        /// What to log, as `tracing` filters are written: `info,sqlx=warn`.
        filter: String = "info".to_owned(),
    }
}

sezione! {
    /// This node.
    Nodo {
        /// Name in the giornale and in the leases of jobs.
        name: String = "GovPay".to_owned(),
    }
}

sezione! {
    /// Rules of pendenze (spec 20 3.2).
    Pendenze {
        /// Type of free payments.
        tipo_pendenza_libero: String = "LIBERO".to_owned(),
        /// Type for types that are not registered.
        tipo_pendenza_non_censito: String = "LIBERO".to_owned(),
        /// Unknown types are created instead of refused.
        censimento_automatico: bool = false,
    }
}

sezione! {
    /// Rules of the dialogue with the Node (spec 40).
    Pagopa {
        /// The principal of the Node must be that of the intermediario. `pagopa_auth = "none"` turns
        /// it off too.
        controlla_principal: bool = true,
        /// Notice numbers of the probe.
        sonda_nav: Vec<String> = vec!["000000000000000000".to_owned()],
        /// Disabled master data refuse verify and activate.
        anagrafica_rigida: bool = false,
        /// A failing refresh of a pendenza past dataValidita refuses the payment.
        aggiornamento_mandatorio: bool = false,
        /// `getAvviso` or `verifyPendenza`, forced when both keys are known; empty: as the ente's
        /// version says.
        operazione_verifica: String = String::new(),
        /// Days of validity of a pendenza without dates in the activation; 0: none.
        giorni_validita_senza_data: i64 = 0,
        /// Minutes after which an attempt without receipt is closed, 1 to 30.
        minuti_chiusura_tentativi: i64 = 30,
        /// Largest SOAP request, in bytes, also once inflated.
        max_body_bytes: usize = 5 * 1024 * 1024,
        /// Longest verification at the ente inside a call of the Node, in milliseconds.
        scadenza_verifica_ente_millis: u64 = 6000,
    }
}

sezione! {
    /// Notifications to the enti (spec 60 1.8).
    Notifiche {
        /// Given up after so many failures; 0: never.
        max_tentativi: i64 = 0,
        /// Given up after so many days; 0: never.
        max_giorni: i64 = 0,
    }
}

sezione! {
    /// The client of API Ente (spec 10 section 6).
    Ente {
        /// Longest wait for a connection, in milliseconds.
        connect_timeout_millis: u64 = 2000,
        /// Longest silence of the ente, in milliseconds.
        read_timeout_millis: u64 = 5000,
        /// Largest answer, in bytes.
        max_response_bytes: usize = 5 * 1024 * 1024,
        /// Hosts (`name`, `*.suffix`) and networks where connectors may lead; empty: all but
        /// link-local and cloud metadata addresses, which are always refused.
        allowed: Vec<String> = Vec::new(),
    }
}

sezione! {
    /// The giornale degli eventi.
    Giornale {
        /// On or off as a whole.
        abilitato: bool = true,
        /// Folder of the file that takes events while the database is away; `data` when empty.
        folder: String = String::new(),
        /// Events waiting to be written.
        queue: usize = 10_000,
    }
}

sezione! {
    /// What is printed (spec 60 section 6).
    Stampa {
        /// SVG file drawn in place of the built-in mark of pagoPA.
        marchio_pagopa: String = String::new(),
        /// SVG file drawn in place of the built-in mark of the post office on a postal slip.
        marchio_poste: String = String::new(),
        /// TOML file with the labels that differ from the built-in ones.
        etichette: String = String::new(),
        /// Debtors with one of these names or codes, ignoring case, are printed blank.
        debitori_nascosti: Vec<String> = vec!["ANONIMO".to_owned()],
        /// Term printed for a pendenza without dates: so many days after it was loaded; 0: none.
        giorni_validita: i64 = 0,
        /// Documents drawn at the same time; 0: one per processor.
        contemporanee: usize = 0,
    }
}

sezione! {
    /// Jobs in the background.
    Worker {
        /// Deliver notifications on this node.
        notifiche: bool = true,
        /// Run scheduled jobs on this node.
        jobs: bool = true,
        /// Jobs that do not run on this node, by their `idOperazione`: `spedizioneNotifiche`,
        /// `chiusuraRptScadute`, `elaborazioneTracciatiPendenze`.
        disabled_jobs: Vec<String> = Vec::new(),
        /// Notice within a second the changes of master data made by other nodes and commands.
        watch_anagrafica: bool = true,
        /// How often due rows are looked for when nobody rings, in milliseconds.
        poll_millis: u64 = 1000,
        /// Notifications of one applicazione that are delivered at the same time.
        notifiche_per_applicazione: usize = 10,
        /// Notifications delivered at the same time altogether.
        max_notifiche: usize = 1000,
        /// How long a claimed notification belongs to its node, in seconds.
        lease_seconds: u64 = 30,
        /// A job whose node gave no sign of life for so long may be taken by another, in seconds.
        job_timeout_seconds: u64 = 300,
    }
}
