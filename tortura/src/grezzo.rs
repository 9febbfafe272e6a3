//! HTTP/1.1 over a bare socket: what a client library would never send.

use crate::chiamate::{CCP, PASSWORD, PENDENZE};
use crate::processo::NODO;
use anyhow::Result;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Longest wait for an answer that must come.
const ATTESA: Duration = Duration::from_secs(20);

/// The first lines of a call of the Node, or of a PUT of a pendenza; `altro` are further headers, each
/// with its line end.
pub(crate) fn testa(soap: bool, altro: &str) -> String {
    let (metodo, percorso, tipo, (utente, password)) = if soap {
        ("POST", CCP.to_owned(), "text/xml", NODO)
    } else {
        (
            "PUT",
            format!("{PENDENZE}/pendenze/GESTIONALE/OSTILE"),
            "application/json",
            ("GESTIONALE", PASSWORD),
        )
    };
    let credenziali = base64(format!("{utente}:{password}").as_bytes());
    format!(
        "{metodo} {percorso} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {credenziali}\r\n\
         Content-Type: {tipo}\r\n{altro}\r\n"
    )
}

/// The same with its body.
pub(crate) fn intera(soap: bool, altro: &str, corpo: &[u8]) -> Vec<u8> {
    let mut b = testa(soap, &format!("{altro}Content-Length: {}\r\n", corpo.len())).into_bytes();
    b.extend(corpo);
    b
}

/// Sends and reads everything until the end; a connection that is cut is an end too.
pub(crate) async fn domanda(dove: &str, byte: &[u8]) -> Result<String> {
    let mut s = TcpStream::connect(dove).await?;
    let _ = s.write_all(byte).await;
    fino_alla_fine(&mut s).await
}

pub(crate) async fn fino_alla_fine(s: &mut TcpStream) -> Result<String> {
    let mut avuto = Vec::new();
    tokio::time::timeout(ATTESA, async { while s.read_buf(&mut avuto).await.is_ok_and(|n| n > 0) {} })
        .await?;
    Ok(String::from_utf8_lossy(&avuto).into_owned())
}

pub(crate) fn base64(byte: &[u8]) -> String {
    const CIFRE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut testo = String::new();
    for c in byte.chunks(3) {
        let n = c.iter().chain([0, 0].iter()).take(3).fold(0_usize, |n, b| (n << 8) | usize::from(*b));
        for i in 0..4 {
            let cifra = CIFRE.get((n >> (18 - 6 * i)) & 63).copied().unwrap_or(b'=');
            testo.push(if i <= c.len() { char::from(cifra) } else { '=' });
        }
    }
    testo
}
