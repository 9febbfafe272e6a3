//! A database to torture.

use crate::Base;
use anyhow::Result;
use std::path::Path;

/// SQLite in a folder, or a private PostgreSQL with `fsync` on.
#[derive(Debug)]
pub(crate) struct Banca {
    pub(crate) url: String,
    pub(crate) cluster: Option<testpg::Cluster>,
    // Before the cluster in time, after it in life: it has nothing to drop by then.
    _database: Option<std::mem::ManuallyDrop<testpg::Database>>,
}

impl Banca {
    pub(crate) async fn nuova(base: Base, cartella: &Path) -> Result<Self> {
        match base {
            Base::Sqlite => {
                let url = format!("sqlite://{}", cartella.join("govpay.db").display());
                Ok(Self { url, cluster: None, _database: None })
            }
            Base::Postgres => {
                let cluster = testpg::Cluster::privato(testpg::Opzioni { fsync: true, connessioni: 120 })?;
                let d = testpg::Database::nuovo(&cluster, None).await?;
                let url = d.url().to_owned();
                Ok(Self { url, cluster: Some(cluster), _database: Some(std::mem::ManuallyDrop::new(d)) })
            }
        }
    }
}
