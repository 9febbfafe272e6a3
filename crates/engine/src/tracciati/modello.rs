//! The templates of a CSV: which ones, and what they make of a line and of its outcome (spec 20 11.2).

use crate::{Engine, StoreError};
use domain::anagrafica::SchedaDominio;
use domain::configurazioni::Sezione;
use domain::pendenza::Pendenza;
use modelli::{Ambiente, Dato, Limiti, Modello};
use serde_json::Value;
use std::collections::BTreeMap;

/// The templates of a bulk load, as they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ModelliCsv {
    pub(super) intestazione: String,
    pub(super) richiesta: String,
    pub(super) risposta: String,
}

/// All four members, or nothing.
fn leggi(sezione: Option<&Value>) -> Option<ModelliCsv> {
    let testo = |nome: &str| {
        let t = sezione?.get(nome)?.as_str()?;
        (!t.is_empty()).then(|| t.to_owned())
    };
    testo("tipo")?;
    Some(ModelliCsv {
        intestazione: testo("intestazione")?,
        richiesta: testo("richiesta")?,
        risposta: testo("risposta")?,
    })
}

fn nella(configurazione: &str) -> Option<ModelliCsv> {
    let v: Value = serde_json::from_str(configurazione).ok()?;
    leggi(v.get("tracciatoCsv"))
}

impl Engine {
    /// Those of the tipo on the dominio, of the tipo, of the installation: the first that are whole.
    pub(super) async fn modelli_csv(
        &self,
        dominio: &str,
        tipo: Option<&str>,
    ) -> Result<ModelliCsv, StoreError> {
        if let Some(tipo) = tipo {
            let scheda = self.registro().dominio(dominio).await?;
            let del_dominio =
                scheda.as_ref().and_then(|s| s.tipi.iter().find(|t| t.tipo.id.as_str() == tipo));
            if let Some(m) = del_dominio.and_then(|t| nella(&t.configurazione)) {
                return Ok(m);
            }
            if let Some(m) = self.registro().tipo_pendenza(tipo).await?.and_then(|t| nella(&t.configurazione))
            {
                return Ok(m);
            }
        }
        let installati = self.registro().configurazioni().await?;
        let v: Option<Value> = serde_json::from_str(installati.testo(Sezione::TracciatoCsv)).ok();
        leggi(v.as_ref())
            .ok_or_else(|| StoreError::Rotto("configurazioni/tracciatoCsv incompleta".to_owned()))
    }
}

impl ModelliCsv {
    /// The separator of the lines of the request: what the template says of it, else a comma. A template
    /// that is not readable makes each line fail; the lines are cut by commas then.
    pub(super) fn separatore(&self) -> u8 {
        use base64::Engine as _;
        let nudo: String = self.richiesta.chars().filter(|c| !c.is_whitespace() && *c != '"').collect();
        let byte = base64::prelude::BASE64_STANDARD.decode(nudo).unwrap_or_default();
        let testo = String::from_utf8_lossy(&byte);
        // `CSVUtils.getInstance()` reads commas; a template that never asks for it has a format of its own.
        let di_serie = testo.split("CSVUtils").skip(1).any(|r| {
            let r: String = r.chars().filter(|c| !c.is_whitespace()).take(24).collect();
            r.contains("getInstance()")
        });
        if di_serie {
            return b',';
        }
        let dopo = testo.split("newFormat(").nth(1).unwrap_or_default().trim_start();
        let mut c = dopo.bytes();
        match (c.next(), c.next(), c.next()) {
            (Some(b'\'' | b'"'), Some(b'\\'), Some(b't')) => b'\t',
            (Some(b'\'' | b'"'), Some(s), _) if s.is_ascii() && s != b'"' => s,
            _ => b',',
        }
    }
}

/// What a request template made of a line.
pub(super) struct Trasformata {
    pub(super) json: String,
    pub(super) annulla: bool,
    /// No reminders.
    pub(super) muta: bool,
    /// When the notice is reminded.
    pub(super) notifica: Option<domain::Istante>,
}

/// The request template, ready to run on many lines.
pub(super) struct Richieste<'a> {
    pub(super) modello: Result<&'a Modello, &'a String>,
    pub(super) adesso: i64,
    pub(super) dominio: &'a str,
    pub(super) tipo: Option<&'a str>,
    pub(super) dominio_di_iban: &'a dyn Fn(&str) -> Option<String>,
}

impl Richieste<'_> {
    /// Runs it on a line.
    pub(super) fn trasforma(&self, riga: &str) -> Result<Trasformata, String> {
        let modello = self.modello.map_err(Clone::clone)?;
        let mut a = Ambiente::nuovo(
            self.adesso,
            [
                ("lineaCsvRichiesta", Dato::testo(riga)),
                ("idDominio", Dato::testo(self.dominio)),
                ("idTipoVersamento", self.tipo.map_or(Dato::Nullo, Dato::testo)),
            ],
        );
        a.dominio_di_iban = self.dominio_di_iban;
        let e = modello.esegui(&a, Limiti::default()).map_err(|e| e.to_string())?;
        let notifica = match e.contesto.get("dataAvvisatura") {
            Some(Dato::Istante(millis)) => Some(domain::Istante::da_micros(millis.saturating_mul(1000))),
            _ => None,
        };
        Ok(Trasformata {
            annulla: matches!(e.contesto.get("tipoOperazione"), Some(Dato::Testo(t)) if t == "DEL"),
            muta: matches!(e.contesto.get("avvisatura"), Some(Dato::Vero(false))),
            notifica,
            json: e.testo,
        })
    }
}

