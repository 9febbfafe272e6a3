//! The OpenAPI document of each version of an API, and the page that shows it (spec 10 section 1).
//!
//! Put together from the routes as they are declared (address, method, right, media types) and from
//! the card of each operation. Adding a route means adding its card to the `carta` of its API, adding an
//! API means adding a row to [`API`]; the tests refuse a route without a card, a body that a reader judges
//! otherwise than its schema, an answer that its schema does not know (docs/architettura.md, The contract).

mod backoffice_v1;
mod pagamento;
mod pagina;
mod pendenze;
mod pendenze_v1;
mod pendenze_v2;
mod ragioneria;
mod scheda;
pub(crate) mod schema;
mod user_v1;
mod yaml;

use crate::convenzioni::{Accesso, Famiglia, IntestazioniApiKey, Operazione, Rotte, StatoApi};
use axum::Extension;
use axum::body::Body;
use axum::extract::OriginalUri;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use domain::evento::Componente;
use http::{HeaderValue, Uri, header};
pub(crate) use scheda::{Scheda, operazioni};
use schema::{NOME, Schema, codice, conforme, libero, oggetto, stringa};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// One version of one API that has a document.
pub(crate) struct Api {
    componente: Componente,
    versione: u32,
    titolo: &'static str,
    /// Where the document is under the root of the version.
    yaml: &'static str,
    json: &'static str,
    carta: fn(&str) -> Option<Scheda>,
}

impl Api {
    /// Whether it is this one.
    pub(crate) fn e(&self, componente: Componente, versione: u32) -> bool {
        self.componente == componente && self.versione == versione
    }

    /// The card of an operation.
    pub(crate) fn carta(&self, operazione: &str) -> Option<Scheda> {
        (self.carta)(operazione)
    }

    /// Name of its document.
    pub(crate) fn nome(&self) -> &'static str {
        self.json.trim_start_matches('/').trim_end_matches(".json")
    }
}

/// Every version of every API. The names of the files are those that were published with GovPay 3.9.
pub(crate) const API: &[Api] = &[
    Api {
        componente: Componente::ApiBackoffice,
        versione: 1,
        titolo: "GovPay - API Backoffice",
        yaml: "/govpay-api-backoffice-v1.yaml",
        json: "/govpay-api-backoffice-v1.json",
        carta: backoffice_v1::carta,
    },
    Api {
        componente: Componente::ApiPendenze,
        versione: 1,
        titolo: "GovPay - API Pendenze",
        yaml: "/govpay-api-pendenze-v1.yaml",
        json: "/govpay-api-pendenze-v1.json",
        carta: pendenze_v1::carta,
    },
    Api {
        componente: Componente::ApiPendenze,
        versione: 2,
        titolo: "GovPay - API Pendenze",
        yaml: "/govpay-api-pendenze-v2.yaml",
        json: "/govpay-api-pendenze-v2.json",
        carta: pendenze_v2::carta,
    },
    Api {
        componente: Componente::ApiPagamento,
        versione: 1,
        titolo: "GovPay - API Pagamento",
        yaml: "/govpay-api-pagamento-v1.yaml",
        json: "/govpay-api-pagamento-v1.json",
        carta: pagamento::v1,
    },
    Api {
        componente: Componente::ApiPagamento,
        versione: 2,
        titolo: "GovPay - API Pagamento",
        yaml: "/govpay-api-pagamento-v2.yaml",
        json: "/govpay-api-pagamento-v2.json",
        carta: pagamento::v2,
    },
    Api {
        componente: Componente::ApiPagamento,
        versione: 3,
        titolo: "GovPay - API Pagamento",
        yaml: "/govpay-api-pagamento-v3.yaml",
        json: "/govpay-api-pagamento-v3.json",
        carta: pagamento::v3,
    },
    Api {
        componente: Componente::ApiRagioneria,
        versione: 1,
        titolo: "GovPay - API Ragioneria",
        yaml: "/govpay-api-ragioneria-v1.yaml",
        json: "/govpay-api-ragioneria-v1.json",
        carta: ragioneria::v1,
    },
    Api {
        componente: Componente::ApiRagioneria,
        versione: 2,
        titolo: "GovPay - API Ragioneria",
        yaml: "/govpay-api-ragioneria-v2.yaml",
        json: "/govpay-api-ragioneria-v2.json",
        carta: ragioneria::v2,
    },
    Api {
        componente: Componente::ApiRagioneria,
        versione: 3,
        titolo: "GovPay - API Ragioneria",
        yaml: "/govpay-api-ragioneria-v3.yaml",
        json: "/govpay-api-ragioneria-v3.json",
        carta: ragioneria::v3,
    },
    Api {
        componente: Componente::ApiUser,
        versione: 1,
        titolo: "GovPay - API User",
        yaml: "/govpay-api-user-v1.yaml",
        json: "/govpay-api-user-v1.json",
        carta: user_v1::carta,
    },
];

