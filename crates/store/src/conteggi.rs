//! What the database was asked to do, for budgets in tests and for the metrics.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A snapshot of the counters of one [`Store`](crate::Store).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Conteggi {
    /// Queries run by `leggi` and its siblings.
    pub letture: u64,
    /// Statements of the Scritture that were committed.
    pub istruzioni: u64,
    /// Scritture committed.
    pub commit: u64,
    /// Blocks of numbers reserved; not part of `commit`.
    pub riserve: u64,
}

impl Conteggi {
    /// What was done since an earlier snapshot.
    #[must_use]
    pub fn da(self, prima: Self) -> Self {
        Self {
            letture: self.letture.saturating_sub(prima.letture),
            istruzioni: self.istruzioni.saturating_sub(prima.istruzioni),
            commit: self.commit.saturating_sub(prima.commit),
            riserve: self.riserve.saturating_sub(prima.riserve),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Contatori {
    letture: AtomicU64,
    istruzioni: AtomicU64,
    commit: AtomicU64,
    riserve: AtomicU64,
}

impl Contatori {
    pub(crate) fn lettura(&self) {
        self.letture.fetch_add(1, Relaxed);
        metrics::counter!("govpay_db_letture_total").increment(1);
    }

    pub(crate) fn commit(&self, istruzioni: usize) {
        let istruzioni = istruzioni as u64;
        self.commit.fetch_add(1, Relaxed);
        self.istruzioni.fetch_add(istruzioni, Relaxed);
        metrics::counter!("govpay_db_commit_total").increment(1);
        metrics::counter!("govpay_db_istruzioni_total").increment(istruzioni);
    }

    pub(crate) fn riserva(&self) {
        self.riserve.fetch_add(1, Relaxed);
        metrics::counter!("govpay_db_riserve_total").increment(1);
    }

    pub(crate) fn istantanea(&self) -> Conteggi {
        Conteggi {
            letture: self.letture.load(Relaxed),
            istruzioni: self.istruzioni.load(Relaxed),
            commit: self.commit.load(Relaxed),
            riserve: self.riserve.load(Relaxed),
        }
    }
}
