//! Verification of a pendenza at the ente (spec 20 section 9, spec 60 section 1).
//!
//! Identical verifications that go on at the same time are one call: the Node may ask several times
//! for the same notice in a second, the ente is asked once.

mod inoltro;
mod percorso;
mod risposta;

use crate::Engine;
use crate::giornale::messaggio;
use crate::impostazioni::OperazioneVerifica;
use crate::porte::ChiamataEnte;
use domain::anagrafica::{Applicazione, ServizioIntegrazione, VersioneEnte};
use domain::evento::{Componente, EsitoEvento, Evento, RuoloEvento};
use domain::pendenza::{ChiavePendenza, NuovaPendenza};
use domain::{IdDominio, Iuv, NumeroAvviso};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use jiff::civil::Date;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub(crate) use inoltro::{Inoltrata, Inoltro, sconosciuta as modulo_sconosciuto};
pub use percorso::{percorso, segmento};
pub(crate) use risposta::{StatoRisposta, leggi};

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Ricerca {
    /// Dominio of the notice.
    pub dominio: IdDominio,
    /// Reference: a v1 ente is asked by this.
    pub iuv: Iuv,
    /// Notice number: a v2 ente is asked by this.
    pub numero_avviso: Option<NumeroAvviso>,
    /// Key of the pendenza when it is stored already (refresh).
    pub chiave: Option<ChiavePendenza>,
}

/// What came of a verification. Nothing is stored yet.
#[derive(Debug, Clone)]
pub enum EsitoVerifica {
    /// To be paid, valid, and the one that was asked: load it.
    NonEseguita(Box<NuovaPendenza>),
    /// Annulled.
    Annullata {
        /// `descrizioneStato`.
        descrizione: Option<String>,
        /// Its key, when the answer tells it (v1).
        chiave: Option<ChiavePendenza>,
    },
    /// Expired.
    Scaduta {
        /// `descrizioneStato`.
        descrizione: Option<String>,
        /// When.
        data_scadenza: Option<Date>,
        /// Its key, when the answer tells it.
        chiave: Option<ChiavePendenza>,
    },
    /// Paid already (v1 only).
    Duplicata {
        /// `descrizioneStato`.
        descrizione: Option<String>,
        /// Its key, when the answer tells it.
        chiave: Option<ChiavePendenza>,
    },
    /// The ente does not know it.
    Sconosciuta {
        /// `descrizioneStato`, or the text of spec 60 1.2.
        descrizione: String,
    },
    /// The answer cannot be read, is not valid, or is about something else.
    NonValida {
        /// Why.
        testo: String,
        /// `idPendenza`, when the answer tells it.
        id_pendenza: Option<String>,
    },
    /// No answer, or an HTTP error.
    Errore {
        /// The cause (spec 60 1.1).
        testo: String,
    },
}

type Condivisa = Shared<BoxFuture<'static, EsitoVerifica>>;

/// Verifications under way, by applicazione and path.
#[derive(Default)]
pub(crate) struct VerificheInCorso(Mutex<HashMap<(String, String), Condivisa>>);

/// Takes a verification off the list when it ends, however it ends.
struct InCorso<'a>(&'a Engine, (String, String));

