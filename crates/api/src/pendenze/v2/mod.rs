//! API Pendenze v2.

mod allegato;
mod avviso;
mod carica;
mod dettaglio;
mod elenco;
mod leggi;
mod modifica;
mod rpp;

use crate::convenzioni::{Operazione, Rotte};
use domain::anagrafica::Servizio::ApiPendenze;
use domain::evento::Componente;

/// Its routes. A POST with `X-HTTP-Method-Override` reaches those of PUT and PATCH.
#[must_use]
pub fn rotte() -> Rotte {
    let pendenza = "/pendenze/{idA2A}/{idPendenza}";
    Rotte::nuove(Componente::ApiPendenze)
        .get("/pendenze", Operazione::lettura("findPendenze", ApiPendenze), elenco::elenca)
        .put(pendenza, Operazione::scrittura("addPendenza", ApiPendenze), carica::carica)
        .get(pendenza, Operazione::lettura("getPendenza", ApiPendenze), leggi::leggi)
        .patch(pendenza, Operazione::scrittura("updatePendenza", ApiPendenze), modifica::modifica)
        .get(
            "/avvisi/{idDominio}/{numeroAvviso}",
            Operazione::lettura("getAvviso", ApiPendenze).negozia_da_se(),
            avviso::leggi,
        )
        .get(
            "/allegati/{id}",
            Operazione::lettura("getAllegatoPendenza", ApiPendenze).negozia_da_se(),
            allegato::leggi,
        )
        .get("/rpp/{idDominio}/{iuv}/{ccp}", Operazione::lettura("getRpp", ApiPendenze), rpp::leggi)
        .get(
            "/rpp/{idDominio}/{iuv}/{ccp}/rpt",
            Operazione::lettura("getRpt", ApiPendenze).negozia_da_se(),
            rpp::leggi_rpt,
        )
        .get(
            "/rpp/{idDominio}/{iuv}/{ccp}/rt",
            Operazione::lettura("getRt", ApiPendenze).negozia_da_se(),
            rpp::leggi_rt,
        )
}
