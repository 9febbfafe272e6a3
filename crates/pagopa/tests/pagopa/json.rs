//! JSON rendering: whole documents, key order included.

use crate::campioni::{dati, dati_bollo, ricevuta, ricevuta_minima};
use jiff::civil::date;
use pagopa::ccp::{DatiPagamento, Versione};
use pagopa::resa_json;
use serde_json::Value;

const DEBITORE: &str = r#"{"uniqueIdentifier":{"entityUniqueIdentifierType":"F","entityUniqueIdentifierValue":"RSSMRA30A01H501I"},"fullName":"Mario & Co <Rossi>","streetName":"Piazza della Vittoria","civicNumber":"10/A","postalCode":"00100","city":"Roma","stateProvinceRegion":"RM","country":"IT","e-mail":"mario.rossi@example.org"}"#;
const ANONIMO: &str = r#"{"uniqueIdentifier":{"entityUniqueIdentifierType":"G","entityUniqueIdentifierValue":"ANONIMO"},"fullName":"ANONIMO","streetName":null,"civicNumber":null,"postalCode":null,"city":null,"stateProvinceRegion":null,"country":null,"e-mail":null}"#;
const METADATA: &str =
    r#"{"mapEntry":[{"key":"CAPITOLOBILANCIO","value":"3321"},{"key":"ANNORIFERIMENTO","value":"2026"}]}"#;

fn confronta(v: &Value, atteso: &str) {
    assert_eq!(serde_json::to_string(v).unwrap(), atteso);
}

#[test]
fn la_richiesta_v1_ha_le_chiavi_della_v1() {
    confronta(
        &resa_json::rpt(&dati(), Versione::V1),
        &format!(
            r#"{{"creditorReferenceId":"01000000001234519","paymentAmount":"45.10","dueDate":"2026-12-31","retentionDate":null,"lastPayment":true,"description":"Prestazione n.1527843621141","companyName":"Ente Creditore Esempio","officeName":"Ufficio Tributi","debtor":{DEBITORE},"transferList":{{"transfer":[{{"idTransfer":1,"transferAmount":"45.10","fiscalCodePA":"12345678901","IBAN":"IT02L1234512345123456789012","remittanceInformation":"/RFB/01000000001234519/45.10/TXT/Perché no","transferCategory":"9/0301109AP","metadata":{METADATA}}}]}},"metadata":null}}"#
        ),
    );
}

#[test]
fn la_richiesta_v2_ha_anche_il_bollo() {
    confronta(
        &resa_json::rpt(&dati_bollo(), Versione::V2),
        &format!(
            r#"{{"creditorReferenceId":"01000000001234519","paymentAmount":"61.10","dueDate":"2026-12-31","retentionDate":null,"lastPayment":true,"description":"Prestazione n.1527843621141","companyName":"Ente Creditore Esempio","officeName":null,"debtor":{ANONIMO},"transferList":{{"transfer":[{{"idTransfer":1,"transferAmount":"45.10","fiscalCodePA":"12345678901","companyName":"Ente Creditore Esempio","IBAN":"IT02L1234512345123456789012","richiestaMarcaDaBollo":null,"remittanceInformation":"/RFB/01000000001234519/45.10/TXT/Perché no","transferCategory":"9/0301109AP","metadata":{METADATA}}},{{"idTransfer":2,"transferAmount":"16.00","fiscalCodePA":"12345678901","companyName":"Ente Creditore Esempio","IBAN":null,"richiestaMarcaDaBollo":{{"hashDocumento":"a/CWqtFtCEyA/ymBySahGSaqKMiak5mlX3BoX0jupy8=","tipoBollo":"01","provinciaResidenza":"RO"}},"remittanceInformation":"/RFB/01000000001234519/45.10/TXT/Perché no","transferCategory":"9/MBT","metadata":null}}]}},"metadata":null}}"#
        ),
    );
}

