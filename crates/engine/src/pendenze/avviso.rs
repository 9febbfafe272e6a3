//! The notice of a pendenza, looked up without asking the ente (spec 20 section 8).

use super::Visibilita;
use super::leggi::LeggiError;
use crate::{Chiamante, Engine};
use domain::pendenza::{Pendenza, StatoAvviso, barcode, qrcode};
use domain::{IdDominio, NumeroAvviso};

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

impl Engine {
    /// The notice of a pendenza that the caller sees. The ente is not asked.
    ///
    /// # Errors
    /// [`LeggiError`]: somebody else's, or the database.
    pub async fn avviso_json(
        &self,
        chi: &Chiamante,
        visibilita: Visibilita,
        dominio: &IdDominio,
        avviso: &NumeroAvviso,
    ) -> Result<AvvisoLetto, LeggiError> {
        let Some(pendenza) = self.pendenza_dell_avviso(chi, visibilita, dominio, avviso).await? else {
            return Ok(AvvisoLetto::Sconosciuto);
        };
        let scheda = self.registro().dominio(dominio.as_str()).await?;
        let gln = scheda.as_ref().and_then(|s| s.dominio.intermediazione.as_ref()?.gln.as_deref());
        Ok(AvvisoLetto::Trovato(Box::new(AvvisoTrovato {
            stato: pendenza.stato_avviso(self.oggi()),
            qrcode: qrcode(avviso, dominio, pendenza.importo),
            barcode: gln.map(|g| barcode(g, avviso, pendenza.importo)),
            pendenza,
        })))
    }

    /// The pendenza that has a notice number.
    pub(super) async fn pendenza_dell_avviso(
        &self,
        chi: &Chiamante,
        visibilita: Visibilita,
        dominio: &IdDominio,
        avviso: &NumeroAvviso,
    ) -> Result<Option<Pendenza>, LeggiError> {
        visibilita.per_dominio(chi, dominio)?;
        let trovata = self.store().pendenza_per_iuv(dominio.as_str(), avviso.iuv().as_str()).await?;
        // Two numbers of aux digit 0 may share their IUV.
        let Some(pendenza) = trovata.filter(|p| p.numero_avviso == *avviso) else { return Ok(None) };
        visibilita.per(chi, &pendenza)?;
        Ok(Some(pendenza))
    }
}
