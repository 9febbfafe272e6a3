//! The ports: what use cases need of the outside, as traits.

use async_trait::async_trait;
use domain::anagrafica::Applicazione;
use domain::evento::Evento;
use domain::stampa::{AvvisoStampato, DocumentoStampato};
use secrecy::SecretString;
use std::sync::Arc;

/// The ports in one place.
#[derive(Clone)]
pub struct Porte {
    /// Client of API Ente.
    pub ente: Arc<dyn Ente>,
    /// Writer of the giornale degli eventi.
    pub giornale: Arc<dyn Giornale>,
    /// Draws what is printed.
    pub stampatore: Arc<dyn Stampatore>,
    /// Rings when a notification has been queued, so that it leaves at once.
    pub sveglia: Arc<tokio::sync::Notify>,
    /// Opens the key and trust stores that master data name.
    pub archivi: Arc<dyn Archivi>,
    /// Knows the passwords of people, if the installation has one.
    pub directory: Option<Arc<dyn Directory>>,
}

/// One call to an ente: method, path and query already percent-encoded, headers of ours.
#[derive(Debug, Clone)]
pub struct ChiamataEnte {
    /// `GET`, `POST`, `PUT`.
    pub metodo: &'static str,
    /// Path and query to append to the base URL, without leading slash: `avvisi/{d}/{iuv}`.
    pub percorso: String,
    /// JSON body.
    pub corpo: Option<Vec<u8>>,
    /// `X-Govpay-IdTransazione`.
    pub transazione: String,
    /// `Idempotency-Key` of a notification.
    pub chiave_idempotenza: Option<String>,
    /// Whether the body of the answer is needed. If not, the status is the answer: a body that is cut
    /// or too long changes nothing.
    pub corpo_atteso: bool,
    /// Longest time for the whole call; without it, connect and read timeouts of the client.
    pub scadenza: Option<std::time::Duration>,
}

/// What an ente answered, whatever the status, and what the giornale will say of the call.
#[derive(Debug, Clone)]
pub struct RispostaEnte {
    /// HTTP status.
    pub stato: u16,
    /// Body, at most the limit of the client.
    pub corpo: Vec<u8>,
}

/// Why an ente gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{testo}")]
pub struct EnteNonRaggiunto {
    /// Status that the journal records: 500, or 999 when the host name does not resolve (spec 60 1.1).
    pub stato: u16,
    /// The cause.
    pub testo: String,
}

/// The exchange as it went over the wire, for the giornale.
#[derive(Debug, Clone, Default)]
pub struct TracciaEnte {
    /// Full URL called.
    pub url: String,
    /// Principal of spec 60 5.1 for the kind of credentials.
    pub principal: Option<String>,
    /// Headers sent, secrets already `***`.
    pub intestazioni_richiesta: Vec<(String, String)>,
    /// Headers received.
    pub intestazioni_risposta: Vec<(String, String)>,
}

/// Client of API Ente: transport only (spec 60 1.1). No retry, no redirect, size limit on the body.
#[async_trait]
pub trait Ente: Send + Sync {
    /// Calls the connector of an applicazione, which must have one.
    async fn chiama(
        &self,
        applicazione: &Applicazione,
        chiamata: &ChiamataEnte,
    ) -> (Result<RispostaEnte, EnteNonRaggiunto>, TracciaEnte);
}

/// The giornale: takes events without ever delaying or failing the caller.
#[async_trait]
pub trait Giornale: Send + Sync {
    /// An id for an event, to be taken when the call starts: growing on each node.
    async fn nuovo_id(&self) -> i64;
    /// Queues an event; when the queue is full it goes to the local file.
    fn registra(&self, evento: Evento);
}

/// A document could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("stampa non riuscita: {0}")]
pub struct StampaNonRiuscita(pub String);

/// Draws documents. Takes CPU, not time of others: as many at once as there are processors.
#[async_trait]
pub trait Stampatore: Send + Sync {
    /// The PDF of a notice.
    async fn avviso(&self, avviso: AvvisoStampato) -> Result<Vec<u8>, StampaNonRiuscita>;

    /// The PDF of the notices of a document.
    async fn documento(&self, documento: DocumentoStampato) -> Result<Vec<u8>, StampaNonRiuscita>;
}

/// Fetches small documents of services that the installation trusts: the keys of an identity provider, the
/// verdict of a captcha.
#[async_trait]
pub trait Prelievo: Send + Sync {
    /// GET without credentials: status and body. The error is a text without the URL, which may hold
    /// secrets.
    async fn preleva(&self, url: &str, scadenza: std::time::Duration) -> Result<(u16, Vec<u8>), String>;
}

/// What a store is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsoArchivio {
    /// It holds the certificates that are trusted.
    Fidati,
    /// It holds a private key with its certificate, under the same password.
    Chiavi,
}

/// The key and trust stores on the disks of this node.
#[async_trait]
pub trait Archivi: Send + Sync {
    /// Opens a store, to know that whoever uses it can. The error says what is wrong, and nothing of what is in
    /// the file.
    async fn prova(&self, uso: UsoArchivio, percorso: &str, password: &str) -> Result<(), String>;
}

/// Whom a directory has recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoceDirectory {
    /// Name of his entry.
    pub voce: String,
    /// His principal as the directory writes it, whatever way he has typed it; `None` when it does not say.
    pub principal: Option<String>,
    /// Names of his groups.
    pub gruppi: Vec<String>,
}

/// What a directory says of a name and its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Riconoscimento {
    /// They go together.
    Giusta(VoceDirectory),
    /// They do not. The entry of that name, when there is one and it was tried.
    Errata(Option<String>),
}

/// A directory cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("directory non disponibile: {0}")]
pub struct DirectoryNonDisponibile(pub String);

/// Whether a password may be tried on an entry now.
pub trait Cancello: Send + Sync {
    /// False when whoever asks has to wait.
    fn ammette(&self, voce: &str) -> bool;
}

/// A directory of people that verifies passwords (LDAP; spec 10 section 1).
#[async_trait]
pub trait Directory: Send + Sync {
    /// Asks whether a password is the one of a name. `cancello` is asked about the entry that was found: when
    /// it says no, no password is tried on it. An empty password is never one.
    async fn riconosci(
        &self,
        utente: &str,
        password: &SecretString,
        cancello: &dyn Cancello,
    ) -> Result<Riconoscimento, DirectoryNonDisponibile>;
}
