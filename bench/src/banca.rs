//! A database of the benchmark, seen from beside the gateway: what is stored before the measure.

use anyhow::{Context as _, Result};
use sqlx::{AssertSqlSafe, Executor as _, PgPool, Row as _, postgres::PgPoolOptions};
use std::path::PathBuf;

/// One database.
#[derive(Debug, Clone)]
pub(crate) enum Banca {
    /// The file.
    Sqlite(PathBuf),
    /// URL, and connections of ours.
    Postgres(String, PgPool),
}

impl Banca {
    pub(crate) fn postgres(url: &str) -> Result<Self> {
        Ok(Self::Postgres(url.to_owned(), PgPoolOptions::new().max_connections(2).connect_lazy(url)?))
    }

    /// Ends our sessions, which then tell the statistics what they did, and opens others.
    pub(crate) async fn riapri(&mut self) -> Result<()> {
        let Self::Postgres(url, p) = self else { return Ok(()) };
        p.close().await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        *self = Self::postgres(&url.clone())?;
        Ok(())
    }

    /// For `govpay serve --database`.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(f) => format!("sqlite://{}", f.display()),
            Self::Postgres(url, _) => url.clone(),
        }
    }

    fn file(&self) -> Result<Option<rusqlite::Connection>> {
        let Self::Sqlite(f) = self else { return Ok(None) };
        let c = rusqlite::Connection::open(f)?;
        c.busy_timeout(std::time::Duration::from_secs(30))?;
        Ok(Some(c))
    }

    /// Runs one statement, made of literals of this crate and of numbers; returns the rows touched.
    pub(crate) async fn esegui(&self, sql: &str) -> Result<u64> {
        if let Some(c) = self.file()? {
            return Ok(c.execute(sql, []).with_context(|| sql.to_owned())? as u64);
        }
        let Self::Postgres(_, p) = self else { return Ok(0) };
        let fatto = p.execute(AssertSqlSafe(sql.to_owned())).await.with_context(|| sql.to_owned())?;
        Ok(fatto.rows_affected())
    }

    /// The first column of the first row, as text.
    pub(crate) async fn testo(&self, sql: &str) -> Result<String> {
        if let Some(c) = self.file()? {
            let v: rusqlite::types::Value =
                c.query_row(sql, [], |r| r.get(0)).with_context(|| sql.to_owned())?;
            return Ok(match v {
                rusqlite::types::Value::Integer(n) => n.to_string(),
                rusqlite::types::Value::Text(t) => t,
                _ => String::new(),
            });
        }
        let Self::Postgres(_, p) = self else { return Ok(String::new()) };
        let sql = format!("select x::text from ({sql}) as q(x)");
        let riga = p.fetch_one(AssertSqlSafe(sql.clone())).await.with_context(|| sql)?;
        Ok(riga.try_get::<Option<String>, _>(0)?.unwrap_or_default())
    }

    pub(crate) async fn intero(&self, sql: &str) -> Result<i64> {
        let t = self.testo(sql).await?;
        t.parse().with_context(|| format!("{sql}: {t}"))
    }

    /// Names of the columns of a table, in their order: a migration that adds one needs no change here.
    pub(crate) async fn colonne(&self, tabella: &str) -> Result<Vec<String>> {
        let t = match self {
            Self::Sqlite(_) => {
                self.testo(&format!("select group_concat(name) from pragma_table_info('{tabella}')")).await?
            }
            Self::Postgres(..) => {
                self.testo(&format!(
                    "select string_agg(attname, ',' order by attnum) from pg_attribute \
                     where attrelid = '{tabella}'::regclass and attnum > 0 and not attisdropped"
                ))
                .await?
            }
        };
        Ok(t.split(',').map(str::to_owned).collect())
    }

    /// A relation `s(i)` with the numbers of a range.
    pub(crate) fn serie(&self, da: u64, a: u64) -> String {
        match self {
            Self::Sqlite(_) => format!(
                "(with recursive r(i) as (select {da} union all select i + 1 from r where i < {a}) \
                 select i from r) as s"
            ),
            Self::Postgres(..) => format!("generate_series({da}::bigint, {a}::bigint) as s(i)"),
        }
    }

    /// Fresh statistics, and no work left over for the time of the measure. On SQLite nothing is done,
    /// as nobody does it for the gateway either.
    pub(crate) async fn riassetta(&self) -> Result<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(..) => {
                self.esegui("vacuum (analyze)").await?;
                self.esegui("checkpoint").await.map(drop)
            }
        }
    }
}
