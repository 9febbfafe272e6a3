//! Pendenze that are born of a form (spec 20 section 10): what is entered is checked by the schema of the type,
//! made a pendenza by its template or by the applicazione it is forwarded to, and loaded as any other.

mod schema;
mod sessione;
mod sezione;
mod trasforma;

pub use schema::{Difetto, Schema};
pub use sessione::InSessione;
pub use sezione::Portale;
pub use trasforma::Ingresso;
pub(crate) use trasforma::Officina;

use super::carica::{self, Richiesta};
use super::{CaricaError, Caricata, EsitoNegativo, Provenienza, scrive_le_proprie};
use crate::chiamante::Oggetto;
use crate::ente::{EsitoVerifica, Inoltrata, Inoltro, modulo_sconosciuto};
use crate::{Chiamante, Engine, Negato};
use contratto::Sintassi;
use contratto::json::leggi_corpo;
use contratto::pendenza::{NonLeggibile, Variante, leggi_nuova};
use domain::anagrafica::{Applicazione, VersioneEnte};
use domain::pendenza::{ChiavePendenza, NuovaPendenza, PendenzaError};
use domain::{IdA2A, IdDominio, IdTipoPendenza, IdUnita};
use serde_json::Value;
use sezione::Sezione;
use std::sync::Arc;
use store::StoreError;
use store::sessioni_pendenze::Formato;
use trasforma::Luogo;

