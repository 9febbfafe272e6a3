//! Messages of the service PagamentiTelematiciCCP: operations, requests, answers.

mod dati;
mod esito;
mod ricevuta;
mod richiesta;
mod soggetto;

pub use dati::{DatiPagamento, RichiestaBollo, Trasferimento};
pub use esito::{DatiVerifica, Fault, FaultCode, OpzioneImporto, ko, ricevuta_accettata};
pub use ricevuta::{EsitoRicevuta, InvioRicevuta, Ricevuta, TransferRicevuta};
pub use richiesta::{AttivaReq, DemandReq, Richiesta, TransferType, VerificaReq};
pub use soggetto::{MapEntry, Soggetto, TipoSoggetto, testo_entro};

pub use dati::leggi_rpt;
pub use ricevuta::leggi_ricevuta;
pub use richiesta::leggi;

use crate::busta::Busta;
use crate::errore::LetturaError;
use crate::schema::{Elemento, ccp as tavola};

/// Namespace of the operation elements of paForNode; their descendants are in no namespace.
pub const NAMESPACE: &str = tavola::NAMESPACE;

/// Prefix under which we write it.
pub(crate) const PREFISSO: &str = "paf";

/// Version of an activation or of a receipt: paGetPayment and paSendRT, or their V2. The two need
/// not agree on one payment (spec 40 7.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Versione {
    /// paGetPayment, paSendRT (SANP 2.4).
    V1,
    /// paGetPaymentV2, paSendRTV2 (SANP 3.2).
    V2,
}

/// An operation of the service. The variants are the operations that are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operazione {
    /// paVerifyPaymentNotice.
    Verifica,
    /// paGetPayment, paGetPaymentV2.
    Attiva(Versione),
    /// paSendRT, paSendRTV2.
    Ricevuta(Versione),
    /// paDemandPaymentNotice.
    RichiestaAvviso,
}

impl Operazione {
    /// All of them, in the order of the WSDL.
    pub const TUTTE: [Self; 6] = [
        Self::Verifica,
        Self::Attiva(Versione::V1),
        Self::Attiva(Versione::V2),
        Self::Ricevuta(Versione::V1),
        Self::Ricevuta(Versione::V2),
        Self::RichiestaAvviso,
    ];

    /// Name of the operation, as in the WSDL, in SOAPAction and in the event log.
    #[must_use]
    pub const fn nome(self) -> &'static str {
        match self {
            Self::Verifica => "paVerifyPaymentNotice",
            Self::Attiva(Versione::V1) => "paGetPayment",
            Self::Attiva(Versione::V2) => "paGetPaymentV2",
            Self::Ricevuta(Versione::V1) => "paSendRT",
            Self::Ricevuta(Versione::V2) => "paSendRTV2",
            Self::RichiestaAvviso => "paDemandPaymentNotice",
        }
    }

    /// The operation that the Body asks for, by the QName of its child (spec 40 1.2).
    ///
    /// # Errors
    /// [`LetturaError::OperazioneSconosciuta`].
    pub fn di(busta: &Busta) -> Result<Self, LetturaError> {
        Self::TUTTE
            .into_iter()
            .find(|o| busta.namespace == NAMESPACE && o.domanda().nome == busta.nome)
            .ok_or_else(|| LetturaError::OperazioneSconosciuta {
                namespace: busta.namespace.chars().take(200).collect(),
                nome: busta.nome.chars().take(64).collect(),
            })
    }

    /// Element of the request.
    pub(crate) fn domanda(self) -> &'static Elemento {
        match self {
            Self::Verifica => &tavola::VERIFICA_REQ,
            Self::Attiva(Versione::V1) => &tavola::ATTIVA_REQ,
            Self::Attiva(Versione::V2) => &tavola::ATTIVA_V2_REQ,
            Self::Ricevuta(Versione::V1) => &tavola::RT_REQ,
            Self::Ricevuta(Versione::V2) => &tavola::RT_V2_REQ,
            Self::RichiestaAvviso => &tavola::DEMAND_REQ,
        }
    }

    /// Element of the answer.
    pub(crate) fn risposta(self) -> &'static Elemento {
        match self {
            Self::Verifica => &tavola::VERIFICA_RES,
            Self::Attiva(Versione::V1) => &tavola::ATTIVA_RES,
            Self::Attiva(Versione::V2) => &tavola::ATTIVA_V2_RES,
            Self::Ricevuta(Versione::V1) => &tavola::RT_RES,
            Self::Ricevuta(Versione::V2) => &tavola::RT_V2_RES,
            Self::RichiestaAvviso => &tavola::DEMAND_RES,
        }
    }
}
