//! Envelopes of the Node written by hand: no code of ours stands between a test and the wire.

const RICHIEDENTE: &str = "<idPA>12345678901</idPA><idBrokerPA>11111111113</idBrokerPA>\
                           <idStation>11111111113_01</idStation>";

/// The n-th notice number of the standard dominio.
#[must_use]
pub fn avviso(n: u64) -> String {
    let testa = 3_010_000_000_000_000 + n;
    format!("{testa}{:02}", testa % 93)
}

/// An envelope around a body.
#[must_use]
pub fn busta(corpo: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{corpo}</s:Body></s:Envelope>"
    )
}

fn operazione(nome: &str, resto: &str) -> String {
    busta(&format!(
        "<p:{nome} xmlns:p=\"http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd\">{RICHIEDENTE}{resto}</p:{nome}>"
    ))
}

fn qr(avviso: &str) -> String {
    format!("<qrCode><fiscalCode>12345678901</fiscalCode><noticeNumber>{avviso}</noticeNumber></qrCode>")
}

/// `paVerifyPaymentNotice` of a notice of the standard anagrafica.
#[must_use]
pub fn verifica(avviso: &str) -> String {
    operazione("paVerifyPaymentNoticeReq", &qr(avviso))
}

/// `paGetPaymentV2`.
#[must_use]
pub fn attiva(avviso: &str) -> String {
    operazione("paGetPaymentV2Request", &format!("{}<amount>45.01</amount>", qr(avviso)))
}

/// `paSendRTV2` of one transfer of 45.01, paid.
#[must_use]
pub fn ricevuta(avviso: &str, id: &str) -> String {
    let iuv = avviso.get(1..).unwrap_or_default();
    operazione(
        "paSendRTV2Request",
        &format!(
            "<receipt><receiptId>{id}</receiptId><noticeNumber>{avviso}</noticeNumber>\
             <fiscalCode>12345678901</fiscalCode><outcome>OK</outcome>\
             <creditorReferenceId>{iuv}</creditorReferenceId><paymentAmount>45.01</paymentAmount>\
             <description>TARI 2026</description><companyName>Ente Creditore di prova</companyName>\
             <debtor><uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType>\
             <entityUniqueIdentifierValue>RSSMRA30A01H501I</entityUniqueIdentifierValue></uniqueIdentifier>\
             <fullName>Mario Rossi</fullName></debtor>\
             <transferList><transfer><idTransfer>1</idTransfer><transferAmount>45.01</transferAmount>\
             <fiscalCodePA>12345678901</fiscalCodePA><companyName>Ente Creditore di prova</companyName>\
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
