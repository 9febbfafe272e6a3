//! A private LDAP directory: Debian's `slapd` on a free port of loopback, with a few people in it.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The account that may search, and its password.
pub const SERVIZIO: (&str, &str) = ("cn=govpay,dc=example,dc=it", "Servizio-1");
/// Where people are.
pub const PERSONE: &str = "ou=people,dc=example,dc=it";

const BASE: &str = r"dn: dc=example,dc=it
objectClass: domain
dc: example

dn: ou=people,dc=example,dc=it
objectClass: organizationalUnit
ou: people

dn: ou=groups,dc=example,dc=it
objectClass: organizationalUnit
ou: groups

dn: cn=govpay,dc=example,dc=it
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: govpay
userPassword: Servizio-1

dn: uid=mario,ou=people,dc=example,dc=it
objectClass: inetOrgPerson
uid: mario
cn: Mario
sn: Rossi
userPassword: Segreta-1

dn: uid=anna,ou=people,dc=example,dc=it
objectClass: inetOrgPerson
uid: anna
cn: Anna
sn: Verdi
userPassword: Segreta-2

dn: uid=m*(a)\\r,ou=people,dc=example,dc=it
objectClass: inetOrgPerson
uid: m*(a)\r
cn: Strano
sn: Nome
userPassword: Segreta-3

dn: uid=nodo,ou=people,dc=example,dc=it
objectClass: inetOrgPerson
uid: nodo
cn: Nodo
sn: Nodo
userPassword: Segreta-4

dn: uid=muta,ou=people,dc=example,dc=it
objectClass: inetOrgPerson
uid: muta
cn: Senza password
sn: Muta

dn: uid=doppia,ou=people,dc=example,dc=it
objectClass: inetOrgPerson
uid: doppia
cn: Doppia
sn: Doppia
userPassword: Segreta-5

dn: cn=Doppia bis,ou=people,dc=example,dc=it
objectClass: inetOrgPerson
uid: doppia
cn: Doppia bis
sn: Doppia
userPassword: Segreta-5

dn: cn=Cassa,ou=groups,dc=example,dc=it
objectClass: groupOfNames
cn: Cassa
member: uid=mario,ou=people,dc=example,dc=it
member: uid=m*(a)\\r,ou=people,dc=example,dc=it

dn: cn=Bocciofila,ou=groups,dc=example,dc=it
objectClass: groupOfNames
cn: Bocciofila
member: uid=mario,ou=people,dc=example,dc=it
";

/// A server, its files, and a watchdog that removes both when this process ends in whatever way.
pub struct Directory {
    cartella: PathBuf,
    porta: u16,
    porta_tls: u16,
    server: Option<Child>,
    _guardiano: Child,
}

impl Directory {
    /// A running directory. With certificate and key (PEM) it also speaks TLS.
    ///
    /// # Panics
    /// Without `slapd`: it is an error, never a skip.
    #[must_use]
    pub fn nuova(tls: Option<(&str, &str)>) -> Self {
        let cartella =
            tempfile::Builder::new().prefix("govpay-directory-").tempdir().expect("una cartella").keep();
        let guardiano = guardiano(&cartella);
        std::fs::create_dir(cartella.join("dati")).expect("la cartella dei dati");
        let qui = cartella.display();
        let mut conf = String::new();
        for schema in ["core", "cosine", "inetorgperson"] {
            conf.push_str(&format!("include /etc/ldap/schema/{schema}.schema\n"));
        }
        conf.push_str(&format!("modulepath /usr/lib/ldap\nmoduleload back_mdb\npidfile {qui}/slapd.pid\n"));
        if let Some((certificato, chiave)) = tls {
            std::fs::write(cartella.join("server.crt"), certificato).expect("il certificato");
            std::fs::write(cartella.join("server.key"), chiave).expect("la chiave");
            conf.push_str(&format!(
                "TLSCertificateFile {qui}/server.crt\nTLSCertificateKeyFile {qui}/server.key\n"
            ));
        }
        conf.push_str(&format!(
            "database mdb\nsuffix \"dc=example,dc=it\"\ndirectory {qui}/dati\ndbnosync\n\
             access to attrs=userPassword by anonymous auth by * none\n\
             access to * by dn.exact=\"{}\" read by self read by * none\n",
            SERVIZIO.0
        ));
        std::fs::write(cartella.join("slapd.conf"), conf).expect("la configurazione");
        let (porta, porta_tls) = (porta_libera(), porta_libera());
        let mut d = Self { cartella, porta, porta_tls, server: None, _guardiano: guardiano };
        d.strumento("slapadd", &["-q"], BASE);
        d.riparti();
        d
    }

