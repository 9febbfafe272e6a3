//! The audit of master data: every change leaves an event of the giornale, written in the same commit
//! as the change (who, what, how it was, how it is). Nothing can switch it off, and nothing of the
//! master data changes without it.
//!
//! The event has componente `GOVPAY`, categoria `UTENTE`, tipoEvento `modificaAnagrafica` and the kind
//! of the entity as sottotipoEvento; its request payload is
//! `{"operazione", "tipo", "chiave", "prima", "dopo", "segretiCambiati"}`. The event of the HTTP call
//! (categoria `INTERFACCIA`) is another one, with the same transactionId.

use super::AnagraficaError;
use super::ritratti::Ritratto;
use crate::giornale::messaggio;
use crate::ritenta::{Contesa, ritenta};
use crate::{Chiamante, Engine};
use domain::evento::{CategoriaEvento, ChiaviEvento, Componente, EsitoEvento, Evento, RuoloEvento};
use serde_json::{Map, Value};
use store::anagrafica::se_versione;
use store::{Scrittura, StoreError};

/// `tipoEvento` of the audit.
pub const TIPO_EVENTO: &str = "modificaAnagrafica";

/// Who changes master data, and in which call.
#[derive(Debug, Clone)]
pub struct Autore {
    /// The caller.
    pub chi: Chiamante,
    /// `X-Govpay-IdTransazione`.
    pub transazione: String,
}

/// Who an event names.
#[derive(Debug, Clone)]
pub(crate) struct Firma {
    pub(crate) principal: Option<String>,
    pub(crate) utente: String,
    pub(crate) transazione: String,
}

impl Firma {
    pub(crate) fn di(a: &Autore) -> Self {
        let utente = match &a.chi.applicazione {
            Some(applicazione) => applicazione.id.to_string(),
            None => a.chi.utenza.nome.clone(),
        };
        Self { principal: Some(a.chi.utenza.principal.clone()), utente, transazione: a.transazione.clone() }
    }

    /// The program itself: its first start, its command line.
    pub(crate) fn del_programma(cosa: &str) -> Self {
        Self { principal: None, utente: cosa.to_owned(), transazione: String::new() }
    }
}

/// A change on its way. However often it is decided again it has one event, the one of the decision
/// that went through.
#[derive(Debug)]
pub(super) struct Atto {
    firma: Firma,
    id_evento: i64,
}

/// What has changed.
#[derive(Debug)]
pub(crate) struct Modifica {
    /// Kind of entity, as the contract calls it.
    pub(crate) tipo: &'static str,
    /// Its key; of what belongs to a dominio, `{idDominio}/{id}`.
    pub(crate) chiave: String,
    /// The dominio that it is of.
    pub(crate) dominio: Option<String>,
    /// The applicazione that it is.
    pub(crate) id_a2a: Option<String>,
    /// How it was; `None`: it was not there.
    pub(crate) prima: Option<Ritratto>,
    /// How it is.
    pub(crate) dopo: Ritratto,
}

impl Modifica {
    /// Of something that belongs to no dominio.
    pub(crate) fn di(
        tipo: &'static str,
        chiave: impl Into<String>,
        prima: Option<Ritratto>,
        dopo: Ritratto,
    ) -> Self {
        Self { tipo, chiave: chiave.into(), dominio: None, id_a2a: None, prima, dopo }
    }

    /// Of something of a dominio; without an own id it is the dominio itself.
    pub(super) fn di_dominio(
        tipo: &'static str,
        dominio: &str,
        id: Option<&str>,
        prima: Option<Ritratto>,
        dopo: Ritratto,
    ) -> Self {
        let chiave = match id {
            Some(id) => format!("{dominio}/{id}"),
            None => dominio.to_owned(),
        };
        Self { dominio: Some(dominio.to_owned()), ..Self::di(tipo, chiave, prima, dopo) }
    }

