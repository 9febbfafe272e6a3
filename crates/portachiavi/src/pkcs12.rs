//! PKCS#12 (RFC 7292), as keytool, OpenSSL, Windows and Bouncy Castle write it.

use crate::jks::chiave as aperta;
use crate::tlv::{Elementi, INSIEME, OID, OTTETTI, SEQUENZA, ZERO};
use crate::{Coppia, Esito, Portachiavi, PortachiaviError, certificato, cifra, in_ordine};
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use std::borrow::Cow;

const DATI: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
const DATI_CIFRATI: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x06];
/// `1.2.840.113549.1.12.10.1`: the last byte tells the bag.
const SACCA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x0A, 0x01];
const X509: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x16, 0x01];
const CHIAVE_LOCALE: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x15];

/// Most parts under a password of their own: each costs a derivation of the key.
const PARTI: usize = 4;

enum Chiave {
    Chiara(Vec<u8>),
    Cifrata(Vec<u8>),
}

#[derive(Default)]
struct Trovati {
    /// The first key and the mark of its certificate.
    chiave: Option<(Chiave, Option<Vec<u8>>)>,
    certificati: Vec<(CertificateDer<'static>, Option<Vec<u8>>)>,
}

pub(crate) fn leggi(byte: &[u8], password: &str, password_chiave: Option<&str>) -> Esito<Portachiavi> {
    let mut pfx = Elementi(byte).dentro(SEQUENZA)?;
    if pfx.numero()? != 3 {
        return Err(PortachiaviError::NonPrevisto("versione del PKCS#12"));
    }
    let mut fuori = pfx.dentro(SEQUENZA)?;
    if fuori.atteso(OID)? != DATI {
        return Err(PortachiaviError::NonPrevisto("PKCS#12 firmato"));
    }
    let contenuto = fuori.dentro(ZERO)?.ottetti()?;
    if let Some(mac) = pfx.se(SEQUENZA)? {
        integro(Elementi(mac), password, &contenuto)?;
    }
    let mut trovati = Trovati::default();
    let (mut parti, mut cifrate) = (Elementi(&contenuto).dentro(SEQUENZA)?, 0);
    while !parti.finiti() {
        let mut parte = parti.dentro(SEQUENZA)?;
        let oid = parte.atteso(OID)?;
        let mut dentro = parte.dentro(ZERO)?;
        let sacche: Cow<'_, [u8]> = if oid == DATI {
            dentro.ottetti()?
        } else if oid == DATI_CIFRATI {
            cifrate += 1;
            if cifrate > PARTI {
                return Err(PortachiaviError::NonPrevisto("troppe parti cifrate"));
            }
            let mut e = dentro.dentro(SEQUENZA)?;
            e.numero()?;
            let mut e = e.dentro(SEQUENZA)?;
            e.atteso(OID)?;
            let algoritmo = e.dentro(SEQUENZA)?;
            Cow::Owned(cifra::apri(algoritmo, &e.ottetti()?, password)?)
        } else {
            return Err(PortachiaviError::NonPrevisto("parte del PKCS#12"));
        };
        apri_sacche(Elementi(&sacche).dentro(SEQUENZA)?, 0, &mut trovati)?;
    }
    componi(trovati, password, password_chiave)
}

fn integro(mut mac: Elementi<'_>, password: &str, contenuto: &[u8]) -> Esito<()> {
    let mut impronta = mac.dentro(SEQUENZA)?;
    let algoritmo = impronta.dentro(SEQUENZA)?.atteso(OID)?;
    let atteso = impronta.atteso(OTTETTI)?;
    let sale = mac.atteso(OTTETTI)?;
    let giri = if mac.finiti() { 1 } else { mac.numero()? };
    cifra::controlla(algoritmo, (sale, giri), password, contenuto, atteso)
}

fn apri_sacche(mut sacche: Elementi<'_>, profondita: u8, trovati: &mut Trovati) -> Esito<()> {
    while !sacche.finiti() {
        let mut sacca = sacche.dentro(SEQUENZA)?;
        let oid = sacca.atteso(OID)?;
        let valore = sacca.atteso(ZERO)?;
        let marchio = marchio(sacca)?;
        match oid.strip_prefix(SACCA) {
            Some([1]) if trovati.chiave.is_none() => {
                trovati.chiave = Some((Chiave::Chiara(valore.to_vec()), marchio));
            }
            Some([2]) if trovati.chiave.is_none() => {
                trovati.chiave = Some((Chiave::Cifrata(valore.to_vec()), marchio));
            }
            Some([3]) => {
                let mut c = Elementi(valore).dentro(SEQUENZA)?;
                if c.atteso(OID)? == X509 {
                    let der = c.dentro(ZERO)?.ottetti()?;
                    trovati.certificati.push((certificato(&der)?, marchio));
                }
            }
            Some([6]) if profondita < 4 => {
                apri_sacche(Elementi(valore).dentro(SEQUENZA)?, profondita + 1, trovati)?;
            }
            // More keys, lists of revoked certificates, other secrets.
            _ => {}
        }
    }
    Ok(())
}

/// `localKeyId`: which certificate is of which key.
fn marchio(mut sacca: Elementi<'_>) -> Esito<Option<Vec<u8>>> {
    let Some(attributi) = sacca.se(INSIEME)? else { return Ok(None) };
    let mut attributi = Elementi(attributi);
    while !attributi.finiti() {
        let mut a = attributi.dentro(SEQUENZA)?;
        if a.atteso(OID)? == CHIAVE_LOCALE {
            return Ok(Some(a.dentro(INSIEME)?.ottetti()?.into_owned()));
        }
    }
    Ok(None)
}

fn componi(trovati: Trovati, password: &str, password_chiave: Option<&str>) -> Esito<Portachiavi> {
    let Trovati { chiave, mut certificati } = trovati;
    let fidati = certificati.iter().map(|(c, _)| c.clone()).collect();
    let (Some((chiave, marchio)), Some(p)) = (chiave, password_chiave) else {
        return Ok(Portachiavi { coppia: None, fidati });
    };
    let chiave = match chiave {
        Chiave::Chiara(k) => PrivatePkcs8KeyDer::from(k).into(),
        Chiave::Cifrata(k) => aperta(&k, password, p)?,
    };
    if let Some(i) = marchio.and_then(|m| certificati.iter().position(|(_, c)| c.as_ref() == Some(&m))) {
        certificati.swap(0, i);
    }
    let catena = in_ordine(certificati.into_iter().map(|(c, _)| c).collect());
    Ok(Portachiavi { coppia: Some(Coppia { chiave, catena }), fidati })
}
