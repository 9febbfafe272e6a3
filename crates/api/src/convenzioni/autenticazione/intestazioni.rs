//! Identities that arrive in headers, written there by a proxy that is trusted (spec 10 2.1), and the
//! pair of an API key.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::HeaderMap;
use ipnet::IpNet;
use secrecy::SecretString;
use std::net::{IpAddr, SocketAddr};
use x509_parser::pem::parse_x509_pem;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// Longest certificate in a header, in bytes as it is written there.
const CERTIFICATO: usize = 64 * 1024;

/// Address of the other end of the connection, in the extensions of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vicino(pub SocketAddr);

/// Which headers say who calls, and who may write them.
#[derive(Debug, Clone)]
pub struct IntestazioniFidate {
    /// Proxies that are believed. Nobody else's headers count.
    pub proxy: Vec<IpNet>,
    /// Headers of family `header`: the first that is not empty is the principal.
    pub principal: Vec<String>,
    /// Header of family `spid`.
    pub spid: String,
    /// Attributes of family `spid` and the headers that carry them.
    pub attributi_spid: Vec<(String, String)>,
    /// Header of family `sslheader`.
    pub certificato: String,
    /// The certificate is percent-encoded.
    pub certificato_url: bool,
    /// The certificate is in base64 beside its own PEM.
    pub certificato_base64: bool,
    /// Characters of the certificate replaced before it is read.
    pub certificato_sostituzione: Option<(String, String)>,
}

impl Default for IntestazioniFidate {
    fn default() -> Self {
        Self {
            proxy: Vec::new(),
            principal: Vec::new(),
            spid: "X-SPID-FISCALNUMBER".to_owned(),
            attributi_spid: Vec::new(),
            certificato: "X-GOVPAY-CERT".to_owned(),
            certificato_url: true,
            certificato_base64: true,
            certificato_sostituzione: None,
        }
    }
}

impl IntestazioniFidate {
    /// Whether the headers of who is at the other end are believed. An IPv4 address mapped into IPv6
    /// is the same address.
    pub(in crate::convenzioni) fn fidato(&self, vicino: Option<Vicino>) -> bool {
        vicino.is_some_and(|v| self.del_proxy(v.0.ip()))
    }

    fn del_proxy(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.proxy.iter().any(|rete| rete.contains(&ip))
    }

    /// The address of the caller: of the other end or, behind trusted proxies, the last one in
    /// `X-Forwarded-For` that is not theirs. What stands before it anybody may have written.
    pub(super) fn provenienza(&self, vicino: Option<Vicino>, h: &HeaderMap) -> Option<IpAddr> {
        let ip = vicino?.0.ip();
        if !self.del_proxy(ip) {
            return Some(ip);
        }
        let tappe: Vec<&str> = h
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|v| v.to_str().ok())
            .flat_map(|v| v.split(','))
            .collect();
        let mut lette = tappe.iter().rev().map_while(|t| indirizzo(t));
        Some(lette.find(|i| !self.del_proxy(*i)).unwrap_or(ip))
    }

    /// What SPID says of a citizen.
    pub(super) fn attributi(&self, h: &HeaderMap) -> Vec<(String, String)> {
        let letto = |(nome, da): &(String, String)| Some((nome.clone(), testo(h, da)?));
        self.attributi_spid.iter().filter_map(letto).collect()
    }

    /// Principal of family `header`.
    pub(super) fn principal(&self, h: &HeaderMap) -> Option<String> {
        self.principal.iter().find_map(|nome| testo(h, nome))
    }

    /// Fiscal code of family `spid`.
    pub(super) fn spid(&self, h: &HeaderMap) -> Option<String> {
        let valore = testo(h, &self.spid)?;
        let nudo = valore.strip_prefix("TINIT-").unwrap_or(&valore);
        (!nudo.is_empty()).then(|| nudo.to_owned())
    }

    /// Subject of the certificate of family `sslheader`.
    pub(super) fn soggetto(&self, h: &HeaderMap) -> Option<String> {
        let mut valore = testo(h, &self.certificato).filter(|v| v.len() <= CERTIFICATO)?;
        if self.certificato_url {
            valore = percent_encoding::percent_decode_str(&valore).decode_utf8().ok()?.into_owned();
        }
        // A PEM that was not encoded once more is taken as it is: proxies differ.
        let mut byte = valore.into_bytes();
        if self.certificato_base64 && !contiene_pem(&byte) {
            byte.retain(|b| !b.is_ascii_whitespace());
            byte = BASE64_STANDARD.decode(&byte).ok()?;
        }
        if let (Some((da, a)), Ok(t)) = (&self.certificato_sostituzione, std::str::from_utf8(&byte)) {
            byte = t.replace(da.as_str(), a).into_bytes();
        }
        let der = match parse_x509_pem(&byte) {
            Ok((_, pem)) => pem.contents,
            Err(_) => byte,
        };
        let (_, certificato) = X509Certificate::from_der(&der).ok()?;
        Some(certificato.subject().to_string())
    }
}

