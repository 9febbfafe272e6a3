//! Who sees which bulk loads, and what of them can be fetched.

use crate::chiamante::Oggetto;
use crate::giornale::Pagina;
use crate::{Chiamante, Engine, Negato};
use domain::anagrafica::{Ambito, SchedaDominio};
use std::sync::Arc;
use store::StoreError;
use store::tracciati::{FormatoTracciato, OperazioneTracciato, StatoTracciato, Tracciato};

pub use store::tracciati::FiltroTracciati;

/// A bulk load with the card of its dominio.
#[derive(Debug, Clone)]
pub struct TracciatoLetto {
    /// The load.
    pub tracciato: Tracciato,
    /// Its dominio, unless it is gone.
    pub scheda: Option<Arc<SchedaDominio>>,
}

/// Why something of a bulk load cannot be read. The display text is the `dettaglio`.
#[derive(Debug, thiserror::Error)]
pub enum TracciatoError {
    /// Nothing there, or not yet.
    #[error("{0}")]
    Inesistente(String),
    /// It has ended already.
    #[error("Non e' consentito annullare un tracciato in stato {}", .0.as_str())]
    NonAnnullabile(StatoTracciato),
    /// Out of the caller's scope.
    #[error(transparent)]
    NonAutorizzato(#[from] Negato),
    /// The database.
    #[error("lettura non riuscita")]
    Store(#[from] StoreError),
}

/// Rows that a download reads at a time.
const RIGHE: i64 = 200;

impl Engine {
    pub(super) async fn con_scheda(&self, tracciato: Tracciato) -> Result<TracciatoLetto, StoreError> {
        let scheda = self.registro().dominio(&tracciato.id_dominio).await?;
        Ok(TracciatoLetto { tracciato, scheda })
    }

    /// A page of those whose dominio the caller may see, newest first.
    ///
    /// # Errors
    /// [`TracciatoError::Store`].
    pub async fn trova_tracciati(
        &self,
        chi: &Chiamante,
        filtro: FiltroTracciati,
        pagina: Pagina,
    ) -> Result<(Vec<TracciatoLetto>, Option<i64>), TracciatoError> {
        let domini = match &chi.utenza.domini {
            Ambito::Tutti => None,
            Ambito::Solo(v) => Some(v.iter().map(|a| a.dominio.to_string()).collect()),
        };
        let filtro = FiltroTracciati { domini, ..filtro };
        let mut righe = Vec::new();
        if pagina.quante > 0 {
            for t in self.store().tracciati(&filtro, pagina.salta, pagina.quante).await? {
                righe.push(self.con_scheda(t).await?);
            }
        }
        let totale = match pagina.conta_fino_a {
            Some(tetto) => Some(self.store().conta_tracciati(&filtro, tetto).await?),
            None => None,
        };
        Ok((righe, totale))
    }

    /// One of them.
    ///
    /// # Errors
    /// [`TracciatoError`].
    pub async fn leggi_tracciato(&self, chi: &Chiamante, id: i64) -> Result<TracciatoLetto, TracciatoError> {
        let t = self.store().tracciato(id).await?;
        let t =
            t.ok_or_else(|| TracciatoError::Inesistente(format!("Tracciato con ID {id} non trovato.")))?;
        chi.ambito(&Oggetto { dominio: Some(&t.id_dominio), ..Oggetto::default() })?;
        Ok(self.con_scheda(t).await?)
    }

    /// A page of its operations, by number.
    ///
    /// # Errors
    /// [`TracciatoError`].
    pub async fn operazioni_di_tracciato(
        &self,
        chi: &Chiamante,
        id: i64,
        pagina: Pagina,
    ) -> Result<(Vec<OperazioneTracciato>, Option<i64>), TracciatoError> {
        self.leggi_tracciato(chi, id).await?;
        let righe = if pagina.quante > 0 {
            self.store().operazioni_tracciato(id, pagina.salta, pagina.quante).await?
        } else {
            Vec::new()
        };
        let totale = match pagina.conta_fino_a {
            Some(tetto) => Some(self.store().conta_operazioni_tracciato(id, tetto).await?),
            None => None,
        };
        Ok((righe, totale))
    }

    /// A bulk load whose outcome can be fetched.
    ///
    /// # Errors
    /// [`TracciatoError::Inesistente`] with the text of spec 20 11.4 while it cannot.
    pub async fn esito_di_tracciato(
        &self,
        chi: &Chiamante,
        id: i64,
    ) -> Result<TracciatoLetto, TracciatoError> {
        let t = self.leggi_tracciato(chi, id).await?;
        let perche = match t.tracciato.stato {
            s if s.caricato() => return Ok(t),
            StatoTracciato::Scartato => "tracciato scartato",
            _ => "elaborazione ancora in corso",
        };
        Err(TracciatoError::Inesistente(format!("Tracciato di Esito non presente: {perche}")))
    }

    /// A bulk load whose prints can be fetched.
    ///
    /// # Errors
    /// [`TracciatoError::Inesistente`] with the text of spec 20 11.4 while they cannot.
    pub async fn stampe_di_tracciato(
        &self,
        chi: &Chiamante,
        id: i64,
    ) -> Result<TracciatoLetto, TracciatoError> {
        let t = self.leggi_tracciato(chi, id).await?;
        if !t.tracciato.stampa_avvisi {
            let testo = "La stampa degli avvisi di pagamento non e' stata richiesta per il tracciato";
            return Err(TracciatoError::Inesistente(testo.to_owned()));
        }
        let perche = match t.tracciato.stato {
            StatoTracciato::EseguitoConErrori
                if t.tracciato.annullato_da.is_some() && t.tracciato.contatori.avvisi_stampati == 0 =>
            {
                "tracciato annullato"
            }
            StatoTracciato::Eseguito | StatoTracciato::EseguitoConErrori => return Ok(t),
            StatoTracciato::Scartato => "tracciato scartato",
            StatoTracciato::InAttesa
            | StatoTracciato::InElaborazione
            | StatoTracciato::ElaborazioneStampa => "elaborazione ancora in corso",
        };
        Err(TracciatoError::Inesistente(format!("Stampe avvisi non disponibili per il tracciato: {perche}")))
    }

    /// A piece of the file as it came; `None` past the last.
    ///
    /// # Errors
    /// The database.
    pub async fn pezzo_di_richiesta(&self, id: i64, indice: i64) -> Result<Option<Vec<u8>>, StoreError> {
        self.store().pezzo_tracciato(id, indice).await
    }

    /// A piece of the outcome: that of the operations after a number, and the number to go on from;
    /// `None` past the last.
    ///
    /// # Errors
    /// The database.
    pub async fn pezzo_di_esito(
        &self,
        t: &Tracciato,
        dopo: i64,
    ) -> Result<Option<(Vec<u8>, i64)>, StoreError> {
        let righe = self.store().operazioni_dopo(t.id, dopo, RIGHE).await?;
        let mut testo = String::new();
        if dopo == 0 {
            testo.push_str(&apertura(t));
        }
        for o in &righe {
            match t.formato {
                FormatoTracciato::Csv => {
                    testo.push_str(o.riga.as_deref().unwrap_or_default());
                    testo.push('\n');
                }
                FormatoTracciato::Json => {
                    if o.numero == t.contatori.inserimenti + 1 {
                        testo.push_str("],\"annullamenti\":[");
                    } else if o.numero > 1 {
                        testo.push(',');
                    }
                    testo.push_str(&o.risposta);
                }
            }
        }
        let ultima = righe.last().map_or(dopo, |o| o.numero);
        let finito = righe.is_empty();
        if finito && dopo == i64::MAX {
            return Ok(None);
        }
        if finito {
            if t.formato == FormatoTracciato::Json {
                // Of a load that was told to end the second list may not have begun.
                let iniziati = dopo > t.contatori.inserimenti;
                testo.push_str(if iniziati { "]}" } else { "],\"annullamenti\":[]}" });
            }
            return Ok(Some((testo.into_bytes(), i64::MAX)));
        }
        Ok(Some((testo.into_bytes(), ultima)))
    }
}

/// What stands before the first operation.
fn apertura(t: &Tracciato) -> String {
    match t.formato {
        FormatoTracciato::Csv => format!("{}\n", t.intestazione.as_deref().unwrap_or_default()),
        FormatoTracciato::Json => format!(
            "{{\"idTracciato\":{},\"idDominio\":{},\"inserimenti\":[",
            serde_json::Value::from(t.nome_file.as_str()),
            serde_json::Value::from(t.id_dominio.as_str())
        ),
    }
}
