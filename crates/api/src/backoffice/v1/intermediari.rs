//! `/intermediari` and their `/stazioni` (spec 10 5.1).

use super::campi::Campi;
use super::membri::Membri;
use super::{auth, domini, vede_segreti};
use crate::convenzioni::ordinamento::ordinamento;
use crate::convenzioni::paginazione::booleano;
use crate::convenzioni::{
    ApiError, Chi, Corpo, Firma, Interrogazione, Operazione, Paginazione, Percorso, Rotte, StatoApi, risposte,
};
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use contratto::Sintassi;
use contratto::json::Oggetto;
use contratto::messaggi as m;
use domain::IdDominio;
use domain::anagrafica::{
    ConnettoreNodo, ConnettoreRest, Ftp, Intermediario, Servizio, Stazione, VersioneStazione,
};
use domain::codici::IdStazione;
use domain::evento::Componente;
use engine::Engine;
use http::StatusCode;
use serde_json::Value;

const SERVIZIO: Servizio = Servizio::AnagraficaPagoPA;

const INTERMEDIARIO: &[&str] = &[
    "denominazione",
    "principalPagoPa",
    "servizioPagoPa",
    "servizioFtp",
    "servizioPagoPaRecuperoRT",
    "servizioPagoPaACA",
    "servizioPagoPaGPD",
    "servizioPagoPaFR",
    "servizioPagoPaBackofficeEC",
    "abilitato",
];
const NODO: &[&str] = &["urlRPT", "auth", "subscriptionKey"];
const REST: &[&str] = &["url", "auth", "subscriptionKey", "abilitaGDE"];
const SERVIZIO_FTP: &[&str] = &["ftpLettura", "ftpScrittura"];
const FTP: &[&str] = &["host", "porta", "username", "password"];
const STAZIONE: &[&str] = &["password", "abilitato", "versione"];

/// The routes of this file.
pub(super) fn rotte() -> Rotte {
    Rotte::nuove(Componente::ApiBackoffice)
        .get(
            "/intermediari/{idIntermediario}/stazioni",
            Operazione::lettura("findStazioni", SERVIZIO),
            elenca_stazioni,
        )
        .put("/intermediari/{idIntermediario}", Operazione::scrittura("addIntermediario", SERVIZIO), aggiungi)
        .get("/intermediari/{idIntermediario}", Operazione::lettura("getIntermediario", SERVIZIO), mostra)
        .put(
            "/intermediari/{idIntermediario}/stazioni/{idStazione}",
            Operazione::scrittura("addStazione", SERVIZIO),
            aggiungi_stazione,
        )
        .get(
            "/intermediari/{idIntermediario}/stazioni/{idStazione}",
            Operazione::lettura("getStazione", SERVIZIO),
            mostra_stazione,
        )
}

/// The stazioni of one intermediario are 99 at most: the page is cut here.
async fn elenca_stazioni(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso(id): Percorso<String>,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    m::pattern("idIntermediario", &id, IdDominio::PATTERN)?;
    let pagine = Paginazione::leggi(&q, None, stato.impostazioni.pagine)?;
    let abilitato = booleano(&q, "abilitato")?;
    let discendente = ordinamento(&q, &["idStazione"])?.first().is_some_and(|(_, discendente)| *discendente);
    let (_, mut stazioni) = stato.engine.leggi_intermediario(&id).await?;
    stazioni.retain(|s| abilitato.is_none_or(|a| s.abilitato == a));
    if discendente {
        stazioni.reverse();
    }
    let totale = pagine.conta_fino_a().map(|_| i64::try_from(stazioni.len()).unwrap_or(i64::MAX));
    let posto = |n: i64| usize::try_from(n).unwrap_or(usize::MAX);
    let segreti = vede_segreti(&chi, SERVIZIO);
    let righe: Vec<Value> = stazioni
        .iter()
        .skip(posto(pagine.salto()))
        .take(pagine.da_leggere().map_or(usize::MAX, posto))
        .map(|s| riga_stazione(s, segreti))
        .collect();
    Ok(risposte::json(StatusCode::OK, &pagine.busta(righe, totale, true, &uri)))
}

async fn aggiungi(
    State(engine): State<Engine>,
    Firma(autore): Firma,
    Percorso(id): Percorso<String>,
    Corpo(corpo): Corpo,
) -> Result<StatusCode, ApiError> {
    let i = leggi(&id, &corpo)?;
    Ok(risposte::salvata(engine.salva_intermediario(&autore, &i).await?))
}

