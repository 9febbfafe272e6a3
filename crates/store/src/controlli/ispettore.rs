//! The connection of the audit: it cannot write, makes nothing, and ends what takes too long.

use super::{Controllo, Limite, Tempi, Trovati};
use crate::migrazioni::{self, Applicata};
use crate::riga::Origine;
use crate::sqlite::file_di;
use crate::{ChiaveCifratura, DaRiga, Dialetto, Impostazioni, Riga, StoreError, Valore, valori};
use domain::Istante;
use futures_util::TryStreamExt as _;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, PgConnection, SqlStr, SqliteConnection};
use std::path::Path;
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long a lock of somebody else (a migration) is waited for, in milliseconds.
const ATTESA_LOCK: u64 = 5000;
/// Operations of SQLite between a look at the time and the next.
const PASSO: i32 = 10_000;

/// Reads one database for an audit, on one connection.
pub struct Ispettore {
    base: Base,
    come: Come,
    chiave: Option<ChiaveCifratura>,
    limite: Duration,
    /// Raised when a statement of SQLite must end.
    basta: Arc<AtomicBool>,
}

impl std::fmt::Debug for Ispettore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ispettore")
    }
}

enum Base {
    Sqlite(Box<SqliteConnection>),
    Postgres(Box<PgConnection>),
}

/// How the connection is made, and made again.
#[derive(Clone)]
enum Come {
    Sqlite(Box<SqliteConnectOptions>),
    Postgres(Box<PgConnectOptions>),
}

impl Come {
    fn nuovo(imp: &Impostazioni, limite: Duration) -> Result<Self, StoreError> {
        if let Some(file) = file_di(&imp.url) {
            if !file.is_file() {
                return Err(StoreError::NonDisponibile(format!("il file {} non c'e'", file.display())));
            }
            return Ok(Self::Sqlite(Box::new(
                SqliteConnectOptions::new()
                    .filename(file)
                    .read_only(true)
                    .busy_timeout(Duration::from_millis(ATTESA_LOCK))
                    .disable_statement_logging(),
            )));
        }
        let opzioni = PgConnectOptions::from_str(&imp.url)
            // The cause may quote the URL with its password.
            .map_err(|_| StoreError::Rotto("URL della base dati non valido".into()))?
            .application_name("govpay check")
            .options([
                ("default_transaction_read_only", "on".to_owned()),
                ("default_transaction_isolation", "repeatable read".to_owned()),
                ("statement_timeout", limite.as_millis().to_string()),
                ("lock_timeout", ATTESA_LOCK.to_string()),
            ])
            .disable_statement_logging();
        Ok(Self::Postgres(Box::new(opzioni)))
    }

    async fn apri(&self, basta: &Arc<AtomicBool>) -> Result<Base, StoreError> {
        let non_aperta = |e: sqlx::Error| StoreError::NonDisponibile(e.to_string());
        match self {
            Self::Sqlite(o) => {
                let mut c = o.connect().await.map_err(non_aperta)?;
                let basta = Arc::clone(basta);
                c.lock_handle()
                    .await
                    .map_err(non_aperta)?
                    .set_progress_handler(PASSO, move || !basta.load(Ordering::Relaxed));
                Ok(Base::Sqlite(Box::new(c)))
            }
            Self::Postgres(o) => Ok(Base::Postgres(Box::new(o.connect().await.map_err(non_aperta)?))),
        }
    }
}

/// Errors of a reading: there is nothing to write, hence nothing to be uncertain of.
fn errore(e: &sqlx::Error) -> StoreError {
    StoreError::Rotto(e.to_string())
}

macro_rules! legate {
    ($sql:expr, $valori:expr) => {{
        let mut q = sqlx::query($sql);
        for v in $valori {
            q = match v {
                Valore::Intero(v) => q.bind(*v),
                Valore::Testo(v) => q.bind(v.clone()),
                Valore::Byte(v) => q.bind(v.clone()),
            };
        }
        q
    }};
}

