//! paSendRT and paSendRTV2 (spec 40 section 7). A receipt is money already taken: what it changes is
//! one commit, and a receipt that is there already is told so and changes nothing.

use super::guasto::Guasto;
use super::note::Appunti;
use super::{ChiamanteNodo, formato};
use crate::ritenta::ritenta;
use crate::{Engine, notifiche};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::anagrafica::SchedaDominio;
use domain::pendenza::Pendenza;
use domain::ricevuta::{
    Dichiarata, Incasso, Pagamento, Richiesta, Riga, RigaIncasso, RigaPagata, esamina, incassa,
};
use domain::tentativo::{EsitoPagamento, ModelloPagamento, StatoTentativo, Tentativo, VersioneTentativo};
use domain::{Istante, Iuv};
use pagopa::ccp::{
    DatiPagamento, EsitoRicevuta, FaultCode, InvioRicevuta, Ricevuta, Soggetto, Versione, leggi_rpt,
    ricevuta_accettata,
};
use store::tentativi::{self, PerRicevuta, TipoMessaggio};
use store::{Scrittura, StoreError, riscossioni};
use tokio::time::{Duration, Instant};

/// The Node gives up after fifteen seconds (spec 40 section 12).
const ATTESA: Duration = Duration::from_secs(10);

/// Where a receipt is written.
enum Bersaglio<'a> {
    /// Into the attempt that waits for it, or over the refused receipt of the same id.
    Suo(&'a Tentativo),
    /// Into a copy of the latest attempt, which holds another receipt.
    Copia(&'a Tentativo),
    /// Nobody activated the notice (spec 40 7.3).
    SenzaRichiesta,
}

impl<'a> Bersaglio<'a> {
    /// `tentativi` as the store gives them, latest first. The receipt belongs to the latest attempt whatever its state, never
    /// to a token.
    fn scegli(tentativi: &'a [Tentativo], receipt_id: &str) -> Self {
        match (tentativi.iter().find(|t| t.ccp == receipt_id), tentativi.first()) {
            (Some(t), _) => Self::Suo(t),
            (None, Some(t)) if t.ha_rt => Self::Copia(t),
            (None, Some(t)) => Self::Suo(t),
            (None, None) => Self::SenzaRichiesta,
        }
    }
}

/// A receipt being decided.
struct InArrivo<'a> {
    invio: &'a InvioRicevuta,
    corpo: &'a [u8],
    pendenza: &'a Pendenza,
    bersaglio: Bersaglio<'a>,
    /// Id of a new attempt; the notification and the riscossioni follow.
    id: i64,
    adesso: Istante,
}

impl Engine {
    pub(super) async fn ricevi_ricevuta(
        &self,
        chi: &ChiamanteNodo,
        invio: &InvioRicevuta,
        corpo: &[u8],
        appunti: &Appunti,
    ) -> Result<Vec<u8>, Guasto> {
        let scadenza = Instant::now() + ATTESA;
        let r = &invio.ricevuta;
        let indirizzi = (invio.id_broker_pa.as_str(), invio.id_station.as_str());
        let scheda = self.controlla_ricevuta(chi, invio.versione, indirizzi, &r.fiscal_code).await?;
        ritenta(|| self.prova_ricevuta(invio, corpo, &scheda, appunti, scadenza)).await?;
        appunti.prendi(|n| {
            n.dettaglio = Some(format!(
                "Acquisita ricevuta di pagamento [IUV: {} CCP:{}] emessa da {}",
                r.creditor_reference_id, r.receipt_id, r.psp_company_name
            ));
            n.pagopa.psp = Some(r.id_psp.clone());
            n.pagopa.canale = Some(r.id_channel.clone());
            n.pagopa.tipo_versamento.clone_from(&r.payment_method);
            n.pagopa.modello_pagamento = Some("UNICO".to_owned());
        });
        Ok(ricevuta_accettata(invio.versione))
    }

