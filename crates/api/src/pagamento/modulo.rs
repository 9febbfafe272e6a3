//! POST `/pendenze/{idDominio}/{idTipoPendenza}`: a form that who pays fills in (spec 20 section 10). What an
//! applicazione makes is stored at once; what a citizen makes, or somebody who does not say who he is, stays in
//! his session until he asks for its notice.

use crate::convenzioni::{ApiError, Chi, Interrogazione, Percorso, StatoApi, Transazione, fault, risposte};
use crate::pendenze::dettaglio::{self, Ordine};
use crate::pendenze::modulo::{entra, leggi_luogo};
use crate::pendenze::porta::Porta;
use axum::extract::{Request, State};
use axum::response::Response;
use contratto::pendenza::leggi_chiave;
use domain::pendenza::ChiavePendenza;
use engine::chiamante::Natura;
use engine::pendenze::{Caricata, InSessione, Portale};
use http::header;

const UNO_SOLO: &str = "Per effettuare l'aggiornamento della pendenza sono obbligatori entrambi i paramentri \
                        'idA2A' e 'idPendenza'.";

pub(super) async fn carica<P: Porta>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso((id_dominio, id_tipo)): Percorso<(String, String)>,
    parametri: Interrogazione,
    Transazione(transazione): Transazione,
    richiesta: Request,
) -> Result<Response, ApiError> {
    let luogo = leggi_luogo(&id_dominio, &id_tipo, &parametri)?;
    let modulo = stato.engine.apri_modulo(chi.clone(), Portale::Pagamento, luogo).await?;
    let chiave = da_aggiornare(&parametri)?;
    let cookie = &stato.impostazioni.cookie;
    let sessione = cookie.leggi(richiesta.headers());
    let ingresso = entra(&stato, transazione, &parametri, richiesta).await?;
    let (pendenza, creata, aperta) = if chi.natura == Natura::Registrata {
        let Caricata { pendenza, creata } =
            Box::pin(stato.engine.carica_da_modulo(&modulo, ingresso, chiave)).await?;
        (pendenza, creata, None)
    } else {
        let tenuta = stato.engine.tieni_da_modulo(sessione.as_ref(), &modulo, ingresso, chiave);
        let InSessione { pendenza, creata, sessione } = Box::pin(tenuta).await?;
        (pendenza, creata, sessione)
    };
    let letta = stato.engine.dettaglia(pendenza).await?;
    let mut corpo = dettaglio::scrivi::<P>(&stato, &chi, &letta, Ordine::DalPrimo).await?;
    // Whatever is told to somebody who does not say who he is has no personal data (spec 10 2.6).
    if let (Natura::Anonimo, Some(o)) = (&chi.natura, corpo.as_object_mut()) {
        o.shift_remove("soggettoPagatore");
    }
    let mut risposta = risposte::json(risposte::salvata(creata), &corpo);
    if let Some(scritto) = aperta.as_ref().and_then(|token| cookie.scrivi(token)) {
        risposta.headers_mut().insert(header::SET_COOKIE, scritto);
    }
    Ok(risposta)
}

/// The pendenza to be updated, when the call names one.
fn da_aggiornare(parametri: &Interrogazione) -> Result<Option<ChiavePendenza>, ApiError> {
    match (parametri.non_vuoto("idA2A"), parametri.non_vuoto("idPendenza")) {
        (Some(a2a), Some(pendenza)) => Ok(Some(leggi_chiave(a2a, pendenza)?)),
        (None, None) => Ok(None),
        (Some(_), None) | (None, Some(_)) => Err(fault::SEMANTICA.con(UNO_SOLO)),
    }
}
