//! What belongs to a dominio: offices, accounts, revenues; and the types of revenue (spec 10 5.3).

use super::{
    AnagraficaError, Autore, Modifica, dominio_in_ambito, dominio_inesistente, dominio_non_censito,
    non_intermediato, ritratti,
};
use crate::chiamante::Oggetto;
use crate::{Chiamante, Engine};
use domain::anagrafica::{ContoAccredito, Entrata, EntrataDominio, SchedaDominio, UnitaOperativa};
use domain::codici::Iban;
use domain::pendenza::TipoContabilita;
use domain::{IdDominio, IdEntrata};
use store::Scrittura;
use store::anagrafica::{Modo, salva_conto, salva_entrata, salva_entrata_dominio, salva_unita};

/// The entrata of a dominio as a PUT gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NuovaEntrataDominio {
    /// Which.
    pub id: IdEntrata,
    /// Account.
    pub iban_accredito: Option<Iban>,
    /// Supporting account.
    pub iban_appoggio: Option<Iban>,
    /// Override.
    pub tipo_contabilita: Option<TipoContabilita>,
    /// Override.
    pub codice_contabilita: Option<String>,
    /// On.
    pub abilitato: bool,
}

impl Engine {
    /// The card of the dominio of a sub-resource that is being written, its scope checked first.
    pub(super) async fn dominio_di(
        &self,
        chi: &Chiamante,
        dominio: &str,
    ) -> Result<SchedaDominio, AnagraficaError> {
        dominio_in_ambito(chi, dominio)?;
        self.store().scheda_dominio(dominio).await?.ok_or_else(|| dominio_inesistente(dominio))
    }

    /// The card of the dominio of a sub-resource that is being read.
    pub(super) async fn dominio_letto(
        &self,
        chi: &Chiamante,
        dominio: &str,
    ) -> Result<SchedaDominio, AnagraficaError> {
        dominio_in_ambito(chi, dominio)?;
        self.store().scheda_dominio(dominio).await?.ok_or_else(|| dominio_non_censito(dominio))
    }

    /// Creates or replaces an office; true when it was created.
    ///
    /// # Errors
    /// `Negato` out of scope; `NonAmmesso` for a dominio that is unknown or not intermediated.
    pub async fn salva_unita(
        &self,
        autore: &Autore,
        dominio: &IdDominio,
        u: &UnitaOperativa,
    ) -> Result<bool, AnagraficaError> {
        let chi = &autore.chi;
        let atto = self.atto(autore).await?;
        self.ripeti(|| async {
            let versione = self.store().versione_anagrafica().await?;
            unita_in_ambito(chi, dominio.as_str(), u.id.as_str())?;
            let scheda = self.dominio_di(chi, dominio.as_str()).await?;
            if scheda.dominio.intermediazione.is_none() {
                return Err(non_intermediato(dominio.as_str()));
            }
            let prima = scheda.unita(Some(u.id.as_str()));
            let mut s = Scrittura::nuova();
            salva_unita(&mut s, Modo::per(prima.is_some()), dominio, u)?;
            let modifica = Modifica::di_dominio(
                "UnitaOperativa",
                dominio.as_str(),
                Some(u.id.as_str()),
                prima.map(ritratti::unita),
                ritratti::unita(u),
            );
            self.conferma(&atto, versione, s, &modifica).await?;
            Ok(prima.is_none())
        })
        .await
    }

    /// An office of a dominio.
    ///
    /// # Errors
    /// `Negato`, `Inesistente` (also under a dominio that is not intermediated).
    pub async fn leggi_unita(
        &self,
        chi: &Chiamante,
        dominio: &str,
        id: &str,
    ) -> Result<UnitaOperativa, AnagraficaError> {
        unita_in_ambito(chi, dominio, id)?;
        let scheda = self.dominio_letto(chi, dominio).await?;
        scheda.unita(Some(id)).filter(|_| scheda.dominio.intermediazione.is_some()).cloned().ok_or_else(
            || {
                AnagraficaError::Inesistente(format!(
                    "Unita Operativa {id} non censita in Anagrafica per il Dominio {dominio}"
                ))
            },
        )
    }

    /// Creates or replaces an account; true when it was created.
    ///
    /// # Errors
    /// `Negato` out of scope; `NonAmmesso` for an unknown dominio.
    pub async fn salva_conto(
        &self,
        autore: &Autore,
        dominio: &IdDominio,
        c: &ContoAccredito,
    ) -> Result<bool, AnagraficaError> {
        let atto = self.atto(autore).await?;
        self.ripeti(|| async {
            let versione = self.store().versione_anagrafica().await?;
            let scheda = self.dominio_di(&autore.chi, dominio.as_str()).await?;
            let prima = scheda.conto(c.iban.as_str());
            let mut s = Scrittura::nuova();
            salva_conto(&mut s, Modo::per(prima.is_some()), dominio, c);
            let modifica = Modifica::di_dominio(
                "ContiAccredito",
                dominio.as_str(),
                Some(c.iban.as_str()),
                prima.map(ritratti::conto),
                ritratti::conto(c),
            );
            self.conferma(&atto, versione, s, &modifica).await?;
            Ok(prima.is_none())
        })
        .await
    }

