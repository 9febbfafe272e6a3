//! The printing crate behind the port of the engine.

use crate::configurazione::Stampa;
use anyhow::{Context as _, Result};
use async_trait::async_trait;
use domain::stampa::{AvvisoStampato, DocumentoStampato, Lingua};
use engine::porte::{StampaNonRiuscita, Stampatore};
use figment::Figment;
use figment::providers::{Format as _, Toml};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Draws on blocking threads, as many pages at once as the settings say; the others wait their turn.
pub(crate) struct Stampante {
    stampatore: stampe::Stampatore,
    posti: Arc<Semaphore>,
}

impl Stampante {
    /// With the marks and the labels of the installation.
    ///
    /// # Errors
    /// A file that is not there, a mark that cannot be drawn, a label that does not exist.
    pub(crate) fn nuova(s: &Stampa) -> Result<Self> {
        let (etichette, etichette_seconde) = etichette(&s.etichette)?;
        let impostazioni = stampe::Impostazioni {
            marchio_pagopa: file("stampa.marchio_pagopa", &s.marchio_pagopa)?,
            marchio_poste: file("stampa.marchio_poste", &s.marchio_poste)?,
            etichette,
            etichette_seconde,
        };
        let insieme = match s.contemporanee {
            0 => std::thread::available_parallelism().map_or(2, usize::from),
            n => n,
        };
        Ok(Self {
            stampatore: stampe::Stampatore::nuovo(impostazioni).context("sezione [stampa]")?,
            posti: Arc::new(Semaphore::new(insieme.min(Semaphore::MAX_PERMITS))),
        })
    }
}

fn file(chiave: &str, percorso: &str) -> Result<Option<Vec<u8>>> {
    if percorso.is_empty() {
        return Ok(None);
    }
    let letto = std::fs::read(percorso);
    letto.map(Some).with_context(|| format!("{chiave}: il file {percorso} non si legge"))
}

type Voci = BTreeMap<String, String>;

/// What a file of labels holds under a name: an Italian label, or those of a second language.
#[derive(Deserialize)]
#[serde(untagged)]
enum Voce {
    Italiana(String),
    Lingua(Voci),
}

fn etichette(percorso: &str) -> Result<(Voci, BTreeMap<Lingua, Voci>)> {
    if percorso.is_empty() {
        return Ok(Default::default());
    }
    anyhow::ensure!(Path::new(percorso).is_file(), "stampa.etichette: il file {percorso} non c'e'");
    let lette: BTreeMap<String, Voce> = Figment::from(Toml::file(percorso)).extract().with_context(|| {
        format!("stampa.etichette: {percorso} non e' un elenco TOML di `nome = \"testo\"`")
    })?;
    let (mut italiane, mut seconde) = (Voci::new(), BTreeMap::new());
    for (nome, voce) in lette {
        match voce {
            Voce::Italiana(testo) => {
                italiane.insert(nome, testo);
            }
            Voce::Lingua(voci) => {
                let lingua = Lingua::leggi(&nome);
                let lingua =
                    lingua.with_context(|| format!("stampa.etichette: lingua {nome} non stampata"))?;
                seconde.insert(lingua, voci);
            }
        }
    }
    Ok((italiane, seconde))
}

impl Stampante {
    async fn disegna(
        &self,
        come: impl FnOnce(&stampe::Stampatore) -> Result<Vec<u8>, stampe::StampaError> + Send + 'static,
    ) -> Result<Vec<u8>, StampaNonRiuscita> {
        let non_riuscita = |e: &dyn std::fmt::Display| StampaNonRiuscita(e.to_string());
        let posto = Arc::clone(&self.posti).acquire_owned().await.map_err(|e| non_riuscita(&e))?;
        let stampatore = self.stampatore.clone();
        let disegno = tokio::task::spawn_blocking(move || {
            let _posto = posto;
            come(&stampatore)
        });
        disegno.await.map_err(|e| non_riuscita(&e))?.map_err(|e| non_riuscita(&e))
    }
}

#[async_trait]
impl Stampatore for Stampante {
    async fn avviso(&self, avviso: AvvisoStampato) -> Result<Vec<u8>, StampaNonRiuscita> {
        self.disegna(move |s| s.avviso(&avviso)).await
    }

    async fn documento(&self, documento: DocumentoStampato) -> Result<Vec<u8>, StampaNonRiuscita> {
        self.disegna(move |s| s.documento(&documento)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cio_che_non_si_puo_stampare_si_dice_alla_partenza() {
        let cartella = tempfile::tempdir().unwrap();
        let scritto = |nome: &str, testo: &str| {
            let p = cartella.path().join(nome);
            std::fs::write(&p, testo).unwrap();
            p.display().to_string()
        };
        let svg = scritto(
            "m.svg",
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><rect width='1' height='1'/></svg>",
        );
        let nuova = |cambia: &dyn Fn(&mut Stampa)| {
            let mut s = Stampa::default();
            cambia(&mut s);
            Stampante::nuova(&s).map_or_else(|e| format!("{e:#}"), |_| "accettata".to_owned())
        };
        assert_eq!(nuova(&|_| {}), "accettata");
        assert_eq!(nuova(&|s| s.marchio_poste.clone_from(&svg)), "accettata");
        let assente = nuova(&|s| s.marchio_pagopa = "/non/c.svg".into());
        assert!(assente.starts_with("stampa.marchio_pagopa: il file /non/c.svg non si legge"), "{assente}");
        let testo = scritto("m.txt", "non una figura");
        let male = nuova(&|s| s.marchio_pagopa.clone_from(&testo));
        assert!(male.contains("marchio di stampa non utilizzabile: pagoPA"), "{male}");
        let etichette = scritto("e.toml", "inventata = \"x\"");
        let male = nuova(&|s| s.etichette.clone_from(&etichette));
        assert!(male.contains("etichetta di stampa sconosciuta: inventata"), "{male}");
        let tedesche = scritto("t.toml", "importo = \"Totale\"\n[de]\nimporto = \"Summe\"");
        assert_eq!(nuova(&|s| s.etichette.clone_from(&tedesche)), "accettata");
        let tedesche = scritto("u.toml", "[de]\neuro = \"x\"");
        let male = nuova(&|s| s.etichette.clone_from(&tedesche));
        assert!(male.contains("etichetta di stampa sconosciuta: euro"), "{male}");
        let spagnole = scritto("v.toml", "[es]\nimporto = \"Importe\"");
        let male = nuova(&|s| s.etichette.clone_from(&spagnole));
        assert_eq!(male, "stampa.etichette: lingua es non stampata");
        let etichette = scritto("f.toml", "a = 1");
        assert!(nuova(&|s| s.etichette.clone_from(&etichette)).starts_with("stampa.etichette:"));
        assert!(nuova(&|s| s.etichette = "/non/c.toml".into()).starts_with("stampa.etichette:"));
    }
}
