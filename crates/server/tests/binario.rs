//! The real binary, as an operator runs it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what prepares a test panics when it cannot")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn comando(cartella: &Path, argomenti: &[&str]) -> Command {
    let mut c = Command::new(env!("CARGO_BIN_EXE_govpay"));
    c.args(argomenti)
        .current_dir(cartella)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for (nome, _) in std::env::vars().filter(|(n, _)| n.starts_with("GOVPAY_")) {
        c.env_remove(nome);
    }
    c
}

fn esegui(cartella: &Path, argomenti: &[&str]) -> Output {
    comando(cartella, argomenti).output().unwrap()
}

fn errore(o: &Output) -> String {
    let testo = String::from_utf8(o.stderr.clone()).unwrap();
    assert_eq!(o.status.code(), Some(1), "{testo}");
    testo
}

/// A gateway in a process of its own, killed if the test ends before it.
struct Processo {
    figlio: Child,
    uscita: BufReader<std::process::ChildStdout>,
    url: String,
}

impl Processo {
    fn avvia(mut c: Command) -> Self {
        let mut figlio = c.stderr(Stdio::null()).spawn().unwrap();
        let mut uscita = BufReader::new(figlio.stdout.take().unwrap());
        let mut riga = String::new();
        uscita.read_line(&mut riga).unwrap();
        let url =
            riga.trim().strip_prefix("GovPay risponde su ").unwrap_or_else(|| panic!("{riga:?}")).to_owned();
        Self { figlio, uscita, url }
    }

    fn get(&self, percorso: &str, utente: Option<(&str, &str)>) -> (u16, String) {
        let mut c = Command::new("curl");
        c.args(["-s", "-w", "\n%{http_code}", &format!("{}{percorso}", self.url)]);
        if let Some((u, p)) = utente {
            c.args(["-u", &format!("{u}:{p}")]);
        }
        let testo = String::from_utf8(c.output().unwrap().stdout).unwrap();
        let (corpo, stato) = testo.rsplit_once('\n').unwrap();
        (stato.parse().unwrap(), corpo.to_owned())
    }

