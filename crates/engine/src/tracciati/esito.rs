//! What is recorded of an operation (spec 20 11.3).

use super::modello::{self, Riscontro};
use crate::StoreError;
use crate::pendenze::{AnnullaError, CaricaError};
use contratto::numeri::importo_json;
use domain::anagrafica::SchedaDominio;
use domain::pendenza::{Pendenza, StatoAvviso, barcode, qrcode};
use jiff::civil::Date;
use modelli::Modello;
use serde_json::{Map, Value, json};
use store::tracciati::{NuovaOperazione, TipoOperazione};

/// Why an operation was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scarto {
    /// A rule of the catalogue.
    Regola(&'static str, String),
    /// It cannot be read.
    Sintassi(String),
    /// Not for who sent the file.
    NonAutorizzato(String),
    /// Our fault.
    Interno,
}

/// What concerns every operation of a CSV.
#[derive(Debug)]
pub(super) struct Csv {
    pub(super) intestazione: String,
    pub(super) richiesta: Result<Modello, String>,
    pub(super) risposta: Result<Modello, String>,
    pub(super) separatore: u8,
}

/// What an operation is, before its outcome is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chi {
    pub(super) numero: i64,
    pub(super) tipo: TipoOperazione,
    pub(super) id_a2a: Option<String>,
    pub(super) id_pendenza: Option<String>,
    pub(super) richiesta: Option<String>,
}

/// Who writes the records of one file.
pub(super) struct Scrivano<'a> {
    pub(super) csv: Option<&'a Csv>,
    pub(super) stampa_avvisi: bool,
    pub(super) adesso: i64,
    pub(super) oggi: Date,
}

/// An error of the database is no outcome, unless trying again does not help.
pub(super) fn di_store(e: StoreError) -> Result<Scarto, StoreError> {
    match e {
        StoreError::Rotto(testo) => {
            tracing::error!(%testo, "operazione di un tracciato non riuscita");
            Ok(Scarto::Interno)
        }
        altro => Err(altro),
    }
}

pub(super) fn di_carica(e: CaricaError) -> Result<Scarto, StoreError> {
    match e {
        CaricaError::Regola(e) => Ok(Scarto::Regola(e.codice(), e.to_string())),
        CaricaError::NonAutorizzato(e) => Ok(Scarto::NonAutorizzato(e.to_string())),
        CaricaError::Numero(e) => {
            tracing::error!(errore = %e, "numero avviso non disponibile");
            Ok(Scarto::Interno)
        }
        CaricaError::Store(e) => di_store(e),
    }
}

pub(super) fn di_annulla(e: AnnullaError) -> Result<Scarto, StoreError> {
    match e {
        AnnullaError::Inesistente => Ok(Scarto::Regola("VER_008", e.to_string())),
        AnnullaError::NonAmmesso(..) => Ok(Scarto::Regola("VER_009", e.to_string())),
        AnnullaError::NonAutorizzato(e) => Ok(Scarto::NonAutorizzato(e.to_string())),
        AnnullaError::Store(e) => di_store(e),
    }
}

impl Scarto {
    fn testo(&self) -> String {
        match self {
            Self::Regola(codice, testo) => format!("{codice}: {testo}"),
            Self::Sintassi(testo) | Self::NonAutorizzato(testo) => testo.clone(),
            Self::Interno => "Errore interno".to_owned(),
        }
    }

    fn corpo(&self) -> Value {
        let errore = |categoria: &str, codice: &str, descrizione: &str, dettaglio: &str| {
            json!({
                "categoria": categoria, "codice": codice, "descrizione": descrizione, "dettaglio": dettaglio
            })
        };
        const NON_VALIDA: &str = "Richiesta non valida";
        match self {
            Self::Regola(codice, testo) => errore("RICHIESTA", codice, NON_VALIDA, testo),
            Self::Sintassi(testo) => errore("RICHIESTA", "400000", NON_VALIDA, testo),
            Self::NonAutorizzato(testo) => {
                errore("AUTORIZZAZIONE", "403000", "Operazione non autorizzata", testo)
            }
            Self::Interno => {
                json!({"categoria": "INTERNO", "codice": "500000", "descrizione": "Errore interno"})
            }
        }
    }

    /// `esito` (spec 20 11.3).
    fn esito(&self, tipo: TipoOperazione) -> &'static str {
        match (self, tipo) {
            (Self::Regola(codice, _), _) => codice,
            (Self::NonAutorizzato(_), _) => "NOT_AUTHORIZED",
            (Self::Sintassi(_), TipoOperazione::Del) => "DEL_KO",
            (Self::Sintassi(_) | Self::Interno, _) => "ADD_KO",
        }
    }
}

