//! Mixed load for a long time: resident memory does not grow.

use crate::scena::Scena;
use crate::{Base, Opzioni};
use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// Steepest growth, in MiB per hour, that is not a leak, when at least half an hour was watched. Over
/// minutes the slope is that of caches which fill: it is shown, and only [`CRESCITA_MIB`] is judged.
pub(crate) const PENDENZA_MIB_ORA: f64 = 32.0;
/// Largest growth between the end of the first third, when caches are full, and the end.
pub(crate) const CRESCITA_MIB: f64 = 64.0;

/// `opzioni.durata` of mixed load with a sample each second.
///
/// # Errors
/// Memory grows, or a promise is broken.
pub async fn memoria(base: Base, o: &Opzioni) -> Result<String> {
    let scena = Scena::nuova("memoria", base, false, Duration::from_secs(20), o).await?;
    let g = scena.apri().await?;
    let c = &scena.carico;
    let lavori = c.lavora(4);
    let inizio = Instant::now();
    let mut campioni: Vec<(f64, f64)> = Vec::new();
    while inizio.elapsed() < o.durata {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let kib = u32::try_from(g.memoria().0).unwrap_or(u32::MAX);
        campioni.push((inizio.elapsed().as_secs_f64() / 3600.0, f64::from(kib) / 1024.0));
        // The ledger of the harness would grow too, and is not what is looked at.
        c.registro().concluse.clear();
        scena.ente.dimentica();
    }
    c.ferma(lavori).await?;
    let passi = c.registro().passi;
    scena.spegni(vec![g])?;
    let utili = campioni.get(campioni.len() / 3..).unwrap_or_default();
    let (da, a) = (utili.first().map_or(0.0, |c| c.1), utili.last().map_or(0.0, |c| c.1));
    let pendenza = pendenza(utili);
    if a - da > CRESCITA_MIB || (o.durata >= Duration::from_secs(1800) && pendenza > PENDENZA_MIB_ORA) {
        bail!("memory grows: {da:.0} MiB, then {a:.0}, {pendenza:.0} MiB an hour over {passi} steps");
    }
    Ok(format!(
        "{base:?}: {da:.1} MiB, then {a:.1}; slope {pendenza:.1} MiB an hour over {passi} steps in {:.0?}",
        o.durata
    ))
}

/// Least squares.
fn pendenza(punti: &[(f64, f64)]) -> f64 {
    let n = f64::from(u32::try_from(punti.len()).unwrap_or(u32::MAX)).max(1.0);
    let (mx, my) = (punti.iter().map(|p| p.0).sum::<f64>() / n, punti.iter().map(|p| p.1).sum::<f64>() / n);
    let sopra: f64 = punti.iter().map(|p| (p.0 - mx) * (p.1 - my)).sum();
    let sotto: f64 = punti.iter().map(|p| (p.0 - mx).powi(2)).sum();
    if sotto > 0.0 { sopra / sotto } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::pendenza;

    #[test]
    fn la_pendenza_di_una_retta() {
        assert!((pendenza(&[(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]) - 2.0).abs() < 1e-9);
    }
}
