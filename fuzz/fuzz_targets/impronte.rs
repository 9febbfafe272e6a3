//! Stored hashes of passwords, of any kind: first line the password.

#![no_main]

use engine::lettori::impronta;
use libfuzzer_sys::fuzz_target;
use oracoli::prima_riga;

fuzz_target!(|byte: &[u8]| {
    let (password, hash) = prima_riga(byte);
    let Ok(hash) = std::str::from_utf8(hash) else { return };
    let vero = impronta(password, hash);
    // What a hash is of does not depend on what was asked before, and another password is another one.
    assert_eq!(vero, impronta(password, hash));
    assert!(!vero || !impronta(&[password, b"x"].concat(), hash));
});
