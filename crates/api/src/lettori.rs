//! The readers of this crate that no public function reaches alone, for the fuzz targets and the
//! property tests. Nothing here is part of the program.

use crate::backoffice::v1;
use crate::convenzioni::IntestazioniFidate;
use crate::convenzioni::autenticazione::Lette;
use http::{HeaderMap, HeaderValue, header};
use serde_json::Value;

/// Kinds of master data that [`anagrafica`] reads.
#[must_use]
pub fn corpi() -> &'static [&'static str] {
    v1::CORPI
}

/// The body of a PUT of master data.
///
/// # Errors
/// The text of the refusal.
pub fn anagrafica(quale: &str, id: &str, corpo: &Value) -> Result<(), String> {
    v1::leggi_corpo(quale, id, corpo).map_err(|e| e.0)
}

/// The headers that say who calls: each pair, text or subject that is read, by its family.
#[must_use]
pub fn credenziali(h: &HeaderMap) -> Vec<(&'static str, String)> {
    let mut lette = Vec::new();
    let vesti = [(true, true), (true, false), (false, true), (false, false)];
    for (certificato_url, certificato_base64) in vesti {
        let fidate = IntestazioniFidate {
            principal: vec!["x-principal".to_owned()],
            certificato_url,
            certificato_base64,
            certificato_sostituzione: Some(("\t".to_owned(), "\n".to_owned())),
            ..IntestazioniFidate::default()
        };
        let Lette { basic, api_key, cookie, principal, spid, certificato } = Lette::di(h, &fidate);
        let coppia = |(a, b): (String, String)| format!("{a}:{b}");
        let tutte = [
            ("basic", basic.map(coppia)),
            ("apikey", api_key.map(coppia)),
            ("form", cookie),
            ("header", principal),
            ("spid", spid),
            ("sslheader", certificato),
        ];
        lette.extend(tutte.into_iter().filter_map(|(f, v)| Some((f, v?))));
    }
    lette.sort();
    lette.dedup();
    lette
}

/// Which of the offered media types an `Accept` chooses.
#[must_use]
pub fn accettato<'o>(accept: &[u8], offerti: &[&'o str]) -> Option<&'o str> {
    let mut h = HeaderMap::new();
    if let Ok(v) = HeaderValue::from_bytes(accept) {
        h.insert(header::ACCEPT, v);
    }
    crate::convenzioni::accettato(&h, offerti)
}

#[cfg(test)]
#[path = "lettori_test.rs"]
mod tests;
