//! `/riscossioni` (spec 50 section 8): the handlers are those of every door.

use super::pendenze::DelBackoffice;
use crate::convenzioni::Rotte;
use crate::ragioneria::{Porta, riscossioni};
use contratto::pendenza::VistaRiscossione;
use domain::anagrafica::Servizio;
use domain::evento::Componente;

impl Porta for DelBackoffice {
    const VISTA: VistaRiscossione = VistaRiscossione::Backoffice;
    type Pendenze = Self;
}

/// The routes of this file.
pub(super) fn rotte() -> Rotte {
    riscossioni::rotte::<DelBackoffice>(Componente::ApiBackoffice, Servizio::RendicontazioniIncassi)
}
