//! From a notice to a pendenza that may be paid: in the archive, or from the ente (spec 40 section 4).
//!
//! Nothing is locked and no transaction is open while the ente is asked.

use super::guasto::Guasto;
use super::note::Appunti;
use crate::Engine;
use crate::ente::{EsitoVerifica, Ricerca};
use crate::pendenze::{CaricaError, Provenienza};
use domain::anagrafica::{Applicazione, SchedaDominio};
use domain::pendenza::{NuovaPendenza, Pendenza, da_iuv_chiesto};
use domain::risoluzione::{Aggiornamento, Circostanze, Risoluzione, risolvi};
use domain::tempo::data_italiana;
use domain::{Iuv, NumeroAvviso};
use pagopa::ccp::FaultCode;
use std::sync::Arc;
use tokio::time::{Duration, Instant, timeout_at};

/// What is looked for, by which operation.
pub(super) struct Quesito<'a> {
    pub(super) scheda: &'a SchedaDominio,
    pub(super) avviso: NumeroAvviso,
    pub(super) iuv: Iuv,
    /// As the texts name the operation: `la verifica`, `l'attivazione`.
    pub(super) operazione: &'static str,
    pub(super) transazione: &'a str,
    /// The Node gives up after seven seconds (spec 40 section 12).
    pub(super) scadenza: Instant,
    pub(super) appunti: &'a Appunti,
}

impl Quesito<'_> {
    /// Key of the lock of the notice.
    pub(super) fn serratura(&self) -> String {
        format!("{}/{}", self.scheda.dominio.id, self.iuv)
    }
}

/// What the archive says.
pub(super) enum Decisa {
    /// To be paid with these values.
    Pagabile(Box<Pendenza>),
    /// Not there: ask whoever may own it.
    Sconosciuta,
    /// Its validity is over: ask its applicazione.
    DaAggiornare(Box<Pendenza>, Arc<Applicazione>),
}

impl Engine {
    /// The deadline of an operation that begins now.
    pub(super) fn scadenza_nodo(&self) -> Instant {
        Instant::now() + Duration::from_millis(self.impostazioni().scadenza_verifica_ente_millis)
    }

    /// Looks the notice up: one read, one more to tell when a paid pendenza was paid.
    pub(super) async fn decidi(
        &self,
        q: &Quesito<'_>,
        aggiornamento: Aggiornamento,
    ) -> Result<Decisa, Guasto> {
        let trovata = self.store().pendenza_per_iuv(q.scheda.dominio.id.as_str(), q.iuv.as_str()).await?;
        let Some(pendenza) = trovata else {
            return match aggiornamento {
                Aggiornamento::Mai => Ok(Decisa::Sconosciuta),
                Aggiornamento::Caricata | Aggiornamento::Aggiornata => {
                    Err(Guasto::nudo(FaultCode::PagamentoSconosciuto))
                }
            };
        };
        q.appunti.pendenza(&pendenza.chiave);
        let applicazione = self.registro().applicazione(pendenza.chiave.id_a2a.as_str()).await?;
        let con_connettore = applicazione.filter(|a| a.servizio_integrazione.is_some());
        let circostanze = Circostanze {
            oggi: self.oggi(),
            connettore: con_connettore.is_some(),
            mandatorio: self.impostazioni().aggiornamento_mandatorio,
            aggiornamento,
        };
        match (risolvi(&pendenza, circostanze), con_connettore) {
            (Risoluzione::Pagabile, _) => Ok(Decisa::Pagabile(Box::new(pendenza))),
            (Risoluzione::ChiediEnte, Some(a)) => Ok(Decisa::DaAggiornare(Box::new(pendenza), a)),
            // It asks only where there is a connector.
            (Risoluzione::ChiediEnte, None) => Ok(Decisa::Pagabile(Box::new(pendenza))),
            (Risoluzione::Scaduta(data), _) => Err(scaduta(data)),
            (Risoluzione::Annullata, _) => Err(Guasto::nudo(FaultCode::PagamentoAnnullato)),
            (Risoluzione::Pagata, _) => Err(self.pagata(&pendenza).await?),
            (Risoluzione::NonPiuPagabile, _) => Err(Guasto::nudo(FaultCode::PagamentoDuplicato)),
        }
    }

