//! The notice in Italian and a second language (spec 60 6.4, 6.6, 6.9 and Done when 19).

use super::documento::{a_gruppi, codici_attesi, codici_letti, documento, rata};
use super::posizioni::{Grigi, INIZI, INIZI_BOLLETTINO, c_e, nulla_si_tocca};
use super::struttura::{elementi, sciolto};
use super::{Foglio, STAMPATORE, avviso, bilingue, esegui, lunghissimo_bilingue, programma};
use domain::pendenza::OpzioneDocumento;
use domain::stampa::{AvvisoStampato, DocumentoStampato, Informativa, Lingua, Seconda};
use lopdf::{Document, decode_text_string};
use rstest::rstest;
use std::process::Command;

/// The text of all pages, a blank between two words.
fn testo(foglio: &Foglio) -> String {
    let mut c = Command::new("pdftotext");
    c.arg("-raw").arg(&foglio.pdf).arg("-");
    esegui(c).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn dice(testo: &str, attesi: &[&str]) {
    for atteso in attesi {
        assert!(testo.contains(atteso), "{atteso}: {testo}");
    }
}

#[test]
fn ogni_etichetta_ha_accanto_la_sua_traduzione() {
    let pagina = |lingua| testo(&Foglio::di(&bilingue(lingua)));
    dice(
        &pagina(Lingua::De),
        &[
            "AVVISO DI PAGAMENTO · ZAHLUNGSMITTEILUNG",
            "TARI 2025 - Città di Esempio Müllgebühr 2025 - Beispielstadt",
            "ENTE CREDITORE · GLÄUBIGERKÖRPERSCHAFT",
            "C.F. · St.-Nr. 01234567890",
            "DESTINATARIO AVVISO · EMPFÄNGER",
            "C.F. · St.-Nr. RSSMRA30A01H501I",
            "QUANTO E QUANDO PAGARE? · WIE VIEL UND BIS WANN ZAHLEN?",
            "Importo · Betrag",
            "Entro il · Zahlbar bis",
            "L'importo è aggiornato dal sistema",
            "Der Betrag wird vom System aktualisiert",
            "COME PAGARE? · WIE ZAHLEN?",
            "SUL SITO O CON LE APP · ONLINE ODER PER APP",
            "di Poste Italiane, della tua banca",
            "von Poste Italiane, Ihrer Bank",
            "PAGA SUL TERRITORIO · VOR ORT ZAHLEN",
            "In allen Postämtern, in der Bank",
            "BANCHE E ALTRI CANALI · BANKEN UND ANDERE KANÄLE",
            "entro il · zahlbar bis 31/12/2026",
            "Scannen Sie den QR-Code",
            "Destinatario · Empfänger",
            "Ente creditore · Gläubigerkörperschaft",
            "Oggetto del pagamento · Zahlungsgrund",
            "Cod. CBILL · CBILL-Code",
            "Cod. Avviso · Mitteilungscode",
            "Cod. Fiscale Ente · Steuernr. der Körperschaft",
            "BOLLETTINO POSTALE PA · POSTERLAGSCHEIN",
            "sul C/C n. · auf K/K Nr. 001012345678",
            "Lautend auf",
            "Beschreibung",
            "Tipo · Art",
            "Posterlagschein, zahlbar in allen Postämtern",
        ],
    );
    dice(
        &pagina(Lingua::Sl),
        &[
            "AVVISO DI PAGAMENTO · OBVESTILO O PLAČILU",
            "Pristojbina za odpadke 2025 - Občina Žužemberk",
            "QUANTO E QUANDO PAGARE? · KOLIKO IN DO KDAJ PLAČATI?",
            "sčasoma spremeni",
            "Na vseh poštah",
            "BOLLETTINO POSTALE PA · POŠTNA POLOŽNICA",
            "entro il · rok plačila 31/12/2026",
        ],
    );
    dice(
        &pagina(Lingua::En),
        &[
            "AVVISO DI PAGAMENTO · PAYMENT NOTICE",
            "Waste charge 2025 - Town of Example",
            "QUANTO E QUANDO PAGARE? · HOW MUCH AND BY WHEN?",
            "At all post offices",
            "Cod. Fiscale Ente · Creditor's tax code",
        ],
    );
    dice(
        &pagina(Lingua::Fr),
        &[
            "AVVISO DI PAGAMENTO · AVIS DE PAIEMENT",
            "Taxe sur les déchets 2025 - Œuvre de la ville d'Exemple",
            "ENTE CREDITORE · ORGANISME CRÉANCIER",
            "Dans tous les bureaux de poste",
            "Oggetto del pagamento · Objet du paiement",
        ],
    );
    // Italian alone says nothing else.
    let solo = testo(&Foglio::di(&avviso()));
    assert!(!solo.contains('·') && !solo.contains("Betrag"), "{solo}");
    // Without a slip nothing is said of the post.
    let senza = testo(&Foglio::di(&AvvisoStampato { bollettino: None, ..bilingue(Lingua::De) }));
    assert!(!senza.contains("Post") && senza.contains("In der Bank, in Lottoannahmestellen"), "{senza}");
}

#[rstest]
fn la_geometria_e_quella_dell_italiano(
    #[values(Lingua::De, Lingua::Sl, Lingua::En, Lingua::Fr)] lingua: Lingua,
) {
    let foglio = Foglio::di(&bilingue(lingua));
    let parole = foglio.parole();
    for posto in INIZI.into_iter().chain(INIZI_BOLLETTINO) {
        c_e(&parole, posto);
    }
    nulla_si_tocca(&parole);
    // No label is cut: the longest texts here are our own.
    assert!(parole.iter().all(|p| !p.testo.contains('…')), "{parole:?}");
    let grigi = Grigi::di(&foglio);
    for y in [39.2, 79.0, 152.8, 216.3] {
        let (inizio, fine) = grigi.fascia(2.0, y + 3.0);
        assert!((inizio - y).abs() <= 0.5 && (fine - y - 6.3).abs() <= 0.5, "{y}: {inizio} {fine}");
    }
}

#[rstest]
fn i_testi_piu_lunghi_in_due_lingue_non_si_toccano(
    #[values(Lingua::De, Lingua::Sl, Lingua::En, Lingua::Fr)] lingua: Lingua,
    #[values(false, true)] due_loghi: bool,
) {
    let mut a = lunghissimo_bilingue(lingua);
    if due_loghi {
        let contenuto = br#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>"#;
        let logo = || Some(domain::stampa::Logo { contenuto: contenuto.to_vec(), nome: "Ente".into() });
        (a.logo, a.secondo_logo) = (logo(), logo());
    }
    let foglio = Foglio::di(&a);
    let parole = foglio.parole();
    nulla_si_tocca(&parole);
    if due_loghi {
        assert!(parole.iter().filter(|p| p.y < 36.0).all(|p| p.fine < 138.0), "{parole:?}");
    }
    // Both subjects are there, the second one as far as there is room.
    assert!(parole.iter().any(|p| p.testo.ends_with('…') && p.y < 36.0), "{parole:?}");
}

#[test]
fn i_testi_dell_ente_in_due_lingue() {
    let con = |italiana: Informativa, seconda: Informativa| {
        let mut a = bilingue(Lingua::De);
        a.informativa = italiana;
        a.seconda = a.seconda.map(|s| Seconda { informativa: seconda, oggetto: None, ..s });
        testo(&Foglio::di(&a))
    };
    let suo = |t: &str| Informativa::Testo(t.into());
    let propri = con(suo("Sconto del 5%."), suo("5 % Nachlass."));
    dice(&propri, &["Sconto del 5%. 5 % Nachlass."]);
    assert!(!propri.contains("aggiornato") && !propri.contains("aktualisiert"), "{propri}");
    let nascosta = con(Informativa::Nessuna, Informativa::Nessuna);
    assert!(!nascosta.contains("aggiornato") && !nascosta.contains("aktualisiert"), "{nascosta}");
    // A subject that nobody translated stands alone.
    dice(&nascosta, &["TARI 2025 - Città di Esempio ENTE CREDITORE"]);
    let mut rata = bilingue(Lingua::De);
    rata.opzione = Some(OpzioneDocumento::Rata(2));
    dice(
        &testo(&Foglio::di(&rata)),
        &[
            "Rata 2 - TARI 2025 - Città di Esempio Rate 2 - Müllgebühr 2025 - Beispielstadt",
            "Rata 2 entro il · Rate 2 zahlbar bis",
        ],
    );
}

/// The pieces in the second language say so, the rest is of the document.
#[rstest]
fn la_seconda_lingua_e_marcata(#[values(Lingua::De, Lingua::Sl, Lingua::En, Lingua::Fr)] lingua: Lingua) {
    let foglio = Foglio::di(&bilingue(lingua));
    let esito = programma("qpdf", &["--check"], &foglio.pdf);
    assert!(esito.contains("No syntax or stream encoding errors found"), "{esito}");
    let doc = Document::load_mem(&foglio.byte).unwrap();
    let catalogo = doc.catalog().unwrap();
    assert_eq!(decode_text_string(catalogo.get(b"Lang").unwrap()).unwrap(), "it");
    assert!(sciolto(&doc, catalogo.get(b"MarkInfo").unwrap()).get(b"Marked").unwrap().as_bool().unwrap());
    let titoli = elementi(&doc);
    let quanti = |tipo: &str| titoli.iter().filter(|e| e.0 == tipo).count();
    assert_eq!((quanti("H1"), quanti("H2"), quanti("H3")), (1, 6, 2), "{titoli:?}");
    let marcati = lingue_marcate(&doc);
    assert!(marcati.len() >= 30, "{marcati:?}");
    assert!(marcati.iter().all(|l| l == lingua.codice()), "{marcati:?}");
    // Italian alone marks nothing.
    let solo = Document::load_mem(&Foglio::di(&avviso()).byte).unwrap();
    assert!(lingue_marcate(&solo).is_empty());
}

/// Languages other than the document's of structure elements and marked content.
fn lingue_marcate(doc: &Document) -> Vec<String> {
    let mut trovate: Vec<String> = doc
        .objects
        .values()
        .filter_map(|o| o.as_dict().ok())
        .filter(|d| d.has(b"S") && d.has(b"Lang"))
        .map(|d| decode_text_string(d.get(b"Lang").unwrap()).unwrap())
        .collect();
    for pagina in doc.get_pages().into_values() {
        let contenuto = lopdf::content::Content::decode(&doc.get_page_content(pagina).unwrap()).unwrap();
        for o in contenuto.operations.iter().filter(|o| o.operator == "BDC") {
            let lingua = o.operands.get(1).and_then(|d| d.as_dict().ok()?.get(b"Lang").ok());
            trovate.extend(lingua.map(|l| decode_text_string(l).unwrap()));
        }
    }
    trovate.retain(|l| l != "it");
    trovate
}

#[test]
fn stesso_avviso_bilingue_stessi_byte() {
    assert_eq!(Foglio::di(&bilingue(Lingua::Sl)).byte, Foglio::di(&bilingue(Lingua::Sl)).byte);
    let d = in_tedesco(documento(1, 3, true));
    assert_eq!(STAMPATORE.documento(&d).unwrap(), STAMPATORE.documento(&d).unwrap());
}

#[test]
fn le_etichette_di_ogni_lingua_si_sostituiscono() {
    let mut impostazioni = stampe::Impostazioni::default();
    let sue = [("importo".to_owned(), "Gesamtbetrag".to_owned())].into();
    impostazioni.etichette_seconde.insert(Lingua::De, sue);
    let stampatore = stampe::Stampatore::nuovo(impostazioni).unwrap();
    let pagina = |lingua| testo(&Foglio::con(stampatore.avviso(&bilingue(lingua)).unwrap()));
    dice(&pagina(Lingua::De), &["Importo · Gesamtbetrag"]);
    dice(&pagina(Lingua::En), &["Importo · Amount"]);
}

fn in_tedesco(mut d: DocumentoStampato) -> DocumentoStampato {
    for a in &mut d.avvisi {
        a.seconda = bilingue(Lingua::De).seconda;
    }
    d
}

#[rstest]
fn ogni_rata_sta_una_volta_con_il_suo_codice(#[values(false, true)] postale: bool) {
    for (uniche, rate) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (0, 4), (2, 5), (0, 12), (1, 40)] {
        let d = in_tedesco(documento(uniche, rate, postale));
        let foglio = Foglio::con(STAMPATORE.documento(&d).unwrap());
        let pagine = Document::load_mem(&foglio.byte).unwrap().get_pages().len();
        let coppie = |n: i64| usize::try_from(n).unwrap().div_ceil(2);
        // A summary before an even number, the first alone of an odd one.
        let attese = match (uniche, rate) {
            (0, n) if n % 2 == 0 => 1 + coppie(n),
            (0, n) => 1 + coppie(n - 1),
            (u, n) => usize::try_from(u).unwrap() + coppie(n),
        };
        assert_eq!((pagine, d.pagine().len()), (attese, attese), "{uniche} {rate}");
        let testo = testo(&foglio);
        for a in &d.avvisi {
            let volte = testo.matches(&a_gruppi(a)).count();
            assert_eq!(volte, if postale { 2 } else { 1 }, "{uniche} {rate} {}", a.numero_avviso);
        }
        if rate <= 5 {
            assert_eq!(codici_letti(&foglio.byte), codici_attesi(&d), "{uniche} {rate}");
        }
        assert_eq!(testo.contains("POSTERLAGSCHEIN"), postale);
    }
}

