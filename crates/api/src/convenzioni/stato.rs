//! What every handler can reach, and the settings of the doors.

use crate::convenzioni::autenticazione::{Cookie, IntestazioniApiKey, IntestazioniFidate};
use crate::convenzioni::cors::Cors;
use crate::convenzioni::legami::IntestazioniLegami;
use crate::convenzioni::paginazione::LimitiPagina;
use axum::extract::FromRef;
use domain::evento::Componente;
use engine::Engine;
use engine::autenticazione::VerificatoreOAuth2;
use engine::hardening::Hardening;
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::task::TaskTracker;

/// A family of authentication, the `{auth}` of `rs/{auth}/v{n}` (spec 10 section 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Famiglia {
    /// HTTP Basic.
    Basic,
    /// Basic once, then a session cookie.
    Form,
    /// TLS client certificate.
    Ssl,
    /// Certificate in a header.
    SslHeader,
    /// Principal in a header.
    Header,
    /// SPID headers.
    Spid,
    /// Session opened by API User.
    Session,
    /// API key.
    ApiKey,
    /// Bearer token.
    OAuth2,
    /// Anonymous.
    Public,
    /// Seed addresses without `rs`: whatever credentials are presented.
    Rilevata,
    /// Addresses `rs/v{n}`: the one that the installation has chosen for them.
    Predefinita,
}

impl Famiglia {
    /// The families that have a name in the URL.
    pub const NOMINATE: [(&'static str, Self); 10] = [
        ("basic", Self::Basic),
        ("form", Self::Form),
        ("ssl", Self::Ssl),
        ("sslheader", Self::SslHeader),
        ("header", Self::Header),
        ("spid", Self::Spid),
        ("session", Self::Session),
        ("apikey", Self::ApiKey),
        ("oauth2", Self::OAuth2),
        ("public", Self::Public),
    ];

    /// Whether a version of an API may be called this way (spec 10 section 1): API keys and tokens came
    /// with the second contracts.
    #[must_use]
    pub const fn ha_versione(self, componente: Componente, versione: u32) -> bool {
        match (self, componente) {
            (
                Self::ApiKey | Self::OAuth2,
                Componente::ApiPendenze | Componente::ApiPagamento | Componente::ApiRagioneria,
            ) => versione >= 2,
            _ => true,
        }
    }

    /// Whether what is open to everybody is open here too: whoever calls behind a proxy that vouches
    /// for him, or with an API key, says who he is.
    pub(super) const fn apre(self) -> bool {
        !matches!(self, Self::ApiKey | Self::SslHeader | Self::Header | Self::Spid)
    }

    /// By its name in the URL.
    #[must_use]
    pub fn con_nome(nome: &str) -> Option<Self> {
        Self::NOMINATE.iter().find(|(n, _)| *n == nome).map(|(_, f)| *f)
    }
}

/// How the Node authenticates on the SOAP services (spec 40 1.3).
#[derive(Debug, Clone)]
pub enum AutenticazioneNodo {
    /// TLS client certificate; the principal is the subject DN.
    Ssl,
    /// HTTP Basic with the credentials of the installation; the principal is the user.
    Basic {
        /// User name.
        utente: String,
        /// Password.
        password: SecretString,
    },
    /// API key of the installation, in the headers of family `apikey`; the principal is the id.
    ApiKey {
        /// Id.
        id: String,
        /// Key.
        chiave: SecretString,
    },
    /// Bearer token, vouched for by [`Garanti::nodo`].
    OAuth2,
    /// HTTP Basic, verified by the directory.
    Directory,
    /// Certificate in a header written by a trusted proxy; the principal is the subject DN.
    SslHeader,
    /// Principal in a header written by a trusted proxy.
    Header,
    /// Not at all (loopback only; the server checks that).
    Nessuna,
}

/// Where API User may send a browser: `urlID` and URL (spec 10 2.5). The query is all that a caller adds.
#[derive(Debug, Clone, Default)]
pub struct Destinazioni {
    /// After a login.
    pub login: Vec<(String, String)>,
    /// After a logout.
    pub logout: Vec<(String, String)>,
}

/// Where the identity provider ends its own session (spec 10 2.4).
#[derive(Debug, Clone)]
pub struct UscitaOAuth2 {
    /// Address of the provider.
    pub url: String,
    /// Where it sends the browser afterwards.
    pub ritorno: String,
    /// The token goes with it.
    pub con_token: bool,
}

/// Settings of the doors.
#[derive(Debug, Clone)]
pub struct ImpostazioniApi {
    /// Families that are on, per API.
    pub famiglie: Vec<(Componente, Vec<Famiglia>)>,
    /// APIs that are off: none of their addresses is there.
    pub spente: Vec<Componente>,
    /// The family of the addresses that name none, `rs/v{n}`, for the APIs that have it on.
    pub famiglia_predefinita: Option<Famiglia>,
    /// Pages of other origins.
    pub cors: Cors,
    /// Identities in headers, and who may write them.
    pub intestazioni_fidate: IntestazioniFidate,
    /// Headers in which a trusted proxy says how our addresses are reached.
    pub legami: IntestazioniLegami,
    /// Headers of family `apikey`.
    pub api_key: IntestazioniApiKey,
    /// The cookie of the sessions.
    pub cookie: Cookie,
    /// Where API User may send a browser.
    pub destinazioni: Destinazioni,
    /// The logout of family `oauth2`.
    pub uscita_oauth2: Option<UscitaOAuth2>,
    /// How the Node authenticates.
    pub nodo: AutenticazioneNodo,
    /// Largest request body in bytes, as it arrives.
    pub limite_corpo: usize,
    /// Largest request body in bytes once inflated.
    pub limite_corpo_gonfiato: usize,
    /// Largest SOAP request in bytes (spec 40 1.2).
    pub limite_soap: usize,
    /// Largest file of a bulk load in bytes (spec 20 11.1).
    pub limite_tracciato: usize,
    /// Longest time a caller waits for an answer.
    pub scadenza: Duration,
    /// An anonymous payer has to name the debtor of the notice that he asks for (spec 20 section 8).
    pub verifica_debitore: bool,
    /// Bounds of the lists.
    pub pagine: LimitiPagina,
    /// Base URL as seen from outside, without final slash.
    pub url_pubblica: String,
    /// `ambiente` of `GET /info`.
    pub ambiente: String,
}

impl Default for ImpostazioniApi {
    fn default() -> Self {
        let tutte = vec![Famiglia::Basic, Famiglia::Ssl];
        Self {
            famiglie: vec![
                (Componente::ApiBackoffice, tutte.clone()),
                (Componente::ApiPendenze, tutte.clone()),
                (Componente::ApiRagioneria, tutte.clone()),
                (Componente::ApiPagamento, tutte),
                (Componente::ApiUser, Vec::new()),
            ],
            spente: Vec::new(),
            famiglia_predefinita: None,
            cors: Cors::default(),
            intestazioni_fidate: IntestazioniFidate::default(),
            legami: IntestazioniLegami::default(),
            api_key: IntestazioniApiKey::default(),
            cookie: Cookie::default(),
            destinazioni: Destinazioni::default(),
            uscita_oauth2: None,
            nodo: AutenticazioneNodo::Ssl,
            limite_corpo: 10 * 1024 * 1024,
            limite_corpo_gonfiato: 20 * 1024 * 1024,
            limite_soap: 5 * 1024 * 1024,
            limite_tracciato: 256 << 20,
            scadenza: Duration::from_secs(60),
            verifica_debitore: false,
            pagine: LimitiPagina::default(),
            url_pubblica: "http://127.0.0.1:8080".to_owned(),
            ambiente: "Sviluppo".to_owned(),
        }
    }
}

impl ImpostazioniApi {
    /// Whether an API is on (spec 10 section 8).
    #[must_use]
    pub fn accesa(&self, componente: Componente) -> bool {
        !self.spente.contains(&componente)
    }

