//! Messages of paForNode (reference: wsdl/xsd/paForNode.xsd with sac-common-types).

use super::valori::{cifre, due_decimali};
use super::{Base, Complesso, Elemento, Faccia, Modello, Particella, Semplice, Tipo};
use Faccia::{Lunghezza, Massima, Massimo, Minima, Minimo, Valori};
use Particella::{Scelta, Uno};
use domain::Importo;

/// Namespace of the operation elements; their descendants are in no namespace.
pub(crate) const NAMESPACE: &str = "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd";

// Simple types.

macro_rules! base {
    ($nome:ident, $base:ident) => {
        static $nome: Semplice = Semplice { nome: Base::$base.nome(), base: Base::$base, facce: &[] };
    };
}
base!(STRINGA, Stringa);
base!(INT, Intero);
base!(BOOLEANO, Booleano);
base!(DATA, Data);
base!(DATA_ORA, DataOra);
base!(BINARIO, Base64);

macro_rules! semplice {
    ($nome:ident, $xsd:literal, $base:ident, $facce:expr) => {
        static $nome: Semplice = Semplice { nome: $xsd, base: Base::$base, facce: $facce };
    };
}

macro_rules! testo {
    ($nome:ident, $xsd:literal, $max:literal) => {
        semplice!($nome, $xsd, Stringa, &[Minima(1), Massima($max)]);
    };
}
testo!(TESTO16, "stText16", 16);
testo!(TESTO20, "stText20", 20);
testo!(TESTO35, "stText35", 35);
testo!(TESTO70, "stText70", 70);
testo!(TESTO140, "stText140", 140);
testo!(TESTO210, "stText210", 210);
testo!(IBAN, "stIBAN", 35);

const fn modello(testo: &'static str, vale: fn(&str) -> bool, cita: bool) -> Faccia {
    Faccia::Modello(Modello { testo, vale, cita })
}

semplice!(
    IMPORTO,
    "stAmount",
    Decimale,
    &[modello("\\d+\\.\\d{2}", due_decimali, true), Massimo(Importo::MASSIMO)]
);
semplice!(
    IMPORTO_NON_ZERO,
    "stAmountNotZero",
    Decimale,
    &[
        modello("\\d+\\.\\d{2}", due_decimali, true),
        Minimo(Importo::da_centesimi(1)),
        Massimo(Importo::MASSIMO)
    ]
);
semplice!(ID_SERVIZIO, "stIdentificativoServizio", Stringa, &[Lunghezza(5)]);
semplice!(ID_SOGGETTO_SERVIZIO, "stIdentificativoSoggettoServizio", Stringa, &[Lunghezza(5)]);
semplice!(ID_TRANSFER, "stIdTransfer", Intero, &[Valori(&["1", "2", "3", "4", "5"])]);
semplice!(CODICE_SOGGETTO, "stEntityUniqueIdentifierValue", Stringa, &[Minima(2), Massima(16)]);
semplice!(TIPO_SOGGETTO, "stEntityUniqueIdentifierType", Stringa, &[Valori(&["F", "G"])]);
semplice!(OPZIONE, "stAmountOption", Stringa, &[Valori(&["EQ", "LS", "GT", "ANY"])]);
semplice!(TIPO_TRANSFER, "stTransferType", Stringa, &[Valori(&["POSTAL", "PAGOPA"])]);
semplice!(ESITO, "stOutcome", Stringa, &[Valori(&["OK", "KO"])]);
semplice!(CF_ENTE, "stFiscalCodePA", Stringa, &[modello("[0-9]{11}", undici_cifre, true)]);
semplice!(NUMERO_AVVISO, "stNoticeNumber", Stringa, &[modello("[0-9]{18}", diciotto_cifre, true)]);
semplice!(NAZIONE_PROVINCIA, "stNazioneProvincia", Stringa, &[modello("[A-Z]{2}", due_maiuscole, true)]);
semplice!(
    EMAIL,
    "stEMail",
    Stringa,
    &[modello("[a-zA-Z0-9_\\.\\+\\-]+@[a-zA-Z0-9\\-]+(\\.[a-zA-Z0-9\\-]+)*", email, false), Massima(256)]
);
semplice!(HASH_BOLLO, "stBase64Binary72", Base64, &[modello(".{4,72}", da_4_a_72, false)]);
semplice!(TIPO_BOLLO, "stTipoBolloDigitale", Stringa, &[Valori(&["01"])]);

