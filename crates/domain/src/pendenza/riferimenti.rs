//! Checks of a new pendenza against the master data: rows 6 to 12 of spec 20 3.1, in that order.

use super::{Forma, NuovaPendenza, NuovaVoce, PendenzaError};
use crate::anagrafica::{Applicazione, SchedaDominio, TipoPendenza};
use crate::{IdDominio, IdTipoPendenza, Importo};
use std::collections::HashSet;
use std::sync::Arc;

/// The master data that a pendenza names, as far as they exist.
#[derive(Debug, Clone, Copy)]
pub struct Anagrafica<'a> {
    /// The applicazione of its key.
    pub applicazione: Option<&'a Applicazione>,
    /// Its dominio and those of its voci.
    pub domini: &'a [Arc<SchedaDominio>],
    /// The types that [`NuovaPendenza::tipi_possibili`] names.
    pub tipi: &'a [Arc<TipoPendenza>],
}

/// Which types stand in for one that is missing (spec 20 3.2).
#[derive(Debug, Clone, Copy)]
pub struct TipiDiRiserva<'a> {
    /// Of a line that names neither entrata nor stamp.
    pub libero: &'a str,
    /// Of a derived type that is not registered; `None` when unknown types are registered instead.
    pub non_censito: Option<&'a str>,
}

/// What the checks found.
#[derive(Debug, Clone, Copy)]
pub struct Riferita<'a> {
    /// The applicazione.
    pub applicazione: &'a Applicazione,
    /// The dominio.
    pub scheda: &'a SchedaDominio,
    /// The type, given or derived.
    pub tipo: &'a TipoPendenza,
}

impl NuovaPendenza {
    /// The type that the first voce stands for (spec 20 3.2), whether it is registered or not.
    #[must_use]
    pub fn tipo_derivato(&self, libero: &str) -> IdTipoPendenza {
        let nome = self.voci.first().and_then(|v| v.forma.entrata()).unwrap_or(libero);
        IdTipoPendenza::fidato(nome)
    }

    /// The types whose registration decides: the one given, else the derived one and its substitute.
    #[must_use]
    pub fn tipi_possibili(&self, riserva: TipiDiRiserva<'_>) -> Vec<IdTipoPendenza> {
        match &self.tipo_pendenza {
            Some(t) => vec![t.clone()],
            None => std::iter::once(self.tipo_derivato(riserva.libero))
                .chain(riserva.non_censito.map(IdTipoPendenza::fidato))
                .collect(),
        }
    }

    /// The domini that it names, its own first, each once.
    #[must_use]
    pub fn domini(&self) -> Vec<&IdDominio> {
        let mut tutti = vec![&self.dominio];
        for d in self.voci.iter().filter_map(|v| v.dominio.as_ref()) {
            if !tutti.contains(&d) {
                tutti.push(d);
            }
        }
        tutti
    }

