//! What every scenario needs: a database, an ente, a way to start servers, the load, and the comparison
//! at the end.

use crate::banca::Banca;
use crate::carico::Carico;
use crate::ente::Ente;
use crate::processo::{Avvio, Gateway};
use crate::{Base, Opzioni};
use anyhow::{Context as _, Result, bail};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A scenario. What it leaves behind when a promise is broken stays in its folder.
#[derive(Debug)]
pub(crate) struct Scena {
    cartella: PathBuf,
    pub(crate) banca: Banca,
    pub(crate) ente: Ente,
    pub(crate) caso: StdRng,
    /// Of the first node.
    pub(crate) avvio: Avvio,
    pub(crate) carico: Arc<Carico>,
}

impl Scena {
    /// `insiste`: callers try again when nobody answers; `attesa`: how long they wait for an answer.
    pub(crate) async fn nuova(
        nome: &str,
        base: Base,
        insiste: bool,
        attesa: Duration,
        o: &Opzioni,
    ) -> Result<Self> {
        let cartella = o.cartella(&format!("{nome}-{base:?}"))?;
        let banca = Banca::nuova(base, &cartella).await?;
        let avvio = Avvio {
            programma: o.programma.clone(),
            database: banca.url.clone(),
            cartella: cartella.clone(),
            nome: "nodo1".to_owned(),
            impostazioni: Vec::new(),
        };
        Ok(Self {
            cartella,
            banca,
            ente: Ente::nuovo().await?,
            caso: StdRng::seed_from_u64(o.seme),
            avvio,
            carico: Carico::nuovo(o.seme, insiste, attesa)?,
        })
    }

    /// How the `n`-th node is started, from 1 on.
    pub(crate) fn nodo(&self, n: usize) -> Avvio {
        Avvio { nome: format!("nodo{n}"), ..self.avvio.clone() }
    }

    /// Starts a server with the master data and turns the callers to it.
    pub(crate) async fn apri(&self) -> Result<Gateway> {
        let g = self.avvio.avvia()?;
        self.carico.chiamante.anagrafica(&g.url, &self.ente.url).await?;
        self.carico.verso(vec![g.url.clone()]);
        Ok(g)
    }

    /// Brings every life to its end, compares all of them and stops the servers; then `govpay check` must
    /// be clean and no log may tell of a panic. Returns a line for the report.
    pub(crate) async fn chiudi(self, servizi: Vec<Gateway>, una_volta: bool) -> Result<String> {
        self.carico.concludi().await?;
        let detto = self.carico.tutto(&self.banca.url, &self.ente, una_volta).await?;
        self.spegni(servizi)?;
        Ok(detto)
    }

    /// Stops the servers and looks at what they leave.
    pub(crate) fn spegni(self, servizi: Vec<Gateway>) -> Result<()> {
        for mut g in servizi {
            if !g.vivo() {
                bail!("a server has ended by itself: {}", g.registro().display());
            }
            g.ferma()?;
        }
        self.avvio.controlla()?;
        for f in std::fs::read_dir(&self.cartella)? {
            let f = f?.path();
            if f.extension().is_some_and(|e| e == "log") {
                let testo = std::fs::read(&f).with_context(|| format!("{}", f.display()))?;
                if String::from_utf8_lossy(&testo).contains("panicked at") {
                    bail!("a panic in {}", f.display());
                }
            }
        }
        let _ = std::fs::remove_dir_all(&self.cartella);
        Ok(())
    }
}
