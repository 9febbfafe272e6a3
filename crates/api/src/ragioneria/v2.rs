//! API Ragioneria v2.

use super::{Porta, riscossioni};
use crate::convenzioni::Rotte;
use crate::{pendenze, servizio};
use contratto::pendenza::VistaRiscossione;
use domain::anagrafica::Servizio::ApiRagioneria;
use domain::evento::Componente;

pub(crate) struct V2;

impl Porta for V2 {
    const VISTA: VistaRiscossione = VistaRiscossione::V2;
    type Pendenze = pendenze::v2::V2;
}

/// Its routes.
pub(crate) fn rotte() -> Rotte {
    servizio::con_tipi(Componente::ApiRagioneria)
        .unite(riscossioni::rotte::<V2>(Componente::ApiRagioneria, ApiRagioneria))
}
