//! paGetPayment and paGetPaymentV2 (spec 40 5.2, 5.3): the older attempts of the notice are
//! cancelled, a new one is born with its answer, all in one commit.

use super::ChiamanteNodo;
use super::controlli::avviso;
use super::dati::{self, Cornice};
use super::guasto::Guasto;
use super::note::Appunti;
use super::risolvi::{Decisa, Quesito};
use crate::ritenta::ritenta;
use crate::{Engine, notifiche};
use domain::anagrafica::SchedaDominio;
use domain::attivazione::{Circuito, ha_bollo};
use domain::pendenza::Pendenza;
use domain::risoluzione::Aggiornamento;
use domain::tentativo::{EsitoPagamento, ModelloPagamento, StatoTentativo, Tentativo, VersioneTentativo};
use pagopa::ccp::{AttivaReq, FaultCode, TransferType, Versione};
use std::sync::Arc;
use store::tentativi::{self, TipoMessaggio};
use store::{Scrittura, StoreError};

const BOLLO: &str =
    "Il versamento contiene una marca da bollo telematica, non ammessa per pagamenti ad iniziativa psp.";
const ANNULLATO: &str = "Ricevuta richiesta di un nuovo tentativo di pagamento";
/// How many codes are tried when nodes activate one notice in the same millisecond.
const CODICI: usize = 100;

/// One decision on an activation.
enum Esito {
    /// Stored: the answer and the code of the attempt.
    Attivato(Vec<u8>, String),
    /// The ente must be asked first.
    ChiediEnte(Decisa),
}

/// An attempt ready to be stored but for its code.
struct Pronta<'a> {
    letta: &'a Pendenza,
    richiesta: &'a AttivaReq,
    stazione: &'a str,
    xml: Vec<u8>,
}

impl Engine {
    pub(super) async fn attiva_pagamento(
        &self,
        chi: &ChiamanteNodo,
        r: &AttivaReq,
        transazione: &str,
        appunti: &Appunti,
    ) -> Result<Vec<u8>, Guasto> {
        let scadenza = self.scadenza_nodo();
        let (numero, iuv) = avviso(&r.notice_number)?;
        appunti.prendi(|n| n.chiavi.iuv = Some(iuv.to_string()));
        let scheda = self.controlla_richiesta(chi, &r.id_broker_pa, &r.id_station, &r.fiscal_code).await?;
        let q = Quesito {
            scheda: &scheda,
            avviso: numero,
            iuv,
            operazione: "l'attivazione",
            transazione,
            scadenza,
            appunti,
        };
        let mut aggiornamento = Aggiornamento::Mai;
        loop {
            match ritenta(|| self.prova_attivazione(&q, r, &scheda, aggiornamento)).await? {
                Esito::Attivato(xml, ccp) => {
                    appunti.prendi(|n| n.chiavi.ccp = Some(ccp));
                    return Ok(xml);
                }
                Esito::ChiediEnte(decisa) => aggiornamento = self.interpella(&q, decisa).await?,
            }
        }
    }

    /// Reads and decides under the lock of the notice: activations of one notice queue up here
    /// instead of losing to each other.
    async fn prova_attivazione(
        &self,
        q: &Quesito<'_>,
        r: &AttivaReq,
        scheda: &Arc<SchedaDominio>,
        aggiornamento: Aggiornamento,
    ) -> Result<Esito, Guasto> {
        let _notice = self.in_fila(&q.serratura(), q.scadenza).await?;
        let letta = match self.decidi(q, aggiornamento).await? {
            Decisa::Pagabile(p) => p,
            altro @ (Decisa::Sconosciuta | Decisa::DaAggiornare(..)) => return Ok(Esito::ChiediEnte(altro)),
        };
        if r.versione == Versione::V1 && ha_bollo(&letta) {
            return Err(Guasto::con(FaultCode::Semantica, BOLLO));
        }
        let xml = self.risposta(&letta, r, scheda).await?;
        let intermediazione = scheda.dominio.intermediazione.as_ref();
        let stazione = intermediazione.map_or(r.id_station.as_str(), |i| i.stazione.as_str());
        let pronta = Pronta { letta: &letta, richiesta: r, stazione, xml };
        let ccp = self.conserva_attivazione(&pronta).await?;
        Ok(Esito::Attivato(pronta.xml, ccp))
    }

