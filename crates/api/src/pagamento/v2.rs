//! API Pagamento v2.

use super::{avviso, domini, lettura, modulo, profilo};
use crate::convenzioni::{Operazione, Rotte};
use crate::pendenze::porta::Porta;
use crate::pendenze::{allegato, elenco, leggi};
use contratto::pendenza::Vista;
use domain::anagrafica::Servizio::ApiPagamenti;
use domain::anagrafica::{SchedaDominio, UnitaOperativa};
use domain::evento::Componente;
use engine::pendenze::Visibilita;
use serde_json::Value;

pub(crate) struct V2;

impl Porta for V2 {
    const VISTA: Vista = Vista::PagamentoV2;
    const VISIBILITA: Visibilita = Visibilita::Portale;
    const AVVISO_JSON: bool = true;
    const AVVISO_DALL_ENTE: bool = true;

    fn dominio(scheda: &SchedaDominio) -> Value {
        domini::dominio_v2(&scheda.dominio)
    }

    fn unita(u: &UnitaOperativa) -> Value {
        domini::unita_v2(u)
    }
}

/// Its routes.
pub(crate) fn rotte() -> Rotte {
    Rotte::nuove(Componente::ApiPagamento)
        .unite(profilo::rotte::<V2>())
        .get("/pendenze", lettura("findPendenze"), elenco::elenca::<V2>)
        .get("/pendenze/{idA2A}/{idPendenza}", lettura("getPendenza").non_da_anonimo(), leggi::leggi::<V2>)
        .post(
            "/pendenze/{idDominio}/{idTipoPendenza}",
            Operazione::scrittura("addPendenza", ApiPagamenti).anche_anonimo_con_captcha(),
            modulo::carica::<V2>,
        )
        .get(
            "/pendenze/byAvviso/{idDominio}/{numeroAvviso}",
            lettura("getPendenzaByAvviso").solo_da_applicazioni(),
            leggi::leggi_per_avviso::<V2>,
        )
        .get(
            "/avvisi/{idDominio}/{numeroAvviso}",
            lettura("getAvviso").anche_anonimo_con_captcha_o_uuid().negozia_da_se(),
            avviso::leggi::<V2>,
        )
        .get("/allegati/{id}", lettura("getAllegatoPendenza").negozia_da_se(), allegato::leggi::<V2>)
        .unite(domini::v2())
}
