//! The lists of master data (spec 10 3.3, 4.5): what the caller may see of each.

use super::{AnagraficaError, FiltroAnagrafica, Richiesta, Trovate, dominio_in_ambito, dominio_non_censito};
use crate::chiamante::Diritto;
use crate::{Chiamante, Engine, Negato};
use domain::IdTipoPendenza;
use domain::anagrafica::{
    Ambito, ApplicazioneIndice, ContoAccredito, Dominio, Entrata, EntrataDominio, IntermediarioIndice,
    Servizio, TipoPendenza, TipoPendenzaDominio, UnitaOperativa,
};

impl Engine {
    /// A page of the intermediari.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn elenca_intermediari(
        &self,
        f: &FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<IntermediarioIndice>, AnagraficaError> {
        Ok(self.store().elenco_intermediari(f, r).await?)
    }

    /// A page of the applicazioni.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn elenca_applicazioni(
        &self,
        f: &FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<ApplicazioneIndice>, AnagraficaError> {
        Ok(self.store().elenco_applicazioni(f, r).await?)
    }

    /// A page of the types of revenue.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn elenca_entrate(
        &self,
        f: &FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<Entrata>, AnagraficaError> {
        Ok(self.store().elenco_entrate(f, r).await?)
    }

    /// A page of the domini in the caller's scope.
    ///
    /// # Errors
    /// `Negato` to whoever has none.
    pub async fn elenca_domini(
        &self,
        chi: &Chiamante,
        f: FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<Dominio>, AnagraficaError> {
        let fra = match &chi.utenza.domini {
            Ambito::Tutti => None,
            Ambito::Solo(v) if v.is_empty() => return Err(chi.negato_per_nessuno("nessun Dominio").into()),
            Ambito::Solo(v) => Some(v.iter().map(|a| a.dominio.to_string()).collect()),
        };
        Ok(self.store().elenco_domini(&FiltroAnagrafica { fra, ..f }, r).await?)
    }

    /// A page of the types in the caller's scope.
    ///
    /// # Errors
    /// `Negato` to whoever has none.
    pub async fn elenca_tipi(
        &self,
        chi: &Chiamante,
        f: FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<TipoPendenza>, AnagraficaError> {
        let f = FiltroAnagrafica { fra: tipi_di(chi)?, ..f };
        Ok(self.store().elenco_tipi(&f, r).await?)
    }

    /// A page of the offices of a dominio in the caller's scope. The office `EC` is among them for
    /// `associati`, which whoever cannot read the master data of the dominio asks anyway.
    ///
    /// # Errors
    /// `Negato`, `Inesistente`.
    pub async fn elenca_unita(
        &self,
        chi: &Chiamante,
        associati: bool,
        f: FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<UnitaOperativa>, AnagraficaError> {
        if !self.intermediato(chi, &f.dominio).await? {
            return Ok(nessuna(r));
        }
        let forzati = chi.richiede(Servizio::AnagraficaCreditore, Diritto::Lettura).is_err();
        let f = FiltroAnagrafica { fra: unita_di(chi, &f.dominio), senza_ec: !associati && !forzati, ..f };
        Ok(self.store().elenco_unita(&f, r).await?)
    }

    /// A page of the accounts of a dominio.
    ///
    /// # Errors
    /// `Negato`, `Inesistente`.
    pub async fn elenca_conti(
        &self,
        chi: &Chiamante,
        f: &FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<ContoAccredito>, AnagraficaError> {
        self.intermediato(chi, &f.dominio).await?;
        Ok(self.store().elenco_conti(f, r).await?)
    }

    /// A page of the revenues of a dominio.
    ///
    /// # Errors
    /// `Negato`, `Inesistente`.
    pub async fn elenca_entrate_dominio(
        &self,
        chi: &Chiamante,
        f: &FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<EntrataDominio>, AnagraficaError> {
        self.intermediato(chi, &f.dominio).await?;
        Ok(self.store().elenco_entrate_dominio(f, r).await?)
    }

    /// A page of the types of a dominio in the caller's scope.
    ///
    /// # Errors
    /// `Negato`, also to whoever has no type; `Inesistente`.
    pub async fn elenca_tipi_dominio(
        &self,
        chi: &Chiamante,
        f: FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<TipoPendenzaDominio>, AnagraficaError> {
        let fra = tipi_di(chi)?;
        if !self.intermediato(chi, &f.dominio).await? {
            return Ok(nessuna(r));
        }
        Ok(self.store().elenco_tipi_dominio(&FiltroAnagrafica { fra, ..f }, r).await?)
    }

    /// Whether the dominio of a list is intermediated, its scope checked first.
    async fn intermediato(&self, chi: &Chiamante, dominio: &str) -> Result<bool, AnagraficaError> {
        dominio_in_ambito(chi, dominio)?;
        self.store().dominio_intermediato(dominio).await?.ok_or_else(|| dominio_non_censito(dominio))
    }
}

/// Offices and types of a body that is not intermediated: none.
fn nessuna<T>(r: &Richiesta) -> Trovate<T> {
    (Vec::new(), r.pagina.conta_fino_a.map(|_| 0))
}

fn tipi_di(chi: &Chiamante) -> Result<Option<Vec<String>>, Negato> {
    match &chi.utenza.tipi_pendenza {
        Ambito::Tutti => Ok(None),
        Ambito::Solo(v) if v.is_empty() => Err(chi.negato_per_nessuno("nessun Tipo Pendenza")),
        Ambito::Solo(v) => Ok(Some(v.iter().map(IdTipoPendenza::to_string).collect())),
    }
}

/// The offices of a dominio in scope; `None` is all of them. The same dominio may stand in a scope
/// more than once.
fn unita_di(chi: &Chiamante, dominio: &str) -> Option<Vec<String>> {
    let Ambito::Solo(v) = &chi.utenza.domini else { return None };
    let mut fra = Vec::new();
    for a in v.iter().filter(|a| a.dominio == *dominio) {
        fra.extend(a.unita.as_ref()?.iter().map(ToString::to_string));
    }
    Some(fra)
}
