//! Operations that an operator starts by hand (spec 60 section 4).

use crate::Engine;
use crate::lavori::Lavoro;
use std::time::Duration;
use store::StoreError;
use store::lavori::EsitoLavoro;

/// An operation: public id, internal code, what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operazione {
    /// `idOperazione`.
    pub id: &'static str,
    /// The internal code, also that of its sonda: an alias of the id.
    pub codice: &'static str,
    /// What it does.
    pub descrizione: &'static str,
}

const fn op(id: &'static str, codice: &'static str, descrizione: &'static str) -> Operazione {
    Operazione { id, codice, descrizione }
}

const CHIUSURA: Operazione =
    op("chiusuraRptScadute", "rpt-scadute", "Chiude i tentativi di pagamento senza ricevuta nei termini");
const NOTIFICHE: Operazione =
    op("spedizioneNotifiche", "update-ntfy", "Avvia la spedizione delle notifiche agli enti");
const CACHE: Operazione =
    op("resetCacheAnagrafica", "cache-anagrafica", "Svuota le cache dell'anagrafica su tutti i nodi");
const TRACCIATI: Operazione =
    op("elaborazioneTracciatiPendenze", "caricamento-tracciati", "Elabora i tracciati delle pendenze");

/// All of them, in the order of the contract.
pub const OPERAZIONI: &[Operazione] = &[
    op("acquisizioneRendicontazioni", "update-rnd", "Acquisisce i flussi di rendicontazione"),
    CHIUSURA,
    op("gestionePromemoria", "gestione-promemoria", "Crea i promemoria in scadenza"),
    NOTIFICHE,
    op("spedizioneNotificheAppIO", "update-ntfy-appio", "Spedisce le notifiche AppIO"),
    op("spedizionePromemoria", "spedizione-promemoria", "Spedisce i promemoria"),
    CACHE,
    TRACCIATI,
    op(
        "elaborazioneTracciatiNotificaPagamenti",
        "elaborazione-trac-notif-pag",
        "Crea i tracciati di notifica dei pagamenti",
    ),
    op(
        "spedizioneTracciatiNotificaPagamenti",
        "spedizione-trac-notif-pag",
        "Spedisce i tracciati di notifica dei pagamenti",
    ),
    op("elaborazioneRiconciliazioni", "riconciliazioni", "Elabora le riconciliazioni in attesa"),
    op("recuperoRT", "recupero-rt", "Recupera le ricevute mancanti"),
    op("inviaPosizioniDebitorieAca", "batch_aca", "Invia le posizioni debitorie ad ACA"),
    op("inviaNotificheMaggioli", "batch_maggioli", "Invia le notifiche a Maggioli JPPA"),
    op("inviaNotificheRendicontazioni", "batch_notifica", "Notifica le rendicontazioni agli enti"),
    op("verificaIban", "batch_iban", "Verifica gli IBAN di accredito"),
    op("pulizia", "pulizia", "Cancella i dati oltre i termini di conservazione"),
];

/// By public id or internal code.
#[must_use]
pub fn operazione(id: &str) -> Option<&'static Operazione> {
    OPERAZIONI.iter().find(|o| o.id == id || o.codice == id)
}

/// How the call of an operation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EsitoOperazione {
    /// Done.
    Fatta(String),
    /// Still running: here past the wait of the caller, or on another node.
    InCorso(String),
    /// Not done.
    Fallita(String),
}

/// How the last run of an operation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UltimaCorsa {
    /// It runs now.
    pub in_corso: bool,
    /// It went well; `None` when none has ended yet.
    pub riuscita: Option<bool>,
    /// What it had to say.
    pub testo: Option<String>,
}

/// Longest time that the caller waits.
const ATTESA: Duration = Duration::from_secs(50);
/// Longest wait for the notifications that are due.
const ATTESA_NOTIFICHE: Duration = Duration::from_secs(10);
/// How often a running job says that it is alive.
const BATTITO: Duration = Duration::from_secs(30);
/// After so long without a sign of life another node may take a job (spec 60 4.3).
const TIMEOUT: Duration = Duration::from_secs(300);

impl Engine {
    /// Runs an operation; `forza` takes the lock of a job from whoever holds it.
    pub async fn esegui_operazione(&self, o: &'static Operazione, forza: bool) -> EsitoOperazione {
        match o.id {
            id if id == CACHE.id => match self.svuota_cache().await {
                Ok(()) => EsitoOperazione::Fatta(
                    "Aggiornamento della data di reset della cache anagrafica del sistema completato con \
                     successo"
                        .to_owned(),
                ),
                Err(e) => fallita(o, &e),
            },
            id if id == NOTIFICHE.id && self.impostazioni().corre(id) => {
                self.spedisci().await.unwrap_or_else(|e| fallita(o, &e))
            }
            // By hand it runs also where jobs do not run by themselves.
            id if id == CHIUSURA.id && !self.impostazioni().spento(id) => {
                self.corri(o, Lavoro::ChiusuraRptScadute, forza).await
            }
            id if id == TRACCIATI.id && self.impostazioni().corre(id) => {
                self.sveglia_tracciati().notify_one();
                EsitoOperazione::Fatta("Elaborazione Tacciati schedulata".to_owned())
            }
            "gestionePromemoria" => spenta("Spedizione promemoria Email e AppIO disabilitata."),
            "spedizionePromemoria" => spenta("Spedizione promemoria disabilitata."),
            "spedizioneNotificheAppIO" => spenta("Spedizione notifiche AppIO disabilitata."),
            id => EsitoOperazione::Fallita(format!("Operazione {id} disabilitata.")),
        }
    }

