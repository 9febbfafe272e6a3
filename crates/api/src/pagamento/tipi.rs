//! GET `/domini/{idDominio}/tipiPendenza[/{idTipoPendenza}]`: the forms with which a payer makes a pendenza
//! (spec 30 10.6).

use super::elenchi::Elenco;
use crate::convenzioni::{ApiError, Chi, Percorso, risposte};
use axum::extract::State;
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use contratto::messaggi as m;
use domain::anagrafica::TipoPendenzaDominio;
use domain::{IdDominio, IdTipoPendenza};
use engine::Engine;
use engine::anagrafica::{Modulo, visualizzazione};
use http::StatusCode;
use serde_json::{Value, json};

type Voce = (TipoPendenzaDominio, Modulo);

pub(super) async fn elenca(
    State(engine): State<Engine>,
    Chi(chi): Chi,
    Percorso(dominio): Percorso<String>,
    elenco: Elenco,
) -> Result<Response, ApiError> {
    m::pattern("idDominio", &dominio, IdDominio::PATTERN)?;
    let tutti = engine.moduli_del_portale(&chi, &dominio).await?;
    // None of them is off.
    let chiesti = if elenco.abilitato()? == Some(false) { &[] } else { tutti.as_slice() };
    elenco.di(
        chiesti.iter(),
        &[("descrizione", |v: &Voce| v.0.tipo.descrizione.as_str()), ("idTipoPendenza", id)],
        id,
        rendi,
    )
}

pub(super) async fn leggi(
    State(engine): State<Engine>,
    Chi(chi): Chi,
    Percorso((dominio, tipo)): Percorso<(String, String)>,
) -> Result<Response, ApiError> {
    m::pattern("idDominio", &dominio, IdDominio::PATTERN)?;
    m::pattern("idTipoPendenza", &tipo, IdTipoPendenza::PATTERN)?;
    let voce = engine.modulo_del_portale(&chi, &dominio, &tipo).await?;
    Ok(risposte::json(StatusCode::OK, &rendi(&voce)))
}

fn id((t, _): &Voce) -> &str {
    t.tipo.id.as_str()
}

fn rendi((t, modulo): &Voce) -> Value {
    let mut form = json!({ "tipo": modulo.tipo, "definizione": decodificata(&modulo.definizione) });
    if let Some(i) = &modulo.impaginazione {
        form["impaginazione"] = decodificata(i);
    }
    let mut v = json!({
        "idTipoPendenza": t.tipo.id.as_str(), "descrizione": t.tipo.descrizione, "form": form,
    });
    if let Some(vista) = visualizzazione(t) {
        v["visualizzazione"] = decodificata(&vista);
    }
    v
}

/// The JSON that a base64 text holds, quotes around it allowed. What holds none is shown as it is stored.
fn decodificata(testo: &str) -> Value {
    let nudo: String = testo.chars().filter(|c| !c.is_whitespace() && *c != '"').collect();
    let byte = BASE64_STANDARD.decode(nudo).ok();
    byte.and_then(|b| serde_json::from_slice(&b).ok()).unwrap_or_else(|| testo.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn un_modulo_si_decodifica_se_si_puo() {
        let b = BASE64_STANDARD.encode(r#"{"a":[1.50]}"#);
        let atteso: Value = serde_json::from_str(r#"{"a":[1.50]}"#).unwrap();
        assert_eq!(decodificata(&b), atteso);
        assert_eq!(decodificata(&format!("\"{b}\"\n")), atteso);
        for altro in ["", "non base64", "bm9uIGpzb24="] {
            assert_eq!(decodificata(altro), json!(altro));
        }
    }
}