    /// Whether a family is on for an API.
    #[must_use]
    pub fn abilitata(&self, componente: Componente, famiglia: Famiglia) -> bool {
        self.famiglie.iter().any(|(c, f)| *c == componente && f.contains(&famiglia))
    }
}

/// Those who are asked whether a caller is to be believed.
#[derive(Clone, Default)]
pub struct Garanti {
    /// Of bearer tokens; without one family `oauth2` believes none.
    pub oauth2: Option<Arc<VerificatoreOAuth2>>,
    /// Of the bearer tokens of the Node.
    pub nodo: Option<Arc<VerificatoreOAuth2>>,
    /// Of anonymous callers; without one none passes where a captcha may be asked.
    pub hardening: Option<Hardening>,
}

/// The state of every handler. Cheap to clone.
#[derive(Clone)]
pub struct StatoApi {
    /// The use cases.
    pub engine: Engine,
    /// Settings.
    pub impostazioni: Arc<ImpostazioniApi>,
    /// The requests being served: they go on to their end even when the caller hangs up, and the
    /// shutdown waits for them.
    pub in_corso: TaskTracker,
    /// Who vouches for callers.
    pub garanti: Garanti,
}

impl StatoApi {
    /// Puts the state together.
    #[must_use]
    pub fn nuovo(engine: Engine, impostazioni: ImpostazioniApi) -> Self {
        Self {
            engine,
            impostazioni: Arc::new(impostazioni),
            in_corso: TaskTracker::new(),
            garanti: Garanti::default(),
        }
    }

    /// With somebody to ask about tokens and captchas.
    #[must_use]
    pub fn con_garanti(self, garanti: Garanti) -> Self {
        Self { garanti, ..self }
    }
}

impl FromRef<StatoApi> for Engine {
    fn from_ref(stato: &StatoApi) -> Self {
        stato.engine.clone()
    }
}
