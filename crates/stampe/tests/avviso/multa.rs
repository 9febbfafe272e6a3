//! A fine in two amounts (spec 60 6.7 and Done when 21).

use super::documento::{a_gruppi, codici_attesi, codici_letti, rata};
use super::posizioni::{Grigi, c_e, nulla_si_tocca};
use super::struttura::elementi;
use super::{Foglio, STAMPATORE, lunghissimo, programma};
use domain::pendenza::OpzioneDocumento;
use domain::stampa::{AvvisoStampato, DocumentoStampato, Informativa};
use lopdf::Document;

fn multa(postale: bool) -> DocumentoStampato {
    let avvisi = [(1, OpzioneDocumento::Scontato), (2, OpzioneDocumento::Ridotto)];
    let avvisi = avvisi.map(|(n, o)| rata(n, o, postale)).to_vec();
    DocumentoStampato { identificativo: "VERBALE-7".into(), avvisi }
}

#[test]
fn due_importi_su_una_pagina_ciascuno_con_il_suo_codice() {
    let d = multa(false);
    let foglio = Foglio::con(STAMPATORE.documento(&d).unwrap());
    assert_eq!(Document::load_mem(&foglio.byte).unwrap().get_pages().len(), 1);
    let testo = foglio.testo().split_whitespace().collect::<Vec<_>>().join(" ");
    let mut resto = testo.as_str();
    for atteso in [
        "TARI 2025 - Città di Esempio",
        "QUANTO E QUANDO PAGARE?",
        "10,01 Euro",
        "entro 5 giorni dalla notifica del verbale",
        "10,02 Euro",
        "dal 6° al 60° giorno dalla notifica del verbale",
        "Scegli l'importo corretto",
        "Come si calcolano le scadenze?",
        "Il giorno della notifica non si conta.",
        "Cosa succede in caso di giacenza?",
        "dall'undicesimo giorno",
        "COME PAGARE?",
        "IMPORTO SCONTATO DEL 30%",
        "entro 5 giorni dalla notifica del verbale",
        "Euro 10,01",
        &a_gruppi(&d.avvisi[0]),
        "IMPORTO RIDOTTO",
        "dal 6° al 60° giorno dalla notifica del verbale",
        "Euro 10,02",
        &a_gruppi(&d.avvisi[1]),
    ] {
        let dove =
            resto.find(atteso).unwrap_or_else(|| panic!("{atteso} is not after the others in: {testo}"));
        resto = &resto[dove + atteso.len()..];
    }
    assert!(!testo.contains("BANCHE E ALTRI CANALI") && !testo.contains("postali"), "{testo}");
    assert_eq!(codici_letti(&foglio.byte), codici_attesi(&d));
    let esito = programma("qpdf", &["--check"], &foglio.pdf);
    assert!(esito.contains("No syntax or stream encoding errors found"), "{esito}");
    let doc = Document::load_mem(&foglio.byte).unwrap();
    let elementi = elementi(&doc);
    let quanti = |tipo: &str| elementi.iter().filter(|e| e.0 == tipo).count();
    assert_eq!((quanti("H1"), quanti("H2"), quanti("H3")), (1, 6, 4), "{elementi:?}");
}

#[test]
fn i_due_importi_stanno_dove_devono() {
    let foglio = Foglio::con(STAMPATORE.documento(&multa(false)).unwrap());
    let parole = foglio.parole();
    for posto in [("10,01", 7.1, 89.6), ("10,02", 55.4, 89.6)] {
        c_e(&parole, posto);
    }
    // The data of each payment begin at 67 mm.
    let destinatari = parole.iter().filter(|p| p.testo == "Destinatario" && (p.x - 67.0).abs() <= 0.5);
    assert_eq!(destinatari.count(), 2);
    let grigi = Grigi::di(&foglio);
    for y in [39.2, 79.0, 165.8, 228.6] {
        let (inizio, fine) = grigi.fascia(2.0, y + 3.0);
        assert!((inizio - y).abs() <= 0.5 && (fine - y - 6.3).abs() <= 0.5, "{y}: {inizio} {fine}");
    }
    // 41 mm with the quiet zone of 4 modules of 41: 33 net.
    for y in [165.8, 228.6] {
        let (x0, _, x1, _) = grigi.riquadro(2.8, y + 6.9, 45.0, y + 48.0).unwrap();
        assert!((x0 - 6.8).abs() <= 0.5 && (x1 - x0 - 33.0).abs() <= 0.5, "{x0} {x1}");
    }
}

#[test]
fn una_multa_con_i_testi_piu_lunghi() {
    let mut d = multa(false);
    for a in &mut d.avvisi {
        let (nav, qr, opzione) = (a.numero_avviso.clone(), a.qrcode.clone(), a.opzione);
        *a = AvvisoStampato { numero_avviso: nav, qrcode: qr, opzione, bollettino: None, ..lunghissimo() };
    }
    let foglio = Foglio::con(STAMPATORE.documento(&d).unwrap());
    nulla_si_tocca(&foglio.parole());
    assert_eq!(codici_letti(&foglio.byte), codici_attesi(&d));
}

#[test]
fn l_informativa_dell_ente_si_stampa_quella_ordinaria_no() {
    let mut d = multa(false);
    let testo = |d: &DocumentoStampato| Foglio::con(STAMPATORE.documento(d).unwrap()).testo();
    assert!(!testo(&d).contains("L'importo è aggiornato"));
    d.avvisi[0].informativa = Informativa::Testo("Comando di via Roma.".into());
    assert!(testo(&d).contains("Comando di via Roma."));
}

#[test]
fn con_il_bollettino_sono_due_pagine_intere() {
    let d = multa(true);
    let foglio = Foglio::con(STAMPATORE.documento(&d).unwrap());
    assert_eq!(Document::load_mem(&foglio.byte).unwrap().get_pages().len(), 2);
    let testo = foglio.testo();
    let pagine: Vec<String> =
        testo.split('\u{c}').map(|p| p.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for (pagina, attesi) in [
        ("Importo scontato del 30% - TARI", "entro 5 giorni dalla notifica del verbale"),
        ("Importo ridotto - TARI", "dal 6° al 60° giorno dalla notifica del verbale"),
    ]
    .into_iter()
    .enumerate()
    {
        for atteso in [attesi.0, attesi.1, "BOLLETTINO POSTALE PA", &a_gruppi(&d.avvisi[pagina])] {
            assert!(pagine[pagina].contains(atteso), "{atteso}: {}", pagine[pagina]);
        }
    }
    assert_eq!(codici_letti(&foglio.byte), codici_attesi(&d));
}
