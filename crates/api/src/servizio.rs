//! Service resources that several APIs have alike (spec 10 3.5).

use crate::convenzioni::{
    ApiError, Chi, Corpo, Firma, Operazione, Portato, Rotte, Sessione, StatoApi, risposte,
};
use crate::pendenze::porta::Porta as _;
use crate::pendenze::v1::V1;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use contratto::anagrafica::{Modificata, leggi_operazioni};
use domain::anagrafica::{Acl, Servizio};
use domain::evento::Componente;
use engine::Chiamante;
use engine::anagrafica::{DominioVisto, Profilo};
use http::{HeaderMap, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

/// `GET /info`, open without credentials.
pub(crate) fn comuni(componente: Componente) -> Rotte {
    Rotte::nuove(componente).get("/info", Operazione::libera("getInfo"), info)
}

/// Those of API Backoffice v1.
pub(crate) fn backoffice_v1() -> Rotte {
    comuni(Componente::ApiBackoffice)
        .get("/profilo", Operazione::autenticata("getProfilo"), profilo_backoffice)
        .patch("/profilo", Operazione::autenticata("updateProfilo"), modifica_profilo)
        .get("/logout", Operazione::autenticata("logout"), logout)
        .post("/logout", Operazione::autenticata("logout"), logout)
        .get("/enumerazioni/serviziACL", Operazione::autenticata("findEnumerazioniServiziACL"), servizi)
        .get(
            "/enumerazioni/versioneConnettore",
            Operazione::autenticata("findEnumerazioniVersioneConnettore"),
            versioni,
        )
}

/// Those of the first version of an API for applicazioni.
pub(crate) fn con_entrate(componente: Componente) -> Rotte {
    comuni(componente).get("/profilo", Operazione::autenticata("getProfilo"), profilo_con_entrate)
}

/// Those of the versions after it.
pub(crate) fn con_tipi(componente: Componente) -> Rotte {
    comuni(componente).get("/profilo", Operazione::autenticata("getProfilo"), profilo_con_tipi)
}

async fn info(State(stato): State<StatoApi>) -> Response {
    let corpo = json!({
        "appName": "GovPay",
        "versione": env!("CARGO_PKG_VERSION"),
        "build": option_env!("GOVPAY_BUILD").unwrap_or("locale"),
        "ambiente": stato.impostazioni.ambiente,
    });
    risposte::json(StatusCode::OK, &corpo)
}

/// Ends the session, if there is one, and takes the cookie away (spec 10 2.4).
async fn logout(
    State(stato): State<StatoApi>,
    sessione: Option<Extension<Sessione>>,
    portato: Option<Extension<Portato>>,
    intestazioni: HeaderMap,
) -> Result<Response, ApiError> {
    let mut risposta = match (portato, &stato.impostazioni.uscita_oauth2) {
        (Some(Extension(Portato(token))), Some(uscita)) => {
            let mut coppie = vec![("post_logout_redirect_uri", uscita.ritorno.as_str())];
            if uscita.con_token {
                coppie.push(("id_token_hint", token.expose_secret()));
            }
            let url = con_query(&uscita.url, coppie);
            risposte::json(StatusCode::OK, &json!({"logoutUrl": url}))
        }
        _ => StatusCode::OK.into_response(),
    };
    chiudi(&stato, sessione, &intestazioni, &mut risposta).await?;
    Ok(risposta)
}

/// Appends parameters to an address that may have some already.
pub(crate) fn con_query<'a>(url: &str, coppie: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let aggiunta = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(coppie).finish();
    let unione = if url.contains('?') { '&' } else { '?' };
    if aggiunta.is_empty() { url.to_owned() } else { format!("{url}{unione}{aggiunta}") }
}

