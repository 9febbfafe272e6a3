//! The event of a served call (spec 40 9.2, spec 60 5.1).

use domain::evento::{Componente, EsitoEvento, Evento, RuoloEvento};
use engine::Engine;
use engine::giornale::{EventoAperto, messaggio};
use engine::nodo::NoteNodo;
use http::HeaderMap;
use pagopa::LetturaError;
use pagopa::ccp::{Fault, FaultCode, Operazione};

/// What came, while it is answered.
pub(super) struct Scambio<'a> {
    pub(super) engine: &'a Engine,
    pub(super) aperto: EventoAperto,
    pub(super) url: String,
    pub(super) intestazioni: &'a HeaderMap,
    pub(super) corpo: &'a [u8],
    pub(super) principal: Option<String>,
    pub(super) transazione: &'a str,
}

impl Scambio<'_> {
    /// Answered with a message of the service: always HTTP 200.
    pub(super) fn servito(
        &self,
        operazione: Operazione,
        fault: Option<&Fault>,
        note: NoteNodo,
        risposta: &[u8],
    ) {
        let mut e = self.evento(operazione, 200, risposta);
        e.chiavi = note.chiavi;
        e.pagopa = Some(note.pagopa);
        match fault {
            None => {
                e.sottotipo_esito = Some("200".to_owned());
                e.dettaglio_esito = note.dettaglio;
            }
            Some(f) => {
                e.esito = match f.codice {
                    _ if note.sonda => EsitoEvento::Ok,
                    FaultCode::SystemError => EsitoEvento::Fail,
                    _ => EsitoEvento::Ko,
                };
                e.sottotipo_esito = Some(f.codice.codice().to_owned());
                e.dettaglio_esito =
                    Some(f.descrizione.clone().unwrap_or_else(|| "<Nessuna descrizione>".to_owned()));
            }
        }
        self.engine.registra(e);
    }

    /// Answered with a SOAP Fault: the operation is all that is known.
    pub(super) fn non_letto(&self, operazione: Operazione, errore: &LetturaError, fault: &[u8]) {
        let mut e = self.evento(operazione, 500, fault);
        e.esito = EsitoEvento::Ko;
        e.sottotipo_esito = Some(errore.faultcode().to_owned());
        e.dettaglio_esito = Some(errore.faultstring());
        self.engine.registra(e);
    }

    fn evento(&self, operazione: Operazione, stato: i64, risposta: &[u8]) -> Evento {
        let mut e = self.aperto.evento(
            Componente::ApiPagopa,
            RuoloEvento::Server,
            operazione.nome(),
            self.transazione,
        );
        e.principal.clone_from(&self.principal);
        e.url = Some(self.url.clone());
        e.metodo = Some("POST".to_owned());
        e.stato_http = Some(stato);
        e.richiesta = Some(messaggio(self.aperto.inizio(), in_testo(self.intestazioni), self.corpo));
        let uscita = vec![
            ("content-type".to_owned(), super::XML.to_owned()),
            ("x-govpay-idtransazione".to_owned(), self.transazione.to_owned()),
        ];
        e.risposta = Some(messaggio(self.aperto.fine(), uscita, risposta));
        e
    }
}

fn in_testo(h: &HeaderMap) -> Vec<(String, String)> {
    h.iter()
        .map(|(n, v)| (n.as_str().to_owned(), String::from_utf8_lossy(v.as_bytes()).into_owned()))
        .collect()
}
