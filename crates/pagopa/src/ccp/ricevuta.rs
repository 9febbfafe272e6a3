//! Receipts: paSendRTReq and paSendRTV2Request, live and stored.

use super::richiesta::{dominio, testa};
use super::soggetto::{MapEntry, Soggetto, da_metadata, metadata};
use super::{NAMESPACE, Operazione, PREFISSO, Versione};
use crate::albero::Ramo;
use crate::errore::{LetturaError, Violazione};
use crate::lettore;
use crate::schema::{self, valori};
use domain::{IdDominio, Importo, Istante};
use jiff::civil::Date;

/// paSendRTReq or paSendRTV2Request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvioRicevuta {
    /// Which of the two.
    pub versione: Versione,
    /// idPA: to whom this copy is addressed.
    pub id_pa: String,
    /// idBrokerPA.
    pub id_broker_pa: String,
    /// idStation.
    pub id_station: String,
    /// receipt.
    pub ricevuta: Ricevuta,
}

/// Outcome of the payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EsitoRicevuta {
    /// Paid.
    Ok,
    /// Not paid.
    Ko,
}

impl EsitoRicevuta {
    /// The literal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Ko => "KO",
        }
    }

    pub(crate) fn leggi(testo: &str) -> Result<Self, String> {
        match testo {
            "OK" => Ok(Self::Ok),
            "KO" => Ok(Self::Ko),
            _ => Err("value is not one of [OK, KO]".to_owned()),
        }
    }
}

/// ctReceipt or ctReceiptV2. The fields that only V2 has are never there in V1 and are not written
/// when the receipt goes out as V1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ricevuta {
    /// receiptId; the schema sets no bound.
    pub receipt_id: String,
    /// noticeNumber, 18 digits.
    pub notice_number: String,
    /// fiscalCode: the dominio of the notice.
    pub fiscal_code: IdDominio,
    /// outcome.
    pub outcome: EsitoRicevuta,
    /// creditorReferenceId: the IUV.
    pub creditor_reference_id: String,
    /// paymentAmount; zero is legal.
    pub payment_amount: Importo,
    /// description.
    pub description: String,
    /// companyName.
    pub company_name: String,
    /// officeName.
    pub office_name: Option<String>,
    /// debtor.
    pub debtor: Soggetto,
    /// transferList, 1 to 5.
    pub transfers: Vec<TransferRicevuta>,
    /// idPSP.
    pub id_psp: String,
    /// pspFiscalCode.
    pub psp_fiscal_code: Option<String>,
    /// pspPartitaIVA.
    pub psp_partita_iva: Option<String>,
    /// PSPCompanyName.
    pub psp_company_name: String,
    /// idChannel.
    pub id_channel: String,
    /// channelDescription.
    pub channel_description: String,
    /// payer.
    pub payer: Option<Soggetto>,
    /// paymentMethod.
    pub payment_method: Option<String>,
    /// paymentNote (V2).
    pub payment_note: Option<String>,
    /// fee.
    pub fee: Option<Importo>,
    /// primaryCiIncurredFee (V2).
    pub primary_ci_incurred_fee: Option<Importo>,
    /// idBundle (V2).
    pub id_bundle: Option<String>,
    /// idCiBundle (V2).
    pub id_ci_bundle: Option<String>,
    /// paymentDateTime; without zone it was the clock of Rome.
    pub payment_date_time: Option<Istante>,
    /// applicationDate.
    pub application_date: Option<Date>,
    /// transferDate.
    pub transfer_date: Option<Date>,
    /// metadata.
    pub metadata: Vec<MapEntry>,
    /// standIn.
    pub stand_in: Option<bool>,
}

/// A transfer of a receipt. In V1 there is always an IBAN; in V2 an IBAN or a stamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferRicevuta {
    /// idTransfer, 1 to 5: the indice of the voce.
    pub id_transfer: u8,
    /// transferAmount, never zero.
    pub amount: Importo,
    /// fiscalCodePA.
    pub fiscal_code_pa: IdDominio,
    /// companyName (V2).
    pub company_name: Option<String>,
    /// IBAN.
    pub iban: Option<String>,
    /// MBDAttachment (V2), base64 removed.
    pub mbd_attachment: Option<Vec<u8>>,
    /// remittanceInformation.
    pub remittance_information: String,
    /// transferCategory.
    pub transfer_category: String,
    /// metadata.
    pub metadata: Vec<MapEntry>,
}

