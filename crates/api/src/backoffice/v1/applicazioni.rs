//! `/applicazioni` (spec 10 5.5).

use super::campi::Campi;
use super::membri::Membri;
use super::{auth, vede_segreti};
use crate::convenzioni::{ApiError, Chi, Corpo, Operazione, Percorso, Rotte, risposte};
use axum::extract::State;
use axum::response::Response;
use contratto::Sintassi;
use contratto::json::{Elemento, Oggetto};
use contratto::messaggi as m;
use domain::anagrafica::{
    Acl, Ambito, AmbitoDominio, Applicazione, CodificaAvvisi, Diritti, PATTERN_PASSWORD, Servizio,
    ServizioIntegrazione, TipoUtenza, Utenza, VersioneEnte, password_conforme,
};
use domain::evento::Componente;
use domain::{IdA2A, IdDominio, IdTipoPendenza, IdUnita};
use engine::Engine;
use engine::anagrafica::{DominioVisto, NuovaApplicazione, VistaApplicazione};
use http::StatusCode;
use secrecy::SecretString;
use serde_json::{Value, json};

const SERVIZIO: Servizio = Servizio::AnagraficaApplicazioni;
const APPLICAZIONE: &[&str] = &[
    "principal",
    "password",
    "codificaAvvisi",
    "domini",
    "tipiPendenza",
    "apiPagamenti",
    "apiPendenze",
    "apiRagioneria",
    "acl",
    "ruoli",
    "servizioIntegrazione",
    "abilitato",
];
const CODIFICA: &[&str] = &["codificaIuv", "regExpIuv", "generazioneIuvInterna"];
const DOMINIO: &[&str] = &["idDominio", "unitaOperative"];
const ACL: &[&str] = &["servizio", "autorizzazioni"];
/// `subscriptionKey` is ours: it goes out on top of `auth` (spec 60 1.1), as for the other connectors.
const INTEGRAZIONE: &[&str] = &["url", "versioneApi", "auth", "subscriptionKey"];

const TUTTI: &str = "*";
const AUTODETERMINAZIONE: &str = "autodeterminazione";
const ID_RUOLO: &str = "[a-zA-Z0-9\\-_]{1,255}";

/// The routes of this file.
pub(super) fn rotte() -> Rotte {
    Rotte::nuove(Componente::ApiBackoffice)
        .put("/applicazioni/{idA2A}", Operazione::scrittura("addApplicazione", SERVIZIO), aggiungi)
        .get("/applicazioni/{idA2A}", Operazione::lettura("getApplicazione", SERVIZIO), mostra)
}

async fn aggiungi(
    State(engine): State<Engine>,
    Chi(chi): Chi,
    Percorso(id): Percorso<String>,
    Corpo(corpo): Corpo,
) -> Result<StatusCode, ApiError> {
    let nuova = leggi(&id, &corpo)?;
    Ok(risposte::salvata(engine.salva_applicazione(&chi, &nuova).await?))
}

