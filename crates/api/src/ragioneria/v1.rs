//! API Ragioneria v1, also under its name of 2018, API Riconciliazione.

use super::{Porta, riscossioni};
use crate::convenzioni::{Operazione, Rotte};
use crate::{backoffice, pendenze, servizio};
use contratto::pendenza::VistaRiscossione;
use domain::anagrafica::Servizio::ApiRagioneria;
use domain::evento::Componente;

pub(crate) struct V1;

impl Porta for V1 {
    const VISTA: VistaRiscossione = VistaRiscossione::V1;
    type Pendenze = pendenze::v1::V1;
}

/// Its routes.
pub(crate) fn rotte() -> Rotte {
    servizio::con_entrate(Componente::ApiRagioneria)
        .get(
            "/domini/{idDominio}/logo",
            Operazione::lettura("getLogo", ApiRagioneria).produce(backoffice::v1::TIPI_LOGO),
            backoffice::v1::mostra_logo,
        )
        .unite(riscossioni::rotte::<V1>(Componente::ApiRagioneria, ApiRagioneria))
}