    /// The fault of a paid pendenza, with date and iur of the first riscossione of its first voce.
    async fn pagata(&self, p: &Pendenza) -> Result<Guasto, Guasto> {
        let prima = match p.voci.first() {
            Some(voce) => self.store().prima_riscossione(p.id, voce.id).await?,
            None => None,
        };
        Ok(match prima {
            Some(r) => Guasto::con(
                FaultCode::PagamentoDuplicato,
                format!(
                    "Il pagamento risulta già effettuato in data {} [Iur:{}]",
                    data_italiana(r.data.giorno()),
                    r.iur
                ),
            ),
            None => Guasto::nudo(FaultCode::PagamentoDuplicato),
        })
    }

    /// Asks the ente where the archive was not enough, and loads what it answers. What it returns is
    /// how fresh the archive is when it is looked at again.
    pub(super) async fn interpella(&self, q: &Quesito<'_>, decisa: Decisa) -> Result<Aggiornamento, Guasto> {
        match decisa {
            Decisa::Pagabile(_) => Ok(Aggiornamento::Aggiornata),
            Decisa::Sconosciuta => self.cerca_presso_ente(q).await,
            Decisa::DaAggiornare(pendenza, applicazione) => {
                self.aggiorna_presso_ente(q, &pendenza, applicazione).await
            }
        }
    }

    /// Spec 40 4.1.
    async fn cerca_presso_ente(&self, q: &Quesito<'_>) -> Result<Aggiornamento, Guasto> {
        let dominio = &q.scheda.dominio.id;
        let sconosciuto = || Guasto::nudo(FaultCode::PagamentoSconosciuto);
        let applicazione =
            self.registro().candidata(dominio.as_str(), q.iuv.as_str()).await?.ok_or_else(sconosciuto)?;
        q.appunti.prendi(|n| n.chiavi.id_a2a = Some(applicazione.id.to_string()));
        if applicazione.servizio_integrazione.is_none() {
            return Err(sconosciuto());
        }
        let numero_avviso = da_iuv_chiesto(&q.iuv, q.scheda).unwrap_or_else(|| q.avviso.clone());
        let cosa = Ricerca {
            dominio: dominio.clone(),
            iuv: q.iuv.clone(),
            numero_avviso: Some(numero_avviso),
            chiave: None,
        };
        match self.chiedi(q, &applicazione, cosa).await {
            EsitoVerifica::NonEseguita(nuova) => {
                self.carica_dall_ente(q, applicazione, *nuova).await.map_err(|e| non_caricata(q, e))?;
                Ok(Aggiornamento::Caricata)
            }
            altro @ (EsitoVerifica::Annullata { .. }
            | EsitoVerifica::Scaduta { .. }
            | EsitoVerifica::Duplicata { .. }
            | EsitoVerifica::Sconosciuta { .. }
            | EsitoVerifica::NonValida { .. }
            | EsitoVerifica::Errore { .. }) => Err(rifiutata(q, altro)),
        }
    }

    /// Spec 40 4.2, second row. Unless the refresh is mandatory, an ente that does not answer, does
    /// not know or answers nonsense leaves the stored values.
    async fn aggiorna_presso_ente(
        &self,
        q: &Quesito<'_>,
        p: &Pendenza,
        applicazione: Arc<Applicazione>,
    ) -> Result<Aggiornamento, Guasto> {
        let cosa = Ricerca {
            dominio: p.dominio.clone(),
            iuv: p.iuv.clone(),
            numero_avviso: Some(p.numero_avviso.clone()),
            chiave: Some(p.chiave.clone()),
        };
        let fallito = match self.chiedi(q, &applicazione, cosa).await {
            EsitoVerifica::NonEseguita(nuova) => match self.carica_dall_ente(q, applicazione, *nuova).await {
                Ok(()) => return Ok(Aggiornamento::Aggiornata),
                Err(e) => non_caricata(q, e),
            },
            EsitoVerifica::Sconosciuta { .. } => Guasto::nudo(FaultCode::PagamentoScaduto),
            altro @ (EsitoVerifica::NonValida { .. } | EsitoVerifica::Errore { .. }) => rifiutata(q, altro),
            altro @ (EsitoVerifica::Annullata { .. }
            | EsitoVerifica::Scaduta { .. }
            | EsitoVerifica::Duplicata { .. }) => return Err(rifiutata(q, altro)),
        };
        if self.impostazioni().aggiornamento_mandatorio {
            return Err(fallito);
        }
        tracing::warn!(dominio = %p.dominio, iuv = %p.iuv, "validita' trascorsa e non aggiornata dall'ente");
        Ok(Aggiornamento::Aggiornata)
    }

