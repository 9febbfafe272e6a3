//! The life of a pendenza as its callers see it: what was sent, what was acknowledged, what is in
//! doubt. One worker at a time owns a life, so at most one step is in doubt.

use crate::chiamate::{APPLICAZIONI, Chiamante, attiva, elemento, euro, pendenza, ricevuta, verifica};
use crate::ente::centesimi;
use anyhow::{Result, bail};
use rand::Rng as _;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use std::collections::VecDeque;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Passo {
    /// Load, or update to so many cents.
    Put(i64),
    Annulla,
    Verifica,
    Attiva,
    Ricevuta(String),
    /// The last receipt once more: it must be a duplicate.
    Ripete,
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
        if caso.random_bool(0.1) {
            passi.extend([Passo::Annulla, Passo::Verifica]);
        } else {
            if caso.random_bool(0.5) {
                passi.push_back(Passo::Verifica);
            }
            for _ in 0..caso.random_range(1..3) {
                passi.push_back(Passo::Attiva);
            }
            // A few attempts never get their receipt, a few notices are paid twice.
            if caso.random_bool(0.9) {
                passi.extend([Passo::Ricevuta(format!("R{n}a")), Passo::Ripete]);
            }
            if caso.random_bool(0.05) {
                passi.extend([Passo::Ricevuta(format!("R{n}b")), Passo::Ripete]);
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
        }
    }

    /// One that somebody else has already lived, on the connector v2.
    pub(crate) fn pagata(id: &str, nav: &str, ricevuta: &str, centesimi: i64) -> Self {
        Self {
            id: id.to_owned(),
            applicazione: 1,
            passi: VecDeque::new(),
            in_dubbio: false,
            importo: Some(centesimi),
            annullata: false,
            nav: Some(nav.to_owned()),
            attivata: true,
            ricevute: vec![(ricevuta.to_owned(), centesimi)],
        }
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
            Passo::Ripete => {
                let (id, importo) = self.ricevute.last().cloned().unwrap_or_default();
                c.soap(base, ricevuta(&nav, &id, importo)).await
            }
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
            Passo::Verifica if self.annullata => testo.contains("PAA_PAGAMENTO_ANNULLATO"),
            Passo::Verifica => ok && testo.contains(&euro(importo)),
            Passo::Attiva => {
                self.attivata |= ok;
                ok && elemento(&testo, "paymentAmount").and_then(centesimi) == Some(importo)
            }
            Passo::Ricevuta(id) => {
                let presa = ok || (doppia && prima_in_dubbio);
                if presa {
                    self.ricevute.push((id.clone(), importo));
                }
                presa
            }
            Passo::Ripete => doppia,
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
        let mut avute: Vec<&str> =
            v["rpp"].as_array().into_iter().flatten().filter_map(|r| r["rt"]["receiptId"].as_str()).collect();
        avute.sort_unstable();
        let note: Vec<&str> = self.ricevute.iter().map(|(id, _)| id.as_str()).collect();
        let mut con_dubbio = note.clone();
        if let Some(Passo::Ricevuta(id)) = &dubbio {
            con_dubbio.push(id);
        }
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
        if stato != 200 || !possibile || !stesso || !atteso || (avute != note && avute != con_dubbio) {
            bail!("{self:?} is not what was acknowledged: {stato} {testo}");
        }
        Ok(())
    }
}