impl Scrivano<'_> {
    /// The record of an operation that was not done.
    pub(super) fn scartata(&self, chi: &Chi, scarto: &Scarto) -> NuovaOperazione {
        let testo = scarto.testo();
        let risposta = risposta(chi, false, scarto.esito(chi.tipo), &testo, Some(scarto.corpo()));
        let riga = self.riga(chi, false, Some(&testo), None);
        NuovaOperazione {
            numero: chi.numero,
            tipo: chi.tipo,
            eseguita: false,
            descrizione: Some(testo),
            id_a2a: chi.id_a2a.clone(),
            id_pendenza: chi.id_pendenza.clone(),
            id_dominio: None,
            numero_avviso: None,
            pendenza: None,
            documento: None,
            da_stampare: false,
            richiesta: chi.richiesta.clone(),
            risposta,
            riga,
        }
    }

    /// The record of one that was, with the pendenza as it is now.
    pub(super) fn eseguita(
        &self,
        chi: &Chi,
        p: &Pendenza,
        scheda: Option<&SchedaDominio>,
    ) -> NuovaOperazione {
        let carica = chi.tipo == TipoOperazione::Add;
        let dati = carica.then(|| avviso(p, scheda, self.oggi));
        let esito = if carica { "ADD_OK" } else { "DEL_OK" };
        let risposta = risposta(chi, true, esito, "Operazione completata con successo", dati);
        NuovaOperazione {
            numero: chi.numero,
            tipo: chi.tipo,
            eseguita: true,
            descrizione: None,
            id_a2a: chi.id_a2a.clone(),
            id_pendenza: chi.id_pendenza.clone(),
            id_dominio: Some(p.dominio.to_string()),
            numero_avviso: Some(p.numero_avviso.to_string()),
            pendenza: Some(p.id),
            documento: p.accessori.documento.as_ref().map(|d| d.identificativo.clone()),
            da_stampare: carica && self.stampa_avvisi,
            richiesta: chi.richiesta.clone(),
            risposta,
            riga: self.riga(chi, true, None, Some((p, scheda))),
        }
    }

    fn riga(
        &self,
        chi: &Chi,
        riuscita: bool,
        descrizione: Option<&str>,
        pendenza: Option<(&Pendenza, Option<&SchedaDominio>)>,
    ) -> Option<String> {
        let csv = self.csv?;
        let r = Riscontro {
            riuscita,
            tipo: chi.tipo.as_str(),
            descrizione,
            pendenza: pendenza.map(|(p, _)| p),
            scheda: pendenza.and_then(|(_, s)| s),
            chiave: (chi.id_a2a.as_deref(), chi.id_pendenza.as_deref()),
        };
        Some(modello::riga(&csv.risposta, &csv.intestazione, self.adesso, &r))
    }
}

fn risposta(chi: &Chi, eseguita: bool, esito: &str, descrizione: &str, dati: Option<Value>) -> String {
    let mut o = Map::new();
    let mut metti = |nome: &str, v: Option<Value>| {
        if let Some(v) = v {
            o.insert(nome.to_owned(), v);
        }
    };
    metti("idA2A", chi.id_a2a.as_deref().map(Value::from));
    metti("idPendenza", chi.id_pendenza.as_deref().map(Value::from));
    metti("tipoOperazione", Some(chi.tipo.as_str().into()));
    metti("stato", Some(if eseguita { "ESEGUITO" } else { "SCARTATO" }.into()));
    metti("esito", Some(esito.into()));
    metti("descrizioneEsito", Some(descrizione.into()));
    metti("numero", Some(chi.numero.into()));
    metti("dati", dati);
    Value::Object(o).to_string()
}

/// The notice, with the labels of API Pendenze v1.
fn avviso(p: &Pendenza, scheda: Option<&SchedaDominio>, oggi: Date) -> Value {
    let stato = match p.stato_avviso(oggi) {
        StatoAvviso::NonEseguita | StatoAvviso::Sconosciuta => "Non pagato",
        StatoAvviso::Scaduta => "Scaduto",
        StatoAvviso::Annullata => "Annullato",
        StatoAvviso::Duplicata => "Pagato",
    };
    let gln = scheda.and_then(|s| s.dominio.intermediazione.as_ref()?.gln.as_deref());
    let mut o = Map::new();
    let mut metti = |nome: &str, v: Option<Value>| {
        if let Some(v) = v {
            o.insert(nome.to_owned(), v);
        }
    };
    metti("stato", Some(stato.into()));
    metti("importo", Some(Value::Number(importo_json(p.importo))));
    metti("idDominio", Some(p.dominio.as_str().into()));
    metti("numeroAvviso", Some(p.numero_avviso.as_str().into()));
    metti("dataValidita", p.data_validita.map(|d| d.to_string().into()));
    metti("dataScadenza", p.data_scadenza.map(|d| d.to_string().into()));
    metti("descrizione", Some(p.causale.as_str().into()));
    metti("tassonomiaAvviso", p.accessori.tassonomia_avviso.as_deref().map(Value::from));
    metti("qrcode", Some(qrcode(&p.numero_avviso, &p.dominio, p.importo).into()));
    metti("barcode", gln.map(|g| barcode(g, &p.numero_avviso, p.importo).into()));
    metti("numeroDocumento", p.accessori.documento.as_ref().map(|d| d.identificativo.as_str().into()));
    Value::Object(o)
}
