//! A scriptable ente: it records what it is asked and answers as told, badly too.

use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;
use serde_json::Value;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

/// What the ente does with a request.
#[derive(Debug, Clone)]
pub enum Copione {
    /// Answers with a status and JSON.
    Json(u16, Value),
    /// Answers with a status and an empty body.
    Stato(u16),
    /// Answers with a status, a content type and any bytes.
    Grezzo(u16, &'static str, Vec<u8>),
    /// Does something after a while.
    Dopo(Duration, Box<Self>),
    /// Closes the connection without an answer.
    Chiude,
    /// Announces more than it sends, then closes.
    Tronca(Vec<u8>),
    /// Sends bytes that are not HTTP.
    Spazzatura(Vec<u8>),
}

/// A request that arrived.
#[derive(Debug, Clone)]
pub struct RichiestaRicevuta {
    /// Method.
    pub metodo: String,
    /// Path and query as sent.
    pub percorso: String,
    /// Headers.
    pub intestazioni: HeaderMap,
    /// Body.
    pub corpo: Bytes,
    /// Certificate of who called, as it was verified.
    pub certificato: Option<CertificateDer<'static>>,
}

impl RichiestaRicevuta {
    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.corpo).expect("un corpo JSON")
    }

    /// First value of a header.
    #[must_use]
    pub fn intestazione(&self, nome: &str) -> Option<&str> {
        self.intestazioni.get(nome).and_then(|v| v.to_str().ok())
    }
}

#[derive(Default)]
struct Dentro {
    ricevute: Vec<RichiestaRicevuta>,
    prossime: VecDeque<Copione>,
    per_percorso: Vec<(String, Copione)>,
    sempre: Option<Copione>,
}

/// The ente, listening on a free port of loopback until it is dropped.
pub struct StubEnte {
    indirizzo: SocketAddr,
    cifrato: bool,
    dentro: Arc<Mutex<Dentro>>,
    arrivi: Arc<Notify>,
    compito: tokio::task::JoinHandle<()>,
}

type Corpo = BoxBody<Bytes, std::io::Error>;

impl StubEnte {
    /// Starts; it answers 200 with an empty body until told otherwise.
    pub async fn nuovo() -> Self {
        Self::in_ascolto(None).await
    }

    /// The same over TLS, with the certificates of the test.
    pub async fn con_tls(config: ServerConfig) -> Self {
        Self::in_ascolto(Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    async fn in_ascolto(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("una porta libera");
        let indirizzo = listener.local_addr().expect("un indirizzo");
        let dentro = Arc::new(Mutex::new(Dentro::default()));
        let arrivi = Arc::new(Notify::new());
        let cifrato = tls.is_some();
        let compito = tokio::spawn(ascolta(listener, tls, Arc::clone(&dentro), Arc::clone(&arrivi)));
        Self { indirizzo, cifrato, dentro, arrivi, compito }
    }

    /// `http://127.0.0.1:port`, or `https`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", if self.cifrato { "https" } else { "http" }, self.indirizzo)
    }

    /// Its port.
    #[must_use]
    pub const fn porta(&self) -> u16 {
        self.indirizzo.port()
    }

    fn dentro(&self) -> std::sync::MutexGuard<'_, Dentro> {
        self.dentro.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it does when nothing else is said.
    pub fn sempre(&self, copione: Copione) {
        self.dentro().sempre = Some(copione);
    }

    /// What it does with requests whose path contains a text (the last said wins).
    pub fn per(&self, percorso: &str, copione: Copione) {
        self.dentro().per_percorso.insert(0, (percorso.to_owned(), copione));
    }

    /// What it does with the next requests, one each, before anything else.
    pub fn prossime(&self, copioni: impl IntoIterator<Item = Copione>) {
        self.dentro().prossime.extend(copioni);
    }

    /// What has arrived so far.
    #[must_use]
    pub fn ricevute(&self) -> Vec<RichiestaRicevuta> {
        self.dentro().ricevute.clone()
    }

    /// Waits until at least so many requests have arrived, 15 seconds at most.
    pub async fn attendi(&self, quante: usize) -> Vec<RichiestaRicevuta> {
        let arrivate = async {
            loop {
                let arrivo = self.arrivi.notified();
                let ricevute = self.ricevute();
                if ricevute.len() >= quante {
                    return ricevute;
                }
                arrivo.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(15), arrivate)
            .await
            .unwrap_or_else(|_| panic!("attese {quante} richieste, arrivate {}", self.ricevute().len()))
    }
}

impl Drop for StubEnte {
    fn drop(&mut self) {
        self.compito.abort();
    }
}

/// A connection, in clear or not.
trait Flusso: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Flusso for T {}

async fn ascolta(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    dentro: Arc<Mutex<Dentro>>,
    arrivi: Arc<Notify>,
) {
    let mut connessioni = tokio::task::JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        while connessioni.try_join_next().is_some() {}
        let (dentro, arrivi, tls) = (Arc::clone(&dentro), Arc::clone(&arrivi), tls.clone());
        connessioni.spawn(async move {
            // Garbage is written past hyper, on a second handle of the same socket.
            let socket = socket.into_std().expect("un socket");
            let grezzo = socket.try_clone().expect("un socket");
            let socket = tokio::net::TcpStream::from_std(socket).expect("un socket");
            let grezzo = Arc::new(grezzo);
            let (flusso, certificato): (Box<dyn Flusso>, _) = match tls {
                None => (Box::new(socket), None),
                Some(tls) => {
                    // Who does not pass the handshake is not heard.
                    let Ok(cifrato) = tls.accept(socket).await else { return };
                    let suo = cifrato.get_ref().1.peer_certificates().and_then(|c| c.first());
                    let suo = suo.map(|c| c.clone().into_owned());
                    (Box::new(cifrato), suo)
                }
            };
            let risponde = service_fn(move |r| {
                let (dentro, arrivi, grezzo) =
                    (Arc::clone(&dentro), Arc::clone(&arrivi), Arc::clone(&grezzo));
                let certificato = certificato.clone();
                async move { risposta(r, &dentro, &arrivi, &grezzo, certificato).await }
            });
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(flusso), risponde)
                .await;
        });
    }
}

