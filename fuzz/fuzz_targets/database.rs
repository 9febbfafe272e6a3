//! What a database sends and what the configuration says of it: answers of PostgreSQL (first 64 bytes to
//! the login, or up to the byte given first), a URL, compressed and encrypted payloads.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use store::{ChiaveCifratura, lettori};

fuzz_target!(|byte: &[u8]| {
    if let Some((taglio, resto)) = byte.split_first() {
        let (ingresso, volo) = resto.split_at(usize::from(*taglio).min(resto.len()));
        if let Some(righe) = subito(lettori::linea_di_scrittura(ingresso, volo)) {
            assert_eq!(righe.len(), 2);
        }
    }
    if let Ok(url) = std::str::from_utf8(byte)
        && let Some((host, _, _, password)) = lettori::indirizzo(url)
    {
        assert!(!host.starts_with('['), "{url}");
        // Not made up: what is not UTF-8 becomes one character of three bytes.
        assert!(password.is_none_or(|p| p.len() <= url.len() * 3), "{url}");
    }
    if let Some(chiaro) = lettori::espandi(byte) {
        assert_eq!(lettori::espandi(&lettori::comprimi(&chiaro)), Some(chiaro));
        // Deflate never does better than 1 to 1032.
        assert!(lettori::espandi(&byte[..byte.len() - 1]).is_none());
    }
    assert_eq!(lettori::espandi(&lettori::comprimi(byte)).as_deref(), Some(byte));
    let chiave = ChiaveCifratura::da_byte(&[7; 32]).expect("32 bytes");
    assert!(chiave.decifra(byte, "prova").is_err(), "nobody guesses the tag");
});

/// Nothing in it waits: what the server says is in memory.
fn subito<T>(f: impl Future<Output = T>) -> T {
    let mut f = pin!(f);
    loop {
        if let Poll::Ready(v) = f.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return v;
        }
    }
}
