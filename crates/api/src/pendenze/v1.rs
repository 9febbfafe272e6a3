//! API Pendenze v1.

use super::porta::{Porta, PortaDiCarico};
use super::{avviso, carica, elenco, leggi, modifica, rpp, rpp_elenco};
use crate::backoffice;
use crate::convenzioni::{Operazione, Rotte};
use contratto::pendenza::{Variante, Vista};
use domain::anagrafica::Servizio::ApiPendenze;
use domain::anagrafica::{Dominio, SchedaDominio, UnitaOperativa};
use domain::evento::Componente;
use engine::Chiamante;
use engine::pendenze::{Provenienza, Visibilita};
use serde_json::Value;

pub(crate) struct V1;

/// Members of a dominio that came after this version.
const DOPO: [&str; 6] =
    ["area", "autStampaPosteItaliane", "intermediato", "tassonomiaPagoPA", "scaricaFr", "tipiPendenza"];

impl Porta for V1 {
    const VISTA: Vista = Vista::PendenzeV1;
    const VISIBILITA: Visibilita = Visibilita::Proprie;

    fn dominio(scheda: &SchedaDominio) -> Value {
        dominio(&scheda.dominio)
    }

    fn unita(u: &UnitaOperativa) -> Value {
        backoffice::v1::unita_operativa(u)
    }
}

impl PortaDiCarico for V1 {
    const CORPO: Variante = Variante::PendenzeV1;

    fn provenienza(chi: Chiamante) -> Provenienza {
        Provenienza::Applicazione(chi)
    }
}

/// A dominio as the first contracts show it.
pub(crate) fn dominio(d: &Dominio) -> Value {
    let mut d = backoffice::v1::dominio_in_elenco(d);
    d.retain(|nome, _| !DOPO.contains(&nome.as_str()));
    Value::Object(d)
}

/// Its routes: those of the contract, and the notice, which the first guides name here (spec 20
/// section 1). A POST with `X-HTTP-Method-Override` reaches those of PUT and PATCH.
pub(crate) fn rotte() -> Rotte {
    let pendenza = "/pendenze/{idA2A}/{idPendenza}";
    Rotte::nuove(Componente::ApiPendenze)
        .get("/pendenze", Operazione::lettura("findPendenze", ApiPendenze), elenco::elenca::<V1>)
        .put(pendenza, Operazione::scrittura("addPendenza", ApiPendenze), carica::carica::<V1>)
        .get(pendenza, Operazione::lettura("getPendenza", ApiPendenze), leggi::leggi::<V1>)
        .patch(pendenza, Operazione::scrittura("updatePendenza", ApiPendenze), modifica::modifica::<V1>)
        .get(
            "/avvisi/{idDominio}/{numeroAvviso}",
            Operazione::lettura("getAvviso", ApiPendenze).negozia_da_se(),
            avviso::leggi::<V1>,
        )
        .get(
            "/domini/{idDominio}/logo",
            Operazione::lettura("getLogo", ApiPendenze).produce(backoffice::v1::TIPI_LOGO),
            backoffice::v1::mostra_logo,
        )
        .get("/rpp", Operazione::lettura("findRpp", ApiPendenze), rpp_elenco::elenca::<V1>)
        .get("/rpp/{idDominio}/{iuv}/{ccp}", Operazione::lettura("getRpp", ApiPendenze), rpp::leggi::<V1>)
        .get(
            "/rpp/{idDominio}/{iuv}/{ccp}/rpt",
            Operazione::lettura("getRpt", ApiPendenze).negozia_da_se(),
            rpp::leggi_rpt::<V1>,
        )
        .get(
            "/rpp/{idDominio}/{iuv}/{ccp}/rt",
            Operazione::lettura("getRt", ApiPendenze).negozia_da_se(),
            rpp::leggi_rt::<V1>,
        )
}
