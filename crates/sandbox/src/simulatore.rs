//! `/simulatore`: plays a payment as pagoPA would, and shows what went over the wire (spec 70 8.13).

use crate::nodo::{Avviso, Nodo, Pagamento, Risposta};
use crate::stato::Stato;
use crate::xml::Elemento;
use axum::Json;
use axum::extract::{Path, Query, State};
use http::StatusCode;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

/// Payments that are kept.
const MASSIMO: usize = 1_000;

type Errore = (StatusCode, Json<Value>);

fn errore(stato: StatusCode, testo: impl Into<String>) -> Errore {
    (stato, Json(json!({ "errore": testo.into() })))
}

/// How a payment goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Esito {
    /// Paid.
    Ok,
    /// Refused at the PSP: activated, no receipt is ever sent.
    Ko,
    /// A receipt with outcome KO.
    RicevutaKo,
    /// Paid in stand-in: a receipt without activation.
    StandIn,
    /// The answer to the receipt is lost: the Node sends it again.
    Timeout,
    /// Paid twice: two activations, two receipts.
    Doppio,
    /// Only what the bank sees.
    Verifica,
}

impl Esito {
    fn leggi(testo: Option<&str>) -> Option<Self> {
        match testo {
            None | Some("OK") => Some(Self::Ok),
            Some("KO") => Some(Self::Ko),
            Some("RICEVUTA_KO") => Some(Self::RicevutaKo),
            Some("STAND_IN") => Some(Self::StandIn),
            Some("TIMEOUT") => Some(Self::Timeout),
            Some("DOPPIO") => Some(Self::Doppio),
            Some("VERIFICA") => Some(Self::Verifica),
            Some(_) => None,
        }
    }
}

struct Copione<'a> {
    stato: &'a Stato,
    avviso: Avviso,
    psp: String,
    passi: Vec<Value>,
}