/// Reads a receipt as it is stored: the child of the Body, root `paSendRTReq` or `paSendRTV2Request`,
/// which gives the version.
///
/// # Errors
/// [`LetturaError`]: not one of the two, or not valid.
pub fn leggi_ricevuta(byte: &[u8]) -> Result<InvioRicevuta, LetturaError> {
    let (versione, ramo) = lettore::leggi_una(
        &lettore::testo(byte)?,
        &[Versione::V1, Versione::V2],
        |v| Operazione::Ricevuta(v).domanda(),
        NAMESPACE,
    )?;
    Ok(InvioRicevuta::da_ramo(&ramo, versione)?)
}

impl InvioRicevuta {
    pub(super) fn da_ramo(r: &Ramo, versione: Versione) -> Result<Self, Violazione> {
        Ok(Self {
            versione,
            id_pa: r.testo("idPA")?,
            id_broker_pa: r.testo("idBrokerPA")?,
            id_station: r.testo("idStation")?,
            ricevuta: Ricevuta::da_ramo(r.serve("receipt")?)?,
        })
    }

    /// The message, stand-alone, without envelope: as the Node writes it, and as a receipt that
    /// reached us by another road (biz-events) is stored.
    #[must_use]
    pub fn xml(&self) -> Vec<u8> {
        self.ramo().documento(PREFISSO, NAMESPACE)
    }

    /// Checks the message against the schema of its version.
    ///
    /// # Errors
    /// Names the element and says what is wrong.
    pub fn valida(&self) -> Result<(), String> {
        schema::valida(&self.ramo(), Operazione::Ricevuta(self.versione).domanda()).map_err(|v| v.to_string())
    }

    fn ramo(&self) -> Ramo {
        let nome = Operazione::Ricevuta(self.versione).domanda().nome;
        testa(nome, &self.id_pa, &self.id_broker_pa, &self.id_station).con(self.ricevuta.ramo(self.versione))
    }
}

impl Ricevuta {
    fn da_ramo(r: &Ramo) -> Result<Self, Violazione> {
        Ok(Self {
            receipt_id: r.testo("receiptId")?,
            notice_number: r.testo("noticeNumber")?,
            fiscal_code: r.valore("fiscalCode", dominio)?,
            outcome: r.valore("outcome", EsitoRicevuta::leggi)?,
            creditor_reference_id: r.testo("creditorReferenceId")?,
            payment_amount: r.importo("paymentAmount")?,
            description: r.testo("description")?,
            company_name: r.testo("companyName")?,
            office_name: r.testo_se("officeName"),
            debtor: Soggetto::da_ramo(r.serve("debtor")?)?,
            transfers: r
                .serve("transferList")?
                .figli("transfer")
                .map(TransferRicevuta::da_ramo)
                .collect::<Result<_, _>>()?,
            id_psp: r.testo("idPSP")?,
            psp_fiscal_code: r.testo_se("pspFiscalCode"),
            psp_partita_iva: r.testo_se("pspPartitaIVA"),
            psp_company_name: r.testo("PSPCompanyName")?,
            id_channel: r.testo("idChannel")?,
            channel_description: r.testo("channelDescription")?,
            payer: r.figlio("payer").map(Soggetto::da_ramo).transpose()?,
            payment_method: r.testo_se("paymentMethod"),
            payment_note: r.testo_se("paymentNote"),
            fee: r.valore_se("fee", valori::importo)?,
            primary_ci_incurred_fee: r.valore_se("primaryCiIncurredFee", valori::importo)?,
            id_bundle: r.testo_se("idBundle"),
            id_ci_bundle: r.testo_se("idCiBundle"),
            payment_date_time: r.valore_se("paymentDateTime", valori::istante)?,
            application_date: r.valore_se("applicationDate", valori::data)?,
            transfer_date: r.valore_se("transferDate", valori::data)?,
            metadata: da_metadata(r)?,
            stand_in: r.valore_se("standIn", valori::booleano)?,
        })
    }

