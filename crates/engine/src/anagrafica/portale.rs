//! The master data that a portal shows to those who pay (spec 30 10.6): whole, whoever asks. Only the types are
//! those of the caller.

use super::{AnagraficaError, FiltroAnagrafica, Richiesta, Trovate, dominio_in_ambito, dominio_non_censito};
use crate::{Chiamante, Engine};
use domain::anagrafica::{Ambito, Dominio, SchedaDominio, TipoPendenzaDominio};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The section `portalePagamento` of a type of a dominio in force: what the dominio overrides, else what the type
/// says, member by member. `None`: off, or there is no form. A dominio that does not speak of it has it off
/// (spec 10 5.4).
#[must_use]
pub fn modulo_di_pagamento(t: &TipoPendenzaDominio) -> Option<Modulo> {
    let (base, sua) = (oggetto(&t.tipo.configurazione), oggetto(&t.configurazione));
    let sezione = |o: &Map<String, Value>| o.get("portalePagamento").and_then(Value::as_object).cloned();
    let (base, sua) = (sezione(&base).unwrap_or_default(), sezione(&sua)?);
    let acceso = sua.get("abilitato").or_else(|| base.get("abilitato")) == Some(&Value::Bool(true));
    let del_modulo = |nome: &str| {
        let di = |s: &Map<String, Value>| s.get("form")?.get(nome)?.as_str().map(str::to_owned);
        di(&sua).or_else(|| di(&base))
    };
    let (Some(tipo), Some(definizione), true) = (del_modulo("tipo"), del_modulo("definizione"), acceso)
    else {
        return None;
    };
    Some(Modulo { tipo, definizione, impaginazione: del_modulo("impaginazione") })
}

/// `visualizzazione` in force.
#[must_use]
pub fn visualizzazione(t: &TipoPendenzaDominio) -> Option<String> {
    let di = |testo: &str| oggetto(testo).get("visualizzazione")?.as_str().map(str::to_owned);
    di(&t.configurazione).or_else(|| di(&t.tipo.configurazione))
}

/// A form with which a payer makes a pendenza, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modulo {
    /// Kind of form.
    pub tipo: String,
    /// The form, in base64.
    pub definizione: String,
    /// How it is laid out.
    pub impaginazione: Option<String>,
}

fn oggetto(testo: &str) -> Map<String, Value> {
    serde_json::from_str(testo).unwrap_or_default()
}

impl Engine {
    /// A page of all domini.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn elenca_domini_del_portale(
        &self,
        f: &FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<Dominio>, AnagraficaError> {
        Ok(self.store().elenco_domini(f, r).await?)
    }

    /// A dominio with what belongs to it.
    ///
    /// # Errors
    /// `Inesistente`.
    pub async fn dominio_del_portale(&self, id: &str) -> Result<Arc<SchedaDominio>, AnagraficaError> {
        self.registro().dominio(id).await?.ok_or_else(|| dominio_non_censito(id))
    }

    /// The logo of a dominio, as it was sent.
    ///
    /// # Errors
    /// `Inesistente`.
    pub async fn logo_del_portale(&self, id: &str) -> Result<String, AnagraficaError> {
        self.store().logo(id).await?.ok_or_else(|| {
            AnagraficaError::Inesistente(format!(
                "Dominio {id} non censito in Anagrafica o logo non presente"
            ))
        })
    }

    /// The types of a dominio that a payer can ask for by their form, as far as they are in the caller's scope.
    ///
    /// # Errors
    /// `Negato` for a dominio out of scope, and to whoever has no type; `Inesistente`.
    pub async fn moduli_del_portale(
        &self,
        chi: &Chiamante,
        dominio: &str,
    ) -> Result<Vec<(TipoPendenzaDominio, Modulo)>, AnagraficaError> {
        dominio_in_ambito(chi, dominio)?;
        if matches!(&chi.utenza.tipi_pendenza, Ambito::Solo(v) if v.is_empty()) {
            return Err(chi.negato_per_nessuno("nessun Tipo Pendenza").into());
        }
        let scheda = self.dominio_del_portale(dominio).await?;
        if scheda.dominio.intermediazione.is_none() {
            return Ok(Vec::new());
        }
        let suoi = scheda.tipi.iter().filter(|t| {
            t.abilitato.unwrap_or(t.tipo.abilitato)
                && chi.utenza.tipi_pendenza.comprende_tipo(t.tipo.id.as_str())
        });
        Ok(suoi.filter_map(|t| Some((t.clone(), modulo_di_pagamento(t)?))).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// `Negato` for a dominio or a type out of scope; `Inesistente`.
    pub async fn modulo_del_portale(
        &self,
        chi: &Chiamante,
        dominio: &str,
        id: &str,
    ) -> Result<(TipoPendenzaDominio, Modulo), AnagraficaError> {
        dominio_in_ambito(chi, dominio)?;
        super::tipi::tipo_in_ambito(chi, id)?;
        let tutti = self.moduli_del_portale(chi, dominio).await?;
        tutti.into_iter().find(|(t, _)| t.tipo.id == *id).ok_or_else(|| {
            AnagraficaError::Inesistente(format!(
                "Tipo Pendenza {id} non censito in Anagrafica per il Dominio {dominio}"
            ))
        })
    }
}
