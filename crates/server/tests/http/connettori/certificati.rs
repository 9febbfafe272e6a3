//! Authorities, certificates and stores made by the test.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use ring::digest;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::sync::Arc;

pub(crate) const PASSWORD: &str = "Archivio-1";
pub(crate) const PASSWORD_CHIAVE: &str = "Chiave-2";

/// An authority.
pub(crate) struct Autorita(CertifiedIssuer<'static, KeyPair>);

/// A key with its certificate.
pub(crate) struct Certificato {
    pub(crate) der: CertificateDer<'static>,
    pub(crate) chiave: Vec<u8>,
    pub(crate) pem: String,
    pub(crate) chiave_pem: String,
}

/// Of whom, and how it is.
pub(crate) struct Come {
    pub(crate) nomi: &'static [&'static str],
    pub(crate) cn: &'static str,
    pub(crate) uso: ExtendedKeyUsagePurpose,
    pub(crate) scaduto: bool,
}

pub(crate) const SERVER: Come =
    Come { nomi: &["127.0.0.1"], cn: "ente", uso: ExtendedKeyUsagePurpose::ServerAuth, scaduto: false };
pub(crate) const CLIENT: Come =
    Come { nomi: &[], cn: "govpay", uso: ExtendedKeyUsagePurpose::ClientAuth, scaduto: false };

fn parametri(come: &Come) -> CertificateParams {
    let nomi: Vec<String> = come.nomi.iter().map(|n| (*n).to_owned()).collect();
    let mut p = CertificateParams::new(nomi).unwrap();
    p.distinguished_name.push(DnType::CommonName, come.cn);
    p.extended_key_usages = vec![come.uso.clone()];
    if come.scaduto {
        (p.not_before, p.not_after) = (date_time_ymd(2019, 1, 1), date_time_ymd(2020, 1, 1));
    }
    p
}

impl Autorita {
    pub(crate) fn nuova(nome: &str) -> Self {
        let mut p = CertificateParams::new(Vec::new()).unwrap();
        p.distinguished_name.push(DnType::CommonName, nome);
        p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(p, KeyPair::generate().unwrap()).unwrap())
    }

    pub(crate) fn der(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    pub(crate) fn firma(&self, come: &Come) -> Certificato {
        let chiave = KeyPair::generate().unwrap();
        let c = parametri(come).signed_by(&chiave, &self.0).unwrap();
        Certificato::di(&c, &chiave)
    }
}

impl Certificato {
    fn di(c: &rcgen::Certificate, chiave: &KeyPair) -> Self {
        Self {
            der: c.der().clone(),
            chiave: chiave.serialize_der(),
            pem: c.pem(),
            chiave_pem: chiave.serialize_pem(),
        }
    }

    /// Made at home: its own authority, as `openssl req -x509` makes it.
    pub(crate) fn fatto_in_casa(come: &Come) -> Self {
        let mut p = parametri(come);
        p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let chiave = KeyPair::generate().unwrap();
        Self::di(&p.self_signed(&chiave).unwrap(), &chiave)
    }

    fn chiave(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.chiave.clone()).into()
    }

    /// A server with this certificate; with authorities it wants a certificate of theirs from who calls.
    pub(crate) fn server(&self, di_chi_chiama: Option<CertificateDer<'static>>) -> ServerConfig {
        server::provider_tls();
        let config = ServerConfig::builder();
        let config = match di_chi_chiama {
            None => config.with_no_client_auth(),
            Some(ca) => {
                let mut radici = RootCertStore::empty();
                radici.add(ca).unwrap();
                config.with_client_cert_verifier(
                    WebPkiClientVerifier::builder(Arc::new(radici)).build().unwrap(),
                )
            }
        };
        config.with_single_cert(vec![self.der.clone()], self.chiave()).unwrap()
    }
}

fn utf16(t: &str) -> Vec<u8> {
    t.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

fn sha1(pezzi: &[&[u8]]) -> Vec<u8> {
    let mut c = digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY);
    pezzi.iter().for_each(|p| c.update(p));
    c.finish().as_ref().to_vec()
}

fn blocco(byte: &[u8]) -> Vec<u8> {
    [&u32::try_from(byte.len()).unwrap().to_be_bytes()[..], byte].concat()
}

fn testo(t: &str) -> Vec<u8> {
    [&u16::try_from(t.len()).unwrap().to_be_bytes()[..], t.as_bytes()].concat()
}

/// A JKS with a key, or with what it trusts.
pub(crate) fn jks(chiave: Option<&Certificato>, fidati: &[CertificateDer<'_>]) -> Vec<u8> {
    jks_con((PASSWORD, PASSWORD_CHIAVE), chiave, fidati)
}

/// The same, with its own passwords: of the store and of the key.
pub(crate) fn jks_con(
    (password, della_chiave): (&str, &str),
    chiave: Option<&Certificato>,
    fidati: &[CertificateDer<'_>],
) -> Vec<u8> {
    let certificato = |der: &[u8]| [testo("X.509"), blocco(der)].concat();
    let quante = u32::try_from(usize::from(chiave.is_some()) + fidati.len()).unwrap();
    let mut fatto = [0xFEED_FEED_u32.to_be_bytes(), 2_u32.to_be_bytes(), quante.to_be_bytes()].concat();
    if let Some(c) = chiave {
        fatto.extend(
            [
                &1_u32.to_be_bytes()[..],
                &testo("client"),
                &[0; 8],
                &blocco(&protetta(&c.chiave, della_chiave)),
            ]
            .concat(),
        );
        fatto.extend([&1_u32.to_be_bytes()[..], &certificato(&c.der)].concat());
    }
    for (i, f) in fidati.iter().enumerate() {
        fatto.extend([&2_u32.to_be_bytes()[..], &testo(&format!("f{i}")), &[0; 8], &certificato(f)].concat());
    }
    let impronta = sha1(&[&utf16(password), b"Mighty Aphrodite", &fatto]);
    [fatto, impronta].concat()
}

/// A key under a password, as Java protects it.
fn protetta(chiave: &[u8], password: &str) -> Vec<u8> {
    let password = utf16(password);
    let sale = [7_u8; 20];
    let mut giro = sha1(&[&password, &sale]);
    let mut cifrata = sale.to_vec();
    for pezzo in chiave.chunks(20) {
        cifrata.extend(pezzo.iter().zip(&giro).map(|(a, b)| a ^ b));
        giro = sha1(&[&password, &giro]);
    }
    cifrata.extend(sha1(&[&password, chiave]));
    let elemento = |tag: u8, dentro: &[u8]| {
        let [alto, basso] = u16::try_from(dentro.len()).unwrap().to_be_bytes();
        [&[tag, 0x82, alto, basso], dentro].concat()
    };
    let algoritmo = [0x30, 14, 6, 10, 0x2B, 6, 1, 4, 1, 0x2A, 2, 0x11, 1, 1, 5, 0];
    elemento(0x30, &[&algoritmo[..], &elemento(4, &cifrata)].concat())
}
