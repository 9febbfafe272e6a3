//! A message as a tree of elements with the names of the schema, between the codecs and the structs.

use crate::errore::Violazione;
use crate::schema::valori;
use domain::Importo;
use std::fmt::Write as _;

/// An element: either text or children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ramo {
    pub(crate) nome: &'static str,
    pub(crate) testo: String,
    pub(crate) rami: Vec<Ramo>,
}

impl Ramo {
    pub(crate) fn nodo(nome: &'static str) -> Self {
        Self { nome, testo: String::new(), rami: Vec::new() }
    }

    pub(crate) fn foglia(nome: &'static str, testo: impl Into<String>) -> Self {
        Self { nome, testo: testo.into(), rami: Vec::new() }
    }

    /// Adds a child.
    pub(crate) fn con(mut self, ramo: Self) -> Self {
        self.rami.push(ramo);
        self
    }

    /// Adds a text child.
    pub(crate) fn campo(self, nome: &'static str, testo: impl Into<String>) -> Self {
        self.con(Self::foglia(nome, testo))
    }

    /// Adds a text child when there is a value.
    pub(crate) fn forse(self, nome: &'static str, testo: Option<impl Into<String>>) -> Self {
        match testo {
            Some(t) => self.campo(nome, t),
            None => self,
        }
    }

    /// Adds a child when there is one.
    pub(crate) fn forse_ramo(self, ramo: Option<Self>) -> Self {
        match ramo {
            Some(r) => self.con(r),
            None => self,
        }
    }

    pub(crate) fn figlio(&self, nome: &str) -> Option<&Self> {
        self.rami.iter().find(|r| r.nome == nome)
    }

    pub(crate) fn figli<'a>(&'a self, nome: &'a str) -> impl Iterator<Item = &'a Self> {
        self.rami.iter().filter(move |r| r.nome == nome)
    }

    /// The child that the schema requires.
    pub(crate) fn serve(&self, nome: &str) -> Result<&Self, Violazione> {
        self.figlio(nome).ok_or_else(|| Violazione::nuova(nome, "missing element"))
    }

    /// The text of a required child.
    pub(crate) fn testo(&self, nome: &str) -> Result<String, Violazione> {
        Ok(self.serve(nome)?.testo.clone())
    }

    /// The text of an optional child.
    pub(crate) fn testo_se(&self, nome: &str) -> Option<String> {
        self.figlio(nome).map(|r| r.testo.clone())
    }

    /// An optional child read by one of the functions of [`valori`].
    pub(crate) fn valore_se<T>(
        &self,
        nome: &str,
        leggi: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Violazione> {
        self.figlio(nome).map(|r| leggi(&r.testo).map_err(|m| Violazione::nuova(nome, m))).transpose()
    }

    /// A required child read by one of the functions of [`valori`].
    pub(crate) fn valore<T>(
        &self,
        nome: &str,
        leggi: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Violazione> {
        leggi(&self.serve(nome)?.testo).map_err(|m| Violazione::nuova(nome, m))
    }

    pub(crate) fn importo(&self, nome: &str) -> Result<Importo, Violazione> {
        self.valore(nome, valori::importo)
    }

    /// Writes the element as the root of a document of its own: qualified by prefix, its descendants
    /// in no namespace.
    pub(crate) fn documento(&self, prefisso: &str, namespace: &str) -> Vec<u8> {
        let mut out = String::with_capacity(1024);
        let _ = write!(out, "<{prefisso}:{} xmlns:{prefisso}=\"{namespace}\">", self.nome);
        self.contenuto(&mut out);
        let _ = write!(out, "</{prefisso}:{}>", self.nome);
        out.into_bytes()
    }

    fn contenuto(&self, out: &mut String) {
        scrivi_testo(&self.testo, out);
        for r in &self.rami {
            let _ = write!(out, "<{}>", r.nome);
            r.contenuto(out);
            let _ = write!(out, "</{}>", r.nome);
        }
    }
}

/// Whether XML 1.0 can carry the character at all.
pub(crate) const fn carattere_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Escapes a text for element content. Characters that XML cannot carry are left out; a carriage
/// return is written as a reference, or the reader would turn it into a line feed.
pub(crate) fn scrivi_testo(testo: &str, out: &mut String) {
    for c in testo.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            c if carattere_xml(c) => out.push(c),
            _ => {}
        }
    }
}
