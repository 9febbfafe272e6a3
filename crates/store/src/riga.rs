//! Reading rows: the same calls for both databases.

use crate::StoreError;
use domain::{Importo, Istante};
use jiff::civil::Date;
use sqlx::{ColumnIndex, Row as _, postgres::PgRow, sqlite::SqliteRow};

/// A row of a result. Columns by name (`"id"`) or by position (`0`).
#[derive(Clone, Copy)]
pub struct Riga<'r>(pub(crate) Origine<'r>);

#[derive(Clone, Copy)]
pub(crate) enum Origine<'r> {
    Sqlite(&'r SqliteRow),
    Postgres(&'r PgRow),
}

impl std::fmt::Debug for Riga<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Riga")
    }
}

/// How a column is named: `&str` or `usize`.
pub trait Colonna: ColumnIndex<PgRow> + ColumnIndex<SqliteRow> + std::fmt::Debug + Copy {}
impl<T: ColumnIndex<PgRow> + ColumnIndex<SqliteRow> + std::fmt::Debug + Copy> Colonna for T {}

/// What can be made from a row. A mapping that fails is our mistake: `Rotto`.
pub trait DaRiga: Sized {
    /// Reads the columns it needs.
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError>;
}

fn rotta(c: impl std::fmt::Debug, e: &sqlx::Error) -> StoreError {
    StoreError::Rotto(format!("colonna {c:?}: {e}"))
}

fn nulla(c: impl std::fmt::Debug) -> StoreError {
    StoreError::Rotto(format!("colonna {c:?}: NULL inatteso"))
}

