//! Logos: bytes of strangers that become a picture the engine can draw, or nothing.
//!
//! PNG and JPEG are decoded here within bounds and reduced to what the paper shows, so that no format
//! reaches the engine; SVG is rewritten by [`crate::svg`].

use crate::svg;
use std::io::Cursor;
use std::sync::{Mutex, PoisonError};
use typst::foundations::{Bytes, Dict, IntoValue as _, Value};
use typst::utils::hash128;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Bytes of a logo.
const MASSIMO_BYTE: usize = 4 * 1024 * 1024;
/// Longest side of a logo, in pixels.
const MASSIMO_LATO: usize = 8_000;
/// Pixels of a logo: 32 MB while it is decoded.
const MASSIMO_PIXEL: usize = 8_000_000;
/// Longest side on paper: 30 mm at 300 points per inch.
const LATO_STAMPATO: usize = 355;
/// Logos kept ready: the bodies of an installation print again and again. At most 16 MB.
const LOGHI_PRONTI: usize = 32;

/// A picture that the engine draws.
#[derive(Debug, Clone)]
pub(crate) struct Immagine {
    contenuto: Bytes,
    formato: Value,
}

impl Immagine {
    pub(crate) fn svg(testo: String) -> Self {
        Self { contenuto: Bytes::from_string(testo), formato: "svg".into_value() }
    }

    /// For the template, with its alternative text.
    pub(crate) fn valore(&self, alt: &str) -> Value {
        let mut d = Dict::new();
        d.insert("contenuto".into(), Value::Bytes(self.contenuto.clone()));
        d.insert("formato".into(), self.formato.clone());
        d.insert("alt".into(), alt.into_value());
        Value::Dict(d)
    }
}

/// The logos seen last, the most recent at the end; what cannot be drawn is remembered too.
#[derive(Default)]
pub(crate) struct Loghi {
    pronti: Mutex<Vec<(u128, Option<Immagine>)>>,
}

impl Loghi {
    pub(crate) fn immagine(&self, byte: &[u8]) -> Option<Immagine> {
        let chiave = hash128(byte);
        {
            let mut pronti = self.pronti.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(i) = pronti.iter().position(|(c, _)| *c == chiave) {
                let trovato = pronti.remove(i);
                let immagine = trovato.1.clone();
                pronti.push(trovato);
                return immagine;
            }
        }
        let nuova = immagine(byte);
        let mut pronti = self.pronti.lock().unwrap_or_else(PoisonError::into_inner);
        if pronti.len() >= LOGHI_PRONTI {
            pronti.remove(0);
        }
        pronti.push((chiave, nuova.clone()));
        nuova
    }
}

/// Recognised by content; `None` for what is not, is broken or is too large.
pub(crate) fn immagine(byte: &[u8]) -> Option<Immagine> {
    if byte.len() > MASSIMO_BYTE {
        return None;
    }
    match byte {
        [0x89, b'P', b'N', b'G', ..] => Some(Pixel::da_png(byte)?.ridotta().pronta()),
        [0xff, 0xd8, 0xff, ..] => Some(Pixel::da_jpeg(byte)?.ridotta().pronta()),
        _ => svg::innocuo(std::str::from_utf8(byte).ok()?).map(Immagine::svg),
    }
}

/// Red, green, blue and opacity of each point.
struct Pixel {
    larghezza: usize,
    altezza: usize,
    punti: Vec<[u8; 4]>,
}

impl Pixel {
    fn nuova(larghezza: usize, altezza: usize, punti: Vec<[u8; 4]>) -> Option<Self> {
        (larghezza > 0 && altezza > 0 && punti.len() == larghezza * altezza).then_some(Self {
            larghezza,
            altezza,
            punti,
        })
    }

    fn da_png(byte: &[u8]) -> Option<Self> {
        let limiti = png::Limits { bytes: MASSIMO_PIXEL * 4 };
        let mut d = png::Decoder::new_with_limits(Cursor::new(byte), limiti);
        d.set_transformations(png::Transformations::normalize_to_color8());
        let info = d.read_header_info().ok()?;
        let (larghezza, altezza) = (usize::try_from(info.width).ok()?, usize::try_from(info.height).ok()?);
        nei_limiti(larghezza, altezza)?;
        let mut lettore = d.read_info().ok()?;
        let mut crudi = vec![0; lettore.output_buffer_size()?];
        let quadro = lettore.next_frame(&mut crudi).ok()?;
        let canali = match quadro.color_type {
            png::ColorType::Grayscale => 1,
            png::ColorType::GrayscaleAlpha => 2,
            png::ColorType::Rgb => 3,
            png::ColorType::Rgba => 4,
            // Expanded by the transformations above.
            png::ColorType::Indexed => return None,
        };
        Self::nuova(larghezza, altezza, punti(&crudi, canali, larghezza * altezza))
    }

