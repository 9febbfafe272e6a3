//! The gateway under test.

use crate::cliente::Cliente;
use crate::orologio::OrologioDiProva;
use crate::{AMMINISTRATORE, BACKOFFICE, CCP, GESTIONALE, NODO, PENDENZE};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use engine::Engine;
use server::configurazione::Segreto;
use server::{Avviato, Configurazione, Uso};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::Conteggi;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// SQLite.
    Lite,
    /// PostgreSQL.
    Pg,
}

enum Base {
    Lite(tempfile::TempDir),
    Pg(testpg::Database),
}

/// The whole gateway, listening on a free port of loopback.
pub struct TestApp {
    avviato: Option<Avviato>,
    configurazione: Configurazione,
    orologio: OrologioDiProva,
    http: reqwest::Client,
    base: Base,
    cartella: tempfile::TempDir,
}

impl TestApp {
    /// Started with the configuration of all tests.
    pub async fn nuova(backend: Backend) -> Self {
        Self::con(backend, |_| {}).await
    }

    /// Started with a configuration that differs.
    pub async fn con(backend: Backend, cambia: impl FnOnce(&mut Configurazione)) -> Self {
        let base = match backend {
            Backend::Lite => Base::Lite(tempfile::tempdir().expect("una cartella")),
            Backend::Pg => {
                let pronta = testpg::database_da("govpay", |url| async move {
                    let c = configurazione(url);
                    server::avvio::apri_store(&c, None).await.map(drop).map_err(|e| format!("{e:#}"))
                });
                Base::Pg(pronta.await.expect("PostgreSQL per le prove"))
            }
        };
        let url = match &base {
            Base::Lite(cartella) => format!("sqlite://{}", cartella.path().join("govpay.db").display()),
            Base::Pg(database) => database.url().to_owned(),
        };
        let mut configurazione = configurazione(url);
        let cartella = tempfile::tempdir().expect("una cartella");
        configurazione.giornale.folder = cartella.path().display().to_string();
        cambia(&mut configurazione);
        let http = cliente_http();
        let mut app = Self {
            avviato: None,
            configurazione,
            orologio: OrologioDiProva::default(),
            http,
            base,
            cartella,
        };
        app.avvia().await;
        app
    }

    /// Starts it again after [`Self::spegni`], on the same database and, if it was free, another port.
    pub async fn avvia(&mut self) {
        let orologio = Arc::new(self.orologio.clone());
        let avviato = server::avvia(&self.configurazione, orologio, Uso::Servizio).await;
        self.avviato = Some(avviato.unwrap_or_else(|e| panic!("il gateway non parte: {e:#}")));
    }

    /// Stops it as SIGTERM does.
    pub async fn spegni(&mut self) {
        if let Some(a) = self.avviato.take() {
            a.ferma().await;
        }
    }

    /// Stops it and starts it again.
    pub async fn riavvia(&mut self) {
        self.spegni().await;
        self.avvia().await;
    }

    fn avviato(&self) -> &Avviato {
        self.avviato.as_ref().expect("il gateway e' acceso")
    }

    /// `http://127.0.0.1:port`.
    #[must_use]
    pub fn url(&self) -> String {
        self.avviato().url()
    }

    /// The use cases behind the doors.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.avviato().engine
    }

    /// Its clock.
    #[must_use]
    pub const fn orologio(&self) -> &OrologioDiProva {
        &self.orologio
    }

    /// Its configuration.
    #[must_use]
    pub const fn configurazione(&self) -> &Configurazione {
        &self.configurazione
    }

    /// Its configuration, to change what the next start finds.
    pub const fn configurazione_mut(&mut self) -> &mut Configurazione {
        &mut self.configurazione
    }

    /// What the database has been asked so far; take the difference with [`Conteggi::da`].
    #[must_use]
    pub fn conteggi(&self) -> Conteggi {
        self.engine().store().conteggi()
    }

    /// Where the giornale puts events while the database is away.
    #[must_use]
    pub fn cartella_giornale(&self) -> &std::path::Path {
        self.cartella.path()
    }

    /// The file of SQLite.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        match &self.base {
            Base::Lite(cartella) => Some(cartella.path().join("govpay.db")),
            Base::Pg(_) => None,
        }
    }

    /// The database of PostgreSQL.
    #[must_use]
    pub const fn postgres(&self) -> Option<&testpg::Database> {
        match &self.base {
            Base::Lite(_) => None,
            Base::Pg(d) => Some(d),
        }
    }

    /// A client under any base path, anonymous.
    #[must_use]
    pub fn cliente(&self, base: &str) -> Cliente {
        Cliente::nuovo(self.http.clone(), format!("{}{base}", self.url()), None)
    }

    /// API Backoffice as the superuser.
    #[must_use]
    pub fn backoffice(&self) -> Cliente {
        self.cliente(BACKOFFICE).come(AMMINISTRATORE.0, AMMINISTRATORE.1)
    }

    /// API Pendenze v2 as the standard applicazione.
    #[must_use]
    pub fn applicazione(&self) -> Cliente {
        self.cliente(PENDENZE).come(GESTIONALE.0, GESTIONALE.1)
    }

    /// The SOAP service as the Node.
    #[must_use]
    pub fn nodo(&self) -> Cliente {
        self.cliente(CCP).come(NODO.0, NODO.1)
    }
}

/// No proxy, no pool of idle connections left behind at a restart, generous timeout.
fn cliente_http() -> reqwest::Client {
    server::provider_tls();
    reqwest::Client::builder()
        .no_proxy()
        .pool_idle_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(60))
        .build()
        .expect("un client HTTP")
}

fn configurazione(url: String) -> Configurazione {
    let mut c = Configurazione::default();
    c.listen.set_port(0);
    c.database_url = url;
    c.admin_user = AMMINISTRATORE.0.to_owned();
    c.admin_password = Segreto::nuovo(AMMINISTRATORE.1);
    c.pagopa_auth = "basic".to_owned();
    c.pagopa_basic_user = NODO.0.to_owned();
    c.pagopa_basic_password = Segreto::nuovo(NODO.1);
    c.database.encryption_key = Segreto::nuovo(BASE64_STANDARD.encode([7; 32]));
    c.http.shutdown_timeout_seconds = 10;
    // One node and nobody else on its database; the polls would spoil the counts.
    c.worker.watch_anagrafica = false;
    c.worker.poll_millis = 200;
    c
}
