//! Health, metrics and the status page: what belongs to the server and to no API.

use anyhow::{Context as _, Result};
use api::convenzioni::{ImpostazioniApi, risposte};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::evento::Componente;
use engine::Engine;
use http::{StatusCode, header};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::json;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Clone)]
struct Salute {
    engine: Engine,
    metriche: PrometheusHandle,
    pagina: Arc<str>,
}

/// The routes of the server itself; the page names the APIs that are on.
pub(crate) fn rotte(engine: Engine, metriche: PrometheusHandle, api: &ImpostazioniApi) -> Router {
    Router::new()
        .route("/", get(pagina))
        .route("/health/live", get(viva))
        .route("/health/ready", get(pronta))
        .route("/metrics", get(scrivi_metriche))
        .with_state(Salute { engine, metriche, pagina: componi(api).into() })
}

static METRICHE: Mutex<Option<PrometheusHandle>> = Mutex::new(None);

/// The recorder of this process, installed the first time.
pub(crate) fn metriche() -> Result<PrometheusHandle> {
    let mut gia = METRICHE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(h) = gia.as_ref() {
        return Ok(h.clone());
    }
    let h = PrometheusBuilder::new().install_recorder().context("metriche non disponibili")?;
    *gia = Some(h.clone());
    Ok(h)
}

async fn viva() -> Response {
    risposte::json(StatusCode::OK, &json!({"stato": "ok"}))
}

/// Ready when the database answers and its schema is the one of this program.
async fn pronta(State(s): State<Salute>) -> Response {
    let esito = async {
        s.engine.store().viva().await?;
        s.engine.store().migrazioni_mancanti().await
    };
    match esito.await {
        Ok(mancanti) if mancanti.is_empty() => risposte::json(StatusCode::OK, &json!({"stato": "ok"})),
        Ok(_) => risposte::json(
            StatusCode::SERVICE_UNAVAILABLE,
            &json!({"stato": "error", "descrizione": "schema della base dati da aggiornare"}),
        ),
        Err(errore) => {
            tracing::warn!(%errore, "non pronto");
            risposte::json(
                StatusCode::SERVICE_UNAVAILABLE,
                &json!({"stato": "error", "descrizione": "base dati non disponibile"}),
            )
        }
    }
}

async fn scrivi_metriche(State(s): State<Salute>) -> Response {
    s.metriche.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], s.metriche.render())
        .into_response()
}

async fn pagina(State(s): State<Salute>) -> Response {
    let intestazioni = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"),
    ];
    (intestazioni, s.pagina.to_string()).into_response()
}

fn componi(api: &ImpostazioniApi) -> String {
    let accese: String =
        INTERFACCE.iter().filter(|(c, _)| api.accesa(*c)).map(|(_, riga)| format!("{riga}\n")).collect();
    PAGINA.replace("{versione}", env!("CARGO_PKG_VERSION")).replace("{interfacce}\n", &accese)
}

const INTERFACCE: [(Componente, &str); 4] = [
    (
        Componente::ApiBackoffice,
        "<li><code>/govpay/backend/api/backoffice/rs/basic/v1</code>: <a \
         href=\"/govpay/backend/api/backoffice/rs/basic/v1/index.html\">API Backoffice</a></li>",
    ),
    (
        Componente::ApiPendenze,
        "<li><code>/govpay/backend/api/pendenze/rs/basic/v2</code>: <a \
         href=\"/govpay/backend/api/pendenze/rs/basic/v2/index.html\">API Pendenze</a></li>",
    ),
    (
        Componente::ApiPagamento,
        "<li><code>/govpay/frontend/api/pagamento/rs/basic/v2</code>: <a \
         href=\"/govpay/frontend/api/pagamento/rs/basic/v2/index.html\">API Pagamento</a></li>",
    ),
    (
        Componente::ApiPagopa,
        "<li><code>/govpay/frontend/api/pagopa/PagamentiTelematiciCCPservice</code>: servizi per il Nodo (<a \
         href=\"/govpay/frontend/api/pagopa/PagamentiTelematiciCCPservice?wsdl\">WSDL</a>)</li>",
    ),
];

const PAGINA: &str = r#"<!DOCTYPE html>
<html lang="it">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GovPay</title>
<style>
body { font: 1.125rem/1.5 "Titillium Web", system-ui, sans-serif; color: #17324d; background: #fff; margin: 0 auto; max-width: 40rem; padding: 2rem 1rem; }
a { color: #0052a3; }
a:focus { outline: 3px solid #ff9900; outline-offset: 2px; }
</style>
</head>
<body>
<main>
<h1>GovPay</h1>
<p>Il gateway dei pagamenti verso pagoPA &egrave; in funzione, versione {versione}.</p>
<h2>Stato</h2>
<ul>
<li><a href="/health/ready">Pronto a servire</a></li>
<li><a href="/metrics">Metriche</a></li>
</ul>
<h2>Interfacce</h2>
<ul>
{interfacce}
</ul>
</main>
</body>
</html>
"#;
