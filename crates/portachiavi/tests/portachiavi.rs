//! Stores made by keytool and OpenSSL (`prove/`, all with the same key, of the tests only), and bytes that
//! are none.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what prepares a test panics when it cannot")]

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use portachiavi::{LIMITE, Portachiavi, PortachiaviError, leggi};
use proptest::prelude::*;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use rustls_pki_types::PrivateKeyDer;
use x509_parser::prelude::{FromDer as _, X509Certificate};

const ARCHIVIO: &str = "Archivio1";
const CHIAVE: &str = "Chiave123";

/// With the password of the key of each.
const CON_CHIAVE: [(&str, &[u8], &str); 9] = [
    ("client.jks", include_bytes!("../prove/client.jks"), CHIAVE),
    ("client-keytool.p12", include_bytes!("../prove/client-keytool.p12"), ARCHIVIO),
    ("client-legacy.p12", include_bytes!("../prove/client-legacy.p12"), ARCHIVIO),
    ("client-openssl.p12", include_bytes!("../prove/client-openssl.p12"), ARCHIVIO),
    ("client-3des.p12", include_bytes!("../prove/client-3des.p12"), ARCHIVIO),
    ("client-rc2.p12", include_bytes!("../prove/client-rc2.p12"), ARCHIVIO),
    ("client-cifrato.pem", include_bytes!("../prove/client-cifrato.pem"), CHIAVE),
    ("client-cifrato-2.pem", include_bytes!("../prove/client-cifrato-2.pem"), CHIAVE),
    ("client-cifrato-3.pem", include_bytes!("../prove/client-cifrato-3.pem"), CHIAVE),
];
const APERTO: &[u8] = include_bytes!("../prove/client-aperto.p12");
const FIDATI: [&[u8]; 3] = [
    include_bytes!("../prove/fidati.jks"),
    include_bytes!("../prove/fidati.p12"),
    include_bytes!("../prove/client.pem"),
];

fn der(pem: &str) -> Vec<u8> {
    let testo: String = pem.lines().filter(|r| !r.starts_with("-----")).collect();
    BASE64_STANDARD.decode(testo).unwrap()
}

fn certificato() -> Vec<u8> {
    der(include_str!("../prove/client.pem"))
}

fn pubblica(chiave: &[u8]) -> Vec<u8> {
    let (a, caso) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
    EcdsaKeyPair::from_pkcs8(a, chiave, &caso).unwrap().public_key().as_ref().to_vec()
}

#[track_caller]
fn e_la_coppia(nome: &str, letto: &Portachiavi) {
    let coppia = letto.coppia.as_ref().unwrap_or_else(|| panic!("{nome}: nessuna chiave"));
    let PrivateKeyDer::Pkcs8(k) = &coppia.chiave else { panic!("{nome}: non PKCS#8") };
    // Java leaves the public key out; ring takes a key only if both parts belong together.
    let suo = certificato();
    let (_, c) = X509Certificate::from_der(&suo).unwrap();
    assert_eq!(pubblica(k.secret_pkcs8_der()), c.public_key().subject_public_key.data.as_ref(), "{nome}");
    let catena: Vec<&[u8]> = coppia.catena.iter().map(AsRef::as_ref).collect();
    assert_eq!(catena, [certificato()], "{nome}");
}

#[test]
fn ogni_formato_da_la_sua_chiave() {
    for (nome, byte, password) in CON_CHIAVE {
        let letto = leggi(byte, ARCHIVIO, Some(password)).unwrap_or_else(|e| panic!("{nome}: {e}"));
        e_la_coppia(nome, &letto);
        assert_eq!(letto.fidati.len(), 1, "{nome}");
        // Without the password of the key, only what it trusts.
        let letto = leggi(byte, ARCHIVIO, None).unwrap_or_else(|e| panic!("{nome}: {e}"));
        assert!(letto.coppia.is_none(), "{nome}");
        assert_eq!(letto.fidati[0].as_ref(), certificato(), "{nome}");
    }
    e_la_coppia("client-aperto.p12", &leggi(APERTO, "qualsiasi", Some("qualsiasi")).unwrap());
    for byte in FIDATI {
        let letto = leggi(byte, ARCHIVIO, Some(CHIAVE)).unwrap();
        assert!(letto.coppia.is_none());
        assert_eq!(letto.fidati.iter().map(AsRef::as_ref).collect::<Vec<_>>(), [certificato()]);
    }
    assert_eq!(
        format!("{:?}", leggi(APERTO, "", Some("")).unwrap().coppia),
        "Some(Coppia(***, 1 certificati))"
    );
}

