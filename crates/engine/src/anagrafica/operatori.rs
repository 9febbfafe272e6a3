//! Operatori (spec 10 5.6).

use super::utenze::{Nomi, applica, concessa};
use super::{AnagraficaError, Autore, DominioVisto, Modifica, PaginaAnagrafica, ritratti};
use crate::Engine;
use domain::anagrafica::{Acl, Applicazione, Concessioni, Operatore, OperatoreIndice, Operazione, Utenza};
use secrecy::SecretString;
use store::anagrafica::{cambia_password, crea_operatore, sostituisci_operatore};
use store::sessioni::chiudi_tutte;
use store::{Scrittura, StoreError};

pub use store::anagrafica::OrdineOperatori;

/// An operatore as a PUT gives it: `utenza.acl` are his own entries.
#[derive(Debug, Clone)]
pub struct NuovoOperatore {
    /// Everything but the password.
    pub utenza: Utenza,
    /// A new password; absent keeps the one that is there.
    pub password: Option<SecretString>,
}

/// An operatore with the names of what he refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VistaOperatore {
    /// The operatore.
    pub operatore: Operatore,
    /// His bodies in the order given; `None` is all.
    pub domini: Option<Vec<DominioVisto>>,
    /// His types in the order given, id and description; `None` is all.
    pub tipi: Option<Vec<(String, String)>>,
    /// His roles in the order given.
    pub ruoli: Vec<(String, Vec<Acl>)>,
}

impl Engine {
    /// Creates or replaces an operatore; true when he was created. A new password ends his sessions.
    /// What rights he gets is not looked at: who may write operatori may write roles.
    ///
    /// # Errors
    /// `Negato` when he gets more scope than the caller has; `NonAmmesso` for unknown bodies, offices,
    /// types and roles, and for the principal of an applicazione.
    pub async fn salva_operatore(
        &self,
        autore: &Autore,
        nuovo: &NuovoOperatore,
    ) -> Result<bool, AnagraficaError> {
        let mut u = nuovo.utenza.clone();
        concessa(&autore.chi, &u.domini, &u.tipi_pendenza, false)?;
        if let Some(password) = &nuovo.password {
            u.password = Some(self.autenticazione().hash(password).await?);
        }
        let atto = self.atto(autore).await?;
        self.ripeti(|| async {
            let versione = self.store().versione_anagrafica().await?;
            self.controlla_riferimenti(&u).await?;
            let prima = self.store().operatore(&u.principal).await?;
            let mut s = Scrittura::nuova();
            match &prima {
                Some(_) => sostituisci_operatore(&mut s, &u)?,
                None if self.store().utenza(&u.principal).await?.is_some() => return Err(occupato(&u)),
                None => crea_operatore(&mut s, self.store().nuovi_id(1).await?, &u)?,
            }
            if u.password.is_some() {
                chiudi_tutte(&mut s, &u.principal);
            }
            let mut dopo = u.clone();
            dopo.password = u.password.clone().or_else(|| prima.as_ref()?.utenza.password.clone());
            let modifica = Modifica::di(
                "Operatore",
                &u.principal,
                prima.as_ref().map(|p| ritratti::operatore(&p.utenza, &p.acl)),
                ritratti::operatore(&dopo, &u.acl),
            );
            match self.conferma(&atto, versione, s, &modifica).await {
                Ok(()) => Ok(prima.is_none()),
                Err(e) if e.duplicato_di("utenze_principal_key") => Err(occupato(&u)),
                Err(e) => Err(e.into()),
            }
        })
        .await
    }

    /// Changes an operatore, operation by operation, all or nothing.
    ///
    /// # Errors
    /// `Inesistente`; `Negato` for what the caller does not have; `NonValido` for an operation that
    /// cannot be done; `NonAmmesso` for unknown references.
    pub async fn modifica_operatore(
        &self,
        autore: &Autore,
        principal: &str,
        operazioni: &[Operazione],
    ) -> Result<VistaOperatore, AnagraficaError> {
        let password = self.cambio_password(operazioni).await?;
        let atto = self.atto(autore).await?;
        self.ripeti(|| async {
            let versione = self.store().versione_anagrafica().await?;
            let prima = self.operatore_censito(principal).await?;
            let di_ruoli = self.acl_di_ruoli(&prima.utenza.ruoli).await?;
            let concessioni = Concessioni {
                acl: prima.acl.clone(),
                domini: prima.utenza.domini.clone(),
                tipi_pendenza: prima.utenza.tipi_pendenza.clone(),
                autodeterminazione: false,
            };
            let c = applica(&autore.chi, &di_ruoli, concessioni, operazioni)?;
            let dopo = Utenza {
                password: password.su(prima.utenza.password.as_ref()),
                acl: c.acl,
                domini: c.domini,
                tipi_pendenza: c.tipi_pendenza,
                ..prima.utenza.clone()
            };
            self.controlla_riferimenti(&dopo).await?;
            let mut s = Scrittura::nuova();
            sostituisci_operatore(&mut s, &dopo)?;
            if dopo.password != prima.utenza.password {
                cambia_password(&mut s, principal, dopo.password.as_deref());
                chiudi_tutte(&mut s, principal);
            }
            let modifica = Modifica::di(
                "Operatore",
                principal,
                Some(ritratti::operatore(&prima.utenza, &prima.acl)),
                ritratti::operatore(&dopo, &dopo.acl),
            );
            self.conferma(&atto, versione, s, &modifica).await?;
            Ok(())
        })
        .await?;
        self.leggi_operatore(principal).await
    }

