//! How a database is opened.

use crate::ChiaveCifratura;
use std::time::Duration;

/// Settings of a [`Store`](crate::Store). Every field has a default: start from [`Self::nuove`].
#[derive(Clone)]
pub struct Impostazioni {
    /// `sqlite://path/of/file.db` or `postgres://user:password@host:port/name`.
    pub url: String,
    /// Connections: all of them on PostgreSQL, for reading on SQLite. Default 16.
    pub connessioni: u32,
    /// Most requests per COMMIT. 1 turns the grouping off: on PostgreSQL each Scrittura then has a
    /// transaction on a connection of the pool. Default 64.
    pub gruppo: usize,
    /// PostgreSQL: how many of the connections commit groups; at most a quarter of them. 0 turns the
    /// grouping off. Default 4.
    pub scrittori: u32,
    /// Most requests waiting for a writer; past it commits are `NonDisponibile` after
    /// [`Self::attesa_coda`]. Default 4096.
    pub coda: usize,
    /// How long a commit waits for a place in a full queue. Default 500 ms.
    pub attesa_coda: Duration,
    /// How long to wait for a connection, for the write lock of SQLite or for a row lock of
    /// PostgreSQL, before `NonDisponibile`. Default 2 s.
    pub attesa_lock: Duration,
    /// PostgreSQL: longest statement (`statement_timeout`). The client gives up on a silent server
    /// at twice this. Default 5 s.
    pub attesa_istruzione: Duration,
    /// SQLite: largest size of the file in bytes; writes past it are `NonDisponibile`. Default none.
    pub dimensione_massima: Option<u64>,
    /// Key for secrets. Absent: on SQLite the file `{database}.chiave`, made if it is not there; on
    /// PostgreSQL opening fails, because all nodes must share it.
    pub chiave: Option<ChiaveCifratura>,
}

impl Impostazioni {
    /// The defaults for a database.
    #[must_use]
    pub fn nuove(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            connessioni: 16,
            gruppo: 64,
            scrittori: 4,
            coda: 4096,
            attesa_coda: Duration::from_millis(500),
            attesa_lock: Duration::from_secs(2),
            attesa_istruzione: Duration::from_secs(5),
            dimensione_massima: None,
            chiave: None,
        }
    }
}

/// Without the password that the URL may carry.
impl std::fmt::Debug for Impostazioni {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Impostazioni")
            .field("connessioni", &self.connessioni)
            .field("gruppo", &self.gruppo)
            .field("scrittori", &self.scrittori)
            .field("coda", &self.coda)
            .finish_non_exhaustive()
    }
}
