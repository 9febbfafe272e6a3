//! The giornale degli eventi: how an event is opened, completed and recorded (spec 60 section 5).
//!
//! ```text
//! let aperto = engine.apri_evento().await;          // at the start of the call: id and time
//! ...                                               // the call
//! let mut e = aperto.evento(Componente::ApiPagopa, RuoloEvento::Server, "paGetPaymentV2", transazione);
//! e.chiavi.iuv = Some(iuv);                         // what is known
//! engine.registra(e);                               // never waits, never fails
//! ```
//!
//! [`Engine::registra`] does the rest for everybody: whether the interface wants the event and its
//! payloads (spec 60 5.2), severity (5.3), secrets in headers, size of the payloads, node name.

mod lettura;
mod politica;
mod segreti;
mod severita;

use crate::Engine;
use domain::Istante;
use domain::evento::{
    CategoriaEvento, ChiaviEvento, Componente, EsitoEvento, Evento, Messaggio, RuoloEvento,
};
use std::time::Instant;

pub use lettura::{GiornaleError, Pagina};
pub(crate) use politica::Politica;
pub use politica::{maschera, segreta};
pub(crate) use segreti::{MASCHERA, estrai_segreti};
pub use severita::{severita_di_categoria, severita_di_codice};
pub use store::eventi::FiltroEventi;
pub use store::notifiche::FiltroNotifiche;

/// Largest payload that is kept whole, in bytes (spec 60 5.2).
const PAYLOAD_MASSIMO: usize = 1 << 20;
/// What follows a payload that was cut.
const TAGLIO: &[u8] = b"...[contenuto troncato]";

/// An event whose call is going on: its id and time are those of the start.
#[derive(Debug, Clone, Copy)]
pub struct EventoAperto {
    id: i64,
    inizio: Istante,
    partenza: Instant,
}

impl EventoAperto {
    /// When the call began.
    #[must_use]
    pub fn inizio(&self) -> Istante {
        self.inizio
    }

    /// The event of a call that ends now, outcome OK, of which nothing else is known yet.
    #[must_use]
    pub fn evento(
        &self,
        componente: Componente,
        ruolo: RuoloEvento,
        tipo: impl Into<String>,
        transazione: impl Into<String>,
    ) -> Evento {
        let durata = self.partenza.elapsed();
        Evento {
            id: self.id,
            componente,
            categoria: CategoriaEvento::Interfaccia,
            ruolo,
            tipo: tipo.into(),
            sottotipo: None,
            esito: EsitoEvento::Ok,
            sottotipo_esito: None,
            dettaglio_esito: None,
            data: self.inizio,
            durata_millis: i64::try_from(durata.as_millis()).unwrap_or(i64::MAX),
            chiavi: ChiaviEvento::default(),
            pagopa: None,
            severita: None,
            cluster: String::new(),
            transazione: transazione.into(),
            principal: None,
            utente: None,
            url: None,
            metodo: None,
            stato_http: None,
            richiesta: None,
            risposta: None,
        }
    }

    /// The instant at which the call ends, by its duration: the clock is read once.
    #[must_use]
    pub fn fine(&self) -> Istante {
        let micros = i64::try_from(self.partenza.elapsed().as_micros()).unwrap_or(0);
        self.inizio.piu_micros(micros)
    }
}

/// One direction of a call: empty bodies count as none.
#[must_use]
pub fn messaggio(data: Istante, intestazioni: Vec<(String, String)>, corpo: &[u8]) -> Messaggio {
    Messaggio { data: Some(data), intestazioni, corpo: (!corpo.is_empty()).then(|| taglia(corpo)) }
}

fn taglia(corpo: &[u8]) -> Vec<u8> {
    match corpo.get(..PAYLOAD_MASSIMO) {
        Some(testa) if corpo.len() > PAYLOAD_MASSIMO => [testa, TAGLIO].concat(),
        _ => corpo.to_vec(),
    }
}

impl Engine {
    /// Opens the event of a call that begins now.
    pub async fn apri_evento(&self) -> EventoAperto {
        let partenza = Instant::now();
        let inizio = self.adesso();
        self.rinnova_giornale().await;
        EventoAperto { id: self.porte().giornale.nuovo_id().await, inizio, partenza }
    }

    /// Reads again what is to be kept, if the configurazioni have changed: before an event whose call was
    /// not opened by [`Self::apri_evento`].
    pub async fn rinnova_giornale(&self) {
        self.registro().rinnova_politica().await;
    }

    /// Whether the payloads of such a call will be kept if it ends well: who serves it may save
    /// itself the copy. An event that ends badly may want them all the same: see `errore`.
    #[must_use]
    pub fn giornale_vuole_payload(
        &self,
        c: Componente,
        tipo: &str,
        metodo: Option<&str>,
        errore: bool,
    ) -> bool {
        self.registro().politica().regola(c, tipo, metodo).dump.vale(errore)
    }

    /// Whether such a call will be recorded at all.
    #[must_use]
    pub fn giornale_vuole_evento(
        &self,
        c: Componente,
        tipo: &str,
        metodo: Option<&str>,
        errore: bool,
    ) -> bool {
        c == Componente::Govpay
            || (self.impostazioni().giornale_abilitato
                && self.registro().politica().regola(c, tipo, metodo).log.vale(errore))
    }

    /// Records an event: completes it, drops what the policy does not want and queues it. Never waits.
    pub fn registra(&self, mut e: Evento) {
        // Served calls: the outcome. Outgoing calls: the status (spec 60 5.2).
        let errore = match e.ruolo {
            RuoloEvento::Server => e.esito != EsitoEvento::Ok,
            RuoloEvento::Client => e.stato_http.map_or(e.esito == EsitoEvento::Fail, |s| s > 399),
        };
        let metodo = e.metodo.as_deref();
        if !self.giornale_vuole_evento(e.componente, &e.tipo, metodo, errore) {
            return;
        }
        let dump = self.giornale_vuole_payload(e.componente, &e.tipo, metodo, errore);
        for m in [&mut e.richiesta, &mut e.risposta].into_iter().flatten() {
            maschera(&mut m.intestazioni);
            m.corpo =
                m.corpo
                    .take()
                    .filter(|c| dump && !c.is_empty())
                    .map(|c| {
                        if e.componente == Componente::ApiBackoffice { segreti::maschera_corpo(c) } else { c }
                    })
                    .map(|c| if c.len() > PAYLOAD_MASSIMO + TAGLIO.len() { taglia(&c) } else { c });
        }
        if e.severita.is_none() && e.esito != EsitoEvento::Ok {
            e.severita = Some(severita::di_evento(&e));
        }
        e.cluster.clone_from(&self.impostazioni().nodo);
        self.porte().giornale.registra(e);
    }
}
