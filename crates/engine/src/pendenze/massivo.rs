//! Loading many pendenze: what each decides before it is written, so that many share a commit.

use super::carica::{self, Richiesta, Seguito};
use super::{CaricaError, Caricata, in_fila};
use crate::chiamante::Oggetto;
use crate::ritenta::{Ancora, Contesa, ritenta_finche};
use crate::{Chiamante, Engine, Negato};
use domain::pendenza::{ChiavePendenza, Modifica, NuovaPendenza, NuovoAllegato, Pendenza, StatoPendenza};
use store::{Scrittura, StoreError};

/// Numbers of notices that are reserved at a time.
const BLOCCO: i64 = 500;

/// A pendenza that may be loaded as far as master data and rights go.
pub(crate) struct Preparata(Richiesta);

/// A pendenza that is to be created, with what it is written with.
pub(crate) struct Nascitura {
    pub(crate) pendenza: Pendenza,
    allegati: Vec<(i64, NuovoAllegato)>,
}

/// Why a pendenza was not annulled. The display text is the `dettaglio`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AnnullaError {
    /// `VER_008`.
    #[error("La pendenza non esiste.")]
    Inesistente,
    /// `VER_009`.
    #[error("La pendenza {0} e' in uno stato che non consente l'annullamento ({1})")]
    NonAmmesso(ChiavePendenza, StatoPendenza),
    /// Out of the caller's scope.
    #[error(transparent)]
    NonAutorizzato(#[from] Negato),
    /// The database.
    #[error("salvataggio non riuscito")]
    Store(#[from] StoreError),
}

impl Contesa for AnnullaError {
    fn contesa(&self) -> bool {
        matches!(self, Self::Store(e) if e.contesa())
    }
}

impl Preparata {
    pub(crate) const fn chiave(&self) -> &ChiavePendenza {
        &self.0.nuova.chiave
    }

    pub(crate) const fn dominio(&self) -> &domain::IdDominio {
        &self.0.nuova.dominio
    }
}

impl Nascitura {
    pub(crate) fn scrivi(&self, s: &mut Scrittura) {
        store::pendenze::inserisci(s, &self.pendenza, &self.allegati);
    }

    /// Statements of [`Self::scrivi`].
    pub(crate) fn istruzioni(&self) -> usize {
        let documento = usize::from(self.pendenza.accessori.documento.is_some());
        1 + self.pendenza.voci.len() + self.allegati.len() + documento
    }
}

impl Engine {
    /// Rows 5 to 12 of spec 20 3.1 for an operatore, whose scope must have the tipo too, named or derived.
    pub(crate) async fn prepara_pendenza(
        &self,
        chi: &Chiamante,
        nuova: NuovaPendenza,
    ) -> Result<Preparata, CaricaError> {
        let provenienza = super::Provenienza::Operatore(chi.clone());
        carica::autorizza(&provenienza, &nuova)?;
        let richiesta = carica::prepara(self, provenienza, nuova).await?;
        chi.ambito(&Oggetto {
            dominio: Some(richiesta.nuova.dominio.as_str()),
            unita: richiesta.nuova.unita.as_ref().map(|u| u.as_str()),
            tipo_pendenza: Some(richiesta.tipo.as_str()),
        })?;
        Ok(Preparata(richiesta))
    }

    /// A pendenza whose key nobody has, as it will be written.
    pub(crate) async fn nascitura(&self, p: &Preparata) -> Result<Nascitura, CaricaError> {
        let (pendenza, allegati) = carica::nuova(self, &p.0, BLOCCO).await?;
        Ok(Nascitura { pendenza, allegati })
    }

    /// As [`Engine::carica_pendenza`], with something else in the same commit. After a lost race it is asked
    /// whether to go on.
    pub(crate) async fn carica_preparata(
        &self,
        p: &Preparata,
        seguito: &Seguito<'_>,
        ancora: &Ancora<'_>,
    ) -> Result<Caricata, CaricaError> {
        carica::carica_finche(self, &p.0, seguito, ancora).await
    }

    /// Annuls a pendenza (spec 20 11.3), with something else in the same commit. Of one that is annulled
    /// already nothing changes. After a lost race it is asked whether to go on.
    pub(crate) async fn annulla_pendenza(
        &self,
        chi: &Chiamante,
        (chiave, motivo): (&ChiavePendenza, &str),
        seguito: &Seguito<'_>,
        ancora: &Ancora<'_>,
    ) -> Result<(), AnnullaError> {
        let _chiave = self.store().serratura(&in_fila(chiave)).await;
        ritenta_finche(|| self.prova_annullamento(chi, chiave, motivo, seguito), ancora).await
    }

    async fn prova_annullamento(
        &self,
        chi: &Chiamante,
        chiave: &ChiavePendenza,
        motivo: &str,
        seguito: &Seguito<'_>,
    ) -> Result<(), AnnullaError> {
        let letta = self.store().pendenza(chiave).await?.ok_or(AnnullaError::Inesistente)?;
        chi.ambito(&Oggetto {
            dominio: Some(letta.dominio.as_str()),
            unita: letta.unita.as_ref().map(|u| u.as_str()),
            tipo_pendenza: Some(letta.tipo_pendenza.as_str()),
        })?;
        let mut s = Scrittura::nuova();
        if letta.stato == StatoPendenza::Annullato {
            seguito(&mut s, &letta);
            return Ok(self.store().commit(s).await?);
        }
        let _iuv = self.store().serratura(&format!("{}/{}", letta.dominio, letta.iuv)).await;
        let modifiche = [
            Modifica::Stato(domain::pendenza::Richiesta::Annulla),
            Modifica::DescrizioneStato(motivo.to_owned()),
        ];
        let nuova = letta
            .modificata(&modifiche, self.adesso())
            .map_err(|_| AnnullaError::NonAmmesso(chiave.clone(), letta.stato))?;
        store::pendenze::cambia_stato(&mut s, &letta, &nuova);
        seguito(&mut s, &nuova);
        match self.store().commit(s).await {
            // Written or not, deciding again on what is there gives the same answer.
            Err(StoreError::Incerto) => Err(StoreError::Conflitto.into()),
            altro => Ok(altro?),
        }
    }
}
