//! Which pendenze a door shows (spec 10 4.5, 4.6).

use crate::chiamante::{Natura, Oggetto};
use crate::{Chiamante, Negato};
use domain::anagrafica::Ambito;
use domain::pendenza::Pendenza;
use domain::{IdA2A, IdDominio, IdTipoPendenza, IdUnita};
use store::pendenze::{AllegatoLetto, FiltroPendenze};
use store::tentativi::FiltroTentativi;

/// What a caller sees through a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibilita {
    /// API Pendenze: an applicazione, its own pendenze, whatever their domini and tipi.
    Proprie,
    /// Backoffice: those of the domini, offices and tipi of the caller, whoever manages them.
    Ambito,
    /// API Pagamento: a citizen, those that he owes; an applicazione, those in its scope, whoever manages
    /// them. Whoever did not say who he is sees only what its operation lets him see.
    Portale,
}

/// Reason of the refusal of somebody else's pendenza to a citizen (spec 20 6.2).
const NON_SUA: &str = "la pendenza non appartiene al cittadino chiamante";

/// What tells whether a pendenza is shown.
struct Tratti<'a> {
    id_a2a: &'a IdA2A,
    dominio: &'a IdDominio,
    unita: Option<&'a IdUnita>,
    tipo: &'a IdTipoPendenza,
    debitore: &'a str,
}

impl Visibilita {
    /// What can be told by the key alone: a refusal does not say whether the pendenza exists.
    pub(super) fn per_chiave(self, chi: &Chiamante, id_a2a: &IdA2A) -> Result<(), Negato> {
        match self {
            Self::Proprie if chi.come_applicazione()?.id != *id_a2a => {
                Err(chi.negato_perche("la pendenza non appartiene all'applicazione chiamante"))
            }
            Self::Proprie | Self::Ambito | Self::Portale => Ok(()),
        }
    }

    /// What can be told by the dominio alone.
    pub(crate) fn per_dominio(self, chi: &Chiamante, dominio: &IdDominio) -> Result<(), Negato> {
        match self {
            Self::Proprie => chi.come_applicazione().map(|_| ()),
            Self::Ambito | Self::Portale if chi.utenza.domini.comprende_dominio(dominio.as_str()) => Ok(()),
            Self::Ambito | Self::Portale => {
                chi.ambito(&Oggetto { dominio: Some(dominio.as_str()), ..Oggetto::default() })
            }
        }
    }

    /// Whether a stored pendenza is shown.
    pub(super) fn per(self, chi: &Chiamante, p: &Pendenza) -> Result<(), Negato> {
        self.di(
            chi,
            &Tratti {
                id_a2a: &p.chiave.id_a2a,
                dominio: &p.dominio,
                unita: p.unita.as_ref(),
                tipo: &p.tipo_pendenza,
                debitore: &p.debitore.identificativo,
            },
        )
    }

    /// Whether an attempt of a pendenza is shown: in the Backoffice by domini and tipi, not by offices (spec 10
    /// 4.5); through a portal as its pendenza.
    pub(crate) fn per_rpp(self, chi: &Chiamante, p: &Pendenza) -> Result<(), Negato> {
        match self {
            Self::Proprie => self.per_chiave(chi, &p.chiave.id_a2a),
            Self::Portale => self.per(chi, p),
            Self::Ambito => {
                self.per_dominio(chi, &p.dominio)?;
                chi.ambito(&Oggetto { tipo_pendenza: Some(p.tipo_pendenza.as_str()), ..Oggetto::default() })
            }
        }
    }

    /// Whether an attachment is shown: as its pendenza.
    pub(super) fn per_allegato(self, chi: &Chiamante, a: &AllegatoLetto) -> Result<(), Negato> {
        self.di(
            chi,
            &Tratti {
                id_a2a: &a.chiave.id_a2a,
                dominio: &a.dominio,
                unita: a.unita.as_ref(),
                tipo: &a.tipo_pendenza,
                debitore: &a.debitore,
            },
        )
    }

