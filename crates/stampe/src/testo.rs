//! What a foreign text becomes on paper: only characters that the fonts have, in lines that fit the box.

use crate::caratteri::Caratteri;
use crate::geometria::Posto;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// What lies between these two is in the second language: no clean text holds them, and they take no room.
pub(crate) const INIZIO_SECONDA: char = '\u{1}';
pub(crate) const FINE_SECONDA: char = '\u{2}';
/// Stands for a character that cannot be drawn.
const SOSTITUTO: char = '?';
/// Ends a text that was cut.
const TAGLIO: char = '…';
/// A text longer than this cannot fit any box: the rest is not even looked at.
const CARATTERI_MASSIMI: usize = 4000;

/// A text ready for its box.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Adattato {
    pub(crate) righe: Vec<String>,
    pub(crate) corpo: f64,
    /// Whether some of it did not fit.
    pub(crate) tagliato: bool,
}

impl Adattato {
    /// The pieces of each line, and whether each is in the second language.
    pub(crate) fn brani(&self) -> Vec<Vec<(String, bool)>> {
        let mut seconda = false;
        let mut righe = Vec::with_capacity(self.righe.len());
        for riga in &self.righe {
            let mut brani = Vec::new();
            let mut brano = String::new();
            for c in riga.chars() {
                let dentro = match c {
                    INIZIO_SECONDA => true,
                    FINE_SECONDA => false,
                    altro => {
                        brano.push(altro);
                        continue;
                    }
                };
                if !brano.is_empty() {
                    brani.push((std::mem::take(&mut brano), seconda));
                }
                seconda = dentro;
            }
            if !brano.is_empty() {
                brani.push((brano, seconda));
            }
            righe.push(brani);
        }
        righe
    }
}

/// The text with drawable characters only. Line ends stay; other blanks and control characters become one
/// space; marks without a base, invisible and bidirectional controls go; what the fonts lack becomes its
/// base letter or `?`.
pub(crate) fn pulito(caratteri: &Caratteri, testo: &str) -> String {
    let mut s = String::with_capacity(testo.len().min(CARATTERI_MASSIMI));
    for c in testo.chars().take(CARATTERI_MASSIMI).nfc() {
        match c {
            '\n' => s.push('\n'),
            c if c.is_whitespace() || c.is_control() => {
                if !s.ends_with([' ', '\n']) {
                    s.push(' ');
                }
            }
            c if is_combining_mark(c) || invisibile(c) => {}
            c if caratteri.disegnabile(c) => s.push(c),
            c => {
                let base = std::iter::once(c).nfkd().filter(|b| !is_combining_mark(*b));
                let nota: String = base.take(4).collect();
                if !nota.is_empty() && nota.chars().all(|b| b.is_ascii_graphic() && caratteri.disegnabile(b))
                {
                    s.push_str(&nota);
                } else {
                    s.push(SOSTITUTO);
                }
            }
        }
    }
    s.trim().to_owned()
}

/// Format characters: zero width, bidirectional, joiners, selectors, tags, soft hyphen.
fn invisibile(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{115f}' | '\u{1160}'
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Fits a clean text in the box: at its size, else smaller in steps of half a point, else cut.
/// `prefisso` (in em) is room already taken on the first line.
pub(crate) fn adattato(caratteri: &Caratteri, posto: &Posto, testo: &str, prefisso: f64) -> Adattato {
    let mut corpo = posto.corpo;
    loop {
        let spazio = posto.larghezza(corpo) - prefisso;
        let mut righe = a_capo(caratteri, posto, testo, spazio);
        let massime = posto.righe(corpo);
        if righe.len() <= massime {
            return Adattato { righe, corpo, tagliato: false };
        }
        if corpo - 0.5 < posto.minimo {
            righe.truncate(massime);
            if let Some(ultima) = righe.last_mut() {
                tronca(caratteri, posto, ultima, spazio);
            }
            return Adattato { righe, corpo, tagliato: true };
        }
        corpo -= 0.5;
    }
}

/// Lines no wider than `spazio` (em): broken at blanks, inside a word only when the word alone is wider.
fn a_capo(caratteri: &Caratteri, posto: &Posto, testo: &str, spazio: f64) -> Vec<String> {
    let mut righe = Vec::new();
    for paragrafo in testo.split('\n') {
        let mut riga = String::new();
        let mut larga = 0.0;
        for parola in paragrafo.split(' ').filter(|p| !p.is_empty()) {
            let sua = caratteri.larghezza(posto, parola);
            let stacco = if riga.is_empty() { 0.0 } else { caratteri.larghezza(posto, " ") };
            if larga + stacco + sua <= spazio {
                if !riga.is_empty() {
                    riga.push(' ');
                }
                riga.push_str(parola);
                larga += stacco + sua;
                continue;
            }
            if !riga.is_empty() {
                righe.push(std::mem::take(&mut riga));
                larga = 0.0;
            }
            for c in parola.chars() {
                let sua = caratteri.larghezza(posto, c.encode_utf8(&mut [0; 4]));
                if !riga.is_empty() && larga + sua > spazio {
                    righe.push(std::mem::take(&mut riga));
                    larga = 0.0;
                }
                riga.push(c);
                larga += sua;
            }
        }
        if !riga.is_empty() {
            righe.push(riga);
        }
    }
    righe
}

/// Makes room for the ellipsis and appends it.
fn tronca(caratteri: &Caratteri, posto: &Posto, riga: &mut String, spazio: f64) {
    let coda = caratteri.larghezza(posto, TAGLIO.encode_utf8(&mut [0; 4]));
    while !riga.is_empty() && caratteri.larghezza(posto, riga) + coda > spazio {
        riga.pop();
    }
    let fine = riga.trim_end_matches([' ', ',', ';', '-']).len();
    riga.truncate(fine);
    riga.push(TAGLIO);
}

#[cfg(test)]
#[path = "testo_test.rs"]
mod tests;
