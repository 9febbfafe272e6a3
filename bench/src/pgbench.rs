//! The other side of the comparison: pgbench does the statements that the gateway was seen to do, with
//! fresh keys, on the same database.
//!
//! Each call becomes its reads, then one transaction with its rows. The row of the giornale, which the
//! gateway writes after the answer and in batches, is in that transaction; a second script without it
//! is the harder comparison.

use crate::cattura::Istruzione;
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

/// A script and the values of its variables.
#[derive(Debug, Clone)]
pub(crate) struct Copione {
    file: PathBuf,
    valori: Vec<(String, String)>,
}

/// How a value of the sample becomes a value of each transaction: the text seen, the name of a
/// variable or an SQL expression over variables.
#[derive(Debug, Clone)]
pub(crate) struct Chiave {
    pub(crate) visto: String,
    pub(crate) sql: String,
}

impl Chiave {
    pub(crate) fn nuova(visto: impl Into<String>, sql: impl Into<String>) -> Self {
        Self { visto: visto.into(), sql: sql.into() }
    }
}

/// Makes a script. `variabili`: assignments made before each transaction, over `:u` (a number never
/// used before) and `:i` (the same, counting from 0 in this run).
pub(crate) fn scrivi(
    file: &Path,
    chiamate: &[Vec<Istruzione>],
    variabili: &[(&str, String)],
    chiavi: &[Chiave],
    giornale: bool,
) -> Result<Copione> {
    let mut testo =
        "\\set k :k + 1\n\\set i :prima + :k * :clienti + :client_id\n\\set u :base + :k * :clienti + :client_id\n\
         \\set ora :ora0 + :k * 10000\n"
            .to_owned();
    for (nome, espressione) in variabili {
        testo.push_str(&format!("\\set {nome} {espressione}\n"));
    }
    let mut fissi = BTreeMap::new();
    for chiamata in chiamate {
        let (letture, scritture): (Vec<_>, Vec<_>) = chiamata.iter().partition(|i| i.legge());
        let mut righe: Vec<&Istruzione> = scritture.iter().copied().filter(|i| !i.giornale()).collect();
        if giornale {
            righe.extend(scritture.iter().filter(|i| i.giornale()));
        }
        for i in letture {
            testo.push_str(&riga(i, chiavi, &mut fissi));
        }
        if !righe.is_empty() {
            testo.push_str("begin;\n");
            for i in righe {
                testo.push_str(&riga(i, chiavi, &mut fissi));
            }
            testo.push_str("commit;\n");
        }
    }
    std::fs::write(file, testo)?;
    let valori = fissi.into_iter().map(|(valore, nome)| (nome, valore)).collect();
    Ok(Copione { file: file.to_owned(), valori })
}

/// One statement with `$n` replaced by variables; `fissi` are those that never change, by value.
fn riga(i: &Istruzione, chiavi: &[Chiave], fissi: &mut BTreeMap<String, String>) -> String {
    let mut sql = String::with_capacity(i.sql.len() + 64);
    let mut resto = i.sql.as_str();
    while let Some((prima, dopo)) = resto.split_once('$') {
        let cifre = dopo.chars().take_while(char::is_ascii_digit).count();
        let numero: usize = dopo.get(..cifre).and_then(|n| n.parse().ok()).unwrap_or(0);
        sql.push_str(prima);
        sql.push_str(&match i.parametri.get(numero.wrapping_sub(1)) {
            None | Some(None) => "null".to_owned(),
            Some(Some(v)) => variabile(v, chiavi, fissi),
        });
        resto = dopo.get(cifre..).unwrap_or_default();
    }
    sql.push_str(resto);
    sql.push_str(";\n");
    sql
}

fn variabile(v: &str, chiavi: &[Chiave], fissi: &mut BTreeMap<String, String>) -> String {
    if let Some(c) = chiavi.iter().find(|c| c.visto == v) {
        return c.sql.clone();
    }
    // An instant of now, in microseconds: later rows have later ones.
    if v.len() == 16 && v.parse().is_ok_and(|m: i64| (m - adesso()).abs() < 3_600_000_000) {
        return ":ora".to_owned();
    }
    let quanti = fissi.len();
    format!(":{}", fissi.entry(v.to_owned()).or_insert_with(|| format!("f{quanti}")))
}

fn adesso() -> i64 {
    crate::macchina::adesso().as_microsecond()
}

/// How pgbench is run.
#[derive(Debug, Clone)]
pub(crate) struct Giro<'a> {
    pub(crate) url: &'a str,
    pub(crate) clienti: usize,
    /// Seconds, or transactions in all.
    pub(crate) quanto: Quanto,
    /// First number of `:i`.
    pub(crate) prima: u64,
    /// First number of `:u`, never used before.
    pub(crate) base: u64,
}

/// How long.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Quanto {
    Tempo(Duration),
    Transazioni(u64),
}

/// Runs it; gives back transactions per second.
pub(crate) async fn esegui(programma: &Path, copione: &Copione, g: &Giro<'_>) -> Result<f64> {
    let mut c = tokio::process::Command::new(programma);
    c.args(["-n", "-M", "prepared", "-c", &g.clienti.to_string(), "-j", "2"]);
    match g.quanto {
        Quanto::Tempo(t) => c.args(["-T", &t.as_secs().max(1).to_string()]),
        Quanto::Transazioni(n) => c.args(["-t", &(n / g.clienti as u64).max(1).to_string()]),
    };
    let ora0 = adesso().to_string();
    let (clienti, prima, base) = (g.clienti.to_string(), g.prima.to_string(), g.base.to_string());
    let proprie = [("k", "-1"), ("clienti", &clienti), ("prima", &prima), ("base", &base), ("ora0", &ora0)];
    let fisse = copione.valori.iter().map(|(n, v)| (n.as_str(), v.as_str()));
    for (nome, valore) in proprie.into_iter().chain(fisse) {
        c.arg("-D").arg(format!("{nome}={valore}"));
    }
    let uscita = c
        .arg("-f")
        .arg(&copione.file)
        .arg(g.url)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .with_context(|| programma.display().to_string())?;
    let testo = String::from_utf8_lossy(&uscita.stdout);
    let errori = String::from_utf8_lossy(&uscita.stderr);
    let tps = testo.lines().find_map(|r| r.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    match tps {
        Some(tps) if uscita.status.success() && !errori.contains("ERROR") => Ok(tps),
        _ => bail!("pgbench: {testo}{errori}"),
    }
}

/// From PATH, else where Debian puts it.
pub(crate) fn trova() -> Result<PathBuf> {
    let da_path = std::env::var_os("PATH").map(|p| std::env::split_paths(&p).collect::<Vec<_>>());
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    da_path
        .into_iter()
        .flatten()
        .chain(debian.map(|d| d.path().join("bin")))
        .map(|c| c.join("pgbench"))
        .find(|p| p.is_file())
        .context("pgbench not found: install the PostgreSQL server package")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn un_istruzione_con_le_sue_variabili() {
        let i = Istruzione {
            sql: "insert into t values ($1, $2, $3, $1)".to_owned(),
            parametri: vec![Some("77".to_owned()), None, Some("x".to_owned())],
        };
        let mut fissi = BTreeMap::new();
        let sql = riga(&i, &[Chiave::nuova("77", ":id")], &mut fissi);
        assert_eq!(sql, "insert into t values (:id, null, :f0, :id);\n");
        assert_eq!(fissi.into_iter().next(), Some(("x".to_owned(), "f0".to_owned())));
    }
}
