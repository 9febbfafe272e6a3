//! The SOAP service of the Node, PagamentiTelematiciCCP (spec 40 section 1). Transport authentication,
//! addresses and compression are the dispatcher's.

mod evento;

use crate::convenzioni::{ApiError, PrincipalNodo, StatoApi, Transazione, corpo, legami};
use axum::extract::{OriginalUri, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use axum::{Router, body::Body};
use bytes::Bytes;
use engine::nodo::ChiamanteNodo;
use evento::Scambio;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use pagopa::{LetturaError, busta, ccp, wsdl};

const XML: &str = "text/xml;charset=UTF-8";

/// The routes under the base addresses of the Node.
pub(crate) fn rotte(stato: StatoApi) -> Router {
    // HEAD comes with GET in axum: here it is a wrong method like the others.
    let servizio = on(axum::routing::MethodFilter::POST, servi)
        .on(axum::routing::MethodFilter::GET, descrivi)
        .fallback(|| async { ApiError::vuoto(StatusCode::METHOD_NOT_ALLOWED) });
    Router::new()
        .route("/PagamentiTelematiciCCPservice", servizio.clone())
        .route("/internal/PagamentiTelematiciCCPservice", servizio)
        .with_state(stato)
}

/// `?wsdl`, open without credentials; the address in it is the one that was asked.
async fn descrivi(State(stato): State<StatoApi>, OriginalUri(uri): OriginalUri, metodo: Method) -> Response {
    let chiesto = uri.query().is_some_and(|q| {
        q.split('&').any(|p| p.split('=').next().is_some_and(|n| n.eq_ignore_ascii_case("wsdl")))
    });
    if !chiesto || metodo != Method::GET {
        return ApiError::vuoto(StatusCode::METHOD_NOT_ALLOWED).into_response();
    }
    let indirizzo = legami::senza_query(&legami::assoluto(&stato.impostazioni, &uri));
    in_xml(StatusCode::OK, wsdl::ccp(&indirizzo))
}

async fn servi(State(stato): State<StatoApi>, richiesta: Request) -> Response {
    let (parti, flusso) = richiesta.into_parts();
    let aperto = stato.engine.apri_evento().await;
    if !tipo_ammesso(&parti.headers) {
        return ApiError::vuoto(StatusCode::UNSUPPORTED_MEDIA_TYPE).into_response();
    }
    let byte = match corpo::leggi_soap(&parti.headers, flusso, &stato.impostazioni).await {
        Ok(b) => b,
        Err(e) if e.stato == StatusCode::BAD_REQUEST => {
            let testo = e.dettaglio.unwrap_or_default();
            return in_xml(StatusCode::INTERNAL_SERVER_ERROR, LetturaError::Malformato(testo).fault());
        }
        Err(e) => return e.into_response(),
    };
    let chi = parti.extensions.get::<PrincipalNodo>().cloned().map_or_else(ChiamanteNodo::default, |p| {
        ChiamanteNodo { principal: p.principal, certificato: p.certificato, interno: p.interno }
    });
    let transazione = parti.extensions.get::<Transazione>().map(|t| t.0.clone()).unwrap_or_default();
    let scambio = Scambio {
        engine: &stato.engine,
        aperto,
        url: url_completo(&stato, &parti),
        intestazioni: &parti.headers,
        corpo: &byte,
        principal: chi.principal.clone(),
        transazione: &transazione,
    };
    let tipo = parti.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let letta = busta::apri(&byte, tipo).map(|b| (ccp::leggi(&b), b));
    match letta {
        Ok((Ok(domanda), busta)) => {
            let servita = stato.engine.servi_nodo(&chi, &domanda, &busta.corpo, &transazione).await;
            let risposta = busta::avvolgi(&servita.corpo);
            let operazione = engine::nodo::operazione(&domanda);
            scambio.servito(operazione, servita.fault.as_ref(), servita.note, &risposta);
            in_xml(StatusCode::OK, risposta)
        }
        Ok((Err(errore), busta)) => non_letta(&scambio, &errore, ccp::Operazione::di(&busta).ok()),
        Err(errore) => non_letta(&scambio, &errore, None),
    }
}

/// A SOAP Fault; an event only if at least the operation is known.
fn non_letta(scambio: &Scambio<'_>, errore: &LetturaError, operazione: Option<ccp::Operazione>) -> Response {
    let fault = errore.fault();
    tracing::warn!(
        transazione = scambio.transazione,
        operazione = operazione.map(ccp::Operazione::nome),
        causa = %errore,
        "richiesta SOAP non leggibile"
    );
    if let Some(o) = operazione {
        scambio.non_letto(o, errore, &fault);
    }
    in_xml(StatusCode::INTERNAL_SERVER_ERROR, fault)
}

/// SOAP 1.1: `text/xml` or `application/xml`; an absent type is accepted.
fn tipo_ammesso(intestazioni: &HeaderMap) -> bool {
    let Some(valore) = intestazioni.get(header::CONTENT_TYPE) else { return true };
    let Ok(valore) = valore.to_str() else { return false };
    let tipo = valore.split(';').next().unwrap_or_default().trim();
    tipo.is_empty() || tipo.eq_ignore_ascii_case("text/xml") || tipo.eq_ignore_ascii_case("application/xml")
}

/// The address as the caller wrote it: what a proxy imposes, else the host of the request, else the public one.
fn url_completo(stato: &StatoApi, parti: &http::request::Parts) -> String {
    let pubblica = &stato.impostazioni.url_pubblica;
    let uri = parti.extensions.get::<OriginalUri>().map_or(&parti.uri, |o| &o.0);
    if uri.scheme().is_some() {
        return uri.to_string();
    }
    let percorso = uri.path_and_query().map_or("/", |p| p.as_str());
    let host = parti.headers.get(header::HOST).and_then(|h| h.to_str().ok());
    match (host, pubblica.split_once("://")) {
        (Some(h), Some((schema, _))) => format!("{schema}://{h}{percorso}"),
        (Some(_) | None, _) => format!("{pubblica}{percorso}"),
    }
}

fn in_xml(stato: StatusCode, corpo: impl Into<Bytes>) -> Response {
    let mut r = (stato, Body::from(corpo.into())).into_response();
    r.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(XML));
    r
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soap_1_1_e_xml() {
        for (tipo, atteso) in [
            (None, true),
            (Some(""), true),
            (Some("text/xml"), true),
            (Some("Text/XML; charset=ISO-8859-1"), true),
            (Some("application/xml;charset=utf-8"), true),
            (Some("application/soap+xml"), false),
            (Some("multipart/related"), false),
            (Some("application/json"), false),
        ] {
            let mut h = HeaderMap::new();
            if let Some(t) = tipo {
                h.insert(header::CONTENT_TYPE, HeaderValue::from_static(t));
            }
            assert_eq!(tipo_ammesso(&h), atteso, "{tipo:?}");
        }
    }
}