/// What each id of an address looks like: name, pattern (none: any text), example.
const PERCORSO: &[(&str, Option<&str>, &str)] = &[
    ("idIntermediario", Some(domain::IdDominio::PATTERN), "11111111113"),
    ("idStazione", Some(domain::codici::IdStazione::PATTERN), "11111111113_01"),
    ("idDominio", Some(domain::IdDominio::PATTERN), "12345678901"),
    ("idUnitaOperativa", Some(domain::IdUnita::PATTERN), "UO1"),
    ("ibanAccredito", Some(domain::codici::Iban::PATTERN), "IT02L1234512345123456789012"),
    ("idEntrata", Some(domain::IdEntrata::PATTERN), "TARI"),
    ("idTipoPendenza", Some(domain::IdTipoPendenza::PATTERN), "TARI"),
    ("idA2A", Some(domain::IdA2A::PATTERN), "GESTIONALE"),
    ("idPendenza", Some(domain::IdPendenza::PATTERN), "P1"),
    ("idRuolo", Some(r"[a-zA-Z0-9\-_]{1,255}"), "Operatore"),
    ("urlID", None, "console"),
    ("numeroAvviso", Some("[0-3][0-9]{17}"), "301000000900000123"),
    ("numeroDocumento", Some(domain::IdPendenza::PATTERN), "DOC1"),
];

/// One route, as its declaration says it.
struct Rotta {
    percorso: &'static str,
    metodo: &'static str,
    op: Operazione,
}

/// The document of one version of an API.
struct Documento {
    api: &'static Api,
    rotte: Vec<Rotta>,
    api_key: IntestazioniApiKey,
    cookie: String,
    base: OnceLock<Value>,
    pronti: Mutex<HashMap<Dove, Bytes>>,
}

/// What the document depends on: how the caller authenticates, the last segment of the address that it
/// was read from, the form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Dove {
    famiglia: Famiglia,
    radice: String,
    formato: Formato,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Formato {
    Json,
    Yaml,
}

/// The routes with those of their document and of its page, open without credentials.
pub(crate) fn con_documento(componente: Componente, versione: u32, stato: &StatoApi, rotte: Rotte) -> Rotte {
    let Some(api) = API.iter().find(|a| a.e(componente, versione)) else { return rotte };
    let elenco = rotte.voci().map(|(percorso, metodo, op)| Rotta { percorso, metodo, op }).collect();
    let documento = Arc::new(Documento {
        api,
        rotte: elenco,
        api_key: stato.impostazioni.api_key.clone(),
        cookie: stato.impostazioni.cookie.nome.clone(),
        base: OnceLock::new(),
        pronti: Mutex::default(),
    });
    let di = |formato: Formato| {
        let documento = Arc::clone(&documento);
        move |Extension(a): Extension<Accesso>, OriginalUri(uri): OriginalUri| {
            let documento = Arc::clone(&documento);
            async move {
                let radice = documento.radice(a.famiglia, &uri);
                documento.risposta(Dove { famiglia: a.famiglia, radice, formato })
            }
        }
    };
    let op = Operazione::contratto();
    rotte.get(api.yaml, op, di(Formato::Yaml)).get(api.json, op, di(Formato::Json)).get(
        "/index.html",
        op,
        move || async move { pagina::risposta(api.nome()) },
    )
}

impl Documento {
    /// Last segment of the root of the version: `v2`, or the base itself for the addresses of 2018.
    fn radice(&self, famiglia: Famiglia, uri: &Uri) -> String {
        let base = uri.path().rsplit('/').find(|s| !s.is_empty() && !s.contains('.'));
        match (famiglia, base) {
            (Famiglia::Rilevata, Some(base)) => base.to_owned(),
            _ => format!("v{}", self.api.versione),
        }
    }

