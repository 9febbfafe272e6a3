//! The notices of a bulk load: printed one after the other and kept, fetched as one archive (spec 20 11.4).

use super::elabora::{Turno, finito};
use super::zip::Zip;
use crate::pendenze::StampaError;
use crate::{Engine, StoreError};
use domain::pendenza::Pendenza;
use domain::stampa::LinguaChiesta;
use store::Scrittura;
use store::tracciati::{self, OperazioneTracciato, Presa, StatoTracciato, Tracciato};

/// Operations looked at together.
const GRUPPO: i64 = 20;
/// Names read together.
const NOMI: i64 = 500;

/// The archive of the prints of a bulk load, given out a piece at a time.
pub struct ArchivioStampe {
    engine: Engine,
    id: i64,
    zip: Option<Zip>,
    nomi: std::collections::VecDeque<String>,
    ultimo: String,
}

impl Engine {
    /// The archive of the prints. Ask first whether they can be fetched.
    #[must_use]
    pub fn archivio_stampe(&self, id: i64) -> ArchivioStampe {
        ArchivioStampe {
            engine: self.clone(),
            id,
            zip: Some(Zip::default()),
            nomi: std::collections::VecDeque::new(),
            ultimo: String::new(),
        }
    }

    /// Prints what is not printed yet; stops between two groups when its turn is over.
    pub(super) async fn stampa_tracciato(
        &self,
        presa: &Presa,
        t: &mut Tracciato,
        turno: &mut Turno,
    ) -> Result<(), StoreError> {
        loop {
            if turno.finito(self).await? {
                return Ok(());
            }
            let gruppo = self.store().da_stampare(t.id, GRUPPO).await?;
            if gruppo.is_empty() {
                break;
            }
            let mut fatte = std::collections::HashSet::new();
            for o in &gruppo {
                if fatte.contains(&o.numero) {
                    continue;
                }
                let mut s = Scrittura::nuova();
                let (numeri, stampato) = self.stampa_operazione(t.id, o).await?;
                let quante = i64::try_from(numeri.len()).unwrap_or(0);
                let riuscita = stampato.is_some();
                if riuscita {
                    t.contatori.avvisi_stampati += quante;
                } else {
                    t.contatori.avvisi_falliti += quante;
                }
                if let Some((nome, pdf)) = stampato {
                    tracciati::conserva_stampa(&mut s, presa, &nome, pdf);
                }
                for n in &numeri {
                    tracciati::segna_stampa(&mut s, presa, *n, riuscita);
                }
                fatte.extend(numeri);
                self.passo(presa, t, (StatoTracciato::ElaborazioneStampa, None, None), s).await?;
            }
        }
        let veri = self.store().conta_esiti(t.id).await?;
        t.contatori.avvisi_stampati = veri.avvisi_stampati;
        t.contatori.avvisi_falliti = veri.avvisi_falliti;
        self.passo(presa, t, (finito(&t.contatori), None, None), Scrittura::nuova()).await
    }

    /// The print of an operation: which operations it is of, its name and its bytes; none when it cannot
    /// be made. The operations of one document have one.
    async fn stampa_operazione(
        &self,
        tracciato: i64,
        o: &OperazioneTracciato,
    ) -> Result<(Vec<i64>, Option<(String, Vec<u8>)>), StoreError> {
        let (numeri, pendenze) = match (&o.id_a2a, &o.id_dominio, &o.documento) {
            (Some(a2a), Some(dominio), Some(documento)) => {
                let coppie =
                    self.store().caricate_del_documento(tracciato, (a2a, dominio, documento)).await?;
                let pendenze: std::collections::BTreeSet<i64> = coppie.iter().map(|(_, p)| *p).collect();
                (coppie.iter().map(|(n, _)| *n).collect(), pendenze.into_iter().collect::<Vec<_>>())
            }
            _ => (vec![o.numero], o.pendenza.into_iter().collect()),
        };
        let mut lette = Vec::new();
        for p in pendenze {
            lette.extend(self.store().pendenza_per_id(p).await?);
        }
        let esito = match (&o.documento, lette.first()) {
            (_, None) => Ok(None),
            (None, Some(p)) => self.stampa_comunque(p).await.map(Some),
            (Some(d), Some(_)) => self.stampa_insieme(d, &lette).await,
        };
        match esito {
            Ok(stampa) => Ok((numeri, stampa)),
            Err(StampaError::Store(e)) => Err(e),
            Err(errore) => {
                tracing::warn!(%errore, tracciato, operazione = o.numero, "avviso non stampato");
                Ok((numeri, None))
            }
        }
    }
}

impl Engine {
    /// The notice of one pendenza, of a marca da bollo too (spec 20 11.4).
    async fn stampa_comunque(&self, p: &Pendenza) -> Result<(String, Vec<u8>), StampaError> {
        let pdf = self
            .porte()
            .stampatore
            .avviso(self.avviso_stampato(p, LinguaChiesta::DellaPendenza).await?)
            .await?;
        Ok((format!("{}_{}.pdf", p.dominio, p.numero_avviso), pdf))
    }

    /// The notices of one document on one file; none when it buys a marca da bollo.
    async fn stampa_insieme(
        &self,
        documento: &str,
        pendenze: &[Pendenza],
    ) -> Result<Option<(String, Vec<u8>)>, StampaError> {
        let Some(prima) = pendenze.first() else { return Ok(None) };
        if pendenze.iter().any(Pendenza::con_bollo) {
            return Ok(None);
        }
        let da_stampare = self.documento_stampato(documento, pendenze, LinguaChiesta::DellaPendenza).await?;
        let pdf = self.porte().stampatore.documento(da_stampare).await?;
        Ok(Some((format!("{}_DOC_{documento}.pdf", prima.dominio), pdf)))
    }
}

impl ArchivioStampe {
    /// The next bytes; `None` past the last.
    ///
    /// # Errors
    /// The database: the archive ends there.
    pub async fn prossimo(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        if self.nomi.is_empty() {
            self.nomi = self.engine.store().nomi_stampe(self.id, &self.ultimo, NOMI).await?.into();
        }
        let Some(zip) = &mut self.zip else { return Ok(None) };
        if let Some(nome) = self.nomi.pop_front() {
            let pdf = self.engine.store().stampa_tracciato(self.id, &nome).await?.unwrap_or_default();
            let byte = zip.voce(&nome, &pdf);
            self.ultimo = nome;
            return Ok(Some(byte));
        }
        let mut byte = Vec::new();
        if zip.vuoto() {
            let testo =
                "Attenzione: non sono presenti inserimenti andati a buon fine nel tracciato selezionato.";
            byte = zip.voce("errore.txt", testo.as_bytes());
        }
        if let Some(zip) = self.zip.take() {
            byte.extend(zip.chiudi());
        }
        Ok(Some(byte))
    }
}
