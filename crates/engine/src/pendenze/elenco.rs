//! Lists of pendenze: who sees which rows (spec 10 4.6, spec 20 6.2).

use super::{LeggiError, Visibilita};
use crate::giornale::Pagina;
use crate::{Chiamante, Engine};
use domain::anagrafica::SchedaDominio;
use domain::pendenza::Pendenza;
use std::sync::Arc;

pub use store::pendenze::{FiltroPendenze, OrdinePendenze, StatoCercato};

/// A row of a list, with the card of its dominio.
#[derive(Debug, Clone)]
pub struct RigaPendenza {
    /// The pendenza, without voci.
    pub pendenza: Pendenza,
    /// Its dominio, unless it is gone.
    pub scheda: Option<Arc<SchedaDominio>>,
}

impl Engine {
    /// The pendenze that the caller sees: one read, and one more for the count.
    ///
    /// # Errors
    /// [`LeggiError::NonAutorizzato`] for a caller who can see none at all.
    pub async fn elenca_pendenze(
        &self,
        chi: &Chiamante,
        visibilita: Visibilita,
        filtro: FiltroPendenze,
        ordine: &[(OrdinePendenze, bool)],
        pagina: Pagina,
    ) -> Result<(Vec<RigaPendenza>, Option<i64>), LeggiError> {
        let filtro = &visibilita.restringe(chi, filtro)?;
        let lette = if pagina.quante > 0 {
            self.store().pendenze(filtro, ordine, pagina.salta, pagina.quante).await?
        } else {
            Vec::new()
        };
        let mut righe = Vec::with_capacity(lette.len());
        for pendenza in lette {
            let scheda = self.registro().dominio(pendenza.dominio.as_str()).await?;
            righe.push(RigaPendenza { pendenza, scheda });
        }
        let totale = match pagina.conta_fino_a {
            Some(tetto) => Some(self.store().conta_pendenze(filtro, tetto).await?),
            None => None,
        };
        Ok((righe, totale))
    }
}
