//! Intermediari and stazioni (spec 10 5.1).

use super::{AnagraficaError, Autore, Modifica, ritratti};
use crate::{Chiamante, Engine};
use domain::anagrafica::{Dominio, Intermediario, Stazione, stazione_di};
use store::Scrittura;
use store::anagrafica::{Modo, salva_intermediario, salva_stazione};

impl Engine {
    /// Creates or replaces an intermediario; true when it was created.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn salva_intermediario(
        &self,
        autore: &Autore,
        i: &Intermediario,
    ) -> Result<bool, AnagraficaError> {
        let atto = self.atto(autore).await?;
        self.ripeti(|| async {
            let versione = self.store().versione_anagrafica().await?;
            let prima = self.store().intermediario(i.id.as_str()).await?;
            let mut s = Scrittura::nuova();
            salva_intermediario(&mut s, self.store().chiave(), Modo::per(prima.is_some()), i)?;
            let ritratto = prima.as_ref().map(ritratti::intermediario);
            let modifica = Modifica::di("Intermediario", i.id.as_str(), ritratto, ritratti::intermediario(i));
            self.conferma(&atto, versione, s, &modifica).await?;
            Ok(prima.is_none())
        })
        .await
    }

    /// An intermediario and its stazioni.
    ///
    /// # Errors
    /// `Inesistente`.
    pub async fn leggi_intermediario(
        &self,
        id: &str,
    ) -> Result<(Intermediario, Vec<Stazione>), AnagraficaError> {
        let i = self.store().intermediario(id).await?.ok_or_else(|| {
            AnagraficaError::Inesistente(format!("Intermediario {id} non censito in Anagrafica"))
        })?;
        Ok((i, self.store().stazioni_di(id).await?))
    }

    /// Creates or replaces a stazione; true when it was created.
    ///
    /// # Errors
    /// `NonAmmesso`: its intermediario does not exist, or its id is not of that intermediario.
    pub async fn salva_stazione(
        &self,
        autore: &Autore,
        stazione: &Stazione,
    ) -> Result<bool, AnagraficaError> {
        let intermediario = &stazione.intermediario;
        let atto = self.atto(autore).await?;
        self.ripeti(|| async {
            let versione = self.store().versione_anagrafica().await?;
            if self.store().intermediario(intermediario.as_str()).await?.is_none() {
                return Err(AnagraficaError::NonAmmesso(format!(
                    "L'intermediario {intermediario} indicato non esiste."
                )));
            }
            if !stazione_di(&stazione.id, intermediario) {
                return Err(AnagraficaError::NonAmmesso(format!(
                    "La stazione {} indicata non e' valida per l'intermediario {intermediario}.",
                    stazione.id
                )));
            }
            let prima = self.store().stazione(stazione.id.as_str()).await?;
            let mut s = Scrittura::nuova();
            salva_stazione(&mut s, self.store().chiave(), Modo::per(prima.is_some()), stazione)?;
            let ritratto = prima.as_ref().map(ritratti::stazione);
            let modifica =
                Modifica::di("Stazione", stazione.id.as_str(), ritratto, ritratti::stazione(stazione));
            self.conferma(&atto, versione, s, &modifica).await?;
            Ok(prima.is_none())
        })
        .await
    }

    /// A stazione of an intermediario and, of the domini that use it, those in the caller's scope.
    ///
    /// # Errors
    /// `Inesistente`.
    pub async fn leggi_stazione(
        &self,
        chi: &Chiamante,
        intermediario: &str,
        id: &str,
    ) -> Result<(Stazione, Vec<Dominio>), AnagraficaError> {
        let stazione = self
            .store()
            .stazione(id)
            .await?
            .filter(|s| s.intermediario.as_str() == intermediario)
            .ok_or_else(|| {
                AnagraficaError::Inesistente(format!(
                    "Stazione {id} non censita in Anagrafica per l'intermediario {intermediario}"
                ))
            })?;
        let mut domini = self.store().domini_di_stazione(id).await?;
        domini.retain(|d| chi.utenza.domini.comprende_dominio(d.id.as_str()));
        Ok((stazione, domini))
    }
}
