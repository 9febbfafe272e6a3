//! From bytes to text: which encoding, and is it really that.

use crate::albero::carattere_xml;
use crate::errore::LetturaError;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// Decodes a document. The byte order mark wins over the charset of the Content-Type, that over the
/// XML declaration (RFC 7303); UTF-8 without any. Bytes that are not text in that encoding are
/// refused, never replaced; so is any character that XML cannot carry.
pub(crate) fn testo<'a>(byte: &'a [u8], content_type: Option<&str>) -> Result<Cow<'a, str>, LetturaError> {
    let (codifica, resto) = match Encoding::for_bom(byte) {
        Some((c, lunghezza)) => (c, byte.get(lunghezza..).unwrap_or_default()),
        None => (senza_bom(byte, content_type)?, byte),
    };
    let testo = codifica
        .decode_without_bom_handling_and_without_replacement(resto)
        .ok_or_else(|| LetturaError::Codifica(format!("bytes are not valid {}", codifica.name())))?;
    match testo.chars().find(|c| !carattere_xml(*c)) {
        Some(c) => Err(LetturaError::Codifica(format!("character U+{:04X} is not allowed", u32::from(c)))),
        None => Ok(testo),
    }
}

fn senza_bom(byte: &[u8], content_type: Option<&str>) -> Result<&'static Encoding, LetturaError> {
    if let Some(charset) = content_type.and_then(charset) {
        // `utf-16` does not say which end comes first: the first character of a document is `<`.
        if charset.eq_ignore_ascii_case("utf-16") && byte.starts_with(&[0]) {
            return Ok(UTF_16BE);
        }
        return etichetta(charset);
    }
    match byte {
        [0, b'<', ..] => return Ok(UTF_16BE),
        [b'<', 0, ..] => return Ok(UTF_16LE),
        _ => {}
    }
    match dichiarata(byte) {
        // Read as single bytes, so it cannot be UTF-16 whatever it declares.
        Some(nome) => match etichetta(nome)? {
            c if c == UTF_16BE || c == UTF_16LE => Ok(UTF_8),
            c => Ok(c),
        },
        None => Ok(UTF_8),
    }
}

fn etichetta(nome: &str) -> Result<&'static Encoding, LetturaError> {
    Encoding::for_label_no_replacement(nome.as_bytes()).ok_or_else(|| {
        LetturaError::Codifica(format!("unknown encoding '{}'", nome.chars().take(40).collect::<String>()))
    })
}

/// The charset parameter of a Content-Type, quoted or not.
fn charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|p| {
        let (nome, valore) = p.split_once('=')?;
        nome.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| valore.trim().trim_matches(['"', '\'']).trim())
            .filter(|v| !v.is_empty())
    })
}

/// The encoding of the XML declaration, for encodings that write ASCII as ASCII.
fn dichiarata(byte: &[u8]) -> Option<&str> {
    let fine = byte.iter().take(256).position(|b| *b == b'>')?;
    let testo = std::str::from_utf8(byte.get(..fine)?).ok()?.strip_prefix("<?xml")?;
    let (_, dopo) = testo.split_once("encoding")?;
    let dopo = dopo.trim_start().strip_prefix('=')?.trim_start();
    let virgoletta = dopo.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    dopo.get(1..)?.split(virgoletta).next()
}
