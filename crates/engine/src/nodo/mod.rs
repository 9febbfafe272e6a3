//! The calls of the pagoPA Node: verify, activate, receipts (spec 40 sections 3 to 7).

mod attiva;
mod controlli;
mod dati;
mod guasto;
mod note;
mod ricevuta;
mod risolvi;
mod verifica;

pub use note::NoteNodo;

use crate::Engine;
use domain::evento::DatiPagoPA;
use guasto::Guasto;
use note::Appunti;
use pagopa::ccp::{Fault, FaultCode, Operazione, Richiesta, Versione, ko};
use store::{Guardia, StoreError};
use tokio::time::{Instant, timeout_at};

/// Who calls, after the transport check (spec 40 1.3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChiamanteNodo {
    /// Who it says it is.
    pub principal: Option<String>,
    /// The principal is the subject of a certificate: compared attribute by attribute.
    pub certificato: bool,
    /// A registered utenza on the internal address.
    pub interno: bool,
}

/// What is answered to a call of the Node, always with HTTP 200.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Servita {
    /// The answer, stand-alone, without envelope.
    pub corpo: Vec<u8>,
    /// Why it is a KO.
    pub fault: Option<Fault>,
    /// What the giornale says of it.
    pub note: NoteNodo,
}

impl Engine {
    /// Serves a request that respects the schema. `corpo` are its bytes as they came, namespace
    /// declarations completed: what is stored of a receipt. Never fails: what is unexpected is a KO
    /// `PAA_SYSTEM_ERROR` and leaves nothing half done.
    pub async fn servi_nodo(
        &self,
        chi: &ChiamanteNodo,
        richiesta: &Richiesta,
        corpo: &[u8],
        transazione: &str,
    ) -> Servita {
        let operazione = operazione(richiesta);
        let appunti = Appunti::nuovi(iniziali(richiesta));
        let esito = match richiesta {
            Richiesta::Verifica(r) => self.verifica_avviso(chi, r, transazione, &appunti).await,
            Richiesta::Attiva(r) => self.attiva_pagamento(chi, r, transazione, &appunti).await,
            Richiesta::Ricevuta(r) => self.ricevi_ricevuta(chi, r, corpo, &appunti).await,
            Richiesta::RichiestaAvviso(_) => {
                Err(Guasto::con(FaultCode::SystemError, "Operazione non disponibile."))
            }
        };
        let note = appunti.chiudi();
        match esito {
            Ok(corpo) => Servita { corpo, fault: None, note },
            Err(guasto) => {
                let fault = guasto.fault(operazione, note.chiavi.dominio.as_deref().unwrap_or_default());
                Servita { corpo: ko(operazione, &fault), fault: Some(fault), note }
            }
        }
    }
}

impl Engine {
    /// Takes its turn on a notice. Whoever waits longer than the Node does gives up: when the database
    /// is slow the queue must not grow beyond what anybody still wants.
    async fn in_fila(&self, chiave: &str, scadenza: Instant) -> Result<Guardia, Guasto> {
        timeout_at(scadenza, self.store().serratura(chiave))
            .await
            .map_err(|_| StoreError::NonDisponibile("avviso occupato da altre chiamate".to_owned()).into())
    }
}

/// The operation of a request.
#[must_use]
pub fn operazione(r: &Richiesta) -> Operazione {
    match r {
        Richiesta::Verifica(_) => Operazione::Verifica,
        Richiesta::Attiva(a) => Operazione::Attiva(a.versione),
        Richiesta::Ricevuta(i) => Operazione::Ricevuta(i.versione),
        Richiesta::RichiestaAvviso(_) => Operazione::RichiestaAvviso,
    }
}

/// What the giornale knows from the request alone (spec 40 9.2).
fn iniziali(r: &Richiesta) -> NoteNodo {
    let mut note = NoteNodo::default();
    let (dominio, intermediario, stazione, modello) = match r {
        Richiesta::Verifica(v) => {
            (v.fiscal_code.as_str(), &v.id_broker_pa, &v.id_station, Some("UNICO".to_owned()))
        }
        Richiesta::Attiva(a) => {
            (a.fiscal_code.as_str(), &a.id_broker_pa, &a.id_station, Some("UNICO".to_owned()))
        }
        Richiesta::Ricevuta(i) => {
            note.chiavi.iuv = Some(i.ricevuta.creditor_reference_id.clone());
            note.chiavi.ccp = Some(i.ricevuta.receipt_id.clone());
            (i.ricevuta.fiscal_code.as_str(), &i.id_broker_pa, &i.id_station, None)
        }
        Richiesta::RichiestaAvviso(d) => (d.id_pa.as_str(), &d.id_broker_pa, &d.id_station, None),
    };
    note.chiavi.dominio = Some(dominio.to_owned());
    note.pagopa = DatiPagoPA {
        dominio: Some(dominio.to_owned()),
        intermediario: Some(intermediario.clone()),
        stazione: Some(stazione.clone()),
        modello_pagamento: modello,
        ..DatiPagoPA::default()
    };
    note
}

/// Format of a message by its version.
const fn formato(v: Versione) -> domain::tentativo::Formato {
    match v {
        Versione::V1 => domain::tentativo::Formato::V1,
        Versione::V2 => domain::tentativo::Formato::V2,
    }
}
