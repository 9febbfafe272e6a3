//! What the Node asks: the requests of the service.

use super::ricevuta::InvioRicevuta;
use super::{NAMESPACE, Operazione, PREFISSO, Versione};
use crate::albero::Ramo;
use crate::busta::Busta;
use crate::errore::{LetturaError, Violazione};
use crate::lettore;
use crate::schema::valori;
use domain::{IdDominio, Importo};
use jiff::civil::Date;

/// A request that respects the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Richiesta {
    /// paVerifyPaymentNotice.
    Verifica(VerificaReq),
    /// paGetPayment, paGetPaymentV2.
    Attiva(AttivaReq),
    /// paSendRT, paSendRTV2.
    Ricevuta(Box<InvioRicevuta>),
    /// paDemandPaymentNotice.
    RichiestaAvviso(DemandReq),
}

/// paVerifyPaymentNoticeReq.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerificaReq {
    /// idPA; ignored, the dominio is `fiscal_code` (spec 40 section 3).
    pub id_pa: String,
    /// idBrokerPA.
    pub id_broker_pa: String,
    /// idStation.
    pub id_station: String,
    /// qrCode/fiscalCode.
    pub fiscal_code: IdDominio,
    /// qrCode/noticeNumber: 18 digits, the first one not checked yet (spec 40 3.1).
    pub notice_number: String,
}

/// paGetPaymentReq or paGetPaymentV2Request: same fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttivaReq {
    /// Which of the two.
    pub versione: Versione,
    /// idPA; ignored.
    pub id_pa: String,
    /// idBrokerPA.
    pub id_broker_pa: String,
    /// idStation.
    pub id_station: String,
    /// qrCode/fiscalCode.
    pub fiscal_code: IdDominio,
    /// qrCode/noticeNumber: 18 digits, the first one not checked yet.
    pub notice_number: String,
    /// amount; ignored.
    pub amount: Option<Importo>,
    /// paymentNote, 1-210 characters.
    pub payment_note: Option<String>,
    /// transferType.
    pub transfer_type: Option<TransferType>,
    /// dueDate; ignored.
    pub due_date: Option<Date>,
}

/// Circuit that the payment is going to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferType {
    /// Postal accounts.
    Postal,
    /// The others.
    PagoPa,
}

impl TransferType {
    /// The literal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Postal => "POSTAL",
            Self::PagoPa => "PAGOPA",
        }
    }

    fn leggi(testo: &str) -> Result<Self, String> {
        match testo {
            "POSTAL" => Ok(Self::Postal),
            "PAGOPA" => Ok(Self::PagoPa),
            _ => Err("value is not one of [POSTAL, PAGOPA]".to_owned()),
        }
    }
}

/// paDemandPaymentNoticeRequest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandReq {
    /// idPA: here it is the dominio of the answer.
    pub id_pa: String,
    /// idBrokerPA.
    pub id_broker_pa: String,
    /// idStation.
    pub id_station: String,
    /// idServizio, 5 characters.
    pub id_servizio: String,
    /// idSoggettoServizio, 5 characters.
    pub id_soggetto_servizio: String,
    /// datiSpecificiServizioRequest, base64 removed.
    pub dati_specifici: Vec<u8>,
}

/// Reads the request of an opened envelope and checks it against the schema.
///
/// # Errors
/// [`LetturaError::OperazioneSconosciuta`], [`LetturaError::Schema`].
pub fn leggi(busta: &Busta) -> Result<Richiesta, LetturaError> {
    let operazione = Operazione::di(busta)?;
    let r = lettore::leggi(&lettore::testo(&busta.corpo)?, operazione.domanda(), NAMESPACE)?;
    Ok(match operazione {
        Operazione::Verifica => Richiesta::Verifica(VerificaReq::da_ramo(&r)?),
        Operazione::Attiva(v) => Richiesta::Attiva(AttivaReq::da_ramo(&r, v)?),
        Operazione::Ricevuta(v) => Richiesta::Ricevuta(Box::new(InvioRicevuta::da_ramo(&r, v)?)),
        Operazione::RichiestaAvviso => Richiesta::RichiestaAvviso(DemandReq::da_ramo(&r)?),
    })
}