#[test]
fn il_riepilogo_ha_il_totale_e_la_prima_scadenza() {
    let mut d = in_tedesco(documento(0, 4, false));
    d.avvisi[0].scadenza = Some(jiff::civil::date(2026, 7, 31));
    let pagine = pagine(&d);
    dice(
        &pagine[0],
        &[
            // 1101 + 1102 + 1103 + 1104 cents.
            "44,10 Euro",
            "Rata 1 entro il · Rate 1 zahlbar bis",
            "31/07/2026",
            "Puoi pagare l'importo in 4 rate (vedi pagine seguenti).",
            "Sie können den Betrag in 4 Raten zahlen (siehe folgende Seiten).",
            "I codici QR per pagare sono nelle pagine seguenti.",
            "Die QR-Codes für die Zahlung finden Sie auf den folgenden Seiten.",
        ],
    );
    assert!(!pagine[0].contains("Cod. Avviso"), "{}", pagine[0]);
    dice(
        &pagine[1],
        &[
            "Rate 1 e 2 - TARI 2025 - Città di Esempio Raten 1 und 2 - Müllgebühr 2025 - Beispielstadt",
            "Rata 1 · Rate 1",
            "Rata 2 · Rate 2",
        ],
    );
    dice(&pagine[2], &["Rate 3 e 4 - TARI 2025"]);

    // Of an odd number the first is a notice of its own.
    let pagine = self::pagine(&in_tedesco(documento(0, 3, true)));
    dice(
        &pagine[0],
        &["11,01 Euro", "Puoi pagare l'importo in 3 rate (vedi pagine seguenti).", "Cod. Avviso"],
    );
    dice(
        &pagine[1],
        &[
            "Rate 2 e 3 - ",
            "BOLLETTINO POSTALE PA · POSTERLAGSCHEIN",
            "Rata 2, entro il · Rate 2, zahlbar bis 31/12/2026",
        ],
    );
    // After the notice that pays all at once, one left alone has half a page.
    let pagine = self::pagine(&in_tedesco(documento(1, 3, true)));
    assert_eq!(pagine.len(), 3);
    dice(&pagine[0], &["Rata UNICA entro il · Einmalzahlung bis"]);
    dice(&pagine[2], &["Rata 3 - TARI 2025 - Città di Esempio Rate 3 - Müllgebühr 2025 - Beispielstadt"]);
}

