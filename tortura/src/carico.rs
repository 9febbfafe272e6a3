//! The mixed load, the ledger of what was acknowledged and the comparison of the ledger with what is
//! there.

use crate::chiamate::Chiamante;
use crate::ente::Ente;
use crate::vita::{Esito, Vita};
use anyhow::{Context as _, Result, bail};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use sqlx::Connection as _;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Longest time for what is owed to arrive.
const CONSEGNA: Duration = Duration::from_secs(90);
/// How many lives are looked at again, of those that ended in earlier rounds.
const CAMPIONE: usize = 30;

#[derive(Debug, Default)]
pub(crate) struct Registro {
    pub(crate) sospese: Vec<Vita>,
    pub(crate) concluse: Vec<Vita>,
    pub(crate) passi: u64,
    pub(crate) errori: u64,
    /// Longest wait for an answer, whatever it was.
    pub(crate) attesa: Duration,
}

/// What the workers share.
#[derive(Debug)]
pub(crate) struct Carico {
    pub(crate) chiamante: Chiamante,
    pub(crate) registro: Mutex<Registro>,
    pub(crate) basi: Mutex<Vec<String>>,
    prossima: AtomicU64,
    seme: u64,
    /// A worker that has no answer, or the internal error, waits and tries again.
    insiste: bool,
    pub(crate) fine: AtomicBool,
}

impl Carico {
    pub(crate) fn nuovo(seme: u64, insiste: bool, attesa: Duration) -> Result<Arc<Self>> {
        Ok(Arc::new(Self {
            chiamante: Chiamante::nuovo(attesa)?,
            registro: Mutex::default(),
            basi: Mutex::default(),
            prossima: AtomicU64::new(1),
            seme,
            insiste,
            fine: AtomicBool::new(false),
        }))
    }

    pub(crate) fn registro(&self) -> std::sync::MutexGuard<'_, Registro> {
        self.registro.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn verso(&self, basi: Vec<String>) {
        *self.basi.lock().unwrap_or_else(PoisonError::into_inner) = basi;
    }

    fn base(&self, caso: &mut StdRng) -> String {
        let b = self.basi.lock().unwrap_or_else(PoisonError::into_inner);
        b.get(caso.random_range(0..b.len().max(1))).cloned().unwrap_or_default()
    }

    /// Starts so many workers; they end at `fine`, at a broken promise, or (when they do not insist) when
    /// nobody answers.
    pub(crate) fn lavora(self: &Arc<Self>, quanti: u64) -> Vec<tokio::task::JoinHandle<Result<()>>> {
        self.fine.store(false, Ordering::SeqCst);
        (0..quanti).map(|_| tokio::spawn(Arc::clone(self).lavoratore())).collect()
    }

    async fn lavoratore(self: Arc<Self>) -> Result<()> {
        while !self.fine.load(Ordering::SeqCst) {
            let ripresa = self.registro().sospese.pop();
            let n = self.prossima.fetch_add(1, Ordering::SeqCst);
            let mut caso = StdRng::seed_from_u64(self.seme.wrapping_mul(1_000_003).wrapping_add(n));
            let mut vita = ripresa.unwrap_or_else(|| Vita::nuova(n, &mut caso));
            let esito = self.vivi(&mut vita, &mut caso).await;
            let mut r = self.registro();
            if vita.passi.is_empty() {
                r.concluse.push(vita);
            } else {
                r.sospese.push(vita);
            }
            drop(r);
            if !esito? {
                break;
            }
        }
        Ok(())
    }

