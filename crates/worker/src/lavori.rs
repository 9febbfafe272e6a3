//! Scheduled jobs: each instant of the schedule is one run, on one node (spec 60 4.3).

use crate::OpzioniWorker;
use domain::Istante;
use engine::Engine;
use engine::lavori::Lavoro;
use std::time::Duration;
use store::StoreError;
use store::lavori::EsitoLavoro;
use tokio_util::sync::CancellationToken;

/// How often a running job says that it is alive.
const BATTITO: Duration = Duration::from_secs(30);

/// The last nominal instant of the schedule at or before `adesso`.
fn scatto(lavoro: Lavoro, adesso: Istante) -> Istante {
    let periodo = lavoro.periodo_secondi().saturating_mul(1_000_000);
    Istante::da_micros(adesso.micros() - adesso.micros().rem_euclid(periodo))
}

/// The loop of one job. The instants follow the clock of the engine, the waiting that of tokio.
pub(crate) async fn pianifica(
    engine: Engine,
    opzioni: OpzioniWorker,
    lavoro: Lavoro,
    fine: CancellationToken,
) {
    let mut fatto = None;
    while !fine.is_cancelled() {
        let quando = scatto(lavoro, engine.adesso());
        if fatto != Some(quando) {
            match prova(&engine, &opzioni, lavoro, quando, &fine).await {
                Ok(()) => fatto = Some(quando),
                Err(errore) => tracing::warn!(%errore, lavoro = lavoro.nome(), "lavoro non avviato"),
            }
        }
        tokio::select! {
            () = fine.cancelled() => {}
            () = tokio::time::sleep(opzioni.scrutinio) => {}
        }
    }
}

/// Runs the job if this instant is ours. Nothing to do is as good as done.
async fn prova(
    engine: &Engine,
    opzioni: &OpzioniWorker,
    lavoro: Lavoro,
    quando: Istante,
    fine: &CancellationToken,
) -> Result<(), StoreError> {
    let nodo = &engine.impostazioni().nodo;
    let store = engine.store();
    let Some(preso) = store.prendi_lavoro(lavoro.nome(), nodo, opzioni.timeout_lavori, Some(quando)).await?
    else {
        return Ok(());
    };
    let mut corsa = std::pin::pin!(engine.esegui_lavoro(lavoro, &preso));
    let esito = loop {
        tokio::select! {
            esito = &mut corsa => break esito,
            () = fine.cancelled() => break Err(StoreError::NonDisponibile("arresto del nodo".to_owned())),
            () = tokio::time::sleep(BATTITO) => {
                if let Err(StoreError::Conflitto) = store.batti(&preso).await {
                    tracing::warn!(lavoro = lavoro.nome(), "lavoro preso da un altro nodo");
                    return Ok(());
                }
            }
        }
    };
    let (come, testo) = match esito {
        Ok(testo) => {
            tracing::info!(lavoro = lavoro.nome(), %testo, "lavoro concluso");
            (EsitoLavoro::Riuscito, testo)
        }
        Err(errore) => {
            tracing::warn!(%errore, lavoro = lavoro.nome(), "lavoro interrotto");
            (EsitoLavoro::Fallito, format!("Il batch e' stato interrotto con errore: {errore}"))
        }
    };
    match store.lascia_lavoro(&preso, come, &testo, engine.adesso()).await {
        // Somebody took it meanwhile: it is no more ours to give back.
        Ok(()) | Err(StoreError::Conflitto) => Ok(()),
        Err(e) => Err(e),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ogni_mezz_ora_e_uno_scatto() {
        let l = Lavoro::ChiusuraRptScadute;
        let t = Istante::da_micros(1_700_000_100_000_000);
        let s = scatto(l, t);
        assert_eq!(s.micros() % (30 * 60 * 1_000_000), 0);
        assert_eq!(scatto(l, s), s);
        assert_eq!(scatto(l, s.piu_secondi(1799)), s);
        assert_eq!(scatto(l, s.piu_secondi(1800)), s.piu_secondi(1800));
    }
}
