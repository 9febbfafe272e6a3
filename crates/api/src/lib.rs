//! The doors of GovPay: REST APIs by API and version, SOAP services for the Node.
//!
//! A module of a vertical exports `rotte()`; [`router`] mounts it at every address of spec 10
//! section 1. Parse, authorise, call the use case, render: no rule lives here.

mod backoffice;
pub mod convenzioni;
mod documento;
#[doc(hidden)]
pub mod lettori;
mod pagamento;
mod pagopa;
pub mod pendenze;
mod ragioneria;
mod servizio;
mod user;

use axum::{Router, middleware};
use convenzioni::{Modulo, Porte, StatoApi};
use domain::evento::Componente;
use std::sync::Arc;

/// All doors, beside the routes of the server itself (health, metrics, status page). Every answer of
/// both carries a transaction id.
pub fn router(stato: StatoApi, del_server: Router) -> Router {
    router_con(stato, del_server, moduli())
}

/// Every version of every REST API: each has its document (`documento::API`).
fn moduli() -> Vec<(Componente, u32, convenzioni::Rotte)> {
    vec![
        (Componente::ApiBackoffice, 1, backoffice_v1()),
        (Componente::ApiPendenze, 1, pendenze_v1()),
        (Componente::ApiPendenze, 2, pendenze_v2()),
        (Componente::ApiPagamento, 1, pagamento::v1::rotte()),
        (Componente::ApiPagamento, 2, pagamento::v2::rotte()),
        (Componente::ApiPagamento, 3, pagamento::v3::rotte()),
        (Componente::ApiRagioneria, 1, ragioneria::v1::rotte()),
        (Componente::ApiRagioneria, 2, ragioneria::v2::rotte()),
        (Componente::ApiRagioneria, 3, ragioneria::v3::rotte()),
        (Componente::ApiUser, 1, user::v1()),
    ]
}

/// Names of the documents, `govpay-api-pendenze-v2` and the like. For the tests, which drive each of them.
#[doc(hidden)]
#[must_use]
pub fn nomi_dei_documenti() -> Vec<&'static str> {
    documento::API.iter().map(documento::Api::nome).collect()
}

/// API, version, method and address of every route, for the tests that leave none out.
#[doc(hidden)]
#[must_use]
pub fn rotte_dichiarate() -> Vec<(Componente, u32, String, &'static str)> {
    let di_una = |(componente, versione, rotte): (Componente, u32, convenzioni::Rotte)| {
        let voci = rotte.voci().map(|(percorso, metodo, _)| (metodo.to_ascii_uppercase(), percorso));
        voci.map(|(metodo, percorso)| (componente, versione, metodo, percorso)).collect::<Vec<_>>()
    };
    moduli().into_iter().flat_map(di_una).collect()
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
        .map(|(componente, versione, rotte)| Modulo {
            componente,
            versione,
            router: documento::con_documento(componente, versione, &stato, rotte).router(&stato),
        })
        .collect();
    let porte = Porte { stato: stato.clone(), moduli: Arc::new(moduli), nodo: pagopa::rotte(stato.clone()) };
    del_server
        .fallback_service(Router::new().fallback(convenzioni::smista).with_state(porte))
        .layer(middleware::from_fn_with_state(stato, convenzioni::involucro))
}

fn backoffice_v1() -> convenzioni::Rotte {
    servizio::backoffice_v1().unite(backoffice::v1::rotte())
}

fn pendenze_v1() -> convenzioni::Rotte {
    servizio::con_entrate(Componente::ApiPendenze).unite(pendenze::v1::rotte())
}

fn pendenze_v2() -> convenzioni::Rotte {
    servizio::con_tipi(Componente::ApiPendenze).unite(pendenze::v2::rotte())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A route that somebody adds without saying what it takes and gives is found here.
    #[test]
    fn ogni_rotta_di_ogni_api_ha_la_sua_scheda() {
        let mut mancano = Vec::new();
        for (componente, versione, rotte) in moduli() {
            let Some(api) = documento::API.iter().find(|a| a.e(componente, versione)) else {
                mancano.push(format!("{componente:?} v{versione}: manca in documento::API"));
                continue;
            };
            for (percorso, metodo, op) in rotte.voci() {
                match api.carta(op.nome()) {
                    None => mancano.push(format!(
                        "{metodo} {percorso}: manca la scheda di {} in {}",
                        op.nome(),
                        api.nome()
                    )),
                    Some(scheda) if !scheda.riesce() => {
                        mancano.push(format!("{metodo} {percorso}: la scheda non dice come riesce"));
                    }
                    Some(_) => {}
                }
            }
        }
        assert!(mancano.is_empty(), "{}\nSi veda docs/architettura.md, The contract", mancano.join("\n"));
    }
}
