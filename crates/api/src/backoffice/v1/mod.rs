//! API Backoffice v1: one file per entity, reading, calling the use case and rendering together.
//!
//! The order of the checks of spec 10 section 5 comes from the shape of a handler: the route has
//! checked who calls and his right, the body is JSON when the handler starts, then [`campi`] keeps
//! the readers going (a value of the wrong kind stops at once) and holds back the first refusal of a
//! path id or field until everything has been read; scope and references are of the use case.

mod applicazioni;
mod auth;
mod campi;
mod configurazioni;
mod configurazioni_sezioni;
mod connettori;
mod contatti;
mod creditore;
mod domini;
mod elenchi;
mod entrate;
mod eventi;
mod intermediari;
mod lista;
pub(crate) mod logo;
mod membri;
mod notifiche;
mod operatori;
mod operazioni;
mod pendenze;
mod riscossioni;
mod ruoli;
mod schema;
mod sonde;
mod tipi;
mod tipi_sezioni;
mod tracciati;
mod tracciati_resa;
mod utenze;

use crate::convenzioni::{ApiError, Rotte, fault};
use contratto::Sintassi;
use domain::anagrafica::{Dominio, Servizio, UnitaOperativa};
use domain::evento::Componente;
use engine::Chiamante;
use engine::anagrafica::AnagraficaError;
use engine::chiamante::Diritto;
use serde_json::{Map, Value};

/// The routes of this version.
pub(crate) fn rotte() -> Rotte {
    Rotte::nuove(Componente::ApiBackoffice)
        .unite(intermediari::rotte())
        .unite(domini::rotte())
        .unite(creditore::rotte())
        .unite(entrate::rotte())
        .unite(tipi::rotte())
        .unite(applicazioni::rotte())
        .unite(operatori::rotte())
        .unite(ruoli::rotte())
        .unite(elenchi::rotte())
        .unite(configurazioni::rotte())
        .unite(eventi::rotte())
        .unite(notifiche::rotte())
        .unite(operazioni::rotte())
        .unite(pendenze::rotte())
        .unite(riscossioni::rotte())
        .unite(sonde::rotte())
        .unite(tracciati::rotte())
}

impl From<AnagraficaError> for ApiError {
    fn from(e: AnagraficaError) -> Self {
        match e {
            AnagraficaError::Negato(n) => n.into(),
            AnagraficaError::Inesistente(testo) => fault::NON_TROVATA.con(testo),
            AnagraficaError::NonValido(testo) => fault::SINTASSI.con(testo),
            AnagraficaError::NonAmmesso(testo) => fault::SEMANTICA.con(testo),
            AnagraficaError::Store(e) => e.into(),
        }
    }
}

/// Whether the caller sees the secrets of connectors: only who may write them (spec 10 section 6).
fn vede_segreti(chi: &Chiamante, servizio: Servizio) -> bool {
    chi.richiede(servizio, Diritto::Scrittura).is_ok()
}

/// A dominio as the lists of others show it.
pub(crate) fn dominio_in_elenco(d: &Dominio) -> Map<String, Value> {
    domini::riga(d).into()
}

pub(crate) use domini::mostra_logo;
pub(crate) use logo::TIPI as TIPI_LOGO;

/// An office as it is shown.
pub(crate) fn unita_operativa(u: &UnitaOperativa) -> Value {
    creditore::rendi_unita(u).into()
}

/// Master data whose body [`leggi_corpo`] reads.
pub(crate) const CORPI: &[&str] = &[
    "intermediario",
    "stazione",
    "dominio",
    "unita",
    "conto",
    "entrataDominio",
    "entrata",
    "tipo",
    "tipoDominio",
    "applicazione",
    "configurazioni",
];

/// Reads the body of a PUT as its operation does, and forgets it: for who tests the readers.
pub(crate) fn leggi_corpo(quale: &str, id: &str, corpo: &Value) -> Result<(), Sintassi> {
    const DOMINIO: &str = "12345678901";
    match quale {
        "intermediario" => intermediari::leggi(id, corpo).map(drop),
        "stazione" => intermediari::leggi_stazione(DOMINIO, id, corpo).map(drop),
        "dominio" => domini::leggi(id, corpo).map(drop),
        "unita" => creditore::leggi_unita(DOMINIO, id, corpo).map(drop),
        "conto" => creditore::leggi_conto(DOMINIO, id, corpo).map(drop),
        "entrataDominio" => creditore::leggi_entrata(DOMINIO, id, corpo).map(drop),
        "entrata" => entrate::leggi(id, corpo).map(drop),
        "tipo" => tipi::leggi(id, corpo).map(drop),
        "tipoDominio" => tipi::leggi_di_dominio(DOMINIO, id, corpo).map(drop),
        "configurazioni" => configurazioni::leggi(corpo).map(drop),
        _ => applicazioni::leggi(id, corpo).map(drop),
    }
}
