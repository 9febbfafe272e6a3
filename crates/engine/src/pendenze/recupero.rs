//! A pendenza that is not in the archive, asked to the ente that may have it (spec 20 section 9).

use super::{CaricaError, Provenienza};
use crate::Engine;
use crate::ente::{EsitoVerifica, Ricerca};
use domain::pendenza::{Pendenza, PendenzaError, da_iuv_chiesto};
use domain::{IdDominio, NumeroAvviso};
use store::StoreError;

/// Why a pendenza was not had from the ente. The display text is the reason to tell.
#[derive(Debug, thiserror::Error)]
pub enum RecuperoError {
    /// `DOM_000`, `DOM_001`.
    #[error(transparent)]
    Dominio(#[from] PendenzaError),
    /// `VER_008`: no applicazione may have it.
    #[error(
        "L'avviso di pagamento [Dominio:{0} Iuv:{1}] non risulta registrato, ne associabile ad \
         un'applicazione censita."
    )]
    SenzaApplicazione(IdDominio, domain::Iuv),
    /// `VER_010` to `VER_013`: what the ente says of it.
    #[error("La verifica della pendenza ha dato esito {}{}", .0.as_str(), descritto(.1.as_deref()))]
    Esito(EsitoNegativo, Option<String>),
    /// The answer is of no use, or there was none.
    #[error("{0}")]
    NonRiuscita(String),
    /// It could not be loaded.
    #[error(transparent)]
    NonCaricata(CaricaError),
    /// The database.
    #[error("lettura non riuscita")]
    Store(#[from] StoreError),
}

/// What an ente may say of a pendenza that cannot be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EsitoNegativo {
    /// Expired.
    Scaduta,
    /// Unknown.
    Sconosciuta,
    /// Paid.
    Duplicata,
    /// Annulled.
    Annullata,
}

impl EsitoNegativo {
    /// As the texts name it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scaduta => "PAA_PAGAMENTO_SCADUTO",
            Self::Sconosciuta => "PAA_PAGAMENTO_SCONOSCIUTO",
            Self::Duplicata => "PAA_PAGAMENTO_DUPLICATO",
            Self::Annullata => "PAA_PAGAMENTO_ANNULLATO",
        }
    }
}

fn descritto(descrizione: Option<&str>) -> String {
    descrizione.map_or_else(String::new, |d| format!(": {d}"))
}

impl Engine {
    /// Asks the ente for the pendenza of a notice and loads what it answers. Nothing is locked while
    /// it is asked.
    ///
    /// # Errors
    /// [`RecuperoError`].
    pub async fn recupera_per_avviso(
        &self,
        dominio: &IdDominio,
        avviso: &NumeroAvviso,
        transazione: &str,
    ) -> Result<Pendenza, RecuperoError> {
        let scheda = self.registro().dominio(dominio.as_str()).await?;
        let scheda = scheda.ok_or_else(|| PendenzaError::DominioInesistente(dominio.clone()))?;
        if !scheda.dominio.abilitato {
            return Err(PendenzaError::DominioDisabilitato(dominio.clone()).into());
        }
        let iuv = avviso.iuv();
        let applicazione = self.registro().candidata(dominio.as_str(), iuv.as_str()).await?;
        let applicazione =
            applicazione.ok_or_else(|| RecuperoError::SenzaApplicazione(dominio.clone(), iuv.clone()))?;
        if applicazione.servizio_integrazione.is_none() {
            return Err(RecuperoError::Esito(EsitoNegativo::Sconosciuta, None));
        }
        let cosa = Ricerca {
            dominio: dominio.clone(),
            numero_avviso: Some(da_iuv_chiesto(&iuv, &scheda).unwrap_or_else(|| avviso.clone())),
            iuv: iuv.clone(),
            chiave: None,
        };
        use EsitoNegativo as N;
        let nuova = match self.verifica_presso_ente(&applicazione, cosa, transazione).await {
            EsitoVerifica::NonEseguita(nuova) => *nuova,
            EsitoVerifica::Annullata { descrizione, .. } => {
                return Err(RecuperoError::Esito(N::Annullata, descrizione));
            }
            EsitoVerifica::Scaduta { descrizione, .. } => {
                return Err(RecuperoError::Esito(N::Scaduta, descrizione));
            }
            EsitoVerifica::Duplicata { descrizione, .. } => {
                return Err(RecuperoError::Esito(N::Duplicata, descrizione));
            }
            EsitoVerifica::Sconosciuta { descrizione } => {
                return Err(RecuperoError::Esito(N::Sconosciuta, Some(descrizione)));
            }
            EsitoVerifica::NonValida { testo, .. } | EsitoVerifica::Errore { testo } => {
                return Err(RecuperoError::NonRiuscita(testo));
            }
        };
        let chi = Provenienza::Ente { applicazione, iuv_chiesto: Some(iuv) };
        let caricata = self.carica_pendenza(chi, nuova).await.map_err(|e| match e {
            CaricaError::Store(e) => RecuperoError::Store(e),
            altro @ (CaricaError::Regola(_) | CaricaError::NonAutorizzato(_) | CaricaError::Numero(_)) => {
                RecuperoError::NonCaricata(altro)
            }
        })?;
        Ok(caricata.pendenza)
    }
}
