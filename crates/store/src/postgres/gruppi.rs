//! Group commit: the Scritture that wait share a transaction, a flight and a sync.
//!
//! Each writer has a line of its own and takes what waits while the previous commit is in flight;
//! nobody waits for company, and who comes alone wakes the writer that worked last. A group is a bet that all its Scritture are good. When the bet is lost
//! the transaction is rolled back, the one at fault is set apart, and the others try again; the one
//! set apart, and everybody when the fault has no name, goes through the pool in a transaction of
//! its own, which has the last word. So the outcome of a Scrittura never depends on its company.
//!
//! What was committed and what was not is told apart only by the answer to COMMIT: lost, it is
//! `Incerto` for the whole group.

use super::{
    Postgres,
    indirizzo::Indirizzo,
    linea::{Linea, Volo},
};
use crate::{Impostazioni, Scrittura, StoreError, Valore};
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// A Scrittura with more statements, or more bytes, does not share its transaction.
const ISTRUZIONI_MASSIME: usize = 64;
const BYTE_MASSIMI: usize = 256 << 10;
/// A group stops growing past this many bytes.
const BYTE_GRUPPO: usize = 1 << 20;
/// Times a group is tried, with one member less each time, before all go alone.
const GIRI: usize = 3;
/// A group that meets a locked row does not keep the others waiting: past this its members go
/// alone, each with the whole patience of the configuration.
const ATTESA_RIGA: Duration = Duration::from_millis(100);
/// After a failed connection the next one is tried no sooner; meanwhile everybody goes alone.
const PAUSA: Duration = Duration::from_secs(1);

struct Compito {
    scrittura: Scrittura,
    risposta: oneshot::Sender<Result<(), StoreError>>,
    /// Its place in the queue, given back with the answer.
    _posto: OwnedSemaphorePermit,
}

impl Compito {
    fn rispondi(self, esito: Result<(), StoreError>) {
        // A caller who went away is told nothing.
        let _ = self.risposta.send(esito);
    }
}

/// What waits, and the writers that have nothing to do. A writer rests only when nothing waits, and
/// whoever queues wakes one: so that no Scrittura is left there.
#[derive(Default)]
struct Sala {
    coda: VecDeque<Compito>,
    /// The last to rest is the first to be woken: its line, and the process at the other end, are
    /// still in the caches. With turns a lone caller would wake a cold one each time.
    fermi: Vec<Scrittore>,
    chiusa: bool,
}

/// The way in.
pub(super) struct Gruppi {
    sala: Arc<Mutex<Sala>>,
    posti: Arc<Semaphore>,
    quanti: u32,
    attesa: Duration,
}

impl std::fmt::Debug for Gruppi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gruppi").field("quanti", &self.quanti).finish_non_exhaustive()
    }
}

fn apri(sala: &Mutex<Sala>) -> MutexGuard<'_, Sala> {
    // Nothing that can panic is done under it.
    sala.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Gruppi {
    /// Makes the writers; their lines are opened by the first that needs them. `pool` is the way of
    /// those who go alone.
    pub(super) fn avvia(imp: &Impostazioni, scrittori: u32, indirizzo: &Indirizzo, pool: &Postgres) -> Self {
        let quanti = u32::try_from(imp.coda.max(1)).unwrap_or(u32::MAX).min(1 << 20);
        let avvisato = Arc::new(AtomicBool::new(false));
        let fermi = (0..scrittori)
            .map(|_| Scrittore {
                indirizzo: indirizzo.clone(),
                pool: pool.clone(),
                gruppo: imp.gruppo.max(1),
                linea: None,
                chiusa: None,
                avvisato: Arc::clone(&avvisato),
            })
            .collect();
        let sala = Arc::new(Mutex::new(Sala { fermi, ..Sala::default() }));
        let posti = Arc::new(Semaphore::new(usize::try_from(quanti).unwrap_or(1)));
        Self { sala, posti, quanti, attesa: imp.attesa_coda }
    }

    pub(super) async fn commit(&self, scrittura: Scrittura) -> Result<(), StoreError> {
        let posto = match tokio::time::timeout(self.attesa, Arc::clone(&self.posti).acquire_owned()).await {
            Ok(Ok(p)) => p,
            Ok(Err(_)) => return Err(chiusa()),
            Err(_) => return Err(StoreError::NonDisponibile("coda delle scritture piena".into())),
        };
        let (risposta, esito) = oneshot::channel();
        let sveglio = {
            let mut sala = apri(&self.sala);
            sala.coda.push_back(Compito { scrittura, risposta, _posto: posto });
            sala.fermi.pop()
        };
        if let Some(scrittore) = sveglio {
            // A task of its own: a caller who stops waiting does not cut a COMMIT in two.
            tokio::spawn(Turno::nuovo(&self.sala, scrittore).lavora());
        }
        // Dropped without an answer: it may have been committed.
        esito.await.unwrap_or(Err(StoreError::Incerto))
    }

    /// What was accepted is answered; what comes later is refused.
    pub(super) async fn chiudi(&self) {
        let tutti = self.posti.acquire_many(self.quanti).await;
        self.posti.close();
        drop(tutti);
        let fermi = {
            let mut sala = apri(&self.sala);
            sala.chiusa = true;
            std::mem::take(&mut sala.fermi)
        };
        for s in fermi {
            s.congeda().await;
        }
    }
}