    /// `false`: nobody answers.
    async fn vivi(&self, vita: &mut Vita, caso: &mut StdRng) -> Result<bool> {
        while !vita.passi.is_empty() && !self.fine.load(Ordering::SeqCst) {
            let base = self.base(caso);
            let prima = Instant::now();
            let esito = vita.passo(&self.chiamante, &base).await?;
            {
                let mut r = self.registro();
                r.passi += 1;
                r.attesa = r.attesa.max(prima.elapsed());
                r.errori += u64::from(esito != Esito::Fatto);
            }
            match esito {
                Esito::Fatto => {}
                Esito::Interrotto if !self.insiste => return Ok(false),
                Esito::Errore if !self.insiste => bail!("internal error where nothing was wrong: {vita:?}"),
                _ => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
        Ok(true)
    }

    /// Lets the workers end and looks at what they have seen.
    pub(crate) async fn ferma(&self, lavori: Vec<tokio::task::JoinHandle<Result<()>>>) -> Result<()> {
        self.fine.store(true, Ordering::SeqCst);
        for l in lavori {
            l.await??;
        }
        Ok(())
    }

    /// Compares with what is there all lives under way and a sample of those that ended, or all of them.
    pub(crate) async fn confronta(&self, caso: &mut StdRng, tutte: bool) -> Result<()> {
        let (sospese, concluse) = {
            let r = self.registro();
            let n = r.concluse.len();
            let mut c: Vec<Vita> = r.concluse.iter().skip(n.saturating_sub(CAMPIONE)).cloned().collect();
            if tutte {
                c.clone_from(&r.concluse);
            } else if n > 0 {
                c.extend((0..CAMPIONE).filter_map(|_| r.concluse.get(caso.random_range(0..n)).cloned()));
            }
            (r.sospese.clone(), c)
        };
        for mut v in sospese.into_iter().chain(concluse) {
            let base = self.base(caso);
            v.confronta(&self.chiamante, &base).await.context("after the restart")?;
        }
        Ok(())
    }

    /// Brings every life to its end, as callers do which were not answered.
    pub(crate) async fn concludi(&self) -> Result<()> {
        let mut caso = StdRng::seed_from_u64(self.seme);
        let sospese = std::mem::take(&mut self.registro().sospese);
        for mut vita in sospese {
            let limite = Instant::now() + Duration::from_secs(30);
            while !vita.passi.is_empty() {
                let base = self.base(&mut caso);
                if vita.passo(&self.chiamante, &base).await? != Esito::Fatto {
                    if Instant::now() > limite {
                        bail!("no answer for 30 seconds after the faults ended: {vita:?}");
                    }
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
            self.registro().concluse.push(vita);
        }
        Ok(())
    }

    /// With every life at its end: everything that was acknowledged is there, and nothing else; every
    /// notification has arrived. Returns a line for the report.
    pub(crate) async fn tutto(&self, database: &str, ente: &Ente, una_volta: bool) -> Result<String> {
        let mut caso = StdRng::seed_from_u64(self.seme);
        self.confronta(&mut caso, true).await?;
        let vite = self.registro().concluse.clone();
        let avvisi: BTreeSet<&str> = vite.iter().filter_map(|v| v.nav.as_deref()).collect();
        if avvisi.len() != vite.len() {
            bail!("{} notice numbers for {} pendenze", avvisi.len(), vite.len());
        }
        let mut attese: BTreeMap<(String, String), i64> = BTreeMap::new();
        for v in &vite {
            attese.extend(v.ricevute.iter().map(|(id, n)| ((v.iuv().to_owned(), id.clone()), *n)));
        }
        let riscosse = riscossioni(database).await?;
        if riscosse.len() != attese.len() || riscosse.iter().any(|(k, n)| attese.get(k) != Some(n)) {
            bail!("{} riscossioni for {} acknowledged receipts", riscosse.len(), attese.len());
        }
        let limite = Instant::now() + CONSEGNA;
        let arrivate = loop {
            match mancanti(&vite, &attese, ente)? {
                0 => break ente.arrivate(),
                n if Instant::now() > limite => bail!("{n} notifications have not arrived in {CONSEGNA:?}"),
                _ => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        };
        if una_volta
            && arrivate.len() != arrivate.iter().map(|n| (&n.iuv, &n.ricevuta)).collect::<BTreeSet<_>>().len()
        {
            // Two activations of a notice are two notifications.
            let ricevute: Vec<_> = arrivate.iter().filter_map(|n| n.ricevuta.as_ref()).collect();
            let diverse: BTreeSet<_> = ricevute.iter().collect();
            if diverse.len() != ricevute.len() {
                bail!("{} deliveries of {} receipts, and nobody had failed", ricevute.len(), diverse.len());
            }
        }
        let r = self.registro();
        Ok(format!(
            "{} pendenze, {} receipts, {} notifications, {} steps, {} without a good answer, longest wait {:?}",
            vite.len(),
            attese.len(),
            arrivate.len(),
            r.passi,
            r.errori,
            r.attesa
        ))
    }
}

/// How many notifications are missing; an error when one is wrong or comes before its activation.
fn mancanti(vite: &[Vita], attese: &BTreeMap<(String, String), i64>, ente: &Ente) -> Result<usize> {
    let arrivate = ente.arrivate();
    let mut prese = BTreeSet::new();
    let (mut attivate, mut fuori_ordine) = (BTreeSet::new(), BTreeSet::new());
    for n in &arrivate {
        match &n.ricevuta {
            None => {
                attivate.insert(n.iuv.clone());
            }
            Some(id) => {
                let chiave = (n.iuv.clone(), id.clone());
                if attese.get(&chiave).copied() != n.centesimi {
                    bail!("a notification of what was not paid: {n:?}");
                }
                if !attivate.contains(&n.iuv) {
                    fuori_ordine.insert((n.iuv.as_str(), id.as_str()));
                }
                if n.presa {
                    prese.insert(chiave);
                }
            }
        }
    }
    let v1: Vec<&Vita> = vite.iter().filter(|v| v.applicazione == 0 && v.attivata).collect();
    let prima = |v: &&&Vita| v.attesa.as_deref().is_some_and(|id| fuori_ordine.contains(&(v.iuv(), id)));
    if let Some(v) = v1.iter().find(prima) {
        bail!("a receipt was notified before its activation: {v:?}");
    }
    let senza = v1.iter().filter(|v| !attivate.contains(v.iuv())).count();
    Ok(senza + attese.keys().filter(|k| !prese.contains(*k)).count())
}

/// Cents collected for each (iuv, receipt), read from the database; a receipt with two rows is an error.
async fn riscossioni(database: &str) -> Result<BTreeMap<(String, String), i64>> {
    const SQL: &str = "select iuv, iur, importo from riscossioni";
    let righe: Vec<(String, String, i64)> = if database.starts_with("postgres") {
        let mut c = sqlx::PgConnection::connect(database).await?;
        sqlx::query_as(SQL).fetch_all(&mut c).await?
    } else {
        let mut c = sqlx::SqliteConnection::connect(database).await?;
        sqlx::query_as(SQL).fetch_all(&mut c).await?
    };
    let mut m = BTreeMap::new();
    for (iuv, iur, importo) in righe {
        if m.insert((iuv.clone(), iur.clone()), importo).is_some() {
            bail!("two riscossioni of {iuv} {iur}");
        }
    }
    Ok(m)
}
