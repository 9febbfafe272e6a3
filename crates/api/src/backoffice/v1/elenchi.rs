//! The lists of master data (spec 10 3.3, 4.5).

use super::membri::Membri;
use super::{creditore, domini, entrate, tipi, vede_segreti};
use crate::convenzioni::filtri::testo;
use crate::convenzioni::ordinamento::{campi, ordinamento};
use crate::convenzioni::paginazione::booleano;
use crate::convenzioni::{
    ApiError, Chi, Interrogazione, Operazione, Paginazione, Percorso, Rotte, StatoApi, fault, risposte,
};
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use contratto::messaggi as m;
use domain::IdDominio;
use domain::anagrafica::Servizio;
use domain::evento::Componente;
use engine::Chiamante;
use engine::anagrafica::{FiltroAnagrafica, PaginaAnagrafica, Richiesta, Trovate};
use engine::chiamante::Diritto;
use http::{StatusCode, Uri};
use serde_json::Value;

const CREDITORE: Servizio = Servizio::AnagraficaCreditore;

/// The routes of this file. Four lists are open to whoever has something in scope: the drop-downs of
/// the console depend on them (spec 10 4.5, trap 11).
pub(super) fn rotte() -> Rotte {
    Rotte::nuove(Componente::ApiBackoffice)
        .get(
            "/intermediari",
            Operazione::lettura("findIntermediari", Servizio::AnagraficaPagoPA),
            intermediari,
        )
        .get("/domini", Operazione::autenticata("findDomini"), elenco_domini)
        .get(
            "/domini/{idDominio}/unitaOperative",
            Operazione::autenticata("findUnitaOperative"),
            unita_operative,
        )
        .get(
            "/domini/{idDominio}/contiAccredito",
            Operazione::lettura("findContiAccredito", CREDITORE),
            conti_accredito,
        )
        .get(
            "/domini/{idDominio}/entrate",
            Operazione::lettura("findEntrateDominio", CREDITORE),
            entrate_dominio,
        )
        .get(
            "/domini/{idDominio}/tipiPendenza",
            Operazione::autenticata("findTipiPendenzaDominio"),
            tipi_dominio,
        )
        .get("/entrate", Operazione::lettura("findEntrate", CREDITORE), elenco_entrate)
        .get("/tipiPendenza", Operazione::autenticata("findTipiPendenza"), tipi_pendenza)
        .get(
            "/applicazioni",
            Operazione::lettura("findApplicazioni", Servizio::AnagraficaApplicazioni),
            applicazioni,
        )
}

/// What every list reads of the request.
struct Lista {
    pagine: Paginazione,
    richiesta: Richiesta,
    filtro: FiltroAnagrafica,
}

impl Lista {
    fn leggi(stato: &StatoApi, q: &Interrogazione, ordinabili: &[&str]) -> Result<Self, ApiError> {
        let pagine = Paginazione::leggi(q, None, stato.impostazioni.max_risultati_per_pagina)?;
        let filtro = FiltroAnagrafica { abilitato: booleano(q, "abilitato")?, ..FiltroAnagrafica::default() };
        let pagina = PaginaAnagrafica {
            salta: pagine.salto(),
            quante: pagine.da_leggere(),
            conta_fino_a: pagine.conta_fino_a(),
        };
        Ok(Self { pagine, richiesta: Richiesta { pagina, ordine: ordinamento(q, ordinabili)? }, filtro })
    }

    fn risposta<T>(
        &self,
        q: &Interrogazione,
        uri: &Uri,
        (righe, totale): Trovate<T>,
        rendi: impl Fn(T) -> Membri,
    ) -> Response {
        let mut righe: Vec<Value> = righe.into_iter().map(|r| rendi(r).into()).collect();
        campi(q, &mut righe);
        risposte::json(StatusCode::OK, &self.pagine.busta(righe, totale, true, uri))
    }
}

/// These lists always hold what is in scope: who could ask for the rest is told that he cannot, who
/// could not is not even heard.
fn associati(chi: &Chiamante, q: &Interrogazione) -> Result<(), ApiError> {
    if chi.richiede(CREDITORE, Diritto::Lettura).is_ok() && booleano(q, "associati")? == Some(false) {
        return Err(fault::SINTASSI.con("Il valore indicato per il parametro associati non e' valido."));
    }
    Ok(())
}

async fn intermediari(
    State(stato): State<StatoApi>,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    let l = Lista::leggi(&stato, &q, &["denominazione"])?;
    let trovati = stato.engine.elenca_intermediari(&l.filtro, &l.richiesta).await?;
    Ok(l.risposta(&q, &uri, trovati, |i| {
        Membri::nuovi()
            .con("idIntermediario", i.id.as_str())
            .con("denominazione", i.denominazione)
            .con("abilitato", i.abilitato)
    }))
}

