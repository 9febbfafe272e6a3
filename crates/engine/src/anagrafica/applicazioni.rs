//! Applicazioni (spec 10 5.5).

use super::utenze::{Nomi, applica, concessa, diritti_concessi};
use super::{AnagraficaError, Autore, Modifica, registro::pattern_iuv, ritratti};
use crate::Engine;
use domain::anagrafica::{Acl, Applicazione, Concessioni, Operazione};
use secrecy::SecretString;
use store::anagrafica::{cambia_password, salva_applicazione};
use store::controlli::annota_connettore;
use store::sessioni::chiudi_tutte;
use store::{Scrittura, StoreError};

/// An applicazione as a PUT gives it.
#[derive(Debug, Clone)]
pub struct NuovaApplicazione {
    /// Everything but the password.
    pub applicazione: Applicazione,
    /// A new password; absent keeps the one that is there.
    pub password: Option<SecretString>,
}

/// An applicazione with the names of what it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VistaApplicazione {
    /// The applicazione.
    pub applicazione: Applicazione,
    /// Its bodies in the order given; `None` is all.
    pub domini: Option<Vec<DominioVisto>>,
    /// Its types in the order given, id and description; `None` is all.
    pub tipi: Option<Vec<(String, String)>>,
    /// Its roles in the order given.
    pub ruoli: Vec<(String, Vec<Acl>)>,
}

/// A body of a scope with names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DominioVisto {
    /// Identifier.
    pub id: String,
    /// Name.
    pub ragione_sociale: String,
    /// Offices with their names; `None` is all.
    pub unita: Option<Vec<(String, String)>>,
}

impl Engine {
    /// Creates or replaces an applicazione; true when it was created. A new password, or another
    /// principal, ends the sessions.
    ///
    /// Who has only Anagrafica Applicazioni gives no right of the Backoffice that he does not have:
    /// neither new ones, nor those that are there by giving himself the way in (password, principal).
    ///
    /// # Errors
    /// `Negato` when it gives more than the caller has; `NonAmmesso` for rules of the numbering, for
    /// unknown bodies, offices, types and roles, and for a principal that somebody else has.
    pub async fn salva_applicazione(
        &self,
        autore: &Autore,
        nuova: &NuovaApplicazione,
    ) -> Result<bool, AnagraficaError> {
        let chi = &autore.chi;
        let mut a = nuova.applicazione.clone();
        concessa(chi, &a.utenza.domini, &a.utenza.tipi_pendenza, a.autodeterminazione)?;
        if let Some(password) = &nuova.password {
            a.utenza.password = Some(self.autenticazione().hash(password).await?);
        }
        let atto = self.atto(autore).await?;
        self.ripeti(|| async {
            let versione = self.store().versione_anagrafica().await?;
            let prima = self.store().applicazione(a.id.as_str()).await?;
            let stessa_entrata = prima
                .as_ref()
                .filter(|p| a.utenza.password.is_none() && p.utenza.principal == a.utenza.principal);
            let presenti = stessa_entrata.map(|p| p.utenza.acl.as_slice()).unwrap_or_default();
            let chiesti = [a.acl.clone(), self.acl_di_ruoli(&a.utenza.ruoli).await?].concat();
            diritti_concessi(chi, presenti, &chiesti)?;
            controlla_codifica(&a)?;
            self.controlla_riferimenti(&a.utenza).await?;
            let id_utenza = if prima.is_some() { None } else { Some(self.store().nuovi_id(1).await?) };
            let mut s = Scrittura::nuova();
            annota_connettore(&mut s, &a, self.adesso());
            salva_applicazione(&mut s, self.store().chiave(), id_utenza, &a)?;
            if stessa_entrata.is_none() {
                // Under the former principal too: it may be somebody else's one day.
                chiudi_tutte(&mut s, &a.utenza.principal);
                if let Some(p) = &prima {
                    chiudi_tutte(&mut s, &p.utenza.principal);
                }
            }
            let mut dopo = a.clone();
            dopo.utenza.password =
                a.utenza.password.clone().or_else(|| prima.as_ref()?.utenza.password.clone());
            let modifica = Modifica::di_applicazione(prima.as_ref(), &dopo);
            match self.conferma(&atto, versione, s, &modifica).await {
                Ok(()) => Ok(prima.is_none()),
                Err(e) if e.duplicato_di("utenze_principal_key") => {
                    let verbo = if prima.is_some() { "modificare" } else { "aggiungere" };
                    Err(AnagraficaError::NonAmmesso(format!(
                        "Impossibile {verbo} l'Applicazione [{}], il Principal indicato non e' disponibile.",
                        a.id
                    )))
                }
                Err(e) => Err(e.into()),
            }
        })
        .await
    }

