//! Descriptions of the messages: element names, order, cardinality, facets. The one table from which
//! messages are read, checked, rendered and published.

pub(crate) mod ccp;
pub(crate) mod valori;

use crate::albero::{Ramo, carattere_xml};
use crate::errore::Violazione;
use domain::Importo;
use std::borrow::Cow;

/// The built-in type below a simple type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    Stringa,
    Decimale,
    Intero,
    Booleano,
    Data,
    DataOra,
    Base64,
}

impl Base {
    /// Local name in the namespace of XML Schema.
    pub(crate) const fn nome(self) -> &'static str {
        match self {
            Self::Stringa => "string",
            Self::Decimale => "decimal",
            Self::Intero => "int",
            Self::Booleano => "boolean",
            Self::Data => "date",
            Self::DataOra => "dateTime",
            Self::Base64 => "base64Binary",
        }
    }
}

/// A pattern of the schema with the function that recognises it. `cita`: whether the offending value
/// may stand in an error text (never for data of a person).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Modello {
    pub(crate) testo: &'static str,
    pub(crate) vale: fn(&str) -> bool,
    pub(crate) cita: bool,
}

/// A facet of a simple type. Lengths are in characters.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Faccia {
    Lunghezza(usize),
    Minima(usize),
    Massima(usize),
    Modello(Modello),
    Valori(&'static [&'static str]),
    Minimo(Importo),
    Massimo(Importo),
}

/// A simple type. Without facets it is the built-in type itself.
#[derive(Debug)]
pub(crate) struct Semplice {
    pub(crate) nome: &'static str,
    pub(crate) base: Base,
    pub(crate) facce: &'static [Faccia],
}

/// A sequence of elements and choices.
#[derive(Debug)]
pub(crate) struct Complesso {
    pub(crate) nome: &'static str,
    pub(crate) particelle: &'static [Particella],
}

/// Part of a sequence.
#[derive(Debug)]
pub(crate) enum Particella {
    Uno(Elemento),
    /// Exactly one of these.
    Scelta(&'static [Elemento]),
}

/// The type of an element.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tipo {
    S(&'static Semplice),
    C(&'static Complesso),
}

impl Tipo {
    pub(crate) const fn nome(self) -> &'static str {
        match self {
            Self::S(s) => s.nome,
            Self::C(c) => c.nome,
        }
    }
}

/// An element with its cardinality.
#[derive(Debug)]
pub(crate) struct Elemento {
    pub(crate) nome: &'static str,
    pub(crate) tipo: Tipo,
    pub(crate) min: usize,
    pub(crate) max: usize,
}

impl Semplice {
    /// The lexical form without the white space that the type ignores.
    pub(crate) fn normalizza<'a>(&self, testo: &'a str) -> Cow<'a, str> {
        match self.base {
            Base::Stringa => Cow::Borrowed(testo),
            Base::Base64 if testo.contains(spazio) => {
                Cow::Owned(testo.chars().filter(|c| !spazio(*c)).collect())
            }
            Base::Base64 | Base::Decimale | Base::Intero | Base::Booleano | Base::Data | Base::DataOra => {
                Cow::Borrowed(testo.trim_matches(spazio))
            }
        }
    }

    /// Checks a normalised text against base type and facets.
    pub(crate) fn controlla(&self, testo: &str) -> Result<(), String> {
        if testo.chars().any(|c| !carattere_xml(c)) {
            return Err("contains a character that XML does not allow".to_owned());
        }
        match self.base {
            Base::Stringa => {}
            Base::Decimale => drop(valori::importo(testo)?),
            Base::Intero => drop(valori::intero(testo)?),
            Base::Booleano => drop(valori::booleano(testo)?),
            Base::Data => drop(valori::data(testo)?),
            Base::DataOra => drop(valori::istante(testo)?),
            Base::Base64 => drop(valori::base64(testo)?),
        }
        let lunghezza = testo.chars().count();
        for f in self.facce {
            match f {
                Faccia::Lunghezza(n) if lunghezza != *n => {
                    return Err(format!("length {lunghezza}, expected {n}"));
                }
                Faccia::Minima(n) if lunghezza < *n => {
                    return Err(format!("length {lunghezza}, at least {n} expected"));
                }
                Faccia::Massima(n) if lunghezza > *n => {
                    return Err(format!("length {lunghezza}, at most {n} expected"));
                }
                Faccia::Modello(m) if !(m.vale)(testo) => {
                    return Err(if m.cita {
                        format!("value '{}' does not match {}", valori::citazione(testo), m.testo)
                    } else {
                        format!("value does not match {}", m.testo)
                    });
                }
                Faccia::Valori(ammessi) if !self.fra(testo, ammessi) => {
                    return Err(format!(
                        "value '{}' is not one of [{}]",
                        valori::citazione(testo),
                        ammessi.join(", ")
                    ));
                }
                Faccia::Minimo(m) if valori::importo(testo)? < *m => {
                    return Err(format!("value '{}' is less than {m}", valori::citazione(testo)));
                }
                Faccia::Massimo(m) if valori::importo(testo)? > *m => {
                    return Err(format!("value '{}' is greater than {m}", valori::citazione(testo)));
                }
                Faccia::Lunghezza(_)
                | Faccia::Minima(_)
                | Faccia::Massima(_)
                | Faccia::Modello(_)
                | Faccia::Valori(_)
                | Faccia::Minimo(_)
                | Faccia::Massimo(_) => {}
            }
        }
        Ok(())
    }

    /// Enumerations compare by value: `01` is the integer 1.
    fn fra(&self, testo: &str, ammessi: &[&str]) -> bool {
        match self.base {
            Base::Intero => {
                let v = valori::intero(testo).ok();
                v.is_some() && ammessi.iter().any(|a| valori::intero(a).ok() == v)
            }
            Base::Stringa | Base::Decimale | Base::Booleano | Base::Data | Base::DataOra | Base::Base64 => {
                ammessi.contains(&testo)
            }
        }
    }
}