impl Copione<'_> {
    /// Notes a step; gives back the content of an OK answer.
    fn passo(&mut self, operazione: &str, r: Risposta) -> Option<Elemento> {
        let (v, contenuto) = match r {
            Risposta::Ok(e) => (json!({ "operazione": operazione, "esito": "OK" }), Some(e)),
            Risposta::Ko { codice, descrizione } => (
                json!({ "operazione": operazione, "esito": "KO", "codice": codice, "descrizione": descrizione }),
                None,
            ),
            Risposta::Guasta(t) => {
                (json!({ "operazione": operazione, "esito": "NESSUNA_RISPOSTA", "descrizione": t }), None)
            }
        };
        self.passi.push(v);
        contenuto
    }

    async fn verifica(&mut self) -> Option<Elemento> {
        let r = self.stato.nodo.verifica(self.stato, &self.avviso).await;
        let visto = self.passo("paVerifyPaymentNotice", r)?;
        let opzione = visto.trova("paymentOptionDescription")?;
        if let Some(o) = self.passi.last_mut().and_then(Value::as_object_mut) {
            o.insert("importo".into(), json!(opzione.testo_di("amount")));
            o.insert("causale".into(), json!(visto.testo_di("paymentDescription")));
            o.insert("ente".into(), json!(visto.testo_di("companyName")));
            o.insert("scadenza".into(), json!(opzione.testo_di("dueDate")));
        }
        Some(visto)
    }

    async fn attiva(&mut self, importo: &str) -> Option<Elemento> {
        let r = self.stato.nodo.attiva(self.stato, &self.avviso, importo).await;
        self.passo("paGetPaymentV2", r)?.figlio("data").cloned()
    }

    fn pagamento(&self, pagato: bool, stand_in: bool) -> Pagamento {
        Pagamento {
            psp: self.psp.clone(),
            ricevuta: uuid::Uuid::new_v4().simple().to_string(),
            pagato,
            stand_in,
            data_ora: self.stato.adesso().iso_secondi(),
        }
    }

    async fn ricevuta(&mut self, dati: &Elemento, p: &Pagamento) -> bool {
        let busta = Nodo::busta_ricevuta(&self.avviso, dati, p);
        let r = self.stato.nodo.invia_ricevuta(self.stato, &self.avviso, busta).await;
        let fatto = self.passo("paSendRTV2", r).is_some();
        if let Some(o) = self.passi.last_mut().and_then(Value::as_object_mut) {
            o.insert("idRicevuta".into(), json!(p.ricevuta));
        }
        fatto
    }

    /// Plays it to the end; the word that sums it up.
    async fn recita(&mut self, esito: Esito) -> &'static str {
        let Some(visto) = self.verifica().await else { return "RIFIUTATO_DALL_ENTE" };
        let importo = visto.trova("amount").map(|a| a.testo.clone()).unwrap_or_default();
        match esito {
            Esito::Verifica => return "VERIFICATO",
            Esito::StandIn => {
                let dati = dati_stand_in(&self.avviso, &visto, &importo);
                let p = self.pagamento(true, true);
                return if self.ricevuta(&dati, &p).await { "PAGATO" } else { "RICEVUTA_RIFIUTATA" };
            }
            Esito::Ok | Esito::Ko | Esito::RicevutaKo | Esito::Timeout | Esito::Doppio => {}
        }
        let Some(dati) = self.attiva(&importo).await else { return "RIFIUTATO_DALL_ENTE" };
        match esito {
            Esito::Ko => "RIFIUTATO_DAL_PSP",
            Esito::RicevutaKo => {
                let p = self.pagamento(false, false);
                if self.ricevuta(&dati, &p).await { "NON_PAGATO" } else { "RICEVUTA_RIFIUTATA" }
            }
            Esito::Timeout => {
                let p = self.pagamento(true, false);
                let busta = Nodo::busta_ricevuta(&self.avviso, &dati, &p);
                // The gateway answers, the Node does not read it: from here on it knows nothing.
                self.stato.nodo.invia_ricevuta(self.stato, &self.avviso, busta).await;
                self.passo("paSendRTV2", Risposta::Guasta("risposta non letta in tempo".to_owned()));
                self.ricevuta(&dati, &p).await;
                "PAGATO"
            }
            Esito::Doppio => {
                let secondi = self.attiva(&importo).await;
                let p = self.pagamento(true, false);
                let uno = self.ricevuta(&dati, &p).await;
                let q = self.pagamento(true, false);
                let due = self.ricevuta(secondi.as_ref().unwrap_or(&dati), &q).await;
                if uno && due { "PAGATO_DUE_VOLTE" } else { "RICEVUTA_RIFIUTATA" }
            }
            Esito::Ok | Esito::StandIn | Esito::Verifica => {
                let p = self.pagamento(true, false);
                if self.ricevuta(&dati, &p).await { "PAGATO" } else { "RICEVUTA_RIFIUTATA" }
            }
        }
    }
}

/// The position as pagoPA's archive would have it, from what the verification told: one transfer.
fn dati_stand_in(avviso: &Avviso, visto: &Elemento, importo: &str) -> Elemento {
    let foglia =
        |nome: &str, testo: &str| Elemento { nome: nome.into(), testo: testo.into(), ..Elemento::default() };
    let nodo =
        |nome: &str, figli: Vec<Elemento>| Elemento { nome: nome.into(), figli, ..Elemento::default() };
    let iuv = avviso.numero.get(if avviso.numero.starts_with('0') { 3 } else { 1 }..).unwrap_or_default();
    let causale = visto.testo_di("paymentDescription").unwrap_or_default();
    let mut figli = vec![
        foglia("creditorReferenceId", iuv),
        foglia("paymentAmount", importo),
        foglia("description", causale),
        foglia("companyName", visto.testo_di("companyName").unwrap_or_default()),
    ];
    figli.push(nodo(
        "debtor",
        vec![
            nodo(
                "uniqueIdentifier",
                vec![
                    foglia("entityUniqueIdentifierType", "G"),
                    foglia("entityUniqueIdentifierValue", "ANONIMO"),
                ],
            ),
            foglia("fullName", "ANONIMO"),
        ],
    ));
    figli.push(nodo(
        "transferList",
        vec![nodo(
            "transfer",
            vec![
                foglia("idTransfer", "1"),
                foglia("transferAmount", importo),
                foglia("fiscalCodePA", &avviso.dominio),
                foglia("companyName", visto.testo_di("companyName").unwrap_or_default()),
                foglia("IBAN", "IT02L1234512345123456789012"),
                foglia("remittanceInformation", &format!("/RFB/{iuv}/{importo}")),
                foglia("transferCategory", "9/0101101IM"),
            ],
        )],
    ));
    nodo("data", figli)
}

