//! A decision in the form the database can apply all or nothing.

use crate::Valore;

/// How many rows a statement must touch for the whole Scrittura to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Righe {
    Qualsiasi,
    Esattamente(u64),
    Almeno(u64),
}

impl Righe {
    pub(crate) fn ammette(self, trovate: u64) -> bool {
        match self {
            Self::Qualsiasi => true,
            Self::Esattamente(n) => trovate == n,
            Self::Almeno(n) => trovate >= n,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Istruzione {
    pub(crate) sql: &'static str,
    pub(crate) valori: Vec<Valore>,
    pub(crate) righe: Righe,
}

/// A list of guarded statements, applied in order, all or nothing, by [`Store::commit`].
///
/// A statement cannot use what an earlier one made (no read-your-writes): ids come from
/// [`Store::nuovi_id`] before. Keep it small (hundreds of statements): on SQLite it holds the only
/// writer. Parameters are `$1`, `$2`...; the same text runs on both databases.
///
/// [`Store::commit`]: crate::Store::commit
/// [`Store::nuovi_id`]: crate::Store::nuovi_id
#[derive(Debug, Default)]
pub struct Scrittura(pub(crate) Vec<Istruzione>);

impl Scrittura {
    /// Empty.
    #[must_use]
    pub fn nuova() -> Self {
        Self::default()
    }

    /// A statement that may touch any number of rows.
    pub fn esegui(&mut self, sql: &'static str, valori: Vec<Valore>) {
        self.0.push(Istruzione { sql, valori, righe: Righe::Qualsiasi });
    }

    /// A statement that must touch exactly `n` rows, else the commit is a `Conflitto`.
    pub fn esattamente(&mut self, n: u64, sql: &'static str, valori: Vec<Valore>) {
        self.0.push(Istruzione { sql, valori, righe: Righe::Esattamente(n) });
    }

    /// A statement that must touch at least `n` rows, else the commit is a `Conflitto`.
    pub fn almeno(&mut self, n: u64, sql: &'static str, valori: Vec<Valore>) {
        self.0.push(Istruzione { sql, valori, righe: Righe::Almeno(n) });
    }

    /// Appends the statements of the other one after ours.
    pub fn unisci(&mut self, altra: Self) {
        self.0.extend(altra.0);
    }

    /// Whether there is nothing to write; committing it does nothing and costs nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Number of statements.
    #[must_use]
    pub fn istruzioni(&self) -> usize {
        self.0.len()
    }
}
