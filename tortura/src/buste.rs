//! The envelopes of the Node.

use crate::chiamate::{DOMINIO, IBAN, euro};

fn busta(nome: &str, resto: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
         <p:{nome} xmlns:p=\"http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd\"><idPA>{DOMINIO}</idPA>\
         <idBrokerPA>11111111113</idBrokerPA><idStation>11111111113_01</idStation>{resto}</p:{nome}>\
         </s:Body></s:Envelope>"
    )
}

fn qr(nav: &str) -> String {
    format!("<qrCode><fiscalCode>{DOMINIO}</fiscalCode><noticeNumber>{nav}</noticeNumber></qrCode>")
}

pub(crate) fn verifica(nav: &str) -> String {
    busta("paVerifyPaymentNoticeReq", &qr(nav))
}

pub(crate) fn attiva(nav: &str) -> String {
    busta("paGetPaymentV2Request", &format!("{}<amount>1.00</amount>", qr(nav)))
}

/// What is wrong with a receipt that must be refused, and kept, once its notice was activated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Difetto {
    /// The total is a cent more than its only line.
    Somma,
    /// Not paid, with money in it.
    Ko,
}

impl Difetto {
    /// The description of PAA_SEMANTICA.
    pub(crate) fn testo(self, centesimi: i64) -> String {
        let (riga, totale) = (euro(centesimi), euro(centesimi + 1));
        match self {
            Self::Somma => format!(
                "ImportoTotalePagato [{totale}] non corrisponde alla somma dei SingoliImportiPagati [{riga}]"
            ),
            Self::Ko => format!("ImportoTotalePagato [{riga}] diverso da zero per una ricevuta di tipo KO"),
        }
    }
}

pub(crate) fn ricevuta(nav: &str, id: &str, centesimi: i64) -> String {
    con_difetto(nav, id, centesimi, None)
}

pub(crate) fn con_difetto(nav: &str, id: &str, centesimi: i64, difetto: Option<Difetto>) -> String {
    let (iuv, importo) = (nav.get(1..).unwrap_or_default(), euro(centesimi));
    let totale = if difetto == Some(Difetto::Somma) { euro(centesimi + 1) } else { importo.clone() };
    let esito = if difetto == Some(Difetto::Ko) { "KO" } else { "OK" };
    busta(
        "paSendRTV2Request",
        &format!(
            "<receipt><receiptId>{id}</receiptId><noticeNumber>{nav}</noticeNumber>\
             <fiscalCode>{DOMINIO}</fiscalCode><outcome>{esito}</outcome>\
             <creditorReferenceId>{iuv}</creditorReferenceId><paymentAmount>{totale}</paymentAmount>\
             <description>TARI 2026</description><companyName>Ente Creditore di prova</companyName>\
             <debtor><uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType>\
             <entityUniqueIdentifierValue>RSSMRA30A01H501I</entityUniqueIdentifierValue></uniqueIdentifier>\
             <fullName>Mario Rossi</fullName></debtor><transferList><transfer><idTransfer>1</idTransfer>\
             <transferAmount>{importo}</transferAmount><fiscalCodePA>{DOMINIO}</fiscalCodePA>\
             <companyName>Ente Creditore di prova</companyName><IBAN>{IBAN}</IBAN>\
             <remittanceInformation>/RFB/{iuv}/{importo}/TXT/Rata</remittanceInformation>\
             <transferCategory>9/0101101IM</transferCategory></transfer></transferList>\
             <idPSP>AGID_01</idPSP><pspFiscalCode>22222222222</pspFiscalCode>\
             <PSPCompanyName>Banca Esempio S.p.A.</PSPCompanyName><idChannel>22222222222_01</idChannel>\
             <channelDescription>app</channelDescription><paymentMethod>creditCard</paymentMethod>\
             <fee>1.50</fee><paymentDateTime>2026-03-10T09:15:30</paymentDateTime></receipt>"
        ),
    )
}

/// The same message as other software would write it: another prefix, declaration, comment, line ends and
/// indentation. 0 leaves it as it is.
pub(crate) fn rivesti(busta: &str, veste: u64) -> String {
    let spaziata = |fine: &str| busta.replace("><", &format!(">{fine}<"));
    match veste % 4 {
        0 => busta.to_owned(),
        1 => format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- again -->{}", spaziata("\n\t")),
        2 => spaziata("\r\n    ").replace("<p:", "<ns1:").replace("</p:", "</ns1:").replace(":p=", ":ns1="),
        _ => busta
            .replace("s:Envelope", "SOAP-ENV:Envelope")
            .replace("s:Body", "SOAP-ENV:Body")
            .replace("xmlns:s=", "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:SOAP-ENV="),
    }
}

/// Text of the first element with this name, whatever its prefix is.
pub(crate) fn elemento<'a>(xml: &'a str, nome: &str) -> Option<&'a str> {
    let inizio = xml.find(&format!("{nome}>"))? + nome.len() + 1;
    xml.get(inizio..)?.split('<').next()
}

#[cfg(test)]
mod tests {
    use super::{ricevuta, rivesti};

    #[test]
    fn ogni_veste_e_diversa() {
        let r = ricevuta("301000000000000001", "R1", 100);
        let vesti: std::collections::BTreeSet<String> = (0..4).map(|v| rivesti(&r, v)).collect();
        assert_eq!(vesti.len(), 4);
    }
}
