//! The form and the signature of a bearer token (RFC 7515, 7517, 7518).
//!
//! The key says which algorithms may be used with it, not the token: a token that names an HMAC, `none` or
//! an algorithm of another kind of key is refused before any key is looked at.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::{Map, Value};

/// Longest token, in bytes.
const LUNGHEZZA: usize = 16 * 1024;
/// Most keys of a provider.
const CHIAVI: usize = 64;

/// Algorithms of signature that are accepted: all with a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algoritmo {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    EdDsa,
}

impl Algoritmo {
    fn leggi(nome: &str) -> Option<Self> {
        Some(match nome {
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            "PS256" => Self::Ps256,
            "PS384" => Self::Ps384,
            "PS512" => Self::Ps512,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "EdDSA" => Self::EdDsa,
            _ => return None,
        })
    }

    fn rsa(self) -> Option<&'static signature::RsaParameters> {
        Some(match self {
            Self::Rs256 => &signature::RSA_PKCS1_2048_8192_SHA256,
            Self::Rs384 => &signature::RSA_PKCS1_2048_8192_SHA384,
            Self::Rs512 => &signature::RSA_PKCS1_2048_8192_SHA512,
            Self::Ps256 => &signature::RSA_PSS_2048_8192_SHA256,
            Self::Ps384 => &signature::RSA_PSS_2048_8192_SHA384,
            Self::Ps512 => &signature::RSA_PSS_2048_8192_SHA512,
            Self::Es256 | Self::Es384 | Self::EdDsa => return None,
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Materia {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// A public key of the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Chiave {
    id: Option<String>,
    /// The only algorithm it is for, when the provider says so.
    solo: Option<Algoritmo>,
    materia: Materia,
}

impl Chiave {
    fn leggi(v: &Value) -> Option<Self> {
        let testo = |n: &str| v.get(n).and_then(Value::as_str);
        let byte = |n: &str| BASE64_URL_SAFE_NO_PAD.decode(testo(n)?.trim_end_matches('=')).ok();
        if testo("use").is_some_and(|u| u != "sig") {
            return None;
        }
        let solo = match testo("alg") {
            Some(nome) => Some(Algoritmo::leggi(nome)?),
            None => None,
        };
        // A point of a curve, uncompressed.
        let punto = |misura: usize| {
            let (x, y) = (byte("x")?, byte("y")?);
            (x.len() == misura && y.len() == misura).then(|| [&[4], x.as_slice(), &y].concat())
        };
        let materia = match (testo("kty")?, testo("crv")) {
            ("RSA", _) => {
                let senza_zeri = |b: Vec<u8>| b.into_iter().skip_while(|b| *b == 0).collect::<Vec<_>>();
                Materia::Rsa { n: senza_zeri(byte("n")?), e: senza_zeri(byte("e")?) }
            }
            ("EC", Some("P-256")) => Materia::P256(punto(32)?),
            ("EC", Some("P-384")) => Materia::P384(punto(48)?),
            ("OKP", Some("Ed25519")) => Materia::Ed25519(byte("x").filter(|x| x.len() == 32)?),
            _ => return None,
        };
        Some(Self { id: testo("kid").map(str::to_owned), solo, materia })
    }

    /// Whether the token is signed by this key; no when its algorithm is not one of this key.
    fn firma(&self, algoritmo: Algoritmo, firmato: &[u8], firma: &[u8]) -> bool {
        if self.solo.is_some_and(|a| a != algoritmo) {
            return false;
        }
        let ec = |a: &'static dyn signature::VerificationAlgorithm, punto: &[u8]| {
            UnparsedPublicKey::new(a, punto).verify(firmato, firma).is_ok()
        };
        match (&self.materia, algoritmo, algoritmo.rsa()) {
            (Materia::Rsa { n, e }, _, Some(parametri)) => {
                RsaPublicKeyComponents { n, e }.verify(parametri, firmato, firma).is_ok()
            }
            (Materia::P256(p), Algoritmo::Es256, _) => ec(&signature::ECDSA_P256_SHA256_FIXED, p),
            (Materia::P384(p), Algoritmo::Es384, _) => ec(&signature::ECDSA_P384_SHA384_FIXED, p),
            (Materia::Ed25519(p), Algoritmo::EdDsa, _) => ec(&signature::ED25519, p),
            _ => false,
        }
    }
}

/// The public keys of the provider that can be used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Chiavi(Vec<Chiave>);

impl Chiavi {
    /// From a JWKS. Keys that are not ours to use are passed over; a document that holds none is no JWKS.
    pub(super) fn leggi(byte: &[u8]) -> Option<Self> {
        let documento: Value = serde_json::from_slice(byte).ok()?;
        let elenco = documento.get("keys")?.as_array()?;
        let chiavi: Vec<Chiave> = elenco.iter().take(CHIAVI).filter_map(Chiave::leggi).collect();
        (!chiavi.is_empty()).then_some(Self(chiavi))
    }
}

/// Whose signature a token carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Firma {
    /// Of a key of the provider.
    Buona,
    /// Not of the key that it names.
    Falsa,
    /// It names a key that the provider did not show.
    Ignota,
}

/// A token whose form is right. Its signature is still to be checked.
#[derive(Debug)]
pub(super) struct Gettone<'a> {
    algoritmo: Algoritmo,
    chiave: Option<String>,
    firmato: &'a [u8],
    firma: Vec<u8>,
    /// What it says: to be believed only after [`Self::firmato_da`].
    pub(super) dati: Map<String, Value>,
}

impl<'a> Gettone<'a> {
    /// Reads the compact form; the refusal says what is wrong.
    pub(super) fn leggi(testo: &'a str) -> Result<Self, &'static str> {
        const FORMA: &str = "Token non valido";
        if testo.len() > LUNGHEZZA {
            return Err(FORMA);
        }
        let (firmato, firma) = testo.rsplit_once('.').ok_or(FORMA)?;
        let (testata, dati) = firmato.split_once('.').ok_or(FORMA)?;
        let oggetto = |t: &str| match serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(t).ok()?).ok()? {
            Value::Object(m) => Some(m),
            _ => None,
        };
        let testata = oggetto(testata).ok_or(FORMA)?;
        let nome = testata.get("alg").and_then(Value::as_str).unwrap_or_default();
        let algoritmo = Algoritmo::leggi(nome).ok_or("Algoritmo di firma non ammesso")?;
        if testata.contains_key("crit") {
            return Err("Estensione del token non ammessa");
        }
        let chiave = match testata.get("kid") {
            None => None,
            Some(Value::String(k)) => Some(k.clone()),
            Some(_) => return Err(FORMA),
        };
        let dati = oggetto(dati).ok_or(FORMA)?;
        let firma = BASE64_URL_SAFE_NO_PAD.decode(firma).map_err(|_| FORMA)?;
        Ok(Self { algoritmo, chiave, firmato: firmato.as_bytes(), firma, dati })
    }

    /// A token that names no key may be of any of them.
    pub(super) fn firmato_da(&self, chiavi: &Chiavi) -> Firma {
        let mut candidate =
            chiavi.0.iter().filter(|c| self.chiave.is_none() || c.id == self.chiave).peekable();
        if candidate.peek().is_none() {
            return Firma::Ignota;
        }
        if candidate.any(|c| c.firma(self.algoritmo, self.firmato, &self.firma)) {
            return Firma::Buona;
        }
        // Without a name the key may be one that the provider has just taken into use.
        if self.chiave.is_none() { Firma::Ignota } else { Firma::Falsa }
    }
}
