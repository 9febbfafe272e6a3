//! Paths towards the ente: every segment percent-encoded (spec 60 1.1).

use std::fmt::Write as _;

/// One path segment or query value: everything but the unreserved characters of RFC 3986 is encoded.
#[must_use]
pub fn segmento(testo: &str) -> String {
    let mut s = String::with_capacity(testo.len());
    for b in testo.bytes() {
        if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~') {
            s.push(char::from(b));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(s, "%{b:02X}");
        }
    }
    s
}

/// Segments joined by `/`, without a leading one.
#[must_use]
pub fn percorso(segmenti: &[&str]) -> String {
    segmenti.iter().map(|s| segmento(s)).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ogni_segmento_resta_uno() {
        assert_eq!(
            percorso(&["ricevute", "12345678901", "RF18/5", "a b?c#d%è"]),
            "ricevute/12345678901/RF18%2F5/a%20b%3Fc%23d%25%C3%A8"
        );
        assert_eq!(segmento("A-1_b.c~"), "A-1_b.c~");
    }
}
