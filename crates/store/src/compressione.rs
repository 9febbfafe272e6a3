//! Deflate for the large payloads: messages, bodies of the giornale.

use crate::StoreError;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use std::cell::RefCell;

// A state is some hundred KiB: making one takes twenty times as long as compressing a message with
// it, so each thread keeps its own.
thread_local! {
    static COMPRIME: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(3), true));
    static ESPANDE: RefCell<Decompress> = RefCell::new(Decompress::new(true));
}

/// Compressed bytes. Compressing in memory cannot fail; if it ever did, nothing would be kept.
#[must_use]
pub(crate) fn comprimi(byte: &[u8]) -> Vec<u8> {
    COMPRIME.with_borrow_mut(|c| {
        c.reset();
        let mut fatto = Vec::with_capacity(byte.len() / 3 + 64);
        loop {
            match c.compress_vec(resto(byte, c.total_in()), &mut fatto, FlushCompress::Finish) {
                Ok(Status::StreamEnd) => return fatto,
                Ok(Status::Ok | Status::BufError) => fatto.reserve(fatto.capacity().max(64)),
                Err(_) => return Vec::new(),
            }
        }
    })
}

/// The bytes as they were. The whole of `byte` is one stream with its checksum: part of one, or one with
/// something behind it, is an error.
pub(crate) fn espandi(byte: &[u8]) -> Result<Vec<u8>, StoreError> {
    let rotto = |perche: String| StoreError::Rotto(format!("contenuto compresso non leggibile: {perche}"));
    if !e_zlib(byte) {
        return Err(rotto("intestazione".to_owned()));
    }
    ESPANDE.with_borrow_mut(|d| {
        d.reset(true);
        let mut fatto = Vec::with_capacity(byte.len() * 3 + 64);
        loop {
            let prima = (d.total_in(), d.total_out());
            match d.decompress_vec(resto(byte, d.total_in()), &mut fatto, FlushDecompress::None) {
                Ok(Status::StreamEnd) if resto(byte, d.total_in()).is_empty() => return Ok(fatto),
                Ok(Status::StreamEnd) => return Err(rotto("byte oltre la fine".to_owned())),
                Ok(Status::Ok | Status::BufError) if fatto.len() == fatto.capacity() => {
                    fatto.reserve(fatto.capacity());
                }
                Ok(Status::Ok | Status::BufError) if (d.total_in(), d.total_out()) != prima => {}
                Ok(Status::Ok | Status::BufError) => return Err(rotto("tronco".to_owned())),
                Err(e) => return Err(rotto(e.to_string())),
            }
        }
    })
}

/// Method deflate, and the check on the first two bytes (RFC 1950): what an inflater makes of a stream
/// without them is its own affair.
fn e_zlib(byte: &[u8]) -> bool {
    matches!(byte, [metodo, segni, ..]
        if metodo & 0x0f == 8 && (u16::from(*metodo) << 8 | u16::from(*segni)).is_multiple_of(31))
}

/// What was not taken yet.
fn resto(byte: &[u8], presi: u64) -> &[u8] {
    usize::try_from(presi).ok().and_then(|n| byte.get(n..)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn si_ritrova_quello_che_si_e_messo() {
        for n in [0_usize, 1, 1000, 200_000] {
            let dati: Vec<u8> = (0..n).map(|i| u8::try_from(i % 251).unwrap_or(0)).collect();
            assert_eq!(espandi(&comprimi(&dati)), Ok(dati));
        }
        // Bytes that do not compress, and some that do very well.
        let mut x = 1_u32;
        let casuali: Vec<u8> = (0..100_000)
            .map(|_| {
                x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                x.to_be_bytes()[0]
            })
            .collect();
        for dati in [casuali, vec![7; 3_000_000]] {
            assert_eq!(espandi(&comprimi(&dati)).as_deref(), Ok(&dati[..]));
        }
    }

    #[test]
    fn cio_che_non_si_legge_e_un_errore_e_non_guasta_il_prossimo() {
        let buono = comprimi(b"un messaggio lungo abbastanza, un messaggio lungo abbastanza");
        let in_piu = [&buono[..], b"\0"].concat();
        for cattivo in [&b"non compresso"[..], b"", &[0], &[0, 0], &[0x78], &in_piu] {
            assert!(espandi(cattivo).is_err(), "{cattivo:?}");
            assert!(espandi(&buono).is_ok_and(|b| b.ends_with(b"abbastanza")));
        }
        for n in 0..buono.len() {
            assert!(espandi(&buono[..n]).is_err(), "{n} di {}", buono.len());
        }
        // A bit that changed is told by the checksum or by the format, or changes nothing that is read.
        for bit in 0..buono.len() * 8 {
            let mut guasto = buono.clone();
            guasto[bit / 8] ^= 1 << (bit % 8);
            let letto = espandi(&guasto);
            assert!(letto.is_err() || letto == espandi(&buono), "{bit}");
        }
    }
}
