//! The commands of the binary.

use crate::avvio::{self, Avviato, Uso};
use crate::configurazione::{self, Configurazione, Fonti, Segreto};
use anyhow::{Context as _, Result, bail};
use clap::{Args, Parser, Subcommand};
use engine::orologio::OrologioDiSistema;
use secrecy::SecretString;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// GovPay, gateway for the payments of public bodies on pagoPA.
#[derive(Debug, Parser)]
#[command(name = "govpay", version, about)]
pub struct Riga {
    /// TOML configuration file.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    comando: Comando,
}

#[derive(Debug, Subcommand)]
enum Comando {
    /// Run the gateway.
    Serve(Indirizzi),
    /// Run the gateway with a simulated pagoPA and a demo body, on this machine only.
    Sandbox {
        #[command(flatten)]
        indirizzi: Indirizzi,
        /// Address of the simulators.
        #[arg(long, value_name = "ADDRESS")]
        sandbox_listen: Option<String>,
    },
    /// Bring the schema of the database up to date.
    Migrate {
        /// Database URL.
        #[arg(long, value_name = "URL")]
        database: Option<String>,
    },
    /// Check that everything the design promises is true in a database, live or stopped.
    Check(crate::controllo::Opzioni),
    /// Look at the configuration.
    Config {
        #[command(subcommand)]
        cosa: Config,
    },
    /// Administration.
    Admin {
        #[command(subcommand)]
        cosa: Admin,
    },
}

#[derive(Debug, Args)]
struct Indirizzi {
    /// Address to listen on.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Database URL.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Config {
    /// Check the configuration and print it, secrets masked.
    Check,
}

#[derive(Debug, Subcommand)]
enum Admin {
    /// Give a new password to an identity: from standard input, from GOVPAY_ADMIN_PASSWORD, or asked.
    SetPassword {
        /// Principal.
        utente: String,
        /// Database URL.
        #[arg(long, value_name = "URL")]
        database: Option<String>,
    },
}

/// Runs a command to its end, and says with which code the process ends.
///
/// # Errors
/// A sentence for the operator.
pub async fn esegui(riga: Riga) -> Result<ExitCode> {
    let mut fonti = Fonti { file: riga.config, ambiente: std::env::vars().collect(), opzioni: Vec::new() };
    let fatto = match riga.comando {
        Comando::Check(mut o) => {
            opzione(&mut fonti, "--database", "database_url", o.database.take());
            return Ok(crate::controllo::esegui(o, &fonti).await);
        }
        Comando::Serve(i) => {
            i.aggiungi(&mut fonti);
            let c = prepara(&fonti)?;
            let fine = SegnaleDiFine::ascolta()?;
            let avviato = avvio::avvia(&c, Arc::new(OrologioDiSistema), Uso::Servizio).await?;
            annuncia(&avviato);
            fine.attendi().await;
            avviato.ferma().await;
            Ok(())
        }
        Comando::Sandbox { indirizzi, sandbox_listen } => {
            indirizzi.aggiungi(&mut fonti);
            opzione(&mut fonti, "--sandbox-listen", "sandbox_listen", sandbox_listen);
            crate::sandbox::esegui(prepara_sandbox(&fonti)?).await
        }
        Comando::Migrate { database } => {
            opzione(&mut fonti, "--database", "database_url", database);
            let c = prepara(&fonti)?;
            avvio::apri_store(&c, None).await?.chiudi().await;
            println!("Lo schema di {} e' aggiornato.", configurazione::mostra_url(&c.database_url));
            Ok(())
        }
        Comando::Config { cosa: Config::Check } => {
            let c = configurazione::leggi(&fonti)?;
            print!("{}", configurazione::mostra(&c));
            c.controlla()?;
            Ok(())
        }
        Comando::Admin { cosa: Admin::SetPassword { utente, database } } => {
            opzione(&mut fonti, "--database", "database_url", database);
            imposta_password(&prepara(&fonti)?, &utente).await
        }
    };
    fatto.map(|()| ExitCode::SUCCESS)
}

fn opzione(fonti: &mut Fonti, nome: &'static str, chiave: &'static str, valore: Option<String>) {
    if let Some(v) = valore {
        fonti.opzioni.push((nome, chiave, v));
    }
}

impl Indirizzi {
    fn aggiungi(self, fonti: &mut Fonti) {
        opzione(fonti, "--listen", "listen", self.listen);
        opzione(fonti, "--database", "database_url", self.database);
    }
}

