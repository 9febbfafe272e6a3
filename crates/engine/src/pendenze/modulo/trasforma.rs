//! What the schema and the template of a type make of an input (spec 20 section 10 steps 2 and 3). This takes
//! CPU: off the threads that serve calls, as many at once as there are processors, and not for ever.

use super::ModuloError;
use super::schema::{Difetto, Schema};
use super::sezione::Sezione;
use crate::Engine;
use domain::{IdDominio, IdTipoPendenza, IdUnita};
use modelli::{Ambiente, Dato, ErroreModello, Limiti, Modello, Richiesta};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use tokio::sync::Semaphore;

/// The longest that a caller waits for schema and template.
const SCADENZA: Duration = Duration::from_secs(10);
/// Schemas that are kept compiled.
const SCHEMI: u64 = 64;

/// What was entered, with what a template may look at.
#[derive(Debug, Clone, Default)]
pub struct Ingresso {
    /// The body.
    pub corpo: Value,
    /// The headers, without those that hold credentials.
    pub intestazioni: Vec<(String, String)>,
    /// The parameters of the query.
    pub parametri: Vec<(String, String)>,
    /// Path and query.
    pub url: String,
    /// `X-Govpay-IdTransazione`.
    pub transazione: String,
}

/// Where the form is.
#[derive(Clone)]
pub(super) struct Luogo {
    pub(super) dominio: IdDominio,
    pub(super) tipo: IdTipoPendenza,
    pub(super) unita: Option<IdUnita>,
}

/// Compiled schemas by their text, and the places at the CPU.
pub(crate) struct Officina {
    schemi: moka::sync::Cache<String, Arc<Result<Schema, String>>>,
    posti: Arc<Semaphore>,
}

impl Default for Officina {
    fn default() -> Self {
        let posti = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { schemi: moka::sync::Cache::new(SCHEMI), posti: Arc::new(Semaphore::new(posti)) }
    }
}

impl Officina {
    /// The schema of a type: compiled again only when its text changes.
    fn schema(&self, testo: &str) -> Arc<Result<Schema, String>> {
        self.schemi.get_with_by_ref(testo, || Arc::new(Schema::da_base64(testo)))
    }
}

impl Engine {
    /// Checks an input and, if there is a template, renders it: its text.
    pub(super) async fn lavora(
        &self,
        sezione: &Sezione,
        luogo: &Luogo,
        ingresso: Arc<Ingresso>,
    ) -> Result<Option<String>, ModuloError> {
        if sezione.validazione.is_none() && sezione.trasformazione.is_none() {
            return Ok(None);
        }
        let (engine, sezione, luogo) = (self.clone(), sezione.clone(), luogo.clone());
        let attesa = async {
            let posto = Arc::clone(&self.officina().posti).acquire_owned().await.map_err(|_| occupati())?;
            let esecutore = tokio::runtime::Handle::current();
            let lavoro = tokio::task::spawn_blocking(move || {
                // Who is late keeps its place: it still uses the CPU.
                let _posto = posto;
                // What the database does not say is no answer of the template.
                let guasto: RefCell<Option<StoreError>> = RefCell::default();
                let di_iban = |iban: &str| {
                    let trovato = esecutore.block_on(engine.registro().dominio_di_iban(iban));
                    trovato.unwrap_or_else(|e| {
                        guasto.replace(Some(e));
                        None
                    })
                };
                let reso = engine.controlla_e_rende(&sezione, &luogo, &ingresso, &di_iban);
                guasto.take().map_or(reso, |e| Err(e.into()))
            });
            lavoro.await.map_err(|e| ModuloError::Controllo(format!("elaborazione interrotta: {e}")))?
        };
        tokio::time::timeout(SCADENZA, attesa).await.map_err(|_| occupati())?
    }

