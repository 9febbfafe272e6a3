//! GET `/allegati/{id}`.

use super::porta::Porta;
use crate::convenzioni::{ApiError, Chi, Percorso, StatoApi, fault};
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

const PREDEFINITO: HeaderValue = HeaderValue::from_static("application/octet-stream");

pub(crate) async fn leggi<P: Porta>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso(id): Percorso<String>,
) -> Result<Response, ApiError> {
    let numero = id.parse::<i64>().map_err(|_| {
        fault::SINTASSI.con(format_args!(
            "Il valore indicato per il parametro [id] non e' valido: il valore fornito [{id}] non e' un intero."
        ))
    })?;
    let letto = stato.engine.leggi_allegato(&chi, P::VISIBILITA, numero).await?;
    let tipo = letto.allegato.tipo.as_deref().and_then(|t| HeaderValue::from_str(t).ok());
    let mut risposta = (StatusCode::OK, Body::from(letto.contenuto)).into_response();
    let intestazioni = risposta.headers_mut();
    intestazioni.insert(header::CONTENT_TYPE, tipo.unwrap_or(PREDEFINITO));
    intestazioni.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(v) = HeaderValue::from_bytes(disposizione(&letto.allegato.nome).as_bytes()) {
        intestazioni.insert(header::CONTENT_DISPOSITION, v);
    }
    Ok(risposta)
}

/// `attachment; filename="..."` with the stored name; what would break the header becomes `_`.
fn disposizione(nome: &str) -> String {
    let nome: String =
        nome.chars().map(|c| if c.is_control() || matches!(c, '"' | '\\') { '_' } else { c }).collect();
    format!("attachment; filename=\"{nome}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn un_nome_non_esce_dalla_sua_intestazione() {
        assert_eq!(disposizione("a b.pdf"), "attachment; filename=\"a b.pdf\"");
        assert_eq!(disposizione("a\"\r\nX: 1"), "attachment; filename=\"a___X: 1\"");
        assert_eq!(disposizione("perché.pdf"), "attachment; filename=\"perché.pdf\"");
    }
}