fn undici_cifre(t: &str) -> bool {
    t.len() == 11 && cifre(t)
}

fn diciotto_cifre(t: &str) -> bool {
    t.len() == 18 && cifre(t)
}

/// `[A-Z]{2}`: country or province.
pub(crate) fn due_maiuscole(t: &str) -> bool {
    t.len() == 2 && t.bytes().all(|b| b.is_ascii_uppercase())
}

/// The pattern of stEMail.
pub(crate) fn email(t: &str) -> bool {
    let locale = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'+' | b'-');
    let etichetta = |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    t.split_once('@')
        .is_some_and(|(l, d)| !l.is_empty() && l.bytes().all(locale) && d.split('.').all(etichetta))
}

fn da_4_a_72(t: &str) -> bool {
    (4..=72).contains(&t.chars().count()) && !t.contains(['\n', '\r'])
}

// Complex types.

const fn el(nome: &'static str, tipo: Tipo, min: usize, max: usize) -> Elemento {
    Elemento { nome, tipo, min, max }
}
const fn uno(nome: &'static str, tipo: &'static Semplice) -> Particella {
    Uno(el(nome, Tipo::S(tipo), 1, 1))
}
const fn opz(nome: &'static str, tipo: &'static Semplice) -> Particella {
    Uno(el(nome, Tipo::S(tipo), 0, 1))
}
const fn uno_c(nome: &'static str, tipo: &'static Complesso) -> Particella {
    Uno(el(nome, Tipo::C(tipo), 1, 1))
}
const fn opz_c(nome: &'static str, tipo: &'static Complesso) -> Particella {
    Uno(el(nome, Tipo::C(tipo), 0, 1))
}
const fn fino_a(nome: &'static str, tipo: &'static Complesso, max: usize) -> Particella {
    Uno(el(nome, Tipo::C(tipo), 1, max))
}

macro_rules! complesso {
    ($nome:ident, $xsd:literal, [$($p:expr),* $(,)?]) => {
        pub(crate) static $nome: Complesso = Complesso { nome: $xsd, particelle: &[$($p),*] };
    };
}

