//! The server.

use crate::TestpgError;
use std::{
    io::Write as _,
    net::{TcpListener, TcpStream},
    os::unix::{
        fs::{MetadataExt as _, OpenOptionsExt as _},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Mutex, OnceLock, PoisonError},
    time::{Duration, Instant},
};

/// Longest start of the server, recovery included.
const AVVIO: Duration = Duration::from_secs(60);

/// How a private cluster is started.
#[derive(Debug, Clone, Copy)]
pub struct Opzioni {
    /// `false` is faster and loses data when the machine stops; tests of durability want `true`.
    pub fsync: bool,
    /// `max_connections`.
    pub connessioni: u32,
}

impl Default for Opzioni {
    fn default() -> Self {
        Self { fsync: false, connessioni: 300 }
    }
}

/// Who may enter a private cluster, and how. Texts, not files.
#[derive(Clone)]
pub struct Accessi {
    /// `pg_hba.conf`, whole. It must let `postgres` in from 127.0.0.1 with his password.
    pub regole: String,
    /// Password of `postgres`: letters and digits.
    pub password: String,
    /// Certificate and key of the server, PEM; `None`: it does not speak TLS.
    pub tls: Option<(String, String)>,
    /// Authority of the clients' certificates, PEM.
    pub ca_dei_clienti: Option<String>,
}

/// Without password and key.
impl std::fmt::Debug for Accessi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Accessi").field("regole", &self.regole).finish_non_exhaustive()
    }
}

/// A PostgreSQL server, private to this process or named by `GOVPAY_TEST_POSTGRES`.
#[derive(Debug)]
pub struct Cluster {
    admin: String,
    privato: Option<Privato>,
    // Held open as long as we live: see `guardiano`.
    _guardiano: Option<ChildStdin>,
}

#[derive(Debug)]
struct Privato {
    postgres: PathBuf,
    cartella: PathBuf,
    porta: u16,
    opzioni: Opzioni,
    impostazioni: &'static [&'static str],
    server: Mutex<Option<Child>>,
}

/// The cluster of this process. It is never dropped: the watchdog stops it.
pub(crate) fn condiviso() -> Result<&'static Cluster, TestpgError> {
    static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
    CLUSTER
        .get_or_init(|| {
            match std::env::var("GOVPAY_TEST_POSTGRES") {
                Ok(admin) if !admin.is_empty() => Ok(Cluster { admin, privato: None, _guardiano: None }),
                _ => Cluster::privato(Opzioni::default()),
            }
            .map_err(|e| e.0)
        })
        .as_ref()
        .map_err(|e| TestpgError::nuovo(e.clone()))
}

impl Cluster {
    /// A private cluster apart from the shared one, for tests that stop it.
    pub fn privato(opzioni: Opzioni) -> Result<Self, TestpgError> {
        Self::privato_con(opzioni, &[])
    }

