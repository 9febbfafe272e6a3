//! What applicazioni and operatori have in common: scope, rights, references (spec 10 4.2, 4.3).

use super::{AnagraficaError, DominioVisto, dominio_inesistente};
use crate::{Chiamante, Engine, Negato};
use domain::IdTipoPendenza;
use domain::anagrafica::{
    Acl, Ambito, AmbitoDominio, Concessioni, Eccesso, NonApplicabile, Operazione, Servizio, Utenza,
    concedibile, diritto_eccedente,
};
use secrecy::SecretString;

/// Names of what an identity refers to.
pub(super) struct Nomi {
    /// Bodies in the order given; `None` is all.
    pub(super) domini: Option<Vec<DominioVisto>>,
    /// Types in the order given; `None` is all.
    pub(super) tipi: Option<Vec<(String, String)>>,
    /// Roles in the order given.
    pub(super) ruoli: Vec<(String, Vec<Acl>)>,
}

/// What a PATCH does with the password.
pub(super) enum CambioPassword {
    Tieni,
    Togli,
    /// The hash of the new one.
    Nuova(String),
}

impl CambioPassword {
    /// The hash after the change.
    pub(super) fn su(&self, prima: Option<&String>) -> Option<String> {
        match self {
            Self::Tieni => prima.cloned(),
            Self::Togli => None,
            Self::Nuova(hash) => Some(hash.clone()),
        }
    }
}

/// Refuses a scope that is not the caller's (spec 10 4.3).
pub(super) fn concessa(
    chi: &Chiamante,
    domini: &Ambito<AmbitoDominio>,
    tipi: &Ambito<IdTipoPendenza>,
    autodeterminazione: bool,
) -> Result<(), Negato> {
    concedibile(&chi.utenza, domini, tipi, autodeterminazione).map_err(|e| {
        chi.negato_perche(match e {
            Eccesso::Dominio => "l'ente creditore non e' tra quelli associati all'utenza",
            Eccesso::TipoPendenza => "il tipo pendenza non e' tra quelli associati all'utenza",
        })
    })
}

/// Refuses rights that the caller does not have, unless he may define rights anyway (W on Anagrafica
/// Ruoli) or they are there already (`presenti`). Who could give more than he has would have it
/// himself a moment later.
pub(super) fn diritti_concessi(chi: &Chiamante, presenti: &[Acl], chiesti: &[Acl]) -> Result<(), Negato> {
    if chi.utenza.diritti(Servizio::AnagraficaRuoli).scrittura {
        return Ok(());
    }
    match diritto_eccedente(&chi.utenza.acl, presenti, chiesti) {
        None => Ok(()),
        Some((servizio, lettera)) => Err(chi.negato_perche(&format!(
            "l'autorizzazione {lettera} su {} non e' tra quelle associate all'utenza",
            servizio.as_str()
        ))),
    }
}

/// The operations of a PATCH one after the other, each within the scope and the rights of the caller.
/// A password is the whole identity: who gives it a new one must have all that the identity has.
pub(super) fn applica(
    chi: &Chiamante,
    di_ruoli: &[Acl],
    mut c: Concessioni,
    operazioni: &[Operazione],
) -> Result<Concessioni, AnagraficaError> {
    for o in operazioni {
        let (domini, tipi, autodeterminazione) = o.ambito();
        concessa(chi, &domini, &tipi, autodeterminazione)?;
        match o {
            Operazione::AggiungiAcl(a) => diritti_concessi(chi, &[&c.acl, di_ruoli].concat(), &[*a])?,
            Operazione::Password(_) => {
                concessa(chi, &c.domini, &c.tipi_pendenza, c.autodeterminazione)?;
                diritti_concessi(chi, &[], &[&c.acl, di_ruoli].concat())?;
            }
            Operazione::TogliAcl(_)
            | Operazione::AggiungiDominio(_)
            | Operazione::TogliDominio(_)
            | Operazione::AggiungiTipo(_)
            | Operazione::TogliTipo(_) => {}
        }
        c.applica(o).map_err(|e| non_applicabile(&e))?;
    }
    Ok(c)
}

