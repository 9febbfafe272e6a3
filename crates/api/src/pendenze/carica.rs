//! PUT `/pendenze/{idA2A}/{idPendenza}`, and the POST of the Backoffice that carries its key.

use super::porta::{Porta, PortaDiCarico};
use crate::convenzioni::{ApiError, Chi, Corpo, Interrogazione, Percorso, StatoApi, risposte};
use axum::extract::{FromRequest, Request, State};
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use contratto::messaggi;
use contratto::pendenza::{Variante, Vista, creata, leggi_chiave, leggi_nuova};
use domain::pendenza::{NuovaPendenza, Pendenza};
use domain::stampa::LinguaChiesta;
use engine::Chiamante;
use engine::pendenze::{Caricata, StampaError, scrive_le_proprie};
use serde_json::Value;

pub(crate) async fn carica<P: PortaDiCarico>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso((id_a2a, id_pendenza)): Percorso<(String, String)>,
    parametri: Interrogazione,
    richiesta: Request,
) -> Result<Response, ApiError> {
    let chiave = leggi_chiave(&id_a2a, &id_pendenza)?;
    scrive_le_proprie(&chi, &chiave.id_a2a)?;
    let Corpo(corpo) = Corpo::from_request(richiesta, &stato).await?;
    let nuova = leggi_nuova(&corpo, P::CORPO, Some(&chiave))?;
    let Caricata { pendenza, creata: nata } = salva::<P>(&stato, chi, &parametri, nuova).await?;
    let risposta = creata(&pendenza, P::VISTA).into();
    rispondi(&stato, &parametri, &pendenza, nata, risposta).await
}

/// The same with the key in the body, which the answer repeats.
pub(crate) async fn carica_dal_corpo<P: PortaDiCarico>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    parametri: Interrogazione,
    Corpo(corpo): Corpo,
) -> Result<Response, ApiError> {
    let nuova = leggi_nuova(&corpo, Variante::BackofficePost, None)?;
    scrive_le_proprie(&chi, &nuova.chiave.id_a2a)?;
    let Caricata { pendenza, creata: nata } = salva::<P>(&stato, chi, &parametri, nuova).await?;
    rispondi_con_chiave::<P>(&stato, &parametri, &pendenza, nata).await
}

/// The answer of what carries no key in its address.
pub(super) async fn rispondi_con_chiave<P: Porta>(
    stato: &StatoApi,
    parametri: &Interrogazione,
    pendenza: &Pendenza,
    nata: bool,
) -> Result<Response, ApiError> {
    let mut risposta = creata(pendenza, P::VISTA);
    risposta.insert("idA2A".to_owned(), pendenza.chiave.id_a2a.as_str().into());
    risposta.insert("idPendenza".to_owned(), pendenza.chiave.id_pendenza.as_str().into());
    rispondi(stato, parametri, pendenza, nata, risposta.into()).await
}

async fn salva<P: PortaDiCarico>(
    stato: &StatoApi,
    chi: Chiamante,
    parametri: &Interrogazione,
    mut nuova: NuovaPendenza,
) -> Result<Caricata, ApiError> {
    if P::VISTA == Vista::PendenzeV2 {
        avvisatura(parametri, &mut nuova)?;
    }
    Ok(stato.engine.carica_pendenza(P::provenienza(chi), nuova).await?)
}

/// The answer, with the notice on paper if it was asked.
async fn rispondi(
    stato: &StatoApi,
    parametri: &Interrogazione,
    pendenza: &Pendenza,
    creata: bool,
    mut risposta: Value,
) -> Result<Response, ApiError> {
    if parametri.valore("stampaAvviso").is_some_and(|v| v.eq_ignore_ascii_case("true")) {
        match stato.engine.stampa_avviso(pendenza, LinguaChiesta::DellaPendenza).await {
            Ok(stampa) => risposta["pdf"] = BASE64_STANDARD.encode(stampa.contenuto).into(),
            Err(StampaError::MarcaDaBollo) => {}
            // A notice that cannot be printed does not undo the pendenza (spec 20 3.5).
            Err(e) => tracing::error!(chiave = %pendenza.chiave, causa = ?e, "avviso non stampato"),
        }
    }
    Ok(risposte::json(risposte::salvata(creata), &risposta))
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
