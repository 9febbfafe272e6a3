//! An ente that is slow, dead, or answers garbage and halves: the Node is served meanwhile, and every
//! notification arrives once the ente is well again.

use crate::ente::Umore;
use crate::scena::Scena;
use crate::{Base, Opzioni};
use anyhow::{Result, bail};
use std::time::Duration;

/// Longest wait of the Node while the ente misbehaves.
const ATTESA: Duration = Duration::from_secs(10);

/// A second or two of load in each mood of the ente, then well. The first retry is a minute later: the
/// scenario takes some minutes.
///
/// # Errors
/// The first broken promise.
pub async fn guasti(base: Base, o: &Opzioni) -> Result<String> {
    let scena = Scena::nuova("guasti", base, false, Duration::from_secs(20), o).await?;
    let g = scena.apri().await?;
    let c = &scena.carico;
    let lavori = c.lavora(4);
    for umore in
        [Umore::Lento(3000), Umore::Muto, Umore::Spazzatura, Umore::Mezza, Umore::Errore, Umore::Lento(50)]
    {
        scena.ente.umore(umore);
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    scena.ente.umore(Umore::Bene);
    c.ferma(lavori).await?;
    let attesa = c.registro().attesa;
    if attesa > ATTESA {
        bail!("the Node waited {attesa:?}");
    }
    let detto = scena.chiudi(vec![g], false).await?;
    Ok(format!("{base:?}: {detto}, longest wait of a caller {attesa:.1?}"))
}
