//! The readers of logos, for the fuzz targets and the property tests. Nothing here is part of the program.

use crate::{loghi, svg};

/// Whether these bytes are a picture that is drawn.
#[must_use]
pub fn immagine(byte: &[u8]) -> bool {
    loghi::immagine(byte).is_some()
}

/// The drawing as it is given to the engine; `None` when it is refused.
#[must_use]
pub fn disegno(testo: &str) -> Option<String> {
    svg::innocuo(testo)
}

#[cfg(test)]
mod tests {
    use super::{disegno, immagine};
    use proptest::prelude::*;

    const PEZZI: &[&str] = &[
        "<svg viewBox='0 0 9 9'>",
        "</svg>",
        "<g id='a' transform='scale(2)'>",
        "</g>",
        "<path d='M0 0h9v9z'/>",
        "<use href='#a'/>",
        "<style>.a{fill:red}",
        "</style>",
        "<linearGradient id='b'>",
        "</linearGradient>",
        "<stop offset='0' style='stop-color:#fff'/>",
        "<script>x()</script>",
        "<image href='http://x/'/>",
        "testo",
        "&amp;",
        "<!-- x -->",
        "<![CDATA[.b{fill:url(#a)}]]>",
        "<clipPath id='c' clip-path='url(#a)'>",
        "</clipPath>",
        "<rect fill='url(http://x)' onclick='x()'/>",
    ];

    proptest! {
        /// What is let through is let through again, the same: nothing in it is still to be taken away.
        #[test]
        fn un_disegno_innocuo_resta_com_e(pezzi in prop::collection::vec(prop::sample::select(PEZZI), 0..12)) {
            let testo = format!("<svg viewBox='0 0 9 9'>{}</svg>", pezzi.concat());
            if let Some(una) = disegno(&testo) {
                for vietato in ["script", "image", "http://x", "onclick", "<!--", "CDATA"] {
                    prop_assert!(!una.contains(vietato), "{}", una);
                }
                prop_assert_eq!(disegno(&una), Some(una));
            }
        }

        #[test]
        fn nessun_byte_la_ferma(byte in prop::collection::vec(any::<u8>(), 0..300), testa in prop::sample::select(vec![
            &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], b"\xff\xd8\xff\xe0\0\x10JFIF\0", b"<svg ", b"",
        ])) {
            let _ = immagine(&[testa, &byte].concat());
        }
    }
}
