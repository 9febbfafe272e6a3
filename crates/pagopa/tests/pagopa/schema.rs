//! The reader against the schema, and the writers against the reader.

use crate::campioni::{
    NS, VERSIONI, attiva_req, avviso_req, dati, dati_bollo, dati_cinque, ricevuta, ricevuta_minima, verifica,
    verifica_req,
};
use domain::Importo;
use jiff::civil::date;
use pagopa::busta::{apri, avvolgi};
use pagopa::ccp::{
    self, DatiPagamento, Fault, FaultCode, Operazione, Richiesta, RichiestaBollo, Soggetto, TipoSoggetto,
    Versione, ko, leggi_ricevuta, leggi_rpt, ricevuta_accettata,
};
use pagopa::nodo::{self, FaultRicevuto, Risposta};
use pagopa::{LetturaError, Violazione};

fn rilegge(r: &Richiesta) {
    let byte = nodo::scrivi(r);
    assert_eq!(apri(&byte, Some("text/xml;charset=UTF-8")).and_then(|b| ccp::leggi(&b)).as_ref(), Ok(r));
}

#[test]
fn le_richieste_scritte_si_rileggono_uguali() {
    rilegge(&Richiesta::Verifica(verifica_req()));
    rilegge(&Richiesta::RichiestaAvviso(avviso_req()));
    for v in VERSIONI {
        rilegge(&Richiesta::Attiva(attiva_req(v)));
        rilegge(&Richiesta::Attiva(ccp::AttivaReq {
            amount: None,
            payment_note: None,
            transfer_type: None,
            due_date: None,
            ..attiva_req(v)
        }));
        for r in [ricevuta(v), ricevuta_minima(v)] {
            assert_eq!(r.valida(), Ok(()));
            assert_eq!(leggi_ricevuta(&r.xml()).as_ref(), Ok(&r));
            rilegge(&Richiesta::Ricevuta(Box::new(r)));
        }
    }
}

#[test]
fn le_risposte_scritte_si_rileggono_uguali() {
    let leggi = |corpo: Vec<u8>| nodo::leggi(&avvolgi(&corpo), None).unwrap();
    assert_eq!(leggi(verifica().xml()), Risposta::Verifica(verifica()));
    assert_eq!(
        leggi(verifica().xml_avviso(&crate::campioni::dominio(), "301000000001234519")),
        Risposta::Avviso(verifica())
    );
    for v in VERSIONI {
        assert_eq!(leggi(ricevuta_accettata(v)), Risposta::RicevutaAccettata(v));
        for d in [dati(), dati_bollo(), dati_cinque()] {
            let mut atteso = d.clone();
            if v == Versione::V1 {
                if atteso.transfers.iter().any(|t| t.bollo.is_some()) {
                    assert_eq!(
                        d.valida(v),
                        Err("richiestaMarcaDaBollo: unexpected element in ctTransferPA".to_owned())
                    );
                    continue;
                }
                atteso.transfers.iter_mut().for_each(|t| t.company_name = None);
            }
            assert_eq!(d.valida(v), Ok(()));
            assert_eq!(leggi_rpt(&d.xml(v)), Ok((v, atteso.clone())));
            assert_eq!(leggi(d.xml(v)), Risposta::Attiva(v, Box::new(atteso)));
        }
    }
    for operazione in Operazione::TUTTE {
        for codice in FaultCode::TUTTI {
            let f = Fault::nuovo(codice, "12345678901").con("perché <no>");
            assert_eq!(
                leggi(ko(operazione, &f)),
                Risposta::Ko(
                    operazione,
                    FaultRicevuto {
                        codice: codice.codice().to_owned(),
                        testo: codice.testo().to_owned(),
                        id: "12345678901".to_owned(),
                        descrizione: Some("perché <no>".to_owned()),
                    }
                )
            );
        }
    }
}

#[test]
fn la_risposta_ko_e_questa() {
    let f = Fault::nuovo(FaultCode::PagamentoSconosciuto, "12345678901");
    assert_eq!(
        String::from_utf8(ko(Operazione::Verifica, &f)).unwrap(),
        format!(
            "<paf:paVerifyPaymentNoticeRes xmlns:paf=\"{NS}\"><outcome>KO</outcome><fault>\
             <faultCode>PAA_PAGAMENTO_SCONOSCIUTO</faultCode>\
             <faultString>Pagamento in attesa risulta sconosciuto all\u{2019}Ente Creditore.</faultString>\
             <id>12345678901</id></fault></paf:paVerifyPaymentNoticeRes>"
        )
    );
    assert!(FaultCode::TUTTI.iter().filter(|c| c.testo().contains('\u{2019}')).count() == 1);
}

