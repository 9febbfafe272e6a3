//! Stored password hashes: ours, and the two kinds that an installation of GovPay 3.9 brings with it
//! (spec 10 2.2).

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier as _, Salt, SaltString};
use argon2::{Algorithm, Argon2, Block, Params, Version, password_hash};
use md5::{Digest as _, Md5};
use sha_crypt::{PasswordHashRef, ShaCrypt};
use std::sync::{Mutex, PoisonError};

/// Rounds of an imported SHA-512-crypt hash past which nobody is let in: 3.9 writes 5000, and a
/// hash with a billion would hold a processor for minutes.
const GIRI: u32 = 100_000;
/// Memory (KiB), passes and lanes past which an Argon2 hash lets nobody in: ours asks for 19 MiB and two
/// passes, and what a hash asks for is spent before it is known to be wrong.
const MEMORIA_ARGON2: u32 = 128 << 10;
const PASSATE_ARGON2: u32 = 16;
const CORSIE_ARGON2: u32 = 16;
/// Rounds of MD5-crypt.
const GIRI_MD5: u32 = 1000;
/// The alphabet of crypt(3).
const ALFABETO: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The memory of hashes already computed, for the next ones: as many as were ever computed together,
/// which the queue of whoever asks bounds. Given back to the allocator after each hash, blocks of
/// 19 MiB tear its heap: after 1,600 wrong passwords it held 426 MiB that nobody used.
static FOGLI: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// Argon2id with 19 MiB, two passes, one lane: the first choice of OWASP.
fn costo() -> Params {
    Params::new(19_456, 2, 1, None).unwrap_or_default()
}

/// The text to store for a password, of a salt of at least eight bytes.
///
/// # Errors
/// The salt is too short or too long.
pub(super) fn nuova(password: &[u8], sale: &[u8]) -> Result<String, password_hash::Error> {
    let sale = SaltString::encode_b64(sale)?;
    Fogli.hash_password(password, &sale).map(|h| h.to_string())
}

/// Argon2 in memory that is used again.
struct Fogli;

impl PasswordHasher for Fogli {
    type Params = Params;

    fn hash_password_customized<'a>(
        &self,
        password: &[u8],
        algoritmo: Option<password_hash::Ident<'a>>,
        versione: Option<password_hash::Decimal>,
        params: Params,
        sale: impl Into<Salt<'a>>,
    ) -> password_hash::Result<PasswordHash<'a>> {
        let algoritmo = algoritmo.map(Algorithm::try_from).transpose()?.unwrap_or_default();
        let versione = versione.map(Version::try_from).transpose()?.unwrap_or_default();
        let sale = sale.into();
        let mut in_byte = [0; Salt::MAX_LENGTH];
        let in_byte = sale.decode_b64(&mut in_byte)?;
        let lunghezza = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let blocchi = params.block_count();
        let argon2 = Argon2::new(algoritmo, versione, params.clone());
        let hash = password_hash::Output::init_with(lunghezza, |esito| {
            if blocchi > costo().block_count() {
                return Ok(argon2.hash_password_into(password, in_byte, esito)?);
            }
            let libero = FOGLI.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut foglio = libero.unwrap_or_else(|| vec![Block::new(); costo().block_count()]);
            let fatto = argon2.hash_password_into_with_memory(password, in_byte, esito, &mut foglio);
            FOGLI.lock().unwrap_or_else(PoisonError::into_inner).push(foglio);
            Ok(fatto?)
        })?;
        Ok(PasswordHash {
            algorithm: algoritmo.ident(),
            version: Some(versione.into()),
            params: (&params).try_into()?,
            salt: Some(sale),
            hash: Some(hash),
        })
    }

    fn hash_password<'a>(
        &self,
        password: &[u8],
        sale: impl Into<Salt<'a>>,
    ) -> password_hash::Result<PasswordHash<'a>> {
        self.hash_password_customized(password, Some(argon2::ARGON2ID_IDENT), None, costo(), sale)
    }
}

/// Whether a password is the one of a stored hash. A hash of a kind that is not ours to verify is of
/// no password.
pub(crate) fn corrisponde(password: &[u8], hash: &str, con_md5: bool) -> bool {
    if hash.starts_with("$6$") {
        return giri(hash) <= GIRI
            && PasswordHashRef::new(hash).is_ok_and(|h| {
                sha_crypt::PasswordVerifier::verify_password(&ShaCrypt::default(), password, h).is_ok()
            });
    }
    if hash.starts_with("$1$") {
        return con_md5 && md5_corrisponde(password, hash);
    }
    // The blanket verifier of `password_hash` hashes with the parameters of `h` and compares in
    // constant time.
    PasswordHash::new(hash).is_ok_and(|h| sostenibile(&h) && Fogli.verify_password(password, &h).is_ok())
}

fn sostenibile(h: &PasswordHash<'_>) -> bool {
    Params::try_from(h).is_ok_and(|p| {
        p.m_cost() <= MEMORIA_ARGON2 && p.t_cost() <= PASSATE_ARGON2 && p.p_cost() <= CORSIE_ARGON2
    })
}

/// `$6$rounds=N$...`; 5000 when it does not say.
fn giri(hash: &str) -> u32 {
    match hash.split('$').nth(2).and_then(|t| t.strip_prefix("rounds=")) {
        Some(n) => n.parse().unwrap_or(u32::MAX),
        None => 5000,
    }
}

