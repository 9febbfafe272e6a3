//! GET `/domini` and what belongs to a dominio, for portals (spec 30 10.6). Every dominio is shown to everybody.

use super::elenchi::Elenco;
use super::{lettura, tipi};
use crate::backoffice::v1::logo;
use crate::convenzioni::filtri::testo;
use crate::convenzioni::ordinamento::ordinamento;
use crate::convenzioni::{ApiError, Percorso, Rotte, risposte};
use crate::{backoffice, pendenze};
use axum::extract::State;
use axum::response::Response;
use contratto::messaggi as m;
use domain::anagrafica::{ContoAccredito, Dominio, EntrataDominio, UnitaOperativa};
use domain::codici::Iban;
use domain::evento::Componente;
use domain::{IdDominio, IdEntrata, IdUnita};
use engine::Engine;
use engine::anagrafica::{AnagraficaError, FiltroAnagrafica, PaginaAnagrafica, Richiesta};
use http::StatusCode;
use serde_json::{Map, Value, json};

const DOMINI: &str = "/domini";
const DOMINIO: &str = "/domini/{idDominio}";
const LOGO: &str = "/domini/{idDominio}/logo";
const UNITA: &str = "/domini/{idDominio}/unitaOperative";
const UNA_UNITA: &str = "/domini/{idDominio}/unitaOperative/{idUnitaOperativa}";
const CONTI: &str = "/domini/{idDominio}/contiAccredito";
const UN_CONTO: &str = "/domini/{idDominio}/contiAccredito/{ibanAccredito}";
const ENTRATE: &str = "/domini/{idDominio}/entrate";
const UNA_ENTRATA: &str = "/domini/{idDominio}/entrate/{idEntrata}";
const TIPI: &str = "/domini/{idDominio}/tipiPendenza";
const UN_TIPO: &str = "/domini/{idDominio}/tipiPendenza/{idTipoPendenza}";

/// Those of the first version: not for whoever did not say who he is.
pub(super) fn v1() -> Rotte {
    Rotte::nuove(Componente::ApiPagamento)
        .get(DOMINI, lettura("findDomini"), elenco_v1)
        .get(DOMINIO, lettura("getDominio"), dominio_intero_v1)
        .get(LOGO, lettura("getLogo").produce(logo::TIPI), mostra_logo)
        .get(UNITA, lettura("findUnitaOperative"), unita_operative_v1)
        .get(UNA_UNITA, lettura("getUnitaOperativa"), unita_operativa_v1)
        .get(CONTI, lettura("findContiAccredito"), conti_accredito)
        .get(UN_CONTO, lettura("getContiAccredito"), conto_accredito)
        .get(ENTRATE, lettura("findEntrateDominio"), entrate)
        .get(UNA_ENTRATA, lettura("getEntrataDominio"), entrata)
}

/// Those of the second: open to everybody (spec 10 2.6).
pub(super) fn v2() -> Rotte {
    let aperta = |nome| lettura(nome).anche_anonimo();
    Rotte::nuove(Componente::ApiPagamento)
        .get(DOMINI, aperta("findDomini"), elenco_v2)
        .get(DOMINIO, aperta("getDominio"), dominio_solo_v2)
        .get(LOGO, aperta("getLogo").produce(logo::TIPI), mostra_logo)
        .get(UNITA, aperta("findUnitaOperative"), unita_operative_v2)
        .get(UNA_UNITA, aperta("getUnitaOperativa"), unita_operativa_v2)
        .get(TIPI, aperta("findTipiPendenzaDominio"), tipi::elenca)
        .get(UN_TIPO, aperta("getTipoPendenzaDominio"), tipi::leggi)
}

type Esito = Result<Response, ApiError>;

/// Members of a dominio in the second contract.
const MEMBRI_V2: [&str; 18] = [
    "idDominio",
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
    "logo",
    "unitaOperative",
    "tipiPendenza",
];

/// A dominio as the second contract shows it.
pub(super) fn dominio_v2(d: &Dominio) -> Value {
    let mut v = backoffice::v1::dominio_in_elenco(d);
    v.retain(|nome, _| MEMBRI_V2.contains(&nome.as_str()));
    Value::Object(v)
}

/// The same inside a profilo (spec 10 3.5).
pub(super) fn dominio_v2_in_profilo(d: &Dominio) -> Value {
    let mut v = dominio_v2(d);
    if let Some(o) = v.as_object_mut() {
        o.shift_remove("tipiPendenza");
    }
    v
}

/// An office as the second contract shows it.
pub(super) fn unita_v2(u: &UnitaOperativa) -> Value {
    let mut v = Map::new();
    v.insert("idUnitaOperativa".to_owned(), u.id.as_str().into());
    if let Value::Object(tutti) = backoffice::v1::unita_operativa(u) {
        v.extend(tutti.into_iter().filter(|(nome, _)| nome != "idUnita" && nome != "abilitato"));
    }
    Value::Object(v)
}