impl Drop for InCorso<'_> {
    fn drop(&mut self) {
        self.0.verifiche().0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

impl Engine {
    /// Asks the ente of an applicazione, within `scadenza_verifica_ente_millis`, and writes the event.
    /// An applicazione without connector knows nothing (spec 20 9.2): no call, no event.
    pub async fn verifica_presso_ente(
        &self,
        applicazione: &Arc<Applicazione>,
        cosa: Ricerca,
        transazione: &str,
    ) -> EsitoVerifica {
        let Some(servizio) = &applicazione.servizio_integrazione else {
            return EsitoVerifica::Sconosciuta { descrizione: sconosciuta(&Domanda::Avviso, &cosa) };
        };
        let (domanda, percorso) = match domanda(servizio, &cosa, self.impostazioni().operazione_verifica) {
            Ok(d) => d,
            Err(testo) => return EsitoVerifica::Errore { testo },
        };
        let chiave = (applicazione.id.to_string(), percorso.clone());
        let condivisa = {
            let mut in_corso = self.verifiche().0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(c) = in_corso.get(&chiave) {
                c.clone()
            } else {
                // A task of its own: it goes on to its end, event included, even if who asked leaves.
                let (engine, applicazione, chiave2, transazione) =
                    (self.clone(), Arc::clone(applicazione), chiave.clone(), transazione.to_owned());
                let lavoro = tokio::spawn(async move {
                    let _voce = InCorso(&engine, chiave2);
                    engine.verifica_ora(&applicazione, &domanda, &percorso, &cosa, &transazione).await
                });
                let futuro: BoxFuture<'static, EsitoVerifica> = async move {
                    lavoro
                        .await
                        .unwrap_or_else(|_| EsitoVerifica::Errore { testo: "verifica interrotta".to_owned() })
                }
                .boxed();
                let c = futuro.shared();
                in_corso.insert(chiave, c.clone());
                c
            }
        };
        condivisa.await
    }

    async fn verifica_ora(
        &self,
        applicazione: &Applicazione,
        domanda: &Domanda,
        percorso: &str,
        cosa: &Ricerca,
        transazione: &str,
    ) -> EsitoVerifica {
        let chiamata = ChiamataEnte {
            metodo: "GET",
            percorso: percorso.to_owned(),
            corpo: None,
            transazione: transazione.to_owned(),
            chiave_idempotenza: None,
            corpo_atteso: true,
            scadenza: Some(Duration::from_millis(self.impostazioni().scadenza_verifica_ente_millis)),
        };
        let (mut e, risposta) = self.chiama_ente(applicazione, domanda.operazione(), &chiamata).await;
        e.chiavi.dominio = Some(cosa.dominio.to_string());
        e.chiavi.iuv = Some(cosa.iuv.to_string());
        if let (Domanda::Chiave, Some(c)) = (domanda, &cosa.chiave) {
            e.chiavi.id_pendenza = Some(c.id_pendenza.to_string());
        }
        let esito = match risposta {
            Err(testo) => EsitoVerifica::Errore { testo },
            Ok(corpo) => {
                let attesa = Attesa {
                    sconosciuta: &|| sconosciuta(domanda, cosa),
                    non_corrisponde: &|nuova| non_corrisponde(nuova, domanda, cosa, applicazione),
                };
                let esito = interpreta(&corpo, versione(applicazione), &attesa, &mut e.chiavi.id_pendenza);
                match esito {
                    EsitoVerifica::NonEseguita(mut nuova) => {
                        if nuova.numero_avviso.is_none() {
                            nuova.numero_avviso.clone_from(&cosa.numero_avviso);
                        }
                        EsitoVerifica::NonEseguita(nuova)
                    }
                    altro => altro,
                }
            }
        };
        self.annota_verifica(e, &esito);
        esito
    }

    /// Calls an ente and opens the event that tells of it: the body of a successful answer, else the text of
    /// the failure.
    async fn chiama_ente(
        &self,
        applicazione: &Applicazione,
        operazione: &str,
        chiamata: &ChiamataEnte,
    ) -> (Evento, Result<Vec<u8>, String>) {
        let aperto = self.apri_evento().await;
        let (risposta, traccia) = self.porte().ente.chiama(applicazione, chiamata).await;
        let mut e = aperto.evento(
            Componente::ApiEnte,
            RuoloEvento::Client,
            operazione,
            chiamata.transazione.as_str(),
        );
        e.chiavi.id_a2a = Some(applicazione.id.to_string());
        e.metodo = Some(chiamata.metodo.to_owned());
        e.url = Some(traccia.url);
        e.principal = traccia.principal;
        let inviato = chiamata.corpo.as_deref().unwrap_or_default();
        e.richiesta = Some(messaggio(aperto.inizio(), traccia.intestazioni_richiesta, inviato));
        let corpo = risposta.as_ref().map(|r| r.corpo.as_slice()).unwrap_or_default();
        e.risposta = Some(messaggio(aperto.fine(), traccia.intestazioni_risposta, corpo));
        let stato = match &risposta {
            Err(n) => n.stato,
            Ok(r) => r.stato,
        };
        e.stato_http = Some(i64::from(stato));
        e.sottotipo_esito = Some(stato.to_string());
        let letta = match risposta {
            Err(n) => Err(n.testo),
            Ok(r) if (200..300).contains(&r.stato) => Ok(r.corpo),
            Ok(r) => Err(ricevuto_http(r.stato)),
        };
        (e, letta)
    }

    /// Records the event of a call with what came of it (spec 20 9.4).
    fn annota_verifica(&self, mut e: Evento, esito: &EsitoVerifica) {
        let (quale, sottotipo, dettaglio) = match esito {
            EsitoVerifica::NonEseguita(_) => (EsitoEvento::Ok, Some("200"), None),
            EsitoVerifica::Annullata { descrizione, .. } => {
                (EsitoEvento::Ko, Some("Pendenza Annullata"), descrizione.clone())
            }
            EsitoVerifica::Scaduta { descrizione, .. } => {
                (EsitoEvento::Ko, Some("Pendenza Scaduta"), descrizione.clone())
            }
            EsitoVerifica::Duplicata { descrizione, .. } => {
                (EsitoEvento::Ko, Some("Pendenza Duplicata"), descrizione.clone())
            }
            EsitoVerifica::Sconosciuta { descrizione } => {
                (EsitoEvento::Ko, Some("Pendenza Sconosciuta"), Some(descrizione.clone()))
            }
            EsitoVerifica::NonValida { testo, .. } => {
                (EsitoEvento::Ko, Some("Pendenza non valida"), Some(testo.clone()))
            }
            EsitoVerifica::Errore { testo } => (EsitoEvento::Fail, None, Some(testo.clone())),
        };
        e.esito = quale;
        e.dettaglio_esito = dettaglio;
        if let Some(s) = sottotipo {
            e.sottotipo_esito = Some(s.to_owned());
        }
        self.registra(e);
    }
}

