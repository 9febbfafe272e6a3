//! PostgreSQL killed under load, and a primary that goes away and comes back. The server is never
//! touched: it recovers by itself.

use crate::carico::Carico;
use crate::processo::Gateway;
use crate::scena::Scena;
use crate::tramite::{Linea, Tramite};
use crate::{Base, Opzioni};
use anyhow::{Context as _, Result, bail};
use rand::Rng as _;
use std::time::{Duration, Instant};

/// Longest time from the return of the database to the first good answer. The server's own bounds are
/// 2 s for a connection and 5 s for a statement.
const RIPRESA: Duration = Duration::from_secs(15);
/// Longest wait of a caller, whatever happens behind: two statements and their connections.
const ATTESA: Duration = Duration::from_secs(30);

/// Waits until steps go well again.
pub(crate) async fn riprende(c: &Carico) -> Result<Duration> {
    let prima = Instant::now();
    let (passi, errori) = {
        let r = c.registro();
        (r.passi, r.errori)
    };
    loop {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let r = c.registro();
        if r.passi - passi > r.errori - errori {
            return Ok(prima.elapsed());
        }
        if prima.elapsed() > RIPRESA {
            bail!("no good answer {RIPRESA:?} after the database came back");
        }
    }
}

async fn fine(scena: Scena, g: Gateway) -> Result<String> {
    let c = std::sync::Arc::clone(&scena.carico);
    let detto = scena.chiudi(vec![g], false).await?;
    let attesa = c.registro().attesa;
    if attesa > ATTESA {
        bail!("a caller waited {attesa:?}");
    }
    Ok(format!("longest wait {attesa:.1?}, {detto}"))
}

/// `opzioni.giri` times: all processes of PostgreSQL are killed, or it is stopped `immediate`; it comes
/// back after a while.
///
/// # Errors
/// The first broken promise.
pub async fn postgres_ucciso(o: &Opzioni) -> Result<String> {
    let mut scena = Scena::nuova("postgres", Base::Postgres, true, ATTESA, o).await?;
    let g = scena.apri().await?;
    let lavori = scena.carico.lavora(6);
    let mut peggiore = Duration::ZERO;
    for giro in 1..=o.giri {
        tokio::time::sleep(Duration::from_millis(scena.caso.random_range(200..1200))).await;
        let Some(cluster) = &scena.banca.cluster else { bail!("no cluster") };
        let uccisione = scena.caso.random_bool(0.5);
        tokio::task::block_in_place(|| if uccisione { cluster.uccidi() } else { cluster.abbatti() })?;
        tokio::time::sleep(Duration::from_millis(scena.caso.random_range(0..1500))).await;
        tokio::task::block_in_place(|| cluster.riparti())?;
        peggiore = peggiore.max(riprende(&scena.carico).await.with_context(|| format!("round {giro}"))?);
    }
    scena.carico.ferma(lavori).await?;
    let detto = fine(scena, g).await?;
    Ok(format!("{} kills of PostgreSQL, back within {peggiore:.1?}, {detto}", o.giri))
}

/// The same with a relay that swallows bytes or cuts connections, PostgreSQL being well.
///
/// # Errors
/// The first broken promise.
pub async fn primario_che_sparisce(o: &Opzioni) -> Result<String> {
    let mut scena = Scena::nuova("primario", Base::Postgres, true, ATTESA, o).await?;
    let url = scena.banca.url.clone();
    let porta = url.rsplit_once(':').and_then(|(_, r)| r.split('/').next()).unwrap_or_default();
    let tramite = Tramite::verso(porta.parse()?).await?;
    scena.avvio.database = url.replace(&format!(":{porta}/"), &format!(":{}/", tramite.porta));
    let g = scena.apri().await?;
    let lavori = scena.carico.lavora(6);
    let mut peggiore = Duration::ZERO;
    for giro in 1..=o.giri {
        tokio::time::sleep(Duration::from_millis(scena.caso.random_range(200..1200))).await;
        tramite.metti(if scena.caso.random_bool(0.5) { Linea::Muta } else { Linea::Tagliata });
        tokio::time::sleep(Duration::from_millis(scena.caso.random_range(100..4000))).await;
        tramite.metti(Linea::Aperta);
        peggiore = peggiore.max(riprende(&scena.carico).await.with_context(|| format!("round {giro}"))?);
    }
    scena.carico.ferma(lavori).await?;
    let detto = fine(scena, g).await?;
    Ok(format!("{} disappearances, back within {peggiore:.1?}, {detto}", o.giri))
}
