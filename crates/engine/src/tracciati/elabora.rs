//! The job: takes a file, does its operations in order, prints, gives it back (spec 20 11.3 to 11.5).
//!
//! Progress is in the records: whoever takes a file up again starts from the first group that may not be
//! all recorded, skips what is, and counts from the records.

use super::annulla::Conclusione;
use super::esito::Csv;
use super::lotto::Carico;
use super::righe::Sorgente;
use super::viste::Viste;
use crate::chiamante::Metodo;
use crate::{Chiamante, Engine, StoreError};
use modelli::Modello;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use store::Scrittura;
use store::tracciati::{self, Contatori, FormatoTracciato, Presa, StatoTracciato, Tracciato};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Seconds after which a file that has not come in is forgotten.
const INTERROTTI: i64 = 3600;
/// How long a file is worked on while others wait.
const TURNO: Duration = Duration::from_secs(3);
/// A turn is so many times what it took to find where the last one had come to.
const RESA: u32 = 10;

/// A state with the reason of a refusal.
type Passo<'a> = (StatoTracciato, Option<&'a str>, Option<&'a str>);

/// The time that a file has: without end while no other waits, so that a small one does not wait for all
/// of a large one.
pub(super) struct Turno {
    id: i64,
    inizio: Instant,
    durata: Duration,
    fine: CancellationToken,
}

impl Turno {
    fn nuovo(id: i64, fine: &CancellationToken) -> Self {
        Self { id, inizio: Instant::now(), durata: TURNO, fine: fine.clone() }
    }

    /// Where the last turn had come to has been found: the time that it took is not lost each time.
    fn trovato(&mut self) {
        self.durata = self.durata.max(self.inizio.elapsed() * RESA);
    }

    /// Whether to stop here: told so, or another one waits.
    pub(super) async fn finito(&mut self, engine: &Engine) -> Result<bool, StoreError> {
        if self.fine.is_cancelled() {
            return Ok(true);
        }
        if self.inizio.elapsed() < self.durata {
            return Ok(false);
        }
        self.inizio = Instant::now();
        engine.store().tracciati_in_attesa(self.id).await
    }
}

impl Engine {
    /// Works on one file, of those that nobody has the one that has waited longest; `false`: there is
    /// none. Stops between two groups of operations when `fine` is cancelled, or when its turn is over and
    /// others wait. A file that fails is left until the lease is over.
    ///
    /// # Errors
    /// The database.
    pub async fn elabora_tracciato(
        &self,
        durata: Duration,
        fine: &CancellationToken,
    ) -> Result<bool, StoreError> {
        let chi = uuid::Uuid::new_v4().to_string();
        let Some(presa) = self.store().prendi_tracciato(&chi, durata).await? else { return Ok(false) };
        let mut corsa = std::pin::pin!(self.lavora_tracciato(&presa, fine));
        let mut nostra = true;
        let esito = loop {
            tokio::select! {
                esito = &mut corsa => break esito,
                () = tokio::time::sleep(durata / 3), if nostra => {
                    let mut s = Scrittura::nuova();
                    presa.rinnova(&mut s);
                    // Taken by somebody else, or told to end: the next commit will say so, and nothing is
                    // on its way when this ends.
                    nostra = !matches!(self.store().commit(s).await, Err(StoreError::Conflitto));
                }
            }
        };
        let annullato = self.concludi_annullato(&presa).await;
        match esito {
            _ if annullato == Ok(Conclusione::Fatta) => Ok(true),
            // It is looked at again when our lease is over.
            Ok(()) if annullato == Ok(Conclusione::InVolo) => Ok(true),
            Ok(()) => {
                annullato?;
                let mut s = Scrittura::nuova();
                presa.lascia(&mut s);
                self.store().commit(s).await?;
                Ok(true)
            }
            Err(StoreError::Conflitto) => {
                tracing::warn!(tracciato = presa.id(), "tracciato preso da un altro nodo");
                Ok(true)
            }
            Err(e) => Err(e),
        }
    }

    /// Forgets the files that began to come in and never ended, some of them in a commit.
    ///
    /// # Errors
    /// The database.
    pub async fn dimentica_tracciati_interrotti(&self) -> Result<(), StoreError> {
        let prima = self.adesso().piu_secondi(-INTERROTTI);
        while self.store().tracciati_interrotti(prima).await? {
            let mut s = Scrittura::nuova();
            tracciati::elimina_interrotti(&mut s, &uuid::Uuid::new_v4().to_string(), prima);
            self.store().commit(s).await?;
        }
        Ok(())
    }

    async fn lavora_tracciato(&self, presa: &Presa, fine: &CancellationToken) -> Result<(), StoreError> {
        let letto = self.store().tracciato(presa.id()).await?;
        let Some(mut t) = letto.filter(|t| t.annullato_da.is_none()) else { return Ok(()) };
        let mut turno = Turno::nuovo(t.id, fine);
        if t.stato == StatoTracciato::InAttesa {
            self.inizia(presa, &mut t).await?;
        }
        if t.stato == StatoTracciato::InElaborazione
            && !self.carica_tracciato(presa, &mut t, &mut turno).await?
        {
            return Ok(());
        }
        if t.stato == StatoTracciato::ElaborazioneStampa {
            self.stampa_tracciato(presa, &mut t, &mut turno).await?;
        }
        Ok(())
    }

