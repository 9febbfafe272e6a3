//! GET `/rpp/{idDominio}/{iuv}/{ccp}`, `.../rpt`, `.../rt`, and the attempts inside the detail of a
//! pendenza (spec 30 10.4, 10.8, spec 20 6.1).

use super::porta::Porta;
use super::velate;
use crate::convenzioni::paginazione::booleano;
use crate::convenzioni::{ApiError, Chi, Interrogazione, Percorso, StatoApi, fault, risposte};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use contratto::pendenza::{Vista, leggi_dominio, riga};
use domain::pendenza::Pendenza;
use domain::tentativo::ModelloPagamento;
use engine::Chiamante;
use engine::pendenze::{Dettaglio, Visibilita};
use engine::tentativi::{Documenti, RppLetta};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use pagopa::{LetturaError, resa_json};
use serde_json::{Map, Value};

type Chiave = (String, String, String);

pub(crate) async fn leggi<P: Porta>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso(chiave): Percorso<Chiave>,
    q: Interrogazione,
) -> Result<Response, ApiError> {
    formato::<P>(&q)?;
    let RppLetta { documenti, pendenza } = trova::<P>(&stato, &chi, &chiave).await?;
    let dettaglio = stato.engine.dettaglia(pendenza).await?;
    let pendenza = indice::<P>(&stato, &dettaglio);
    let corpo = rpp::<P>(&documenti, &dettaglio.pendenza, pendenza)?;
    Ok(risposte::json(StatusCode::OK, &corpo))
}

/// JSON by default, else XML.
pub(crate) async fn leggi_rpt<P: Porta>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso(chiave): Percorso<Chiave>,
    q: Interrogazione,
    intestazioni: HeaderMap,
) -> Result<Response, ApiError> {
    formato::<P>(&q)?;
    let RppLetta { documenti, pendenza } = trova::<P>(&stato, &chi, &chiave).await?;
    if in_json(&intestazioni) {
        let (versione, dati) =
            documenti.rpt(&pendenza).map_err(illeggibile)?.ok_or_else(|| senza_rpt(&chiave))?;
        return Ok(risposte::json(StatusCode::OK, &resa_json::rpt(&dati, versione)));
    }
    let byte = documenti.rpt_xml(&pendenza).map_err(illeggibile)?.ok_or_else(|| senza_rpt(&chiave))?;
    Ok(in_byte(byte, "text/xml"))
}

/// The stored bytes, or JSON when asked or when nothing is said. There is no PDF of a receipt yet.
pub(crate) async fn leggi_rt<P: Porta>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso(chiave): Percorso<Chiave>,
    q: Interrogazione,
    intestazioni: HeaderMap,
) -> Result<Response, ApiError> {
    formato::<P>(&q)?;
    let RppLetta { documenti, .. } = trova::<P>(&stato, &chi, &chiave).await?;
    let senza = || {
        let (d, i, c) = &chiave;
        fault::NON_TROVATA.con(format_args!("Ricevuta [{d}@{i}@{c}] non trovata."))
    };
    let byte = documenti.rt_xml().ok_or_else(senza)?;
    if contiene(&intestazioni, "application/octet-stream") {
        return Ok(in_byte(byte.to_vec(), "application/octet-stream"));
    }
    if contiene(&intestazioni, "application/pdf") {
        return Err(fault::NON_ACCETTABILE.nudo());
    }
    if in_json(&intestazioni) {
        let invio = documenti.rt().map_err(illeggibile)?.ok_or_else(senza)?;
        return Ok(risposte::json(StatusCode::OK, &resa_json::ricevuta(&invio.ricevuta, invio.versione)));
    }
    Ok(in_byte(byte.to_vec(), "text/xml"))
}

/// The Backoffice may ask for documents converted to the format 6.2 (spec 30 10.8): rather than give others
/// in their place we say that we do not convert them.
pub(super) fn formato<P: Porta>(q: &Interrogazione) -> Result<(), ApiError> {
    if P::VISTA == Vista::Backoffice && booleano(q, "retrocompatibilitaMessaggiPagoPAV1")? == Some(true) {
        return Err(
            fault::SEMANTICA.con("La conversione dei messaggi pagoPA nel formato V1 non e' disponibile.")
        );
    }
    Ok(())
}

/// The attempts of a pendenza, in the order given. In v1 each has a link in the place of its pendenza.
pub(super) fn per_dettaglio<P: Porta>(
    stato: &StatoApi,
    chi: &Chiamante,
    d: &Dettaglio,
    documenti: &[Documenti],
) -> Result<Vec<Value>, ApiError> {
    let pendenza = match P::VISTA {
        Vista::PendenzeV1 => collegamento(&d.pendenza),
        Vista::PendenzeV2
        | Vista::Backoffice
        | Vista::PagamentoV1
        | Vista::PagamentoV2
        | Vista::PagamentoV3 => indice::<P>(stato, d),
    };
    let uno = |doc| {
        let mut rpp = rpp::<P>(doc, &d.pendenza, pendenza.clone())?;
        if P::VISIBILITA == Visibilita::Portale {
            velate::come_le_vede(chi, &mut rpp);
        }
        Ok(rpp)
    };
    documenti.iter().map(uno).collect()
}

