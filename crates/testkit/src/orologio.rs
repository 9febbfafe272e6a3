//! A clock that tests set and move.

use domain::Istante;
use engine::Orologio;
use jiff::civil::datetime;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// Starts on 10 March 2026 at 10:00 in Rome and runs at the pace of the real one; a test can move it.
#[derive(Debug, Clone)]
pub struct OrologioDiProva {
    partenza: Istante,
    acceso: Instant,
    spostamento: Arc<AtomicI64>,
}

impl Default for OrologioDiProva {
    fn default() -> Self {
        Self {
            partenza: Istante::da_roma(datetime(2026, 3, 10, 10, 0, 0, 0)),
            acceso: Instant::now(),
            spostamento: Arc::default(),
        }
    }
}

impl OrologioDiProva {
    /// Moves it forward.
    pub fn avanza(&self, durata: Duration) {
        let micros = i64::try_from(durata.as_micros()).expect("una durata che si puo' contare");
        self.spostamento.fetch_add(micros, Ordering::SeqCst);
    }

    /// Moves it forward by whole days.
    pub fn avanza_giorni(&self, giorni: u64) {
        self.avanza(Duration::from_secs(giorni * 86_400));
    }
}

impl Orologio for OrologioDiProva {
    fn adesso(&self) -> Istante {
        let corsi = i64::try_from(self.acceso.elapsed().as_micros()).unwrap_or(i64::MAX);
        self.partenza.piu_micros(corsi).piu_micros(self.spostamento.load(Ordering::SeqCst))
    }
}
