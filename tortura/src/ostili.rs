//! Hostile clients: memory stays under a bound and other callers are served.

use crate::attacchi::{ATTACCHI, Attacco, assalta, bomba};
use crate::carico::Carico;
use crate::chiamate::Chiamante;
use crate::lenti::{LENTI, tormenta};
use crate::processo::Gateway;
use crate::scena::Scena;
use crate::{Base, Opzioni};
use anyhow::{Context as _, Result, bail};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Resident memory that no attack may pass, in MiB. A few large bodies at the same time, inflated and
/// read, stay well under it.
pub(crate) const LIMITE_MIB: u64 = 512;
/// And what an idle connection may add to it, in KiB.
pub(crate) const CONNESSIONE_KIB: u64 = 32;
/// Longest wait of a well-behaved caller during an attack.
const ATTESA: Duration = Duration::from_secs(15);
/// Attackers at the same time.
const INSIEME: usize = 8;
/// Slow clients of each kind.
const LENTE: usize = 16;

/// How hostile.
#[derive(Debug, Clone, Copy)]
pub struct Ostilita {
    /// Idle connections, all of which the server is told to take.
    pub connessioni: usize,
    /// `api.request_timeout_seconds`: a body that does not end is cut some time after it.
    pub scadenza: u64,
}

/// Every attack in turn, slow clients and a well-behaved load all the while; then idle connections, fewer
/// than the server takes and more than it takes.
///
/// # Errors
/// The first broken promise.
pub async fn ostili(base: Base, quanto: Ostilita, o: &Opzioni) -> Result<String> {
    alza_limite();
    let mut scena = Scena::nuova("ostili", base, false, ATTESA, o).await?;
    let scadenza = ("GOVPAY_API__REQUEST_TIMEOUT_SECONDS", quanto.scadenza.to_string());
    scena.avvio.impostazioni.push(scadenza);
    let g = scena.apri().await?;
    let c = Arc::clone(&scena.carico);
    let lavori = c.lavora(2);
    let (mut righe, peggiore) = assedio(&c, &g, quanto.scadenza).await?;
    c.ferma(lavori).await?;
    g.ferma()?;
    righe.push(folla(&mut scena, quanto.connessioni).await?);
    let attesa = c.registro().attesa;
    let g = tetto(&mut scena).await?;
    let detto = scena.chiudi(vec![g], true).await?;
    let righe = righe.join(", ");
    Ok(format!(
        "{base:?}: peaks in MiB: {righe}; slow clients gone within {peggiore:.0?}, longest wait of a caller \
         {attesa:.1?}; {detto}"
    ))
}

/// Every attack in turn, and slow clients all the while. Returns the peaks of memory, and how long the
/// slowest client could stay.
async fn assedio(c: &Carico, g: &Gateway, scadenza: u64) -> Result<(Vec<String>, Duration)> {
    let dove = g.dove();
    // Made once and beside: deflating 200 MB in every attacker would starve our own callers.
    let bomba = Arc::new(tokio::task::spawn_blocking(bomba).await??);
    // What is left of a body after its time is thrown away for 15 s; an answer may stand still for 30 s.
    let limite = Duration::from_secs(scadenza.max(30) + 25);
    let mut lenti = JoinSet::new();
    for l in LENTI.iter().flat_map(|l| [*l; LENTE]) {
        lenti.spawn(tormenta(l, dove.to_owned(), limite));
    }
    let mut righe = Vec::new();
    for attacco in ATTACCHI {
        assalto(c, *attacco, dove, &bomba).await.with_context(|| format!("{attacco:?}"))?;
        righe.push(misura(g, &format!("{attacco:?}"), LIMITE_MIB)?);
    }
    let mut peggiore = Duration::ZERO;
    while let Some(r) = lenti.join_next().await {
        peggiore = peggiore.max(r??);
    }
    Ok((righe, peggiore))
}

