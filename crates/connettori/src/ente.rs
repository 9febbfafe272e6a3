//! The client of API Ente: transport only (spec 60 1.1).

use crate::http::{Caduta, ClienteHttp, Uscita, in_testo, intestazione};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::anagrafica::{Applicazione, Credenziali, ServizioIntegrazione};
use engine::giornale::maschera;
use engine::porte::{ChiamataEnte, Ente, EnteNonRaggiunto, RispostaEnte, TracciaEnte};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};

/// Header of the API id.
const APP_ID: &str = "X-APP-ID";
/// Header of the API key.
const API_KEY: &str = "X-API-KEY";
/// Header of the subscription key, sent on top of any other credentials.
const SUBSCRIPTION_KEY: &str = "Ocp-Apim-Subscription-Key";
/// Transaction id, as in our own answers.
const TRANSAZIONE: HeaderName = HeaderName::from_static("x-govpay-idtransazione");
/// Stable key of a notification.
const IDEMPOTENZA: HeaderName = HeaderName::from_static("idempotency-key");

/// Calls the ente of an applicazione.
#[derive(Debug, Clone)]
pub struct ClienteEnte {
    http: ClienteHttp,
}

impl ClienteEnte {
    /// Over a client.
    #[must_use]
    pub fn nuovo(http: ClienteHttp) -> Self {
        Self { http }
    }