pub(super) fn leggi(id: &str, corpo: &Value) -> Result<NuovaApplicazione, Sintassi> {
    let o = Oggetto::radice(corpo, APPLICAZIONE)?;
    let mut c = Campi::nuovi();
    c.percorso("idA2A", id, IdA2A::PATTERN);
    let principal = c.testo_obbligatorio(&o, "principal", 1, 4000)?;
    let password = leggi_password(&mut c, &o)?;
    let codifica_avvisi = leggi_codifica(&mut c, &o)?;
    let domini = leggi_domini(&mut c, &o)?;
    let (tipi_pendenza, autodeterminazione) = leggi_tipi(&mut c, &o)?;
    let api_pagamenti = c.booleano_non_nullo(&o, "apiPagamenti", false)?;
    let api_pendenze = c.booleano_non_nullo(&o, "apiPendenze", false)?;
    let api_ragioneria = c.booleano_non_nullo(&o, "apiRagioneria", false)?;
    let acl = leggi_acl(&mut c, &o)?;
    let ruoli = o.lista("ruoli")?.map(|l| l.testi()).transpose()?.unwrap_or_default();
    for ruolo in &ruoli {
        c.nota(m::pattern("ruoli", ruolo, ID_RUOLO));
    }
    let servizio_integrazione = leggi_integrazione(&mut c, &o)?;
    let abilitato = c.booleano_non_nullo(&o, "abilitato", true)?;
    c.esito()?;
    let utenza = Utenza {
        principal,
        tipo: TipoUtenza::Applicazione,
        password: None,
        nome: id.to_owned(),
        acl: acl.clone(),
        ruoli,
        domini,
        tipi_pendenza,
        abilitato,
    };
    let applicazione = Applicazione {
        id: IdA2A::fidato(id),
        utenza,
        acl,
        codifica_avvisi,
        api_pagamenti,
        api_pendenze,
        api_ragioneria,
        autodeterminazione,
        servizio_integrazione,
    };
    Ok(NuovaApplicazione { applicazione, password })
}

/// The refusal never repeats the password.
fn leggi_password(c: &mut Campi, o: &Oggetto<'_>) -> Result<Option<SecretString>, Sintassi> {
    let Some(p) = o.testo("password")? else { return Ok(None) };
    if p.chars().count() > 255 {
        c.rifiuta("Il valore [***] del campo password non rispetta la lunghezza massima di 255 caratteri.");
    } else if !password_conforme(&p) {
        c.rifiuta(&format!(
            "Il valore [***] del campo password non rispetta il pattern richiesto: {PATTERN_PASSWORD}"
        ));
    }
    Ok(Some(SecretString::from(p)))
}

fn leggi_codifica(c: &mut Campi, o: &Oggetto<'_>) -> Result<Option<CodificaAvvisi>, Sintassi> {
    let Some(o) = o.oggetto("codificaAvvisi", CODIFICA)? else { return Ok(None) };
    c.in_campo("codificaAvvisi", |c| {
        let codifica_iuv = c.testo(&o, "codificaIuv", 1, 15)?;
        let reg_exp_iuv = c.testo(&o, "regExpIuv", 1, 1024)?;
        let generazione_iuv_interna = c.booleano_obbligatorio(&o, "generazioneIuvInterna")?;
        if generazione_iuv_interna && reg_exp_iuv.is_none() {
            c.rifiuta(
                "Il campo regExpIuv non puo' essere vuoto quando e' selezionato il campo \
                 generazioneIuvInterna.",
            );
        }
        Ok(Some(CodificaAvvisi { codifica_iuv, reg_exp_iuv, generazione_iuv_interna }))
    })
}

fn leggi_domini(c: &mut Campi, o: &Oggetto<'_>) -> Result<Ambito<AmbitoDominio>, Sintassi> {
    let Some(lista) = o.lista("domini")? else { return Ok(Ambito::default()) };
    let mut scelti = Vec::new();
    let mut tutti = false;
    for e in lista.iter() {
        let (dominio, unita) = if e.valore().is_object() {
            leggi_dominio(c, &e)?
        } else {
            let id = e.testo()?;
            if id != TUTTI {
                c.nota(m::pattern("domini", &id, IdDominio::PATTERN));
            }
            (id, None)
        };
        tutti |= dominio == TUTTI;
        scelti.push(AmbitoDominio { dominio: IdDominio::fidato(dominio), unita });
    }
    Ok(if tutti { Ambito::Tutti } else { Ambito::Solo(scelti) })
}