pub(super) fn collegamento(p: &Pendenza) -> Value {
    format!("/pendenze/{}/{}", p.chiave.id_a2a, p.chiave.id_pendenza).into()
}

async fn trova<P: Porta>(
    stato: &StatoApi,
    chi: &Chiamante,
    (dominio, iuv, ccp): &Chiave,
) -> Result<RppLetta, ApiError> {
    let dominio = leggi_dominio(dominio)?;
    Ok(stato.engine.leggi_rpp(chi, P::VISIBILITA, &dominio, iuv, ccp).await?)
}

/// `{stato, dettaglioStato, rpt, rt, pendenza}`: `rt` is absent before the receipt.
pub(super) fn rpp<P: Porta>(d: &Documenti, p: &Pendenza, pendenza: Value) -> Result<Value, ApiError> {
    let mut m = tentativo(d, p)?;
    m.insert("pendenza".to_owned(), pendenza);
    if P::VISTA == Vista::Backoffice {
        m.insert("bloccante".to_owned(), d.tentativo.bloccante.into());
        m.insert("modello".to_owned(), modello(d.tentativo.modello).into());
    }
    Ok(Value::Object(m))
}

/// `{stato, dettaglioStato, rpt, rt}`.
pub(crate) fn tentativo(d: &Documenti, p: &Pendenza) -> Result<Map<String, Value>, ApiError> {
    let mut m = Map::new();
    m.insert("stato".to_owned(), d.tentativo.stato.as_str().into());
    if let Some(testo) = &d.tentativo.descrizione_stato {
        m.insert("dettaglioStato".to_owned(), testo.as_str().into());
    }
    if let Some((versione, dati)) = d.rpt(p).map_err(illeggibile)? {
        m.insert("rpt".to_owned(), resa_json::rpt(&dati, versione));
    }
    if let Some(rt) = ricevuta(d)? {
        m.insert("rt".to_owned(), rt);
    }
    Ok(m)
}

/// The receipt, once it is there.
pub(crate) fn ricevuta(d: &Documenti) -> Result<Option<Value>, ApiError> {
    let invio = d.rt().map_err(illeggibile)?;
    Ok(invio.map(|i| resa_json::ricevuta(&i.ricevuta, i.versione)))
}

/// The pendenza as lists show it, with the link to its attempts.
fn indice<P: Porta>(stato: &StatoApi, d: &Dettaglio) -> Value {
    let scheda = |id: &domain::IdDominio| d.scheda(id.as_str());
    riga(&d.pendenza, &P::contesto(&scheda, stato.engine.oggi()))
}

const fn modello(m: ModelloPagamento) -> &'static str {
    match m {
        ModelloPagamento::AdIniziativaEnte => "Pagamento ad iniziativa Ente",
        ModelloPagamento::AdIniziativaPsp => "Pagamento ad iniziativa PSP",
    }
}

/// Whether `Accept` names a type. Not a negotiation: the first row of the table that is named wins.
fn contiene(intestazioni: &HeaderMap, tipo: &str) -> bool {
    let valori = intestazioni.get_all(header::ACCEPT).iter().filter_map(|v| v.to_str().ok());
    valori.flat_map(|v| v.split(',')).any(|v| {
        let nome = v.split(';').next().unwrap_or_default().trim();
        nome.eq_ignore_ascii_case(tipo)
    })
}

fn in_json(intestazioni: &HeaderMap) -> bool {
    !intestazioni.contains_key(header::ACCEPT) || contiene(intestazioni, "application/json")
}

fn in_byte(corpo: Vec<u8>, tipo: &'static str) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(tipo))], corpo).into_response()
}

fn senza_rpt((d, i, c): &Chiave) -> ApiError {
    fault::NON_TROVATA.con(format_args!("RPT [{d}@{i}@{c}] non trovata."))
}

/// A stored document that cannot be read is our mistake.
#[expect(clippy::needless_pass_by_value, reason = "taken by map_err")]
fn illeggibile(e: LetturaError) -> ApiError {
    ApiError::interno(&e)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l_accept_si_guarda_nell_ordine_della_tabella() {
        for (accept, json, byte) in [
            (None, true, false),
            (Some("application/json"), true, false),
            (Some("text/html, Application/JSON;q=0.1"), true, false),
            (Some("*/*"), false, false),
            (Some("application/xml"), false, false),
            (Some("application/json, application/octet-stream"), true, true),
        ] {
            let mut h = HeaderMap::new();
            if let Some(a) = accept {
                h.insert(header::ACCEPT, HeaderValue::from_static(a));
            }
            assert_eq!((in_json(&h), contiene(&h, "application/octet-stream")), (json, byte), "{accept:?}");
        }
    }
}