    /// Reads, decides and writes under the lock of the notice: copies of one receipt queue up here.
    async fn prova_ricevuta(
        &self,
        invio: &InvioRicevuta,
        corpo: &[u8],
        scheda: &SchedaDominio,
        appunti: &Appunti,
        scadenza: Instant,
    ) -> Result<(), Guasto> {
        let r = &invio.ricevuta;
        let (dominio, iuv) = (r.fiscal_code.as_str(), r.creditor_reference_id.as_str());
        let _notice = self.in_fila(&format!("{dominio}/{iuv}"), scadenza).await?;
        // The pendenza first: its versione then guards what is read of its attempts.
        let pendenza = self
            .store()
            .pendenza_per_iuv(dominio, iuv)
            .await?
            .ok_or(Guasto::nudo(FaultCode::RptSconosciuta))?;
        appunti.pendenza(&pendenza.chiave);
        let solo_psp = invio.versione == Versione::V1;
        let PerRicevuta { tentativi, rpt } =
            self.store().tentativi_per_ricevuta(dominio, iuv, &r.receipt_id, solo_psp).await?;
        if let Some(t) = gia_accettata(&tentativi, &r.receipt_id) {
            return Err(duplicata(r, t));
        }
        let a = InArrivo {
            invio,
            corpo,
            pendenza: &pendenza,
            bersaglio: Bersaglio::scegli(&tentativi, &r.receipt_id),
            id: self.store().nuovi_id(2 + r.transfers.len()).await?,
            adesso: self.adesso(),
        };
        if let Some(rpt) = rpt
            && let Some(testo) = esame(r, &rpt)?
        {
            self.rifiuta_ricevuta(&a, &testo).await?;
            return Err(Guasto::con(FaultCode::Semantica, testo));
        }
        self.accetta_ricevuta(&a, scheda, &tentativi).await
    }

    /// The refused receipt is kept for whoever has to understand what happened; nothing else changes.
    async fn rifiuta_ricevuta(&self, a: &InArrivo<'_>, testo: &str) -> Result<(), Guasto> {
        let (letto, mut t) = a.tentativo();
        t.stato = StatoTentativo::RtRifiutataPa;
        t.descrizione_stato = Some(testo.to_owned());
        t.data_msg_ricevuta = Some(a.adesso);
        t.cod_msg_ricevuta = Some(a.invio.ricevuta.receipt_id.clone());
        t.ha_rt = true;
        let mut s = Scrittura::nuova();
        store::pendenze::cambia_stato(&mut s, a.pendenza, a.pendenza);
        a.scrivi(&mut s, letto, &t);
        self.conferma_ricevuta(s, &t).await
    }

    async fn accetta_ricevuta(
        &self,
        a: &InArrivo<'_>,
        scheda: &SchedaDominio,
        tentativi: &[Tentativo],
    ) -> Result<(), Guasto> {
        let r = &a.invio.ricevuta;
        let (letto, t) = a.accettato(scheda);
        let esistenti = self.store().riscossioni_di_iur(a.pendenza.id, &r.receipt_id).await?;
        let righe = self.righe_pagate(a.pendenza, r).await?;
        let pagamento = Pagamento {
            tentativo: t.id,
            iuv: t.iuv.clone(),
            iur: r.receipt_id.clone(),
            esito: esito(r.outcome),
            data: r.payment_date_time.unwrap_or(a.adesso),
            commissioni: r.fee,
        };
        let incasso =
            incassa(a.pendenza, &pagamento, &righe, &esistenti, a.id + 2, a.adesso).map_err(|g| {
                match tentativi.iter().find(|t| t.id == g.tentativo) {
                    Some(t) => duplicata(r, t),
                    None => Guasto::nudo(FaultCode::ReceiptDuplicata),
                }
            })?;
        let mut s = Scrittura::nuova();
        store::pendenze::cambia_stato(&mut s, a.pendenza, &incasso.pendenza);
        a.scrivi(&mut s, letto, &t);
        scrivi_riscossioni(&mut s, &incasso, a.adesso);
        let applicazione = self.registro().applicazione(a.pendenza.chiave.id_a2a.as_str()).await?;
        let notifica = applicazione
            .as_ref()
            .and_then(|ap| notifiche::per_ricevuta(ap, &t, a.id + 1, notifiche::nuova_chiave(), a.adesso));
        if let Some(n) = &notifica {
            store::notifiche::accoda(&mut s, n);
        }
        self.conferma_ricevuta(s, &t).await?;
        if notifica.is_some() {
            self.porte().sveglia.notify_one();
        }
        Ok(())
    }

    /// Commits; when the answer is lost, what is stored tells whether it was ours.
    async fn conferma_ricevuta(&self, s: Scrittura, scritto: &Tentativo) -> Result<(), Guasto> {
        let esito = self.store().commit(s).await;
        match esito {
            Ok(()) => Ok(()),
            Err(StoreError::Incerto) => {
                let ora = self.store().tentativo_per_id(scritto.id).await?;
                if ora.is_some_and(|o| o.tentativo == *scritto && o.rt.is_some()) {
                    Ok(())
                } else {
                    Err(StoreError::Conflitto.into())
                }
            }
            // Another node stored the receipt, an attempt or a riscossione of it meanwhile: look again.
            Err(e)
                if [tentativi::CHIAVE, tentativi::CHIAVE_MESSAGGI, riscossioni::CHIAVE]
                    .iter()
                    .any(|chiave| e.duplicato_di(chiave)) =>
            {
                Err(StoreError::Conflitto.into())
            }
            Err(e) => Err(e.into()),
        }
    }