    /// The same with further settings of the server, each `name=value`; they win over ours.
    pub fn privato_con(opzioni: Opzioni, impostazioni: &'static [&'static str]) -> Result<Self, TestpgError> {
        Self::crea(opzioni, impostazioni, None)
    }

    /// A private cluster that does not let everybody in. Its administrator has the password of `accessi`.
    pub fn protetto(opzioni: Opzioni, accessi: &Accessi) -> Result<Self, TestpgError> {
        Self::crea(opzioni, &[], Some(accessi))
    }

    fn crea(
        opzioni: Opzioni,
        impostazioni: &'static [&'static str],
        accessi: Option<&Accessi>,
    ) -> Result<Self, TestpgError> {
        let binari = binari()?;
        let chi = proprietario()?;
        let cartella = tempfile::Builder::new()
            .prefix("govpay-testpg-")
            .tempdir()
            .map_err(|e| TestpgError::nuovo(format!("temporary folder: {e}")))?
            .keep();
        if let Some((uid, gid)) = chi {
            std::os::unix::fs::chown(&cartella, Some(uid), Some(gid))
                .map_err(|e| TestpgError::nuovo(format!("temporary folder: {e}")))?;
        }
        let guardiano = guardiano(&cartella)?;
        let mut initdb = comando(&binari.join("initdb"), &cartella)?;
        initdb.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]);
        if let Some(a) = accessi {
            let file = cartella.join("password");
            scrivi(&file, &a.password)?;
            initdb.arg("--pwfile").arg(file);
        }
        let esito = initdb
            .arg("-D")
            .arg(cartella.join("dati"))
            .output()
            .map_err(|e| TestpgError::nuovo(format!("initdb: {e}")))?;
        if !esito.status.success() {
            return Err(TestpgError::nuovo(format!("initdb: {}", String::from_utf8_lossy(&esito.stderr))));
        }
        if let Some(a) = accessi {
            a.scrivi(&cartella.join("dati"))?;
        }
        let utente = accessi.map_or_else(|| "postgres".to_owned(), |a| format!("postgres:{}", a.password));
        let tls = if accessi.is_some_and(|a| a.tls.is_some()) { "require" } else { "disable" };
        let mut ultimo = TestpgError::nuovo("no free port");
        for _ in 0..5 {
            // Somebody may take the port between here and the start of the server: then another one.
            let porta = TcpListener::bind(("127.0.0.1", 0))
                .and_then(|l| l.local_addr())
                .map_err(|e| TestpgError::nuovo(format!("free port: {e}")))?
                .port();
            let admin = format!("postgres://{utente}@127.0.0.1:{porta}/postgres?sslmode={tls}");
            let privato = Privato {
                postgres: binari.join("postgres"),
                cartella: cartella.clone(),
                porta,
                opzioni,
                impostazioni,
                server: Mutex::new(None),
            };
            match privato.avvia() {
                Ok(()) => return Ok(Self { admin, privato: Some(privato), _guardiano: Some(guardiano) }),
                Err(e) => ultimo = e,
            }
        }
        Err(ultimo)
    }

    /// URL of the database where others can be created.
    #[must_use]
    pub fn url_admin(&self) -> &str {
        &self.admin
    }

    /// URL of another database of the same server.
    #[must_use]
    pub fn url_di(&self, database: &str) -> String {
        let (prima, parametri) = match self.admin.split_once('?') {
            Some((prima, parametri)) => (prima, format!("?{parametri}")),
            None => (self.admin.as_str(), String::new()),
        };
        let inizio = prima.find("://").map_or(0, |i| i + 3);
        let fine = prima.get(inizio..).and_then(|r| r.find('/')).map_or(prima.len(), |i| inizio + i);
        format!("{}/{database}{parametri}", prima.get(..fine).unwrap_or(prima))
    }

    /// Stops the server as an operator would (`fast`: sessions are ended, data is safe).
    pub fn ferma(&self) -> Result<(), TestpgError> {
        self.mio()?.ferma("INT")
    }

    /// Stops the server as a crash would (`immediate`: recovery at the next start).
    pub fn abbatti(&self) -> Result<(), TestpgError> {
        self.mio()?.ferma("QUIT")
    }

    /// Starts it again on the same port.
    pub fn riparti(&self) -> Result<(), TestpgError> {
        self.mio()?.avvia()
    }

    fn mio(&self) -> Result<&Privato, TestpgError> {
        self.privato.as_ref().ok_or_else(|| TestpgError::nuovo("the shared server is not ours to stop"))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(p) = &self.privato {
            let _ = p.ferma("QUIT");
            let _ = std::fs::remove_dir_all(&p.cartella);
        }
    }
}

