//! The lists of master data (spec 10 3.3, 4.5).

use super::lista::Lista;
use super::membri::Membri;
use super::{creditore, domini, entrate, tipi, vede_segreti};
use crate::convenzioni::filtri::testo;
use crate::convenzioni::paginazione::booleano;
use crate::convenzioni::{ApiError, Operazione, Percorso, Rotte, fault};
use axum::response::Response;
use contratto::messaggi as m;
use domain::IdDominio;
use domain::anagrafica::Servizio;
use domain::evento::Componente;
use engine::anagrafica::FiltroAnagrafica;
use engine::chiamante::Diritto;

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

type Esito = Result<Response, ApiError>;

/// These lists always hold what is in scope: who could ask for the rest is told that he cannot, who
/// could not is not even heard.
fn associati(l: &Lista) -> Result<(), ApiError> {
    if l.chi.richiede(CREDITORE, Diritto::Lettura).is_ok() && booleano(&l.q, "associati")? == Some(false) {
        return Err(fault::SINTASSI.con("Il valore indicato per il parametro associati non e' valido."));
    }
    Ok(())
}

/// The filter of what belongs to a dominio.
fn del_dominio(l: &Lista, dominio: String) -> Result<FiltroAnagrafica, ApiError> {
    m::pattern("idDominio", &dominio, IdDominio::PATTERN)?;
    Ok(FiltroAnagrafica { dominio, ..l.filtro()? })
}

async fn intermediari(l: Lista) -> Esito {
    let r = l.richiesta(&["denominazione"])?;
    let trovati = l.engine.elenca_intermediari(&l.filtro()?, &r).await?;
    Ok(l.risposta(trovati, |i| {
        Membri::nuovi()
            .con("idIntermediario", i.id.as_str())
            .con("denominazione", i.denominazione)
            .con("abilitato", i.abilitato)
    }))
}

async fn elenco_domini(l: Lista) -> Esito {
    let r = l.richiesta(&["ragioneSociale", "codDominio"])?;
    associati(&l)?;
    // The link that a stazione gives calls it `stazione`.
    let stazione = testo(&l.q, "idStazione")?;
    let filtro = FiltroAnagrafica {
        id: testo(&l.q, "idDominio")?,
        nome: testo(&l.q, "ragioneSociale")?,
        stazione: if stazione.is_some() { stazione } else { testo(&l.q, "stazione")? },
        intermediato: booleano(&l.q, "intermediato")?,
        form: booleano(&l.q, "form")?,
        ..l.filtro()?
    };
    let trovati = l.engine.elenca_domini(&l.chi, filtro, &r).await?;
    Ok(l.risposta(trovati, |d| domini::riga(&d)))
}

async fn unita_operative(Percorso(dominio): Percorso<String>, l: Lista) -> Esito {
    let r = l.richiesta(&["ragioneSociale"])?;
    let associati = booleano(&l.q, "associati")?.unwrap_or(false);
    let filtro = FiltroAnagrafica { nome: testo(&l.q, "ragioneSociale")?, ..del_dominio(&l, dominio)? };
    let trovate = l.engine.elenca_unita(&l.chi, associati, filtro, &r).await?;
    Ok(l.risposta(trovate, |u| creditore::rendi_unita(&u)))
}

async fn conti_accredito(Percorso(dominio): Percorso<String>, l: Lista) -> Esito {
    let r = l.richiesta(&["ibanAccredito"])?;
    let filtro = FiltroAnagrafica { id: testo(&l.q, "iban")?, ..del_dominio(&l, dominio)? };
    let trovati = l.engine.elenca_conti(&l.chi, &filtro, &r).await?;
    Ok(l.risposta(trovati, |c| creditore::rendi_conto(&c)))
}

async fn entrate_dominio(Percorso(dominio): Percorso<String>, l: Lista) -> Esito {
    let r = l.richiesta(&["idEntrata", "descrizione"])?;
    let filtro = FiltroAnagrafica { nome: testo(&l.q, "descrizione")?, ..del_dominio(&l, dominio)? };
    let trovate = l.engine.elenca_entrate_dominio(&l.chi, &filtro, &r).await?;
    Ok(l.risposta(trovate, |e| creditore::rendi_entrata(&e)))
}

async fn tipi_dominio(Percorso(dominio): Percorso<String>, l: Lista) -> Esito {
    let r = l.richiesta(&["descrizione", "idTipoPendenza"])?;
    // Whatever it says, the list holds what is in scope; that it is a truth value is checked.
    booleano(&l.q, "associati")?;
    let filtro = FiltroAnagrafica {
        nome: testo(&l.q, "descrizione")?,
        form: booleano(&l.q, "form")?,
        tracciato: booleano(&l.q, "trasformazione")?,
        ..del_dominio(&l, dominio)?
    };
    let trovati = l.engine.elenca_tipi_dominio(&l.chi, filtro, &r).await?;
    let segreti = vede_segreti(&l.chi, CREDITORE);
    Ok(l.risposta(trovati, |t| tipi::rendi_di_dominio(&t, segreti)))
}

async fn elenco_entrate(l: Lista) -> Esito {
    let r = l.richiesta(&["idEntrata"])?;
    let trovate = l.engine.elenca_entrate(&l.filtro()?, &r).await?;
    Ok(l.risposta(trovate, |e| entrate::rendi(&e)))
}

async fn tipi_pendenza(l: Lista) -> Esito {
    let r = l.richiesta(&["descrizione", "idTipoPendenza"])?;
    associati(&l)?;
    let non_associati = testo(&l.q, "nonAssociati")?;
    if non_associati.as_ref().is_some_and(|d| !l.chi.utenza.domini.comprende_dominio(d)) {
        return Err(fault::SINTASSI.con("Il valore indicato per il parametro nonAssociati non e' valido."));
    }
    let filtro = FiltroAnagrafica {
        id_esatto: testo(&l.q, "idTipoPendenza")?,
        nome: testo(&l.q, "descrizione")?,
        form: booleano(&l.q, "form")?,
        tracciato: booleano(&l.q, "trasformazione")?,
        non_associati,
        ..l.filtro()?
    };
    let trovati = l.engine.elenca_tipi(&l.chi, filtro, &r).await?;
    Ok(l.risposta(trovati, |t| tipi::rendi(&t)))
}

async fn applicazioni(l: Lista) -> Esito {
    let r = l.richiesta(&["idA2A"])?;
    let filtro =
        FiltroAnagrafica { id: testo(&l.q, "idA2A")?, nome: testo(&l.q, "principal")?, ..l.filtro()? };
    let trovate = l.engine.elenca_applicazioni(&filtro, &r).await?;
    Ok(l.risposta(trovate, |a| {
        Membri::nuovi()
            .con("idA2A", a.id.as_str())
            .con("principal", a.principal)
            .con("abilitato", a.abilitato)
    }))
}
