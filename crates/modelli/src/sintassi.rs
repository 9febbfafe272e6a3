//! What a template is made of.

use crate::decimale::Decimale;

/// Expressions inside one another.
pub(crate) const PROFONDITA: usize = 120;
/// Directives inside one another.
pub(crate) const ANNIDAMENTO: usize = 40;

#[derive(Debug, Clone)]
pub(crate) struct Espressione {
    pub(crate) riga: usize,
    /// How many are inside one another, itself included.
    pub(crate) profonda: usize,
    pub(crate) nodo: Nodo,
}

#[derive(Debug, Clone)]
pub(crate) enum Nodo {
    Testo(String),
    /// A literal with `${..}` in it.
    Composto(Vec<Espressione>),
    Numero(Decimale),
    Vero(bool),
    Lista(Vec<Espressione>),
    Mappa(Vec<(Espressione, Espressione)>),
    Nome(String),
    /// In parentheses: an undefined value anywhere inside is seen by `!`, `??` and `?has_content`.
    Parentesi(Box<Espressione>),
    Membro(Box<Espressione>, String),
    Indice(Box<Espressione>, Box<Espressione>),
    Intervallo(Box<Espressione>, Option<Box<Espressione>>),
    Chiamata(Box<Espressione>, Vec<Espressione>),
    Incorporato(Box<Espressione>, String),
    Predefinito(Box<Espressione>, Option<Box<Espressione>>),
    Esiste(Box<Espressione>),
    Non(Box<Espressione>),
    Segno(bool, Box<Espressione>),
    Due(Operatore, Box<Espressione>, Box<Espressione>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operatore {
    Oppure,
    E,
    Uguale,
    Diverso,
    Minore,
    MinoreUguale,
    Maggiore,
    MaggioreUguale,
    Piu,
    Meno,
    Per,
    Diviso,
    Modulo,
}

#[derive(Debug, Clone)]
pub(crate) enum Istruzione {
    Testo(String),
    Stampa(Espressione),
    Assegna { nome: String, operatore: Option<Operatore>, valore: Espressione },
    Cattura { nome: String, blocco: Vec<Istruzione>, riga: usize },
    Se { rami: Vec<(Option<Espressione>, Vec<Istruzione>)> },
    Elenco { lista: Espressione, nome: String, blocco: Vec<Istruzione>, altrimenti: Vec<Istruzione> },
    Imposta { nome: String, valore: Espressione },
    Ferma { testo: Option<Espressione>, riga: usize },
}

/// Calls `f` for each expression of a block.
pub(crate) fn visita(blocco: &[Istruzione], f: &mut dyn FnMut(&Espressione)) {
    for i in blocco {
        match i {
            Istruzione::Testo(_) => {}
            Istruzione::Stampa(e)
            | Istruzione::Assegna { valore: e, .. }
            | Istruzione::Imposta { valore: e, .. } => {
                scendi(e, f);
            }
            Istruzione::Cattura { blocco, .. } => visita(blocco, f),
            Istruzione::Se { rami } => {
                for (condizione, blocco) in rami {
                    condizione.iter().for_each(|e| scendi(e, f));
                    visita(blocco, f);
                }
            }
            Istruzione::Elenco { lista, blocco, altrimenti, .. } => {
                scendi(lista, f);
                visita(blocco, f);
                visita(altrimenti, f);
            }
            Istruzione::Ferma { testo, .. } => testo.iter().for_each(|e| scendi(e, f)),
        }
    }
}

fn scendi(e: &Espressione, f: &mut dyn FnMut(&Espressione)) {
    f(e);
    match &e.nodo {
        Nodo::Testo(_) | Nodo::Numero(_) | Nodo::Vero(_) | Nodo::Nome(_) => {}
        Nodo::Composto(v) | Nodo::Lista(v) => v.iter().for_each(|e| scendi(e, f)),
        Nodo::Mappa(m) => {
            for (k, v) in m {
                scendi(k, f);
                scendi(v, f);
            }
        }
        Nodo::Parentesi(a)
        | Nodo::Membro(a, _)
        | Nodo::Incorporato(a, _)
        | Nodo::Esiste(a)
        | Nodo::Non(a)
        | Nodo::Segno(_, a) => scendi(a, f),
        Nodo::Indice(a, b) | Nodo::Due(_, a, b) => {
            scendi(a, f);
            scendi(b, f);
        }
        Nodo::Intervallo(a, b) | Nodo::Predefinito(a, b) => {
            scendi(a, f);
            b.iter().for_each(|b| scendi(b, f));
        }
        Nodo::Chiamata(a, v) => {
            scendi(a, f);
            v.iter().for_each(|e| scendi(e, f));
        }
    }
}
