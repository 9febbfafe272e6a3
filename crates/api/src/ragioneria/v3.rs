//! API Ragioneria v3.

use super::{Porta, riscossioni};
use crate::convenzioni::Rotte;
use crate::{pagamento, servizio};
use contratto::pendenza::VistaRiscossione;
use domain::anagrafica::Servizio::ApiRagioneria;
use domain::evento::Componente;

pub(crate) struct V3;

impl Porta for V3 {
    const VISTA: VistaRiscossione = VistaRiscossione::V3;
    type Pendenze = pagamento::v3::V3;
}

/// Its routes.
pub(crate) fn rotte() -> Rotte {
    servizio::con_tipi(Componente::ApiRagioneria)
        .unite(riscossioni::rotte::<V3>(Componente::ApiRagioneria, ApiRagioneria))
}
