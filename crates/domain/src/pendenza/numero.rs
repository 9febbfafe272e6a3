//! Which notice number a new pendenza gets (spec 20 7.2, 7.3).

use super::{NuovaPendenza, PendenzaError, Riferita};
use crate::avviso::{GenerazioneError, Numerazione, Segnaposto, risolvi_prefisso};
use crate::{AuxDigit, Iuv, NumeroAvviso};

/// Why no notice number can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumeroError {
    /// A rule of the catalogue.
    #[error(transparent)]
    Regola(#[from] PendenzaError),
    /// The dominio is not set up for notices: no stazione, or aux digit 3 without segregation code.
    #[error("il dominio ({0}) non e' configurato per numerare gli avvisi")]
    NonConfigurato(crate::IdDominio),
    /// The numbers of the prefix are finished: never a longer IUV.
    #[error("numeri avviso esauriti per il dominio ({dominio}, prefisso [{prefisso}])")]
    Esauriti {
        /// Dominio.
        dominio: crate::IdDominio,
        /// Resolved prefix.
        prefisso: String,
    },
}

/// Where the notice numbers of a pendenza come from: one series per dominio and resolved prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serie {
    dominio: crate::IdDominio,
    numerazione: Numerazione,
    prefisso: String,
}

impl Serie {
    /// The series of a new pendenza. `anno` is the calendar year of the placeholders.
    ///
    /// # Errors
    /// `VER_028`, or a dominio that is not set up.
    pub fn di(n: &NuovaPendenza, r: &Riferita<'_>, anno: i16) -> Result<Self, NumeroError> {
        let dominio = &r.scheda.dominio;
        let (intermediazione, numerazione) = dominio
            .intermediazione
            .as_ref()
            .and_then(|i| Some((i, i.numerazione()?)))
            .ok_or_else(|| NumeroError::NonConfigurato(dominio.id.clone()))?;
        let modello = intermediazione.iuv_prefix.as_deref().unwrap_or_default();
        let prefisso = risolvi_prefisso(
            modello,
            Segnaposto {
                applicazione: r.applicazione.codifica_avvisi.as_ref().and_then(|c| c.codifica_iuv.as_deref()),
                tipo_pendenza: r.scheda.tipo(r.tipo.id.as_str()).and_then(|t| t.codifica_iuv()),
                unita: n.unita.as_ref().map(|u| u.as_str()),
                anno,
            },
        );
        if numerazione.controlla_prefisso(&prefisso).is_err() {
            return Err(PendenzaError::PrefissoNonValido {
                chiave: n.chiave.clone(),
                prefisso,
                dominio: dominio.id.clone(),
                modello: modello.to_owned(),
            }
            .into());
        }
        Ok(Self { dominio: dominio.id.clone(), numerazione, prefisso })
    }

    /// Name of the counter that gives its progressives.
    #[must_use]
    pub fn contatore(&self) -> String {
        format!("iuv/{}/{}", self.dominio, self.prefisso)
    }

    /// The number of a progressive, from 1.
    ///
    /// # Errors
    /// `Esauriti`.
    pub fn numero(&self, progressivo: u64) -> Result<(NumeroAvviso, Iuv), NumeroError> {
        self.numerazione.genera(&self.prefisso, progressivo).map_err(|e| match e {
            GenerazioneError::Esauriti(prefisso) | GenerazioneError::PrefissoNonValido(prefisso) => {
                NumeroError::Esauriti { dominio: self.dominio.clone(), prefisso }
            }
        })
    }
}

/// Checks a notice number that the caller chose against the numbering of the dominio: application
/// code, segregation code, aux digit, in this order. Check digits are not looked at.
///
/// # Errors
/// `VER_026`, `VER_027`, `VER_039`, or a dominio that is not set up.
pub fn controlla_fornito(
    n: &NuovaPendenza,
    avviso: &NumeroAvviso,
    r: &Riferita<'_>,
) -> Result<(), NumeroError> {
    let dominio = &r.scheda.dominio;
    let i =
        dominio.intermediazione.as_ref().ok_or_else(|| NumeroError::NonConfigurato(dominio.id.clone()))?;
    match (avviso.aux_digit(), avviso.codice()) {
        (AuxDigit::Zero, Some(codice)) if codice != i.stazione.application_code() => {
            return Err(PendenzaError::ApplicationCodeErrato {
                avviso: avviso.clone(),
                codice,
                stazione: i.stazione.clone(),
            }
            .into());
        }
        (AuxDigit::Tre, Some(codice)) if Some(codice) != i.segregation_code => {
            return Err(PendenzaError::SegregationCodeErrato {
                avviso: avviso.clone(),
                codice,
                dominio: dominio.id.clone(),
            }
            .into());
        }
        (AuxDigit::Zero | AuxDigit::Uno | AuxDigit::Due | AuxDigit::Tre, _) => {}
    }
    if avviso.aux_digit() == i.aux_digit {
        Ok(())
    } else {
        Err(PendenzaError::AuxDigitErrato {
            chiave: n.chiave.clone(),
            avviso: avviso.clone(),
            aux: i.aux_digit,
            dominio: dominio.id.clone(),
        }
        .into())
    }
}

/// The notice number of a reference that the ente was asked about and gave back without number: the
/// dominio may have changed aux digit since it was printed (spec 20 7.3, 9.4). `None` when the
/// reference has neither 15 nor 17 digits.
#[must_use]
pub fn da_iuv_chiesto(iuv: &Iuv, scheda: &crate::anagrafica::SchedaDominio) -> Option<NumeroAvviso> {
    let i = scheda.dominio.intermediazione.as_ref()?;
    if let Some(n) = i.numerazione().and_then(|n| NumeroAvviso::da_iuv(iuv, n)) {
        return Some(n);
    }
    let altra = match iuv.as_str().len() {
        15 => Numerazione::Zero { application_code: i.stazione.application_code() },
        17 => match i.segregation_code {
            Some(s) if iuv.as_str().starts_with(&format!("{s:02}")) => {
                Numerazione::Tre { segregation_code: s }
            }
            _ => Numerazione::Uno,
        },
        _ => return None,
    };
    NumeroAvviso::da_iuv(iuv, altra)
}

#[cfg(test)]
#[path = "numero_test.rs"]
mod tests;
