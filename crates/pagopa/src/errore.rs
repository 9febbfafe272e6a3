//! Why a message cannot be read, in the terms that a SOAP Fault needs.

use std::fmt;

/// A value or a structure that the schema refuses: names the element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violazione {
    /// Local name of the element (cut to 64 characters when it is the sender's own invention).
    pub elemento: String,
    /// What is wrong, in English as the parsers of the Node say it. Never quotes a person's data.
    pub motivo: String,
}

impl Violazione {
    pub(crate) fn nuova(elemento: &str, motivo: impl Into<String>) -> Self {
        Self { elemento: elemento.chars().take(64).collect(), motivo: motivo.into() }
    }
}

impl fmt::Display for Violazione {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.elemento, self.motivo)
    }
}

impl std::error::Error for Violazione {}

/// Why bytes are not a message of ours. Every variant is a SOAP Fault with HTTP 500 (spec 40 1.2):
/// the text is [`LetturaError::faultstring`], the code [`LetturaError::faultcode`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LetturaError {
    /// Unknown encoding, or bytes that are not text in the encoding they claim.
    #[error("Malformed XML: {0}")]
    Codifica(String),
    /// Not well-formed XML.
    #[error("Malformed XML: {0}")]
    Malformato(String),
    /// A DOCTYPE, harmless or not.
    #[error("Malformed XML: DOCTYPE is not allowed")]
    Dtd,
    /// A reference to an entity other than the five predefined ones.
    #[error("Malformed XML: entity references are not allowed")]
    Entita,
    /// More than [`crate::busta::PROFONDITA_MASSIMA`] levels.
    #[error("Malformed XML: too deeply nested")]
    TroppoProfondo,
    /// An envelope of another SOAP version.
    #[error("SOAP version not supported: a SOAP 1.1 envelope is expected")]
    VersioneSoap,
    /// Well-formed, but not a SOAP 1.1 envelope with one Body.
    #[error("Invalid SOAP envelope: {0}")]
    Busta(String),
    /// A header block that we do not know and must understand.
    #[error("Header block not understood: {0}")]
    MustUnderstand(String),
    /// A Body without content.
    #[error("Invalid SOAP envelope: Body is empty")]
    CorpoVuoto,
    /// The Body holds an element that is not an operation we serve.
    #[error("Operation not supported: {{{namespace}}}{nome}")]
    OperazioneSconosciuta {
        /// Namespace of the element, empty when it has none.
        namespace: String,
        /// Local name.
        nome: String,
    },
    /// The message breaks its schema.
    #[error("Unmarshalling Error: {0}")]
    Schema(#[from] Violazione),
}

impl LetturaError {
    /// The `faultcode` of the SOAP Fault, with the prefix that [`crate::busta::fault`] binds.
    #[must_use]
    pub const fn faultcode(&self) -> &'static str {
        match self {
            Self::VersioneSoap => "soap:VersionMismatch",
            Self::MustUnderstand(_) => "soap:MustUnderstand",
            Self::Codifica(_)
            | Self::Malformato(_)
            | Self::Dtd
            | Self::Entita
            | Self::TroppoProfondo
            | Self::Busta(_)
            | Self::CorpoVuoto
            | Self::OperazioneSconosciuta { .. }
            | Self::Schema(_) => "soap:Client",
        }
    }

    /// The `faultstring`: begins with `Unmarshalling Error: ` for schema violations.
    #[must_use]
    pub fn faultstring(&self) -> String {
        self.to_string()
    }

    /// The whole SOAP Fault envelope.
    #[must_use]
    pub fn fault(&self) -> Vec<u8> {
        crate::busta::fault(self.faultcode(), &self.faultstring())
    }

    pub(crate) fn malformato(causa: impl fmt::Display) -> Self {
        Self::Malformato(causa.to_string().chars().take(200).collect())
    }
}
