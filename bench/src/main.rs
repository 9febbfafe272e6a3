//! `make bench`: the real binary under load, beside pgbench doing the same rows in the same run. What it
//! measures and how is in README.md; nothing is asserted on times.

mod anagrafica;
mod banca;
mod carico;
mod cattura;
mod confronto;
mod deposito;
mod http;
mod liste;
mod macchina;
mod massivo;
mod opzioni;
mod pgbench;
mod processo;
mod prova;
mod riempi;
mod scenari;
mod tabella;

use anyhow::{Context as _, Result, bail};
use banca::Banca;
use clap::Parser as _;
use opzioni::{Base, Opzioni, Via};
use processo::{Avvio, Gateway};
use prova::{Termine, Variante};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Mutex;

/// PostgreSQL as somebody would run it who cares for the data and has a gigabyte for it.
const POSTGRES: &[&str] = &[
    "shared_buffers=1GB",
    "max_wal_size=8GB",
    "checkpoint_timeout=30min",
    "effective_cache_size=4GB",
    // Vacuum and analyze are done between the rounds: nothing of ours may run inside one.
    "autovacuum=off",
];

fn main() -> ExitCode {
    let o = Opzioni::parse().con_fretta();
    let esito = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|r| r.block_on(fino_al_segnale(o)));
    match esito {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("govpay-bench: {e:#}");
            ExitCode::FAILURE
        }
    }
}

/// A signal ends it as an error does: whoever holds a process lets go of it.
async fn fino_al_segnale(o: Opzioni) -> Result<()> {
    let (mut interrotto, mut terminato) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        esito = esegui(o) => esito,
        _ = interrotto.recv() => bail!("interrupted"),
        _ = terminato.recv() => bail!("terminated"),
    }
}

/// What is written, on the terminal and in the file.
struct Rapporto(String);

impl Rapporto {
    fn scrivi(&mut self, testo: &str) {
        println!("{testo}");
        self.0.push_str(testo);
        self.0.push('\n');
    }
}

async fn esegui(o: Opzioni) -> Result<()> {
    let taglie = o.taglie().map_err(anyhow::Error::msg)?;
    let programma = programma(&o)?;
    let cartella = tempfile::Builder::new().prefix("govpay-bench-").tempdir()?;
    let mut rapporto = Rapporto(String::new());
    let cluster = if o.basi.contains(&Base::Postgres) {
        let opzioni = testpg::Opzioni { fsync: true, connessioni: 200 };
        Some(testpg::Cluster::privato_con(opzioni, POSTGRES)?)
    } else {
        None
    };
    let versione = match &cluster {
        Some(c) => {
            Some(Banca::postgres(c.url_admin())?.testo("select current_setting('server_version')").await?)
        }
        None => None,
    };
    for riga in macchina::descrivi(cartella.path(), versione.as_deref()) {
        rapporto.scrivi(&format!("- {riga}"));
    }
    rapporto.scrivi(&format!(
        "- {} rounds of {} s, {} connections, {} pendenze stored; medians, and medians of the ratios of each round",
        o.giri,
        o.secondi,
        o.clienti,
        prova::taglia(o.righe)
    ));
    let banco = Banco { programma, cartella: cartella.path(), cluster: cluster.as_ref() };
    for base in &o.basi {
        if o.solo.is_empty() || o.solo.iter().any(|v| *v != Via::G) {
            banco.prima(&o, *base, &mut rapporto).await.with_context(|| format!("{base:?}"))?;
        }
        if o.vuole(Via::G) {
            banco.massivo(&o, *base, &mut rapporto).await.with_context(|| format!("{base:?}, bulk loads"))?;
        }
        if !taglie.is_empty() {
            banco.scala(&o, *base, &taglie, &mut rapporto).await.with_context(|| format!("{base:?}"))?;
        }
    }
    if let Some(f) = &o.risultati {
        salva(f, &rapporto.0)?;
    }
    Ok(())
}

/// The newest results stand first, below the heading.
fn salva(file: &Path, nuovi: &str) -> Result<()> {
    const TESTA: &str = "# Results\n\nWritten by `make bench`; how to read them is in [README.md](README.md). Newest first.\n";
    let vecchi = std::fs::read_to_string(file).unwrap_or_default();
    let vecchi = vecchi.strip_prefix(TESTA).unwrap_or(&vecchi);
    let titolo = macchina::adesso().strftime("%Y-%m-%d %H:%M UTC");
    std::fs::write(file, format!("{TESTA}\n## {titolo}\n\n{nuovi}{vecchi}"))?;
    Ok(())
}

