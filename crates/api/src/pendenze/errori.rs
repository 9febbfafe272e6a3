//! Errors of the use cases on pendenze as answers of the contract.

use crate::convenzioni::{ApiError, fault};
use contratto::pendenza::NonLeggibile;
use domain::pendenza::PendenzaError;
use engine::pendenze::{CaricaError, LeggiError, ModificaError, ModuloError, StampaError};

impl From<PendenzaError> for ApiError {
    fn from(e: PendenzaError) -> Self {
        Self::applicativo(e.codice(), e)
    }
}

impl From<NonLeggibile> for ApiError {
    fn from(e: NonLeggibile) -> Self {
        match e {
            NonLeggibile::Sintassi(e) => e.into(),
            NonLeggibile::Regola(e) => e.into(),
        }
    }
}

impl From<CaricaError> for ApiError {
    fn from(e: CaricaError) -> Self {
        match e {
            CaricaError::Regola(e) => e.into(),
            CaricaError::NonAutorizzato(e) => e.into(),
            CaricaError::Numero(e) => Self::interno(&e),
            CaricaError::Store(e) => e.into(),
        }
    }
}

impl From<LeggiError> for ApiError {
    fn from(e: LeggiError) -> Self {
        match e {
            LeggiError::Inesistente(testo) => fault::NON_TROVATA.con(testo),
            LeggiError::NonAutorizzato(e) => e.into(),
            LeggiError::Store(e) => e.into(),
        }
    }
}

impl From<ModificaError> for ApiError {
    fn from(e: ModificaError) -> Self {
        match e {
            ModificaError::Regola(e) => e.into(),
            ModificaError::Inesistente(testo) => fault::NON_TROVATA.con(testo),
            ModificaError::NonAutorizzato(e) => e.into(),
            ModificaError::Vietata(e) => fault::SINTASSI.con(e),
            ModificaError::Store(e) => e.into(),
        }
    }
}

impl From<ModuloError> for ApiError {
    fn from(e: ModuloError) -> Self {
        match e {
            ModuloError::Inesistente(testo) => fault::NON_TROVATA.con(testo),
            ModuloError::NonAutorizzato(e) => e.into(),
            ModuloError::NonConforme(messaggi) => fault::SINTASSI.con(messaggi),
            ModuloError::Schema(testo) => Self::applicativo("VAL_001", testo),
            ModuloError::Controllo(testo) => Self::applicativo("VAL_002", testo),
            ModuloError::Trasformazione(testo) => Self::applicativo("TRASFORMAZIONE", testo),
            ModuloError::Fermata(testo) => fault::SEMANTICA.con(testo),
            ModuloError::NonLeggibile(e) => e.into(),
            ModuloError::Inoltro { .. } => fault::ENTE_CREDITORE.con(e),
            ModuloError::NonCaricata(e) => e.into(),
            ModuloError::Store(e) => e.into(),
        }
    }
}

impl From<StampaError> for ApiError {
    fn from(e: StampaError) -> Self {
        match e {
            StampaError::Inesistente(..)
            | StampaError::NonOttenuto(..)
            | StampaError::DocumentoInesistente => fault::NON_TROVATA.con(e),
            StampaError::MarcaDaBollo | StampaError::DocumentoConBollo | StampaError::NienteDaStampare(_) => {
                fault::SEMANTICA.con(e)
            }
            StampaError::NonAutorizzato(e) => e.into(),
            StampaError::NonRiuscita(_) => Self::interno(&e),
            StampaError::Store(e) => e.into(),
        }
    }
}