async fn elenco_domini(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    let l = Lista::leggi(&stato, &q, &["ragioneSociale", "codDominio"])?;
    associati(&chi, &q)?;
    // The link that a stazione gives calls it `stazione`.
    let stazione = testo(&q, "idStazione")?;
    let filtro = FiltroAnagrafica {
        id: testo(&q, "idDominio")?,
        nome: testo(&q, "ragioneSociale")?,
        stazione: if stazione.is_some() { stazione } else { testo(&q, "stazione")? },
        intermediato: booleano(&q, "intermediato")?,
        form: booleano(&q, "form")?,
        ..l.filtro.clone()
    };
    let trovati = stato.engine.elenca_domini(&chi, filtro, &l.richiesta).await?;
    Ok(l.risposta(&q, &uri, trovati, |d| domini::riga(&d)))
}

async fn unita_operative(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso(dominio): Percorso<String>,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    m::pattern("idDominio", &dominio, IdDominio::PATTERN)?;
    let l = Lista::leggi(&stato, &q, &["ragioneSociale"])?;
    let associati = booleano(&q, "associati")?.unwrap_or(false);
    let filtro = FiltroAnagrafica { nome: testo(&q, "ragioneSociale")?, dominio, ..l.filtro.clone() };
    let trovate = stato.engine.elenca_unita(&chi, associati, filtro, &l.richiesta).await?;
    Ok(l.risposta(&q, &uri, trovate, |u| creditore::rendi_unita(&u)))
}

async fn conti_accredito(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso(dominio): Percorso<String>,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    m::pattern("idDominio", &dominio, IdDominio::PATTERN)?;
    let l = Lista::leggi(&stato, &q, &["ibanAccredito"])?;
    let filtro = FiltroAnagrafica { id: testo(&q, "iban")?, dominio, ..l.filtro.clone() };
    let trovati = stato.engine.elenca_conti(&chi, &filtro, &l.richiesta).await?;
    Ok(l.risposta(&q, &uri, trovati, |c| creditore::rendi_conto(&c)))
}

async fn entrate_dominio(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso(dominio): Percorso<String>,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    m::pattern("idDominio", &dominio, IdDominio::PATTERN)?;
    let l = Lista::leggi(&stato, &q, &["idEntrata", "descrizione"])?;
    let filtro = FiltroAnagrafica { nome: testo(&q, "descrizione")?, dominio, ..l.filtro.clone() };
    let trovate = stato.engine.elenca_entrate_dominio(&chi, &filtro, &l.richiesta).await?;
    Ok(l.risposta(&q, &uri, trovate, |e| creditore::rendi_entrata(&e)))
}

async fn tipi_dominio(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso(dominio): Percorso<String>,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    m::pattern("idDominio", &dominio, IdDominio::PATTERN)?;
    let l = Lista::leggi(&stato, &q, &["descrizione", "idTipoPendenza"])?;
    // Whatever it says, the list holds what is in scope; that it is a truth value is checked.
    booleano(&q, "associati")?;
    let filtro = FiltroAnagrafica {
        nome: testo(&q, "descrizione")?,
        form: booleano(&q, "form")?,
        tracciato: booleano(&q, "trasformazione")?,
        dominio,
        ..l.filtro.clone()
    };
    let trovati = stato.engine.elenca_tipi_dominio(&chi, filtro, &l.richiesta).await?;
    let segreti = vede_segreti(&chi, CREDITORE);
    Ok(l.risposta(&q, &uri, trovati, |t| tipi::rendi_di_dominio(&t, segreti)))
}

async fn elenco_entrate(
    State(stato): State<StatoApi>,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    let l = Lista::leggi(&stato, &q, &["idEntrata"])?;
    let trovate = stato.engine.elenca_entrate(&l.filtro, &l.richiesta).await?;
    Ok(l.risposta(&q, &uri, trovate, |e| entrate::rendi(&e)))
}

async fn tipi_pendenza(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    let l = Lista::leggi(&stato, &q, &["descrizione", "idTipoPendenza"])?;
    associati(&chi, &q)?;
    let non_associati = testo(&q, "nonAssociati")?;
    if non_associati.as_ref().is_some_and(|d| !chi.utenza.domini.comprende_dominio(d)) {
        return Err(fault::SINTASSI.con("Il valore indicato per il parametro nonAssociati non e' valido."));
    }
    let filtro = FiltroAnagrafica {
        id_esatto: testo(&q, "idTipoPendenza")?,
        nome: testo(&q, "descrizione")?,
        form: booleano(&q, "form")?,
        tracciato: booleano(&q, "trasformazione")?,
        non_associati,
        ..l.filtro.clone()
    };
    let trovati = stato.engine.elenca_tipi(&chi, filtro, &l.richiesta).await?;
    Ok(l.risposta(&q, &uri, trovati, |t| tipi::rendi(&t)))
}

async fn applicazioni(
    State(stato): State<StatoApi>,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    let l = Lista::leggi(&stato, &q, &["idA2A"])?;
    let filtro =
        FiltroAnagrafica { id: testo(&q, "idA2A")?, nome: testo(&q, "principal")?, ..l.filtro.clone() };
    let trovate = stato.engine.elenca_applicazioni(&filtro, &l.richiesta).await?;
    Ok(l.risposta(&q, &uri, trovate, |a| {
        Membri::nuovi()
            .con("idA2A", a.id.as_str())
            .con("principal", a.principal)
            .con("abilitato", a.abilitato)
    }))
}