impl Riga<'_> {
    /// A `BIGINT`; also the smaller integers and booleans that PostgreSQL gives to expressions such
    /// as `1` or `a = b`. `sum` of BIGINT is NUMERIC there: write `cast(sum(x) as bigint)`.
    pub fn intero_opt(&self, c: impl Colonna) -> Result<Option<i64>, StoreError> {
        match self.0 {
            Origine::Sqlite(r) => r.try_get::<Option<i64>, _>(c).map_err(|e| rotta(c, &e)),
            Origine::Postgres(r) => r
                .try_get::<Option<i64>, _>(c)
                .or_else(|e| {
                    r.try_get::<Option<i32>, _>(c)
                        .map(|v| v.map(i64::from))
                        .or_else(|_| r.try_get::<Option<bool>, _>(c).map(|v| v.map(i64::from)))
                        .map_err(|_| e)
                })
                .map_err(|e| rotta(c, &e)),
        }
    }

    /// As [`Self::intero_opt`]; NULL is `Rotto`.
    pub fn intero(&self, c: impl Colonna) -> Result<i64, StoreError> {
        self.intero_opt(c)?.ok_or_else(|| nulla(c))
    }

    /// An integer that must fit in a `u32` (counters, positions, years).
    pub fn piccolo(&self, c: impl Colonna) -> Result<u32, StoreError> {
        u32::try_from(self.intero(c)?).map_err(|_| StoreError::Rotto(format!("colonna {c:?}: fuori misura")))
    }

    /// A boolean stored as 0/1: anything but 0 is true.
    pub fn booleano(&self, c: impl Colonna) -> Result<bool, StoreError> {
        Ok(self.intero(c)? != 0)
    }

    /// As [`Self::booleano`], with NULL.
    pub fn booleano_opt(&self, c: impl Colonna) -> Result<Option<bool>, StoreError> {
        Ok(self.intero_opt(c)?.map(|v| v != 0))
    }

    /// Cents.
    pub fn importo(&self, c: impl Colonna) -> Result<Importo, StoreError> {
        Ok(Importo::da_centesimi(self.intero(c)?))
    }

    /// Cents, with NULL.
    pub fn importo_opt(&self, c: impl Colonna) -> Result<Option<Importo>, StoreError> {
        Ok(self.intero_opt(c)?.map(Importo::da_centesimi))
    }

    /// Microseconds UTC.
    pub fn istante(&self, c: impl Colonna) -> Result<Istante, StoreError> {
        Ok(Istante::da_micros(self.intero(c)?))
    }

    /// Microseconds UTC, with NULL.
    pub fn istante_opt(&self, c: impl Colonna) -> Result<Option<Istante>, StoreError> {
        Ok(self.intero_opt(c)?.map(Istante::da_micros))
    }

    /// A `TEXT`.
    pub fn testo_opt(&self, c: impl Colonna) -> Result<Option<String>, StoreError> {
        match self.0 {
            Origine::Sqlite(r) => r.try_get(c),
            Origine::Postgres(r) => r.try_get(c),
        }
        .map_err(|e| rotta(c, &e))
    }

    /// As [`Self::testo_opt`]; NULL is `Rotto`.
    pub fn testo(&self, c: impl Colonna) -> Result<String, StoreError> {
        self.testo_opt(c)?.ok_or_else(|| nulla(c))
    }

    /// A text parsed into a domain value; a text that does not parse is `Rotto`, named by column
    /// and without its content.
    pub fn letto<T>(&self, c: impl Colonna, leggi: impl FnOnce(&str) -> Option<T>) -> Result<T, StoreError> {
        leggi(&self.testo(c)?).ok_or_else(|| StoreError::Rotto(format!("colonna {c:?}: valore non valido")))
    }

    /// As [`Self::letto`], with NULL.
    pub fn letto_opt<T>(
        &self,
        c: impl Colonna,
        leggi: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        match self.testo_opt(c)? {
            None => Ok(None),
            Some(t) => leggi(&t)
                .map(Some)
                .ok_or_else(|| StoreError::Rotto(format!("colonna {c:?}: valore non valido"))),
        }
    }

    /// A calendar date stored as `yyyy-MM-dd`.
    pub fn data_opt(&self, c: impl Colonna) -> Result<Option<Date>, StoreError> {
        self.letto_opt(c, |t| t.parse().ok())
    }

    /// As [`Self::data_opt`]; NULL is `Rotto`.
    pub fn data(&self, c: impl Colonna) -> Result<Date, StoreError> {
        self.data_opt(c)?.ok_or_else(|| nulla(c))
    }

    /// A `BYTEA` / `BLOB`.
    pub fn byte_opt(&self, c: impl Colonna) -> Result<Option<Vec<u8>>, StoreError> {
        match self.0 {
            Origine::Sqlite(r) => r.try_get(c),
            Origine::Postgres(r) => r.try_get(c),
        }
        .map_err(|e| rotta(c, &e))
    }

    /// As [`Self::byte_opt`]; NULL is `Rotto`.
    pub fn byte(&self, c: impl Colonna) -> Result<Vec<u8>, StoreError> {
        self.byte_opt(c)?.ok_or_else(|| nulla(c))
    }
}

/// A value of one column, by position: what tuples are made of.
pub trait DaColonna: Sized {
    /// Reads column `i`.
    fn da_colonna(r: &Riga<'_>, i: usize) -> Result<Self, StoreError>;
}

macro_rules! da_colonna {
    ($($tipo:ty => $metodo:ident;)*) => { $(
        impl DaColonna for $tipo {
            fn da_colonna(r: &Riga<'_>, i: usize) -> Result<Self, StoreError> {
                r.$metodo(i)
            }
        }
        impl DaRiga for $tipo {
            fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
                r.$metodo(0)
            }
        }
    )* };
}

da_colonna! {
    i64 => intero;
    Option<i64> => intero_opt;
    bool => booleano;
    String => testo;
    Option<String> => testo_opt;
    Vec<u8> => byte;
    Option<Vec<u8>> => byte_opt;
    Importo => importo;
    Istante => istante;
    Option<Istante> => istante_opt;
    Date => data;
    Option<Date> => data_opt;
}

macro_rules! tuple {
    ($(($($t:ident $i:tt),+);)*) => { $(
        impl<$($t: DaColonna),+> DaRiga for ($($t,)+) {
            fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
                Ok(($($t::da_colonna(r, $i)?,)+))
            }
        }
    )* };
}

tuple! {
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, E 4);
    (A 0, B 1, C 2, D 3, E 4, F 5);
}
