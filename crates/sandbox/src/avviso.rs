//! The printed notice: the page in the browser asks the sandbox, the sandbox asks the gateway as the
//! management system that loaded the pendenza.

use crate::dimostrazione::{GESTIONALE, PASSWORD_APPLICAZIONI, TRIBUTI};
use crate::gateway::{API_PENDENZE, chiave_valida};
use crate::pagina;
use crate::registro::Scambio;
use crate::stato::Stato;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};
use std::sync::Arc;

const PDF: &str = "application/pdf";

/// What the gateway answered.
struct Risposta {
    stato: Option<StatusCode>,
    pdf: bool,
    nome: Option<String>,
    corpo: Bytes,
}

/// `GET /simulatore/avvisi/{idDominio}/{numeroAvviso}/pdf`: the notice, for the browser to open. A person
/// who followed a link reads a refusal as a page, a program as JSON.
pub(crate) async fn pdf(
    State(s): State<Arc<Stato>>,
    Path((dominio, avviso)): Path<(String, String)>,
    chiesto: HeaderMap,
) -> Response {
    let pagina = accetta_html(&chiesto);
    let cifre = |t: &str, n: usize| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
    if !cifre(&dominio, 11) || !cifre(&avviso, 18) {
        return rifiuto(StatusCode::NOT_FOUND, "servono 11 cifre di ente e 18 di numero avviso", pagina);
    }
    let primo = s.gateway.di_chi(&avviso).unwrap_or_else(|| GESTIONALE.to_owned());
    let secondo = if primo == GESTIONALE { TRIBUTI } else { GESTIONALE };
    let percorso = format!("/avvisi/{dominio}/{avviso}");
    let mut r = chiedi(&s, &primo, "getAvviso", &percorso, Some(&avviso)).await;
    // A pendenza loaded straight into the gateway may be of the other one.
    if matches!(r.stato, Some(StatusCode::FORBIDDEN | StatusCode::NOT_FOUND)) {
        let altra = chiedi(&s, secondo, "getAvviso", &percorso, Some(&avviso)).await;
        if altra.stato.is_some_and(|s| s.is_success()) {
            r = altra;
        }
    }
    let manca =
        "il gateway non conosce questo avviso: se lo conosce solo l'ente, si stampa dopo la prima verifica";
    consegna(r, format!("{dominio}_{avviso}.pdf"), manca, pagina)
}

/// `GET /simulatore/documenti/{idA2A}/{idDominio}/{numeroDocumento}/pdf`: the notices of a document that can
/// still be paid, on one file.
pub(crate) async fn documento(
    State(s): State<Arc<Stato>>,
    Path((a2a, dominio, numero)): Path<(String, String, String)>,
    chiesto: HeaderMap,
) -> Response {
    let pagina = accetta_html(&chiesto);
    let cifre = dominio.len() == 11 && dominio.bytes().all(|b| b.is_ascii_digit());
    if !cifre || !chiave_valida(&a2a, &numero) {
        return rifiuto(StatusCode::NOT_FOUND, "documento sconosciuto", pagina);
    }
    let percorso = format!("/documenti/{dominio}/{numero}/avvisi");
    let r = chiedi(&s, &a2a, "getAvvisiDocumento", &percorso, None).await;
    consegna(r, format!("{dominio}_{numero}.pdf"), "il gateway non conosce questo documento", pagina)
}

/// The file, or why there is none.
fn consegna(r: Risposta, nome: String, manca: &str, pagina: bool) -> Response {
    match r.stato {
        None => rifiuto(StatusCode::BAD_GATEWAY, "il gateway non risponde", pagina),
        Some(stato) if stato.is_success() && r.pdf => {
            let nome = r.nome.unwrap_or(nome);
            let intestazioni = [
                (header::CONTENT_TYPE, PDF.to_owned()),
                (header::CONTENT_DISPOSITION, format!("inline; filename=\"{nome}\"")),
                (header::CACHE_CONTROL, "no-store".to_owned()),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
            ];
            (intestazioni, r.corpo).into_response()
        }
        Some(stato) if stato.is_success() => {
            rifiuto(StatusCode::BAD_GATEWAY, "il gateway ha risposto qualcosa che non e' un PDF", pagina)
        }
        Some(StatusCode::NOT_FOUND) => rifiuto(StatusCode::NOT_FOUND, manca, pagina),
        Some(stato) => {
            let motivo = format!("il gateway rifiuta, con stato {}{}", stato.as_u16(), perche(&r.corpo));
            rifiuto(stato, &motivo, pagina)
        }
    }
}

