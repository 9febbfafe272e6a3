//! Reads the QR codes of a picture, for the browsers that cannot: the page sends a photo, a screenshot or
//! a frame of the camera. A curl line may send any PNG or JPEG.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use png::{ColorType, Transformations};
use serde_json::json;
use std::io::Cursor;
use tokio::sync::Semaphore;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Bytes of a picture.
pub(crate) const MASSIMO_BYTE: usize = 8 * 1024 * 1024;
/// Longest side of a picture, in pixels.
const MASSIMO_LATO: usize = 8_000;
/// Pixels of a picture: a phone's photo of 16 megapixels.
const MASSIMO_PIXEL: usize = 16_000_000;
/// Pixels below which a picture that shows nothing is not looked at again at half its size.
const PIXEL_PICCOLI: usize = 500_000;
/// Memory that the PNG decoder may take beside the picture: one row, and the palette.
const MEMORIA_PNG: usize = 64 * 1024 * 1024;

/// Pictures that are read at the same time.
static INSIEME: Semaphore = Semaphore::const_new(2);

/// Why a picture is not looked at.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Illeggibile {
    #[error("un PDF non si legge come immagine: serve una schermata o una foto del suo codice QR")]
    Pdf,
    #[error("serve un'immagine PNG o JPEG")]
    Formato,
    #[error("l'immagine e' troppo grande: al massimo 16 milioni di pixel, 8000 per lato")]
    TroppoGrande,
    #[error("l'immagine e' rovinata")]
    Rovinata,
}

/// Grey levels, row by row, 0 black.
struct Grigi {
    larghezza: usize,
    altezza: usize,
    pixel: Vec<u8>,
}

/// `POST /simulatore/qr`, a PNG or a JPEG: `{"testi": [...]}`, empty when no code is seen.
pub(crate) async fn leggi(corpo: Result<Bytes, BytesRejection>) -> Response {
    let errore = |stato: StatusCode, testo: String| (stato, Json(json!({ "errore": testo }))).into_response();
    let Ok(corpo) = corpo else {
        return errore(StatusCode::PAYLOAD_TOO_LARGE, "l'immagine supera gli 8 MB".to_owned());
    };
    let Ok(_turno) = INSIEME.acquire().await else {
        return errore(StatusCode::SERVICE_UNAVAILABLE, "la sandbox si ferma".to_owned());
    };
    // A decoder that panics on a picture ends its own thread only.
    match tokio::task::spawn_blocking(move || decodifica(&corpo).map(|g| cerca(&g))).await {
        Ok(Ok(testi)) => Json(json!({ "testi": testi })).into_response(),
        Ok(Err(e @ Illeggibile::TroppoGrande)) => errore(StatusCode::PAYLOAD_TOO_LARGE, e.to_string()),
        Ok(Err(e @ Illeggibile::Rovinata)) => errore(StatusCode::UNPROCESSABLE_ENTITY, e.to_string()),
        Ok(Err(e @ (Illeggibile::Pdf | Illeggibile::Formato))) => {
            errore(StatusCode::UNSUPPORTED_MEDIA_TYPE, e.to_string())
        }
        Err(_) => errore(StatusCode::UNPROCESSABLE_ENTITY, Illeggibile::Rovinata.to_string()),
    }
}

/// The format is told by the first bytes, whatever the caller says.
fn decodifica(byte: &[u8]) -> Result<Grigi, Illeggibile> {
    if byte.starts_with(b"\x89PNG\r\n\x1a\n") {
        da_png(byte)
    } else if byte.starts_with(&[0xff, 0xd8, 0xff]) {
        da_jpeg(byte)
    } else if byte.starts_with(b"%PDF") {
        Err(Illeggibile::Pdf)
    } else {
        Err(Illeggibile::Formato)
    }
}

fn nei_limiti(larghezza: usize, altezza: usize) -> Result<(), Illeggibile> {
    let piccola = larghezza.max(altezza) <= MASSIMO_LATO && larghezza * altezza <= MASSIMO_PIXEL;
    if piccola { Ok(()) } else { Err(Illeggibile::TroppoGrande) }
}

