//! The operations of a file, in order, from its pieces.

use crate::{Engine, StoreError};
use contratto::tracciato::{Elenco, PezziJson, Pezzo, RigheCsv};
use std::collections::VecDeque;
use store::tracciati::FormatoTracciato;

/// Bytes of the operations that are in hand at a time.
const BYTE: usize = 4 << 20;

/// An operation as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Grezza {
    /// A record of a CSV.
    Riga(Vec<u8>),
    /// JSON.
    Inserimento(Vec<u8>),
    /// JSON.
    Annullamento(Vec<u8>),
}

enum Taglio {
    Csv { righe: RigheCsv, intestazione: bool },
    Json { pezzi: PezziJson, elenco: Elenco },
}

/// Reads a file from its beginning.
pub(super) struct Sorgente {
    engine: Engine,
    id: i64,
    taglio: Taglio,
    indice: i64,
    finiti: bool,
    pronte: VecDeque<Grezza>,
    numero: i64,
    /// Whether there was any byte.
    pub(super) piena: bool,
}

impl Sorgente {
    pub(super) fn nuova(engine: &Engine, id: i64, formato: FormatoTracciato, separatore: u8) -> Self {
        let taglio = match formato {
            FormatoTracciato::Csv => Taglio::Csv { righe: RigheCsv::nuove(separatore), intestazione: true },
            FormatoTracciato::Json => {
                Taglio::Json { pezzi: PezziJson::default(), elenco: Elenco::Inserimenti }
            }
        };
        Self {
            engine: engine.clone(),
            id,
            taglio,
            indice: 0,
            finiti: false,
            pronte: VecDeque::new(),
            numero: 0,
            piena: false,
        }
    }

    /// The next operations from number `da` on, with their numbers: at most `quante`, at most some
    /// megabytes. None: there are no more.
    pub(super) async fn prossime(
        &mut self,
        da: i64,
        quante: usize,
    ) -> Result<Vec<(i64, Grezza)>, StoreError> {
        let mut prese = Vec::new();
        let mut byte = 0;
        while prese.len() < quante && byte < BYTE {
            match self.pronte.pop_front() {
                Some(g) => {
                    self.numero += 1;
                    if self.numero >= da {
                        let (Grezza::Riga(b) | Grezza::Inserimento(b) | Grezza::Annullamento(b)) = &g;
                        byte += b.len();
                        prese.push((self.numero, g));
                    }
                }
                None if self.finiti => break,
                None => self.avanza().await?,
            }
        }
        Ok(prese)
    }

    /// How many operations there are in all: reads to the end.
    pub(super) async fn conta(&mut self) -> Result<i64, StoreError> {
        loop {
            self.numero += i64::try_from(self.pronte.len()).unwrap_or(0);
            self.pronte.clear();
            if self.finiti {
                return Ok(self.numero);
            }
            self.avanza().await?;
        }
    }

    async fn avanza(&mut self) -> Result<(), StoreError> {
        let pezzo = self.engine.store().pezzo_tracciato(self.id, self.indice).await?;
        self.indice += 1;
        let rotto = |e: contratto::Sintassi| StoreError::Rotto(format!("tracciato illeggibile: {e}"));
        match (&mut self.taglio, pezzo) {
            (Taglio::Csv { righe, intestazione }, pezzo) => {
                match &pezzo {
                    Some(p) => righe.aggiungi(p),
                    None => righe.chiudi(),
                }
                while let Some(r) = righe.prossima() {
                    self.piena = true;
                    if !std::mem::take(intestazione) {
                        self.pronte.push_back(Grezza::Riga(r));
                    }
                }
                self.finiti = pezzo.is_none();
            }
            (Taglio::Json { pezzi, elenco }, Some(p)) => {
                for uno in pezzi.aggiungi(&p).map_err(rotto)? {
                    match uno {
                        Pezzo::Elemento(e, b) if e == *elenco => self.pronte.push_back(match e {
                            Elenco::Inserimenti => Grezza::Inserimento(b),
                            Elenco::Annullamenti => Grezza::Annullamento(b),
                        }),
                        Pezzo::Elemento(..) | Pezzo::Apre(_) | Pezzo::Membro(..) => {}
                    }
                }
            }
            // The second list is read in a second round, wherever it stands.
            (Taglio::Json { pezzi, elenco }, None) => {
                pezzi.chiudi().map_err(rotto)?;
                self.finiti = *elenco == Elenco::Annullamenti;
                *pezzi = PezziJson::default();
                *elenco = Elenco::Annullamenti;
                self.indice = 0;
            }
        }
        Ok(())
    }
}
