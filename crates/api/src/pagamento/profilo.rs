//! GET `/profilo`, `/logout` (spec 10 3.5, spec 30 10.7).

use super::domini;
use crate::convenzioni::{ApiError, Chi, Operazione, Rotte, Sessione, StatoApi, risposte};
use crate::pendenze::porta::Porta;
use crate::servizio;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use contratto::pendenza::Vista;
use domain::evento::Componente;
use engine::Chiamante;
use engine::chiamante::Natura;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

/// The service resources of a version.
pub(super) fn rotte<P: Porta>() -> Rotte {
    servizio::comuni(Componente::ApiPagamento)
        .get("/profilo", Operazione::autenticata("getProfilo"), leggi::<P>)
        .get("/logout", Operazione::autenticata("logout"), esci)
        .post("/logout", Operazione::autenticata("logout"), esci)
}

/// The rights are those of the API itself, and a citizen has no scope: `acl` and the types are always empty.
async fn leggi<P: Porta>(State(stato): State<StatoApi>, Chi(chi): Chi) -> Result<Response, ApiError> {
    let cittadino = matches!(chi.natura, Natura::Cittadino(_));
    let (nome, righe) = if cittadino {
        (chi.utenza.principal.clone(), Vec::new())
    } else {
        let profilo = stato.engine.profilo_esteso(&chi).await?;
        let mut righe = Vec::new();
        for d in profilo.domini.unwrap_or_default() {
            if let Some(scheda) = stato.engine.registro().dominio(&d.id).await? {
                righe.push(match P::VISTA {
                    Vista::PagamentoV2 => domini::dominio_v2_in_profilo(&scheda.dominio),
                    _ => P::dominio(&scheda),
                });
            }
        }
        (profilo.nome, righe)
    };
    let tipi = if P::VISTA.prima() { "entrate" } else { "tipiPendenza" };
    let mut corpo = json!({ "nome": nome, "domini": righe, tipi: [], "acl": [] });
    if cittadino {
        corpo["anagrafica"] = anagrafica(&chi);
    }
    Ok(risposte::json(StatusCode::OK, &corpo))
}

/// Who a citizen is, as far as SPID says it.
fn anagrafica(chi: &Chiamante) -> Value {
    let mut m = Map::new();
    m.insert("identificativo".to_owned(), chi.utenza.principal.as_str().into());
    if let Some(nome) = chi.nome_e_cognome() {
        m.insert("anagrafica".to_owned(), nome.into());
    }
    for (membro, attributo) in [("email", "email"), ("cellulare", "mobilePhone"), ("indirizzo", "address")] {
        if let Some(v) = chi.attributo(attributo) {
            m.insert(membro.to_owned(), v.into());
        }
    }
    Value::Object(m)
}

/// Ends the session, whatever opened it.
async fn esci(
    State(stato): State<StatoApi>,
    sessione: Option<Extension<Sessione>>,
    intestazioni: HeaderMap,
) -> Result<Response, ApiError> {
    let mut risposta = StatusCode::OK.into_response();
    servizio::chiudi(&stato, sessione, &intestazioni, &mut risposta).await?;
    Ok(risposta)
}