/// An office as the third contract shows it.
pub(super) fn unita_v3(u: &UnitaOperativa) -> Value {
    json!({ "idUnita": u.id.as_str(), "ragioneSociale": u.ragione_sociale })
}

async fn elenco_v1(State(engine): State<Engine>, elenco: Elenco) -> Esito {
    elenca_domini(&engine, &elenco, pendenze::v1::dominio).await
}

async fn elenco_v2(State(engine): State<Engine>, elenco: Elenco) -> Esito {
    elenca_domini(&engine, &elenco, dominio_v2).await
}

async fn elenca_domini(engine: &Engine, e: &Elenco, rendi: fn(&Dominio) -> Value) -> Esito {
    let pagina = PaginaAnagrafica {
        salta: e.pagine.salto(),
        quante: e.pagine.da_leggere(),
        conta_fino_a: e.pagine.conta_fino_a(),
    };
    let r = Richiesta { pagina, ordine: ordinamento(&e.q, &["ragioneSociale", "codDominio"])? };
    let f = FiltroAnagrafica {
        abilitato: e.abilitato()?,
        stazione: testo(&e.q, "idStazione")?,
        ..FiltroAnagrafica::default()
    };
    let (trovati, totale) = engine.elenca_domini_del_portale(&f, &r).await?;
    let righe: Vec<Value> = trovati.iter().map(rendi).collect();
    Ok(risposte::json(StatusCode::OK, &e.pagine.busta(righe, totale, false, &e.uri)))
}

/// With what belongs to it in the place of the links.
async fn dominio_intero_v1(State(engine): State<Engine>, Percorso(id): Percorso<String>) -> Esito {
    let scheda = letto(&engine, &id).await?;
    let mut v = pendenze::v1::dominio(&scheda.dominio);
    v["unitaOperative"] = offerte(&scheda).map(backoffice::v1::unita_operativa).collect();
    v["contiAccredito"] = scheda.conti.iter().map(conto).collect();
    v["entrate"] = scheda.entrate.iter().map(rendi_entrata).collect();
    Ok(risposte::json(StatusCode::OK, &v))
}

async fn dominio_solo_v2(State(engine): State<Engine>, Percorso(id): Percorso<String>) -> Esito {
    let scheda = letto(&engine, &id).await?;
    Ok(risposte::json(StatusCode::OK, &dominio_v2(&scheda.dominio)))
}

async fn mostra_logo(State(engine): State<Engine>, Percorso(id): Percorso<String>) -> Esito {
    m::pattern("idDominio", &id, IdDominio::PATTERN)?;
    Ok(logo::risposta(&engine.logo_del_portale(&id).await?))
}

type Scheda = std::sync::Arc<domain::anagrafica::SchedaDominio>;

async fn letto(engine: &Engine, id: &str) -> Result<Scheda, ApiError> {
    m::pattern("idDominio", id, IdDominio::PATTERN)?;
    Ok(engine.dominio_del_portale(id).await?)
}

/// The offices of a body that is intermediated, without the one that stands for the body itself.
fn offerte(scheda: &Scheda) -> impl Iterator<Item = &UnitaOperativa> {
    let intermediato = scheda.dominio.intermediazione.is_some();
    scheda.unita.iter().filter(move |u| intermediato && u.id != *UnitaOperativa::EC)
}

async fn unita_operative_v1(
    State(engine): State<Engine>,
    Percorso(id): Percorso<String>,
    elenco: Elenco,
) -> Esito {
    elenca_unita(&engine, &id, &elenco, backoffice::v1::unita_operativa).await
}

async fn unita_operative_v2(
    State(engine): State<Engine>,
    Percorso(id): Percorso<String>,
    elenco: Elenco,
) -> Esito {
    elenca_unita(&engine, &id, &elenco, unita_v2).await
}

async fn elenca_unita(engine: &Engine, id: &str, e: &Elenco, rendi: fn(&UnitaOperativa) -> Value) -> Esito {
    let scheda = letto(engine, id).await?;
    let abilitato = e.abilitato()?;
    let righe = offerte(&scheda).filter(|u| abilitato.is_none_or(|a| a == u.abilitato));
    e.di(
        righe,
        &[("ragioneSociale", |u: &UnitaOperativa| u.ragione_sociale.as_str())],
        |u| u.id.as_str(),
        rendi,
    )
}

async fn unita_operativa_v1(
    State(engine): State<Engine>,
    Percorso(percorso): Percorso<(String, String)>,
) -> Esito {
    una_unita(&engine, &percorso, backoffice::v1::unita_operativa).await
}

async fn unita_operativa_v2(
    State(engine): State<Engine>,
    Percorso(percorso): Percorso<(String, String)>,
) -> Esito {
    una_unita(&engine, &percorso, unita_v2).await
}

