//! API Pagamento v1.

use super::{avviso, domini, lettura, profilo};
use crate::convenzioni::Rotte;
use crate::pendenze::porta::Porta;
use crate::pendenze::v1::V1 as PendenzeV1;
use crate::pendenze::{elenco, leggi};
use contratto::pendenza::Vista;
use domain::anagrafica::{SchedaDominio, UnitaOperativa};
use domain::evento::Componente;
use engine::pendenze::Visibilita;
use serde_json::Value;

pub(crate) struct V1;

impl Porta for V1 {
    const VISTA: Vista = Vista::PagamentoV1;
    const VISIBILITA: Visibilita = Visibilita::Portale;

    fn dominio(scheda: &SchedaDominio) -> Value {
        PendenzeV1::dominio(scheda)
    }

    fn unita(u: &UnitaOperativa) -> Value {
        PendenzeV1::unita(u)
    }
}

/// Its routes.
pub(crate) fn rotte() -> Rotte {
    Rotte::nuove(Componente::ApiPagamento)
        .unite(profilo::rotte::<V1>())
        .get("/pendenze", lettura("findPendenze"), elenco::elenca::<V1>)
        .get("/pendenze/{idA2A}/{idPendenza}", lettura("getPendenza"), leggi::leggi::<V1>)
        .get(
            "/avvisi/{idDominio}/{numeroAvviso}",
            lettura("getAvviso").anche_anonimo_con_captcha_o_uuid().negozia_da_se(),
            avviso::leggi::<V1>,
        )
        .unite(domini::v1())
}
