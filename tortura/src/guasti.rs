//! An ente that is slow, dead, or answers garbage and halves: the Node is served meanwhile, and every
//! notification arrives once the ente is well again.

use crate::banca::Banca;
use crate::carico::Carico;
use crate::ente::{Ente, Umore};
use crate::processo::Avvio;
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
    let cartella = o.cartella(&format!("guasti-{base:?}"))?;
    let banca = Banca::nuova(base, &cartella).await?;
    let ente = Ente::nuovo().await?;
    let avvio = Avvio {
        programma: o.programma.clone(),
        database: banca.url.clone(),
        cartella: cartella.clone(),
        nome: "nodo1".to_owned(),
    };
    let g = avvio.avvia()?;
    let c = Carico::nuovo(o.seme, false, Duration::from_secs(20))?;
    c.chiamante.anagrafica(&g.url, &ente.url).await?;
    c.verso(vec![g.url.clone()]);
    let lavori = c.lavora(4);
    for umore in
        [Umore::Lento(3000), Umore::Muto, Umore::Spazzatura, Umore::Mezza, Umore::Errore, Umore::Lento(50)]
    {
        ente.umore(umore);
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    ente.umore(Umore::Bene);
    c.ferma(lavori).await?;
    c.concludi().await?;
    let detto = c.tutto(&banca.url, &ente, false).await?;
    if c.registro().attesa > ATTESA {
        bail!("the Node waited {:?}", c.registro().attesa);
    }
    g.ferma()?;
    avvio.controlla()?;
    o.pulisci(&cartella);
    Ok(format!("{base:?}: {detto}"))
}
