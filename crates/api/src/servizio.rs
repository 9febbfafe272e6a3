//! Service resources that several APIs have alike (spec 10 3.5).

use crate::convenzioni::{Operazione, Rotte, StatoApi, risposte};
use axum::extract::State;
use axum::response::Response;
use domain::evento::Componente;
use http::StatusCode;
use serde_json::json;

/// `GET /info`, open without credentials.
pub(crate) fn rotte(componente: Componente) -> Rotte {
    Rotte::nuove(componente).get("/info", Operazione::libera("getInfo"), info)
}

async fn info(State(stato): State<StatoApi>) -> Response {
    let corpo = json!({
        "appName": "GovPay",
        "versione": env!("CARGO_PKG_VERSION"),
        "build": option_env!("GOVPAY_BUILD").unwrap_or("locale"),
        "ambiente": stato.impostazioni.ambiente,
    });
    risposte::json(StatusCode::OK, &corpo)
}