/// Why a form gave no pendenza. The display text is the `dettaglio`.
#[derive(Debug, thiserror::Error)]
pub enum ModuloError {
    /// 404: dominio, office or type.
    #[error("{0}")]
    Inesistente(String),
    /// Out of the caller's scope.
    #[error(transparent)]
    NonAutorizzato(#[from] Negato),
    /// 400 `SINTASSI`: the input breaks the schema.
    #[error("{0}")]
    NonConforme(String),
    /// `VAL_001`: the schema itself is not one.
    #[error("{0}")]
    Schema(String),
    /// `VAL_002`: the input could not be checked.
    #[error("{0}")]
    Controllo(String),
    /// `TRASFORMAZIONE`: the template failed.
    #[error("{0}")]
    Trasformazione(String),
    /// 422 `SEMANTICA`: the template refuses.
    #[error("{0}")]
    Fermata(String),
    /// What it became is not a pendenza.
    #[error(transparent)]
    NonLeggibile(#[from] NonLeggibile),
    /// 502 `502000`: forwarding gave nothing.
    #[error(
        "L'inoltro del versamento [Dominio: {dominio} TipoVersamento:{tipo}] all'applicazione competente \
         [Applicazione:{applicazione}] {esito}"
    )]
    Inoltro {
        /// Of the form.
        dominio: IdDominio,
        /// Of the form.
        tipo: IdTipoPendenza,
        /// Which was asked.
        applicazione: IdA2A,
        /// What it did.
        esito: String,
    },
    /// It could not be loaded.
    #[error(transparent)]
    NonCaricata(#[from] CaricaError),
    /// The database.
    #[error("lettura non riuscita")]
    Store(#[from] StoreError),
}

impl From<PendenzaError> for ModuloError {
    fn from(e: PendenzaError) -> Self {
        Self::NonCaricata(e.into())
    }
}

/// A form that the caller may fill in (step 1).
pub struct Modulo {
    chi: Chiamante,
    portale: Portale,
    luogo: Luogo,
    sezione: Sezione,
}

/// What a form has become, with who made it when that was an ente, and the text it is read from.
struct Compilata {
    nuova: NuovaPendenza,
    ente: Option<Arc<Applicazione>>,
    formato: Formato,
    contenuto: Vec<u8>,
}

/// The same after the checks of spec 20 3.1 up to row 12.
struct Composta {
    richiesta: Richiesta,
    ente: Option<Arc<Applicazione>>,
    formato: Formato,
    contenuto: Vec<u8>,
}

impl Engine {
    /// Step 1: rights, then what the address names.
    ///
    /// # Errors
    /// [`ModuloError::NonAutorizzato`], [`ModuloError::Inesistente`], the database.
    pub async fn apri_modulo(
        &self,
        chi: Chiamante,
        portale: Portale,
        (dominio, tipo, unita): (IdDominio, IdTipoPendenza, Option<IdUnita>),
    ) -> Result<Modulo, ModuloError> {
        chi.ambito(&Oggetto {
            dominio: Some(dominio.as_str()),
            unita: unita.as_ref().map(IdUnita::as_str),
            tipo_pendenza: Some(tipo.as_str()),
        })?;
        let scheda = self.registro().dominio(dominio.as_str()).await?;
        let scheda =
            scheda.ok_or_else(|| ModuloError::Inesistente(format!("Dominio [{dominio}] inesistente.")))?;
        if let Some(u) = unita.as_ref().filter(|u| scheda.unita(Some(u.as_str())).is_none()) {
            let testo = format!("Unita' Operativa [{u}] inesistente per il Dominio [{dominio}].");
            return Err(ModuloError::Inesistente(testo));
        }
        let Some(del_dominio) = scheda.tipo(tipo.as_str()) else {
            let testo = format!("TipoPendenza [{tipo}] inesistente per il Dominio [{dominio}].");
            return Err(ModuloError::Inesistente(testo));
        };
        let sezione = Sezione::di(del_dominio, portale);
        Ok(Modulo { chi, portale, luogo: Luogo { dominio, tipo, unita }, sezione })
    }

    /// Steps 2 to 6: makes a pendenza of what was entered, and stores it, under the key given if there is one.
    ///
    /// # Errors
    /// [`ModuloError`].
    pub async fn carica_da_modulo(
        &self,
        modulo: &Modulo,
        ingresso: Ingresso,
        chiave: Option<ChiavePendenza>,
    ) -> Result<Caricata, ModuloError> {
        let Composta { richiesta, ente, .. } = self.compila(modulo, ingresso, chiave).await?;
        let esito = carica::carica(self, &richiesta, &|_, _| {}).await;
        esito.map_err(|e| modulo.non_caricata(e, ente.as_deref()))
    }

    /// Steps 2 to 5, and the checks of spec 20 3.1 up to row 12.
    async fn compila(
        &self,
        modulo: &Modulo,
        ingresso: Ingresso,
        chiave: Option<ChiavePendenza>,
    ) -> Result<Composta, ModuloError> {
        let ingresso = Arc::new(ingresso);
        let reso = self.lavora(&modulo.sezione, &modulo.luogo, Arc::clone(&ingresso)).await?;
        let Compilata { mut nuova, ente, formato, contenuto } = match &modulo.sezione.inoltro {
            Some(a2a) => self.inoltra_modulo(modulo, a2a, reso, &ingresso).await?,
            None => {
                let json = match reso {
                    Some(testo) => leggi_corpo(testo.as_bytes()).map_err(|Sintassi(e)| {
                        ModuloError::Trasformazione(format!("il modello non ha prodotto un JSON: {e}"))
                    })?,
                    None => ingresso.corpo.clone(),
                };
                let contenuto = json.to_string().into_bytes();
                let nuova = modulo.luogo.leggi(json)?;
                if modulo.portale == Portale::Backoffice {
                    scrive_le_proprie(&modulo.chi, &nuova.chiave.id_a2a)?;
                }
                Compilata { nuova, ente: None, formato: Formato::Modulo, contenuto }
            }
        };
        if let Some(chiave) = chiave {
            nuova.chiave = chiave;
        }
        let provenienza = match &ente {
            Some(a) => Provenienza::Ente { applicazione: Arc::clone(a), iuv_chiesto: None },
            None => Provenienza::Operatore(modulo.chi.clone()),
        };
        let preparata = match carica::autorizza(&provenienza, &nuova) {
            Ok(()) => carica::prepara(self, provenienza, nuova).await,
            Err(e) => Err(e),
        };
        let mut richiesta = preparata.map_err(|e| modulo.non_caricata(e, ente.as_deref()))?;
        richiesta.posizione = modulo.portale.posizione();
        Ok(Composta { richiesta, ente, formato, contenuto })
    }

    /// Step 4.
    async fn inoltra_modulo(
        &self,
        modulo: &Modulo,
        a2a: &IdA2A,
        reso: Option<String>,
        ingresso: &Ingresso,
    ) -> Result<Compilata, ModuloError> {
        let Luogo { dominio, tipo, unita } = &modulo.luogo;
        let applicazione = self.registro().applicazione(a2a.as_str()).await?;
        let applicazione = match applicazione {
            None => return Err(modulo.fallito(a2a, &PendenzaError::ApplicazioneInesistente(a2a.clone()))),
            Some(a) if !a.abilitata() => {
                return Err(modulo.fallito(a2a, &PendenzaError::ApplicazioneDisabilitata(a2a.clone())));
            }
            Some(a) => a,
        };
        use EsitoNegativo as N;
        if applicazione.servizio_integrazione.is_none() {
            return Err(modulo.negativo(a2a, N::Sconosciuta, None));
        }
        let corpo = reso.unwrap_or_else(|| ingresso.corpo.to_string()).into_bytes();
        let inoltro =
            Inoltro { dominio, tipo, unita: unita.as_ref(), corpo, transazione: &ingresso.transazione };
        let Inoltrata { esito, risposta } = self.inoltra(&applicazione, inoltro).await;
        match esito {
            EsitoVerifica::NonEseguita(nuova) => {
                let mut nuova = *nuova;
                nuova.tipo_pendenza.get_or_insert_with(|| tipo.clone());
                nuova.unita = nuova.unita.or_else(|| unita.clone());
                let versione = applicazione.servizio_integrazione.as_ref().map(|s| s.versione);
                let formato = match versione {
                    Some(VersioneEnte::RestV2) => Formato::EnteV2,
                    Some(VersioneEnte::RestV1) | None => Formato::EnteV1,
                };
                Ok(Compilata { nuova, ente: Some(applicazione), formato, contenuto: risposta })
            }
            EsitoVerifica::Annullata { descrizione, .. } => {
                Err(modulo.negativo(a2a, N::Annullata, descrizione))
            }
            EsitoVerifica::Scaduta { descrizione, .. } => Err(modulo.negativo(a2a, N::Scaduta, descrizione)),
            EsitoVerifica::Duplicata { descrizione, .. } => {
                Err(modulo.negativo(a2a, N::Duplicata, descrizione))
            }
            EsitoVerifica::Sconosciuta { descrizione } => {
                let detta = descrizione != modulo_sconosciuto(dominio, tipo);
                Err(modulo.negativo(a2a, N::Sconosciuta, detta.then_some(descrizione)))
            }
            EsitoVerifica::NonValida { testo, .. } | EsitoVerifica::Errore { testo } => {
                Err(modulo.fallito(a2a, &testo))
            }
        }
    }
}

impl Luogo {
    /// Step 5: the values of the address are those of the pendenza, whatever the form says.
    fn leggi(&self, mut json: Value) -> Result<NuovaPendenza, NonLeggibile> {
        if let Value::Object(o) = &mut json {
            o.insert("idDominio".to_owned(), self.dominio.as_str().into());
            o.insert("idTipoPendenza".to_owned(), self.tipo.as_str().into());
            if let Some(u) = &self.unita {
                o.insert("idUnitaOperativa".to_owned(), u.as_str().into());
            }
        }
        leggi_nuova(&json, Variante::Modulo, None)
    }
}

/// Step 5 on the text of a template, in a place: for who tests the readers.
pub(crate) fn leggi(testo: &[u8]) -> Result<NuovaPendenza, String> {
    let luogo = Luogo {
        dominio: IdDominio::fidato("12345678901"),
        tipo: IdTipoPendenza::fidato("TARI"),
        unita: Some(IdUnita::fidato("UO1")),
    };
    luogo.leggi(leggi_corpo(testo).map_err(|e| e.0)?).map_err(|e| e.to_string())
}

impl Modulo {
    fn inoltro(&self, applicazione: &IdA2A, esito: String) -> ModuloError {
        ModuloError::Inoltro {
            dominio: self.luogo.dominio.clone(),
            tipo: self.luogo.tipo.clone(),
            applicazione: applicazione.clone(),
            esito,
        }
    }

    fn fallito(&self, applicazione: &IdA2A, perche: &dyn std::fmt::Display) -> ModuloError {
        self.inoltro(applicazione, format!("e' fallito con errore: {perche}"))
    }

    fn negativo(
        &self,
        applicazione: &IdA2A,
        esito: EsitoNegativo,
        descrizione: Option<String>,
    ) -> ModuloError {
        let descrizione = descrizione.map_or_else(String::new, |d| format!(": {d}"));
        self.inoltro(applicazione, format!("ha dato esito {}{descrizione}", esito.as_str()))
    }

    /// A rule that is broken is the ente's when the pendenza is.
    fn non_caricata(&self, e: CaricaError, ente: Option<&Applicazione>) -> ModuloError {
        match (e, ente) {
            (CaricaError::Regola(e), Some(a)) => self.fallito(&a.id, &e),
            (CaricaError::Store(e), _) => e.into(),
            (altro, _) => altro.into(),
        }
    }
}
