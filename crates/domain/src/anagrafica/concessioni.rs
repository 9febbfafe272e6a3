//! What a PATCH changes of an identity or of a role (spec 10 5.7): pure, operation by operation.

use super::{Acl, Ambito, AmbitoDominio, Diritti, Segreto, Servizio};
use crate::IdTipoPendenza;

/// A body in an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoceDominio {
    /// `*`.
    Tutti,
    /// One, whole or some of its offices.
    Uno(AmbitoDominio),
}

/// A type in an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoceTipo {
    /// `*`.
    Tutti,
    /// `autodeterminazione`, of an applicazione only.
    Autodeterminazione,
    /// One.
    Uno(IdTipoPendenza),
}

/// One operation of a PATCH.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operazione {
    /// Puts the entry of a servizio, in place of the one that is there.
    AggiungiAcl(Acl),
    /// Takes the entry of a servizio away.
    TogliAcl(Servizio),
    /// Adds a body, or its offices in place of those that are there.
    AggiungiDominio(VoceDominio),
    /// Takes a body away, or some of its offices.
    TogliDominio(VoceDominio),
    /// Adds a type.
    AggiungiTipo(VoceTipo),
    /// Takes a type away.
    TogliTipo(VoceTipo),
    /// A new password; `None` removes it.
    Password(Option<Segreto>),
}

/// Why an operation cannot be done on what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NonApplicabile {
    /// There is no entry of that servizio.
    AclAssente(Servizio),
    /// Offices cannot be taken from a body that is given whole.
    DominioIntero,
}

/// What somebody was given, as the operations change it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Concessioni {
    /// Own entries, without those of roles.
    pub acl: Vec<Acl>,
    /// Bodies.
    pub domini: Ambito<AmbitoDominio>,
    /// Types.
    pub tipi_pendenza: Ambito<IdTipoPendenza>,
    /// `autodeterminazione`.
    pub autodeterminazione: bool,
}

impl Operazione {
    /// The scope that the operation gives or takes: who asks for it must have it (spec 10 4.3).
    #[must_use]
    pub fn ambito(&self) -> (Ambito<AmbitoDominio>, Ambito<IdTipoPendenza>, bool) {
        let (mut domini, mut tipi, mut autodeterminazione) = (Ambito::default(), Ambito::default(), false);
        match self {
            Self::AggiungiDominio(v) | Self::TogliDominio(v) => {
                domini = match v {
                    VoceDominio::Tutti => Ambito::Tutti,
                    VoceDominio::Uno(d) => Ambito::Solo(vec![d.clone()]),
                };
            }
            Self::AggiungiTipo(v) | Self::TogliTipo(v) => match v {
                VoceTipo::Tutti => tipi = Ambito::Tutti,
                VoceTipo::Autodeterminazione => autodeterminazione = true,
                VoceTipo::Uno(t) => tipi = Ambito::Solo(vec![t.clone()]),
            },
            Self::AggiungiAcl(_) | Self::TogliAcl(_) | Self::Password(_) => {}
        }
        (domini, tipi, autodeterminazione)
    }
}