impl Base {
    /// Gives each row to `con`, one at a time.
    async fn scorri(
        &mut self,
        sql: &'static str,
        v: &[Valore],
        con: &mut (dyn FnMut(&Riga<'_>) -> Result<(), StoreError> + Send),
    ) -> Result<(), StoreError> {
        let sql = SqlStr::from_static(sql);
        match self {
            Self::Sqlite(c) => {
                let mut righe = legate!(sql, v).fetch(&mut **c);
                while let Some(r) = righe.try_next().await.map_err(|e| errore(&e))? {
                    con(&Riga(Origine::Sqlite(&r)))?;
                }
            }
            Self::Postgres(c) => {
                let mut righe = legate!(sql, v).fetch(&mut **c);
                while let Some(r) = righe.try_next().await.map_err(|e| errore(&e))? {
                    con(&Riga(Origine::Postgres(&r)))?;
                }
            }
        }
        Ok(())
    }

    async fn tutte<T: DaRiga + Send>(
        &mut self,
        sql: &'static str,
        v: &[Valore],
    ) -> Result<Vec<T>, StoreError> {
        let mut lette = Vec::new();
        self.scorri(sql, v, &mut |r| {
            lette.push(T::da_riga(r)?);
            Ok(())
        })
        .await?;
        Ok(lette)
    }

    async fn comando(&mut self, sql: &'static str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(c) => c.execute(sql).await.map(|_| ()),
            Self::Postgres(c) => c.execute(sql).await.map(|_| ()),
        }
        .map_err(|e| errore(&e))
    }
}

impl Ispettore {
    /// Opens a database that is there, without touching it. No check may take longer than `limite`.
    ///
    /// # Errors
    /// There is no such database, or it does not answer.
    pub async fn apri(imp: &Impostazioni, limite: Duration) -> Result<Self, StoreError> {
        let come = Come::nuovo(imp, limite)?;
        let basta = Arc::new(AtomicBool::new(false));
        let mut base = come.apri(&basta).await?;
        base.tutte::<i64>("select 1", &[]).await.map_err(|e| StoreError::NonDisponibile(e.to_string()))?;
        let chiave = match (&imp.chiave, file_di(&imp.url)) {
            (Some(c), _) => Some(c.clone()),
            (None, Some(file)) => accanto(&file)?,
            (None, None) => None,
        };
        Ok(Self { base, come, chiave, limite, basta })
    }

    /// Which database this is.
    #[must_use]
    pub fn dialetto(&self) -> Dialetto {
        match self.base {
            Base::Sqlite(_) => Dialetto::Sqlite,
            Base::Postgres(_) => Dialetto::Postgres,
        }
    }

    /// The key for secrets, when there is one.
    #[must_use]
    pub const fn chiave(&self) -> Option<&ChiaveCifratura> {
        self.chiave.as_ref()
    }

    /// Makes a check and keeps the first `quanti` violators.
    ///
    /// # Errors
    /// It could not be made: a table is missing, the database is away, the time is over.
    pub async fn esegui(
        &mut self,
        controllo: &Controllo,
        tempi: &Tempi,
        quanti: usize,
    ) -> Result<Trovati, StoreError> {
        let limite = self.limite;
        let esito = tokio::time::timeout(limite, self.prova(controllo, tempi, quanti)).await;
        self.al_sicuro(esito).await
    }

    /// The rows of a bounded query of ours, as one page of a longer reading.
    pub(super) async fn pagina<T: DaRiga + Send>(
        &mut self,
        sql: &'static str,
        v: Vec<Valore>,
    ) -> Result<Vec<T>, StoreError> {
        let limite = self.limite;
        let esito = tokio::time::timeout(limite, self.base.tutte(sql, &v)).await;
        self.al_sicuro(esito).await
    }

    /// After an error the connection is made again: nobody knows in which state it was left.
    async fn al_sicuro<T>(
        &mut self,
        esito: Result<Result<T, StoreError>, tokio::time::error::Elapsed>,
    ) -> Result<T, StoreError> {
        let esito = match esito {
            Ok(Ok(t)) => return Ok(t),
            Ok(Err(e)) => e,
            Err(_) => StoreError::NonDisponibile(format!("non finito in {} secondi", self.limite.as_secs())),
        };
        self.basta.store(true, Ordering::Relaxed);
        let basta = Arc::new(AtomicBool::new(false));
        // The old connection ends by itself; of a new one that fails the next check will tell.
        if let Ok(nuova) = self.come.apri(&basta).await {
            self.base = nuova;
            self.basta = basta;
        }
        Err(esito)
    }

