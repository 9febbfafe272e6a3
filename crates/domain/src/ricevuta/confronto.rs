//! A receipt against its request (spec 40 7.2). A receipt is money already taken: only what makes
//! it unreadable as the answer to this request is fatal.

use crate::Importo;
use crate::tentativo::EsitoPagamento;

/// A line of a request or of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Riga {
    /// `idTransfer`.
    pub indice: i64,
    /// Amount.
    pub importo: Importo,
    /// `transferCategory`.
    pub categoria: String,
}

/// What the stored request says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Richiesta {
    /// Reference.
    pub iuv: String,
    /// Identifier of the debtor, when it must be the same: requests V2 and RPT 6.2 only.
    pub debitore: Option<String>,
    /// Everything else that is said of the debtor.
    pub dati_debitore: Vec<Option<String>>,
    /// Total.
    pub importo: Importo,
    /// Lines.
    pub righe: Vec<Riga>,
}

/// What the receipt says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dichiarata {
    /// Reference.
    pub iuv: String,
    /// Identifier of the debtor.
    pub debitore: String,
    /// Everything else that is said of the debtor.
    pub dati_debitore: Vec<Option<String>>,
    /// Outcome: executed or not.
    pub esito: EsitoPagamento,
    /// Total.
    pub importo: Importo,
    /// Lines.
    pub righe: Vec<Riga>,
}

/// What came of the comparison.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Esame {
    /// The first reason to refuse, as the Node reads it.
    pub fatale: Option<String>,
    /// Names of what differs without consequences.
    pub avvertenze: Vec<&'static str>,
}

/// Compares, in the order of the table.
#[must_use]
pub fn esamina(richiesta: &Richiesta, ricevuta: &Dichiarata) -> Esame {
    Esame {
        fatale: iuv(richiesta, ricevuta)
            .or_else(|| debitore(richiesta, ricevuta))
            .or_else(|| numero(richiesta, ricevuta))
            .or_else(|| somma(ricevuta))
            .or_else(|| non_pagata(ricevuta)),
        avvertenze: avvertenze(richiesta, ricevuta),
    }
}

fn non_corrisponde(nome: &str, atteso: &str, ricevuto: &str) -> Option<String> {
    (atteso != ricevuto)
        .then(|| format!("{nome} non corrisponde [Atteso:\"{atteso}\" Ricevuto:\"{ricevuto}\"]"))
}

fn iuv(r: &Richiesta, d: &Dichiarata) -> Option<String> {
    non_corrisponde("CreditorReferenceId", &r.iuv, &d.iuv)
}

fn debitore(r: &Richiesta, d: &Dichiarata) -> Option<String> {
    non_corrisponde("UniqueIdentifierDebtor", r.debitore.as_deref()?, &d.debitore)
}

fn numero(r: &Richiesta, d: &Dichiarata) -> Option<String> {
    let uguale = r.righe.len() == d.righe.len() || (!eseguita(d.esito) && d.righe.is_empty());
    (!uguale).then(|| {
        format!(
            "Numero di pagamenti diverso dal numero di versamenti per una ricevuta di tipo {}",
            tipo(d.esito)
        )
    })
}

fn somma(d: &Dichiarata) -> Option<String> {
    let somma: Importo = d.righe.iter().map(|r| r.importo).sum();
    (somma != d.importo).then(|| {
        format!(
            "ImportoTotalePagato [{}] non corrisponde alla somma dei SingoliImportiPagati [{somma}]",
            d.importo
        )
    })
}

fn non_pagata(d: &Dichiarata) -> Option<String> {
    (!eseguita(d.esito) && d.importo != Importo::ZERO).then(|| {
        format!(
            "ImportoTotalePagato [{}] diverso da zero per una ricevuta di tipo {}",
            d.importo,
            tipo(d.esito)
        )
    })
}

fn eseguita(esito: EsitoPagamento) -> bool {
    match esito {
        EsitoPagamento::Eseguito
        | EsitoPagamento::ParzialmenteEseguito
        | EsitoPagamento::DecorrenzaTerminiParziale => true,
        EsitoPagamento::InCorso
        | EsitoPagamento::NonEseguito
        | EsitoPagamento::DecorrenzaTermini
        | EsitoPagamento::Rifiutato => false,
    }
}

fn tipo(esito: EsitoPagamento) -> &'static str {
    if eseguita(esito) { "OK" } else { "KO" }
}

fn avvertenze(r: &Richiesta, d: &Dichiarata) -> Vec<&'static str> {
    let coppie = || r.righe.iter().zip(&d.righe);
    [
        ("debtor", r.dati_debitore != d.dati_debitore),
        ("paymentAmount", r.importo != d.importo),
        ("idTransfer", coppie().any(|(a, b)| a.indice != b.indice)),
        ("transferCategory", coppie().any(|(a, b)| a.categoria != b.categoria)),
        ("transferAmount", coppie().any(|(a, b)| a.importo != b.importo)),
    ]
    .into_iter()
    .filter_map(|(nome, diverso)| diverso.then_some(nome))
    .collect()
}