pub(super) fn leggi(id: &str, corpo: &Value) -> Result<Intermediario, Sintassi> {
    let o = Oggetto::radice(corpo, INTERMEDIARIO)?;
    let mut c = Campi::nuovi();
    c.percorso("idIntermediario", id, IdDominio::PATTERN);
    let denominazione = c.testo_obbligatorio(&o, "denominazione", 1, 255)?;
    let principal_pagopa = c.testo_obbligatorio(&o, "principalPagoPa", 1, 4000)?;
    let servizio_pagopa = match o.oggetto("servizioPagoPa", NODO)? {
        Some(n) => Some(c.in_campo("servizioPagoPa", |c| connettore_nodo(c, &n))?),
        None => c.nota(Err(m::non_vuoto("servizioPagoPa"))),
    };
    let (ftp_lettura, ftp_scrittura) = match o.oggetto("servizioFtp", SERVIZIO_FTP)? {
        Some(f) => c.in_campo("servizioFtp", |c| {
            Ok::<_, Sintassi>((ftp(c, &f, "ftpLettura")?, ftp(c, &f, "ftpScrittura")?))
        })?,
        None => (None, None),
    };
    let recupero_rt = connettore_rest(&mut c, &o, "servizioPagoPaRecuperoRT")?;
    let aca = connettore_rest(&mut c, &o, "servizioPagoPaACA")?;
    let gpd = connettore_rest(&mut c, &o, "servizioPagoPaGPD")?;
    let fr = connettore_rest(&mut c, &o, "servizioPagoPaFR")?;
    let backoffice_ec = connettore_rest(&mut c, &o, "servizioPagoPaBackofficeEC")?;
    let abilitato = c.booleano_obbligatorio(&o, "abilitato")?;
    c.esito()?;
    Ok(Intermediario {
        id: IdDominio::fidato(id),
        denominazione,
        principal_pagopa,
        servizio_pagopa: m::obbligatorio("servizioPagoPa", servizio_pagopa)?,
        ftp_lettura,
        ftp_scrittura,
        recupero_rt,
        aca,
        gpd,
        fr,
        backoffice_ec,
        abilitato,
    })
}

fn connettore_nodo(c: &mut Campi, o: &Oggetto<'_>) -> Result<ConnettoreNodo, Sintassi> {
    Ok(ConnettoreNodo {
        url_rpt: c.url_obbligatoria(o, "urlRPT")?,
        credenziali: auth::leggi(c, o, "auth")?,
        subscription_key: c.testo(o, "subscriptionKey", 1, 255)?,
    })
}

fn connettore_rest(
    c: &mut Campi,
    o: &Oggetto<'_>,
    campo: &'static str,
) -> Result<Option<ConnettoreRest>, Sintassi> {
    let Some(o) = o.oggetto(campo, REST)? else { return Ok(None) };
    c.in_campo(campo, |c| {
        Ok(Some(ConnettoreRest {
            url: c.url_obbligatoria(&o, "url")?,
            credenziali: auth::leggi(c, &o, "auth")?,
            subscription_key: c.testo(&o, "subscriptionKey", 1, 255)?,
            abilita_gde: o.booleano("abilitaGDE")?.unwrap_or(false),
        }))
    })
}

fn ftp(c: &mut Campi, o: &Oggetto<'_>, campo: &'static str) -> Result<Option<Ftp>, Sintassi> {
    let Some(o) = o.oggetto(campo, FTP)? else { return Ok(None) };
    c.in_campo(campo, |c| {
        Ok(Some(Ftp {
            host: c.testo_obbligatorio(&o, "host", 1, 255)?,
            porta: c.testo_obbligatorio(&o, "porta", 1, 255)?,
            username: c.testo_obbligatorio(&o, "username", 1, 255)?,
            password: c.testo_obbligatorio(&o, "password", 1, 255)?,
        }))
    })
}

async fn mostra(
    State(engine): State<Engine>,
    Chi(chi): Chi,
    Percorso(id): Percorso<String>,
) -> Result<Response, ApiError> {
    m::pattern("idIntermediario", &id, IdDominio::PATTERN)?;
    let (i, stazioni) = engine.leggi_intermediario(&id).await?;
    let segreti = vede_segreti(&chi, SERVIZIO);
    let corpo = rendi(&i, segreti)
        .con("stazioni", stazioni.iter().map(|s| riga_stazione(s, segreti)).collect::<Vec<Value>>());
    Ok(risposte::json(StatusCode::OK, &corpo.into()))
}

