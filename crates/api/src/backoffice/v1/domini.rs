//! `/domini` (spec 10 5.2).

use super::campi::Campi;
use super::membri::Membri;
use super::{connettori, contatti, creditore, logo, tipi, vede_segreti};
use crate::convenzioni::{ApiError, Chi, Corpo, Firma, Operazione, Percorso, Rotte, risposte};
use axum::extract::State;
use axum::response::Response;
use contratto::Sintassi;
use contratto::json::Oggetto;
use contratto::messaggi as m;
use domain::anagrafica::{Dominio, Indirizzo, Intermediazione, SchedaDominio, Servizio, UnitaOperativa};
use domain::codici::IdStazione;
use domain::evento::Componente;
use domain::{AuxDigit, IdDominio};
use engine::Engine;
use engine::anagrafica::Logo;
use http::StatusCode;
use serde_json::Value;

const SERVIZIO: Servizio = Servizio::AnagraficaCreditore;

const DOMINIO: &[&str] = &[
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
    "gln",
    "cbill",
    "iuvPrefix",
    "stazione",
    "auxDigit",
    "segregationCode",
    "logo",
    "abilitato",
    "autStampaPosteItaliane",
    "area",
    "servizioMyPivot",
    "servizioSecim",
    "servizioGovPay",
    "servizioHyperSicAPKappa",
    "servizioMaggioliJPPA",
    "intermediato",
    "tassonomiaPagoPA",
    "scaricaFr",
];

const TASSONOMIE: &[&str] = &["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"];

/// Digits and placeholders of an `iuvPrefix`.
const IUV_PREFIX: &str = r"(\d*(%\([yYa{t|p}u]\))?)+";

/// The routes of this file.
pub(super) fn rotte() -> Rotte {
    Rotte::nuove(Componente::ApiBackoffice)
        .put("/domini/{idDominio}", Operazione::scrittura("addDominio", SERVIZIO), aggiungi)
        .get("/domini/{idDominio}", Operazione::lettura("getDominio", SERVIZIO), mostra)
        .get(
            "/domini/{idDominio}/logo",
            Operazione::lettura("getLogo", SERVIZIO).produce(logo::TIPI),
            mostra_logo,
        )
}

async fn aggiungi(
    State(engine): State<Engine>,
    Firma(autore): Firma,
    Percorso(id): Percorso<String>,
    Corpo(corpo): Corpo,
) -> Result<StatusCode, ApiError> {
    let (dominio, logo) = leggi(&id, &corpo)?;
    Ok(risposte::salvata(engine.salva_dominio(&autore, &dominio, &logo).await?))
}

fn collegamento_logo(id: &str) -> String {
    format!("/domini/{id}/logo")
}

pub(super) fn leggi(id: &str, corpo: &Value) -> Result<(Dominio, Logo), Sintassi> {
    let o = Oggetto::radice(corpo, DOMINIO)?;
    let mut c = Campi::nuovi();
    c.percorso("idDominio", id, IdDominio::PATTERN);
    let ragione_sociale = c.testo_obbligatorio(&o, "ragioneSociale", 1, 70)?;
    let indirizzo = contatti::leggi(&mut c, &o)?;
    let intermediazione = leggi_intermediazione(&mut c, &o)?;
    let logo = match o.testo("logo")? {
        None => Logo::Togli,
        Some(t) if t == collegamento_logo(id) => Logo::Tieni,
        Some(t) => Logo::Nuovo(t),
    };
    let abilitato = c.booleano_obbligatorio(&o, "abilitato")?;
    let area = c.testo(&o, "area", 0, 255)?;
    let connettori = connettori::leggi(&mut c, &o)?;
    let tassonomia_pagopa =
        c.codice(&o, "tassonomiaPagoPA", |t| TASSONOMIE.contains(&t).then(|| t.to_owned()), TASSONOMIE)?;
    let scarica_fr = c.booleano_obbligatorio(&o, "scaricaFr")?;
    c.esito()?;
    let dominio = Dominio {
        id: IdDominio::fidato(id),
        ragione_sociale,
        indirizzo: Indirizzo { area, ..indirizzo },
        intermediazione,
        ha_logo: false,
        tassonomia_pagopa,
        scarica_fr,
        abilitato,
        connettori,
    };
    Ok((dominio, logo))
}

