//! Stored password hashes: ours, and the two kinds that an installation of GovPay 3.9 brings with it
//! (spec 10 2.2).

use argon2::password_hash::{PasswordHash, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use md5::{Digest as _, Md5};
use sha_crypt::{PasswordHashRef, ShaCrypt};

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

/// Argon2id with 19 MiB, two passes, one lane: the first choice of OWASP.
pub(super) fn argon2() -> Argon2<'static> {
    let costo = Params::new(19_456, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, costo)
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
    PasswordHash::new(hash).is_ok_and(|h| sostenibile(&h) && argon2().verify_password(password, &h).is_ok())
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
