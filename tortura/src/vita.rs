//! The life of a pendenza as its callers see it: what was sent, what was acknowledged, what is in
//! doubt. One worker at a time owns a life, so at most one step is in doubt.

use crate::buste::{Difetto, attiva, con_difetto, elemento, ricevuta, rivesti, verifica};
use crate::chiamate::{APPLICAZIONI, Chiamante, euro, pendenza};
use crate::ente::centesimi;
use anyhow::{Result, bail};
use rand::Rng as _;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use std::collections::{BTreeSet, VecDeque};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Passo {
    /// Load, or update to so many cents.
    Put(i64),
    Annulla,
    Verifica,
    Attiva,
    Ricevuta(String),
    /// A receipt that is refused and kept.
    Rifiutata(String, Difetto),
    /// A receipt that was taken once more, in another dress: it must be a duplicate.
    Ripete(String, u64),
}

#[derive(Debug, Clone)]
pub(crate) struct Vita {
    pub(crate) id: String,
    /// Index in [`APPLICAZIONI`].
    pub(crate) applicazione: usize,
    pub(crate) passi: VecDeque<Passo>,
    /// The first of `passi` was sent and nobody knows what came of it.
    pub(crate) in_dubbio: bool,
    pub(crate) importo: Option<i64>,
    pub(crate) annullata: bool,
    pub(crate) nav: Option<String>,
    pub(crate) attivata: bool,
    /// Acknowledged receipts with their cents.
    pub(crate) ricevute: Vec<(String, i64)>,
    /// Receipts of which the refusal was acknowledged.
    pub(crate) rifiutate: Vec<String>,
    /// The receipt of the attempt that was activated: the ente hears of the activation first.
    pub(crate) attesa: Option<String>,
}

/// How a step ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Esito {
    Fatto,
    /// No answer: the step is in doubt.
    Interrotto,
    /// The contract's internal error: the step is in doubt too.
    Errore,
}

impl Vita {
    pub(crate) fn nuova(n: u64, caso: &mut StdRng) -> Self {
        let mut passi = VecDeque::from([Passo::Put(caso.random_range(100..100_000))]);
        if caso.random_bool(0.3) {
            passi.push_back(Passo::Put(caso.random_range(100..100_000)));
        }
        let (a, b) = (format!("R{n}a"), format!("R{n}b"));
        let ripete = |id: &String, caso: &mut StdRng| Passo::Ripete(id.clone(), caso.random_range(0..4));
        match caso.random_range(0..10) {
            0 => {
                passi.extend([Passo::Annulla, Passo::Verifica]);
                // Paid all the same: the PSP had asked before.
                if caso.random_bool(0.3) {
                    passi.extend([Passo::Ricevuta(a.clone()), ripete(&a, caso), Passo::Verifica]);
                }
            }
            // The receipt overtakes the activation.
            1 => passi.extend([Passo::Ricevuta(a.clone()), Passo::Attiva, ripete(&a, caso), Passo::Verifica]),
            _ => {
                if caso.random_bool(0.5) {
                    passi.push_back(Passo::Verifica);
                }
                for _ in 0..caso.random_range(1..3) {
                    passi.push_back(Passo::Attiva);
                }
                if caso.random_bool(0.15) {
                    let difetto = if caso.random_bool(0.5) { Difetto::Somma } else { Difetto::Ko };
                    passi.push_back(Passo::Rifiutata(format!("R{n}x"), difetto));
                }
                // A few attempts never get their receipt, a few notices are paid twice.
                if caso.random_bool(0.9) {
                    passi.extend([Passo::Ricevuta(a.clone()), ripete(&a, caso)]);
                    if caso.random_bool(0.1) {
                        passi.extend([Passo::Ricevuta(b.clone()), ripete(&a, caso), ripete(&b, caso)]);
                        // On a notice that holds accepted receipts, which it must not touch.
                        passi.push_back(Passo::Rifiutata(format!("R{n}y"), Difetto::Somma));
                    }
                }
            }
        }
        Self {
            id: format!("T{n}"),
            applicazione: usize::from(caso.random_bool(0.5)),
            passi,
            in_dubbio: false,
            importo: None,
            annullata: false,
            nav: None,
            attivata: false,
            ricevute: Vec::new(),
            rifiutate: Vec::new(),
            attesa: None,
        }
    }

