//! Keystores and truststores as installations have them: JKS, PKCS#12 and PEM, told apart by their
//! first bytes. Pure: no files, no clock, no network.
//!
//! The readers are total: whatever the bytes, they end with a keystore or a [`PortachiaviError`], within
//! [`LIMITE`] bytes and [`ITERAZIONI`] rounds of key derivation.

mod cifra;
mod ec;
mod jks;
mod pem;
mod pkcs12;
mod tlv;

use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::fmt;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// Largest file that is read, in bytes.
pub const LIMITE: usize = 1 << 20;

/// Most rounds of a key derivation. `keytool` asks for 10 000, `openssl` for 2048.
pub const ITERAZIONI: u32 = 1_000_000;

/// A private key with the certificates that go with it.
pub struct Coppia {
    /// The key, in clear.
    pub chiave: PrivateKeyDer<'static>,
    /// Its certificate first, then who signed it, as far as the store knows.
    pub catena: Vec<CertificateDer<'static>>,
}

impl fmt::Debug for Coppia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Coppia(***, {} certificati)", self.catena.len())
    }
}

/// What a store holds.
#[derive(Debug, Default)]
pub struct Portachiavi {
    /// Its first key, when a password for the key was given.
    pub coppia: Option<Coppia>,
    /// The certificates that it trusts: its entries without key and, as Java does, the own certificate of
    /// those with one.
    pub fidati: Vec<CertificateDer<'static>>,
}

/// Why a store cannot be used. No text holds anything of what the file contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PortachiaviError {
    /// Neither JKS, nor PKCS#12, nor PEM.
    #[error("il file non e' un portachiavi JKS, PKCS#12 ne' PEM")]
    Sconosciuto,
    /// Longer than [`LIMITE`].
    #[error("il file e' piu' grande di 1 MiB")]
    TroppoGrande,
    /// Something in it is not as the format says.
    #[error("il file non e' un portachiavi valido: {0}")]
    NonValido(&'static str),
    /// It uses something that is not supported.
    #[error("il portachiavi usa qualcosa che non e' previsto: {0}")]
    NonPrevisto(&'static str),
    /// The password of the store does not open it.
    #[error("la password del portachiavi e' sbagliata, o il file e' alterato")]
    Password,
    /// The password of the key does not open it.
    #[error("la password della chiave privata e' sbagliata")]
    PasswordChiave,
}

type Esito<T> = Result<T, PortachiaviError>;

/// Reads a store. `password` opens it: when it is empty nothing tells whether a JKS was altered.
/// `password_chiave` opens its private key, which without it is left closed.
///
/// # Errors
/// See [`PortachiaviError`].
pub fn leggi(byte: &[u8], password: &str, password_chiave: Option<&str>) -> Esito<Portachiavi> {
    if byte.len() > LIMITE {
        return Err(PortachiaviError::TroppoGrande);
    }
    let mut letto = match byte {
        [0xFE, 0xED, 0xFE, 0xED, ..] => jks::leggi(byte, password, password_chiave),
        [0xCE, 0xCE, 0xCE, 0xCE, ..] => Err(PortachiaviError::NonPrevisto("formato JCEKS")),
        [0x30, ..] => pkcs12::leggi(byte, password, password_chiave),
        _ => pem::leggi(byte, password, password_chiave),
    }?;
    letto.coppia =
        letto.coppia.map(|c| Coppia { chiave: ec::completa(c.chiave, c.catena.first()), catena: c.catena });
    Ok(letto)
}

/// Puts a chain in order: the first stays first, after each its signer if it is there.
fn in_ordine(mut certificati: Vec<CertificateDer<'static>>) -> Vec<CertificateDer<'static>> {
    if certificati.is_empty() {
        return certificati;
    }
    let mut catena = vec![certificati.remove(0)];
    while let Some(firmatario) = catena
        .last()
        .and_then(|c| nomi(c))
        .and_then(|(soggetto, emittente)| (soggetto != emittente).then_some(emittente))
        && let Some(i) =
            certificati.iter().position(|c| nomi(c).is_some_and(|(soggetto, _)| soggetto == firmatario))
    {
        catena.push(certificati.remove(i));
    }
    catena
}

/// Subject and issuer of a certificate, as they are encoded.
fn nomi(der: &CertificateDer<'_>) -> Option<(Vec<u8>, Vec<u8>)> {
    let (_, c) = X509Certificate::from_der(der).ok()?;
    Some((c.subject().as_raw().to_vec(), c.issuer().as_raw().to_vec()))
}

/// A certificate that can be read.
fn certificato(der: &[u8]) -> Esito<CertificateDer<'static>> {
    match X509Certificate::from_der(der) {
        Ok(([], _)) => Ok(CertificateDer::from(der.to_vec())),
        _ => Err(PortachiaviError::NonValido("certificato")),
    }
}