/// The version in which an applicazione speaks.
fn versione(applicazione: &Applicazione) -> VersioneEnte {
    applicazione.servizio_integrazione.as_ref().map_or(VersioneEnte::RestV1, |s| s.versione)
}

/// How the ente is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Domanda {
    /// By notice: `getAvviso`.
    Avviso,
    /// By identifiers: `verifyPendenza`.
    Chiave,
}

impl Domanda {
    fn operazione(self) -> &'static str {
        match self {
            Self::Avviso => "getAvviso",
            Self::Chiave => "verifyPendenza",
        }
    }
}

/// The text of a failed call by status (spec 60 1.1).
pub(crate) fn ricevuto_http(stato: u16) -> String {
    format!("Ricevuto [HTTP {stato}]")
}

/// The question and its path. By notice, unless the setting forces the identifiers and they are
/// known; a v1 ente gets the IUV, a v2 one the NAV (spec 60 1.2).
fn domanda(
    servizio: &ServizioIntegrazione,
    cosa: &Ricerca,
    forzata: Option<OperazioneVerifica>,
) -> Result<(Domanda, String), String> {
    if let (Some(OperazioneVerifica::VerifyPendenza), Some(c)) = (forzata, &cosa.chiave) {
        return Ok((Domanda::Chiave, percorso(&["pendenze", c.id_a2a.as_str(), c.id_pendenza.as_str()])));
    }
    let ultimo = match (servizio.versione, &cosa.numero_avviso) {
        (VersioneEnte::RestV1, _) => cosa.iuv.as_str(),
        (VersioneEnte::RestV2, Some(n)) => n.as_str(),
        (VersioneEnte::RestV2, None) => {
            return Err(format!(
                "Numero avviso non ricavabile per lo iuv {} del dominio {}",
                cosa.iuv, cosa.dominio
            ));
        }
    };
    Ok((Domanda::Avviso, percorso(&["avvisi", cosa.dominio.as_str(), ultimo])))
}