fn da_png(byte: &[u8]) -> Result<Grigi, Illeggibile> {
    let rovinata = |_: png::DecodingError| Illeggibile::Rovinata;
    let limiti = png::Limits { bytes: MEMORIA_PNG };
    let mut d = png::Decoder::new_with_limits(Cursor::new(byte), limiti);
    d.set_transformations(Transformations::normalize_to_color8());
    let info = d.read_header_info().map_err(rovinata)?;
    let lato = |n: u32| usize::try_from(n).map_err(|_| Illeggibile::TroppoGrande);
    let (larghezza, altezza) = (lato(info.width)?, lato(info.height)?);
    nei_limiti(larghezza, altezza)?;
    let mut lettore = d.read_info().map_err(rovinata)?;
    let mut crudi = vec![0; lettore.output_buffer_size().ok_or(Illeggibile::TroppoGrande)?];
    let quadro = lettore.next_frame(&mut crudi).map_err(rovinata)?;
    let canali = match quadro.color_type {
        ColorType::Grayscale => 1,
        ColorType::GrayscaleAlpha => 2,
        ColorType::Rgb => 3,
        ColorType::Rgba => 4,
        // Expanded by the transformations above.
        ColorType::Indexed => return Err(Illeggibile::Rovinata),
    };
    let pixel = crudi.chunks_exact(canali).map(grigio).take(larghezza * altezza).collect();
    Ok(Grigi { larghezza, altezza, pixel })
}

/// One pixel of 1 to 4 channels; what is transparent lies on white paper.
fn grigio(p: &[u8]) -> u8 {
    let (luce, opaco) = match *p {
        [l] => (u32::from(l), 255),
        [l, a] => (u32::from(l), u32::from(a)),
        [r, g, b] => (luminanza(r, g, b), 255),
        [r, g, b, a] => (luminanza(r, g, b), u32::from(a)),
        _ => (255, 255),
    };
    u8::try_from((luce * opaco + 255 * (255 - opaco)) / 255).unwrap_or(255)
}

/// Rec. 601, in thousandths.
fn luminanza(r: u8, g: u8, b: u8) -> u32 {
    (299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b)) / 1000
}

fn da_jpeg(byte: &[u8]) -> Result<Grigi, Illeggibile> {
    let opzioni = DecoderOptions::default()
        .set_max_width(MASSIMO_LATO)
        .set_max_height(MASSIMO_LATO)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut d = JpegDecoder::new_with_options(Cursor::new(byte), opzioni);
    d.decode_headers().map_err(|_| Illeggibile::Rovinata)?;
    let info = d.info().ok_or(Illeggibile::Rovinata)?;
    let (larghezza, altezza) = (usize::from(info.width), usize::from(info.height));
    nei_limiti(larghezza, altezza)?;
    let pixel = d.decode().map_err(|_| Illeggibile::Rovinata)?;
    Ok(Grigi { larghezza, altezza, pixel })
}

/// The texts of the codes; a large picture where none is seen is looked at again at half its size, where
/// the grain of a photo disappears.
fn cerca(g: &Grigi) -> Vec<String> {
    let testi = testi(g);
    if testi.is_empty() && g.pixel.len() > PIXEL_PICCOLI { self::testi(&meta(g)) } else { testi }
}

fn testi(g: &Grigi) -> Vec<String> {
    let luce = |x: usize, y: usize| g.pixel.get(y * g.larghezza + x).copied().unwrap_or(255);
    rqrr::PreparedImage::prepare_from_greyscale(g.larghezza, g.altezza, luce)
        .detect_grids()
        .iter()
        .filter_map(|codice| codice.decode().ok().map(|(_, testo)| testo))
        .collect()
}

