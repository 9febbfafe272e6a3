//! The remittance line (spec 40 6.3).

use crate::Importo;
use crate::codici::riferimento_iso11649;

/// Longest remittance line, in characters.
const MASSIMO: usize = 140;

/// `/RFS/` with the reference in groups of four when it is a valid ISO 11649 one, else `/RFB/`; then
/// the amount, then `/TXT/` and the text if there is one; cut at 140 characters.
#[must_use]
pub fn causale_versamento(iuv: &str, importo: Importo, testo: Option<&str>) -> String {
    let riferimento = if riferimento_iso11649(iuv) {
        let cifre: Vec<char> = iuv.chars().collect();
        let gruppi: Vec<String> = cifre.chunks(4).map(|g| g.iter().collect()).collect();
        format!("/RFS/{}", gruppi.join(" "))
    } else {
        format!("/RFB/{iuv}")
    };
    let coda = testo.map(|t| format!("/TXT/{t}")).unwrap_or_default();
    format!("{riferimento}/{importo}{coda}").chars().take(MASSIMO).collect()
}
