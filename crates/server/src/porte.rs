//! The ports of the engine wired to their adapters, and the jobs in the background.

use crate::configurazione::Configurazione;
use anyhow::Result;
use async_trait::async_trait;
use domain::anagrafica::Applicazione;
use domain::evento::Evento;
use engine::porte::{ChiamataEnte, Ente, EnteNonRaggiunto, Giornale, RispostaEnte, TracciaEnte};
use engine::{Engine, Orologio, Porte};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use store::Store;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// The jobs that run beside the doors.
pub(crate) struct Lavori(JoinSet<()>);

impl Lavori {
    /// Waits for the jobs, already told to stop, to end by themselves.
    pub(crate) async fn attendi(mut self, limite: Duration) {
        let tutti = async { while self.0.join_next().await.is_some() {} };
        if tokio::time::timeout(limite, tutti).await.is_err() {
            tracing::warn!("lavori ancora in corso alla chiusura");
        }
    }
}

/// Puts the engine together and starts its jobs.
pub(crate) async fn componi(
    c: &Configurazione,
    store: Store,
    orologio: Arc<dyn Orologio>,
    fine: &CancellationToken,
) -> Result<(Engine, Lavori)> {
    let porte = Porte {
        ente: Arc::new(EnteAssente),
        giornale: Arc::new(GiornaleAssente(AtomicI64::new(1))),
        sveglia: Arc::new(Notify::new()),
    };
    let engine = Engine::nuovo(store, orologio, porte, c.engine()?);
    let mut lavori = JoinSet::new();
    lavori.spawn(Arc::clone(engine.registro()).sorveglia(fine.clone()));
    Ok((engine, Lavori(lavori)))
}

/// The use cases alone, for the commands that only touch data.
pub(crate) fn solo_dati(c: &Configurazione, store: Store, orologio: Arc<dyn Orologio>) -> Result<Engine> {
    let porte = Porte {
        ente: Arc::new(EnteAssente),
        giornale: Arc::new(GiornaleAssente(AtomicI64::new(1))),
        sveglia: Arc::new(Notify::new()),
    };
    Ok(Engine::nuovo(store, orologio, porte, c.engine()?))
}

struct EnteAssente;

#[async_trait]
impl Ente for EnteAssente {
    async fn chiama(
        &self,
        _: &Applicazione,
        _: &ChiamataEnte,
    ) -> (Result<RispostaEnte, EnteNonRaggiunto>, TracciaEnte) {
        (Err(EnteNonRaggiunto { stato: 500, testo: "nessun client".to_owned() }), TracciaEnte::default())
    }
}

struct GiornaleAssente(AtomicI64);

#[async_trait]
impl Giornale for GiornaleAssente {
    async fn nuovo_id(&self) -> i64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }

    fn registra(&self, _: Evento) {}
}
