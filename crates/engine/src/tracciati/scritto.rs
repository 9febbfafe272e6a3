//! A group that was decided is written: each operation with its record, many in a commit, few commits at
//! the same time, so that those of the callers of the node find a way.

use super::esito::{self, Scarto};
use super::lotto::{Carico, Gruppo, Sola, Unita};
use crate::StoreError;
use crate::pendenze::{AnnullaError, CaricaError};
use domain::pendenza::Pendenza;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use store::Scrittura;
use store::tracciati::{self, Contatori, NuovaOperazione, OPERAZIONE};

/// Statements of one commit: what PostgreSQL still sends in one flight with those of others, and what
/// holds the writer of SQLite for a moment only.
const ISTRUZIONI: usize = 60;
/// Commits on their way: fewer than the lines of PostgreSQL that take them, so that the callers of the
/// node always find one.
const INSIEME: usize = 3;
/// Operations that go by themselves, on their way at the same time. Each is a caller as the others.
const SOLE: usize = 8;

/// What was written; none: it must be counted from the records.
type Fatte = Option<Contatori>;

impl Carico {
    /// Writes them and counts them. When it returns, nothing of it is on its way.
    ///
    /// # Errors
    /// The database; `Conflitto` when the file is somebody else's now, or told to end.
    pub(super) async fn scrivi(&self, g: &Gruppo, conti: &mut Contatori) -> Result<(), StoreError> {
        let mut da_ricontare = false;
        let mut conta = |f: Fatte| match f {
            Some(f) => {
                conti.eseguite += f.eseguite;
                conti.fallite += f.fallite;
                conti.avvisi_totali += f.avvisi_totali;
            }
            None => da_ricontare = true,
        };
        insieme(pezzi(&g.unita).map(|p| self.pezzo(p)), INSIEME, &mut conta).await?;
        for onda in onde(&g.sole) {
            insieme(onda.iter().map(|s| self.una(s)), SOLE, &mut conta).await?;
        }
        if da_ricontare {
            let veri = self.engine.store().conta_esiti(self.tracciato.id).await?;
            *conti = Contatori { totali: conti.totali, inserimenti: conti.inserimenti, ..veri };
        }
        Ok(())
    }

    /// Operations in one commit; when that does not go, each by itself.
    async fn pezzo(&self, unita: &[Unita]) -> Result<Fatte, StoreError> {
        let mut s = Scrittura::nuova();
        let mut fatte = Contatori::default();
        for u in unita {
            s.unisci(self.scrittura(u));
            somma(&mut fatte, u.record());
        }
        match self.engine.store().commit(s).await {
            Ok(()) => return Ok(Some(fatte)),
            Err(StoreError::NonDisponibile(e)) => return Err(StoreError::NonDisponibile(e)),
            Err(StoreError::Conflitto | StoreError::Duplicato(_) | StoreError::Incerto) => {}
            Err(StoreError::Rotto(testo)) => tracing::warn!(%testo, "lotto non scritto: una alla volta"),
        }
        // Whoever has lost the file, or is told to end it, goes no further.
        let mut segno = Scrittura::nuova();
        self.presa.rinnova(&mut segno);
        self.engine.store().commit(segno).await?;
        let da = unita.iter().map(|u| u.record().numero).min().unwrap_or(0);
        let fatte: HashSet<i64> =
            self.engine.store().operazioni_fatte(self.tracciato.id, da).await?.into_iter().collect();
        for u in unita.iter().filter(|u| !fatte.contains(&u.record().numero)) {
            match u {
                Unita::Record(o) => self.registra(o).await?,
                Unita::Nuova(n) => {
                    self.da_sola(&Sola::Aggiorna(n.chi.clone(), Arc::clone(&n.preparata))).await?;
                }
            }
        }
        Ok(None)
    }

    fn scrittura(&self, u: &Unita) -> Scrittura {
        let mut s = Scrittura::nuova();
        if let Unita::Nuova(n) = u {
            n.nascitura.scrivi(&mut s);
        }
        tracciati::operazione(&mut s, &self.presa, u.record());
        s
    }

    async fn una(&self, sola: &Sola) -> Result<Fatte, StoreError> {
        Ok(self.da_sola(sola).await?.map(|o| {
            let mut fatte = Contatori::default();
            somma(&mut fatte, &o);
            fatte
        }))
    }

    async fn registra(&self, o: &NuovaOperazione) -> Result<(), StoreError> {
        let mut s = Scrittura::nuova();
        tracciati::operazione(&mut s, &self.presa, o);
        match self.engine.store().commit(s).await {
            Err(e) if e.duplicato_di(OPERAZIONE) => Ok(()),
            altro => altro,
        }
    }

