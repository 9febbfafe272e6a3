//! Delivery of the notifications: due rows are claimed and sent, each applicazione on its own.

use crate::OpzioniWorker;
use engine::Engine;
use std::collections::HashMap;
use std::time::Duration;
use store::notifiche::{Presa, rilasciata};
use store::{Scrittura, StoreError};
use tokio::task::{Id, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Longest pause after a claim that found nothing.
const PAUSA: Duration = Duration::from_secs(5);

/// How long an applicazione is left alone after a claim of its notifications that found none. What is due
/// and may not be sent yet (receipts behind an activation that fails) is read at each claim: ten times
/// as long as the claim took, however many they are, leaves the database nine tenths of its time.
fn pausa(presa: Duration) -> Duration {
    presa.saturating_mul(10).min(PAUSA)
}

/// The deliveries under way.
struct InCorso {
    compiti: JoinSet<()>,
    prese: HashMap<Id, Presa>,
    per_applicazione: HashMap<String, usize>,
    /// The applicazioni that are left alone, and until when.
    in_pausa: HashMap<String, Instant>,
}

impl InCorso {
    fn concluso(&mut self, id: Id) {
        let Some(p) = self.prese.remove(&id) else { return };
        let a = p.notifica.id_a2a.as_str();
        if let Some(n) = self.per_applicazione.get_mut(a) {
            *n = n.saturating_sub(1);
            if *n == 0 {
                self.per_applicazione.remove(a);
            }
        }
    }

    /// When the first of the pauses ends.
    fn riprende(&self) -> Option<Duration> {
        self.in_pausa.values().min().map(|fine| fine.saturating_duration_since(Instant::now()))
    }

    /// Waits for one to end; for ever when there is none.
    async fn prossimo(&mut self) {
        match self.compiti.join_next_with_id().await {
            Some(Ok((id, ()))) => self.concluso(id),
            Some(Err(e)) => {
                // Its lease ends by itself: trying again at once could fail in the same way.
                tracing::error!(errore = %e, "consegna di una notifica interrotta");
                self.concluso(e.id());
            }
            None => std::future::pending().await,
        }
    }
}

/// The loop of a node: rings, ended deliveries and the clock wake it.
pub(crate) async fn consegna(engine: Engine, opzioni: OpzioniWorker, fine: CancellationToken) {
    let istanza = format!("{}/{}", engine.impostazioni().nodo, uuid::Uuid::new_v4().simple());
    let mut in_corso = InCorso {
        compiti: JoinSet::new(),
        prese: HashMap::new(),
        per_applicazione: HashMap::new(),
        in_pausa: HashMap::new(),
    };
    if let Err(errore) = engine.store().libera_notifiche_orfane().await {
        tracing::warn!(%errore, "notifiche di un processo precedente ancora prese");
    }
    let mut giri = 0_u64;
    while !fine.is_cancelled() {
        let attesa = match giro(&engine, &opzioni, &istanza, &mut giri, &mut in_corso).await {
            Ok(()) => {
                engine.segna_consegna();
                in_corso.riprende().map_or(opzioni.scrutinio, |fra| fra.min(opzioni.scrutinio))
            }
            Err(errore) => {
                tracing::warn!(%errore, "notifiche non leggibili");
                opzioni.scrutinio.max(Duration::from_secs(1))
            }
        };
        tokio::select! {
            () = fine.cancelled() => {}
            () = engine.porte().sveglia.notified() => {}
            () = in_corso.prossimo() => {}
            () = tokio::time::sleep(attesa) => {}
        }
    }
    chiudi(&engine, &opzioni, in_corso).await;
}

/// Claims and starts what there is room for.
async fn giro(
    engine: &Engine,
    opzioni: &OpzioniWorker,
    istanza: &str,
    giri: &mut u64,
    in_corso: &mut InCorso,
) -> Result<(), StoreError> {
    let adesso = engine.adesso();
    let ora = Instant::now();
    in_corso.in_pausa.retain(|_, fine| *fine > ora);
    for applicazione in engine.store().applicazioni_da_notificare(adesso).await? {
        let occupate = in_corso.per_applicazione.get(&applicazione).copied().unwrap_or(0);
        let posto = opzioni
            .notifiche_per_applicazione
            .saturating_sub(occupate)
            .min(opzioni.notifiche_insieme.saturating_sub(in_corso.prese.len()));
        if posto == 0 || in_corso.in_pausa.contains_key(&applicazione) {
            continue;
        }
        *giri += 1;
        let gettone = format!("{istanza}/{giri}");
        let quante = i64::try_from(posto).unwrap_or(1);
        let inizio = Instant::now();
        let prese =
            engine.store().prendi_notifiche(&applicazione, &gettone, opzioni.presa, quante, adesso).await?;
        if prese.is_empty() {
            in_corso.in_pausa.insert(applicazione, inizio + pausa(inizio.elapsed()));
            continue;
        }
        for presa in prese {
            let (engine, copia) = (engine.clone(), presa.clone());
            let compito = in_corso.compiti.spawn(async move {
                let id = copia.notifica.id;
                if let Err(errore) = engine.consegna_notifica(copia).await {
                    tracing::warn!(%errore, notifica = id, "esito di una notifica non salvato");
                }
            });
            in_corso.prese.insert(compito.id(), presa);
            *in_corso.per_applicazione.entry(applicazione.clone()).or_default() += 1;
        }
    }
    Ok(())
}

/// Lets the deliveries under way end, and gives back the others.
async fn chiudi(engine: &Engine, opzioni: &OpzioniWorker, mut in_corso: InCorso) {
    let limite = tokio::time::Instant::now() + opzioni.attesa_chiusura;
    while !in_corso.prese.is_empty() {
        if tokio::time::timeout_at(limite, in_corso.prossimo()).await.is_err() {
            break;
        }
    }
    in_corso.compiti.shutdown().await;
    let mut s = Scrittura::nuova();
    for p in in_corso.prese.values() {
        rilasciata(&mut s, p);
    }
    if let Err(errore) = engine.store().commit(s).await {
        tracing::warn!(%errore, "notifiche non rese: lo saranno alla scadenza della presa");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn una_presa_vuota_si_paga_con_una_pausa_in_proporzione() {
        let ms = Duration::from_millis;
        for (presa, attesa) in [(0, 0), (1, 10), (412, 4120), (500, 5000), (60_000, 5000)] {
            assert_eq!(pausa(ms(presa)), ms(attesa), "{presa}");
        }
    }
}
