//! The gateway as the demo body sees it: pendenze by API Pendenze v2, the outbox of the notifications by
//! API Backoffice. The page in the browser asks the sandbox, the sandbox asks the gateway.

use crate::dimostrazione::{self, GESTIONALE, PASSWORD_APPLICAZIONI, TRIBUTI, con_chiavi};
use crate::ente::PendenzaEnte;
use crate::registro::{Novita, Scambio};
use crate::stato::Stato;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, stream};
use http::{StatusCode, header};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

/// Pendenze that the page lists.
const MASSIMO: usize = 50;
/// Pendenze that are read from the gateway at the same time.
const INSIEME: usize = 4;
/// Notifications that the page lists.
const NOTIFICHE: usize = 25;

pub(crate) const API_PENDENZE: &str = "/govpay/backend/api/pendenze/rs/basic/v2";
const API_BACKOFFICE: &str = "/govpay/backend/api/backoffice/rs/basic/v1";

/// The superuser of the gateway.
#[derive(Clone)]
pub struct CredenzialiAmministratore {
    /// User.
    pub utente: String,
    /// Password.
    pub password: String,
}

pub(crate) struct Gateway {
    pub(crate) http: reqwest::Client,
    pub(crate) base: String,
    pub(crate) amministratore: CredenzialiAmministratore,
    note: Mutex<Vec<Nota>>,
}

/// A pendenza that the page lists.
#[derive(Debug, Clone)]
pub(crate) struct Nota {
    id_a2a: String,
    id_pendenza: String,
    mostra: String,
    /// Empty until the gateway tells it.
    avviso: String,
    dimostrativa: bool,
}

impl Nota {
    pub(crate) fn dimostrativa(id_a2a: &str, id_pendenza: &str, mostra: &str, avviso: &str) -> Self {
        Self {
            id_a2a: id_a2a.to_owned(),
            id_pendenza: id_pendenza.to_owned(),
            mostra: mostra.to_owned(),
            avviso: avviso.to_owned(),
            dimostrativa: true,
        }
    }
}

impl Gateway {
    pub(crate) fn nuovo(
        http: reqwest::Client,
        base: String,
        amministratore: CredenzialiAmministratore,
    ) -> Self {
        Self { http, base, amministratore, note: Mutex::default() }
    }

    /// Adds a pendenza to the list, unless it is there. Past the bound the oldest one that is not of
    /// the demo is forgotten.
    pub(crate) fn ricorda(&self, n: Nota) {
        let mut note = self.note.lock().unwrap_or_else(PoisonError::into_inner);
        if note.iter().any(|x| x.id_a2a == n.id_a2a && x.id_pendenza == n.id_pendenza) {
            return;
        }
        if note.len() >= MASSIMO
            && let Some(i) = note.iter().position(|x| !x.dimostrativa)
        {
            note.remove(i);
        }
        note.push(n);
    }

    /// The management system whose pendenza has this notice, when the list knows it.
    pub(crate) fn di_chi(&self, avviso: &str) -> Option<String> {
        let note = self.note.lock().unwrap_or_else(PoisonError::into_inner);
        note.iter().find(|n| n.avviso == avviso).map(|n| n.id_a2a.clone())
    }

    async fn leggi(&self, url: String, chi: (&str, &str)) -> Result<(StatusCode, Value), String> {
        let r = self
            .http
            .get(url)
            .basic_auth(chi.0, Some(chi.1))
            .header(header::ACCEPT, "application/json")
            .send()
            .await
            .map_err(|e| e.without_url().to_string())?;
        let stato = r.status();
        let byte = r.bytes().await.map_err(|e| e.without_url().to_string())?;
        Ok((stato, serde_json::from_slice(&byte).unwrap_or(Value::Null)))
    }

    async fn leggi_pendenza(&self, id_a2a: &str, id: &str) -> Result<(StatusCode, Value), String> {
        let url = format!("{}{API_PENDENZE}/pendenze/{id_a2a}/{id}", self.base);
        self.leggi(url, (id_a2a, PASSWORD_APPLICAZIONI)).await
    }

    /// One row of the list, with the state the gateway tells now.
    async fn riga(&self, n: Nota) -> Value {
        let mut riga = json!({
            "idA2A": n.id_a2a, "idPendenza": n.id_pendenza, "mostra": n.mostra,
            "numeroAvviso": n.avviso, "idDominio": dimostrazione::DOMINIO
        });
        let (stato, letta) = match self.leggi_pendenza(&n.id_a2a, &n.id_pendenza).await {
            Ok((s, v)) if s.is_success() => {
                (v.get("stato").and_then(Value::as_str).unwrap_or("?").to_owned(), v)
            }
            Ok((StatusCode::NOT_FOUND, _)) => ("NON_CARICATA".to_owned(), Value::Null),
            Ok((s, _)) => (format!("HTTP {}", s.as_u16()), Value::Null),
            Err(_) => ("NON_RAGGIUNGIBILE".to_owned(), Value::Null),
        };
        if let Some(o) = riga.as_object_mut() {
            o.insert("stato".into(), json!(stato));
            for campo in ["numeroAvviso", "causale", "importo", "dataScadenza", "dataPagamento", "anomalo"] {
                if let Some(v) = letta.get(campo).filter(|v| !v.is_null()) {
                    o.insert(campo.into(), v.clone());
                }
            }
            if let Some(d) = letta.pointer("/documento/identificativo") {
                o.insert("documento".into(), d.clone());
            }
            if let Some(d) = letta.pointer("/dominio/idDominio") {
                o.insert("idDominio".into(), d.clone());
            }
        }
        riga
    }
}

