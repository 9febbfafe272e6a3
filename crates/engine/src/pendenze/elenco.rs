//! Lists of pendenze: who sees which rows (spec 10 4.6, spec 20 6.2).

use super::LeggiError;
use crate::giornale::Pagina;
use crate::{Chiamante, Engine};
use domain::anagrafica::{Ambito, SchedaDominio};
use domain::pendenza::Pendenza;
use std::sync::Arc;

pub use store::pendenze::{FiltroPendenze, OrdinePendenze};

/// A row of a list, with the card of its dominio.
#[derive(Debug, Clone)]
pub struct RigaPendenza {
    /// The pendenza, without voci.
    pub pendenza: Pendenza,
    /// Its dominio, unless it is gone.
    pub scheda: Option<Arc<SchedaDominio>>,
}

impl Engine {
    /// The pendenze of the calling applicazione, of the tipi that it may use (API Pendenze): one
    /// read, and one more for the count.
    ///
    /// # Errors
    /// [`LeggiError::NonAutorizzato`] for a caller that is no applicazione or has no tipo.
    pub async fn elenca_le_proprie(
        &self,
        chi: &Chiamante,
        filtro: FiltroPendenze,
        ordine: &[(OrdinePendenze, bool)],
        pagina: Pagina,
    ) -> Result<(Vec<RigaPendenza>, Option<i64>), LeggiError> {
        let applicazione = chi.come_applicazione()?;
        let tipi = match &chi.utenza.tipi_pendenza {
            Ambito::Tutti => None,
            Ambito::Solo(v) if v.is_empty() => {
                return Err(chi.negato_per_nessuno("nessun Tipo Pendenza").into());
            }
            Ambito::Solo(v) => Some(v.iter().map(ToString::to_string).collect()),
        };
        let filtro = FiltroPendenze { id_a2a: Some(applicazione.id.to_string()), tipi, ..filtro };
        self.elenca(&filtro, ordine, pagina).await
    }

    async fn elenca(
        &self,
        filtro: &FiltroPendenze,
        ordine: &[(OrdinePendenze, bool)],
        pagina: Pagina,
    ) -> Result<(Vec<RigaPendenza>, Option<i64>), LeggiError> {
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