fn chiusa() -> StoreError {
    StoreError::NonDisponibile("base dati chiusa".into())
}

/// A writer at work. Whatever becomes of it, there is a writer after it.
struct Turno {
    sala: Arc<Mutex<Sala>>,
    scrittore: Option<Scrittore>,
}

impl Turno {
    fn nuovo(sala: &Arc<Mutex<Sala>>, scrittore: Scrittore) -> Self {
        Self { sala: Arc::clone(sala), scrittore: Some(scrittore) }
    }

    /// Until nothing waits.
    async fn lavora(mut self) {
        while let Some(s) = &mut self.scrittore {
            let compiti = s.prendi(&mut apri(&self.sala).coda);
            if !compiti.is_empty() {
                s.servi(compiti).await;
            } else if let Some(s) = self.riposa() {
                s.congeda().await;
            }
        }
    }

    /// Rests if still nothing waits; gives the writer back when there will be no more work.
    fn riposa(&mut self) -> Option<Scrittore> {
        let mut sala = apri(&self.sala);
        if !sala.coda.is_empty() {
            return None;
        }
        let s = self.scrittore.take()?;
        if sala.chiusa {
            return Some(s);
        }
        sala.fermi.push(s);
        None
    }
}

impl Drop for Turno {
    /// After a panic: those in hand got `Incerto`, and nobody knows what is on the line.
    fn drop(&mut self) {
        let Some(mut s) = self.scrittore.take() else { return };
        s.linea = None;
        // Otherwise the runtime is ending, and nothing can be started.
        if std::thread::panicking() {
            tracing::error!("a writer of groups panicked; it goes on with a new line");
            tokio::spawn(Self::nuovo(&self.sala, s).lavora());
        } else {
            apri(&self.sala).fermi.push(s);
        }
    }
}

/// Why a group was not committed.
enum Mancato {
    /// This member is at fault; `Some` when it was alone and its outcome is certain.
    Colpa(usize, Option<StoreError>),
    /// Nothing was written, and nobody in particular is at fault.
    Nessuno,
    /// The same answer for all.
    Tutti(StoreError),
}

struct Scrittore {
    indirizzo: Indirizzo,
    /// Without groups of its own.
    pool: Postgres,
    gruppo: usize,
    linea: Option<Linea>,
    /// When the last connection failed.
    chiusa: Option<Instant>,
    avvisato: Arc<AtomicBool>,
}

impl Scrittore {
    async fn congeda(self) {
        if let Some(l) = self.linea {
            l.congeda().await;
        }
    }

    /// What waits, as much as shares a transaction.
    fn prendi(&self, coda: &mut VecDeque<Compito>) -> Vec<Compito> {
        let mut compiti = Vec::new();
        let mut byte = 0;
        while compiti.len() < self.gruppo && byte < BYTE_GRUPPO {
            let Some(c) = coda.pop_front() else { break };
            let suoi = peso(&c.scrittura);
            if c.scrittura.istruzioni() > ISTRUZIONI_MASSIME || suoi > BYTE_MASSIMI {
                self.da_solo(c);
            } else {
                byte += suoi;
                compiti.push(c);
            }
        }
        compiti
    }

    async fn servi(&mut self, mut compiti: Vec<Compito>) {
        for _ in 0..GIRI {
            match self.insieme(&compiti).await {
                Ok(()) => {
                    for c in compiti {
                        self.pool.conteggi.commit(c.scrittura.istruzioni());
                        c.rispondi(Ok(()));
                    }
                    return;
                }
                Err(Mancato::Tutti(e)) => {
                    for c in compiti {
                        c.rispondi(Err(e.clone()));
                    }
                    return;
                }
                Err(Mancato::Nessuno) => break,
                Err(Mancato::Colpa(chi, esito)) => {
                    let c = compiti.remove(chi);
                    match esito {
                        Some(e) => c.rispondi(Err(e)),
                        None => self.da_solo(c),
                    }
                    if compiti.is_empty() {
                        return;
                    }
                }
            }
        }
        for c in compiti {
            self.da_solo(c);
        }
    }

    /// In a transaction of its own, on a connection of the pool, while the writer goes on.
    fn da_solo(&self, c: Compito) {
        let pool = self.pool.clone();
        tokio::spawn(async move {
            let esito = pool.commit_con_tentativi(&c.scrittura).await;
            c.rispondi(esito);
        });
    }

