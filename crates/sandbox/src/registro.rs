//! What went over the wire, so that a person can read it: a bounded list of exchanges.

use domain::Istante;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use tokio::sync::broadcast;

/// Exchanges that are kept; older ones are forgotten.
const MASSIMO: usize = 1_000;
/// Bytes of a body that are kept.
const MASSIMO_CORPO: usize = 256 * 1024;
/// News that a slow listener may leave unread before it loses the oldest.
const MASSIMO_NOVITA: usize = 256;

/// One call, with both bodies.
#[derive(Debug, Clone)]
pub struct Scambio {
    /// Growing number.
    pub id: u64,
    /// When the call started.
    pub data: Istante,
    /// Milliseconds until the answer.
    pub durata_millis: i64,
    /// Who called whom: `nodo -> govpay`, `govpay -> ente`.
    pub direzione: &'static str,
    /// Operation, as the giornale names it.
    pub operazione: String,
    /// HTTP method and address.
    pub richiesta: String,
    /// Request body.
    pub corpo_richiesta: Vec<u8>,
    /// HTTP status; `None` when no answer came.
    pub stato: Option<u16>,
    /// Answer body, or why there is none.
    pub corpo_risposta: Vec<u8>,
    /// Notice or reference that it is about, when known.
    pub avviso: Option<String>,
}

/// Something that has just happened, for those who are watching.
#[derive(Debug, Clone)]
pub(crate) enum Novita {
    /// An exchange: its number and summary.
    Messaggio(u64, Value),
    /// The switch of the ente was set.
    Guasto(Value),
    /// The state of a pendenza may have changed by a call of ours.
    Pendenze,
}

/// The list. Shared by the simulators.
#[derive(Debug)]
pub struct Registro {
    interno: Mutex<Interno>,
    novita: broadcast::Sender<Novita>,
}

impl Default for Registro {
    fn default() -> Self {
        Self { interno: Mutex::default(), novita: broadcast::Sender::new(MASSIMO_NOVITA) }
    }
}

#[derive(Debug, Default)]
struct Interno {
    ultimo: u64,
    scambi: VecDeque<Scambio>,
}

impl Registro {
    /// Adds an exchange; its number is given back.
    pub fn aggiungi(&self, mut s: Scambio) -> u64 {
        s.corpo_richiesta.truncate(MASSIMO_CORPO);
        s.corpo_risposta.truncate(MASSIMO_CORPO);
        let mut i = self.interno.lock().unwrap_or_else(PoisonError::into_inner);
        i.ultimo += 1;
        s.id = i.ultimo;
        let id = s.id;
        if i.scambi.len() == MASSIMO {
            i.scambi.pop_front();
        }
        let sommario = s.sommario();
        i.scambi.push_back(s);
        // Under the lock, so that news arrive in the order of the numbers. Sending never waits.
        self.annuncia(Novita::Messaggio(id, sommario));
        id
    }

    /// Tells those who are watching; nobody watching is fine.
    pub(crate) fn annuncia(&self, n: Novita) {
        drop(self.novita.send(n));
    }

    /// What happens from now on. A listener that lags loses the oldest news and is told so.
    pub(crate) fn ascolta(&self) -> broadcast::Receiver<Novita> {
        self.novita.subscribe()
    }

    /// How many are listening.
    pub(crate) fn ascoltatori(&self) -> usize {
        self.novita.receiver_count()
    }

    /// Exchanges after a number, oldest first, without bodies.
    #[must_use]
    pub fn dopo(&self, id: u64) -> Vec<Value> {
        let i = self.interno.lock().unwrap_or_else(PoisonError::into_inner);
        i.scambi.iter().filter(|s| s.id > id).map(Scambio::sommario).collect()
    }

    /// One exchange with its bodies made readable.
    #[must_use]
    pub fn uno(&self, id: u64) -> Option<Value> {
        let i = self.interno.lock().unwrap_or_else(PoisonError::into_inner);
        i.scambi.iter().find(|s| s.id == id).map(Scambio::completo)
    }
}

