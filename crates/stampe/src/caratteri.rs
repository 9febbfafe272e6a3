//! The fonts, which are ours, and what they know of a character.

use crate::StampaError;
use crate::geometria::Posto;
use crate::testo::{FINE_SECONDA, INIZIO_SECONDA};
use ttf_parser::Face;
use typst::foundations::Bytes;
use typst::text::Font;

/// The faces that the templates name. Licences lie beside the files.
const FILE: [&[u8]; 4] = [
    include_bytes!("../caratteri/TitilliumWeb-Regular.ttf"),
    include_bytes!("../caratteri/TitilliumWeb-SemiBold.ttf"),
    include_bytes!("../caratteri/TitilliumWeb-Bold.ttf"),
    include_bytes!("../caratteri/RobotoMono-Bold.ttf"),
];

pub(crate) struct Caratteri {
    tutti: Vec<Font>,
    facce: Vec<Face<'static>>,
}

impl Caratteri {
    pub(crate) fn nostri() -> Result<Self, StampaError> {
        let guasto = || StampaError::Modello("caratteri".to_owned());
        let tutti: Vec<Font> = FILE.iter().flat_map(|f| Font::iter(Bytes::new(*f))).collect();
        let facce =
            FILE.iter().map(|f| Face::parse(f, 0)).collect::<Result<Vec<_>, _>>().map_err(|_| guasto())?;
        if tutti.len() == FILE.len() { Ok(Self { tutti, facce }) } else { Err(guasto()) }
    }

    pub(crate) fn tutti(&self) -> Vec<Font> {
        self.tutti.clone()
    }

    /// Whether every face can draw it: a page with a missing glyph is not PDF/A.
    pub(crate) fn disegnabile(&self, c: char) -> bool {
        self.facce.iter().all(|f| f.glyph_index(c).is_some_and(|g| g.0 != 0))
    }

    /// Advance of the text in em; a hundredth more, for kerning that widens.
    pub(crate) fn larghezza(&self, posto: &Posto, testo: &str) -> f64 {
        let Some(f) = self.facce.get(posto.carattere()) else { return 0.0 };
        let unita = |c: char| f.glyph_hor_advance(f.glyph_index(c)?).map(f64::from);
        let visibili = testo.chars().filter(|c| !matches!(*c, INIZIO_SECONDA | FINE_SECONDA));
        visibili.filter_map(unita).sum::<f64>() / f64::from(f.units_per_em()) * 1.01
    }
}
