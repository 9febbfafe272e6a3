//! `/notifiche`: what was or will be sent to the enti (spec 60 1.8).

use crate::convenzioni::date::Estremo;
use crate::convenzioni::filtri::{codice, istante};
use crate::convenzioni::ordinamento::ordinamento;
use crate::convenzioni::{ApiError, Chi, Interrogazione, Operazione, Paginazione, Rotte, StatoApi, risposte};
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use domain::anagrafica::Servizio;
use domain::evento::Componente;
use domain::notifica::{Notifica, StatoNotifica, TipoNotifica};
use engine::giornale::{FiltroNotifiche, Pagina};
use http::StatusCode;
use serde_json::{Map, Value};

/// Rows of a page when it is not asked.
const RIGHE: i64 = 25;

/// The routes of this file.
pub(super) fn rotte() -> Rotte {
    let operazione = Operazione::lettura("findNotifiche", Servizio::Configurazione);
    Rotte::nuove(Componente::ApiBackoffice).get("/notifiche", operazione, elenca)
}

async fn elenca(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    let pagine = Paginazione::leggi(&q, Some(RIGHE), stato.impostazioni.pagine)?;
    let filtro = FiltroNotifiche {
        da: istante(&q, "dataDa", Estremo::Inizio)?,
        a: istante(&q, "dataA", Estremo::Fine)?,
        stato: codice(&q, "stato", StatoNotifica::TUTTI, StatoNotifica::sul_filo)?,
        tipo: codice(&q, "tipo", TipoNotifica::TUTTI, TipoNotifica::as_str)?,
        // The newest first, unless the order is asked.
        crescente: ordinamento(&q, &["data"])?.first().is_some_and(|(_, discendente)| !discendente),
        ..FiltroNotifiche::default()
    };
    let pagina = Pagina {
        salta: pagine.salto(),
        quante: pagine.da_leggere().unwrap_or(RIGHE),
        conta_fino_a: pagine.conta_fino_a(),
    };
    let (righe, totale) = stato.engine.trova_notifiche(&chi, filtro, pagina).await?;
    let righe = righe.iter().map(notifica).collect();
    Ok(risposte::json(StatusCode::OK, &pagine.busta(righe, totale, true, &uri)))
}

fn notifica(n: &Notifica) -> Value {
    let mut o = Map::new();
    let mut metti = |nome: &str, v: Value| {
        if !v.is_null() {
            o.insert(nome.to_owned(), v);
        }
    };
    metti("id", n.id.into());
    metti("tipo", n.tipo.as_str().into());
    metti("dataCreazione", n.data_creazione.iso_millis_zona().into());
    metti("stato", n.stato.sul_filo().into());
    metti("descrizioneStato", n.descrizione_stato.as_deref().into());
    metti("dataUltimoAggiornamento", n.data_aggiornamento.iso_millis_zona().into());
    metti("dataProssimaSpedizione", n.data_prossima.iso_millis_zona().into());
    metti("numeroTentativi", n.tentativi.into());
    metti("idA2A", n.id_a2a.as_str().into());
    metti("idDominio", n.dominio.as_str().into());
    metti("iuv", n.iuv.as_str().into());
    metti("ccp", n.ccp.as_str().into());
    Value::Object(o)
}
