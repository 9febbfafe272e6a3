//! Content negotiation: whether an `Accept` header admits what an operation produces.

use http::{HeaderMap, header};

/// The first of the offered media types that the caller accepts with the highest quality; the
/// first offered when there is no `Accept`. `None`: 406.
#[must_use]
pub(crate) fn scegli<'o>(intestazioni: &HeaderMap, offerti: &[&'o str]) -> Option<&'o str> {
    let valori: Vec<&str> =
        intestazioni.get_all(header::ACCEPT).iter().filter_map(|v| v.to_str().ok()).collect();
    let elenco = valori.join(",");
    if elenco.trim().is_empty() {
        return offerti.first().copied();
    }
    let mut migliore: Option<(&'o str, f32)> = None;
    for offerto in offerti {
        let q = qualita(&elenco, offerto);
        if q > 0.0 && migliore.is_none_or(|(_, m)| q > m) {
            migliore = Some((offerto, q));
        }
    }
    migliore.map(|(o, _)| o)
}

/// Quality given to a media type by its most specific range.
fn qualita(elenco: &str, offerto: &str) -> f32 {
    let (tipo, sotto) = offerto.split_once('/').unwrap_or((offerto, ""));
    let mut trovata = (0, 0.0);
    for campo in elenco.split(',') {
        let mut parti = campo.split(';').map(str::trim);
        let Some((t, s)) = parti.next().and_then(|r| r.split_once('/')) else { continue };
        let precisione = match (t, s) {
            ("*", "*") => 1,
            (t, "*") if t.eq_ignore_ascii_case(tipo) => 2,
            (t, s) if t.eq_ignore_ascii_case(tipo) && s.eq_ignore_ascii_case(sotto) => 3,
            _ => continue,
        };
        let q = parti
            .find_map(|p| p.strip_prefix("q=").or_else(|| p.strip_prefix("Q=")))
            .map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0));
        if precisione > trovata.0 {
            trovata = (precisione, q);
        }
    }
    trovata.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l_accept_piu_preciso_decide() {
        let scelto = |accept: Option<&str>| {
            let mut h = HeaderMap::new();
            if let Some(a) = accept.and_then(|a| a.parse().ok()) {
                h.insert(header::ACCEPT, a);
            }
            scegli(&h, &["application/json", "application/pdf"])
        };
        for (accept, atteso) in [
            (None, Some("application/json")),
            (Some(""), Some("application/json")),
            (Some("*/*"), Some("application/json")),
            (Some("text/html, application/*;q=0.8"), Some("application/json")),
            (Some("application/pdf"), Some("application/pdf")),
            (Some("application/json;q=0.1, application/pdf"), Some("application/pdf")),
            (Some("application/json;q=0, */*"), Some("application/pdf")),
            (Some("image/png"), None),
            (Some("application/json;q=0"), None),
            (Some("garbage"), None),
        ] {
            assert_eq!(scelto(accept), atteso, "{accept:?}");
        }
    }
}
