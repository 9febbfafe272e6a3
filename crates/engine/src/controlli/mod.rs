//! The audit of a database: is everything that the design promises true there? Most promises are one
//! query of `store::controlli`; the others need to read what is stored as the product does.

mod letti;

use letti::Letto;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use store::StoreError;
use store::controlli::{self, Controllo, Ispettore, Tempi, Trovati};

/// What to look at, and how.
#[derive(Debug, Clone)]
pub struct Richiesta {
    /// These codes only; everything when `None`.
    pub solo: Option<Vec<String>>,
    /// The time, and how late something may be.
    pub tempi: Tempi,
    /// Most violators kept of each check.
    pub esempi: usize,
    /// Files where the giornale puts events while the database is away.
    pub residui_del_giornale: Vec<PathBuf>,
}

/// How a check ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Esito {
    /// Nobody breaks the promise.
    Rispettato,
    /// Somebody does.
    Violato,
    /// Nobody knows, and why.
    NonEseguito(String),
}

/// A check that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risultato {
    /// Its name.
    pub codice: &'static str,
    /// What is promised.
    pub promessa: &'static str,
    /// How it ended.
    pub esito: Esito,
    /// What it found.
    pub trovati: Trovati,
    /// How long it took.
    pub durata: Duration,
}

/// Code and promise of every check, in the order in which they are made.
pub fn elenco() -> impl Iterator<Item = (&'static str, &'static str)> {
    tutti().map(|c| (c.codice(), c.promessa()))
}

#[derive(Clone, Copy)]
enum Uno {
    Query(&'static Controllo),
    Letto(Letto),
}

fn tutti() -> impl Iterator<Item = Uno> {
    let prima = Letto::PRIMA.iter().map(|l| Uno::Letto(*l));
    prima.chain(controlli::elenco().map(Uno::Query)).chain(Letto::DOPO.iter().map(|l| Uno::Letto(*l)))
}

impl Uno {
    const fn codice(self) -> &'static str {
        match self {
            Self::Query(c) => c.codice,
            Self::Letto(l) => l.codice(),
        }
    }

    const fn promessa(self) -> &'static str {
        match self {
            Self::Query(c) => c.promessa,
            Self::Letto(l) => l.promessa(),
        }
    }
}

/// Makes the checks one after the other; `avviso` hears of each that begins and of each that ends. A
/// check that cannot be made does not stop the others.
pub async fn controlla(
    ispettore: &mut Ispettore,
    r: &Richiesta,
    avviso: &mut (dyn FnMut(Avviso<'_>) + Send),
) -> Vec<Risultato> {
    let scelti: Vec<Uno> =
        tutti().filter(|c| r.solo.as_ref().is_none_or(|s| s.iter().any(|s| s == c.codice()))).collect();
    let mut fatti = Vec::with_capacity(scelti.len());
    for c in scelti {
        avviso(Avviso::Comincia(c.codice()));
        let inizio = Instant::now();
        let esito = match c {
            Uno::Query(q) => ispettore.esegui(q, &r.tempi, r.esempi).await.map_err(|e| motivo(&e)),
            Uno::Letto(l) => l.esegui(ispettore, r).await,
        };
        let (esito, trovati) = match esito {
            Ok(t) if t.violazioni == 0 => (Esito::Rispettato, t),
            Ok(t) => (Esito::Violato, t),
            Err(motivo) => (Esito::NonEseguito(motivo), Trovati::default()),
        };
        let fatto = Risultato {
            codice: c.codice(),
            promessa: c.promessa(),
            esito,
            trovati,
            durata: inizio.elapsed(),
        };
        avviso(Avviso::Finito(&fatto));
        fatti.push(fatto);
    }
    fatti
}

/// What an audit has to say while it runs.
#[derive(Debug)]
pub enum Avviso<'a> {
    /// This check begins.
    Comincia(&'static str),
    /// This one is done.
    Finito(&'a Risultato),
}

fn motivo(e: &StoreError) -> String {
    e.to_string()
}
