//! A group of operations of one file: read, decided, written together.

use super::esito::{self, Chi, Csv, Scarto, Scrivano};
use super::modello::Richieste;
use super::righe::Grezza;
use crate::pendenze::{Nascitura, Preparata};
use crate::{Chiamante, Engine, StoreError};
use contratto::json::leggi_corpo;
use contratto::tracciato::{Annullamento, leggi_annullamento, leggi_inserimento};
use domain::anagrafica::SchedaDominio;
use domain::pendenza::{NuovaPendenza, Pendenza};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use store::Scrittura;
use store::tracciati::{self, Contatori, NuovaOperazione, OPERAZIONE, Presa, TipoOperazione, Tracciato};

/// Statements of one commit: what PostgreSQL still sends in one flight with those of others, and what
/// holds the writer of SQLite for a moment only.
const ISTRUZIONI: usize = 60;

/// What does the operations of one file.
pub(super) struct Carico {
    pub(super) engine: Engine,
    pub(super) presa: Presa,
    /// Who sent it; nobody when he is gone or disabled.
    pub(super) chi: Option<Chiamante>,
    pub(super) tracciato: Tracciato,
    pub(super) csv: Option<Arc<Csv>>,
}

enum Cosa {
    Carica(Box<NuovaPendenza>),
    Annulla(Annullamento),
}

struct Letta {
    chi: Chi,
    cosa: Result<Cosa, Scarto>,
}

/// An operation that can share a commit.
enum Unita {
    Record(Box<NuovaOperazione>),
    Nuova(Box<(Chi, Preparata, Nascitura, NuovaOperazione)>),
}

/// An operation that goes alone: it must look at what is stored.
enum Sola {
    Aggiorna(Chi, Box<Preparata>),
    Annulla(Chi, Annullamento),
}

type Schede = HashMap<String, Option<Arc<SchedaDominio>>>;

impl Unita {
    const fn record(&self) -> &NuovaOperazione {
        match self {
            Self::Record(o) => o,
            Self::Nuova(u) => &u.3,
        }
    }
}

