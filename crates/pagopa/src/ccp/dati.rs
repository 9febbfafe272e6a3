//! Payment data: what an activation answers, and how that answer is stored (`xmlRpt`).

use super::ricevuta::{Ricevuta, id_transfer};
use super::richiesta::dominio;
use super::soggetto::{MapEntry, Soggetto, da_metadata, metadata};
use super::{NAMESPACE, Operazione, PREFISSO, Versione};
use crate::albero::Ramo;
use crate::errore::{LetturaError, Violazione};
use crate::lettore;
use crate::schema::{self, valori};
use domain::{IdDominio, Importo, Istante};
use jiff::civil::Date;

/// ctPaymentPA or ctPaymentPAV2, by the version it is written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatiPagamento {
    /// creditorReferenceId: the IUV.
    pub creditor_reference_id: String,
    /// paymentAmount.
    pub payment_amount: Importo,
    /// dueDate.
    pub due_date: Date,
    /// retentionDate; we never send it (spec 40 6.1).
    pub retention_date: Option<Istante>,
    /// lastPayment; absent in a request rebuilt from a receipt.
    pub last_payment: Option<bool>,
    /// description, 1-140.
    pub description: String,
    /// companyName, 1-140; required in V2.
    pub company_name: Option<String>,
    /// officeName, 1-140.
    pub office_name: Option<String>,
    /// debtor.
    pub debtor: Soggetto,
    /// transferList, 1 to 5.
    pub transfers: Vec<Trasferimento>,
    /// metadata of the payment; we never send it.
    pub metadata: Vec<MapEntry>,
}

/// A transfer: an IBAN, or (V2) a stamp to buy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trasferimento {
    /// idTransfer, 1 to 5: the indice of the voce.
    pub id: u8,
    /// transferAmount.
    pub amount: Importo,
    /// fiscalCodePA: the dominio that owns the IBAN.
    pub fiscal_code_pa: IdDominio,
    /// companyName; written in V2 only.
    pub company_name: Option<String>,
    /// IBAN.
    pub iban: Option<String>,
    /// richiestaMarcaDaBollo; a V1 answer that has one is not valid.
    pub bollo: Option<RichiestaBollo>,
    /// remittanceInformation, 1-140.
    pub remittance: String,
    /// transferCategory, 1-140.
    pub category: String,
    /// metadata, at most 15 pairs. V1 has the element too: leave it empty there (spec 40 6.4).
    pub metadata: Vec<MapEntry>,
}

/// richiestaMarcaDaBollo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RichiestaBollo {
    /// hashDocumento, base64, 4-72 characters.
    pub hash: String,
    /// tipoBollo, `01`.
    pub tipo: String,
    /// provinciaResidenza, two capitals.
    pub provincia: String,
}

/// Reads an activation answer as it is stored: root `paGetPaymentRes` or `paGetPaymentV2Response`,
/// which gives the version, with its `data`.
///
/// # Errors
/// [`LetturaError`]: not one of the two, not valid, or a KO.
pub fn leggi_rpt(byte: &[u8]) -> Result<(Versione, DatiPagamento), LetturaError> {
    let (versione, ramo) = lettore::leggi_una(
        &lettore::testo(byte)?,
        &[Versione::V1, Versione::V2],
        |v| Operazione::Attiva(v).risposta(),
        NAMESPACE,
    )?;
    Ok((versione, DatiPagamento::da_ramo(ramo.serve("data")?)?))
}

impl DatiPagamento {
    /// Checks every facet of the answer (spec 40 6.6).
    ///
    /// # Errors
    /// Names the element and says what is wrong: the description of PAA_SYSTEM_ERROR.
    pub fn valida(&self, versione: Versione) -> Result<(), String> {
        schema::valida(&self.risposta(versione), Operazione::Attiva(versione).risposta())
            .map_err(|v| v.to_string())
    }

    /// The OK answer, stand-alone, without envelope: root `paGetPaymentRes` or
    /// `paGetPaymentV2Response`. These are the bytes that are stored as request of the payment;
    /// [`crate::busta::avvolgi`] makes the HTTP body of them.
    #[must_use]
    pub fn xml(&self, versione: Versione) -> Vec<u8> {
        self.risposta(versione).documento(PREFISSO, NAMESPACE)
    }