    fn di(self, chi: &Chiamante, t: &Tratti<'_>) -> Result<(), Negato> {
        match (self, &chi.natura) {
            (Self::Proprie, _) => self.per_chiave(chi, t.id_a2a),
            (Self::Portale, Natura::Cittadino(_)) => {
                let suo = t.debitore.to_uppercase() == chi.utenza.principal.to_uppercase();
                if suo { Ok(()) } else { Err(chi.negato_perche(NON_SUA)) }
            }
            (Self::Ambito | Self::Portale, _) => chi.ambito(&Oggetto {
                dominio: Some(t.dominio.as_str()),
                unita: t.unita.map(|u| u.as_str()),
                tipo_pendenza: Some(t.tipo.as_str()),
            }),
        }
    }

    /// The filter of a list, narrowed to what the caller sees.
    ///
    /// # Errors
    /// [`Negato`] to whoever has no dominio or no tipo at all.
    pub(super) fn restringe(
        self,
        chi: &Chiamante,
        mut filtro: FiltroPendenze,
    ) -> Result<FiltroPendenze, Negato> {
        match self {
            Self::Proprie => filtro.id_a2a = Some(chi.come_applicazione()?.id.to_string()),
            Self::Portale if matches!(chi.natura, Natura::Cittadino(_)) => {
                let suo = chi.utenza.principal.to_uppercase();
                filtro.nessuna |= filtro.debitore.as_ref().is_some_and(|d| *d != suo);
                filtro.debitore = Some(suo);
                filtro.dovute_o_pagate = true;
            }
            Self::Ambito | Self::Portale => match &chi.utenza.domini {
                Ambito::Tutti => {}
                Ambito::Solo(v) if v.is_empty() => {
                    return Err(chi.negato_per_nessuno("nessuna Unita' operativa"));
                }
                Ambito::Solo(v) => filtro.domini = Some(v.clone()),
            },
        }
        match &chi.utenza.tipi_pendenza {
            Ambito::Tutti => {}
            Ambito::Solo(v) if v.is_empty() => return Err(chi.negato_per_nessuno("nessun Tipo Pendenza")),
            Ambito::Solo(v) => {
                let suoi = v.iter().map(ToString::to_string);
                filtro.tipi = Some(match filtro.tipi {
                    None => suoi.collect(),
                    Some(chiesti) => suoi.filter(|t| chiesti.contains(t)).collect(),
                });
            }
        }
        Ok(filtro)
    }

    /// The filter of a list of attempts, narrowed to what the caller sees.
    ///
    /// # Errors
    /// [`Negato`] to whoever has no dominio or no tipo at all.
    pub(crate) fn restringe_rpp(
        self,
        chi: &Chiamante,
        mut filtro: FiltroTentativi,
    ) -> Result<FiltroTentativi, Negato> {
        let nessun_tipo = || chi.negato_per_nessuno("nessun Tipo Pendenza");
        if self == Self::Proprie {
            filtro.id_a2a = Some(chi.come_applicazione()?.id.to_string());
            return match &chi.utenza.tipi_pendenza {
                Ambito::Solo(v) if v.is_empty() => Err(nessun_tipo()),
                Ambito::Solo(_) | Ambito::Tutti => Ok(filtro),
            };
        }
        if chi.natura != Natura::Registrata {
            let suo = chi.utenza.principal.to_uppercase();
            filtro.nessuno |= filtro.debitore.as_ref().is_some_and(|d| *d != suo);
            filtro.debitore = Some(suo);
        }
        match &chi.utenza.domini {
            Ambito::Tutti => {}
            Ambito::Solo(v) if v.is_empty() => return Err(chi.negato_per_nessuno("nessun Dominio")),
            Ambito::Solo(v) => filtro.domini = Some(v.iter().map(|d| d.dominio.to_string()).collect()),
        }
        match &chi.utenza.tipi_pendenza {
            Ambito::Tutti => {}
            Ambito::Solo(v) if v.is_empty() => return Err(nessun_tipo()),
            Ambito::Solo(v) => {
                let suoi = v.iter().map(ToString::to_string);
                filtro.tipi = Some(match filtro.tipi {
                    None => suoi.collect(),
                    Some(chiesti) => suoi.filter(|t| chiesti.contains(t)).collect(),
                });
            }
        }
        Ok(filtro)
    }
}