    /// How the last run of an operation ended; `None` when there is no job behind it.
    ///
    /// # Errors
    /// The database.
    pub async fn ultima_corsa(&self, o: &Operazione) -> Result<Option<UltimaCorsa>, StoreError> {
        let lavori = self.store().lavori().await?;
        Ok(lavori.into_iter().find(|l| l.nome == o.id).map(|l| UltimaCorsa {
            in_corso: l.nodo.is_some(),
            riuscita: l.ultimo_esito.map(|e| e == "OK"),
            testo: l.ultimo_testo,
        }))
    }

    /// Rings, and waits a little until nothing is due.
    async fn spedisci(&self) -> Result<EsitoOperazione, StoreError> {
        let fine = tokio::time::Instant::now() + ATTESA_NOTIFICHE;
        self.porte().sveglia.notify_one();
        loop {
            // The first attempt is made ten seconds before the row says so.
            if self.store().notifiche_dovute(self.adesso().piu_secondi(10)).await? == 0 {
                return Ok(EsitoOperazione::Fatta("Spedizione notifiche completata.".to_owned()));
            }
            if tokio::time::Instant::now() >= fine {
                return Ok(EsitoOperazione::InCorso("Spedizione notifiche avviata".to_owned()));
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// This node at once, the others when they next look (one second).
    async fn svuota_cache(&self) -> Result<(), StoreError> {
        self.store().avanza_versione_anagrafica().await?;
        self.registro().svuota();
        Ok(())
    }

    async fn corri(&self, o: &'static Operazione, lavoro: Lavoro, forza: bool) -> EsitoOperazione {
        let timeout = if forza { Duration::ZERO } else { TIMEOUT };
        let nodo = &self.impostazioni().nodo;
        let preso = match self.store().prendi_lavoro(lavoro.nome(), nodo, timeout, None).await {
            Ok(Some(preso)) => preso,
            Ok(None) => {
                let testo = "Operazione in corso su altro nodo. Richiesta interrotta.";
                return EsitoOperazione::InCorso(testo.to_owned());
            }
            Err(e) => return fallita(o, &e),
        };
        let engine = self.clone();
        let corsa = tokio::spawn(async move { engine.conduci(lavoro, &preso).await });
        match tokio::time::timeout(ATTESA, corsa).await {
            Ok(Ok(Ok(testo))) => EsitoOperazione::Fatta(testo),
            Ok(Ok(Err(e))) => fallita(o, &e),
            Ok(Err(errore)) => {
                tracing::error!(%errore, operazione = o.id, "operazione interrotta");
                EsitoOperazione::Fallita(format!("Operazione {} interrotta con errore.", o.id))
            }
            Err(_) => EsitoOperazione::InCorso(format!("Operazione {} avviata", o.id)),
        }
    }

    /// Runs a job that is ours to its end, saying now and then that it is alive, and gives it back.
    async fn conduci(&self, lavoro: Lavoro, preso: &store::lavori::Lavoro) -> Result<String, StoreError> {
        let mut corsa = std::pin::pin!(self.esegui_lavoro(lavoro, preso));
        let esito = loop {
            tokio::select! {
                esito = &mut corsa => break esito,
                () = tokio::time::sleep(BATTITO) => {
                    if let Err(StoreError::Conflitto) = self.store().batti(preso).await {
                        return Err(StoreError::Conflitto);
                    }
                }
            }
        };
        let (come, testo) = match &esito {
            Ok(testo) => (EsitoLavoro::Riuscito, testo.clone()),
            Err(e) => (EsitoLavoro::Fallito, format!("Il batch e' stato interrotto con errore: {e}")),
        };
        match self.store().lascia_lavoro(preso, come, &testo, self.adesso()).await {
            // Somebody took it meanwhile: it is no more ours to give back.
            Ok(()) | Err(StoreError::Conflitto) => esito,
            Err(e) => Err(e),
        }
    }
}

fn spenta(testo: &str) -> EsitoOperazione {
    EsitoOperazione::Fallita(testo.to_owned())
}

/// The reason is for the log: it may name hosts and tables.
fn fallita(o: &Operazione, errore: &StoreError) -> EsitoOperazione {
    tracing::warn!(%errore, operazione = o.id, "operazione non riuscita");
    EsitoOperazione::Fallita(format!("Operazione {} interrotta con errore.", o.id))
}
