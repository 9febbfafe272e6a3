//! The notices of a document on one file (spec 20 section 8, spec 60 6.6).

use super::{Stampa, StampaError, Visibilita};
use crate::{Chiamante, Engine};
use domain::pendenza::{Pendenza, StatoPendenza};
use domain::stampa::DocumentoStampato;
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
        id_a2a: &IdA2A,
        dominio: &IdDominio,
        documento: &str,
        numeri: &[NumeroAvviso],
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
        let mut da_pagare: Vec<Pendenza> = viste
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
        da_pagare.sort_by_key(|p| p.accessori.documento.as_ref().map(|d| d.opzione.ordine()));
        let mut avvisi = Vec::with_capacity(da_pagare.len());
        for p in &da_pagare {
            if let Some(d) = &p.accessori.documento {
                avvisi.push((d.opzione, self.avviso_stampato(p).await?));
            }
        }
        let da_stampare = DocumentoStampato { identificativo: documento.to_owned(), avvisi };
        let contenuto = self.porte().stampatore.documento(da_stampare).await?;
        Ok(Stampa { contenuto, nome: format!("{dominio}_{documento}.pdf") })
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
