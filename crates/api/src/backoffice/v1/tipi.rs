//! `/tipiPendenza` and their override by a dominio (spec 10 5.4).

use super::campi::Campi;
use super::membri::{self, Membri};
use super::tipi_sezioni::{self, Livello};
use super::vede_segreti;
use crate::convenzioni::{ApiError, Chi, Corpo, Firma, Operazione, Percorso, Rotte, risposte};
use axum::extract::State;
use axum::response::Response;
use contratto::Sintassi;
use contratto::json::Oggetto;
use contratto::messaggi as m;
use domain::anagrafica::{Segreto, Servizio, TipoPendenza, TipoPendenzaDominio};
use domain::evento::Componente;
use domain::{IdDominio, IdTipoPendenza};
use engine::Engine;
use engine::anagrafica::NuovoTipoPendenzaDominio;
use http::StatusCode;
use serde_json::{Map, Value};

const SERVIZIO: Servizio = Servizio::AnagraficaCreditore;
const TIPO: &[&str] = &[
    "descrizione",
    "codificaIUV",
    "pagaTerzi",
    "abilitato",
    "portaleBackoffice",
    "portalePagamento",
    "avvisaturaMail",
    "avvisaturaAppIO",
    "visualizzazione",
    "tracciatoCsv",
];
const TIPO_DOMINIO: &[&str] = &[
    "codificaIUV",
    "pagaTerzi",
    "abilitato",
    "portaleBackoffice",
    "portalePagamento",
    "avvisaturaMail",
    "avvisaturaAppIO",
    "visualizzazione",
    "tracciatoCsv",
];
const CODIFICA_IUV: &str = "[0-9]{1,4}";

/// The routes of this file.
pub(super) fn rotte() -> Rotte {
    const T: &str = "/tipiPendenza/{idTipoPendenza}";
    const D: &str = "/domini/{idDominio}/tipiPendenza/{idTipoPendenza}";
    Rotte::nuove(Componente::ApiBackoffice)
        .put(T, Operazione::scrittura("addTipoPendenza", SERVIZIO), aggiungi)
        .get(T, Operazione::lettura("getTipoPendenza", SERVIZIO), mostra)
        .put(D, Operazione::scrittura("addTipoPendenzaDominio", SERVIZIO), aggiungi_a_dominio)
        .get(D, Operazione::lettura("getTipoPendenzaDominio", SERVIZIO), mostra_di_dominio)
}

async fn aggiungi(
    State(engine): State<Engine>,
    Firma(autore): Firma,
    Percorso(id): Percorso<String>,
    Corpo(corpo): Corpo,
) -> Result<StatusCode, ApiError> {
    let tipo = leggi(&id, &corpo)?;
    Ok(risposte::salvata(engine.salva_tipo_pendenza(&autore, &tipo).await?))
}

pub(super) fn leggi(id: &str, corpo: &Value) -> Result<TipoPendenza, Sintassi> {
    let o = Oggetto::radice(corpo, TIPO)?;
    let mut c = Campi::nuovi();
    c.percorso("idTipoPendenza", id, IdTipoPendenza::PATTERN);
    let descrizione = c.testo_obbligatorio(&o, "descrizione", 1, 255)?;
    let codifica_iuv = c.testo_pattern(&o, "codificaIUV", CODIFICA_IUV)?;
    let paga_terzi = c.booleano_non_nullo(&o, "pagaTerzi", false)?;
    let abilitato = c.booleano_non_nullo(&o, "abilitato", true)?;
    let (configurazione, _) = tipi_sezioni::leggi(&mut c, &o, Livello::Tipo)?;
    c.esito()?;
    Ok(TipoPendenza {
        id: IdTipoPendenza::fidato(id),
        descrizione,
        codifica_iuv,
        paga_terzi,
        abilitato,
        configurazione,
    })
}

