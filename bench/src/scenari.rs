//! What is asked of the gateway: one type per kind of load.

use crate::carico::{Attesa, Operazioni};
use crate::http::scrivi;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use std::io::Write as _;

/// Applicazione that loads pendenze.
pub(crate) const GESTIONALE: (&str, &str) = ("gestionale", "Banco-2026-ente");
/// `idA2A` of that applicazione.
pub(crate) const A2A: &str = "GESTIONALE";
/// The dominio of everything that is asked.
pub(crate) const DOMINIO: &str = "12345678901";
/// `receiptId` of the receipts of the benchmark begin with it.
pub(crate) const RICEVUTE: &str = "RCP";

/// API Pendenze v2 with Basic credentials.
pub(crate) const PENDENZE: &str = "/govpay/backend/api/pendenze/rs/basic/v2";
/// API Backoffice with Basic credentials.
pub(crate) const BACKOFFICE: &str = "/govpay/backend/api/backoffice/rs/basic/v1";
const CCP: &str = "/govpay/frontend/api/pagopa/PagamentiTelematiciCCPservice";
const OK: Attesa = Attesa { stato: 200, contiene: "<outcome>OK</outcome>" };

/// The notice number with progressive `n` of the dominio.
pub(crate) fn avviso(n: u64) -> u64 {
    let testa = 3_010_000_000_000_000 + n;
    testa * 100 + testa % 93
}

/// An `Authorization` line.
pub(crate) fn basic((utente, password): (&str, &str)) -> String {
    format!("Authorization: Basic {}\r\n", BASE64_STANDARD.encode(format!("{utente}:{password}")))
}

/// PUT of new pendenze.
#[derive(Debug)]
pub(crate) struct Put {
    intestazioni: String,
    prima: String,
    /// Keys are `{prefisso}{n}`.
    prefisso: String,
}

impl Put {
    /// `voci`: 1 to 5. `prefisso` must never have been used on that database.
    pub(crate) fn nuovo(voci: u64, prefisso: &str) -> Self {
        let centesimi = |n: u64| format!("{}.{:02}", n / 100, n % 100);
        let elenco: Vec<String> = (1..=voci)
            .map(|v| {
                let importo = if v == voci { 4501 - 900 * (voci - 1) } else { 900 };
                format!(
                    "{{\"idVocePendenza\":\"{v}\",\"importo\":{},\"descrizione\":\"Tassa sui rifiuti, rata {v}\",\
                     \"codEntrata\":\"TARI\"}}",
                    centesimi(importo)
                )
            })
            .collect();
        let prima = format!(
            "{{\"idDominio\":\"{DOMINIO}\",\"idTipoPendenza\":\"TARI\",\"causale\":\"TARI 2026, saldo\",\
             \"soggettoPagatore\":{{\"tipo\":\"F\",\"identificativo\":\"RSSMRA30A01H501I\",\
             \"anagrafica\":\"Mario Rossi\",\"indirizzo\":\"Via Roma\",\"civico\":\"1\",\"cap\":\"00100\",\
             \"localita\":\"Roma\",\"provincia\":\"RM\",\"nazione\":\"IT\"}},\"importo\":45.01,\
             \"dataScadenza\":\"2099-12-31\",\"voci\":[{}]}}",
            elenco.join(",")
        );
        let intestazioni = format!("Content-Type: application/json\r\n{}", basic(GESTIONALE));
        Self { intestazioni, prima, prefisso: prefisso.to_owned() }
    }
}

impl Operazioni for Put {
    fn chiamata(&self, n: u64, passo: usize, b: &mut Vec<u8>) -> Option<Attesa> {
        if passo > 0 {
            return None;
        }
        let percorso = format!("{PENDENZE}/pendenze/{A2A}/{}{n}", self.prefisso);
        scrivi(b, "PUT", &percorso, &self.intestazioni, self.prima.as_bytes());
        Some(Attesa { stato: 201, contiene: "\"numeroAvviso\"" })
    }
}

fn soap(b: &mut Vec<u8>, corpo: &[u8]) {
    scrivi(b, "POST", CCP, "Content-Type: text/xml; charset=UTF-8\r\n", corpo);
}

fn busta(nome: &str, resto: std::fmt::Arguments<'_>) -> Vec<u8> {
    let mut b = Vec::with_capacity(2048);
    // Writing to a Vec does not fail.
    let _ = write!(
        b,
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
         <p:{nome} xmlns:p=\"http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd\">\
         <idPA>{DOMINIO}</idPA><idBrokerPA>11111111113</idBrokerPA><idStation>11111111113_01</idStation>\
         {resto}</p:{nome}></s:Body></s:Envelope>"
    );
    b
}

/// Verification of notices that can be paid, jumping about among all that are stored.
#[derive(Debug)]
pub(crate) struct Verifica {
    /// Progressives `da + passo * k`, for `k` under `quanti`.
    pub(crate) da: u64,
    pub(crate) passo: u64,
    pub(crate) quanti: u64,
}

impl Operazioni for Verifica {
    fn chiamata(&self, n: u64, passo: usize, b: &mut Vec<u8>) -> Option<Attesa> {
        if passo > 0 {
            return None;
        }
        // 7919 is prime, so every notice has its turn.
        let k = n.wrapping_mul(7919) % self.quanti.max(1);
        let avviso = avviso(self.da + self.passo * k);
        let corpo = busta(
            "paVerifyPaymentNoticeReq",
            format_args!(
                "<qrCode><fiscalCode>{DOMINIO}</fiscalCode><noticeNumber>{avviso}</noticeNumber></qrCode>"
            ),
        );
        soap(b, &corpo);
        Some(OK)
    }
}

