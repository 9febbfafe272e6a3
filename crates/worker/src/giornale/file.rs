//! Events that wait in a local file, one per line.
//!
//! Two files: one that grows, and one that is being brought back to the database, which is removed
//! when all of it is there. A crash in between only writes some events twice, which the database
//! notices by their ids.

use domain::evento::Evento;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The file that grows.
const IN_ATTESA: &str = "giornale-in-attesa.jsonl";
/// The file that is being brought back.
const IN_RECUPERO: &str = "giornale-in-recupero.jsonl";
/// Largest size of the growing file, in bytes: past it events are lost, and counted.
const MASSIMO: u64 = 1 << 30;
/// Longest line that is read: two payloads of 1 MiB in base64, and headers.
const RIGA: u64 = 8 << 20;

/// Where events may be waiting in a folder.
#[must_use]
pub fn file_in_attesa(cartella: &Path) -> [PathBuf; 2] {
    [cartella.join(IN_ATTESA), cartella.join(IN_RECUPERO)]
}

#[derive(Debug)]
pub(super) struct Riversamento(Mutex<Stato>);

#[derive(Debug)]
struct Stato {
    cartella: Option<PathBuf>,
    cresce: Option<File>,
    /// The file being read, where the next block starts and where the last one read ends.
    letto: Option<(BufReader<File>, u64, u64)>,
}

impl Riversamento {
    pub(super) fn in_cartella(cartella: Option<&Path>) -> Self {
        Self(Mutex::new(Stato { cartella: cartella.map(Path::to_owned), cresce: None, letto: None }))
    }

    fn stato(&self) -> std::sync::MutexGuard<'_, Stato> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends events. What cannot be written is lost, counted and told in the log without content.
    pub(super) fn scrivi(&self, eventi: &[Evento]) {
        let quanti = u64::try_from(eventi.len()).unwrap_or(u64::MAX);
        match self.stato().scrivi(eventi) {
            Ok(()) => metrics::counter!("govpay_giornale_eventi_riversati_total").increment(quanti),
            Err(errore) => {
                metrics::counter!("govpay_giornale_eventi_persi_total").increment(quanti);
                tracing::error!(%errore, quanti, "eventi persi: il file locale del giornale non si scrive");
            }
        }
    }

    /// The next events to bring back; the same again after [`Self::rimanda`].
    pub(super) fn leggi(&self, massimo: usize) -> Option<Vec<Evento>> {
        let mut stato = self.stato();
        let letti = stato.leggi(massimo);
        match letti {
            Ok(e) => e,
            Err(errore) => {
                tracing::error!(%errore, "il file locale del giornale non si legge");
                stato.letto = None;
                None
            }
        }
    }

    /// The events just read are in the database.
    pub(super) fn fatto(&self) {
        if let Some((_, inizio, fine)) = &mut self.stato().letto {
            *inizio = *fine;
        }
    }

    /// The events just read must be read again.
    pub(super) fn rimanda(&self) {
        let mut stato = self.stato();
        let indietro = stato.letto.as_mut().is_some_and(|(lettore, inizio, fine)| {
            *fine = *inizio;
            lettore.seek(SeekFrom::Start(*inizio)).is_ok()
        });
        if !indietro {
            // From the beginning: the database knows those that it has.
            stato.letto = None;
        }
    }
}

impl Stato {
    fn percorso(&self, nome: &str) -> std::io::Result<PathBuf> {
        let cartella = self.cartella.as_ref();
        cartella
            .map(|c| c.join(nome))
            .ok_or_else(|| std::io::Error::other("nessuna cartella per il giornale"))
    }

    fn cresce(&self) -> std::io::Result<PathBuf> {
        self.percorso(IN_ATTESA)
    }

    fn in_recupero(&self) -> std::io::Result<PathBuf> {
        self.percorso(IN_RECUPERO)
    }

    fn scrivi(&mut self, eventi: &[Evento]) -> std::io::Result<()> {
        if self.cresce.is_none() {
            let percorso = self.cresce()?;
            if let Some(cartella) = percorso.parent() {
                std::fs::create_dir_all(cartella)?;
            }
            let mut opzioni = OpenOptions::new();
            opzioni.create(true).append(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut opzioni, 0o600);
            self.cresce = Some(opzioni.open(percorso)?);
        }
        let Some(file) = &mut self.cresce else { return Ok(()) };
        if file.metadata()?.len() > MASSIMO {
            return Err(std::io::Error::other("file pieno"));
        }
        let mut testo = String::new();
        for e in eventi {
            testo.push_str(&store::eventi::in_riga(e));
            testo.push('\n');
        }
        file.write_all(testo.as_bytes())
    }

    fn leggi(&mut self, massimo: usize) -> std::io::Result<Option<Vec<Evento>>> {
        if self.cartella.is_none() {
            return Ok(None);
        }
        if self.letto.is_none() {
            let percorso = self.in_recupero()?;
            if !percorso.exists() {
                let cresce = self.cresce()?;
                if !cresce.exists() {
                    return Ok(None);
                }
                self.cresce = None;
                std::fs::rename(&cresce, &percorso)?;
            }
            self.letto = Some((BufReader::new(File::open(percorso)?), 0, 0));
        }
        let Some((lettore, inizio, fine)) = &mut self.letto else { return Ok(None) };
        let mut eventi = Vec::new();
        let mut posizione = *inizio;
        while eventi.len() < massimo {
            let mut riga = Vec::new();
            let n = lettore.by_ref().take(RIGA).read_until(b'\n', &mut riga)?;
            if n == 0 {
                break;
            }
            posizione += u64::try_from(n).unwrap_or(0);
            match std::str::from_utf8(&riga).ok().and_then(|r| store::eventi::da_riga(r.trim_end())) {
                Some(e) => eventi.push(e),
                None => {
                    metrics::counter!("govpay_giornale_eventi_persi_total").increment(1);
                    tracing::error!("una riga del file locale del giornale non si legge");
                }
            }
        }
        *fine = posizione;
        if eventi.is_empty() {
            self.letto = None;
            std::fs::remove_file(self.in_recupero()?)?;
            // What came meanwhile is in the growing file: next time.
            return Ok(None);
        }
        Ok(Some(eventi))
    }
}
