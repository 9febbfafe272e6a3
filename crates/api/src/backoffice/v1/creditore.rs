//! `/domini/{id}/unitaOperative`, `/contiAccredito`, `/entrate` (spec 10 5.3).

use super::campi::Campi;
use super::membri::Membri;
use super::{contatti, entrate};
use crate::convenzioni::{ApiError, Chi, Corpo, Firma, Operazione, Percorso, Rotte, risposte};
use axum::extract::State;
use axum::response::Response;
use contratto::Sintassi;
use contratto::json::Oggetto;
use contratto::messaggi as m;
use domain::anagrafica::{ContoAccredito, EntrataDominio, Indirizzo, Servizio, UnitaOperativa};
use domain::codici::Iban;
use domain::evento::Componente;
use domain::{IdDominio, IdEntrata, IdUnita};
use engine::Engine;
use engine::anagrafica::NuovaEntrataDominio;
use http::StatusCode;
use serde_json::Value;

const SERVIZIO: Servizio = Servizio::AnagraficaCreditore;

const UNITA: &[&str] = &[
    "ragioneSociale",
    "indirizzo",
    "civico",
    "cap",
    "localita",
    "provincia",
    "nazione",
    "email",
    "pec",
    "tel",
    "fax",
    "web",
    "area",
    "abilitato",
];
const CONTO: &[&str] =
    &["bic", "postale", "mybank", "abilitato", "descrizione", "intestatario", "autStampaPosteItaliane"];
const ENTRATA: &[&str] =
    &["ibanAccredito", "ibanAppoggio", "tipoContabilita", "codiceContabilita", "abilitato"];

/// A BIC, as 3.9.1 spells it.
const BIC: &str = "([a-zA-Z]{4})([a-zA-Z]{2})(([2-9a-zA-Z])([0-9a-np-zA-NP-Z]))\
                   ((([0-9a-wy-zA-WY-Z])([0-9a-zA-Z]{2}))|([xX]{3})|)";

/// The routes of this file.
pub(super) fn rotte() -> Rotte {
    let scrittura = |nome| Operazione::scrittura(nome, SERVIZIO);
    let lettura = |nome| Operazione::lettura(nome, SERVIZIO);
    const U: &str = "/domini/{idDominio}/unitaOperative/{idUnitaOperativa}";
    const C: &str = "/domini/{idDominio}/contiAccredito/{ibanAccredito}";
    const E: &str = "/domini/{idDominio}/entrate/{idEntrata}";
    Rotte::nuove(Componente::ApiBackoffice)
        .put(U, scrittura("addUnitaOperativa"), aggiungi_unita)
        .get(U, lettura("getUnitaOperativa"), mostra_unita)
        .put(C, scrittura("addContiAccredito"), aggiungi_conto)
        .get(C, lettura("getContiAccredito"), mostra_conto)
        .put(E, scrittura("addEntrataDominio"), aggiungi_entrata)
        .get(E, lettura("getEntrataDominio"), mostra_entrata)
}

/// The two ids of a path, checked in order.
fn percorso(dominio: &str, campo: &'static str, id: &str, modello: &'static str) -> Result<(), Sintassi> {
    m::pattern("idDominio", dominio, IdDominio::PATTERN)?;
    m::pattern(campo, id, modello)
}

async fn aggiungi_unita(
    State(engine): State<Engine>,
    Firma(autore): Firma,
    Percorso((dominio, id)): Percorso<(String, String)>,
    Corpo(corpo): Corpo,
) -> Result<StatusCode, ApiError> {
    let unita = leggi_unita(&dominio, &id, &corpo)?;
    let creata = engine.salva_unita(&autore, &IdDominio::fidato(dominio), &unita).await?;
    Ok(risposte::salvata(creata))
}

pub(super) fn leggi_unita(dominio: &str, id: &str, corpo: &Value) -> Result<UnitaOperativa, Sintassi> {
    let o = Oggetto::radice(corpo, UNITA)?;
    let mut c = Campi::nuovi();
    c.nota(percorso(dominio, "idUnitaOperativa", id, IdUnita::PATTERN));
    let ragione_sociale = c.testo_obbligatorio(&o, "ragioneSociale", 1, 70)?;
    let indirizzo = contatti::leggi(&mut c, &o)?;
    let area = c.testo(&o, "area", 0, 255)?;
    let abilitato = c.booleano_obbligatorio(&o, "abilitato")?;
    c.esito()?;
    Ok(UnitaOperativa {
        id: IdUnita::fidato(id),
        ragione_sociale,
        indirizzo: Indirizzo { area, ..indirizzo },
        abilitato,
    })
}

async fn mostra_unita(
    State(engine): State<Engine>,
    Chi(chi): Chi,
    Percorso((dominio, id)): Percorso<(String, String)>,
) -> Result<Response, ApiError> {
    percorso(&dominio, "idUnitaOperativa", &id, IdUnita::PATTERN)?;
    let unita = engine.leggi_unita(&chi, &dominio, &id).await?;
    Ok(risposte::json(StatusCode::OK, &rendi_unita(&unita).into()))
}

pub(super) fn rendi_unita(u: &UnitaOperativa) -> Membri {
    Membri::nuovi()
        .con("idUnita", u.id.as_str())
        .con("ragioneSociale", u.ragione_sociale.as_str())
        .e(contatti::rendi(&u.indirizzo))
        .se("area", u.indirizzo.area.clone())
        .con("abilitato", u.abilitato)
}