/// White space of XML.
pub(crate) const fn spazio(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Progress through the content of a complex type.
pub(crate) struct Avanzamento {
    tipo: &'static Complesso,
    /// Current particle, and how many elements it has taken.
    particella: usize,
    presi: usize,
}

impl Avanzamento {
    pub(crate) const fn nuovo(tipo: &'static Complesso) -> Self {
        Self { tipo, particella: 0, presi: 0 }
    }

    /// Takes the next child, or says why it cannot stand here.
    pub(crate) fn accetta(&mut self, nome: &str) -> Result<&'static Elemento, Violazione> {
        let conosciuto = self.tipo.particelle.iter().any(|p| match p {
            Particella::Uno(e) => e.nome == nome,
            Particella::Scelta(fra) => fra.iter().any(|e| e.nome == nome),
        });
        if !conosciuto {
            return Err(Violazione::nuova(nome, format!("unexpected element in {}", self.tipo.nome)));
        }
        while let Some(p) = self.tipo.particelle.get(self.particella) {
            match p {
                Particella::Uno(e) if e.nome == nome => {
                    if self.presi >= e.max {
                        return Err(Violazione::nuova(nome, format!("at most {} allowed", e.max)));
                    }
                    self.presi += 1;
                    return Ok(e);
                }
                Particella::Uno(e) if self.presi < e.min => {
                    return Err(Violazione::nuova(e.nome, format!("missing element, found {nome}")));
                }
                Particella::Uno(_) => {}
                Particella::Scelta(fra) => match (self.presi, fra.iter().find(|e| e.nome == nome)) {
                    (0, Some(e)) => {
                        self.presi = 1;
                        return Ok(e);
                    }
                    (0, None) => return Err(manca_scelta(fra)),
                    (_, Some(_)) => {
                        return Err(Violazione::nuova(nome, format!("only one of {} allowed", nomi(fra))));
                    }
                    (_, None) => {}
                },
            }
            self.particella += 1;
            self.presi = 0;
        }
        Err(Violazione::nuova(nome, "element out of order or repeated"))
    }

    /// Checks that nothing required is missing at the end.
    pub(crate) fn chiudi(&self) -> Result<(), Violazione> {
        let mut presi = self.presi;
        for p in self.tipo.particelle.iter().skip(self.particella) {
            match p {
                Particella::Uno(e) if presi < e.min => {
                    return Err(Violazione::nuova(e.nome, "missing element"));
                }
                Particella::Scelta(fra) if presi == 0 => return Err(manca_scelta(fra)),
                Particella::Uno(_) | Particella::Scelta(_) => {}
            }
            presi = 0;
        }
        Ok(())
    }
}

fn nomi(fra: &[Elemento]) -> String {
    fra.iter().map(|e| e.nome).collect::<Vec<_>>().join(" | ")
}

fn manca_scelta(fra: &[Elemento]) -> Violazione {
    Violazione::nuova(&nomi(fra), "missing element, one of these is required")
}

/// Checks a tree that we built against the schema, exactly as a foreign one is checked.
pub(crate) fn valida(ramo: &Ramo, elemento: &'static Elemento) -> Result<(), Violazione> {
    match elemento.tipo {
        Tipo::S(s) => s.controlla(&ramo.testo).map_err(|m| Violazione::nuova(elemento.nome, m)),
        Tipo::C(c) => {
            let mut a = Avanzamento::nuovo(c);
            for r in &ramo.rami {
                valida(r, a.accetta(r.nome)?)?;
            }
            a.chiudi()
        }
    }
}
