//! An HTTP client that speaks as somebody.

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::Value;

/// Calls one gateway under one base path, as somebody.
#[derive(Debug, Clone)]
pub struct Cliente {
    http: reqwest::Client,
    base: String,
    credenziali: Option<(String, String)>,
}

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Risposta {
    stato: u16,
    intestazioni: HeaderMap,
    corpo: Bytes,
}

impl Cliente {
    pub(crate) fn nuovo(http: reqwest::Client, base: String, credenziali: Option<(&str, &str)>) -> Self {
        let credenziali = credenziali.map(|(u, p)| (u.to_owned(), p.to_owned()));
        Self { http, base, credenziali }
    }

    /// As somebody else.
    #[must_use]
    pub fn come(&self, utente: &str, password: &str) -> Self {
        Self { credenziali: Some((utente.to_owned(), password.to_owned())), ..self.clone() }
    }

    /// As nobody.
    #[must_use]
    pub fn anonimo(&self) -> Self {
        Self { credenziali: None, ..self.clone() }
    }

    /// A request to complete and send with [`Self::manda`]. The path is appended to the base as it
    /// is: percent-encode it yourself.
    pub fn richiesta(&self, metodo: Method, percorso: &str) -> reqwest::RequestBuilder {
        let r = self.http.request(metodo, format!("{}{percorso}", self.base));
        match &self.credenziali {
            Some((u, p)) => r.basic_auth(u, Some(p)),
            None => r,
        }
    }

    /// Sends a request and reads the answer.
    pub async fn manda(&self, richiesta: reqwest::RequestBuilder) -> Risposta {
        let r = richiesta.send().await.expect("una risposta");
        let (stato, intestazioni) = (r.status().as_u16(), r.headers().clone());
        Risposta { stato, intestazioni, corpo: r.bytes().await.expect("il corpo della risposta") }
    }

    /// GET.
    pub async fn get(&self, percorso: &str) -> Risposta {
        self.manda(self.richiesta(Method::GET, percorso)).await
    }

    /// PUT of a JSON body.
    pub async fn put(&self, percorso: &str, corpo: &Value) -> Risposta {
        self.json(Method::PUT, percorso, corpo).await
    }

    /// POST of a JSON body.
    pub async fn post(&self, percorso: &str, corpo: &Value) -> Risposta {
        self.json(Method::POST, percorso, corpo).await
    }

    /// PATCH with a JSON body.
    pub async fn patch(&self, percorso: &str, corpo: &Value) -> Risposta {
        self.json(Method::PATCH, percorso, corpo).await
    }

    /// A JSON body with any method.
    pub async fn json(&self, metodo: Method, percorso: &str, corpo: &Value) -> Risposta {
        self.grezzo(metodo, percorso, "application/json", corpo.to_string()).await
    }

    /// Any body with any method and type.
    pub async fn grezzo(
        &self,
        metodo: Method,
        percorso: &str,
        tipo: &str,
        corpo: impl Into<reqwest::Body>,
    ) -> Risposta {
        let r = self.richiesta(metodo, percorso).header("Content-Type", tipo).body(corpo);
        self.manda(r).await
    }

    /// POST of a SOAP envelope.
    pub async fn soap(&self, busta: &str) -> Risposta {
        self.grezzo(Method::POST, "", "text/xml; charset=utf-8", busta.to_owned()).await
    }
}

impl Risposta {
    /// HTTP status.
    #[must_use]
    pub const fn stato(&self) -> u16 {
        self.stato
    }

    /// First value of a header.
    #[must_use]
    pub fn intestazione(&self, nome: &str) -> Option<&str> {
        self.intestazioni.get(nome).and_then(|v| v.to_str().ok())
    }

    /// The transaction id.
    #[must_use]
    pub fn transazione(&self) -> &str {
        self.intestazione("X-Govpay-IdTransazione").expect("ogni risposta ha il suo id di transazione")
    }

    /// The body.
    #[must_use]
    pub const fn corpo(&self) -> &Bytes {
        &self.corpo
    }

    /// The body as text.
    #[must_use]
    pub fn testo(&self) -> &str {
        std::str::from_utf8(&self.corpo).expect("un corpo UTF-8")
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.corpo)
            .unwrap_or_else(|e| panic!("{}: corpo non JSON ({e}): {}", self.stato, self.testo()))
    }

    /// The same answer, after checking its status.
    pub fn con_stato(self, atteso: u16) -> Self {
        assert_eq!(self.stato, atteso, "{}", String::from_utf8_lossy(&self.corpo));
        self
    }

    /// `(status, codice, dettaglio)` of an error of the contract.
    #[must_use]
    pub fn errore(&self) -> (u16, String, String) {
        let v = self.json();
        let testo = |campo: &str| v.get(campo).and_then(Value::as_str).unwrap_or_default().to_owned();
        (self.stato, testo("codice"), testo("dettaglio"))
    }
}