    /// The lines of the receipt with what the register knows of their domini (spec 40 7.4).
    async fn righe_pagate(&self, p: &Pendenza, r: &Ricevuta) -> Result<Vec<RigaPagata>, StoreError> {
        let mut righe = Vec::with_capacity(r.transfers.len());
        for t in &r.transfers {
            let scheda = self.registro().dominio(t.fiscal_code_pa.as_str()).await?;
            let (dominio, intermediato) = match scheda {
                Some(s) => (s.dominio.id.clone(), s.dominio.intermediazione.is_some()),
                None => (p.dominio.clone(), true),
            };
            let allegato = t.mbd_attachment.as_ref().map(|b| ("BD".to_owned(), BASE64_STANDARD.encode(b)));
            righe.push(RigaPagata {
                indice: i64::from(t.id_transfer),
                importo: t.amount,
                dominio,
                intermediato,
                allegato,
            });
        }
        Ok(righe)
    }
}

impl InArrivo<'_> {
    /// The attempt to write to, as it was read (none when it is new) and as it begins.
    fn tentativo(&self) -> (Option<&Tentativo>, Tentativo) {
        let versione = formato(self.invio.versione);
        match self.bersaglio {
            Bersaglio::Suo(t) => {
                (Some(t), Tentativo { versione: t.versione.con_ricevuta(versione), ..t.clone() })
            }
            Bersaglio::Copia(t) => (
                None,
                Tentativo {
                    id: self.id,
                    ccp: self.invio.ricevuta.receipt_id.clone(),
                    versione: t.versione.con_ricevuta(versione),
                    esito: EsitoPagamento::InCorso,
                    importo_totale_pagato: None,
                    cod_attestante: None,
                    denominazione_attestante: None,
                    cod_psp: None,
                    cod_canale: None,
                    tipo_versamento: None,
                    ..t.clone()
                },
            ),
            Bersaglio::SenzaRichiesta => (None, self.ricostruito()),
        }
    }

    /// The attempt that nobody activated.
    fn ricostruito(&self) -> Tentativo {
        let r = &self.invio.ricevuta;
        Tentativo {
            id: self.id,
            pendenza: self.pendenza.id,
            dominio: self.pendenza.dominio.clone(),
            iuv: Iuv::fidato(r.creditor_reference_id.as_str()),
            ccp: r.receipt_id.clone(),
            versione: match self.invio.versione {
                Versione::V1 => VersioneTentativo::Sanp240,
                Versione::V2 => VersioneTentativo::Sanp321V2,
            },
            modello: ModelloPagamento::AdIniziativaPsp,
            stato: StatoTentativo::RptAttivata,
            descrizione_stato: None,
            esito: EsitoPagamento::InCorso,
            cod_msg_richiesta: r.receipt_id.clone(),
            data_msg_richiesta: r.payment_date_time.unwrap_or(self.adesso),
            cod_stazione: self.invio.id_station.clone(),
            cod_carrello: None,
            bloccante: true,
            cod_msg_ricevuta: None,
            data_msg_ricevuta: None,
            importo_totale_pagato: None,
            cod_attestante: None,
            denominazione_attestante: None,
            cod_psp: None,
            cod_canale: None,
            tipo_versamento: None,
            ha_rpt: false,
            ha_rt: false,
        }
    }

    /// The attempt once the receipt is accepted (spec 40 7.1, step 7): from now on it is called by
    /// the receiptId.
    fn accettato(&self, scheda: &SchedaDominio) -> (Option<&Tentativo>, Tentativo) {
        let r = &self.invio.ricevuta;
        let (letto, t) = self.tentativo();
        let cod_stazione = match (&letto, scheda.dominio.intermediazione.as_ref()) {
            (None, Some(i)) if !t.ha_rpt => i.stazione.to_string(),
            (Some(_) | None, _) => t.cod_stazione.clone(),
        };
        let accettato = Tentativo {
            ccp: r.receipt_id.clone(),
            stato: StatoTentativo::RtAccettataPa,
            descrizione_stato: None,
            esito: esito(r.outcome),
            cod_msg_ricevuta: Some(r.receipt_id.clone()),
            data_msg_ricevuta: Some(self.adesso),
            importo_totale_pagato: Some(r.payment_amount),
            cod_attestante: r.psp_fiscal_code.clone(),
            denominazione_attestante: Some(r.psp_company_name.clone()),
            cod_psp: Some(r.id_psp.clone()),
            cod_canale: Some(r.id_channel.clone()),
            tipo_versamento: r.payment_method.clone(),
            ha_rt: true,
            cod_stazione,
            ..t
        };
        (letto, accettato)
    }

    /// Row and messages of the attempt.
    fn scrivi(&self, s: &mut Scrittura, letto: Option<&Tentativo>, t: &Tentativo) {
        match (letto, &self.bersaglio) {
            (Some(letto), _) => tentativi::aggiorna(s, letto, t),
            (None, Bersaglio::Copia(da)) => {
                tentativi::inserisci(s, t);
                tentativi::copia_richiesta(s, da.id, t.id);
            }
            (None, Bersaglio::Suo(_) | Bersaglio::SenzaRichiesta) => tentativi::inserisci(s, t),
        }
        if letto.is_some_and(|l| l.ha_rt) {
            tentativi::sostituisci(s, t.id, TipoMessaggio::Rt, self.corpo);
        } else {
            tentativi::conserva(s, t.id, TipoMessaggio::Rt, self.corpo);
        }
    }
}

