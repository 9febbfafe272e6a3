//! A seed that no reader accepts leads nowhere: those that are meant to be right are.

use contratto::json::leggi_corpo;
use contratto::pendenza::{Variante, leggi_modifiche, leggi_nuova};
use oracoli::prima_riga;
use pagopa::{busta, ccp, nodo};

const DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/semi");

fn seme(quale: &str) -> Vec<u8> {
    std::fs::read(format!("{DIR}/{quale}")).unwrap()
}

#[test]
fn i_messaggi_sono_validi() {
    for rpt in ["rpt", "rpt_v2", "rpt_micros"] {
        ccp::leggi_rpt(&seme(&format!("messaggi/{rpt}"))).expect(rpt);
    }
    for rt in
        ["rt", "rt_v2", "rt_zona", "rt_ora_doppia", "rt_ora_mancante", "rt_fine_calendario", "rt_mezzanotte"]
    {
        ccp::leggi_ricevuta(&seme(&format!("messaggi/{rt}"))).expect(rt);
    }
    let aperta = |quale: &str| {
        let seme = seme(&format!("busta/{quale}"));
        let (tipo, byte) = prima_riga(&seme);
        busta::apri(byte, std::str::from_utf8(tipo).ok().filter(|t| !t.is_empty()))
    };
    for domanda in [
        "verifica",
        "attiva",
        "attiva_v2",
        "avviso",
        "ricevuta",
        "ricevuta_v2",
        "spazi_fuori",
        "utf16",
        "utf16be",
        "cdata",
        "xsi",
    ] {
        ccp::leggi(&aperta(domanda).expect(domanda)).expect(domanda);
    }
    for risposta in ["risposta", "risposta_v2", "ko", "fault"] {
        nodo::leggi(prima_riga(&seme(&format!("busta/{risposta}"))).1, None).expect(risposta);
    }
}

#[test]
fn le_pendenze_si_leggono() {
    let chiave = contratto::pendenza::leggi_chiave("A", "P").unwrap();
    for (quale, variante) in [
        ("v2", Variante::PendenzeV2),
        ("v2_piena", Variante::PendenzeV2),
        ("rata", Variante::PendenzeV2),
        ("proprieta_segno", Variante::PendenzeV2),
        ("backoffice", Variante::Backoffice),
        ("backoffice_senza_importo", Variante::Backoffice),
        ("post", Variante::BackofficePost),
        ("ente_v1", Variante::EnteV1),
        ("ente_v2", Variante::EnteV2),
    ] {
        let v = leggi_corpo(&seme(&format!("pendenza/{quale}"))[1..]).unwrap();
        leggi_nuova(&v, variante, Some(&chiave)).expect(quale);
    }
    for quale in ["tutte", "ripristina", "vuota"] {
        leggi_modifiche(&leggi_corpo(&seme(&format!("modifiche/{quale}"))).unwrap()).expect(quale);
    }
}

#[test]
fn i_modelli_si_eseguono() {
    for quale in ["form", "csv", "calendario", "espressioni", "oggetti", "ferma", "ignoto"] {
        let testo = String::from_utf8(seme(&format!("modelli/{quale}"))).unwrap();
        modelli::Modello::leggi(&testo).expect(quale);
    }
}

#[test]
fn i_portachiavi_si_aprono() {
    for quale in ["jks", "keytool_p12", "legacy_p12", "openssl_p12", "3des_p12", "rc2_p12", "aperto_p12"] {
        let letto = portachiavi::leggi(&seme(&format!("portachiavi/{quale}")), "Archivio1", Some("Chiave123"));
        assert!(letto.expect(quale).coppia.is_some(), "{quale}");
    }
    for quale in ["fidati_jks", "fidati_p12", "pem"] {
        portachiavi::leggi(&seme(&format!("portachiavi/{quale}")), "Archivio1", Some("Chiave123")).expect(quale);
    }
}
