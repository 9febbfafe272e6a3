//! The statements that the gateway sends for one call, taken from the log of PostgreSQL.

use anyhow::{Context as _, Result, bail};
use std::path::PathBuf;

/// A statement with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Istruzione {
    pub(crate) sql: String,
    /// `None`: null.
    pub(crate) parametri: Vec<Option<String>>,
}

impl Istruzione {
    pub(crate) fn legge(&self) -> bool {
        self.sql.starts_with("select")
    }

    pub(crate) fn giornale(&self) -> bool {
        self.sql.starts_with("insert into eventi")
    }
}

/// The log of a server, from where we stopped reading.
#[derive(Debug)]
pub(crate) struct Registro {
    file: PathBuf,
    letti: usize,
}

impl Registro {
    pub(crate) fn nuovo(file: PathBuf) -> Self {
        Self { file, letti: 0 }
    }

    /// What was executed since the last call, without the brackets of transactions.
    pub(crate) fn nuove(&mut self) -> Result<Vec<Istruzione>> {
        let byte = std::fs::read(&self.file).with_context(|| self.file.display().to_string())?;
        let testo = String::from_utf8_lossy(byte.get(self.letti..).unwrap_or_default()).into_owned();
        self.letti = byte.len();
        leggi(&testo)
    }
}

fn leggi(testo: &str) -> Result<Vec<Istruzione>> {
    // A statement of several lines goes on after a tab.
    let testo = testo.replace("\n\t", "\n ").replace('\n', "\u{0}").replace("\u{0} ", " ");
    let mut istruzioni: Vec<(String, Istruzione)> = Vec::new();
    for riga in testo.split('\u{0}') {
        let Some((testa, resto)) = riga.split_once("]") else { continue };
        let pid = testa.rsplit('[').next().unwrap_or_default().to_owned();
        let resto = resto.trim_start();
        if let Some(s) = resto.strip_prefix("LOG:  ") {
            let Some((come, sql)) = s.split_once(": ") else { continue };
            let sql = sql.trim();
            let contorno = ["begin", "commit", "rollback", "savepoint", "release", "set ", "show "];
            let minuscolo = sql.to_lowercase();
            if (come.starts_with("execute") || come == "statement")
                && !contorno.iter().any(|c| minuscolo.starts_with(c))
            {
                istruzioni.push((pid, Istruzione { sql: sql.to_owned(), parametri: Vec::new() }));
            }
        } else if let Some(p) = resto.strip_prefix("DETAIL:  ") {
            let p = p.trim_start_matches("parameters: ").trim_start_matches("Parameters: ");
            if let Some((_, i)) = istruzioni.iter_mut().rev().find(|(di, _)| *di == pid)
                && i.parametri.is_empty()
            {
                i.parametri = parametri(p)?;
            }
        }
    }
    Ok(istruzioni.into_iter().map(|(_, i)| i).collect())
}

/// `$1 = 'it''s', $2 = NULL`.
fn parametri(testo: &str) -> Result<Vec<Option<String>>> {
    let mut trovati = Vec::new();
    let mut resto = testo.trim();
    while !resto.is_empty() {
        let Some((nome, dopo)) = resto.split_once(" = ") else { bail!("parameters: {resto}") };
        if nome != format!("${}", trovati.len() + 1) {
            bail!("parameter {} is called {nome}", trovati.len() + 1);
        }
        let (valore, dopo) = if let Some(dopo) = dopo.strip_prefix("NULL") {
            (None, dopo)
        } else {
            let (valore, dopo) = tra_apici(dopo)?;
            (Some(valore), dopo)
        };
        trovati.push(valore);
        resto = dopo.trim_start_matches(',').trim_start();
    }
    Ok(trovati)
}

fn tra_apici(testo: &str) -> Result<(String, &str)> {
    let mut valore = String::new();
    let mut resto = testo.strip_prefix('\'').context("a quote")?;
    loop {
        let (prima, dopo) = resto.split_once('\'').context("a closing quote")?;
        valore.push_str(prima);
        match dopo.strip_prefix('\'') {
            Some(d) => {
                valore.push('\'');
                resto = d;
            }
            None => return Ok((valore, dopo)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Istruzione, leggi};

    #[test]
    fn dal_registro_le_istruzioni_con_i_parametri() {
        let testo = "2026-11-21 08:00:00.000 UTC [7] LOG:  statement: BEGIN\n\
            2026-11-21 08:00:00.001 UTC [7] LOG:  execute sqlx_s_1: insert into t (a, b)\n\tvalues ($1, $2)\n\
            2026-11-21 08:00:00.001 UTC [7] DETAIL:  parameters: $1 = 'l''uno, $2 = x', $2 = NULL\n\
            2026-11-21 08:00:00.002 UTC [7] LOG:  statement: COMMIT\n";
        let atteso = Istruzione {
            sql: "insert into t (a, b) values ($1, $2)".to_owned(),
            parametri: vec![Some("l'uno, $2 = x".to_owned()), None],
        };
        assert_eq!(leggi(testo).ok(), Some(vec![atteso]));
    }
}