    /// One that somebody else has lived until its activation, on the connector v2.
    pub(crate) fn caricata(id: &str, nav: &str, centesimi: i64) -> Self {
        Self {
            id: id.to_owned(),
            applicazione: 1,
            passi: VecDeque::new(),
            in_dubbio: false,
            importo: Some(centesimi),
            annullata: false,
            nav: Some(nav.to_owned()),
            attivata: true,
            ricevute: Vec::new(),
            rifiutate: Vec::new(),
            attesa: None,
        }
    }

    /// The same until its receipt.
    pub(crate) fn pagata(id: &str, nav: &str, ricevuta: &str, centesimi: i64) -> Self {
        let ricevute = vec![(ricevuta.to_owned(), centesimi)];
        Self { ricevute, ..Self::caricata(id, nav, centesimi) }
    }

    /// The same with a receipt called as the pendenza, refused before it was right.
    pub(crate) fn corretta(id: &str, nav: &str, centesimi: i64) -> Self {
        Self { rifiutate: vec![id.to_owned()], ..Self::pagata(id, nav, id, centesimi) }
    }

    pub(crate) fn a2a(&self) -> &'static str {
        APPLICAZIONI.get(self.applicazione).copied().unwrap_or_default()
    }

    pub(crate) fn iuv(&self) -> &str {
        self.nav.as_deref().and_then(|n| n.get(1..)).unwrap_or_default()
    }

    /// Sends the first step and writes down what came of it; an error is a broken promise.
    pub(crate) async fn passo(&mut self, c: &Chiamante, base: &str) -> Result<Esito> {
        let Some(passo) = self.passi.front().cloned() else { return Ok(Esito::Fatto) };
        let prima_in_dubbio = std::mem::replace(&mut self.in_dubbio, true);
        let nav = self.nav.clone().unwrap_or_default();
        let importo = self.importo.unwrap_or_default();
        let risposta = match &passo {
            Passo::Put(n) => {
                c.pendenza(base, self.a2a(), &self.id, reqwest::Method::PUT, &pendenza(*n)).await
            }
            Passo::Annulla => {
                let op = json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATA" }]);
                c.pendenza(base, self.a2a(), &self.id, reqwest::Method::PATCH, &op).await
            }
            Passo::Verifica => c.soap(base, verifica(&nav)).await,
            Passo::Attiva => c.soap(base, attiva(&nav)).await,
            Passo::Ricevuta(id) => c.soap(base, ricevuta(&nav, id, importo)).await,
            Passo::Rifiutata(id, d) => c.soap(base, con_difetto(&nav, id, importo, Some(*d))).await,
            Passo::Ripete(id, veste) => c.soap(base, rivesti(&ricevuta(&nav, id, importo), *veste)).await,
        };
        let Ok((stato, testo)) = risposta else { return Ok(Esito::Interrotto) };
        let soap = !matches!(passo, Passo::Put(_) | Passo::Annulla);
        let interno = if soap { testo.contains("PAA_SYSTEM_ERROR") } else { matches!(stato, 500 | 503) };
        if interno {
            return Ok(Esito::Errore);
        }
        let ok = stato == 200 && testo.contains("outcome>OK<");
        let doppia = stato == 200 && testo.contains("PAA_RECEIPT_DUPLICATA");
        let buona = match &passo {
            Passo::Put(n) => {
                let nata = self.importo.is_none();
                let giusto =
                    if nata { stato == 201 || (stato == 200 && prima_in_dubbio) } else { stato == 200 };
                let v: Value = serde_json::from_str(&testo).unwrap_or(Value::Null);
                let avuto = v["numeroAvviso"].as_str().map(str::to_owned);
                let stesso = avuto.is_some() && (self.nav.is_none() || avuto == self.nav);
                if giusto && stesso {
                    (self.nav, self.importo) = (avuto, Some(*n));
                }
                giusto && stesso
            }
            Passo::Annulla => {
                self.annullata |= stato == 200;
                stato == 200
            }
            Passo::Verifica | Passo::Attiva if !self.ricevute.is_empty() => {
                testo.contains("PAA_PAGAMENTO_DUPLICATO")
            }
            Passo::Verifica if self.annullata => testo.contains("PAA_PAGAMENTO_ANNULLATO"),
            Passo::Verifica => ok && testo.contains(&euro(importo)),
            Passo::Attiva => {
                self.attivata |= ok;
                ok && elemento(&testo, "paymentAmount").and_then(centesimi) == Some(importo)
            }
            Passo::Ricevuta(id) => {
                let presa = ok || (doppia && prima_in_dubbio);
                if presa {
                    if self.attivata && self.ricevute.is_empty() && self.rifiutate.is_empty() {
                        self.attesa = Some(id.clone());
                    }
                    self.ricevute.push((id.clone(), importo));
                }
                presa
            }
            Passo::Rifiutata(id, d) => {
                let giusta = testo.contains("PAA_SEMANTICA") && testo.contains(&d.testo(importo));
                if giusta {
                    self.rifiutate.push(id.clone());
                }
                giusta
            }
            Passo::Ripete(..) => doppia,
        };
        if !buona {
            bail!("{passo:?} (again: {prima_in_dubbio}) of {self:?}: {stato} {testo}");
        }
        self.in_dubbio = false;
        self.passi.pop_front();
        Ok(Esito::Fatto)
    }

    /// What the gateway says of it now is what was acknowledged, or that and the step in doubt.
    pub(crate) async fn confronta(&mut self, c: &Chiamante, base: &str) -> Result<()> {
        let dubbio = if self.in_dubbio { self.passi.front().cloned() } else { None };
        let r = c.pendenza(base, self.a2a(), &self.id, reqwest::Method::GET, &Value::Null).await;
        let (stato, testo) = r?;
        if stato == 404 && self.importo.is_none() {
            return Ok(());
        }
        let v: Value = serde_json::from_str(&testo).unwrap_or(Value::Null);
        let importo = centesimi(&v["importo"].to_string());
        let possibile = importo.is_some()
            && (importo == self.importo || matches!(dubbio, Some(Passo::Put(n)) if Some(n) == importo));
        let nav = v["numeroAvviso"].as_str();
        let stesso = nav.is_some() && (self.nav.is_none() || nav == self.nav.as_deref());
        let avute = ricevute(&v, "RT_ACCETTATA_PA");
        let note: BTreeSet<&str> = self.ricevute.iter().map(|(id, _)| id.as_str()).collect();
        let respinte = ricevute(&v, "RT_RIFIUTATA_PA");
        let rifiutate: BTreeSet<&str> = self.rifiutate.iter().map(String::as_str).collect();
        let (ricevuta, rifiutata) = match &dubbio {
            Some(Passo::Ricevuta(id)) => (Some(id), None),
            Some(Passo::Rifiutata(id, _)) => (None, Some(id)),
            _ => (None, None),
        };
        // An accepted receipt is there once; a refused one that came again may be there twice.
        let una_volta = avute.len() == avute.iter().collect::<BTreeSet<_>>().len();
        let (avute, respinte) = (BTreeSet::from_iter(avute), BTreeSet::from_iter(respinte));
        let giuste = una_volta
            && (avute == note || avute == con(&note, ricevuta))
            && (respinte == rifiutate || respinte == con(&rifiutate, rifiutata));
        let stato_detto = v["stato"].as_str().unwrap_or_default();
        let atteso = match avute.len() {
            0 if self.annullata => stato_detto == "ANNULLATA",
            0 => {
                stato_detto == "NON_ESEGUITA"
                    || (dubbio == Some(Passo::Annulla) && stato_detto == "ANNULLATA")
            }
            1 => stato_detto == "ESEGUITA",
            _ => stato_detto == "ANOMALA",
        };
        if stato != 200 || !possibile || !stesso || !atteso || !giuste {
            bail!("{self:?} is not what was acknowledged: {stato} {testo}");
        }
        Ok(())
    }
}

/// Ids of the receipts of the attempts in a state.
fn ricevute<'a>(pendenza: &'a Value, stato: &str) -> Vec<&'a str> {
    let tentativi = pendenza["rpp"].as_array().into_iter().flatten().filter(|t| t["stato"] == stato);
    tentativi.filter_map(|t| t["rt"]["receiptId"].as_str()).collect()
}

/// The known ids and the one in doubt.
fn con<'a>(note: &BTreeSet<&'a str>, in_dubbio: Option<&'a String>) -> BTreeSet<&'a str> {
    note.iter().copied().chain(in_dubbio.map(String::as_str)).collect()
}
