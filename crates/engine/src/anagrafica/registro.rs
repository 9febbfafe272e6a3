//! Cached master data, coherent across nodes within two seconds.

use crate::configurazioni::Configurazioni;
use crate::giornale::Politica;
use domain::anagrafica::{Acl, Applicazione, Intermediario, SchedaDominio, Stazione, TipoPendenza, Utenza};
use domain::nome_distinto::NomeDistinto;
use moka::future::Cache;
use regex::Regex;
use std::future::Future;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use store::{Store, StoreError};
use tokio_util::sync::CancellationToken;

/// How often a node looks whether another one changed something.
const SCRUTINIO: Duration = Duration::from_secs(1);
/// A card is read again after this long even if nobody says that it changed.
const DURATA: Duration = Duration::from_secs(600);
/// Weight of the cards of one kind, about bytes.
const PESO: u64 = 16 << 20;
/// Rough size of a row in memory.
const RIGA: usize = 400;
/// Largest compiled pattern of an applicazione, in bytes.
const PATTERN: usize = 1 << 20;

/// The cards of one kind. The generation is part of the key: a card that was being read while the
/// cache was emptied lands under the old generation, where nobody looks any more.
struct Cassetto<V>(Cache<(u64, Box<str>), Option<Arc<V>>>);

impl<V: Send + Sync + 'static> Cassetto<V> {
    fn nuovo(peso: fn(&V) -> usize) -> Self {
        let peso = move |chiave: &(u64, Box<str>), v: &Option<Arc<V>>| {
            let n = chiave.1.len() + RIGA + v.as_ref().map_or(0, |v| peso(v));
            u32::try_from(n).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().weigher(peso).max_capacity(PESO).time_to_live(DURATA).build())
    }

    /// From memory, or read once for all who ask at the same time. That something does not exist is
    /// remembered too; that a read failed is not.
    async fn prendi<F>(
        &self,
        generazione: u64,
        chiave: &str,
        carica: impl FnOnce() -> F,
    ) -> Result<Option<Arc<V>>, StoreError>
    where
        F: Future<Output = Result<Option<V>, StoreError>>,
    {
        let chiave = (generazione, chiave.into());
        if let Some(pronta) = self.0.get(&chiave).await {
            return Ok(pronta);
        }
        // Boxed: the cache would copy the reader's future many times over on the caller's stack.
        let carica = Box::pin(async { Ok(Box::pin(carica()).await?.map(Arc::new)) });
        Box::pin(self.0.try_get_with(chiave, carica)).await.map_err(|e: Arc<StoreError>| (*e).clone())
    }
}

/// The identity with the applicazione behind it.
struct Identita {
    utenza: Arc<Utenza>,
    applicazione: Option<Arc<Applicazione>>,
}

/// The applicazioni that own notices by pattern, in order of idA2A.
struct Proprietari(Vec<(Regex, String)>);

/// The principals that may be subjects of certificates.
struct Soggetti(Vec<(NomeDistinto, String)>);

/// The roles that exist among some names.
struct Ruoli(Vec<(String, Vec<Acl>)>);

/// Master data as the use cases read them: from memory, loaded on demand.
///
/// A change made by this node empties the cache at once; a change made by another is noticed by the
/// version row that each node polls once a second ([`Registro::sorveglia`]).
pub struct Registro {
    store: Store,
    generazione: AtomicU64,
    versione: AtomicI64,
    domini: Cassetto<SchedaDominio>,
    intermediari: Cassetto<Intermediario>,
    stazioni: Cassetto<Stazione>,
    applicazioni: Cassetto<Applicazione>,
    utenze: Cassetto<Identita>,
    tipi: Cassetto<TipoPendenza>,
    iban: Cassetto<String>,
    proprietari: Cassetto<Proprietari>,
    configurazioni: Cassetto<Configurazioni>,
    /// What the giornale keeps, for who cannot wait: as it was at that generation, as installed at first.
    politica: RwLock<(Option<u64>, Politica)>,
    soggetti: Cassetto<Soggetti>,
    ruoli: Cassetto<Ruoli>,
}

impl Registro {
    /// Over a database.
    #[must_use]
    pub fn nuovo(store: Store) -> Self {
        Self {
            store,
            generazione: AtomicU64::new(0),
            versione: AtomicI64::new(i64::MIN),
            domini: Cassetto::nuovo(peso_scheda),
            intermediari: Cassetto::nuovo(|_| 4 * RIGA),
            stazioni: Cassetto::nuovo(|_| RIGA),
            applicazioni: Cassetto::nuovo(|a| RIGA + peso_utenza(&a.utenza)),
            utenze: Cassetto::nuovo(|i| RIGA + peso_utenza(&i.utenza)),
            tipi: Cassetto::nuovo(|t| t.configurazione.len()),
            iban: Cassetto::nuovo(|_| RIGA),
            proprietari: Cassetto::nuovo(|p| p.0.len() * 4 * RIGA),
            configurazioni: Cassetto::nuovo(Configurazioni::peso),
            politica: RwLock::default(),
            soggetti: Cassetto::nuovo(|s| s.0.len() * 4 * RIGA),
            ruoli: Cassetto::nuovo(|r| r.0.len() * RIGA),
        }
    }

