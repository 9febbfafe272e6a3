//! `govpay check`: the audit of a database, a line for each check (docs/controlli.md).

use crate::comandi::registro;
use crate::configurazione::{self, Configurazione, Fonti, mostra_url};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use engine::Orologio as _;
use engine::controlli::{Avviso, Esito, Richiesta, Risultato, controlla, elenco};
use engine::orologio::OrologioDiSistema;
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use store::controlli::{Ispettore, Tempi};

/// Columns of the name of a check.
const COLONNA: usize = 22;

#[derive(Debug, Args)]
pub(crate) struct Opzioni {
    /// Database URL.
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// One JSON document instead of lines.
    #[arg(long)]
    json: bool,
    /// Make these checks only.
    #[arg(long, value_name = "CODE,...", value_delimiter = ',')]
    solo: Option<Vec<String>>,
    /// List the checks and look at nothing.
    #[arg(long)]
    elenco: bool,
    /// Most violators shown of each check.
    #[arg(long, value_name = "N", default_value_t = 20)]
    esempi: usize,
    /// How late something may be before it is told.
    #[arg(long, value_name = "MINUTES", default_value_t = 10)]
    tolleranza: u32,
    /// Longest time of one check.
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    limite: u32,
}

/// Runs the audit to its end. 0: everything promised is true; 1: something is not; 2: nobody knows.
pub(crate) async fn esegui(o: Opzioni, fonti: &Fonti) -> ExitCode {
    match prova(&o, fonti).await {
        Ok(Some(esito)) => esito.codice(),
        Ok(None) => ExitCode::SUCCESS,
        Err(errore) => {
            eprintln!("govpay: {errore:#}");
            ExitCode::from(2)
        }
    }
}

async fn prova(o: &Opzioni, fonti: &Fonti) -> Result<Option<Complesso>> {
    if o.elenco {
        for (codice, promessa) in elenco() {
            println!("{codice:COLONNA$}{promessa}");
        }
        return Ok(None);
    }
    for codice in o.solo.iter().flatten() {
        if elenco().all(|(c, _)| c != codice) {
            bail!("controllo `{codice}` sconosciuto: `govpay check --elenco` li dice tutti");
        }
    }
    let c = configurazione::leggi(fonti)?;
    registro(&c)?;
    let database = mostra_url(&c.database_url);
    let limite = Duration::from_secs(u64::from(o.limite.max(1)));
    let mut ispettore = Ispettore::apri(&impostazioni(&c)?, limite)
        .await
        .with_context(|| format!("la base dati {database} non si apre"))?;
    if !ispettore.ha_uno_schema().await.with_context(|| format!("la base dati {database} non si legge"))? {
        bail!("la base dati {database} non e' di GovPay: non ha le sue tabelle");
    }
    let fatti = controlla(&mut ispettore, &richiesta(o, &c), &mut racconta(o)).await;
    ispettore.chiudi().await;
    let complesso = Complesso::di(&fatti);
    if o.json {
        let documento = Documento {
            database,
            controlli: fatti.iter().map(Voce::di).collect(),
            esito: complesso.sul_filo(),
        };
        println!("{}", serde_json::to_string_pretty(&documento)?);
    } else {
        println!("{}", riassunto(&fatti));
    }
    Ok(Some(complesso))
}

fn richiesta(o: &Opzioni, c: &Configurazione) -> Richiesta {
    let giornale = c.giornale().cartella;
    Richiesta {
        solo: o.solo.clone(),
        tempi: Tempi {
            adesso: OrologioDiSistema.adesso(),
            tolleranza: Duration::from_secs(u64::from(o.tolleranza) * 60),
            timeout_lavori: Duration::from_secs(c.worker.job_timeout_seconds),
        },
        esempi: o.esempi,
        residui_del_giornale: giornale.as_deref().map(worker::file_in_attesa).into_iter().flatten().collect(),
    }
}

/// As for the gateway, but that nothing is made here: a key that is not there stays so, and the check
/// of the secrets will tell.
fn impostazioni(c: &Configurazione) -> Result<store::Impostazioni> {
    let file = c.database.encryption_key_file.as_str();
    let data = c.database.encryption_key.dato().is_some();
    if data || (!file.is_empty() && Path::new(file).is_file()) {
        return Ok(c.store()?);
    }
    Ok(store::Impostazioni::nuove(c.database_url.clone()))
}

