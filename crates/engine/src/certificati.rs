//! Callers known by what somebody else has verified: a client certificate, a name that a trusted proxy
//! gives.

use crate::chiamante::Metodo;
use crate::{Chiamante, Engine};
use domain::nome_distinto::NomeDistinto;
use store::StoreError;

impl Engine {
    /// The caller whose principal is the subject of a verified client certificate, compared
    /// attribute by attribute (spec 10 2.1 `ssl`); `None` when nobody has it and it cannot sign up.
    ///
    /// # Errors
    /// The database.
    pub async fn autentica_certificato(
        &self,
        soggetto: &str,
        metodo: Metodo,
    ) -> Result<Option<Chiamante>, StoreError> {
        let mut trovata = self.registro().utenza(soggetto).await?;
        if trovata.is_none()
            && let Some(nome) = NomeDistinto::leggi(soggetto)
            && let Some(p) = self.registro().principal_del_certificato(&nome).await?
        {
            trovata = self.registro().utenza(&p).await?;
        }
        if trovata.is_none() {
            trovata = self.iscrivi(soggetto).await?;
        }
        Ok(trovata.map(|(utenza, applicazione)| Chiamante::registrato(utenza, applicazione, metodo)))
    }

    /// The caller whose principal somebody whom we trust has told us; `None` when nobody has it and it cannot
    /// sign up.
    ///
    /// # Errors
    /// The database.
    pub async fn autentica_principal(
        &self,
        principal: &str,
        metodo: Metodo,
    ) -> Result<Option<Chiamante>, StoreError> {
        if principal.contains('\0') {
            return Ok(None);
        }
        self.registrato_o_iscritto(principal, metodo).await
    }
}
