//! The doors of GovPay: REST APIs by API and version, SOAP services for the Node.
//!
//! A module of a vertical exports `rotte()`; [`router`] mounts it at every address of spec 10
//! section 1. Parse, authorise, call the use case, render: no rule lives here.

mod backoffice;
pub mod convenzioni;
#[doc(hidden)]
pub mod lettori;
mod pagopa;
pub mod pendenze;
mod servizio;
mod user;

use axum::{Router, middleware};
use convenzioni::{Modulo, Porte, StatoApi};
use domain::evento::Componente;
use std::sync::Arc;

/// All doors, beside the routes of the server itself (health, metrics, status page). Every answer of
/// both carries a transaction id.
pub fn router(stato: StatoApi, del_server: Router) -> Router {
    let moduli = vec![
        (Componente::ApiBackoffice, 1, backoffice_v1()),
        (Componente::ApiPendenze, 2, pendenze_v2()),
        (Componente::ApiUser, 1, user::v1()),
    ];
    router_con(stato, del_server, moduli)
}

/// The doors with other contracts than ours behind the REST addresses: component, version, routes. For
/// who tests what is common to all of them.
#[doc(hidden)]
pub fn router_con(
    stato: StatoApi,
    del_server: Router,
    moduli: Vec<(Componente, u32, convenzioni::Rotte)>,
) -> Router {
    let moduli = moduli
        .into_iter()
        .map(|(componente, versione, rotte)| Modulo { componente, versione, router: rotte.router(&stato) })
        .collect();
    let porte = Porte { stato: stato.clone(), moduli: Arc::new(moduli), nodo: pagopa::rotte(stato.clone()) };
    del_server
        .fallback_service(Router::new().fallback(convenzioni::smista).with_state(porte))
        .layer(middleware::from_fn_with_state(stato, convenzioni::involucro))
}

fn backoffice_v1() -> convenzioni::Rotte {
    servizio::backoffice_v1().unite(backoffice::v1::rotte())
}

fn pendenze_v2() -> convenzioni::Rotte {
    servizio::pendenze_v2().unite(pendenze::v2::rotte())
}
