//! A caller who does not read what is answered loses the connection.
//!
//! Nothing else would ever end it: the answer is ready, the other end is alive, and its window stays
//! shut. As many of them as there are places would keep everybody else out.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// Longest time in which not a byte of an answer leaves.
pub(crate) const FERMA: Duration = Duration::from_secs(30);

/// A stream whose writes fail when they stand still for too long.
pub(crate) struct Uscita<S> {
    flusso: S,
    attesa: Duration,
    scadenza: Option<Pin<Box<Sleep>>>,
}

impl<S: Unpin> Uscita<S> {
    pub(crate) fn di(flusso: S, attesa: Duration) -> Self {
        Self { flusso, attesa, scadenza: None }
    }

    /// What a write came to, or the end of the patience.
    fn entro<T>(&mut self, cx: &mut Context<'_>, esito: Poll<Result<T>>) -> Poll<Result<T>> {
        if esito.is_ready() {
            self.scadenza = None;
            return esito;
        }
        let attesa = self.attesa;
        let scadenza = self.scadenza.get_or_insert_with(|| Box::pin(tokio::time::sleep(attesa)));
        ready!(scadenza.as_mut().poll(cx));
        Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "nobody reads the answer")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Uscita<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, dove: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.flusso).poll_read(cx, dove)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Uscita<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, byte: &[u8]) -> Poll<Result<usize>> {
        let esito = Pin::new(&mut self.flusso).poll_write(cx, byte);
        self.entro(cx, esito)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pezzi: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let esito = Pin::new(&mut self.flusso).poll_write_vectored(cx, pezzi);
        self.entro(cx, esito)
    }

    fn is_write_vectored(&self) -> bool {
        self.flusso.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let esito = Pin::new(&mut self.flusso).poll_flush(cx);
        self.entro(cx, esito)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let esito = Pin::new(&mut self.flusso).poll_shutdown(cx);
        self.entro(cx, esito)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    const POCO: Duration = Duration::from_millis(200);

    #[tokio::test]
    async fn chi_non_legge_viene_lasciato() -> Result<()> {
        let (mut lui, noi) = tokio::io::duplex(8);
        let mut noi = Uscita::di(noi, POCO);
        noi.write_all(b"12345678").await?;
        let inizio = std::time::Instant::now();
        let errore = noi.write_all(b"9").await.err().map(|e| e.kind());
        assert_eq!(errore, Some(ErrorKind::TimedOut));
        assert!(inizio.elapsed() >= POCO);
        // Whoever reads, however slowly, is waited for.
        let (mut lento, noi) = tokio::io::duplex(1);
        let mut noi = Uscita::di(noi, POCO);
        let legge = async move {
            let mut letti = Vec::new();
            while letti.len() < 5 {
                tokio::time::sleep(POCO / 2).await;
                letti.push(lento.read_u8().await?);
            }
            Result::Ok(letti)
        };
        let (scritto, letti) = tokio::join!(noi.write_all(b"abcde"), legge);
        scritto?;
        assert_eq!(letti?, b"abcde");
        assert_eq!(lui.read_u8().await?, b'1');
        Ok(())
    }
}
