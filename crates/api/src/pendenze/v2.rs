//! API Pendenze v2.

use super::porta::{Porta, PortaDiCarico};
use super::{allegato, avviso, carica, documento, elenco, leggi, modifica, rpp, rpp_elenco};
use crate::backoffice;
use crate::convenzioni::{Operazione, Rotte};
use contratto::pendenza::{Variante, Vista};
use domain::anagrafica::Servizio::ApiPendenze;
use domain::evento::Componente;
use engine::Chiamante;
use engine::pendenze::{Provenienza, Visibilita};

pub(crate) struct V2;

impl Porta for V2 {
    const VISTA: Vista = Vista::PendenzeV2;
    const VISIBILITA: Visibilita = Visibilita::Proprie;
}

impl PortaDiCarico for V2 {
    const CORPO: Variante = Variante::PendenzeV2;

    fn provenienza(chi: Chiamante) -> Provenienza {
        Provenienza::Applicazione(chi)
    }
}

/// Its routes. A POST with `X-HTTP-Method-Override` reaches those of PUT and PATCH.
#[must_use]
pub fn rotte() -> Rotte {
    let pendenza = "/pendenze/{idA2A}/{idPendenza}";
    Rotte::nuove(Componente::ApiPendenze)
        .get("/pendenze", Operazione::lettura("findPendenze", ApiPendenze), elenco::elenca::<V2>)
        .put(pendenza, Operazione::scrittura("addPendenza", ApiPendenze), carica::carica::<V2>)
        .get(pendenza, Operazione::lettura("getPendenza", ApiPendenze), leggi::leggi::<V2>)
        .patch(pendenza, Operazione::scrittura("updatePendenza", ApiPendenze), modifica::modifica::<V2>)
        .get(
            "/pendenze/byAvviso/{idDominio}/{numeroAvviso}",
            Operazione::lettura("getPendenzaByAvviso", ApiPendenze),
            leggi::leggi_per_avviso::<V2>,
        )
        .get(
            "/avvisi/{idDominio}/{numeroAvviso}",
            Operazione::lettura("getAvviso", ApiPendenze).negozia_da_se(),
            avviso::leggi::<V2>,
        )
        .get(
            "/documenti/{idDominio}/{numeroDocumento}/avvisi",
            Operazione::lettura("getAvvisiDocumento", ApiPendenze).negozia_da_se(),
            documento::leggi_proprio::<V2>,
        )
        .get(
            "/allegati/{id}",
            Operazione::lettura("getAllegatoPendenza", ApiPendenze).negozia_da_se(),
            allegato::leggi::<V2>,
        )
        .get(
            "/domini/{idDominio}/logo",
            Operazione::lettura("getLogo", ApiPendenze).produce(backoffice::v1::TIPI_LOGO),
            backoffice::v1::mostra_logo,
        )
        .get("/rpp", Operazione::lettura("findRpp", ApiPendenze), rpp_elenco::elenca::<V2>)
        .get("/rpp/{idDominio}/{iuv}/{ccp}", Operazione::lettura("getRpp", ApiPendenze), rpp::leggi::<V2>)
        .get(
            "/rpp/{idDominio}/{iuv}/{ccp}/rpt",
            Operazione::lettura("getRpt", ApiPendenze).negozia_da_se(),
            rpp::leggi_rpt::<V2>,
        )
        .get(
            "/rpp/{idDominio}/{iuv}/{ccp}/rt",
            Operazione::lettura("getRt", ApiPendenze).negozia_da_se(),
            rpp::leggi_rt::<V2>,
        )
}