    fn da_jpeg(byte: &[u8]) -> Option<Self> {
        let opzioni = DecoderOptions::default()
            .set_max_width(MASSIMO_LATO)
            .set_max_height(MASSIMO_LATO)
            .jpeg_set_max_scans(40)
            .jpeg_set_out_colorspace(ColorSpace::RGB);
        let mut d = JpegDecoder::new_with_options(Cursor::new(byte), opzioni);
        d.decode_headers().ok()?;
        let info = d.info()?;
        let (larghezza, altezza) = (usize::from(info.width), usize::from(info.height));
        nei_limiti(larghezza, altezza)?;
        let crudi = d.decode().ok()?;
        Self::nuova(larghezza, altezza, punti(&crudi, 3, larghezza * altezza))
    }

    /// No larger than the paper shows; each point is the mean of those it covers.
    fn ridotta(self) -> Self {
        let lato = self.larghezza.max(self.altezza);
        if lato <= LATO_STAMPATO {
            return self;
        }
        let larghezza = (self.larghezza * LATO_STAMPATO / lato).max(1);
        let altezza = (self.altezza * LATO_STAMPATO / lato).max(1);
        let mut punti = Vec::with_capacity(larghezza * altezza);
        for y in 0..altezza {
            for x in 0..larghezza {
                punti.push(self.media(
                    x * self.larghezza / larghezza..(x + 1) * self.larghezza / larghezza,
                    y * self.altezza / altezza..(y + 1) * self.altezza / altezza,
                ));
            }
        }
        Self { larghezza, altezza, punti }
    }

    /// Mean colour, weighted by opacity.
    fn media(&self, colonne: std::ops::Range<usize>, righe: std::ops::Range<usize>) -> [u8; 4] {
        let (mut somma, mut opaco, mut quanti) = ([0_u64; 3], 0_u64, 0_u64);
        for y in righe {
            let riga = self.punti.get(y * self.larghezza..).unwrap_or_default();
            for &[r, g, b, a] in riga.get(colonne.clone()).unwrap_or_default() {
                let peso = u64::from(a);
                for (s, c) in somma.iter_mut().zip([r, g, b]) {
                    *s += u64::from(c) * peso;
                }
                opaco += peso;
                quanti += 1;
            }
        }
        let byte = |n: u64, d: u64| u8::try_from(n.checked_div(d).unwrap_or(0)).unwrap_or(u8::MAX);
        let [r, g, b] = somma.map(|s| byte(s, opaco));
        [r, g, b, byte(opaco, quanti)]
    }

    fn pronta(self) -> Immagine {
        let opaca = self.punti.iter().all(|p| p[3] == u8::MAX);
        let (codifica, contenuto): (_, Vec<u8>) = if opaca {
            ("rgb8", self.punti.iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect())
        } else {
            ("rgba8", self.punti.concat())
        };
        let mut formato = Dict::new();
        formato.insert("encoding".into(), codifica.into_value());
        formato.insert("width".into(), self.larghezza.into_value());
        formato.insert("height".into(), self.altezza.into_value());
        Immagine { contenuto: Bytes::new(contenuto), formato: Value::Dict(formato) }
    }
}

fn nei_limiti(larghezza: usize, altezza: usize) -> Option<()> {
    (larghezza <= MASSIMO_LATO && altezza <= MASSIMO_LATO && larghezza * altezza <= MASSIMO_PIXEL)
        .then_some(())
}

/// Points of 1 to 4 channels.
fn punti(crudi: &[u8], canali: usize, quanti: usize) -> Vec<[u8; 4]> {
    let punto = |p: &[u8]| match *p {
        [l] => [l, l, l, u8::MAX],
        [l, a] => [l, l, l, a],
        [r, g, b] => [r, g, b, u8::MAX],
        [r, g, b, a, ..] => [r, g, b, a],
        [] => [0; 4],
    };
    crudi.chunks_exact(canali).map(punto).take(quanti).collect()
}
