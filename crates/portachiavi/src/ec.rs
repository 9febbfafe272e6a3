//! Java writes the private key of an elliptic curve without the public one, and ring refuses it so: the
//! public key is the one of the certificate.

use crate::tlv::{Elementi, INTERO, OID, OTTETTI, SEQUENZA};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use x509_parser::prelude::{FromDer as _, X509Certificate};

const CURVA_ELLITTICA: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];
/// `[0]` of an ECPrivateKey: the curve.
const CURVA: u8 = 0xA0;
/// `[1]` of an ECPrivateKey: the public key.
const PUBBLICA: u8 = 0xA1;
const BIT: u8 = 0x03;

/// The same key, with its public part if it had none and its certificate has it.
pub(crate) fn completa(
    chiave: PrivateKeyDer<'static>,
    suo: Option<&CertificateDer<'_>>,
) -> PrivateKeyDer<'static> {
    let PrivateKeyDer::Pkcs8(pkcs8) = &chiave else { return chiave };
    match suo.and_then(|c| completata(pkcs8.secret_pkcs8_der(), c)) {
        Some(der) => PrivatePkcs8KeyDer::from(der).into(),
        None => chiave,
    }
}

fn completata(pkcs8: &[u8], certificato: &CertificateDer<'_>) -> Option<Vec<u8>> {
    let mut e = Elementi(pkcs8).dentro(SEQUENZA).ok()?;
    e.numero().ok()?;
    let algoritmo = e.atteso(SEQUENZA).ok()?;
    if Elementi(algoritmo).atteso(OID).ok()? != CURVA_ELLITTICA {
        return None;
    }
    let mut chiave = Elementi(e.atteso(OTTETTI).ok()?).dentro(SEQUENZA).ok()?;
    chiave.numero().ok()?;
    let privata = chiave.atteso(OTTETTI).ok()?;
    chiave.se(CURVA).ok()?;
    if chiave.se(PUBBLICA).ok()?.is_some() {
        return None;
    }
    let (_, c) = X509Certificate::from_der(certificato).ok()?;
    let pubblica = [&[0][..], c.public_key().subject_public_key.data.as_ref()].concat();
    let interna = [
        elemento(INTERO, &[1])?,
        elemento(OTTETTI, privata)?,
        elemento(PUBBLICA, &elemento(BIT, &pubblica)?)?,
    ]
    .concat();
    let fatta = [
        elemento(INTERO, &[0])?,
        elemento(SEQUENZA, algoritmo)?,
        elemento(OTTETTI, &elemento(SEQUENZA, &interna)?)?,
    ]
    .concat();
    elemento(SEQUENZA, &fatta)
}

/// An element in DER; none is longer than 65535 bytes here.
fn elemento(tag: u8, contenuto: &[u8]) -> Option<Vec<u8>> {
    let [alto, basso] = u16::try_from(contenuto.len()).ok()?.to_be_bytes();
    let mut der = match (alto, basso) {
        (0, n) if n < 0x80 => vec![tag, n],
        (0, n) => vec![tag, 0x81, n],
        _ => vec![tag, 0x82, alto, basso],
    };
    der.extend_from_slice(contenuto);
    Some(der)
}