/// An address of `X-Forwarded-For`, with or without port.
fn indirizzo(testo: &str) -> Option<IpAddr> {
    let t = testo.trim();
    t.parse().ok().or_else(|| t.parse::<SocketAddr>().ok().map(|s| s.ip()))
}

/// Whether the bytes hold the beginning of a PEM.
fn contiene_pem(byte: &[u8]) -> bool {
    byte.trim_ascii_start().starts_with(b"-----BEGIN ")
}

/// Names of the two headers of an API key.
#[derive(Debug, Clone)]
pub struct IntestazioniApiKey {
    /// The principal.
    pub id: String,
    /// The password.
    pub chiave: String,
}

impl Default for IntestazioniApiKey {
    fn default() -> Self {
        Self { id: "X-APP-ID".to_owned(), chiave: "X-API-KEY".to_owned() }
    }
}

impl IntestazioniApiKey {
    /// The pair, when both are there.
    pub(super) fn leggi(&self, h: &HeaderMap) -> Option<(String, SecretString)> {
        let id = testo(h, &self.id).filter(|id| !id.contains('\0'))?;
        Some((id, SecretString::from(testo(h, &self.chiave)?)))
    }
}

/// A header that is there once or more, its first value, unless it is blank.
fn testo(h: &HeaderMap, nome: &str) -> Option<String> {
    let valore = String::from_utf8(h.get(nome)?.as_bytes().to_vec()).ok()?;
    let nudo = valore.trim();
    (!nudo.is_empty()).then(|| nudo.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intestazioni(coppie: &[(&'static str, &str)]) -> HeaderMap {
        let mut h = HeaderMap::new();
        for (n, v) in coppie {
            h.append(*n, v.parse().unwrap());
        }
        h
    }

    fn certificato() -> (String, Vec<u8>) {
        let mut p = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
        p.distinguished_name.push(rcgen::DnType::CommonName, "gestionale");
        p.distinguished_name.push(rcgen::DnType::OrganizationName, "Comune");
        let c = p.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
        (c.pem(), c.der().to_vec())
    }

    fn con(f: impl FnOnce(&mut IntestazioniFidate)) -> IntestazioniFidate {
        let mut i = IntestazioniFidate::default();
        f(&mut i);
        i
    }

    #[test]
    fn si_crede_solo_ai_proxy_fidati() {
        let i = con(|i| i.proxy = vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]);
        let da = |t: &str| i.fidato(Some(Vicino(t.parse().unwrap())));
        assert!(da("10.1.2.3:1") && da("[::1]:1") && da("[::ffff:10.1.2.3]:1"));
        assert!(!da("11.1.2.3:1") && !da("[::2]:1") && !i.fidato(None));
        assert!(!IntestazioniFidate::default().fidato(Some(Vicino("127.0.0.1:1".parse().unwrap()))));
    }

    #[test]
    fn la_provenienza_e_quella_che_i_proxy_hanno_visto() {
        let i = con(|i| i.proxy = vec!["10.0.0.0/8".parse().unwrap()]);
        let da = |vicino: &str, xff: &[&str]| {
            let coppie: Vec<_> = xff.iter().map(|v| ("x-forwarded-for", *v)).collect();
            let v = Some(Vicino(format!("{vicino}:1").parse().unwrap()));
            i.provenienza(v, &intestazioni(&coppie)).unwrap().to_string()
        };
        assert_eq!(da("8.8.8.8", &["1.2.3.4"]), "8.8.8.8", "chi non e' il proxy non dice niente");
        assert_eq!(da("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(da("10.0.0.1", &["6.6.6.6, 1.2.3.4"]), "1.2.3.4", "il primo l'ha scritto il chiamante");
        assert_eq!(da("10.0.0.1", &["1.2.3.4:5555", "10.0.0.7"]), "1.2.3.4");
        assert_eq!(da("10.0.0.1", &["1.2.3.4, boh"]), "10.0.0.1");
    }

    #[test]
    fn il_primo_principal_che_c_e() {
        let i = con(|i| i.principal = vec!["X-A".into(), "X-B".into()]);
        assert_eq!(i.principal(&intestazioni(&[("x-a", " "), ("x-b", "due")])).as_deref(), Some("due"));
        assert_eq!(i.principal(&intestazioni(&[("x-b", "due"), ("x-a", "uno")])).as_deref(), Some("uno"));
        assert_eq!(i.principal(&intestazioni(&[("x-c", "tre")])), None);
        assert_eq!(IntestazioniFidate::default().principal(&intestazioni(&[("x-a", "uno")])), None);
    }

    #[test]
    fn lo_spid_perde_il_prefisso() {
        let i = IntestazioniFidate::default();
        let letto = |v| i.spid(&intestazioni(&[("x-spid-fiscalnumber", v)]));
        assert_eq!(letto("TINIT-RSSMRA30A01H501I").as_deref(), Some("RSSMRA30A01H501I"));
        assert_eq!(letto("RSSMRA30A01H501I").as_deref(), Some("RSSMRA30A01H501I"));
        assert_eq!((letto("TINIT-"), letto(" ")), (None, None));
    }

    #[test]
    fn il_certificato_arriva_in_piu_vesti() {
        let (pem, der) = certificato();
        let url = |t: &str| {
            percent_encoding::utf8_percent_encode(t, percent_encoding::NON_ALPHANUMERIC).to_string()
        };
        let letto = |i: &IntestazioniFidate, v: &str| i.soggetto(&intestazioni(&[("x-govpay-cert", v)]));
        let i = IntestazioniFidate::default();
        let atteso = Some("CN=gestionale, O=Comune".to_owned());
        assert_eq!(letto(&i, &url(&BASE64_STANDARD.encode(&pem))), atteso, "url e base64 del PEM");
        assert_eq!(letto(&i, &BASE64_STANDARD.encode(&der)), atteso, "base64 del DER");
        assert_eq!(letto(&i, &url(&pem)), atteso, "url del PEM");
        let tab = con(|i| {
            (i.certificato_url, i.certificato_base64) = (false, false);
            i.certificato_sostituzione = Some(("\t".into(), "\n".into()));
        });
        assert_eq!(letto(&tab, &pem.trim().replace('\n', "\t")), atteso, "a capo in TAB");
        for male in ["", "%zz", "non base64", &BASE64_STANDARD.encode("vuoto"), &"A".repeat(CERTIFICATO + 1)]
        {
            assert_eq!(letto(&i, male), None);
        }
    }

    #[test]
    fn una_chiave_e_una_coppia() {
        use secrecy::ExposeSecret as _;
        let k = IntestazioniApiKey::default();
        let (id, chiave) = k.leggi(&intestazioni(&[("x-app-id", "a"), ("x-api-key", "b")])).unwrap();
        assert_eq!((id.as_str(), chiave.expose_secret()), ("a", "b"));
        assert!(k.leggi(&intestazioni(&[("x-app-id", "a")])).is_none());
        assert!(k.leggi(&intestazioni(&[("x-app-id", "a"), ("x-api-key", "")])).is_none());
    }
}