/// The receipt of the tests with one thing changed in its text, and the element that is to blame.
fn errore(da: &str, a: &str) -> String {
    let xml = String::from_utf8(ricevuta(Versione::V2).xml()).unwrap();
    let cambiato = xml.replacen(da, a, 1);
    assert_ne!(cambiato, xml, "{da}");
    match leggi_ricevuta(cambiato.as_bytes()) {
        Err(LetturaError::Schema(v)) => v.to_string(),
        altro => panic!("{da} -> {a}: {altro:?}"),
    }
}

#[test]
fn ogni_violazione_nomina_l_elemento() {
    for (da, a, atteso) in [
        ("<outcome>OK</outcome>", "", "outcome: missing element, found creditorReferenceId"),
        ("<outcome>OK</outcome>", "<outcome>OK</outcome><outcome>OK</outcome>", "outcome: at most 1 allowed"),
        ("<outcome>OK</outcome>", "<outcome>ok</outcome>", "outcome: value 'ok' is not one of [OK, KO]"),
        ("<outcome>OK</outcome>", "<outcome/>", "outcome: value '' is not one of [OK, KO]"),
        ("<outcome>OK</outcome>", "<esito>OK</esito>", "esito: unexpected element in ctReceiptV2"),
        ("<outcome>OK</outcome>", "x<outcome>OK</outcome>", "receipt: text is not allowed here"),
        ("<outcome>OK</outcome>", "&#120;<outcome>OK</outcome>", "receipt: text is not allowed here"),
        ("<outcome>OK</outcome>", "<outcome><b/>OK</outcome>", "b: unexpected element in outcome"),
        ("<outcome>OK</outcome>", "<outcome a='1'>OK</outcome>", "outcome: unexpected attribute a"),
        (
            "<outcome>OK</outcome>",
            "<outcome xml:lang='it'>OK</outcome>",
            "outcome: unexpected attribute lang",
        ),
        (
            "<outcome>OK</outcome>",
            "<paf:outcome>OK</paf:outcome>",
            "outcome: element must be in no namespace",
        ),
        (
            "<outcome>OK</outcome>",
            "<outcome xmlns='urn:x'>OK</outcome>",
            "outcome: element must be in no namespace",
        ),
        (
            "<outcome>OK</outcome>",
            "<outcome xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true'/>",
            "outcome: unexpected attribute nil",
        ),
        ("<officeName>", "<standIn>true</standIn><officeName>", "debtor: missing element, found standIn"),
        ("<standIn>true</standIn>", "<standIn>si</standIn>", "standIn: value 'si' is not a boolean"),
        (
            "<standIn>true</standIn>",
            "<standIn>true</standIn><fee>1.00</fee>",
            "fee: element out of order or repeated",
        ),
        (
            "<paymentAmount>61.10",
            "<paymentAmount>61.1",
            "paymentAmount: value '61.1' does not match \\d+\\.\\d{2}",
        ),
        (
            "<paymentAmount>61.10",
            "<paymentAmount>1000000000.00",
            "paymentAmount: value '1000000000.00' is greater than 999999999.99",
        ),
        (
            "<paymentAmount>61.10",
            "<paymentAmount>-1.00",
            "paymentAmount: value '-1.00' does not match \\d+\\.\\d{2}",
        ),
        ("<transferAmount>45.10", "<transferAmount>0.00", "transferAmount: value '0.00' is less than 0.01"),
        ("<idTransfer>1", "<idTransfer>6", "idTransfer: value '6' is not one of [1, 2, 3, 4, 5]"),
        ("<idTransfer>1", "<idTransfer>uno", "idTransfer: value 'uno' is not an int"),
        (
            "<applicationDate>2026-07-03",
            "<applicationDate>2026-02-30",
            "applicationDate: value '2026-02-30' is not a date",
        ),
        (
            "<paymentDateTime>2026",
            "<paymentDateTime>26",
            "paymentDateTime: value '26-07-03T10:15:30.25' is not a dateTime",
        ),
        ("<fiscalCode>", "<fiscalCode>0", "fiscalCode: value '012345678901' does not match [0-9]{11}"),
        ("<idPSP>AGID_01", "<idPSP>", "idPSP: length 0, at least 1 expected"),
        (
            "mario.rossi@",
            "mario rossi@",
            "e-mail: value does not match [a-zA-Z0-9_\\.\\+\\-]+@[a-zA-Z0-9\\-]+(\\.[a-zA-Z0-9\\-]+)*",
        ),
        ("<country>IT", "<country>ITA", "country: value 'ITA' does not match [A-Z]{2}"),
        ("<MBDAttachment>", "<MBDAttachment>*", "MBDAttachment: value is not base64"),
        (
            "<IBAN>IT02L1234512345123456789012</IBAN>",
            "",
            "IBAN | MBDAttachment: missing element, one of these is required",
        ),
        (
            "<IBAN>IT02L1234512345123456789012</IBAN>",
            "<IBAN>a</IBAN><MBDAttachment>AAAA</MBDAttachment>",
            "MBDAttachment: only one of IBAN | MBDAttachment allowed",
        ),
        ("<receiptId>", "<idRicevuta/><receiptId>", "idRicevuta: unexpected element in ctReceiptV2"),
        ("</receipt>", "</receipt><receipt/>", "receipt: at most 1 allowed"),
        (
            "</paf:paSendRTV2Request>",
            " x</paf:paSendRTV2Request>",
            "paSendRTV2Request: text is not allowed here",
        ),
    ] {
        assert_eq!(errore(da, a), atteso);
    }
    let lungo = format!("<{}/><outcome>", "a".repeat(100_000));
    assert_eq!(errore("<outcome>", &lungo), format!("{}: unexpected element in ctReceiptV2", "a".repeat(64)));
    let transfer = |n: usize| {
        let t = "<transfer><idTransfer>1</idTransfer><transferAmount>1.00</transferAmount><fiscalCodePA>12345678901\
            </fiscalCodePA><IBAN>a</IBAN><remittanceInformation>a</remittanceInformation>\
            <transferCategory>a</transferCategory></transfer>";
        format!("<transferList>{}</transferList><transferList>", t.repeat(n))
    };
    assert_eq!(errore("<transferList>", &transfer(6)), "transfer: at most 5 allowed");
    assert_eq!(errore("<transferList>", &transfer(0)), "transfer: missing element");
    assert_eq!(errore("<transferList>", &transfer(5)), "transferList: at most 1 allowed");
}

