//! The answer of a verification: flat in v1, wrapped in `pendenza` in v2 (spec 60 1.2).

use contratto::Sintassi;
use contratto::json::leggi_corpo;
use contratto::pendenza::{NonLeggibile, Variante, leggi_nuova};
use domain::anagrafica::VersioneEnte;
use domain::pendenza::{ChiavePendenza, NuovaPendenza};
use domain::{IdA2A, IdPendenza};
use jiff::civil::Date;
use serde_json::Value;

/// State that the ente tells, with the pendenza of one to be paid.
#[derive(Debug, PartialEq)]
pub(crate) enum StatoRisposta {
    NonEseguita(Result<Box<NuovaPendenza>, NonLeggibile>),
    Annullata,
    Scaduta,
    Duplicata,
    Sconosciuta,
}

/// What was read: keys and date as far as they are there and well formed.
#[derive(Debug)]
pub(crate) struct Letta {
    pub(crate) stato: StatoRisposta,
    pub(crate) descrizione: Option<String>,
    pub(crate) id_a2a: Option<String>,
    pub(crate) id_pendenza: Option<String>,
    pub(crate) data_scadenza: Option<Date>,
}

impl Letta {
    /// The key, when both parts are there and well formed.
    pub(crate) fn chiave(&self) -> Option<ChiavePendenza> {
        Some(ChiavePendenza {
            id_a2a: IdA2A::leggi(self.id_a2a.as_deref()?).ok()?,
            id_pendenza: IdPendenza::leggi(self.id_pendenza.as_deref()?).ok()?,
        })
    }
}

/// Reads a successful answer.
pub(crate) fn leggi(corpo: &[u8], versione: VersioneEnte) -> Result<Letta, Sintassi> {
    let mut v = leggi_corpo(corpo)?;
    let Some(mappa) = v.as_object_mut() else {
        return Err(Sintassi("La risposta del servizio di verifica non e' un oggetto JSON.".to_owned()));
    };
    let stato = mappa.remove("stato").unwrap_or_default();
    let descrizione = match mappa.remove("descrizioneStato") {
        Some(Value::String(s)) if !s.trim().is_empty() => Some(s),
        _ => None,
    };
    let (dati, variante) = match versione {
        VersioneEnte::RestV1 => (v, Variante::EnteV1),
        VersioneEnte::RestV2 => (mappa.remove("pendenza").unwrap_or_default(), Variante::EnteV2),
    };
    let testo = |k: &str| dati.get(k).and_then(Value::as_str).map(str::to_owned);
    let (id_a2a, id_pendenza) = (testo("idA2A"), testo("idPendenza"));
    let data_scadenza = testo("dataScadenza").as_deref().and_then(domain::tempo::leggi_data);
    let stato = match (stato.as_str(), versione) {
        (Some("NON_ESEGUITA"), _) => StatoRisposta::NonEseguita(if dati.is_null() {
            Err(Sintassi("Il campo pendenza non deve essere vuoto.".to_owned()).into())
        } else {
            leggi_nuova(&dati, variante, None).map(Box::new)
        }),
        (Some("ANNULLATA"), _) => StatoRisposta::Annullata,
        (Some("SCADUTA"), _) => StatoRisposta::Scaduta,
        (Some("DUPLICATA"), VersioneEnte::RestV1) => StatoRisposta::Duplicata,
        (Some("SCONOSCIUTA"), _) => StatoRisposta::Sconosciuta,
        (Some(altro), _) => {
            let altro: String = altro.chars().take(50).collect();
            return Err(Sintassi(format!("Codice inserito per il campo stato [{altro}] non valido.")));
        }
        (None, _) => return Err(Sintassi("Il campo stato non deve essere vuoto.".to_owned())),
    };
    Ok(Letta { stato, descrizione, id_a2a, id_pendenza, data_scadenza })
}
