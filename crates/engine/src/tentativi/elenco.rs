//! Lists of attempts: who sees which (spec 10 4.5, 4.6; spec 30 10.3, 10.8).

use super::Documenti;
use crate::giornale::Pagina;
use crate::pendenze::{LeggiError, Visibilita};
use crate::{Chiamante, Engine};
use domain::anagrafica::SchedaDominio;
use domain::pendenza::Pendenza;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

pub use store::tentativi::{FiltroTentativi, OrdineTentativi};

/// A row of a list.
#[derive(Debug, Clone)]
pub struct RigaRpp {
    /// The attempt with its documents.
    pub documenti: Documenti,
    /// Its pendenza; its voci are there only when the request is rebuilt from them.
    pub pendenza: Pendenza,
    /// The dominio of the pendenza, unless it is gone.
    pub scheda: Option<Arc<SchedaDominio>>,
}

impl Engine {
    /// The attempts that the caller sees: one read, and one more for the count. Requests that were never
    /// stored are rebuilt from the voci of their pendenze, which are one more read together.
    ///
    /// # Errors
    /// [`LeggiError::NonAutorizzato`] for a caller who can see none at all.
    pub async fn elenca_rpp(
        &self,
        chi: &Chiamante,
        visibilita: Visibilita,
        filtro: FiltroTentativi,
        ordine: &[(OrdineTentativi, bool)],
        pagina: Pagina,
    ) -> Result<(Vec<RigaRpp>, Option<i64>), LeggiError> {
        let filtro = &visibilita.restringe_rpp(chi, filtro)?;
        let lette = if pagina.quante > 0 {
            self.store().rpp(filtro, ordine, pagina.salta, pagina.quante).await?
        } else {
            Vec::new()
        };
        let giorni = self.impostazioni().giorni_validita_senza_data;
        let da_ricostruire: BTreeSet<i64> = lette
            .iter()
            .filter(|r| r.letto.rpt.is_none() && r.letto.rt.is_some())
            .map(|r| r.pendenza.id)
            .collect();
        let intere: HashMap<i64, Pendenza> = if da_ricostruire.is_empty() {
            HashMap::new()
        } else {
            self.store().pendenze_per_id(da_ricostruire).await?.into_iter().map(|p| (p.id, p)).collect()
        };
        let mut righe = Vec::with_capacity(lette.len());
        for r in lette {
            let intera = (r.letto.rpt.is_none() && r.letto.rt.is_some())
                .then(|| intere.get(&r.pendenza.id).cloned())
                .flatten();
            let pendenza = intera.unwrap_or(r.pendenza);
            let scheda = self.registro().dominio(pendenza.dominio.as_str()).await?;
            righe.push(RigaRpp { documenti: Documenti::nuovi(r.letto, giorni), pendenza, scheda });
        }
        let totale = match pagina.conta_fino_a {
            Some(tetto) => Some(self.store().conta_rpp(filtro, tetto).await?),
            None => None,
        };
        Ok((righe, totale))
    }
}