/// What is shown while it runs: lines on standard output, unless they are for a program; the check
/// under way on a terminal.
fn racconta(o: &Opzioni) -> impl FnMut(Avviso<'_>) + Send + use<> {
    let (righe, avanzamento) = (!o.json, std::io::stderr().is_terminal());
    move |avviso| match avviso {
        Avviso::Comincia(codice) if avanzamento => {
            eprint!("\r\x1b[K... {codice}");
            let _ = std::io::stderr().flush();
        }
        Avviso::Comincia(_) => {}
        Avviso::Finito(r) => {
            if avanzamento {
                eprint!("\r\x1b[K");
            }
            if righe {
                print!("{}", riga(r));
                let _ = std::io::stdout().flush();
            }
        }
    }
}

/// The line of a check, and its violators under it.
fn riga(r: &Risultato) -> String {
    let tempo = r.durata.as_secs_f64();
    let righe = match r.trovati.esaminati {
        None => String::new(),
        Some(1) => "1 riga, ".to_owned(),
        Some(n) => format!("{n} righe, "),
    };
    let (sigla, coda) = match &r.esito {
        Esito::Rispettato => ("ok", format!("({righe}{tempo:.1} s)")),
        Esito::Violato => {
            let n = r.trovati.violazioni;
            ("FALLITO", format!("({n} violazion{}, {righe}{tempo:.1} s)", if n == 1 { "e" } else { "i" }))
        }
        Esito::NonEseguito(motivo) => ("NON FATTO", format!("({motivo}, {tempo:.1} s)")),
    };
    let mut testo = format!("{sigla:<10}{:COLONNA$}{}  {coda}\n", r.codice, r.promessa);
    for e in &r.trovati.esempi {
        let _ = writeln!(testo, "{:10}{e}", "");
    }
    let detti = u64::try_from(r.trovati.esempi.len()).unwrap_or(u64::MAX);
    let taciuti = r.trovati.violazioni.saturating_sub(detti);
    if taciuti > 0 {
        let _ = writeln!(testo, "{:10}e altre {taciuti}", "");
    }
    testo
}

fn riassunto(fatti: &[Risultato]) -> String {
    let quanti = |f: fn(&Esito) -> bool| fatti.iter().filter(|r| f(&r.esito)).count();
    let falliti = quanti(|e| matches!(e, Esito::Violato));
    let non_fatti = quanti(|e| matches!(e, Esito::NonEseguito(_)));
    let mut testo = match falliti {
        0 if non_fatti == 0 && fatti.len() == 1 => return "1 controllo, rispettato.".to_owned(),
        0 if non_fatti == 0 => return format!("{} controlli, tutti rispettati.", fatti.len()),
        0 => String::new(),
        1 => format!("1 controllo fallito su {}. ", fatti.len()),
        n => format!("{n} controlli falliti su {}. ", fatti.len()),
    };
    match non_fatti {
        0 => {}
        1 => testo.push_str("1 controllo non si e' potuto fare."),
        n => {
            let _ = write!(testo, "{n} controlli non si sono potuti fare.");
        }
    }
    testo.trim_end().to_owned()
}

/// How the whole ended.
#[derive(Clone, Copy)]
enum Complesso {
    Ok,
    Fallito,
    Incompleto,
}

impl Complesso {
    fn di(fatti: &[Risultato]) -> Self {
        if fatti.iter().any(|r| r.esito == Esito::Violato) {
            Self::Fallito
        } else if fatti.iter().all(|r| r.esito == Esito::Rispettato) {
            Self::Ok
        } else {
            Self::Incompleto
        }
    }

    const fn sul_filo(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Fallito => "FALLITO",
            Self::Incompleto => "INCOMPLETO",
        }
    }

    fn codice(self) -> ExitCode {
        match self {
            Self::Ok => ExitCode::SUCCESS,
            Self::Fallito => ExitCode::from(1),
            Self::Incompleto => ExitCode::from(2),
        }
    }
}

#[derive(Serialize)]
struct Documento<'a> {
    database: String,
    controlli: Vec<Voce<'a>>,
    esito: &'static str,
}

#[derive(Serialize)]
struct Voce<'a> {
    codice: &'static str,
    promessa: &'static str,
    esito: &'static str,
    esaminati: Option<i64>,
    violazioni: u64,
    esempi: &'a [String],
    motivo: Option<&'a str>,
}

impl<'a> Voce<'a> {
    fn di(r: &'a Risultato) -> Self {
        let (esito, motivo) = match &r.esito {
            Esito::Rispettato => ("OK", None),
            Esito::Violato => ("FALLITO", None),
            Esito::NonEseguito(m) => ("NON_ESEGUITO", Some(m.as_str())),
        };
        Self {
            codice: r.codice,
            promessa: r.promessa,
            esito,
            esaminati: r.trovati.esaminati,
            violazioni: r.trovati.violazioni,
            esempi: &r.trovati.esempi,
            motivo,
        }
    }
}