/// Activation and receipt of notices never paid: one operation is the two calls.
#[derive(Debug)]
pub(crate) struct Paga {
    /// Progressives from here on.
    pub(crate) da: u64,
    pub(crate) quanti: u64,
}

impl Operazioni for Paga {
    fn quante(&self) -> u64 {
        self.quanti
    }

    fn chiamata(&self, n: u64, passo: usize, b: &mut Vec<u8>) -> Option<Attesa> {
        let (p, avviso) = (self.da + n, avviso(self.da + n));
        match passo {
            0 => {
                let corpo = busta(
                    "paGetPaymentV2Request",
                    format_args!(
                        "<qrCode><fiscalCode>{DOMINIO}</fiscalCode><noticeNumber>{avviso}</noticeNumber></qrCode>\
                         <amount>45.01</amount>"
                    ),
                );
                soap(b, &corpo);
            }
            1 => soap(b, &ricevuta(p, avviso)),
            _ => return None,
        }
        Some(OK)
    }
}

fn ricevuta(p: u64, avviso: u64) -> Vec<u8> {
    let iuv = format!("{:017}", avviso % 100_000_000_000_000_000);
    busta(
        "paSendRTV2Request",
        format_args!(
            "<receipt><receiptId>{RICEVUTE}{p:020}</receiptId><noticeNumber>{avviso}</noticeNumber>\
             <fiscalCode>{DOMINIO}</fiscalCode><outcome>OK</outcome>\
             <creditorReferenceId>{iuv}</creditorReferenceId><paymentAmount>45.01</paymentAmount>\
             <description>TARI 2026, saldo</description><companyName>Ente Creditore di prova</companyName>\
             <debtor><uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType>\
             <entityUniqueIdentifierValue>RSSMRA30A01H501I</entityUniqueIdentifierValue></uniqueIdentifier>\
             <fullName>Mario Rossi</fullName><streetName>Via Roma</streetName><civicNumber>1</civicNumber>\
             <postalCode>00100</postalCode><city>Roma</city><stateProvinceRegion>RM</stateProvinceRegion>\
             <country>IT</country></debtor>\
             <transferList><transfer><idTransfer>1</idTransfer><transferAmount>45.01</transferAmount>\
             <fiscalCodePA>{DOMINIO}</fiscalCodePA><companyName>Ente Creditore di prova</companyName>\
             <IBAN>IT02L1234512345123456789012</IBAN>\
             <remittanceInformation>/RFB/{iuv}/45.01/TXT/Rata unica</remittanceInformation>\
             <transferCategory>9/0101101IM</transferCategory></transfer></transferList>\
             <idPSP>AGID_01</idPSP><pspFiscalCode>22222222222</pspFiscalCode>\
             <PSPCompanyName>Banca Esempio S.p.A.</PSPCompanyName><idChannel>22222222222_01</idChannel>\
             <channelDescription>app</channelDescription><paymentMethod>creditCard</paymentMethod>\
             <fee>1.50</fee><paymentDateTime>2026-03-10T09:15:30</paymentDateTime></receipt>"
        ),
    )
}

/// Of ten operations six verify, two load a pendenza, two pay one.
#[derive(Debug)]
pub(crate) struct Misto {
    pub(crate) verifica: Verifica,
    pub(crate) put: Put,
    pub(crate) paga: Paga,
}

impl Operazioni for Misto {
    fn quante(&self) -> u64 {
        self.paga.quanti * 5
    }

    fn chiamata(&self, n: u64, passo: usize, b: &mut Vec<u8>) -> Option<Attesa> {
        let (decina, unita) = (n / 10, n % 10);
        match unita {
            0 | 5 => self.put.chiamata(n, passo, b),
            1 | 6 => self.paga.chiamata(decina * 2 + u64::from(unita == 6), passo, b),
            _ => self.verifica.chiamata(n, passo, b),
        }
    }
}

/// The same GET again and again: a page of a list.
#[derive(Debug)]
pub(crate) struct Lista {
    pub(crate) percorso: String,
    pub(crate) intestazioni: String,
}

impl Operazioni for Lista {
    fn chiamata(&self, _: u64, passo: usize, b: &mut Vec<u8>) -> Option<Attesa> {
        if passo > 0 {
            return None;
        }
        scrivi(b, "GET", &self.percorso, &self.intestazioni, &[]);
        Some(Attesa { stato: 200, contiene: "\"risultati\"" })
    }
}

/// Printed notices.
#[derive(Debug)]
pub(crate) struct Pdf(pub(crate) Verifica);

impl Operazioni for Pdf {
    fn chiamata(&self, n: u64, passo: usize, b: &mut Vec<u8>) -> Option<Attesa> {
        if passo > 0 {
            return None;
        }
        let k = n.wrapping_mul(7919) % self.0.quanti.max(1);
        let percorso = format!("{PENDENZE}/avvisi/{DOMINIO}/{}", avviso(self.0.da + self.0.passo * k));
        let intestazioni = format!("Accept: application/pdf\r\n{}", basic(GESTIONALE));
        scrivi(b, "GET", &percorso, &intestazioni, &[]);
        Some(Attesa { stato: 200, contiene: "%PDF-" })
    }
}
