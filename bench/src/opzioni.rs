//! The command line.

use clap::{Parser, ValueEnum};
use std::path::PathBuf;

/// Measures the gateway over HTTP and SOAP, beside pgbench doing the same rows.
#[derive(Debug, Clone, Parser)]
#[command(name = "govpay-bench", version)]
pub(crate) struct Opzioni {
    /// The binary to be measured; by default the one beside this program.
    #[arg(long, value_name = "FILE")]
    pub(crate) govpay: Option<PathBuf>,
    /// Only these paths.
    #[arg(long, value_delimiter = ',', value_enum)]
    pub(crate) solo: Vec<Via>,
    /// Only these databases.
    #[arg(long, value_delimiter = ',', value_enum, default_values_t = [Base::Postgres, Base::Sqlite])]
    pub(crate) basi: Vec<Base>,
    /// Rounds of each path; medians are quoted.
    #[arg(long, default_value_t = 5)]
    pub(crate) giri: u32,
    /// Seconds of a round.
    #[arg(long, default_value_t = 4.0)]
    pub(crate) secondi: f64,
    /// Connections.
    #[arg(long, default_value_t = 16)]
    pub(crate) clienti: usize,
    /// Rate of the open loop, as a part of what the closed loop reached; 0 leaves it out.
    #[arg(long, default_value_t = 0.5)]
    pub(crate) ritmo: f64,
    /// Pendenze stored before the first table.
    #[arg(long, value_parser = numero, default_value = "10k")]
    pub(crate) righe: u64,
    /// Sizes of the second table, such as 10k,100k,1m; `no` leaves it out.
    #[arg(long, value_delimiter = ',', default_value = "10k,100k,1m")]
    pub(crate) scala: Vec<String>,
    /// Lines of the file of a bulk load.
    #[arg(long, value_parser = numero, default_value = "100k")]
    pub(crate) tracciato: u64,
    /// A short run that only shows that everything works.
    #[arg(long)]
    pub(crate) veloce: bool,
    /// File where the tables are written too.
    #[arg(long, value_name = "FILE")]
    pub(crate) risultati: Option<PathBuf>,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Via {
    /// PUT of a new pendenza with one voce.
    A,
    /// The same with five voci.
    A5,
    /// paVerifyPaymentNotice.
    B,
    /// paGetPaymentV2 and paSendRTV2.
    C,
    /// 60 % verify, 20 % PUT, 20 % pay.
    D,
    /// Pages of lists.
    E,
    /// Notices as PDF.
    F,
    /// Bulk loads.
    G,
}

impl Via {
    pub(crate) const fn nome(self) -> &'static str {
        match self {
            Self::A => "(a) PUT pendenza, 1 voce",
            Self::A5 => "(a) PUT pendenza, 5 voci",
            Self::B => "(b) paVerifyPaymentNotice",
            Self::C => "(c) paGetPaymentV2 + paSendRTV2",
            Self::D => "(d) 60 % verify, 20 % PUT, 20 % pay",
            Self::E => "(e) list page",
            Self::F => "(f) avviso PDF",
            Self::G => "(g) bulk load",
        }
    }
}

/// Where the data are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Base {
    /// A private server, durable.
    Postgres,
    /// A file.
    Sqlite,
}

impl Opzioni {
    pub(crate) fn vuole(&self, via: Via) -> bool {
        self.solo.is_empty() || self.solo.contains(&via)
    }

    /// Sizes of the second table.
    pub(crate) fn taglie(&self) -> Result<Vec<u64>, String> {
        self.scala.iter().filter(|s| *s != "no").map(|s| numero(s)).collect()
    }

    /// What `--veloce` changes.
    pub(crate) fn con_fretta(mut self) -> Self {
        if self.veloce {
            self.giri = 1;
            self.secondi = self.secondi.min(0.5);
            self.clienti = self.clienti.min(4);
            self.righe = self.righe.min(200);
            self.tracciato = self.tracciato.min(1000);
            self.scala = vec!["no".to_owned()];
        }
        self
    }
}

/// `10k`, `1m`, `200`.
fn numero(testo: &str) -> Result<u64, String> {
    let (cifre, volte) = match testo.strip_suffix(['k', 'K']) {
        Some(c) => (c, 1000),
        None => testo.strip_suffix(['m', 'M']).map_or((testo, 1), |c| (c, 1_000_000)),
    };
    cifre.parse::<u64>().map(|n| n * volte).map_err(|e| format!("{testo}: {e}"))
}
