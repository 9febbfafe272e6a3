//! `make torture`: every scenario, a line each; exit 1 at the first broken promise of any.

use clap::Parser;
use rand::Rng as _;
use std::path::PathBuf;
use std::time::Duration;
use tortura::{Base, Opzioni, Ostilita};

/// The scenarios, by the name that `--solo` takes.
const SCENARI: [&str; 11] = [
    "sqlite",
    "uccisioni",
    "postgres",
    "primario",
    "nodi",
    "caduti",
    "nodo",
    "guasti",
    "tracciati",
    "ostili",
    "memoria",
];
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
    /// Lines of the files of the bulk loads.
    #[arg(long, default_value_t = 50_000)]
    righe: u64,
    /// Seed of every choice; from chance when absent.
    #[arg(long)]
    seme: Option<u64>,
    /// Idle connections of the hostile clients.
    #[arg(long, default_value_t = 10_000)]
    connessioni: usize,
    /// One scenario: sqlite, uccisioni, postgres, primario, nodi, caduti, nodo, guasti, tracciati,
    /// ostili, memoria.
    #[arg(long)]
    solo: Option<String>,
    /// One database, for the scenarios that are played on both: sqlite, postgres.
    #[arg(long, value_parser = base)]
    base: Option<Base>,
}

fn base(testo: &str) -> Result<Base, &'static str> {
    match testo {
        "sqlite" => Ok(Base::Sqlite),
        "postgres" => Ok(Base::Postgres),
        _ => Err("one of sqlite, postgres"),
    }
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
        let basi =
            [Base::Sqlite, Base::Postgres].into_iter().filter(|b| a.base.is_none_or(|solo| solo == *b));
        let mut esiti = Vec::new();
        match nome {
            "sqlite" => esiti.push(tortura::uccisioni(Base::Sqlite, &o).await),
            "uccisioni" => esiti.push(tortura::uccisioni(Base::Postgres, &o).await),
            "postgres" => esiti.push(tortura::postgres_ucciso(&meno).await),
            "primario" => esiti.push(tortura::primario_che_sparisce(&meno).await),
            "nodi" => {
                let durata = Duration::from_secs(u64::from(a.giri / 10));
                esiti.push(tortura::nodi(2, durata, &o).await);
                esiti.push(tortura::nodi(3, durata, &o).await);
            }
            "caduti" => esiti.push(tortura::nodi_uccisi(&meno).await),
            "nodo" => {
                for b in basi {
                    esiti.push(tortura::nodo_sgarbato(b, &meno).await);
                }
            }
            "guasti" => {
                for b in basi {
                    esiti.push(tortura::guasti(b, &o).await);
                }
            }
            "tracciati" => {
                for b in basi {
                    esiti.push(tortura::tracciati(b, a.righe, &meno).await);
                }
                if a.base.is_none_or(|b| b == Base::Postgres) {
                    esiti.push(tortura::tracciati_su_due_nodi(a.righe / 5, &meno).await);
                }
            }
            "ostili" => {
                let quanto = Ostilita { connessioni: a.connessioni, scadenza: SCADENZA };
                for b in basi {
                    esiti.push(tortura::ostili(b, quanto, &o).await);
                }
            }
            _ => {
                for b in basi {
                    esiti.push(tortura::memoria(b, &o).await);
                }
            }
        }
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
