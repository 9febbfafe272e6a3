//! kill -9 of the server at random instants.

use crate::banca::Banca;
use crate::carico::Carico;
use crate::ente::Ente;
use crate::processo::Avvio;
use crate::{Base, Opzioni};
use anyhow::{Context as _, Result};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
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
    let cartella = o.cartella(&format!("uccisioni-{base:?}"))?;
    let banca = Banca::nuova(base, &cartella).await?;
    let ente = Ente::nuovo().await?;
    let mut caso = StdRng::seed_from_u64(o.seme);
    let avvio = Avvio {
        programma: o.programma.clone(),
        database: banca.url.clone(),
        cartella: cartella.clone(),
        nome: "nodo1".to_owned(),
    };
    // The very first start, with all its migrations, is killed too.
    for _ in 0..3 {
        let g = avvio.lancia()?;
        tokio::time::sleep(Duration::from_millis(caso.random_range(0..250))).await;
        g.uccidi()?;
    }
    let mut g = avvio.avvia().context("after kills during the first start")?;
    let carico = Carico::nuovo(o.seme, false, Duration::from_secs(20))?;
    carico.chiamante.anagrafica(&g.url, &ente.url).await?;
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
            avvio.controlla().with_context(|| format!("round {giro}"))?;
            eprintln!("{base:?}: {giro} of {} rounds", o.giri);
        }
        if caso.random_bool(0.25) {
            let h = avvio.lancia()?;
            tokio::time::sleep(Duration::from_millis(caso.random_range(0..400))).await;
            h.uccidi()?;
        }
        g = avvio.avvia().with_context(|| format!("round {giro}"))?;
    }
    carico.verso(vec![g.url.clone()]);
    carico.confronta(&mut caso, false).await?;
    carico.concludi().await?;
    let detto = carico.tutto(&banca.url, &ente, false).await?;
    g.ferma()?;
    avvio.controlla()?;
    o.pulisci(&cartella);
    Ok(format!("{base:?}: {} kills, {detto}, in {:.0?}", o.giri, inizio.elapsed()))
}
