//! GET `/avvisi/{idDominio}/{numeroAvviso}`: that of every door, with what holds for whoever did not say who he
//! is (spec 10 2.6, spec 20 section 8) and for what a session holds (spec 20 section 10). The captcha has been
//! checked by the route.

use crate::convenzioni::{ApiError, Chi, Interrogazione, Percorso, StatoApi, Transazione};
use crate::pendenze::avviso::{Rappresentazione, rispondi, scelta};
use crate::pendenze::porta::Porta;
use axum::extract::State;
use axum::response::Response;
use contratto::pendenza::{leggi_dominio, leggi_numero_avviso};
use engine::chiamante::Natura;
use engine::pendenze::{RichiestaAvviso, Visibilita, altro_debitore};
use http::HeaderMap;

pub(super) async fn leggi<P: Porta>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Transazione(transazione): Transazione,
    Percorso((id_dominio, numero_avviso)): Percorso<(String, String)>,
    parametri: Interrogazione,
    intestazioni: HeaderMap,
) -> Result<Response, ApiError> {
    let dominio = leggi_dominio(&id_dominio)?;
    let numero = leggi_numero_avviso(&numero_avviso)?;
    let come = scelta::<P>(&intestazioni);
    let mut richiesta = RichiestaAvviso {
        dominio: &dominio,
        avviso: &numero,
        dall_ente: P::AVVISO_DALL_ENTE.then_some(transazione.as_str()),
        solo_di: None,
    };
    let anonimo = chi.natura == Natura::Anonimo;
    if anonimo && stato.impostazioni.verifica_debitore {
        // Not even asked for: nothing is looked up.
        richiesta.solo_di = Some(parametri.non_vuoto("idDebitore").ok_or_else(altro_debitore)?);
    }
    let mut visibilita = P::VISIBILITA;
    if chi.natura != Natura::Registrata && come.is_some() {
        let sessione = stato.impostazioni.cookie.leggi(&intestazioni);
        let sua = match &sessione {
            Some(token) => Box::pin(stato.engine.deposita_dalla_sessione(token, richiesta)).await?,
            None => false,
        };
        if sua {
            // Whoever is to pay what the session has made.
            visibilita = Visibilita::Ambito;
        } else if anonimo && come == Some(Rappresentazione::Pdf) {
            // Only what this session has made is printed for it (spec 10 2.6).
            chi.non_anonimo()?;
        }
    }
    rispondi::<P>(&stato, &chi, visibilita, richiesta, &parametri, come).await
}