/// It is a store, that nobody is trusted by: who wants certificates says that there are none.
#[test]
fn una_chiave_senza_certificati_e_un_portachiavi() {
    for (nome, byte, password) in CON_CHIAVE.into_iter().filter(|(nome, ..)| nome.ends_with(".pem")) {
        let testo = String::from_utf8(byte.to_vec()).unwrap();
        let dove = testo.find("-----BEGIN CERTIFICATE").unwrap();
        let (prima, dopo) = testo.split_at(dove);
        let fine = dopo.split_once("-----END CERTIFICATE-----").unwrap().1;
        let sola = format!("{prima}{fine}");
        let letto = leggi(sola.as_bytes(), ARCHIVIO, Some(password)).unwrap();
        assert!(letto.coppia.is_some_and(|c| c.catena.is_empty()), "{nome}");
        let chiusa = leggi(sola.as_bytes(), ARCHIVIO, None).unwrap();
        assert!(chiusa.coppia.is_none() && chiusa.fidati.is_empty(), "{nome}");
    }
}

#[test]
fn una_password_sbagliata_si_dice_quale() {
    for (nome, byte, _) in CON_CHIAVE {
        let esito = leggi(byte, "sbagliata", Some("sbagliata")).map(|_| ()).unwrap_err();
        let atteso = if nome.ends_with(".pem") {
            PortachiaviError::PasswordChiave
        } else {
            PortachiaviError::Password
        };
        assert_eq!(esito, atteso, "{nome}");
    }
    let (_, jks, _) = CON_CHIAVE[0];
    assert_eq!(leggi(jks, ARCHIVIO, Some("sbagliata")).map(|_| ()), Err(PortachiaviError::PasswordChiave));
    // The password of the store stands in for that of the key where they are the same.
    let (nome, p12, _) = CON_CHIAVE[1];
    e_la_coppia(nome, &leggi(p12, ARCHIVIO, Some("altra")).unwrap());
}

/// As Java does: a JKS whose password is not given can be read, its key cannot.
#[test]
fn un_jks_senza_password_da_solo_i_certificati() {
    let (_, jks, _) = CON_CHIAVE[0];
    for byte in [jks, FIDATI[0]] {
        let letto = leggi(byte, "", None).unwrap();
        assert!(letto.coppia.is_none());
        assert_eq!(letto.fidati.iter().map(AsRef::as_ref).collect::<Vec<_>>(), [certificato()]);
    }
    assert_eq!(leggi(jks, "", Some("")).map(|_| ()), Err(PortachiaviError::PasswordChiave));
    e_la_coppia("client.jks", &leggi(jks, "", Some(CHIAVE)).unwrap());
}

/// The outer elements again without saying how long they are, the contents in pieces: as Bouncy Castle does.
fn indefinito(p12: &[u8]) -> Vec<u8> {
    // SEQUENCE { version, SEQUENCE { OID, [0] { OCTET STRING } }, mac }, with lengths of two or three bytes.
    let testa = |b: &[u8]| match b[1] {
        n if n < 0x80 => (2, usize::from(n)),
        0x81 => (3, usize::from(b[2])),
        _ => (4, usize::from(b[2]) << 8 | usize::from(b[3])),
    };
    let dentro = |b: &[u8]| b[testa(b).0..testa(b).0 + testa(b).1].to_vec();
    let (pfx, mut fatto) = (dentro(p12), vec![0x30, 0x80]);
    fatto.extend(&pfx[..3]);
    let fuori = &pfx[3..];
    let mac = &fuori[testa(fuori).0 + testa(fuori).1..];
    let fuori = dentro(fuori);
    fatto.extend([0x30, 0x80]);
    fatto.extend(&fuori[..11]);
    fatto.extend([0xA0, 0x80, 0x24, 0x80]);
    for pezzo in dentro(&dentro(&fuori[11..])).chunks(100) {
        fatto.extend([0x04, u8::try_from(pezzo.len()).unwrap()]);
        fatto.extend(pezzo);
    }
    fatto.extend([0; 6]);
    fatto.extend([0, 0]);
    fatto.extend(mac);
    fatto.extend([0, 0]);
    fatto
}

