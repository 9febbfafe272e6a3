//! The demo ente: a management system that answers verifications and receives notifications, in
//! API Ente v1 (`/ente/v1`) and v2 (`/ente/v2`).

use crate::guasto::Guasto;
use crate::registro::{Novita, Scambio};
use crate::stato::Stato;
use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use domain::Istante;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Pendenze and notifications that the ente keeps.
const MASSIMO: usize = 10_000;

/// What the ente knows.
#[derive(Debug, Default)]
pub struct ArchivioEnte {
    interno: Mutex<Interno>,
}

#[derive(Debug, Default)]
struct Interno {
    pendenze: Vec<PendenzaEnte>,
    notifiche: Vec<NotificaRicevuta>,
}

/// A pendenza of the ente's own archive: the answer of a verification.
#[derive(Debug, Clone)]
pub struct PendenzaEnte {
    /// `NON_ESEGUITA`, `ANNULLATA`, `SCADUTA`, `DUPLICATA` (v1 only), `SCONOSCIUTA`.
    pub stato: String,
    /// Text that goes with a state other than `NON_ESEGUITA`.
    pub descrizione_stato: Option<String>,
    /// Members of the pendenza in the form of API Pendenze v2, `idA2A` and `idPendenza` included.
    pub pendenza: Value,
}

/// A notification as it arrived.
#[derive(Debug, Clone)]
pub struct NotificaRicevuta {
    /// When.
    pub data: Istante,
    /// HTTP method.
    pub metodo: String,
    /// Path and query.
    pub percorso: String,
    /// `Idempotency-Key`.
    pub chiave: Option<String>,
    /// Headers, names in lower case.
    pub intestazioni: Vec<(String, String)>,
    /// Body.
    pub corpo: Value,
    /// Status answered.
    pub risposta: Option<u16>,
}

impl ArchivioEnte {
    /// Adds a pendenza, or replaces the one with the same idA2A and idPendenza.
    pub fn metti(&self, p: PendenzaEnte) {
        let mut i = self.interno.lock().unwrap_or_else(PoisonError::into_inner);
        let chiave = |v: &Value| (v.get("idA2A").cloned(), v.get("idPendenza").cloned());
        let nuova = chiave(&p.pendenza);
        i.pendenze.retain(|x| chiave(&x.pendenza) != nuova);
        if i.pendenze.len() < MASSIMO {
            i.pendenze.push(p);
        }
    }

    /// Notifications received so far, oldest first.
    #[must_use]
    pub fn notifiche(&self) -> Vec<NotificaRicevuta> {
        self.interno.lock().unwrap_or_else(PoisonError::into_inner).notifiche.clone()
    }

    fn per_avviso(&self, dominio: &str, avviso_o_iuv: &str) -> Option<PendenzaEnte> {
        let i = self.interno.lock().unwrap_or_else(PoisonError::into_inner);
        i.pendenze
            .iter()
            .find(|p| {
                let nav = testo(&p.pendenza, "numeroAvviso");
                testo(&p.pendenza, "idDominio") == Some(dominio)
                    && nav.is_some_and(|n| {
                        n == avviso_o_iuv
                            || n.get(1..) == Some(avviso_o_iuv)
                            || n.get(3..) == Some(avviso_o_iuv)
                    })
            })
            .cloned()
    }

    fn per_chiave(&self, id_a2a: &str, id_pendenza: &str) -> Option<PendenzaEnte> {
        let i = self.interno.lock().unwrap_or_else(PoisonError::into_inner);
        i.pendenze
            .iter()
            .find(|p| {
                testo(&p.pendenza, "idA2A") == Some(id_a2a)
                    && testo(&p.pendenza, "idPendenza") == Some(id_pendenza)
            })
            .cloned()
    }

    fn notificata(&self, n: NotificaRicevuta) {
        let mut i = self.interno.lock().unwrap_or_else(PoisonError::into_inner);
        if i.notifiche.len() >= MASSIMO {
            i.notifiche.remove(0);
        }
        i.notifiche.push(n);
    }
}

fn testo<'a>(v: &'a Value, campo: &str) -> Option<&'a str> {
    v.get(campo).and_then(Value::as_str)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Versione {
    V1,
    V2,
}