    pub(crate) fn ramo(&self, versione: Versione) -> Ramo {
        let v2 = |t: &Option<String>| t.clone().filter(|_| versione == Versione::V2);
        let lista = self.transfers.iter().fold(Ramo::nodo("transferList"), |l, t| l.con(t.ramo(versione)));
        Ramo::nodo("receipt")
            .campo("receiptId", self.receipt_id.as_str())
            .campo("noticeNumber", self.notice_number.as_str())
            .campo("fiscalCode", self.fiscal_code.as_str())
            .campo("outcome", self.outcome.as_str())
            .campo("creditorReferenceId", self.creditor_reference_id.as_str())
            .campo("paymentAmount", self.payment_amount.to_string())
            .campo("description", self.description.as_str())
            .campo("companyName", self.company_name.as_str())
            .forse("officeName", self.office_name.as_deref())
            .con(self.debtor.ramo("debtor"))
            .con(lista)
            .campo("idPSP", self.id_psp.as_str())
            .forse("pspFiscalCode", self.psp_fiscal_code.as_deref())
            .forse("pspPartitaIVA", self.psp_partita_iva.as_deref())
            .campo("PSPCompanyName", self.psp_company_name.as_str())
            .campo("idChannel", self.id_channel.as_str())
            .campo("channelDescription", self.channel_description.as_str())
            .forse_ramo(self.payer.as_ref().map(|p| p.ramo("payer")))
            .forse("paymentMethod", self.payment_method.as_deref())
            .forse("paymentNote", v2(&self.payment_note))
            .forse("fee", self.fee.map(|f| f.to_string()))
            .forse(
                "primaryCiIncurredFee",
                self.primary_ci_incurred_fee.filter(|_| versione == Versione::V2).map(|f| f.to_string()),
            )
            .forse("idBundle", v2(&self.id_bundle))
            .forse("idCiBundle", v2(&self.id_ci_bundle))
            .forse("paymentDateTime", self.payment_date_time.map(valori::in_data_ora))
            .forse("applicationDate", self.application_date.map(|d| d.to_string()))
            .forse("transferDate", self.transfer_date.map(|d| d.to_string()))
            .forse_ramo(metadata(&self.metadata))
            .forse("standIn", self.stand_in.map(|b| b.to_string()))
    }
}

impl TransferRicevuta {
    fn da_ramo(r: &Ramo) -> Result<Self, Violazione> {
        Ok(Self {
            id_transfer: r.valore("idTransfer", id_transfer)?,
            amount: r.importo("transferAmount")?,
            fiscal_code_pa: r.valore("fiscalCodePA", dominio)?,
            company_name: r.testo_se("companyName"),
            iban: r.testo_se("IBAN"),
            mbd_attachment: r.valore_se("MBDAttachment", valori::base64)?,
            remittance_information: r.testo("remittanceInformation")?,
            transfer_category: r.testo("transferCategory")?,
            metadata: da_metadata(r)?,
        })
    }

    fn ramo(&self, versione: Versione) -> Ramo {
        let v2 = versione == Versione::V2;
        Ramo::nodo("transfer")
            .campo("idTransfer", self.id_transfer.to_string())
            .campo("transferAmount", self.amount.to_string())
            .campo("fiscalCodePA", self.fiscal_code_pa.as_str())
            .forse("companyName", self.company_name.as_deref().filter(|_| v2))
            .forse("IBAN", self.iban.as_deref())
            .forse("MBDAttachment", self.mbd_attachment.as_deref().filter(|_| v2).map(valori::in_base64))
            .campo("remittanceInformation", self.remittance_information.as_str())
            .campo("transferCategory", self.transfer_category.as_str())
            .forse_ramo(metadata(&self.metadata))
    }
}

/// idTransfer as a number.
pub(super) fn id_transfer(testo: &str) -> Result<u8, String> {
    valori::intero(testo).and_then(|n| u8::try_from(n).map_err(|_| "value is out of range".to_owned()))
}
