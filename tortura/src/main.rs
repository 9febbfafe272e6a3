//! `make torture`: every scenario, a line each; exit 1 at the first broken promise of any.

use clap::Parser;
use rand::Rng as _;
use std::path::PathBuf;
use std::time::Duration;
use tortura::{Base, Opzioni, Ostilita};

/// The scenarios, by the name that `--solo` takes.
const SCENARI: [&str; 10] =
    ["sqlite", "uccisioni", "postgres", "primario", "nodi", "caduti", "nodo", "guasti", "ostili", "memoria"];
/// The default of `api.request_timeout_seconds`.
const SCADENZA: u64 = 60;

/// Tortures `govpay` and looks for what it has lost, doubled or invented.
#[derive(Debug, Parser)]
struct Argomenti {
    /// The program to torture.
    #[arg(long, env = "GOVPAY_BIN", default_value = "target/debug/govpay")]
    programma: PathBuf,
    /// Kills of the server on each database; a tenth of them of PostgreSQL.
    #[arg(long, default_value_t = 200)]
    giri: u32,
    /// Minutes of the scenario that watches memory, on each database.
    #[arg(long, default_value_t = 3)]
    minuti: u64,
    /// Seed of every choice; from chance when absent.
    #[arg(long)]
    seme: Option<u64>,
    /// Idle connections of the hostile clients.
    #[arg(long, default_value_t = 10_000)]
    connessioni: usize,
    /// One scenario: sqlite, uccisioni, postgres, primario, nodi, caduti, nodo, guasti, ostili, memoria.
    #[arg(long)]
    solo: Option<String>,
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let a = Argomenti::parse();
    let o = Opzioni {
        programma: std::path::absolute(&a.programma).unwrap_or_else(|_| a.programma.clone()),
        giri: a.giri,
        durata: Duration::from_secs(a.minuti * 60),
        seme: a.seme.unwrap_or_else(|| rand::rng().random_range(1..1_000_000)),
        prove: PathBuf::from("target/tortura"),
    };
    if a.solo.as_deref().is_some_and(|s| !SCENARI.contains(&s)) {
        eprintln!("--solo: one of {}", SCENARI.join(", "));
        return std::process::ExitCode::from(2);
    }
    let meno = Opzioni { giri: (a.giri / 10).max(3), ..o.clone() };
    println!("seed {} (--seme), evidence of what breaks in {}", o.seme, o.prove.display());
    let mut rotte = 0;
    for nome in SCENARI {
        if a.solo.as_deref().is_some_and(|s| s != nome) {
            continue;
        }
        let esiti = match nome {
            "sqlite" => vec![tortura::uccisioni(Base::Sqlite, &o).await],
            "uccisioni" => vec![tortura::uccisioni(Base::Postgres, &o).await],
            "postgres" => vec![tortura::postgres_ucciso(&meno).await],
            "primario" => vec![tortura::primario_che_sparisce(&meno).await],
            "nodi" => {
                let durata = Duration::from_secs(u64::from(a.giri / 10));
                vec![tortura::nodi(2, durata, &o).await, tortura::nodi(3, durata, &o).await]
            }
            "caduti" => vec![tortura::nodi_uccisi(&meno).await],
            "nodo" => vec![
                tortura::nodo_sgarbato(Base::Sqlite, &meno).await,
                tortura::nodo_sgarbato(Base::Postgres, &meno).await,
            ],
            "guasti" => {
                vec![tortura::guasti(Base::Sqlite, &o).await, tortura::guasti(Base::Postgres, &o).await]
            }
            "ostili" => {
                let quanto = Ostilita { connessioni: a.connessioni, scadenza: SCADENZA };
                vec![
                    tortura::ostili(Base::Sqlite, quanto, &o).await,
                    tortura::ostili(Base::Postgres, quanto, &o).await,
                ]
            }
            _ => vec![tortura::memoria(Base::Sqlite, &o).await, tortura::memoria(Base::Postgres, &o).await],
        };
        for e in esiti {
            match e {
                Ok(riga) => println!("ok      {nome:<10} {riga}"),
                Err(e) => {
                    rotte += 1;
                    println!("BROKEN  {nome:<10} {e:#}");
                }
            }
        }
    }
    println!("{}", if rotte == 0 { "every promise was kept" } else { "promises were broken" });
    std::process::ExitCode::from(u8::from(rotte > 0))
}
