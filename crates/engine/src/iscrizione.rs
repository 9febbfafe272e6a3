//! Auto-signup: an operatore for whoever has proved who he is and is not registered (spec 10 2.2).

use crate::anagrafica::{Firma, Modifica, ritratti};
use crate::autenticazione::PRINCIPAL;
use crate::chiamante::Metodo;
use crate::{Chiamante, Engine};
use domain::anagrafica::{Ambito, Applicazione, TipoUtenza, Utenza};
use std::sync::Arc;
use store::{Scrittura, StoreError};

/// Characters of a principal that become the name of its operatore.
const NOME: usize = 35;
/// How often it is tried when another node is in the way.
const TENTATIVI: usize = 5;

impl Engine {
    /// The caller of a principal that was proven. If nobody has it, and the installation wants it so, it
    /// becomes an operatore with one ruolo; otherwise `None`.
    ///
    /// # Errors
    /// The database.
    pub(crate) async fn registrato_o_iscritto(
        &self,
        principal: &str,
        metodo: Metodo,
    ) -> Result<Option<Chiamante>, StoreError> {
        let trovata = match self.registro().utenza(principal).await? {
            Some(t) => Some(t),
            None => self.iscrivi(principal).await?,
        };
        Ok(trovata.map(|(utenza, applicazione)| Chiamante::registrato(utenza, applicazione, metodo)))
    }

    /// Makes the operatore, once however many ask together.
    pub(crate) async fn iscrivi(
        &self,
        principal: &str,
    ) -> Result<Option<(Arc<Utenza>, Option<Arc<Applicazione>>)>, StoreError> {
        let Some(ruolo) = &self.impostazioni().ruolo_di_chi_si_iscrive else { return Ok(None) };
        if principal.is_empty() || principal.contains('\0') || principal.chars().count() > PRINCIPAL {
            return Ok(None);
        }
        let utenza = Utenza {
            principal: principal.to_owned(),
            tipo: TipoUtenza::Operatore,
            password: None,
            nome: principal.chars().take(NOME).collect(),
            acl: Vec::new(),
            ruoli: vec![ruolo.clone()],
            domini: Ambito::Tutti,
            tipi_pendenza: Ambito::Tutti,
            abilitato: true,
        };
        let nato = Modifica::di("Operatore", principal, None, ritratti::operatore(&utenza, &utenza.acl));
        let _fila = self.store().serratura("iscrizione").await;
        let mut ultimo = StoreError::Conflitto;
        for _ in 0..TENTATIVI {
            // Whoever was before in the queue, or another node, has perhaps made it.
            if self.store().utenza(principal).await?.is_some() {
                self.registro().svuota();
                return self.registro().utenza(principal).await;
            }
            if self.store().ruoli(&[ruolo.as_str()]).await?.is_empty() {
                tracing::warn!(ruolo, "il ruolo di chi si iscrive da solo non esiste: non avra' diritti");
            }
            let mut s = Scrittura::nuova();
            store::anagrafica::crea_operatore(&mut s, self.store().nuovi_id(1).await?, &utenza)?;
            let id = self.store().nuovi_id_eventi(1).await?;
            store::eventi::annota(&mut s, &self.evento_di(&Firma::del_programma("auto-signup"), id, &nato));
            let esito = self.store().commit(s).await;
            self.registro().svuota();
            match esito {
                Ok(()) => return self.registro().utenza(principal).await,
                Err(e @ (StoreError::Conflitto | StoreError::Incerto | StoreError::Duplicato(_))) => {
                    ultimo = e;
                }
                Err(e) => return Err(e),
            }
        }
        Err(ultimo)
    }
}
