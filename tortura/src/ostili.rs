//! Hostile clients: memory stays under a bound and other callers are served.

use crate::banca::Banca;
use crate::carico::Carico;
use crate::chiamate::{CCP, PASSWORD, PENDENZE};
use crate::ente::Ente;
use crate::processo::{Avvio, NODO};
use crate::{Base, Opzioni};
use anyhow::{Context as _, Result, bail};
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Resident memory that no attack may pass, in MiB. A few large bodies at the same time, inflated and
/// read, stay well under it.
pub(crate) const LIMITE_MIB: u64 = 512;
/// Longest wait of a well-behaved caller during an attack.
const ATTESA: Duration = Duration::from_secs(15);

/// Every attack in turn, `connessioni` idle connections being the last, with a well-behaved load all
/// the while.
///
/// # Errors
/// The first broken promise.
pub async fn ostili(connessioni: usize, o: &Opzioni) -> Result<String> {
    let cartella = o.cartella("ostili")?;
    let banca = Banca::nuova(Base::Sqlite, &cartella).await?;
    let ente = Ente::nuovo().await?;
    let avvio = Avvio {
        programma: o.programma.clone(),
        database: banca.url.clone(),
        cartella: cartella.clone(),
        nome: "nodo1".to_owned(),
    };
    let mut g = avvio.avvia()?;
    let c = Carico::nuovo(o.seme, false, ATTESA)?;
    c.chiamante.anagrafica(&g.url, &ente.url).await?;
    c.verso(vec![g.url.clone()]);
    let dove = g.url.trim_start_matches("http://").to_owned();
    let mut righe = Vec::new();
    // Made once and beside: deflating 200 MB in every attacker would starve our own callers.
    let bomba = Arc::new(tokio::task::spawn_blocking(bomba).await??);
    let lavori = c.lavora(2);
    for attacco in ATTACCHI {
        let prima = c.registro().passi;
        let mut tutti = tokio::task::JoinSet::new();
        for _ in 0..8 {
            tutti.spawn(assalta(*attacco, dove.clone(), Arc::clone(&bomba)));
        }
        while let Some(r) = tutti.join_next().await {
            r?.with_context(|| format!("{attacco:?}"))?;
        }
        serviti(&c, prima).await.with_context(|| format!("during {attacco:?}"))?;
        righe.push(misura(&g, &format!("{attacco:?}"))?);
    }
    let mut mute = Vec::new();
    for i in 0..connessioni {
        // The descriptors of this process may be fewer than that: then those that there are.
        let Ok(Ok(mut s)) = tokio::time::timeout(Duration::from_secs(5), TcpStream::connect(&dove)).await
        else {
            break;
        };
        if i % 2 == 0 {
            let _ = s.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-Lenta: ").await;
        }
        mute.push(s);
    }
    let quante = mute.len();
    righe.push(misura(&g, &format!("{quante} idle connections"))?);
    // Whoever says nothing loses the place within the header timeout: then new callers are served.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let prima = c.registro().passi;
    serviti(&c, prima).await.context("during idle connections")?;
    drop(mute);
    c.ferma(lavori).await?;
    c.concludi().await?;
    let detto = c.tutto(&banca.url, &ente, true).await?;
    if !g.vivo() {
        bail!("the server has ended: {}", g.registro().display());
    }
    g.ferma()?;
    avvio.controlla()?;
    o.pulisci(&cartella);
    Ok(format!("peaks in MiB: {}; {detto}", righe.join(", ")))
}

/// Well-behaved callers go on.
async fn serviti(c: &Carico, prima: u64) -> Result<()> {
    let fine = std::time::Instant::now() + ATTESA;
    while c.registro().passi < prima + 5 {
        if std::time::Instant::now() > fine {
            bail!("well-behaved callers are not served");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

fn misura(g: &crate::processo::Gateway, cosa: &str) -> Result<String> {
    let picco = g.memoria().1 / 1024;
    if picco > LIMITE_MIB {
        bail!("{picco} MiB resident after {cosa}: more than {LIMITE_MIB}");
    }
    Ok(format!("{cosa} {picco}"))
}

#[derive(Debug, Clone, Copy)]
enum Attacco {
    /// A body that says it is of 1 GB and is sent as far as it is taken.
    Gigabyte,
    /// The same in chunks, with no length said.
    GigabyteAPezzi,
    /// 200 MB of zeros in some 200 kB of gzip.
    BombaGzip,
    /// Entities that multiply.
    BombaXml,
    /// A million brackets.
    JsonProfondo,
    /// A million open elements.
    XmlProfondo,
    /// Headers without an end.
    Intestazioni,
}

const ATTACCHI: &[Attacco] = &[
    Attacco::Gigabyte,
    Attacco::GigabyteAPezzi,
    Attacco::BombaGzip,
    Attacco::BombaXml,
    Attacco::JsonProfondo,
    Attacco::XmlProfondo,
    Attacco::Intestazioni,
];

fn testa(soap: bool, altro: &str) -> String {
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

/// Sends an attack as far as the server takes it; what it answers, if anything, must not be a success.
async fn assalta(a: Attacco, dove: String, bomba: Arc<Vec<u8>>) -> Result<()> {
    for soap in [false, true] {
        let mut s = TcpStream::connect(&dove).await?;
        let intero = |corpo: Vec<u8>, altro: &str| {
            let mut b = testa(soap, &format!("{altro}Content-Length: {}\r\n", corpo.len())).into_bytes();
            b.extend(corpo);
            b
        };
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
            Attacco::BombaGzip => (intero(bomba.to_vec(), "Content-Encoding: gzip\r\n"), Vec::new(), 0),
            Attacco::BombaXml => (intero(miliardo_di_risate().into_bytes(), ""), Vec::new(), 0),
            Attacco::JsonProfondo => (intero(vec![b'['; 1_000_000], ""), Vec::new(), 0),
            Attacco::XmlProfondo => (intero(b"<a>".repeat(1_000_000), ""), Vec::new(), 0),
            Attacco::Intestazioni => {
                let mut p = Vec::new();
                for i in 0..1000 {
                    write!(p, "X-{i}: {}\r\n", "x".repeat(1000))?;
                }
                (testa(soap, "").trim_end().as_bytes().to_vec(), p, 100)
            }
        };
        let mut inizio = inizio;
        if matches!(a, Attacco::Intestazioni) {
            inizio.extend(b"\r\n");
        }
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

/// 200 MB of zeros.
fn bomba() -> Result<Vec<u8>> {
    let mut e = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let zeri = vec![b' '; 1 << 20];
    for _ in 0..200 {
        e.write_all(&zeri)?;
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

fn base64(byte: &[u8]) -> String {
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
