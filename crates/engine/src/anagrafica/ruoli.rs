//! Ruoli (spec 10 5.6). Their rights are read with each identity that has them, so that a change
//! holds for the next call of the members.

use super::utenze::non_applicabile;
use super::{AnagraficaError, Autore, Modifica, PaginaAnagrafica, ritratti};
use crate::Engine;
use domain::anagrafica::{Acl, Concessioni, Operazione};
use store::Scrittura;
use store::anagrafica::{Modo, salva_ruolo};

impl Engine {
    /// Creates a role or replaces its rights; true when it was created.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn salva_ruolo(&self, autore: &Autore, id: &str, acl: &[Acl]) -> Result<bool, AnagraficaError> {
        let atto = self.atto(autore).await?;
        self.ripeti(|| async {
            let versione = self.store().versione_anagrafica().await?;
            let prima = self.ruolo(id).await?;
            let mut s = Scrittura::nuova();
            salva_ruolo(&mut s, Modo::per(prima.is_some()), id, acl)?;
            let modifica = di_ruolo(id, prima.as_deref(), acl);
            self.conferma(&atto, versione, s, &modifica).await?;
            Ok(prima.is_none())
        })
        .await
    }

    /// Changes a role, operation by operation, all or nothing. It may be left without rights.
    ///
    /// # Errors
    /// `Inesistente`; `NonValido` for an operation that cannot be done.
    pub async fn modifica_ruolo(
        &self,
        autore: &Autore,
        id: &str,
        operazioni: &[Operazione],
    ) -> Result<Vec<Acl>, AnagraficaError> {
        let atto = self.atto(autore).await?;
        self.ripeti(|| async {
            let versione = self.store().versione_anagrafica().await?;
            let prima = self.ruolo(id).await?.ok_or_else(|| non_censito(id))?;
            let mut dopo = Concessioni { acl: prima.clone(), ..Concessioni::default() };
            for o in operazioni {
                dopo.applica(o).map_err(|e| non_applicabile(&e))?;
            }
            let mut s = Scrittura::nuova();
            salva_ruolo(&mut s, Modo::Sostituisci, id, &dopo.acl)?;
            let modifica = di_ruolo(id, Some(&prima), &dopo.acl);
            self.conferma(&atto, versione, s, &modifica).await?;
            Ok(dopo.acl)
        })
        .await
    }

    /// The rights of a role.
    ///
    /// # Errors
    /// `Inesistente`.
    pub async fn leggi_ruolo(&self, id: &str) -> Result<Vec<Acl>, AnagraficaError> {
        self.ruolo(id).await?.ok_or_else(|| non_censito(id))
    }

    /// A page of the names of the roles and their count, if one is wanted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn elenca_ruoli(
        &self,
        pagina: PaginaAnagrafica,
    ) -> Result<(Vec<String>, Option<i64>), AnagraficaError> {
        let righe = match pagina.quante {
            Some(0) => Vec::new(),
            quante => self.store().nomi_ruoli(pagina.salta, quante).await?,
        };
        let totale = match (pagina.conta_fino_a, pagina.quante) {
            (None, _) => None,
            (Some(tetto), None) => Some(i64::try_from(righe.len()).unwrap_or(i64::MAX).min(tetto)),
            (Some(tetto), Some(_)) => Some(self.store().conta_ruoli(tetto).await?),
        };
        Ok((righe, totale))
    }

    async fn ruolo(&self, id: &str) -> Result<Option<Vec<Acl>>, AnagraficaError> {
        Ok(self.store().ruoli(&[id]).await?.pop().map(|(_, acl)| acl))
    }
}

fn di_ruolo(id: &str, prima: Option<&[Acl]>, dopo: &[Acl]) -> Modifica {
    Modifica::di("Ruolo", id, prima.map(|acl| ritratti::ruolo(id, acl)), ritratti::ruolo(id, dopo))
}

fn non_censito(id: &str) -> AnagraficaError {
    AnagraficaError::Inesistente(format!("Ruolo {id} non censito in Anagrafica"))
}
