//! A private PostgreSQL for tests: one cluster per test process, a fresh database per test.
//!
//! `GOVPAY_TEST_POSTGRES` (URL of a database where the user may create others) takes the place of
//! the private cluster, to share one among test processes. Nothing outlives the process: a
//! watchdog, whose standard input closes when the process ends in whatever way, stops the server
//! and removes its files. Without PostgreSQL's binaries it is an error, never a skip.

mod banca;
mod cluster;

pub use banca::Database;
pub use cluster::{Accessi, Cluster, Opzioni};

/// Why there is no database; the text says what to do.
#[derive(Debug, thiserror::Error)]
#[error("PostgreSQL for tests: {0}")]
pub struct TestpgError(String);

impl TestpgError {
    fn nuovo(testo: impl Into<String>) -> Self {
        Self(testo.into())
    }
}

/// A fresh empty database in the cluster of this process.
pub async fn database() -> Result<Database, TestpgError> {
    Database::nuovo(cluster::condiviso()?, None).await
}

/// A fresh copy of the template called `modello`, which `prepara` fills the first time, given the
/// URL of an empty database. It must leave no connection open to it.
pub async fn database_da<F, E>(
    modello: &'static str,
    prepara: impl FnOnce(String) -> F,
) -> Result<Database, TestpgError>
where
    F: Future<Output = Result<(), E>>,
    E: std::fmt::Display,
{
    let cluster = cluster::condiviso()?;
    let nome = banca::modello(cluster, modello, prepara).await?;
    Database::nuovo(cluster, Some(&nome)).await
}
