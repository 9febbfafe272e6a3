//! The ports of the engine wired to their adapters, and the jobs in the background.

use crate::configurazione::Configurazione;
use crate::stampa::Stampante;
use anyhow::{Context as _, Result};
use api::convenzioni::Garanti;
use async_trait::async_trait;
use connettori::{
    Archivi, ClienteConnettori, ClienteDirectory, ClienteEnte, ClienteHttp, ClientePrelievo, OpzioniClient,
};
use domain::evento::Evento;
use domain::stampa::{AvvisoStampato, DocumentoStampato};
use engine::autenticazione::VerificatoreOAuth2;
use engine::hardening::Hardening;
use engine::porte::{Directory, Giornale, Prelievo, StampaNonRiuscita, Stampatore};
use engine::{Engine, Orologio, Porte};
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use worker::{GiornaleScrittore, Lavoratori};

/// The jobs that run beside the doors, and the writer of the giornale.
pub(crate) struct Lavori {
    lavoratori: Lavoratori,
    sorveglia: Option<JoinHandle<()>>,
    giornale: Arc<GiornaleScrittore>,
}

impl Lavori {
    /// Waits for the jobs, already told to stop, to give back what they hold; then for the giornale
    /// to write what it has.
    pub(crate) async fn attendi(self, limite: Duration) {
        let tutti = async {
            self.lavoratori.attendi().await;
            if let Some(s) = self.sorveglia {
                let _ = s.await;
            }
        };
        if tokio::time::timeout(limite, tutti).await.is_err() {
            tracing::warn!("lavori ancora in corso alla chiusura");
        }
        if tokio::time::timeout(limite, self.giornale.chiudi()).await.is_err() {
            tracing::warn!("giornale non chiuso in tempo");
        }
    }
}

/// Puts the engine together and starts its jobs.
pub(crate) async fn componi(
    c: &Configurazione,
    store: Store,
    orologio: Arc<dyn Orologio>,
    fine: &CancellationToken,
) -> Result<(Engine, Lavori)> {
    let giornale = GiornaleScrittore::avvia(store.clone(), c.giornale()).await;
    let porte = Porte {
        ente: ente(c)?,
        giornale: Arc::clone(&giornale) as _,
        stampatore: Arc::new(Stampante::nuova(&c.stampa)?),
        sveglia: Arc::default(),
        archivi: archivi(c)?,
        directory: directory(c)?,
    };
    let engine = Engine::nuovo(store, orologio, porte, c.engine()?);
    let lavoratori = worker::avvia(&engine, &c.worker(), fine);
    let sorveglia = c
        .worker
        .watch_anagrafica
        .then(|| tokio::spawn(Arc::clone(engine.registro()).sorveglia(fine.clone())));
    Ok((engine, Lavori { lavoratori, sorveglia, giornale }))
}

/// The use cases alone, for the commands that only touch data.
pub(crate) fn solo_dati(c: &Configurazione, store: Store, orologio: Arc<dyn Orologio>) -> Result<Engine> {
    let porte = Porte {
        ente: ente(c)?,
        giornale: Arc::new(SenzaGiornale),
        stampatore: Arc::new(SenzaStampa),
        sveglia: Arc::default(),
        archivi: archivi(c)?,
        directory: None,
    };
    Ok(Engine::nuovo(store, orologio, porte, c.engine()?))
}

fn ente(c: &Configurazione) -> Result<Arc<ClienteEnte>> {
    crate::provider_tls();
    let http = ClienteHttp::nuovo(c.ente()?).context("il client degli enti non si costruisce")?;
    Ok(Arc::new(ClienteEnte::nuovo(ClienteConnettori::nuovo(http, c.connettori()?))))
}

fn archivi(c: &Configurazione) -> Result<Arc<Archivi>> {
    Ok(Arc::new(Archivi::nuovi(c.connettori()?.archivi)))
}

fn directory(c: &Configurazione) -> Result<Option<Arc<dyn Directory>>> {
    crate::provider_tls();
    let Some(opzioni) = c.directory()? else { return Ok(None) };
    let cliente = ClienteDirectory::nuovo(opzioni).context("ldap.ca")?;
    Ok(Some(Arc::new(cliente)))
}

/// Those who vouch for callers: the identity provider and the captcha.
pub(crate) fn garanti(c: &Configurazione, engine: &Engine) -> Result<Garanti> {
    crate::provider_tls();
    // Each call says how long it may take.
    let opzioni = OpzioniClient {
        connessione: Duration::from_secs(30),
        lettura: Duration::from_secs(60),
        risposta_massima: 512 << 10,
        ..OpzioniClient::default()
    };
    let http = ClienteHttp::nuovo(opzioni).context("il client dei garanti non si costruisce")?;
    let prelievo: Arc<dyn Prelievo> = Arc::new(ClientePrelievo::nuovo(http));
    let oauth2 = c.oauth2()?.map(|i| Arc::new(VerificatoreOAuth2::nuovo(i, Arc::clone(&prelievo))));
    let nodo = c.oauth2_nodo()?.map(|i| Arc::new(VerificatoreOAuth2::nuovo(i, Arc::clone(&prelievo))));
    let hardening = Some(Hardening::nuovo(Arc::new(engine.clone()), prelievo));
    Ok(Garanti { oauth2, nodo, hardening })
}

/// For commands that make no events.
struct SenzaGiornale;

#[async_trait]
impl Giornale for SenzaGiornale {
    async fn nuovo_id(&self) -> i64 {
        0
    }

    fn registra(&self, _: Evento) {}
}

/// For commands that print nothing.
struct SenzaStampa;

#[async_trait]
impl Stampatore for SenzaStampa {
    async fn avviso(&self, _: AvvisoStampato) -> Result<Vec<u8>, StampaNonRiuscita> {
        Err(StampaNonRiuscita("questo comando non stampa".to_owned()))
    }

    async fn documento(&self, _: DocumentoStampato) -> Result<Vec<u8>, StampaNonRiuscita> {
        Err(StampaNonRiuscita("questo comando non stampa".to_owned()))
    }
}