    /// The request that was never stored, rebuilt from a receipt (spec 40 7.3): lastPayment and
    /// retentionDate absent; a transfer paid with a stamp takes the data of its voce from `bollo`,
    /// which is given the idTransfer. Written in the version of the receipt.
    #[must_use]
    pub fn da_ricevuta(r: &Ricevuta, due_date: Date, bollo: impl Fn(u8) -> Option<RichiestaBollo>) -> Self {
        Self {
            creditor_reference_id: r.creditor_reference_id.clone(),
            payment_amount: r.payment_amount,
            due_date,
            retention_date: None,
            last_payment: None,
            description: r.description.clone(),
            company_name: Some(r.company_name.clone()),
            office_name: r.office_name.clone(),
            debtor: r.debtor.clone(),
            transfers: r
                .transfers
                .iter()
                .map(|t| Trasferimento {
                    id: t.id_transfer,
                    amount: t.amount,
                    fiscal_code_pa: t.fiscal_code_pa.clone(),
                    company_name: t.company_name.clone(),
                    iban: t.iban.clone(),
                    bollo: t.mbd_attachment.as_ref().and_then(|_| bollo(t.id_transfer)),
                    remittance: t.remittance_information.clone(),
                    category: t.transfer_category.clone(),
                    metadata: t.metadata.clone(),
                })
                .collect(),
            metadata: r.metadata.clone(),
        }
    }

    fn risposta(&self, versione: Versione) -> Ramo {
        Ramo::nodo(Operazione::Attiva(versione).risposta().nome)
            .campo("outcome", "OK")
            .con(self.ramo(versione))
    }

    pub(crate) fn ramo(&self, versione: Versione) -> Ramo {
        let lista = self.transfers.iter().fold(Ramo::nodo("transferList"), |l, t| l.con(t.ramo(versione)));
        Ramo::nodo("data")
            .campo("creditorReferenceId", self.creditor_reference_id.as_str())
            .campo("paymentAmount", self.payment_amount.to_string())
            .campo("dueDate", self.due_date.to_string())
            .forse("retentionDate", self.retention_date.map(valori::in_data_ora))
            .forse("lastPayment", self.last_payment.map(|b| b.to_string()))
            .campo("description", self.description.as_str())
            .forse("companyName", self.company_name.as_deref())
            .forse("officeName", self.office_name.as_deref())
            .con(self.debtor.ramo("debtor"))
            .con(lista)
            .forse_ramo(metadata(&self.metadata))
    }

    pub(crate) fn da_ramo(r: &Ramo) -> Result<Self, Violazione> {
        Ok(Self {
            creditor_reference_id: r.testo("creditorReferenceId")?,
            payment_amount: r.importo("paymentAmount")?,
            due_date: r.valore("dueDate", valori::data)?,
            retention_date: r.valore_se("retentionDate", valori::istante)?,
            last_payment: r.valore_se("lastPayment", valori::booleano)?,
            description: r.testo("description")?,
            company_name: r.testo_se("companyName"),
            office_name: r.testo_se("officeName"),
            debtor: Soggetto::da_ramo(r.serve("debtor")?)?,
            transfers: r
                .serve("transferList")?
                .figli("transfer")
                .map(Trasferimento::da_ramo)
                .collect::<Result<_, _>>()?,
            metadata: da_metadata(r)?,
        })
    }
}

impl Trasferimento {
    fn ramo(&self, versione: Versione) -> Ramo {
        Ramo::nodo("transfer")
            .campo("idTransfer", self.id.to_string())
            .campo("transferAmount", self.amount.to_string())
            .campo("fiscalCodePA", self.fiscal_code_pa.as_str())
            .forse("companyName", self.company_name.as_deref().filter(|_| versione == Versione::V2))
            .forse("IBAN", self.iban.as_deref())
            .forse_ramo(self.bollo.as_ref().map(RichiestaBollo::ramo))
            .campo("remittanceInformation", self.remittance.as_str())
            .campo("transferCategory", self.category.as_str())
            .forse_ramo(metadata(&self.metadata))
    }

    fn da_ramo(r: &Ramo) -> Result<Self, Violazione> {
        Ok(Self {
            id: r.valore("idTransfer", id_transfer)?,
            amount: r.importo("transferAmount")?,
            fiscal_code_pa: r.valore("fiscalCodePA", dominio)?,
            company_name: r.testo_se("companyName"),
            iban: r.testo_se("IBAN"),
            bollo: r.figlio("richiestaMarcaDaBollo").map(RichiestaBollo::da_ramo).transpose()?,
            remittance: r.testo("remittanceInformation")?,
            category: r.testo("transferCategory")?,
            metadata: da_metadata(r)?,
        })
    }
}

impl RichiestaBollo {
    fn ramo(&self) -> Ramo {
        Ramo::nodo("richiestaMarcaDaBollo")
            .campo("hashDocumento", self.hash.as_str())
            .campo("tipoBollo", self.tipo.as_str())
            .campo("provinciaResidenza", self.provincia.as_str())
    }

    fn da_ramo(r: &Ramo) -> Result<Self, Violazione> {
        Ok(Self {
            hash: r.testo("hashDocumento")?,
            tipo: r.testo("tipoBollo")?,
            provincia: r.testo("provinciaResidenza")?,
        })
    }
}
