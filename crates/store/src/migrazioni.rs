//! The schema: numbered files embedded in the binary, applied forward only.
//!
//! To add one, write `migrazioni/sqlite/NNNN_nome.sql` and `migrazioni/postgres/NNNN_nome.sql` and
//! a line in [`TUTTE`]. A file that has landed is never edited: its checksum is checked.

use crate::{Dialetto, StoreError, orologio::con_orologio};
use ring::digest::{SHA256, digest};
use std::{fmt::Write as _, sync::LazyLock};

/// One step of the schema, in both dialects.
#[derive(Debug)]
pub(crate) struct Migrazione {
    pub(crate) numero: i64,
    pub(crate) nome: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

macro_rules! migrazione {
    ($numero:literal, $nome:literal) => {
        Migrazione {
            numero: $numero,
            nome: $nome,
            sqlite: include_str!(concat!("../migrazioni/sqlite/", $nome, ".sql")),
            postgres: include_str!(concat!("../migrazioni/postgres/", $nome, ".sql")),
        }
    };
}

/// In order of number.
static TUTTE: &[Migrazione] = &[
    migrazione!(1, "0001_fondamenta"),
    migrazione!(2, "0002_anagrafica"),
    migrazione!(3, "0003_pendenze"),
    migrazione!(4, "0004_indici_eventi"),
    migrazione!(5, "0005_sessioni"),
    migrazione!(6, "0006_indici_elenchi"),
    migrazione!(7, "0007_indici_pendenze"),
    migrazione!(8, "0008_elenchi_anagrafica"),
    migrazione!(9, "0009_sessioni_cittadini"),
    migrazione!(10, "0010_stati_mostrati"),
    migrazione!(11, "0011_configurazioni"),
    migrazione!(12, "0012_sessioni_per_principal"),
    migrazione!(13, "0013_pendenze_di_tutti"),
    migrazione!(14, "0014_tracciati"),
    migrazione!(15, "0015_spontanee_negli_stati"),
    migrazione!(16, "0016_elenchi_per_stato"),
    migrazione!(17, "0017_gruppi_delle_sessioni"),
    migrazione!(18, "0018_elenchi_rpp"),
    migrazione!(19, "0019_tracciati_annullati"),
    migrazione!(20, "0020_scadenze_attese"),
    migrazione!(21, "0021_pendenze_sessione"),
    migrazione!(22, "0022_elenchi_riscossioni"),
    migrazione!(23, "0023_chiavi_dei_tracciati"),
];

/// The same text on both databases. It is made by the code, not by a migration: it must be there to
/// know which migrations are.
pub(crate) const REGISTRO: &str = "create table if not exists schema_migrations (\
    numero bigint not null primary key, nome text not null, impronta text not null, \
    applicata bigint not null)";
pub(crate) const LEGGI_REGISTRO: &str =
    "select numero, nome, impronta from schema_migrations order by numero";

/// Records a migration: number, name, checksum.
pub(crate) fn scrivi_registro(dialetto: Dialetto) -> &'static str {
    con_orologio!(
        dialetto,
        "insert into schema_migrations (numero, nome, impronta, applicata) values ($1, $2, $3, ",
        ")"
    )
}

/// A row of `schema_migrations`.
#[derive(Debug)]
pub(crate) struct Applicata {
    pub(crate) numero: i64,
    pub(crate) nome: String,
    pub(crate) impronta: String,
}

impl Migrazione {
    /// SHA-256 of both texts, in hexadecimal: the same whatever the database.
    pub(crate) fn impronta(&self) -> String {
        let mut testo = String::with_capacity(self.sqlite.len() + self.postgres.len() + 1);
        testo.push_str(self.sqlite);
        testo.push('\0');
        testo.push_str(self.postgres);
        digest(&SHA256, testo.as_bytes()).as_ref().iter().fold(String::new(), |mut esadecimale, byte| {
            // Writing to a String cannot fail.
            let _ = write!(esadecimale, "{byte:02x}");
            esadecimale
        })
    }
}

/// Which migrations are missing after those of the registry. `Rotto` when the schema is newer than
/// this program, when a landed migration was edited, or when one is missing in the middle.
pub(crate) fn mancanti(applicate: &[Applicata]) -> Result<Vec<&'static Migrazione>, StoreError> {
    static IMPRONTE: LazyLock<Vec<(i64, String)>> =
        LazyLock::new(|| TUTTE.iter().map(|m| (m.numero, m.impronta())).collect());
    let ultima = applicate.last().map_or(0, |a| a.numero);
    for a in applicate {
        match IMPRONTE.iter().find(|(numero, _)| *numero == a.numero) {
            None => {
                return Err(StoreError::Rotto(format!(
                    "schema piu' nuovo di questo programma: migrazione {} ({}) sconosciuta",
                    a.numero, a.nome
                )));
            }
            Some((_, impronta)) if *impronta != a.impronta => {
                return Err(StoreError::Rotto(format!(
                    "la migrazione {} e' stata modificata dopo l'applicazione",
                    a.nome
                )));
            }
            Some(_) => {}
        }
    }
    let mancanti: Vec<_> = TUTTE.iter().filter(|m| applicate.iter().all(|a| a.numero != m.numero)).collect();
    match mancanti.iter().find(|m| m.numero < ultima) {
        Some(m) => Err(StoreError::Rotto(format!("la migrazione {} manca in mezzo alle altre", m.nome))),
        None => Ok(mancanti),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i_numeri_crescono_e_stanno_nei_nomi() {
        for (prima, dopo) in TUTTE.iter().zip(TUTTE.iter().skip(1)) {
            assert!(prima.numero < dopo.numero);
        }
        for m in TUTTE {
            assert!(m.nome.starts_with(&format!("{:04}_", m.numero)), "{}", m.nome);
        }
    }
}
