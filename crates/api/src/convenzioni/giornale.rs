//! The event of a served REST call (spec 60 5.1): written after the answer is known, without
//! delaying it.

use crate::convenzioni::errori::ApiError;
use crate::convenzioni::traccia::{Note, Traccia};
use axum::body::{Body, HttpBody as _};
use axum::response::Response;
use bytes::Bytes;
use domain::Istante;
use domain::evento::{CategoriaEvento, ChiaviEvento, EsitoEvento, Evento, Messaggio, RuoloEvento};
use engine::Engine;
use engine::giornale::{severita_di_categoria, severita_di_codice};
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt as _;

/// Largest answer that is kept: what is larger goes out as it is and is not copied.
const RISPOSTA_MASSIMA: u64 = 1 << 20;

/// Records a call and gives its answer back. A call that reached no operation leaves no event.
pub(super) async fn registra(engine: &Engine, traccia: &Traccia, risposta: Response) -> Response {
    let note = traccia.note();
    let Some(operazione) = note.operazione else { return risposta };
    let stato = risposta.status();
    let errore = stato.as_u16() > 399;
    engine.rinnova_giornale().await;
    let metodo = Some(traccia.metodo.as_str());
    if !engine.giornale_vuole_evento(traccia.componente, operazione, metodo, errore) {
        return risposta;
    }
    let fine = engine.adesso();
    let mut e = evento(traccia, &note, operazione, fine);
    e.stato_http = Some(i64::from(stato.as_u16()));
    esito(&mut e, stato, risposta.extensions().get::<ApiError>());
    let dump = engine.giornale_vuole_payload(traccia.componente, operazione, metodo, errore);
    if !dump && let Some(m) = &mut e.richiesta {
        m.corpo = None;
    }
    let (risposta, corpo) = if dump { copia(risposta).await } else { (risposta, Bytes::new()) };
    e.risposta = Some(Messaggio {
        data: Some(fine),
        intestazioni: in_testo(risposta.headers()),
        corpo: (!corpo.is_empty()).then(|| corpo.to_vec()),
    });
    engine.registra(e);
    risposta
}

fn evento(t: &Traccia, note: &Note, operazione: &str, fine: Istante) -> Evento {
    let chiave = |nome: &str| note.percorso.iter().find(|(n, _)| n == nome).map(|(_, v)| v.clone());
    Evento {
        id: t.id_evento,
        componente: t.componente,
        categoria: CategoriaEvento::Interfaccia,
        ruolo: RuoloEvento::Server,
        tipo: operazione.to_owned(),
        sottotipo: None,
        esito: EsitoEvento::Ok,
        sottotipo_esito: None,
        dettaglio_esito: None,
        data: t.inizio,
        durata_millis: (fine.micros() - t.inizio.micros()).max(0) / 1000,
        // The identifiers of the path, no others (spec 60 5.1).
        chiavi: ChiaviEvento {
            dominio: chiave("idDominio"),
            iuv: chiave("iuv"),
            ccp: chiave("ccp"),
            id_a2a: chiave("idA2A"),
            id_pendenza: chiave("idPendenza"),
            id_pagamento: None,
        },
        pagopa: None,
        severita: None,
        cluster: String::new(),
        transazione: t.transazione.clone(),
        principal: note.chi.as_ref().map(|c| c.utenza.principal.clone()),
        utente: note.chi.as_ref().map(|c| match &c.applicazione {
            Some(a) => a.id.to_string(),
            None => c.utenza.nome.clone(),
        }),
        url: Some(t.url.clone()),
        metodo: Some(t.metodo.to_string()),
        stato_http: None,
        richiesta: Some(Messaggio {
            data: Some(t.inizio),
            intestazioni: in_testo(&t.intestazioni),
            corpo: note.corpo.as_ref().filter(|c| !c.is_empty()).map(|c| c.to_vec()),
        }),
        risposta: None,
    }
}

/// Outcome, code, text and severity by the status and the error body.
fn esito(e: &mut Evento, stato: StatusCode, errore: Option<&ApiError>) {
    if stato.as_u16() < 400 {
        e.sottotipo_esito = Some(stato.as_u16().to_string());
        return;
    }
    e.esito = if stato.is_server_error() { EsitoEvento::Fail } else { EsitoEvento::Ko };
    let negata = matches!(stato, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    e.dettaglio_esito = errore.and_then(|x| x.dettaglio.clone());
    e.sottotipo_esito = Some(match errore {
        _ if negata => "AUTORIZZAZIONE".to_owned(),
        Some(x) => x.codice.to_string(),
        None => stato.as_u16().to_string(),
    });
    e.severita = Some(match errore {
        _ if negata => 1,
        Some(x) if applicativo(&x.codice) => severita_di_codice(&x.codice),
        Some(x) => severita_di_categoria(x.categoria.codice()),
        None => severita_di_categoria("RICHIESTA"),
    });
}

/// Whether a code is one of the catalogue (`VER_011`, `INTERNAL`).
fn applicativo(codice: &str) -> bool {
    codice == "INTERNAL"
        || codice.split_once('_').is_some_and(|(_, n)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

fn in_testo(h: &HeaderMap) -> Vec<(String, String)> {
    h.iter()
        .map(|(n, v)| (n.as_str().to_owned(), String::from_utf8_lossy(v.as_bytes()).into_owned()))
        .collect()
}

/// The answer and a copy of its bytes, if they are all there and few.
async fn copia(risposta: Response) -> (Response, Bytes) {
    let (parti, corpo) = risposta.into_parts();
    let breve = corpo.size_hint().upper().is_some_and(|n| n <= RISPOSTA_MASSIMA);
    if !breve {
        return (Response::from_parts(parti, corpo), Bytes::new());
    }
    match corpo.collect().await {
        Ok(c) => {
            let byte = c.to_bytes();
            (Response::from_parts(parti, Body::from(byte.clone())), byte)
        }
        Err(_) => (Response::from_parts(parti, Body::empty()), Bytes::new()),
    }
}
