//! PEM: certificates and a private key, in any order, with any text between.

use crate::jks::chiave as aperta;
use crate::{Coppia, Esito, Portachiavi, PortachiaviError, certificato, in_ordine};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};

const APRE: &str = "-----BEGIN ";
const CHIUDE: &str = "-----END ";
const TRATTI: &str = "-----";

/// Label and content of each block.
fn blocchi(testo: &str) -> Esito<Vec<(&str, Vec<u8>)>> {
    let mut letti = Vec::new();
    let mut resto = testo;
    while let Some((_, dopo)) = resto.split_once(APRE) {
        let storto = PortachiaviError::NonValido("blocco PEM");
        let (etichetta, dopo) = dopo.split_once(TRATTI).ok_or(storto)?;
        let (corpo, dopo) = dopo.split_once(CHIUDE).ok_or(storto)?;
        resto = dopo;
        if corpo.contains("Proc-Type:") {
            return Err(PortachiaviError::NonPrevisto("chiave PEM cifrata alla maniera di OpenSSL"));
        }
        let base64: String = corpo.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        letti.push((etichetta, BASE64_STANDARD.decode(base64).map_err(|_| storto)?));
    }
    Ok(letti)
}

pub(crate) fn leggi(byte: &[u8], password: &str, password_chiave: Option<&str>) -> Esito<Portachiavi> {
    let testo = std::str::from_utf8(byte).map_err(|_| PortachiaviError::Sconosciuto)?;
    let (mut certificati, mut chiave, mut chiusa) = (Vec::new(), None, false);
    for (etichetta, der) in blocchi(testo)? {
        let trovata: PrivateKeyDer<'static> = match (etichetta, password_chiave) {
            ("CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE", _) => {
                certificati.push(certificato(&der)?);
                continue;
            }
            ("PRIVATE KEY", Some(_)) => PrivatePkcs8KeyDer::from(der).into(),
            ("RSA PRIVATE KEY", Some(_)) => PrivatePkcs1KeyDer::from(der).into(),
            ("EC PRIVATE KEY", Some(_)) => PrivateSec1KeyDer::from(der).into(),
            ("ENCRYPTED PRIVATE KEY", Some(p)) => aperta(&der, password, p)?,
            ("PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY" | "ENCRYPTED PRIVATE KEY", None) => {
                chiusa = true;
                continue;
            }
            _ => continue,
        };
        if chiave.is_none() {
            chiave = Some(trovata);
        }
    }
    if certificati.is_empty() && chiave.is_none() && !chiusa {
        return Err(PortachiaviError::Sconosciuto);
    }
    let coppia = chiave.map(|chiave| Coppia { chiave, catena: in_ordine(certificati.clone()) });
    Ok(Portachiavi { coppia, fidati: certificati })
}