impl Privato {
    fn avvia(&self) -> Result<(), TestpgError> {
        let registro = self.cartella.join("server.log");
        let log = std::fs::File::create(&registro)
            .map_err(|e| TestpgError::nuovo(format!("log of the server: {e}")))?;
        let errori = log.try_clone().map_err(|e| TestpgError::nuovo(format!("log of the server: {e}")))?;
        let acceso = if self.opzioni.fsync { "on" } else { "off" };
        let mut figlio = comando(&self.postgres, &self.cartella)?
            .arg("-D")
            .arg(self.cartella.join("dati"))
            .args(["-p", &self.porta.to_string()])
            .args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="])
            .args(["-c", &format!("max_connections={}", self.opzioni.connessioni)])
            .args(["-c", &format!("fsync={acceso}"), "-c", &format!("full_page_writes={acceso}")])
            .args(["-c", "synchronous_commit=on", "-c", "shared_buffers=64MB"])
            .args(self.impostazioni.iter().flat_map(|i| ["-c", *i]))
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errori)
            // Not in our group: an interrupt at the keyboard is for us, the watchdog does the rest.
            .process_group(0)
            .spawn()
            .map_err(|e| TestpgError::nuovo(format!("{}: {e}", self.postgres.display())))?;
        let fine = Instant::now() + AVVIO;
        while Instant::now() < fine {
            if let Ok(Some(stato)) = figlio.try_wait() {
                let testo = std::fs::read_to_string(&registro).unwrap_or_default();
                return Err(TestpgError::nuovo(format!("the server ended ({stato}): {testo}")));
            }
            if self.pronto() {
                *self.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(figlio);
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = figlio.kill();
        let _ = figlio.wait();
        Err(TestpgError::nuovo("the server does not start"))
    }

    /// The last line of `postmaster.pid` says `ready` when connections are accepted.
    fn pronto(&self) -> bool {
        let stato = std::fs::read_to_string(self.cartella.join("dati/postmaster.pid")).unwrap_or_default();
        stato.lines().nth(7).is_some_and(|riga| riga.trim() == "ready")
            && TcpStream::connect(("127.0.0.1", self.porta)).is_ok()
    }

    fn ferma(&self, segnale: &str) -> Result<(), TestpgError> {
        let figlio = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut figlio) = figlio else { return Ok(()) };
        let mandato = Command::new("kill").args([&format!("-{segnale}"), &figlio.id().to_string()]).status();
        if !mandato.is_ok_and(|s| s.success()) {
            let _ = figlio.kill();
        }
        figlio.wait().map(|_| ()).map_err(|e| TestpgError::nuovo(format!("stopping the server: {e}")))
    }
}

impl Accessi {
    /// Into the folder of the data, which is the owner's already.
    fn scrivi(&self, dati: &Path) -> Result<(), TestpgError> {
        scrivi(&dati.join("pg_hba.conf"), &self.regole)?;
        let mut impostazioni = String::new();
        if let Some((certificato, chiave)) = &self.tls {
            scrivi(&dati.join("server.crt"), certificato)?;
            scrivi(&dati.join("server.key"), chiave)?;
            impostazioni.push_str("ssl = on\n");
        }
        if let Some(ca) = &self.ca_dei_clienti {
            scrivi(&dati.join("clienti.crt"), ca)?;
            impostazioni.push_str("ssl_ca_file = 'clienti.crt'\n");
        }
        scrivi(&dati.join("postgresql.auto.conf"), &impostazioni)
    }
}

/// A file that only the owner of the server reads.
fn scrivi(file: &Path, testo: &str) -> Result<(), TestpgError> {
    let errore = |e: std::io::Error| TestpgError::nuovo(format!("{}: {e}", file.display()));
    let _ = std::fs::remove_file(file);
    let mut f =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(errore)?;
    f.write_all(testo.as_bytes()).map_err(errore)?;
    match proprietario()? {
        Some((uid, gid)) => std::os::unix::fs::chown(file, Some(uid), Some(gid)).map_err(errore),
        None => Ok(()),
    }
}

/// The folder of `initdb` and `postgres`: from PATH, else Debian's, newest version first.
fn binari() -> Result<PathBuf, TestpgError> {
    let da_path = std::env::var_os("PATH").map(|p| std::env::split_paths(&p).collect::<Vec<_>>());
    let mut debian: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|d| Some((d.file_name().to_str()?.parse().ok()?, d.path().join("bin"))))
        .collect();
    debian.sort_by_key(|(versione, _)| std::cmp::Reverse(*versione));
    da_path
        .into_iter()
        .flatten()
        .chain(debian.into_iter().map(|(_, cartella)| cartella))
        .find(|c| c.join("initdb").is_file() && c.join("postgres").is_file())
        .and_then(|c| c.join("initdb").canonicalize().ok()?.parent().map(Path::to_owned))
        .ok_or_else(|| {
            TestpgError::nuovo(
                "initdb and postgres not found in PATH nor in /usr/lib/postgresql/*/bin: install \
                 PostgreSQL (Debian: apt-get install postgresql) or set GOVPAY_TEST_POSTGRES",
            )
        })
}

