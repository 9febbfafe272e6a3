//! PUT `/pendenze/{idA2A}/{idPendenza}`.

use crate::convenzioni::{ApiError, Chi, Corpo, Interrogazione, Percorso, StatoApi, risposte};
use axum::extract::{FromRequest, Request, State};
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use contratto::messaggi;
use contratto::pendenza::{Variante, creata, leggi_chiave, leggi_nuova};
use domain::pendenza::NuovaPendenza;
use engine::pendenze::{Provenienza, StampaError, scrive_le_proprie};

pub(super) async fn carica(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso((id_a2a, id_pendenza)): Percorso<(String, String)>,
    parametri: Interrogazione,
    richiesta: Request,
) -> Result<Response, ApiError> {
    let chiave = leggi_chiave(&id_a2a, &id_pendenza)?;
    scrive_le_proprie(&chi, &chiave.id_a2a)?;
    let Corpo(corpo) = Corpo::from_request(richiesta, &stato).await?;
    let mut nuova = leggi_nuova(&corpo, Variante::PendenzeV2, Some(&chiave))?;
    avvisatura(&parametri, &mut nuova)?;
    let caricata = stato.engine.carica_pendenza(Provenienza::Applicazione(chi), nuova).await?;
    let mut risposta = creata(&caricata.pendenza);
    if parametri.valore("stampaAvviso").is_some_and(|v| v.eq_ignore_ascii_case("true")) {
        match stato.engine.stampa_avviso(&caricata.pendenza).await {
            Ok(stampa) => risposta["pdf"] = BASE64_STANDARD.encode(stampa.contenuto).into(),
            Err(StampaError::MarcaDaBollo) => {}
            // A notice that cannot be printed does not undo the pendenza (spec 20 3.5).
            Err(e) => tracing::error!(%chiave, causa = ?e, "avviso non stampato"),
        }
    }
    Ok(risposte::json(risposte::salvata(caricata.creata), &risposta))
}

/// `dataAvvisatura` (on the POST also `data_avvisatura`): `MAI` in any case, or a date that stands
/// in for a missing `dataNotificaAvviso`.
fn avvisatura(parametri: &Interrogazione, nuova: &mut NuovaPendenza) -> Result<(), ApiError> {
    for nome in ["dataAvvisatura", "data_avvisatura"] {
        let Some(valore) = parametri.non_vuoto(nome) else { continue };
        if valore.eq_ignore_ascii_case("MAI") {
            nuova.avvisatura_inibita = true;
        } else {
            let data = messaggi::data(nome, valore)?;
            nuova.data_notifica_avviso.get_or_insert(data);
        }
        break;
    }
    Ok(())
}