impl Concessioni {
    /// Does one operation. After an error what is here is not to be used.
    ///
    /// # Errors
    /// [`NonApplicabile`].
    pub fn applica(&mut self, operazione: &Operazione) -> Result<(), NonApplicabile> {
        match operazione {
            Operazione::AggiungiAcl(a) => self.metti_acl(*a),
            Operazione::TogliAcl(s) => {
                let prima = self.acl.len();
                self.acl.retain(|a| a.servizio != *s);
                if self.acl.len() == prima {
                    return Err(NonApplicabile::AclAssente(*s));
                }
            }
            Operazione::AggiungiDominio(VoceDominio::Tutti) => self.domini = Ambito::Tutti,
            Operazione::TogliDominio(VoceDominio::Tutti) => self.domini = Ambito::default(),
            Operazione::AggiungiDominio(VoceDominio::Uno(d)) => {
                if let Ambito::Solo(v) = &mut self.domini {
                    metti_dominio(v, d);
                }
            }
            Operazione::TogliDominio(VoceDominio::Uno(d)) => {
                if let Ambito::Solo(v) = &mut self.domini {
                    togli_dominio(v, d)?;
                }
            }
            Operazione::AggiungiTipo(VoceTipo::Tutti) => self.tipi_pendenza = Ambito::Tutti,
            Operazione::TogliTipo(VoceTipo::Tutti) => self.tipi_pendenza = Ambito::default(),
            Operazione::AggiungiTipo(VoceTipo::Autodeterminazione) => self.autodeterminazione = true,
            Operazione::TogliTipo(VoceTipo::Autodeterminazione) => self.autodeterminazione = false,
            Operazione::AggiungiTipo(VoceTipo::Uno(t)) => {
                if let Ambito::Solo(v) = &mut self.tipi_pendenza
                    && !v.contains(t)
                {
                    v.push(t.clone());
                }
            }
            Operazione::TogliTipo(VoceTipo::Uno(t)) => {
                if let Ambito::Solo(v) = &mut self.tipi_pendenza {
                    v.retain(|x| x != t);
                }
            }
            Operazione::Password(_) => {}
        }
        Ok(())
    }

    /// In the place of the first entry of that servizio, or last.
    fn metti_acl(&mut self, a: Acl) {
        let posto = self.acl.iter().position(|x| x.servizio == a.servizio).unwrap_or(self.acl.len());
        self.acl.retain(|x| x.servizio != a.servizio);
        self.acl.insert(posto, a);
    }
}

/// In the place of the first entry of that body, or last.
fn metti_dominio(v: &mut Vec<AmbitoDominio>, d: &AmbitoDominio) {
    let posto = v.iter().position(|x| x.dominio == d.dominio).unwrap_or(v.len());
    v.retain(|x| x.dominio != d.dominio);
    v.insert(posto, d.clone());
}

/// A body left without offices goes: an entry that names none of them would mean all.
fn togli_dominio(v: &mut Vec<AmbitoDominio>, d: &AmbitoDominio) -> Result<(), NonApplicabile> {
    let Some(unita) = &d.unita else {
        v.retain(|x| x.dominio != d.dominio);
        return Ok(());
    };
    for x in v.iter_mut().filter(|x| x.dominio == d.dominio) {
        let Some(sue) = &mut x.unita else { return Err(NonApplicabile::DominioIntero) };
        sue.retain(|u| !unita.contains(u));
    }
    v.retain(|x| x.unita.as_ref().is_none_or(|u| !u.is_empty()));
    Ok(())
}

/// The first right of `chiesti` that neither `propri` nor `presenti` hold. Rights of the APIs of an
/// applicazione are not among those that anybody of the Backoffice can have: they are not looked at.
#[must_use]
pub fn diritto_eccedente(propri: &[Acl], presenti: &[Acl], chiesti: &[Acl]) -> Option<(Servizio, char)> {
    let somma = |acl: &[Acl], s: Servizio| {
        acl.iter().filter(|a| a.servizio == s).fold(Diritti::default(), |d, a| Diritti {
            lettura: d.lettura || a.diritti.lettura,
            scrittura: d.scrittura || a.diritti.scrittura,
        })
    };
    let del_backoffice =
        |s: Servizio| !matches!(s, Servizio::ApiPagamenti | Servizio::ApiPendenze | Servizio::ApiRagioneria);
    chiesti.iter().filter(|a| del_backoffice(a.servizio)).find_map(|a| {
        let (suoi, gia) = (somma(propri, a.servizio), somma(presenti, a.servizio));
        let manca = |chiesto: bool, suo: bool, gia: bool| chiesto && !suo && !gia;
        if manca(a.diritti.lettura, suoi.lettura, gia.lettura) {
            Some((a.servizio, 'R'))
        } else if manca(a.diritti.scrittura, suoi.scrittura, gia.scrittura) {
            Some((a.servizio, 'W'))
        } else {
            None
        }
    })
}

#[cfg(test)]
#[path = "concessioni_test.rs"]
mod tests;
