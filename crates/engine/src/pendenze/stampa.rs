//! The notice of a pendenza on paper (spec 20 section 8, spec 60 6.1): drawn from what is stored now.

use super::avviso::Cercata;
use super::{LeggiError, RichiestaAvviso, Visibilita};
use crate::porte::StampaNonRiuscita;
use crate::{Chiamante, Engine, Negato, StoreError};
use contratto::logo;
use contratto::pendenza::proprieta_avviso;
use domain::anagrafica::SchedaDominio;
use domain::pendenza::Pendenza;
use domain::stampa::{AvvisoStampato, Emittente, LinguaChiesta};
use domain::{IdDominio, NumeroAvviso};
use std::sync::Arc;

/// A printed document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stampa {
    /// PDF.
    pub contenuto: Vec<u8>,
    /// Name of the file.
    pub nome: String,
}

/// Why a notice is not printed.
#[derive(Debug, thiserror::Error)]
pub enum StampaError {
    /// No pendenza has this number.
    #[error("Avviso [Dominio:{0}, NumeroAvviso:{1}] inesistente")]
    Inesistente(IdDominio, NumeroAvviso),
    /// No pendenza has this number, and the ente that was asked says why it gives none.
    #[error("Avviso [Dominio:{0}, NumeroAvviso:{1}] inesistente: {2}")]
    NonOttenuto(IdDominio, NumeroAvviso, String),
    /// Somebody else's.
    #[error(transparent)]
    NonAutorizzato(#[from] Negato),
    /// No document of this applicazione has this identifier.
    #[error("Nessun documento trovato")]
    DocumentoInesistente,
    /// Nothing of the document can be paid, or none of the notices asked.
    #[error("{0}")]
    NienteDaStampare(String),
    /// A document of which some payment buys a marca da bollo.
    #[error("Stampa Documento non disponibile: sono presenti dei pagamenti di Marca da Bollo")]
    DocumentoConBollo,
    /// It buys a marca da bollo.
    #[error("Avviso non disponibile per pagamenti di Marca da Bollo")]
    MarcaDaBollo,
    /// The page could not be drawn.
    #[error("avviso non stampato")]
    NonRiuscita(#[from] StampaNonRiuscita),
    /// The database.
    #[error("lettura non riuscita")]
    Store(#[from] StoreError),
}

impl Engine {
    /// The notice of a pendenza that the caller sees, whatever its state.
    ///
    /// # Errors
    /// [`StampaError`].
    pub async fn avviso_pdf(
        &self,
        chi: &Chiamante,
        visibilita: Visibilita,
        richiesta: RichiestaAvviso<'_>,
        lingua: LinguaChiesta,
    ) -> Result<Stampa, StampaError> {
        let RichiestaAvviso { dominio, avviso, .. } = richiesta;
        let inesistente = || StampaError::Inesistente(dominio.clone(), avviso.clone());
        match self.pendenza_dell_avviso(chi, visibilita, richiesta).await {
            Ok(Cercata::Trovata(p)) => self.stampa_avviso(&p, lingua).await,
            Ok(Cercata::Inesistente(None)) => Err(inesistente()),
            Ok(Cercata::Inesistente(Some(motivo))) => {
                Err(StampaError::NonOttenuto(dominio.clone(), avviso.clone(), motivo))
            }
            Err(LeggiError::Inesistente(_)) => Err(inesistente()),
            Err(LeggiError::NonAutorizzato(e)) => Err(e.into()),
            Err(LeggiError::Store(e)) => Err(e.into()),
        }
    }

    /// The notice of a pendenza that was read.
    ///
    /// # Errors
    /// [`StampaError`].
    pub async fn stampa_avviso(&self, p: &Pendenza, lingua: LinguaChiesta) -> Result<Stampa, StampaError> {
        if p.con_bollo() {
            return Err(StampaError::MarcaDaBollo);
        }
        let da_stampare = self.avviso_stampato(p, lingua).await?;
        let contenuto = self.porte().stampatore.avviso(da_stampare).await?;
        let nome = match &p.accessori.documento {
            Some(d) => format!("{}_DOC_{}.pdf", p.dominio, d.identificativo),
            None => format!("{}_{}.pdf", p.dominio, p.numero_avviso),
        };
        Ok(Stampa { contenuto, nome })
    }

    /// What the notice of a pendenza says.
    pub(crate) async fn avviso_stampato(
        &self,
        p: &Pendenza,
        lingua: LinguaChiesta,
    ) -> Result<AvvisoStampato, StampaError> {
        let mut schede = Vec::new();
        for id in std::iter::once(&p.dominio).chain(p.voci.iter().filter_map(|v| v.dominio.as_ref())) {
            if schede.iter().all(|s: &Arc<SchedaDominio>| s.dominio.id != *id) {
                schede.extend(self.registro().dominio(id.as_str()).await?);
            }
        }
        let scheda = schede
            .iter()
            .find(|s| s.dominio.id == p.dominio)
            .ok_or_else(|| StampaNonRiuscita(format!("dominio {} non censito", p.dominio)))?;
        let logo = async |id: Option<&IdDominio>| {
            let con_logo =
                |s: &&Arc<SchedaDominio>| id.is_some_and(|id| s.dominio.id == *id) && s.dominio.ha_logo;
            match schede.iter().find(con_logo) {
                Some(s) => self.store().logo(s.dominio.id.as_str()).await,
                None => Ok(None),
            }
        };
        let emittente = Emittente {
            scheda,
            schede: &schede,
            logo: logo(Some(&p.dominio)).await?.map(|l| logo::decodifica(&l)),
            secondo_logo: logo(p.altro_beneficiario()).await?.map(|l| logo::decodifica(&l)),
            proprieta: proprieta_avviso(p.accessori.proprieta.as_deref()),
            lingua,
        };
        Ok(AvvisoStampato::componi(p, emittente, &self.impostazioni().stampa, self.oggi()))
    }
}
