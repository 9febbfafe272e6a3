//! Templates of the installations: the subset of FreeMarker of spec 20 10.1, with the helper classes that
//! the templates in use reach, interpreted over a closed set of objects.
//!
//! Nothing is compiled, loaded, read or called: the objects are the values given by the caller and a few
//! emulations (`Calendar`, `CSVUtils`, `JSONUtils`, ...). Every run has a limit on steps, memory and output.
//! What is outside the subset is an error that names its line, at use: a branch never taken does no harm.

mod calendario;
mod classi;
mod csv;
mod dati;
mod decimale;
mod errori;
mod esegui;
mod espressioni;
mod formati;
mod incorporati;
mod lettura;
mod limiti;
mod metodi;
mod operatori;
mod percorso;
mod sintassi;
mod spazi;
mod valori;

pub use dati::{Ambiente, Dato, Richiesta};
pub use errori::{ErroreModello, Guasto};
pub use limiti::Limiti;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use std::collections::BTreeMap;

/// Bytes of a template.
const MASSIMO_TESTO: usize = 512 << 10;

/// A template that was read.
#[derive(Debug, Clone)]
pub struct Modello {
    blocco: Vec<sintassi::Istruzione>,
}

/// What a run gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Esito {
    /// The text.
    pub testo: String,
    /// What the template put in `context` (CSV: `tipoOperazione`, `avvisatura`, `dataAvvisatura`).
    pub contesto: BTreeMap<String, Dato>,
}

impl Modello {
    /// Reads a template.
    ///
    /// # Errors
    /// The first thing that is not of the language, with its line.
    pub fn leggi(testo: &str) -> Result<Self, ErroreModello> {
        if testo.len() > MASSIMO_TESTO {
            return Err(ErroreModello::limite(0, format!("modello di oltre {MASSIMO_TESTO} byte")));
        }
        Ok(Self { blocco: lettura::leggi(testo)? })
    }

    /// Reads a template as it is stored: base64, sometimes between double quotes (spec 60 3.4).
    ///
    /// # Errors
    /// Text that is not base64 of UTF-8, and those of [`Self::leggi`].
    pub fn da_base64(conservato: &str) -> Result<Self, ErroreModello> {
        let nudo = conservato.trim();
        let nudo = nudo.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(nudo);
        let stretto: String = nudo.chars().filter(|c| !c.is_whitespace()).collect();
        let byte = BASE64_STANDARD
            .decode(stretto)
            .map_err(|_| ErroreModello::modello(0, "il modello non e' in base64"))?;
        let testo =
            String::from_utf8(byte).map_err(|_| ErroreModello::modello(0, "il modello non e' in UTF-8"))?;
        Self::leggi(&testo)
    }

    /// Constructs that a run would refuse if it reached them: for the warnings of the console.
    #[must_use]
    pub fn non_eseguibili(&self) -> Vec<Guasto> {
        let mut trovati = Vec::new();
        sintassi::visita(&self.blocco, &mut |e| {
            if let Some(testo) = incorporati::ignoto(e).or_else(|| classi::ignota(e)) {
                trovati.push(Guasto { riga: e.riga, testo });
            }
        });
        trovati
    }

    /// Runs it.
    ///
    /// # Errors
    /// `#stop`, an undefined value, a construct outside the subset, a limit.
    pub fn esegui(&self, ambiente: &Ambiente<'_>, limiti: Limiti) -> Result<Esito, ErroreModello> {
        esegui::esegui(&self.blocco, ambiente, limiti)
    }
}

#[cfg(test)]
mod prove;
