//! Nothing that arrives makes the reader panic; what we declare valid is read back as it was.

use crate::campioni::{VERSIONI, dati, dati_bollo, ricevuta, verifica};
use domain::Importo;
use jiff::civil::Date;
use pagopa::busta::{apri, avvolgi};
use pagopa::ccp::{self, DatiPagamento, Versione, leggi_ricevuta, leggi_rpt};
use pagopa::nodo;
use proptest::prelude::*;

fn tutti_i_lettori(byte: &[u8], tipo: Option<&str>) {
    if let Ok(b) = apri(byte, tipo) {
        let _ = ccp::leggi(&b);
        // What was taken out of the envelope is a document: it never fails to parse as XML.
        if let Err(e) = leggi_rpt(&b.corpo) {
            assert!(!e.faultstring().starts_with("Malformed XML"), "{e}");
        }
    }
    let _ = nodo::leggi(byte, tipo);
    let _ = leggi_rpt(byte);
    let _ = leggi_ricevuta(byte);
}

fn messaggi() -> Vec<Vec<u8>> {
    let mut m = vec![verifica().xml(), dati_bollo().xml(Versione::V2)];
    m.extend(VERSIONI.map(|v| dati().xml(v)));
    m.extend(VERSIONI.map(|v| ricevuta(v).xml()));
    m.iter().map(|c| avvolgi(c)).collect()
}

/// Scraps that are likely to upset a parser of XML.
fn scarto() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..6),
        proptest::sample::select(vec![
            "<",
            ">",
            "</",
            "/>",
            "&",
            "&#0;",
            "&x;",
            "<![CDATA[",
            "]]>",
            "<!--",
            "-->",
            "<?",
            "<!DOCTYPE",
            "<a>",
            "</a>",
            "<a",
            " xmlns=''",
            " xmlns:soap='x'",
            "\"",
            "'",
            "\u{FEFF}",
            "è",
            "\0",
            "<?xml version='1.0' encoding='utf-16'?>",
        ])
        .prop_map(|t| t.as_bytes().to_vec()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn nessun_byte_fa_cadere_i_lettori(
        byte in proptest::collection::vec(any::<u8>(), 0..300),
        tipo in proptest::option::of("[ -~]{0,30}"),
    ) {
        tutti_i_lettori(&byte, tipo.as_deref());
        tutti_i_lettori(&byte, tipo.map(|t| format!("text/xml;charset={t}")).as_deref());
    }

    #[test]
    fn nessun_messaggio_guasto_fa_cadere_i_lettori(
        quale in 0_usize..6,
        guasti in proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..40, scarto()), 1..5),
    ) {
        let mut byte = messaggi().swap_remove(quale);
        for (dove, quanti, con) in guasti {
            if byte.is_empty() {
                break;
            }
            let da = dove.index(byte.len());
            let a = (da + quanti).min(byte.len());
            byte.splice(da..a, con);
        }
        tutti_i_lettori(&byte, None);
    }

    #[test]
    fn cio_che_e_valido_si_rilegge_com_era(
        testi in proptest::collection::vec("(?s).{0,150}|[ -~]{1,35}|[\r\n\t<>&'\"]{1,5}", 12),
        centesimi in -5_i64..200_000_000_000,
        id in 0_u8..8,
        giorno in -4_000_000_i32..2_900_000,
        v2 in any::<bool>(),
    ) {
        let versione = if v2 { Versione::V2 } else { Versione::V1 };
        let mut d = dati();
        let mut t = testi.into_iter();
        let mut testo = || t.next().unwrap_or_default();
        d.creditor_reference_id = testo();
        d.description = testo();
        d.company_name = Some(testo());
        d.office_name = Some(testo());
        d.debtor.codice = testo();
        d.debtor.full_name = testo();
        d.debtor.city = Some(testo());
        d.debtor.e_mail = Some(testo());
        d.transfers[0].company_name = v2.then(&mut testo);
        d.transfers[0].remittance = testo();
        d.transfers[0].iban = Some(testo());
        d.transfers[0].id = id;
        d.payment_amount = Importo::da_centesimi(centesimi);
        d.due_date = Date::MAX.checked_sub(jiff::Span::new().days(i64::from(giorno.unsigned_abs()) % 3_600_000)).unwrap();
        verifica_andata_e_ritorno(&d, versione)?;
        // Put the two fields that chance gets wrong nearly always to something plausible.
        d.debtor.e_mail = None;
        d.payment_amount = Importo::da_centesimi(centesimi.clamp(1, 99_999_999_999));
        d.transfers[0].id = id % 5 + 1;
        d.debtor.codice = "ANONIMO".to_owned();
        verifica_andata_e_ritorno(&d, versione)?;
    }
}

fn verifica_andata_e_ritorno(d: &DatiPagamento, versione: Versione) -> Result<(), TestCaseError> {
    let letto = leggi_rpt(&d.xml(versione));
    match d.valida(versione) {
        Ok(()) => prop_assert_eq!(letto, Ok((versione, d.clone()))),
        // Characters that XML cannot carry are left out by the writer: the rest may then be valid.
        Err(e) if e.contains("XML does not allow") => {}
        Err(e) => prop_assert_eq!(letto.unwrap_err().faultstring(), format!("Unmarshalling Error: {e}")),
    }
    Ok(())
}
