//! A pagoPA on your laptop: a simulated Node and PSP that speak real SOAP to the gateway, a demo ente
//! that answers verifications and receives notifications, a demo body to play with.
//!
//! The same simulators are the fakes of the project's tests: they misbehave on request.

mod avviso;
pub mod dimostrazione;
pub mod ente;
mod flusso;
mod gateway;
mod guardia;
pub mod guasto;
mod nodo;
mod pagina;
mod qr;
pub mod registro;
mod simulatore;
pub mod stato;
pub mod xml;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post, put};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub use gateway::CredenzialiAmministratore;
pub use nodo::CredenzialiNodo;
pub use stato::{Ora, Stato};

/// What the sandbox needs to start.
pub struct Impostazioni {
    /// Where the simulators listen; port 0 takes a free one. Loopback only.
    pub ascolto: SocketAddr,
    /// Base URL of the gateway, no trailing slash: `http://127.0.0.1:8080`.
    pub gateway: String,
    /// How the simulated Node authenticates.
    pub nodo: CredenzialiNodo,
    /// The superuser of the gateway, to load the demo body and to read its notifications.
    pub amministratore: CredenzialiAmministratore,
    /// The clock.
    pub ora: Ora,
}

/// Why the sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The address is taken, or is not of loopback.
    #[error("il simulatore non puo' ascoltare su {0}: {1}")]
    Ascolto(SocketAddr, String),
    /// The gateway refused the demo data.
    #[error("il gateway ha rifiutato i dati dimostrativi: {0}")]
    Gateway(String),
    /// The HTTP client could not be made.
    #[error("client HTTP non disponibile: {0}")]
    Client(String),
}

/// A running sandbox.
pub struct Avviata {
    /// Where it listens.
    pub indirizzo: SocketAddr,
    /// Its state: switches, exchanges, notifications.
    pub stato: Arc<Stato>,
    compito: tokio::task::JoinHandle<()>,
    principal_nodo: String,
}

/// Starts the simulators. They stop when the value given back is dropped.
///
/// # Errors
/// [`SandboxError`].
pub async fn avvia(imp: Impostazioni) -> Result<Avviata, SandboxError> {
    let errore = |t: String| SandboxError::Ascolto(imp.ascolto, t);
    if !imp.ascolto.ip().is_loopback() {
        return Err(errore("il simulatore sta solo su loopback".to_owned()));
    }
    let http = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(2))
        .timeout(Duration::from_secs(30))
        // The gateway closes a connection that says nothing for 10 seconds: ours are never that old.
        .pool_idle_timeout(Duration::from_secs(3))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(|e| SandboxError::Client(e.to_string()))?;
    let stato = Arc::new(Stato {
        registro: registro::Registro::default(),
        ente: ente::ArchivioEnte::default(),
        guasto_ente: guasto::Interruttore::default(),
        nodo: nodo::Nodo::nuovo(http.clone(), &imp.gateway, imp.nodo.clone()),
        gateway: gateway::Gateway::nuovo(http, imp.gateway, imp.amministratore),
        pagamenti: Mutex::new(Vec::new()),
        ora: imp.ora,
    });
    let listener = tokio::net::TcpListener::bind(imp.ascolto).await.map_err(|e| errore(e.to_string()))?;
    let indirizzo = listener.local_addr().map_err(|e| errore(e.to_string()))?;
    let rotte = rotte(Arc::clone(&stato), indirizzo.port());
    let compito = tokio::spawn(async move {
        if let Err(e) = axum::serve(listener, rotte).await {
            tracing::error!(errore = %e, "il simulatore si e' fermato");
        }
    });
    Ok(Avviata { indirizzo, stato, compito, principal_nodo: imp.nodo.utente })
}

fn rotte(stato: Arc<Stato>, porta: u16) -> Router {
    Router::new()
        .route("/simulatore/pagamenti", post(simulatore::paga).get(simulatore::elenco))
        .route("/simulatore/messaggi", get(simulatore::messaggi))
        .route("/simulatore/messaggi/{id}", get(simulatore::messaggio))
        .route("/simulatore/ente/notifiche", get(ente::elenco_notifiche))
        .route("/simulatore/ente/pendenze", post(ente::metti_pendenza))
        .route("/simulatore/ente/guasto", get(ente::leggi_guasto).put(ente::imposta_guasto))
        .route("/simulatore/avvisi/{id_dominio}/{numero_avviso}/pdf", get(avviso::pdf))
        .route("/simulatore/documenti/{id_a2a}/{id_dominio}/{numero}/pdf", get(avviso::documento))
        .route("/simulatore/qr", post(qr::leggi).layer(DefaultBodyLimit::max(qr::MASSIMO_BYTE)))
        .route("/simulatore/eventi", get(flusso::eventi))
        .route("/simulatore/configurazione", get(gateway::configurazione))
        .route("/simulatore/notifiche", get(gateway::notifiche))
        .route("/simulatore/pendenze", get(gateway::pendenze))
        .route("/simulatore/pendenze/{id_a2a}/{id_pendenza}", put(gateway::carica).get(gateway::pendenza))
        .merge(pagina::rotte())
        .merge(ente::rotte())
        .with_state(stato)
        .layer(axum::middleware::from_fn(move |r, n| guardia::controlla(porta, r, n)))
}

impl Avviata {
    /// Base URL of the simulators.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.indirizzo)
    }

    /// Loads the demo body and its pendenze through the gateway's APIs. Gives back what each
    /// pendenza shows and its notice number.
    ///
    /// # Errors
    /// [`SandboxError::Gateway`] with the call that was refused.
    pub async fn carica_dimostrazione(&self) -> Result<Vec<(String, String)>, SandboxError> {
        let url = self.url();
        let g = &self.stato.gateway;
        let c = dimostrazione::Caricatore {
            http: &g.http,
            gateway: &g.base,
            amministratore: (&g.amministratore.utente, &g.amministratore.password),
            principal_nodo: &self.principal_nodo,
            ente: &url,
        };
        c.carica_anagrafica().await?;
        c.carica_pendenze(&self.stato, self.stato.adesso().giorno()).await
    }
}

impl Drop for Avviata {
    fn drop(&mut self) {
        self.compito.abort();
    }
}
