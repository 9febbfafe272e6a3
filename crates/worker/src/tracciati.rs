//! Bulk loads: one file at a time on each node, beside the traffic of the others (spec 20 11.5).

use crate::OpzioniWorker;
use engine::Engine;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often files that never came in are looked for.
const RIORDINO: Duration = Duration::from_secs(600);

/// Works on files as they come, until told to end.
pub(crate) async fn elabora(engine: Engine, opzioni: OpzioniWorker, fine: CancellationToken) {
    let mut riordino = tokio::time::Instant::now();
    while !fine.is_cancelled() {
        match Box::pin(engine.elabora_tracciato(opzioni.presa, &fine)).await {
            Ok(altro) => {
                engine.segna_giro_tracciati();
                if altro {
                    continue;
                }
            }
            Err(errore) => tracing::warn!(%errore, "elaborazione dei tracciati interrotta"),
        }
        if tokio::time::Instant::now() >= riordino {
            riordino = tokio::time::Instant::now() + RIORDINO;
            if let Err(errore) = engine.dimentica_tracciati_interrotti().await {
                tracing::warn!(%errore, "tracciati interrotti non cancellati");
            }
        }
        tokio::select! {
            () = fine.cancelled() => {}
            () = engine.sveglia_tracciati().notified() => {}
            () = tokio::time::sleep(opzioni.scrutinio) => {}
        }
    }
}
