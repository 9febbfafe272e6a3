//! Queries whose shape depends on the filters of the caller.

use crate::{Dialetto, Valore};
use std::fmt::Write as _;

/// Rows skipped from which on a page looks for its keys first on SQLite too.
const LONTANO: i64 = 1000;

/// Whether a page looks for its keys first and then reads its own rows only. What is skipped is then
/// counted in an index and not read from the table: a million rows in 175 ms instead of 1.5 s. On
/// PostgreSQL it also settles the choice of the index: of two in the right order it takes the one by
/// date alone, because its rows are near each other, and walks through all that is not asked for;
/// the one that begins with the filter answers by itself, and is then cheaper.
pub(crate) fn prima_le_chiavi(dialetto: Dialetto, salta: i64) -> bool {
    dialetto == Dialetto::Postgres || salta >= LONTANO
}

/// A query put together from literal pieces and bound values: no foreign text can enter the SQL,
/// because pieces are `&'static str` and values become `$n`.
///
/// ```
/// use store::Interrogazione;
/// let mut q = Interrogazione::nuova("select id from pendenze where id_dominio = ");
/// q.valore("12345678901");
/// q.testo(" and stato in ").elenco(["ESEGUITO", "ANNULLATO"]);
/// assert_eq!(q.sql(), "select id from pendenze where id_dominio = $1 and stato in ($2, $3)");
/// ```
#[derive(Debug, Clone)]
pub struct Interrogazione {
    pub(crate) sql: String,
    pub(crate) valori: Vec<Valore>,
}

impl Interrogazione {
    /// Starts with a piece of text.
    #[must_use]
    pub fn nuova(testo: &'static str) -> Self {
        Self { sql: testo.to_owned(), valori: Vec::new() }
    }

    /// Appends text.
    pub fn testo(&mut self, testo: &'static str) -> &mut Self {
        self.sql.push_str(testo);
        self
    }

    /// Appends a bound value.
    pub fn valore(&mut self, v: impl Into<Valore>) -> &mut Self {
        self.valori.push(v.into());
        // Writing to a String cannot fail.
        let _ = write!(self.sql, "${}", self.valori.len());
        self
    }

    /// Appends a list in parentheses; an empty list becomes `(null)`, which matches nothing.
    pub fn elenco<V: Into<Valore>>(&mut self, valori: impl IntoIterator<Item = V>) -> &mut Self {
        self.sql.push('(');
        let prima = self.valori.len();
        for v in valori {
            if self.valori.len() > prima {
                self.sql.push_str(", ");
            }
            self.valore(v);
        }
        if self.valori.len() == prima {
            self.sql.push_str("null");
        }
        self.sql.push(')');
        self
    }

    /// Appends a comparison with any of a list. One alone is compared by `=`: an index that holds the
    /// rows of each value in the order of the page is then read in that order.
    pub fn uno_di<V: Into<Valore>>(
        &mut self,
        valori: impl IntoIterator<Item = V, IntoIter: ExactSizeIterator>,
    ) -> &mut Self {
        let mut valori = valori.into_iter();
        if valori.len() == 1
            && let Some(v) = valori.next()
        {
            return self.testo(" = ").valore(v);
        }
        self.testo(" in ").elenco(valori)
    }

    /// Appends the text and value if there is one: the usual optional filter.
    pub fn se<V: Into<Valore>>(&mut self, testo: &'static str, v: Option<V>) -> &mut Self {
        if let Some(v) = v {
            self.testo(testo).valore(v);
        }
        self
    }

    /// The text so far.
    #[must_use]
    pub fn sql(&self) -> &str {
        &self.sql
    }
}
