//! A bulk load is told to go no further. What was loaded stays.
//!
//! The wish is a mark on the row, which every statement of the lease asks not to find: from its commit on
//! no operation is done and nothing is printed, whoever works on the load, on whichever node. The load ends
//! when who holds it meets the mark; when nobody does, at once; when its node is dead, with the next that
//! takes it.

use super::lettura::{TracciatoError, TracciatoLetto};
use crate::anagrafica::{Autore, Firma};
use crate::chiamante::Oggetto;
use crate::ritenta::{Contesa, ritenta};
use crate::{Engine, StoreError};
use domain::evento::ChiaviEvento;
use serde_json::json;
use std::time::Duration;
use store::Scrittura;
use store::tracciati::{self, Contatori, Presa, StatoTracciato, Tracciato};

/// `tipoEvento` of the audit.
const TIPO_EVENTO: &str = "annullaTracciato";
/// How long the answer waits that who holds the load has met the mark.
const ATTESA: Duration = Duration::from_secs(3);
/// Lease of who ends a load that nobody holds.
const PRESA: Duration = Duration::from_secs(10);
/// Between one look and the next.
const PAUSA: Duration = Duration::from_millis(50);
/// Characters of a name in a text.
const NOME: usize = 100;

/// What became of the end of a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Conclusione {
    /// Nobody has asked for it, it has ended, or it is in the hands of somebody else, who will.
    NonNostra,
    /// A commit of whoever had it before is on its way: what it brings is not known yet.
    InVolo,
    /// Done.
    Fatta,
}

impl Contesa for TracciatoError {
    fn contesa(&self) -> bool {
        matches!(self, Self::Store(e) if e.contesa())
    }
}

impl Engine {
    /// Tells a bulk load to go no further. Of one that was told already nothing changes. The answer shows
    /// it ended, unless who holds it does not answer within a few seconds.
    ///
    /// # Errors
    /// [`TracciatoError`]; `NonAnnullabile` when it had ended by itself.
    pub async fn annulla_tracciato(
        &self,
        autore: &Autore,
        id: i64,
    ) -> Result<TracciatoLetto, TracciatoError> {
        let id_evento = self.store().nuovi_id_eventi(1).await?;
        let mut letto = ritenta(|| self.segna_annullato(autore, id, id_evento)).await?;
        self.sveglia_tracciati().notify_one();
        let fine = tokio::time::Instant::now() + ATTESA;
        let mut nostra = None;
        while !letto.tracciato.stato.finito() && tokio::time::Instant::now() < fine {
            if nostra.is_none() {
                let chi = uuid::Uuid::new_v4().to_string();
                nostra = self.store().prendi_questo_tracciato(id, &chi, PRESA).await?;
            }
            let fatta = match &nostra {
                Some(presa) => self.concludi_annullato(presa).await? == Conclusione::Fatta,
                None => false,
            };
            if !fatta {
                tokio::time::sleep(PAUSA).await;
            }
            letto = self.leggi_tracciato(&autore.chi, id).await?;
        }
        if let Some(presa) = nostra.filter(|_| !letto.tracciato.stato.finito()) {
            let mut s = Scrittura::nuova();
            presa.lascia(&mut s);
            self.store().commit(s).await?;
        }
        Ok(letto)
    }

    async fn segna_annullato(
        &self,
        autore: &Autore,
        id: i64,
        id_evento: i64,
    ) -> Result<TracciatoLetto, TracciatoError> {
        let letto = self.leggi_tracciato(&autore.chi, id).await?;
        let t = &letto.tracciato;
        autore.chi.ambito(&Oggetto {
            dominio: Some(&t.id_dominio),
            unita: None,
            tipo_pendenza: t.id_tipo_pendenza.as_deref(),
        })?;
        if t.annullato_da.is_some() {
            return Ok(letto);
        }
        if t.stato.finito() {
            return Err(TracciatoError::NonAnnullabile(t.stato));
        }
        let firma = Firma::di(autore);
        let mut s = Scrittura::nuova();
        tracciati::annulla(&mut s, id, &firma.utente, self.adesso());
        let chiavi = ChiaviEvento { dominio: Some(t.id_dominio.clone()), ..ChiaviEvento::default() };
        let detto = format!("Annullamento del tracciato [{id}]");
        let corpo = json!({
            "id": id, "nomeFile": t.nome_file, "stato": t.stato.as_str(),
            "numeroOperazioniEseguite": t.contatori.eseguite, "numeroOperazioniFallite": t.contatori.fallite
        });
        let tipo = (TIPO_EVENTO, t.formato.as_str());
        store::eventi::annota(&mut s, &self.evento_utente(&firma, id_evento, tipo, detto, chiavi, &corpo));
        match self.store().commit(s).await {
            Ok(()) => self.leggi_tracciato(&autore.chi, id).await,
            // Written or not, looking again tells.
            Err(StoreError::Incerto) => Err(StoreError::Conflitto.into()),
            Err(e) => Err(e.into()),
        }
    }

    /// Ends a load that was told to, as its records say, once they are all there: no new one can come, but
    /// whoever had the load before may have stopped between a record and its commit.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn concludi_annullato(&self, presa: &Presa) -> Result<Conclusione, StoreError> {
        let letto = self.store().tracciato(presa.id()).await?;
        let Some(t) = letto.filter(|t| !t.stato.finito()) else { return Ok(Conclusione::NonNostra) };
        let Some(chi) = t.annullato_da.as_deref() else { return Ok(Conclusione::NonNostra) };
        if !self.store().tracciato_fermo(presa).await? {
            return Ok(Conclusione::InVolo);
        }
        let veri = self.store().conta_esiti(t.id).await?;
        let (stato, c, testo) = fine(&t, chi, veri);
        let mut s = Scrittura::nuova();
        tracciati::concludi_annullato(&mut s, presa, (stato, &testo), c, self.adesso());
        match self.store().commit(s).await {
            Ok(()) => Ok(Conclusione::Fatta),
            Err(StoreError::Conflitto) => Ok(Conclusione::NonNostra),
            Err(e) => Err(e),
        }
    }
}

/// How it ends: as a file that was refused if nothing of it was done (spec 20 11.4).
fn fine(t: &Tracciato, chi: &str, veri: Contatori) -> (StatoTracciato, Contatori, String) {
    let chi: String = chi.chars().take(NOME).collect();
    let fatte = veri.eseguite + veri.fallite;
    if fatte == 0 {
        let testo = format!("Tracciato annullato da {chi}: nessuna operazione elaborata.");
        return (StatoTracciato::Scartato, Contatori::default(), testo);
    }
    let c = Contatori { totali: t.contatori.totali, inserimenti: t.contatori.inserimenti, ..veri };
    let mut testo = format!("Tracciato annullato da {chi}: elaborate {fatte} operazioni su {}", c.totali);
    if t.stampa_avvisi {
        let stampati = c.avvisi_stampati + c.avvisi_falliti;
        testo.push_str(&format!(", stampati {stampati} avvisi su {}", c.avvisi_totali));
    }
    testo.push('.');
    (StatoTracciato::EseguitoConErrori, c, testo)
}
