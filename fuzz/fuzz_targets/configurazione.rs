//! The configuration: first line an environment variable, the rest the file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use oracoli::{prima_riga, rifiuto_breve};
use server::configurazione::{Fonti, leggi, mostra, mostra_url};
use std::cell::OnceCell;
use std::path::PathBuf;

thread_local! {
    static FILE: OnceCell<PathBuf> = const { OnceCell::new() };
}

fuzz_target!(|byte: &[u8]| {
    let (variabile, toml) = prima_riga(byte);
    let file = FILE.with(|f| {
        f.get_or_init(|| std::env::temp_dir().join(format!("govpay-fuzz-{}.toml", std::process::id())))
            .clone()
    });
    std::fs::write(&file, toml).expect("a temporary file");
    let variabile = String::from_utf8_lossy(variabile);
    let coppia = |v: &str| v.split_once('=').map(|(n, v)| (n.to_owned(), v.to_owned()));
    let fonti =
        Fonti { file: Some(file), ambiente: coppia(&variabile).into_iter().collect(), opzioni: Vec::new() };
    match leggi(&fonti) {
        Ok(c) => {
            // What is printed hides the passwords.
            let mostrata = mostra(&c);
            assert!(c.admin_password.dato().is_none_or(|p| p.len() < 8 || !mostrata.contains(p)));
            if let Err(e) = c.controlla() {
                rifiuto_breve(&e.to_string());
            }
        }
        Err(e) => assert!(!e.to_string().is_empty()),
    }
    if let Ok(url) = std::str::from_utf8(toml) {
        let _ = mostra_url(url);
    }
});
