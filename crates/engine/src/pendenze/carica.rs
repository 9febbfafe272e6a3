//! Loading a pendenza: creation or update, from whichever door (spec 20 section 3).

use super::in_fila;
use crate::chiamante::Oggetto;
use crate::ritenta::{Ancora, Contesa, ritenta_finche};
use crate::{Chiamante, Engine, Negato};
use domain::anagrafica::Applicazione;
use domain::pendenza::{
    Anagrafica, Nascita, NumeroError, NuovaPendenza, NuovoAllegato, Pendenza, PendenzaError, Riferita, Serie,
    StatoPendenza, TipiDiRiserva, TipoPosizione, controlla_fornito, da_iuv_chiesto,
};
use domain::{IdTipoPendenza, Iuv, NumeroAvviso};
use std::sync::Arc;
use store::pendenze::{CHIAVE, IUV};
use store::{Scrittura, StoreError};

/// How many numbers are tried when the next ones are taken by numbers given from outside (spec 20 7.2).
const TENTATIVI: usize = 1000;
/// How many numbers a node reserves at a time.
const BLOCCO: i64 = 100;

/// Through which door a pendenza comes.
#[derive(Debug, Clone)]
pub enum Provenienza {
    /// API Pendenze: the applicazione must have dominio and unita in scope.
    Applicazione(Chiamante),
    /// Backoffice: also the type, when the body names it.
    Operatore(Chiamante),
    /// The answer of an ente to a verification: no reminders, the numbering of the dominio is not
    /// checked, a missing notice number is made from the reference asked.
    Ente {
        /// Who answered.
        applicazione: Arc<Applicazione>,
        /// The reference asked, when the question was about a notice.
        iuv_chiesto: Option<Iuv>,
    },
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Caricata {
    /// As it is stored now.
    pub pendenza: Pendenza,
    /// Whether it was not there before.
    pub creata: bool,
}

/// Why a pendenza was not loaded. The display text is the `dettaglio`.
#[derive(Debug, thiserror::Error)]
pub enum CaricaError {
    /// A rule of the catalogue.
    #[error(transparent)]
    Regola(#[from] PendenzaError),
    /// Out of the caller's scope.
    #[error(transparent)]
    NonAutorizzato(#[from] Negato),
    /// No notice number can be made: wrong configuration or exhausted numbers.
    #[error("numero avviso non disponibile")]
    Numero(#[source] NumeroError),
    /// The database.
    #[error("salvataggio non riuscito")]
    Store(#[from] StoreError),
}

impl CaricaError {
    /// The code of the contract.
    #[must_use]
    pub const fn codice(&self) -> &'static str {
        match self {
            Self::Regola(e) => e.codice(),
            Self::NonAutorizzato(_) => "403000",
            Self::Numero(_) | Self::Store(_) => "INTERNAL",
        }
    }
}

impl From<NumeroError> for CaricaError {
    fn from(e: NumeroError) -> Self {
        match e {
            NumeroError::Regola(r) => Self::Regola(r),
            NumeroError::NonConfigurato(_) | NumeroError::Esauriti { .. } => Self::Numero(e),
        }
    }
}

impl Contesa for CaricaError {
    fn contesa(&self) -> bool {
        matches!(self, Self::Store(e) if e.contesa())
    }
}

/// What else is written in the commit of a pendenza.
pub(crate) type Seguito<'a> = dyn Fn(&mut Scrittura, &Pendenza) + Send + Sync + 'a;

/// Everything decided before the database is asked.
pub(super) struct Richiesta {
    pub(super) nuova: NuovaPendenza,
    pub(super) tipo: IdTipoPendenza,
    /// What it is when it is new.
    pub(super) posizione: TipoPosizione,
    /// Its UUID when it is new and has one already.
    pub(super) uuid: Option<String>,
    /// One that is there is left as it is when it is paid or annulled.
    pub(super) solo_da_pagare: bool,
    /// One that is there under this number and with another UUID is somebody else's.
    pub(super) solo_sua: bool,
    iuv_chiesto: Option<Iuv>,
    numeri: Result<Numeri, NumeroError>,
}

/// Where the notice number of a new pendenza comes from.
enum Numeri {
    /// Given.
    Fornito(NumeroAvviso),
    /// Ours.
    Serie(Serie),
}

/// The next number of a creation, and whether trying another helps.
enum Numero {
    Fornito(NumeroAvviso),
    Generato(NumeroAvviso),
}

impl Engine {
    /// Creates the pendenza, or updates the one that has its key.
    ///
    /// Two calls for one new key create it once. The keys `a2a/{idA2A}/{idPendenza}` and
    /// `{dominio}/{iuv}` are locked in the process meanwhile: the caller must hold neither.
    ///
    /// # Errors
    /// [`CaricaError`], the first of spec 20 3.1 from row 5 on.
    pub async fn carica_pendenza(
        &self,
        chi: Provenienza,
        nuova: NuovaPendenza,
    ) -> Result<Caricata, CaricaError> {
        autorizza(&chi, &nuova)?;
        let richiesta = prepara(self, chi, nuova).await?;
        carica(self, &richiesta, &|_, _| {}).await
    }
}

/// Creates or updates, once for all who ask at the same time.
pub(super) async fn carica(
    engine: &Engine,
    r: &Richiesta,
    seguito: &Seguito<'_>,
) -> Result<Caricata, CaricaError> {
    // Apart: a caller's future would carry all of it on its stack.
    Box::pin(carica_finche(engine, r, seguito, &|| Box::pin(std::future::ready(Ok(()))))).await
}

/// As [`carica`]; after a lost race it is asked whether to go on.
pub(super) async fn carica_finche(
    engine: &Engine,
    r: &Richiesta,
    seguito: &Seguito<'_>,
    ancora: &Ancora<'_>,
) -> Result<Caricata, CaricaError> {
    let _chiave = engine.store().serratura(&in_fila(&r.nuova.chiave)).await;
    ritenta_finche(|| prova(engine, r, seguito), ancora).await
}

/// Rows 6 to 12, and where the number will come from.
pub(super) async fn prepara(
    engine: &Engine,
    chi: Provenienza,
    mut nuova: NuovaPendenza,
) -> Result<Richiesta, CaricaError> {
    let iuv_chiesto = match &chi {
        Provenienza::Applicazione(_) | Provenienza::Operatore(_) => None,
        Provenienza::Ente { iuv_chiesto, .. } => {
            nuova.avvisatura_inibita = true;
            nuova.data_notifica_avviso = None;
            nuova.data_promemoria_scadenza = None;
            iuv_chiesto.clone()
        }
    };
    let dell_ente = matches!(chi, Provenienza::Ente { .. });
    let imp = engine.impostazioni();
    let riserva = TipiDiRiserva {
        libero: &imp.tipo_pendenza_libero,
        non_censito: (!imp.censimento_automatico).then_some(imp.tipo_pendenza_non_censito.as_str()),
    };
    let mut schede = cerca(engine, &nuova, riserva).await?;
    let mut esito = nuova.riferita(schede.vista(), riserva);
    if imp.censimento_automatico
        && let Err(PendenzaError::TipoInesistente(tipo) | PendenzaError::TipoDominioInesistente(tipo, _)) =
            &esito
    {
        engine.censisci_tipo(tipo, &nuova.dominio).await?;
        schede = cerca(engine, &nuova, riserva).await?;
        esito = nuova.riferita(schede.vista(), riserva);
    }
    let riferita = esito?;
    let numeri = scegli_numeri(engine, &nuova, &riferita, dell_ente, iuv_chiesto.as_ref());
    let tipo = riferita.tipo.id.clone();
    Ok(Richiesta {
        nuova,
        tipo,
        posizione: TipoPosizione::Dovuto,
        uuid: None,
        solo_da_pagare: false,
        solo_sua: false,
        iuv_chiesto,
        numeri,
    })
}

/// The rules on the notice number, which count only if the pendenza turns out to be new.
fn scegli_numeri(
    engine: &Engine,
    n: &NuovaPendenza,
    r: &Riferita<'_>,
    dell_ente: bool,
    iuv_chiesto: Option<&Iuv>,
) -> Result<Numeri, NumeroError> {
    let fornito = match (&n.numero_avviso, iuv_chiesto) {
        (Some(avviso), _) => {
            if !dell_ente {
                controlla_fornito(n, avviso, r)?;
            }
            Some(avviso.clone())
        }
        (None, Some(iuv)) => Some(
            da_iuv_chiesto(iuv, r.scheda).ok_or_else(|| PendenzaError::AvvisoNonConforme(iuv.to_string()))?,
        ),
        (None, None) => None,
    };
    match fornito {
        Some(avviso) => {
            if !avviso.cifre_di_controllo_giuste() {
                tracing::warn!(dominio = %n.dominio, %avviso, "numero avviso con cifre di controllo errate");
            }
            Ok(Numeri::Fornito(avviso))
        }
        None => Ok(Numeri::Serie(Serie::di(n, r, engine.oggi().year())?)),
    }
}

async fn prova(engine: &Engine, r: &Richiesta, seguito: &Seguito<'_>) -> Result<Caricata, CaricaError> {
    match engine.store().pendenza(&r.nuova.chiave).await? {
        Some(letta) => aggiorna(engine, r, &letta, seguito).await,
        None => crea(engine, r, seguito).await,
    }
}

async fn aggiorna(
    engine: &Engine,
    r: &Richiesta,
    letta: &Pendenza,
    seguito: &Seguito<'_>,
) -> Result<Caricata, CaricaError> {
    let _iuv = engine.store().serratura(&format!("{}/{}", letta.dominio, letta.iuv)).await;
    if r.solo_da_pagare && letta.stato != StatoPendenza::NonEseguito {
        let mut s = Scrittura::nuova();
        seguito(&mut s, letta);
        engine.store().commit(s).await?;
        return Ok(Caricata { pendenza: letta.clone(), creata: false });
    }
    if r.solo_sua
        && r.uuid.as_ref() != Some(&letta.uuid)
        && r.nuova.numero_avviso.as_ref() == Some(&letta.numero_avviso)
    {
        return Err(PendenzaError::AvvisoUsato {
            chiave: r.nuova.chiave.clone(),
            avviso: letta.numero_avviso.clone(),
            altra: letta.chiave.clone(),
        }
        .into());
    }
    let nuove_voci = r.nuova.voci.len().saturating_sub(letta.voci.len());
    let primo_id = ids(engine, nuove_voci + r.nuova.allegati.len()).await?;
    let mut nuova = r.nuova.aggiorna(letta, &r.tipo, r.iuv_chiesto.as_ref(), primo_id, engine.adesso())?;
    let mut s = Scrittura::nuova();
    let allegati = numerati(&r.nuova.allegati, primo_id, nuove_voci);
    store::pendenze::sostituisci(&mut s, letta, &nuova, &allegati);
    seguito(&mut s, &nuova);
    match engine.store().commit(s).await {
        Ok(()) => {
            nuova.versione = letta.versione + 1;
            Ok(Caricata { pendenza: nuova, creata: false })
        }
        // Written or not, deciding again on what is there gives the same answer.
        Err(StoreError::Incerto) => Err(StoreError::Conflitto.into()),
        Err(e) => Err(e.into()),
    }
}

async fn crea(engine: &Engine, r: &Richiesta, seguito: &Seguito<'_>) -> Result<Caricata, CaricaError> {
    let numeri = r.numeri.as_ref().map_err(|e| CaricaError::from(e.clone()))?;
    let (nascita, allegati) = nascita(engine, r).await?;
    for _ in 0..TENTATIVI {
        let numero = prossimo(engine, numeri, BLOCCO).await?;
        let (Numero::Fornito(avviso) | Numero::Generato(avviso)) = &numero;
        let pendenza = r.nuova.crea(&r.tipo, avviso.clone(), nascita.clone());
        let mut s = Scrittura::nuova();
        store::pendenze::inserisci(&mut s, &pendenza, &allegati);
        seguito(&mut s, &pendenza);
        match (engine.store().commit(s).await, numero) {
            (Ok(()), _) => return Ok(Caricata { pendenza, creata: true }),
            (Err(e), _) if e.duplicato_di(CHIAVE) => return Err(StoreError::Conflitto.into()),
            (Err(e), Numero::Fornito(avviso)) if e.duplicato_di(IUV) => {
                return Err(usato(engine, r, avviso, &pendenza.iuv).await?);
            }
            (Err(e), Numero::Generato(_)) if e.duplicato_di(IUV) => {}
            (Err(StoreError::Incerto), _) => {
                // Ours, if it is there: nobody else has made this uuid.
                let trovata = engine.store().pendenza(&r.nuova.chiave).await?;
                return match trovata.filter(|t| t.uuid == pendenza.uuid) {
                    Some(pendenza) => Ok(Caricata { pendenza, creata: true }),
                    None => Err(StoreError::Conflitto.into()),
                };
            }
            (Err(e), _) => return Err(e.into()),
        }
    }
    Err(CaricaError::Numero(NumeroError::Esauriti {
        dominio: r.nuova.dominio.clone(),
        prefisso: "oltre il limite di tentativi".to_owned(),
    }))
}

pub(super) fn nuovo_uuid() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

impl Richiesta {
    /// The number is this one, whatever the rules say of numbers: it was reserved by them.
    pub(super) fn con_avviso(&mut self, avviso: NumeroAvviso) {
        self.nuova.numero_avviso = Some(avviso.clone());
        self.numeri = Ok(Numeri::Fornito(avviso));
    }

    /// A number for it, which nobody else will be given.
    pub(super) async fn riserva_avviso(&self, engine: &Engine) -> Result<NumeroAvviso, CaricaError> {
        let numeri = self.numeri.as_ref().map_err(|e| CaricaError::from(e.clone()))?;
        for _ in 0..TENTATIVI {
            let numero = prossimo(engine, numeri, BLOCCO).await?;
            let (Numero::Fornito(avviso) | Numero::Generato(avviso)) = &numero;
            let iuv = avviso.iuv();
            match engine.store().pendenza_per_iuv(self.nuova.dominio.as_str(), iuv.as_str()).await? {
                None => return Ok(avviso.clone()),
                // Its own number, when it is stored already: the rules of an update will tell.
                Some(altra) if altra.chiave == self.nuova.chiave => return Ok(avviso.clone()),
                Some(_) if matches!(numero, Numero::Generato(_)) => {}
                Some(altra) => {
                    return Err(PendenzaError::AvvisoUsato {
                        chiave: self.nuova.chiave.clone(),
                        avviso: avviso.clone(),
                        altra: altra.chiave,
                    }
                    .into());
                }
            }
        }
        Err(esauriti(&self.nuova.dominio))
    }
}

fn esauriti(dominio: &domain::IdDominio) -> CaricaError {
    CaricaError::Numero(NumeroError::Esauriti {
        dominio: dominio.clone(),
        prefisso: "oltre il limite di tentativi".to_owned(),
    })
}

/// What a new pendenza has that nobody asked for, and its attachments with their keys.
async fn nascita(engine: &Engine, r: &Richiesta) -> Result<(Nascita, Vec<(i64, NuovoAllegato)>), StoreError> {
    let voci = r.nuova.voci.len();
    let id = ids(engine, 1 + voci + r.nuova.allegati.len()).await?;
    let nascita = Nascita {
        id,
        primo_id_voce: id + 1,
        uuid: r.uuid.clone().unwrap_or_else(nuovo_uuid),
        tipo: r.posizione,
        adesso: engine.adesso(),
    };
    Ok((nascita, numerati(&r.nuova.allegati, id, 1 + voci)))
}

/// A pendenza that nobody has yet, with its next number, to be written together with others: whoever
/// finds that the key or the number is taken goes through [`carica`].
pub(super) async fn nuova(
    engine: &Engine,
    r: &Richiesta,
    blocco: i64,
) -> Result<(Pendenza, Vec<(i64, NuovoAllegato)>), CaricaError> {
    let numeri = r.numeri.as_ref().map_err(|e| CaricaError::from(e.clone()))?;
    let (nascita, allegati) = nascita(engine, r).await?;
    let (Numero::Fornito(avviso) | Numero::Generato(avviso)) = prossimo(engine, numeri, blocco).await?;
    Ok((r.nuova.crea(&r.tipo, avviso, nascita), allegati))
}

async fn prossimo(engine: &Engine, numeri: &Numeri, blocco: i64) -> Result<Numero, CaricaError> {
    match numeri {
        Numeri::Fornito(avviso) => Ok(Numero::Fornito(avviso.clone())),
        Numeri::Serie(serie) => {
            let n = engine.store().prossimo_progressivo(&serie.contatore(), blocco).await?;
            let (avviso, _) = serie.numero(n.unsigned_abs())?;
            Ok(Numero::Generato(avviso))
        }
    }
}

/// A given number that somebody has: another pendenza (`VER_025`), or this one, made meanwhile.
async fn usato(
    engine: &Engine,
    r: &Richiesta,
    avviso: NumeroAvviso,
    iuv: &Iuv,
) -> Result<CaricaError, CaricaError> {
    let altra = engine.store().pendenza_per_iuv(r.nuova.dominio.as_str(), iuv.as_str()).await?;
    Ok(match altra.filter(|a| a.chiave != r.nuova.chiave) {
        Some(altra) => {
            PendenzaError::AvvisoUsato { chiave: r.nuova.chiave.clone(), avviso, altra: altra.chiave }.into()
        }
        None => StoreError::Conflitto.into(),
    })
}

async fn ids(engine: &Engine, quanti: usize) -> Result<i64, StoreError> {
    if quanti == 0 { Ok(0) } else { engine.store().nuovi_id(quanti).await }
}

/// The cards that the checks need, as far as they exist.
async fn cerca(engine: &Engine, n: &NuovaPendenza, riserva: TipiDiRiserva<'_>) -> Result<Schede, StoreError> {
    let registro = engine.registro();
    let applicazione = registro.applicazione(n.chiave.id_a2a.as_str()).await?;
    let mut domini = Vec::new();
    for d in n.domini() {
        domini.extend(registro.dominio(d.as_str()).await?);
    }
    let mut tipi = Vec::new();
    for t in n.tipi_possibili(riserva) {
        tipi.extend(registro.tipo_pendenza(t.as_str()).await?);
    }
    Ok(Schede { applicazione, domini, tipi })
}

struct Schede {
    applicazione: Option<Arc<Applicazione>>,
    domini: Vec<Arc<domain::anagrafica::SchedaDominio>>,
    tipi: Vec<Arc<domain::anagrafica::TipoPendenza>>,
}

impl Schede {
    fn vista(&self) -> Anagrafica<'_> {
        Anagrafica { applicazione: self.applicazione.as_deref(), domini: &self.domini, tipi: &self.tipi }
    }
}

/// Row 5: the scope of the caller. A derived type is checked with the others, in row 11. An ente
/// answers for its own pendenze only.
pub(super) fn autorizza(chi: &Provenienza, n: &NuovaPendenza) -> Result<(), CaricaError> {
    let o = Oggetto {
        dominio: Some(n.dominio.as_str()),
        unita: n.unita.as_ref().map(|u| u.as_str()),
        tipo_pendenza: None,
    };
    match chi {
        Provenienza::Applicazione(c) => c.ambito(&o)?,
        Provenienza::Operatore(c) => {
            c.ambito(&Oggetto { tipo_pendenza: n.tipo_pendenza.as_ref().map(|t| t.as_str()), ..o })?;
        }
        Provenienza::Ente { applicazione, .. } if applicazione.id != n.chiave.id_a2a => {
            return Err(PendenzaError::ApplicazioneDiversa {
                autenticata: applicazione.id.clone(),
                indicata: n.chiave.id_a2a.clone(),
            }
            .into());
        }
        Provenienza::Ente { .. } => {}
    }
    Ok(())
}

/// The attachments with their surrogate keys, after the `dopo` keys that are taken.
fn numerati(allegati: &[NuovoAllegato], primo_id: i64, dopo: usize) -> Vec<(i64, NuovoAllegato)> {
    (primo_id..).skip(dopo).zip(allegati.iter().cloned()).collect()
}
