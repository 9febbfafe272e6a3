//! PostgreSQL: Scritture share transactions on lines of their own (see `gruppi`); reads, and the
//! Scritture that go alone, through a pool.
//!
//! Until the COMMIT is sent nothing can have been written, so a lost connection (the server was
//! restarted, a proxy closed an idle one) is simply tried again on another one. From then on a lost
//! connection is `Incerto`.

mod gruppi;
mod indirizzo;
mod linea;
mod tls;

use crate::{
    Dialetto, Impostazioni, Scrittura, StoreError, Valore, Vincolo,
    conteggi::Contatori,
    migrazioni::{self, Applicata},
};
use gruppi::Gruppi;
use indirizzo::Indirizzo;
use sqlx::{
    ConnectOptions as _, Connection as _, Executor as _, PgConnection, PgPool, Postgres as Pg, Row as _,
    SqlStr,
    pool::PoolConnection,
    postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow},
    query::Query,
};
use std::{str::FromStr as _, sync::Arc, time::Duration};

/// Prepared statements kept by each connection.
const ISTRUZIONI_PREPARATE: usize = 512;
/// Key of the advisory lock of the migrations: "govpay" in ASCII.
const LUCCHETTO_MIGRAZIONI: i64 = 0x676f_7670_6179;

#[derive(Debug, Clone)]
pub(crate) struct Postgres {
    pool: PgPool,
    opzioni: PgConnectOptions,
    attesa: Duration,
    conteggi: Arc<Contatori>,
    /// None: each Scrittura goes alone.
    gruppi: Option<Arc<Gruppi>>,
}

/// A failed attempt.
struct Fallita {
    errore: StoreError,
    /// The connection is not to be used again.
    persa: bool,
    /// Nothing can have been written, and another connection may have a better fate.
    da_riprovare: bool,
}

impl Fallita {
    /// The connection is sound.
    fn detta(errore: StoreError) -> Self {
        Self { errore, persa: false, da_riprovare: false }
    }

    /// Before COMMIT was sent.
    fn prima_del_commit(e: &sqlx::Error, sql: &str) -> Self {
        let persa = persa(e);
        Self { errore: da_sqlx(e, sql), persa, da_riprovare: persa && !silenzio(e) }
    }

    /// The answer to COMMIT: an error told by the server means a rollback, a lost line nothing.
    fn al_commit(e: &sqlx::Error) -> Self {
        if persa(e) {
            tracing::warn!(errore = %e, "the answer to COMMIT was lost");
            return Self { errore: StoreError::Incerto, persa: true, da_riprovare: false };
        }
        Self::detta(da_sqlx(e, "commit"))
    }
}

impl Postgres {
    pub(crate) async fn apri(imp: &Impostazioni, conteggi: Arc<Contatori>) -> Result<Self, StoreError> {
        let base = PgConnectOptions::from_str(&imp.url)
            // The cause may quote the URL with its password.
            .map_err(|_| StoreError::Rotto("URL della base dati non valido".into()))?
            .application_name("govpay")
            .statement_cache_capacity(ISTRUZIONI_PREPARATE)
            .disable_statement_logging();
        let limiti = base.clone().options([
            ("statement_timeout", imp.attesa_istruzione.as_millis().to_string()),
            ("lock_timeout", imp.attesa_lock.as_millis().to_string()),
            ("idle_in_transaction_session_timeout", (imp.attesa_istruzione * 2).as_millis().to_string()),
        ]);
        let scrittori = scrittori(imp);
        let pool = PgPoolOptions::new()
            .max_connections(imp.connessioni.max(1) - scrittori)
            .acquire_timeout(imp.attesa_lock)
            .test_before_acquire(false)
            .connect_lazy_with(limiti);
        let indirizzo = Indirizzo::nuovo(&imp.url, &base, &gruppi::opzioni_di(imp), imp.attesa_lock);
        let mut aperta =
            Self { pool, opzioni: base, attesa: imp.attesa_istruzione * 2, conteggi, gruppi: None };
        aperta.prova().await?;
        if scrittori > 0 {
            aperta.gruppi = Some(Arc::new(Gruppi::avvia(imp, scrittori, &indirizzo, &aperta)));
        }
        Ok(aperta)
    }

