//! Jobs: what runs by itself, on one node at a time (spec 60 4.3).

use crate::Engine;
use store::StoreError;

/// Attempts closed between a sign of life and the next.
const BLOCCO: usize = 100;
/// Blocks of one run: what is left is of the next one.
const GIRI: usize = 10_000;

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
    /// Runs a job that this node has taken, a block at a time; whoever finds out that the job is not
    /// his any more stops before the next one. Returns what the run has to say.
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
                let mut chiusi = 0;
                for _ in 0..GIRI {
                    let blocco = self.chiudi_tentativi_scaduti(BLOCCO).await?;
                    chiusi += blocco;
                    if blocco < BLOCCO {
                        break;
                    }
                    // A sign of life, and the end if somebody else has the job now.
                    self.store().batti(preso).await?;
                }
                Ok(format!("Tentativi di pagamento chiusi: {chiusi}."))
            }
        }
    }
}
