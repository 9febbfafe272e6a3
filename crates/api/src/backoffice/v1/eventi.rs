//! `/eventi`: the giornale degli eventi (spec 60 5.5).

use crate::convenzioni::date::Estremo;
use crate::convenzioni::filtri::{codice, istante, testo};
use crate::convenzioni::paginazione::{self, booleano};
use crate::convenzioni::{
    ApiError, Chi, Interrogazione, Operazione, Paginazione, Percorso, Rotte, StatoApi, fault, risposte,
};
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::evento::{CategoriaEvento, Componente, DatiPagoPA, EsitoEvento, Evento, Messaggio, RuoloEvento};
use engine::giornale::{FiltroEventi, GiornaleError, Pagina};
use http::StatusCode;
use serde_json::{Map, Value, json};

/// Rows of a page when it is not asked.
const RIGHE: i64 = 25;

/// The routes of this file. Who may see what depends on the filters: the use case decides.
pub(super) fn rotte() -> Rotte {
    Rotte::nuove(Componente::ApiBackoffice).get("/eventi", Operazione::autenticata("findEventi"), elenca).get(
        "/eventi/{id}",
        Operazione::autenticata("getEvento"),
        mostra,
    )
}

impl From<GiornaleError> for ApiError {
    fn from(e: GiornaleError) -> Self {
        match e {
            GiornaleError::Inesistente(_) => fault::NON_TROVATA.con(e),
            GiornaleError::NonAutorizzato(n) => n.into(),
            GiornaleError::Store(s) => s.into(),
        }
    }
}

async fn elenca(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    let pagine = Paginazione::leggi(&q, Some(RIGHE), stato.impostazioni.pagine)?;
    let filtro = filtro(&q)?;
    let messaggi = booleano(&q, "messaggi")?.unwrap_or(false);
    let pagina = Pagina {
        salta: pagine.salto(),
        quante: pagine.da_leggere().unwrap_or(RIGHE),
        conta_fino_a: pagine.conta_fino_a(),
    };
    let (righe, totale) = stato.engine.trova_eventi(&chi, filtro, pagina, messaggi).await?;
    let righe = righe.iter().map(|e| evento(e, messaggi)).collect();
    Ok(risposte::json(StatusCode::OK, &pagine.busta(righe, totale, true, &uri)))
}

async fn mostra(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso(id): Percorso<String>,
) -> Result<Response, ApiError> {
    let id =
        id.parse().map_err(|_| fault::SINTASSI.con("Il formato dell'id evento passato non e' valido"))?;
    let e = stato.engine.leggi_evento(&chi, id).await?;
    Ok(risposte::json(StatusCode::OK, &evento(&e, true)))
}

fn filtro(q: &Interrogazione) -> Result<FiltroEventi, ApiError> {
    let testo = |nome: &str| testo(q, nome);
    let mut f = FiltroEventi {
        ccp: testo("ccp")?,
        id_pagamento: testo("idPagamento")?,
        tipo: testo("tipoEvento")?,
        sottotipo: testo("sottotipoEvento")?,
        esito: codice(q, "esito", EsitoEvento::TUTTI, EsitoEvento::as_str)?,
        categoria: codice(q, "categoriaEvento", CategoriaEvento::TUTTI, CategoriaEvento::as_str)?,
        componente: codice(q, "componente", Componente::TUTTI, Componente::as_str)?,
        ruolo: codice(q, "ruolo", RuoloEvento::TUTTI, RuoloEvento::as_str)?,
        da: istante(q, "dataDa", Estremo::Inizio)?,
        a: istante(q, "dataA", Estremo::Fine)?,
        severita_da: severita(q, "severitaDa")?,
        severita_a: severita(q, "severitaA")?,
        ..FiltroEventi::default()
    };
    match (testo("idDominio")?, testo("iuv")?) {
        (Some(d), Some(i)) => f.iuv = Some((d, i)),
        (d, i) => (f.dominio, f.solo_iuv) = (d, i),
    }
    match (testo("idA2A")?, testo("idPendenza")?) {
        (Some(a), Some(p)) => f.pendenza = Some((a, p)),
        (a, p) => (f.id_a2a, f.id_pendenza) = (a, p),
    }
    Ok(f)
}

