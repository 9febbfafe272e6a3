//! The gateway as a process of its own, and what a process has used.

use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Key of the secrets of the databases of a benchmark; they hold none.
const CHIAVE: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
/// The superuser.
pub(crate) const AMMINISTRATORE: (&str, &str) = ("gpadmin", "Banco-2026-admin");

/// How a gateway is started.
#[derive(Debug, Clone)]
pub(crate) struct Avvio {
    pub(crate) programma: PathBuf,
    pub(crate) database: String,
    /// Its own: log, spill file of the giornale.
    pub(crate) cartella: PathBuf,
    /// Requests per COMMIT; 1 turns grouping off.
    pub(crate) gruppo: Option<usize>,
    /// Without the polls of the background, for a capture of statements.
    pub(crate) quieto: bool,
}

/// A gateway that is stopped with this value.
#[derive(Debug)]
pub(crate) struct Gateway {
    figlio: Child,
    pub(crate) indirizzo: SocketAddr,
    registro: PathBuf,
}

impl Gateway {
    pub(crate) fn avvia(a: &Avvio) -> Result<Self> {
        std::fs::create_dir_all(&a.cartella)?;
        let registro = a.cartella.join("govpay.log");
        let log = std::fs::File::create(&registro)?;
        let mut c = Command::new(&a.programma);
        for (nome, _) in std::env::vars().filter(|(n, _)| n.starts_with("GOVPAY_")) {
            c.env_remove(nome);
        }
        c.args(["serve", "--listen", "127.0.0.1:0", "--database", &a.database])
            .env("GOVPAY_DATABASE__ENCRYPTION_KEY", CHIAVE)
            .env("GOVPAY_ADMIN_PASSWORD", AMMINISTRATORE.1)
            .env("GOVPAY_PAGOPA_AUTH", "none")
            .env("GOVPAY_LOG__FILTER", "warn")
            .env("GOVPAY_GIORNALE__FOLDER", a.cartella.join("giornale"))
            // The rows of the outbox are written; who delivers them is not measured here.
            .env("GOVPAY_WORKER__NOTIFICHE", "false");
        if let Some(g) = a.gruppo {
            c.env("GOVPAY_DATABASE__GROUP", g.to_string());
        }
        if a.quieto {
            c.env("GOVPAY_WORKER__JOBS", "false").env("GOVPAY_WORKER__WATCH_ANAGRAFICA", "false");
        }
        let mut figlio = c
            .current_dir(&a.cartella)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("starting {}", a.programma.display()))?;
        let mut riga = String::new();
        let letta = figlio.stdout.take().map(|o| BufReader::new(o).read_line(&mut riga));
        let indirizzo = riga.trim().strip_prefix("GovPay risponde su http://").and_then(|i| i.parse().ok());
        let (Some(Ok(_)), Some(indirizzo)) = (letta, indirizzo) else {
            let _ = figlio.kill();
            let _ = figlio.wait();
            let detto = std::fs::read_to_string(&registro).unwrap_or_default();
            bail!("the gateway did not start: {riga}{detto}");
        };
        Ok(Self { figlio, indirizzo, registro })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.figlio.id()
    }

    /// What it has logged so far: warnings and errors.
    pub(crate) fn detto(&self) -> String {
        std::fs::read_to_string(&self.registro).unwrap_or_default()
    }

    /// SIGTERM, and the wait for its end.
    pub(crate) fn ferma(mut self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.pid().to_string()]).status()?;
        let fine = Instant::now() + Duration::from_secs(30);
        while Instant::now() < fine {
            if let Some(stato) = self.figlio.try_wait()? {
                if stato.success() {
                    return Ok(());
                }
                bail!("the gateway ended badly ({stato}): {}", self.detto());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        bail!("the gateway does not stop");
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.figlio.kill();
        let _ = self.figlio.wait();
    }
}

/// Ticks of `/proc/{pid}/stat` per second: fixed by Linux for user space.
const TICK: f64 = 100.0;

/// Fields of `/proc/{pid}/stat` after the name of the command, from the state on.
fn campi(pid: u32) -> Option<Vec<String>> {
    let testo = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let resto = testo.rsplit_once(')')?.1;
    Some(resto.split_whitespace().map(str::to_owned).collect())
}

fn secondi(campi: &[String], quali: std::ops::Range<usize>) -> f64 {
    let tick = campi.get(quali).unwrap_or_default().iter().filter_map(|c| c.parse::<f64>().ok());
    tick.sum::<f64>() / TICK
}

/// Seconds of processor used by a process so far.
pub(crate) fn cpu(pid: u32) -> f64 {
    campi(pid).map_or(0.0, |c| secondi(&c, 11..13))
}

/// The same with its children, ended or not: what PostgreSQL has used, given its postmaster.
pub(crate) fn cpu_con_figli(pid: u32) -> f64 {
    let ended = campi(pid).map_or(0.0, |c| secondi(&c, 11..15));
    ended + figli(pid).into_iter().map(cpu).sum::<f64>()
}

fn figli(pid: u32) -> Vec<u32> {
    let processi = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processi.filter_map(|d| d.file_name().to_str()?.parse().ok()).filter(|p| padre(*p) == Some(pid)).collect()
}

/// The process that started it.
pub(crate) fn padre(pid: u32) -> Option<u32> {
    campi(pid)?.get(1)?.parse().ok()
}

/// Peak resident memory in MiB since the last [`azzera_picco`].
pub(crate) fn picco_mib(pid: u32) -> f64 {
    let testo = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let kib = testo.lines().find_map(|r| r.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
    kib.unwrap_or(0.0) / 1024.0
}

/// Starts the peak again from what is resident now.
pub(crate) fn azzera_picco(pid: u32) {
    // Where it is not allowed the peak is that of the whole life of the process: still true.
    let _ = std::fs::write(format!("/proc/{pid}/clear_refs"), "5");
}
