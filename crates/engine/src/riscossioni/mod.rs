//! Riscossioni, read: the domini of the caller decide, and nothing else of his scope (spec 50 section 2).

use crate::giornale::Pagina;
use crate::pendenze::{LeggiError, Visibilita};
use crate::tentativi::Documenti;
use crate::{Chiamante, Engine};
use domain::anagrafica::{Ambito, SchedaDominio};
use domain::pendenza::{Pendenza, Voce};
use domain::tentativo::Riscossione;
use domain::{IdDominio, Iuv};
use std::sync::Arc;
use store::StoreError;

pub use store::riscossioni::{FiltroRiscossioni, OrdineRiscossioni};

/// A riscossione with what it pays.
#[derive(Debug, Clone)]
pub struct RiscossioneVista {
    /// The riscossione.
    pub riscossione: Riscossione,
    /// Its pendenza; in a list without voci.
    pub pendenza: Pendenza,
    /// The voce that it pays.
    pub voce: Option<Voce>,
    /// Dominio, reference and context of the attempt that tells it.
    pub tentativo: Option<(IdDominio, Iuv, String)>,
    schede: Vec<Arc<SchedaDominio>>,
}

impl RiscossioneVista {
    /// Card of a dominio that it names, unless it is gone.
    #[must_use]
    pub fn scheda(&self, id: &str) -> Option<&SchedaDominio> {
        self.schede.iter().find(|s| s.dominio.id == *id).map(|s| &**s)
    }
}

/// A riscossione with the documents of its attempt.
#[derive(Debug, Clone)]
pub struct RiscossioneLetta {
    /// The riscossione; its pendenza with the voci.
    pub vista: RiscossioneVista,
    /// The documents of its attempt, if it has one.
    pub documenti: Option<Documenti>,
}

/// The key of a riscossione.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChiaveRiscossione {
    /// Dominio that received the money.
    pub dominio: IdDominio,
    /// Reference.
    pub iuv: String,
    /// Identifier of the collection.
    pub iur: String,
    /// Position in the receipt, as it was asked.
    pub indice: String,
}

impl Engine {
    /// The riscossioni of the domini of the caller: one read, and one more for the count. Whoever has no dominio
    /// sees none, and asks for none.
    ///
    /// # Errors
    /// [`LeggiError::NonAutorizzato`] for a dominio out of scope that is asked by name.
    pub async fn elenca_riscossioni(
        &self,
        chi: &Chiamante,
        mut filtro: FiltroRiscossioni,
        ordine: &[(OrdineRiscossioni, bool)],
        pagina: Pagina,
    ) -> Result<(Vec<RiscossioneVista>, Option<i64>), LeggiError> {
        match (&filtro.dominio, &chi.utenza.domini) {
            (_, Ambito::Tutti) => {}
            (Some(d), Ambito::Solo(_)) => {
                Visibilita::Ambito.per_dominio(chi, &IdDominio::fidato(d.as_str()))?;
            }
            (None, Ambito::Solo(v)) if v.is_empty() => {
                return Ok((Vec::new(), pagina.conta_fino_a.map(|_| 0)));
            }
            (None, Ambito::Solo(v)) => {
                filtro.domini = Some(v.iter().map(|d| d.dominio.to_string()).collect());
            }
        }
        let lette = if pagina.quante > 0 {
            self.store().riscossioni(&filtro, ordine, pagina.salta, pagina.quante).await?
        } else {
            Vec::new()
        };
        let mut righe = Vec::with_capacity(lette.len());
        for r in lette {
            righe.push(self.con_schede(r.riscossione, r.pendenza, r.voce, r.tentativo).await?);
        }
        let totale = match pagina.conta_fino_a {
            Some(tetto) => Some(self.store().conta_riscossioni(&filtro, tetto).await?),
            None => None,
        };
        Ok((righe, totale))
    }

    /// A riscossione by its key, with its pendenza and its attempt.
    ///
    /// # Errors
    /// [`LeggiError`]; for a dominio out of scope it does not say whether it exists.
    pub async fn leggi_riscossione(
        &self,
        chi: &Chiamante,
        chiave: &ChiaveRiscossione,
    ) -> Result<RiscossioneLetta, LeggiError> {
        let ChiaveRiscossione { dominio, iuv, iur, indice } = chiave;
        Visibilita::Ambito.per_dominio(chi, dominio)?;
        let inesistente = || {
            LeggiError::Inesistente(format!(
                "Riscossione [IdDominio:{dominio}, IUV:{iuv}, IUR:{iur}, Indice:{indice}] inesistente"
            ))
        };
        let posto = indice.parse().map_err(|_| inesistente())?;
        let store = self.store();
        let r = store.riscossione(dominio.as_str(), iuv, iur, posto).await?.ok_or_else(inesistente)?;
        let pendenza = store.pendenza_per_id(r.pendenza).await?.ok_or_else(inesistente)?;
        let letto = match r.tentativo {
            Some(id) => store.tentativo_per_id(id).await?,
            None => None,
        };
        let giorni = self.impostazioni().giorni_validita_senza_data;
        let documenti = letto.map(|t| Documenti::nuovi(t, giorni));
        let tentativo = documenti.as_ref().map(|d| {
            let t = &d.tentativo;
            (t.dominio.clone(), t.iuv.clone(), t.ccp.clone())
        });
        let voce = pendenza.voci.iter().find(|v| Some(v.id) == r.voce).cloned();
        let vista = self.con_schede(r, pendenza, voce, tentativo).await?;
        Ok(RiscossioneLetta { vista, documenti })
    }

    /// With the cards of the domini that it names, from the register.
    async fn con_schede(
        &self,
        riscossione: Riscossione,
        pendenza: Pendenza,
        voce: Option<Voce>,
        tentativo: Option<(IdDominio, Iuv, String)>,
    ) -> Result<RiscossioneVista, StoreError> {
        let della_voce = voce.as_ref().and_then(|v| v.dominio.as_ref());
        let nominati = [Some(&riscossione.dominio), Some(&pendenza.dominio), della_voce];
        let mut schede: Vec<Arc<SchedaDominio>> = Vec::new();
        for d in nominati.into_iter().flatten() {
            if schede.iter().all(|s| s.dominio.id != *d) {
                schede.extend(self.registro().dominio(d.as_str()).await?);
            }
        }
        Ok(RiscossioneVista { riscossione, pendenza, voce, tentativo, schede })
    }
}
