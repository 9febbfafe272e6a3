//! Who reads what of the giornale and of the notifications (spec 60 5.5, spec 10 4.5).

use crate::chiamante::{Diritto, Oggetto};
use crate::{Chiamante, Engine, Negato};
use domain::anagrafica::{Ambito, AmbitoDominio, Servizio};
use domain::evento::{ChiaviEvento, Evento};
use domain::notifica::Notifica;
use domain::pendenza::{ChiavePendenza, Pendenza};
use domain::{IdA2A, IdPendenza};
use store::StoreError;
use store::eventi::FiltroEventi;
use store::notifiche::FiltroNotifiche;

/// What page of a list is read.
#[derive(Debug, Clone, Copy)]
pub struct Pagina {
    /// Rows to skip.
    pub salta: i64,
    /// Rows to read.
    pub quante: i64,
    /// How far to count; `None`: no count.
    pub conta_fino_a: Option<i64>,
}

/// The giornale cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum GiornaleError {
    /// Nothing there.
    #[error("Evento con id {0} inesistente")]
    Inesistente(i64),
    /// Not for this caller.
    #[error(transparent)]
    NonAutorizzato(#[from] Negato),
    /// The database.
    #[error("lettura non riuscita")]
    Store(#[from] StoreError),
}

const SERVIZIO: Servizio = Servizio::GiornaleEventi;

/// The domini in scope; `None` is all, and then also what has no dominio.
fn domini(chi: &Chiamante) -> Option<Vec<String>> {
    match &chi.utenza.domini {
        Ambito::Tutti => None,
        Ambito::Solo(v) => Some(v.iter().map(|AmbitoDominio { dominio, .. }| dominio.to_string()).collect()),
    }
}

/// Whether the caller may see a pendenza with the right on the pendenze.
fn vede(chi: &Chiamante, p: &Pendenza) -> bool {
    chi.richiede(Servizio::Pendenze, Diritto::Lettura).is_ok()
        && chi
            .ambito(&Oggetto {
                dominio: Some(p.dominio.as_str()),
                unita: p.unita.as_ref().map(|u| u.as_str()),
                tipo_pendenza: Some(p.tipo_pendenza.as_str()),
            })
            .is_ok()
}

impl Engine {
    async fn pendenza_di_chiavi(&self, a2a: &str, id: &str) -> Result<Option<Pendenza>, StoreError> {
        match (IdA2A::leggi(a2a), IdPendenza::leggi(id)) {
            (Ok(id_a2a), Ok(id_pendenza)) => {
                self.store().pendenza(&ChiavePendenza { id_a2a, id_pendenza }).await
            }
            _ => Ok(None),
        }
    }

    /// A page of the giornale. The filters by (idDominio, iuv) and by (idA2A, idPendenza) also find
    /// the events of the same pendenza that were recorded under the other key.
    ///
    /// # Errors
    /// [`GiornaleError`]: without the right on the giornale and without one of those filters.
    pub async fn trova_eventi(
        &self,
        chi: &Chiamante,
        mut filtro: FiltroEventi,
        pagina: Pagina,
        messaggi: bool,
    ) -> Result<(Vec<Evento>, Option<i64>), GiornaleError> {
        chi.abilitato()?;
        let mut trovate = Vec::new();
        if let Some((d, i)) = &filtro.iuv {
            let p = self.store().pendenza_per_iuv(d, i).await?;
            filtro.pendenza_di_iuv =
                p.as_ref().map(|p| (p.chiave.id_a2a.to_string(), p.chiave.id_pendenza.to_string()));
            trovate.extend(p);
        }
        if let Some((a, i)) = &filtro.pendenza {
            let p = self.pendenza_di_chiavi(a, i).await?;
            filtro.iuv_di_pendenza = p.as_ref().map(|p| (p.dominio.to_string(), p.iuv.to_string()));
            trovate.extend(p);
        }
        match chi.richiede(SERVIZIO, Diritto::Lettura) {
            Ok(()) => filtro.domini = domini(chi),
            Err(n) if filtro.iuv.is_none() && filtro.pendenza.is_none() && filtro.id_pagamento.is_none() => {
                return Err(n.into());
            }
            // What it may see is the pendenza that it asks about; payments of a session are not here yet.
            Err(_) if trovate.is_empty() || trovate.iter().any(|p| !vede(chi, p)) => {
                return Ok((Vec::new(), pagina.conta_fino_a.map(|_| 0)));
            }
            Err(_) => {}
        }
        let righe = if pagina.quante > 0 {
            self.store().eventi(&filtro, pagina.salta, pagina.quante, messaggi).await?
        } else {
            Vec::new()
        };
        let totale = match pagina.conta_fino_a {
            Some(tetto) => Some(self.store().conta_eventi(&filtro, Some(tetto)).await?),
            None => None,
        };
        Ok((righe, totale))
    }

    /// One event with its messages.
    ///
    /// # Errors
    /// [`GiornaleError`].
    pub async fn leggi_evento(&self, chi: &Chiamante, id: i64) -> Result<Evento, GiornaleError> {
        chi.abilitato()?;
        let e = self.store().evento(id).await?.ok_or(GiornaleError::Inesistente(id))?;
        match chi.richiede(SERVIZIO, Diritto::Lettura) {
            Ok(()) => match (&chi.utenza.domini, &e.chiavi.dominio) {
                (Ambito::Tutti, _) => Ok(e),
                (Ambito::Solo(_), Some(d)) if chi.utenza.domini.comprende_dominio(d) => Ok(e),
                (Ambito::Solo(_), _) => {
                    Err(chi.negato_perche("l'ente creditore non e' tra quelli associati all'utenza").into())
                }
            },
            Err(n) => {
                let ChiaviEvento { dominio, iuv, id_a2a, id_pendenza, .. } = &e.chiavi;
                let p = match (id_a2a, id_pendenza, dominio, iuv) {
                    (Some(a), Some(i), _, _) => self.pendenza_di_chiavi(a, i).await?,
                    (_, _, Some(d), Some(i)) => self.store().pendenza_per_iuv(d, i).await?,
                    _ => None,
                };
                if p.is_some_and(|p| vede(chi, &p)) { Ok(e) } else { Err(n.into()) }
            }
        }
    }

    /// A page of the notifications, of the domini and types in scope. The right has been checked by the route.
    ///
    /// # Errors
    /// The database.
    pub async fn trova_notifiche(
        &self,
        chi: &Chiamante,
        mut filtro: FiltroNotifiche,
        pagina: Pagina,
    ) -> Result<(Vec<Notifica>, Option<i64>), StoreError> {
        filtro.domini = domini(chi);
        filtro.tipi_pendenza = match &chi.utenza.tipi_pendenza {
            Ambito::Tutti => None,
            Ambito::Solo(v) => Some(v.iter().map(ToString::to_string).collect()),
        };
        let righe = if pagina.quante > 0 {
            self.store().notifiche(&filtro, pagina.salta, pagina.quante).await?
        } else {
            Vec::new()
        };
        let totale = match pagina.conta_fino_a {
            Some(tetto) => Some(self.store().conta_notifiche(&filtro, Some(tetto)).await?),
            None => None,
        };
        Ok((righe, totale))
    }
}
