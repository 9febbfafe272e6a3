//! The numbers here are those of spec 60 6.5, not those of the layout file.

use super::{Foglio, Parola, avviso, lunghissimo, senza_bollettino};

/// First word of a text, left, top.
pub(crate) const INIZI: [(&str, f64, f64); 34] = [
    ("AVVISO", 20.8, 8.8),
    ("TARI", 7.1, 20.8),
    ("Comune", 7.1, 47.3),
    ("Ufficio", 7.1, 55.0),
    ("www.comune.esempio.it", 7.1, 65.6),
    ("Mario", 104.4, 47.3),
    ("Via", 104.4, 55.0),
    ("00100", 104.4, 60.3),
    ("Importo", 7.1, 87.5),
    ("123,45", 7.1, 93.8),
    ("Entro", 49.4, 87.5),
    ("31/12/2026", 49.4, 94.2),
    ("L'importo", 15.2, 104.4),
    ("SUL", 104.1, 87.5),
    ("Paga", 104.1, 93.8),
    ("PAGA", 104.1, 120.3),
    ("In", 104.1, 126.6),
    ("Inquadra", 7.1, 190.1),
    ("Destinatario", 60.0, 162.3),
    ("Mario", 60.0, 167.3),
    ("Ente", 60.0, 173.9),
    ("Comune", 60.0, 178.9),
    ("Oggetto", 60.0, 185.2),
    ("TARI", 60.0, 190.2),
    ("Cod.", 59.6, 197.9),
    ("AAB12", 59.6, 202.8),
    ("Cod.", 97.7, 197.9),
    ("3010", 97.7, 202.8),
    ("Cod.", 146.4, 197.9),
    ("01234567890", 146.4, 202.8),
    ("ENTE", 7.1, 39.2),
    ("DESTINATARIO", 104.4, 39.2),
    ("QUANTO", 7.1, 79.0),
    ("BANCHE", 7.1, 152.8),
];

pub(crate) const INIZI_BOLLETTINO: [(&str, f64, f64); 17] = [
    ("BOLLETTINO", 7.1, 216.3),
    ("BancoPosta", 60.0, 216.3),
    ("sul", 70.2, 228.6),
    ("Intestato", 60.0, 240.9),
    ("Tesoreria", 77.6, 240.9),
    ("Destinatario", 60.0, 247.3),
    ("Mario", 77.6, 247.3),
    ("Descrizione", 60.0, 254.0),
    ("TARI", 77.6, 254.0),
    ("Cod.", 59.6, 270.6),
    ("3010", 59.6, 275.5),
    ("Tipo", 109.4, 270.6),
    ("P1", 109.4, 275.5),
    ("Cod.", 121.7, 270.6),
    ("01234567890", 121.7, 275.5),
    ("Bollettino", 7.1, 256.5),
    ("AUT.", 7.1, 276.9),
];

/// Bands: top; height 6.3.
const FASCE: [f64; 3] = [39.2, 79.0, 152.8];

pub(crate) fn c_e(parole: &[Parola], (testo, x, y): (&str, f64, f64)) {
    let vicina = |p: &&Parola| {
        // A text of a band stands inside it, not at its top.
        let scarto = if p.testo == "BancoPosta" || (x, y) == (104.4, 39.2) || FASCE.contains(&y) || y == 216.3
        {
            p.y >= y - 0.5 && p.fondo <= y + 6.3 + 0.5
        } else {
            (p.y - y).abs() <= 0.5
        };
        p.testo == testo && (p.x - x).abs() <= 0.5 && scarto
    };
    let uguali: Vec<_> = parole.iter().filter(|p| p.testo == testo).collect();
    assert!(parole.iter().any(|p| vicina(&p)), "{testo} at {x} {y}: {uguali:?}");
}

#[test]
fn ogni_testo_sta_al_suo_posto() {
    let parole = Foglio::di(&avviso()).parole();
    for posto in INIZI.into_iter().chain(INIZI_BOLLETTINO) {
        c_e(&parole, posto);
    }
    // At the right edge: the amounts, the terms of the bands, the codes of the bands.
    for (testo, fine, y) in [("123,45", 202.8, 162.3), ("123,45", 202.8, 228.6)] {
        let trovata =
            parole.iter().any(|p| p.testo == testo && (p.fine - fine).abs() <= 0.5 && (p.y - y).abs() <= 0.5);
        assert!(trovata, "{testo} {fine} {y}");
    }
    for (testo, y) in [("RSSMRA30A01H501I", 39.2), ("31/12/2026", 152.8), ("31/12/2026", 216.3)] {
        let trovata = parole
            .iter()
            .any(|p| p.testo == testo && (p.fine - 202.8).abs() <= 0.5 && p.y >= y && p.fondo <= y + 6.3);
        assert!(trovata, "{testo} {y}");
    }
}

#[test]
fn senza_bollettino_la_pagina_e_la_stessa_e_sotto_non_c_e_nulla() {
    let foglio = Foglio::di(&senza_bollettino());
    let parole = foglio.parole();
    for posto in INIZI {
        c_e(&parole, posto);
    }
    assert!(parole.iter().all(|p| p.fondo < 211.0), "{parole:?}");
    let grigi = Grigi::di(&foglio);
    assert!(grigi.riquadro(0.0, 211.0, 210.0, 297.0).is_none());
}

