//! The writer thread: the only connection that writes.
//!
//! It takes what is queued, gives each request a savepoint, and commits them together with one
//! sync. Answers go out after the COMMIT. It outlives everything: a locked or full disk, a file
//! that went away, a panic.

use super::{ISTRUZIONI_PREPARATE, Identita, esiti::da_rusqlite, identita};
use crate::{
    Dialetto, Impostazioni, Scrittura, StoreError, Valore,
    conteggi::Contatori,
    migrazioni::{self, Applicata},
};
use rusqlite::{
    Connection, OpenFlags, Statement,
    config::DbConfig,
    ffi,
    types::{ToSqlOutput, Value, ValueRef},
};
use std::{panic::AssertUnwindSafe, path::PathBuf, sync::Arc, time::Duration};
use tokio::sync::{mpsc, oneshot};

type Risposta<T> = oneshot::Sender<Result<T, StoreError>>;

/// What can be asked of the writer.
#[derive(Debug)]
pub(super) enum Richiesta {
    Compito(Compito),
    Migra(Risposta<Vec<String>>),
    Prova(Risposta<()>),
    Chiudi(oneshot::Sender<()>),
}

/// What can share a COMMIT with others.
#[derive(Debug)]
pub(super) struct Compito {
    pub(super) cosa: Cosa,
    pub(super) risposta: Risposta<Option<i64>>,
}

#[derive(Debug)]
pub(super) enum Cosa {
    Scrittura(Scrittura),
    /// One statement `returning` one integer.
    Scalare(&'static str, Vec<Valore>),
}

type Esito = Result<Option<i64>, StoreError>;

#[derive(Debug)]
pub(super) struct Scrittore {
    file: PathBuf,
    attesa_lock: Duration,
    dimensione_massima: Option<u64>,
    gruppo: usize,
    conteggi: Arc<Contatori>,
    aperta: Option<(Connection, Identita)>,
}

/// Why a group was not committed.
struct Mancato {
    errore: StoreError,
    /// Requests may have a better fate alone: the fault may be of one of them.
    da_separare: bool,
    /// The handle is not to be trusted any more.
    da_riaprire: bool,
}

impl Mancato {
    /// Failure of BEGIN, COMMIT or of the transaction as a whole.
    fn nuovo(e: &rusqlite::Error, al_commit: bool) -> Self {
        let codice = match e {
            rusqlite::Error::SqliteFailure(err, _) => err.extended_code & 0xff,
            _ => ffi::SQLITE_ERROR,
        };
        let da_riaprire = matches!(
            codice,
            ffi::SQLITE_IOERR | ffi::SQLITE_CANTOPEN | ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB
        );
        // After a failed write or sync of the log nobody knows what a recovery would find there.
        let errore = if al_commit && codice == ffi::SQLITE_IOERR {
            tracing::error!(errore = %e, "COMMIT failed");
            StoreError::Incerto
        } else {
            da_rusqlite(e, "transaction")
        };
        let da_separare = matches!(
            codice,
            ffi::SQLITE_CONSTRAINT | ffi::SQLITE_FULL | ffi::SQLITE_NOMEM | ffi::SQLITE_TOOBIG
        );
        Self { errore, da_separare, da_riaprire }
    }

    fn senza_connessione(errore: StoreError) -> Self {
        Self { errore, da_separare: false, da_riaprire: true }
    }
}

impl Scrittore {
    pub(super) fn nuovo(file: PathBuf, imp: &Impostazioni, conteggi: Arc<Contatori>) -> Self {
        Self {
            file,
            attesa_lock: imp.attesa_lock,
            dimensione_massima: imp.dimensione_massima,
            gruppo: imp.gruppo.max(1),
            conteggi,
            aperta: None,
        }
    }

    /// Runs until the last sender is gone or somebody asks to close.
    pub(super) fn ciclo(mut self, mut richieste: mpsc::Receiver<Richiesta>) {
        let mut avanzata = None;
        let mut chiusura = Vec::new();
        while let Some(r) = avanzata.take().or_else(|| richieste.blocking_recv()) {
            // A panic drops the requests in hand: their callers get `Incerto`.
            let servita = std::panic::catch_unwind(AssertUnwindSafe(|| match r {
                Richiesta::Compito(c) => self.gruppo(c, &mut richieste),
                Richiesta::Migra(risposta) => {
                    let _ = risposta.send(self.migra());
                    None
                }
                Richiesta::Prova(risposta) => {
                    let _ = risposta.send(self.prova());
                    None
                }
                Richiesta::Chiudi(fine) => {
                    richieste.close();
                    chiusura.push(fine);
                    None
                }
            }));
            avanzata = servita.unwrap_or_else(|_| {
                tracing::error!("the writer panicked; it goes on with a new connection");
                self.abbandona();
                None
            });
        }
        drop(self.aperta.take());
        for fine in chiusura {
            let _ = fine.send(());
        }
    }

