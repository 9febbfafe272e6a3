//! The HTTP client of all connectors.

use crate::guardia::{Ammessi, Guardia, Risoluzione};
use crate::tls::motivo;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Url};
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

/// Settings of the client, with the defaults for an ente (spec 10 section 6).
#[derive(Debug, Clone)]
pub struct OpzioniClient {
    /// Longest wait for a connection, name resolution included. Default 2 s.
    pub connessione: Duration,
    /// Longest silence of the other side. Default 5 s.
    pub lettura: Duration,
    /// Largest answer in bytes. Default 5 MiB: a verified pendenza may carry attachments.
    pub risposta_massima: usize,
    /// Where connectors may lead.
    pub ammessi: Ammessi,
}

impl Default for OpzioniClient {
    fn default() -> Self {
        Self {
            connessione: Duration::from_secs(2),
            lettura: Duration::from_secs(5),
            risposta_massima: 5 << 20,
            ammessi: Ammessi::default(),
        }
    }
}

/// The client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("client HTTP non costruibile")]
pub struct CostruzioneError(#[source] reqwest::Error);

/// A client that does not follow redirects, does not use proxies of the environment, does not go to
/// forbidden addresses and does not read answers without end. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ClienteHttp {
    client: Client,
    guardia: Guardia,
    opzioni: Arc<OpzioniClient>,
}

/// What goes out, and what is wanted back.
#[derive(Debug, Clone)]
pub(crate) struct Uscita {
    pub(crate) corpo: Option<Vec<u8>>,
    /// Whether the body of a successful answer is needed.
    pub(crate) corpo_atteso: bool,
}

/// An answer, whatever its status.
#[derive(Debug)]
pub(crate) struct Risposta {
    pub(crate) stato: u16,
    pub(crate) intestazioni: Vec<(String, String)>,
    pub(crate) corpo: Vec<u8>,
}

/// Why there was no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caduta {
    pub(crate) stato: u16,
    pub(crate) testo: String,
}

impl Caduta {
    pub(crate) fn nuova(testo: impl Into<String>) -> Self {
        Self { stato: 500, testo: testo.into() }
    }
}

fn costruisci(
    opzioni: &OpzioniClient,
    guardia: &Guardia,
    tls: Option<rustls::ClientConfig>,
) -> Result<Client, CostruzioneError> {
    let client = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .no_gzip()
        .referer(false)
        .connect_timeout(opzioni.connessione)
        .read_timeout(opzioni.lettura)
        .timeout(opzioni.connessione + opzioni.lettura)
        .pool_idle_timeout(Duration::from_secs(20))
        .dns_resolver(guardia.clone());
    match tls {
        Some(config) => client.tls_backend_preconfigured(config),
        None => client,
    }
    .build()
    .map_err(CostruzioneError)
}

impl ClienteHttp {
    /// With its pool of connections.
    ///
    /// # Errors
    /// The TLS library refuses the system's root certificates.
    pub fn nuovo(opzioni: OpzioniClient) -> Result<Self, CostruzioneError> {
        // Fails only when somebody installed one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let guardia = Guardia(Arc::new(opzioni.ammessi.clone()));
        let client = costruisci(&opzioni, &guardia, None)?;
        Ok(Self { client, guardia, opzioni: Arc::new(opzioni) })
    }

    /// The same with other authorities and, perhaps, a certificate of ours: its connections are its own.
    pub(crate) fn con_tls(&self, config: rustls::ClientConfig) -> Result<Self, CostruzioneError> {
        let client = costruisci(&self.opzioni, &self.guardia, Some(config))?;
        Ok(Self { client, guardia: self.guardia.clone(), opzioni: Arc::clone(&self.opzioni) })
    }

    /// The longest time that a call may take.
    #[must_use]
    pub fn durata_massima(&self) -> Duration {
        self.opzioni.connessione + self.opzioni.lettura
    }