#[test]
fn gli_attributi_innocui_e_i_blanchi_si_accettano() {
    let r = ricevuta(Versione::V2);
    let xml = String::from_utf8(r.xml())
        .unwrap()
        .replacen(
            " xmlns:paf",
            " xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:schemaLocation='a b' xmlns:paf",
            1,
        )
        .replace("<paymentAmount>61.10<", "\n<!-- c --><paymentAmount i:type='paf:stAmount'>\n 61.10 <")
        .replace("<standIn>true<", "<standIn> 1 <")
        .replace("<idTransfer>1<", "<idTransfer>+01<")
        .replace("<transferDate>2026-07-04<", "<transferDate> 2026-07-04+02:00\n<")
        .replace("T10:15:30.25<", "T08:15:30.25Z<");
    assert_eq!(leggi_ricevuta(xml.as_bytes()), Ok(r));
}

#[test]
fn un_messaggio_di_un_altro_tipo_non_e_una_ricevuta() {
    assert!(matches!(
        leggi_ricevuta(&dati().xml(Versione::V2)),
        Err(LetturaError::OperazioneSconosciuta { .. })
    ));
    assert!(matches!(
        leggi_rpt(&ricevuta(Versione::V2).xml()),
        Err(LetturaError::OperazioneSconosciuta { .. })
    ));
    let ko = ko(Operazione::Attiva(Versione::V2), &Fault::nuovo(FaultCode::Semantica, "x"));
    assert_eq!(
        leggi_rpt(&ko),
        Err(LetturaError::Schema(Violazione {
            elemento: "data".to_owned(),
            motivo: "missing element".to_owned()
        }))
    );
    // A V2 receipt under the V1 name breaks the V1 schema.
    let xml =
        String::from_utf8(ricevuta(Versione::V2).xml()).unwrap().replace("paSendRTV2Request", "paSendRTReq");
    assert!(matches!(leggi_ricevuta(xml.as_bytes()), Err(LetturaError::Schema(_))));
}