/// Asks as one management system; the exchange can be read like the others.
async fn chiedi(s: &Stato, chi: &str, operazione: &str, percorso: &str, avviso: Option<&String>) -> Risposta {
    let url = format!("{}{API_PENDENZE}{percorso}", s.gateway.base);
    let inizio = s.adesso();
    let esito = s
        .gateway
        .http
        .get(&url)
        .basic_auth(chi, Some(PASSWORD_APPLICAZIONI))
        .header(header::ACCEPT, PDF)
        .send()
        .await;
    let r = match esito {
        Ok(r) => {
            let (stato, h) = (r.status(), r.headers().clone());
            let di = |n| h.get(n).and_then(|v| v.to_str().ok());
            let tipo = di(header::CONTENT_TYPE).is_some_and(|t| t.trim().starts_with(PDF));
            let nome = di(header::CONTENT_DISPOSITION).and_then(nome_del_file);
            let corpo = r.bytes().await.unwrap_or_default();
            Risposta { stato: Some(stato), pdf: tipo && corpo.starts_with(b"%PDF"), nome, corpo }
        }
        Err(e) => {
            Risposta { stato: None, pdf: false, nome: None, corpo: Bytes::from(e.without_url().to_string()) }
        }
    };
    s.registro.aggiungi(Scambio {
        id: 0,
        data: inizio,
        durata_millis: s.adesso().millis() - inizio.millis(),
        direzione: "ente -> govpay",
        operazione: operazione.to_owned(),
        richiesta: format!("GET {url}"),
        corpo_richiesta: Vec::new(),
        stato: r.stato.map(|s| s.as_u16()),
        corpo_risposta: match r.pdf {
            true => format!("(un PDF di {} byte)", r.corpo.len()).into_bytes(),
            false => r.corpo.to_vec(),
        },
        avviso: avviso.cloned(),
    });
    r
}

/// The name in a `Content-Disposition`, when it is a plain one.
fn nome_del_file(testo: &str) -> Option<String> {
    let nome = testo.split(';').find_map(|p| p.trim().strip_prefix("filename="))?.trim_matches('"');
    let semplice = nome.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    (semplice && (1..=100).contains(&nome.len())).then(|| nome.to_owned())
}

/// What the gateway says of its refusal, when it says something.
fn perche(corpo: &[u8]) -> String {
    let Ok(v) = serde_json::from_slice::<Value>(corpo) else { return String::new() };
    let detto: Vec<&str> =
        ["descrizione", "dettaglio"].iter().filter_map(|c| v.get(*c).and_then(Value::as_str)).collect();
    if detto.is_empty() { String::new() } else { format!(": {}", detto.join(", ")) }
}

fn accetta_html(h: &HeaderMap) -> bool {
    h.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|a| a.contains("text/html"))
}

/// A message as a sentence.
fn maiuscola(testo: &str) -> String {
    let mut lettere = testo.chars();
    lettere.next().into_iter().flat_map(char::to_uppercase).chain(lettere).collect()
}

fn rifiuto(stato: StatusCode, testo: &str, pagina: bool) -> Response {
    if pagina {
        pagina::avvertenza(stato, "L'avviso non si stampa", &maiuscola(testo))
    } else {
        (stato, Json(json!({ "errore": testo }))).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn il_nome_del_file_passa_solo_se_e_semplice() {
        let nome = |t: &str| nome_del_file(t);
        assert_eq!(nome("attachment; filename=\"1_2.pdf\"").as_deref(), Some("1_2.pdf"));
        assert_eq!(nome("attachment; filename=1_2.pdf").as_deref(), Some("1_2.pdf"));
        for cattivo in
            ["attachment", "attachment; filename=\"\"", "x; filename=\"../a\"", "x; filename=\"a b\""]
        {
            assert_eq!(nome(cattivo), None, "{cattivo}");
        }
    }

    #[test]
    fn il_motivo_del_gateway_si_riporta() {
        assert_eq!(perche(br#"{"descrizione":"No","dettaglio":"perche'"}"#), ": No, perche'");
        assert_eq!(perche(b"<html>"), "");
    }
}
