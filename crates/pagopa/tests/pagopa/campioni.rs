//! Messages of the tests.

use domain::{IdDominio, Importo, Istante};
use jiff::civil::{date, datetime};
use pagopa::ccp::{
    AttivaReq, DatiPagamento, DatiVerifica, DemandReq, EsitoRicevuta, InvioRicevuta, MapEntry,
    OpzioneImporto, Ricevuta, RichiestaBollo, Soggetto, TipoSoggetto, TransferRicevuta, TransferType,
    Trasferimento, VerificaReq, Versione,
};

pub(crate) const NS: &str = "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd";

fn t(testo: &str) -> String {
    testo.to_owned()
}

pub(crate) fn dominio() -> IdDominio {
    IdDominio::fidato("12345678901")
}

pub(crate) fn debitore() -> Soggetto {
    Soggetto {
        tipo: TipoSoggetto::F,
        codice: t("RSSMRA30A01H501I"),
        full_name: t("Mario & Co <Rossi>"),
        street_name: Some(t("Piazza della Vittoria")),
        civic_number: Some(t("10/A")),
        postal_code: Some(t("00100")),
        city: Some(t("Roma")),
        state_province_region: Some(t("RM")),
        country: Some(t("IT")),
        e_mail: Some(t("mario.rossi@example.org")),
    }
}

pub(crate) fn solo_nome() -> Soggetto {
    Soggetto {
        tipo: TipoSoggetto::G,
        codice: t("ANONIMO"),
        full_name: t("ANONIMO"),
        street_name: None,
        civic_number: None,
        postal_code: None,
        city: None,
        state_province_region: None,
        country: None,
        e_mail: None,
    }
}

pub(crate) fn metadata() -> Vec<MapEntry> {
    vec![
        MapEntry { key: t("CAPITOLOBILANCIO"), value: t("3321") },
        MapEntry { key: t("ANNORIFERIMENTO"), value: t("2026") },
    ]
}

pub(crate) fn trasferimento(id: u8, centesimi: i64) -> Trasferimento {
    Trasferimento {
        id,
        amount: Importo::da_centesimi(centesimi),
        fiscal_code_pa: dominio(),
        company_name: Some(t("Ente Creditore Esempio")),
        iban: Some(t("IT02L1234512345123456789012")),
        bollo: None,
        remittance: t("/RFB/01000000001234519/45.10/TXT/Perché no"),
        category: t("9/0301109AP"),
        metadata: metadata(),
    }
}

pub(crate) fn bollo() -> Trasferimento {
    Trasferimento {
        iban: None,
        bollo: Some(RichiestaBollo {
            hash: t("a/CWqtFtCEyA/ymBySahGSaqKMiak5mlX3BoX0jupy8="),
            tipo: t("01"),
            provincia: t("RO"),
        }),
        category: t("9/MBT"),
        metadata: Vec::new(),
        ..trasferimento(2, 1600)
    }
}

pub(crate) fn dati() -> DatiPagamento {
    DatiPagamento {
        creditor_reference_id: t("01000000001234519"),
        payment_amount: Importo::da_centesimi(4510),
        due_date: date(2026, 12, 31),
        retention_date: None,
        last_payment: Some(true),
        description: t("Prestazione n.1527843621141"),
        company_name: Some(t("Ente Creditore Esempio")),
        office_name: Some(t("Ufficio Tributi")),
        debtor: debitore(),
        transfers: vec![trasferimento(1, 4510)],
        metadata: Vec::new(),
    }
}

pub(crate) fn dati_bollo() -> DatiPagamento {
    DatiPagamento {
        payment_amount: Importo::da_centesimi(6110),
        office_name: None,
        debtor: solo_nome(),
        transfers: vec![trasferimento(1, 4510), bollo()],
        ..dati()
    }
}

pub(crate) fn dati_cinque() -> DatiPagamento {
    DatiPagamento {
        payment_amount: Importo::da_centesimi(15),
        retention_date: Some(Istante::da_roma(datetime(2026, 7, 3, 10, 15, 30, 0))),
        metadata: metadata(),
        transfers: (1..=5).map(|n| trasferimento(n, i64::from(n))).collect(),
        ..dati()
    }
}

pub(crate) fn verifica() -> DatiVerifica {
    DatiVerifica {
        amount: Importo::da_centesimi(4510),
        options: OpzioneImporto::Eq,
        due_date: Some(date(2026, 12, 31)),
        detail_description: Some(t("Prestazione n.1527843621141")),
        all_ccp: false,
        payment_description: Some(t(" ")),
        fiscal_code_pa: Some(dominio()),
        company_name: Some(t("Ente Creditore Esempio")),
        office_name: Some(t("Ufficio Tributi")),
    }
}

pub(crate) fn verifica_minima() -> DatiVerifica {
    DatiVerifica {
        due_date: None,
        detail_description: None,
        payment_description: None,
        fiscal_code_pa: None,
        company_name: None,
        office_name: None,
        ..verifica()
    }
}

