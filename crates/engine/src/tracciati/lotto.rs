//! A group of operations of one file: read and decided together. What writes it is in `scritto`.

use super::esito::{self, Chi, Csv, Scarto, Scrivano};
use super::modello::Richieste;
use super::righe::{Grezza, Sorgente};
use super::viste::Viste;
use crate::pendenze::{Nascitura, Preparata};
use crate::{Chiamante, Engine, StoreError};
use contratto::json::leggi_corpo;
use contratto::tracciato::{Annullamento, leggi_annullamento, leggi_inserimento};
use domain::anagrafica::SchedaDominio;
use domain::pendenza::NuovaPendenza;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use store::tracciati::{NuovaOperazione, Presa, TipoOperazione, Tracciato};

/// Operations read and decided together.
const LOTTO: usize = 400;
/// Operations decided without letting the callers of the node pass.
const RESPIRO: usize = 8;

/// What does the operations of one file.
pub(super) struct Carico {
    pub(super) engine: Engine,
    pub(super) presa: Presa,
    /// Who sent it; nobody when he is gone or disabled.
    pub(super) chi: Option<Chiamante>,
    pub(super) tracciato: Tracciato,
    pub(super) csv: Option<Arc<Csv>>,
    /// Operations from the first of this run on that had their record before it.
    pub(super) fatte: HashSet<i64>,
}

/// `idA2A` and `idPendenza`.
type Chiave = (String, String);

/// Operations that have been decided and not written.
pub(super) struct Gruppo {
    /// The number of the last one.
    pub(super) ultima: i64,
    pub(super) unita: Vec<Unita>,
    pub(super) sole: Vec<Sola>,
    /// The pendenze that they name.
    chiavi: HashSet<Chiave>,
}

enum Cosa {
    Carica(Box<NuovaPendenza>),
    Annulla(Annullamento),
}

struct Letta {
    chi: Chi,
    cosa: Result<Cosa, Scarto>,
}

/// A pendenza to be created with its record.
pub(super) struct Nuova {
    pub(super) chi: Chi,
    pub(super) preparata: Arc<Preparata>,
    pub(super) nascitura: Nascitura,
    pub(super) record: NuovaOperazione,
}

/// An operation that can share a commit.
pub(super) enum Unita {
    Record(Box<NuovaOperazione>),
    Nuova(Box<Nuova>),
}

/// An operation that goes by itself: it must look at what is stored.
pub(super) enum Sola {
    Aggiorna(Chi, Arc<Preparata>),
    Annulla(Chi, Annullamento),
}

type Schede = HashMap<String, Option<Arc<SchedaDominio>>>;

impl Unita {
    pub(super) const fn record(&self) -> &NuovaOperazione {
        match self {
            Self::Record(o) => o,
            Self::Nuova(n) => &n.record,
        }
    }

    /// Statements that write it.
    pub(super) fn istruzioni(&self) -> usize {
        match self {
            Self::Record(_) => 1,
            Self::Nuova(n) => 1 + n.nascitura.istruzioni(),
        }
    }
}

impl Sola {
    pub(super) const fn chi(&self) -> &Chi {
        match self {
            Self::Aggiorna(c, _) | Self::Annulla(c, _) => c,
        }
    }
}

