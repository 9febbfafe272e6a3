//! The gateway as a process of its own, killed with this value.

use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Key of the secrets of a tortured database; it holds none.
const CHIAVE: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
/// The superuser.
pub(crate) const AMMINISTRATORE: (&str, &str) = ("gpadmin", "Tortura-2026-admin");
/// The Node.
pub(crate) const NODO: (&str, &str) = ("nodo", "Tortura-2026-nodo");

/// What starts a gateway.
#[derive(Debug, Clone)]
pub(crate) struct Avvio {
    pub(crate) programma: PathBuf,
    pub(crate) database: String,
    /// Log and spill file of the giornale.
    pub(crate) cartella: PathBuf,
    /// Name of the node.
    pub(crate) nome: String,
    /// Further settings, as variables of the environment.
    pub(crate) impostazioni: Vec<(&'static str, String)>,
}

impl Avvio {
    fn comando(&self, argomenti: &[&str]) -> Command {
        let mut c = Command::new(&self.programma);
        for (nome, _) in std::env::vars().filter(|(n, _)| n.starts_with("GOVPAY_")) {
            c.env_remove(nome);
        }
        c.args(argomenti)
            .env("GOVPAY_DATABASE_URL", &self.database)
            .env("GOVPAY_DATABASE__ENCRYPTION_KEY", CHIAVE)
            .env("GOVPAY_ADMIN_PASSWORD", AMMINISTRATORE.1)
            .env("GOVPAY_PAGOPA_AUTH", "basic")
            .env("GOVPAY_PAGOPA_BASIC_USER", NODO.0)
            .env("GOVPAY_PAGOPA_BASIC_PASSWORD", NODO.1)
            .env("GOVPAY_NODE__NAME", &self.nome)
            .env("GOVPAY_LOG__FILTER", "warn")
            .env("GOVPAY_HTTP__SHUTDOWN_TIMEOUT_SECONDS", "5")
            // What a killed node had in hand is delivered by the next one after this.
            .env("GOVPAY_WORKER__LEASE_SECONDS", "6")
            .env("GOVPAY_WORKER__POLL_MILLIS", "200")
            .env("GOVPAY_GIORNALE__FOLDER", self.cartella.join(format!("giornale-{}", self.nome)))
            .envs(self.impostazioni.iter().map(|(n, v)| (*n, v)))
            .current_dir(&self.cartella)
            .stdin(Stdio::null());
        c
    }

    /// Starts without waiting that it answers.
    pub(crate) fn lancia(&self) -> Result<Gateway> {
        std::fs::create_dir_all(&self.cartella)?;
        let registro = self.cartella.join(format!("govpay-{}.log", self.nome));
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&registro)?;
        let mut c = self.comando(&["serve", "--listen", "127.0.0.1:0"]);
        let figlio = c.stdout(Stdio::piped()).stderr(log).spawn();
        let figlio = figlio.with_context(|| format!("starting {}", self.programma.display()))?;
        Ok(Gateway { figlio, url: String::new(), registro })
    }

    /// Starts and waits for the address.
    pub(crate) fn avvia(&self) -> Result<Gateway> {
        let mut g = self.lancia()?;
        let mut riga = String::new();
        if let Some(o) = g.figlio.stdout.take() {
            // The callers of the other servers go on meanwhile.
            tokio::task::block_in_place(|| BufReader::new(o).read_line(&mut riga))?;
        }
        match riga.trim().strip_prefix("GovPay risponde su ") {
            Some(u) => g.url = u.to_owned(),
            None => bail!("the gateway did not start: {riga}{}", g.detto()),
        }
        Ok(g)
    }

    /// `govpay check`: an error with what it found when not everything is true.
    pub(crate) fn controlla(&self) -> Result<()> {
        let o = self.comando(&["check", "--json"]).output()?;
        if !o.status.success() {
            let (fuori, errori) = (String::from_utf8_lossy(&o.stdout), String::from_utf8_lossy(&o.stderr));
            bail!("govpay check ({}): {fuori}{errori}", o.status);
        }
        Ok(())
    }
}

/// A gateway; dropped, it is killed.
#[derive(Debug)]
pub(crate) struct Gateway {
    figlio: Child,
    pub(crate) url: String,
    registro: PathBuf,
}

impl Gateway {
    pub(crate) fn pid(&self) -> u32 {
        self.figlio.id()
    }

    /// Host and port.
    pub(crate) fn dove(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    pub(crate) fn registro(&self) -> &Path {
        &self.registro
    }

    fn detto(&self) -> String {
        std::fs::read_to_string(&self.registro).unwrap_or_default()
    }

    /// Still there.
    pub(crate) fn vivo(&mut self) -> bool {
        matches!(self.figlio.try_wait(), Ok(None))
    }

    /// SIGTERM, without waiting.
    pub(crate) fn termina(&self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.pid().to_string()]).status()?;
        Ok(())
    }

    /// SIGKILL: nothing is said to the process.
    pub(crate) fn uccidi(mut self) -> Result<()> {
        self.figlio.kill()?;
        self.figlio.wait()?;
        Ok(())
    }

    /// SIGTERM, and the wait for its good end.
    pub(crate) fn ferma(mut self) -> Result<()> {
        self.termina()?;
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
        bail!("the gateway does not stop within 30 s of SIGTERM");
    }

    /// Resident memory in KiB: now, and at its highest.
    pub(crate) fn memoria(&self) -> (u64, u64) {
        let testo = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap_or_default();
        let campo = |nome: &str| {
            let riga = testo.lines().find_map(|r| r.strip_prefix(nome)).unwrap_or_default();
            riga.trim().trim_end_matches("kB").trim().parse().unwrap_or(0)
        };
        (campo("VmRSS:"), campo("VmHWM:"))
    }

    /// From here on the highest is that of what comes.
    pub(crate) fn azzera_picco(&self) -> Result<()> {
        Ok(std::fs::write(format!("/proc/{}/clear_refs", self.pid()), "5")?)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.figlio.kill();
        let _ = self.figlio.wait();
    }
}