    fn generazione(&self) -> u64 {
        self.generazione.load(Ordering::Acquire)
    }

    /// Everything about a dominio.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn dominio(&self, id: &str) -> Result<Option<Arc<SchedaDominio>>, StoreError> {
        self.domini.prendi(self.generazione(), id, || self.store.scheda_dominio(id)).await
    }

    /// An intermediario.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn intermediario(&self, id: &str) -> Result<Option<Arc<Intermediario>>, StoreError> {
        self.intermediari.prendi(self.generazione(), id, || self.store.intermediario(id)).await
    }

    /// A stazione.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn stazione(&self, id: &str) -> Result<Option<Arc<Stazione>>, StoreError> {
        self.stazioni.prendi(self.generazione(), id, || self.store.stazione(id)).await
    }

    /// An applicazione by idA2A.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn applicazione(&self, id: &str) -> Result<Option<Arc<Applicazione>>, StoreError> {
        self.applicazioni.prendi(self.generazione(), id, || self.store.applicazione(id)).await
    }

    /// A login identity by its exact principal, with the applicazione behind it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn utenza(
        &self,
        principal: &str,
    ) -> Result<Option<(Arc<Utenza>, Option<Arc<Applicazione>>)>, StoreError> {
        let carica = || async {
            Ok(self.store.utenza(principal).await?.map(|(utenza, applicazione)| Identita {
                utenza: Arc::new(utenza),
                applicazione: applicazione.map(Arc::new),
            }))
        };
        let trovata = self.utenze.prendi(self.generazione(), principal, carica).await?;
        Ok(trovata.map(|i| (Arc::clone(&i.utenza), i.applicazione.clone())))
    }

    /// The principal that is the subject of a certificate, attribute by attribute.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn principal_del_certificato(
        &self,
        soggetto: &NomeDistinto,
    ) -> Result<Option<String>, StoreError> {
        let carica = || async {
            let tutti = self.store.principal_di_certificati().await?.into_iter();
            Ok(Some(Soggetti(tutti.filter_map(|p| Some((NomeDistinto::leggi(&p)?, p))).collect())))
        };
        let tutti = self.soggetti.prendi(self.generazione(), "", carica).await?;
        Ok(tutti.and_then(|t| t.0.iter().find(|(nome, _)| nome == soggetto).map(|(_, p)| p.clone())))
    }

    /// Those of the names that are roles, with their rights.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn ruoli(&self, nomi: &[String]) -> Result<Vec<(String, Vec<Acl>)>, StoreError> {
        let mut nomi: Vec<&str> = nomi.iter().map(String::as_str).filter(|n| !n.contains('\0')).collect();
        nomi.sort_unstable();
        nomi.dedup();
        let carica = || async { Ok(Some(Ruoli(self.store.ruoli(&nomi).await?))) };
        let trovati = self.ruoli.prendi(self.generazione(), &nomi.join("\0"), carica).await?;
        Ok(trovati.map(|r| r.0.clone()).unwrap_or_default())
    }

    /// A type of pendenza with its defaults.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn tipo_pendenza(&self, id: &str) -> Result<Option<Arc<TipoPendenza>>, StoreError> {
        self.tipi.prendi(self.generazione(), id, || self.store.tipo_pendenza(id)).await
    }

    /// The dominio that an account belongs to: the first by its id, when there are more.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn dominio_di_iban(&self, iban: &str) -> Result<Option<String>, StoreError> {
        let carica = || self.store.dominio_di_iban(iban);
        let trovato = self.iban.prendi(self.generazione(), iban, carica).await?;
        Ok(trovato.map(|d| (*d).clone()))
    }

    /// Which applicazione owns a notice that nobody has loaded: the first by idA2A that is enabled,
    /// has authority on the dominio and whose regExpIuv matches the whole IUV (spec 20 9.2).
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn candidata(&self, dominio: &str, iuv: &str) -> Result<Option<Arc<Applicazione>>, StoreError> {
        let carica = || async {
            let righe = self.store.applicazioni_con_pattern().await?;
            let compilati = righe.into_iter().filter_map(|(id, testo)| match pattern_iuv(&testo) {
                Some(r) => Some((r, id)),
                None => {
                    tracing::error!(applicazione = %id, "regExpIuv non compilabile");
                    None
                }
            });
            Ok(Some(Proprietari(compilati.collect())))
        };
        let Some(tutti) = self.proprietari.prendi(self.generazione(), "", carica).await? else {
            return Ok(None);
        };
        for (pattern, id) in &tutti.0 {
            if pattern.is_match(iuv)
                && let Some(a) = self.applicazione(id).await?
                && a.abilitata()
                && a.utenza.domini.comprende_dominio(dominio)
            {
                return Ok(Some(a));
            }
        }
        Ok(None)
    }

    /// The configurazioni of the installation.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn configurazioni(&self) -> Result<Arc<Configurazioni>, StoreError> {
        let generazione = self.generazione();
        let carica = || async { Configurazioni::di(&self.store.configurazioni().await?).map(Some) };
        let lette = self
            .configurazioni
            .prendi(generazione, "", carica)
            .await?
            .ok_or_else(|| StoreError::Rotto("configurazioni assenti".to_owned()))?;
        let mut nota = self.politica.write().unwrap_or_else(PoisonError::into_inner);
        // Whoever was reading while a change passed does not put back what was there before.
        if nota.0 <= Some(generazione) {
            *nota = (Some(generazione), lette.politica());
        }
        drop(nota);
        Ok(lette)
    }

    /// What the giornale keeps, as last read.
    pub(crate) fn politica(&self) -> Politica {
        self.politica.read().unwrap_or_else(PoisonError::into_inner).1
    }

    /// Reads again what the giornale keeps, if something has changed since. While the database cannot be
    /// read, what was known holds.
    pub(crate) async fn rinnova_politica(&self) {
        let nota = self.politica.read().unwrap_or_else(PoisonError::into_inner).0;
        if nota == Some(self.generazione()) {
            return;
        }
        if let Err(errore) = self.configurazioni().await {
            tracing::warn!(%errore, "configurazioni non leggibili: il giornale segue quelle note");
        }
    }

    /// Drops everything: whoever asks after this reads the database again.
    pub fn svuota(&self) {
        self.generazione.fetch_add(1, Ordering::AcqRel);
        self.domini.0.invalidate_all();
        self.intermediari.0.invalidate_all();
        self.stazioni.0.invalidate_all();
        self.applicazioni.0.invalidate_all();
        self.utenze.0.invalidate_all();
        self.tipi.0.invalidate_all();
        self.iban.0.invalidate_all();
        self.proprietari.0.invalidate_all();
        self.configurazioni.0.invalidate_all();
        self.soggetti.0.invalidate_all();
        self.ruoli.0.invalidate_all();
    }

    /// Looks once whether somebody changed something, and drops everything if so.
    ///
    /// # Errors
    /// The database cannot be read: what is in memory stays.
    pub async fn scruta(&self) -> Result<(), StoreError> {
        let trovata = self.store.versione_anagrafica().await?;
        if self.versione.swap(trovata, Ordering::AcqRel) != trovata {
            self.svuota();
        }
        Ok(())
    }

    /// Looks once a second until told to end. Started by the server.
    pub async fn sorveglia(self: Arc<Self>, fine: CancellationToken) {
        let mut battito = tokio::time::interval(SCRUTINIO);
        battito.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut cieco = false;
        while fine.run_until_cancelled(battito.tick()).await.is_some() {
            match self.scruta().await {
                Ok(()) => cieco = false,
                // Once, not every second of an outage.
                Err(errore) if !cieco => {
                    cieco = true;
                    tracing::warn!(%errore, "versione dell'anagrafica non leggibile");
                }
                Err(_) => {}
            }
        }
    }
}

