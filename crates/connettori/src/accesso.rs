//! How a connector says who it is (spec 10 section 6): every kind of `auth`, and the subscription key on
//! top of it.
//!
//! What costs to make (a token, a TLS client with its stores) is kept per connector and thrown away as soon
//! as a call comes with other credentials: master data are read again within a second of a change made
//! anywhere, so the next call brings the new ones.

use crate::gettoni::{Gettone, Gettoni, Richiedente};
use crate::http::{Caduta, ClienteHttp, Risposta, Uscita, in_testo, intestazione};
use crate::tls::{Archivi, Firme};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::anagrafica::{Credenziali, Tls};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::Instant;

/// Most connectors for which something is kept.
const VOCI: usize = 4096;

/// Settings of what connectors say of themselves.
#[derive(Debug, Clone)]
pub struct OpzioniAccesso {
    /// Header of the id of an API key. Default `X-APP-ID`.
    pub api_id: HeaderName,
    /// Header of an API key. Default `X-API-KEY`.
    pub api_key: HeaderName,
    /// Header of the subscription key. Default `Ocp-Apim-Subscription-Key`.
    pub subscription_key: HeaderName,
    /// The only folder where key and trust stores may be; without one they may be anywhere.
    pub archivi: Option<PathBuf>,
}

impl Default for OpzioniAccesso {
    fn default() -> Self {
        Self {
            api_id: HeaderName::from_static("x-app-id"),
            api_key: HeaderName::from_static("x-api-key"),
            subscription_key: HeaderName::from_static("ocp-apim-subscription-key"),
            archivi: None,
        }
    }
}

/// What one connector says of itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Accesso<'a> {
    /// Its name, of no other: `applicazioni/GESTIONALE`.
    pub(crate) connettore: &'a str,
    /// `auth`.
    pub(crate) credenziali: Option<&'a Credenziali>,
    /// `subscriptionKey`.
    pub(crate) subscription_key: Option<&'a str>,
}

impl Accesso<'_> {
    /// Who we are for the other side, without secrets (spec 60 5.1).
    pub(crate) fn principal(&self) -> Option<String> {
        match self.credenziali {
            Some(Credenziali::Basic { username, .. }) => Some(username.clone()),
            Some(Credenziali::Header { nome, .. }) => Some(format!("{nome} ***")),
            Some(Credenziali::ApiKey { api_id, .. }) => Some(api_id.clone()),
            Some(Credenziali::OAuth2 { client_id, .. }) => Some(client_id.clone()),
            Some(Credenziali::Tls(_)) => Some("SSL Auth".to_owned()),
            None => self.subscription_key.map(|_| "Subscription Key Auth".to_owned()),
        }
    }
}

/// A request, before its credentials.
#[derive(Debug)]
pub(crate) struct Richiesta {
    pub(crate) metodo: Method,
    pub(crate) url: Url,
    pub(crate) intestazioni: HeaderMap,
    pub(crate) uscita: Uscita,
    /// Longest time for all of it: token, call, and call again.
    pub(crate) scadenza: Option<Duration>,
}

/// What is kept for a connector, and for which credentials.
struct Voce {
    credenziali: Credenziali,
    stato: Stato,
}

enum Stato {
    Gettoni(Arc<Gettoni>),
    /// The client, for the stores as the files were.
    Tls(Firme, Arc<OnceCell<ClienteHttp>>),
}

/// The client of the connectors: it adds their credentials to every call. Cheap to clone.
#[derive(Clone)]
pub struct ClienteConnettori {
    http: ClienteHttp,
    opzioni: Arc<OpzioniAccesso>,
    archivi: Archivi,
    voci: Arc<Mutex<HashMap<String, Voce>>>,
}

impl std::fmt::Debug for ClienteConnettori {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClienteConnettori").field("opzioni", &self.opzioni).finish_non_exhaustive()
    }
}

