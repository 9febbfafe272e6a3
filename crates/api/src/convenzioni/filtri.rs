//! Filters of lists, read from the query (spec 10 3.3).

use crate::convenzioni::date::{self, Estremo};
use crate::convenzioni::errori::ApiError;
use crate::convenzioni::estrattori::Interrogazione;
use contratto::messaggi as m;
use domain::Istante;

/// What text filters may be made of.
const TESTO: &str = r"[-\p{L}\p{N}./+=-_ !$*?@;:',\(\){}]*";

/// A text; blank is absent.
///
/// # Errors
/// 400 naming the parameter and the pattern.
pub fn testo(q: &Interrogazione, nome: &str) -> Result<Option<String>, ApiError> {
    let Some(v) = q.non_vuoto(nome) else { return Ok(None) };
    m::pattern(nome, v, TESTO)?;
    Ok(Some(v.to_owned()))
}

/// A code of an enumeration; blank is absent.
///
/// # Errors
/// 400 listing the codes.
pub fn codice<T: Copy>(
    q: &Interrogazione,
    nome: &str,
    tutti: &[T],
    testo: fn(T) -> &'static str,
) -> Result<Option<T>, ApiError> {
    let Some(v) = q.non_vuoto(nome) else { return Ok(None) };
    let codici: Vec<(&str, T)> = tutti.iter().map(|t| (testo(*t), *t)).collect();
    Ok(Some(m::enumerazione(nome, v, &codici)?))
}

/// An instant; blank is absent.
///
/// # Errors
/// 400 naming the parameter.
pub fn istante(q: &Interrogazione, nome: &str, estremo: Estremo) -> Result<Option<Istante>, ApiError> {
    q.non_vuoto(nome).map(|v| date::leggi(nome, v, estremo)).transpose()
}
