//! The load: N connections as fast as they can (closed loop), or at a fixed rate (open loop) with
//! latencies from the moment at which each operation should have begun, so that a stall is charged
//! to all the operations that it held up.

use crate::http::Connessione;
use anyhow::Result;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// One call of an operation, and how its answer is known to be right.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attesa {
    /// HTTP status.
    pub(crate) stato: u16,
    /// Text that the body contains; empty: anything.
    pub(crate) contiene: &'static str,
}

/// A kind of load: how the n-th operation is made of calls.
pub(crate) trait Operazioni: Send + Sync {
    /// How many operations there are; past it the round ends.
    fn quante(&self) -> u64 {
        u64::MAX
    }
    /// Writes the `passo`-th call of operation `n` in place of what is in `b`; `None` when the
    /// operation has no more.
    fn chiamata(&self, n: u64, passo: usize, b: &mut Vec<u8>) -> Option<Attesa>;
}

/// Only the first operations of another load.
#[derive(Debug)]
pub(crate) struct Prime<T>(pub(crate) T, pub(crate) u64);

impl<T: Operazioni> Operazioni for Prime<T> {
    fn quante(&self) -> u64 {
        self.1.min(self.0.quante())
    }

    fn chiamata(&self, n: u64, passo: usize, b: &mut Vec<u8>) -> Option<Attesa> {
        self.0.chiamata(n, passo, b)
    }
}

/// How a round is driven.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ritmo {
    pub(crate) clienti: usize,
    pub(crate) durata: Duration,
    /// Operations per second of the open loop; `None`: closed loop.
    pub(crate) al_secondo: Option<f64>,
}

/// What a round gave.
#[derive(Debug, Clone, Default)]
pub(crate) struct Misura {
    /// Microseconds of each operation that went well, sorted.
    pub(crate) latenze: Vec<u32>,
    /// Answers that were not the expected ones.
    pub(crate) errori: u64,
    /// The first of them.
    pub(crate) primo_errore: Option<String>,
    /// How long it took.
    pub(crate) secondi: f64,
}

impl Misura {
    pub(crate) fn al_secondo(&self) -> f64 {
        if self.secondi > 0.0 { conta(self.latenze.len() as u64) / self.secondi } else { 0.0 }
    }

    /// Milliseconds under which `q` of the operations stay.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index into the latencies"
    )]
    pub(crate) fn quantile(&self, q: f64) -> f64 {
        let i = (self.latenze.len() as f64 * q).ceil() as usize;
        self.latenze.get(i.saturating_sub(1)).map_or(0.0, |m| f64::from(*m) / 1000.0)
    }

    /// Puts another round with this one.
    pub(crate) fn unisci(&mut self, altra: Self) {
        self.latenze.extend(altra.latenze);
        self.latenze.sort_unstable();
        self.errori += altra.errori;
        self.primo_errore = self.primo_errore.take().or(altra.primo_errore);
        self.secondi += altra.secondi;
    }
}

/// What the connections share.
struct Comune {
    operazioni: Arc<dyn Operazioni>,
    prossima: AtomicU64,
    inizio: Instant,
    fine: Instant,
    /// Seconds between two operations of the open loop, and the turns that its clock gives out.
    passo: Option<(f64, Semaphore)>,
}

/// Gives out one turn at each step. In a thread of its own: the timer of the runtime counts whole
/// milliseconds, which would be charged to the gateway.
fn orologio(c: &Comune, passo: f64, turni: &Semaphore) {
    for n in 0..c.operazioni.quante() {
        let quando = c.inizio + Duration::from_secs_f64(passo * conta(n));
        if quando >= c.fine {
            break;
        }
        std::thread::sleep(quando.saturating_duration_since(Instant::now()));
        turni.add_permits(1);
    }
    // Whoever waits for a turn goes home; turns that were given out are still served.
    std::thread::sleep(c.fine.saturating_duration_since(Instant::now()));
    while turni.available_permits() > 0 && Instant::now() < c.fine + RECUPERO {
        std::thread::sleep(Duration::from_millis(1));
    }
    turni.close();
}

