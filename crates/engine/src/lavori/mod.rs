//! Jobs: what runs by itself, on one node at a time (spec 60 4.3).

mod scadenze;

use crate::Engine;
use store::StoreError;

/// Attempts closed between a sign of life and the next.
const BLOCCO: usize = 100;
/// Blocks of one run: what is left is of the next one.
const GIRI: usize = 10_000;

/// Delivery of notifications, by its `idOperazione` (spec 60 4.1).
pub const NOTIFICHE: &str = "spedizioneNotifiche";
/// Bulk loads, by their `idOperazione`.
pub const TRACCIATI: &str = "elaborazioneTracciatiPendenze";
/// What runs by itself and has a switch, by its `idOperazione`.
pub const SPEGNIBILI: &[&str] = &[NOTIFICHE, Lavoro::ChiusuraRptScadute.nome(), TRACCIATI];

/// Every job that `worker` schedules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lavoro {
    /// Closes the attempts that no receipt ended in time (spec 40 9.1).
    ChiusuraRptScadute,
    /// Sees which last days are past, for the lists of what has expired (spec 20 6.2).
    ScadenzePassate,
    /// Takes away the sessions that have expired, with the pendenze that only they held (spec 20 section 10).
    FineSessioni,
}

impl Lavoro {
    /// All of them.
    pub const TUTTI: &'static [Self] = &[Self::ChiusuraRptScadute, Self::ScadenzePassate, Self::FineSessioni];

    /// The name in the table of the jobs.
    #[must_use]
    pub const fn nome(self) -> &'static str {
        match self {
            Self::ChiusuraRptScadute => "chiusuraRptScadute",
            Self::ScadenzePassate => "scadenzePassate",
            Self::FineSessioni => "fineSessioni",
        }
    }

    /// Seconds between one instant of its schedule and the next.
    #[must_use]
    pub const fn periodo_secondi(self) -> i64 {
        match self {
            // Midnight of Rome is one of its instants, summer and winter.
            Self::ChiusuraRptScadute | Self::ScadenzePassate | Self::FineSessioni => 30 * 60,
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
            Lavoro::ScadenzePassate => {
                let mut passate = 0;
                for _ in 0..GIRI {
                    let blocco = self.segna_scadenze_passate().await?;
                    passate += blocco;
                    if blocco < scadenze::BLOCCO {
                        break;
                    }
                    self.store().batti(preso).await?;
                }
                Ok(format!("Pendenze scadute: {passate}."))
            }
            Lavoro::FineSessioni => {
                let mut finite = 0;
                for _ in 0..GIRI {
                    let blocco = self.togli_sessioni_scadute().await?;
                    finite += blocco;
                    if blocco == 0 {
                        break;
                    }
                    self.store().batti(preso).await?;
                }
                Ok(format!("Sessioni scadute eliminate: {finite}."))
            }
        }
    }
}
