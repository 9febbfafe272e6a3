//! The notices of a document on one file (spec 20 section 8, spec 60 6.6).

use super::{Stampa, StampaError, Visibilita};
use crate::{Chiamante, Engine};
use contratto::pendenza::proprieta_avviso;
use domain::pendenza::{OpzioneDocumento, Pendenza, StatoPendenza};
use domain::stampa::{AvvisoStampato, DocumentoStampato, LinguaChiesta};
use domain::{IdA2A, IdDominio, NumeroAvviso};

impl Engine {
    /// The notices of what can still be paid of a document, or of those asked by number among them,
    /// as the caller sees them.
    ///
    /// # Errors
    /// [`StampaError`].
    pub async fn documento_pdf(
        &self,
        chi: &Chiamante,
        visibilita: Visibilita,
        (id_a2a, dominio, documento): (&IdA2A, &IdDominio, &str),
        numeri: &[NumeroAvviso],
        lingua: LinguaChiesta,
    ) -> Result<Stampa, StampaError> {
        visibilita.per_chiave(chi, id_a2a)?;
        visibilita.per_dominio(chi, dominio)?;
        let (a, d) = (id_a2a.as_str(), dominio.as_str());
        let tutte = self.store().pendenze_del_documento(a, d, documento).await?;
        if tutte.is_empty() && !self.store().documento_esiste(a, d, documento).await? {
            return Err(StampaError::DocumentoInesistente);
        }
        let (viste, negate): (Vec<_>, Vec<_>) =
            tutte.into_iter().partition(|p| visibilita.per(chi, p).is_ok());
        if let ([], Some(p)) = (viste.as_slice(), negate.first()) {
            visibilita.per(chi, p)?;
        }
        let da_pagare: Vec<Pendenza> = viste
            .into_iter()
            .filter(|p| p.stato == StatoPendenza::NonEseguito)
            .filter(|p| numeri.is_empty() || numeri.contains(&p.numero_avviso))
            .collect();
        if da_pagare.is_empty() {
            return Err(StampaError::NienteDaStampare(niente(dominio, documento, numeri)));
        }
        if da_pagare.iter().any(Pendenza::con_bollo) {
            return Err(StampaError::DocumentoConBollo);
        }
        let da_stampare = self.documento_stampato(documento, &da_pagare, lingua).await?;
        let contenuto = self.porte().stampatore.documento(da_stampare).await?;
        Ok(Stampa { contenuto, nome: format!("{dominio}_{documento}.pdf") })
    }

    /// What the notices of a document say, in their order. The first decides for all of the second language
    /// and of the note on the amount. A fine is in Italian alone (spec 60 6.6).
    pub(crate) async fn documento_stampato(
        &self,
        documento: &str,
        pendenze: &[Pendenza],
        lingua: LinguaChiesta,
    ) -> Result<DocumentoStampato, StampaError> {
        let opzione = |p: &&Pendenza| p.accessori.documento.as_ref().map(|d| d.opzione);
        let mut pendenze: Vec<&Pendenza> = pendenze.iter().filter(|p| opzione(p).is_some()).collect();
        pendenze.sort_by_key(|p| opzione(p).map(OpzioneDocumento::ordine));
        let opzioni: Vec<OpzioneDocumento> = pendenze.iter().filter_map(opzione).collect();
        let prima = pendenze.first().and_then(|p| p.accessori.proprieta.as_deref());
        let scelta = match lingua.scelta(proprieta_avviso(prima).lingua) {
            Some(lingua) if OpzioneDocumento::violazione(&opzioni) => {
                tracing::warn!(documento, lingua = lingua.codice(), "violazione stampata solo in italiano");
                LinguaChiesta::SoloItaliano
            }
            Some(lingua) => LinguaChiesta::Questa(lingua),
            None => LinguaChiesta::SoloItaliano,
        };
        let mut avvisi: Vec<AvvisoStampato> = Vec::with_capacity(pendenze.len());
        for p in pendenze {
            let mut avviso = self.avviso_stampato(p, scelta).await?;
            if let Some(primo) = avvisi.first() {
                avviso.informativa = primo.informativa.clone();
                if let (Some(sua), Some(prima)) = (&mut avviso.seconda, &primo.seconda) {
                    sua.informativa = prima.informativa.clone();
                }
            }
            avvisi.push(avviso);
        }
        Ok(DocumentoStampato { identificativo: documento.to_owned(), avvisi })
    }
}

fn niente(dominio: &IdDominio, documento: &str, numeri: &[NumeroAvviso]) -> String {
    let quale = format!("[IdDominio:{dominio}, NumeroDocumento:{documento}]");
    if numeri.is_empty() {
        format!("Non sono state trovate pendenze da includere nella stampa del documento {quale}")
    } else {
        let numeri: Vec<&str> = numeri.iter().map(NumeroAvviso::as_str).collect();
        format!(
            "I numeri avviso indicati [{}] non individuano alcuna pendenza valida da includere nella stampa del \
             documento {quale}",
            numeri.join(", ")
        )
    }
}
