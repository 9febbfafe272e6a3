//! The error body of the contract and the table of its codes (spec 10 3.1).

use crate::convenzioni::risposte;
use axum::response::{IntoResponse, Response};
use contratto::Sintassi;
use engine::Negato;
use engine::StoreError;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt::Display;

/// `categoria` of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Categoria {
    /// The caller may not.
    Autorizzazione,
    /// The request is wrong.
    Richiesta,
    /// What is asked is not there.
    Operazione,
    /// The Node failed.
    Pagopa,
    /// The ente failed.
    Ec,
    /// We failed.
    Interno,
}

impl Categoria {
    /// As on the wire.
    #[must_use]
    pub const fn codice(self) -> &'static str {
        match self {
            Self::Autorizzazione => "AUTORIZZAZIONE",
            Self::Richiesta => "RICHIESTA",
            Self::Operazione => "OPERAZIONE",
            Self::Pagopa => "PAGOPA",
            Self::Ec => "EC",
            Self::Interno => "INTERNO",
        }
    }
}

/// One line of the table of errors.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    stato: StatusCode,
    categoria: Categoria,
    codice: &'static str,
    descrizione: &'static str,
}

impl Fault {
    const fn nuovo(
        stato: StatusCode,
        categoria: Categoria,
        codice: &'static str,
        descrizione: &'static str,
    ) -> Self {
        Self { stato, categoria, codice, descrizione }
    }

    /// The error with a `dettaglio`.
    #[must_use]
    pub fn con(self, dettaglio: impl Display) -> ApiError {
        ApiError { dettaglio: Some(dettaglio.to_string()), ..self.nudo() }
    }

    /// The error without `dettaglio`.
    #[must_use]
    pub fn nudo(self) -> ApiError {
        ApiError {
            stato: self.stato,
            categoria: self.categoria,
            codice: Cow::Borrowed(self.codice),
            descrizione: Cow::Borrowed(self.descrizione),
            dettaglio: None,
            senza_corpo: false,
            sfida: None,
        }
    }
}

/// Every error that is not a business code, in one place.
pub mod fault {
    use super::{Categoria as C, Fault};
    use http::StatusCode as S;

    const NON_VALIDA: &str = "Richiesta non valida";

    /// Malformed JSON, unknown property, field or parameter validation.
    pub const SINTASSI: Fault = Fault::nuovo(S::BAD_REQUEST, C::Richiesta, "SINTASSI", NON_VALIDA);
    /// Well-formed, but a reference or a rule across objects fails.
    pub const SEMANTICA: Fault = Fault::nuovo(S::UNPROCESSABLE_ENTITY, C::Richiesta, "SEMANTICA", NON_VALIDA);
    /// Illegal `ordinamento`.
    pub const ORDINAMENTO: Fault = Fault::nuovo(
        S::UNPROCESSABLE_ENTITY,
        C::Richiesta,
        "100001",
        "Errore nella valorizzazione dei parametri della richiesta",
    );
    /// The caller lacks a right or the scope.
    pub const NON_AUTORIZZATA: Fault =
        Fault::nuovo(S::FORBIDDEN, C::Autorizzazione, "403000", "Operazione non autorizzata");
    /// Family not enabled, unmapped path.
    pub const RICHIESTA_NON_AUTORIZZATA: Fault =
        Fault::nuovo(S::FORBIDDEN, C::Autorizzazione, "403", "Richiesta non autorizzata.");
    /// No or bad credentials.
    pub const NON_AUTENTICATA: Fault =
        Fault::nuovo(S::UNAUTHORIZED, C::Autorizzazione, "401", "Autenticazione richiesta.");
    /// Identity present but not usable by that API.
    pub const UTENZA_NON_AUTENTICATA: Fault =
        Fault::nuovo(S::UNAUTHORIZED, C::Autorizzazione, "401000", "Utenza non autenticata");
    /// The credential store is away: of the family of spec 10 2.3, although it is nobody's fault.
    pub const CREDENZIALI_NON_DISPONIBILI: Fault =
        Fault::nuovo(S::INTERNAL_SERVER_ERROR, C::Autorizzazione, "500", "Errore interno");
    /// Entity or path not found.
    pub const NON_TROVATA: Fault = Fault::nuovo(S::NOT_FOUND, C::Operazione, "404000", "Risorsa non trovata");
    /// `Accept` cannot be satisfied.
    pub const NON_ACCETTABILE: Fault = Fault::nuovo(
        S::NOT_ACCEPTABLE,
        C::Richiesta,
        "406000",
        "Risorsa non disponibile nel formato richiesto",
    );
    /// Body too large.
    pub const TROPPO_GRANDE: Fault =
        Fault::nuovo(S::PAYLOAD_TOO_LARGE, C::Richiesta, "413", "Body della richiesta troppo grande");
    /// The ente failed, or gave nothing of use.
    pub const ENTE_CREDITORE: Fault = Fault::nuovo(S::BAD_GATEWAY, C::Ec, "502000", "Errore ente creditore");
    /// Anything unexpected. Never with a `dettaglio`.
    pub const INTERNO: Fault =
        Fault::nuovo(S::INTERNAL_SERVER_ERROR, C::Interno, "INTERNAL", "Errore interno");
}

