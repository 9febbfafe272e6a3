//! The store alone, in this process: how fast it commits when no HTTP stands in front of it.

use crate::banca::Banca;
use anyhow::{Context as _, Result};
use domain::pendenza::{ChiavePendenza, Pendenza};
use domain::{IdA2A, IdPendenza, Iuv, NumeroAvviso};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use store::{Impostazioni, Scrittura, Store};
use tokio::task::JoinSet;

/// A store on a file of its own, with a pendenza to copy.
#[derive(Debug, Clone)]
pub(crate) struct Deposito {
    store: Store,
    modello: Arc<Pendenza>,
    prossima: Arc<AtomicU64>,
}

impl Deposito {
    /// `banca`: where a pendenza of that key is.
    pub(crate) async fn nuovo(banca: &Banca, chiave: &str, file: &Path, gruppo: usize) -> Result<Self> {
        let da = Store::apri(Impostazioni::nuove(banca.url())).await?;
        let chiave = ChiavePendenza {
            id_a2a: IdA2A::fidato(crate::scenari::A2A),
            id_pendenza: IdPendenza::fidato(chiave),
        };
        let modello = da.pendenza(&chiave).await?.context("the sample is not there")?;
        da.chiudi().await;
        let imp = Impostazioni { gruppo, ..Impostazioni::nuove(format!("sqlite://{}", file.display())) };
        let store = Store::apri(imp).await?;
        store.migra().await?;
        Ok(Self { store, modello: Arc::new(modello), prossima: Arc::new(AtomicU64::new(1)) })
    }

    /// Commits per second of new pendenze, each after the read of its key, as a PUT does.
    pub(crate) async fn giro(&self, clienti: usize, durata: Duration) -> Result<f64> {
        let inizio = Instant::now();
        let mut compiti = JoinSet::new();
        for _ in 0..clienti {
            compiti.spawn(self.clone().cliente(inizio + durata));
        }
        let mut fatti = 0;
        while let Some(n) = compiti.join_next().await {
            fatti += n??;
        }
        Ok(f64::from(fatti) / inizio.elapsed().as_secs_f64())
    }

    async fn cliente(self, fine: Instant) -> Result<u32> {
        let mut fatti = 0;
        while Instant::now() < fine {
            let p = self.copia(self.prossima.fetch_add(1, Ordering::Relaxed))?;
            self.store.pendenza(&p.chiave).await?;
            let mut s = Scrittura::nuova();
            store::pendenze::inserisci(&mut s, &p, &[]);
            self.store.commit(s).await?;
            fatti += 1;
        }
        Ok(fatti)
    }

    fn copia(&self, n: u64) -> Result<Pendenza> {
        let mut p = Pendenza::clone(&self.modello);
        p.id = i64::try_from(n * 8)?;
        for (k, v) in (1..).zip(&mut p.voci) {
            v.id = p.id + k;
        }
        p.chiave.id_pendenza = IdPendenza::fidato(format!("D{n}"));
        let avviso = crate::scenari::avviso(n).to_string();
        p.iuv = Iuv::fidato(avviso.get(1..).unwrap_or_default());
        p.numero_avviso = NumeroAvviso::fidato(avviso);
        Ok(p)
    }
}
