//! Clients that are slow on purpose: each must lose its place within a bound.

use crate::chiamate::CCP;
use crate::grezzo::testa;
use anyhow::{Context as _, Result, bail};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lento {
    /// A header that goes on for ever, a byte at a time.
    Intestazione,
    /// A body that goes on for ever.
    Corpo,
    /// Asks again and again, and never reads an answer.
    Sordo,
}

pub(crate) const LENTI: &[Lento] = &[Lento::Intestazione, Lento::Corpo, Lento::Sordo];

/// Between a byte and the next.
const PASSO: Duration = Duration::from_millis(200);

/// One of them until the server is rid of it, which must not take longer than `limite`. Returns how long
/// it took.
pub(crate) async fn tormenta(l: Lento, dove: String, limite: Duration) -> Result<Duration> {
    let prima = Instant::now();
    let mut s = TcpStream::connect(&dove).await?;
    s.set_nodelay(true)?;
    match l {
        Lento::Intestazione => {
            s.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-Lenta: ").await?;
            stilla(s, prima, limite).await
        }
        Lento::Corpo => {
            s.write_all(testa(true, "Content-Length: 100000\r\n").as_bytes()).await?;
            stilla(s, prima, limite).await
        }
        Lento::Sordo => sordo(s, prima, limite).await,
    }
    .with_context(|| format!("{l:?}"))
}

/// A byte at a time until the connection ends; an answer on the way is no success.
async fn stilla(mut s: TcpStream, prima: Instant, limite: Duration) -> Result<Duration> {
    let mut avuto = Vec::new();
    while prima.elapsed() < limite {
        if s.write_all(b"x").await.is_err() {
            return Ok(prima.elapsed());
        }
        match tokio::time::timeout(PASSO, s.read_buf(&mut avuto)).await {
            Ok(Ok(0) | Err(_)) => return Ok(prima.elapsed()),
            Ok(Ok(_)) if avuto.starts_with(b"HTTP/1.1 2") => bail!("a success"),
            _ => {}
        }
    }
    bail!("still connected after {limite:?}: {}", String::from_utf8_lossy(&avuto));
}

/// Sends requests until nobody takes them any more, because nobody reads the answers.
async fn sordo(s: TcpStream, prima: Instant, limite: Duration) -> Result<Duration> {
    let richieste = format!("GET {CCP}?wsdl HTTP/1.1\r\nHost: x\r\n\r\n").repeat(100);
    while prima.elapsed() < limite {
        match s.try_write(richieste.as_bytes()) {
            Ok(_) => {}
            Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => tokio::time::sleep(PASSO).await,
            Err(_) => return Ok(prima.elapsed()),
        }
    }
    bail!("still connected after {limite:?}");
}