    /// The connection to the file that is under the path now.
    fn connessione(&mut self) -> Result<&Connection, StoreError> {
        let adesso = identita(&self.file)?;
        if self.aperta.as_ref().is_some_and(|(_, prima)| *prima != adesso) {
            tracing::warn!("the database file was replaced: the writer reopens it");
            self.abbandona();
        }
        if self.aperta.is_none() {
            let c = self.apri().map_err(|e| da_rusqlite(&e, "open"))?;
            self.aperta = Some((c, adesso));
        }
        match &self.aperta {
            Some((c, _)) => Ok(c),
            None => Err(StoreError::NonDisponibile("base dati chiusa".into())),
        }
    }

    fn apri(&self) -> Result<Connection, rusqlite::Error> {
        // Without CREATE: a file that went away must not be replaced by an empty one.
        let c = Connection::open_with_flags(
            &self.file,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        c.busy_timeout(self.attesa_lock)?;
        c.pragma_update(None, "journal_mode", "wal")?;
        c.pragma_update(None, "synchronous", "full")?;
        c.pragma_update(None, "foreign_keys", true)?;
        c.pragma_update(None, "journal_size_limit", 64 << 20)?;
        c.set_prepared_statement_cache_capacity(ISTRUZIONI_PREPARATE);
        if let Some(massima) = self.dimensione_massima {
            let pagina: i64 = c.pragma_query_value(None, "page_size", |r| r.get(0))?;
            let pagine = i64::try_from(massima).unwrap_or(i64::MAX) / pagina.max(1);
            // This pragma answers with a row.
            c.pragma_update_and_check(None, "max_page_count", pagine, |_| Ok(()))?;
        }
        Ok(c)
    }

    /// Closes without a checkpoint: closing the last handle of a moved file would otherwise delete
    /// the log of the file that took its name.
    fn abbandona(&mut self) {
        if let Some((c, _)) = self.aperta.take() {
            let _ = c.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        }
    }

    /// Serves the first request together with those that are queued; returns what it took from the
    /// queue and cannot share a COMMIT.
    fn gruppo(&mut self, primo: Compito, richieste: &mut mpsc::Receiver<Richiesta>) -> Option<Richiesta> {
        let mut serviti: Vec<(Compito, Esito)> = Vec::new();
        let mut avanzata = None;
        let mancato = match self.inizia() {
            Ok(()) => {
                let gruppo = self.gruppo;
                self.finisci(primo, &mut serviti, |quanti| {
                    if quanti >= gruppo {
                        return None;
                    }
                    match richieste.try_recv() {
                        Ok(Richiesta::Compito(c)) => Some(c),
                        Ok(altra) => {
                            avanzata = Some(altra);
                            None
                        }
                        Err(_) => None,
                    }
                })
                .err()
            }
            Err(m) => {
                // The database is away: those who queued meanwhile would only wait as long again.
                serviti.push((primo, Ok(None)));
                for _ in 0..richieste.len() {
                    match richieste.try_recv() {
                        Ok(Richiesta::Compito(c)) => serviti.push((c, Ok(None))),
                        Ok(altra) => {
                            avanzata = Some(altra);
                            break;
                        }
                        Err(_) => break,
                    }
                }
                Some(m)
            }
        };
        match mancato {
            None => self.rispondi(serviti),
            Some(m) if m.da_separare && serviti.len() > 1 => {
                self.annulla(&m);
                for (c, _) in serviti {
                    self.da_solo(c);
                }
            }
            Some(m) => {
                self.annulla(&m);
                fallisci(serviti, &m.errore);
            }
        }
        avanzata
    }

    /// One request in a transaction of its own, after its group failed.
    fn da_solo(&mut self, c: Compito) {
        let mut servito = Vec::new();
        let esito = match self.inizia() {
            Ok(()) => self.finisci(c, &mut servito, |_| None),
            Err(m) => {
                servito.push((c, Ok(None)));
                Err(m)
            }
        };
        match esito {
            Ok(()) => self.rispondi(servito),
            Err(m) => {
                self.annulla(&m);
                fallisci(servito, &m.errore);
            }
        }
    }

    /// Whether a write could begin: a database that another process keeps locked does not answer.
    fn prova(&mut self) -> Result<(), StoreError> {
        let esito = self.inizia().map_err(|m| {
            self.annulla(&m);
            m.errore
        });
        if let (Ok(()), Some((c, _))) = (&esito, &self.aperta) {
            // Nothing was written. If it fails, the next BEGIN rolls back first.
            let _ = c.execute_batch("rollback");
        }
        esito
    }

    /// BEGIN IMMEDIATE; waits for the lock up to `attesa_lock` (the busy timeout).
    fn inizia(&mut self) -> Result<(), Mancato> {
        let c = self.connessione().map_err(Mancato::senza_connessione)?;
        let iniziata = if c.is_autocommit() {
            c.execute_batch("begin immediate")
        } else {
            c.execute_batch("rollback; begin immediate")
        };
        iniziata.map_err(|e| Mancato::nuovo(&e, false))
    }

    /// Applies the requests one by one, each in its savepoint, and commits.
    fn finisci(
        &mut self,
        primo: Compito,
        serviti: &mut Vec<(Compito, Esito)>,
        mut altro: impl FnMut(usize) -> Option<Compito>,
    ) -> Result<(), Mancato> {
        let Some((c, _)) = &self.aperta else {
            serviti.push((primo, Ok(None)));
            return Err(Mancato::senza_connessione(StoreError::NonDisponibile("base dati chiusa".into())));
        };
        let mut prossimo = Some(primo);
        while let Some(compito) = prossimo.take() {
            let applicato = c.execute_batch("savepoint r").and_then(|()| {
                let esito = applica(c, &compito.cosa);
                if c.is_autocommit() {
                    return Ok(esito);
                }
                c.execute_batch(if esito.is_ok() { "release r" } else { "rollback to r; release r" })?;
                Ok(esito)
            });
            let perduta = c.is_autocommit();
            match applicato {
                Ok(Err(e)) if perduta => {
                    // Out of space or memory, or a failed write: SQLite rolled back the whole.
                    serviti.push((compito, Err(e.clone())));
                    return Err(Mancato { errore: e, da_separare: true, da_riaprire: true });
                }
                Ok(esito) => serviti.push((compito, esito)),
                Err(e) => {
                    serviti.push((compito, Ok(None)));
                    return Err(Mancato::nuovo(&e, false));
                }
            }
            prossimo = altro(serviti.len());
        }
        // Nothing to keep: no sync.
        let fine = if serviti.iter().any(|(_, e)| e.is_ok()) { "commit" } else { "rollback" };
        c.execute_batch(fine).map_err(|e| Mancato::nuovo(&e, true))
    }

    /// After a failure nothing of the group may stay.
    fn annulla(&mut self, m: &Mancato) {
        let rimasta = self
            .aperta
            .as_ref()
            .is_some_and(|(c, _)| !c.is_autocommit() && c.execute_batch("rollback").is_err());
        if m.da_riaprire || rimasta {
            self.abbandona();
        }
    }

    fn rispondi(&self, serviti: Vec<(Compito, Esito)>) {
        for (compito, esito) in serviti {
            if let (Ok(_), Cosa::Scrittura(s)) = (&esito, &compito.cosa) {
                self.conteggi.commit(s.istruzioni());
            }
            // The caller may have gone; what was committed stays committed.
            let _ = compito.risposta.send(esito);
        }
    }

    fn migra(&mut self) -> Result<Vec<String>, StoreError> {
        let c = self.connessione()?;
        let esito = migra(c);
        if !c.is_autocommit() {
            c.execute_batch("rollback").map_err(|e| da_rusqlite(&e, "rollback"))?;
        }
        esito
    }
}

/// Tells everybody. A `Conflitto` or `Duplicato` of a group that fell was measured against rows
/// that are not there any more, so only errors of the statement itself (`Rotto`) keep their own.
fn fallisci(serviti: Vec<(Compito, Esito)>, errore: &StoreError) {
    for (compito, esito) in serviti {
        let detto = match esito {
            Err(e @ StoreError::Rotto(_)) => e,
            _ => errore.clone(),
        };
        let _ = compito.risposta.send(Err(detto));
    }
}

fn applica(c: &Connection, cosa: &Cosa) -> Esito {
    match cosa {
        Cosa::Scrittura(s) => {
            for i in &s.0 {
                let trovate = prepara(c, i.sql, &i.valori)
                    .and_then(|mut s| s.raw_execute())
                    .map_err(|e| da_rusqlite(&e, i.sql))?;
                if !i.righe.ammette(trovate as u64) {
                    tracing::debug!(sql = i.sql, trovate, attese = ?i.righe, "guard failed");
                    return Err(StoreError::Conflitto);
                }
            }
            Ok(None)
        }
        Cosa::Scalare(sql, valori) => scalare(c, sql, valori).map_err(|e| da_rusqlite(&e, sql)),
    }
}

fn scalare(c: &Connection, sql: &str, valori: &[Valore]) -> Result<Option<i64>, rusqlite::Error> {
    let mut istruzione = prepara(c, sql, valori)?;
    let mut righe = istruzione.raw_query();
    let primo = match righe.next()? {
        Some(r) => Some(r.get(0)?),
        None => None,
    };
    // An INSERT ... RETURNING is done only when its rows are.
    while righe.next()?.is_some() {}
    Ok(primo)
}

/// Binds `$n` by its number: SQLite itself numbers such names in order of appearance.
fn prepara<'c>(
    c: &'c Connection,
    sql: &str,
    valori: &[Valore],
) -> Result<rusqlite::CachedStatement<'c>, rusqlite::Error> {
    let mut istruzione = c.prepare_cached(sql)?;
    let parametri = istruzione.parameter_count();
    let mut usati = 0;
    for indice in 1..=parametri {
        let numero = numero_parametro(&istruzione, indice);
        usati = usati.max(numero);
        let valore = valori
            .get(numero.wrapping_sub(1))
            .ok_or(rusqlite::Error::InvalidParameterCount(valori.len(), numero))?;
        istruzione.raw_bind_parameter(indice, Legato(valore))?;
    }
    if usati != valori.len() {
        return Err(rusqlite::Error::InvalidParameterCount(valori.len(), usati));
    }
    Ok(istruzione)
}

