//! Applicazioni (spec 10 5.5).

use super::{AnagraficaError, dominio_inesistente, registro::pattern_iuv};
use crate::{Chiamante, Engine, Negato};
use domain::anagrafica::{Acl, Ambito, AmbitoDominio, Applicazione, Eccesso, concedibile};
use secrecy::SecretString;
use store::Scrittura;
use store::anagrafica::salva_applicazione;
use store::controlli::annota_connettore;

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
    /// Creates or replaces an applicazione; true when it was created.
    ///
    /// # Errors
    /// `Negato` when it gives more than the caller has; `NonAmmesso` for rules of the numbering, for
    /// unknown bodies, offices, types and roles, and for a principal that somebody else has.
    pub async fn salva_applicazione(
        &self,
        chi: &Chiamante,
        nuova: &NuovaApplicazione,
    ) -> Result<bool, AnagraficaError> {
        let mut a = nuova.applicazione.clone();
        concessa(chi, &a)?;
        if let Some(password) = &nuova.password {
            a.utenza.password = Some(self.autenticazione().hash(password).await?);
        }
        self.ripeti(|| async {
            controlla_codifica(&a)?;
            self.controlla_riferimenti(&a).await?;
            let esiste = self.store().applicazione(a.id.as_str()).await?.is_some();
            let id_utenza = if esiste { None } else { Some(self.store().nuovi_id(1).await?) };
            let mut s = Scrittura::nuova();
            annota_connettore(&mut s, &a, self.adesso());
            salva_applicazione(&mut s, self.store().chiave(), id_utenza, &a)?;
            match self.conferma(s).await {
                Ok(()) => Ok(!esiste),
                Err(e) if e.duplicato_di("utenze_principal_key") => {
                    // Created by another node since we looked: its own row holds the principal.
                    if !esiste && self.store().applicazione(a.id.as_str()).await?.is_some() {
                        return Err(store::StoreError::Conflitto.into());
                    }
                    let verbo = if esiste { "modificare" } else { "aggiungere" };
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

    async fn controlla_riferimenti(&self, a: &Applicazione) -> Result<(), AnagraficaError> {
        if let Ambito::Solo(domini) = &a.utenza.domini {
            let id: Vec<&str> = domini.iter().map(|d| d.dominio.as_str()).collect();
            let noti = self.store().nomi_domini(&id).await?;
            let con_unita: Vec<&str> =
                domini.iter().filter(|d| d.unita.is_some()).map(|d| d.dominio.as_str()).collect();
            let unita = self.store().nomi_unita(&con_unita).await?;
            for d in domini {
                if !noti.iter().any(|(id, _)| d.dominio == *id.as_str()) {
                    return Err(dominio_inesistente(d.dominio.as_str()));
                }
                for u in d.unita.iter().flatten() {
                    if !unita.iter().any(|(dom, id, _)| d.dominio == *dom.as_str() && *u == *id.as_str()) {
                        return Err(AnagraficaError::NonAmmesso(format!(
                            "L'unita' operativa {u} indicata non esiste."
                        )));
                    }
                }
            }
        }
        if let Ambito::Solo(tipi) = &a.utenza.tipi_pendenza {
            let id: Vec<&str> = tipi.iter().map(domain::IdTipoPendenza::as_str).collect();
            let noti = self.store().descrizioni_tipi(&id).await?;
            if let Some(t) = id.iter().find(|t| !noti.iter().any(|(n, _)| n == **t)) {
                return Err(AnagraficaError::NonAmmesso(format!(
                    "Il tipo pendenza {t} indicato non esiste."
                )));
            }
        }
        let nomi: Vec<&str> = a.utenza.ruoli.iter().map(String::as_str).collect();
        let noti = self.store().ruoli(&nomi).await?;
        match nomi.iter().find(|n| !noti.iter().any(|(id, _)| id == **n)) {
            Some(n) => Err(AnagraficaError::NonAmmesso(format!("Il ruolo {n} indicato non esiste."))),
            None => Ok(()),
        }
    }

    /// An applicazione with the names of what it refers to.
    ///
    /// # Errors
    /// `Inesistente`.
    pub async fn leggi_applicazione(&self, id: &str) -> Result<VistaApplicazione, AnagraficaError> {
        let applicazione = self.store().applicazione(id).await?.ok_or_else(|| {
            AnagraficaError::Inesistente(format!("Applicazione {id} non censita in Anagrafica"))
        })?;
        let domini = match &applicazione.utenza.domini {
            Ambito::Tutti => None,
            Ambito::Solo(v) => Some(self.domini_visti(v).await?),
        };
        let tipi = match &applicazione.utenza.tipi_pendenza {
            Ambito::Tutti => None,
            Ambito::Solo(v) => {
                let id: Vec<&str> = v.iter().map(domain::IdTipoPendenza::as_str).collect();
                let noti = self.store().descrizioni_tipi(&id).await?;
                Some(id.iter().filter_map(|t| noti.iter().find(|(n, _)| n == t).cloned()).collect())
            }
        };
        let nomi: Vec<&str> = applicazione.utenza.ruoli.iter().map(String::as_str).collect();
        let noti = self.store().ruoli(&nomi).await?;
        let ruoli = nomi.iter().filter_map(|n| noti.iter().find(|(id, _)| id == n).cloned()).collect();
        Ok(VistaApplicazione { applicazione, domini, tipi, ruoli })
    }

    pub(super) async fn domini_visti(
        &self,
        ambito: &[AmbitoDominio],
    ) -> Result<Vec<DominioVisto>, AnagraficaError> {
        let id: Vec<&str> = ambito.iter().map(|d| d.dominio.as_str()).collect();
        let con_unita: Vec<&str> =
            ambito.iter().filter(|d| d.unita.is_some()).map(|d| d.dominio.as_str()).collect();
        let nomi = self.store().nomi_domini(&id).await?;
        let unita = self.store().nomi_unita(&con_unita).await?;
        Ok(ambito
            .iter()
            .filter_map(|d| {
                let (id, ragione_sociale) = nomi.iter().find(|(id, _)| d.dominio == *id.as_str())?.clone();
                let viste = d.unita.as_ref().map(|u| {
                    u.iter()
                        .filter_map(|u| {
                            let trovata =
                                unita.iter().find(|(dom, un, _)| *dom == id && *u == *un.as_str())?;
                            Some((trovata.1.clone(), trovata.2.clone()))
                        })
                        .collect()
                });
                Some(DominioVisto { id, ragione_sociale, unita: viste })
            })
            .collect())
    }
}

fn concessa(chi: &Chiamante, a: &Applicazione) -> Result<(), Negato> {
    let u = &a.utenza;
    concedibile(&chi.utenza, &u.domini, &u.tipi_pendenza, a.autodeterminazione).map_err(|e| {
        chi.negato_perche(match e {
            Eccesso::Dominio => "l'ente creditore non e' tra quelli associati all'utenza",
            Eccesso::TipoPendenza => "il tipo pendenza non e' tra quelli associati all'utenza",
        })
    })
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