    /// SIGTERM: the exit code and what was still to be read on standard output.
    fn termina(mut self) -> (Option<i32>, String) {
        let uccidi = Command::new("kill").args(["-TERM", &self.figlio.id().to_string()]).status().unwrap();
        assert!(uccidi.success());
        let mut resto = String::new();
        let inizio = Instant::now();
        loop {
            if let Some(stato) = self.figlio.try_wait().unwrap() {
                std::io::Read::read_to_string(&mut self.uscita, &mut resto).unwrap();
                return (stato.code(), resto);
            }
            assert!(inizio.elapsed() < Duration::from_secs(20), "non si ferma");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Processo {
    fn drop(&mut self) {
        let _ = self.figlio.kill();
        let _ = self.figlio.wait();
    }
}

const PORTA_LIBERA: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

#[test]
fn serve_parte_senza_configurazione_e_si_ferma_con_ordine() {
    let qui = TempDir::new().unwrap();
    let mut p = Processo::avvia(comando(qui.path(), &PORTA_LIBERA));
    let mut riga = String::new();
    p.uscita.read_line(&mut riga).unwrap();
    let password = riga.trim().strip_prefix("Creato l'utente gpadmin con password ").unwrap().to_owned();
    assert_eq!(p.get("/health/ready", None), (200, "{\"stato\":\"ok\"}".to_owned()));
    let nulla = "/govpay/backend/api/backoffice/rs/basic/v1/nulla";
    assert_eq!(p.get(nulla, Some(("gpadmin", &password))).0, 404);
    assert_eq!(p.get(nulla, Some(("gpadmin", "altra"))).0, 401);
    assert!(qui.path().join("data/govpay.db").is_file());
    assert_eq!(p.termina().0, Some(0));

    // The password is shown once and stays.
    let p = Processo::avvia(comando(qui.path(), &PORTA_LIBERA));
    assert_eq!(p.get(nulla, Some(("gpadmin", &password))).0, 404);
    let (codice, resto) = p.termina();
    assert_eq!((codice, resto.as_str()), (Some(0), ""));
}

#[test]
fn la_password_del_superuser_puo_venire_dall_ambiente_e_cambiare() {
    let qui = TempDir::new().unwrap();
    let nulla = "/govpay/backend/api/backoffice/rs/basic/v1/nulla";
    let con_password = || {
        let mut c = comando(qui.path(), &PORTA_LIBERA);
        c.env("GOVPAY_ADMIN_PASSWORD", "Iniziale-2026");
        Processo::avvia(c)
    };
    let p = con_password();
    assert_eq!(p.get(nulla, Some(("gpadmin", "Iniziale-2026"))).0, 404);
    let (codice, resto) = p.termina();
    assert_eq!((codice, resto.contains("Iniziale")), (Some(0), false));

    let mut c =
        comando(qui.path(), &["admin", "set-password", "gpadmin"]).stdin(Stdio::piped()).spawn().unwrap();
    c.stdin.take().unwrap().write_all(b"Cambiata-2026\n").unwrap();
    let esito = c.wait_with_output().unwrap();
    assert!(esito.status.success(), "{}", String::from_utf8_lossy(&esito.stderr));
    let p = con_password();
    assert_eq!(p.get(nulla, Some(("gpadmin", "Cambiata-2026"))).0, 404);
    assert_eq!(p.get(nulla, Some(("gpadmin", "Iniziale-2026"))).0, 401);
    assert_eq!(p.termina().0, Some(0));

    let dall_ambiente = comando(qui.path(), &["admin", "set-password", "gpadmin"])
        .env("GOVPAY_ADMIN_PASSWORD", "Ambiente-2026")
        .output()
        .unwrap();
    assert!(dall_ambiente.status.success());
    assert!(
        errore(&esegui(qui.path(), &["admin", "set-password", "gpadmin"])).contains("serve una password")
    );
    let debole = comando(qui.path(), &["admin", "set-password", "gpadmin"])
        .env("GOVPAY_ADMIN_PASSWORD", "debole")
        .output()
        .unwrap();
    assert!(errore(&debole).contains("la password di gpadmin non e' cambiata"));
    let ignoto = comando(qui.path(), &["admin", "set-password", "nessuno"])
        .env("GOVPAY_ADMIN_PASSWORD", "Ambiente-2026")
        .output()
        .unwrap();
    assert!(errore(&ignoto).contains("nessuno"));
}

#[test]
fn config_check_mostra_cio_che_vale_senza_segreti() {
    let qui = TempDir::new().unwrap();
    std::fs::write(qui.path().join("govpay.toml"), "admin_user = \"capo\"\n[http]\nmax_connections = 7\n")
        .unwrap();
    let o = comando(qui.path(), &["config", "check", "--config", "govpay.toml"])
        .env("GOVPAY_LISTEN", "127.0.0.1:9999")
        .env("GOVPAY_ADMIN_PASSWORD", "Segreta-2026")
        .env("GOVPAY_DATABASE_URL", "postgres://u:Segreta-2026@db/govpay")
        .env("GOVPAY_DATABASE__ENCRYPTION_KEY", "U2VncmV0YS0yMDI2LWRpLXRyZW50YWR1ZS1ieXRlLi4=")
        .output()
        .unwrap();
    assert!(o.status.success(), "{}", String::from_utf8_lossy(&o.stderr));
    let testo = String::from_utf8(o.stdout).unwrap();
    for riga in [
        "listen = \"127.0.0.1:9999\"",
        "admin_user = \"capo\"",
        "admin_password = \"***\"",
        "database_url = \"postgres://u:***@db/govpay\"",
        "max_connections = 7",
        "pagopa_auth = \"ssl\"",
    ] {
        assert!(testo.lines().any(|r| r == riga), "{riga} in {testo}");
    }
    assert!(!testo.contains("Segreta"));
    assert!(!qui.path().join("data").exists(), "config check non tocca la base dati");
}

#[test]
fn cio_che_non_va_nella_configurazione_ferma_l_avvio_con_una_frase() {
    let qui = TempDir::new().unwrap();
    std::fs::write(qui.path().join("govpay.toml"), "[http]\nboh = 7\n").unwrap();
    let con = |nome: &str, valore: &str| {
        errore(&comando(qui.path(), &PORTA_LIBERA).env(nome, valore).output().unwrap())
    };
    let e = errore(&esegui(qui.path(), &["serve", "--config", "govpay.toml"]));
    assert!(e.contains("`http.boh`") && e.contains("govpay.toml"), "{e}");
    let e = con("GOVPAY_LISTENN", "x");
    assert!(e.contains("`listenn`") && e.contains("GOVPAY_LISTENN"), "{e}");
    let e = con("GOVPAY_PAGOPA_AUTH", "form");
    let tutti = "ssl, sslheader, header, basic, ldap, apikey, oauth2";
    assert!(e.contains("`form` non e' supportato") && e.contains(tutti), "{e}");
    let e = con("GOVPAY_PAGOPA_AUTH", "ldap");
    assert!(e.contains("ldap.urls: pagopa_auth `ldap` richiede"), "{e}");
    let e = con("GOVPAY_PAGOPA_AUTH", "oauth2");
    assert!(e.contains("pagopa_oauth2.jwks_uri: pagopa_auth `oauth2` richiede"), "{e}");
    let e = con("GOVPAY_AUTH_FAMILIES", "basic,oauth2");
    assert!(e.contains("oauth2.jwks_uri: il metodo oauth2 richiede"), "{e}");
    let e = con("GOVPAY_AUTH_FAMILIES", "basic,boh");
    assert!(e.contains("`boh` non e' un metodo di autenticazione") && e.contains("basic, ssl, form"), "{e}");
    let e = con("GOVPAY_AUTH_FAMILIES", "basic,spid");
    assert!(e.contains("trusted_proxies"), "{e}");
    let e = con("GOVPAY_STAMPA__MARCHIO_POSTE", "assente.svg");
    assert!(e.contains("stampa.marchio_poste: il file assente.svg non si legge"), "{e}");
    let aperto = comando(qui.path(), &["serve", "--listen", "0.0.0.0:0"])
        .env("GOVPAY_PAGOPA_AUTH", "none")
        .output()
        .unwrap();
    assert!(errore(&aperto).contains("loopback"));
    let e = con("GOVPAY_ADMIN_PASSWORD", "debole");
    assert!(e.contains("gpadmin") && !e.contains("debole\n"), "{e}");
    let e = errore(&esegui(qui.path(), &["serve", "--config", "assente.toml"]));
    assert!(e.contains("assente.toml"), "{e}");
}

#[test]
fn senza_base_dati_il_processo_non_parte_e_dice_quale() {
    let qui = TempDir::new().unwrap();
    let o = comando(qui.path(), &PORTA_LIBERA)
        .env("GOVPAY_DATABASE_URL", "postgres://govpay:Segreta-2026@127.0.0.1:1/govpay")
        .env("GOVPAY_DATABASE__ENCRYPTION_KEY", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=")
        .output()
        .unwrap();
    let e = errore(&o);
    assert!(e.contains("la base dati postgres://govpay:***@127.0.0.1:1/govpay non si apre"), "{e}");
    assert!(!e.contains("Segreta"));
    std::fs::write(qui.path().join("data"), "un file dove serve una cartella").unwrap();
    assert!(errore(&esegui(qui.path(), &PORTA_LIBERA)).contains("sqlite://data/govpay.db"));
}

#[test]
fn migrate_prepara_la_base_dati_e_si_ripete() {
    let qui = TempDir::new().unwrap();
    for _ in 0..2 {
        let o = esegui(qui.path(), &["migrate"]);
        assert!(o.status.success(), "{}", String::from_utf8_lossy(&o.stderr));
        assert!(String::from_utf8(o.stdout).unwrap().contains("sqlite://data/govpay.db"));
    }
    let p = Processo::avvia(comando(qui.path(), &PORTA_LIBERA));
    assert_eq!(p.termina().0, Some(0));
}

#[test]
fn una_base_dati_vera_e_una_di_sandbox_non_si_scambiano() {
    let qui = TempDir::new().unwrap();
    let p = Processo::avvia(comando(qui.path(), &PORTA_LIBERA));
    assert_eq!(p.termina().0, Some(0));
    let sandbox = ["sandbox", "--listen", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0", "--database"];
    let e = errore(&esegui(qui.path(), &[&sandbox[..], &["sqlite://./data/govpay.db"]].concat()));
    assert!(e.contains("non e' di una sandbox"), "{e}");
    let fuori = errore(&esegui(qui.path(), &["sandbox", "--listen", "0.0.0.0:0"]));
    assert!(fuori.contains("loopback"), "{fuori}");
    let aperta =
        errore(&esegui(qui.path(), &["sandbox", "--listen", "127.0.0.1:0", "--sandbox-listen", "0.0.0.0:0"]));
    assert!(aperta.contains("loopback"), "{aperta}");

    let p = Processo::avvia(comando(qui.path(), &[&sandbox[..], &["sqlite://data/sandbox.db"]].concat()));
    assert_eq!(p.get("/health/ready", None).0, 200);
    assert_eq!(p.termina().0, Some(0));
    let e = errore(&esegui(
        qui.path(),
        &[&PORTA_LIBERA[..], &["--database", "sqlite://data/sandbox.db"]].concat(),
    ));
    assert!(e.contains("e' di una sandbox"), "{e}");
}

#[test]
fn versione_e_aiuto_sono_quelli_che_ci_si_aspetta() {
    let qui = TempDir::new().unwrap();
    let versione = String::from_utf8(esegui(qui.path(), &["--version"]).stdout).unwrap();
    assert_eq!(versione, format!("govpay {}\n", env!("CARGO_PKG_VERSION")));
    let aiuto = String::from_utf8(esegui(qui.path(), &["--help"]).stdout).unwrap();
    for comando in ["serve", "sandbox", "migrate", "config", "admin"] {
        assert!(aiuto.contains(comando), "{aiuto}");
    }
}