fn scrivi_riscossioni(s: &mut Scrittura, i: &Incasso, adesso: Istante) {
    for riga in &i.righe {
        match riga {
            RigaIncasso::Nuova(r) => riscossioni::inserisci(s, r, adesso),
            RigaIncasso::Collegata(r) => riscossioni::collega(s, r),
        }
    }
}

fn gia_accettata<'a>(tentativi: &'a [Tentativo], receipt_id: &str) -> Option<&'a Tentativo> {
    tentativi.iter().find(|t| t.stato == StatoTentativo::RtAccettataPa && t.ccp == receipt_id)
}

fn duplicata(r: &Ricevuta, t: &Tentativo) -> Guasto {
    let quando = t.data_msg_ricevuta.unwrap_or(t.data_msg_richiesta).a_roma();
    Guasto::con(
        FaultCode::ReceiptDuplicata,
        format!(
            "La ricevuta [Dominio: {}, IUV: {}, ReceiptID: {}] è già acquisita in data {}.",
            r.fiscal_code,
            r.creditor_reference_id,
            r.receipt_id,
            quando.strftime("%Y-%m-%d %H:%M")
        ),
    )
}

const fn esito(e: EsitoRicevuta) -> EsitoPagamento {
    match e {
        EsitoRicevuta::Ok => EsitoPagamento::Eseguito,
        EsitoRicevuta::Ko => EsitoPagamento::NonEseguito,
    }
}

/// The receipt against the stored request; warnings go to the log, by name only. `Some` is the first
/// fatal text.
fn esame(r: &Ricevuta, rpt: &[u8]) -> Result<Option<String>, StoreError> {
    let (versione, dati) =
        leggi_rpt(rpt).map_err(|e| StoreError::Rotto(format!("richiesta conservata: {e}")))?;
    let esame = esamina(&richiesta(&dati, versione), &dichiarata(r));
    if !esame.avvertenze.is_empty() {
        tracing::warn!(
            dominio = %r.fiscal_code,
            iuv = r.creditor_reference_id,
            differenze = ?esame.avvertenze,
            "ricevuta diversa dalla richiesta"
        );
    }
    Ok(esame.fatale)
}

fn richiesta(d: &DatiPagamento, versione: Versione) -> Richiesta {
    Richiesta {
        iuv: d.creditor_reference_id.clone(),
        debitore: match versione {
            Versione::V1 => None,
            Versione::V2 => Some(d.debtor.codice.clone()),
        },
        dati_debitore: dati_soggetto(&d.debtor),
        importo: d.payment_amount,
        righe: d.transfers.iter().map(|t| riga(t.id, t.amount, &t.category)).collect(),
    }
}

fn dichiarata(r: &Ricevuta) -> Dichiarata {
    Dichiarata {
        iuv: r.creditor_reference_id.clone(),
        debitore: r.debtor.codice.clone(),
        dati_debitore: dati_soggetto(&r.debtor),
        esito: esito(r.outcome),
        importo: r.payment_amount,
        righe: r.transfers.iter().map(|t| riga(t.id_transfer, t.amount, &t.transfer_category)).collect(),
    }
}

fn riga(indice: u8, importo: domain::Importo, categoria: &str) -> Riga {
    Riga { indice: i64::from(indice), importo, categoria: categoria.to_owned() }
}

fn dati_soggetto(s: &Soggetto) -> Vec<Option<String>> {
    vec![
        Some(s.tipo.as_str().to_owned()),
        Some(s.full_name.clone()),
        s.street_name.clone(),
        s.civic_number.clone(),
        s.postal_code.clone(),
        s.city.clone(),
        s.state_province_region.clone(),
        s.country.clone(),
        s.e_mail.clone(),
    ]
}
