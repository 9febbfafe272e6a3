//! The notice of a pendenza (spec 20 section 8).

use super::leggi::LeggiError;
use super::{RecuperoError, Visibilita};
use crate::{Chiamante, Engine, Negato, StoreError};
use domain::pendenza::{Pendenza, StatoAvviso, barcode, qrcode};
use domain::{IdDominio, NumeroAvviso};
use secrecy::SecretString;

/// A notice number looked up.
#[derive(Debug, Clone, PartialEq)]
pub enum AvvisoLetto {
    /// No pendenza has it.
    Sconosciuto,
    /// Somebody has.
    Trovato(Box<AvvisoTrovato>),
}

/// The notice of a stored pendenza.
#[derive(Debug, Clone, PartialEq)]
pub struct AvvisoTrovato {
    /// Its pendenza.
    pub pendenza: Pendenza,
    /// State today.
    pub stato: StatoAvviso,
    /// Text of the QR code.
    pub qrcode: String,
    /// Text of the bar code, of a body that has a GLN.
    pub barcode: Option<String>,
}

/// Which notice is asked, and how far it is sought.
#[derive(Debug, Clone, Copy)]
pub struct RichiestaAvviso<'a> {
    /// Of this body.
    pub dominio: &'a IdDominio,
    /// With this number.
    pub avviso: &'a NumeroAvviso,
    /// One that is not in the archive is asked to the ente, in this transaction, and stays (spec 20 section 9).
    pub dall_ente: Option<&'a str>,
    /// Only of this debtor, upper or lower case.
    pub solo_di: Option<&'a str>,
}

/// Refusal of the notice of another debtor (spec 20 section 8).
const ALTRO_DEBITORE: &str = "Utenza non autorizzata, il codice fiscale del debitore non corrisponde a quello \
                              indicato nella pendenza.";

/// The refusal of whoever has to name the debtor of a notice and does not.
#[must_use]
pub fn altro_debitore() -> Negato {
    Negato(ALTRO_DEBITORE.to_owned())
}

/// The pendenza of a notice, or why there is none.
pub(super) enum Cercata {
    Trovata(Box<Pendenza>),
    /// With what the ente said of it, if it was asked.
    Inesistente(Option<String>),
}

impl Engine {
    /// The notice of a pendenza that the caller sees.
    ///
    /// # Errors
    /// [`LeggiError`]: somebody else's, or the database.
    pub async fn avviso_json(
        &self,
        chi: &Chiamante,
        visibilita: Visibilita,
        richiesta: RichiestaAvviso<'_>,
    ) -> Result<AvvisoLetto, LeggiError> {
        let Cercata::Trovata(pendenza) = self.pendenza_dell_avviso(chi, visibilita, richiesta).await? else {
            return Ok(AvvisoLetto::Sconosciuto);
        };
        let RichiestaAvviso { dominio, avviso, .. } = richiesta;
        let scheda = self.registro().dominio(dominio.as_str()).await?;
        let gln = scheda.as_ref().and_then(|s| s.dominio.intermediazione.as_ref()?.gln.as_deref());
        Ok(AvvisoLetto::Trovato(Box::new(AvvisoTrovato {
            stato: pendenza.stato_avviso(self.oggi()),
            qrcode: qrcode(avviso, dominio, pendenza.importo),
            barcode: gln.map(|g| barcode(g, avviso, pendenza.importo)),
            pendenza: *pendenza,
        })))
    }

    /// The pendenza that has a notice number.
    pub(super) async fn pendenza_dell_avviso(
        &self,
        chi: &Chiamante,
        visibilita: Visibilita,
        RichiestaAvviso { dominio, avviso, dall_ente, solo_di }: RichiestaAvviso<'_>,
    ) -> Result<Cercata, LeggiError> {
        visibilita.per_dominio(chi, dominio)?;
        let trovata = self.store().pendenza_per_iuv(dominio.as_str(), avviso.iuv().as_str()).await?;
        let pendenza = match (trovata, dall_ente) {
            // Two numbers of aux digit 0 may share their IUV.
            (Some(p), _) if p.numero_avviso != *avviso => return Ok(Cercata::Inesistente(None)),
            (Some(p), _) => p,
            (None, None) => return Ok(Cercata::Inesistente(None)),
            (None, Some(transazione)) => match self.recupera_per_avviso(dominio, avviso, transazione).await {
                Ok(p) => p,
                Err(RecuperoError::Store(e)) => return Err(e.into()),
                Err(altro) => return Ok(Cercata::Inesistente(Some(altro.to_string()))),
            },
        };
        visibilita.per(chi, &pendenza)?;
        if solo_di.is_some_and(|d| d.to_uppercase() != pendenza.debitore.identificativo.to_uppercase()) {
            return Err(altro_debitore().into());
        }
        Ok(Cercata::Trovata(Box::new(pendenza)))
    }

    /// Whether this is the UUID of the pendenza of a notice (spec 10 2.6), be it in the archive or in the session
    /// of the caller.
    ///
    /// # Errors
    /// The database.
    pub async fn uuid_dell_avviso(
        &self,
        sessione: Option<&SecretString>,
        dominio: &IdDominio,
        avviso: &NumeroAvviso,
        uuid: &str,
    ) -> Result<bool, StoreError> {
        let trovata = self.store().pendenza_per_iuv(dominio.as_str(), avviso.iuv().as_str()).await?;
        match (trovata, sessione) {
            (Some(p), _) => Ok(p.numero_avviso == *avviso && p.uuid == uuid),
            (None, Some(token)) => self.tiene_con_uuid(token, dominio, avviso, uuid).await,
            (None, None) => Ok(false),
        }
    }
}
