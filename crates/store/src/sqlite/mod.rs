//! SQLite: one writer thread that groups many Scritture into one sync, and a read-only pool.

mod esiti;
mod scrittore;

use crate::{
    Impostazioni, Scrittura, StoreError, Valore,
    conteggi::Contatori,
    migrazioni::{self, Applicata},
};
use scrittore::{Compito, Cosa, Richiesta, Scrittore};
use sqlx::{
    ConnectOptions as _, Row as _, SqlStr, SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteRow},
};
use std::{
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::sync::{mpsc, oneshot};

/// Prepared statements kept by each connection.
const ISTRUZIONI_PREPARATE: usize = 512;

/// Which file a path leads to: device and inode. A database that was moved away must not be
/// written through the handle that is still open: SQLite would go on happily in a deleted file.
pub(super) type Identita = (u64, u64);

/// The identity of the file under the path, or `NonDisponibile` when there is none.
fn identita(file: &Path) -> Result<Identita, StoreError> {
    let m = std::fs::metadata(file)
        .map_err(|e| StoreError::NonDisponibile(format!("file della base dati: {e}")))?;
    Ok((m.dev(), m.ino()))
}

/// The file of a `sqlite:` URL; `None` for other URLs. What follows a `?` is ignored.
pub(crate) fn file_di(url: &str) -> Option<PathBuf> {
    let resto = url.strip_prefix("sqlite:")?;
    let resto = resto.strip_prefix("//").unwrap_or(resto);
    let nome = resto.split_once('?').map_or(resto, |(nome, _)| nome);
    (!nome.is_empty() && !nome.starts_with(':')).then(|| PathBuf::from(nome))
}

#[derive(Debug)]
pub(crate) struct Sqlite {
    file: PathBuf,
    coda: mpsc::Sender<Richiesta>,
    attesa_coda: Duration,
    attesa_lock: Duration,
    connessioni: u32,
    lettori: RwLock<(Identita, SqlitePool)>,
}

impl Sqlite {
    pub(crate) async fn apri(
        file: &Path,
        imp: &Impostazioni,
        conteggi: Arc<Contatori>,
    ) -> Result<Self, StoreError> {
        crea(file)?;
        let (coda, richieste) = mpsc::channel(imp.coda.max(1));
        let scrittore = Scrittore::nuovo(file.to_owned(), imp, conteggi);
        std::thread::Builder::new()
            .name("sqlite-scrittore".into())
            .spawn(move || scrittore.ciclo(richieste))
            .map_err(|e| StoreError::NonDisponibile(format!("thread di scrittura: {e}")))?;
        // The writer opens first: it puts the file in WAL mode, which readers cannot do.
        let (risposta, esito) = oneshot::channel();
        let aperta = Self {
            file: file.to_owned(),
            coda,
            attesa_coda: imp.attesa_coda,
            attesa_lock: imp.attesa_lock,
            connessioni: imp.connessioni.max(1),
            lettori: RwLock::new((identita(file)?, lettori(file, imp.connessioni, imp.attesa_lock))),
        };
        aperta.manda(Richiesta::Prova(risposta)).await?;
        attendi(esito).await?;
        Ok(aperta)
    }

    async fn manda(&self, r: Richiesta) -> Result<(), StoreError> {
        match tokio::time::timeout(self.attesa_coda, self.coda.send(r)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(StoreError::NonDisponibile("base dati chiusa".into())),
            Err(_) => Err(StoreError::NonDisponibile("coda delle scritture piena".into())),
        }
    }

    async fn compito(&self, cosa: Cosa) -> Result<Option<i64>, StoreError> {
        let (risposta, esito) = oneshot::channel();
        self.manda(Richiesta::Compito(Compito { cosa, risposta })).await?;
        attendi(esito).await
    }

    pub(crate) async fn commit(&self, s: Scrittura) -> Result<(), StoreError> {
        self.compito(Cosa::Scrittura(s)).await.map(|_| ())
    }

    pub(crate) async fn scalare(&self, sql: &'static str, v: Vec<Valore>) -> Result<Option<i64>, StoreError> {
        self.compito(Cosa::Scalare(sql, v)).await
    }

    pub(crate) async fn righe(&self, sql: SqlStr, v: &[Valore]) -> Result<Vec<SqliteRow>, StoreError> {
        let testo = sql.clone();
        let mut q = sqlx::query(sql);
        for v in v {
            q = match v {
                Valore::Intero(v) => q.bind(*v),
                Valore::Testo(v) => q.bind(v.clone()),
                Valore::Byte(v) => q.bind(v.clone()),
            };
        }
        q.fetch_all(&self.pool_lettori()?).await.map_err(|e| esiti::da_sqlx(&e, testo.as_str()))
    }

    /// The readers of the file that is under the path now.
    fn pool_lettori(&self) -> Result<SqlitePool, StoreError> {
        let adesso = identita(&self.file)?;
        {
            let corrente = self.lettori.read().unwrap_or_else(PoisonError::into_inner);
            if corrente.0 == adesso {
                return Ok(corrente.1.clone());
            }
        }
        let mut corrente = self.lettori.write().unwrap_or_else(PoisonError::into_inner);
        if corrente.0 != adesso {
            tracing::warn!("the database file was replaced: readers reopen it");
            let vecchi = std::mem::replace(
                &mut *corrente,
                (adesso, lettori(&self.file, self.connessioni, self.attesa_lock)),
            );
            tokio::spawn(async move { vecchi.1.close().await });
        }
        Ok(corrente.1.clone())
    }

    pub(crate) async fn prova(&self) -> Result<(), StoreError> {
        self.righe(SqlStr::from_static("select 1"), &[]).await?;
        let (risposta, esito) = oneshot::channel();
        self.manda(Richiesta::Prova(risposta)).await?;
        attendi(esito).await
    }

    pub(crate) async fn migra(&self) -> Result<Vec<String>, StoreError> {
        let (risposta, esito) = oneshot::channel();
        self.manda(Richiesta::Migra(risposta)).await?;
        attendi(esito).await
    }

    pub(crate) async fn mancanti(&self) -> Result<Vec<String>, StoreError> {
        let c_e = "select 1 from sqlite_master where type = 'table' and name = 'schema_migrations'";
        let mut applicate = Vec::new();
        if !self.righe(SqlStr::from_static(c_e), &[]).await?.is_empty() {
            for r in self.righe(SqlStr::from_static(migrazioni::LEGGI_REGISTRO), &[]).await? {
                let campo = |e: sqlx::Error| esiti::da_sqlx(&e, migrazioni::LEGGI_REGISTRO);
                applicate.push(Applicata {
                    numero: r.try_get(0).map_err(campo)?,
                    nome: r.try_get(1).map_err(campo)?,
                    impronta: r.try_get(2).map_err(campo)?,
                });
            }
        }
        Ok(migrazioni::mancanti(&applicate)?.iter().map(|m| m.nome.to_owned()).collect())
    }

    pub(crate) async fn chiudi(&self) {
        let pool = self.lettori.read().unwrap_or_else(PoisonError::into_inner).1.clone();
        pool.close().await;
        let (risposta, fine) = oneshot::channel();
        // No timeout here: what was accepted before must be finished.
        if self.coda.send(Richiesta::Chiudi(risposta)).await.is_ok() {
            let _ = fine.await;
        }
    }
}

/// The writer dropped the request without an answer: it may have been committed.
async fn attendi<T>(esito: oneshot::Receiver<Result<T, StoreError>>) -> Result<T, StoreError> {
    esito.await.unwrap_or(Err(StoreError::Incerto))
}

/// Makes the folder and an empty file that only we may read, if they are not there. An existing
/// file is never opened here: closing the descriptor would drop SQLite's locks on it.
fn crea(file: &Path) -> Result<(), StoreError> {
    let errore = |e: std::io::Error| StoreError::NonDisponibile(format!("file della base dati: {e}"));
    if let Some(cartella) = file.parent().filter(|c| !c.as_os_str().is_empty()) {
        std::fs::create_dir_all(cartella).map_err(errore)?;
    }
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(errore(e)),
    }
}

fn lettori(file: &Path, connessioni: u32, attesa_lock: Duration) -> SqlitePool {
    let opzioni = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .busy_timeout(attesa_lock)
        .statement_cache_capacity(ISTRUZIONI_PREPARATE)
        .disable_statement_logging();
    SqlitePoolOptions::new()
        .max_connections(connessioni.max(1))
        .acquire_timeout(attesa_lock)
        .test_before_acquire(false)
        .connect_lazy_with(opzioni)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn il_file_di_un_url() {
        assert_eq!(file_di("sqlite://data/govpay.db"), Some(PathBuf::from("data/govpay.db")));
        assert_eq!(file_di("sqlite:///var/govpay.db?mode=rwc"), Some(PathBuf::from("/var/govpay.db")));
        assert_eq!(file_di("sqlite::memory:"), None);
        assert_eq!(file_di("postgres://localhost/govpay"), None);
    }
}