/// The compiled form of a regExpIuv, which always matches the whole IUV. `None`: it is no pattern.
pub(super) fn pattern_iuv(testo: &str) -> Option<Regex> {
    // Alone first: `a)|(b` must not become a pattern by what stands around it.
    let compila = |t: &str| regex::RegexBuilder::new(t).size_limit(PATTERN).build().ok();
    compila(testo)?;
    compila(&format!(r"\A(?:{testo})\z"))
}

fn peso_utenza(u: &Utenza) -> usize {
    use domain::anagrafica::Ambito;
    let domini = match &u.domini {
        Ambito::Tutti => 0,
        Ambito::Solo(v) => v.iter().map(|a| 64 + a.unita.as_ref().map_or(0, |u| u.len() * 48)).sum(),
    };
    let tipi = match &u.tipi_pendenza {
        Ambito::Tutti => 0,
        Ambito::Solo(v) => v.len() * 48,
    };
    RIGA + domini + tipi
}

fn peso_scheda(s: &SchedaDominio) -> usize {
    let righe = s.unita.len() * 2 + s.conti.len() + s.entrate.len() * 2 + s.tipi.len() * 2 + 8;
    let connettori: usize = s.dominio.connettori.iter().map(|(_, t)| t.as_str().len()).sum();
    let tipi: usize = s.tipi.iter().map(|t| t.configurazione.len() + t.tipo.configurazione.len()).sum();
    righe * RIGA + connettori + tipi
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn il_pattern_vale_per_tutto_lo_iuv() {
        for (testo, iuv, atteso) in [
            (r"99[0-9]{3}", "99123", Some(true)),
            (r"99[0-9]{3}", "991234", Some(false)),
            (r"1|12", "12", Some(true)),
            (r"[0-9", "1", None),
            ("1)|(2", "1", None),
            (r"(?:[0-9]{4000}){4000}", "1", None),
        ] {
            assert_eq!(pattern_iuv(testo).map(|r| r.is_match(iuv)), atteso, "{testo}");
        }
    }
}