impl Carico {
    pub(super) fn scrivano(&self) -> Scrivano<'_> {
        Scrivano {
            csv: self.csv.as_deref(),
            stampa_avvisi: self.tracciato.stampa_avvisi,
            adesso: self.engine.adesso().micros() / 1000,
            oggi: self.engine.oggi(),
        }
    }

    /// The next group, but for the operations that have their record; `None`: there are no more. What is
    /// in `in_volo` may be written or not meanwhile: its pendenze count as known.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn prepara(
        &self,
        (sorgente, viste): (&mut Sorgente, &mut Viste),
        in_volo: Option<&Gruppo>,
    ) -> Result<Option<Gruppo>, StoreError> {
        let grezze = sorgente.prossime(self.tracciato.prossima, LOTTO).await?;
        let Some(ultima) = grezze.last().map(|(n, _)| *n) else { return Ok(None) };
        let mut lette = self.leggi(grezze).await?;
        let chiavi: HashSet<Chiave> = lette.iter().filter_map(|l| chiave_detta(&l.chi)).collect();
        if self.csv.is_some() {
            segna_duplicate(&mut lette, viste);
        }
        lette.retain(|l| !self.fatte.contains(&l.chi.numero));
        let (unita, sole) = self.decidi(lette, in_volo).await?;
        Ok(Some(Gruppo { ultima, unita, sole, chiavi }))
    }

    /// What each operation says. Templates take CPU: not on the threads of the callers.
    async fn leggi(&self, grezze: Vec<(i64, Grezza)>) -> Result<Vec<Letta>, StoreError> {
        let csv = self.csv.clone();
        let (dominio, tipo) = (self.tracciato.id_dominio.clone(), self.tracciato.id_tipo_pendenza.clone());
        let engine = self.engine.clone();
        let esecutore = tokio::runtime::Handle::current();
        let lavoro = move || {
            // What the database does not say is no answer of the template: nothing is done then.
            let guasto: RefCell<Option<StoreError>> = RefCell::default();
            let di_iban = |iban: &str| {
                let trovato = esecutore.block_on(engine.registro().dominio_di_iban(iban));
                trovato.unwrap_or_else(|e| {
                    guasto.replace(Some(e));
                    None
                })
            };
            let richieste = csv.as_ref().map(|c| Richieste {
                modello: c.richiesta.as_ref(),
                adesso: engine.adesso().micros() / 1000,
                dominio: &dominio,
                tipo: tipo.as_deref(),
                dominio_di_iban: &di_iban,
            });
            let oggi = engine.oggi().to_string();
            let lette = grezze
                .into_iter()
                .map(|(numero, g)| match (g, &richieste) {
                    (Grezza::Riga(byte), Some(r)) => da_riga(numero, &byte, r, &oggi),
                    (Grezza::Inserimento(byte), _) => da_inserimento(numero, &byte, &dominio),
                    (Grezza::Annullamento(byte), _) => da_annullamento(numero, &byte),
                    (Grezza::Riga(_), None) => Letta { chi: ignoto(numero), cosa: Err(Scarto::Interno) },
                })
                .collect();
            match guasto.take() {
                Some(e) => Err(e),
                None => Ok(lette),
            }
        };
        let fatto = tokio::task::spawn_blocking(lavoro).await;
        fatto.map_err(|e| StoreError::Rotto(format!("lettura delle operazioni interrotta: {e}")))?
    }

    /// What may be written together, and what goes by itself.
    async fn decidi(
        &self,
        lette: Vec<Letta>,
        in_volo: Option<&Gruppo>,
    ) -> Result<(Vec<Unita>, Vec<Sola>), StoreError> {
        let mut unita = Vec::new();
        let mut sole = Vec::new();
        let mut preparate: Vec<(Chi, Preparata)> = Vec::new();
        let scrivano = self.scrivano();
        for (i, l) in lette.into_iter().enumerate() {
            respira(i).await;
            let cosa = match (l.cosa, &self.chi) {
                (Ok(_), None) => Err(Scarto::NonAutorizzato("Operatore mittente non abilitato.".to_owned())),
                (cosa, _) => cosa,
            };
            match (cosa, &self.chi) {
                (Ok(Cosa::Annulla(a)), _) => sole.push(Sola::Annulla(l.chi, a)),
                (Ok(Cosa::Carica(nuova)), Some(chi)) => {
                    match Box::pin(self.engine.prepara_pendenza(chi, *nuova)).await {
                        Ok(p) => preparate.push((l.chi, p)),
                        Err(e) => {
                            let scarto = esito::di_carica(e)?;
                            unita.push(Unita::Record(Box::new(scrivano.scartata(&l.chi, &scarto))));
                        }
                    }
                }
                (Ok(Cosa::Carica(_)), None) => {}
                (Err(scarto), _) => unita.push(Unita::Record(Box::new(scrivano.scartata(&l.chi, &scarto)))),
            }
        }
        let mut presenti = self.presenti(&preparate).await?;
        let schede = self.schede(&preparate).await?;
        for (i, (chi, p)) in preparate.into_iter().enumerate() {
            respira(i).await;
            // Whoever comes second in this group, or after one that is being written, finds the first.
            let chiave = chiave(&p);
            let dopo = in_volo.is_some_and(|g| g.chiavi.contains(&chiave));
            if !presenti.insert(chiave) || dopo {
                sole.push(Sola::Aggiorna(chi, Arc::new(p)));
                continue;
            }
            match self.engine.nascitura(&p).await {
                Ok(n) => {
                    let scheda = schede.get(n.pendenza.dominio.as_str()).and_then(|s| s.as_deref());
                    let record = scrivano.eseguita(&chi, &n.pendenza, scheda);
                    let nuova = Nuova { chi, preparata: Arc::new(p), nascitura: n, record };
                    unita.push(Unita::Nuova(Box::new(nuova)));
                }
                Err(e) => {
                    let scarto = esito::di_carica(e)?;
                    unita.push(Unita::Record(Box::new(scrivano.scartata(&chi, &scarto))));
                }
            }
        }
        sole.sort_by_key(|s| s.chi().numero);
        Ok((unita, sole))
    }

    async fn presenti(&self, tutte: &[(Chi, Preparata)]) -> Result<HashSet<Chiave>, StoreError> {
        let mut per_applicazione: HashMap<&str, Vec<&str>> = HashMap::new();
        for (_, p) in tutte {
            let c = p.chiave();
            per_applicazione.entry(c.id_a2a.as_str()).or_default().push(c.id_pendenza.as_str());
        }
        let mut presenti = HashSet::new();
        for (a2a, nomi) in per_applicazione {
            let trovati = self.engine.store().chiavi_presenti(a2a, &nomi).await?;
            presenti.extend(trovati.into_iter().map(|p| (a2a.to_owned(), p)));
        }
        Ok(presenti)
    }

    async fn schede(&self, tutte: &[(Chi, Preparata)]) -> Result<Schede, StoreError> {
        let mut schede = Schede::new();
        for (_, p) in tutte {
            let id = p.dominio().as_str();
            if !schede.contains_key(id) {
                schede.insert(id.to_owned(), self.engine.registro().dominio(id).await?);
            }
        }
        Ok(schede)
    }
}