impl ClienteConnettori {
    /// Over a client.
    #[must_use]
    pub fn nuovo(http: ClienteHttp, opzioni: OpzioniAccesso) -> Self {
        let archivi = Archivi::nuovi(opzioni.archivi.clone());
        Self { http, opzioni: Arc::new(opzioni), archivi, voci: Arc::default() }
    }

    /// Calls; `traccia` gets the headers that were sent, secrets already `***`, also when nothing was.
    pub(crate) async fn chiama(
        &self,
        accesso: &Accesso<'_>,
        mut r: Richiesta,
        traccia: &mut Vec<(String, String)>,
    ) -> Result<Risposta, Caduta> {
        let inizio = Instant::now();
        let fatte = self.fisse(&mut r.intestazioni, accesso);
        *traccia = mascherate(&r.intestazioni);
        fatte?;
        match accesso.credenziali {
            Some(c @ Credenziali::OAuth2 { client_id, client_secret, url_token, scope }) => {
                let richiedente = Richiedente {
                    id: client_id.clone(),
                    segreto: client_secret.clone(),
                    url: url_token.clone(),
                    scope: scope.clone(),
                };
                let gettoni = self.gettoni(accesso.connettore, c);
                self.con_gettone(&gettoni, &richiedente, r, inizio, traccia).await
            }
            Some(c @ Credenziali::Tls(t)) => {
                if r.url.scheme() != "https" {
                    return Err(Caduta::nuova("L'autenticazione TLS richiede un URL https"));
                }
                let http = entro(resta(&r, inizio), self.con_archivi(accesso.connettore, c, t)).await?;
                let scadenza = resta(&r, inizio);
                http.chiama(r.metodo, r.url, r.intestazioni, r.uscita, scadenza).await
            }
            Some(Credenziali::Basic { .. } | Credenziali::Header { .. } | Credenziali::ApiKey { .. })
            | None => self.http.chiama(r.metodo, r.url, r.intestazioni, r.uscita, r.scadenza).await,
        }
    }

    /// The headers that need nobody else.
    fn fisse(&self, h: &mut HeaderMap, accesso: &Accesso<'_>) -> Result<(), Caduta> {
        let o = &self.opzioni;
        let mut metti = |nome: &str, valore: &str| {
            let (n, v) = intestazione(nome, valore)?;
            h.insert(n, v);
            Ok(())
        };
        match accesso.credenziali {
            None | Some(Credenziali::OAuth2 { .. } | Credenziali::Tls(_)) => {}
            Some(Credenziali::Basic { username, password }) => {
                let valore = format!("Basic {}", STANDARD.encode(format!("{username}:{password}")));
                metti(AUTHORIZATION.as_str(), &valore)?;
            }
            Some(Credenziali::Header { nome, valore }) => metti(nome, valore)?,
            Some(Credenziali::ApiKey { api_id, api_key }) => {
                metti(o.api_id.as_str(), api_id)?;
                metti(o.api_key.as_str(), api_key)?;
            }
        }
        if let Some(k) = accesso.subscription_key {
            metti(o.subscription_key.as_str(), k)?;
        }
        // The id of an API key is no secret: it is the principal of the event.
        if matches!(accesso.credenziali, Some(Credenziali::ApiKey { .. }))
            && let Some(v) = h.get_mut(&o.api_id)
        {
            v.set_sensitive(false);
        }
        Ok(())
    }