    /// All of them in one transaction: committed, or nothing written unless `Tutti` says otherwise.
    async fn insieme(&mut self, compiti: &[Compito]) -> Result<(), Mancato> {
        #[cfg(test)]
        tests::forse_panico(compiti);
        let Some(mut linea) = self.linea().await else { return Err(Mancato::Nessuno) };
        let attesa = self.pool.attesa;
        let volo = tokio::time::timeout(attesa, linea.vola(compiti.iter().map(|c| &c.scrittura))).await;
        let mancato = match volo {
            Err(_) => {
                // A silent server: going alone would only wait as long again.
                return Err(Mancato::Tutti(StoreError::NonDisponibile("nessuna risposta".into())));
            }
            Ok(Err(e)) => {
                tracing::debug!(errore = %e, "a line of the group commit was lost");
                return Err(Mancato::Nessuno);
            }
            Ok(Ok(Volo::Righe(righe))) => match guardia_caduta(compiti, &righe) {
                None => return self.conferma(linea).await,
                Some(chi) => Mancato::Colpa(chi, (compiti.len() == 1).then_some(StoreError::Conflitto)),
            },
            Ok(Ok(Volo::Rifiutata(quale, r))) => {
                tracing::debug!(codice = r.codice, quanti = compiti.len(), "a group was refused");
                match r.codice.as_str() {
                    // A lock or a deadlock is nobody's fault. Of the rest the pool tells: here a guard
                    // that fell before the refusal, and that decides, has not been looked at.
                    "55P03" | "40001" | "40P01" | "57014" => Mancato::Nessuno,
                    // Prepared under another schema, or forgotten by a pooler: a new line.
                    "0A000" | "26000" => return Err(Mancato::Nessuno),
                    _ => di_chi(compiti, quale).map_or(Mancato::Nessuno, |chi| Mancato::Colpa(chi, None)),
                }
            }
        };
        // Free the row locks before anybody decides again; if it fails, so does the line.
        if let Ok(Ok(true)) = tokio::time::timeout(attesa, linea.chiudi_transazione("ROLLBACK")).await {
            self.linea = Some(linea);
        }
        Err(mancato)
    }

    async fn conferma(&mut self, mut linea: Linea) -> Result<(), Mancato> {
        match tokio::time::timeout(self.pool.attesa, linea.chiudi_transazione("COMMIT")).await {
            Ok(Ok(fatto)) => {
                self.linea = Some(linea);
                // Refused by a deferred constraint: the server rolled back.
                if fatto { Ok(()) } else { Err(Mancato::Nessuno) }
            }
            perso => {
                let errore = perso
                    .map_or_else(|e| e.to_string(), |r| r.err().map_or_else(String::new, |e| e.to_string()));
                tracing::warn!(errore, "the answer to the COMMIT of a group was lost");
                Err(Mancato::Tutti(StoreError::Incerto))
            }
        }
    }

    /// The open line, or a new one; none when the database does not let us in.
    async fn linea(&mut self) -> Option<Linea> {
        if let Some(l) = self.linea.take() {
            return Some(l);
        }
        if self.chiusa.is_some_and(|da| da.elapsed() < PAUSA) {
            return None;
        }
        let esito = tokio::time::timeout(self.indirizzo.attesa, Linea::apri(&self.indirizzo)).await;
        let errore = match esito {
            Ok(Ok(l)) => {
                self.chiusa = None;
                self.avvisato.store(false, Ordering::Relaxed);
                return Some(l);
            }
            Ok(Err(e)) => e.to_string(),
            Err(e) => e.to_string(),
        };
        self.chiusa = Some(Instant::now());
        if !self.avvisato.swap(true, Ordering::Relaxed) {
            tracing::warn!(errore, "no line for the group commit: each Scrittura goes alone");
        }
        None
    }
}

/// Options of the session of a writer.
pub(super) fn opzioni_di(imp: &Impostazioni) -> String {
    format!(
        "-c statement_timeout={} -c lock_timeout={} -c idle_in_transaction_session_timeout={}",
        imp.attesa_istruzione.as_millis(),
        imp.attesa_lock.min(ATTESA_RIGA).as_millis().max(1),
        (imp.attesa_istruzione * 2).as_millis(),
    )
}

/// Bytes of the values.
fn peso(s: &Scrittura) -> usize {
    let di = |v: &Valore| match v {
        Valore::Intero(_) => 8,
        Valore::Testo(t) => t.as_ref().map_or(0, String::len),
        Valore::Byte(b) => b.as_ref().map_or(0, Vec::len),
    };
    s.0.iter().flat_map(|i| &i.valori).map(di).sum()
}

/// Whose statement this is.
fn di_chi(compiti: &[Compito], mut istruzione: usize) -> Option<usize> {
    compiti.iter().position(|c| {
        let sue = c.scrittura.istruzioni();
        let sua = istruzione < sue;
        istruzione = istruzione.saturating_sub(sue);
        sua
    })
}

/// The first whose guard found another number of rows.
fn guardia_caduta(compiti: &[Compito], righe: &[u64]) -> Option<usize> {
    let mut righe = righe.iter();
    compiti.iter().position(|c| {
        // All of a member's counts are consumed, also after one that fails.
        c.scrittura.0.iter().fold(false, |caduta, i| {
            let trovate = righe.next().copied();
            caduta || !trovate.is_some_and(|n| i.righe.ammette(n))
        })
    })
}

#[cfg(test)]
#[path = "gruppi_test.rs"]
mod tests;
