//! A small identity provider: its keys, the tokens that it signs, the document that shows the keys.

use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use http::StatusCode;
use ring::rand::SystemRandom;
use ring::signature::{self, EcdsaKeyPair, KeyPair as _, RsaKeyPair};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Of the tests only. Generating one takes seconds without optimisation.
const RSA: &str = "\
    MIIEugIBADANBgkqhkiG9w0BAQEFAASCBKQwggSgAgEAAoIBAQDfMbdkCc9qhekKLquq2C8muSeck+R5keR0L9zIuHVHF11Eos5a\
    jaQ4NT3uu0iJp+z+sXLW5xx/TqtC3YweaW/2uPEeKjY7LVeFmgqQzGhgDF82PWNZLNLnjYXV8Uqf6j2fyr8Cjy8FyXZJe04X2lKS\
    nWOAeDXOE2JS7TU+p1SRd1Q2+wHof9v9buoJjB25mrmjwEP2rB9u8rt9VlV39wiazwF3rWbog0CQDc05fIdji+FDLZ8FMab9/5b7\
    vjzoKL3VDImYyNsad/skEeco4YEfySBDl5eVpcFowL1WK2n9EK5YEsUDTHXsBeC4AeyiUPHwS3xJ+cHqMKxUqu/dMEk7AgMBAAEC\
    gf8W+ENjmX0vxux23PlVmKMHvns5xx+Jk8v69+v7FCZX7zDIE+IdeJRCVPpOViZ3QIRqeLneRLn/UZ1mb2iiOpTMs89xOJy2KZ3e\
    lH+pEb3+QGs47QV7iltJhFXTgcndoZOHbUWeVa/K20EuLziFh6/oR4xghNyj4YRjos/+JGl/VsVS4eu4U6rqJdiwdnqLWpx5IlX6\
    0/PWy7AkYtnIPjjnd9XH8AauNuAtQz0bhq1q39pA4pxl7E4zT5L/RbIIvz8V0J9opW6S36Ush83dJxt4U6VIe0szinml5nLgKEuZ\
    CE9CqZo+JF+So/6s0a5EcGgIWqsQQPsAnWGXZpsd6oECgYEA+2RG25M/MX1RJ09Qw+i61z2g9MecvJH93E0w0P9tV/oqaI8zULKU\
    d7BHnVnhB7CwMOuEktFLwgGT5O/L1UC7GbT5B2KBSgPiwGkRHwGfL2r/FLvHZchSUV/Dn9YtV6Ci+j6BDQwCybcKlTULDGtj49us\
    TBpHl3cyrSugLfompfsCgYEA40kdfw8hFlVj3pV+OYzlWmgoQ97vlqR+g9QKZOf2kUcgvBDxgBn9yD0roBu0MpfdnmmjL2hhZkcP\
    3SGICANqvrDkJT4SigmtedyEiOcWApg5m2t0L+31vkJwEP+cO4G/lScU/jY6EdJzYzzSNDgPANlK9EEe4R3G47Okug+JxcECgYBn\
    s+8TB0QLS1Hd8Hc1ydzBi9fJAksi8uqRJXqczLGzmCxEY8ZcZL6gPSTdwUT2IioclBtlYVdqGbKDv3QLbZ+BNEmChV0mRkIU84Kv\
    ksCzE+VUDT5tO1zR2rpdRkIAIvD4YC5mTm0b/xkrge0j220igu0pm7Gqxu4tx5BVRxsIXwKBgCxOzJlAccrQyq9RpVHCzdNaCr9w\
    bnSHjMJWS9BwB/k6TH9dLjcy2e53PlHwFKjoQiPnpBBR4Or3X3hUWRh20hBqm49HEoYmbNMc0hl+MyQ+WLybrgLJ+OYmPYKS0fon\
    yRlijQ0htSBUTnpCGRhk9UfNFHeZWlO4YlVxZ+N9s/YBAoGAEJz1QMEYJaC+ii1/k0H/BiPnuuszmBZvmpQz1bwugHUcWR8CMxUd\
    fKaT/wZ0qSw7YvoXmt8mN/R4r5LIE1l3ENQ4GFQiVFelwDtZJdgqhq+leoIWkG18s0LV8s4jBE1CkqkuNR8rmEcx7QOp7BDDDekf\
    1gOf5gFlegCu3mK56eU=";

