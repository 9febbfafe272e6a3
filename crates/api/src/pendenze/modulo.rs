//! POST `/pendenze/{idDominio}/{idTipoPendenza}`: a form (spec 20 section 10).

use super::carica::rispondi_con_chiave;
use super::porta::Porta;
use crate::convenzioni::{ApiError, Chi, Corpo, Interrogazione, Percorso, StatoApi, Traccia, Transazione};
use axum::extract::{FromRequest, Request, State};
use axum::response::Response;
use contratto::Sintassi;
use contratto::pendenza::{leggi_dominio, leggi_tipo, leggi_unita};
use domain::{IdDominio, IdTipoPendenza, IdUnita};
use engine::giornale::segreta;
use engine::pendenze::{Caricata, Ingresso, Portale};
use std::sync::Arc;

/// That of the Backoffice.
pub(crate) async fn carica<P: Porta>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso((id_dominio, id_tipo)): Percorso<(String, String)>,
    parametri: Interrogazione,
    Transazione(transazione): Transazione,
    richiesta: Request,
) -> Result<Response, ApiError> {
    let luogo = leggi_luogo(&id_dominio, &id_tipo, &parametri)?;
    let modulo = stato.engine.apri_modulo(chi, Portale::Backoffice, luogo).await?;
    let ingresso = entra(&stato, transazione, &parametri, richiesta).await?;
    let Caricata { pendenza, creata } =
        Box::pin(stato.engine.carica_da_modulo(&modulo, ingresso, None)).await?;
    rispondi_con_chiave::<P>(&stato, &parametri, &pendenza, creata).await
}

pub(crate) fn leggi_luogo(
    id_dominio: &str,
    id_tipo: &str,
    parametri: &Interrogazione,
) -> Result<(IdDominio, IdTipoPendenza, Option<IdUnita>), Sintassi> {
    let unita = parametri.non_vuoto("idUnitaOperativa").map(leggi_unita).transpose()?;
    Ok((leggi_dominio(id_dominio)?, leggi_tipo(id_tipo)?, unita))
}

/// What was entered, with what a template may look at: no header that holds a credential.
pub(crate) async fn entra(
    stato: &StatoApi,
    transazione: String,
    parametri: &Interrogazione,
    richiesta: Request,
) -> Result<Ingresso, ApiError> {
    let url = richiesta.extensions().get::<Arc<Traccia>>().map(|t| t.url.clone()).unwrap_or_default();
    let visibile =
        |nome: &str| !segreta(nome) && !nome.eq_ignore_ascii_case(&stato.impostazioni.api_key.chiave);
    let intestazioni = richiesta
        .headers()
        .iter()
        .filter(|(nome, _)| visibile(nome.as_str()))
        .filter_map(|(nome, v)| Some((nome.as_str().to_owned(), v.to_str().ok()?.to_owned())))
        .collect();
    let Corpo(corpo) = Corpo::from_request(richiesta, stato).await?;
    Ok(Ingresso { corpo, intestazioni, parametri: parametri.coppie().to_vec(), url, transazione })
}
