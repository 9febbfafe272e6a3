//! What can go wrong between a decision and the disk, in five kinds.

/// Name of the unique constraint that refused a row, the same on both databases.
///
/// PostgreSQL's default names are the convention: `{table}_pkey` for the primary key and
/// `{table}_{column}_{column}_key` for unique columns. A unique index made with `create unique
/// index` must carry the name of the convention, so that SQLite, which only tells the columns, can
/// say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vincolo(String);

impl Vincolo {
    pub(crate) fn nuovo(nome: impl Into<String>) -> Self {
        Self(nome.into())
    }

    /// The name, e.g. `pendenze_id_a2a_id_pendenza_key`.
    #[must_use]
    pub fn nome(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Vincolo {
    fn eq(&self, altro: &str) -> bool {
        self.0 == altro
    }
}

impl PartialEq<&str> for Vincolo {
    fn eq(&self, altro: &&str) -> bool {
        self.0 == *altro
    }
}

impl std::fmt::Display for Vincolo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The five outcomes a caller must tell apart. Texts carry no values of rows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A guard found another number of rows than expected, or the database gave the precedence to
    /// somebody else (40001, 40P01). Nothing was written: reload and decide again.
    #[error("qualcuno ha modificato il dato nel frattempo")]
    Conflitto,
    /// A unique constraint refused the row. Nothing was written.
    #[error("valore duplicato: {0}")]
    Duplicato(Vincolo),
    /// The answer to the COMMIT was lost: all or nothing was written. Reload to learn which.
    #[error("esito della scrittura sconosciuto")]
    Incerto,
    /// The database is away, locked, full or overloaded. Nothing was written; trying later helps.
    #[error("base dati non disponibile: {0}")]
    NonDisponibile(String),
    /// A mistake of ours or a damaged database. Nothing was written; trying again does not help.
    #[error("errore della base dati: {0}")]
    Rotto(String),
}

impl StoreError {
    /// Whether the refusal came from the named unique constraint.
    #[must_use]
    pub fn duplicato_di(&self, vincolo: &str) -> bool {
        matches!(self, Self::Duplicato(v) if v == vincolo)
    }
}