/// What the response template sees of an outcome.
pub(super) struct Riscontro<'a> {
    pub(super) riuscita: bool,
    pub(super) tipo: &'static str,
    pub(super) descrizione: Option<&'a str>,
    pub(super) pendenza: Option<&'a Pendenza>,
    pub(super) scheda: Option<&'a SchedaDominio>,
    pub(super) chiave: (Option<&'a str>, Option<&'a str>),
}

/// Characters of an error in a line.
const ERRORE: usize = 255;

/// The line of an outcome; when the template fails, the text that stands for it.
pub(super) fn riga(
    modello: &Result<Modello, String>,
    intestazione: &str,
    adesso: i64,
    r: &Riscontro<'_>,
) -> String {
    let esito = if r.riuscita { "ESEGUITO_OK" } else { "ESEGUITO_KO" };
    let testo = |t: Option<&str>| t.map_or(Dato::Nullo, Dato::testo);
    let descrizione = r.descrizione.map(|d| d.chars().take(ERRORE).collect::<String>());
    let dominio = r.pendenza.map(|p| {
        Dato::oggetto([
            ("codDominio", Dato::testo(p.dominio.as_str())),
            ("ragioneSociale", testo(r.scheda.map(|s| s.dominio.ragione_sociale.as_str()))),
        ])
    });
    let documento = r.pendenza.and_then(|p| p.accessori.documento.as_ref()).map(|d| {
        Dato::oggetto([
            ("codDocumento", Dato::testo(d.identificativo.as_str())),
            ("descrizione", Dato::testo(d.descrizione.as_str())),
        ])
    });
    let a = Ambiente::nuovo(
        adesso,
        [
            ("esitoOperazione", Dato::testo(esito)),
            ("descrizioneEsitoOperazione", testo(descrizione.as_deref())),
            ("tipoOperazione", Dato::testo(r.tipo)),
            ("headerRisposta", Dato::testo(intestazione)),
            (
                "applicazione",
                r.pendenza.map_or(Dato::Nullo, |p| {
                    Dato::oggetto([("codApplicazione", Dato::testo(p.chiave.id_a2a.as_str()))])
                }),
            ),
            ("versamento", r.pendenza.map_or(Dato::Nullo, versamento)),
            ("dominio", dominio.unwrap_or(Dato::Nullo)),
            ("documento", documento.unwrap_or(Dato::Nullo)),
            ("idTipoVersamento", testo(r.pendenza.map(|p| p.tipo_pendenza.as_str()))),
        ],
    );
    let scritta = match modello {
        Ok(m) => m.esegui(&a, Limiti::default()).ok().map(|e| e.testo),
        Err(_) => None,
    };
    match scritta {
        Some(t) => t.trim_end_matches(['\r', '\n']).to_owned(),
        None => format!(
            "Pendenza [IdA2A:{}, Id:{}] inserita con esito '{esito}': scrittura dell'esito sul file csv \
             conclusa con con errore.",
            r.chiave.0.unwrap_or("null"),
            r.chiave.1.unwrap_or("null"),
        ),
    }
}

fn versamento(p: &Pendenza) -> Dato {
    let testo = |t: Option<&str>| t.map_or(Dato::Nullo, Dato::testo);
    let d = &p.debitore;
    let tipo = d.tipo.map(String::from).unwrap_or_default();
    let debitore = Dato::oggetto([
        (
            "tipo",
            Dato::oggetto([("toString", Dato::testo(tipo.as_str())), ("name", Dato::testo(tipo.as_str()))]),
        ),
        ("codUnivoco", Dato::testo(d.identificativo.as_str())),
        ("ragioneSociale", Dato::testo(d.anagrafica.as_str())),
        ("indirizzo", testo(d.indirizzo.as_deref())),
        ("civico", testo(d.civico.as_deref())),
        ("cap", testo(d.cap.as_deref())),
        ("localita", testo(d.localita.as_deref())),
        ("provincia", testo(d.provincia.as_deref())),
        ("nazione", testo(d.nazione.as_deref())),
        ("email", testo(d.email.as_deref())),
        ("cellulare", testo(d.cellulare.as_deref())),
    ]);
    let giorno = |g: Option<jiff::civil::Date>| {
        g.map_or(Dato::Nullo, |g| Dato::Istante(domain::Istante::da_roma(g.at(0, 0, 0, 0)).micros() / 1000))
    };
    let mut membri = BTreeMap::new();
    for (nome, v) in [
        ("codVersamentoEnte", Dato::testo(p.chiave.id_pendenza.as_str())),
        ("numeroAvviso", Dato::testo(p.numero_avviso.as_str())),
        ("iuvVersamento", Dato::testo(p.iuv.as_str())),
        ("importoTotale", Dato::Numero(p.importo.to_string())),
        ("causaleVersamento", Dato::oggetto([("simple", Dato::testo(p.causale.as_str()))])),
        ("anagraficaDebitore", debitore),
        ("dataValidita", giorno(p.data_validita)),
        ("dataScadenza", giorno(p.data_scadenza)),
        ("idDocumento", testo(p.accessori.documento.as_ref().map(|d| d.identificativo.as_str()))),
    ] {
        membri.insert(nome.to_owned(), v);
    }
    Dato::Oggetto(membri)
}