async fn aggiungi_conto(
    State(engine): State<Engine>,
    Firma(autore): Firma,
    Percorso((dominio, iban)): Percorso<(String, String)>,
    Corpo(corpo): Corpo,
) -> Result<StatusCode, ApiError> {
    let conto = leggi_conto(&dominio, &iban, &corpo)?;
    let creato = engine.salva_conto(&autore, &IdDominio::fidato(dominio), &conto).await?;
    Ok(risposte::salvata(creato))
}

pub(super) fn leggi_conto(dominio: &str, iban: &str, corpo: &Value) -> Result<ContoAccredito, Sintassi> {
    let o = Oggetto::radice(corpo, CONTO)?;
    let mut c = Campi::nuovi();
    c.nota(percorso(dominio, "ibanAccredito", iban, Iban::PATTERN));
    let bic = c.testo_pattern(&o, "bic", BIC)?;
    let postale = c.booleano_non_nullo(&o, "postale", false)?;
    // Deprecated: read, never kept.
    o.booleano("mybank")?;
    let abilitato = c.booleano_non_nullo(&o, "abilitato", true)?;
    let descrizione = c.testo(&o, "descrizione", 1, 255)?;
    let intestatario = c.testo(&o, "intestatario", 1, 255)?;
    let aut_stampa_poste = c.testo(&o, "autStampaPosteItaliane", 0, 255)?;
    c.esito()?;
    Ok(ContoAccredito {
        iban: Iban::fidato(iban),
        bic,
        postale,
        descrizione,
        intestatario,
        aut_stampa_poste,
        abilitato,
    })
}

async fn mostra_conto(
    State(engine): State<Engine>,
    Chi(chi): Chi,
    Percorso((dominio, iban)): Percorso<(String, String)>,
) -> Result<Response, ApiError> {
    percorso(&dominio, "ibanAccredito", &iban, Iban::PATTERN)?;
    let conto = engine.leggi_conto(&chi, &dominio, &iban).await?;
    Ok(risposte::json(StatusCode::OK, &rendi_conto(&conto).into()))
}

pub(super) fn rendi_conto(c: &ContoAccredito) -> Membri {
    Membri::nuovi()
        .con("iban", c.iban.as_str())
        .se("bic", c.bic.clone())
        .con("postale", c.postale)
        .con("abilitato", c.abilitato)
        .se("descrizione", c.descrizione.clone())
        .se("intestatario", c.intestatario.clone())
        .se("autStampaPosteItaliane", c.aut_stampa_poste.clone())
}

async fn aggiungi_entrata(
    State(engine): State<Engine>,
    Firma(autore): Firma,
    Percorso((dominio, id)): Percorso<(String, String)>,
    Corpo(corpo): Corpo,
) -> Result<StatusCode, ApiError> {
    let entrata = leggi_entrata(&dominio, &id, &corpo)?;
    let creata = engine.salva_entrata_dominio(&autore, &IdDominio::fidato(dominio), &entrata).await?;
    Ok(risposte::salvata(creata))
}

pub(super) fn leggi_entrata(dominio: &str, id: &str, corpo: &Value) -> Result<NuovaEntrataDominio, Sintassi> {
    let o = Oggetto::radice(corpo, ENTRATA)?;
    let mut c = Campi::nuovi();
    c.nota(percorso(dominio, "idEntrata", id, IdEntrata::PATTERN));
    let iban_accredito = c.testo_pattern(&o, "ibanAccredito", Iban::PATTERN)?;
    let iban_appoggio = c.testo_pattern(&o, "ibanAppoggio", Iban::PATTERN)?;
    let tipo_contabilita = entrate::tipo_contabilita(&mut c, &o)?;
    let codice_contabilita = c.testo_pattern(&o, "codiceContabilita", entrate::CODICE_CONTABILITA)?;
    let abilitato = o.booleano("abilitato")?.unwrap_or(true);
    c.esito()?;
    Ok(NuovaEntrataDominio {
        id: IdEntrata::fidato(id),
        iban_accredito: iban_accredito.map(Iban::fidato),
        iban_appoggio: iban_appoggio.map(Iban::fidato),
        tipo_contabilita,
        codice_contabilita,
        abilitato,
    })
}

async fn mostra_entrata(
    State(engine): State<Engine>,
    Chi(chi): Chi,
    Percorso((dominio, id)): Percorso<(String, String)>,
) -> Result<Response, ApiError> {
    percorso(&dominio, "idEntrata", &id, IdEntrata::PATTERN)?;
    let entrata = engine.leggi_entrata_dominio(&chi, &dominio, &id).await?;
    Ok(risposte::json(StatusCode::OK, &rendi_entrata(&entrata).into()))
}

/// At top level only the overrides; what is inherited stands in `tipoEntrata`.
pub(super) fn rendi_entrata(e: &EntrataDominio) -> Membri {
    Membri::nuovi()
        .con("idEntrata", e.tipo.id.as_str())
        .se("ibanAccredito", e.iban_accredito.as_ref().map(ToString::to_string))
        .se("ibanAppoggio", e.iban_appoggio.as_ref().map(ToString::to_string))
        .se("tipoContabilita", e.tipo_contabilita.map(|t| t.as_str()))
        .se("codiceContabilita", e.codice_contabilita.clone())
        .con("abilitato", e.abilitato)
        .con("tipoEntrata", entrate::rendi(&e.tipo))
}
