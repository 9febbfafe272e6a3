use std::fmt;

/// Why a template gave no text. The texts name the line and the construct, for who writes templates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ErroreModello {
    /// `#stop`: the template refuses the request with a text of its own (spec 20 10.1: 422 `SEMANTICA`).
    #[error("{0}")]
    Fermato(String),
    /// The text is not a template, or uses something outside the subset.
    #[error("{0}")]
    Modello(Guasto),
    /// A value that is used is not there.
    #[error("{0}")]
    Indefinito(Guasto),
    /// Steps, memory or output past their limit.
    #[error("{0}")]
    Limite(Guasto),
}

/// A line of the template, from 1, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guasto {
    /// Line; 0 for the template as a whole.
    pub riga: usize,
    /// What.
    pub testo: String,
}

impl fmt::Display for Guasto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.riga == 0 {
            f.write_str(&self.testo)
        } else {
            write!(f, "riga {}: {}", self.riga, self.testo)
        }
    }
}

impl ErroreModello {
    pub(crate) fn modello(riga: usize, testo: impl Into<String>) -> Self {
        Self::Modello(Guasto { riga, testo: accorcia(testo.into()) })
    }

    pub(crate) fn indefinito(riga: usize, testo: impl Into<String>) -> Self {
        Self::Indefinito(Guasto { riga, testo: accorcia(testo.into()) })
    }

    pub(crate) fn limite(riga: usize, testo: impl Into<String>) -> Self {
        Self::Limite(Guasto { riga, testo: testo.into() })
    }
}

/// A message never carries a whole template.
fn accorcia(testo: String) -> String {
    match testo.char_indices().nth(300) {
        Some((i, _)) => format!("{}...", testo.get(..i).unwrap_or_default()),
        None => testo,
    }
}
