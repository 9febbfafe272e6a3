//! Start and stop of the gateway in this process.

use crate::configurazione::{Configurazione, mostra_url};
use crate::{ascolto, chiave, descrittori, porte, salute, tls};
use anyhow::{Context as _, Result, bail};
use api::convenzioni::{AutenticazioneNodo, StatoApi};
use engine::{Engine, Orologio};
use secrecy::SecretString;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::{Scrittura, Store};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What a database may be used for: the two never mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uso {
    /// Real money.
    Servizio,
    /// Simulated money.
    Sandbox,
}

const MARCHIO: &str = "sandbox";

/// A running gateway.
pub struct Avviato {
    /// Where it listens.
    pub indirizzo: SocketAddr,
    /// The use cases behind the doors.
    pub engine: Engine,
    /// The superuser that this start has made, with a random password that nobody else knows.
    pub superuser_generato: Option<(String, String)>,
    cifrato: bool,
    stato: StatoApi,
    fine: CancellationToken,
    ascolto: JoinHandle<()>,
    lavori: porte::Lavori,
    limite: Duration,
}

/// Opens the database, brings it up to date and checks that it is for this use.
///
/// # Errors
/// The database is away, is of another use or of another key, or its schema is newer than this program.
pub async fn apri_store(c: &Configurazione, uso: Option<Uso>) -> Result<Store> {
    let dove = mostra_url(&c.database_url);
    let store = Store::apri(c.store()?).await.with_context(|| format!("la base dati {dove} non si apre"))?;
    let applicate =
        store.migra().await.with_context(|| format!("lo schema della base dati {dove} non si aggiorna"))?;
    for nome in applicate {
        tracing::info!(migrazione = nome, "schema aggiornato");
    }
    chiave::controlla(&store, &dove).await?;
    if let Some(uso) = uso {
        controlla_uso(&store, uso, &dove).await?;
    }
    Ok(store)
}

async fn controlla_uso(store: &Store, uso: Uso, dove: &str) -> Result<()> {
    let atteso = match uso {
        Uso::Servizio => "no",
        Uso::Sandbox => "si",
    };
    let trovato = match store.parametro(MARCHIO).await? {
        Some(t) => t,
        None => {
            let mut s = Scrittura::nuova();
            store::parametri::registra(&mut s, MARCHIO, atteso);
            match store.commit(s).await {
                Ok(()) => atteso.to_owned(),
                // Another node was starting too.
                Err(e) => store.parametro(MARCHIO).await?.ok_or(e)?,
            }
        }
    };
    match (uso, trovato == atteso) {
        (_, true) => Ok(()),
        (Uso::Servizio, false) => bail!("la base dati {dove} e' di una sandbox: `govpay serve` non la usa"),
        (Uso::Sandbox, false) => {
            bail!("la base dati {dove} non e' di una sandbox: `govpay sandbox` non la usa")
        }
    }
}

/// Starts the gateway: database, superuser, jobs, listener. It answers as soon as this returns.
///
/// # Errors
/// A sentence that says what is missing.
pub async fn avvia(c: &Configurazione, orologio: Arc<dyn Orologio>, uso: Uso) -> Result<Avviato> {
    c.controlla()?;
    crate::provider_tls();
    let accettore = tls::accettore(&c.tls)?;
    let cifrato = accettore.is_some();
    let metriche = salute::metriche()?;
    let store = apri_store(c, Some(uso)).await?;
    let fine = CancellationToken::new();
    let (engine, lavori) = porte::componi(c, store, orologio, &fine).await?;
    let superuser_generato = superuser(&engine, c).await?;
    engine.rinnova_giornale().await;
    let listener = TcpListener::bind(c.listen)
        .await
        .with_context(|| format!("non si puo' ascoltare su {}", c.listen))?;
    let indirizzo = listener.local_addr()?;
    let stato = StatoApi::nuovo(engine.clone(), c.api(indirizzo)?).con_garanti(porte::garanti(c, &engine)?);
    if matches!(stato.impostazioni.nodo, AutenticazioneNodo::Ssl) && c.tls.client_ca.is_empty() {
        tracing::warn!(
            "pagopa_auth e' ssl ma tls.client_ca non e' configurato: il Nodo non potra' autenticarsi"
        );
    }
    let del_server = salute::rotte(engine.clone(), metriche, &stato.impostazioni);
    let router = api::router(stato.clone(), del_server);
    let ascolto = {
        let (mut http, fine) = (c.http.clone(), fine.clone());
        http.max_connections = descrittori::connessioni(c);
        tokio::spawn(async move { ascolto::servi(listener, router, accettore, &http, fine).await })
    };
    tracing::info!(%indirizzo, "in ascolto");
    let limite = Duration::from_secs(c.http.shutdown_timeout_seconds);
    Ok(Avviato { indirizzo, engine, superuser_generato, cifrato, stato, fine, ascolto, lavori, limite })
}

/// Makes the superuser at the first start; gives back its password when it was drawn here.
async fn superuser(engine: &Engine, c: &Configurazione) -> Result<Option<(String, String)>> {
    let data = c.admin_password.dato().map(str::to_owned);
    let password = data.clone().unwrap_or_else(password_casuale);
    let creato = engine
        .crea_superuser(&c.admin_user, &SecretString::from(password.clone()))
        .await
        .with_context(|| format!("l'utente {} non si puo' creare", c.admin_user))?;
    Ok((creato && data.is_none()).then(|| (c.admin_user.clone(), password)))
}

/// 120 random bits, with a character of each kind that a superuser's password needs.
fn password_casuale() -> String {
    const SIMBOLI: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let casuali: [u8; 24] = rand::random();
    let corpo = casuali.iter().map(|b| char::from(SIMBOLI[usize::from(b % 32)]));
    corpo.chain("A-7z".chars()).collect()
}

impl Avviato {
    /// Base URL on the loopback or wherever it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", if self.cifrato { "https" } else { "http" }, self.indirizzo)
    }

    /// Stops: no new connection, the requests being served end, the jobs give back what they hold,
    /// the database is closed.
    pub async fn ferma(self) {
        self.fine.cancel();
        if let Err(errore) = self.ascolto.await {
            tracing::error!(%errore, "ascolto interrotto");
        }
        self.stato.in_corso.close();
        if tokio::time::timeout(self.limite, self.stato.in_corso.wait()).await.is_err() {
            tracing::warn!("richieste ancora in corso alla chiusura");
        }
        self.lavori.attendi(self.limite).await;
        self.engine.store().chiudi().await;
    }
}