/// `{idDominio, unitaOperative}`: no offices, or `*` among them, is all of them.
fn leggi_dominio(c: &mut Campi, e: &Elemento<'_>) -> Result<(String, Option<Vec<IdUnita>>), Sintassi> {
    let o = e.oggetto(DOMINIO)?;
    let id = o.testo("idDominio")?;
    let unita = o.lista("unitaOperative")?.map(|l| l.testi()).transpose()?.unwrap_or_default();
    let id = c.nota(m::obbligatorio("idDominio", id)).unwrap_or_default();
    if id != TUTTI {
        c.nota(m::pattern("idDominio", &id, IdDominio::PATTERN));
    }
    for u in unita.iter().filter(|u| *u != TUTTI) {
        c.nota(m::pattern("unitaOperative", u, IdUnita::PATTERN));
    }
    let tutte = unita.is_empty() || unita.iter().any(|u| u == TUTTI);
    Ok((id, (!tutte).then(|| unita.into_iter().map(IdUnita::fidato).collect())))
}

fn leggi_tipi(c: &mut Campi, o: &Oggetto<'_>) -> Result<(Ambito<IdTipoPendenza>, bool), Sintassi> {
    let Some(lista) = o.lista("tipiPendenza")? else { return Ok((Ambito::default(), false)) };
    let mut scelti = Vec::new();
    let (mut tutti, mut autodeterminazione) = (false, false);
    for t in lista.testi()? {
        match t.as_str() {
            TUTTI => tutti = true,
            AUTODETERMINAZIONE => autodeterminazione = true,
            _ => {
                c.nota(m::pattern("tipiPendenza", &t, IdTipoPendenza::PATTERN));
                scelti.push(IdTipoPendenza::fidato(t));
            }
        }
    }
    Ok((if tutti { Ambito::Tutti } else { Ambito::Solo(scelti) }, autodeterminazione))
}

/// The nine servizi of the Backoffice: the other three are flags.
fn servizi() -> Vec<&'static str> {
    Servizio::TUTTI
        .iter()
        .filter(|s| !matches!(s, Servizio::ApiPagamenti | Servizio::ApiPendenze | Servizio::ApiRagioneria))
        .map(|s| s.as_str())
        .collect()
}

fn leggi_acl(c: &mut Campi, o: &Oggetto<'_>) -> Result<Vec<Acl>, Sintassi> {
    let Some(lista) = o.lista("acl")? else { return Ok(Vec::new()) };
    let ammessi = servizi();
    let mut lette = Vec::new();
    for e in lista.iter() {
        let a = e.oggetto(ACL)?;
        let servizio = c.codice_obbligatorio(&a, "servizio", Servizio::leggi, &ammessi)?;
        if let Some(s) = servizio.filter(|s| !ammessi.contains(&s.as_str())) {
            c.nota::<()>(Err(m::codifica_inesistente("servizio", s.as_str(), &ammessi)));
        }
        let mut diritti = Diritti::default();
        let autorizzazioni = a.lista("autorizzazioni")?.map(|l| l.testi()).transpose()?.unwrap_or_default();
        if autorizzazioni.is_empty() {
            c.nota::<()>(Err(m::non_vuoto("autorizzazioni")));
        }
        for lettera in autorizzazioni {
            match lettera.as_str() {
                "R" => diritti.lettura = true,
                "W" => diritti.scrittura = true,
                altra => {
                    c.nota::<()>(Err(m::codifica_inesistente("autorizzazioni", altra, &["R", "W"])));
                }
            }
        }
        if let Some(servizio) = servizio {
            lette.push(Acl { servizio, diritti });
        }
    }
    Ok(lette)
}

fn leggi_integrazione(c: &mut Campi, o: &Oggetto<'_>) -> Result<Option<ServizioIntegrazione>, Sintassi> {
    let Some(o) = o.oggetto("servizioIntegrazione", INTEGRAZIONE)? else { return Ok(None) };
    c.in_campo("servizioIntegrazione", |c| {
        let url = c.url_obbligatoria(&o, "url")?;
        let codici: Vec<&str> = VersioneEnte::TUTTI.iter().map(|v| v.as_str()).collect();
        let versione = c.codice_obbligatorio(&o, "versioneApi", VersioneEnte::leggi, &codici)?;
        let credenziali = auth::leggi(c, &o, "auth")?;
        let subscription_key = c.testo(&o, "subscriptionKey", 1, 255)?;
        // Without a version the refusal has been noted.
        Ok(versione.map(|versione| ServizioIntegrazione { url, versione, credenziali, subscription_key }))
    })
}