fn md5_corrisponde(password: &[u8], hash: &str) -> bool {
    let mut parti = hash.splitn(4, '$').skip(2);
    let (Some(sale), Some(atteso)) = (parti.next(), parti.next()) else { return false };
    let sale = sale.as_bytes().get(..8).unwrap_or(sale.as_bytes());
    let calcolato = md5_crypt(password, sale);
    calcolato.len() == atteso.len()
        && calcolato.bytes().zip(atteso.bytes()).fold(0, |d, (a, b)| d | (a ^ b)) == 0
}

/// MD5-crypt as crypt(3) computes it: the 22 characters that follow the salt.
fn md5_crypt(password: &[u8], sale: &[u8]) -> String {
    let di = |parti: &[&[u8]]| -> [u8; 16] {
        let mut m = Md5::new();
        parti.iter().for_each(|p| m.update(p));
        m.finalize().into()
    };
    let alterno = di(&[password, sale, password]);
    let mut m = Md5::new();
    m.update(password);
    m.update(b"$1$");
    m.update(sale);
    for pezzo in password.chunks(16) {
        m.update(alterno.get(..pezzo.len()).unwrap_or_default());
    }
    let mut bit = password.len();
    while bit > 0 {
        m.update(if bit & 1 == 1 { b"\0".as_slice() } else { password.get(..1).unwrap_or_default() });
        bit >>= 1;
    }
    let mut ora: [u8; 16] = m.finalize().into();
    for giro in 0..GIRI_MD5 {
        let dispari = giro & 1 == 1;
        let precedente = ora;
        let (primo, ultimo) =
            if dispari { (password, precedente.as_slice()) } else { (precedente.as_slice(), password) };
        let con_sale = if giro % 3 == 0 { b"".as_slice() } else { sale };
        let con_password = if giro % 7 == 0 { b"".as_slice() } else { password };
        ora = di(&[primo, con_sale, con_password, ultimo]);
    }
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = ora.map(u32::from);
    let mut testo = String::with_capacity(22);
    for (gruppo, cifre) in [
        (a << 16 | g << 8 | m, 4),
        (b << 16 | h << 8 | n, 4),
        (c << 16 | i << 8 | o, 4),
        (d << 16 | j << 8 | p, 4),
        (e << 16 | k << 8 | f, 4),
        (l, 2),
    ] {
        for cifra in 0..cifre {
            let posto = (gruppo >> (6 * cifra)) & 63;
            testo.push(char::from(ALFABETO.get(posto as usize).copied().unwrap_or(b'.')));
        }
    }
    testo
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by `openssl passwd -1` and `openssl passwd -6`.
    #[test]
    fn le_impronte_di_govpay_3_si_verificano() {
        let lunga = "una password molto più lunga di sedici byte";
        for (password, hash) in [
            ("Giusta123", "$1$abcdefgh$dxORxQwkvoSNHsYDpTO7v0"),
            (lunga, "$1$x$FXzyHWz855QJrSq4Q2gvL1"),
            (
                "Giusta123",
                "$6$saltsaltsalt$l7DL147Wlbxftu67SWoiS7KRTAj0PyCQv6Sc1W5L9N7/RYYctAvLVe9fkgcsLzH3KNml2EnkgPA9qf2NrTqlo.",
            ),
        ] {
            assert!(corrisponde(password.as_bytes(), hash, true), "{hash}");
            assert!(!corrisponde(b"Giusta124", hash, true), "{hash}");
            assert!(!corrisponde(b"", hash, true), "{hash}");
        }
        assert!(!corrisponde(b"Giusta123", "$1$abcdefgh$dxORxQwkvoSNHsYDpTO7v0", false));
    }

    /// Hashes of the library alone, in memory of its own: with our cost, with others, and with one that
    /// asks for more memory than is kept.
    #[test]
    fn una_impronta_argon2_si_verifica_col_suo_costo() {
        let nostra = nuova(b"Giusta123", b"sedici byte sale").unwrap();
        assert!(nostra.starts_with("$argon2id$v=19$m=19456,t=2,p=1$c2VkaWNpIGJ5dGUgc2FsZQ$"), "{nostra}");
        let crate_argon2 = |algoritmo, m, t, p| {
            let a = Argon2::new(algoritmo, Version::V0x13, Params::new(m, t, p, None).unwrap());
            let sale = SaltString::encode_b64(b"un sale per loro").unwrap();
            a.hash_password(b"Giusta123", &sale).unwrap().to_string()
        };
        let con = |m, t, p| crate_argon2(Algorithm::Argon2id, m, t, p);
        for hash in [
            nostra,
            con(19_456, 2, 1),
            con(64, 1, 1),
            con(20_000, 1, 2),
            con(32_768, 1, 4),
            crate_argon2(Algorithm::Argon2i, 1024, 3, 1),
        ] {
            for _ in 0..2 {
                assert!(corrisponde(b"Giusta123", &hash, false), "{hash}");
                assert!(!corrisponde(b"Giusta124", &hash, false), "{hash}");
            }
        }
    }

    #[test]
    fn cio_che_non_e_una_impronta_non_e_di_nessuno() {
        for hash in [
            "",
            "Giusta123",
            "$",
            "$1$",
            "$1$abc",
            "$1$abc$",
            "$6$",
            "$6$sale",
            "$6$sale$corta",
            "$6$rounds=999999999$sale$x",
            "$6$rounds=x$sale$x",
            "$5$sale$x",
            "$argon2id$v=19$m=1",
            "$2b$10$x",
        ] {
            assert!(!corrisponde(b"Giusta123", hash, true), "{hash}");
            assert!(!corrisponde(b"", hash, true), "{hash}");
        }
    }
}
