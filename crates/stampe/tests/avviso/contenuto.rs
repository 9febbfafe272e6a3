use super::{Foglio, STAMPATORE, avviso, senza_bollettino};
use domain::pendenza::OpzioneDocumento;
use domain::stampa::{AvvisoStampato, Informativa, Lingua, Seconda};
use proptest::prelude::{any, prop_assert, proptest};
use proptest::test_runner::Config;
use stampe::{Impostazioni, StampaError, Stampatore};

#[test]
fn l_ordine_di_lettura_e_quello_della_carta() {
    let testo = Foglio::di(&avviso()).testo();
    let attesi = [
        "AVVISO DI PAGAMENTO",
        "TARI 2025 - Città di Esempio",
        "ENTE CREDITORE",
        "Cod. Fiscale 01234567890",
        "Comune di Esempio",
        "Ufficio Tributi",
        "www.comune.esempio.it",
        "DESTINATARIO AVVISO",
        "Cod. Fiscale RSSMRA30A01H501I",
        "Mario Rossi",
        "Via Roma 12",
        "00100 Borgo (RM)",
        "QUANTO E QUANDO PAGARE?",
        "123,45 Euro",
        "31/12/2026",
        "L'importo è aggiornato",
        "COME PAGARE?",
        "SUL SITO O CON LE APP",
        "PAGA SUL TERRITORIO",
        "BANCHE E ALTRI CANALI",
        "Destinatario",
        "Mario Rossi",
        "Euro 123,45",
        "Ente creditore",
        "Comune di Esempio",
        "Oggetto del pagamento",
        "Cod. CBILL",
        "AAB12",
        "Cod. Avviso",
        "3010 0000 0000 0001 44",
        "Cod. Fiscale Ente",
        "01234567890",
        "BOLLETTINO POSTALE PA",
        "sul C/C n. 001012345678",
        "Intestato a",
        "Tesoreria Comunale",
        "Descrizione",
        "Tipo",
        "P1",
        "AUT. DB/SSIC/E 25452 DEL 12/07/2013",
    ];
    let mut resto = testo.as_str();
    for atteso in attesi {
        let dove =
            resto.find(atteso).unwrap_or_else(|| panic!("{atteso} is not after the others in:\n{testo}"));
        resto = &resto[dove + atteso.len()..];
    }
}

#[test]
fn cio_che_manca_non_lascia_etichette() {
    let mut a = senza_bollettino();
    a.cbill = None;
    a.scadenza = None;
    a.debitore = Default::default();
    a.ente.area = None;
    a.ente.contatti.clear();
    a.informativa = Informativa::Nessuna;
    let testo = Foglio::di(&a).testo();
    for assente in ["CBILL\n", "Destinatario\n", "BOLLETTINO", "postali", "aggiornato", "None", "none"] {
        assert!(!testo.contains(assente), "{assente}:\n{testo}");
    }
    assert!(testo.contains("\n-\n") && testo.contains("entro il -"), "{testo}");
    assert!(Foglio::di(&avviso()).testo().contains("uffici postali"));
}

#[test]
fn rata_e_informativa_dell_ente() {
    let mut a = avviso();
    a.opzione = Some(OpzioneDocumento::Rata(2));
    a.informativa = Informativa::Testo("Sconto del 5% entro marzo.".into());
    let testo = Foglio::di(&a).testo();
    for atteso in ["Rata 2 - TARI 2025", "Rata 2 entro il", "Sconto del 5% entro marzo."] {
        assert!(testo.contains(atteso), "{atteso}:\n{testo}");
    }
    assert!(!testo.contains("aggiornato"));
}

#[test]
fn il_testo_non_diventa_comando() {
    let mut a = avviso();
    a.oggetto = "#panic() $x$ *a* _b_ `c` @d <e> [f] \\ /* {g}".into();
    let testo = Foglio::di(&a).testo();
    assert!(testo.contains("#panic() $x$ *a* _b_ `c` @d <e> [f] \\ /* {g}"), "{testo}");
}

#[test]
fn stessi_valori_stessi_byte() {
    let altro = Stampatore::ordinario().unwrap();
    let primo = altro.avviso(&avviso()).unwrap();
    assert_eq!(primo, STAMPATORE.avviso(&avviso()).unwrap());
    assert_eq!(primo, altro.avviso(&avviso()).unwrap());
    let domani = AvvisoStampato { stampato_il: jiff::civil::date(2026, 11, 22), ..avviso() };
    assert_ne!(primo, altro.avviso(&domani).unwrap());
}

#[test]
fn etichette_e_marchi_si_sostituiscono() {
    let impostazioni = Impostazioni {
        etichette: [("come_pagare".to_owned(), "DOVE PAGO?".to_owned())].into(),
        ..Impostazioni::default()
    };
    let byte = Stampatore::nuovo(impostazioni).unwrap().avviso(&avviso()).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), byte).unwrap();
    let mut c = std::process::Command::new("pdftotext");
    let testo = super::esegui({
        c.arg(file.path()).arg("-");
        c
    });
    assert!(testo.contains("DOVE PAGO?") && !testo.contains("COME PAGARE?"));

    let rotto = Impostazioni { marchio_poste: Some(b"GIF89a".to_vec()), ..Impostazioni::default() };
    assert_eq!(Stampatore::nuovo(rotto).err(), Some(StampaError::Marchio("Poste")));
}

proptest! {
    #![proptest_config(Config { cases: 24, failure_persistence: None, ..Config::default() })]
    #[test]
    fn qualunque_testo_si_stampa(t in any::<String>(), u in "\\PC{0,40}", cattivo in "[\u{0}-\u{1f}\u{200b}-\u{202e}\u{300}-\u{36f}\u{600}-\u{6ff}\u{4e00}-\u{4e20}\u{1f600}-\u{1f64f}\u{e000}\u{ffff}]{0,30}") {
        let mut a = avviso();
        a.oggetto = t.clone();
        a.seconda = Some(Seconda {
            lingua: Lingua::De,
            oggetto: Some(cattivo.clone()),
            informativa: Informativa::Testo(format!("{u}{cattivo}")),
        });
        a.ente.nome = u.clone();
        a.ente.area = Some(cattivo.clone());
        a.ente.contatti = vec![t.clone(), u.clone(), cattivo.clone()];
        a.debitore.nome = cattivo.clone();
        a.debitore.codice = t.clone();
        a.debitore.indirizzo = u.clone();
        a.debitore.localita = cattivo.clone();
        a.cbill = Some(t.clone());
        a.informativa = Informativa::Testo(format!("{t}\n{cattivo}\n{u}"));
        if let Some(b) = &mut a.bollettino {
            b.intestato_a = t;
            b.autorizzazione = Some(u);
            b.conto = cattivo;
        }
        prop_assert!(STAMPATORE.avviso(&a).is_ok());
    }
}