/// `POST /simulatore/pagamenti`: `{idDominio, numeroAvviso, esito?, psp?}`.
pub(crate) async fn paga(
    State(stato): State<Arc<Stato>>,
    corpo: Result<Json<Value>, axum::extract::rejection::JsonRejection>,
) -> Result<(StatusCode, Json<Value>), Errore> {
    let Json(v) = corpo.map_err(|e| errore(StatusCode::BAD_REQUEST, e.body_text()))?;
    let testo = |campo: &str| v.get(campo).and_then(Value::as_str);
    let cifre = |t: &str, n: usize| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
    let dominio = testo("idDominio").filter(|d| cifre(d, 11));
    let numero = testo("numeroAvviso").filter(|n| cifre(n, 18));
    let (Some(dominio), Some(numero)) = (dominio, numero) else {
        return Err(errore(
            StatusCode::BAD_REQUEST,
            "servono idDominio (11 cifre) e numeroAvviso (18 cifre)",
        ));
    };
    let esito = Esito::leggi(testo("esito")).ok_or_else(|| {
        errore(
            StatusCode::BAD_REQUEST,
            "esito deve essere uno tra OK, KO, RICEVUTA_KO, STAND_IN, TIMEOUT, DOPPIO, VERIFICA",
        )
    })?;
    let mut copione = Copione {
        stato: &stato,
        avviso: Avviso { dominio: dominio.to_owned(), numero: numero.to_owned() },
        psp: testo("psp").filter(|p| !p.is_empty() && p.len() <= 35).unwrap_or("AGID_01").to_owned(),
        passi: Vec::new(),
    };
    let inizio = stato.adesso();
    let sintesi = copione.recita(esito).await;
    let fatto = json!({
        "data": inizio.iso_millis(),
        "idDominio": dominio,
        "numeroAvviso": numero,
        "esito": sintesi,
        "passi": copione.passi,
    });
    let mut tutti = stato.pagamenti.lock().unwrap_or_else(PoisonError::into_inner);
    if tutti.len() >= MASSIMO {
        tutti.remove(0);
    }
    tutti.push(fatto.clone());
    Ok((StatusCode::CREATED, Json(fatto)))
}

/// `GET /simulatore/pagamenti`: newest first.
pub(crate) async fn elenco(State(stato): State<Arc<Stato>>) -> Json<Value> {
    let tutti = stato.pagamenti.lock().unwrap_or_else(PoisonError::into_inner);
    Json(Value::Array(tutti.iter().rev().cloned().collect()))
}

/// `GET /simulatore/messaggi?dopo=N`: exchanges after a number, oldest first.
pub(crate) async fn messaggi(
    State(stato): State<Arc<Stato>>,
    Query(q): Query<HashMap<String, String>>,
) -> Result<Json<Value>, Errore> {
    let dopo = match q.get("dopo") {
        None => 0,
        Some(t) => t.parse().map_err(|_| errore(StatusCode::BAD_REQUEST, "dopo deve essere un numero"))?,
    };
    Ok(Json(Value::Array(stato.registro.dopo(dopo))))
}

/// `GET /simulatore/messaggi/{id}`: one exchange with its bodies indented.
pub(crate) async fn messaggio(
    State(stato): State<Arc<Stato>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Errore> {
    id.parse()
        .ok()
        .and_then(|id| stato.registro.uno(id))
        .map(Json)
        .ok_or_else(|| errore(StatusCode::NOT_FOUND, "messaggio sconosciuto, o troppo vecchio"))
}
