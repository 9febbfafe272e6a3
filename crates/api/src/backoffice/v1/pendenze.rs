//! `/pendenze`, `/avvisi`, `/documenti`, `/allegati` (spec 20 sections 1, 6, 8), `/rpp` (spec 30 10.8): the handlers are those of every
//! door, the right and the scope are of the Backoffice (spec 10 4.5).

use super::{creditore, domini};
use crate::convenzioni::{Operazione, Rotte};
use crate::pendenze::porta::{Porta, PortaDiCarico};
use crate::pendenze::{
    allegato, avviso, carica, documento, elenco, leggi, modifica, modulo, rpp, rpp_elenco,
};
use contratto::pendenza::{Variante, Vista};
use domain::anagrafica::{SchedaDominio, Servizio, UnitaOperativa};
use domain::evento::Componente;
use engine::Chiamante;
use engine::pendenze::{Provenienza, Visibilita};
use serde_json::Value;

pub(super) struct DelBackoffice;

impl Porta for DelBackoffice {
    const VISTA: Vista = Vista::Backoffice;
    const VISIBILITA: Visibilita = Visibilita::Ambito;

    fn dominio(scheda: &SchedaDominio) -> Value {
        domini::riga(&scheda.dominio).into()
    }

    fn unita(u: &UnitaOperativa) -> Value {
        creditore::rendi_unita(u).into()
    }
}

impl PortaDiCarico for DelBackoffice {
    const CORPO: Variante = Variante::Backoffice;

    fn provenienza(chi: Chiamante) -> Provenienza {
        Provenienza::Operatore(chi)
    }
}

/// The routes of this file.
pub(super) fn rotte() -> Rotte {
    type B = DelBackoffice;
    const UNA: &str = "/pendenze/{idA2A}/{idPendenza}";
    const RPP: &str = "/rpp/{idDominio}/{iuv}/{ccp}";
    let lettura = |nome| Operazione::lettura(nome, Servizio::Pendenze);
    let scrittura = |nome| Operazione::scrittura(nome, Servizio::Pendenze);
    Rotte::nuove(Componente::ApiBackoffice)
        .get("/pendenze", lettura("findPendenze"), elenco::elenca::<B>)
        .post("/pendenze", scrittura("addPendenzaPOST"), carica::carica_dal_corpo::<B>)
        .post("/pendenze/{idDominio}/{idTipoPendenza}", scrittura("addPendenzaCustom"), modulo::carica::<B>)
        .put(UNA, scrittura("addPendenza"), carica::carica::<B>)
        .get(UNA, lettura("getPendenza"), leggi::leggi::<B>)
        .patch(UNA, scrittura("updatePendenza"), modifica::modifica::<B>)
        .get(
            "/pendenze/byAvviso/{idDominio}/{numeroAvviso}",
            lettura("getPendenzaByAvviso"),
            leggi::leggi_per_avviso::<B>,
        )
        .get("/avvisi/{idDominio}/{numeroAvviso}", lettura("getAvviso").negozia_da_se(), avviso::leggi::<B>)
        .get(
            "/documenti/{idA2A}/{idDominio}/{numeroDocumento}/avvisi",
            lettura("getAvvisiDocumento").negozia_da_se(),
            documento::leggi::<B>,
        )
        .get("/allegati/{id}", lettura("getAllegatoPendenza").negozia_da_se(), allegato::leggi::<B>)
        .get("/rpp", lettura("findRpps"), rpp_elenco::elenca::<B>)
        .get(RPP, lettura("getRpp"), rpp::leggi::<B>)
        .get("/rpp/{idDominio}/{iuv}/{ccp}/rpt", lettura("getRpt").negozia_da_se(), rpp::leggi_rpt::<B>)
        .get("/rpp/{idDominio}/{iuv}/{ccp}/rt", lettura("getRt").negozia_da_se(), rpp::leggi_rt::<B>)
}
