//! From JSON to a [`NuovaPendenza`], fail-fast in the order of the tables of spec 20 section 2.

use super::accessori;
use super::dto::PendenzaDto;
use super::soggetto;
use super::variante::Variante;
use super::voce;
use crate::json::Sintassi;
use crate::messaggi as m;
use domain::pendenza::{Accessori, ChiavePendenza, NuovaPendenza, NuovoAllegato, PendenzaError};
use domain::{IdA2A, IdDominio, IdPendenza, IdTipoPendenza, IdUnita, Importo, NumeroAvviso};
use jiff::civil::Date;
use serde_json::Value;

/// Why a JSON value is not a pendenza.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NonLeggibile {
    /// 400 `SINTASSI`.
    #[error(transparent)]
    Sintassi(#[from] Sintassi),
    /// 422: the only rule that stands among the checks of the body (`VER_035`).
    #[error(transparent)]
    Regola(#[from] PendenzaError),
}

/// The labels of `tassonomiaAvviso`.
const TASSONOMIE: &[&str] = &[
    "Cartelle esattoriali",
    "Diritti e concessioni",
    "Imposte e tasse",
    "IMU, TASI e altre tasse comunali",
    "Ingressi a mostre e musei",
    "Multe e sanzioni amministrative",
    "Previdenza e infortuni",
    "Servizi erogati dal comune",
    "Servizi erogati da altri enti",
    "Servizi scolastici",
    "Tassa automobilistica",
    "Ticket e prestazioni sanitarie",
    "Trasporti, mobilità e parcheggi",
];

/// Key of a pendenza from the path of a request.
///
/// # Errors
/// The pattern of `idA2A` or `idPendenza`.
pub fn leggi_chiave(id_a2a: &str, id_pendenza: &str) -> Result<ChiavePendenza, Sintassi> {
    Ok(ChiavePendenza {
        id_a2a: leggi_a2a(id_a2a)?,
        id_pendenza: secondo("idPendenza", id_pendenza, IdPendenza::PATTERN, |t| IdPendenza::leggi(t).ok())?,
    })
}

/// An applicazione from the path of a request.
///
/// # Errors
/// The pattern of `idA2A`.
pub fn leggi_a2a(id: &str) -> Result<IdA2A, Sintassi> {
    secondo("idA2A", id, IdA2A::PATTERN, |t| IdA2A::leggi(t).ok())
}

/// A dominio from the path of a request.
///
/// # Errors
/// The pattern of `idDominio`.
pub fn leggi_dominio(id: &str) -> Result<IdDominio, Sintassi> {
    secondo("idDominio", id, IdDominio::PATTERN, |t| IdDominio::leggi(t).ok())
}

/// A type from the path of a request.
///
/// # Errors
/// The pattern of `idTipoPendenza`.
pub fn leggi_tipo(id: &str) -> Result<IdTipoPendenza, Sintassi> {
    secondo("idTipoPendenza", id, IdTipoPendenza::PATTERN, |t| IdTipoPendenza::leggi(t).ok())
}

/// An office from the query of a request.
///
/// # Errors
/// The pattern of `idUnitaOperativa`.
pub fn leggi_unita(id: &str) -> Result<IdUnita, Sintassi> {
    secondo("idUnitaOperativa", id, IdUnita::PATTERN, |t| IdUnita::leggi(t).ok())
}

/// A notice number, from a path or from a body: 18 digits, the first 0 to 3.
///
/// # Errors
/// The pattern of `numeroAvviso`.
pub fn leggi_numero_avviso(testo: &str) -> Result<NumeroAvviso, Sintassi> {
    m::pattern("numeroAvviso", testo, "[0-9]{18}")?;
    secondo("numeroAvviso", testo, "[0-3][0-9]{17}", |t| NumeroAvviso::leggi(t).ok())
}

/// A value that its type accepts, or the refusal that shows the pattern.
pub(super) fn secondo<T>(
    campo: &str,
    testo: &str,
    modello: &'static str,
    leggi: impl FnOnce(&str) -> Option<T>,
) -> Result<T, Sintassi> {
    leggi(testo).map_or_else(|| Err(non_conforme(campo, testo, modello)), Ok)
}

fn non_conforme(campo: &str, testo: &str, modello: &'static str) -> Sintassi {
    match m::pattern(campo, testo, modello) {
        Err(e) => e,
        // The pattern and the type say the same; were they ever to differ, the type wins.
        Ok(()) => m::non_vuoto(campo),
    }
}

/// An optional text of `minima` to `massima` characters.
pub(super) fn breve(
    campo: &str,
    testo: Option<String>,
    minima: usize,
    massima: usize,
) -> Result<Option<String>, Sintassi> {
    if let Some(t) = &testo {
        m::lunghezza(campo, t, minima, massima)?;
    }
    Ok(testo)
}

/// A text that must be there, of 1 to `massima` characters.
pub(super) fn necessario(campo: &str, testo: Option<String>, massima: usize) -> Result<String, Sintassi> {
    let t = m::testo_obbligatorio(campo, testo)?;
    m::lunghezza(campo, &t, 1, massima)?;
    Ok(t)
}

/// An optional text that matches a pattern.
pub(super) fn conforme(
    campo: &str,
    testo: Option<String>,
    modello: &'static str,
) -> Result<Option<String>, Sintassi> {
    if let Some(t) = &testo {
        m::pattern(campo, t, modello)?;
    }
    Ok(testo)
}

fn data(campo: &str, testo: Option<&str>) -> Result<Option<Date>, Sintassi> {
    testo.map(|t| m::data(campo, t)).transpose()
}

/// Reads a pendenza. `chiave` is the key of the path; in the variants that carry the key in the body
/// the members win, and it stands in for missing ones.
///
/// # Errors
/// [`NonLeggibile`]: types and names of every member first, then the rules of the tables in their
/// order, then `VER_035`, then `tassonomiaAvviso` (spec 20 3.1 row 4).
pub fn leggi_nuova(
    v: &Value,
    variante: Variante,
    chiave: Option<&ChiavePendenza>,
) -> Result<NuovaPendenza, NonLeggibile> {
    let d = PendenzaDto::leggi(v, variante)?;
    let chiave = chiave_di(&d, variante, chiave)?;
    let dominio = leggi_dominio(&m::testo_obbligatorio("idDominio", d.id_dominio)?)?;
    let unita = d.id_unita.as_deref().map(leggi_unita).transpose()?;
    let tipo_pendenza = d.id_tipo.as_deref().map(leggi_tipo).transpose()?;
    let causale = necessario("causale", d.causale, 140)?;
    let debitore = soggetto::leggi(d.soggetto, variante)?;
    let importo = match d.importo {
        None if variante.importo_facoltativo() => None,
        testo => Some(m::importo("importo", &m::obbligatorio("importo", testo)?)?),
    };
    let numero_avviso = d.numero_avviso.as_deref().map(leggi_numero_avviso).transpose()?;
    let data_validita = data("dataValidita", d.data_validita.as_deref())?;
    let data_scadenza = data("dataScadenza", d.data_scadenza.as_deref())?;
    let data_notifica_avviso = data("dataNotificaAvviso", d.data_notifica.as_deref())?;
    let data_promemoria_scadenza = data("dataPromemoriaScadenza", d.data_promemoria.as_deref())?;
    let anno_riferimento = conforme("annoRiferimento", d.anno, "[0-9]{4}")?;
    let cartella_pagamento = breve("cartellaPagamento", d.cartella, 1, 35)?;
    let tassonomia = breve("tassonomia", d.tassonomia, 1, 35)?;
    let direzione = conforme("direzione", d.direzione, IdA2A::PATTERN)?;
    let divisione = conforme("divisione", d.divisione, IdA2A::PATTERN)?;
    let voci = m::obbligatorio("voci", d.voci)?;
    m::elementi("voci", voci.len(), 1, 5)?;
    let voci = voci.into_iter().map(|v| voce::leggi(v, variante)).collect::<Result<Vec<_>, _>>()?;
    let importo = match importo {
        Some(scritto) => scritto,
        // Five voci within the bound may be past it together.
        None => m::importo("importo", &voci.iter().map(|v| v.importo).sum::<Importo>().to_string())?,
    };
    let nome = breve("nome", d.nome, 1, 35)?;
    let documento = d.documento.map(accessori::documento).transpose()?;
    let proprieta = d.proprieta.as_ref().map(accessori::proprieta).transpose()?;
    let allegati = d.allegati.unwrap_or_default();
    m::elementi("allegati", allegati.len(), 0, NuovoAllegato::MASSIMI.into())?;
    let allegati = allegati.into_iter().map(accessori::allegato).collect::<Result<Vec<_>, _>>()?;
    let nuova = NuovaPendenza {
        chiave,
        dominio,
        unita,
        tipo_pendenza,
        nome,
        causale,
        debitore,
        importo,
        numero_avviso,
        data_validita,
        data_scadenza,
        data_notifica_avviso,
        data_promemoria_scadenza,
        avvisatura_inibita: false,
        accessori: Accessori {
            anno_riferimento,
            cartella_pagamento,
            tassonomia,
            tassonomia_avviso: d.tassonomia_avviso,
            direzione,
            divisione,
            dati_allegati: d.dati_allegati,
            proprieta,
            documento,
        },
        voci,
        allegati,
    };
    nuova.quote_coerenti()?;
    if let Some(t) = nuova.accessori.tassonomia_avviso.as_deref().filter(|t| !TASSONOMIE.contains(t)) {
        return Err(m::codifica_inesistente("tassonomiaAvviso", t, TASSONOMIE).into());
    }
    Ok(nuova)
}

fn chiave_di(
    d: &PendenzaDto<'_>,
    variante: Variante,
    del_percorso: Option<&ChiavePendenza>,
) -> Result<ChiavePendenza, Sintassi> {
    let nel_corpo = variante.chiave_nel_corpo();
    let scelto =
        |corpo: &Option<String>, percorso: Option<String>| corpo.clone().filter(|_| nel_corpo).or(percorso);
    let a2a = scelto(&d.id_a2a, del_percorso.map(|c| c.id_a2a.to_string()));
    let pendenza = scelto(&d.id_pendenza, del_percorso.map(|c| c.id_pendenza.to_string()));
    leggi_chiave(&m::testo_obbligatorio("idA2A", a2a)?, &m::testo_obbligatorio("idPendenza", pendenza)?)
}

#[cfg(test)]
#[path = "leggi_test.rs"]
mod tests;
