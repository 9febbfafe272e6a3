//! `/configurazioni` (spec 10 section 8, 5.7): the whole object, and its sections one by one.

use super::campi::Campi;
use super::configurazioni_sezioni::{SEZIONI, leggi_sezione, vela};
use super::membri::{Membri, mappa};
use super::vede_segreti;
use crate::convenzioni::{ApiError, Chi, Corpo, Firma, Operazione, Rotte, risposte};
use axum::extract::State;
use axum::response::Response;
use contratto::Sintassi;
use contratto::anagrafica::leggi_sostituzioni;
use contratto::json::Oggetto;
use domain::anagrafica::{Segreto, Servizio};
use domain::configurazioni::Sezione;
use domain::evento::Componente;
use engine::Engine;
use engine::configurazioni::Configurazioni;
use http::StatusCode;
use serde_json::{Map, Value};

const SERVIZIO: Servizio = Servizio::Configurazione;
const CONFIGURAZIONI: &str = "/configurazioni";

/// The routes of this file.
pub(super) fn rotte() -> Rotte {
    Rotte::nuove(Componente::ApiBackoffice)
        .get(CONFIGURAZIONI, Operazione::lettura("getConfigurazioni", SERVIZIO), mostra)
        .post(CONFIGURAZIONI, Operazione::scrittura("addConfigurazioni", SERVIZIO), sostituisci)
        .patch(CONFIGURAZIONI, Operazione::scrittura("aggiornaConfigurazioni", SERVIZIO), modifica)
}

async fn mostra(State(engine): State<Engine>, Chi(chi): Chi) -> Result<Response, ApiError> {
    let c = engine.leggi_configurazioni().await?;
    Ok(risposte::json(StatusCode::OK, &rendi(&c, vede_segreti(&chi, SERVIZIO))))
}

async fn sostituisci(
    State(engine): State<Engine>,
    Firma(autore): Firma,
    Corpo(corpo): Corpo,
) -> Result<StatusCode, ApiError> {
    engine.salva_configurazioni(&autore, &leggi(&corpo)?).await?;
    Ok(StatusCode::OK)
}

/// All sections, each required.
pub(super) fn leggi(corpo: &Value) -> Result<Vec<(Sezione, Segreto)>, Sintassi> {
    let o = Oggetto::radice(corpo, SEZIONI)?;
    let mut c = Campi::nuovi();
    let mut lette = Vec::new();
    for sezione in Sezione::TUTTI {
        lette.extend(leggi_sezione(&mut c, &o, *sezione)?.map(|v| (*sezione, Segreto(v.to_string()))));
    }
    c.esito()?;
    Ok(lette)
}

async fn modifica(
    State(engine): State<Engine>,
    Firma(autore): Firma,
    Corpo(corpo): Corpo,
) -> Result<Response, ApiError> {
    let sezioni = leggi_modifica(&corpo)?;
    let c = engine.salva_configurazioni(&autore, &sezioni).await?;
    Ok(risposte::json(StatusCode::OK, &rendi(&c, vede_segreti(&autore.chi, SERVIZIO))))
}

/// The sections that the operations name, in their order.
fn leggi_modifica(corpo: &Value) -> Result<Vec<(Sezione, Segreto)>, Sintassi> {
    let mut lette = Vec::new();
    for (nome, valore) in leggi_sostituzioni(corpo, SEZIONI)? {
        let Some(sezione) = Sezione::leggi(nome) else { continue };
        // Read where POST has it, so that the refusals are the same.
        let intero = Value::Object(Map::from_iter([(nome.to_owned(), valore.clone())]));
        let o = Oggetto::radice(&intero, SEZIONI)?;
        let mut c = Campi::nuovi();
        let letta = leggi_sezione(&mut c, &o, sezione)?;
        c.esito()?;
        lette.extend(letta.map(|v| (sezione, Segreto(v.to_string()))));
    }
    Ok(lette)
}

/// All sections; the secrets only for who may write them (spec 10 section 6).
fn rendi(c: &Configurazioni, segreti: bool) -> Value {
    Sezione::TUTTI
        .iter()
        .fold(Membri::nuovi(), |m, s| {
            let mut sezione = mappa(c.testo(*s));
            if !segreti {
                vela(&mut sezione);
            }
            m.con(s.as_str(), sezione)
        })
        .into()
}
