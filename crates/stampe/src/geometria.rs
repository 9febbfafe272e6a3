//! The table of positions, read from `modelli/geometria.toml`.

use crate::StampaError;
use std::collections::BTreeMap;
use toml::{Table, Value as Toml};
use typst::foundations::{Dict, IntoValue as _, Value};

/// Points in a millimetre.
const PUNTI: f64 = 72.0 / 25.4;

/// A box of the page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Posto {
    x: f64,
    y: f64,
    larghezza: f64,
    altezza: f64,
    base: Option<f64>,
    /// Points; zero for what is not a text.
    pub(crate) corpo: f64,
    pub(crate) minimo: f64,
    peso: i64,
    mono: bool,
    destra: bool,
    /// Whether a translation stands under its text and not after it.
    pub(crate) sotto: bool,
}

impl Posto {
    fn da(nome: &str, dati: &Toml) -> Result<Self, StampaError> {
        let guasto = || StampaError::Modello(format!("geometria: {nome}"));
        let numero = |chiave: &str| match dati.get(chiave) {
            None => Ok(None),
            Some(v) => {
                let intero = v.as_integer().and_then(|i| i32::try_from(i).ok()).map(f64::from);
                v.as_float().or(intero).map(Some).ok_or_else(guasto)
            }
        };
        let dovuto = |chiave: &str| numero(chiave)?.ok_or_else(guasto);
        let corpo = numero("corpo")?.unwrap_or_default();
        Ok(Self {
            x: dovuto("x")?,
            y: dovuto("y")?,
            larghezza: dovuto("w")?,
            altezza: dovuto("h")?,
            base: numero("base")?,
            corpo,
            minimo: numero("minimo")?.unwrap_or(corpo),
            peso: dati.get("peso").and_then(Toml::as_integer).unwrap_or(400),
            mono: dati.get("mono").and_then(Toml::as_bool).unwrap_or(false),
            sotto: dati.get("sotto").and_then(Toml::as_bool).unwrap_or(false),
            destra: dati.get("allinea").and_then(Toml::as_str) == Some("destra"),
        })
    }

    /// Which of the faces draws it.
    pub(crate) fn carattere(&self) -> usize {
        match (self.mono, self.peso) {
            (true, _) => 3,
            (false, 700) => 2,
            (false, 600) => 1,
            (false, _) => 0,
        }
    }

    /// Width in em of the size.
    pub(crate) fn larghezza(&self, corpo: f64) -> f64 {
        self.larghezza * PUNTI / corpo
    }

    /// Lines that the box holds at the size; at least one.
    pub(crate) fn righe(&self, corpo: f64) -> usize {
        // The line of Titillium Web is 1.521 em; the next ones follow 1.25 em apart (modelli/avviso.typ).
        let oltre_la_prima = self.altezza * PUNTI / corpo - 1.521;
        (0..60_i32).take_while(|n| f64::from(*n) * 1.25 <= oltre_la_prima.max(0.0)).count().max(1)
    }

    fn valore(&self) -> Value {
        let mut d = Dict::new();
        d.insert("x".into(), self.x.into_value());
        d.insert("y".into(), self.y.into_value());
        d.insert("w".into(), self.larghezza.into_value());
        d.insert("h".into(), self.altezza.into_value());
        d.insert("base".into(), self.base.map_or(Value::None, Value::Float));
        d.insert("peso".into(), self.peso.into_value());
        d.insert("mono".into(), self.mono.into_value());
        d.insert("destra".into(), self.destra.into_value());
        Value::Dict(d)
    }
}

pub(crate) struct Geometria {
    posti: BTreeMap<String, Posto>,
    /// The same, for the template.
    pub(crate) valori: Value,
}

impl Geometria {
    pub(crate) fn nostra() -> Result<Self, StampaError> {
        let guasto = |e: &dyn std::fmt::Display| StampaError::Modello(format!("geometria: {e}"));
        let tutto: Table = include_str!("../modelli/geometria.toml").parse().map_err(|e| guasto(&e))?;
        let Some(Toml::Table(avviso)) = tutto.get("avviso") else {
            return Err(guasto(&"avviso"));
        };
        let mut posti = BTreeMap::new();
        let mut valori = Dict::new();
        for (nome, dati) in avviso {
            let posto = Posto::da(nome, dati)?;
            valori.insert(nome.as_str().into(), posto.valore());
            posti.insert(nome.clone(), posto);
        }
        Ok(Self { posti, valori: Value::Dict(valori) })
    }

    /// The boxes of a text in two languages, to be tried in this order: `_doppio`, `_fitto`, or its own.
    pub(crate) fn posti_doppi(&self, nome: &str) -> Result<Vec<(String, &Posto)>, StampaError> {
        let suoi = ["_doppio", "_fitto"].map(|coda| format!("{nome}{coda}"));
        let trovati: Vec<_> = suoi.into_iter().filter_map(|n| self.posti.get(&n).map(|p| (n, p))).collect();
        if trovati.is_empty() { Ok(vec![(nome.to_owned(), self.posto(nome)?)]) } else { Ok(trovati) }
    }

    pub(crate) fn posto(&self, nome: &str) -> Result<&Posto, StampaError> {
        self.posti.get(nome).ok_or_else(|| StampaError::Modello(format!("geometria: {nome}")))
    }
}
