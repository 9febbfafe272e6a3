//! The writer of the giornale: a bounded queue, batches, a local file for hard times.
//!
//! [`Giornale::registra`] never waits: an event that does not fit in the queue, or that the database
//! does not take, goes to the file, and from there back to the database when it can.

mod file;

use async_trait::async_trait;
use domain::evento::{Evento, Messaggio};
use engine::porte::Giornale;
use file::Riversamento;
pub use file::file_in_attesa;
use std::collections::VecDeque;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::{Store, StoreError};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Ids reserved at a time.
const BLOCCO: i64 = 1000;
/// More are reserved when fewer than these are left.
const RISERVA: i64 = 500;

/// Settings of the writer.
#[derive(Debug, Clone)]
pub struct OpzioniGiornale {
    /// Events waiting to be written. Default 10,000.
    pub coda: usize,
    /// Bytes of payload waiting to be written. Default 64 MiB.
    pub byte: usize,
    /// How long the first event of a batch waits for company. Default 20 ms.
    pub attesa: Duration,
    /// Most events per commit. Default 256.
    pub gruppo: usize,
    /// How often the file is tried again. Default 2 s.
    pub recupero: Duration,
    /// Folder of the file. Without one, events that cannot be queued or written are lost (and counted).
    pub cartella: Option<PathBuf>,
}

impl Default for OpzioniGiornale {
    fn default() -> Self {
        Self {
            coda: 10_000,
            byte: 64 << 20,
            attesa: Duration::from_millis(20),
            gruppo: 256,
            recupero: Duration::from_secs(2),
            cartella: None,
        }
    }
}

/// Ids in hand, oldest first.
#[derive(Debug, Default)]
struct Riserve(VecDeque<Range<i64>>);

impl Riserve {
    fn prossimo(&mut self) -> Option<i64> {
        loop {
            let primo = self.0.front_mut()?;
            if let Some(id) = primo.next() {
                return Some(id);
            }
            self.0.pop_front();
        }
    }

    fn restano(&self) -> i64 {
        self.0.iter().map(|r| r.end - r.start).sum()
    }
}

#[derive(Debug)]
struct Comune {
    store: Store,
    opzioni: OpzioniGiornale,
    riserve: Mutex<Riserve>,
    poche: Notify,
    byte: AtomicUsize,
    riversamento: Riversamento,
}

/// The giornale of a node.
#[derive(Debug)]
pub struct GiornaleScrittore {
    comune: Arc<Comune>,
    coda: mpsc::Sender<Evento>,
    fine: CancellationToken,
    compiti: Mutex<Vec<JoinHandle<()>>>,
}

impl GiornaleScrittore {
    /// Starts the writer. It needs the schema: call it after the migrations.
    pub async fn avvia(store: Store, opzioni: OpzioniGiornale) -> Arc<Self> {
        let (coda, eventi) = mpsc::channel(opzioni.coda.max(1));
        let riversamento = Riversamento::in_cartella(opzioni.cartella.as_deref());
        let comune = Arc::new(Comune {
            store,
            opzioni,
            riserve: Mutex::default(),
            poche: Notify::new(),
            byte: AtomicUsize::new(0),
            riversamento,
        });
        comune.riserva().await;
        let fine = CancellationToken::new();
        let compiti = vec![
            tokio::spawn(Arc::clone(&comune).tieni_riserve(fine.clone())),
            tokio::spawn(Arc::clone(&comune).scrivi(eventi, fine.clone())),
        ];
        Arc::new(Self { comune, coda, fine, compiti: Mutex::new(compiti) })
    }

    /// Ends: what is queued is written, to the database or else to the file. Call it when nobody
    /// records any more.
    pub async fn chiudi(&self) {
        self.fine.cancel();
        let compiti = std::mem::take(&mut *self.compiti.lock().unwrap_or_else(PoisonError::into_inner));
        for c in compiti {
            if let Err(errore) = c.await {
                tracing::error!(%errore, "giornale degli eventi interrotto");
            }
        }
    }
}

#[async_trait]
impl Giornale for GiornaleScrittore {
    /// From a reserved block; 0, which the writer replaces, if the database gives no more.
    async fn nuovo_id(&self) -> i64 {
        let (id, restano) = {
            let mut r = self.comune.riserve.lock().unwrap_or_else(PoisonError::into_inner);
            (r.prossimo(), r.restano())
        };
        if restano < RISERVA {
            self.comune.poche.notify_one();
        }
        id.unwrap_or(0)
    }

    fn registra(&self, evento: Evento) {
        metrics::counter!("govpay_giornale_eventi_total").increment(1);
        let peso = peso(&evento);
        if self.comune.byte.fetch_add(peso, Ordering::Relaxed) > self.comune.opzioni.byte {
            self.comune.byte.fetch_sub(peso, Ordering::Relaxed);
            self.comune.riversamento.scrivi(std::slice::from_ref(&evento));
            return;
        }
        if let Err(mpsc::error::TrySendError::Full(e) | mpsc::error::TrySendError::Closed(e)) =
            self.coda.try_send(evento)
        {
            self.comune.byte.fetch_sub(peso, Ordering::Relaxed);
            self.comune.riversamento.scrivi(std::slice::from_ref(&e));
        }
    }
}