fn severita(q: &Interrogazione, nome: &str) -> Result<Option<i64>, ApiError> {
    match paginazione::intero(q, nome)? {
        Some(n) if n < 0 => {
            Err(fault::SINTASSI.con(format_args!("Il campo {nome} deve essere superiore a 0.")))
        }
        n => Ok(n),
    }
}

/// Members with a value, no null at any level.
struct Membri(Map<String, Value>);

impl Membri {
    fn se<V: Into<Value>>(&mut self, nome: &str, v: Option<V>) {
        if let Some(v) = v {
            self.0.insert(nome.to_owned(), v.into());
        }
    }

    fn testo(&mut self, nome: &str, v: Option<&String>) {
        self.se(nome, v.map(String::as_str));
    }
}

fn evento(e: &Evento, messaggi: bool) -> Value {
    let mut o = Membri(Map::new());
    o.se("id", Some(e.id));
    o.se("componente", Some(e.componente.as_str()));
    o.se("categoriaEvento", Some(e.categoria.as_str()));
    o.se("ruolo", Some(e.ruolo.as_str()));
    o.se("tipoEvento", Some(e.tipo.as_str()));
    o.se("esito", Some(e.esito.as_str()));
    o.se("dataEvento", Some(e.data.iso_millis()));
    o.se("durataEvento", Some(e.durata_millis));
    o.testo("sottotipoEvento", e.sottotipo.as_ref());
    o.testo("sottotipoEsito", e.sottotipo_esito.as_ref());
    o.testo("dettaglioEsito", e.dettaglio_esito.as_ref());
    let c = &e.chiavi;
    o.testo("idDominio", c.dominio.as_ref());
    o.testo("iuv", c.iuv.as_ref());
    o.testo("ccp", c.ccp.as_ref());
    o.testo("idA2A", c.id_a2a.as_ref());
    o.testo("idPendenza", c.id_pendenza.as_ref());
    o.testo("idPagamento", c.id_pagamento.as_ref());
    o.se("datiPagoPA", e.pagopa.as_ref().map(dati_pagopa));
    o.se("severita", e.severita);
    o.se("clusterId", Some(e.cluster.as_str()));
    o.se("transactionId", Some(e.transazione.as_str()));
    if messaggi && e.categoria != CategoriaEvento::Interno {
        o.se("parametriRichiesta", Some(richiesta(e)));
        o.se("parametriRisposta", Some(risposta(e)));
    }
    Value::Object(o.0)
}

fn dati_pagopa(d: &DatiPagoPA) -> Value {
    let mut o = Membri(Map::new());
    o.testo("idPsp", d.psp.as_ref());
    o.testo("idCanale", d.canale.as_ref());
    o.testo("idIntermediarioPsp", d.intermediario_psp.as_ref());
    o.testo("tipoVersamento", d.tipo_versamento.as_ref());
    o.testo("modelloPagamento", d.modello_pagamento.as_ref());
    o.testo("idDominio", d.dominio.as_ref());
    o.testo("idIntermediario", d.intermediario.as_ref());
    o.testo("idStazione", d.stazione.as_ref());
    Value::Object(o.0)
}

fn richiesta(e: &Evento) -> Value {
    let mut o = Membri(Map::new());
    o.testo("principal", e.principal.as_ref());
    o.testo("utente", e.utente.as_ref());
    let m = e.richiesta.as_ref();
    o.se("dataOraRichiesta", m.and_then(|m| m.data).map(|d| d.iso_millis()));
    o.testo("url", e.url.as_ref());
    o.testo("method", e.metodo.as_ref());
    o.se("headers", Some(intestazioni(m)));
    o.se("payload", payload(m));
    Value::Object(o.0)
}

fn risposta(e: &Evento) -> Value {
    let mut o = Membri(Map::new());
    let m = e.risposta.as_ref();
    o.se("dataOraRisposta", m.and_then(|m| m.data).map(|d| d.iso_millis()));
    o.se("status", e.stato_http);
    o.se("headers", Some(intestazioni(m)));
    o.se("payload", payload(m));
    Value::Object(o.0)
}

fn intestazioni(m: Option<&Messaggio>) -> Value {
    let coppie = m.map(|m| m.intestazioni.as_slice()).unwrap_or_default();
    coppie.iter().map(|(n, v)| json!({ "nome": n, "valore": v })).collect()
}

fn payload(m: Option<&Messaggio>) -> Option<String> {
    m.and_then(|m| m.corpo.as_ref()).filter(|c| !c.is_empty()).map(|c| STANDARD.encode(c))
}
