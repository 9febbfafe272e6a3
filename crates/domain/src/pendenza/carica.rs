//! What a PUT makes of a pendenza: creation (spec 20 3.3) and update (spec 20 3.4).

use super::{
    Accessori, Documento, NuovaPendenza, NuovaVoce, OpzioneDocumento, Pendenza, PendenzaError,
    StatoPagamento, StatoPendenza, StatoVoce, TipoPosizione, Voce,
};
use crate::anagrafica::UnitaOperativa;
use crate::{IdTipoPendenza, IdUnita, Importo, Istante, Iuv, NumeroAvviso};

/// What a new pendenza has that its caller did not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nascita {
    /// Surrogate key.
    pub id: i64,
    /// Surrogate key of the first voce; the others follow.
    pub primo_id_voce: i64,
    /// 32 hexadecimal digits.
    pub uuid: String,
    /// Loaded or asked.
    pub tipo: TipoPosizione,
    /// When.
    pub adesso: Istante,
}

impl NuovaPendenza {
    /// The pendenza as it is stored for the first time.
    #[must_use]
    pub fn crea(
        &self,
        tipo_pendenza: &IdTipoPendenza,
        numero_avviso: NumeroAvviso,
        nascita: Nascita,
    ) -> Pendenza {
        let Nascita { id, primo_id_voce, uuid, tipo, adesso } = nascita;
        let voci = (1_i64..).zip(&self.voci).map(|(indice, v)| v.nasce(primo_id_voce + indice - 1, indice));
        Pendenza {
            id,
            versione: 1,
            chiave: self.chiave.clone(),
            uuid,
            dominio: self.dominio.clone(),
            unita: beneficiaria(self.unita.as_ref()).cloned(),
            tipo_pendenza: tipo_pendenza.clone(),
            tipo,
            nome: self.nome.clone(),
            causale: self.causale.clone(),
            debitore: self.debitore.clone(),
            importo: self.importo,
            iuv: numero_avviso.iuv(),
            numero_avviso,
            data_validita: self.data_validita,
            data_scadenza: self.data_scadenza,
            data_notifica_avviso: self.data_notifica_avviso,
            data_promemoria_scadenza: self.data_promemoria_scadenza,
            avvisatura_inibita: self.avvisatura_inibita,
            accessori: self.accessori.clone(),
            stato: StatoPendenza::NonEseguito,
            anomalo: false,
            stato_pagamento: StatoPagamento::NonPagato,
            descrizione_stato: None,
            verificato: false,
            importo_pagato: Importo::ZERO,
            importo_incassato: Importo::ZERO,
            data_pagamento: None,
            iuv_pagamento: None,
            data_caricamento: adesso,
            data_ultimo_aggiornamento: adesso,
            data_ultima_modifica_aca: adesso,
            data_ultima_comunicazione_aca: None,
            voci: voci.collect(),
        }
    }

    /// The stored pendenza after this PUT. Voci are matched by `idVocePendenza` and keep their
    /// `indice`; new ones follow in the order sent, with surrogate keys from `primo_id_voce` on.
    /// `iuv_chiesto` is the reference asked to the ente when the answer carries no notice number.
    ///
    /// # Errors
    /// `VER_003`, `VER_004`, `VER_024`, `VER_005`, `VER_006`, `VER_007`, `VER_023`, in this order. The
    /// rules of creation on the notice number are not run again.
    pub fn aggiorna(
        &self,
        letta: &Pendenza,
        tipo_pendenza: &IdTipoPendenza,
        iuv_chiesto: Option<&Iuv>,
        primo_id_voce: i64,
        adesso: Istante,
    ) -> Result<Pendenza, PendenzaError> {
        self.aggiornabile(letta, iuv_chiesto)?;
        let voci = self.voci_aggiornate(letta, primo_id_voce)?;
        let mut nuova = Pendenza {
            tipo_pendenza: tipo_pendenza.clone(),
            nome: self.nome.clone(),
            causale: self.causale.clone(),
            debitore: self.debitore.clone(),
            importo: self.importo,
            data_validita: self.data_validita,
            data_scadenza: self.data_scadenza,
            avvisatura_inibita: letta.avvisatura_inibita || self.avvisatura_inibita,
            accessori: self.accessori_aggiornati(&letta.accessori),
            stato: StatoPendenza::NonEseguito,
            descrizione_stato: match letta.stato {
                StatoPendenza::Annullato => None,
                StatoPendenza::NonEseguito
                | StatoPendenza::Eseguito
                | StatoPendenza::ParzialmenteEseguito => letta.descrizione_stato.clone(),
            },
            data_ultimo_aggiornamento: adesso,
            voci,
            ..letta.clone()
        };
        if nuova.da_comunicare_rispetto_a(letta) {
            nuova.data_ultima_modifica_aca = adesso;
        }
        Ok(nuova)
    }