async fn mostra(
    State(engine): State<Engine>,
    Chi(chi): Chi,
    Percorso(id): Percorso<String>,
) -> Result<Response, ApiError> {
    m::pattern("idA2A", &id, IdA2A::PATTERN)?;
    let vista = engine.leggi_applicazione(&id).await?;
    Ok(risposte::json(StatusCode::OK, &rendi(&vista, vede_segreti(&chi, SERVIZIO)).into()))
}

fn rendi(v: &VistaApplicazione, segreti: bool) -> Membri {
    let a = &v.applicazione;
    let codifica = a.codifica_avvisi.as_ref().map(|c| {
        Membri::nuovi()
            .se("codificaIuv", c.codifica_iuv.clone())
            .se("regExpIuv", c.reg_exp_iuv.clone())
            .con("generazioneIuvInterna", c.generazione_iuv_interna)
    });
    let integrazione = a.servizio_integrazione.as_ref().map(|s| {
        Membri::nuovi()
            .con("url", s.url.as_str())
            .con("versioneApi", s.versione.as_str())
            .se("auth", s.credenziali.as_ref().map(|c| auth::rendi(c, segreti)))
            .se("subscriptionKey", s.subscription_key.clone().filter(|_| segreti))
    });
    let domini: Vec<Value> = match &v.domini {
        None => vec![json!({"idDominio": TUTTI, "ragioneSociale": "Tutti"})],
        Some(d) => d.iter().map(|d| rendi_dominio(d).into()).collect(),
    };
    let mut tipi: Vec<Value> = match &v.tipi {
        None => vec![json!({"idTipoPendenza": TUTTI, "descrizione": "Tutti"})],
        Some(t) => t.iter().map(|(id, d)| json!({"idTipoPendenza": id, "descrizione": d})).collect(),
    };
    if a.autodeterminazione {
        tipi.push(json!({
            "idTipoPendenza": AUTODETERMINAZIONE,
            "descrizione": "Autodeterminazione delle Pendenze",
        }));
    }
    let ruoli: Vec<Value> =
        v.ruoli.iter().map(|(id, acl)| json!({"id": id, "acl": rendi_acl(acl)})).collect();
    Membri::nuovi()
        .con("idA2A", a.id.as_str())
        .con("principal", a.utenza.principal.as_str())
        .con("password", a.utenza.password.is_some())
        .se("codificaAvvisi", codifica)
        .con("domini", domini)
        .con("tipiPendenza", tipi)
        .con("apiPagamenti", a.api_pagamenti)
        .con("apiPendenze", a.api_pendenze)
        .con("apiRagioneria", a.api_ragioneria)
        .con("acl", rendi_acl(&a.acl))
        .con("ruoli", ruoli)
        .se("servizioIntegrazione", integrazione)
        .con("abilitato", a.utenza.abilitato)
}

fn rendi_dominio(d: &DominioVisto) -> Membri {
    let unita: Vec<Value> = match &d.unita {
        None => vec![json!({"idUnita": TUTTI, "ragioneSociale": "Tutte"})],
        Some(u) => u.iter().map(|(id, nome)| json!({"idUnita": id, "ragioneSociale": nome})).collect(),
    };
    Membri::nuovi()
        .con("idDominio", d.id.as_str())
        .con("ragioneSociale", d.ragione_sociale.as_str())
        .con("unitaOperative", unita)
}

fn rendi_acl(acl: &[Acl]) -> Value {
    acl.iter()
        .map(|a| {
            let lettere: Vec<&str> = [("R", a.diritti.lettura), ("W", a.diritti.scrittura)]
                .iter()
                .filter(|(_, c)| *c)
                .map(|(l, _)| *l)
                .collect();
            json!({"servizio": a.servizio.as_str(), "autorizzazioni": lettere})
        })
        .collect()
}
