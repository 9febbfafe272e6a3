//! `jsonPath.read`: members, positions, `*` and `..` of a JSON document.

use crate::errori::ErroreModello;
use crate::limiti::Riserva;
use serde_json::Value;

/// Values that a query may find.
const MASSIMI: usize = 10_000;

enum Passo {
    Membro(String),
    Posto(i64),
    Tutti,
    Discendenti,
}

/// What is found, in order; whether the path can find more than one.
pub(crate) fn cerca<'v>(
    radice: &'v Value,
    percorso: &str,
    riserva: &Riserva,
    riga: usize,
) -> Result<(Vec<&'v Value>, bool), ErroreModello> {
    let passi = leggi(percorso, riga)?;
    let molti = passi.iter().any(|p| matches!(p, Passo::Tutti | Passo::Discendenti));
    let mut trovati = vec![radice];
    for p in &passi {
        let mut nuovi = Vec::new();
        for v in trovati {
            riserva.passo(riga)?;
            match (p, v) {
                (Passo::Membro(n), Value::Object(m)) => nuovi.extend(m.get(n)),
                (Passo::Posto(i), Value::Array(a)) => {
                    let i =
                        if *i < 0 { i.checked_add(i64::try_from(a.len()).unwrap_or(0)) } else { Some(*i) };
                    nuovi.extend(i.and_then(|i| usize::try_from(i).ok()).and_then(|i| a.get(i)));
                }
                (Passo::Tutti, Value::Object(m)) => nuovi.extend(m.values()),
                (Passo::Tutti, Value::Array(a)) => nuovi.extend(a),
                (Passo::Discendenti, v) => discendenti(v, &mut nuovi, riserva, riga)?,
                (Passo::Membro(_) | Passo::Posto(_) | Passo::Tutti, _) => {}
            }
            if nuovi.len() > MASSIMI {
                return Err(ErroreModello::limite(riga, format!("jsonPath {percorso}: troppi valori")));
            }
        }
        trovati = nuovi;
    }
    Ok((trovati, molti))
}

fn discendenti<'v>(
    v: &'v Value,
    tutti: &mut Vec<&'v Value>,
    riserva: &Riserva,
    riga: usize,
) -> Result<(), ErroreModello> {
    // The document was read with a bound on its depth.
    riserva.passo(riga)?;
    tutti.push(v);
    match v {
        Value::Object(m) => m.values().try_for_each(|f| discendenti(f, tutti, riserva, riga)),
        Value::Array(a) => a.iter().try_for_each(|f| discendenti(f, tutti, riserva, riga)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

fn leggi(percorso: &str, riga: usize) -> Result<Vec<Passo>, ErroreModello> {
    let ignoto = |cosa: &str| ErroreModello::modello(riga, format!("jsonPath {percorso}: {cosa}"));
    let mut resto = percorso.trim().strip_prefix('$').ok_or_else(|| ignoto("non comincia con $"))?;
    let mut passi = Vec::new();
    while !resto.is_empty() {
        if passi.len() > 64 {
            return Err(ignoto("troppo lungo"));
        }
        if let Some(r) = resto.strip_prefix("..") {
            passi.push(Passo::Discendenti);
            resto = r;
            if !resto.starts_with('[') {
                resto = membro(resto, &mut passi).ok_or_else(|| ignoto("manca un nome dopo .."))?;
            }
        } else if let Some(r) = resto.strip_prefix('.') {
            resto = membro(r, &mut passi).ok_or_else(|| ignoto("manca un nome dopo il punto"))?;
        } else if let Some(r) = resto.strip_prefix('[') {
            let (passo, r) = fra_quadre(r).ok_or_else(|| ignoto("filtro o indice non previsto"))?;
            passi.push(passo);
            resto = r;
        } else {
            return Err(ignoto("sintassi non prevista"));
        }
    }
    Ok(passi)
}

fn membro<'a>(resto: &'a str, passi: &mut Vec<Passo>) -> Option<&'a str> {
    let fine = resto.find(['.', '[', '(']).unwrap_or(resto.len());
    let (nome, dopo) = resto.split_at_checked(fine)?;
    let nome = nome.trim();
    if nome.is_empty() || dopo.starts_with('(') {
        return None;
    }
    passi.push(if nome == "*" { Passo::Tutti } else { Passo::Membro(nome.to_owned()) });
    Some(dopo)
}

fn fra_quadre(resto: &str) -> Option<(Passo, &str)> {
    let resto = resto.trim_start();
    if let Some(q) = resto.chars().next().filter(|c| matches!(c, '\'' | '"')) {
        let (nome, dopo) = resto.get(1..)?.split_once(q)?;
        return Some((Passo::Membro(nome.to_owned()), dopo.trim_start().strip_prefix(']')?));
    }
    let (dentro, dopo) = resto.split_once(']')?;
    let passo = if dentro.trim() == "*" { Passo::Tutti } else { Passo::Posto(dentro.trim().parse().ok()?) };
    Some((passo, dopo))
}
