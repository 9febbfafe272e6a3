//! Draws what is printed on paper, as PDF: payment notices, alone or those of a document (spec 60 section 6).
//!
//! The content comes as final values ([`domain::stampa::AvvisoStampato`]); nothing is decided here but how
//! a text fits its box. Every file is PDF/A-2a and PDF/UA-1, and depends on its input alone: same values,
//! same bytes. Nothing is read from disk or network while drawing. Calls are synchronous and cost a few
//! milliseconds of CPU: callers put them on blocking threads.

mod avviso;
mod caratteri;
mod codici;
mod documento;
mod etichette;
mod geometria;
#[doc(hidden)]
pub mod lettori;
mod lingue;
mod loghi;
mod motore;
mod multa;
mod svg;
mod testo;

use avviso::Parte;
use caratteri::Caratteri;
use domain::stampa::{AvvisoStampato, DocumentoStampato, Lingua};
use etichette::Etichette;
use geometria::Geometria;
use loghi::{Immagine, Loghi};
use motore::Motore;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What an installation replaces of the printed page.
#[derive(Debug, Clone, Default)]
pub struct Impostazioni {
    /// Mark of pagoPA (PNG, JPEG, SVG) in place of the built-in neutral drawing.
    pub marchio_pagopa: Option<Vec<u8>>,
    /// Mark of Poste on the slip, likewise.
    pub marchio_poste: Option<Vec<u8>>,
    /// Labels by their name in `etichette/it.toml`.
    pub etichette: BTreeMap<String, String>,
    /// Those of a second language, by their name in its own file.
    pub etichette_seconde: BTreeMap<Lingua, BTreeMap<String, String>>,
}

/// Why nothing was drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StampaError {
    /// A label of the configuration that does not exist.
    #[error("etichetta di stampa sconosciuta: {0}")]
    Etichetta(String),
    /// A mark of the configuration that is not a picture we draw.
    #[error("marchio di stampa non utilizzabile: {0}")]
    Marchio(&'static str),
    /// A file of this crate is broken: never in a build whose tests pass.
    #[error("modello di stampa non valido: {0}")]
    Modello(String),
    /// The text does not fit the code.
    #[error("{0} non codificabile")]
    Codice(&'static str),
    /// The engine refused the page.
    #[error("pagina non disegnata: {0}")]
    Motore(String),
}

/// Draws pages. Built once (fonts, templates, labels, marks), cheap to clone, shared by threads.
#[derive(Clone)]
pub struct Stampatore {
    parti: Arc<Parti>,
}

struct Parti {
    motore: Motore,
    caratteri: Caratteri,
    geometria: Geometria,
    etichette: Etichette,
    seconde: BTreeMap<Lingua, Etichette>,
    marchio_pagopa: Immagine,
    marchio_poste: Immagine,
    loghi: Loghi,
}

impl std::fmt::Debug for Stampatore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stampatore").finish_non_exhaustive()
    }
}

impl Stampatore {
    /// With what the installation replaces. A label that does not exist and a mark that cannot be drawn
    /// are errors: better at start-up than on paper.
    pub fn nuovo(impostazioni: Impostazioni) -> Result<Self, StampaError> {
        let Impostazioni { marchio_pagopa, marchio_poste, etichette, mut etichette_seconde } = impostazioni;
        let marchio = |dato: Option<Vec<u8>>, nostro: &'static str, nome: &'static str| {
            let contenuto = dato.unwrap_or_else(|| nostro.as_bytes().to_vec());
            loghi::immagine(&contenuto).ok_or(StampaError::Marchio(nome))
        };
        let caratteri = Caratteri::nostri()?;
        let parti = Parti {
            motore: Motore::nuovo(caratteri.tutti())?,
            caratteri,
            geometria: Geometria::nostra()?,
            etichette: Etichette::italiane(etichette)?,
            seconde: Lingua::TUTTE
                .into_iter()
                .map(|l| Ok((l, Etichette::seconde(l, etichette_seconde.remove(&l).unwrap_or_default())?)))
                .collect::<Result<_, StampaError>>()?,
            marchio_pagopa: marchio(marchio_pagopa, include_str!("../marchi/pagopa.svg"), "pagoPA")?,
            marchio_poste: marchio(marchio_poste, include_str!("../marchi/poste.svg"), "Poste")?,
            loghi: Loghi::default(),
        };
        Ok(Self { parti: Arc::new(parti) })
    }

    /// With the built-in labels and marks.
    pub fn ordinario() -> Result<Self, StampaError> {
        Self::nuovo(Impostazioni::default())
    }

    /// The notice, one page, with its postal slip if there is one.
    ///
    /// A logo that cannot be drawn gives way to the mark of pagoPA, or to nothing if it is the second one.
    pub fn avviso(&self, avviso: &AvvisoStampato) -> Result<Vec<u8>, StampaError> {
        let p = &*self.parti;
        let titolo = avviso::titolo(p, avviso);
        let con_loghi = avviso.logo.is_some() || avviso.secondo_logo.is_some();
        disegna(p, con_loghi, (avviso.numero_avviso.as_str(), avviso.stampato_il), |con_loghi| {
            let pagina = avviso::pagina(p, avviso, Parte::INTERA, con_loghi)?;
            Ok(avviso::fascicolo(p, &titolo, avviso, vec![pagina]))
        })
    }

    /// The notices of a document, as many pages as they need.
    ///
    /// A logo that cannot be drawn is treated as in [`Self::avviso`]. A document without notices has
    /// nothing to draw.
    pub fn documento(&self, documento: &DocumentoStampato) -> Result<Vec<u8>, StampaError> {
        let p = &*self.parti;
        let Some(primo) = documento.avvisi.first() else {
            return Err(StampaError::Modello("documento senza avvisi".to_owned()));
        };
        let titolo = etichette::con(
            &p.etichette.titolo_fascicolo,
            &[("documento", &avviso::riga(p, &documento.identificativo))],
        );
        let con_loghi = primo.logo.is_some() || primo.secondo_logo.is_some();
        disegna(p, con_loghi, (&documento.identificativo, primo.stampato_il), |con_loghi| {
            let pagine = documento::pagine(p, documento, con_loghi)?;
            Ok(avviso::fascicolo(p, &titolo, primo, pagine))
        })
    }
}

/// Draws; without the logos if the engine refuses them.
fn disegna(
    p: &Parti,
    con_loghi: bool,
    (identificativo, giorno): (&str, jiff::civil::Date),
    dati: impl Fn(bool) -> Result<typst::foundations::Dict, StampaError>,
) -> Result<Vec<u8>, StampaError> {
    match p.motore.disegna(dati(true)?, identificativo, giorno) {
        Err(StampaError::Motore(_)) if con_loghi => p.motore.disegna(dati(false)?, identificativo, giorno),
        esito => esito,
    }
}
