//! API Pagamento v3.

use super::{domini, lettura, profilo};
use crate::convenzioni::Rotte;
use crate::pendenze::porta::Porta;
use crate::pendenze::{allegato, elenco, leggi};
use contratto::pendenza::Vista;
use domain::anagrafica::UnitaOperativa;
use domain::evento::Componente;
use engine::pendenze::Visibilita;
use serde_json::Value;

pub(crate) struct V3;

impl Porta for V3 {
    const VISTA: Vista = Vista::PagamentoV3;
    const VISIBILITA: Visibilita = Visibilita::Portale;

    fn unita(u: &UnitaOperativa) -> Value {
        domini::unita_v3(u)
    }
}

/// Its routes.
pub(crate) fn rotte() -> Rotte {
    Rotte::nuove(Componente::ApiPagamento)
        .unite(profilo::rotte::<V3>())
        .get("/pendenze", lettura("findPendenze"), elenco::elenca::<V3>)
        .get("/pendenze/{idA2A}/{idPendenza}", lettura("getPendenza").non_da_anonimo(), leggi::leggi::<V3>)
        .get(
            "/pendenze/byAvviso/{idDominio}/{numeroAvviso}",
            lettura("getPendenzaByAvviso"),
            leggi::leggi_per_avviso::<V3>,
        )
        .get("/allegati/{id}", lettura("getAllegatoPendenza").negozia_da_se(), allegato::leggi::<V3>)
}