/// The owner of the server's files, when it cannot be us: PostgreSQL refuses to run as root.
fn proprietario() -> Result<Option<(u32, u32)>, TestpgError> {
    let noi = std::fs::metadata("/proc/self").map_or(u32::MAX, |m| m.uid());
    if noi != 0 {
        return Ok(None);
    }
    let utenti = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    ["postgres", "nobody"]
        .into_iter()
        .find_map(|nome| {
            let mut campi = utenti.lines().find(|r| r.split(':').next() == Some(nome))?.split(':').skip(2);
            Some((campi.next()?.parse().ok()?, campi.next()?.parse().ok()?))
        })
        .map(Some)
        .ok_or_else(|| TestpgError::nuovo("we are root and there is no user postgres or nobody to run it as"))
}

/// A command as the owner of the server's files.
fn comando(programma: &Path, cartella: &Path) -> Result<Command, TestpgError> {
    let mut c = Command::new(programma);
    if let Some((uid, gid)) = proprietario()? {
        // Supplementary groups are dropped by the standard library when the uid changes from root.
        c.uid(uid).gid(gid);
    }
    c.current_dir(cartella).env_remove("PGDATA").env("LC_ALL", "C");
    Ok(c)
}

/// A shell that waits for the end of its input, which comes when this process ends however it
/// ends, then stops the server and removes the folder.
fn guardiano(cartella: &Path) -> Result<ChildStdin, TestpgError> {
    const COPIONE: &str = r#"
        read -r _
        pid=$(head -n 1 "$1/dati/postmaster.pid" 2>/dev/null)
        if [ -n "$pid" ]; then
            kill -QUIT "$pid" 2>/dev/null
            n=0
            while [ -e "$1/dati/postmaster.pid" ] && [ "$n" -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
        fi
        rm -rf "$1"
    "#;
    let mut figlio = Command::new("sh")
        .args(["-c", COPIONE, "guardiano"])
        .arg(cartella)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|e| TestpgError::nuovo(format!("watchdog: {e}")))?;
    figlio.stdin.take().ok_or_else(|| TestpgError::nuovo("watchdog without input"))
}

impl Cluster {
    /// Kills every process of the server at once, without a word to any: what a machine does that loses
    /// its power.
    pub fn uccidi(&self) -> Result<(), TestpgError> {
        let mio = self.mio()?;
        let figlio = mio.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut figlio) = figlio else { return Ok(()) };
        let suoi = figli(figlio.id());
        // First the one that would start the others again.
        let _ = figlio.kill();
        let _ = Command::new("kill")
            .arg("-KILL")
            .args(suoi.iter().map(u32::to_string))
            .stderr(Stdio::null())
            .status();
        figlio.wait().map_err(|e| TestpgError::nuovo(format!("killing the server: {e}")))?;
        let fine = Instant::now() + AVVIO;
        while suoi.iter().any(|p| vivo(*p)) {
            if Instant::now() > fine {
                return Err(TestpgError::nuovo("processes of the server outlive it"));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

/// Fields of `/proc/{pid}/stat` after the name of the command.
fn campi(pid: u32) -> Option<Vec<String>> {
    let testo = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(testo.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
}

/// Not ended: a zombie that nobody has waited for has ended.
fn vivo(pid: u32) -> bool {
    campi(pid).is_some_and(|c| c.first().is_some_and(|s| s != "Z"))
}

fn figli(padre: u32) -> Vec<u32> {
    let processi = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processi
        .filter_map(|d| d.file_name().to_str()?.parse().ok())
        .filter(|p| campi(*p).and_then(|c| c.get(1)?.parse().ok()) == Some(padre))
        .collect()
}
