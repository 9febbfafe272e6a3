//! What a call finds out on its way, for its event (spec 40 9.2).

use domain::evento::{ChiaviEvento, DatiPagoPA};
use domain::pendenza::ChiavePendenza;
use std::sync::{Mutex, PoisonError};

/// What the giornale says of a call of the Node beside the exchange itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NoteNodo {
    /// Keys, as far as known, on failures too.
    pub chiavi: ChiaviEvento,
    /// `datiPagoPA`.
    pub pagopa: DatiPagoPA,
    /// `dettaglioEsito` of an OK.
    pub dettaglio: Option<String>,
    /// The probe of the Node: recorded as OK whatever is answered (spec 40 3.2).
    pub sonda: bool,
}

/// The notes while they are being taken: a call may decide more than once.
#[derive(Debug)]
pub(super) struct Appunti(Mutex<NoteNodo>);

impl Appunti {
    pub(super) fn nuovi(note: NoteNodo) -> Self {
        Self(Mutex::new(note))
    }

    pub(super) fn prendi(&self, nota: impl FnOnce(&mut NoteNodo)) {
        nota(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The pendenza that the call is about.
    pub(super) fn pendenza(&self, chiave: &ChiavePendenza) {
        self.prendi(|n| {
            n.chiavi.id_a2a = Some(chiave.id_a2a.to_string());
            n.chiavi.id_pendenza = Some(chiave.id_pendenza.to_string());
        });
    }

    pub(super) fn chiudi(self) -> NoteNodo {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