/// The routes of both versions.
pub(crate) fn rotte() -> Router<Arc<Stato>> {
    let v1 = Router::new()
        .route("/avvisi/{dominio}/{iuv}", get(avviso_v1))
        .route("/pendenze/{id_a2a}/{id_pendenza}", get(pendenza_v1))
        .route("/pagamenti/{dominio}/{iuv}", post(notifica_v1));
    let v2 = Router::new()
        .route("/avvisi/{dominio}/{avviso}", get(avviso_v2))
        .route("/pendenze/{id_a2a}/{id_pendenza}", get(pendenza_v2))
        .route("/ricevute/{dominio}/{iuv}/{ricevuta}", put(notifica_v2));
    Router::new().nest("/ente/v1", v1).nest("/ente/v2", v2)
}

type Coppia = Path<(String, String)>;

async fn avviso_v1(State(s): State<Arc<Stato>>, uri: OriginalUri, Path((d, i)): Coppia) -> Response {
    verifica(&s, Versione::V1, "getAvviso", &uri, s.ente.per_avviso(&d, &i), Some(i)).await
}

async fn avviso_v2(State(s): State<Arc<Stato>>, uri: OriginalUri, Path((d, n)): Coppia) -> Response {
    verifica(&s, Versione::V2, "getAvviso", &uri, s.ente.per_avviso(&d, &n), Some(n)).await
}

async fn pendenza_v1(State(s): State<Arc<Stato>>, uri: OriginalUri, Path((a, p)): Coppia) -> Response {
    verifica(&s, Versione::V1, "verifyPendenza", &uri, s.ente.per_chiave(&a, &p), None).await
}

async fn pendenza_v2(State(s): State<Arc<Stato>>, uri: OriginalUri, Path((a, p)): Coppia) -> Response {
    verifica(&s, Versione::V2, "verifyPendenza", &uri, s.ente.per_chiave(&a, &p), None).await
}

async fn verifica(
    s: &Stato,
    versione: Versione,
    operazione: &'static str,
    uri: &OriginalUri,
    trovata: Option<PendenzaEnte>,
    avviso: Option<String>,
) -> Response {
    let inizio = s.adesso();
    let guasto = s.guasto_ente.prendi();
    let mut corpo = match &trovata {
        None => json!({ "stato": "SCONOSCIUTA" }),
        Some(p) => risposta_verifica(p, versione),
    };
    if guasto == Guasto::AltraPendenza {
        let altrove = match versione {
            Versione::V1 => corpo.as_object_mut(),
            Versione::V2 => corpo.get_mut("pendenza").and_then(Value::as_object_mut),
        };
        if let Some(o) = altrove {
            o.insert("numeroAvviso".into(), json!("301000000000000999"));
            o.insert("idPendenza".into(), json!("un-altra"));
        }
    }
    let (stato, risposta, byte) = guasta(guasto, StatusCode::OK, &corpo).await;
    s.registro.aggiungi(Scambio {
        id: 0,
        data: inizio,
        durata_millis: s.adesso().millis() - inizio.millis(),
        direzione: "govpay -> ente",
        operazione: operazione.to_owned(),
        richiesta: format!("GET {}", uri.0),
        corpo_richiesta: Vec::new(),
        stato,
        corpo_risposta: byte,
        avviso,
    });
    risposta
}