pub(super) fn non_applicabile(e: &NonApplicabile) -> AnagraficaError {
    AnagraficaError::NonValido(match e {
        NonApplicabile::AclAssente(s) => {
            format!("ACL non valida: nessuna autorizzazione per il servizio {}", s.as_str())
        }
        NonApplicabile::DominioIntero => "Value non valido per il path '/domini'".to_owned(),
    })
}

impl Engine {
    /// What the operations do with the password: the last one counts.
    pub(super) async fn cambio_password(
        &self,
        operazioni: &[Operazione],
    ) -> Result<CambioPassword, AnagraficaError> {
        let ultima = operazioni.iter().rev().find_map(|o| match o {
            Operazione::Password(p) => Some(p),
            _ => None,
        });
        Ok(match ultima {
            None => CambioPassword::Tieni,
            Some(None) => CambioPassword::Togli,
            Some(Some(nuova)) => {
                let nuova = SecretString::from(nuova.as_str());
                CambioPassword::Nuova(self.autenticazione().hash(&nuova).await?)
            }
        })
    }

    /// The rights of those of the given roles that exist.
    pub(super) async fn acl_di_ruoli(&self, nomi: &[String]) -> Result<Vec<Acl>, AnagraficaError> {
        let nomi: Vec<&str> = nomi.iter().map(String::as_str).collect();
        Ok(self.store().ruoli(&nomi).await?.into_iter().flat_map(|(_, acl)| acl).collect())
    }

    /// Every body, office, type and role that an identity names must be there.
    pub(super) async fn controlla_riferimenti(&self, u: &Utenza) -> Result<(), AnagraficaError> {
        if let Ambito::Solo(domini) = &u.domini {
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
        if let Ambito::Solo(tipi) = &u.tipi_pendenza {
            let id: Vec<&str> = tipi.iter().map(IdTipoPendenza::as_str).collect();
            let noti = self.store().descrizioni_tipi(&id).await?;
            if let Some(t) = id.iter().find(|t| !noti.iter().any(|(n, _)| n == **t)) {
                return Err(AnagraficaError::NonAmmesso(format!(
                    "Il tipo pendenza {t} indicato non esiste."
                )));
            }
        }
        let nomi: Vec<&str> = u.ruoli.iter().map(String::as_str).collect();
        let noti = self.store().ruoli(&nomi).await?;
        match nomi.iter().find(|n| !noti.iter().any(|(id, _)| id == **n)) {
            Some(n) => Err(AnagraficaError::NonAmmesso(format!("Il ruolo {n} indicato non esiste."))),
            None => Ok(()),
        }
    }

    /// Names of what an identity refers to.
    pub(super) async fn nomi_di(&self, u: &Utenza) -> Result<Nomi, AnagraficaError> {
        let domini = match &u.domini {
            Ambito::Tutti => None,
            Ambito::Solo(v) => Some(self.domini_visti(v).await?),
        };
        let tipi = match &u.tipi_pendenza {
            Ambito::Tutti => None,
            Ambito::Solo(v) => {
                let id: Vec<&str> = v.iter().map(IdTipoPendenza::as_str).collect();
                let noti = self.store().descrizioni_tipi(&id).await?;
                Some(id.iter().filter_map(|t| noti.iter().find(|(n, _)| n == t).cloned()).collect())
            }
        };
        let nomi: Vec<&str> = u.ruoli.iter().map(String::as_str).collect();
        let noti = self.store().ruoli(&nomi).await?;
        let ruoli = nomi.iter().filter_map(|n| noti.iter().find(|(id, _)| id == n).cloned()).collect();
        Ok(Nomi { domini, tipi, ruoli })
    }

    /// Bodies of a scope with their names.
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