/// The second time that a CSV names a pendenza is refused (spec 20 11.3).
fn segna_duplicate(lette: &mut [Letta], viste: &mut Viste) {
    for l in lette {
        if let Some((a, p)) = chiave_detta(&l.chi)
            && !viste.nomina(&a, &p)
        {
            l.cosa = Err(Scarto::Sintassi(format!(
                "Pendenza [IdA2A:{a}, IdPendenza:{p}], e' duplicata all'interno del tracciato."
            )));
        }
    }
}

/// Lets the others pass every now and then.
async fn respira(i: usize) {
    if i % RESPIRO == RESPIRO - 1 {
        tokio::task::yield_now().await;
    }
}

/// The pendenza that an operation names, even if it cannot be read.
fn chiave_detta(chi: &Chi) -> Option<Chiave> {
    Some((chi.id_a2a.clone()?, chi.id_pendenza.clone()?))
}

fn chiave(p: &Preparata) -> Chiave {
    (p.chiave().id_a2a.to_string(), p.chiave().id_pendenza.to_string())
}

fn ignoto(numero: i64) -> Chi {
    Chi { numero, tipo: TipoOperazione::NonValida, id_a2a: None, id_pendenza: None, richiesta: None }
}

fn da_riga(numero: i64, byte: &[u8], r: &Richieste<'_>, oggi: &str) -> Letta {
    let mut chi = ignoto(numero);
    let scarta = |chi: Chi, testo: String| Letta { chi, cosa: Err(Scarto::Sintassi(testo)) };
    let Ok(riga) = std::str::from_utf8(byte) else {
        return scarta(chi, "Record non in formato UTF-8".to_owned());
    };
    if riga.trim().is_empty() {
        return scarta(chi, "Record vuoto".to_owned());
    }
    if riga.contains('\0') {
        return scarta(chi, "Carattere nullo nel record".to_owned());
    }
    let fatta = match r.trasforma(riga) {
        Ok(f) => f,
        Err(e) => return scarta(chi, format!("Trasformazione del record non riuscita: {e}")),
    };
    chi.tipo = if fatta.annulla { TipoOperazione::Del } else { TipoOperazione::Add };
    let mut v = match leggi_corpo(fatta.json.as_bytes()) {
        Ok(v) => v,
        Err(e) => return scarta(chi, e.to_string()),
    };
    nota(&mut chi, &v);
    if fatta.annulla {
        return match leggi_annullamento(&con_motivo(&v, oggi)) {
            Ok(a) => Letta { chi, cosa: Ok(Cosa::Annulla(a)) },
            Err(e) => scarta(chi, e.to_string()),
        };
    }
    match leggi_inserimento(&mut v, None) {
        Ok(mut nuova) => {
            nuova.avvisatura_inibita |= fatta.muta;
            if let Some(quando) = fatta.notifica {
                nuova.data_notifica_avviso.get_or_insert(quando.giorno());
            }
            Letta { chi, cosa: Ok(Cosa::Carica(Box::new(nuova))) }
        }
        Err(e) => Letta { chi, cosa: Err(non_leggibile(e)) },
    }
}

