//! The characters of XML 1.0.

/// The text without the characters that XML cannot carry.
#[must_use]
pub fn solo_caratteri_xml(testo: &str) -> String {
    let vietato = |c: char| match u32::from(c) {
        0x9 | 0xA | 0xD => false,
        0..0x20 | 0xFFFE | 0xFFFF => true,
        _ => false,
    };
    testo.chars().filter(|c| !vietato(*c)).collect()
}