async fn mostra(
    State(engine): State<Engine>,
    Chi(chi): Chi,
    Percorso(id): Percorso<String>,
) -> Result<Response, ApiError> {
    m::pattern("idTipoPendenza", &id, IdTipoPendenza::PATTERN)?;
    let tipo = engine.leggi_tipo_pendenza(&chi, &id).await?;
    Ok(risposte::json(StatusCode::OK, &rendi(&tipo).into()))
}

pub(super) fn rendi(t: &TipoPendenza) -> Membri {
    Membri::nuovi()
        .con("idTipoPendenza", t.id.as_str())
        .con("descrizione", t.descrizione.as_str())
        .se("codificaIUV", t.codifica_iuv.clone())
        .con("pagaTerzi", t.paga_terzi)
        .con("abilitato", t.abilitato)
        .e_mappa(membri::mappa(&t.configurazione))
}

async fn aggiungi_a_dominio(
    State(engine): State<Engine>,
    Firma(autore): Firma,
    Percorso((dominio, id)): Percorso<(String, String)>,
    Corpo(corpo): Corpo,
) -> Result<StatusCode, ApiError> {
    let tipo = leggi_di_dominio(&dominio, &id, &corpo)?;
    let creato = engine.salva_tipo_pendenza_dominio(&autore, &IdDominio::fidato(dominio), &tipo).await?;
    Ok(risposte::salvata(creato))
}

pub(super) fn leggi_di_dominio(
    dominio: &str,
    id: &str,
    corpo: &Value,
) -> Result<NuovoTipoPendenzaDominio, Sintassi> {
    let o = Oggetto::radice(corpo, TIPO_DOMINIO)?;
    let mut c = Campi::nuovi();
    c.percorso("idDominio", dominio, IdDominio::PATTERN);
    c.percorso("idTipoPendenza", id, IdTipoPendenza::PATTERN);
    let codifica_iuv = c.testo_pattern(&o, "codificaIUV", CODIFICA_IUV)?;
    let paga_terzi = o.booleano("pagaTerzi")?;
    let abilitato = o.booleano("abilitato")?;
    let (configurazione, api_key) = tipi_sezioni::leggi(&mut c, &o, Livello::Dominio)?;
    c.esito()?;
    Ok(NuovoTipoPendenzaDominio {
        id: IdTipoPendenza::fidato(id),
        codifica_iuv,
        paga_terzi,
        abilitato,
        configurazione,
        api_key_app_io: api_key.map(Segreto),
    })
}

async fn mostra_di_dominio(
    State(engine): State<Engine>,
    Chi(chi): Chi,
    Percorso((dominio, id)): Percorso<(String, String)>,
) -> Result<Response, ApiError> {
    m::pattern("idDominio", &dominio, IdDominio::PATTERN)?;
    m::pattern("idTipoPendenza", &id, IdTipoPendenza::PATTERN)?;
    let tipo = engine.leggi_tipo_pendenza_dominio(&chi, &dominio, &id).await?;
    let corpo = rendi_di_dominio(&tipo, vede_segreti(&chi, SERVIZIO));
    Ok(risposte::json(StatusCode::OK, &corpo.into()))
}

/// The defaults of the type, and `valori` with only what the dominio overrides, as sent.
pub(super) fn rendi_di_dominio(t: &TipoPendenzaDominio, segreti: bool) -> Membri {
    let mut sezioni = membri::mappa(&t.configurazione);
    if let Some(chiave) = t.api_key_app_io.as_ref().filter(|_| segreti) {
        let app_io = sezioni.entry("avvisaturaAppIO").or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(app_io) = app_io {
            app_io.insert("apiKey".to_owned(), Value::from(chiave.as_str()));
        }
    }
    let valori = Membri::nuovi()
        .se("codificaIUV", t.codifica_iuv.clone())
        .se("pagaTerzi", t.paga_terzi)
        .se("abilitato", t.abilitato)
        .e_mappa(sezioni);
    rendi(&t.tipo).con("valori", valori)
}