/// The members that only an intermediated dominio may have.
fn leggi_intermediazione(c: &mut Campi, o: &Oggetto<'_>) -> Result<Option<Intermediazione>, Sintassi> {
    let gln = o.testo("gln")?;
    let cbill = o.testo("cbill")?;
    let iuv_prefix = o.testo("iuvPrefix")?;
    let stazione = o.testo("stazione")?;
    let aux_digit = o.testo("auxDigit")?;
    let segregation_code = o.testo("segregationCode")?;
    let aut_stampa_poste = o.testo("autStampaPosteItaliane")?;
    let membri = [
        ("gln", &gln),
        ("cbill", &cbill),
        ("iuvPrefix", &iuv_prefix),
        ("stazione", &stazione),
        ("auxDigit", &aux_digit),
        ("segregationCode", &segregation_code),
        ("autStampaPosteItaliane", &aut_stampa_poste),
    ];
    if !o.booleano("intermediato")?.unwrap_or(true) {
        for (campo, v) in membri {
            c.nota(m::vuoto(campo, v.as_ref()));
        }
        return Ok(None);
    }
    for (campo, v) in membri {
        let modello = match campo {
            "gln" => "[0-9]{13}",
            "cbill" => "[0-9A-Z]{5}",
            "iuvPrefix" => IUV_PREFIX,
            "stazione" => IdStazione::PATTERN,
            "auxDigit" => "[0-3]",
            "segregationCode" => "[0-4][0-9]",
            _ => {
                if let Some(v) = v {
                    c.nota(m::lunghezza(campo, v, 0, 255));
                }
                continue;
            }
        };
        match v {
            Some(v) => {
                c.nota(m::pattern(campo, v, modello));
            }
            None if matches!(campo, "stazione" | "auxDigit") => {
                c.nota::<()>(Err(m::non_vuoto(campo)));
            }
            None => {}
        }
    }
    // A value that a check has refused never gets past `Campi::esito`.
    let aux_digit = aux_digit.and_then(|a| a.chars().next()).and_then(AuxDigit::da_cifra);
    Ok(Some(Intermediazione {
        stazione: IdStazione::fidato(stazione.unwrap_or_default()),
        aux_digit: aux_digit.unwrap_or(AuxDigit::Zero),
        segregation_code: segregation_code.and_then(|s| s.parse().ok()),
        gln,
        cbill,
        aut_stampa_poste,
        iuv_prefix,
    }))
}

async fn mostra(
    State(engine): State<Engine>,
    Chi(chi): Chi,
    Percorso(id): Percorso<String>,
) -> Result<Response, ApiError> {
    m::pattern("idDominio", &id, IdDominio::PATTERN)?;
    let scheda = engine.leggi_dominio(&chi, &id).await?;
    let segreti = vede_segreti(&chi, SERVIZIO);
    let citati = connettori::tipi_citati(&scheda.dominio);
    let citati: Vec<&str> = citati.iter().map(String::as_str).collect();
    let descrizioni = engine.descrizioni_tipi(&citati).await?;
    let connettori = connettori::rendi(&scheda.dominio, &descrizioni, segreti);
    Ok(risposte::json(StatusCode::OK, &rendi(&scheda, connettori, segreti).into()))
}

fn rendi(scheda: &SchedaDominio, connettori: Membri, segreti: bool) -> Membri {
    let d = &scheda.dominio;
    // Offices and types of a body that is no longer intermediated are kept, not shown.
    let intermediato = d.intermediazione.is_some();
    let unita: Vec<Value> = scheda
        .unita
        .iter()
        .filter(|u| intermediato && u.id != *UnitaOperativa::EC)
        .map(|u| creditore::rendi_unita(u).into())
        .collect();
    let conti: Vec<Value> = scheda.conti.iter().map(|c| creditore::rendi_conto(c).into()).collect();
    let entrate: Vec<Value> = scheda.entrate.iter().map(|e| creditore::rendi_entrata(e).into()).collect();
    let tipi: Vec<Value> = scheda
        .tipi
        .iter()
        .filter(|_| intermediato)
        .map(|t| tipi::rendi_di_dominio(t, segreti).into())
        .collect();
    testa(d)
        .e(connettori)
        .e(coda(d))
        .con("unitaOperative", unita)
        .con("contiAccredito", conti)
        .con("entrate", entrate)
        .con("tipiPendenza", tipi)
}

/// A dominio inside the lists of others: no connectors, links in place of what belongs to it.
pub(super) fn riga(d: &Dominio) -> Membri {
    let legame = |cosa: &str| format!("/domini/{}/{cosa}", d.id);
    testa(d)
        .e(coda(d))
        .con("unitaOperative", legame("unitaOperative"))
        .con("contiAccredito", legame("contiAccredito"))
        .con("entrate", legame("entrate"))
        .con("tipiPendenza", legame("tipiPendenza"))
}

fn testa(d: &Dominio) -> Membri {
    let i = d.intermediazione.as_ref();
    Membri::nuovi()
        .con("idDominio", d.id.as_str())
        .con("ragioneSociale", d.ragione_sociale.as_str())
        .e(contatti::rendi(&d.indirizzo))
        .se("gln", i.and_then(|i| i.gln.clone()))
        .se("cbill", i.and_then(|i| i.cbill.clone()))
        .se("iuvPrefix", i.and_then(|i| i.iuv_prefix.clone()))
        .se("stazione", i.map(|i| i.stazione.to_string()))
        .se("auxDigit", i.map(|i| i.aux_digit.cifra().to_string()))
        .se("segregationCode", i.and_then(|i| i.segregation_code).map(|s| format!("{s:02}")))
        .se("logo", d.ha_logo.then(|| collegamento_logo(d.id.as_str())))
        .con("abilitato", d.abilitato)
        .se("autStampaPosteItaliane", i.and_then(|i| i.aut_stampa_poste.clone()))
        .se("area", d.indirizzo.area.clone())
}

fn coda(d: &Dominio) -> Membri {
    Membri::nuovi()
        .con("intermediato", d.intermediazione.is_some())
        .se("tassonomiaPagoPA", d.tassonomia_pagopa.clone())
        .con("scaricaFr", d.scarica_fr)
}

/// The logo, for every API that shows it.
pub(crate) async fn mostra_logo(
    State(engine): State<Engine>,
    Chi(chi): Chi,
    Percorso(id): Percorso<String>,
) -> Result<Response, ApiError> {
    m::pattern("idDominio", &id, IdDominio::PATTERN)?;
    Ok(logo::risposta(&engine.leggi_logo(&chi, &id).await?))
}