    /// The call, within what is left of the deadline. It goes on by itself if we stop waiting.
    async fn chiedi(
        &self,
        q: &Quesito<'_>,
        applicazione: &Arc<Applicazione>,
        cosa: Ricerca,
    ) -> EsitoVerifica {
        timeout_at(q.scadenza, self.verifica_presso_ente(applicazione, cosa, q.transazione))
            .await
            .unwrap_or_else(|_| EsitoVerifica::Errore { testo: "Read timed out".to_owned() })
    }

    async fn carica_dall_ente(
        &self,
        q: &Quesito<'_>,
        applicazione: Arc<Applicazione>,
        nuova: NuovaPendenza,
    ) -> Result<(), CaricaError> {
        let chi = Provenienza::Ente { applicazione, iuv_chiesto: Some(q.iuv.clone()) };
        self.carica_pendenza(chi, nuova).await.map(|_| ())
    }
}

/// The fault of an answer that does not let pay; the key that the answer tells is noted, unless the
/// archive has told it already.
fn rifiutata(q: &Quesito<'_>, esito: EsitoVerifica) -> Guasto {
    let (chiave, guasto) = match esito {
        EsitoVerifica::Annullata { descrizione, chiave } => {
            (chiave, Guasto::Regola(FaultCode::PagamentoAnnullato, descrizione))
        }
        EsitoVerifica::Scaduta { descrizione: Some(d), chiave, .. } => {
            (chiave, Guasto::con(FaultCode::PagamentoScaduto, d))
        }
        EsitoVerifica::Scaduta { descrizione: None, data_scadenza, chiave } => {
            (chiave, scaduta(data_scadenza))
        }
        EsitoVerifica::Duplicata { descrizione, chiave } => {
            (chiave, Guasto::Regola(FaultCode::PagamentoDuplicato, descrizione))
        }
        EsitoVerifica::Sconosciuta { descrizione } => {
            (None, Guasto::con(FaultCode::PagamentoSconosciuto, descrizione))
        }
        EsitoVerifica::NonValida { testo, .. } => (None, Guasto::con(FaultCode::SystemError, testo)),
        EsitoVerifica::Errore { testo } => (None, non_raggiunto(&testo)),
        // What can be paid is loaded, not refused.
        EsitoVerifica::NonEseguita(n) => (Some(n.chiave), Guasto::nudo(FaultCode::PagamentoSconosciuto)),
    };
    q.appunti.prendi(|n| {
        if let (None, Some(c)) = (&n.chiavi.id_pendenza, chiave) {
            n.chiavi.id_pendenza = Some(c.id_pendenza.to_string());
        }
    });
    guasto
}

fn scaduta(data: Option<jiff::civil::Date>) -> Guasto {
    let testo = data.map(|d| format!("Versamento scaduto in data {}", data_italiana(d)));
    Guasto::Regola(FaultCode::PagamentoScaduto, testo)
}

fn non_raggiunto(causa: &str) -> Guasto {
    Guasto::con(
        FaultCode::SystemError,
        format!(
            "Riscontrato errore durante l'acquisizione del versamento dall'applicazione gestore del debito: {causa}"
        ),
    )
}

fn non_caricata(q: &Quesito<'_>, e: CaricaError) -> Guasto {
    match e {
        CaricaError::Store(e) => Guasto::Store(e),
        e @ (CaricaError::Regola(_) | CaricaError::NonAutorizzato(_) | CaricaError::Numero(_)) => {
            Guasto::con(
                FaultCode::SystemError,
                format!("Riscontrato errore durante {} del versamento: {e}", q.operazione),
            )
        }
    }
}