/// Longest time after its end in which an open loop serves what it owes.
const RECUPERO: Duration = Duration::from_secs(10);

#[expect(clippy::cast_precision_loss, reason = "a count of operations")]
fn conta(n: u64) -> f64 {
    n as f64
}

/// Drives one round.
pub(crate) async fn guida(a: SocketAddr, operazioni: Arc<dyn Operazioni>, ritmo: Ritmo) -> Result<Misura> {
    let mut connessioni = Vec::with_capacity(ritmo.clienti);
    for _ in 0..ritmo.clienti {
        connessioni.push(Connessione::apri(a).await?);
    }
    let inizio = Instant::now();
    let comune = Arc::new(Comune {
        operazioni,
        prossima: AtomicU64::new(0),
        inizio,
        fine: inizio + ritmo.durata,
        passo: ritmo.al_secondo.map(|r| (1.0 / r.max(0.1), Semaphore::new(0))),
    });
    if comune.passo.is_some() {
        let comune = Arc::clone(&comune);
        std::thread::Builder::new().name("ritmo".into()).spawn(move || {
            if let Some((passo, turni)) = &comune.passo {
                orologio(&comune, *passo, turni);
            }
        })?;
    }
    let mut clienti = JoinSet::new();
    for c in connessioni {
        clienti.spawn(cliente(a, c, Arc::clone(&comune)));
    }
    let mut misura = Misura::default();
    while let Some(m) = clienti.join_next().await {
        misura.unisci(m?);
    }
    misura.secondi = inizio.elapsed().as_secs_f64();
    Ok(misura)
}

async fn cliente(a: SocketAddr, mut c: Connessione, comune: Arc<Comune>) -> Misura {
    let mut misura = Misura::default();
    let mut b = Vec::with_capacity(4096);
    loop {
        let turno = match &comune.passo {
            Some((_, turni)) => turni.acquire().await.map(tokio::sync::SemaphorePermit::forget).is_ok(),
            None => Instant::now() < comune.fine,
        };
        let n = comune.prossima.fetch_add(1, Ordering::Relaxed);
        if !turno || n >= comune.operazioni.quante() {
            return misura;
        }
        let da = match &comune.passo {
            Some((passo, _)) => comune.inizio + Duration::from_secs_f64(passo * conta(n)),
            None => Instant::now(),
        };
        match operazione(&mut c, &*comune.operazioni, n, &mut b).await {
            Ok(()) => misura.latenze.push(u32::try_from(da.elapsed().as_micros()).unwrap_or(u32::MAX)),
            Err(e) => {
                misura.errori += 1;
                misura.primo_errore.get_or_insert(e);
                // After an error nobody knows what is still on its way on that connection.
                match Connessione::apri(a).await {
                    Ok(nuova) if misura.errori < 100 => c = nuova,
                    _ => return misura,
                }
            }
        }
    }
}

async fn operazione(
    c: &mut Connessione,
    operazioni: &dyn Operazioni,
    n: u64,
    b: &mut Vec<u8>,
) -> Result<(), String> {
    for passo in 0.. {
        let Some(attesa) = operazioni.chiamata(n, passo, b) else { break };
        let (stato, corpo) = c.chiama(b).await.map_err(|e| format!("{e:#}"))?;
        let trovato = attesa.contiene.is_empty()
            || corpo.windows(attesa.contiene.len()).any(|w| w == attesa.contiene.as_bytes());
        if stato != attesa.stato || !trovato {
            let inizio: String = String::from_utf8_lossy(corpo).chars().take(300).collect();
            return Err(format!("status {stato} where {} was expected: {inizio}", attesa.stato));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Misura;

    #[test]
    fn i_quantili_sono_osservazioni() {
        let m = Misura { latenze: (1..=1000).map(|n| n * 1000).collect(), ..Misura::default() };
        assert!(
            [(0.5, 500.0), (0.99, 990.0), (0.999, 999.0), (1.0, 1000.0)].iter().all(|(q, atteso)| (m
                .quantile(*q)
                - atteso)
                .abs()
                < 1e-9)
        );
        assert!(Misura::default().quantile(0.5).abs() < 1e-9);
    }
}