    /// Changes an applicazione, operation by operation, all or nothing.
    ///
    /// # Errors
    /// `Inesistente`; `Negato` for what the caller does not have; `NonValido` for an operation that
    /// cannot be done; `NonAmmesso` for unknown references.
    pub async fn modifica_applicazione(
        &self,
        autore: &Autore,
        id: &str,
        operazioni: &[Operazione],
    ) -> Result<VistaApplicazione, AnagraficaError> {
        let password = self.cambio_password(operazioni).await?;
        let atto = self.atto(autore).await?;
        self.ripeti(|| async {
            let versione = self.store().versione_anagrafica().await?;
            let prima = self.applicazione_censita(id).await?;
            let di_ruoli = self.acl_di_ruoli(&prima.utenza.ruoli).await?;
            let concessioni = Concessioni {
                acl: prima.acl.clone(),
                domini: prima.utenza.domini.clone(),
                tipi_pendenza: prima.utenza.tipi_pendenza.clone(),
                autodeterminazione: prima.autodeterminazione,
            };
            let c = applica(&autore.chi, &di_ruoli, concessioni, operazioni)?;
            let mut dopo = prima.clone();
            dopo.acl = c.acl;
            dopo.autodeterminazione = c.autodeterminazione;
            dopo.utenza.domini = c.domini;
            dopo.utenza.tipi_pendenza = c.tipi_pendenza;
            dopo.utenza.password = password.su(prima.utenza.password.as_ref());
            self.controlla_riferimenti(&dopo.utenza).await?;
            let mut s = Scrittura::nuova();
            salva_applicazione(&mut s, self.store().chiave(), None, &dopo)?;
            if dopo.utenza.password != prima.utenza.password {
                let principal = &dopo.utenza.principal;
                cambia_password(&mut s, principal, dopo.utenza.password.as_deref());
                chiudi_tutte(&mut s, principal);
            }
            let modifica = Modifica::di_applicazione(Some(&prima), &dopo);
            self.conferma(&atto, versione, s, &modifica).await?;
            Ok(())
        })
        .await?;
        self.leggi_applicazione(id).await
    }

    /// An applicazione with the names of what it refers to.
    ///
    /// # Errors
    /// `Inesistente`.
    pub async fn leggi_applicazione(&self, id: &str) -> Result<VistaApplicazione, AnagraficaError> {
        let applicazione = self.applicazione_censita(id).await?;
        let Nomi { domini, tipi, ruoli } = self.nomi_di(&applicazione.utenza).await?;
        Ok(VistaApplicazione { applicazione, domini, tipi, ruoli })
    }

    async fn applicazione_censita(&self, id: &str) -> Result<Applicazione, AnagraficaError> {
        let letta: Result<_, StoreError> = self.store().applicazione(id).await;
        letta?.ok_or_else(|| {
            AnagraficaError::Inesistente(format!("Applicazione {id} non censita in Anagrafica"))
        })
    }
}

impl Modifica {
    pub(super) fn di_applicazione(prima: Option<&Applicazione>, dopo: &Applicazione) -> Self {
        let id = dopo.id.as_str();
        let prima = prima.map(ritratti::applicazione);
        Self {
            id_a2a: Some(id.to_owned()),
            ..Self::di("Applicazione", id, prima, ritratti::applicazione(dopo))
        }
    }
}

fn controlla_codifica(a: &Applicazione) -> Result<(), AnagraficaError> {
    let Some(c) = &a.codifica_avvisi else { return Ok(()) };
    if let Some(codice) = &c.codifica_iuv
        && !codice.bytes().all(|b| b.is_ascii_digit())
    {
        return Err(AnagraficaError::NonAmmesso(
            "Il campo codificaIuv deve contenere solo cifre.".to_owned(),
        ));
    }
    if c.reg_exp_iuv.as_ref().is_some_and(|r| pattern_iuv(r).is_none()) {
        return Err(AnagraficaError::NonAmmesso(
            "Il campo regExpIuv non contiene un pattern valido.".to_owned(),
        ));
    }
    Ok(())
}
