//! Values of a run.

use crate::calendario::{Calendario, Momento};
use crate::csv::{Formato, Riga};
use crate::dati::Dato;
use crate::decimale::Decimale;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Names and values.
pub(crate) type Nomi = BTreeMap<String, Valore>;

#[derive(Debug, Clone)]
pub(crate) enum Valore {
    /// Java's null, and what is not there.
    Nullo,
    Testo(Rc<str>),
    Numero(Decimale),
    Vero(bool),
    Data(Momento),
    Lista(Rc<Vec<Valore>>),
    /// From, and to (itself included) if it ends.
    Intervallo(i64, Option<i64>),
    Mappa(Rc<Nomi>),
    /// `context`: the only map that a template writes.
    Contesto,
    /// A Java object given by the caller.
    Oggetto(Rc<Nomi>),
    /// A node of `JSONUtils`.
    Nodo(Rc<Value>),
    JsonPath,
    Calendario(Rc<RefCell<Calendario>>),
    Riga(Rc<Riga>),
    Formato(Formato),
    Csv(Formato),
    JsonUtils,
    Date,
    /// `class`, before its brackets; a class of Java; `new`.
    Classi,
    Classe(&'static str),
    Nuovo,
    /// A method and what it is called on; a built-in that takes arguments.
    Metodo(Box<Valore>, String),
    Incorporato(Box<Valore>, String),
    /// The Java face of a value: `x?api`.
    Api(Box<Valore>),
}

impl Valore {
    pub(crate) fn testo(t: impl AsRef<str>) -> Self {
        Self::Testo(Rc::from(t.as_ref()))
    }

    pub(crate) fn da(d: &Dato) -> Self {
        match d {
            Dato::Nullo => Self::Nullo,
            Dato::Testo(t) => Self::testo(t),
            Dato::Numero(n) => Decimale::leggi(n).map_or(Self::Nullo, Self::Numero),
            Dato::Vero(b) => Self::Vero(*b),
            Dato::Istante(ms) => Self::Data(Momento(*ms)),
            Dato::Lista(v) => Self::Lista(Rc::new(v.iter().map(Self::da).collect())),
            Dato::Mappa(m) => Self::Mappa(Rc::new(nomi(m))),
            Dato::Oggetto(m) => Self::Oggetto(Rc::new(nomi(m))),
        }
    }

    /// What the caller may be given back; `None` for what makes sense only here.
    pub(crate) fn dato(&self) -> Option<Dato> {
        Some(match self {
            Self::Nullo => Dato::Nullo,
            Self::Testo(t) => Dato::Testo(t.to_string()),
            Self::Numero(n) => Dato::Numero(n.to_string()),
            Self::Vero(b) => Dato::Vero(*b),
            Self::Data(m) => Dato::Istante(m.0),
            Self::Lista(v) => Dato::Lista(v.iter().filter_map(Self::dato).collect()),
            Self::Mappa(m) => {
                Dato::Mappa(m.iter().filter_map(|(n, v)| Some((n.clone(), v.dato()?))).collect())
            }
            _ => return None,
        })
    }

    /// What it is, for messages.
    pub(crate) fn specie(&self) -> &'static str {
        match self {
            Self::Nullo => "un valore assente",
            Self::Testo(_) => "un testo",
            Self::Numero(_) => "un numero",
            Self::Vero(_) => "un valore vero o falso",
            Self::Data(_) => "una data",
            Self::Lista(_) => "una lista",
            Self::Intervallo(..) => "un intervallo",
            Self::Mappa(_) | Self::Contesto => "una mappa",
            Self::Oggetto(_) | Self::Api(_) => "un oggetto",
            Self::Nodo(_) => "un nodo JSON",
            Self::JsonPath => "jsonPath",
            Self::Calendario(_) => "un Calendar",
            Self::Riga(_) => "un record CSV",
            Self::Formato(_) => "un CSVFormat",
            Self::Csv(_) => "un CSVUtils",
            Self::JsonUtils => "un JSONUtils",
            Self::Date => "un SimpleDateFormatUtils",
            Self::Classi | Self::Classe(_) => "una classe",
            Self::Nuovo | Self::Metodo(..) | Self::Incorporato(..) => "un metodo",
        }
    }
}

fn nomi(m: &BTreeMap<String, Dato>) -> Nomi {
    m.iter().map(|(n, d)| (n.clone(), Valore::da(d))).collect()
}