/// Each pixel is the mean of four.
fn meta(g: &Grigi) -> Grigi {
    let (larghezza, altezza) = (g.larghezza / 2, g.altezza / 2);
    let luce = |x: usize, y: usize| u16::from(g.pixel.get(y * g.larghezza + x).copied().unwrap_or(255));
    let pixel = (0..altezza)
        .flat_map(|y| (0..larghezza).map(move |x| (2 * x, 2 * y)))
        .map(|(x, y)| (luce(x, y) + luce(x + 1, y) + luce(x, y + 1) + luce(x + 1, y + 1)) / 4)
        .map(|media| u8::try_from(media).unwrap_or(255))
        .collect();
    Grigi { larghezza, altezza, pixel }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fast_qr::QRBuilder;

    const TESTO: &str = "PAGOPA|002|301000000000000144|12345678901|4501";

    /// How a grey is written.
    type Pixel = fn(u8) -> Vec<u8>;

    /// A code on white paper, each module of so many pixels.
    fn carta(modulo: usize) -> Grigi {
        let codice = QRBuilder::new(TESTO).build().expect("un QR");
        let n = codice.size;
        let lato = (n + 8) * modulo;
        let pixel = (0..lato * lato)
            .map(|i| ((i % lato) / modulo, (i / lato) / modulo))
            .map(|(x, y)| {
                let dentro = (4..n + 4).contains(&x) && (4..n + 4).contains(&y);
                if dentro && codice[y - 4][x - 4].value() { 20 } else { 250 }
            })
            .collect();
        Grigi { larghezza: lato, altezza: lato, pixel }
    }

    fn png_di(g: &Grigi, colore: ColorType, byte_del_pixel: impl Fn(u8) -> Vec<u8>) -> Vec<u8> {
        let mut fatto = Vec::new();
        let lato = |n: usize| u32::try_from(n).expect("piccolo");
        let mut e = png::Encoder::new(&mut fatto, lato(g.larghezza), lato(g.altezza));
        e.set_color(colore);
        e.set_depth(png::BitDepth::Eight);
        let dati: Vec<u8> = g.pixel.iter().flat_map(|p| byte_del_pixel(*p)).collect();
        e.write_header().and_then(|mut w| w.write_image_data(&dati)).expect("un PNG");
        fatto
    }

    #[test]
    fn si_legge_un_png_di_ogni_colore() {
        let g = carta(5);
        let colori: [(ColorType, Pixel); 4] = [
            (ColorType::Grayscale, |p| vec![p]),
            (ColorType::Rgb, |p| vec![p, p, 255]),
            // Black ink on nothing at all.
            (ColorType::GrayscaleAlpha, |p| vec![0, 255 - p]),
            (ColorType::Rgba, |p| vec![0, 0, 0, 255 - p]),
        ];
        for (colore, come) in colori {
            let letta = decodifica(&png_di(&g, colore, come)).expect("un'immagine");
            assert_eq!(cerca(&letta), [TESTO], "{colore:?}");
        }
    }

    #[test]
    fn un_codice_storto_e_uno_grande_si_leggono() {
        let g = carta(8);
        let (l, a) = (g.larghezza + g.altezza / 4, g.altezza);
        // Each row slides: a photo taken from the side.
        let pixel = (0..l * a)
            .map(|i| (i % l, i / l))
            .map(|(x, y)| {
                (x + y / 4)
                    .checked_sub(a / 4)
                    .map_or(255, |x| *g.pixel.get(y * g.larghezza + x).unwrap_or(&255))
            })
            .collect();
        assert_eq!(cerca(&Grigi { larghezza: l, altezza: a, pixel }), [TESTO]);
        assert_eq!(cerca(&meta(&carta(16))), [TESTO]);
    }

    #[test]
    fn senza_codice_non_c_e_testo() {
        let bianca = Grigi { larghezza: 900, altezza: 700, pixel: vec![255; 900 * 700] };
        assert!(cerca(&bianca).is_empty());
        let rumore = (0..640_000_u32).map(|i| if i.wrapping_mul(2_654_435_761) >> 31 == 0 { 0 } else { 255 });
        assert!(cerca(&Grigi { larghezza: 800, altezza: 800, pixel: rumore.collect() }).is_empty());
    }

    #[test]
    fn cio_che_non_e_un_immagine_ha_il_suo_motivo() {
        let motivo = |b: &[u8]| decodifica(b).err();
        assert_eq!(motivo(b"%PDF-1.7"), Some(Illeggibile::Pdf));
        assert_eq!(motivo(b"GIF89a"), Some(Illeggibile::Formato));
        assert_eq!(motivo(b""), Some(Illeggibile::Formato));
        assert_eq!(motivo(&[0xff, 0xd8, 0xff, 0xe0, 0]), Some(Illeggibile::Rovinata));
        let intera = png_di(&carta(3), ColorType::Grayscale, |p| vec![p]);
        assert_eq!(motivo(&intera[..intera.len() / 2]), Some(Illeggibile::Rovinata));
        // A header that promises 30000 x 30000, with its right checksum.
        let mut enorme = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        enorme.extend([0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30, 8, 0, 0, 0, 0]);
        let somma = crc32(&enorme[12..]).to_be_bytes();
        enorme.extend(somma);
        assert_eq!(motivo(&enorme), Some(Illeggibile::TroppoGrande));
    }

    /// CRC-32 of PNG.
    fn crc32(byte: &[u8]) -> u32 {
        !byte.iter().fold(u32::MAX, |c, b| {
            (0..8).fold(c ^ u32::from(*b), |c, _| if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 })
        })
    }
}
