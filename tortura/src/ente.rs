//! The ente: it writes down every notification, and answers well or badly. It speaks HTTP over a bare
//! socket, so that it can also break it.

use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Umore {
    Bene,
    /// After some milliseconds.
    Lento(u64),
    /// Takes the request and never answers.
    Muto,
    /// Bytes that are not HTTP.
    Spazzatura,
    /// Breaks off in the middle of the headers.
    Mezza,
    /// 500.
    Errore,
}

/// A notification as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notifica {
    pub(crate) iuv: String,
    /// The receipt; `None`: an activation.
    pub(crate) ricevuta: Option<String>,
    /// Cents, of a receipt.
    pub(crate) centesimi: Option<i64>,
    /// It was answered with a success.
    pub(crate) presa: bool,
}

#[derive(Debug)]
struct Dentro {
    arrivate: Vec<Notifica>,
    umore: Umore,
}

/// Listens on loopback until it is dropped.
#[derive(Debug)]
pub(crate) struct Ente {
    pub(crate) url: String,
    dentro: Arc<Mutex<Dentro>>,
    compito: tokio::task::JoinHandle<()>,
}

impl Ente {
    pub(crate) async fn nuovo() -> anyhow::Result<Self> {
        let ascolto = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", ascolto.local_addr()?);
        let dentro = Arc::new(Mutex::new(Dentro { arrivate: Vec::new(), umore: Umore::Bene }));
        let suo = Arc::clone(&dentro);
        let compito = tokio::spawn(async move {
            while let Ok((s, _)) = ascolto.accept().await {
                tokio::spawn(servi(s, Arc::clone(&suo)));
            }
        });
        Ok(Self { url, dentro, compito })
    }

    pub(crate) fn umore(&self, u: Umore) {
        self.dentro.lock().unwrap_or_else(PoisonError::into_inner).umore = u;
    }

    pub(crate) fn arrivate(&self) -> Vec<Notifica> {
        self.dentro.lock().unwrap_or_else(PoisonError::into_inner).arrivate.clone()
    }

    /// Forgets, for the scenario that looks at memory.
    pub(crate) fn dimentica(&self) {
        self.dentro.lock().unwrap_or_else(PoisonError::into_inner).arrivate.clear();
    }
}

impl Drop for Ente {
    fn drop(&mut self) {
        self.compito.abort();
    }
}

async fn servi(mut s: TcpStream, dentro: Arc<Mutex<Dentro>>) {
    let mut letti = Vec::new();
    while let Some((riga, corpo)) = richiesta(&mut s, &mut letti).await {
        let umore = {
            let mut d = dentro.lock().unwrap_or_else(PoisonError::into_inner);
            let umore = d.umore;
            if let Some(n) = leggi(&riga, &corpo, matches!(umore, Umore::Bene | Umore::Lento(_))) {
                d.arrivate.push(n);
            }
            umore
        };
        let risposta: &[u8] = match umore {
            Umore::Bene => b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            Umore::Lento(ms) => {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
            }
            Umore::Muto => {
                tokio::time::sleep(Duration::from_secs(30)).await;
                return;
            }
            Umore::Spazzatura => b"\x00\xff\xfe what?\r\n\r\n",
            Umore::Mezza => b"HTTP/1.1 200 O",
            Umore::Errore => b"HTTP/1.1 500 Errore\r\nContent-Length: 0\r\n\r\n",
        };
        if s.write_all(risposta).await.is_err() || matches!(umore, Umore::Spazzatura | Umore::Mezza) {
            return;
        }
    }
}

/// First line and body of the next request.
async fn richiesta(s: &mut TcpStream, letti: &mut Vec<u8>) -> Option<(String, Vec<u8>)> {
    loop {
        if let Some(fine) = letti.windows(4).position(|w| w == b"\r\n\r\n") {
            let testa = String::from_utf8_lossy(letti.get(..fine)?).into_owned();
            let lunghezza = testa
                .lines()
                .filter_map(|r| r.split_once(':'))
                .find(|(n, _)| n.eq_ignore_ascii_case("content-length"))
                .and_then(|(_, v)| v.trim().parse::<usize>().ok())
                .unwrap_or(0);
            if letti.len() >= fine + 4 + lunghezza {
                let corpo = letti.get(fine + 4..fine + 4 + lunghezza)?.to_vec();
                letti.drain(..fine + 4 + lunghezza);
                return Some((testa.lines().next()?.to_owned(), corpo));
            }
        }
        if s.read_buf(letti).await.ok()? == 0 {
            return None;
        }
    }
}

/// `PUT /ricevute/{dominio}/{iuv}/{id}` of v2, `POST /pagamenti/{dominio}/{iuv}` of v1.
fn leggi(riga: &str, corpo: &[u8], presa: bool) -> Option<Notifica> {
    let percorso = riga.split(' ').nth(1)?.split('?').next()?;
    let parti: Vec<&str> = percorso.trim_matches('/').split('/').collect();
    let v: Value = serde_json::from_slice(corpo).unwrap_or(Value::Null);
    match parti.as_slice() {
        ["ricevute", _, iuv, id] => Some(Notifica {
            iuv: (*iuv).to_owned(),
            ricevuta: Some((*id).to_owned()),
            centesimi: centesimi(&v["importo"].to_string()),
            presa,
        }),
        ["pagamenti", _, iuv] => {
            let rt = &v["rt"];
            Some(Notifica {
                iuv: (*iuv).to_owned(),
                ricevuta: rt["receiptId"].as_str().map(str::to_owned),
                centesimi: rt["paymentAmount"].as_str().and_then(centesimi),
                presa,
            })
        }
        _ => None,
    }
}

/// `45.01`, `45.1` and `45` as cents.
pub(crate) fn centesimi(testo: &str) -> Option<i64> {
    let (intera, resto) = testo.split_once('.').unwrap_or((testo, "0"));
    let resto = format!("{resto:0<2}");
    Some(intera.parse::<i64>().ok()? * 100 + resto.get(..2)?.parse::<i64>().ok()?)
}