/// v1 is flat, v2 wraps the pendenza; lines of v2 name `codiceTassonomicoPagoPA`.
fn risposta_verifica(p: &PendenzaEnte, versione: Versione) -> Value {
    let mut piena = p.pendenza.clone();
    match versione {
        Versione::V1 => {
            if let Some(o) = piena.as_object_mut() {
                o.insert("stato".into(), json!(p.stato));
                if let Some(d) = &p.descrizione_stato {
                    o.insert("descrizioneStato".into(), json!(d));
                }
            }
            piena
        }
        Versione::V2 => {
            for voce in piena.get_mut("voci").and_then(Value::as_array_mut).into_iter().flatten() {
                if let Some(o) = voce.as_object_mut()
                    && let (Some(t), Some(c)) = (o.remove("tipoContabilita"), o.remove("codiceContabilita"))
                {
                    let cifra = match t.as_str() {
                        Some("CAPITOLO") => '0',
                        Some("SPECIALE") => '1',
                        Some("SIOPE") => '2',
                        _ => '9',
                    };
                    let codice = c.as_str().unwrap_or_default();
                    o.insert("codiceTassonomicoPagoPA".into(), json!(format!("{cifra}/{codice}")));
                }
            }
            let mut v = json!({ "stato": p.stato });
            if let Some(o) = v.as_object_mut() {
                if let Some(d) = &p.descrizione_stato {
                    o.insert("descrizioneStato".into(), json!(d));
                }
                if p.stato == "NON_ESEGUITA" || piena.get("dataScadenza").is_some() {
                    o.insert("pendenza".into(), piena);
                }
            }
            v
        }
    }
}

async fn notifica_v1(
    State(s): State<Arc<Stato>>,
    uri: OriginalUri,
    metodo: Method,
    intestazioni: HeaderMap,
    corpo: Bytes,
) -> Response {
    notifica(&s, "notifyPagamento", &metodo, &uri, &intestazioni, &corpo).await
}

async fn notifica_v2(
    State(s): State<Arc<Stato>>,
    uri: OriginalUri,
    metodo: Method,
    intestazioni: HeaderMap,
    corpo: Bytes,
) -> Response {
    notifica(&s, "notificaRicevuta", &metodo, &uri, &intestazioni, &corpo).await
}

async fn notifica(
    s: &Stato,
    operazione: &'static str,
    metodo: &Method,
    uri: &OriginalUri,
    intestazioni: &HeaderMap,
    corpo: &Bytes,
) -> Response {
    let inizio = s.adesso();
    // `/ente/v1/pagamenti/{dominio}/{iuv}`, `/ente/v2/ricevute/{dominio}/{iuv}/{ricevuta}`.
    let parti: Vec<&str> = uri.0.path().split('/').collect();
    let avviso = parti
        .get(4)
        .zip(parti.get(5))
        .and_then(|(d, iuv)| s.ente.per_avviso(d, iuv))
        .and_then(|p| testo(&p.pendenza, "numeroAvviso").map(str::to_owned));
    let guasto = s.guasto_ente.prendi();
    let (stato, risposta, byte) = guasta(guasto, StatusCode::OK, &json!({})).await;
    let letto: Vec<(String, String)> = intestazioni
        .iter()
        .map(|(n, v)| (n.as_str().to_owned(), String::from_utf8_lossy(v.as_bytes()).into_owned()))
        .collect();
    s.ente.notificata(NotificaRicevuta {
        data: inizio,
        metodo: metodo.to_string(),
        percorso: uri.0.to_string(),
        chiave: letto.iter().find(|(n, _)| n == "idempotency-key").map(|(_, v)| v.clone()),
        intestazioni: letto,
        corpo: serde_json::from_slice(corpo).unwrap_or(Value::Null),
        risposta: stato,
    });
    s.registro.aggiungi(Scambio {
        id: 0,
        data: inizio,
        durata_millis: s.adesso().millis() - inizio.millis(),
        direzione: "govpay -> ente",
        operazione: operazione.to_owned(),
        richiesta: format!("{metodo} {}", uri.0),
        corpo_richiesta: corpo.to_vec(),
        stato,
        corpo_risposta: byte,
        avviso,
    });
    risposta
}