    /// After a restart of the server every pooled connection is dead: one more try than there are.
    fn tentativi(&self) -> u32 {
        self.pool.size() + 1
    }

    /// Bounds the wait for a server that does not answer at all.
    async fn entro<T>(&self, f: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
        tokio::time::timeout(self.attesa, f).await.unwrap_or_else(|_| {
            Err(sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, "nessuna risposta")))
        })
    }

    async fn connessione(&self) -> Result<PoolConnection<Pg>, StoreError> {
        self.pool.acquire().await.map_err(|e| match e {
            sqlx::Error::PoolTimedOut => StoreError::NonDisponibile("nessuna connessione libera".into()),
            sqlx::Error::PoolClosed => StoreError::NonDisponibile("base dati chiusa".into()),
            // Whatever it is (refused, unknown database, password), the database is not there for us.
            altro => StoreError::NonDisponibile(altro.to_string()),
        })
    }

    pub(crate) async fn commit(&self, s: Scrittura) -> Result<(), StoreError> {
        if let Some(g) = &self.gruppi {
            return g.commit(s).await;
        }
        let io = self.clone();
        // A task of its own: a caller who stops waiting does not cut a COMMIT in two.
        tokio::spawn(async move { io.commit_con_tentativi(&s).await })
            .await
            .unwrap_or(Err(StoreError::Incerto))
    }

    async fn commit_con_tentativi(&self, s: &Scrittura) -> Result<(), StoreError> {
        let mut restano = self.tentativi();
        loop {
            match self.commit_una_volta(s).await {
                Ok(()) => {
                    self.conteggi.commit(s.istruzioni());
                    return Ok(());
                }
                Err(f) if f.da_riprovare && restano > 0 => restano -= 1,
                Err(f) => return Err(f.errore),
            }
        }
    }

    async fn commit_una_volta(&self, s: &Scrittura) -> Result<(), Fallita> {
        let mut c = self.connessione().await.map_err(Fallita::detta)?;
        let esito = self.transazione(&mut c, s).await;
        if esito.as_ref().is_err_and(|f| f.persa) {
            c.close_on_drop();
        }
        esito
    }

    async fn transazione(&self, c: &mut PgConnection, s: &Scrittura) -> Result<(), Fallita> {
        let mut t = self.entro(c.begin()).await.map_err(|e| Fallita::prima_del_commit(&e, "begin"))?;
        for i in &s.0 {
            let q = lega(SqlStr::from_static(i.sql), &i.valori);
            let fallita = match self.entro(q.execute(&mut *t)).await {
                Ok(r) if i.righe.ammette(r.rows_affected()) => continue,
                Ok(r) => {
                    let trovate = r.rows_affected();
                    tracing::debug!(sql = i.sql, trovate, attese = ?i.righe, "guard failed");
                    Fallita::detta(StoreError::Conflitto)
                }
                Err(e) => Fallita::prima_del_commit(&e, i.sql),
            };
            if !fallita.persa {
                // Free the row locks before the caller decides again; if it fails, so does the
                // connection, and the server rolls back.
                let _ = self.entro(t.rollback()).await;
            }
            return Err(fallita);
        }
        self.entro(t.commit()).await.map_err(|e| Fallita::al_commit(&e))
    }

    pub(crate) async fn scalare(&self, sql: &'static str, v: Vec<Valore>) -> Result<Option<i64>, StoreError> {
        let io = self.clone();
        tokio::spawn(async move {
            let righe = io.righe(SqlStr::from_static(sql), &v, true).await?;
            righe.first().map(|r| r.try_get(0)).transpose().map_err(|e| da_sqlx(&e, sql))
        })
        .await
        .unwrap_or(Err(StoreError::Incerto))
    }

    /// A query that is not `preparata` is planned for its values each time. A plan made for any value
    /// does not know how few rows a page is: at a million events it reads them all.
    pub(crate) async fn righe(
        &self,
        sql: SqlStr,
        v: &[Valore],
        preparata: bool,
    ) -> Result<Vec<PgRow>, StoreError> {
        let mut restano = self.tentativi();
        loop {
            let mut c = self.connessione().await?;
            match self.entro(lega(sql.clone(), v).persistent(preparata).fetch_all(&mut *c)).await {
                Ok(righe) => return Ok(righe),
                Err(e) if persa(&e) || piano_vecchio(&e) => {
                    c.close_on_drop();
                    if restano == 0 || silenzio(&e) {
                        return Err(da_sqlx(&e, sql.as_str()));
                    }
                    restano -= 1;
                }
                Err(e) => return Err(da_sqlx(&e, sql.as_str())),
            }
        }
    }

    pub(crate) async fn prova(&self) -> Result<(), StoreError> {
        self.righe(SqlStr::from_static("select 1"), &[], true).await.map(|_| ())
    }

    pub(crate) async fn chiudi(&self) {
        if let Some(g) = &self.gruppi {
            g.chiudi().await;
        }
        self.pool.close().await;
    }

    /// Each migration in its own transaction under an advisory lock of the transaction, so that a
    /// pooler between us and the server does no harm.
    pub(crate) async fn migra(&self) -> Result<Vec<String>, StoreError> {
        let errore = |e: sqlx::Error| da_sqlx(&e, "migration");
        // A connection of its own, without the time limits of the pool.
        let mut c = self.opzioni.connect().await.map_err(|e| StoreError::NonDisponibile(e.to_string()))?;
        let mut fatte = Vec::new();
        loop {
            let mut t = c.begin().await.map_err(errore)?;
            t.execute("set local lock_timeout = '60s'").await.map_err(errore)?;
            sqlx::query("select pg_advisory_xact_lock($1)")
                .bind(LUCCHETTO_MIGRAZIONI)
                .execute(&mut *t)
                .await
                .map_err(errore)?;
            t.execute(migrazioni::REGISTRO).await.map_err(errore)?;
            let applicate = applicate(&mut t).await?;
            let Some(m) = migrazioni::mancanti(&applicate)?.into_iter().next() else {
                t.commit().await.map_err(errore)?;
                let _ = c.close().await;
                return Ok(fatte);
            };
            sqlx::raw_sql(m.postgres)
                .execute(&mut *t)
                .await
                .map_err(|e| StoreError::Rotto(format!("migrazione {}: {e}", m.nome)))?;
            sqlx::query(migrazioni::scrivi_registro(Dialetto::Postgres))
                .bind(m.numero)
                .bind(m.nome)
                .bind(m.impronta())
                .execute(&mut *t)
                .await
                .map_err(errore)?;
            t.commit().await.map_err(errore)?;
            fatte.push(m.nome.to_owned());
        }
    }

    pub(crate) async fn mancanti(&self) -> Result<Vec<String>, StoreError> {
        let mut c = self.connessione().await?;
        let c_e: bool = sqlx::query_scalar("select to_regclass('schema_migrations') is not null")
            .fetch_one(&mut *c)
            .await
            .map_err(|e| da_sqlx(&e, "to_regclass"))?;
        let applicate = if c_e { applicate(&mut c).await? } else { Vec::new() };
        Ok(migrazioni::mancanti(&applicate)?.iter().map(|m| m.nome.to_owned()).collect())
    }
}

