//! The giornale degli eventi: what one event says (spec 60 section 5).

use crate::Istante;
use crate::pendenza::codificato;

codificato!(
    /// Which interface.
    Componente {
        /// API Backoffice.
        ApiBackoffice = "API_BACKOFFICE",
        /// API Ente, called by us.
        ApiEnte = "API_ENTE",
        /// pagoPA, both directions.
        ApiPagopa = "API_PAGOPA",
        /// API Pagamento.
        ApiPagamento = "API_PAGAMENTO",
        /// API Pendenze.
        ApiPendenze = "API_PENDENZE",
        /// API Ragioneria.
        ApiRagioneria = "API_RAGIONERIA",
        /// API User.
        ApiUser = "API_USER",
        /// Internal.
        Govpay = "GOVPAY",
    }
);

codificato!(
    /// Kind of event.
    CategoriaEvento {
        /// A call.
        Interfaccia = "INTERFACCIA",
        /// A decision of ours.
        Interno = "INTERNO",
        /// A note of an operator.
        Utente = "UTENTE",
    }
);

codificato!(
    /// Called or calling.
    RuoloEvento {
        /// We were called.
        Server = "SERVER",
        /// We called.
        Client = "CLIENT",
    }
);

codificato!(
    /// Outcome of an event.
    EsitoEvento {
        /// Done.
        Ok = "OK",
        /// Refused for a reason of the contract.
        Ko = "KO",
        /// Broken.
        Fail = "FAIL",
    }
);

codificato!(
    /// When an interface logs or dumps.
    Quando {
        /// Always.
        Sempre = "sempre",
        /// Never.
        Mai = "mai",
        /// Only when the outcome is not OK.
        SoloErrore = "solo errore",
    }
);

impl Quando {
    /// Whether it applies to a call with that outcome.
    #[must_use]
    pub const fn vale(self, errore: bool) -> bool {
        match self {
            Self::Sempre => true,
            Self::Mai => false,
            Self::SoloErrore => errore,
        }
    }
}

/// What the keys of an event are, as far as known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChiaviEvento {
    /// `idDominio`.
    pub dominio: Option<String>,
    /// `iuv`.
    pub iuv: Option<String>,
    /// `ccp`.
    pub ccp: Option<String>,
    /// `idA2A`.
    pub id_a2a: Option<String>,
    /// `idPendenza`.
    pub id_pendenza: Option<String>,
    /// `idPagamento`.
    pub id_pagamento: Option<String>,
}

/// `datiPagoPA` of an event (spec 40 9.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DatiPagoPA {
    /// `idPsp`.
    pub psp: Option<String>,
    /// `idCanale`.
    pub canale: Option<String>,
    /// `idIntermediarioPsp`.
    pub intermediario_psp: Option<String>,
    /// `tipoVersamento`.
    pub tipo_versamento: Option<String>,
    /// `modelloPagamento`.
    pub modello_pagamento: Option<String>,
    /// `idDominio`.
    pub dominio: Option<String>,
    /// `idIntermediario`.
    pub intermediario: Option<String>,
    /// `idStazione`.
    pub stazione: Option<String>,
}

/// One direction of a call as the giornale keeps it. Secrets in headers are already `***`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Messaggio {
    /// When.
    pub data: Option<Istante>,
    /// Headers.
    pub intestazioni: Vec<(String, String)>,
    /// Raw bytes.
    pub corpo: Option<Vec<u8>>,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evento {
    /// Taken when the call starts.
    pub id: i64,
    /// Interface.
    pub componente: Componente,
    /// Kind.
    pub categoria: CategoriaEvento,
    /// Direction.
    pub ruolo: RuoloEvento,
    /// Operation name (spec 60 5.4).
    pub tipo: String,
    /// `sottotipoEvento`.
    pub sottotipo: Option<String>,
    /// Outcome.
    pub esito: EsitoEvento,
    /// Code of the outcome.
    pub sottotipo_esito: Option<String>,
    /// Text of the outcome.
    pub dettaglio_esito: Option<String>,
    /// Start of the call.
    pub data: Istante,
    /// Duration in milliseconds.
    pub durata_millis: i64,
    /// Keys.
    pub chiavi: ChiaviEvento,
    /// Only on API_PAGOPA.
    pub pagopa: Option<DatiPagoPA>,
    /// Severity; absent on success (spec 60 5.3).
    pub severita: Option<i64>,
    /// Node name.
    pub cluster: String,
    /// `X-Govpay-IdTransazione`.
    pub transazione: String,
    /// Authenticated principal.
    pub principal: Option<String>,
    /// Who, for people (REST server calls only).
    pub utente: Option<String>,
    /// URL as called.
    pub url: Option<String>,
    /// HTTP method.
    pub metodo: Option<String>,
    /// HTTP status of the answer.
    pub stato_http: Option<i64>,
    /// Request.
    pub richiesta: Option<Messaggio>,
    /// Answer.
    pub risposta: Option<Messaggio>,
}
