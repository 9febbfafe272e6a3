//! Answers other than the payment data: faults, verifications, accepted receipts.

use super::richiesta::dominio;
use super::{NAMESPACE, Operazione, PREFISSO, Versione};
use crate::albero::Ramo;
use crate::errore::Violazione;
use crate::schema::{self, valori};
use domain::{IdDominio, Importo};
use jiff::civil::Date;

/// Codes of the fault bean, with their literal texts (spec 40 section 2). Clients match them literally.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultCode {
    /// PAA_ID_INTERMEDIARIO_ERRATO.
    IdIntermediarioErrato,
    /// PAA_STAZIONE_INT_ERRATA.
    StazioneIntErrata,
    /// PAA_ID_DOMINIO_ERRATO.
    IdDominioErrato,
    /// PAA_PAGAMENTO_SCONOSCIUTO: the only text with a typographic apostrophe.
    PagamentoSconosciuto,
    /// PAA_PAGAMENTO_SCADUTO.
    PagamentoScaduto,
    /// PAA_PAGAMENTO_ANNULLATO.
    PagamentoAnnullato,
    /// PAA_PAGAMENTO_DUPLICATO.
    PagamentoDuplicato,
    /// PAA_PAGAMENTO_IN_CORSO.
    PagamentoInCorso,
    /// PAA_PAGAMENTO_MULTIBENEFICIARIO_NON_CONSENTITO.
    MultibeneficiarioNonConsentito,
    /// PAA_SEMANTICA.
    Semantica,
    /// PAA_SINTASSI_XSD.
    SintassiXsd,
    /// PAA_RPT_SCONOSCIUTA.
    RptSconosciuta,
    /// PAA_RECEIPT_DUPLICATA.
    ReceiptDuplicata,
    /// PAA_RT_DUPLICATA.
    RtDuplicata,
    /// PAA_SYSTEM_ERROR.
    SystemError,
}

impl FaultCode {
    /// All of them, in the order of the spec.
    pub const TUTTI: [Self; 15] = [
        Self::IdIntermediarioErrato,
        Self::StazioneIntErrata,
        Self::IdDominioErrato,
        Self::PagamentoSconosciuto,
        Self::PagamentoScaduto,
        Self::PagamentoAnnullato,
        Self::PagamentoDuplicato,
        Self::PagamentoInCorso,
        Self::MultibeneficiarioNonConsentito,
        Self::Semantica,
        Self::SintassiXsd,
        Self::RptSconosciuta,
        Self::ReceiptDuplicata,
        Self::RtDuplicata,
        Self::SystemError,
    ];

    /// faultCode.
    #[must_use]
    pub const fn codice(self) -> &'static str {
        match self {
            Self::IdIntermediarioErrato => "PAA_ID_INTERMEDIARIO_ERRATO",
            Self::StazioneIntErrata => "PAA_STAZIONE_INT_ERRATA",
            Self::IdDominioErrato => "PAA_ID_DOMINIO_ERRATO",
            Self::PagamentoSconosciuto => "PAA_PAGAMENTO_SCONOSCIUTO",
            Self::PagamentoScaduto => "PAA_PAGAMENTO_SCADUTO",
            Self::PagamentoAnnullato => "PAA_PAGAMENTO_ANNULLATO",
            Self::PagamentoDuplicato => "PAA_PAGAMENTO_DUPLICATO",
            Self::PagamentoInCorso => "PAA_PAGAMENTO_IN_CORSO",
            Self::MultibeneficiarioNonConsentito => "PAA_PAGAMENTO_MULTIBENEFICIARIO_NON_CONSENTITO",
            Self::Semantica => "PAA_SEMANTICA",
            Self::SintassiXsd => "PAA_SINTASSI_XSD",
            Self::RptSconosciuta => "PAA_RPT_SCONOSCIUTA",
            Self::ReceiptDuplicata => "PAA_RECEIPT_DUPLICATA",
            Self::RtDuplicata => "PAA_RT_DUPLICATA",
            Self::SystemError => "PAA_SYSTEM_ERROR",
        }
    }

    /// faultString.
    #[must_use]
    pub const fn testo(self) -> &'static str {
        match self {
            Self::IdIntermediarioErrato => "Identificativo intermediario non corrispondente.",
            Self::StazioneIntErrata => "Stazione intermediario non corrispondente.",
            Self::IdDominioErrato => "La PAA non corrisponde al Dominio indicato.",
            Self::PagamentoSconosciuto => {
                "Pagamento in attesa risulta sconosciuto all\u{2019}Ente Creditore."
            }
            Self::PagamentoScaduto => "Pagamento in attesa risulta scaduto all'Ente Creditore.",
            Self::PagamentoAnnullato => "Pagamento in attesa risulta annullato all'Ente Creditore.",
            Self::PagamentoDuplicato => "Pagamento in attesa risulta concluso all'Ente Creditore.",
            Self::PagamentoInCorso => "Pagamento in attesa risulta in corso all'Ente Creditore.",
            Self::MultibeneficiarioNonConsentito => {
                "Pagamento multibeneficiario non consentito con le specifiche SANP-SPC 2.3.0."
            }
            Self::Semantica => "Errore semantico.",
            Self::SintassiXsd => "Errore di sintassi XSD.",
            Self::RptSconosciuta => "La RPT risulta sconosciuta.",
            Self::ReceiptDuplicata => "La CtReceipt è già stata accettata.",
            Self::RtDuplicata => "La RT è già stata accettata.",
            Self::SystemError => "Errore generico.",
        }
    }
}

/// The fault bean of a KO answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// faultCode and faultString.
    pub codice: FaultCode,
    /// id: the dominio of the request, always (idPA for paDemandPaymentNotice).
    pub id: String,
    /// description, where the spec wants one; never a class name or a stack trace.
    pub descrizione: Option<String>,
}

