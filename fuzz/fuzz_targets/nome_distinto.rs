//! Subjects of certificates: one line is one value; the same names in another order, form and spacing
//! are the same subject.

#![no_main]

use domain::nome_distinto::NomeDistinto;
use libfuzzer_sys::fuzz_target;

const ATTRIBUTI: [&str; 6] = ["CN", "O", "OU", "C", "serialNumber", "2.5.4.97"];

fuzz_target!(|byte: &[u8]| {
    let Ok(testo) = std::str::from_utf8(byte) else { return };
    if let Some(n) = NomeDistinto::leggi(testo) {
        assert!(n.contenuto_in(&n));
        assert_eq!(NomeDistinto::leggi(testo.trim()), Some(n));
    }
    let coppie: Vec<(&str, &str)> = testo.lines().enumerate().map(|(i, v)| (ATTRIBUTI[i % 6], v)).collect();
    if coppie.is_empty() {
        return;
    }
    let virgole = NomeDistinto::leggi(&scrivi(coppie.iter(), "", ", ")).expect("a name");
    for altro in [
        scrivi(coppie.iter().rev(), "", ","),
        scrivi(coppie.iter(), "", " + "),
        scrivi(coppie.iter(), "/", "/"),
        scrivi(coppie.iter().rev(), "/", "/").to_ascii_lowercase_attributi(),
    ] {
        assert_eq!(NomeDistinto::leggi(&altro).as_ref(), Some(&virgole), "{altro}");
    }
    // One attribute alone is in the whole, and the whole in it only when it says nothing more.
    let uno = NomeDistinto::leggi(&scrivi(coppie.iter().take(1), "", ",")).expect("a name");
    assert!(uno.contenuto_in(&virgole));
    assert_eq!(virgole.contenuto_in(&uno), virgole == uno);
});

/// Values with every special character escaped.
fn scrivi<'a>(coppie: impl Iterator<Item = &'a (&'a str, &'a str)>, testa: &str, fra: &str) -> String {
    let parti: Vec<String> = coppie
        .map(|(nome, valore)| {
            let mut t = format!("{nome}=");
            for c in valore.chars() {
                if ",+\"\\<>;=/#".contains(c) {
                    t.push('\\');
                }
                t.push(c);
            }
            t
        })
        .collect();
    format!("{testa}{}", parti.join(fra))
}

trait Attributi {
    fn to_ascii_lowercase_attributi(self) -> String;
}

impl Attributi for String {
    /// The names of the attributes in lower case, the values as they are.
    fn to_ascii_lowercase_attributi(self) -> String {
        ATTRIBUTI
            .iter()
            .fold(self, |t, a| t.replace(&format!("/{a}="), &format!("/{}=", a.to_ascii_lowercase())))
    }
}