#[test]
fn la_ricevuta_v1_minima_ha_le_sue_chiavi_nulle() {
    confronta(
        &resa_json::ricevuta(&ricevuta_minima(Versione::V1).ricevuta, Versione::V1),
        &format!(
            r#"{{"receiptId":"c110729d258c4ab1b765fe902aae41d6","noticeNumber":"301000000001234519","fiscalCode":"12345678901","outcome":"OK","creditorReferenceId":"01000000001234519","paymentAmount":"61.10","description":"Prestazione n.1527843621141","companyName":"Ente Creditore Esempio","officeName":null,"debtor":{ANONIMO},"transferList":{{"transfer":[{{"idTransfer":1,"transferAmount":"45.10","fiscalCodePA":"12345678901","IBAN":"IT02L1234512345123456789012","remittanceInformation":"/RFB/01000000001234519/45.10","transferCategory":"9/0301109AP","metadata":null}}]}},"idPSP":"AGID_01","pspFiscalCode":null,"pspPartitaIVA":null,"PSPCompanyName":"Banca Esempio S.p.A.","idChannel":"22222222222_01","channelDescription":"app","payer":null,"paymentMethod":null,"fee":null,"paymentDateTime":null,"applicationDate":null,"transferDate":null,"metadata":null,"standIn":null}}"#
        ),
    );
}

#[test]
fn la_ricevuta_v2_ha_tutte_le_sue_chiavi() {
    confronta(
        &resa_json::ricevuta(&ricevuta(Versione::V2).ricevuta, Versione::V2),
        &format!(
            r#"{{"receiptId":"c110729d258c4ab1b765fe902aae41d6","noticeNumber":"301000000001234519","fiscalCode":"12345678901","outcome":"OK","creditorReferenceId":"01000000001234519","paymentAmount":"61.10","description":"Prestazione n.1527843621141","companyName":"Ente Creditore Esempio","officeName":"Ufficio Tributi","debtor":{DEBITORE},"transferList":{{"transfer":[{{"idTransfer":1,"transferAmount":"45.10","fiscalCodePA":"12345678901","companyName":"Ente Creditore Esempio","IBAN":"IT02L1234512345123456789012","MBDAttachment":null,"remittanceInformation":"/RFB/01000000001234519/45.10","transferCategory":"9/0301109AP","metadata":{METADATA}}},{{"idTransfer":2,"transferAmount":"16.00","fiscalCodePA":"12345678901","companyName":"Ente Creditore Esempio","IBAN":null,"MBDAttachment":"PG1hcmNhRGFCb2xsby8+","remittanceInformation":"/RFB/01000000001234519/45.10","transferCategory":"9/0301109AP","metadata":{METADATA}}}]}},"idPSP":"AGID_01","pspFiscalCode":"22222222222","pspPartitaIVA":"22222222222","PSPCompanyName":"Banca Esempio S.p.A.","idChannel":"22222222222_01","channelDescription":"app","payer":{ANONIMO},"paymentMethod":"creditCard","paymentNote":"carrello-000123","fee":"1.50","primaryCiIncurredFee":"0.00","idBundle":"bundle","idCiBundle":"ci-bundle","paymentDateTime":"2026-07-03T10:15:30","applicationDate":"2026-07-03","transferDate":"2026-07-04","metadata":{METADATA},"standIn":true}}"#
        ),
    );
}

#[test]
fn la_richiesta_ricostruita_non_dice_se_e_l_ultimo_pagamento() {
    let r = ricevuta_minima(Versione::V2).ricevuta;
    let d = DatiPagamento::da_ricevuta(&r, date(2999, 12, 31), |_| None);
    let v = resa_json::rpt(&d, Versione::V2);
    assert_eq!(
        (&v["lastPayment"], &v["retentionDate"], &v["metadata"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(
        (v["dueDate"].as_str(), v["companyName"].as_str()),
        (Some("2999-12-31"), Some("Ente Creditore Esempio"))
    );
    assert_eq!(serde_json::to_string(&v["debtor"]).unwrap(), ANONIMO);
    assert_eq!(v["transferList"]["transfer"][0]["IBAN"], "IT02L1234512345123456789012");
}