    fn risposta(&self, dove: Dove) -> Response {
        let formato = dove.formato;
        let mut pronti = self.pronti.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = pronti.entry(dove).or_insert_with_key(|dove| {
            let mut d = self.base.get_or_init(|| self.genera()).clone();
            // Relative to the document: right behind any proxy.
            d["servers"] = json!([{ "url": format!("../{}", dove.radice) }]);
            self.protezione(&mut d, dove.famiglia);
            Bytes::from(match formato {
                Formato::Json => d.to_string(),
                Formato::Yaml => yaml::scrivi(&d),
            })
        });
        let mut r = Body::from(bytes.clone()).into_response();
        r.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(match formato {
                Formato::Json => "application/json",
                Formato::Yaml => "application/yaml",
            }),
        );
        r
    }

    fn genera(&self) -> Value {
        let mut schemi = Map::new();
        let mut percorsi = Map::new();
        let errore = schema_errore();
        raccogli(&mut schemi, errore.0);
        for rotta in &self.rotte {
            let operazione = self.operazione(rotta, &mut schemi);
            let percorso = percorsi.entry(rotta.percorso).or_insert_with(|| json!({}));
            percorso[rotta.metodo] = operazione;
        }
        schemi.sort_keys();
        json!({
            "openapi": "3.0.3",
            "info": {
                "title": self.api.titolo,
                "version": format!("{}.{}", self.api.versione, env!("CARGO_PKG_VERSION")),
                "description": DESCRIZIONE,
                "license": { "name": "EUPL-1.2" },
            },
            "servers": [],
            "paths": percorsi,
            "components": {
                "responses": {
                    "Errore": {
                        "description": "The call was refused or failed.",
                        "content": {
                            "application/json": { "schema": { "$ref": "#/components/schemas/Errore" } }
                        }
                    }
                },
                "schemas": schemi,
            },
        })
    }

    fn operazione(&self, rotta: &Rotta, schemi: &mut Map<String, Value>) -> Value {
        let op = &rotta.op;
        let carta = self.api.carta(op.nome());
        let mut o = json!({
            "operationId": identificativo(op.nome(), rotta.metodo, rotta.percorso, &self.rotte),
            "tags": [rotta.percorso.split('/').nth(1).unwrap_or_default()],
            "summary": carta.as_ref().map_or(op.nome(), |c| c.titolo),
        });
        let note: Vec<String> =
            op.accesso().into_iter().chain(carta.as_ref().and_then(|c| c.nota).map(str::to_owned)).collect();
        if !note.is_empty() {
            o["description"] = note.join(" ").into();
        }
        let mut parametri: Vec<Value> = rotta.percorso.split('/').filter_map(parametro).collect();
        let ha_percorso = !parametri.is_empty();
        if let Some(c) = &carta {
            parametri.extend(c.interrogazione.iter().map(|p| {
                let mut p = p.clone();
                p["schema"] = raccogli(schemi, p["schema"].take());
                p
            }));
        }
        if !parametri.is_empty() {
            o["parameters"] = parametri.into();
        }
        let corpo = carta.as_ref().and_then(|c| c.corpo.clone());
        let scrive = corpo.is_some();
        if let Some(Schema(s)) = corpo {
            o["requestBody"] = json!({
                "required": true, "content": { "application/json": { "schema": raccogli(schemi, s) } }
            });
        }
        let mut risposte = Map::new();
        for e in carta.iter().flat_map(|c| &c.esiti) {
            let mut r = json!({ "description": e.nota });
            for (tipo, s) in &e.contenuto {
                let s = s.clone().map_or_else(|| json!({ "type": "string", "format": "binary" }), |s| s.0);
                r["content"][tipo] = json!({ "schema": raccogli(schemi, s) });
            }
            risposte.insert(e.stato.to_string(), r);
        }
        let errori: &[(&str, bool)] = &[
            ("400", scrive || o.get("parameters").is_some()),
            ("401", !op.aperta()),
            ("403", !op.aperta()),
            ("404", ha_percorso),
            ("422", scrive),
            ("default", true),
        ];
        for (stato, _) in errori.iter().filter(|(_, si)| *si) {
            risposte.insert((*stato).to_owned(), json!({ "$ref": "#/components/responses/Errore" }));
        }
        o["responses"] = Value::Object(risposte);
        if op.aperta() {
            o["security"] = json!([]);
        }
        o
    }

    /// How a caller authenticates at the address the document was read from.
    fn protezione(&self, d: &mut Value, famiglia: Famiglia) {
        use Famiglia as F;
        let basic = || json!({ "basic": { "type": "http", "scheme": "basic" } });
        let cookie = || json!({ "sessione": { "type": "apiKey", "in": "cookie", "name": self.cookie } });
        // One of these ways is enough; all the schemes of one way are needed.
        let modi = match famiglia {
            F::Basic | F::Rilevata | F::Predefinita => vec![basic()],
            F::Form => vec![basic(), cookie()],
            F::Session => vec![cookie()],
            F::OAuth2 => {
                vec![json!({ "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" } })]
            }
            F::ApiKey => vec![json!({
                "appId": { "type": "apiKey", "in": "header", "name": self.api_key.id },
                "apiKey": { "type": "apiKey", "in": "header", "name": self.api_key.chiave },
            })],
            // A certificate or a trusted proxy: nothing that a document of 3.0 can say. Or nobody.
            F::Ssl | F::SslHeader | F::Header | F::Spid | F::Public => return,
        };
        let mut schemi = Map::new();
        let mut richiesti = Vec::new();
        for modo in modi {
            let modo = modo.as_object().cloned().unwrap_or_default();
            richiesti.push(Value::Object(modo.keys().map(|n| (n.clone(), json!([]))).collect()));
            schemi.extend(modo);
        }
        d["components"]["securitySchemes"] = Value::Object(schemi);
        d["security"] = Value::Array(richiesti);
    }
}