    /// The answer, checked before anything is stored (spec 40 6.6).
    async fn risposta(
        &self,
        p: &Pendenza,
        r: &AttivaReq,
        scheda: &Arc<SchedaDominio>,
    ) -> Result<Vec<u8>, Guasto> {
        let schede = self.schede_delle_voci(p, scheda).await?;
        let cornice =
            Cornice { scheda, schede: &schede, giorni: self.impostazioni().giorni_validita_senza_data };
        let circuito = match r.transfer_type {
            Some(TransferType::Postal) => Circuito::Postale,
            Some(TransferType::PagoPa) | None => Circuito::Altro,
        };
        let dati = dati::pagamento(p, &cornice, circuito, r.versione)
            .map_err(|e| Guasto::con(FaultCode::SystemError, e.to_string()))?;
        dati.valida(r.versione).map_err(|testo| Guasto::con(FaultCode::SystemError, testo))?;
        Ok(dati.xml(r.versione))
    }

    /// One commit; returns the code of the attempt.
    async fn conserva_attivazione(&self, pronta: &Pronta<'_>) -> Result<String, Guasto> {
        let p = pronta.letta;
        let applicazione = self.registro().applicazione(p.chiave.id_a2a.as_str()).await?;
        let id = self.store().nuovi_id(2).await?;
        let adesso = self.adesso();
        let mut millis = adesso.millis();
        for _ in 0..CODICI {
            let tentativo = nuovo_tentativo(pronta, id, millis, adesso);
            let mut s = Scrittura::nuova();
            store::pendenze::cambia_stato(&mut s, p, p);
            tentativi::annulla_pendenti(&mut s, p, ANNULLATO);
            tentativi::inserisci(&mut s, &tentativo);
            tentativi::conserva(&mut s, id, TipoMessaggio::Rpt, &pronta.xml);
            let notifica = applicazione.as_ref().and_then(|a| {
                notifiche::per_attivazione(a, &tentativo, id + 1, notifiche::nuova_chiave(), adesso)
            });
            if let Some(n) = &notifica {
                store::notifiche::accoda(&mut s, n);
            }
            match self.store().commit(s).await {
                Ok(()) => {}
                Err(e) if e.duplicato_di(tentativi::CHIAVE) => {
                    millis = self.dopo_i_codici_presi(&tentativo, millis).await?;
                    continue;
                }
                // Ours, if it is there: nobody else has this id.
                Err(StoreError::Incerto) => match self.store().tentativo_per_id(id).await? {
                    Some(_) => {}
                    None => return Err(StoreError::Conflitto.into()),
                },
                Err(e) => return Err(e.into()),
            }
            if notifica.is_some() {
                self.porte().sveglia.notify_one();
            }
            return Ok(tentativo.ccp);
        }
        Err(StoreError::NonDisponibile("codici di contesto esauriti".to_owned()).into())
    }

    /// The next millisecond that no recent attempt of the notice has taken.
    async fn dopo_i_codici_presi(&self, t: &Tentativo, millis: i64) -> Result<i64, StoreError> {
        let ultimi = self.store().ultimi_ccp(t.dominio.as_str(), t.iuv.as_str()).await?;
        let massimo = ultimi
            .iter()
            .filter(|c| c.len() == 13)
            .filter_map(|c| c.parse::<i64>().ok())
            // A receiptId may look like one: far ones are not ours.
            .filter(|c| (millis..millis.saturating_add(60_000)).contains(c))
            .max();
        Ok(massimo.unwrap_or(millis).saturating_add(1))
    }
}

fn nuovo_tentativo(pronta: &Pronta<'_>, id: i64, millis: i64, adesso: domain::Istante) -> Tentativo {
    let p = pronta.letta;
    Tentativo {
        id,
        pendenza: p.id,
        dominio: p.dominio.clone(),
        iuv: p.iuv.clone(),
        ccp: format!("{millis:013}"),
        versione: match pronta.richiesta.versione {
            Versione::V1 => VersioneTentativo::Sanp240,
            Versione::V2 => VersioneTentativo::Sanp321V2,
        },
        modello: ModelloPagamento::AdIniziativaPsp,
        // RPT_ATTIVATA and its acceptance are the same commit.
        stato: StatoTentativo::RptAccettataNodo,
        descrizione_stato: None,
        esito: EsitoPagamento::InCorso,
        cod_msg_richiesta: uuid::Uuid::new_v4().simple().to_string(),
        data_msg_richiesta: adesso,
        cod_stazione: pronta.stazione.to_owned(),
        cod_carrello: pronta.richiesta.payment_note.as_ref().map(|n| n.chars().take(35).collect()),
        bloccante: true,
        cod_msg_ricevuta: None,
        data_msg_ricevuta: None,
        importo_totale_pagato: None,
        cod_attestante: None,
        denominazione_attestante: None,
        cod_psp: None,
        cod_canale: None,
        tipo_versamento: None,
        ha_rpt: true,
        ha_rt: false,
    }
}