    /// Writes where the file has come to.
    pub(super) async fn passo(
        &self,
        presa: &Presa,
        t: &mut Tracciato,
        passo: Passo<'_>,
        altro: Scrittura,
    ) -> Result<(), StoreError> {
        let mut s = altro;
        tracciati::aggiorna(&mut s, presa, passo, t.contatori, t.prossima, self.adesso());
        self.store().commit(s).await?;
        t.stato = passo.0;
        if let Some(i) = passo.2 {
            t.intestazione = Some(i.to_owned());
        }
        Ok(())
    }

    /// The number of the operations, or why it is no file of operations.
    async fn inizia(&self, presa: &Presa, t: &mut Tracciato) -> Result<(), StoreError> {
        if t.formato == FormatoTracciato::Json {
            return self
                .passo(presa, t, (StatoTracciato::InElaborazione, None, None), Scrittura::nuova())
                .await;
        }
        let modelli = self.modelli_csv(&t.id_dominio, t.id_tipo_pendenza.as_deref()).await?;
        let mut sorgente = Sorgente::nuova(self, t.id, t.formato, modelli.separatore());
        let quante = sorgente.conta().await?;
        if !sorgente.piena {
            let perche = "Il file CSV ricevuto e' vuoto.";
            let passo = (StatoTracciato::Scartato, Some(perche), None);
            return self.passo(presa, t, passo, Scrittura::nuova()).await;
        }
        t.contatori = Contatori { totali: quante, inserimenti: quante, ..t.contatori };
        let passo = (StatoTracciato::InElaborazione, None, Some(modelli.intestazione.as_str()));
        self.passo(presa, t, passo, Scrittura::nuova()).await
    }

    /// Does what has no record yet; `false` when it stopped before the end. While a group is written the
    /// next one is read and decided.
    async fn carica_tracciato(
        &self,
        presa: &Presa,
        t: &mut Tracciato,
        turno: &mut Turno,
    ) -> Result<bool, StoreError> {
        let csv = match t.formato {
            FormatoTracciato::Json => None,
            FormatoTracciato::Csv => {
                let m = self.modelli_csv(&t.id_dominio, t.id_tipo_pendenza.as_deref()).await?;
                let letto = |base64: &str| Modello::da_base64(base64).map_err(|e| e.to_string());
                Some(Arc::new(Csv {
                    richiesta: letto(&m.richiesta),
                    risposta: letto(&m.risposta),
                    separatore: m.separatore(),
                    intestazione: m.intestazione,
                }))
            }
        };
        let separatore = csv.as_ref().map_or(b',', |c| c.separatore);
        let mut sorgente = Sorgente::nuova(self, t.id, t.formato, separatore);
        let fatte: HashSet<i64> =
            self.store().operazioni_fatte(t.id, t.prossima).await?.into_iter().collect();
        let veri = self.store().conta_esiti(t.id).await?;
        t.contatori = Contatori { totali: t.contatori.totali, inserimenti: t.contatori.inserimenti, ..veri };
        let carico = Carico {
            engine: self.clone(),
            presa: presa.clone(),
            chi: self.mittente(t).await?,
            tracciato: t.clone(),
            csv,
            fatte,
        };
        let mut viste = if carico.csv.is_some() { Viste::di(self, t).await? } else { Viste::default() };
        let mut gruppo = carico.prepara((&mut sorgente, &mut viste), None).await?;
        turno.trovato();
        while let Some(g) = gruppo {
            let ultima = g.ultima;
            let smette = turno.finito(self).await?;
            let (scritto, prossimo) = if smette {
                (carico.scrivi(&g, &mut t.contatori).await, Ok(None))
            } else {
                let dopo = carico.prepara((&mut sorgente, &mut viste), Some(&g));
                tokio::join!(carico.scrivi(&g, &mut t.contatori), dopo)
            };
            scritto?;
            t.prossima = ultima + 1;
            let passo = (StatoTracciato::InElaborazione, None, None);
            self.passo(presa, t, passo, Scrittura::nuova()).await?;
            if smette {
                return Ok(false);
            }
            gruppo = prossimo?;
        }
        let veri = self.store().conta_esiti(t.id).await?;
        t.contatori = Contatori { totali: t.contatori.totali, inserimenti: t.contatori.inserimenti, ..veri };
        let stato = if t.contatori.avvisi_totali > 0 {
            StatoTracciato::ElaborazioneStampa
        } else {
            finito(&t.contatori)
        };
        self.passo(presa, t, (stato, None, None), Scrittura::nuova()).await?;
        Ok(true)
    }

    /// Who sent the file, as he is now; nobody when he may not call any more.
    async fn mittente(&self, t: &Tracciato) -> Result<Option<Chiamante>, StoreError> {
        let trovata = self.registro().utenza(&t.principal).await?;
        Ok(trovata
            .map(|(utenza, applicazione)| Chiamante::registrato(utenza, applicazione, Metodo::Basic))
            .filter(|c| c.abilitato().is_ok()))
    }
}

/// How a file ends: a print that failed alone is no error.
pub(super) const fn finito(c: &Contatori) -> StatoTracciato {
    if c.fallite > 0 { StatoTracciato::EseguitoConErrori } else { StatoTracciato::Eseguito }
}