#[test]
fn le_lunghezze_non_dette_si_leggono() {
    for (nome, byte, password) in CON_CHIAVE.into_iter().filter(|(n, ..)| n.ends_with(".p12")) {
        let letto =
            leggi(&indefinito(byte), ARCHIVIO, Some(password)).unwrap_or_else(|e| panic!("{nome}: {e}"));
        e_la_coppia(nome, &letto);
    }
}

#[test]
fn cio_che_non_si_legge_si_dice() {
    use PortachiaviError as E;
    let no = |byte: &[u8]| leggi(byte, ARCHIVIO, Some(CHIAVE)).map(|_| ()).unwrap_err();
    assert_eq!(no(b""), E::Sconosciuto);
    assert_eq!(no(b"root:x:0:0:root:/root:/bin/bash\n"), E::Sconosciuto);
    assert_eq!(no(&[0xFF, 0xFE, 0x00]), E::Sconosciuto);
    assert_eq!(no(include_bytes!("../prove/altro.jceks")), E::NonPrevisto("formato JCEKS"));
    assert_eq!(no(&vec![0x30; LIMITE + 1]), E::TroppoGrande);
    assert_eq!(
        no(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        E::NonValido("certificato")
    );
    assert_eq!(no(b"-----BEGIN CERTIFICATE-----\n"), E::NonValido("blocco PEM"));
    assert_eq!(
        no(b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"),
        E::NonPrevisto("chiave PEM cifrata alla maniera di OpenSSL")
    );
    for (nome, byte, password) in CON_CHIAVE {
        for n in 0..byte.len() {
            let esito = leggi(&byte[..n], ARCHIVIO, Some(password));
            // A PEM may end early and still hold its certificate.
            assert!(nome.ends_with(".pem") || esito.is_err(), "{nome} fino a {n}");
        }
    }
}

#[test]
fn chi_chiede_troppi_giri_non_li_ha() {
    // The rounds of the MAC of OpenSSL, 2048, become two thousand millions.
    let mut byte = CON_CHIAVE[3].1.to_vec();
    let i = byte.windows(4).rposition(|w| w == [0x02, 0x02, 0x08, 0x00]).unwrap();
    byte.splice(i..i + 4, [0x02, 0x04, 0x7F, 0xFF, 0xFF, 0xFF]);
    // The two sequences around it are two bytes longer.
    for dove in [2, 3] {
        assert_eq!(byte[1], 0x82);
        if dove == 3 {
            byte[3] = byte[3].wrapping_add(2);
        }
    }
    let mac = byte[..i].windows(2).rposition(|w| w == [0x30, 0x41]);
    if let Some(m) = mac {
        byte[m + 1] += 2;
    }
    let inizio = std::time::Instant::now();
    assert_eq!(
        leggi(&byte, ARCHIVIO, None).map(|_| ()),
        Err(PortachiaviError::NonPrevisto("iterazioni della derivazione della chiave"))
    );
    assert!(inizio.elapsed().as_millis() < 500);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nessun_byte_cambiato_da_un_altra_chiave(
        quale in 0..CON_CHIAVE.len(),
        dove in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let (_, originale, password) = CON_CHIAVE[quale];
        let mut byte = originale.to_vec();
        let i = dove.index(byte.len());
        byte[i] ^= 1 << bit;
        // Never a panic; a JKS is covered by its digest from the first byte to the last.
        let letto = leggi(&byte, ARCHIVIO, Some(password));
        prop_assert!(quale != 0 || letto.is_err());
    }

    #[test]
    fn qualsiasi_byte_ha_una_fine(
        testa in prop::sample::select(vec![&[0x30_u8][..], &[0x30, 0x80], &[0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2], b"-----BEGIN ", b""]),
        coda in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let _ = leggi(&[testa, &coda].concat(), ARCHIVIO, Some(CHIAVE));
    }
}