impl Fault {
    /// A fault without description.
    #[must_use]
    pub fn nuovo(codice: FaultCode, id: impl Into<String>) -> Self {
        Self { codice, id: id.into(), descrizione: None }
    }

    /// The same with a description.
    #[must_use]
    pub fn con(self, descrizione: impl Into<String>) -> Self {
        Self { descrizione: Some(descrizione.into()), ..self }
    }
}

/// The KO answer of an operation, stand-alone, without envelope: outcome, then fault.
#[must_use]
pub fn ko(operazione: Operazione, fault: &Fault) -> Vec<u8> {
    Ramo::nodo(operazione.risposta().nome)
        .campo("outcome", "KO")
        .con(
            Ramo::nodo("fault")
                .campo("faultCode", fault.codice.codice())
                .campo("faultString", fault.codice.testo())
                .campo("id", fault.id.as_str())
                .forse("description", fault.descrizione.as_deref()),
        )
        .documento(PREFISSO, NAMESPACE)
}

/// The OK answer to a receipt, stand-alone, without envelope.
#[must_use]
pub fn ricevuta_accettata(versione: Versione) -> Vec<u8> {
    Ramo::nodo(Operazione::Ricevuta(versione).risposta().nome)
        .campo("outcome", "OK")
        .documento(PREFISSO, NAMESPACE)
}

/// How the amount of a payment option binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpzioneImporto {
    /// `EQ`, the only one that we send.
    Eq,
    /// `LS`.
    Ls,
    /// `GT`.
    Gt,
    /// `ANY`.
    Any,
}

impl OpzioneImporto {
    /// The literal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "EQ",
            Self::Ls => "LS",
            Self::Gt => "GT",
            Self::Any => "ANY",
        }
    }

    fn leggi(testo: &str) -> Result<Self, String> {
        match testo {
            "EQ" => Ok(Self::Eq),
            "LS" => Ok(Self::Ls),
            "GT" => Ok(Self::Gt),
            "ANY" => Ok(Self::Any),
            _ => Err("value is not one of [EQ, LS, GT, ANY]".to_owned()),
        }
    }
}

/// Content of an OK answer to paVerifyPaymentNotice, and of paDemandPaymentNotice: always one
/// payment option (spec 40 5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatiVerifica {
    /// amount.
    pub amount: Importo,
    /// options.
    pub options: OpzioneImporto,
    /// dueDate.
    pub due_date: Option<Date>,
    /// detailDescription, 1-140.
    pub detail_description: Option<String>,
    /// allCCP.
    pub all_ccp: bool,
    /// paymentDescription, 1-140.
    pub payment_description: Option<String>,
    /// fiscalCodePA.
    pub fiscal_code_pa: Option<IdDominio>,
    /// companyName, 1-140.
    pub company_name: Option<String>,
    /// officeName, 1-140.
    pub office_name: Option<String>,
}

impl DatiVerifica {
    /// The OK answer to paVerifyPaymentNotice, stand-alone, without envelope.
    #[must_use]
    pub fn xml(&self) -> Vec<u8> {
        self.ramo(Operazione::Verifica, None).documento(PREFISSO, NAMESPACE)
    }

    /// The OK answer to paDemandPaymentNotice, stand-alone, with the notice that was made.
    #[must_use]
    pub fn xml_avviso(&self, fiscal_code: &IdDominio, notice_number: &str) -> Vec<u8> {
        self.ramo(Operazione::RichiestaAvviso, Some((fiscal_code, notice_number)))
            .documento(PREFISSO, NAMESPACE)
    }

    /// Checks every facet of the answer to paVerifyPaymentNotice.
    ///
    /// # Errors
    /// Names the element and says what is wrong.
    pub fn valida(&self) -> Result<(), String> {
        schema::valida(&self.ramo(Operazione::Verifica, None), Operazione::Verifica.risposta())
            .map_err(|v| v.to_string())
    }

    fn ramo(&self, operazione: Operazione, avviso: Option<(&IdDominio, &str)>) -> Ramo {
        let opzione = Ramo::nodo("paymentOptionDescription")
            .campo("amount", self.amount.to_string())
            .campo("options", self.options.as_str())
            .forse("dueDate", self.due_date.map(|d| d.to_string()))
            .forse("detailDescription", self.detail_description.as_deref())
            .campo("allCCP", self.all_ccp.to_string());
        let qr = avviso
            .map(|(d, n)| Ramo::nodo("qrCode").campo("fiscalCode", d.as_str()).campo("noticeNumber", n));
        Ramo::nodo(operazione.risposta().nome)
            .campo("outcome", "OK")
            .forse_ramo(qr)
            .con(Ramo::nodo("paymentList").con(opzione))
            .forse("paymentDescription", self.payment_description.as_deref())
            .forse("fiscalCodePA", self.fiscal_code_pa.as_ref().map(IdDominio::as_str))
            .forse("companyName", self.company_name.as_deref())
            .forse("officeName", self.office_name.as_deref())
    }

    pub(crate) fn da_ramo(r: &Ramo) -> Result<Self, Violazione> {
        let o = r.serve("paymentList")?.serve("paymentOptionDescription")?;
        Ok(Self {
            amount: o.importo("amount")?,
            options: o.valore("options", OpzioneImporto::leggi)?,
            due_date: o.valore_se("dueDate", valori::data)?,
            detail_description: o.testo_se("detailDescription"),
            all_ccp: o.valore("allCCP", valori::booleano)?,
            payment_description: r.testo_se("paymentDescription"),
            fiscal_code_pa: r.valore_se("fiscalCodePA", dominio)?,
            company_name: r.testo_se("companyName"),
            office_name: r.testo_se("officeName"),
        })
    }
}
