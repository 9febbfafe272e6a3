//! `/operatori` (spec 10 5.6, 5.7).

use super::campi::Campi;
use super::lista::Lista;
use super::membri::Membri;
use super::utenze::{
    leggi_acl, leggi_domini, leggi_password, leggi_ruoli, leggi_tipi, rendi_acl, rendi_domini, rendi_ruoli,
    rendi_tipi,
};
use crate::convenzioni::ordinamento::ordinamento;
use crate::convenzioni::{ApiError, Corpo, Firma, Operazione, Percorso, Rotte, fault, risposte};
use axum::extract::State;
use axum::response::Response;
use contratto::Sintassi;
use contratto::anagrafica::{Modificata, leggi_operazioni};
use contratto::json::Oggetto;
use contratto::messaggi as m;
use domain::anagrafica::{Servizio, TipoUtenza, Utenza};
use domain::evento::Componente;
use engine::Engine;
use engine::anagrafica::{NuovoOperatore, OrdineOperatori, VistaOperatore};
use http::StatusCode;
use percent_encoding::percent_decode_str;
use serde_json::Value;

const SERVIZIO: Servizio = Servizio::AnagraficaRuoli;
const OPERATORE: &[&str] =
    &["ragioneSociale", "password", "domini", "tipiPendenza", "acl", "ruoli", "abilitato"];

/// The routes of this file.
pub(super) fn rotte() -> Rotte {
    Rotte::nuove(Componente::ApiBackoffice)
        .get("/operatori", Operazione::lettura("findOperatori", SERVIZIO), elenca)
        .put("/operatori/{principal}", Operazione::scrittura("addOperatore", SERVIZIO), aggiungi)
        .get("/operatori/{principal}", Operazione::lettura("getOperatore", SERVIZIO), mostra)
        .patch("/operatori/{principal}", Operazione::scrittura("updateOperatore", SERVIZIO), modifica)
}

/// The principal of the path, decoded once more: `%2520` and `%20` are both a blank (spec 10 section
/// 1, trap 14). What is no encoding stays as it is.
fn principal(segmento: &str) -> Result<String, ApiError> {
    let principal = match percent_decode_str(segmento).decode_utf8() {
        Ok(p) => p.into_owned(),
        Err(_) => segmento.to_owned(),
    };
    if principal.contains('\0') {
        return Err(fault::SINTASSI.con("Carattere nullo nel path della richiesta"));
    }
    Ok(principal)
}

async fn elenca(l: Lista) -> Result<Response, ApiError> {
    let ordine = match ordinamento(&l.q, &["principal", "ragioneSociale"])?.first() {
        None => OrdineOperatori::Principal(false),
        Some((0, discendente)) => OrdineOperatori::Principal(*discendente),
        Some((_, discendente)) => OrdineOperatori::RagioneSociale(*discendente),
    };
    let trovati = l.engine.elenca_operatori(l.filtro()?.abilitato, ordine, l.pagina()).await?;
    Ok(l.risposta(trovati, |o| {
        Membri::nuovi()
            .con("principal", o.principal)
            .con("ragioneSociale", o.ragione_sociale)
            .con("abilitato", o.abilitato)
    }))
}

async fn aggiungi(
    State(engine): State<Engine>,
    Firma(autore): Firma,
    Percorso(segmento): Percorso<String>,
    Corpo(corpo): Corpo,
) -> Result<StatusCode, ApiError> {
    let nuovo = leggi(principal(&segmento)?, &corpo)?;
    Ok(risposte::salvata(engine.salva_operatore(&autore, &nuovo).await?))
}

fn leggi(principal: String, corpo: &Value) -> Result<NuovoOperatore, Sintassi> {
    let o = Oggetto::radice(corpo, OPERATORE)?;
    let mut c = Campi::nuovi();
    c.nota(m::lunghezza("principal", &principal, 1, 4000));
    let nome = c.testo_obbligatorio(&o, "ragioneSociale", 1, 35)?;
    let password = leggi_password(&mut c, &o)?;
    let domini = leggi_domini(&mut c, &o)?;
    let (tipi_pendenza, _) = leggi_tipi(&mut c, &o, false)?;
    let acl = leggi_acl(&mut c, &o)?;
    let ruoli = leggi_ruoli(&mut c, &o)?;
    let abilitato = c.booleano_obbligatorio(&o, "abilitato")?;
    c.esito()?;
    let utenza = Utenza {
        principal,
        tipo: TipoUtenza::Operatore,
        password: None,
        nome,
        acl,
        ruoli,
        domini,
        tipi_pendenza,
        abilitato,
    };
    Ok(NuovoOperatore { utenza, password })
}

async fn modifica(
    State(engine): State<Engine>,
    Firma(autore): Firma,
    Percorso(segmento): Percorso<String>,
    Corpo(corpo): Corpo,
) -> Result<Response, ApiError> {
    let principal = principal(&segmento)?;
    m::lunghezza("principal", &principal, 1, 4000)?;
    let operazioni = leggi_operazioni(&corpo, Modificata::Operatore)?;
    let vista = engine.modifica_operatore(&autore, &principal, &operazioni).await?;
    Ok(risposte::json(StatusCode::OK, &rendi(&vista).into()))
}

async fn mostra(
    State(engine): State<Engine>,
    Percorso(segmento): Percorso<String>,
) -> Result<Response, ApiError> {
    let principal = principal(&segmento)?;
    m::lunghezza("principal", &principal, 1, 4000)?;
    let vista = engine.leggi_operatore(&principal).await?;
    Ok(risposte::json(StatusCode::OK, &rendi(&vista).into()))
}

fn rendi(v: &VistaOperatore) -> Membri {
    let u = &v.operatore.utenza;
    Membri::nuovi()
        .con("principal", u.principal.as_str())
        .con("password", u.password.is_some())
        .con("ragioneSociale", u.nome.as_str())
        .con("domini", rendi_domini(v.domini.as_ref()))
        .con("tipiPendenza", rendi_tipi(v.tipi.as_ref(), false))
        .con("acl", rendi_acl(&v.operatore.acl))
        .con("ruoli", rendi_ruoli(&v.ruoli))
        .con("abilitato", u.abilitato)
}
