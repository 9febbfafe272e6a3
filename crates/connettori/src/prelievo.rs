//! Small documents of services that the installation trusts.

use crate::http::{ClienteHttp, Uscita};
use async_trait::async_trait;
use engine::porte::Prelievo;
use reqwest::header::HeaderMap;
use reqwest::{Method, Url};
use std::time::Duration;

/// Fetches by GET, without credentials and without following redirects.
#[derive(Debug, Clone)]
pub struct ClientePrelievo(ClienteHttp);

impl ClientePrelievo {
    /// Over a client.
    #[must_use]
    pub const fn nuovo(http: ClienteHttp) -> Self {
        Self(http)
    }
}

#[async_trait]
impl Prelievo for ClientePrelievo {
    async fn preleva(&self, url: &str, scadenza: Duration) -> Result<(u16, Vec<u8>), String> {
        let url = Url::parse(url).map_err(|_| "URL non valida".to_owned())?;
        let uscita = Uscita { corpo: None, corpo_atteso: true };
        match self.0.chiama(Method::GET, url, HeaderMap::new(), uscita, Some(scadenza)).await {
            Ok(r) => Ok((r.stato, r.corpo)),
            Err(caduta) => Err(caduta.testo),
        }
    }
}