    /// An account of a dominio.
    ///
    /// # Errors
    /// `Negato`, `Inesistente`.
    pub async fn leggi_conto(
        &self,
        chi: &Chiamante,
        dominio: &str,
        iban: &str,
    ) -> Result<ContoAccredito, AnagraficaError> {
        self.dominio_letto(chi, dominio).await?.conto(iban).cloned().ok_or_else(|| {
            AnagraficaError::Inesistente(format!(
                "Iban di accredito {iban} non censito in Anagrafica per il Dominio {dominio}"
            ))
        })
    }

    /// Creates or replaces a type of revenue; true when it was created.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn salva_entrata(&self, autore: &Autore, e: &Entrata) -> Result<bool, AnagraficaError> {
        let atto = self.atto(autore).await?;
        self.ripeti(|| async {
            let versione = self.store().versione_anagrafica().await?;
            let prima = self.store().entrata(e.id.as_str()).await?;
            let mut s = Scrittura::nuova();
            salva_entrata(&mut s, Modo::per(prima.is_some()), e);
            let ritratto = prima.as_ref().map(ritratti::entrata);
            let modifica = Modifica::di("Entrata", e.id.as_str(), ritratto, ritratti::entrata(e));
            self.conferma(&atto, versione, s, &modifica).await?;
            Ok(prima.is_none())
        })
        .await
    }

    /// A type of revenue.
    ///
    /// # Errors
    /// `Inesistente`.
    pub async fn leggi_entrata(&self, id: &str) -> Result<Entrata, AnagraficaError> {
        self.store()
            .entrata(id)
            .await?
            .ok_or_else(|| AnagraficaError::Inesistente(format!("Entrata {id} non censita in Anagrafica")))
    }

    /// Creates or replaces the entrata of a dominio; true when it was created.
    ///
    /// # Errors
    /// `Negato` out of scope; `NonAmmesso` for a dominio or an entrata that is unknown, or an IBAN
    /// that is not an account of that very dominio.
    pub async fn salva_entrata_dominio(
        &self,
        autore: &Autore,
        dominio: &IdDominio,
        nuova: &NuovaEntrataDominio,
    ) -> Result<bool, AnagraficaError> {
        let atto = self.atto(autore).await?;
        self.ripeti(|| async {
            let versione = self.store().versione_anagrafica().await?;
            let scheda = self.dominio_di(&autore.chi, dominio.as_str()).await?;
            let tipo = self.store().entrata(nuova.id.as_str()).await?.ok_or_else(|| {
                AnagraficaError::NonAmmesso(format!("L'entrata {} indicata non esiste.", nuova.id))
            })?;
            for (iban, quale) in [(&nuova.iban_accredito, "accredito"), (&nuova.iban_appoggio, "appoggio")] {
                if let Some(iban) = iban
                    && scheda.conto(iban.as_str()).is_none()
                {
                    return Err(AnagraficaError::NonAmmesso(format!(
                        "L'iban {quale} {iban} indicato non esiste."
                    )));
                }
            }
            let prima = scheda.entrata(nuova.id.as_str());
            let e = EntrataDominio {
                tipo,
                iban_accredito: nuova.iban_accredito.clone(),
                iban_appoggio: nuova.iban_appoggio.clone(),
                tipo_contabilita: nuova.tipo_contabilita,
                codice_contabilita: nuova.codice_contabilita.clone(),
                abilitato: nuova.abilitato,
            };
            let mut s = Scrittura::nuova();
            salva_entrata_dominio(&mut s, Modo::per(prima.is_some()), dominio, &e);
            let modifica = Modifica::di_dominio(
                "EntrataDominio",
                dominio.as_str(),
                Some(nuova.id.as_str()),
                prima.map(ritratti::entrata_dominio),
                ritratti::entrata_dominio(&e),
            );
            self.conferma(&atto, versione, s, &modifica).await?;
            Ok(prima.is_none())
        })
        .await
    }

    /// The entrata of a dominio.
    ///
    /// # Errors
    /// `Negato`, `Inesistente`.
    pub async fn leggi_entrata_dominio(
        &self,
        chi: &Chiamante,
        dominio: &str,
        id: &str,
    ) -> Result<EntrataDominio, AnagraficaError> {
        self.dominio_letto(chi, dominio).await?.entrata(id).cloned().ok_or_else(|| {
            AnagraficaError::Inesistente(format!(
                "Entrata {id} non censita in Anagrafica per il Dominio {dominio}"
            ))
        })
    }
}

fn unita_in_ambito(chi: &Chiamante, dominio: &str, unita: &str) -> Result<(), AnagraficaError> {
    Ok(chi.ambito(&Oggetto { dominio: Some(dominio), unita: Some(unita), ..Oggetto::default() })?)
}