/// A server that is told to take so many idle connections, and serves its callers.
async fn folla(scena: &mut Scena, connessioni: usize) -> Result<String> {
    scena.avvio.impostazioni.push(("GOVPAY_HTTP__MAX_CONNECTIONS", (connessioni + 200).to_string()));
    let g = scena.avvio.avvia()?;
    let c = Arc::clone(&scena.carico);
    c.verso(vec![g.url.clone()]);
    let lavori = c.lavora(2);
    let mute = silenziose(connessioni, g.dove()).await;
    let prima = c.registro().passi;
    serviti(&c, prima, ATTESA).await.context("during idle connections")?;
    nuovo(&g, ATTESA).await.context("during idle connections")?;
    let limite = LIMITE_MIB + u64::try_from(mute.len())? * CONNESSIONE_KIB / 1024;
    let riga = misura(&g, &format!("{} idle connections", mute.len()), limite)?;
    if mute.len() < connessioni {
        bail!("{} of {connessioni} connections: raise the limit of open files", mute.len());
    }
    drop(mute);
    c.ferma(lavori).await?;
    g.ferma()?;
    Ok(riga)
}

async fn assalto(c: &Carico, attacco: Attacco, dove: &str, bomba: &Arc<Vec<u8>>) -> Result<()> {
    let prima = c.registro().passi;
    let mut tutti = JoinSet::new();
    for chi in 0..INSIEME {
        tutti.spawn(assalta(attacco, dove.to_owned(), Arc::clone(bomba), chi));
    }
    while let Some(r) = tutti.join_next().await {
        r??;
    }
    serviti(c, prima, ATTESA).await
}

/// Idle connections, half of them in the middle of a header; fewer when descriptors end.
async fn silenziose(quante: usize, dove: &str) -> Vec<TcpStream> {
    let mut mute = Vec::new();
    for i in 0..quante {
        let Ok(Ok(mut s)) = tokio::time::timeout(Duration::from_secs(5), TcpStream::connect(dove)).await
        else {
            break;
        };
        if i % 2 == 0 {
            let _ = s.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-Lenta: ").await;
        }
        mute.push(s);
    }
    mute
}

/// Past the most connections that the server takes, others wait until idle ones lose their place; nobody
/// is turned away. Returns the server, alone again with its callers.
async fn tetto(scena: &mut Scena) -> Result<Gateway> {
    const POSTI: usize = 64;
    const INTESTAZIONI: u64 = 2;
    scena.avvio.impostazioni.extend([
        ("GOVPAY_HTTP__MAX_CONNECTIONS", POSTI.to_string()),
        ("GOVPAY_HTTP__HEADER_TIMEOUT_SECONDS", INTESTAZIONI.to_string()),
    ]);
    let g = scena.avvio.avvia()?;
    scena.carico.verso(vec![g.url.clone()]);
    let _mute = silenziose(POSTI * 3, g.dove()).await;
    // Three times full: at most three times the time for a header.
    nuovo(&g, Duration::from_secs(INTESTAZIONI * 3) + ATTESA).await.context("past the most connections")?;
    Ok(g)
}

/// Well-behaved callers go on.
async fn serviti(c: &Carico, prima: u64, entro: Duration) -> Result<()> {
    let fine = Instant::now() + entro;
    while c.registro().passi < prima + 5 {
        if Instant::now() > fine {
            bail!("well-behaved callers are not served");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Somebody who has no connection yet is served too.
async fn nuovo(g: &Gateway, entro: Duration) -> Result<()> {
    let r = Chiamante::nuovo(entro)?.http.get(format!("{}/health/ready", g.url)).send().await?;
    if r.status() != reqwest::StatusCode::OK {
        bail!("{} to a new caller", r.status());
    }
    Ok(())
}

/// As many open files as this process may have; the server does the same for itself.
fn alza_limite() {
    let l = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: l.maximum, maximum: l.maximum });
}

/// The highest since the last time.
fn misura(g: &Gateway, cosa: &str, limite: u64) -> Result<String> {
    let picco = g.memoria().1 / 1024;
    g.azzera_picco()?;
    if picco > limite {
        bail!("{picco} MiB resident during {cosa}: more than {limite}");
    }
    Ok(format!("{cosa} {picco}"))
}