const DESCRIZIONE: &str = "Generated from the routes that this server serves. Bodies are JSON; a member \
    that is not listed is refused, null counts as absent, PUT replaces the whole entity. Texts are \
    accepted for numbers and booleans that they spell, numbers for texts. Every answer carries \
    X-Govpay-IdTransazione.";

/// A name that no other operation of the document has: an operation may answer to more methods.
fn identificativo(nome: &str, metodo: &str, percorso: &str, rotte: &[Rotta]) -> String {
    let prima = rotte.iter().find(|r| r.op.nome() == nome);
    if prima.is_none_or(|r| r.metodo == metodo && r.percorso == percorso) {
        return nome.to_owned();
    }
    format!("{nome}_{metodo}")
}

/// A segment of an address, if it is a parameter.
fn parametro(segmento: &str) -> Option<Value> {
    let nome = segmento.strip_prefix('{')?.strip_suffix('}')?;
    let nota = PERCORSO.iter().find(|(n, ..)| *n == nome);
    let schema = match nota {
        Some((_, Some(modello), esempio)) => conforme(modello, esempio),
        Some((_, None, esempio)) => stringa().esempio(Value::from(*esempio)),
        None => stringa(),
    };
    Some(json!({ "name": nome, "in": "path", "required": true, "schema": schema.0 }))
}

/// Moves the named schemas where they stand once, and leaves references.
fn raccogli(schemi: &mut Map<String, Value>, s: Value) -> Value {
    match s {
        Value::Object(mut o) => {
            let nome = o.shift_remove(NOME);
            let mut fatto = Map::new();
            for (k, v) in o {
                let v = if k == "example" || k == "default" { v } else { raccogli(schemi, v) };
                fatto.insert(k, v);
            }
            match nome {
                Some(Value::String(nome)) => {
                    let rimando = json!({ "$ref": format!("#/components/schemas/{nome}") });
                    let prima = schemi.insert(nome.clone(), Value::Object(fatto));
                    debug_assert!(prima.is_none_or(|p| p == schemi[&nome]), "due schemi di nome {nome}");
                    rimando
                }
                _ => Value::Object(fatto),
            }
        }
        Value::Array(a) => a.into_iter().map(|v| raccogli(schemi, v)).collect(),
        altro => altro,
    }
}

fn schema_errore() -> Schema {
    oggetto(
        "Errore",
        [
            codice("categoria", &["AUTORIZZAZIONE", "RICHIESTA", "OPERAZIONE", "PAGOPA", "EC", "INTERNO"])
                .dovuto(),
            libero("codice").dovuto().nota("The same code for the same cause."),
            libero("descrizione").dovuto(),
            libero("dettaglio").nota("What exactly, for a person."),
        ],
    )
}

/// The answer of `/info`, the same in every API.
fn info() -> Schema {
    oggetto(
        "Info",
        [
            libero("appName").dovuto(),
            libero("versione").dovuto(),
            libero("build").dovuto(),
            libero("ambiente").dovuto(),
        ],
    )
}
