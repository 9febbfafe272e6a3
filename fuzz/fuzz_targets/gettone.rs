//! Answers of a token endpoint: a token that fits in a header, for 30 days at most, or a short refusal.

#![no_main]

use connettori::lettori::gettone;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|byte: &[u8]| {
    if let Ok((token, secondi)) = gettone(byte) {
        assert!(!token.is_empty() && token.len() <= 32 << 10);
        assert!(token.bytes().all(|b| (0x21..0x7F).contains(&b)));
        assert!(secondi <= 30 * 86_400);
        assert_eq!(gettone(byte), Ok((token, secondi)));
    }
});