#[test]
fn fasce_e_codici_stanno_al_loro_posto() {
    let grigi = Grigi::di(&Foglio::di(&avviso()));
    for y in FASCE.into_iter().chain([216.3]) {
        for x in [2.0, 206.0] {
            let (inizio, fine) = grigi.fascia(x, y + 3.0);
            assert!((inizio - y).abs() <= 0.5 && (fine - y - 6.3).abs() <= 0.5, "{y}: {inizio} {fine}");
        }
    }
    // QR: 31 mm with its quiet zone of 4 modules of 41, at least 25 net.
    let (x0, y0, x1, y1) = grigi.riquadro(3.9, 159.6, 35.5, 190.0).unwrap();
    let margine = 31.0 * 4.0 / 41.0;
    assert!((x0 - 3.9 - margine).abs() <= 0.5 && (y0 - 159.1 - margine).abs() <= 0.5, "{x0} {y0}");
    assert!(x1 - x0 >= 24.9 && y1 - y0 >= 24.9 && x1 - x0 <= 25.5, "{x0} {x1} {y0} {y1}");
    // DataMatrix: its box of 28.2 holds it with a module of white.
    let (x0, y0, x1, y1) = grigi.riquadro(172.0, 249.0, 206.0, 284.0).unwrap();
    assert!((174.6..=175.6).contains(&x0) && (251.5..=252.5).contains(&y0), "{x0} {y0}");
    assert!((201.8..=202.8).contains(&x1) && (278.7..=279.7).contains(&y1), "{x1} {y1}");
    // Marks, the line of the cut.
    let (x0, y0, x1, y1) = grigi.riquadro(5.0, 5.0, 20.0, 20.4).unwrap();
    assert!(
        (x0 - 7.1).abs() <= 0.5
            && (y0 - 7.4).abs() <= 0.5
            && (x1 - 19.1).abs() <= 0.5
            && (y1 - 19.4).abs() <= 0.5
    );
    let (x0, y0, x1, y1) = grigi.riquadro(171.0, 5.0, 208.0, 38.6).unwrap();
    assert!(
        (x0 - 172.9).abs() <= 0.8
            && (y0 - 7.4).abs() <= 0.8
            && (x1 - 202.9).abs() <= 0.8
            && (y1 - 37.4).abs() <= 0.8
    );
    let (_, y0, _, y1) = grigi.riquadro(0.0, 210.0, 180.0, 213.0).unwrap();
    assert!((y0 - 211.3).abs() <= 0.5 && (y1 - 211.3).abs() <= 0.5);
}

#[test]
fn i_testi_piu_lunghi_non_si_toccano() {
    let parole = Foglio::di(&lunghissimo()).parole();
    nulla_si_tocca(&parole);
    assert!(parole.iter().any(|p| p.testo.ends_with('…') && p.y < 36.0), "{parole:?}");
}

/// No text leaves the page, none lies on another.
pub(crate) fn nulla_si_tocca(parole: &[Parola]) {
    assert!(parole.iter().all(|p| p.x >= 7.0 && p.fine <= 203.2 && p.fondo <= 290.0), "{parole:?}");
    for (i, a) in parole.iter().enumerate() {
        for b in &parole[i + 1..] {
            // The line box is taller than the letters: its middle half counts.
            let corpo = |p: &Parola| (p.y + (p.fondo - p.y) * 0.25, p.fondo - (p.fondo - p.y) * 0.25);
            let ((a0, a1), (b0, b1)) = (corpo(a), corpo(b));
            let sopra = a.fine.min(b.fine) - a.x.max(b.x) > 0.1 && a1.min(b1) - a0.max(b0) > 0.0;
            assert!(!sopra, "{a:?} {b:?}");
        }
    }
}

/// The page in grey, ten points to the millimetre.
pub(crate) struct Grigi {
    larghezza: usize,
    punti: Vec<u8>,
}

impl Grigi {
    pub(crate) fn di(foglio: &Foglio) -> Self {
        let byte = std::fs::read(foglio.immagine(254, &["-gray"], "pgm")).unwrap();
        let testa: Vec<usize> = byte[2..40]
            .split(u8::is_ascii_whitespace)
            .filter(|p| !p.is_empty())
            .take(3)
            .map(|p| std::str::from_utf8(p).unwrap().parse().unwrap())
            .collect();
        let punti = byte[byte.len() - testa[0] * testa[1]..].to_vec();
        Self { larghezza: testa[0], punti }
    }

    fn punto(&self, x: usize, y: usize) -> u8 {
        self.punti.get(y * self.larghezza + x).copied().unwrap_or(255)
    }

    /// Bounding box in millimetres of what is not white in an area.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a page"
    )]
    pub(crate) fn riquadro(&self, x0: f64, y0: f64, x1: f64, y1: f64) -> Option<(f64, f64, f64, f64)> {
        let px = |mm: f64| (mm * 10.0) as usize;
        let scuri: Vec<(usize, usize)> = (px(y0)..px(y1))
            .flat_map(|y| (px(x0)..px(x1)).map(move |x| (x, y)))
            .filter(|(x, y)| self.punto(*x, *y) < 128)
            .collect();
        let mm = |p: usize| p as f64 / 10.0;
        Some((
            mm(scuri.iter().map(|p| p.0).min()?),
            mm(scuri.iter().map(|p| p.1).min()?),
            mm(scuri.iter().map(|p| p.0).max()? + 1),
            mm(scuri.iter().map(|p| p.1).max()? + 1),
        ))
    }

    /// Top and bottom of the band that holds the point.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a page"
    )]
    pub(crate) fn fascia(&self, x: f64, y: f64) -> (f64, f64) {
        let (x, y) = ((x * 10.0) as usize, (y * 10.0) as usize);
        let tinta = |y: usize| self.punto(x, y) < 245;
        assert!(tinta(y), "no band at {y}");
        let inizio = (0..y).rev().find(|y| !tinta(*y)).unwrap() + 1;
        let fine = (y..).find(|y| !tinta(*y)).unwrap();
        (inizio as f64 / 10.0, fine as f64 / 10.0)
    }
}