/// An answer with the error body of the contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{stato} {codice}: {}", dettaglio.as_deref().unwrap_or(descrizione))]
pub struct ApiError {
    /// HTTP status.
    pub stato: StatusCode,
    /// `categoria`.
    pub categoria: Categoria,
    /// `codice`.
    pub codice: Cow<'static, str>,
    /// `descrizione`.
    pub descrizione: Cow<'static, str>,
    /// `dettaglio`, omitted when absent.
    pub dettaglio: Option<String>,
    senza_corpo: bool,
    /// `WWW-Authenticate`.
    sfida: Option<&'static str>,
}

impl ApiError {
    /// With `WWW-Authenticate`. Never `Basic`: see spec 10 2.3.
    #[must_use]
    pub(super) fn con_sfida(self, sfida: &'static str) -> Self {
        Self { sfida: Some(sfida), ..self }
    }

    /// A business code (`VER_001`, `DOM_000`, ...): its status and categoria are in the table of
    /// spec 10 3.1.
    #[must_use]
    pub fn applicativo(codice: impl Into<Cow<'static, str>>, dettaglio: impl Display) -> Self {
        let codice = codice.into();
        let (stato, categoria) = esito_applicativo(&codice);
        Self { stato, categoria, codice, ..fault::SINTASSI.con(dettaglio) }
    }

    /// A status with an empty body (405, 415).
    #[must_use]
    pub fn vuoto(stato: StatusCode) -> Self {
        Self { stato, senza_corpo: true, ..fault::SINTASSI.nudo() }
    }

    /// Anything unexpected: the chain of causes goes to the log, nothing of it to the caller.
    pub fn interno(causa: &(dyn std::error::Error + 'static)) -> Self {
        let mut catena = causa.to_string();
        let mut origine = causa.source();
        while let Some(e) = origine {
            catena.push_str(": ");
            catena.push_str(&e.to_string());
            origine = e.source();
        }
        tracing::error!(causa = %catena, "errore interno");
        fault::INTERNO.nudo()
    }
}

/// Status and categoria of a business code.
fn esito_applicativo(codice: &str) -> (StatusCode, Categoria) {
    use {Categoria as C, StatusCode as S};
    let comincia = |prefissi: &[&str]| prefissi.iter().any(|p| codice.starts_with(p));
    let stato = match codice {
        "APP_000" | "APP_001" | "APP_002" | "PAG_000" => S::BAD_REQUEST,
        "APP_003" | "APP_004" | "APP_005" => S::FORBIDDEN,
        "DOM_002" | "DOM_003" | "TRASFORMAZIONE" => S::INTERNAL_SERVER_ERROR,
        "BATCH_001" => S::BAD_GATEWAY,
        _ if codice.starts_with("AUT_") => S::FORBIDDEN,
        _ if comincia(&["PRT_", "PSP_", "RND_", "STA_", "WISP_", "VAL_", "PRM_"]) => S::INTERNAL_SERVER_ERROR,
        _ => S::UNPROCESSABLE_ENTITY,
    };
    let categoria = match codice {
        "VAL_000" | "VAL_001" | "VAL_003" => C::Interno,
        "VER_014" => C::Operazione,
        _ => C::Richiesta,
    };
    (stato, categoria)
}

impl From<Sintassi> for ApiError {
    fn from(e: Sintassi) -> Self {
        fault::SINTASSI.con(e)
    }
}

impl From<Negato> for ApiError {
    fn from(e: Negato) -> Self {
        fault::NON_AUTORIZZATA.con(e)
    }
}

impl From<StoreError> for ApiError {
    fn from(e: StoreError) -> Self {
        Self::interno(&e)
    }
}

impl IntoResponse for ApiError {
    /// The error itself is left in the extensions of the answer, for the giornale.
    fn into_response(self) -> Response {
        let mut risposta = if self.senza_corpo {
            self.stato.into_response()
        } else {
            let mut corpo = Map::new();
            corpo.insert("categoria".to_owned(), Value::from(self.categoria.codice()));
            corpo.insert("codice".to_owned(), Value::from(self.codice.as_ref()));
            corpo.insert("descrizione".to_owned(), Value::from(self.descrizione.as_ref()));
            if let Some(d) = &self.dettaglio {
                corpo.insert("dettaglio".to_owned(), Value::from(d.as_str()));
            }
            risposte::json(self.stato, &Value::Object(corpo))
        };
        if let Some(sfida) = self.sfida {
            risposta.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(sfida));
        }
        risposta.extensions_mut().insert(self);
        risposta
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i_codici_applicativi_hanno_lo_stato_della_spec_10_3_1() {
        for (codice, stato, categoria) in [
            ("VER_001", 422, "RICHIESTA"),
            ("APP_002", 400, "RICHIESTA"),
            ("APP_003", 403, "RICHIESTA"),
            ("AUT_001", 403, "RICHIESTA"),
            ("DOM_000", 422, "RICHIESTA"),
            ("DOM_002", 500, "RICHIESTA"),
            ("VAL_001", 500, "INTERNO"),
            ("VAL_002", 500, "RICHIESTA"),
            ("VER_014", 422, "OPERAZIONE"),
            ("BATCH_001", 502, "RICHIESTA"),
        ] {
            let e = ApiError::applicativo(codice, "x");
            assert_eq!((e.stato.as_u16(), e.categoria.codice()), (stato, categoria), "{codice}");
            assert_eq!(e.descrizione, "Richiesta non valida");
        }
    }
}