#[test]
fn le_soglie_non_si_sommano() {
    let soglia = |n, o| rata(n, o, false);
    let mut avvisi = vec![
        soglia(1, OpzioneDocumento::Entro(5)),
        soglia(2, OpzioneDocumento::Entro(30)),
        soglia(3, OpzioneDocumento::Oltre(30)),
    ];
    let documento = |avvisi: &[AvvisoStampato]| {
        in_tedesco(DocumentoStampato { identificativo: "D".into(), avvisi: avvisi.to_vec() })
    };
    let dispari = pagine(&documento(&avvisi));
    assert_eq!(dispari.len(), 2);
    dice(&dispari[0], &["10,01 Euro", "Entro 5 giorni · Innerhalb von 5 Tagen", "Cod. Avviso"]);
    dice(
        &dispari[1],
        &["Entro 30 giorni, Oltre 30 giorni - TARI", "Innerhalb von 30 Tagen, Nach 30 Tagen - Müll"],
    );
    avvisi.pop();
    let pari = pagine(&documento(&avvisi));
    assert_eq!(pari.len(), 2);
    dice(&pari[0], &["10,01 Euro", "Entro 5 giorni · Innerhalb von 5 Tagen", "nelle pagine seguenti"]);
    assert!(!pari[0].contains("Cod. Avviso") && !pari[0].contains("Puoi pagare"), "{}", pari[0]);
    dice(&pari[1], &["Entro 5 giorni · Innerhalb von 5 Tagen", "Entro 30 giorni · Innerhalb von 30 Tagen"]);
}

/// The text of each page.
fn pagine(d: &DocumentoStampato) -> Vec<String> {
    let foglio = Foglio::con(STAMPATORE.documento(d).unwrap());
    let mut c = Command::new("pdftotext");
    c.arg("-raw").arg(&foglio.pdf).arg("-");
    let testo = esegui(c);
    let pagine = testo.trim_end_matches('\u{c}').split('\u{c}');
    pagine.map(|p| p.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[rstest]
fn nelle_pagine_di_un_documento_i_testi_piu_lunghi_non_si_toccano(#[values(2, 3, 4)] rate: i64) {
    let mut d = documento(0, rate, true);
    for a in &mut d.avvisi {
        let lungo = lunghissimo_bilingue(Lingua::Fr);
        let (nav, qr, opzione) = (a.numero_avviso.clone(), a.qrcode.clone(), a.opzione);
        *a = AvvisoStampato { numero_avviso: nav, qrcode: qr, opzione, ..lungo };
    }
    let foglio = Foglio::con(STAMPATORE.documento(&d).unwrap());
    for n in 1..=d.pagine().len() {
        nulla_si_tocca(&foglio.parole_di(n));
    }
}