fn peso(e: &Evento) -> usize {
    let corpo = |m: &Option<Messaggio>| m.as_ref().and_then(|m| m.corpo.as_ref()).map_or(0, Vec::len);
    1000 + corpo(&e.richiesta) + corpo(&e.risposta)
}

impl Comune {
    async fn riserva(&self) -> bool {
        match self.store.nuovi_id_eventi(BLOCCO).await {
            Ok(primo) => {
                let mut r = self.riserve.lock().unwrap_or_else(PoisonError::into_inner);
                r.0.push_back(primo..primo + BLOCCO);
                true
            }
            Err(errore) => {
                tracing::warn!(%errore, "nessun id per gli eventi");
                false
            }
        }
    }

    async fn tieni_riserve(self: Arc<Self>, fine: CancellationToken) {
        loop {
            tokio::select! {
                () = fine.cancelled() => return,
                () = self.poche.notified() => {}
            }
            let restano = self.riserve.lock().unwrap_or_else(PoisonError::into_inner).restano();
            if restano < RISERVA && !self.riserva().await {
                tokio::select! {
                    () = fine.cancelled() => return,
                    () = tokio::time::sleep(self.opzioni.recupero) => self.poche.notify_one(),
                }
            }
        }
    }

    async fn scrivi(self: Arc<Self>, mut eventi: mpsc::Receiver<Evento>, fine: CancellationToken) {
        let mut recupero = tokio::time::interval(self.opzioni.recupero);
        recupero.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut gruppo = Vec::new();
        loop {
            tokio::select! {
                () = fine.cancelled() => break,
                n = eventi.recv_many(&mut gruppo, self.opzioni.gruppo) => {
                    if n == 0 {
                        break;
                    }
                    if n < self.opzioni.gruppo {
                        tokio::time::sleep(self.opzioni.attesa).await;
                        while gruppo.len() < self.opzioni.gruppo {
                            let Ok(e) = eventi.try_recv() else { break };
                            gruppo.push(e);
                        }
                    }
                    self.salva(&mut gruppo).await;
                }
                _ = recupero.tick() => self.recupera().await,
            }
        }
        eventi.close();
        while eventi.recv_many(&mut gruppo, self.opzioni.gruppo).await > 0 {
            self.salva(&mut gruppo).await;
        }
    }

    /// Writes a batch; what the database does not take goes to the file.
    async fn salva(&self, gruppo: &mut Vec<Evento>) {
        let peso: usize = gruppo.iter().map(peso).sum();
        self.byte.fetch_sub(peso, Ordering::Relaxed);
        if let Err(errore) = self.inserisci(gruppo).await {
            tracing::warn!(%errore, eventi = gruppo.len(), "eventi messi nel file locale");
            self.riversamento.scrivi(gruppo);
        }
        gruppo.clear();
    }

    async fn inserisci(&self, gruppo: &mut [Evento]) -> Result<(), StoreError> {
        let senza_id = i64::try_from(gruppo.iter().filter(|e| e.id == 0).count()).unwrap_or(0);
        if senza_id > 0 {
            let mut id = self.store.nuovi_id_eventi(senza_id).await?;
            for e in gruppo.iter_mut().filter(|e| e.id == 0) {
                e.id = id;
                id += 1;
            }
        }
        match self.store.inserisci_eventi(gruppo).await {
            // Writing again what may have been written is safe: the ids are the same.
            Err(StoreError::Incerto | StoreError::Conflitto) => self.store.inserisci_eventi(gruppo).await,
            // One event that the database cannot hold must not take the others with it.
            Err(StoreError::Rotto(_) | StoreError::Duplicato(_)) => {
                for e in gruppo.iter() {
                    match self.store.inserisci_eventi(std::slice::from_ref(e)).await {
                        Ok(()) => {}
                        Err(errore @ (StoreError::Rotto(_) | StoreError::Duplicato(_))) => {
                            metrics::counter!("govpay_giornale_eventi_persi_total").increment(1);
                            tracing::error!(%errore, tipo = %e.tipo, transazione = %e.transazione, "evento perso");
                        }
                        Err(e) => return Err(e),
                    }
                }
                Ok(())
            }
            altro => altro,
        }
    }

    /// Brings the events of the file back to the database.
    async fn recupera(&self) {
        while let Some(mut blocco) = self.riversamento.leggi(self.opzioni.gruppo) {
            if let Err(errore) = self.inserisci(&mut blocco).await {
                tracing::debug!(%errore, "il giornale resta nel file locale");
                self.riversamento.rimanda();
                return;
            }
            self.riversamento.fatto();
        }
    }
}