pub(crate) fn verifica_req() -> VerificaReq {
    VerificaReq {
        id_pa: t("12345678901"),
        id_broker_pa: t("11111111113"),
        id_station: t("11111111113_01"),
        fiscal_code: dominio(),
        notice_number: t("301000000001234519"),
    }
}

pub(crate) fn attiva_req(versione: Versione) -> AttivaReq {
    AttivaReq {
        versione,
        id_pa: t("12345678901"),
        id_broker_pa: t("11111111113"),
        id_station: t("11111111113_01"),
        fiscal_code: dominio(),
        notice_number: t("301000000001234519"),
        amount: Some(Importo::da_centesimi(4510)),
        payment_note: Some(t("carrello-000123")),
        transfer_type: Some(TransferType::Postal),
        due_date: Some(date(2026, 12, 31)),
    }
}

pub(crate) fn avviso_req() -> DemandReq {
    DemandReq {
        id_pa: t("12345678901"),
        id_broker_pa: t("11111111113"),
        id_station: t("11111111113_01"),
        id_servizio: t("00001"),
        id_soggetto_servizio: t("00042"),
        dati_specifici: b"<service/>".to_vec(),
    }
}

/// A receipt with every field of its version.
pub(crate) fn ricevuta(versione: Versione) -> InvioRicevuta {
    let v2 = versione == Versione::V2;
    let solo_v2 = |testo: &str| v2.then(|| t(testo));
    let transfer = |id_transfer, centesimi| TransferRicevuta {
        id_transfer,
        amount: Importo::da_centesimi(centesimi),
        fiscal_code_pa: dominio(),
        company_name: solo_v2("Ente Creditore Esempio"),
        iban: Some(t("IT02L1234512345123456789012")),
        mbd_attachment: None,
        remittance_information: t("/RFB/01000000001234519/45.10"),
        transfer_category: t("9/0301109AP"),
        metadata: metadata(),
    };
    let mut transfers = vec![transfer(1, 4510), transfer(2, 1600)];
    if v2 {
        transfers[1].iban = None;
        transfers[1].mbd_attachment = Some(b"<marcaDaBollo/>".to_vec());
    }
    InvioRicevuta {
        versione,
        id_pa: t("12345678901"),
        id_broker_pa: t("11111111113"),
        id_station: t("11111111113_01"),
        ricevuta: Ricevuta {
            receipt_id: t("c110729d258c4ab1b765fe902aae41d6"),
            notice_number: t("301000000001234519"),
            fiscal_code: dominio(),
            outcome: EsitoRicevuta::Ok,
            creditor_reference_id: t("01000000001234519"),
            payment_amount: Importo::da_centesimi(6110),
            description: t("Prestazione n.1527843621141"),
            company_name: t("Ente Creditore Esempio"),
            office_name: Some(t("Ufficio Tributi")),
            debtor: debitore(),
            transfers,
            id_psp: t("AGID_01"),
            psp_fiscal_code: Some(t("22222222222")),
            psp_partita_iva: Some(t("22222222222")),
            psp_company_name: t("Banca Esempio S.p.A."),
            id_channel: t("22222222222_01"),
            channel_description: t("app"),
            payer: Some(solo_nome()),
            payment_method: Some(t("creditCard")),
            payment_note: solo_v2("carrello-000123"),
            fee: Some(Importo::da_centesimi(150)),
            primary_ci_incurred_fee: v2.then(|| Importo::da_centesimi(0)),
            id_bundle: solo_v2("bundle"),
            id_ci_bundle: solo_v2("ci-bundle"),
            payment_date_time: Some(Istante::da_roma(datetime(2026, 7, 3, 10, 15, 30, 250_000_000))),
            application_date: Some(date(2026, 7, 3)),
            transfer_date: Some(date(2026, 7, 4)),
            metadata: metadata(),
            stand_in: Some(true),
        },
    }
}

/// A receipt with the required fields only.
pub(crate) fn ricevuta_minima(versione: Versione) -> InvioRicevuta {
    let mut r = ricevuta(versione);
    let v = &mut r.ricevuta;
    v.office_name = None;
    v.debtor = solo_nome();
    v.transfers.truncate(1);
    v.transfers[0].company_name = None;
    v.transfers[0].metadata.clear();
    v.psp_fiscal_code = None;
    v.psp_partita_iva = None;
    v.payer = None;
    v.payment_method = None;
    v.payment_note = None;
    v.fee = None;
    v.primary_ci_incurred_fee = None;
    v.id_bundle = None;
    v.id_ci_bundle = None;
    v.payment_date_time = None;
    v.application_date = None;
    v.transfer_date = None;
    v.metadata.clear();
    v.stand_in = None;
    r
}

pub(crate) const VERSIONI: [Versione; 2] = [Versione::V1, Versione::V2];
