//! What the simulators share.

use crate::ente::ArchivioEnte;
use crate::gateway::Gateway;
use crate::guasto::Interruttore;
use crate::nodo::Nodo;
use crate::registro::Registro;
use domain::Istante;
use serde_json::Value;
use std::sync::{Arc, Mutex};

/// Tells the present instant; the sandbox never reads the machine's clock itself.
pub type Ora = Arc<dyn Fn() -> Istante + Send + Sync>;

/// State of the sandbox.
pub struct Stato {
    /// Exchanges.
    pub registro: Registro,
    /// Archive of the demo ente.
    pub ente: ArchivioEnte,
    /// Misbehaviour of the ente.
    pub guasto_ente: Interruttore,
    /// The simulated Node.
    pub(crate) nodo: Nodo,
    /// The gateway's REST APIs, as the demo body uses them.
    pub(crate) gateway: Gateway,
    /// Payments played so far.
    pub(crate) pagamenti: Mutex<Vec<Value>>,
    pub(crate) ora: Ora,
}

impl Stato {
    /// The present instant.
    #[must_use]
    pub fn adesso(&self) -> Istante {
        (self.ora)()
    }
}
