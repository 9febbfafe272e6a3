//! Encryption under a password: PBES2 (RFC 8018), the older schemes of PKCS#12 (RFC 7292 appendix B) and
//! the one of JKS.

use crate::tlv::{Elementi, OID, SEQUENZA};
use crate::{Esito, ITERAZIONI, PortachiaviError};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipher, BlockDecrypt, BlockDecryptMut as _, InnerIvInit as _, KeyInit as _};
use ring::{digest, hmac, pbkdf2};
use std::num::NonZeroU32;

const PBES2: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0D];
const PBKDF2: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0C];
/// `1.2.840.113549.1.12.1`: the last byte tells the cipher.
const PBE_PKCS12: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x01];
/// `1.2.840.113549.2`: the last byte tells the digest of the HMAC.
const HMAC: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02];
/// `2.16.840.1.101.3.4.1`: AES.
const AES: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01];
const TRIPLO_DES: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x03, 0x07];
/// The key protector of JKS.
const JKS: &[u8] = &[0x2B, 0x06, 0x01, 0x04, 0x01, 0x2A, 0x02, 0x11, 0x01, 0x01];

const CIFRA: PortachiaviError = PortachiaviError::NonPrevisto("cifratura");
/// A wrong password and an altered text look the same.
pub(crate) const CHIUSO: PortachiaviError = PortachiaviError::Password;

/// What a password may be used for by the derivation of PKCS#12.
#[derive(Debug, Clone, Copy)]
enum Uso {
    Chiave = 1,
    Vettore = 2,
    Mac = 3,
}

/// Opens an EncryptedPrivateKeyInfo: what is inside is a PKCS#8.
pub(crate) fn chiave_privata(der: &[u8], password: &str) -> Esito<Vec<u8>> {
    let mut e = Elementi(der).dentro(SEQUENZA)?;
    let algoritmo = e.dentro(SEQUENZA)?;
    let cifrato = e.ottetti()?;
    apri(algoritmo, &cifrato, password)
}

/// Decrypts with the algorithm that an AlgorithmIdentifier names.
pub(crate) fn apri(mut algoritmo: Elementi<'_>, cifrato: &[u8], password: &str) -> Esito<Vec<u8>> {
    let oid = algoritmo.atteso(OID)?;
    if oid == JKS {
        return jks(cifrato, password);
    }
    let mut p = algoritmo.dentro(SEQUENZA)?;
    if oid == PBES2 {
        return pbes2(p, cifrato, password);
    }
    let sale = p.ottetti()?;
    let giri = giri(p.numero()?)?;
    let deriva = |uso, n| derivata(&digest::SHA1_FOR_LEGACY_USE_ONLY, uso, password, &sale, giri, n);
    let (chiave, iv) = (|n| deriva(Uso::Chiave, n), || deriva(Uso::Vettore, 8));
    match oid.strip_prefix(PBE_PKCS12) {
        Some([3]) => triplo_des(&chiave(24)?, &iv()?, cifrato),
        Some([4]) => {
            let mut k = chiave(16)?;
            k.extend_from_within(..8);
            triplo_des(&k, &iv()?, cifrato)
        }
        Some([5]) => rc2(&chiave(16)?, 128, &iv()?, cifrato),
        Some([6]) => rc2(&chiave(5)?, 40, &iv()?, cifrato),
        _ => Err(CIFRA),
    }
}

fn giri(n: u32) -> Esito<NonZeroU32> {
    match NonZeroU32::new(n) {
        Some(n) if n.get() <= ITERAZIONI => Ok(n),
        _ => Err(PortachiaviError::NonPrevisto("iterazioni della derivazione della chiave")),
    }
}

fn pbes2(mut p: Elementi<'_>, cifrato: &[u8], password: &str) -> Esito<Vec<u8>> {
    let mut derivazione = p.dentro(SEQUENZA)?;
    if derivazione.atteso(OID)? != PBKDF2 {
        return Err(PortachiaviError::NonPrevisto("derivazione della chiave"));
    }
    let mut d = derivazione.dentro(SEQUENZA)?;
    let sale = d.ottetti()?;
    let giri = giri(d.numero()?)?;
    // The length of the key is that of the cipher.
    let _ = d.se(crate::tlv::INTERO)?;
    let hmac = match d.se(SEQUENZA)?.map(|a| Elementi(a).atteso(OID)).transpose()? {
        None => pbkdf2::PBKDF2_HMAC_SHA1,
        Some(oid) => match oid.strip_prefix(HMAC) {
            Some([7]) => pbkdf2::PBKDF2_HMAC_SHA1,
            Some([9]) => pbkdf2::PBKDF2_HMAC_SHA256,
            Some([10]) => pbkdf2::PBKDF2_HMAC_SHA384,
            Some([11]) => pbkdf2::PBKDF2_HMAC_SHA512,
            _ => return Err(PortachiaviError::NonPrevisto("HMAC della derivazione della chiave")),
        },
    };
    let mut cifra = p.dentro(SEQUENZA)?;
    let (oid, iv) = (cifra.atteso(OID)?, cifra.ottetti()?);
    let chiave = |n: usize| {
        let mut k = vec![0; n];
        pbkdf2::derive(hmac, giri, &sale, password.as_bytes(), &mut k);
        k
    };
    match oid.strip_prefix(AES) {
        Some([0x02]) => decifra(aes::Aes128::new_from_slice(&chiave(16)).ok(), &iv, cifrato),
        Some([0x16]) => decifra(aes::Aes192::new_from_slice(&chiave(24)).ok(), &iv, cifrato),
        Some([0x2A]) => decifra(aes::Aes256::new_from_slice(&chiave(32)).ok(), &iv, cifrato),
        _ if oid == TRIPLO_DES => triplo_des(&chiave(24), &iv, cifrato),
        _ => Err(CIFRA),
    }
}