    fn aggiornabile(&self, letta: &Pendenza, iuv_chiesto: Option<&Iuv>) -> Result<(), PendenzaError> {
        let chiave = || self.chiave.clone();
        match letta.stato {
            StatoPendenza::NonEseguito | StatoPendenza::Annullato => {}
            StatoPendenza::Eseguito | StatoPendenza::ParzialmenteEseguito => {
                return Err(PendenzaError::NonAggiornabile { chiave: chiave(), stato: letta.stato });
            }
        }
        let (unita, originale) = (beneficiaria(self.unita.as_ref()), beneficiaria(letta.unita.as_ref()));
        if self.dominio != letta.dominio || unita != originale {
            let nome = |u: Option<&IdUnita>| u.map_or(UnitaOperativa::EC, IdUnita::as_str).to_owned();
            return Err(PendenzaError::BeneficiarioDiverso {
                chiave: chiave(),
                dominio: self.dominio.clone(),
                unita: nome(unita),
                dominio_originale: letta.dominio.clone(),
                unita_originale: nome(originale),
            });
        }
        let diverso = match (&self.numero_avviso, iuv_chiesto) {
            (Some(n), _) => (*n != letta.numero_avviso).then(|| n.to_string()),
            (None, Some(iuv)) => (*iuv != letta.iuv).then(|| iuv.to_string()),
            (None, None) => None,
        };
        match diverso {
            None => Ok(()),
            Some(inviato) => Err(PendenzaError::AvvisoDiverso {
                chiave: chiave(),
                inviato,
                originale: letta.numero_avviso.clone(),
            }),
        }
    }

    fn voci_aggiornate(&self, letta: &Pendenza, primo_id_voce: i64) -> Result<Vec<Voce>, PendenzaError> {
        let chiave = || self.chiave.clone();
        if self.voci.len() < letta.voci.len() {
            return Err(PendenzaError::NumeroVociDiverso {
                chiave: chiave(),
                inviate: self.voci.len(),
                originali: letta.voci.len(),
            });
        }
        let mut voci = Vec::with_capacity(self.voci.len());
        for originale in &letta.voci {
            let nuova = self.voci.iter().find(|v| v.id_voce == originale.id_voce).ok_or_else(|| {
                PendenzaError::VoceMancante { chiave: chiave(), voce: originale.id_voce.clone() }
            })?;
            voci.push((nuova, originale));
        }
        for (nuova, originale) in &voci {
            // An entrata or an account is another one under another dominio.
            let stesso = nuova.dominio.as_ref().unwrap_or(&self.dominio)
                == originale.dominio.as_ref().unwrap_or(&letta.dominio);
            let (x, y) = (nuova.forma.entrata(), originale.forma.entrata());
            if x != y || (x.is_some() && !stesso) {
                return Err(PendenzaError::TributoDiverso {
                    chiave: chiave(),
                    voce: originale.id_voce.clone(),
                    tributo: x.unwrap_or("null").to_owned(),
                    originale: y.unwrap_or("null").to_owned(),
                });
            }
            if nuova.forma.iban_accredito() != originale.forma.iban_accredito() || !stesso {
                return Err(PendenzaError::IbanDiverso { chiave: chiave(), voce: originale.id_voce.clone() });
            }
        }
        let mut aggiornate: Vec<Voce> = voci
            .into_iter()
            .map(|(nuova, originale)| Voce {
                stato: originale.stato,
                ..nuova.nasce(originale.id, originale.indice)
            })
            .collect();
        let mut indice = letta.voci.iter().map(|v| v.indice).max().unwrap_or(0);
        let aggiunte = self.voci.iter().filter(|v| letta.voci.iter().all(|o| o.id_voce != v.id_voce));
        for (id, nuova) in (primo_id_voce..).zip(aggiunte) {
            indice += 1;
            aggiornate.push(nuova.nasce(id, indice));
        }
        Ok(aggiornate)
    }

    /// Replaced wholesale, but for `proprieta` (kept when not sent) and the link to the document
    /// (kept when not sent, without rata or soglia).
    fn accessori_aggiornati(&self, letti: &Accessori) -> Accessori {
        Accessori {
            proprieta: self.accessori.proprieta.clone().or_else(|| letti.proprieta.clone()),
            documento: self.accessori.documento.clone().or_else(|| {
                letti.documento.as_ref().map(|d| Documento { opzione: OpzioneDocumento::Unica, ..d.clone() })
            }),
            ..self.accessori.clone()
        }
    }
}

/// `EC` is the dominio itself: the same beneficiary as no office at all.
fn beneficiaria(unita: Option<&IdUnita>) -> Option<&IdUnita> {
    unita.filter(|u| u.as_str() != UnitaOperativa::EC)
}

impl NuovaVoce {
    fn nasce(&self, id: i64, indice: i64) -> Voce {
        Voce {
            id,
            indice,
            id_voce: self.id_voce.clone(),
            importo: self.importo,
            descrizione: self.descrizione.clone(),
            descrizione_causale_rpt: self.descrizione_causale_rpt.clone(),
            dominio: self.dominio.clone(),
            forma: self.forma.clone(),
            contabilita: self.contabilita.clone(),
            metadata: self.metadata.clone(),
            dati_allegati: self.dati_allegati.clone(),
            stato: StatoVoce::NonEseguito,
        }
    }
}

impl Pendenza {
    /// Whether pagoPA's archive must hear of this version of the pendenza after having heard of the
    /// other: amounts, dates, payability, debtor, causale, accounts (spec 40 10.1).
    #[must_use]
    pub fn da_comunicare_rispetto_a(&self, prima: &Self) -> bool {
        let annullata = |p: &Self| p.stato == StatoPendenza::Annullato;
        let soldi = |p: &Self| -> Vec<_> {
            p.voci
                .iter()
                .map(|v| (v.indice, v.importo, v.dominio.clone(), v.forma.iban_accredito().cloned()))
                .collect()
        };
        self.importo != prima.importo
            || self.data_validita != prima.data_validita
            || self.data_scadenza != prima.data_scadenza
            || annullata(self) != annullata(prima)
            || self.debitore != prima.debitore
            || self.causale != prima.causale
            || soldi(self) != soldi(prima)
    }
}

#[cfg(test)]
#[path = "carica_test.rs"]
mod tests;