/// Reads and checks the configuration, starts the log.
fn prepara(fonti: &Fonti) -> Result<Configurazione> {
    let c = configurazione::leggi(fonti)?;
    c.controlla()?;
    registro(&c)?;
    Ok(c)
}

fn prepara_sandbox(fonti: &Fonti) -> Result<Configurazione> {
    let mut c = configurazione::leggi(fonti)?;
    if c.database_url == Configurazione::default().database_url {
        c.database_url = "sqlite://data/sandbox.db".to_owned();
    }
    crate::sandbox::adatta(&mut c)?;
    c.controlla()?;
    registro(&c)?;
    Ok(c)
}

pub(crate) fn registro(c: &Configurazione) -> Result<()> {
    let filtro = tracing_subscriber::EnvFilter::try_new(&c.log.filter)
        .with_context(|| format!("log.filter: `{}` non e' un filtro", c.log.filter))?;
    let base = tracing_subscriber::fmt()
        .with_env_filter(filtro)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let esito = if c.log.format == "json" { base.json().try_init() } else { base.try_init() };
    if let Err(e) = esito {
        bail!("il registro non si apre: {e}");
    }
    Ok(())
}

fn annuncia(avviato: &Avviato) {
    println!("GovPay risponde su {}", avviato.url());
    if let Some((utente, password)) = &avviato.superuser_generato {
        println!("Creato l'utente {utente} con password {password}");
        println!(
            "La password non sara' mostrata di nuovo: si cambia con `govpay admin set-password {utente}`."
        );
    }
    let _ = std::io::stdout().flush();
}

/// SIGTERM or SIGINT, from the moment it is listened for: one that comes while the gateway is still
/// starting stops it in order as soon as it has started.
pub(crate) struct SegnaleDiFine {
    termina: Signal,
    interrompi: Signal,
}

impl SegnaleDiFine {
    pub(crate) fn ascolta() -> Result<Self> {
        Ok(Self {
            termina: signal(SignalKind::terminate()).context("SIGTERM")?,
            interrompi: signal(SignalKind::interrupt()).context("SIGINT")?,
        })
    }

    pub(crate) async fn attendi(mut self) {
        tokio::select! {
            _ = self.termina.recv() => {}
            _ = self.interrompi.recv() => {}
        }
        tracing::info!("chiusura");
    }
}

async fn imposta_password(c: &Configurazione, utente: &str) -> Result<()> {
    let password = nuova_password(&c.admin_password)?;
    let store = avvio::apri_store(c, None).await?;
    let engine = crate::porte::solo_dati(c, store, Arc::new(OrologioDiSistema))?;
    let esito = engine.imposta_password(utente, &SecretString::from(password)).await;
    engine.store().chiudi().await;
    esito.with_context(|| format!("la password di {utente} non e' cambiata"))?;
    println!("La password di {utente} e' cambiata.");
    Ok(())
}

fn nuova_password(dall_ambiente: &Segreto) -> Result<String> {
    let ingresso = std::io::stdin();
    if !ingresso.is_terminal() {
        let mut riga = String::new();
        ingresso.lock().read_line(&mut riga).context("la password non si legge")?;
        let riga = riga.trim_end_matches(['\r', '\n']);
        if !riga.is_empty() {
            return Ok(riga.to_owned());
        }
    }
    if let Some(p) = dall_ambiente.dato() {
        return Ok(p.to_owned());
    }
    if !ingresso.is_terminal() {
        bail!("serve una password, dall'ingresso o da GOVPAY_ADMIN_PASSWORD");
    }
    let prima = chiedi("Nuova password: ")?;
    if prima != chiedi("Di nuovo: ")? {
        bail!("le due password non sono uguali");
    }
    Ok(prima)
}

/// Asks on the terminal without showing what is typed.
fn chiedi(domanda: &str) -> Result<String> {
    let eco = |come: &str| std::process::Command::new("stty").arg(come).status().is_ok_and(|s| s.success());
    eprint!("{domanda}");
    let nascosto = eco("-echo");
    let mut riga = String::new();
    let letta = std::io::stdin().lock().read_line(&mut riga);
    if nascosto {
        eco("echo");
        eprintln!();
    }
    letta.context("la password non si legge")?;
    Ok(riga.trim_end_matches(['\r', '\n']).to_owned())
}