    fn controlla_e_rende(
        &self,
        sezione: &Sezione,
        luogo: &Luogo,
        ingresso: &Ingresso,
        dominio_di_iban: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Option<String>, ModuloError> {
        if let Some(testo) = &sezione.validazione {
            match &*self.officina().schema(testo) {
                Err(e) => return Err(ModuloError::Schema(e.clone())),
                Ok(schema) => schema.controlla(&ingresso.corpo).map_err(|d| match d {
                    Difetto::NonConforme(messaggi) => ModuloError::NonConforme(messaggi),
                    Difetto::NonDeciso(testo) => ModuloError::Controllo(testo),
                })?,
            }
        }
        let Some((linguaggio, definizione)) = &sezione.trasformazione else { return Ok(None) };
        if linguaggio != "freemarker" {
            return Err(ModuloError::Trasformazione(format!("linguaggio {linguaggio} non disponibile")));
        }
        let mut a = ambiente(self.adesso().micros() / 1000, luogo, ingresso);
        a.dominio_di_iban = dominio_di_iban;
        rendi(definizione, &a).map(Some)
    }
}

fn occupati() -> ModuloError {
    ModuloError::Controllo("elaborazione non conclusa nel tempo previsto".to_owned())
}

/// What a template sees of an input.
fn ambiente<'a>(adesso: i64, luogo: &Luogo, ingresso: &Ingresso) -> Ambiente<'a> {
    let variabili = [
        ("header", intestazioni(&ingresso.intestazioni)),
        ("queryParams", raccolti(&ingresso.parametri)),
        (
            "pathParams",
            Dato::mappa([("idDominio", luogo.dominio.as_str()), ("idTipoPendenza", luogo.tipo.as_str())]),
        ),
        ("urlRegExp", Dato::testo(ingresso.url.as_str())),
        ("transactionId", Dato::testo(ingresso.transazione.as_str())),
        ("idDominio", Dato::testo(luogo.dominio.as_str())),
        ("idTipoVersamento", Dato::testo(luogo.tipo.as_str())),
        ("idUnitaOperativa", luogo.unita.as_ref().map_or(Dato::Nullo, |u| Dato::testo(u.as_str()))),
    ];
    let mut a = Ambiente::nuovo(adesso, variabili);
    a.richiesta = Some(Richiesta(ingresso.corpo.clone()));
    a.in_json = true;
    a
}

/// Runs a template.
fn rendi(definizione: &str, a: &Ambiente<'_>) -> Result<String, ModuloError> {
    let esito = Modello::da_base64(definizione).and_then(|m| m.esegui(a, Limiti::default()));
    esito.map(|e| e.testo).map_err(|e| match e {
        ErroreModello::Fermato(testo) => ModuloError::Fermata(testo),
        altro @ (ErroreModello::Modello(_) | ErroreModello::Indefinito(_) | ErroreModello::Limite(_)) => {
            ModuloError::Trasformazione(altro.to_string())
        }
    })
}

/// Values of one name joined by commas.
fn raccolti(coppie: &[(String, String)]) -> Dato {
    let mut m: BTreeMap<String, String> = BTreeMap::new();
    for (nome, valore) in coppie {
        m.entry(nome.clone())
            .and_modify(|v| {
                v.push(',');
                v.push_str(valore);
            })
            .or_insert_with(|| valore.clone());
    }
    Dato::Mappa(m.into_iter().map(|(n, v)| (n, Dato::Testo(v))).collect())
}

/// The headers under the names with which templates look for them: `x-codice` and `X-Codice`.
fn intestazioni(coppie: &[(String, String)]) -> Dato {
    let Dato::Mappa(mut m) = raccolti(coppie) else { return Dato::Nullo };
    let titoli: Vec<(String, Dato)> = m.iter().map(|(n, v)| (titolo(n), v.clone())).collect();
    m.extend(titoli);
    Dato::Mappa(m)
}

/// `content-type` as `Content-Type`.
fn titolo(nome: &str) -> String {
    let mut inizio = true;
    nome.chars()
        .map(|c| {
            let scritto = if inizio { c.to_ascii_uppercase() } else { c };
            inizio = c == '-';
            scritto
        })
        .collect()
}
