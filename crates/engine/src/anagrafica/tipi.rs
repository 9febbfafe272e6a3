//! Types of pendenza and their override by a dominio (spec 10 5.4).

use super::{AnagraficaError, Autore, Modifica, dominio_in_ambito, non_intermediato, ritratti};
use crate::chiamante::Oggetto;
use crate::{Chiamante, Engine, Negato};
use domain::anagrafica::{Ambito, Segreto, TipoPendenza, TipoPendenzaDominio};
use domain::{IdDominio, IdTipoPendenza};
use store::Scrittura;
use store::anagrafica::{Modo, salva_tipo_pendenza, salva_tipo_pendenza_dominio};

/// The override of a type by a dominio as a PUT gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NuovoTipoPendenzaDominio {
    /// Which.
    pub id: IdTipoPendenza,
    /// Override.
    pub codifica_iuv: Option<String>,
    /// Override.
    pub paga_terzi: Option<bool>,
    /// Override.
    pub abilitato: Option<bool>,
    /// JSON object text of the overridden sections.
    pub configurazione: String,
    /// `avvisaturaAppIO.apiKey`.
    pub api_key_app_io: Option<Segreto>,
}

impl Engine {
    /// Creates or replaces a type of pendenza; true when it was created.
    ///
    /// # Errors
    /// `Negato` when it is not in the caller's scope, or new and he does not have all types.
    pub async fn salva_tipo_pendenza(
        &self,
        autore: &Autore,
        t: &TipoPendenza,
    ) -> Result<bool, AnagraficaError> {
        let chi = &autore.chi;
        let atto = self.atto(autore).await?;
        self.ripeti(|| async {
            let versione = self.store().versione_anagrafica().await?;
            let prima = self.store().tipo_pendenza(t.id.as_str()).await?;
            if prima.is_some() {
                tipo_in_ambito(chi, t.id.as_str())?;
            } else if chi.utenza.tipi_pendenza != Ambito::Tutti {
                let motivo = "L'utenza non possiede i diritti per creare nuovi Tipi Pendenza";
                return Err(chi.negato_perche(motivo).into());
            }
            let mut s = Scrittura::nuova();
            salva_tipo_pendenza(&mut s, Modo::per(prima.is_some()), t);
            let ritratto = prima.as_ref().map(ritratti::tipo_pendenza);
            let modifica = Modifica::di("TipoPendenza", t.id.as_str(), ritratto, ritratti::tipo_pendenza(t));
            self.conferma(&atto, versione, s, &modifica).await?;
            Ok(prima.is_none())
        })
        .await
    }

    /// A type of pendenza.
    ///
    /// # Errors
    /// `Negato`, `Inesistente`.
    pub async fn leggi_tipo_pendenza(
        &self,
        chi: &Chiamante,
        id: &str,
    ) -> Result<TipoPendenza, AnagraficaError> {
        tipo_in_ambito(chi, id)?;
        self.store().tipo_pendenza(id).await?.ok_or_else(|| {
            AnagraficaError::Inesistente(format!("Tipo Pendenza {id} non censito in Anagrafica"))
        })
    }

    /// Creates or replaces the override of a type by a dominio; true when it was created.
    ///
    /// # Errors
    /// `Negato` when dominio or type are out of scope; `NonAmmesso` for a dominio that is unknown or
    /// not intermediated, or an unknown type.
    pub async fn salva_tipo_pendenza_dominio(
        &self,
        autore: &Autore,
        dominio: &IdDominio,
        nuovo: &NuovoTipoPendenzaDominio,
    ) -> Result<bool, AnagraficaError> {
        let chi = &autore.chi;
        let atto = self.atto(autore).await?;
        self.ripeti(|| async {
            let versione = self.store().versione_anagrafica().await?;
            dominio_in_ambito(chi, dominio.as_str())?;
            tipo_in_ambito(chi, nuovo.id.as_str())?;
            let scheda = self.dominio_di(chi, dominio.as_str()).await?;
            if scheda.dominio.intermediazione.is_none() {
                return Err(non_intermediato(dominio.as_str()));
            }
            let tipo = self.store().tipo_pendenza(nuovo.id.as_str()).await?.ok_or_else(|| {
                AnagraficaError::NonAmmesso(format!("Il tipo pendenza {} indicato non esiste.", nuovo.id))
            })?;
            let prima = scheda.tipo(nuovo.id.as_str());
            let t = TipoPendenzaDominio {
                tipo,
                codifica_iuv: nuovo.codifica_iuv.clone(),
                paga_terzi: nuovo.paga_terzi,
                abilitato: nuovo.abilitato,
                configurazione: nuovo.configurazione.clone(),
                api_key_app_io: nuovo.api_key_app_io.clone(),
            };
            let mut s = Scrittura::nuova();
            let modo = Modo::per(prima.is_some());
            salva_tipo_pendenza_dominio(&mut s, self.store().chiave(), modo, dominio, &t)?;
            let modifica = Modifica::di_dominio(
                "TipoPendenzaDominio",
                dominio.as_str(),
                Some(nuovo.id.as_str()),
                prima.map(ritratti::tipo_pendenza_dominio),
                ritratti::tipo_pendenza_dominio(&t),
            );
            self.conferma(&atto, versione, s, &modifica).await?;
            Ok(prima.is_none())
        })
        .await
    }

    /// A type of a dominio: its defaults and the override.
    ///
    /// # Errors
    /// `Negato`, `Inesistente` (also under a dominio that is not intermediated).
    pub async fn leggi_tipo_pendenza_dominio(
        &self,
        chi: &Chiamante,
        dominio: &str,
        id: &str,
    ) -> Result<TipoPendenzaDominio, AnagraficaError> {
        dominio_in_ambito(chi, dominio)?;
        tipo_in_ambito(chi, id)?;
        let scheda = self.dominio_letto(chi, dominio).await?;
        scheda.tipo(id).filter(|_| scheda.dominio.intermediazione.is_some()).cloned().ok_or_else(|| {
            AnagraficaError::Inesistente(format!(
                "Tipo Pendenza {id} non censito in Anagrafica per il Dominio {dominio}"
            ))
        })
    }

    /// Id and description of those of the given types that exist, for the lists inside a connector.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn descrizioni_tipi(&self, id: &[&str]) -> Result<Vec<(String, String)>, AnagraficaError> {
        Ok(self.store().descrizioni_tipi(id).await?)
    }
}

pub(super) fn tipo_in_ambito(chi: &Chiamante, tipo: &str) -> Result<(), Negato> {
    chi.ambito(&Oggetto { tipo_pendenza: Some(tipo), ..Oggetto::default() })
}
