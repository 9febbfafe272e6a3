//! `soggettoPagatore` (spec 20 2.2).

use super::dto::SoggettoDto;
use super::leggi::{breve, conforme, necessario};
use super::variante::Variante;
use crate::json::Sintassi;
use crate::messaggi as m;
use domain::pendenza::Debitore;

const EMAIL: &str = r"[a-zA-Z0-9_.+\-']+@[a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*";

/// A missing object, or a missing or blank name, is the literal `ANONIMO`; in v1 it is refused.
pub(super) fn leggi(dto: Option<SoggettoDto>, variante: Variante) -> Result<Debitore, Sintassi> {
    let nominato = variante.pagatore_obbligatorio();
    let d = match dto {
        Some(d) => d,
        None if nominato => return Err(m::non_vuoto("soggettoPagatore")),
        None => return Ok(Debitore::anonimo()),
    };
    let tipo = d.tipo.map(|t| m::enumerazione("tipo", &t, &[("F", 'F'), ("G", 'G')])).transpose()?;
    let o_anonimo = |t: Option<String>| {
        t.filter(|t| !t.trim().is_empty()).unwrap_or_else(|| Debitore::ANONIMO.to_owned())
    };
    let (identificativo, anagrafica) = if nominato {
        let identificativo = m::testo_obbligatorio("identificativo", d.identificativo)?;
        m::lunghezza("identificativo", &identificativo, 2, 16)?;
        (identificativo, necessario("anagrafica", d.anagrafica, 70)?)
    } else {
        let identificativo = o_anonimo(d.identificativo);
        m::lunghezza("identificativo", &identificativo, 1, 16)?;
        let anagrafica = o_anonimo(d.anagrafica);
        m::lunghezza("anagrafica", &anagrafica, 1, 70)?;
        (identificativo, anagrafica)
    };
    Ok(Debitore {
        tipo,
        identificativo,
        anagrafica,
        indirizzo: breve("indirizzo", d.indirizzo, 1, 70)?,
        civico: breve("civico", d.civico, 1, 16)?,
        cap: breve("cap", d.cap, 1, 16)?,
        localita: breve("localita", d.localita, 1, 35)?,
        provincia: breve("provincia", d.provincia, 1, 35)?,
        nazione: conforme("nazione", d.nazione, "[A-Z]{2}")?,
        email: conforme("email", breve("email", d.email, 1, 256)?, EMAIL)?,
        cellulare: conforme("cellulare", d.cellulare, r"\+[0-9]{2}\s[0-9]{3}-[0-9]{7}")?,
    })
}