impl Scambio {
    fn sommario(&self) -> Value {
        json!({
            "id": self.id,
            "data": self.data.iso_millis(),
            "durataMillis": self.durata_millis,
            "direzione": self.direzione,
            "operazione": self.operazione,
            "richiesta": self.richiesta,
            "stato": self.stato,
            "numeroAvviso": self.avviso,
            "messaggio": format!("/simulatore/messaggi/{}", self.id),
        })
    }

    fn completo(&self) -> Value {
        let mut v = self.sommario();
        if let Some(o) = v.as_object_mut() {
            o.insert("corpoRichiesta".into(), Value::String(leggibile(&self.corpo_richiesta)));
            o.insert("corpoRisposta".into(), Value::String(leggibile(&self.corpo_risposta)));
        }
        v
    }
}

/// A body as a person reads it: JSON and XML indented, the rest as text.
fn leggibile(corpo: &[u8]) -> String {
    if let Ok(v) = serde_json::from_slice::<Value>(corpo)
        && let Ok(t) = serde_json::to_string_pretty(&v)
    {
        return t;
    }
    let testo = String::from_utf8_lossy(corpo);
    if testo.trim_start().starts_with('<') { indenta_xml(&testo) } else { testo.into_owned() }
}

/// Breaks between tags and indents by depth. Text inside elements stays where it is. Total: foreign
/// text that is not XML comes out with other line breaks, nothing else.
fn indenta_xml(testo: &str) -> String {
    let mut fatto = String::with_capacity(testo.len() * 2);
    let mut profondita = 0_usize;
    let mut resto = testo.trim();
    let mut apriva = false;
    while let Some(inizio) = resto.find('<') {
        let (prima, da_tag) = resto.split_at(inizio);
        let fine = da_tag.find('>').map_or(da_tag.len(), |f| f + 1);
        let (tag, dopo) = da_tag.split_at(fine);
        let chiude = tag.starts_with("</");
        if chiude {
            profondita = profondita.saturating_sub(1);
        }
        let testo_interno = prima.trim();
        fatto.push_str(testo_interno);
        let sulla_riga = chiude && apriva;
        if !fatto.is_empty() && !sulla_riga {
            fatto.push('\n');
            fatto.push_str(&"  ".repeat(profondita.min(40)));
        }
        fatto.push_str(tag);
        let dichiarazione = tag.starts_with("<?") || tag.starts_with("<!");
        apriva = !chiude && !tag.ends_with("/>") && !dichiarazione;
        if apriva {
            profondita += 1;
        }
        resto = dopo;
    }
    fatto.push_str(resto);
    fatto
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l_xml_si_legge() {
        assert_eq!(
            indenta_xml("<?xml version=\"1.0\"?><a><b>uno</b><c/><d></d></a>"),
            "<?xml version=\"1.0\"?>\n<a>\n  <b>uno</b>\n  <c/>\n  <d></d>\n</a>"
        );
        assert_eq!(indenta_xml("<a"), "<a");
        assert_eq!(indenta_xml("</a></b>"), "</a>\n</b>");
    }

    #[test]
    fn si_tengono_gli_ultimi_mille() {
        let r = Registro::default();
        let s = Scambio {
            id: 0,
            data: Istante::da_micros(0),
            durata_millis: 1,
            direzione: "nodo -> govpay",
            operazione: "x".into(),
            richiesta: "POST /".into(),
            corpo_richiesta: b"{\"a\":1}".to_vec(),
            stato: Some(200),
            corpo_risposta: Vec::new(),
            avviso: None,
        };
        for _ in 0..1_005 {
            r.aggiungi(s.clone());
        }
        assert_eq!(r.dopo(0).len(), MASSIMO);
        assert_eq!(r.dopo(1_004).len(), 1);
        assert!(r.uno(5).is_none());
        assert!(r.uno(6).is_some());
    }
}