fn sconosciuta(domanda: &Domanda, cosa: &Ricerca) -> String {
    let chi = match (domanda, &cosa.chiave) {
        (Domanda::Chiave, Some(c)) => format!("IdA2A:{} IdPendenza:{}", c.id_a2a, c.id_pendenza),
        (Domanda::Avviso | Domanda::Chiave, _) => format!("Dominio:{} Iuv:{}", cosa.dominio, cosa.iuv),
    };
    format!("La pendenza identificata da {chi} risulta sconosciuta presso l'applicativo gestore.")
}

/// What an answer is held against.
struct Attesa<'a> {
    /// What is said of a pendenza that the ente does not know, when it says nothing itself.
    sconosciuta: &'a (dyn Fn() -> String + Sync),
    /// Why a valid pendenza is not the one that was asked.
    non_corrisponde: &'a (dyn Fn(&NuovaPendenza) -> Option<String> + Sync),
}

/// Reads the answer and checks that it is about what was asked (spec 60 1.2).
fn interpreta(
    corpo: &[u8],
    versione: VersioneEnte,
    attesa: &Attesa<'_>,
    id_pendenza: &mut Option<String>,
) -> EsitoVerifica {
    let letta = match leggi(corpo, versione) {
        Ok(l) => l,
        Err(e) => return EsitoVerifica::NonValida { testo: e.0, id_pendenza: None },
    };
    if letta.stato != StatoRisposta::Sconosciuta && letta.id_pendenza.is_some() {
        id_pendenza.clone_from(&letta.id_pendenza);
    }
    let chiave = letta.chiave();
    let descrizione = letta.descrizione;
    match letta.stato {
        StatoRisposta::Annullata => EsitoVerifica::Annullata { descrizione, chiave },
        StatoRisposta::Scaduta => {
            EsitoVerifica::Scaduta { descrizione, data_scadenza: letta.data_scadenza, chiave }
        }
        StatoRisposta::Duplicata => EsitoVerifica::Duplicata { descrizione, chiave },
        StatoRisposta::Sconosciuta => {
            EsitoVerifica::Sconosciuta { descrizione: descrizione.unwrap_or_else(attesa.sconosciuta) }
        }
        StatoRisposta::NonEseguita(Err(e)) => {
            EsitoVerifica::NonValida { testo: e.to_string(), id_pendenza: letta.id_pendenza }
        }
        StatoRisposta::NonEseguita(Ok(nuova)) => match (attesa.non_corrisponde)(&nuova) {
            Some(testo) => EsitoVerifica::NonValida { testo, id_pendenza: letta.id_pendenza },
            None => EsitoVerifica::NonEseguita(nuova),
        },
    }
}

/// Why a valid pendenza is not the one that was asked. One of another applicazione is refused as
/// well: an ente must not load or change what belongs to somebody else.
fn non_corrisponde(
    nuova: &NuovaPendenza,
    domanda: &Domanda,
    cosa: &Ricerca,
    applicazione: &Applicazione,
) -> Option<String> {
    let testo = |campi: &str| {
        Some(format!(
            "I campi {campi} della pendenza ricevuta dal servizio di verifica non corrispondono ai parametri di input."
        ))
    };
    let dominio_e_avviso =
        nuova.dominio == cosa.dominio && nuova.numero_avviso.as_ref().is_none_or(|n| n.iuv() == cosa.iuv);
    let chiave =
        nuova.chiave.id_a2a == applicazione.id && cosa.chiave.as_ref().is_none_or(|c| nuova.chiave == *c);
    match domanda {
        Domanda::Avviso if !dominio_e_avviso => testo("IdDominio e NumeroAvviso"),
        Domanda::Avviso | Domanda::Chiave if !chiave => testo("IdA2A e IdPendenza"),
        Domanda::Chiave if !dominio_e_avviso => testo("IdDominio e NumeroAvviso"),
        Domanda::Avviso | Domanda::Chiave => None,
    }
}
