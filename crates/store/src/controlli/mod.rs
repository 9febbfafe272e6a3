//! The audit of a database: what the design promises, each promise with the query that finds who
//! breaks it. It only reads, on a connection of its own, and holds no lock that stops anybody.
//!
//! Each query is one statement, so that it sees one instant of the database: what is being written
//! meanwhile is wholly there or not at all.

mod connettori;
mod importi;
mod ispettore;
mod notifiche;
mod pagine;
mod riferimenti;
mod tentativi;
mod tracciati;

pub use connettori::annota_connettore;
pub use ispettore::Ispettore;
pub use pagine::{MessaggioDaLeggere, RigaRiscossa, Segreto, SerieDaControllare};

use crate::Dialetto;
use domain::Istante;
use std::time::Duration;

/// The text of a query on each database.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Testo {
    /// The same on both.
    Uno(&'static str),
    /// What only one of them can be asked.
    Due { sqlite: &'static str, postgres: &'static str },
}

impl Testo {
    pub(crate) const fn per(self, dialetto: Dialetto) -> &'static str {
        match (self, dialetto) {
            (Self::Uno(t), _) | (Self::Due { sqlite: t, .. }, Dialetto::Sqlite) => t,
            (Self::Due { postgres: t, .. }, Dialetto::Postgres) => t,
        }
    }
}

/// An instant that a query compares with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limite {
    /// Due before now, less the tolerance.
    InRitardo,
    /// The same, by the clock of the database.
    InRitardoBase,
    /// Now, by the clock of the database.
    AdessoBase,
    /// Opened so long ago that the job which closes attempts must have run since.
    TentativoScaduto,
    /// Last sign of life, by the clock of the database, of a job that others may take.
    LavoroMorto,
}

/// One promise.
#[derive(Debug, Clone, Copy)]
pub struct Controllo {
    /// Stable name.
    pub codice: &'static str,
    /// What is promised, in one line.
    pub promessa: &'static str,
    /// How many rows are looked at; none where there is no such number.
    esaminati: Option<&'static str>,
    /// Who breaks it: two texts, the key and what is found there.
    violazioni: Testo,
    /// `$1`, `$2`...
    limiti: &'static [Limite],
}

/// What time it is, and how late something may be.
#[derive(Debug, Clone, Copy)]
pub struct Tempi {
    /// By the clock of the gateway.
    pub adesso: Istante,
    /// How late something may be before it is told.
    pub tolleranza: Duration,
    /// Silence after which a job may be taken by another node.
    pub timeout_lavori: Duration,
}

/// What one check has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trovati {
    /// Rows looked at.
    pub esaminati: Option<i64>,
    /// All violators.
    pub violazioni: u64,
    /// The first of them, as `key: what is found`.
    pub esempi: Vec<String>,
}

impl Trovati {
    /// Takes note of a violator, keeping its text if there is room.
    pub fn viola(&mut self, quanti: usize, chiave: &str, trovato: &str) {
        self.violazioni += 1;
        if self.esempi.len() < quanti {
            self.esempi.push(format!("{chiave}: {trovato}"));
        }
    }
}

/// Every check that is one query, in the order in which they are made.
pub fn elenco() -> impl Iterator<Item = &'static Controllo> {
    [importi::TUTTI, tentativi::TUTTI, notifiche::TUTTI, tracciati::TUTTI, riferimenti::TUTTI]
        .into_iter()
        .flatten()
}

/// Attempts that executed the payment, among the accepted ones.
macro_rules! eseguito {
    ($t:literal) => {
        concat!(
            $t,
            ".stato = 'RT_ACCETTATA_PA' and ",
            $t,
            ".esito in ('PAGAMENTO_ESEGUITO', 'PAGAMENTO_PARZIALMENTE_ESEGUITO', \
             'DECORRENZA_TERMINI_PARZIALE')"
        )
    };
}
/// How an attempt is named.
macro_rules! chiave_tentativo {
    ($t:literal) => {
        concat!($t, ".id_dominio || '/' || ", $t, ".iuv || '/' || ", $t, ".ccp")
    };
}
/// How a pendenza is named.
macro_rules! chiave_pendenza {
    () => {
        "p.id_a2a || '/' || p.id_pendenza"
    };
}
pub(crate) use {chiave_pendenza, chiave_tentativo, eseguito};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i_codici_sono_unici_e_le_frasi_stanno_su_una_riga() {
        let codici: Vec<_> = elenco().map(|c| c.codice).collect();
        let mut unici = codici.clone();
        unici.sort_unstable();
        unici.dedup();
        assert_eq!(unici.len(), codici.len());
        for c in elenco() {
            assert!(c.codice.len() <= 20, "{}", c.codice);
            assert!(c.promessa.len() <= 100 && !c.promessa.contains('\n'), "{}", c.codice);
        }
    }

    #[test]
    fn nessun_testo_scrive() {
        for c in elenco() {
            for d in [Dialetto::Sqlite, Dialetto::Postgres] {
                let t = c.violazioni.per(d).trim_start();
                assert!(t.starts_with("select") || t.starts_with("with"), "{}", c.codice);
                for verbo in ["insert ", "update ", "delete ", "for update", "lock "] {
                    assert!(!t.contains(verbo), "{}", c.codice);
                }
            }
        }
    }
}