    /// An operatore with the names of what he refers to.
    ///
    /// # Errors
    /// `Inesistente`.
    pub async fn leggi_operatore(&self, principal: &str) -> Result<VistaOperatore, AnagraficaError> {
        let operatore = self.operatore_censito(principal).await?;
        let Nomi { domini, tipi, ruoli } = self.nomi_di(&operatore.utenza).await?;
        Ok(VistaOperatore { operatore, domini, tipi, ruoli })
    }

    /// A page of the operatori and their count, if one is wanted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn elenca_operatori(
        &self,
        abilitato: Option<bool>,
        ordine: OrdineOperatori,
        pagina: PaginaAnagrafica,
    ) -> Result<(Vec<OperatoreIndice>, Option<i64>), AnagraficaError> {
        let righe = match pagina.quante {
            Some(0) => Vec::new(),
            quante => self.store().operatori(abilitato, ordine, pagina.salta, quante).await?,
        };
        let totale = match (pagina.conta_fino_a, pagina.quante) {
            (None, _) => None,
            // All of them are here: they need no second statement to be counted.
            (Some(tetto), None) => Some(i64::try_from(righe.len()).unwrap_or(i64::MAX).min(tetto)),
            (Some(tetto), Some(_)) => Some(self.store().conta_operatori(abilitato, tetto).await?),
        };
        Ok((righe, totale))
    }

    /// Gives a caller another password and ends his sessions, the one he may be in too.
    ///
    /// # Errors
    /// `Negato` for a caller that is not registered (a citizen).
    pub async fn cambia_propria_password(
        &self,
        autore: &Autore,
        nuova: &SecretString,
    ) -> Result<(), AnagraficaError> {
        let principal = autore.chi.utenza.principal.as_str();
        let hash = self.autenticazione().hash(nuova).await?;
        let atto = self.atto(autore).await?;
        self.ripeti(|| async {
            let versione = self.store().versione_anagrafica().await?;
            let Some((prima, applicazione)) = self.store().utenza(principal).await? else {
                return Err(autore.chi.negato_perche("l'utenza non e' censita in Anagrafica").into());
            };
            let mut s = Scrittura::nuova();
            cambia_password(&mut s, principal, Some(&hash));
            chiudi_tutte(&mut s, principal);
            let modifica = self.password_cambiata(&prima, applicazione, hash.clone()).await?;
            self.conferma(&atto, versione, s, &modifica).await?;
            Ok(())
        })
        .await
    }

    /// What the audit says of a new password and nothing else.
    pub(crate) async fn password_cambiata(
        &self,
        utenza: &Utenza,
        applicazione: Option<Applicazione>,
        hash: String,
    ) -> Result<Modifica, StoreError> {
        if let Some(prima) = applicazione {
            let mut dopo = prima.clone();
            dopo.utenza.password = Some(hash);
            return Ok(Modifica::di_applicazione(Some(&prima), &dopo));
        }
        let letto = self.store().operatore(&utenza.principal).await?;
        let Operatore { utenza: prima, acl } = letto.ok_or(StoreError::Conflitto)?;
        let dopo = Utenza { password: Some(hash), ..prima.clone() };
        Ok(Modifica::di(
            "Operatore",
            &prima.principal,
            Some(ritratti::operatore(&prima, &acl)),
            ritratti::operatore(&dopo, &acl),
        ))
    }

    async fn operatore_censito(&self, principal: &str) -> Result<Operatore, AnagraficaError> {
        let letto: Result<_, StoreError> = self.store().operatore(principal).await;
        letto?.ok_or_else(|| {
            AnagraficaError::Inesistente(format!("Operatore {principal} non censito in Anagrafica"))
        })
    }
}

fn occupato(u: &Utenza) -> AnagraficaError {
    AnagraficaError::NonAmmesso(format!(
        "Impossibile aggiungere l'operatore [{}], il principal scelto non e' disponibile.",
        u.nome
    ))
}
