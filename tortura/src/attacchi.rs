//! Attacks that are over in seconds.

use crate::chiamate::PENDENZE;
use crate::grezzo::{base64, intera, testa};
use anyhow::{Context as _, Result, bail};
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Attacco {
    /// A body that says it is of 1 GB and is sent as far as it is taken.
    Gigabyte,
    /// The same in chunks, with no length said.
    GigabyteAPezzi,
    /// 200 MB of blanks in some 200 kB of gzip.
    BombaGzip,
    /// Entities that multiply.
    BombaXml,
    /// A million brackets.
    JsonProfondo,
    /// A million open elements.
    XmlProfondo,
    /// Headers without an end.
    Intestazioni,
    /// Wrong passwords, a new one each time, by somebody who does not wait for the answer.
    Password,
}

pub(crate) const ATTACCHI: &[Attacco] = &[
    Attacco::Gigabyte,
    Attacco::GigabyteAPezzi,
    Attacco::BombaGzip,
    Attacco::BombaXml,
    Attacco::JsonProfondo,
    Attacco::XmlProfondo,
    Attacco::Intestazioni,
    Attacco::Password,
];

/// Sends an attack as far as the server takes it; what it answers, if anything, must not be a success.
pub(crate) async fn assalta(a: Attacco, dove: String, bomba: Arc<Vec<u8>>, chi: usize) -> Result<()> {
    if matches!(a, Attacco::Password) {
        return indovina(&dove, chi).await;
    }
    for soap in [false, true] {
        let mut s = TcpStream::connect(&dove).await?;
        let intero = |corpo: &[u8], altro: &str| intera(soap, altro, corpo);
        let (inizio, pezzo, volte) = match a {
            Attacco::Gigabyte => {
                (testa(soap, "Content-Length: 1073741824\r\n").into_bytes(), vec![b' '; 1 << 20], 1024)
            }
            Attacco::GigabyteAPezzi => {
                let mut p = b"100000\r\n".to_vec();
                p.extend(vec![b' '; 1 << 20]);
                p.extend(b"\r\n");
                (testa(soap, "Transfer-Encoding: chunked\r\n").into_bytes(), p, 1024)
            }
            Attacco::BombaGzip => (intero(&bomba, "Content-Encoding: gzip\r\n"), Vec::new(), 0),
            Attacco::BombaXml => (intero(miliardo_di_risate().as_bytes(), ""), Vec::new(), 0),
            Attacco::JsonProfondo => (intero(&[b'['; 1_000_000], ""), Vec::new(), 0),
            Attacco::XmlProfondo => (intero(&b"<a>".repeat(1_000_000), ""), Vec::new(), 0),
            Attacco::Intestazioni | Attacco::Password => {
                let mut p = Vec::new();
                for i in 0..1000 {
                    write!(p, "X-{i}: {}\r\n", "x".repeat(1000))?;
                }
                ([testa(soap, "").trim_end().as_bytes(), b"\r\n"].concat(), p, 100)
            }
        };
        // An answer may come before the whole is sent, and the connection may be cut: both are right.
        let (mut legge, mut scrive) = s.split();
        let manda = async {
            if scrive.write_all(&inizio).await.is_ok() {
                for _ in 0..volte {
                    if scrive.write_all(&pezzo).await.is_err() {
                        break;
                    }
                }
            }
            std::future::pending::<()>().await;
        };
        let mut avuto = vec![0_u8; 512];
        let letto = tokio::select! {
            () = manda => Ok(0),
            r = tokio::time::timeout(Duration::from_secs(40), legge.read(&mut avuto)) =>
                r.context("no answer and no end within 40 s")?,
        };
        let detto = String::from_utf8_lossy(avuto.get(..letto.unwrap_or(0)).unwrap_or_default()).into_owned();
        if detto.starts_with("HTTP/1.1 2") {
            bail!("an attack was taken: {detto}");
        }
    }
    Ok(())
}

/// For three seconds, as fast as it can, never from the address of our own callers: who shares that with
/// somebody who guesses on the same principal waits with him. The even ones stay at one address each, the
/// odd ones come from another at each try.
async fn indovina(dove: &str, chi: usize) -> Result<()> {
    let fine = Instant::now() + Duration::from_secs(3);
    let mut n = 0_u64;
    while Instant::now() < fine {
        n += 1;
        let credenziali = base64(format!("GESTIONALE:Prova-{chi}-{n}").as_bytes());
        let richiesta = format!(
            "GET {PENDENZE}/pendenze/GESTIONALE/OSTILE HTTP/1.1\r\nHost: x\r\n\
             Authorization: Basic {credenziali}\r\n\r\n"
        );
        let altro = if chi.is_multiple_of(2) { 1 } else { u32::try_from(n)? & 0xffff };
        let rete = u8::try_from(chi)?.saturating_add(1);
        let [_, _, c, d] = altro.to_be_bytes();
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::new(127, rete, c, d.max(1)), 0).into())?;
        let mut s = socket.connect(dove.parse()?).await?;
        s.write_all(richiesta.as_bytes()).await?;
        // Long enough that it is read.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}

/// 200 MB of blanks.
pub(crate) fn bomba() -> Result<Vec<u8>> {
    let mut e = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let bianchi = vec![b' '; 1 << 20];
    for _ in 0..200 {
        e.write_all(&bianchi)?;
    }
    Ok(e.finish()?)
}

fn miliardo_di_risate() -> String {
    let mut t = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY l0 \"lol\">".to_owned();
    for i in 1..10 {
        t.push_str(&format!("<!ENTITY l{i} \"{}\">", format!("&l{};", i - 1).repeat(10)));
    }
    t.push_str("]><l>&l9;</l>");
    t
}