complesso!(MAP_ENTRY, "ctMapEntry", [uno("key", &TESTO140), uno("value", &TESTO140)]);
complesso!(METADATA, "ctMetadata", [fino_a("mapEntry", &MAP_ENTRY, 15)]);
complesso!(
    BOLLO,
    "ctRichiestaMarcaDaBollo",
    [
        uno("hashDocumento", &HASH_BOLLO),
        uno("tipoBollo", &TIPO_BOLLO),
        uno("provinciaResidenza", &NAZIONE_PROVINCIA),
    ]
);
complesso!(
    FAULT,
    "ctFaultBean",
    [
        uno("faultCode", &STRINGA),
        uno("faultString", &STRINGA),
        uno("id", &STRINGA),
        opz("description", &STRINGA),
        opz("serial", &INT),
        opz("originalFaultCode", &STRINGA),
        opz("originalFaultString", &STRINGA),
        opz("originalDescription", &STRINGA),
    ]
);
complesso!(
    CODICE_UNIVOCO,
    "ctEntityUniqueIdentifier",
    [uno("entityUniqueIdentifierType", &TIPO_SOGGETTO), uno("entityUniqueIdentifierValue", &CODICE_SOGGETTO)]
);
complesso!(
    SOGGETTO,
    "ctSubject",
    [
        uno_c("uniqueIdentifier", &CODICE_UNIVOCO),
        uno("fullName", &TESTO70),
        opz("streetName", &TESTO70),
        opz("civicNumber", &TESTO16),
        opz("postalCode", &TESTO16),
        opz("city", &TESTO35),
        opz("stateProvinceRegion", &TESTO35),
        opz("country", &NAZIONE_PROVINCIA),
        opz("e-mail", &EMAIL),
    ]
);
complesso!(QR_CODE, "ctQrCode", [uno("fiscalCode", &CF_ENTE), uno("noticeNumber", &NUMERO_AVVISO)]);
complesso!(
    OPZIONE_PAGAMENTO,
    "ctPaymentOptionDescriptionPA",
    [
        uno("amount", &IMPORTO_NON_ZERO),
        uno("options", &OPZIONE),
        opz("dueDate", &DATA),
        opz("detailDescription", &TESTO140),
        uno("allCCP", &BOOLEANO),
    ]
);
complesso!(
    LISTA_OPZIONI,
    "ctPaymentOptionsDescriptionListPA",
    [uno_c("paymentOptionDescription", &OPZIONE_PAGAMENTO)]
);
complesso!(
    TRANSFER,
    "ctTransferPA",
    [
        uno("idTransfer", &ID_TRANSFER),
        uno("transferAmount", &IMPORTO_NON_ZERO),
        uno("fiscalCodePA", &CF_ENTE),
        uno("IBAN", &IBAN),
        uno("remittanceInformation", &TESTO140),
        uno("transferCategory", &TESTO140),
        opz_c("metadata", &METADATA),
    ]
);
complesso!(
    TRANSFER_V2,
    "ctTransferPAV2",
    [
        uno("idTransfer", &ID_TRANSFER),
        uno("transferAmount", &IMPORTO_NON_ZERO),
        uno("fiscalCodePA", &CF_ENTE),
        opz("companyName", &TESTO140),
        Scelta(&[el("IBAN", Tipo::S(&IBAN), 1, 1), el("richiestaMarcaDaBollo", Tipo::C(&BOLLO), 1, 1)]),
        uno("remittanceInformation", &TESTO140),
        uno("transferCategory", &TESTO140),
        opz_c("metadata", &METADATA),
    ]
);
complesso!(
    TRANSFER_RICEVUTA_V2,
    "ctTransferPAReceiptV2",
    [
        uno("idTransfer", &ID_TRANSFER),
        uno("transferAmount", &IMPORTO_NON_ZERO),
        uno("fiscalCodePA", &CF_ENTE),
        opz("companyName", &TESTO140),
        Scelta(&[el("IBAN", Tipo::S(&IBAN), 1, 1), el("MBDAttachment", Tipo::S(&BINARIO), 1, 1)]),
        uno("remittanceInformation", &TESTO140),
        uno("transferCategory", &TESTO140),
        opz_c("metadata", &METADATA),
    ]
);
complesso!(LISTA_TRANSFER, "ctTransferListPA", [fino_a("transfer", &TRANSFER, 5)]);
complesso!(LISTA_TRANSFER_V2, "ctTransferListPAV2", [fino_a("transfer", &TRANSFER_V2, 5)]);
complesso!(
    LISTA_TRANSFER_RICEVUTA_V2,
    "ctTransferListPAReceiptV2",
    [fino_a("transfer", &TRANSFER_RICEVUTA_V2, 5)]
);
complesso!(
    PAGAMENTO,
    "ctPaymentPA",
    [
        uno("creditorReferenceId", &TESTO35),
        uno("paymentAmount", &IMPORTO_NON_ZERO),
        uno("dueDate", &DATA),
        opz("retentionDate", &DATA_ORA),
        opz("lastPayment", &BOOLEANO),
        uno("description", &TESTO140),
        opz("companyName", &TESTO140),
        opz("officeName", &TESTO140),
        uno_c("debtor", &SOGGETTO),
        uno_c("transferList", &LISTA_TRANSFER),
        opz_c("metadata", &METADATA),
    ]
);
complesso!(
    PAGAMENTO_V2,
    "ctPaymentPAV2",
    [
        uno("creditorReferenceId", &TESTO35),
        uno("paymentAmount", &IMPORTO_NON_ZERO),
        uno("dueDate", &DATA),
        opz("retentionDate", &DATA_ORA),
        opz("lastPayment", &BOOLEANO),
        uno("description", &TESTO140),
        uno("companyName", &TESTO140),
        opz("officeName", &TESTO140),
        uno_c("debtor", &SOGGETTO),
        uno_c("transferList", &LISTA_TRANSFER_V2),
        opz_c("metadata", &METADATA),
    ]
);
complesso!(
    RICEVUTA,
    "ctReceipt",
    [
        uno("receiptId", &STRINGA),
        uno("noticeNumber", &NUMERO_AVVISO),
        uno("fiscalCode", &CF_ENTE),
        uno("outcome", &ESITO),
        uno("creditorReferenceId", &TESTO35),
        uno("paymentAmount", &IMPORTO),
        uno("description", &TESTO140),
        uno("companyName", &TESTO140),
        opz("officeName", &TESTO140),
        uno_c("debtor", &SOGGETTO),
        uno_c("transferList", &LISTA_TRANSFER),
        uno("idPSP", &TESTO35),
        opz("pspFiscalCode", &TESTO70),
        opz("pspPartitaIVA", &TESTO20),
        uno("PSPCompanyName", &TESTO70),
        uno("idChannel", &TESTO35),
        uno("channelDescription", &TESTO35),
        opz_c("payer", &SOGGETTO),
        opz("paymentMethod", &TESTO35),
        opz("fee", &IMPORTO),
        opz("paymentDateTime", &DATA_ORA),
        opz("applicationDate", &DATA),
        opz("transferDate", &DATA),
        opz_c("metadata", &METADATA),
        opz("standIn", &BOOLEANO),
    ]
);
complesso!(
    RICEVUTA_V2,
    "ctReceiptV2",
    [
        uno("receiptId", &STRINGA),
        uno("noticeNumber", &NUMERO_AVVISO),
        uno("fiscalCode", &CF_ENTE),
        uno("outcome", &ESITO),
        uno("creditorReferenceId", &TESTO35),
        uno("paymentAmount", &IMPORTO),
        uno("description", &TESTO140),
        uno("companyName", &TESTO140),
        opz("officeName", &TESTO140),
        uno_c("debtor", &SOGGETTO),
        uno_c("transferList", &LISTA_TRANSFER_RICEVUTA_V2),
        uno("idPSP", &TESTO35),
        opz("pspFiscalCode", &TESTO70),
        opz("pspPartitaIVA", &TESTO20),
        uno("PSPCompanyName", &TESTO70),
        uno("idChannel", &TESTO35),
        uno("channelDescription", &TESTO35),
        opz_c("payer", &SOGGETTO),
        opz("paymentMethod", &TESTO35),
        opz("paymentNote", &TESTO210),
        opz("fee", &IMPORTO),
        opz("primaryCiIncurredFee", &IMPORTO),
        opz("idBundle", &TESTO70),
        opz("idCiBundle", &TESTO70),
        opz("paymentDateTime", &DATA_ORA),
        opz("applicationDate", &DATA),
        opz("transferDate", &DATA),
        opz_c("metadata", &METADATA),
        opz("standIn", &BOOLEANO),
    ]
);

