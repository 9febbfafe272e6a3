//! The readers of this crate that no public function reaches alone, for the fuzz targets and the
//! property tests. Nothing here is part of the program.

use crate::ente::{StatoRisposta, leggi};
use domain::anagrafica::VersioneEnte;
use domain::pendenza::NuovaPendenza;

/// What an answer of the ente says: its state, and the pendenza of one to be paid.
///
/// # Errors
/// The text of the refusal, of the answer or of its pendenza.
pub fn risposta_ente(
    corpo: &[u8],
    versione: VersioneEnte,
) -> Result<(&'static str, Option<NuovaPendenza>), String> {
    let letta = leggi(corpo, versione).map_err(|e| e.0)?;
    if let Some(c) = letta.chiave() {
        let (a2a, pendenza) = (letta.id_a2a.as_deref(), letta.id_pendenza.as_deref());
        debug_assert_eq!((a2a, pendenza), (Some(c.id_a2a.as_str()), Some(c.id_pendenza.as_str())));
    }
    Ok(match letta.stato {
        StatoRisposta::NonEseguita(Ok(p)) => ("NON_ESEGUITA", Some(*p)),
        StatoRisposta::NonEseguita(Err(e)) => return Err(e.to_string()),
        StatoRisposta::Annullata => ("ANNULLATA", None),
        StatoRisposta::Scaduta => ("SCADUTA", None),
        StatoRisposta::Duplicata => ("DUPLICATA", None),
        StatoRisposta::Sconosciuta => ("SCONOSCIUTA", None),
    })
}

/// A JSON Schema on an input.
///
/// # Errors
/// What is wrong with the schema, or with the input.
pub fn schema(schema: &[u8], valore: &serde_json::Value) -> Result<(), String> {
    use crate::pendenze::Difetto;
    let schema = crate::pendenze::Schema::leggi(schema)?;
    schema.controlla(valore).map_err(|(Difetto::NonConforme(t) | Difetto::NonDeciso(t))| t)
}

/// The pendenza that a form of dominio 12345678901, type TARI, office UO1 has become.
///
/// # Errors
/// The text of the refusal.
pub fn modulo(testo: &[u8]) -> Result<NuovaPendenza, String> {
    crate::pendenze::leggi_modulo(testo)
}

/// Whether a password is the one of a stored hash, of any kind.
#[must_use]
pub fn impronta(password: &[u8], hash: &str) -> bool {
    crate::autenticazione::impronte::corrisponde(password, hash, true)
}

#[cfg(test)]
#[path = "lettori_test.rs"]
mod tests;
