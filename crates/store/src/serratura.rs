//! Commits on one aggregate queue up in the process instead of beating each other.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::OwnedMutexGuard;

type Porta = Arc<tokio::sync::Mutex<()>>;

#[derive(Debug, Default)]
struct Posto {
    porta: Porta,
    interessati: usize,
}

/// In-process mutexes by key, first come first served. A key exists only while somebody holds or
/// awaits it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Serrature(Arc<Mutex<HashMap<String, Posto>>>);

/// Counts one interested party; the last one takes the key away, also when it stopped waiting.
#[derive(Debug)]
struct Interesse {
    serrature: Serrature,
    chiave: String,
}

/// Holds the key until dropped. It is no lock of the database: other nodes are stopped by the
/// guards of the Scrittura.
#[derive(Debug)]
#[must_use = "the key is free again as soon as the guard is dropped"]
pub struct Guardia {
    // Order matters: the door opens before the interest is withdrawn.
    _porta: OwnedMutexGuard<()>,
    _interesse: Interesse,
}

impl Serrature {
    pub(crate) async fn prendi(&self, chiave: &str) -> Guardia {
        let (porta, interesse) = self.accoda(&mut self.mappa(), chiave);
        Guardia { _porta: porta.lock_owned().await, _interesse: interesse }
    }

    /// Unless so many hold or await it already.
    pub(crate) async fn prendi_se(&self, chiave: &str, meno_di: usize) -> Option<Guardia> {
        let (porta, interesse) = {
            let mut mappa = self.mappa();
            if mappa.get(chiave).is_some_and(|p| p.interessati >= meno_di) {
                return None;
            }
            self.accoda(&mut mappa, chiave)
        };
        Some(Guardia { _porta: porta.lock_owned().await, _interesse: interesse })
    }

    fn mappa(&self) -> MutexGuard<'_, HashMap<String, Posto>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn accoda(&self, mappa: &mut HashMap<String, Posto>, chiave: &str) -> (Porta, Interesse) {
        let posto = mappa.entry(chiave.to_owned()).or_default();
        posto.interessati += 1;
        let interesse = Interesse { serrature: self.clone(), chiave: chiave.to_owned() };
        (Arc::clone(&posto.porta), interesse)
    }

    #[cfg(test)]
    pub(crate) fn quante(&self) -> usize {
        self.mappa().len()
    }
}

impl Drop for Interesse {
    fn drop(&mut self) {
        let mut mappa = self.serrature.mappa();
        if let Some(posto) = mappa.get_mut(&self.chiave) {
            posto.interessati -= 1;
            if posto.interessati == 0 {
                mappa.remove(&self.chiave);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn chi_arriva_prima_passa_prima_e_le_chiavi_non_restano() {
        let s = Serrature::default();
        let prima = s.prendi("a").await;
        let ordine = Arc::new(Mutex::new(Vec::new()));
        let mut attese = Vec::new();
        for n in 0..5 {
            let (s, ordine) = (s.clone(), Arc::clone(&ordine));
            attese.push(tokio::spawn(async move {
                let _g = s.prendi("a").await;
                ordine.lock().unwrap_or_else(PoisonError::into_inner).push(n);
            }));
            tokio::task::yield_now().await;
        }
        assert!(tokio::time::timeout(Duration::from_millis(20), s.prendi("a")).await.is_err());
        let _altra = tokio::time::timeout(Duration::from_secs(1), s.prendi("b")).await;
        drop(prima);
        for a in attese {
            assert!(a.await.is_ok());
        }
        assert_eq!(*ordine.lock().unwrap_or_else(PoisonError::into_inner), [0, 1, 2, 3, 4]);
        drop(_altra);
        assert_eq!(s.quante(), 0);
    }

    #[tokio::test]
    async fn una_fila_piena_non_si_allunga() {
        let s = Serrature::default();
        let prima = s.prendi_se("a", 2).await;
        let seconda = tokio::spawn({
            let s = s.clone();
            async move { s.prendi_se("a", 2).await.is_some() }
        });
        tokio::task::yield_now().await;
        assert!(s.prendi_se("a", 2).await.is_none());
        assert!(s.prendi_se("b", 2).await.is_some());
        drop(prima);
        assert!(seconda.await.is_ok_and(|presa| presa));
        assert_eq!(s.quante(), 0);
    }
}