    /// `ldap://127.0.0.1:port`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("ldap://127.0.0.1:{}", self.porta)
    }

    /// `ldaps://localhost:port`.
    #[must_use]
    pub fn url_tls(&self) -> String {
        format!("ldaps://localhost:{}", self.porta_tls)
    }

    /// Stops it.
    pub fn ferma(&mut self) {
        if let Some(mut s) = self.server.take() {
            let _ = s.kill();
            let _ = s.wait();
        }
    }

    /// Starts it on the same port.
    pub fn riparti(&mut self) {
        let mut dove = format!("ldap://127.0.0.1:{}/", self.porta);
        if self.cartella.join("server.crt").exists() {
            dove.push_str(&format!(" ldaps://127.0.0.1:{}/", self.porta_tls));
        }
        let figlio = Command::new(programma("slapd"))
            .args(["-d", "0", "-h", &dove, "-f"])
            .arg(self.cartella.join("slapd.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("slapd parte");
        self.server = Some(figlio);
        let fine = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", self.porta)).is_err() {
            assert!(Instant::now() < fine, "slapd non risponde");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Changes entries (LDIF of changes) while it is stopped, and starts it again.
    pub fn cambia(&mut self, ldif: &str) {
        self.ferma();
        self.strumento("slapmodify", &[], ldif);
        self.riparti();
    }

    fn strumento(&self, nome: &str, argomenti: &[&str], ldif: &str) {
        let mut figlio = Command::new(programma(nome))
            .args(argomenti)
            .arg("-f")
            .arg(self.cartella.join("slapd.conf"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| panic!("{nome}: {e}"));
        figlio.stdin.take().expect("stdin").write_all(ldif.as_bytes()).expect("LDIF");
        let esito = figlio.wait_with_output().expect("finisce");
        assert!(esito.status.success(), "{nome}: {}", String::from_utf8_lossy(&esito.stderr));
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        self.ferma();
        let _ = std::fs::remove_dir_all(&self.cartella);
    }
}

/// Debian keeps servers out of the PATH of who is not root.
fn programma(nome: &str) -> PathBuf {
    let da_path = std::env::var_os("PATH").map(|p| std::env::split_paths(&p).collect::<Vec<_>>());
    da_path
        .into_iter()
        .flatten()
        .chain([PathBuf::from("/usr/sbin")])
        .map(|c| c.join(nome))
        .find(|p| p.is_file())
        .unwrap_or_else(|| panic!("{nome} non c'e': serve OpenLDAP (Debian: apt-get install slapd)"))
}

fn porta_libera() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr()).expect("una porta libera").port()
}

/// A shell that waits for the end of its input, which comes when this process ends however it ends.
fn guardiano(cartella: &Path) -> Child {
    const COPIONE: &str = r#"
        read -r _
        pid=$(cat "$1/slapd.pid" 2>/dev/null)
        [ -n "$pid" ] && [ -e "/proc/$pid" ] && grep -q "$1" "/proc/$pid/cmdline" && kill -KILL "$pid"
        rm -rf "$1"
    "#;
    Command::new("sh")
        .args(["-c", COPIONE, "guardiano"])
        .arg(cartella)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("il guardiano")
}