#[test]
fn la_validazione_della_nostra_risposta_conosce_ogni_limite() {
    let con = |f: &dyn Fn(&mut DatiPagamento)| {
        let mut d = dati();
        f(&mut d);
        d.valida(Versione::V2)
    };
    let lungo = |n: usize| "è".repeat(n);
    assert_eq!(con(&|d| d.description = lungo(140)), Ok(()));
    assert_eq!(con(&|d| d.description = " ".to_owned()), Ok(()));
    for (r, atteso) in [
        (con(&|d| d.description = lungo(141)), "description: length 141, at most 140 expected"),
        (con(&|d| d.description.clear()), "description: length 0, at least 1 expected"),
        (
            con(&|d| d.description = "\u{1}".to_owned()),
            "description: contains a character that XML does not allow",
        ),
        (con(&|d| d.company_name = None), "companyName: missing element, found officeName"),
        (con(&|d| d.payment_amount = Importo::ZERO), "paymentAmount: value '0.00' is less than 0.01"),
        (
            con(&|d| d.debtor.codice = "1".to_owned()),
            "entityUniqueIdentifierValue: length 1, at least 2 expected",
        ),
        (con(&|d| d.transfers.clear()), "transfer: missing element"),
        (con(&|d| d.transfers = vec![d.transfers[0].clone(); 6]), "transfer: at most 5 allowed"),
        (con(&|d| d.transfers[0].id = 6), "idTransfer: value '6' is not one of [1, 2, 3, 4, 5]"),
        (
            con(&|d| d.transfers[0].iban = None),
            "IBAN | richiestaMarcaDaBollo: missing element, one of these is required",
        ),
        (
            con(&|d| d.transfers[0].metadata = vec![d.transfers[0].metadata[0].clone(); 16]),
            "mapEntry: at most 15 allowed",
        ),
        (
            con(&|d| {
                d.transfers[0].iban = None;
                d.transfers[0].bollo = Some(RichiestaBollo {
                    hash: "A".repeat(76),
                    tipo: "01".to_owned(),
                    provincia: "RO".to_owned(),
                });
            }),
            "hashDocumento: value does not match .{4,72}",
        ),
    ] {
        assert_eq!(r, Err(atteso.to_owned()));
    }
    let mut senza = dati();
    senza.company_name = None;
    assert_eq!(senza.valida(Versione::V1), Ok(()));
}

#[test]
fn il_debitore_si_ripulisce() {
    let d = domain::pendenza::Debitore {
        tipo: Some('F'),
        identificativo: "12345678901".to_owned(),
        anagrafica: "è".repeat(80),
        indirizzo: Some("v".repeat(80)),
        civico: Some("  ".to_owned()),
        cap: Some("0".repeat(17)),
        localita: Some("Ro\u{2}ma".to_owned()),
        provincia: Some("x".repeat(36)),
        nazione: Some("it".to_owned()),
        email: Some("non e' una mail".to_owned()),
        cellulare: None,
    };
    let s = Soggetto::da_debitore(&d);
    assert_eq!(
        s,
        Soggetto {
            tipo: TipoSoggetto::G,
            codice: "12345678901".to_owned(),
            full_name: "è".repeat(70),
            street_name: Some("v".repeat(70)),
            civic_number: None,
            postal_code: Some("0".repeat(16)),
            city: Some("Roma".to_owned()),
            state_province_region: Some("x".repeat(35)),
            country: None,
            e_mail: None,
        }
    );
    assert_eq!(DatiPagamento { debtor: s, ..dati() }.valida(Versione::V2), Ok(()));
    let fisica = domain::pendenza::Debitore {
        identificativo: "RSSMRA30A01H501I".to_owned(),
        nazione: Some("IT".to_owned()),
        email: Some("a.b+c@d-e.it".to_owned()),
        ..d
    };
    let s = Soggetto::da_debitore(&fisica);
    assert_eq!(
        (s.tipo, s.country.as_deref(), s.e_mail.as_deref()),
        (TipoSoggetto::F, Some("IT"), Some("a.b+c@d-e.it"))
    );
    let anonimo = Soggetto::da_debitore(&domain::pendenza::Debitore::anonimo());
    assert_eq!((anonimo.tipo, anonimo.codice.as_str()), (TipoSoggetto::G, "ANONIMO"));
}

#[test]
fn la_richiesta_si_ricostruisce_dalla_ricevuta() {
    for v in VERSIONI {
        let r = ricevuta(v).ricevuta;
        let bollo =
            RichiestaBollo { hash: "AAAA".to_owned(), tipo: "01".to_owned(), provincia: "RO".to_owned() };
        let d = DatiPagamento::da_ricevuta(&r, date(2999, 12, 31), |n| (n == 2).then(|| bollo.clone()));
        assert_eq!(d.valida(v), Ok(()));
        assert_eq!(leggi_rpt(&d.xml(v)), Ok((v, d.clone())));
        assert_eq!((d.last_payment, d.retention_date), (None, None));
        assert_eq!(d.transfers[1].bollo, (v == Versione::V2).then_some(bollo));
        assert_eq!(d.transfers.iter().map(|t| t.amount).sum::<Importo>(), r.payment_amount);
    }
}