/// See [`crate::lettori`].
pub(crate) async fn parla(ingresso: &[u8], risposta: &[u8]) -> Option<Vec<u64>> {
    let url = "postgres://u:p@127.0.0.1:1/d?sslmode=disable";
    let base = PgConnectOptions::from_str(url).ok()?;
    let i = Indirizzo::nuovo(url, &base, "", Duration::from_secs(1));
    let mut s = Scrittura::default();
    s.esegui("update t set x = $1", vec![Valore::Intero(Some(1))]);
    s.esegui("update t set x = $1", vec![Valore::Testo(None)]);
    match linea::parla(&i, ingresso, risposta, &s).await {
        Ok(linea::Volo::Righe(righe)) => Some(righe),
        Ok(linea::Volo::Rifiutata(..)) | Err(_) => None,
    }
}

/// See [`crate::lettori`].
pub(crate) fn indirizzo_di(url: &str) -> Option<(String, u16, String, Option<String>)> {
    let base = PgConnectOptions::from_str(url).ok()?;
    let i = Indirizzo::nuovo(url, &base, "", Duration::from_secs(1));
    Some((i.host, i.porta, i.utente, i.password))
}

/// Lines for the groups: they are of the same connections, and the pool keeps three quarters at least.
fn scrittori(imp: &Impostazioni) -> u32 {
    if imp.gruppo > 1 { imp.scrittori.min(imp.connessioni / 4) } else { 0 }
}