    fn corpo(&self) -> Value {
        let mut o = Map::new();
        o.insert("operazione".into(), if self.prima.is_some() { "MODIFICA" } else { "CREAZIONE" }.into());
        o.insert("tipo".into(), self.tipo.into());
        o.insert("chiave".into(), self.chiave.as_str().into());
        if let Some(prima) = &self.prima {
            o.insert("prima".into(), prima.valore().clone());
        }
        o.insert("dopo".into(), self.dopo.valore().clone());
        o.insert("segretiCambiati".into(), self.dopo.segreti_cambiati(self.prima.as_ref()).into());
        Value::Object(o)
    }
}

impl Engine {
    /// Opens a change.
    pub(super) async fn atto(&self, autore: &Autore) -> Result<Atto, StoreError> {
        Ok(Atto { firma: Firma::di(autore), id_evento: self.store().nuovi_id_eventi(1).await? })
    }

    /// Runs a change until it neither crosses another one nor loses its answer, for about two seconds.
    pub(super) async fn ripeti<T, F>(&self, cambia: impl FnMut() -> F) -> Result<T, AnagraficaError>
    where
        F: Future<Output = Result<T, AnagraficaError>>,
    {
        let _fila = self.anagrafica_in_fila().await;
        ritenta(cambia).await
    }

    /// Commits a change with its event, unless something of the master data is no longer at the
    /// version at which it was read: nobody overwrites what he has not seen, and what the event says
    /// of before is what was there. Drops what is in memory, whatever the outcome.
    pub(super) async fn conferma(
        &self,
        atto: &Atto,
        versione: i64,
        cambio: Scrittura,
        modifica: &Modifica,
    ) -> Result<(), StoreError> {
        let mut s = Scrittura::nuova();
        se_versione(&mut s, versione);
        s.unisci(cambio);
        store::eventi::annota(&mut s, &self.evento_di(&atto.firma, atto.id_evento, modifica));
        let esito = self.store().commit(s).await;
        self.registro().svuota();
        esito
    }

    /// The event of a change, to be written with it.
    pub(crate) fn evento_di(&self, firma: &Firma, id: i64, modifica: &Modifica) -> Evento {
        let cosa = if modifica.prima.is_some() { "Modifica" } else { "Creazione" };
        let chiavi = ChiaviEvento {
            dominio: modifica.dominio.clone(),
            id_a2a: modifica.id_a2a.clone(),
            ..ChiaviEvento::default()
        };
        let detto = format!("{cosa} di {} [{}]", modifica.tipo, modifica.chiave);
        self.evento_utente(firma, id, (TIPO_EVENTO, modifica.tipo), detto, chiavi, &modifica.corpo())
    }

    /// What somebody has done, to be written with it: tipoEvento and sottotipoEvento, a line for who
    /// reads, the request payload.
    pub(crate) fn evento_utente(
        &self,
        firma: &Firma,
        id: i64,
        (tipo, sottotipo): (&str, &str),
        detto: String,
        chiavi: ChiaviEvento,
        corpo: &Value,
    ) -> Evento {
        let adesso = self.adesso();
        Evento {
            id,
            componente: Componente::Govpay,
            categoria: CategoriaEvento::Utente,
            ruolo: RuoloEvento::Server,
            tipo: tipo.to_owned(),
            sottotipo: Some(sottotipo.to_owned()),
            esito: EsitoEvento::Ok,
            sottotipo_esito: None,
            dettaglio_esito: Some(detto),
            data: adesso,
            durata_millis: 0,
            chiavi,
            pagopa: None,
            severita: None,
            cluster: self.impostazioni().nodo.clone(),
            transazione: firma.transazione.clone(),
            principal: firma.principal.clone(),
            utente: Some(firma.utente.clone()),
            url: None,
            metodo: None,
            stato_http: None,
            richiesta: Some(messaggio(adesso, Vec::new(), corpo.to_string().as_bytes())),
            risposta: None,
        }
    }
}

impl Contesa for AnagraficaError {
    fn contesa(&self) -> bool {
        self.da_ripetere()
    }
}