    async fn prova(
        &self,
        servizio: &ServizioIntegrazione,
        chiamata: &ChiamataEnte,
        traccia: &mut TracciaEnte,
    ) -> Result<RispostaEnte, Caduta> {
        let url = componi(&servizio.url, &chiamata.percorso)?;
        traccia.url = senza_credenziali(&url);
        let mut h = HeaderMap::new();
        h.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if chiamata.corpo.is_some() {
            h.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Ok(v) = HeaderValue::from_str(&chiamata.transazione) {
            h.insert(TRANSAZIONE, v);
        }
        if let Some(v) = chiamata.chiave_idempotenza.as_deref().and_then(|k| HeaderValue::from_str(k).ok()) {
            h.insert(IDEMPOTENZA, v);
        }
        let libero = autentica(&mut h, servizio);
        traccia.intestazioni_richiesta = in_testo(&h);
        for (nome, valore) in &mut traccia.intestazioni_richiesta {
            if h.get(nome.as_str()).is_some_and(HeaderValue::is_sensitive) {
                "***".clone_into(valore);
            }
        }
        libero?;
        let metodo =
            Method::from_bytes(chiamata.metodo.as_bytes()).map_err(|_| Caduta::nuova("metodo non valido"))?;
        let uscita = Uscita { corpo: chiamata.corpo.clone(), corpo_atteso: chiamata.corpo_atteso };
        let r = self.http.chiama(metodo, url, h, uscita, chiamata.scadenza).await?;
        traccia.intestazioni_risposta = r.intestazioni;
        maschera(&mut traccia.intestazioni_risposta);
        Ok(RispostaEnte { stato: r.stato, corpo: r.corpo })
    }
}

#[async_trait]
impl Ente for ClienteEnte {
    async fn chiama(
        &self,
        applicazione: &Applicazione,
        chiamata: &ChiamataEnte,
    ) -> (Result<RispostaEnte, EnteNonRaggiunto>, TracciaEnte) {
        let mut traccia = TracciaEnte::default();
        let Some(servizio) = &applicazione.servizio_integrazione else {
            let testo = "Connettore non configurato".to_owned();
            return (Err(EnteNonRaggiunto { stato: 500, testo }), traccia);
        };
        traccia.principal = principal(servizio);
        let esito = self.prova(servizio, chiamata, &mut traccia).await;
        (esito.map_err(|c| EnteNonRaggiunto { stato: c.stato, testo: c.testo }), traccia)
    }
}

/// Base and path with exactly one slash between; the base may have a path of its own.
fn componi(base: &str, percorso: &str) -> Result<Url, Caduta> {
    let testo = format!("{}/{percorso}", base.trim().trim_end_matches('/'));
    let url = Url::parse(&testo).map_err(|_| Caduta::nuova("URL del connettore non valido"))?;
    // A segment that the URL rules would fold (`..`) must not lead elsewhere.
    let solo_percorso = percorso.split('?').next().unwrap_or_default();
    if url.path().ends_with(&format!("/{solo_percorso}")) {
        Ok(url)
    } else {
        Err(Caduta::nuova("percorso della chiamata non rappresentabile in un URL"))
    }
}

fn senza_credenziali(url: &Url) -> String {
    let mut url = url.clone();
    // They fail only on URLs that cannot have any.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}

/// Adds the credentials of the connector. Kinds that are not there yet say so.
fn autentica(h: &mut HeaderMap, servizio: &ServizioIntegrazione) -> Result<(), Caduta> {
    let mut metti = |nome: &str, valore: &str| -> Result<(), Caduta> {
        let (n, v) = intestazione(nome, valore)?;
        h.insert(n, v);
        Ok(())
    };
    match &servizio.credenziali {
        None => {}
        Some(Credenziali::Basic { username, password }) => {
            let valore = format!("Basic {}", STANDARD.encode(format!("{username}:{password}")));
            metti(AUTHORIZATION.as_str(), &valore)?;
        }
        Some(Credenziali::Header { nome, valore }) => metti(nome, valore)?,
        Some(Credenziali::ApiKey { api_id, api_key }) => {
            metti(APP_ID, api_id)?;
            metti(API_KEY, api_key)?;
        }
        Some(Credenziali::OAuth2 { .. }) => {
            return Err(Caduta::nuova("Autenticazione OAuth2 verso l'ente non ancora supportata"));
        }
        Some(Credenziali::Tls(_)) => {
            return Err(Caduta::nuova("Autenticazione TLS verso l'ente non ancora supportata"));
        }
    }
    if let Some(k) = &servizio.subscription_key {
        metti(SUBSCRIPTION_KEY, k)?;
    }
    // The API id is no secret: it is the principal of the event.
    if let Some(v) = h.get_mut(APP_ID) {
        v.set_sensitive(false);
    }
    Ok(())
}

/// Who we are for the ente, without secrets (spec 60 5.1).
fn principal(servizio: &ServizioIntegrazione) -> Option<String> {
    match &servizio.credenziali {
        Some(Credenziali::Basic { username, .. }) => Some(username.clone()),
        Some(Credenziali::Header { nome, .. }) => Some(format!("{nome} ***")),
        Some(Credenziali::ApiKey { api_id, .. }) => Some(api_id.clone()),
        Some(Credenziali::OAuth2 { client_id, .. }) => Some(client_id.clone()),
        Some(Credenziali::Tls(_)) => Some("SSL Auth".to_owned()),
        None => servizio.subscription_key.as_ref().map(|_| "Subscription Key Auth".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn una_sola_barra_fra_base_e_percorso() {
        for base in ["http://ente/api", "http://ente/api/", " http://ente/api// "] {
            assert_eq!(
                componi(base, "avvisi/1/2?x=1").map(|u| u.to_string()),
                Ok("http://ente/api/avvisi/1/2?x=1".into())
            );
        }
        assert_eq!(
            componi("http://ente:81", "a%2Fb").map(|u| u.to_string()),
            Ok("http://ente:81/a%2Fb".into())
        );
        assert!(componi("ente senza schema", "a").is_err());
        assert!(componi("http://ente", "avvisi/../x").is_err());
    }

    #[test]
    fn le_credenziali_nell_url_non_si_mostrano() {
        let url = componi("http://u:segreta@ente/api", "a").map(|u| senza_credenziali(&u));
        assert_eq!(url, Ok("http://ente/api/a".into()));
    }
}
