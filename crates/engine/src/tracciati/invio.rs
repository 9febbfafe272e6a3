//! A file comes in (spec 20 11.1): kept in pieces as it comes; a JSON one is read on the way.

use super::lettura::TracciatoLetto;
use crate::chiamante::Oggetto;
use crate::{Chiamante, Engine, Negato};
use contratto::Sintassi;
use contratto::json::leggi_corpo;
use contratto::messaggi;
use contratto::pendenza::NonLeggibile;
use contratto::tracciato::{Elenco, PezziJson, Pezzo, Testata, leggi_annullamento, leggi_inserimento};
use domain::pendenza::PendenzaError;
use domain::{IdDominio, IdTipoPendenza};
use store::tracciati::{self, Contatori, FormatoTracciato, NuovoTracciato, PEZZO};
use store::{Scrittura, StoreError};

/// Stands for the dominio of an operation while that of the file is not known.
const QUALUNQUE: &str = "00000000000";

/// Why a file was not accepted. The display text is the `dettaglio`.
#[derive(Debug, thiserror::Error)]
pub enum InvioError {
    /// It cannot be read.
    #[error(transparent)]
    Sintassi(#[from] Sintassi),
    /// Something that it names is not there, or an operation breaks `VER_035`.
    #[error(transparent)]
    Regola(#[from] PendenzaError),
    /// Out of the caller's scope.
    #[error(transparent)]
    NonAutorizzato(#[from] Negato),
    /// The database.
    #[error("salvataggio non riuscito")]
    Store(#[from] StoreError),
}

impl From<NonLeggibile> for InvioError {
    fn from(e: NonLeggibile) -> Self {
        match e {
            NonLeggibile::Sintassi(e) => e.into(),
            NonLeggibile::Regola(e) => e.into(),
        }
    }
}

/// What the address of a file says.
#[derive(Debug, Clone)]
pub struct NuovoInvio {
    /// Dominio and tipo of the path: of a CSV.
    pub percorso: Option<(IdDominio, Option<IdTipoPendenza>)>,
    /// Whether notices are to be printed.
    pub stampa_avvisi: bool,
}

/// A JSON file, as far as it has been read.
#[derive(Default)]
struct Letto {
    pezzi: PezziJson,
    testata: Testata,
    elenchi: [bool; 2],
    contatori: Contatori,
}

/// A file that is coming in. Whoever does not conclude it abandons it; one that is neither is forgotten
/// later by the job.
pub struct Ricezione {
    engine: Engine,
    chi: Chiamante,
    id: i64,
    invio: NuovoInvio,
    attesa: Vec<u8>,
    indice: i64,
    json: Option<Letto>,
}

impl Engine {
    /// Begins to take a file; a CSV if the address names its dominio.
    ///
    /// # Errors
    /// [`InvioError`]: the dominio or the tipo of the path, the caller's scope, the database.
    pub async fn ricevi_tracciato(
        &self,
        chi: &Chiamante,
        invio: NuovoInvio,
    ) -> Result<Ricezione, InvioError> {
        if let Some((dominio, tipo)) = &invio.percorso {
            self.puo_caricare(chi, dominio, tipo.as_ref()).await?;
        }
        let id = self.store().nuovi_id(1).await?;
        let formato = if invio.percorso.is_some() { FormatoTracciato::Csv } else { FormatoTracciato::Json };
        let mut s = Scrittura::nuova();
        tracciati::registra(
            &mut s,
            &NuovoTracciato {
                id,
                formato,
                principal: chi.utenza.principal.clone(),
                operatore: chi.utenza.nome.clone(),
                stampa_avvisi: invio.stampa_avvisi,
                adesso: self.adesso(),
            },
        );
        self.store().commit(s).await?;
        let json = (formato == FormatoTracciato::Json).then(Letto::default);
        Ok(Ricezione {
            engine: self.clone(),
            chi: chi.clone(),
            id,
            invio,
            attesa: Vec::new(),
            indice: 0,
            json,
        })
    }

    async fn puo_caricare(
        &self,
        chi: &Chiamante,
        dominio: &IdDominio,
        tipo: Option<&IdTipoPendenza>,
    ) -> Result<(), InvioError> {
        chi.ambito(&Oggetto {
            dominio: Some(dominio.as_str()),
            unita: None,
            tipo_pendenza: tipo.map(|t| t.as_str()),
        })?;
        if self.registro().dominio(dominio.as_str()).await?.is_none() {
            return Err(PendenzaError::DominioInesistente(dominio.clone()).into());
        }
        if let Some(t) = tipo
            && self.registro().tipo_pendenza(t.as_str()).await?.is_none()
        {
            return Err(PendenzaError::TipoInesistente(t.clone()).into());
        }
        Ok(())
    }
}

impl Ricezione {
    /// More bytes.
    ///
    /// # Errors
    /// [`InvioError`]: abandon it then.
    pub async fn aggiungi(&mut self, byte: &[u8]) -> Result<(), InvioError> {
        if let Some(j) = &mut self.json {
            for p in j.pezzi.aggiungi(byte)? {
                j.prendi(p)?;
            }
        }
        self.attesa.extend_from_slice(byte);
        while self.attesa.len() >= PEZZO {
            let resto = self.attesa.split_off(PEZZO);
            let pezzo = std::mem::replace(&mut self.attesa, resto);
            self.conserva(pezzo).await?;
        }
        Ok(())
    }

    async fn conserva(&mut self, pezzo: Vec<u8>) -> Result<(), StoreError> {
        let mut s = Scrittura::nuova();
        tracciati::pezzo(&mut s, self.id, self.indice, pezzo);
        self.indice += 1;
        self.engine.store().commit(s).await
    }

    /// There are no more: the file is accepted. `nome` is that of a CSV; a JSON one has its own.
    ///
    /// # Errors
    /// [`InvioError`]: abandon it then.
    pub async fn concludi(&mut self, nome: Option<String>) -> Result<TracciatoLetto, InvioError> {
        let ultimo = std::mem::take(&mut self.attesa);
        if !ultimo.is_empty() {
            self.conserva(ultimo).await?;
        }
        let (nome, dominio, tipo, contatori) = match (&self.json, &self.invio.percorso) {
            (Some(j), _) => {
                let (nome, dominio) = j.concludi()?;
                self.engine.puo_caricare(&self.chi, &dominio, None).await?;
                (nome, dominio, None, j.contatori)
            }
            (None, Some((dominio, tipo))) => {
                let solito = match tipo {
                    Some(t) => format!("{dominio}_{t}"),
                    None => dominio.to_string(),
                };
                let nome = nome.filter(|n| !n.trim().is_empty()).unwrap_or(solito);
                (nome, dominio.clone(), tipo.clone(), Contatori::default())
            }
            (None, None) => return Err(StoreError::Rotto("tracciato senza percorso".to_owned()).into()),
        };
        let mut s = Scrittura::nuova();
        let chiavi = (nome.as_str(), dominio.as_str(), tipo.as_ref().map(|t| t.as_str()));
        tracciati::ricevuto(&mut s, self.id, chiavi, contatori, self.engine.adesso());
        self.engine.store().commit(s).await?;
        self.engine.sveglia_tracciati().notify_one();
        let letto = self.engine.store().tracciato(self.id).await?;
        let tracciato = letto.ok_or_else(|| StoreError::Rotto(format!("tracciato {} assente", self.id)))?;
        Ok(self.engine.con_scheda(tracciato).await?)
    }

    /// Forgets what came.
    pub async fn abbandona(self) {
        let mut s = Scrittura::nuova();
        tracciati::elimina(&mut s, self.id);
        if let Err(errore) = self.engine.store().commit(s).await {
            tracing::warn!(%errore, tracciato = self.id, "tracciato interrotto non cancellato");
        }
    }
}

impl Letto {
    fn prendi(&mut self, p: Pezzo) -> Result<(), InvioError> {
        match p {
            Pezzo::Membro(nome, valore) => self.testata.membro(&nome, &valore)?,
            Pezzo::Apre(Elenco::Inserimenti) => self.elenchi[0] = true,
            Pezzo::Apre(Elenco::Annullamenti) => self.elenchi[1] = true,
            Pezzo::Elemento(elenco, testo) => {
                let mut v = leggi_corpo(&testo)?;
                let posto = match elenco {
                    Elenco::Inserimenti => self.contatori.inserimenti,
                    Elenco::Annullamenti => self.contatori.totali - self.contatori.inserimenti,
                };
                let dove = |e: Sintassi| Sintassi(format!("{e} [{}: {posto}]", elenco.nome()));
                match elenco {
                    Elenco::Inserimenti => {
                        let dominio = self.testata.dominio.as_ref().map_or(QUALUNQUE, |d| d.as_str());
                        leggi_inserimento(&mut v, Some(dominio)).map_err(|e| match e {
                            NonLeggibile::Sintassi(e) => InvioError::Sintassi(dove(e)),
                            NonLeggibile::Regola(e) => e.into(),
                        })?;
                        self.contatori.inserimenti += 1;
                    }
                    Elenco::Annullamenti => {
                        leggi_annullamento(&v).map_err(dove)?;
                    }
                }
                self.contatori.totali += 1;
            }
        }
        Ok(())
    }

    fn concludi(&self) -> Result<(String, IdDominio), Sintassi> {
        self.pezzi.chiudi()?;
        let id = messaggi::testo_obbligatorio("idTracciato", self.testata.id.clone())?;
        let dominio = messaggi::obbligatorio("idDominio", self.testata.dominio.clone())?;
        for (elenco, presente) in [Elenco::Inserimenti, Elenco::Annullamenti].into_iter().zip(self.elenchi) {
            if !presente {
                return Err(messaggi::non_vuoto(elenco.nome()));
            }
        }
        Ok((id, dominio))
    }
}