    pub(crate) async fn chiama(
        &self,
        metodo: Method,
        url: Url,
        intestazioni: HeaderMap,
        uscita: Uscita,
        scadenza: Option<Duration>,
    ) -> Result<Risposta, Caduta> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Caduta::nuova("URL del connettore: serve http o https"));
        }
        self.guardia
            .controlla_letterale(url.host_str().unwrap_or_default())
            .map_err(|e| Caduta::nuova(e.to_string()))?;
        let durata = scadenza.map_or(self.durata_massima(), |s| s.min(self.durata_massima()));
        let mut richiesta = self.client.request(metodo, url).headers(intestazioni).timeout(durata);
        if let Some(c) = uscita.corpo {
            richiesta = richiesta.body(c);
        }
        let mut risposta = richiesta.send().await.map_err(|e| self.caduta(&e, durata))?;
        let stato = risposta.status().as_u16();
        let intestazioni = in_testo(risposta.headers());
        // The status is known: what is missing of the body matters only to who reads it.
        let basta_lo_stato = stato >= 300 || !uscita.corpo_atteso;
        let mut corpo = Vec::new();
        loop {
            match risposta.chunk().await {
                Ok(Some(pezzo)) if corpo.len() + pezzo.len() > self.opzioni.risposta_massima => {
                    if basta_lo_stato {
                        return Ok(Risposta { stato, intestazioni, corpo });
                    }
                    return Err(Caduta::nuova(format!(
                        "Risposta piu' lunga di {} byte",
                        self.opzioni.risposta_massima
                    )));
                }
                Ok(Some(pezzo)) => corpo.extend_from_slice(&pezzo),
                Ok(None) => return Ok(Risposta { stato, intestazioni, corpo }),
                Err(_) if basta_lo_stato => return Ok(Risposta { stato, intestazioni, corpo }),
                Err(e) => return Err(self.caduta(&e, durata)),
            }
        }
    }

    /// The text of a network failure. It must not contain the URL, which may carry credentials.
    fn caduta(&self, e: &reqwest::Error, durata: Duration) -> Caduta {
        let mut causa: &(dyn Error + 'static) = e;
        loop {
            match causa.downcast_ref::<Risoluzione>() {
                Some(r @ Risoluzione::Sconosciuto(_)) => return Caduta { stato: 999, testo: r.to_string() },
                Some(r @ Risoluzione::Vietato(_)) => return Caduta::nuova(r.to_string()),
                None => {}
            }
            if let Some(testo) = di_tls(causa) {
                return Caduta::nuova(testo);
            }
            match causa.source() {
                Some(sotto) => causa = sotto,
                None => break,
            }
        }
        if e.is_timeout() {
            let (fase, quanto) = if e.is_connect() {
                ("connessione", self.opzioni.connessione)
            } else {
                ("risposta", durata.min(self.opzioni.lettura))
            };
            return Caduta::nuova(format!("Timeout: nessuna {fase} entro {} ms", quanto.as_millis()));
        }
        Caduta::nuova(causa.to_string())
    }
}

/// The failure of TLS that an error is, or that an error of the socket holds, however deep.
fn di_tls(mut causa: &(dyn Error + 'static)) -> Option<String> {
    while let Some(dentro) = causa.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        causa = dentro;
    }
    causa.downcast_ref().and_then(motivo)
}

/// Headers as texts, in the order received; bytes that are no text are replaced.
pub(crate) fn in_testo(h: &HeaderMap) -> Vec<(String, String)> {
    h.iter()
        .map(|(n, v)| (n.as_str().to_owned(), String::from_utf8_lossy(v.as_bytes()).into_owned()))
        .collect()
}

/// Headers that say where a message ends and whose it is: no operator may write them.
const DEL_TRASPORTO: [HeaderName; 7] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::UPGRADE,
    header::TE,
    header::EXPECT,
];

/// A header that comes from an operator; its value is never shown.
pub(crate) fn intestazione(nome: &str, valore: &str) -> Result<(HeaderName, HeaderValue), Caduta> {
    let rifiuto = || Caduta::nuova(format!("Header [{nome}] del connettore non valido"));
    let n = HeaderName::from_bytes(nome.as_bytes()).map_err(|_| rifiuto())?;
    if DEL_TRASPORTO.contains(&n) {
        return Err(rifiuto());
    }
    let mut v = HeaderValue::from_str(valore).map_err(|_| rifiuto())?;
    v.set_sensitive(true);
    Ok((n, v))
}