    /// Calls with a token. One that is refused, 401 or 403, is thrown away and the call made once more with
    /// a new one (spec 10 section 6, spec 60 1.8).
    async fn con_gettone(
        &self,
        gettoni: &Arc<Gettoni>,
        richiedente: &Richiedente,
        mut r: Richiesta,
        inizio: Instant,
        traccia: &mut Vec<(String, String)>,
    ) -> Result<Risposta, Caduta> {
        let mut ultima = false;
        loop {
            let gettone = entro(resta(&r, inizio), gettoni.prendi(&self.http, richiedente)).await?;
            porta(&mut r.intestazioni, &gettone);
            *traccia = mascherate(&r.intestazioni);
            let (scadenza, uscita) = (resta(&r, inizio), r.uscita.clone());
            let risposta = self
                .http
                .chiama(r.metodo.clone(), r.url.clone(), r.intestazioni.clone(), uscita, scadenza)
                .await?;
            let rifiutato = matches!(risposta.stato, 401 | 403);
            if risposta.stato == 401 || rifiutato && !ultima {
                gettoni.scarta(&gettone);
            }
            if !rifiutato || ultima || resta(&r, inizio).is_some_and(|t| t.is_zero()) {
                return Ok(risposta);
            }
            ultima = true;
        }
    }

    fn gettoni(&self, connettore: &str, credenziali: &Credenziali) -> Arc<Gettoni> {
        let mut voci = self.voci.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Voce { credenziali: c, stato: Stato::Gettoni(g) }) = voci.get(connettore)
            && c == credenziali
        {
            return Arc::clone(g);
        }
        let nuovi = Arc::<Gettoni>::default();
        tieni(&mut voci, connettore, credenziali, Stato::Gettoni(Arc::clone(&nuovi)));
        nuovi
    }

    /// The client with the stores of a connector, made again when their files have changed.
    async fn con_archivi(
        &self,
        connettore: &str,
        credenziali: &Credenziali,
        tls: &Tls,
    ) -> Result<ClienteHttp, Caduta> {
        let firme = self.archivi.firme(tls).await;
        let cella = {
            let mut voci = self.voci.lock().unwrap_or_else(PoisonError::into_inner);
            match voci.get(connettore) {
                Some(Voce { credenziali: c, stato: Stato::Tls(f, cella) })
                    if c == credenziali && *f == firme =>
                {
                    Arc::clone(cella)
                }
                _ => {
                    let cella = Arc::<OnceCell<ClienteHttp>>::default();
                    tieni(&mut voci, connettore, credenziali, Stato::Tls(firme, Arc::clone(&cella)));
                    cella
                }
            }
        };
        let fatto = cella.get_or_try_init(|| async {
            let config = self.archivi.configura(tls).await.map_err(Caduta::nuova)?;
            self.http.con_tls(config).map_err(|e| Caduta::nuova(e.to_string()))
        });
        fatto.await.cloned()
    }
}

fn tieni(voci: &mut HashMap<String, Voce>, connettore: &str, credenziali: &Credenziali, stato: Stato) {
    // Never in practice: there are not so many connectors.
    if voci.len() >= VOCI && !voci.contains_key(connettore) {
        voci.clear();
    }
    voci.insert(connettore.to_owned(), Voce { credenziali: credenziali.clone(), stato });
}

/// What is left of the time of a request.
fn resta(r: &Richiesta, inizio: Instant) -> Option<Duration> {
    r.scadenza.map(|s| s.saturating_sub(inizio.elapsed()))
}

async fn entro<T>(
    tempo: Option<Duration>,
    lavoro: impl Future<Output = Result<T, Caduta>>,
) -> Result<T, Caduta> {
    let Some(tempo) = tempo else { return lavoro.await };
    match tokio::time::timeout(tempo, lavoro).await {
        Ok(esito) => esito,
        Err(_) => Err(Caduta::nuova(format!(
            "Timeout: autenticazione del connettore non pronta entro {} ms",
            tempo.as_millis()
        ))),
    }
}

fn porta(h: &mut HeaderMap, gettone: &Gettone) {
    h.insert(AUTHORIZATION, gettone.valore().clone());
}

/// The headers for the giornale.
fn mascherate(h: &HeaderMap) -> Vec<(String, String)> {
    let mut testi = in_testo(h);
    for (nome, valore) in &mut testi {
        if h.get(nome.as_str()).is_some_and(HeaderValue::is_sensitive) {
            "***".clone_into(valore);
        }
    }
    testi
}
