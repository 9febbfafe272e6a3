//! The two documents of an attempt, each in its own format (spec 40 7.2, 7.3).

use domain::attivazione::scadenza;
use domain::pendenza::{Forma, Pendenza};
use domain::tentativo::Tentativo;
use pagopa::LetturaError;
use pagopa::ccp::{DatiPagamento, InvioRicevuta, RichiestaBollo, Versione, leggi_ricevuta, leggi_rpt};
use store::tentativi::TentativoLetto;

/// An attempt with its documents as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Documenti {
    /// The attempt.
    pub tentativo: Tentativo,
    rpt: Option<Vec<u8>>,
    rt: Option<Vec<u8>>,
    giorni: Option<i64>,
}

impl Documenti {
    pub(crate) fn nuovi(t: TentativoLetto, giorni: Option<i64>) -> Self {
        Self { tentativo: t.tentativo, rpt: t.rpt, rt: t.rt, giorni }
    }

    /// The request. One that was never stored, because the receipt came without activation, is
    /// rebuilt from the receipt and the pendenza.
    ///
    /// # Errors
    /// A stored document that cannot be read.
    pub fn rpt(&self, p: &Pendenza) -> Result<Option<(Versione, DatiPagamento)>, LetturaError> {
        match &self.rpt {
            Some(byte) => leggi_rpt(byte).map(Some),
            None => Ok(self.rt()?.map(|i| (i.versione, self.ricostruita(&i, p)))),
        }
    }

    /// The request as XML: the stored bytes, or the rebuilt one.
    ///
    /// # Errors
    /// A stored receipt that cannot be read.
    pub fn rpt_xml(&self, p: &Pendenza) -> Result<Option<Vec<u8>>, LetturaError> {
        match &self.rpt {
            Some(byte) => Ok(Some(byte.clone())),
            None => Ok(self.rt()?.map(|i| self.ricostruita(&i, p).xml(i.versione))),
        }
    }

    /// The receipt, accepted or refused; none yet.
    ///
    /// # Errors
    /// A stored document that cannot be read.
    pub fn rt(&self) -> Result<Option<InvioRicevuta>, LetturaError> {
        self.rt.as_deref().map(leggi_ricevuta).transpose()
    }

    /// The receipt as XML, exactly the bytes that are stored.
    #[must_use]
    pub fn rt_xml(&self) -> Option<&[u8]> {
        self.rt.as_deref()
    }

    fn ricostruita(&self, i: &InvioRicevuta, p: &Pendenza) -> DatiPagamento {
        DatiPagamento::da_ricevuta(&i.ricevuta, scadenza(p, self.giorni), |indice| bollo(p, indice))
    }
}

/// The stamp of a voce.
fn bollo(p: &Pendenza, indice: u8) -> Option<RichiestaBollo> {
    let voce = p.voci.iter().find(|v| v.indice == i64::from(indice))?;
    match &voce.forma {
        Forma::Bollo { tipo, hash, provincia, .. } => {
            Some(RichiestaBollo { hash: hash.clone(), tipo: tipo.clone(), provincia: provincia.clone() })
        }
        Forma::Entrata { .. } | Forma::Definita { .. } => None,
    }
}