// Messages.

/// A global element of the namespace.
macro_rules! messaggio {
    ($nome:ident, $xsd:literal, [$($p:expr),* $(,)?]) => {
        pub(crate) static $nome: Elemento = Elemento {
            nome: $xsd,
            tipo: Tipo::C({
                static TIPO: Complesso = Complesso { nome: $xsd, particelle: &[$($p),*] };
                &TIPO
            }),
            min: 1,
            max: 1,
        };
    };
}

const ID_PA: Particella = uno("idPA", &TESTO35);
const ID_BROKER: Particella = uno("idBrokerPA", &TESTO35);
const ID_STAZIONE: Particella = uno("idStation", &TESTO35);
const OUTCOME: Particella = uno("outcome", &ESITO);
const FAULT_BEAN: Particella = opz_c("fault", &FAULT);

messaggio!(
    VERIFICA_REQ,
    "paVerifyPaymentNoticeReq",
    [ID_PA, ID_BROKER, ID_STAZIONE, uno_c("qrCode", &QR_CODE)]
);
messaggio!(
    VERIFICA_RES,
    "paVerifyPaymentNoticeRes",
    [
        OUTCOME,
        FAULT_BEAN,
        opz_c("paymentList", &LISTA_OPZIONI),
        opz("paymentDescription", &TESTO140),
        opz("fiscalCodePA", &CF_ENTE),
        opz("companyName", &TESTO140),
        opz("officeName", &TESTO140),
    ]
);
messaggio!(
    ATTIVA_REQ,
    "paGetPaymentReq",
    [
        ID_PA,
        ID_BROKER,
        ID_STAZIONE,
        uno_c("qrCode", &QR_CODE),
        opz("amount", &IMPORTO),
        opz("paymentNote", &TESTO210),
        opz("transferType", &TIPO_TRANSFER),
        opz("dueDate", &DATA),
    ]
);
messaggio!(ATTIVA_RES, "paGetPaymentRes", [OUTCOME, FAULT_BEAN, opz_c("data", &PAGAMENTO)]);
messaggio!(
    ATTIVA_V2_REQ,
    "paGetPaymentV2Request",
    [
        ID_PA,
        ID_BROKER,
        ID_STAZIONE,
        uno_c("qrCode", &QR_CODE),
        opz("amount", &IMPORTO),
        opz("paymentNote", &TESTO210),
        opz("transferType", &TIPO_TRANSFER),
        opz("dueDate", &DATA),
    ]
);
messaggio!(ATTIVA_V2_RES, "paGetPaymentV2Response", [OUTCOME, FAULT_BEAN, opz_c("data", &PAGAMENTO_V2)]);
messaggio!(RT_REQ, "paSendRTReq", [ID_PA, ID_BROKER, ID_STAZIONE, uno_c("receipt", &RICEVUTA)]);
messaggio!(RT_RES, "paSendRTRes", [OUTCOME, FAULT_BEAN]);
messaggio!(RT_V2_REQ, "paSendRTV2Request", [ID_PA, ID_BROKER, ID_STAZIONE, uno_c("receipt", &RICEVUTA_V2)]);
messaggio!(RT_V2_RES, "paSendRTV2Response", [OUTCOME, FAULT_BEAN]);
messaggio!(
    DEMAND_REQ,
    "paDemandPaymentNoticeRequest",
    [
        ID_PA,
        ID_BROKER,
        ID_STAZIONE,
        uno("idServizio", &ID_SERVIZIO),
        uno("idSoggettoServizio", &ID_SOGGETTO_SERVIZIO),
        uno("datiSpecificiServizioRequest", &BINARIO),
    ]
);
messaggio!(
    DEMAND_RES,
    "paDemandPaymentNoticeResponse",
    [
        OUTCOME,
        FAULT_BEAN,
        opz_c("qrCode", &QR_CODE),
        opz_c("paymentList", &LISTA_OPZIONI),
        opz("paymentDescription", &TESTO140),
        opz("fiscalCodePA", &CF_ENTE),
        opz("companyName", &TESTO140),
        opz("officeName", &TESTO140),
    ]
);
