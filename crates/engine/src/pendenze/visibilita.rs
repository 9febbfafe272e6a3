//! Which pendenze a door shows (spec 10 4.5, 4.6).

use crate::chiamante::Oggetto;
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
}

impl Visibilita {
    /// What can be told by the key alone: a refusal does not say whether the pendenza exists.
    pub(super) fn per_chiave(self, chi: &Chiamante, id_a2a: &IdA2A) -> Result<(), Negato> {
        match self {
            Self::Proprie if chi.come_applicazione()?.id != *id_a2a => {
                Err(chi.negato_perche("la pendenza non appartiene all'applicazione chiamante"))
            }
            Self::Proprie | Self::Ambito => Ok(()),
        }
    }

    /// What can be told by the dominio alone.
    pub(crate) fn per_dominio(self, chi: &Chiamante, dominio: &IdDominio) -> Result<(), Negato> {
        match self {
            Self::Proprie => chi.come_applicazione().map(|_| ()),
            Self::Ambito if chi.utenza.domini.comprende_dominio(dominio.as_str()) => Ok(()),
            Self::Ambito => chi.ambito(&Oggetto { dominio: Some(dominio.as_str()), ..Oggetto::default() }),
        }
    }

    /// Whether a stored pendenza is shown.
    pub(super) fn per(self, chi: &Chiamante, p: &Pendenza) -> Result<(), Negato> {
        self.di(chi, &p.chiave.id_a2a, &p.dominio, p.unita.as_ref(), &p.tipo_pendenza)
    }

    /// Whether an attempt of a pendenza is shown: in the Backoffice by domini and tipi, not by offices (spec 10
    /// 4.5).
    pub(crate) fn per_rpp(self, chi: &Chiamante, p: &Pendenza) -> Result<(), Negato> {
        match self {
            Self::Proprie => self.per_chiave(chi, &p.chiave.id_a2a),
            Self::Ambito => {
                self.per_dominio(chi, &p.dominio)?;
                chi.ambito(&Oggetto { tipo_pendenza: Some(p.tipo_pendenza.as_str()), ..Oggetto::default() })
            }
        }
    }

    /// Whether an attachment is shown: as its pendenza.
    pub(super) fn per_allegato(self, chi: &Chiamante, a: &AllegatoLetto) -> Result<(), Negato> {
        self.di(chi, &a.chiave.id_a2a, &a.dominio, a.unita.as_ref(), &a.tipo_pendenza)
    }

    fn di(
        self,
        chi: &Chiamante,
        id_a2a: &IdA2A,
        dominio: &IdDominio,
        unita: Option<&IdUnita>,
        tipo: &IdTipoPendenza,
    ) -> Result<(), Negato> {
        match self {
            Self::Proprie => self.per_chiave(chi, id_a2a),
            Self::Ambito => chi.ambito(&Oggetto {
                dominio: Some(dominio.as_str()),
                unita: unita.map(|u| u.as_str()),
                tipo_pendenza: Some(tipo.as_str()),
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
            Self::Ambito => match &chi.utenza.domini {
                Ambito::Tutti => {}
                Ambito::Solo(v) if v.is_empty() => return Err(chi.negato_per_nessuno("nessun Dominio")),
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