async fn risposta(
    richiesta: hyper::Request<Incoming>,
    dentro: &Mutex<Dentro>,
    arrivi: &Notify,
    grezzo: &std::net::TcpStream,
    certificato: Option<CertificateDer<'static>>,
) -> Result<Response<Corpo>, std::io::Error> {
    let (parti, corpo) = richiesta.into_parts();
    let corpo = corpo.collect().await.map_err(std::io::Error::other)?.to_bytes();
    let percorso = parti.uri.path_and_query().map_or_else(String::new, |p| p.as_str().to_owned());
    let copione = {
        let mut d = dentro.lock().unwrap_or_else(PoisonError::into_inner);
        d.ricevute.push(RichiestaRicevuta {
            metodo: parti.method.to_string(),
            percorso: percorso.clone(),
            intestazioni: parti.headers,
            corpo,
            certificato,
        });
        let per = d.per_percorso.iter().find(|(p, _)| percorso.contains(p)).map(|(_, c)| c.clone());
        d.prossime.pop_front().or(per).or_else(|| d.sempre.clone()).unwrap_or(Copione::Stato(200))
    };
    arrivi.notify_waiters();
    recita(copione, grezzo).await
}

async fn recita(
    mut copione: Copione,
    mut grezzo: &std::net::TcpStream,
) -> Result<Response<Corpo>, std::io::Error> {
    while let Copione::Dopo(attesa, poi) = copione {
        tokio::time::sleep(attesa).await;
        copione = *poi;
    }
    let intero = |b: Vec<u8>| Full::new(Bytes::from(b)).map_err(|mai| match mai {}).boxed();
    let costruita = |stato: u16, tipo: Option<&str>, corpo: Corpo| {
        let mut r = Response::builder().status(StatusCode::from_u16(stato).expect("uno stato HTTP"));
        if let Some(t) = tipo {
            r = r.header("Content-Type", t);
        }
        Ok(r.body(corpo).expect("una risposta"))
    };
    match copione {
        Copione::Json(stato, v) => {
            costruita(stato, Some("application/json"), intero(v.to_string().into_bytes()))
        }
        Copione::Stato(stato) => costruita(stato, None, intero(Vec::new())),
        Copione::Grezzo(stato, tipo, byte) => costruita(stato, Some(tipo), intero(byte)),
        Copione::Tronca(byte) => {
            let pezzi = [
                Ok(Frame::data(Bytes::from(byte))),
                Err(std::io::Error::other("il copione tronca la risposta qui")),
            ];
            costruita(200, Some("application/json"), BodyExt::boxed(StreamBody::new(stream::iter(pezzi))))
        }
        Copione::Spazzatura(byte) => {
            let _ = std::io::Write::write_all(&mut grezzo, &byte);
            Err(std::io::Error::other("il copione manda spazzatura"))
        }
        Copione::Chiude | Copione::Dopo(..) => Err(std::io::Error::other("il copione chiude la connessione")),
    }
}
