//! GET `/avvisi/{idDominio}/{numeroAvviso}`.

use super::porta::Porta;
use crate::convenzioni::{ApiError, Chi, Interrogazione, Percorso, StatoApi, Transazione, fault, risposte};
use axum::extract::State;
use axum::response::Response;
use contratto::json::Sintassi;
use contratto::messaggi;
use contratto::pendenza::{avviso, avviso_sconosciuto, leggi_dominio, leggi_numero_avviso};
use domain::stampa::{Lingua, LinguaChiesta};
use engine::Chiamante;
use engine::pendenze::{AvvisoLetto, RichiestaAvviso, StampaError, Visibilita};
use http::{HeaderMap, HeaderName, StatusCode, header};

const LINGUE: &[(&str, LinguaChiesta)] = &[
    ("false", LinguaChiesta::SoloItaliano),
    ("de", LinguaChiesta::Questa(Lingua::De)),
    ("en", LinguaChiesta::Questa(Lingua::En)),
    ("fr", LinguaChiesta::Questa(Lingua::Fr)),
    ("sl", LinguaChiesta::Questa(Lingua::Sl)),
];

/// `linguaSecondaria`, which goes before the one of the pendenza.
pub(super) fn lingua(parametri: &Interrogazione) -> Result<LinguaChiesta, Sintassi> {
    let lingua = parametri.valore("linguaSecondaria");
    lingua.map_or(Ok(LinguaChiesta::DellaPendenza), |l| messaggi::enumerazione("linguaSecondaria", l, LINGUE))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rappresentazione {
    Json,
    Pdf,
}

/// What the caller wants (spec 20 section 8). A missing `Accept`, and `*/*` with it, want nothing: a
/// caller of 2018 asks for the PDF by the content type of its request.
pub(super) fn rappresentazione(intestazioni: &HeaderMap) -> Option<Rappresentazione> {
    let contiene = |nome: HeaderName, tipo: &str| {
        intestazioni
            .get_all(nome)
            .iter()
            .any(|v| v.to_str().is_ok_and(|v| v.to_ascii_lowercase().contains(tipo)))
    };
    if contiene(header::ACCEPT, "application/pdf") {
        Some(Rappresentazione::Pdf)
    } else if contiene(header::ACCEPT, "application/json") {
        Some(Rappresentazione::Json)
    } else if contiene(header::CONTENT_TYPE, "application/pdf") {
        Some(Rappresentazione::Pdf)
    } else {
        None
    }
}

pub(crate) async fn leggi<P: Porta>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Transazione(transazione): Transazione,
    Percorso((id_dominio, numero_avviso)): Percorso<(String, String)>,
    parametri: Interrogazione,
    intestazioni: HeaderMap,
) -> Result<Response, ApiError> {
    let dominio = leggi_dominio(&id_dominio)?;
    let numero = leggi_numero_avviso(&numero_avviso)?;
    let richiesta = RichiestaAvviso {
        dominio: &dominio,
        avviso: &numero,
        dall_ente: P::AVVISO_DALL_ENTE.then_some(transazione.as_str()),
        solo_di: None,
    };
    rispondi::<P>(&stato, &chi, P::VISIBILITA, richiesta, &parametri, scelta::<P>(&intestazioni)).await
}

/// What the caller wants of this door.
pub(crate) fn scelta<P: Porta>(intestazioni: &HeaderMap) -> Option<Rappresentazione> {
    rappresentazione(intestazioni).or_else(|| if P::AVVISO_JSON { tace(intestazioni) } else { None })
}

/// JSON for whoever says nothing, or that anything will do.
fn tace(intestazioni: &HeaderMap) -> Option<Rappresentazione> {
    let dette = intestazioni.get_all(header::ACCEPT).iter().filter_map(|v| v.to_str().ok());
    let mut tipi = dette.flat_map(|v| v.split(',')).map(|v| v.split(';').next().unwrap_or_default().trim());
    tipi.all(|t| t.is_empty() || t == "*/*").then_some(Rappresentazione::Json)
}

/// The notice as it is wanted.
pub(crate) async fn rispondi<P: Porta>(
    stato: &StatoApi,
    chi: &Chiamante,
    visibilita: Visibilita,
    richiesta: RichiestaAvviso<'_>,
    parametri: &Interrogazione,
    come: Option<Rappresentazione>,
) -> Result<Response, ApiError> {
    let RichiestaAvviso { dominio, avviso: numero, .. } = richiesta;
    let lingua = lingua(parametri)?;
    match come {
        None => Err(fault::NON_ACCETTABILE.nudo()),
        Some(Rappresentazione::Pdf) => {
            let stampa = stato.engine.avviso_pdf(chi, visibilita, richiesta, lingua).await?;
            Ok(risposte::pdf(&stampa.nome, stampa.contenuto))
        }
        Some(Rappresentazione::Json) => {
            let corpo = match stato.engine.avviso_json(chi, visibilita, richiesta).await? {
                AvvisoLetto::Sconosciuto => {
                    avviso_sconosciuto(P::VISTA, dominio, numero).ok_or_else(|| {
                        fault::NON_TROVATA.con(StampaError::Inesistente(dominio.clone(), numero.clone()))
                    })?
                }
                AvvisoLetto::Trovato(a) => {
                    avviso(&a.pendenza, P::VISTA, a.stato, &a.qrcode, a.barcode.as_deref())
                }
            };
            Ok(risposte::json(StatusCode::OK, &corpo))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn la_scelta_della_rappresentazione() {
        use Rappresentazione::{Json, Pdf};
        let scelta = |coppie: &[(HeaderName, &str)]| {
            let mut h = HeaderMap::new();
            for (n, v) in coppie {
                h.append(n, v.parse().unwrap());
            }
            rappresentazione(&h)
        };
        let (accept, tipo) = (header::ACCEPT, header::CONTENT_TYPE);
        assert_eq!(scelta(&[]), None);
        assert_eq!(scelta(&[(accept.clone(), "*/*")]), None);
        assert_eq!(scelta(&[(accept.clone(), "application/json")]), Some(Json));
        assert_eq!(scelta(&[(accept.clone(), "application/json, application/pdf;q=0.1")]), Some(Pdf));
        assert_eq!(scelta(&[(tipo.clone(), "application/pdf")]), Some(Pdf));
        assert_eq!(scelta(&[(accept.clone(), "*/*"), (tipo.clone(), "application/pdf")]), Some(Pdf));
        assert_eq!(scelta(&[(accept, "application/json"), (tipo, "application/pdf")]), Some(Json));
    }
}
