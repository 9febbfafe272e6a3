//! PostgreSQL killed under load, and a primary that goes away and comes back. The server is never
//! touched: it recovers by itself.

use crate::banca::Banca;
use crate::carico::Carico;
use crate::ente::Ente;
use crate::processo::Avvio;
use crate::tramite::{Linea, Tramite};
use crate::{Base, Opzioni};
use anyhow::{Context as _, Result, bail};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longest time from the return of the database to the first good answer. The server's own bounds are
/// 2 s for a connection and 5 s for a statement.
const RIPRESA: Duration = Duration::from_secs(15);
/// Longest wait of a caller, whatever happens behind: two statements and their connections.
const ATTESA: Duration = Duration::from_secs(30);

/// Waits until steps go well again.
async fn riprende(c: &Carico) -> Result<Duration> {
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

async fn fine(
    c: &Arc<Carico>,
    database: &str,
    ente: &Ente,
    avvio: &Avvio,
    g: crate::processo::Gateway,
) -> Result<String> {
    c.concludi().await?;
    let detto = c.tutto(database, ente, false).await?;
    if c.registro().attesa > ATTESA {
        bail!("a caller waited {:?}", c.registro().attesa);
    }
    g.ferma()?;
    avvio.controlla()?;
    Ok(detto)
}

/// `opzioni.giri` times: all processes of PostgreSQL are killed, or it is stopped `immediate`; it comes
/// back after a while.
///
/// # Errors
/// The first broken promise.
pub async fn postgres_ucciso(o: &Opzioni) -> Result<String> {
    let cartella = o.cartella("postgres")?;
    let banca = Banca::nuova(Base::Postgres, &cartella).await?;
    let Some(cluster) = &banca.cluster else { bail!("no cluster") };
    let ente = Ente::nuovo().await?;
    let mut caso = StdRng::seed_from_u64(o.seme);
    let avvio = Avvio {
        programma: o.programma.clone(),
        database: banca.url.clone(),
        cartella: cartella.clone(),
        nome: "nodo1".to_owned(),
    };
    let mut g = avvio.avvia()?;
    let c = Carico::nuovo(o.seme, true, ATTESA)?;
    c.chiamante.anagrafica(&g.url, &ente.url).await?;
    c.verso(vec![g.url.clone()]);
    let lavori = c.lavora(6);
    let mut peggiore = Duration::ZERO;
    for giro in 1..=o.giri {
        tokio::time::sleep(Duration::from_millis(caso.random_range(200..1200))).await;
        if caso.random_bool(0.5) {
            cluster.uccidi()?;
        } else {
            cluster.abbatti()?;
        }
        tokio::time::sleep(Duration::from_millis(caso.random_range(0..1500))).await;
        cluster.riparti()?;
        peggiore = peggiore.max(riprende(&c).await.with_context(|| format!("round {giro}"))?);
        if !g.vivo() {
            bail!("the server has ended: {}", g.registro().display());
        }
    }
    c.ferma(lavori).await?;
    let detto = fine(&c, &banca.url, &ente, &avvio, g).await?;
    o.pulisci(&cartella);
    Ok(format!("{} kills of PostgreSQL, back within {peggiore:.1?}, {detto}", o.giri))
}

/// The same with a relay that swallows bytes or cuts connections, PostgreSQL being well.
///
/// # Errors
/// The first broken promise.
pub async fn primario_che_sparisce(o: &Opzioni) -> Result<String> {
    let cartella = o.cartella("primario")?;
    let banca = Banca::nuova(Base::Postgres, &cartella).await?;
    let porta = banca.url.rsplit_once(':').and_then(|(_, r)| r.split('/').next()).unwrap_or_default();
    let tramite = Tramite::verso(porta.parse()?).await?;
    let ente = Ente::nuovo().await?;
    let mut caso = StdRng::seed_from_u64(o.seme);
    let avvio = Avvio {
        programma: o.programma.clone(),
        database: banca.url.replace(&format!(":{porta}/"), &format!(":{}/", tramite.porta)),
        cartella: cartella.clone(),
        nome: "nodo1".to_owned(),
    };
    let mut g = avvio.avvia()?;
    let c = Carico::nuovo(o.seme, true, ATTESA)?;
    c.chiamante.anagrafica(&g.url, &ente.url).await?;
    c.verso(vec![g.url.clone()]);
    let lavori = c.lavora(6);
    let mut peggiore = Duration::ZERO;
    for giro in 1..=o.giri {
        tokio::time::sleep(Duration::from_millis(caso.random_range(200..1200))).await;
        tramite.metti(if caso.random_bool(0.5) { Linea::Muta } else { Linea::Tagliata });
        tokio::time::sleep(Duration::from_millis(caso.random_range(100..4000))).await;
        tramite.metti(Linea::Aperta);
        peggiore = peggiore.max(riprende(&c).await.with_context(|| format!("round {giro}"))?);
        if !g.vivo() {
            bail!("the server has ended: {}", g.registro().display());
        }
    }
    c.ferma(lavori).await?;
    let detto = fine(&c, &banca.url, &ente, &avvio, g).await?;
    o.pulisci(&cartella);
    Ok(format!("{} disappearances, back within {peggiore:.1?}, {detto}", o.giri))
}