    /// Checks references, identity of the voci and their sum.
    ///
    /// # Errors
    /// The first rule broken, in the order of spec 20 3.1 from row 6 to row 12.
    pub fn riferita<'a>(
        &self,
        a: Anagrafica<'a>,
        riserva: TipiDiRiserva<'_>,
    ) -> Result<Riferita<'a>, PendenzaError> {
        let applicazione = a
            .applicazione
            .ok_or_else(|| PendenzaError::ApplicazioneInesistente(self.chiave.id_a2a.clone()))?;
        if !applicazione.abilitata() {
            return Err(PendenzaError::ApplicazioneDisabilitata(self.chiave.id_a2a.clone()));
        }
        let scheda = dominio(a, &self.dominio)?;
        if let Some(u) = &self.unita {
            let uo = scheda
                .unita(Some(u.as_str()))
                .ok_or_else(|| PendenzaError::UnitaInesistente(u.clone(), self.dominio.clone()))?;
            if !uo.abilitato {
                return Err(PendenzaError::UnitaDisabilitata(u.clone(), self.dominio.clone()));
            }
        }
        for v in &self.voci {
            voce(v, a, scheda)?;
        }
        let tipo = self.tipo(a, riserva, applicazione, scheda)?;
        self.voci_coerenti()?;
        Ok(Riferita { applicazione, scheda, tipo })
    }

    fn tipo<'a>(
        &self,
        a: Anagrafica<'a>,
        riserva: TipiDiRiserva<'_>,
        applicazione: &Applicazione,
        scheda: &SchedaDominio,
    ) -> Result<&'a TipoPendenza, PendenzaError> {
        let possibili = self.tipi_possibili(riserva);
        let tipo = possibili.iter().find_map(|id| a.tipi.iter().find(|t| t.id == *id)).ok_or_else(|| {
            let cercato = possibili.last().cloned().unwrap_or_else(|| self.tipo_derivato(riserva.libero));
            PendenzaError::TipoInesistente(cercato)
        })?;
        if !tipo.abilitato {
            return Err(PendenzaError::TipoDisabilitato(tipo.id.clone()));
        }
        if !applicazione.autodeterminazione
            && !applicazione.utenza.tipi_pendenza.comprende_tipo(tipo.id.as_str())
        {
            return Err(PendenzaError::TipoNonAutorizzato);
        }
        let del_dominio = scheda
            .tipo(tipo.id.as_str())
            .ok_or_else(|| PendenzaError::TipoDominioInesistente(tipo.id.clone(), self.dominio.clone()))?;
        if !del_dominio.abilitato() {
            return Err(PendenzaError::TipoDominioDisabilitato(tipo.id.clone(), self.dominio.clone()));
        }
        Ok(tipo)
    }

    fn voci_coerenti(&self) -> Result<(), PendenzaError> {
        let mut viste = HashSet::new();
        for v in &self.voci {
            if !viste.insert(v.id_voce.as_str()) {
                return Err(PendenzaError::VoceRipetuta {
                    chiave: self.chiave.clone(),
                    voce: v.id_voce.clone(),
                });
            }
        }
        let somma: Importo = self.voci.iter().map(|v| v.importo).sum();
        if somma == self.importo {
            Ok(())
        } else {
            Err(PendenzaError::TotaleDiverso { chiave: self.chiave.clone(), totale: self.importo, somma })
        }
    }

    /// Checks that the shares of each accounting split add up to their line (`VER_035`, before every
    /// other rule: spec 20 3.1 row 4). A line without shares has nothing to add up.
    ///
    /// # Errors
    /// [`PendenzaError::QuoteDiverse`].
    pub fn quote_coerenti(&self) -> Result<(), PendenzaError> {
        for v in &self.voci {
            let Some(c) = v.contabilita.as_ref().filter(|c| !c.quote.is_empty()) else { continue };
            let somma: Importo = c.quote.iter().map(|q| q.importo).sum();
            if somma != v.importo {
                return Err(PendenzaError::QuoteDiverse {
                    chiave: self.chiave.clone(),
                    voce: v.id_voce.clone(),
                    importo: v.importo,
                    somma,
                });
            }
        }
        Ok(())
    }
}

fn dominio<'a>(a: Anagrafica<'a>, id: &IdDominio) -> Result<&'a SchedaDominio, PendenzaError> {
    let scheda = a
        .domini
        .iter()
        .find(|s| s.dominio.id == *id)
        .ok_or_else(|| PendenzaError::DominioInesistente(id.clone()))?;
    if scheda.dominio.abilitato { Ok(scheda) } else { Err(PendenzaError::DominioDisabilitato(id.clone())) }
}

fn voce(v: &NuovaVoce, a: Anagrafica<'_>, della_pendenza: &SchedaDominio) -> Result<(), PendenzaError> {
    let scheda = match &v.dominio {
        Some(d) => dominio(a, d)?,
        None => della_pendenza,
    };
    let id = &scheda.dominio.id;
    if let Some(codice) = v.forma.entrata() {
        let entrata = scheda
            .entrata(codice)
            .ok_or_else(|| PendenzaError::TributoInesistente(codice.to_owned(), id.clone()))?;
        if !entrata.abilitato {
            return Err(PendenzaError::TributoDisabilitato(codice.to_owned(), id.clone()));
        }
    }
    if let Forma::Definita { iban_accredito, iban_appoggio, .. } = &v.forma {
        let conto = scheda
            .conto(iban_accredito.as_str())
            .ok_or_else(|| PendenzaError::IbanInesistente(iban_accredito.clone(), id.clone()))?;
        if !conto.abilitato {
            return Err(PendenzaError::IbanDisabilitato(iban_accredito.clone(), id.clone()));
        }
        if let Some(appoggio) = iban_appoggio {
            let conto = scheda
                .conto(appoggio.as_str())
                .ok_or_else(|| PendenzaError::IbanAppoggioInesistente(appoggio.clone(), id.clone()))?;
            if !conto.abilitato {
                return Err(PendenzaError::IbanAppoggioDisabilitato(appoggio.clone(), id.clone()));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "riferimenti_test.rs"]
mod tests;