/// Answers as the switch wants: the status (`None` when none is sent), the answer, the bytes for the
/// list of exchanges.
async fn guasta(guasto: Guasto, bene: StatusCode, corpo: &Value) -> (Option<u16>, Response, Vec<u8>) {
    let sano = || (Some(bene.as_u16()), (bene, Json(corpo)).into_response(), corpo.to_string().into_bytes());
    match guasto {
        Guasto::Nessuno | Guasto::AltraPendenza => sano(),
        Guasto::Lento(d) => {
            tokio::time::sleep(d).await;
            sano()
        }
        Guasto::Muto => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            (None, StatusCode::SERVICE_UNAVAILABLE.into_response(), b"(nessuna risposta)".to_vec())
        }
        Guasto::Tronca => (None, troncata(corpo), b"(risposta troncata)".to_vec()),
        Guasto::Stato(n) => {
            let stato = StatusCode::from_u16(n).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut r = (stato, Json(json!({}))).into_response();
            if stato.is_redirection() {
                r.headers_mut()
                    .insert(header::LOCATION, http::HeaderValue::from_static("http://127.0.0.1:9/"));
            }
            (Some(n), r, b"{}".to_vec())
        }
        Guasto::Html => {
            let pagina = "<!DOCTYPE html><html><body><h1>Manutenzione</h1></body></html>";
            (Some(200), axum::response::Html(pagina).into_response(), pagina.as_bytes().to_vec())
        }
        Guasto::Spazzatura => {
            let byte: &[u8] = b"\xff\xfe{\"stato\": \x00\x9f";
            let r = ([(header::CONTENT_TYPE, "application/json")], byte.to_vec()).into_response();
            (Some(200), r, byte.to_vec())
        }
    }
}

/// Announces the whole body, sends half of it, then breaks the connection.
fn troncata(corpo: &Value) -> Response {
    let byte = corpo.to_string().into_bytes();
    let meta = byte.get(..byte.len() / 2).unwrap_or_default().to_vec();
    let pezzi = futures_util::stream::iter([
        Ok::<_, std::io::Error>(Bytes::from(meta)),
        Err(std::io::Error::other("connessione interrotta a comando")),
    ]);
    Response::builder()
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from_stream(pezzi))
        .unwrap_or_else(|_: http::Error| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// `GET /simulatore/ente/notifiche`.
pub(crate) async fn elenco_notifiche(State(s): State<Arc<Stato>>) -> Json<Value> {
    let righe: Vec<Value> = s
        .ente
        .notifiche()
        .iter()
        .map(|n| {
            json!({
                "data": n.data.iso_millis(),
                "metodo": n.metodo,
                "percorso": n.percorso,
                "idempotencyKey": n.chiave,
                "risposta": n.risposta,
                "corpo": n.corpo,
            })
        })
        .collect();
    Json(Value::Array(righe))
}

/// `PUT /simulatore/ente/pendenze`: `{stato, descrizioneStato?, pendenza}`.
pub(crate) async fn metti_pendenza(
    State(s): State<Arc<Stato>>,
    Json(v): Json<Value>,
) -> Result<StatusCode, (StatusCode, Json<Value>)> {
    let errore = |t: &str| (StatusCode::BAD_REQUEST, Json(json!({ "errore": t })));
    let stato =
        testo(&v, "stato").ok_or_else(|| errore("stato mancante: NON_ESEGUITA, ANNULLATA, SCADUTA, ..."))?;
    let pendenza = v
        .get("pendenza")
        .filter(|p| testo(p, "idDominio").is_some() && testo(p, "numeroAvviso").is_some())
        .ok_or_else(|| errore("pendenza mancante, o senza idDominio e numeroAvviso"))?;
    s.ente.metti(PendenzaEnte {
        stato: stato.to_owned(),
        descrizione_stato: testo(&v, "descrizioneStato").map(str::to_owned),
        pendenza: pendenza.clone(),
    });
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /simulatore/ente/guasto`.
pub(crate) async fn imposta_guasto(
    State(s): State<Arc<Stato>>,
    Json(v): Json<Value>,
) -> Result<Json<Value>, (StatusCode, Json<Value>)> {
    let (g, volte) =
        Guasto::leggi(&v).map_err(|e| (StatusCode::BAD_REQUEST, Json(json!({ "errore": e }))))?;
    s.guasto_ente.imposta(g, volte);
    s.registro.annuncia(Novita::Guasto(s.guasto_ente.stato()));
    Ok(Json(s.guasto_ente.stato()))
}

/// `GET /simulatore/ente/guasto`.
pub(crate) async fn leggi_guasto(State(s): State<Arc<Stato>>) -> Result<Json<Value>, Infallible> {
    Ok(Json(s.guasto_ente.stato()))
}
