//! What a caller is told about itself (spec 10 3.5, `GET /profilo`).

use super::{AnagraficaError, DominioVisto};
use crate::{Chiamante, Engine};
use domain::IdTipoPendenza;
use domain::anagrafica::{Acl, Ambito, Diritti, Servizio, TipoUtenza};

/// A caller's own rights and scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profilo {
    /// Name of an operatore, principal of an applicazione.
    pub nome: String,
    /// Bodies in scope; `None` is all.
    pub domini: Option<Vec<DominioVisto>>,
    /// Types in scope, id and description; `None` is all.
    pub tipi: Option<Vec<(String, String)>>,
    /// May use types that are not assigned to it.
    pub autodeterminazione: bool,
    /// Effective rights on the servizi of the Backoffice, one entry each, by name.
    pub acl: Vec<Acl>,
}

impl Engine {
    /// The profile of a caller.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn profilo(&self, chi: &Chiamante) -> Result<Profilo, AnagraficaError> {
        let utenza = &chi.utenza;
        let domini = match &utenza.domini {
            Ambito::Tutti => None,
            Ambito::Solo(v) => Some(self.domini_visti(v).await?),
        };
        let tipi = match &utenza.tipi_pendenza {
            Ambito::Tutti => None,
            Ambito::Solo(v) => {
                let id: Vec<&str> = v.iter().map(IdTipoPendenza::as_str).collect();
                let noti = self.store().descrizioni_tipi(&id).await?;
                Some(id.iter().filter_map(|t| noti.iter().find(|(n, _)| n == t).cloned()).collect())
            }
        };
        Ok(Profilo {
            nome: match utenza.tipo {
                TipoUtenza::Operatore => utenza.nome.clone(),
                TipoUtenza::Applicazione => utenza.principal.clone(),
            },
            domini,
            tipi,
            autodeterminazione: chi.applicazione.as_ref().is_some_and(|a| a.autodeterminazione),
            acl: per_servizio(chi),
        })
    }

    /// The profile for the APIs that list what `*` stands for: every registered body and type.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn profilo_esteso(&self, chi: &Chiamante) -> Result<Profilo, AnagraficaError> {
        let mut p = self.profilo(chi).await?;
        if p.domini.is_none() {
            let tutti = self.store().tutti_i_domini().await?;
            let visto = |(id, ragione_sociale)| DominioVisto { id, ragione_sociale, unita: None };
            p.domini = Some(tutti.into_iter().map(visto).collect());
        }
        if p.tipi.is_none() {
            p.tipi = Some(self.store().tutti_i_tipi().await?);
        }
        Ok(p)
    }
}

fn per_servizio(chi: &Chiamante) -> Vec<Acl> {
    let mut acl: Vec<Acl> = Servizio::TUTTI
        .iter()
        .filter(|s| !matches!(s, Servizio::ApiPagamenti | Servizio::ApiPendenze | Servizio::ApiRagioneria))
        .map(|s| Acl { servizio: *s, diritti: chi.utenza.diritti(*s) })
        .filter(|a| a.diritti != Diritti::default())
        .collect();
    acl.sort_by_key(|a| a.servizio.as_str());
    acl
}