/// Ends the session of the call, if there is one, and takes the cookie away. Where each call is
/// authenticated by something else, the session is the one of the cookie that comes along.
pub(crate) async fn chiudi(
    stato: &StatoApi,
    sessione: Option<Extension<Sessione>>,
    intestazioni: &HeaderMap,
    risposta: &mut Response,
) -> Result<(), ApiError> {
    let token = match sessione {
        Some(Extension(Sessione(token))) => Some(token),
        None => stato.impostazioni.cookie.leggi(intestazioni),
    };
    if let Some(token) = token {
        stato.engine.chiudi_sessione(&token).await?;
    }
    if let Some(cookie) = stato.impostazioni.cookie.cancella() {
        risposta.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(())
}

async fn profilo_backoffice(State(stato): State<StatoApi>, Chi(chi): Chi) -> Result<Response, ApiError> {
    Ok(risposte::json(StatusCode::OK, &profilo_di(&stato, &chi).await?))
}

/// The own password, and nothing else (spec 10 3.5). Ends the own sessions: whoever called in one
/// comes back with the new password.
async fn modifica_profilo(
    State(stato): State<StatoApi>,
    Firma(autore): Firma,
    Corpo(corpo): Corpo,
) -> Result<Response, ApiError> {
    let operazioni = leggi_operazioni(&corpo, Modificata::Profilo)?;
    let nuova = operazioni.iter().rev().find_map(|o| match o {
        domain::anagrafica::Operazione::Password(p) => p.as_ref(),
        _ => None,
    });
    if let Some(nuova) = nuova {
        stato.engine.cambia_propria_password(&autore, &SecretString::from(nuova.as_str())).await?;
    }
    Ok(risposte::json(StatusCode::OK, &profilo_di(&stato, &autore.chi).await?))
}

async fn profilo_di(stato: &StatoApi, chi: &Chiamante) -> Result<Value, ApiError> {
    let p = stato.engine.profilo(chi).await?;
    let domini = match &p.domini {
        None => json!([{"idDominio": "*", "ragioneSociale": "Tutti"}]),
        Some(d) => d.iter().map(dominio_con_unita).collect(),
    };
    let mut tipi = match &p.tipi {
        None => vec![json!({"idTipoPendenza": "*", "descrizione": "Tutti"})],
        Some(t) => tipi_interi(stato, t).await?,
    };
    if p.autodeterminazione {
        tipi.push(json!({
            "idTipoPendenza": "autodeterminazione", "descrizione": "Autodeterminazione delle Pendenze"
        }));
    }
    let corpo = json!({
        "nome": p.nome,
        "domini": domini,
        "tipiPendenza": tipi,
        "acl": p.acl.iter().map(acl).collect::<Value>(),
        "autenticazione": chi.metodo.codice(),
    });
    Ok(corpo)
}

/// The types with what stands beside their description, read from the cached master data.
async fn tipi_interi(stato: &StatoApi, tipi: &[(String, String)]) -> Result<Vec<Value>, ApiError> {
    let mut righe = Vec::with_capacity(tipi.len());
    for t in tipi {
        let mut riga = tipo(t);
        if let Some(intero) = stato.engine.registro().tipo_pendenza(&t.0).await? {
            riga["pagaTerzi"] = intero.paga_terzi.into();
            riga["abilitato"] = intero.abilitato.into();
        }
        righe.push(riga);
    }
    Ok(righe)
}

/// The rights are those of the API itself, so `acl` is always empty.
async fn profilo_con_tipi(State(stato): State<StatoApi>, Chi(chi): Chi) -> Result<Response, ApiError> {
    let Profilo { nome, domini, tipi, .. } = stato.engine.profilo_esteso(&chi).await?;
    let riga = |d: DominioVisto| json!({"idDominio": d.id, "ragioneSociale": d.ragione_sociale});
    let corpo = json!({
        "nome": nome,
        "domini": domini.unwrap_or_default().into_iter().map(riga).collect::<Value>(),
        "tipiPendenza": tipi.unwrap_or_default().iter().map(tipo).collect::<Value>(),
        "acl": [],
    });
    Ok(risposte::json(StatusCode::OK, &corpo))
}

/// The domini are rows of their list, and there is no list of tipi.
async fn profilo_con_entrate(State(stato): State<StatoApi>, Chi(chi): Chi) -> Result<Response, ApiError> {
    let Profilo { nome, domini, .. } = stato.engine.profilo_esteso(&chi).await?;
    let mut righe = Vec::new();
    for d in domini.unwrap_or_default() {
        if let Some(scheda) = stato.engine.registro().dominio(&d.id).await? {
            righe.push(V1::dominio(&scheda));
        }
    }
    let corpo = json!({ "nome": nome, "domini": righe, "entrate": [], "acl": [] });
    Ok(risposte::json(StatusCode::OK, &corpo))
}

fn dominio_con_unita(d: &DominioVisto) -> Value {
    let unita: Value = match &d.unita {
        None => json!([{"idUnita": "*", "ragioneSociale": "Tutte"}]),
        Some(u) => u.iter().map(|(id, nome)| json!({"idUnita": id, "ragioneSociale": nome})).collect(),
    };
    json!({"idDominio": d.id, "ragioneSociale": d.ragione_sociale, "unitaOperative": unita})
}

fn tipo((id, descrizione): &(String, String)) -> Value {
    json!({"idTipoPendenza": id, "descrizione": descrizione})
}

fn acl(a: &Acl) -> Value {
    let lettere: Value = [("R", a.diritti.lettura), ("W", a.diritti.scrittura)]
        .iter()
        .filter(|(_, c)| *c)
        .map(|(l, _)| Value::from(*l))
        .collect();
    json!({"servizio": a.servizio.as_str(), "autorizzazioni": lettere})
}

async fn servizi() -> Response {
    use Servizio as S;
    let nomi: Value = [
        S::AnagraficaPagoPA,
        S::AnagraficaCreditore,
        S::AnagraficaApplicazioni,
        S::AnagraficaRuoli,
        S::Pagamenti,
        S::Pendenze,
        S::RendicontazioniIncassi,
        S::GiornaleEventi,
        S::Configurazione,
    ]
    .iter()
    .map(|s| Value::from(s.as_str()))
    .collect();
    risposte::json(StatusCode::OK, &nomi)
}

async fn versioni() -> Response {
    risposte::json(StatusCode::OK, &json!(["REST v1", "REST v2"]))
}