fn programma(o: &Opzioni) -> Result<PathBuf> {
    let scelto = match &o.govpay {
        Some(f) => f.clone(),
        None => std::env::current_exe()?.with_file_name("govpay"),
    };
    scelto.canonicalize().with_context(|| format!("{}: build it, or give --govpay", scelto.display()))
}

struct Banco<'a> {
    programma: PathBuf,
    cartella: &'a Path,
    cluster: Option<&'a testpg::Cluster>,
}

impl Banco<'_> {
    fn avvio(&self, nome: &str, banca: &Banca, gruppo: Option<usize>) -> Avvio {
        Avvio {
            programma: self.programma.clone(),
            database: banca.url(),
            cartella: self.cartella.join(nome),
            gruppo,
            quieto: false,
        }
    }

    /// An empty database.
    async fn banca(&self, base: Base, nome: &str) -> Result<Banca> {
        match (base, self.cluster) {
            (Base::Postgres, Some(c)) => {
                Banca::postgres(c.url_admin())?.esegui(&format!("create database {nome}")).await?;
                Banca::postgres(&c.url_di(nome))
            }
            _ => Ok(Banca::Sqlite(self.cartella.join(format!("{nome}.db")))),
        }
    }

    async fn postmaster(&self, base: Base) -> Result<Option<u32>> {
        let (Base::Postgres, Some(c)) = (base, self.cluster) else { return Ok(None) };
        // Only a connection that stays open can be asked who started it.
        let banca = Banca::postgres(c.url_admin())?;
        let pid = banca.intero("select pg_backend_pid()").await?;
        Ok(processo::padre(u32::try_from(pid)?))
    }

    /// The first table, and the lists.
    async fn prima(&self, o: &Opzioni, base: Base, rapporto: &mut Rapporto) -> Result<()> {
        let mut varianti = Vec::new();
        let (mut termine, termini);
        let modi = [("grouped", None), ("one by one", Some(1))];
        match base {
            Base::Postgres => {
                let banca = self.banca(base, "banco").await?;
                let (confronto, mut piena) =
                    confronto::prepara(&self.avvio("spia", &banca, None), banca.clone(), self.cartella)
                        .await?;
                for riga in &confronto.verifica {
                    eprintln!("{riga}");
                }
                rapporto.scrivi("\n### PostgreSQL\n");
                for riga in &confronto.verifica {
                    rapporto.scrivi(&format!("- {riga}"));
                }
                piena.fino_a(o.righe).await?;
                let piena = Arc::new(Mutex::new(piena));
                for (nome, gruppo) in modi {
                    varianti.push(Variante {
                        nome: nome.to_owned(),
                        gateway: Gateway::avvia(&self.avvio(nome, &banca, gruppo))?,
                        piena: Arc::clone(&piena),
                        postmaster: self.postmaster(base).await?,
                    });
                }
                termine = Some(Termine::Pgbench(Box::new(confronto)));
                termini = ["pgbench, same rows", "pgbench, no giornale"];
            }
            Base::Sqlite => {
                rapporto.scrivi("\n### SQLite\n");
                let mut depositi = Vec::new();
                for (k, (nome, gruppo)) in modi.into_iter().enumerate() {
                    let banca = self.banca(base, &format!("banco{k}")).await?;
                    let gateway = Gateway::avvia(&self.avvio(nome, &banca, gruppo))?;
                    let mut piena = riempi::comincia(&gateway, banca.clone()).await?;
                    piena.fino_a(o.righe).await?;
                    let file = self.cartella.join(format!("deposito{k}.db"));
                    depositi.push(
                        deposito::Deposito::nuovo(&banca, "MODELLO0", &file, gruppo.unwrap_or(64)).await?,
                    );
                    varianti.push(Variante {
                        nome: nome.to_owned(),
                        gateway,
                        piena: Arc::new(Mutex::new(piena)),
                        postmaster: None,
                    });
                }
                termine = Some(Termine::Deposito(depositi));
                termini = ["store alone, grouped", "store alone, one by one"];
            }
        }
        let mut righe = Vec::new();
        for via in [Via::A, Via::A5, Via::B, Via::C, Via::D, Via::F] {
            if o.vuole(via) {
                eprintln!("{base:?}: {}", via.nome());
                righe.extend(prova::via(via, o, &varianti, &mut termine).await?);
            }
        }
        if !righe.is_empty() {
            rapporto.scrivi(&format!("\n{}", tabella::prima(&righe, termini)));
        }
        if o.vuole(Via::E) {
            eprintln!("{base:?}: {}", Via::E.nome());
            varianti.truncate(1);
            let righe = liste::misura(o, &varianti).await?;
            rapporto.scrivi(&format!(
                "Pages of the lists that exist (API Backoffice, and `/pendenze` of API Pendenze), one caller, ms, p50 / p99.\n\n{}",
                tabella::liste(&righe, &[format!("{} pendenze", prova::taglia(o.righe))])
            ));
        }
        ferma(varianti, rapporto)
    }

    /// Bulk loads, on two databases with the same master data.
    async fn massivo(&self, o: &Opzioni, base: Base, rapporto: &mut Rapporto) -> Result<()> {
        let banca = self.banca(base, "massivo").await?;
        let avvio = self.avvio("massivo", &banca, None);
        massivo::prepara(&avvio).await?;
        let copia = match (&banca, self.cluster) {
            (Banca::Postgres(..), Some(c)) => {
                let sql = "create database massivo_copia template massivo";
                Banca::postgres(c.url_admin())?.esegui(sql).await?;
                Banca::postgres(&c.url_di("massivo_copia"))?
            }
            (Banca::Sqlite(da), _) => {
                let a = self.cartella.join("massivo_copia.db");
                massivo::copia_file(da, &a)?;
                Banca::Sqlite(a)
            }
            (Banca::Postgres(..), None) => bail!("PostgreSQL has no cluster"),
        };
        let postmaster = self.postmaster(base).await?;
        let tabelle = massivo::misura(o, &avvio, (&banca, &copia), postmaster).await?;
        rapporto.scrivi(&format!("\n### {}, bulk loads\n\n{tabelle}", base_nome(base)));
        Ok(())
    }

    /// The second table: the same with more and more pendenze stored.
    async fn scala(&self, o: &Opzioni, base: Base, taglie: &[u64], rapporto: &mut Rapporto) -> Result<()> {
        let mut varianti = Vec::new();
        for righe in taglie {
            let banca = self.banca(base, &format!("scala{righe}")).await?;
            let gateway = Gateway::avvia(&self.avvio(&format!("scala{righe}"), &banca, None))?;
            let mut piena = riempi::comincia(&gateway, banca).await?;
            eprintln!("{base:?}: filling with {righe} pendenze");
            piena.fino_a(*righe).await?;
            varianti.push(Variante {
                nome: prova::taglia(*righe),
                gateway,
                piena: Arc::new(Mutex::new(piena)),
                postmaster: self.postmaster(base).await?,
            });
        }
        let mut righe = Vec::new();
        for via in [Via::A, Via::A5, Via::B, Via::C] {
            if o.vuole(via) {
                eprintln!("{base:?}, sizes: {}", via.nome());
                righe.extend(prova::scala(via, o, &varianti).await?);
            }
        }
        rapporto.scrivi(&format!("\n### {}, as it grows\n", base_nome(base)));
        rapporto.scrivi(&tabella::scala(&righe));
        if o.vuole(Via::E) {
            eprintln!("{base:?}, sizes: {}", Via::E.nome());
            let colonne: Vec<String> = varianti.iter().map(|v| v.nome.clone()).collect();
            let righe = liste::misura(o, &varianti).await?;
            rapporto.scrivi(&tabella::liste(&righe, &colonne));
        }
        ferma(varianti, rapporto)
    }
}

const fn base_nome(base: Base) -> &'static str {
    match base {
        Base::Postgres => "PostgreSQL",
        Base::Sqlite => "SQLite",
    }
}

/// What the gateways have complained of is part of the result.
fn ferma(varianti: Vec<Variante>, rapporto: &mut Rapporto) -> Result<()> {
    for v in varianti {
        let detto = v.gateway.detto();
        if let Some(primo) = detto.lines().next() {
            rapporto.scrivi(&format!(
                "- `{}` logged {} lines; the first: `{primo}`",
                v.nome,
                detto.lines().count()
            ));
        }
        v.gateway.ferma()?;
    }
    Ok(())
}