    /// Count and violators at the same instant of the database.
    async fn prova(&mut self, c: &Controllo, tempi: &Tempi, quanti: usize) -> Result<Trovati, StoreError> {
        let dialetto = self.dialetto();
        self.base.comando("begin").await?;
        let mut v: Vec<Valore> = Vec::new();
        for l in c.limiti {
            let istante = self.istante(*l, tempi, dialetto).await?;
            v.push(istante.into());
        }
        let esaminati = match c.esaminati {
            Some(sql) => self.base.tutte::<i64>(sql, &[]).await?.first().copied(),
            None => None,
        };
        let mut trovati = Trovati { esaminati, ..Trovati::default() };
        let sql = c.violazioni.per(dialetto);
        self.base
            .scorri(sql, &v, &mut |r| {
                trovati.viola(quanti, &r.testo(0)?, &r.testo(1)?);
                Ok(())
            })
            .await?;
        self.base.comando("rollback").await?;
        Ok(trovati)
    }

    async fn istante(&mut self, l: Limite, tempi: &Tempi, dialetto: Dialetto) -> Result<Istante, StoreError> {
        let micros = |d: Duration| i64::try_from(d.as_micros()).unwrap_or(i64::MAX / 4);
        let tolleranza = micros(tempi.tolleranza);
        Ok(match l {
            Limite::InRitardo => tempi.adesso.piu_micros(-tolleranza),
            // Closed after 30 minutes at most, by a job that runs every 30 (spec 40 9.1).
            Limite::TentativoScaduto => tempi.adesso.piu_secondi(-3600).piu_micros(-tolleranza),
            Limite::AdessoBase => self.orologio(dialetto).await?,
            Limite::InRitardoBase => self.orologio(dialetto).await?.piu_micros(-tolleranza),
            Limite::LavoroMorto => self
                .orologio(dialetto)
                .await?
                .piu_micros(-tolleranza)
                .piu_micros(-micros(tempi.timeout_lavori)),
        })
    }

    async fn orologio(&mut self, dialetto: Dialetto) -> Result<Istante, StoreError> {
        let sql = crate::orologio::con_orologio!(dialetto, "select ", "");
        let letto = self.base.tutte::<Istante>(sql, &[]).await?;
        letto.first().copied().ok_or_else(|| StoreError::Rotto("la base dati non dice l'ora".into()))
    }

    /// What is wrong with the schema: newer or older than this program, or changed under it.
    ///
    /// # Errors
    /// There is no schema of ours here, or it cannot be read.
    pub async fn schema(&mut self) -> Result<Vec<(String, String)>, StoreError> {
        let righe: Vec<Applicata> = self.pagina(migrazioni::LEGGI_REGISTRO, Vec::new()).await?;
        Ok(match migrazioni::mancanti(&righe) {
            Ok(mancanti) => {
                mancanti.iter().map(|m| (m.nome.to_owned(), "migrazione da applicare".to_owned())).collect()
            }
            Err(e) => vec![("schema_migrations".to_owned(), e.to_string())],
        })
    }

    /// Whether the tables of this program are here at all.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn ha_uno_schema(&mut self) -> Result<bool, StoreError> {
        let sql = match self.dialetto() {
            Dialetto::Sqlite => "select count(*) from sqlite_master where type = 'table' and name = $1",
            Dialetto::Postgres => {
                "select count(*) from pg_tables where schemaname = current_schema() and tablename = $1"
            }
        };
        Ok(self.pagina::<i64>(sql, valori!["schema_migrations"]).await?.first().is_some_and(|n| *n > 0))
    }

    /// Closes the connection.
    pub async fn chiudi(self) {
        match self.base {
            Base::Sqlite(c) => drop(c.close().await),
            Base::Postgres(c) => drop(c.close().await),
        }
    }
}

impl DaRiga for Applicata {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self { numero: r.intero(0)?, nome: r.testo(1)?, impronta: r.testo(2)? })
    }
}

/// The key in the file beside the database, which is not made here.
fn accanto(file: &Path) -> Result<Option<ChiaveCifratura>, StoreError> {
    let mut nome = file.as_os_str().to_owned();
    nome.push(".chiave");
    let nome = Path::new(&nome);
    if nome.is_file() { ChiaveCifratura::da_file(nome).map(Some) } else { Ok(None) }
}