fn b64(byte: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(byte)
}

/// A key with which tokens are signed.
pub(super) enum Chiave {
    Rsa(Box<RsaKeyPair>),
    Ec(Box<EcdsaKeyPair>),
}

impl Chiave {
    pub(super) fn rsa() -> Self {
        let der = BASE64_STANDARD.decode(RSA).expect("base64");
        Self::Rsa(Box::new(RsaKeyPair::from_pkcs8(&der).expect("una chiave RSA")))
    }

    pub(super) fn ec() -> Self {
        let (algoritmo, caso) = (&signature::ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let der = EcdsaKeyPair::generate_pkcs8(algoritmo, &caso).expect("una chiave EC");
        Self::Ec(Box::new(EcdsaKeyPair::from_pkcs8(algoritmo, der.as_ref(), &caso).expect("una chiave EC")))
    }

    pub(super) fn pubblica(&self, kid: &str) -> Value {
        match self {
            // RSAPublicKey in DER: modulus of 256 bytes, exponent of 3.
            Self::Rsa(k) => {
                let der = k.public().as_ref();
                json!({
                    "kty": "RSA", "use": "sig", "kid": kid,
                    "n": b64(&der[9..265]), "e": b64(&der[der.len() - 3..]),
                })
            }
            Self::Ec(k) => {
                let punto = k.public_key().as_ref();
                json!({
                    "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid,
                    "x": b64(&punto[1..33]), "y": b64(&punto[33..65]),
                })
            }
        }
    }

    const fn algoritmo(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RS256",
            Self::Ec(_) => "ES256",
        }
    }

    /// A token with these claims.
    pub(super) fn firma(&self, kid: &str, dati: &Value) -> String {
        self.firma_con(&json!({"alg": self.algoritmo(), "typ": "JWT", "kid": kid}), dati)
    }

    /// A token with a header of one's own.
    pub(super) fn firma_con(&self, testata: &Value, dati: &Value) -> String {
        let firmato = format!("{}.{}", b64(testata.to_string()), b64(dati.to_string()));
        let caso = SystemRandom::new();
        let firma = match self {
            Self::Rsa(k) => {
                let mut f = vec![0; k.public().modulus_len()];
                k.sign(&signature::RSA_PKCS1_SHA256, &caso, firmato.as_bytes(), &mut f).expect("firma");
                f
            }
            Self::Ec(k) => k.sign(&caso, firmato.as_bytes()).expect("firma").as_ref().to_vec(),
        };
        format!("{firmato}.{}", b64(firma))
    }
}

#[derive(Default)]
struct Stato {
    chiavi: Mutex<Vec<Value>>,
    prelievi: AtomicUsize,
    spento: AtomicBool,
}

/// The provider, listening on loopback.
#[derive(Clone)]
pub(super) struct Fornitore {
    stato: Arc<Stato>,
    pub(super) jwks: String,
}

impl Fornitore {
    pub(super) async fn nuovo() -> Self {
        let stato = Arc::new(Stato::default());
        let router = axum::Router::new().route("/jwks", get(mostra)).with_state(Arc::clone(&stato));
        let ascolto = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("una porta");
        let jwks = format!("http://{}/jwks", ascolto.local_addr().expect("indirizzo"));
        tokio::spawn(async move { axum::serve(ascolto, router).await });
        Self { stato, jwks }
    }

    pub(super) fn mostra(&self, chiavi: Vec<Value>) {
        *self.stato.chiavi.lock().expect("chiavi") = chiavi;
    }

    pub(super) fn spegni(&self, spento: bool) {
        self.stato.spento.store(spento, Ordering::SeqCst);
    }

    pub(super) fn prelievi(&self) -> usize {
        self.stato.prelievi.load(Ordering::SeqCst)
    }
}

async fn mostra(State(s): State<Arc<Stato>>) -> axum::response::Response {
    s.prelievi.fetch_add(1, Ordering::SeqCst);
    if s.spento.load(Ordering::SeqCst) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    axum::Json(json!({"keys": *s.chiavi.lock().expect("chiavi")})).into_response()
}
