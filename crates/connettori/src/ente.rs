//! The client of API Ente: transport only (spec 60 1.1).

use crate::accesso::{Accesso, ClienteConnettori, Richiesta};
use crate::http::{Caduta, Uscita};
use async_trait::async_trait;
use domain::anagrafica::{Applicazione, ServizioIntegrazione};
use engine::giornale::maschera;
use engine::porte::{ChiamataEnte, Ente, EnteNonRaggiunto, RispostaEnte, TracciaEnte};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};

/// Transaction id, as in our own answers.
const TRANSAZIONE: HeaderName = HeaderName::from_static("x-govpay-idtransazione");
/// Stable key of a notification.
const IDEMPOTENZA: HeaderName = HeaderName::from_static("idempotency-key");

/// Calls the ente of an applicazione.
#[derive(Debug, Clone)]
pub struct ClienteEnte {
    client: ClienteConnettori,
}

impl ClienteEnte {
    /// Over a client.
    #[must_use]
    pub const fn nuovo(client: ClienteConnettori) -> Self {
        Self { client }
    }

    async fn prova(
        &self,
        servizio: &ServizioIntegrazione,
        accesso: &Accesso<'_>,
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
        let metodo =
            Method::from_bytes(chiamata.metodo.as_bytes()).map_err(|_| Caduta::nuova("metodo non valido"))?;
        let uscita = Uscita { corpo: chiamata.corpo.clone(), corpo_atteso: chiamata.corpo_atteso };
        let richiesta = Richiesta { metodo, url, intestazioni: h, uscita, scadenza: chiamata.scadenza };
        let r = self.client.chiama(accesso, richiesta, &mut traccia.intestazioni_richiesta).await?;
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
        let connettore = format!("applicazioni/{}", applicazione.id);
        let accesso = Accesso {
            connettore: &connettore,
            credenziali: servizio.credenziali.as_ref(),
            subscription_key: servizio.subscription_key.as_deref(),
        };
        traccia.principal = accesso.principal();
        let esito = self.prova(servizio, &accesso, chiamata, &mut traccia).await;
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