fn numero_parametro(istruzione: &Statement<'_>, indice: usize) -> usize {
    istruzione
        .parameter_name(indice)
        .and_then(|nome| nome.strip_prefix('$'))
        .and_then(|n| n.parse().ok())
        .unwrap_or(0)
}

struct Legato<'v>(&'v Valore);

impl rusqlite::ToSql for Legato<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Valore::Intero(Some(v)) => ToSqlOutput::Owned(Value::Integer(*v)),
            Valore::Testo(Some(v)) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
            Valore::Byte(Some(v)) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
            Valore::Intero(None) | Valore::Testo(None) | Valore::Byte(None) => {
                ToSqlOutput::Owned(Value::Null)
            }
        })
    }
}

/// Each migration in its own transaction; the registry is read again inside it, since another
/// process may be migrating too.
fn migra(c: &Connection) -> Result<Vec<String>, StoreError> {
    let errore = |e: rusqlite::Error| da_rusqlite(&e, "migration");
    let mut fatte = Vec::new();
    loop {
        c.execute_batch("begin immediate").map_err(errore)?;
        c.execute_batch(migrazioni::REGISTRO).map_err(errore)?;
        let applicate = {
            let mut q = c.prepare(migrazioni::LEGGI_REGISTRO).map_err(errore)?;
            let righe = q
                .query_map([], |r| Ok(Applicata { numero: r.get(0)?, nome: r.get(1)?, impronta: r.get(2)? }))
                .map_err(errore)?;
            righe.collect::<Result<Vec<_>, _>>().map_err(errore)?
        };
        let Some(m) = migrazioni::mancanti(&applicate)?.into_iter().next() else {
            c.execute_batch("commit").map_err(errore)?;
            return Ok(fatte);
        };
        c.execute_batch(m.sqlite).map_err(|e| StoreError::Rotto(format!("migrazione {}: {e}", m.nome)))?;
        c.execute(
            migrazioni::scrivi_registro(Dialetto::Sqlite),
            rusqlite::params![m.numero, m.nome, m.impronta()],
        )
        .map_err(errore)?;
        c.execute_batch("commit").map_err(errore)?;
        fatte.push(m.nome.to_owned());
    }
}
