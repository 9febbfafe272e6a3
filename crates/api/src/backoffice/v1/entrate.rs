//! `/entrate`: types of revenue (spec 10 5.3).

use super::campi::Campi;
use super::membri::Membri;
use crate::convenzioni::{ApiError, Corpo, Firma, Operazione, Percorso, Rotte, risposte};
use axum::extract::State;
use axum::response::Response;
use contratto::Sintassi;
use contratto::json::Oggetto;
use contratto::messaggi as m;
use domain::IdEntrata;
use domain::anagrafica::{Entrata, Servizio};
use domain::evento::Componente;
use domain::pendenza::TipoContabilita;
use engine::Engine;
use http::StatusCode;
use serde_json::Value;

const SERVIZIO: Servizio = Servizio::AnagraficaCreditore;
const ENTRATA: &[&str] = &["descrizione", "tipoContabilita", "codiceContabilita"];

/// An accounting code.
pub(super) const CODICE_CONTABILITA: &str = r"\S{3,138}";

/// The routes of this file.
pub(super) fn rotte() -> Rotte {
    Rotte::nuove(Componente::ApiBackoffice)
        .put("/entrate/{idEntrata}", Operazione::scrittura("addEntrata", SERVIZIO), aggiungi)
        .get("/entrate/{idEntrata}", Operazione::lettura("getEntrata", SERVIZIO), mostra)
}

/// `tipoContabilita`, optional.
pub(super) fn tipo_contabilita(c: &mut Campi, o: &Oggetto<'_>) -> Result<Option<TipoContabilita>, Sintassi> {
    let codici: Vec<&str> = TipoContabilita::TUTTI.iter().map(|t| t.as_str()).collect();
    c.codice(o, "tipoContabilita", TipoContabilita::leggi, &codici)
}

async fn aggiungi(
    State(engine): State<Engine>,
    Firma(autore): Firma,
    Percorso(id): Percorso<String>,
    Corpo(corpo): Corpo,
) -> Result<StatusCode, ApiError> {
    Ok(risposte::salvata(engine.salva_entrata(&autore, &leggi(&id, &corpo)?).await?))
}

pub(super) fn leggi(id: &str, corpo: &Value) -> Result<Entrata, Sintassi> {
    let o = Oggetto::radice(corpo, ENTRATA)?;
    let mut c = Campi::nuovi();
    c.percorso("idEntrata", id, IdEntrata::PATTERN);
    let descrizione = c.testo_obbligatorio(&o, "descrizione", 1, 255)?;
    if o.valore("tipoContabilita").is_none() {
        c.nota::<()>(Err(m::non_vuoto("tipoContabilita")));
    }
    let tipo = tipo_contabilita(&mut c, &o)?;
    let codice = o.testo("codiceContabilita")?;
    let codice_contabilita = c.nota(m::obbligatorio("codiceContabilita", codice)).unwrap_or_default();
    c.nota(m::pattern("codiceContabilita", &codice_contabilita, CODICE_CONTABILITA));
    c.esito()?;
    Ok(Entrata {
        id: IdEntrata::fidato(id),
        descrizione,
        tipo_contabilita: m::obbligatorio("tipoContabilita", tipo)?,
        codice_contabilita,
    })
}

async fn mostra(State(engine): State<Engine>, Percorso(id): Percorso<String>) -> Result<Response, ApiError> {
    m::pattern("idEntrata", &id, IdEntrata::PATTERN)?;
    Ok(risposte::json(StatusCode::OK, &rendi(&engine.leggi_entrata(&id).await?).into()))
}

pub(super) fn rendi(e: &Entrata) -> Membri {
    Membri::nuovi()
        .con("idEntrata", e.id.as_str())
        .con("descrizione", e.descrizione.as_str())
        .con("tipoContabilita", e.tipo_contabilita.as_str())
        .con("codiceContabilita", e.codice_contabilita.as_str())
}
