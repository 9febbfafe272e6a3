//! `/applicazioni` (spec 10 5.5, 5.7).

use super::campi::Campi;
use super::membri::Membri;
use super::utenze::{
    leggi_acl, leggi_domini, leggi_password, leggi_ruoli, leggi_tipi, rendi_acl, rendi_domini, rendi_ruoli,
    rendi_tipi,
};
use super::{auth, vede_segreti};
use crate::convenzioni::{ApiError, Chi, Corpo, Firma, Operazione, Percorso, Rotte, risposte};
use axum::extract::State;
use axum::response::Response;
use contratto::Sintassi;
use contratto::anagrafica::{Modificata, leggi_operazioni};
use contratto::json::Oggetto;
use contratto::messaggi as m;
use domain::IdA2A;
use domain::anagrafica::{
    Applicazione, CodificaAvvisi, Servizio, ServizioIntegrazione, TipoUtenza, Utenza, VersioneEnte,
};
use domain::evento::Componente;
use engine::Engine;
use engine::anagrafica::{NuovaApplicazione, VistaApplicazione};
use http::StatusCode;
use serde_json::Value;

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
/// `subscriptionKey` is ours: it goes out on top of `auth` (spec 60 1.1), as for the other connectors.
const INTEGRAZIONE: &[&str] = &["url", "versioneApi", "auth", "subscriptionKey"];

/// The routes of this file.
pub(super) fn rotte() -> Rotte {
    Rotte::nuove(Componente::ApiBackoffice)
        .put("/applicazioni/{idA2A}", Operazione::scrittura("addApplicazione", SERVIZIO), aggiungi)
        .get("/applicazioni/{idA2A}", Operazione::lettura("getApplicazione", SERVIZIO), mostra)
        .patch("/applicazioni/{idA2A}", Operazione::scrittura("updateApplicazione", SERVIZIO), modifica)
}

async fn aggiungi(
    State(engine): State<Engine>,
    Firma(autore): Firma,
    Percorso(id): Percorso<String>,
    Corpo(corpo): Corpo,
) -> Result<StatusCode, ApiError> {
    let nuova = leggi(&id, &corpo)?;
    Ok(risposte::salvata(engine.salva_applicazione(&autore, &nuova).await?))
}

async fn modifica(
    State(engine): State<Engine>,
    Firma(autore): Firma,
    Percorso(id): Percorso<String>,
    Corpo(corpo): Corpo,
) -> Result<Response, ApiError> {
    m::pattern("idA2A", &id, IdA2A::PATTERN)?;
    let operazioni = leggi_operazioni(&corpo, Modificata::Applicazione)?;
    let vista = engine.modifica_applicazione(&autore, &id, &operazioni).await?;
    // Who writes sees the secrets: see `vede_segreti`.
    Ok(risposte::json(StatusCode::OK, &rendi(&vista, true).into()))
}

pub(super) fn leggi(id: &str, corpo: &Value) -> Result<NuovaApplicazione, Sintassi> {
    let o = Oggetto::radice(corpo, APPLICAZIONE)?;
    let mut c = Campi::nuovi();
    c.percorso("idA2A", id, IdA2A::PATTERN);
    let principal = c.testo_obbligatorio(&o, "principal", 1, 4000)?;
    let password = leggi_password(&mut c, &o)?;
    let codifica_avvisi = leggi_codifica(&mut c, &o)?;
    let domini = leggi_domini(&mut c, &o)?;
    let (tipi_pendenza, autodeterminazione) = leggi_tipi(&mut c, &o, true)?;
    let api_pagamenti = c.booleano_non_nullo(&o, "apiPagamenti", false)?;
    let api_pendenze = c.booleano_non_nullo(&o, "apiPendenze", false)?;
    let api_ragioneria = c.booleano_non_nullo(&o, "apiRagioneria", false)?;
    let acl = leggi_acl(&mut c, &o)?;
    let ruoli = leggi_ruoli(&mut c, &o)?;
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
    Membri::nuovi()
        .con("idA2A", a.id.as_str())
        .con("principal", a.utenza.principal.as_str())
        .con("password", a.utenza.password.is_some())
        .se("codificaAvvisi", codifica)
        .con("domini", rendi_domini(v.domini.as_ref()))
        .con("tipiPendenza", rendi_tipi(v.tipi.as_ref(), a.autodeterminazione))
        .con("apiPagamenti", a.api_pagamenti)
        .con("apiPendenze", a.api_pendenze)
        .con("apiRagioneria", a.api_ragioneria)
        .con("acl", rendi_acl(&a.acl))
        .con("ruoli", rendi_ruoli(&v.ruoli))
        .se("servizioIntegrazione", integrazione)
        .con("abilitato", a.utenza.abilitato)
}