impl Carico {
    fn scrivano(&self) -> Scrivano<'_> {
        Scrivano {
            csv: self.csv.as_deref(),
            stampa_avvisi: self.tracciato.stampa_avvisi,
            adesso: self.engine.adesso().micros() / 1000,
            oggi: self.engine.oggi(),
        }
    }

    /// Does these operations, but for those that have their record: each is written with its record.
    ///
    /// # Errors
    /// The database; `Conflitto` when the file is somebody else's now.
    pub(super) async fn esegui(
        &self,
        grezze: Vec<(i64, Grezza)>,
        fatte: &HashSet<i64>,
        conti: &mut Contatori,
    ) -> Result<(), StoreError> {
        let mut lette = self.leggi(grezze).await?;
        if self.csv.is_some() {
            self.segna_duplicate(&mut lette).await?;
        }
        lette.retain(|l| !fatte.contains(&l.chi.numero));
        let (unita, sole) = self.decidi(lette).await?;
        let mut da_ricontare = false;
        let mut conta = |o: &NuovaOperazione| {
            if o.eseguita {
                conti.eseguite += 1;
            } else {
                conti.fallite += 1;
            }
            conti.avvisi_totali += i64::from(o.da_stampare);
        };
        let mut s = Scrittura::nuova();
        let mut insieme = Vec::new();
        for u in unita {
            let mut sua = Scrittura::nuova();
            if let Unita::Nuova(n) = &u {
                n.2.scrivi(&mut sua);
            }
            tracciati::operazione(&mut sua, &self.presa, u.record());
            if s.istruzioni() + sua.istruzioni() > ISTRUZIONI && !s.is_empty() {
                da_ricontare |= !self.scrivi(std::mem::take(&mut s), std::mem::take(&mut insieme)).await?;
            }
            conta(u.record());
            s.unisci(sua);
            insieme.push(u);
        }
        if !s.is_empty() {
            da_ricontare |= !self.scrivi(s, insieme).await?;
        }
        for sola in sole {
            match self.da_sola(&sola).await? {
                Some(o) => conta(&o),
                None => da_ricontare = true,
            }
        }
        if da_ricontare {
            let veri = self.engine.store().conta_esiti(self.tracciato.id).await?;
            *conti = Contatori { totali: conti.totali, inserimenti: conti.inserimenti, ..veri };
        }
        Ok(())
    }

    /// What each operation says. Templates take CPU: not on the threads of the callers.
    async fn leggi(&self, grezze: Vec<(i64, Grezza)>) -> Result<Vec<Letta>, StoreError> {
        let csv = self.csv.clone();
        let (dominio, tipo) = (self.tracciato.id_dominio.clone(), self.tracciato.id_tipo_pendenza.clone());
        let engine = self.engine.clone();
        let esecutore = tokio::runtime::Handle::current();
        let lavoro = move || {
            let di_iban = |iban: &str| {
                let trovato = esecutore.block_on(engine.store().dominio_di_iban(iban));
                trovato.ok().flatten()
            };
            let richieste = csv.as_ref().map(|c| Richieste {
                modello: c.richiesta.as_ref(),
                adesso: engine.adesso().micros() / 1000,
                dominio: &dominio,
                tipo: tipo.as_deref(),
                dominio_di_iban: &di_iban,
            });
            let oggi = engine.oggi().to_string();
            grezze
                .into_iter()
                .map(|(numero, g)| match (g, &richieste) {
                    (Grezza::Riga(byte), Some(r)) => da_riga(numero, &byte, r, &oggi),
                    (Grezza::Inserimento(byte), _) => da_inserimento(numero, &byte, &dominio),
                    (Grezza::Annullamento(byte), _) => da_annullamento(numero, &byte),
                    (Grezza::Riga(_), None) => Letta { chi: ignoto(numero), cosa: Err(Scarto::Interno) },
                })
                .collect()
        };
        let fatto = tokio::task::spawn_blocking(lavoro).await;
        fatto.map_err(|e| StoreError::Rotto(format!("lettura delle operazioni interrotta: {e}")))
    }

    /// The second time that a CSV names a pendenza is refused (spec 20 11.3).
    async fn segna_duplicate(&self, lette: &mut [Letta]) -> Result<(), StoreError> {
        let Some(prima) = lette.first().map(|l| l.chi.numero) else { return Ok(()) };
        let nomi: HashSet<String> = lette.iter().filter_map(|l| l.chi.id_pendenza.clone()).collect();
        let nomi: Vec<&str> = nomi.iter().map(String::as_str).collect();
        if nomi.is_empty() {
            return Ok(());
        }
        let gia = self.engine.store().chiavi_viste(self.tracciato.id, prima, &nomi).await?;
        let mut viste: HashSet<(String, String)> = gia.into_iter().collect();
        for l in lette {
            if let (Some(a), Some(p)) = (l.chi.id_a2a.clone(), l.chi.id_pendenza.clone())
                && !viste.insert((a.clone(), p.clone()))
            {
                l.cosa = Err(Scarto::Sintassi(format!(
                    "Pendenza [IdA2A:{a}, IdPendenza:{p}], e' duplicata all'interno del tracciato."
                )));
            }
        }
        Ok(())
    }

    /// What may be written together, and what goes alone.
    async fn decidi(&self, lette: Vec<Letta>) -> Result<(Vec<Unita>, Vec<Sola>), StoreError> {
        let mut unita = Vec::new();
        let mut sole = Vec::new();
        let mut preparate: Vec<(Chi, Preparata)> = Vec::new();
        let scrivano = self.scrivano();
        for l in lette {
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
        for (chi, p) in preparate {
            // Whoever comes second in this group finds the first one.
            if !presenti.insert(chiave(&p)) {
                sole.push(Sola::Aggiorna(chi, Box::new(p)));
                continue;
            }
            match self.engine.nascitura(&p).await {
                Ok(n) => {
                    let scheda = schede.get(n.pendenza.dominio.as_str()).and_then(|s| s.as_deref());
                    let o = scrivano.eseguita(&chi, &n.pendenza, scheda);
                    unita.push(Unita::Nuova(Box::new((chi, p, n, o))));
                }
                Err(e) => {
                    let scarto = esito::di_carica(e)?;
                    unita.push(Unita::Record(Box::new(scrivano.scartata(&chi, &scarto))));
                }
            }
        }
        sole.sort_by_key(|s| match s {
            Sola::Aggiorna(c, _) | Sola::Annulla(c, _) => c.numero,
        });
        Ok((unita, sole))
    }

    async fn presenti(&self, tutte: &[(Chi, Preparata)]) -> Result<HashSet<(String, String)>, StoreError> {
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

    /// Writes operations together; when that does not go, each by itself. `false`: they must be counted
    /// from their records.
    async fn scrivi(&self, s: Scrittura, unita: Vec<Unita>) -> Result<bool, StoreError> {
        match self.engine.store().commit(s).await {
            Ok(()) => return Ok(true),
            Err(StoreError::NonDisponibile(e)) => return Err(StoreError::NonDisponibile(e)),
            Err(StoreError::Conflitto | StoreError::Duplicato(_) | StoreError::Incerto) => {}
            Err(StoreError::Rotto(testo)) => tracing::warn!(%testo, "lotto non scritto: una alla volta"),
        }
        // Whoever has lost the file goes no further.
        let mut segno = Scrittura::nuova();
        self.presa.rinnova(&mut segno);
        self.engine.store().commit(segno).await?;
        let da = unita.iter().map(|u| u.record().numero).min().unwrap_or(0);
        let fatte: HashSet<i64> =
            self.engine.store().operazioni_fatte(self.tracciato.id, da).await?.into_iter().collect();
        for u in unita {
            if fatte.contains(&u.record().numero) {
                continue;
            }
            match u {
                Unita::Record(o) => self.registra(&o).await?,
                Unita::Nuova(n) => {
                    let (chi, p, _, _) = *n;
                    self.da_sola(&Sola::Aggiorna(chi, Box::new(p))).await?;
                }
            }
        }
        Ok(false)
    }

    async fn registra(&self, o: &NuovaOperazione) -> Result<(), StoreError> {
        let mut s = Scrittura::nuova();
        tracciati::operazione(&mut s, &self.presa, o);
        match self.engine.store().commit(s).await {
            Err(e) if e.duplicato_di(OPERAZIONE) => Ok(()),
            altro => altro,
        }
    }

    /// One operation through the use case; its record, unless it had one.
    async fn da_sola(&self, sola: &Sola) -> Result<Option<NuovaOperazione>, StoreError> {
        let scrivano = self.scrivano();
        let (Sola::Aggiorna(chi, _) | Sola::Annulla(chi, _)) = sola;
        let scheda = match sola {
            Sola::Aggiorna(_, p) => self.engine.registro().dominio(p.dominio().as_str()).await?,
            Sola::Annulla(..) => self.engine.registro().dominio(&self.tracciato.id_dominio).await?,
        };
        let scritta = std::sync::Mutex::new(None);
        let seguito = |s: &mut Scrittura, p: &Pendenza| {
            let scheda = scheda.as_deref().filter(|s| s.dominio.id == p.dominio);
            let o = scrivano.eseguita(chi, p, scheda);
            tracciati::operazione(s, &self.presa, &o);
            *scritta.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(o);
        };
        let esito = match (sola, &self.chi) {
            (Sola::Aggiorna(_, p), _) => match Box::pin(self.engine.carica_preparata(p, &seguito)).await {
                Ok(_) => Ok(()),
                Err(crate::pendenze::CaricaError::Store(e)) if e.duplicato_di(OPERAZIONE) => return Ok(None),
                Err(e) => Err(esito::di_carica(e)?),
            },
            (Sola::Annulla(_, a), Some(c)) => {
                match Box::pin(self.engine.annulla_pendenza(c, &a.chiave, &a.motivo, &seguito)).await {
                    Ok(()) => Ok(()),
                    Err(crate::pendenze::AnnullaError::Store(e)) if e.duplicato_di(OPERAZIONE) => {
                        return Ok(None);
                    }
                    Err(e) => Err(esito::di_annulla(e)?),
                }
            }
            (Sola::Annulla(..), None) => Err(Scarto::Interno),
        };
        match esito {
            Ok(()) => Ok(scritta.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)),
            Err(scarto) => {
                let o = scrivano.scartata(chi, &scarto);
                self.registra(&o).await?;
                Ok(Some(o))
            }
        }
    }
}

fn chiave(p: &Preparata) -> (String, String) {
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