pub(super) fn dominio(testo: &str) -> Result<IdDominio, String> {
    IdDominio::leggi(testo).map_err(|_| "value does not match [0-9]{11}".to_owned())
}

/// idPA, idBrokerPA, idStation: how every request begins.
pub(super) fn testa(nome: &'static str, id_pa: &str, id_broker_pa: &str, id_station: &str) -> Ramo {
    Ramo::nodo(nome).campo("idPA", id_pa).campo("idBrokerPA", id_broker_pa).campo("idStation", id_station)
}

fn qr_code(fiscal_code: &IdDominio, notice_number: &str) -> Ramo {
    Ramo::nodo("qrCode").campo("fiscalCode", fiscal_code.as_str()).campo("noticeNumber", notice_number)
}

impl VerificaReq {
    fn da_ramo(r: &Ramo) -> Result<Self, Violazione> {
        let qr = r.serve("qrCode")?;
        Ok(Self {
            id_pa: r.testo("idPA")?,
            id_broker_pa: r.testo("idBrokerPA")?,
            id_station: r.testo("idStation")?,
            fiscal_code: qr.valore("fiscalCode", dominio)?,
            notice_number: qr.testo("noticeNumber")?,
        })
    }

    /// The message, as the Node writes it: stand-alone, without envelope.
    #[must_use]
    pub fn xml(&self) -> Vec<u8> {
        testa(Operazione::Verifica.domanda().nome, &self.id_pa, &self.id_broker_pa, &self.id_station)
            .con(qr_code(&self.fiscal_code, &self.notice_number))
            .documento(PREFISSO, NAMESPACE)
    }
}

impl AttivaReq {
    fn da_ramo(r: &Ramo, versione: Versione) -> Result<Self, Violazione> {
        let qr = r.serve("qrCode")?;
        Ok(Self {
            versione,
            id_pa: r.testo("idPA")?,
            id_broker_pa: r.testo("idBrokerPA")?,
            id_station: r.testo("idStation")?,
            fiscal_code: qr.valore("fiscalCode", dominio)?,
            notice_number: qr.testo("noticeNumber")?,
            amount: r.valore_se("amount", valori::importo)?,
            payment_note: r.testo_se("paymentNote"),
            transfer_type: r.valore_se("transferType", TransferType::leggi)?,
            due_date: r.valore_se("dueDate", valori::data)?,
        })
    }

    /// The message, as the Node writes it: stand-alone, without envelope.
    #[must_use]
    pub fn xml(&self) -> Vec<u8> {
        let nome = Operazione::Attiva(self.versione).domanda().nome;
        testa(nome, &self.id_pa, &self.id_broker_pa, &self.id_station)
            .con(qr_code(&self.fiscal_code, &self.notice_number))
            .forse("amount", self.amount.map(|a| a.to_string()))
            .forse("paymentNote", self.payment_note.as_deref())
            .forse("transferType", self.transfer_type.map(TransferType::as_str))
            .forse("dueDate", self.due_date.map(|d| d.to_string()))
            .documento(PREFISSO, NAMESPACE)
    }
}

impl DemandReq {
    fn da_ramo(r: &Ramo) -> Result<Self, Violazione> {
        Ok(Self {
            id_pa: r.testo("idPA")?,
            id_broker_pa: r.testo("idBrokerPA")?,
            id_station: r.testo("idStation")?,
            id_servizio: r.testo("idServizio")?,
            id_soggetto_servizio: r.testo("idSoggettoServizio")?,
            dati_specifici: r.valore("datiSpecificiServizioRequest", valori::base64)?,
        })
    }

    /// The message, as the Node writes it: stand-alone, without envelope.
    #[must_use]
    pub fn xml(&self) -> Vec<u8> {
        let nome = Operazione::RichiestaAvviso.domanda().nome;
        testa(nome, &self.id_pa, &self.id_broker_pa, &self.id_station)
            .campo("idServizio", self.id_servizio.as_str())
            .campo("idSoggettoServizio", self.id_soggetto_servizio.as_str())
            .campo("datiSpecificiServizioRequest", valori::in_base64(&self.dati_specifici))
            .documento(PREFISSO, NAMESPACE)
    }
}