fn triplo_des(chiave: &[u8], iv: &[u8], cifrato: &[u8]) -> Esito<Vec<u8>> {
    decifra(des::TdesEde3::new_from_slice(chiave).ok(), iv, cifrato)
}

fn rc2(chiave: &[u8], bit: usize, iv: &[u8], cifrato: &[u8]) -> Esito<Vec<u8>> {
    decifra(Some(rc2::Rc2::new_with_eff_key_len(chiave, bit)), iv, cifrato)
}

/// CBC with the padding of PKCS#7.
fn decifra<C: BlockCipher + BlockDecrypt>(cifra: Option<C>, iv: &[u8], cifrato: &[u8]) -> Esito<Vec<u8>> {
    let aperta = cifra.and_then(|c| cbc::Decryptor::inner_iv_slice_init(c, iv).ok());
    let aperta = aperta.ok_or(PortachiaviError::NonValido("parametri della cifratura"))?;
    aperta.decrypt_padded_vec_mut::<Pkcs7>(cifrato).map_err(|_| CHIUSO)
}

/// The digest of the MAC of a PKCS#12.
pub(crate) fn impronta(oid: &[u8]) -> Esito<(&'static digest::Algorithm, hmac::Algorithm)> {
    match oid {
        [0x2B, 0x0E, 0x03, 0x02, 0x1A] => {
            Ok((&digest::SHA1_FOR_LEGACY_USE_ONLY, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY))
        }
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 1] => Ok((&digest::SHA256, hmac::HMAC_SHA256)),
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 2] => Ok((&digest::SHA384, hmac::HMAC_SHA384)),
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 3] => Ok((&digest::SHA512, hmac::HMAC_SHA512)),
        _ => Err(PortachiaviError::NonPrevisto("controllo di integrita'")),
    }
}

/// Checks the MAC of a PKCS#12.
pub(crate) fn controlla(
    oid: &[u8],
    (sale, iterazioni): (&[u8], u32),
    password: &str,
    contenuto: &[u8],
    mac: &[u8],
) -> Esito<()> {
    let (digesto, algoritmo) = impronta(oid)?;
    let k = derivata(digesto, Uso::Mac, password, sale, giri(iterazioni)?, digesto.output_len())?;
    hmac::verify(&hmac::Key::new(algoritmo, &k), contenuto, mac).map_err(|_| CHIUSO)
}

/// The derivation of PKCS#12 (RFC 7292 B.2).
fn derivata(
    digesto: &'static digest::Algorithm,
    uso: Uso,
    password: &str,
    sale: &[u8],
    giri: NonZeroU32,
    lunga: usize,
) -> Esito<Vec<u8>> {
    let v = digesto.block_len();
    // Texts of any length would make each round as long as they are.
    if sale.len() > 1024 || password.len() > 1024 {
        return Err(PortachiaviError::NonPrevisto("sale o password troppo lunghi"));
    }
    let mut bmp: Vec<u8> = password.encode_utf16().flat_map(u16::to_be_bytes).collect();
    bmp.extend([0, 0]);
    let ripetuto = |testo: &[u8]| -> Vec<u8> {
        testo.iter().copied().cycle().take(testo.len().div_ceil(v) * v).collect()
    };
    let mut i = ripetuto(sale);
    i.extend(ripetuto(&bmp));
    let mut esito = Vec::with_capacity(lunga + digesto.output_len());
    loop {
        let mut c = digest::Context::new(digesto);
        c.update(&vec![uso as u8; v]);
        c.update(&i);
        let mut a = c.finish();
        for _ in 1..giri.get() {
            a = digest::digest(digesto, a.as_ref());
        }
        esito.extend_from_slice(a.as_ref());
        if esito.len() >= lunga {
            esito.truncate(lunga);
            return Ok(esito);
        }
        let b: Vec<u8> = a.as_ref().iter().copied().cycle().take(v).collect();
        for blocco in i.chunks_mut(v) {
            let mut riporto = 1_u16;
            for (x, y) in blocco.iter_mut().zip(&b).rev() {
                riporto += u16::from(*x) + u16::from(*y);
                let [alto, basso] = riporto.to_be_bytes();
                *x = basso;
                riporto = u16::from(alto);
            }
        }
    }
}

/// Password as JKS uses it: UTF-16, big endian.
pub(crate) fn utf16(password: &str) -> Vec<u8> {
    password.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// The key protector of JKS: a stream of SHA-1 digests, and a digest of the clear text.
fn jks(cifrato: &[u8], password: &str) -> Esito<Vec<u8>> {
    const CORTO: PortachiaviError = PortachiaviError::NonValido("chiave cifrata");
    let password = utf16(password);
    let sha1 = |pezzi: [&[u8]; 2]| {
        let mut c = digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY);
        pezzi.iter().for_each(|p| c.update(p));
        c.finish()
    };
    let (sale, resto) = cifrato.split_at_checked(20).ok_or(CORTO)?;
    let (corpo, atteso) = resto.split_at_checked(resto.len().checked_sub(20).ok_or(CORTO)?).ok_or(CORTO)?;
    let mut giro = sha1([&password, sale]);
    let mut chiaro = Vec::with_capacity(corpo.len());
    for blocco in corpo.chunks(20) {
        chiaro.extend(blocco.iter().zip(giro.as_ref()).map(|(x, y)| x ^ y));
        giro = sha1([&password, giro.as_ref()]);
    }
    if sha1([&password, &chiaro]).as_ref() == atteso { Ok(chiaro) } else { Err(CHIUSO) }
}
