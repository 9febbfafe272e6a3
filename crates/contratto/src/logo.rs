//! A logo as the master data take it: base64 or data-URI, never validated (spec 10 5.2).

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const TOLLERANTE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The bytes of a stored logo; one that is not base64 is its own bytes.
#[must_use]
pub fn decodifica(contenuto: &str) -> Vec<u8> {
    let contenuto = contenuto.trim_start();
    let base64 = match contenuto.strip_prefix("data:").and_then(|r| r.split_once(',')) {
        Some((_, corpo)) => corpo,
        None => contenuto,
    };
    let stretto: String = base64.chars().filter(|c| !c.is_whitespace()).collect();
    TOLLERANTE.decode(stretto.as_bytes()).unwrap_or_else(|_| contenuto.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_o_data_uri_o_niente() {
        let png = [0x89, b'P', b'N', b'G', 13, 10, 26, 10];
        for scritto in
            ["iVBORw0KGgo=", " iVBORw0KGgo", "iVBO\nRw0KGgo=", "data:image/png;base64,iVBORw0KGgo="]
        {
            assert_eq!(decodifica(scritto), png, "{scritto:?}");
        }
        assert_eq!(decodifica("non base64!"), b"non base64!");
        assert_eq!(decodifica(""), b"");
    }
}
