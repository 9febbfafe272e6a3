//! Changes of single members (PATCH, spec 20 section 4).

use super::{Pendenza, StatoPendenza};
use crate::Istante;

/// What may be asked of the state. A receipt is not a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Richiesta {
    /// `ANNULLATA`.
    Annulla,
    /// `NON_ESEGUITA`.
    Ripristina,
}

/// One operation of a PATCH.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Modifica {
    /// `/stato`.
    Stato(Richiesta),
    /// `/descrizioneStato`, or `oggetto` of `/nota`.
    DescrizioneStato(String),
    /// `/ack`.
    Verificato(bool),
}

/// A state that cannot be asked from the one in which the pendenza is; the display text is the
/// `dettaglio` of the 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransizioneVietata {
    /// From a paid state.
    #[error(
        "Non e' consentito aggiornare lo stato di una pendenza ad ANNULLATO da uno stato diverso da \
         NON_ESEGUITO o ANNULLATO"
    )]
    Annulla,
    /// From a state that is not annulled.
    #[error(
        "Non e' consentito aggiornare lo stato di una pendenza ad NON_ESEGUITO da uno stato diverso da \
         ANNULLATO"
    )]
    Ripristina,
}

impl StatoPendenza {
    /// The state after a request. Annulling twice is not an error.
    ///
    /// # Errors
    /// [`TransizioneVietata`].
    pub const fn con_richiesta(self, richiesta: Richiesta) -> Result<Self, TransizioneVietata> {
        match (self, richiesta) {
            (Self::NonEseguito | Self::Annullato, Richiesta::Annulla) => Ok(Self::Annullato),
            (Self::Annullato, Richiesta::Ripristina) => Ok(Self::NonEseguito),
            (Self::Eseguito | Self::ParzialmenteEseguito, Richiesta::Annulla) => {
                Err(TransizioneVietata::Annulla)
            }
            (Self::NonEseguito | Self::Eseguito | Self::ParzialmenteEseguito, Richiesta::Ripristina) => {
                Err(TransizioneVietata::Ripristina)
            }
        }
    }
}

impl Pendenza {
    /// The pendenza after the operations, in their order, all or none.
    ///
    /// # Errors
    /// The first [`TransizioneVietata`].
    pub fn modificata(&self, modifiche: &[Modifica], adesso: Istante) -> Result<Self, TransizioneVietata> {
        let mut nuova = self.clone();
        for m in modifiche {
            match m {
                Modifica::Stato(r) => nuova.stato = nuova.stato.con_richiesta(*r)?,
                Modifica::DescrizioneStato(d) => nuova.descrizione_stato = Some(d.clone()),
                Modifica::Verificato(v) => nuova.verificato = *v,
            }
        }
        nuova.data_ultimo_aggiornamento = adesso;
        if nuova.da_comunicare_rispetto_a(self) {
            nuova.data_ultima_modifica_aca = adesso;
        }
        Ok(nuova)
    }
}

#[cfg(test)]
#[path = "modifica_test.rs"]
mod tests;