fn rendi(i: &Intermediario, segreti: bool) -> Membri {
    let nodo = Membri::nuovi()
        .con("urlRPT", i.servizio_pagopa.url_rpt.as_str())
        .se("auth", i.servizio_pagopa.credenziali.as_ref().map(|c| auth::rendi(c, segreti)))
        .se("subscriptionKey", i.servizio_pagopa.subscription_key.clone().filter(|_| segreti));
    let ha_ftp = i.ftp_lettura.is_some() || i.ftp_scrittura.is_some();
    let ftp = Membri::nuovi()
        .se("ftpLettura", i.ftp_lettura.as_ref().map(|f| rendi_ftp(f, segreti)))
        .se("ftpScrittura", i.ftp_scrittura.as_ref().map(|f| rendi_ftp(f, segreti)));
    let rest = |c: &Option<ConnettoreRest>| {
        c.as_ref().map(|c| {
            Membri::nuovi()
                .con("url", c.url.as_str())
                .se("auth", c.credenziali.as_ref().map(|c| auth::rendi(c, segreti)))
                .se("subscriptionKey", c.subscription_key.clone().filter(|_| segreti))
                .con("abilitaGDE", c.abilita_gde)
        })
    };
    Membri::nuovi()
        .con("idIntermediario", i.id.as_str())
        .con("denominazione", i.denominazione.as_str())
        .con("principalPagoPa", i.principal_pagopa.as_str())
        .con("servizioPagoPa", nodo)
        .se("servizioFtp", ha_ftp.then_some(ftp))
        .se("servizioPagoPaRecuperoRT", rest(&i.recupero_rt))
        .se("servizioPagoPaACA", rest(&i.aca))
        .se("servizioPagoPaGPD", rest(&i.gpd))
        .se("servizioPagoPaFR", rest(&i.fr))
        .se("servizioPagoPaBackofficeEC", rest(&i.backoffice_ec))
        .con("abilitato", i.abilitato)
}

fn rendi_ftp(f: &Ftp, segreti: bool) -> Membri {
    Membri::nuovi()
        .con("host", f.host.as_str())
        .con("porta", f.porta.as_str())
        .con("username", f.username.as_str())
        .se("password", segreti.then(|| f.password.clone()))
}

fn rendi_stazione(s: &Stazione, segreti: bool) -> Membri {
    Membri::nuovi()
        .con("idStazione", s.id.as_str())
        .se("password", s.password.clone().filter(|_| segreti))
        .con("abilitato", s.abilitato)
        .con("versione", s.versione.as_str())
}

fn riga_stazione(s: &Stazione, segreti: bool) -> Value {
    rendi_stazione(s, segreti).con("domini", format!("/domini?stazione={}", s.id)).into()
}

async fn aggiungi_stazione(
    State(engine): State<Engine>,
    Firma(autore): Firma,
    Percorso((intermediario, id)): Percorso<(String, String)>,
    Corpo(corpo): Corpo,
) -> Result<StatusCode, ApiError> {
    let s = leggi_stazione(&intermediario, &id, &corpo)?;
    Ok(risposte::salvata(engine.salva_stazione(&autore, &s).await?))
}

pub(super) fn leggi_stazione(intermediario: &str, id: &str, corpo: &Value) -> Result<Stazione, Sintassi> {
    let o = Oggetto::radice(corpo, STAZIONE)?;
    let mut c = Campi::nuovi();
    c.percorso("idIntermediario", intermediario, IdDominio::PATTERN);
    c.percorso("idStazione", id, IdStazione::PATTERN);
    let abilitato = c.booleano_obbligatorio(&o, "abilitato")?;
    let codici: Vec<&str> = VersioneStazione::TUTTI.iter().map(|v| v.as_str()).collect();
    let versione = c.codice_obbligatorio(&o, "versione", VersioneStazione::leggi, &codici)?;
    let password = if versione == Some(VersioneStazione::V1) {
        Some(c.testo_obbligatorio(&o, "password", 1, 35)?)
    } else {
        c.testo(&o, "password", 0, 35)?.filter(|p| !p.is_empty())
    };
    c.esito()?;
    Ok(Stazione {
        id: IdStazione::fidato(id),
        intermediario: IdDominio::fidato(intermediario),
        versione: m::obbligatorio("versione", versione)?,
        password,
        abilitato,
    })
}

async fn mostra_stazione(
    State(engine): State<Engine>,
    Chi(chi): Chi,
    Percorso((intermediario, id)): Percorso<(String, String)>,
) -> Result<Response, ApiError> {
    m::pattern("idIntermediario", &intermediario, IdDominio::PATTERN)?;
    m::pattern("idStazione", &id, IdStazione::PATTERN)?;
    let (s, domini) = engine.leggi_stazione(&chi, &intermediario, &id).await?;
    let corpo = rendi_stazione(&s, vede_segreti(&chi, SERVIZIO))
        .con("domini", domini.iter().map(|d| domini::riga(d).into()).collect::<Vec<Value>>());
    Ok(risposte::json(StatusCode::OK, &corpo.into()))
}