/// An annulment of a CSV names the pendenza; the rest is ignored.
fn con_motivo(v: &Value, oggi: &str) -> Value {
    let mut o = serde_json::Map::new();
    for nome in ["idA2A", "idPendenza"] {
        o.insert(nome.to_owned(), v.get(nome).cloned().unwrap_or_default());
    }
    let motivo = format!("Pendenza annullata in data {oggi} tramite caricamento massivo.");
    o.insert("motivoAnnullamento".to_owned(), motivo.into());
    Value::Object(o)
}

fn da_inserimento(numero: i64, byte: &[u8], dominio: &str) -> Letta {
    let mut chi = Chi { tipo: TipoOperazione::Add, ..ignoto(numero) };
    let cosa = match leggi_corpo(byte) {
        Err(e) => Err(Scarto::Sintassi(e.to_string())),
        Ok(mut v) => {
            let letta = leggi_inserimento(&mut v, Some(dominio));
            nota(&mut chi, &v);
            letta.map(|n| Cosa::Carica(Box::new(n))).map_err(non_leggibile)
        }
    };
    Letta { chi, cosa }
}

fn da_annullamento(numero: i64, byte: &[u8]) -> Letta {
    let mut chi = Chi { tipo: TipoOperazione::Del, ..ignoto(numero) };
    let cosa = leggi_corpo(byte)
        .and_then(|v| {
            nota(&mut chi, &v);
            leggi_annullamento(&v)
        })
        .map(Cosa::Annulla)
        .map_err(|e| Scarto::Sintassi(e.to_string()));
    Letta { chi, cosa }
}

fn non_leggibile(e: contratto::pendenza::NonLeggibile) -> Scarto {
    match e {
        contratto::pendenza::NonLeggibile::Sintassi(e) => Scarto::Sintassi(e.to_string()),
        contratto::pendenza::NonLeggibile::Regola(e) => Scarto::Regola(e.codice(), e.to_string()),
    }
}

/// What the JSON of an operation says of it, even when it is not one.
fn nota(chi: &mut Chi, v: &Value) {
    let testo = |nome: &str| match v.get(nome) {
        Some(Value::String(t)) => Some(t.chars().take(255).collect()),
        Some(Value::Number(n)) => Some(n.to_string()),
        _ => None,
    };
    chi.id_a2a = testo("idA2A");
    chi.id_pendenza = testo("idPendenza");
    chi.richiesta = v.is_object().then(|| v.to_string());
}
