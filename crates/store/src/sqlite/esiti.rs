//! What SQLite says, in our five kinds.

use crate::{StoreError, Vincolo};
use rusqlite::ffi;

/// PostgreSQL cuts names at 63 bytes.
const NOME_MASSIMO: usize = 63;

/// What an extended result code means, besides constraints.
fn da_codice(codice: i32, messaggio: &str, sql: &str) -> StoreError {
    match codice & 0xff {
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => StoreError::NonDisponibile("base dati bloccata".into()),
        ffi::SQLITE_FULL => StoreError::NonDisponibile("spazio esaurito".into()),
        ffi::SQLITE_IOERR | ffi::SQLITE_CANTOPEN | ffi::SQLITE_NOMEM | ffi::SQLITE_READONLY => {
            StoreError::NonDisponibile(format!("{messaggio} ({codice})"))
        }
        _ => {
            tracing::error!(codice, messaggio, sql, "statement refused by the database");
            StoreError::Rotto(format!("{messaggio} ({codice})"))
        }
    }
}

/// Error of a statement of the writer.
pub(super) fn da_rusqlite(e: &rusqlite::Error, sql: &str) -> StoreError {
    match e {
        rusqlite::Error::SqliteFailure(err, messaggio) => {
            let testo = messaggio.clone().unwrap_or_else(|| err.to_string());
            let colonne = testo.strip_prefix("UNIQUE constraint failed: ");
            match (err.extended_code, colonne) {
                (ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID, Some(colonne)) => {
                    StoreError::Duplicato(Vincolo::nuovo(nome_vincolo(colonne, true)))
                }
                (ffi::SQLITE_CONSTRAINT_UNIQUE, Some(colonne)) => {
                    StoreError::Duplicato(Vincolo::nuovo(nome_vincolo(colonne, false)))
                }
                (codice, _) => da_codice(codice, &testo, sql),
            }
        }
        altro => {
            tracing::error!(errore = %altro, sql, "statement refused by the database");
            StoreError::Rotto(altro.to_string())
        }
    }
}

/// Error of a reader.
pub(super) fn da_sqlx(e: &sqlx::Error, sql: &str) -> StoreError {
    match e {
        sqlx::Error::Database(d) => {
            let codice = d.code().and_then(|c| c.parse().ok()).unwrap_or(ffi::SQLITE_ERROR);
            da_codice(codice, d.message(), sql)
        }
        sqlx::Error::PoolTimedOut => StoreError::NonDisponibile("nessuna connessione libera".into()),
        sqlx::Error::PoolClosed => StoreError::NonDisponibile("base dati chiusa".into()),
        sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => StoreError::NonDisponibile(e.to_string()),
        altro => {
            tracing::error!(errore = %altro, sql, "query failed");
            StoreError::Rotto(altro.to_string())
        }
    }
}

/// The name PostgreSQL gives by default to the constraint on these columns. `colonne` is what
/// SQLite tells: `pendenze.id_a2a, pendenze.id_pendenza`, or `index 'name'` for an index on an
/// expression.
fn nome_vincolo(colonne: &str, primaria: bool) -> String {
    if let Some(indice) = colonne.strip_prefix("index '") {
        return indice.trim_end_matches('\'').to_owned();
    }
    let tabella = colonne.split_once('.').map_or(colonne, |(t, _)| t);
    if primaria {
        return nome_postgres(tabella, "", "pkey");
    }
    let nomi: Vec<_> = colonne.split(", ").map(|c| c.split_once('.').map_or(c, |(_, nome)| nome)).collect();
    nome_postgres(tabella, &nomi.join("_"), "key")
}

/// PostgreSQL shortens the longer of the two parts until the whole fits.
fn nome_postgres(tabella: &str, colonne: &str, coda: &str) -> String {
    let separatori = if colonne.is_empty() { 1 } else { 2 };
    let posto = NOME_MASSIMO - coda.len() - separatori;
    let (mut t, mut c) = (tabella.len(), colonne.len());
    while t + c > posto {
        if t > c { t -= 1 } else { c -= 1 }
    }
    // Our names are ASCII, so that any cut is on a character.
    let (tabella, colonne) = (tabella.get(..t).unwrap_or(tabella), colonne.get(..c).unwrap_or(colonne));
    if colonne.is_empty() { format!("{tabella}_{coda}") } else { format!("{tabella}_{colonne}_{coda}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i_nomi_sono_quelli_di_postgres() {
        assert_eq!(
            nome_vincolo("pendenze.id_a2a, pendenze.id_pendenza", false),
            "pendenze_id_a2a_id_pendenza_key"
        );
        assert_eq!(nome_vincolo("pendenze.id", true), "pendenze_pkey");
        assert_eq!(nome_vincolo("index 'pendenze_uno_key'", false), "pendenze_uno_key");
        assert_eq!(
            nome_vincolo(
                "tabella_dal_nome_abbastanza_lungo.prima_colonna_lunga, tabella_dal_nome_abbastanza_lungo.seconda_colonna_lunga",
                false
            ),
            "tabella_dal_nome_abbastanza_l_prima_colonna_lunga_seconda_c_key"
        );
    }
}
