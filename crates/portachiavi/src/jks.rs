//! JKS, the keystore of Java: entries one after the other, a digest keyed by the password at the end.

use crate::{Coppia, Esito, Portachiavi, PortachiaviError, certificato, cifra};
use ring::digest;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// What the digest starts with, after the password.
const SALUTO: &[u8] = b"Mighty Aphrodite";

const TRONCO: PortachiaviError = PortachiaviError::NonValido("JKS troncato");

struct Lettore<'a>(&'a [u8]);

impl<'a> Lettore<'a> {
    fn prendi(&mut self, n: usize) -> Esito<&'a [u8]> {
        let (presi, resto) = self.0.split_at_checked(n).ok_or(TRONCO)?;
        self.0 = resto;
        Ok(presi)
    }

    fn numero(&mut self) -> Esito<usize> {
        let byte = self.prendi(4)?.first_chunk::<4>().ok_or(TRONCO)?;
        usize::try_from(u32::from_be_bytes(*byte)).map_err(|_| TRONCO)
    }

    /// A text with its length before it.
    fn testo(&mut self) -> Esito<&'a [u8]> {
        let byte = self.prendi(2)?.first_chunk::<2>().ok_or(TRONCO)?;
        self.prendi(usize::from(u16::from_be_bytes(*byte)))
    }

    fn blocco(&mut self) -> Esito<&'a [u8]> {
        let n = self.numero()?;
        self.prendi(n)
    }

    fn certificato(&mut self, versione: usize) -> Esito<CertificateDer<'static>> {
        if versione == 2 && self.testo()? != b"X.509" {
            return Err(PortachiaviError::NonPrevisto("tipo di certificato"));
        }
        certificato(self.blocco()?)
    }
}

pub(crate) fn leggi(byte: &[u8], password: &str, password_chiave: Option<&str>) -> Esito<Portachiavi> {
    let fine = byte.len().checked_sub(20).ok_or(TRONCO)?;
    let (firmato, impronta) = byte.split_at_checked(fine).ok_or(TRONCO)?;
    let mut c = digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY);
    c.update(&cifra::utf16(password));
    c.update(SALUTO);
    c.update(firmato);
    // Without a password the certificates are read as they are, as Java does: nothing says who wrote them.
    if !password.is_empty() && c.finish().as_ref() != impronta {
        return Err(PortachiaviError::Password);
    }
    let mut l = Lettore(firmato);
    l.prendi(4)?;
    let versione = l.numero()?;
    if !matches!(versione, 1 | 2) {
        return Err(PortachiaviError::NonPrevisto("versione del JKS"));
    }
    let mut letto = Portachiavi::default();
    for _ in 0..l.numero()? {
        let specie = l.numero()?;
        // Alias and date.
        l.testo()?;
        l.prendi(8)?;
        match specie {
            1 => {
                let chiusa = l.blocco()?;
                let quanti = l.numero()?;
                let mut catena = Vec::new();
                for _ in 0..quanti {
                    catena.push(l.certificato(versione)?);
                }
                letto.fidati.extend(catena.first().cloned());
                if let (Some(p), None) = (password_chiave, &letto.coppia) {
                    letto.coppia = Some(Coppia { chiave: chiave(chiusa, password, p)?, catena });
                }
            }
            2 => letto.fidati.push(l.certificato(versione)?),
            _ => return Err(PortachiaviError::NonPrevisto("voce del JKS")),
        }
    }
    Ok(letto)
}

/// A private key under its own password or, if that does not open it, under that of the store.
pub(crate) fn chiave(chiusa: &[u8], password: &str, password_chiave: &str) -> Esito<PrivateKeyDer<'static>> {
    let aperta = match cifra::chiave_privata(chiusa, password_chiave) {
        Err(PortachiaviError::Password) if password != password_chiave => {
            cifra::chiave_privata(chiusa, password)
        }
        altro => altro,
    };
    match aperta {
        Ok(k) => Ok(PrivatePkcs8KeyDer::from(k).into()),
        Err(PortachiaviError::Password) => Err(PortachiaviError::PasswordChiave),
        Err(e) => Err(e),
    }
}
