//! QR code and DataMatrix as vector drawings.

use crate::StampaError;
use datamatrix::{DataMatrix, SymbolList};
use fast_qr::{ECL, QRBuilder};
use std::fmt::Write as _;

/// QR code, error correction M, with the quiet zone of 4 modules (spec 60 6.2).
pub(crate) fn qr(testo: &str) -> Result<String, StampaError> {
    let codice = QRBuilder::new(testo).ecl(ECL::M).build().map_err(|_| StampaError::Codice("codice QR"))?;
    let lato = codice.size;
    Ok(disegno(lato, lato, 4, |x, y| codice[y][x].value()))
}

/// Square DataMatrix ECC 200 with its quiet zone of one module (spec 60 6.3).
pub(crate) fn datamatrix(testo: &str) -> Result<String, StampaError> {
    let codice = DataMatrix::encode(testo.as_bytes(), SymbolList::default().enforce_square())
        .map_err(|_| StampaError::Codice("DataMatrix"))?;
    let b = codice.bitmap();
    let (larghezza, altezza) = (b.width(), b.height());
    let mut neri = vec![false; larghezza * altezza];
    for (x, y) in b.pixels() {
        if let Some(nero) = neri.get_mut(y * larghezza + x) {
            *nero = true;
        }
    }
    Ok(disegno(larghezza, altezza, 1, |x, y| neri.get(y * larghezza + x).copied().unwrap_or(false)))
}

/// One path of black runs, row by row, on white.
fn disegno(larghezza: usize, altezza: usize, margine: usize, nero: impl Fn(usize, usize) -> bool) -> String {
    let (w, h) = (larghezza + 2 * margine, altezza + 2 * margine);
    let mut s = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {w} {h}'><path fill='#fff' d='M0 0h{w}v{h}h-{w}z'/><path d='"
    );
    for y in 0..altezza {
        let mut x = 0;
        while x < larghezza {
            let inizio = x;
            while x < larghezza && nero(x, y) {
                x += 1;
            }
            let tratto = x - inizio;
            if tratto == 0 {
                x += 1;
                continue;
            }
            // Writing to a String does not fail.
            let _ = write!(s, "M{} {}h{tratto}v1h-{tratto}z", inizio + margine, y + margine);
        }
    }
    s.push_str("'/></svg>");
    s
}