    /// One operation through the use case; its record, unless it had one.
    async fn da_sola(&self, sola: &Sola) -> Result<Option<NuovaOperazione>, StoreError> {
        let scrivano = self.scrivano();
        let chi = sola.chi();
        let scheda = match sola {
            Sola::Aggiorna(_, p) => self.engine.registro().dominio(p.dominio().as_str()).await?,
            Sola::Annulla(..) => self.engine.registro().dominio(&self.tracciato.id_dominio).await?,
        };
        let scritta = Mutex::new(None);
        let seguito = |s: &mut Scrittura, p: &Pendenza| {
            let scheda = scheda.as_deref().filter(|s| s.dominio.id == p.dominio);
            let o = scrivano.eseguita(chi, p, scheda);
            tracciati::operazione(s, &self.presa, &o);
            *scritta.lock().unwrap_or_else(PoisonError::into_inner) = Some(o);
        };
        // A race that is lost because the file is not ours any more is lost for good.
        let perduta = AtomicBool::new(false);
        let ancora = || -> BoxFuture<'_, Result<(), StoreError>> {
            Box::pin(async {
                if self.engine.store().presa_valida(&self.presa).await? {
                    return Ok(());
                }
                perduta.store(true, Ordering::Relaxed);
                Err(StoreError::NonDisponibile("tracciato non piu' in mano".to_owned()))
            })
        };
        let esito = match (sola, &self.chi) {
            (Sola::Aggiorna(_, p), _) => {
                match Box::pin(self.engine.carica_preparata(p, &seguito, &ancora)).await {
                    Ok(_) => Ok(()),
                    Err(_) if perduta.load(Ordering::Relaxed) => return Err(StoreError::Conflitto),
                    Err(CaricaError::Store(e)) if e.duplicato_di(OPERAZIONE) => return Ok(None),
                    Err(e) => Err(esito::di_carica(e)?),
                }
            }
            (Sola::Annulla(_, a), Some(c)) => {
                let cosa = (&a.chiave, a.motivo.as_str());
                match Box::pin(self.engine.annulla_pendenza(c, cosa, &seguito, &ancora)).await {
                    Ok(()) => Ok(()),
                    Err(_) if perduta.load(Ordering::Relaxed) => return Err(StoreError::Conflitto),
                    Err(AnnullaError::Store(e)) if e.duplicato_di(OPERAZIONE) => return Ok(None),
                    Err(e) => Err(esito::di_annulla(e)?),
                }
            }
            (Sola::Annulla(..), None) => Err(Scarto::Interno),
        };
        match esito {
            Ok(()) => Ok(scritta.into_inner().unwrap_or_else(PoisonError::into_inner)),
            Err(scarto) => {
                let o = scrivano.scartata(chi, &scarto);
                self.registra(&o).await?;
                Ok(Some(o))
            }
        }
    }
}

fn somma(c: &mut Contatori, o: &NuovaOperazione) {
    if o.eseguita {
        c.eseguite += 1;
    } else {
        c.fallite += 1;
    }
    c.avvisi_totali += i64::from(o.da_stampare);
}

/// Operations that share a commit.
fn pezzi(unita: &[Unita]) -> impl Iterator<Item = &[Unita]> {
    let mut resto = unita;
    std::iter::from_fn(move || {
        let mut istruzioni = 0;
        let quante = resto
            .iter()
            .take_while(|u| {
                istruzioni += u.istruzioni();
                istruzioni <= ISTRUZIONI
            })
            .count();
        let (pezzo, dopo) = resto.split_at_checked(quante.max(1))?;
        resto = dopo;
        Some(pezzo)
    })
}

/// Operations of which no two are of one pendenza, in order: those of one pendenza are done one after the
/// other.
fn onde(sole: &[Sola]) -> Vec<&[Sola]> {
    let mut onde = Vec::new();
    let mut viste = HashSet::new();
    let mut inizio = 0;
    for (i, s) in sole.iter().enumerate() {
        let chiave = match s {
            Sola::Aggiorna(_, p) => p.chiave(),
            Sola::Annulla(_, a) => &a.chiave,
        };
        if !viste.insert(chiave) {
            onde.extend(sole.get(inizio..i));
            inizio = i;
            viste.clear();
            viste.insert(chiave);
        }
    }
    onde.extend(sole.get(inizio..).filter(|o| !o.is_empty()));
    onde
}

/// Runs them, so many at a time; after an error no other begins, and it is told once all have ended.
async fn insieme<T, F: Future<Output = Result<T, StoreError>>>(
    cose: impl Iterator<Item = F>,
    quante: usize,
    mut prendi: impl FnMut(T),
) -> Result<(), StoreError> {
    let mut cose = cose;
    let mut in_corso = FuturesUnordered::new();
    let mut esito = Ok(());
    loop {
        while esito.is_ok() && in_corso.len() < quante {
            let Some(cosa) = cose.next() else { break };
            in_corso.push(cosa);
        }
        match in_corso.next().await {
            None => return esito,
            Some(Ok(t)) => prendi(t),
            Some(Err(e)) => {
                if esito.is_ok() {
                    esito = Err(e);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::insieme;
    use crate::StoreError;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn dopo_un_errore_si_aspetta_chi_e_in_corso() {
        let finite = AtomicUsize::new(0);
        let cose = (0..10_u64).map(|n| {
            let finite = &finite;
            async move {
                tokio::time::sleep(Duration::from_millis(10 + n)).await;
                finite.fetch_add(1, Ordering::Relaxed);
                if n == 1 { Err(StoreError::Conflitto) } else { Ok(n) }
            }
        });
        let mut prese = Vec::new();
        let esito = insieme(cose, 3, |n| prese.push(n)).await;
        assert_eq!(esito, Err(StoreError::Conflitto));
        // 0, 1 and 2 began together, 3 when 0 had ended; nothing after the error.
        assert_eq!((prese, finite.load(Ordering::Relaxed)), (vec![0, 2, 3], 4));
    }
}
