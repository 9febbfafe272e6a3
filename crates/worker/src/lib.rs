//! What runs by itself: delivery of the outbox, scheduled jobs, the writer of the giornale.
//!
//! ```text
//! let giornale = GiornaleScrittore::avvia(store.clone(), OpzioniGiornale { .. }).await;
//! let porte = Porte { ente, giornale: giornale.clone(), stampatore, sveglia: Arc::default(), archivi, directory: None };
//! let engine = Engine::nuovo(store, orologio, porte, impostazioni);
//! let lavoratori = worker::avvia(&engine, OpzioniWorker::default(), fine.clone());
//! // shutdown: stop accepting, finish the requests, then
//! fine.cancel();
//! lavoratori.attendi().await;   // deliveries end or are given back
//! giornale.chiudi().await;      // every event is in the database or in the file
//! store.chiudi().await;
//! ```

mod giornale;
mod lavori;
mod notifiche;
mod tracciati;

use engine::Engine;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use giornale::{GiornaleScrittore, OpzioniGiornale, file_in_attesa};

/// Settings of the workers.
#[derive(Debug, Clone)]
pub struct OpzioniWorker {
    /// How often due rows and instants are looked for when nobody rings. Default 1 s.
    pub scrutinio: Duration,
    /// Notifications of one applicazione that are delivered at the same time. Default 10: what one
    /// ente can hold up is this, never the others.
    pub notifiche_per_applicazione: usize,
    /// Notifications delivered at the same time altogether. Default 1000.
    pub notifiche_insieme: usize,
    /// How long a claimed notification belongs to who claimed it. Must be longer than a call to the
    /// ente; when a node dies its notifications wait for this long. Default 30 s.
    pub presa: Duration,
    /// How long the deliveries under way may last once the end was asked. Default 10 s.
    pub attesa_chiusura: Duration,
    /// A job whose node gave no sign of life for so long may be taken by another. Default 300 s.
    pub timeout_lavori: Duration,
    /// Deliver notifications.
    pub notifiche: bool,
    /// Run the jobs.
    pub lavori: bool,
}

impl Default for OpzioniWorker {
    fn default() -> Self {
        Self {
            scrutinio: Duration::from_secs(1),
            notifiche_per_applicazione: 10,
            notifiche_insieme: 1000,
            presa: Duration::from_secs(30),
            attesa_chiusura: Duration::from_secs(10),
            timeout_lavori: Duration::from_secs(300),
            notifiche: true,
            lavori: true,
        }
    }
}

/// The tasks that were started.
#[derive(Debug)]
#[must_use = "wait for them after asking for the end"]
pub struct Lavoratori(JoinSet<()>);

impl Lavoratori {
    /// Waits until all have ended. Ask for the end first.
    pub async fn attendi(mut self) {
        while let Some(esito) = self.0.join_next().await {
            if let Err(errore) = esito {
                tracing::error!(%errore, "un lavoratore si e' fermato da solo");
            }
        }
    }
}

/// Starts the workers of this node; they end when `fine` is cancelled.
pub fn avvia(engine: &Engine, opzioni: &OpzioniWorker, fine: &CancellationToken) -> Lavoratori {
    let mut compiti = JoinSet::new();
    let corre = |lavoro: &str| engine.impostazioni().corre(lavoro);
    if opzioni.notifiche && corre(engine::lavori::NOTIFICHE) {
        compiti.spawn(notifiche::consegna(engine.clone(), opzioni.clone(), fine.clone()));
    }
    if opzioni.lavori {
        if corre(engine::lavori::TRACCIATI) {
            compiti.spawn(tracciati::elabora(engine.clone(), opzioni.clone(), fine.clone()));
        }
        for lavoro in engine::lavori::Lavoro::TUTTI.iter().filter(|l| corre(l.nome())) {
            compiti.spawn(lavori::pianifica(engine.clone(), opzioni.clone(), *lavoro, fine.clone()));
        }
    }
    Lavoratori(compiti)
}