async fn una_unita(
    engine: &Engine,
    (dominio, id): &(String, String),
    rendi: fn(&UnitaOperativa) -> Value,
) -> Esito {
    m::pattern("idDominio", dominio, IdDominio::PATTERN)?;
    m::pattern("idUnitaOperativa", id, IdUnita::PATTERN)?;
    let scheda = letto(engine, dominio).await?;
    let trovata = offerte(&scheda).find(|u| u.id == **id);
    trovata.map(|u| risposte::json(StatusCode::OK, &rendi(u))).ok_or_else(|| {
        let testo = format!("Unita Operativa {id} non censita in Anagrafica per il Dominio {dominio}");
        AnagraficaError::Inesistente(testo).into()
    })
}

async fn conti_accredito(
    State(engine): State<Engine>,
    Percorso(id): Percorso<String>,
    elenco: Elenco,
) -> Esito {
    let scheda = letto(&engine, &id).await?;
    let abilitato = elenco.abilitato()?;
    let righe = scheda.conti.iter().filter(|c| abilitato.is_none_or(|a| a == c.abilitato));
    elenco.di(righe, &[("ibanAccredito", |c: &ContoAccredito| c.iban.as_str())], |c| c.iban.as_str(), conto)
}

async fn conto_accredito(
    State(engine): State<Engine>,
    Percorso((dominio, iban)): Percorso<(String, String)>,
) -> Esito {
    m::pattern("idDominio", &dominio, IdDominio::PATTERN)?;
    m::pattern("iban", &iban, Iban::PATTERN)?;
    let scheda = letto(&engine, &dominio).await?;
    scheda.conto(&iban).map(|c| risposte::json(StatusCode::OK, &conto(c))).ok_or_else(|| {
        let testo = format!("Iban di accredito {iban} non censito in Anagrafica per il Dominio {dominio}");
        AnagraficaError::Inesistente(testo).into()
    })
}

/// `mybank` is of a contract that is over: no account has it.
fn conto(c: &ContoAccredito) -> Value {
    let mut v = json!({ "iban": c.iban.as_str() });
    for (nome, testo) in [("bic", &c.bic), ("descrizione", &c.descrizione), ("intestatario", &c.intestatario)]
    {
        if let Some(t) = testo {
            v[nome] = t.as_str().into();
        }
    }
    v["postale"] = c.postale.into();
    v["mybank"] = false.into();
    v["abilitato"] = c.abilitato.into();
    v
}

async fn entrate(State(engine): State<Engine>, Percorso(id): Percorso<String>, elenco: Elenco) -> Esito {
    let scheda = letto(&engine, &id).await?;
    let abilitato = elenco.abilitato()?;
    let righe = scheda.entrate.iter().filter(|e| abilitato.is_none_or(|a| a == e.abilitato));
    elenco.di(
        righe,
        &[("idEntrata", id_entrata), ("descrizione", |e: &EntrataDominio| e.tipo.descrizione.as_str())],
        id_entrata,
        rendi_entrata,
    )
}

fn id_entrata(e: &EntrataDominio) -> &str {
    e.tipo.id.as_str()
}

async fn entrata(State(engine): State<Engine>, Percorso((dominio, id)): Percorso<(String, String)>) -> Esito {
    m::pattern("idDominio", &dominio, IdDominio::PATTERN)?;
    m::pattern("idEntrata", &id, IdEntrata::PATTERN)?;
    let scheda = letto(&engine, &dominio).await?;
    scheda.entrata(&id).map(|e| risposte::json(StatusCode::OK, &rendi_entrata(e))).ok_or_else(|| {
        let testo = format!("Entrata {id} non censita in Anagrafica per il Dominio {dominio}");
        AnagraficaError::Inesistente(testo).into()
    })
}

/// What is in force in the dominio, and beside it the type of revenue.
fn rendi_entrata(e: &EntrataDominio) -> Value {
    let mut v = json!({ "idEntrata": e.tipo.id.as_str() });
    for (nome, iban) in [("contoAccredito", &e.iban_accredito), ("contoAppoggio", &e.iban_appoggio)] {
        if let Some(i) = iban {
            v[nome] = i.as_str().into();
        }
    }
    v["tipoContabilita"] = e.tipo_contabilita.unwrap_or(e.tipo.tipo_contabilita).as_str().into();
    v["codiceContabilita"] = e.codice_contabilita.as_deref().unwrap_or(&e.tipo.codice_contabilita).into();
    v["abilitato"] = e.abilitato.into();
    v["tipoEntrata"] = json!({
        "idEntrata": e.tipo.id.as_str(),
        "descrizione": e.tipo.descrizione,
        "tipoContabilita": e.tipo.tipo_contabilita.as_str(),
        "codiceContabilita": e.tipo.codice_contabilita,
    });
    v
}