fn errore(stato: StatusCode, testo: &str) -> Response {
    (stato, Json(json!({ "errore": testo }))).into_response()
}

/// `GET /simulatore/configurazione`: what the page needs to write the curl lines.
pub(crate) async fn configurazione(State(s): State<Arc<Stato>>) -> Json<Value> {
    let g = &s.gateway;
    Json(json!({
        "apiPendenze": format!("{}{API_PENDENZE}", g.base),
        "apiBackoffice": format!("{}{API_BACKOFFICE}", g.base),
        "amministratore": { "utente": g.amministratore.utente, "password": g.amministratore.password },
        "passwordApplicazioni": PASSWORD_APPLICAZIONI,
        "dominio": dimostrazione::DOMINIO,
        "oggi": s.adesso().giorno().to_string(),
    }))
}

/// `GET /simulatore/pendenze`: the pendenze of the demo and those loaded since, with their present state.
pub(crate) async fn pendenze(State(s): State<Arc<Stato>>) -> Json<Value> {
    let note = s.gateway.note.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let righe = stream::iter(note).map(|n| s.gateway.riga(n)).buffered(INSIEME).collect().await;
    Json(Value::Array(righe))
}

/// The two management systems, and identifiers that cannot leave their place in an address.
pub(crate) fn chiave_valida(id_a2a: &str, id: &str) -> bool {
    [GESTIONALE, TRIBUTI].contains(&id_a2a)
        && (1..=35).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// `GET /simulatore/pendenze/{idA2A}/{idPendenza}`: the pendenza as the gateway gives it.
pub(crate) async fn pendenza(State(s): State<Arc<Stato>>, Path((a, p)): Path<(String, String)>) -> Response {
    if !chiave_valida(&a, &p) {
        return errore(StatusCode::NOT_FOUND, "pendenza sconosciuta");
    }
    match s.gateway.leggi_pendenza(&a, &p).await {
        Ok((stato, v)) => (stato, Json(v)).into_response(),
        Err(e) => errore(StatusCode::BAD_GATEWAY, &e),
    }
}

/// `PUT /simulatore/pendenze/{idA2A}/{idPendenza}`: loads a pendenza as the management system would, and
/// tells the demo ente's archive of it. Status and body are those of the gateway.
pub(crate) async fn carica(
    State(s): State<Arc<Stato>>,
    Path((a, p)): Path<(String, String)>,
    corpo: Bytes,
) -> Response {
    if !chiave_valida(&a, &p) {
        return errore(
            StatusCode::BAD_REQUEST,
            "gestionale GESTIONALE o TRIBUTI; idPendenza da 1 a 35 lettere, cifre, - e _",
        );
    }
    let Ok(Value::Object(letto)) = serde_json::from_slice::<Value>(&corpo) else {
        return errore(StatusCode::BAD_REQUEST, "il corpo deve essere un oggetto JSON");
    };
    let letto = Value::Object(letto);
    let url = format!("{}{API_PENDENZE}/pendenze/{a}/{p}", s.gateway.base);
    let inizio = s.adesso();
    let esito = s
        .gateway
        .http
        .put(&url)
        .basic_auth(&a, Some(PASSWORD_APPLICAZIONI))
        .header(header::CONTENT_TYPE, "application/json")
        .body(corpo.clone())
        .send()
        .await;
    let (stato, byte) = match esito {
        Ok(r) => {
            let stato = r.status();
            (Some(stato), r.bytes().await.unwrap_or_default())
        }
        Err(e) => (None, Bytes::from(e.without_url().to_string())),
    };
    let risposta: Value = serde_json::from_slice(&byte).unwrap_or(Value::Null);
    let avviso = risposta.get("numeroAvviso").and_then(Value::as_str).map(str::to_owned);
    s.registro.aggiungi(Scambio {
        id: 0,
        data: inizio,
        durata_millis: s.adesso().millis() - inizio.millis(),
        direzione: "ente -> govpay",
        operazione: "addPendenza".to_owned(),
        richiesta: format!("PUT {url}"),
        corpo_richiesta: corpo.to_vec(),
        stato: stato.map(|s| s.as_u16()),
        corpo_risposta: byte.to_vec(),
        avviso: avviso.clone(),
    });
    let Some(stato) = stato else {
        return errore(StatusCode::BAD_GATEWAY, "il gateway non risponde");
    };
    if let Some(avviso) = avviso.filter(|_| stato.is_success()) {
        s.ente.metti(PendenzaEnte {
            stato: "NON_ESEGUITA".to_owned(),
            descrizione_stato: None,
            pendenza: con_chiavi(&letto, &a, &p, &avviso),
        });
        s.gateway.ricorda(Nota {
            dimostrativa: false,
            ..Nota::dimostrativa(&a, &p, "caricata da questa pagina", &avviso)
        });
        s.registro.annuncia(Novita::Pendenze);
    }
    (stato, Json(risposta)).into_response()
}

/// `GET /simulatore/notifiche`: the latest notifications of the gateway, sent or waiting.
pub(crate) async fn notifiche(State(s): State<Arc<Stato>>) -> Response {
    let g = &s.gateway;
    let url = format!("{}{API_BACKOFFICE}/notifiche?risultatiPerPagina={NOTIFICHE}", g.base);
    match g.leggi(url, (&g.amministratore.utente, &g.amministratore.password)).await {
        Ok((stato, v)) if stato.is_success() => {
            Json(v.get("risultati").cloned().unwrap_or_else(|| json!([]))).into_response()
        }
        Ok((stato, _)) => errore(StatusCode::BAD_GATEWAY, &format!("il gateway risponde {stato}")),
        Err(e) => errore(StatusCode::BAD_GATEWAY, &e),
    }
}