async fn applicate(c: &mut PgConnection) -> Result<Vec<Applicata>, StoreError> {
    let errore = |e: sqlx::Error| da_sqlx(&e, migrazioni::LEGGI_REGISTRO);
    let righe = sqlx::query(migrazioni::LEGGI_REGISTRO).fetch_all(c).await.map_err(errore)?;
    righe
        .iter()
        .map(|r| Ok(Applicata { numero: r.try_get(0)?, nome: r.try_get(1)?, impronta: r.try_get(2)? }))
        .collect::<Result<_, sqlx::Error>>()
        .map_err(errore)
}

fn lega(sql: SqlStr, valori: &[Valore]) -> Query<'static, Pg, PgArguments> {
    let mut q = sqlx::query(sql);
    for v in valori {
        q = match v {
            Valore::Intero(v) => q.bind(*v),
            Valore::Testo(v) => q.bind(v.clone()),
            Valore::Byte(v) => q.bind(v.clone()),
        };
    }
    q
}

/// The connection is gone, or cannot be trusted any more.
fn persa(e: &sqlx::Error) -> bool {
    match e {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::BeginFailed => {
            true
        }
        // 08: connection, but for 08P01, which is a wrong number of parameters; 57P: shutdown, crash,
        // starting up, dropped, idle; 25P03: idle in transaction.
        sqlx::Error::Database(d) => d
            .code()
            .is_some_and(|c| (c.starts_with("08") && c != "08P01") || c.starts_with("57P") || c == "25P03"),
        _ => false,
    }
}

/// The server did not answer at all: trying again would only wait as long again.
fn silenzio(e: &sqlx::Error) -> bool {
    matches!(e, sqlx::Error::Io(io) if io.kind() == std::io::ErrorKind::TimedOut)
}

/// "cached plan must not change result type": the schema was migrated under a prepared query.
fn piano_vecchio(e: &sqlx::Error) -> bool {
    e.as_database_error()
        .is_some_and(|d| d.code().as_deref() == Some("0A000") && d.message().contains("cached plan"))
}

fn da_sqlx(e: &sqlx::Error, sql: &str) -> StoreError {
    let Some(d) = e.as_database_error() else {
        return if persa(e) {
            StoreError::NonDisponibile(e.to_string())
        } else {
            tracing::error!(errore = %e, sql, "statement failed");
            StoreError::Rotto(e.to_string())
        };
    };
    let codice = d.code().unwrap_or_default();
    match codice.as_ref() {
        // Unique, and unique by hash.
        "23505" | "23P01" => StoreError::Duplicato(Vincolo::nuovo(d.constraint().unwrap_or_default())),
        "40001" | "40P01" => StoreError::Conflitto,
        // Lock and statement timeouts, read-only server (a replica), unknown database.
        "55P03" | "57014" | "25006" | "3D000" => {
            StoreError::NonDisponibile(format!("{} ({codice})", d.message()))
        }
        // No resources (disk, memory, connections), shutdown, system errors, connection.
        c if persa(e) || c.starts_with("53") || c.starts_with("58") => {
            StoreError::NonDisponibile(format!("{} ({codice})", d.message()))
        }
        _ => {
            tracing::error!(%codice, messaggio = d.message(), sql, "statement refused by the database");
            StoreError::Rotto(format!("{} ({codice})", d.message()))
        }
    }
}
