//! kill -9 of the server at random instants.

use crate::scena::Scena;
use crate::{Base, Opzioni};
use anyhow::{Context as _, Result};
use rand::Rng as _;
use std::time::{Duration, Instant};

/// Rounds between two runs of `govpay check` on the killed database.
const CONTROLLO: u32 = 20;

/// `opzioni.giri` rounds: load, kill at a random instant (at once, during the drain of a SIGTERM, or
/// during the start that follows), restart, comparison.
///
/// # Errors
/// The first broken promise.
pub async fn uccisioni(base: Base, o: &Opzioni) -> Result<String> {
    let inizio = Instant::now();
    let scena = Scena::nuova("uccisioni", base, false, Duration::from_secs(20), o).await?;
    let mut caso = scena.caso.clone();
    // The very first start, with all its migrations, is killed too.
    for _ in 0..3 {
        let g = scena.avvio.lancia()?;
        tokio::time::sleep(Duration::from_millis(caso.random_range(0..250))).await;
        g.uccidi()?;
    }
    let mut g = scena.apri().await.context("after kills during the first start")?;
    let carico = &scena.carico;
    for giro in 1..=o.giri {
        carico.verso(vec![g.url.clone()]);
        carico.confronta(&mut caso, false).await.with_context(|| format!("round {giro}"))?;
        let lavori = carico.lavora(6);
        tokio::time::sleep(Duration::from_millis(caso.random_range(20..1200))).await;
        if caso.random_bool(0.25) {
            g.termina()?;
            tokio::time::sleep(Duration::from_millis(caso.random_range(0..60))).await;
        }
        g.uccidi()?;
        carico.ferma(lavori).await.with_context(|| format!("round {giro}"))?;
        if giro % CONTROLLO == 0 {
            scena.avvio.controlla().with_context(|| format!("round {giro}"))?;
            eprintln!("{base:?}: {giro} of {} rounds", o.giri);
        }
        if caso.random_bool(0.25) {
            let h = scena.avvio.lancia()?;
            tokio::time::sleep(Duration::from_millis(caso.random_range(0..400))).await;
            h.uccidi()?;
        }
        g = scena.avvio.avvia().with_context(|| format!("round {giro}"))?;
    }
    carico.verso(vec![g.url.clone()]);
    carico.confronta(&mut caso, false).await?;
    let detto = scena.chiudi(vec![g], false).await?;
    Ok(format!("{base:?}: {} kills, {detto}, in {:.0?}", o.giri, inizio.elapsed()))
}
