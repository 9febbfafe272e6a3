//! HTTP/1.1 on one connection that stays open: the least that a load generator needs, because it
//! shares the processors with what it measures.

use anyhow::{Context as _, Result, bail};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Longest wait for an answer.
const ATTESA: Duration = Duration::from_secs(20);

/// One connection to the gateway.
pub(crate) struct Connessione {
    socket: TcpStream,
    letti: Vec<u8>,
}

/// Status and place of the body in the buffer of the connection.
struct Testata {
    stato: u16,
    corpo: usize,
    fine: usize,
}

impl Connessione {
    pub(crate) async fn apri(a: SocketAddr) -> Result<Self> {
        let socket = TcpStream::connect(a).await.with_context(|| format!("connection to {a}"))?;
        socket.set_nodelay(true)?;
        Ok(Self { socket, letti: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and gives back status and body.
    pub(crate) async fn chiama(&mut self, richiesta: &[u8]) -> Result<(u16, &[u8])> {
        let t = tokio::time::timeout(ATTESA, self.scambia(richiesta)).await.context("no answer")??;
        Ok((t.stato, self.letti.get(t.corpo..t.fine).unwrap_or_default()))
    }

    async fn scambia(&mut self, richiesta: &[u8]) -> Result<Testata> {
        self.letti.clear();
        self.socket.write_all(richiesta).await.context("sending")?;
        let mut testata = None;
        loop {
            if testata.is_none() {
                testata = leggi_testata(&self.letti)?;
            }
            if let Some(t) = &testata
                && self.letti.len() >= t.fine
            {
                return Ok(Testata { ..*t });
            }
            if self.socket.read_buf(&mut self.letti).await.context("reading")? == 0 {
                bail!("the connection was closed");
            }
        }
    }
}

/// `None`: not all of it is here.
fn leggi_testata(b: &[u8]) -> Result<Option<Testata>> {
    let Some(fine) = b.windows(4).position(|w| w == b"\r\n\r\n") else { return Ok(None) };
    let testo = std::str::from_utf8(b.get(..fine).unwrap_or_default()).context("headers")?;
    let mut righe = testo.split("\r\n");
    let stato =
        righe.next().and_then(|r| r.split(' ').nth(1)).and_then(|s| s.parse().ok()).context("status line")?;
    let mut lunghezza = None;
    for r in righe {
        let Some((nome, valore)) = r.split_once(':') else { continue };
        if nome.eq_ignore_ascii_case("content-length") {
            lunghezza = Some(valore.trim().parse::<usize>().context("Content-Length")?);
        }
    }
    let Some(lunghezza) = lunghezza else { bail!("an answer without Content-Length: status {stato}") };
    Ok(Some(Testata { stato, corpo: fine + 4, fine: fine + 4 + lunghezza }))
}

/// Writes a request into `b`, in place of what is there.
pub(crate) fn scrivi(b: &mut Vec<u8>, metodo: &str, percorso: &str, intestazioni: &str, corpo: &[u8]) {
    use std::io::Write as _;
    b.clear();
    // Writing to a Vec does not fail.
    let _ = write!(
        b,
        "{metodo} {percorso} HTTP/1.1\r\nHost: 127.0.0.1\r\n{intestazioni}Content-Length: {}\r\n\r\n",
        corpo.len()
    );
    b.extend_from_slice(corpo);
}

#[cfg(test)]
mod tests {
    use super::leggi_testata;

    #[test]
    fn una_risposta_si_legge_quando_e_intera() {
        assert!(leggi_testata(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n").is_ok_and(|t| t.is_none()));
        let t = leggi_testata(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}");
        assert!(t.is_ok_and(|t| t.is_some_and(|t| (t.stato, t.corpo, t.fine) == (201, 43, 45))));
        assert!(leggi_testata(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}
