//! Use cases of GovPay: read, decide with the pure rules of `domain`, commit one `Scrittura`.
//!
//! Every door (REST, SOAP, job) calls the same function here. Ports to the outside are traits in
//! [`porte`], implemented by `connettori`, `worker` and `server`.

pub mod anagrafica;
pub mod autenticazione;
mod certificati;
pub mod chiamante;
pub mod configurazioni;
pub mod controlli;
pub mod ente;
pub mod giornale;
pub mod hardening;
pub mod impostazioni;
mod iscrizione;
pub mod lavori;
#[doc(hidden)]
pub mod lettori;
pub mod nodo;
pub mod notifiche;
pub mod operazioni;
pub mod orologio;
pub mod pendenze;
pub mod porte;
pub mod riscossioni;
mod ritenta;
mod sessioni;
pub mod sonde;
pub mod tentativi;
pub mod tracciati;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

pub use anagrafica::Registro;
pub use chiamante::{Chiamante, Negato};
pub use impostazioni::Impostazioni;
pub use orologio::Orologio;
pub use porte::Porte;
pub use ritenta::{Contesa, ritenta};
pub use store::StoreError;

/// The use cases, with what they need. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    interno: Arc<Interno>,
}

struct Interno {
    store: store::Store,
    registro: Arc<Registro>,
    autenticazione: autenticazione::Autenticazione,
    verifiche: ente::VerificheInCorso,
    officina: pendenze::Officina,
    orologio: Arc<dyn Orologio>,
    porte: Porte,
    impostazioni: Impostazioni,
    /// Micros of the last look at the outbox that went well; 0: none yet.
    ultima_consegna: AtomicI64,
    /// Micros of the last look for bulk loads that went well; 0: none yet.
    ultimo_giro_tracciati: AtomicI64,
    /// Rings when a file of a bulk load has come in.
    sveglia_tracciati: tokio::sync::Notify,
}

impl Engine {
    /// Puts the use cases together.
    #[must_use]
    pub fn nuovo(
        store: store::Store,
        orologio: Arc<dyn Orologio>,
        porte: Porte,
        impostazioni: Impostazioni,
    ) -> Self {
        let registro = Arc::new(Registro::nuovo(store.clone()));
        let autenticazione = autenticazione::Autenticazione::nuova();
        let verifiche = ente::VerificheInCorso::default();
        Self {
            interno: Arc::new(Interno {
                store,
                registro,
                autenticazione,
                verifiche,
                officina: pendenze::Officina::default(),
                orologio,
                porte,
                impostazioni,
                ultima_consegna: AtomicI64::new(0),
                ultimo_giro_tracciati: AtomicI64::new(0),
                sveglia_tracciati: tokio::sync::Notify::new(),
            }),
        }
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &store::Store {
        &self.interno.store
    }

    /// Cached master data.
    #[must_use]
    pub fn registro(&self) -> &Arc<Registro> {
        &self.interno.registro
    }

    pub(crate) fn autenticazione(&self) -> &autenticazione::Autenticazione {
        &self.interno.autenticazione
    }

    pub(crate) fn verifiche(&self) -> &ente::VerificheInCorso {
        &self.interno.verifiche
    }

    pub(crate) fn officina(&self) -> &pendenze::Officina {
        &self.interno.officina
    }

    /// The present instant.
    #[must_use]
    pub fn adesso(&self) -> domain::Istante {
        self.interno.orologio.adesso()
    }

    /// The present calendar day in Rome.
    #[must_use]
    pub fn oggi(&self) -> jiff::civil::Date {
        self.adesso().giorno()
    }

    /// The ports.
    #[must_use]
    pub fn porte(&self) -> &Porte {
        &self.interno.porte
    }

    /// Rings when there may be a bulk load to work on.
    #[must_use]
    pub fn sveglia_tracciati(&self) -> &tokio::sync::Notify {
        &self.interno.sveglia_tracciati
    }

    /// The workers of this node looked at the outbox of the notifications, and it went well.
    pub fn segna_consegna(&self) {
        self.interno.ultima_consegna.store(self.adesso().micros(), Ordering::Relaxed);
    }

    /// The workers of this node looked for bulk loads, and it went well.
    pub fn segna_giro_tracciati(&self) {
        self.interno.ultimo_giro_tracciati.store(self.adesso().micros(), Ordering::Relaxed);
    }

    /// When [`Self::segna_giro_tracciati`] was last called.
    #[must_use]
    pub fn ultimo_giro_tracciati(&self) -> Option<domain::Istante> {
        istante(&self.interno.ultimo_giro_tracciati)
    }

    /// When [`Self::segna_consegna`] was last called.
    #[must_use]
    pub fn ultima_consegna(&self) -> Option<domain::Istante> {
        istante(&self.interno.ultima_consegna)
    }

    /// The settings that use cases look at.
    #[must_use]
    pub fn impostazioni(&self) -> &Impostazioni {
        &self.interno.impostazioni
    }
}

fn istante(micros: &AtomicI64) -> Option<domain::Istante> {
    let micros = micros.load(Ordering::Relaxed);
    (micros != 0).then(|| domain::Istante::da_micros(micros))
}
