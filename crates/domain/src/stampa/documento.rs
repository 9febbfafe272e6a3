//! A document paid in several ways, and how its notices are laid on pages (spec 60 6.6).

use super::AvvisoStampato;
use crate::pendenza::OpzioneDocumento;

/// The notices of a document, each one payment, in the order of printing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentoStampato {
    /// Identifier of the document.
    pub identificativo: String,
    /// Its notices, each with its option; never empty. The first decides of the second language.
    pub avvisi: Vec<AvvisoStampato>,
}

/// A page, by the positions of its notices in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pagina {
    /// A notice alone.
    Intera(usize),
    /// The head of the document, or a notice in its place, and up to three instalments under it.
    Prima {
        /// The notice that fills the upper part.
        sopra: Option<usize>,
        /// The instalments.
        rate: Vec<usize>,
    },
    /// Up to nine instalments in columns.
    Griglia {
        /// Two or three.
        colonne: usize,
        /// The instalments.
        rate: Vec<usize>,
    },
    /// Two or three instalments, each with its postal slip.
    Bollettini(Vec<usize>),
    /// The summary of a document in two languages: its notices stand on the pages that follow.
    Riepilogo(usize),
    /// One or two instalments in two languages, with their slips if they have them.
    Coppia(Vec<usize>),
    /// The two amounts of a fine.
    Violazione {
        /// The one of the first days.
        scontato: usize,
        /// The one of the later days.
        ridotto: usize,
    },
}

impl OpzioneDocumento {
    /// The place of an option among the others of its document: what is paid at once, instalments by
    /// number, thresholds by days, `ENTRO` before `OLTRE`.
    #[must_use]
    pub const fn ordine(self) -> (u8, i64, u8) {
        match self {
            Self::Unica => (0, 0, 0),
            // The lesser of the two amounts of a fine comes first.
            Self::Scontato => (0, 0, 1),
            Self::Ridotto => (0, 0, 2),
            Self::Rata(n) => (1, n, 0),
            Self::Entro(giorni) => (2, giorni, 0),
            Self::Oltre(giorni) => (2, giorni, 1),
        }
    }

    /// Whether it pays the whole by itself, on a page of its own.
    #[must_use]
    pub const fn per_intero(self) -> bool {
        match self {
            Self::Unica | Self::Ridotto | Self::Scontato => true,
            Self::Rata(_) | Self::Entro(_) | Self::Oltre(_) => false,
        }
    }

    /// Whether these, in their order, are the two amounts of a fine (spec 60 6.7).
    #[must_use]
    pub const fn violazione(opzioni: &[Self]) -> bool {
        matches!(opzioni, [Self::Scontato, Self::Ridotto])
    }
}

impl DocumentoStampato {
    /// Whether every notice goes to a postal account: then each has its slip.
    #[must_use]
    pub fn postale(&self) -> bool {
        self.avvisi.iter().all(|a| a.bollettino.is_some())
    }

    /// Its pages, in order: each notice stands on exactly one, that of a summary on another one too.
    #[must_use]
    pub fn pagine(&self) -> Vec<Pagina> {
        let opzioni: Vec<OpzioneDocumento> =
            self.avvisi.iter().map(|a| a.opzione.unwrap_or(OpzioneDocumento::Unica)).collect();
        if !self.postale() && OpzioneDocumento::violazione(&opzioni) {
            return vec![Pagina::Violazione { scontato: 0, ridotto: 1 }];
        }
        let (intere, rate): (Vec<usize>, Vec<usize>) =
            (0..opzioni.len()).partition(|i| opzioni.get(*i).is_some_and(|o| o.per_intero()));
        let bilingue = self.avvisi.first().is_some_and(|a| a.seconda.is_some());
        match (bilingue, self.postale()) {
            (true, _) => bilingui(intere, &rate),
            (false, true) => postali(intere, &rate),
            (false, false) => non_postali(intere, &rate),
        }
    }
}

fn bilingui(intere: Vec<usize>, rate: &[usize]) -> Vec<Pagina> {
    let mut pagine: Vec<Pagina> = intere.into_iter().map(Pagina::Intera).collect();
    let mut resto = rate;
    if let ([], Some((prima, altre))) = (pagine.as_slice(), rate.split_first()) {
        if rate.len().is_multiple_of(2) {
            pagine.push(Pagina::Riepilogo(*prima));
        } else {
            pagine.push(Pagina::Intera(*prima));
            resto = altre;
        }
    }
    pagine.extend(resto.chunks(2).map(|coppia| Pagina::Coppia(coppia.to_vec())));
    pagine
}

fn postali(intere: Vec<usize>, rate: &[usize]) -> Vec<Pagina> {
    let mut pagine: Vec<Pagina> = intere.into_iter().map(Pagina::Intera).collect();
    let mut resto = rate;
    while let Some((prima, altre)) = resto.split_first() {
        let quante = match resto.len() {
            1 => {
                pagine.push(Pagina::Intera(*prima));
                resto = altre;
                continue;
            }
            n if n.is_multiple_of(3) => 3,
            _ => 2,
        };
        let (queste, poi) = resto.split_at(quante);
        pagine.push(Pagina::Bollettini(queste.to_vec()));
        resto = poi;
    }
    pagine
}

fn non_postali(mut intere: Vec<usize>, rate: &[usize]) -> Vec<Pagina> {
    if let ([], [sola]) = (intere.as_slice(), rate) {
        return vec![Pagina::Intera(*sola)];
    }
    if rate.is_empty() {
        return intere.into_iter().map(Pagina::Intera).collect();
    }
    // The last of those paid at once shares its page with the first instalments.
    let sopra = intere.pop();
    let mut pagine: Vec<Pagina> = intere.into_iter().map(Pagina::Intera).collect();
    let n = rate.len();
    let prime = match n {
        0..=3 => n,
        // A single one is never left for the last page.
        _ if (n - 4).is_multiple_of(9) || (n >= 8 && (n - 8).is_multiple_of(9)) => 2,
        _ => 3,
    };
    let (queste, resto) = rate.split_at(prime);
    pagine.push(Pagina::Prima { sopra, rate: queste.to_vec() });
    for gruppo in resto.chunks(9) {
        let q = gruppo.len();
        let colonne = if q < 6 && !q.is_multiple_of(3) { 2 } else { 3 };
        pagine.push(Pagina::Griglia { colonne, rate: gruppo.to_vec() });
    }
    pagine
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ogni_rata_sta_su_una_pagina_sola() {
        for forma in [non_postali, postali, bilingui] {
            for uniche in 0..3 {
                for n in 0..=40 {
                    if uniche + n == 0 {
                        continue;
                    }
                    let intere: Vec<usize> = (0..uniche).collect();
                    let rate: Vec<usize> = (uniche..uniche + n).collect();
                    let pagine = forma(intere, &rate);
                    let mut viste = Vec::new();
                    for p in &pagine {
                        match p {
                            Pagina::Intera(i) => viste.push(*i),
                            Pagina::Prima { sopra, rate } => {
                                assert!((1..=3).contains(&rate.len()));
                                viste.extend(sopra);
                                viste.extend(rate);
                            }
                            Pagina::Griglia { colonne, rate } => {
                                assert!(rate.len() <= 9 && rate.len().div_ceil(*colonne) <= 3);
                                viste.extend(rate);
                            }
                            Pagina::Bollettini(rate) => {
                                assert!((2..=3).contains(&rate.len()));
                                viste.extend(rate);
                            }
                            Pagina::Coppia(rate) => {
                                assert!((1..=2).contains(&rate.len()));
                                viste.extend(rate);
                            }
                            Pagina::Riepilogo(i) => assert!(*i == 0 && viste.is_empty()),
                            Pagina::Violazione { .. } => panic!("{p:?}"),
                        }
                    }
                    assert_eq!(viste, (0..uniche + n).collect::<Vec<_>>(), "{pagine:?}");
                }
            }
        }
    }

    #[test]
    fn quante_pagine() {
        let conta = |n: usize| non_postali(Vec::new(), &(0..n).collect::<Vec<_>>()).len();
        for (n, attese) in
            [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2), (8, 2), (11, 2), (12, 2), (13, 3), (21, 3), (40, 6)]
        {
            assert_eq!(conta(n), attese, "{n}");
        }
        let conta = |n: usize| postali(Vec::new(), &(0..n).collect::<Vec<_>>()).len();
        for (n, attese) in [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2), (6, 2), (7, 3), (8, 3), (9, 3), (10, 4)] {
            assert_eq!(conta(n), attese, "{n}");
        }
        let conta = |n: usize| bilingui(Vec::new(), &(0..n).collect::<Vec<_>>()).len();
        for (n, attese) in [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4), (7, 4), (39, 20), (40, 21)] {
            assert_eq!(conta(n), attese, "{n}");
        }
        assert_eq!(
            bilingui(vec![0], &[1, 2, 3]),
            [Pagina::Intera(0), Pagina::Coppia(vec![1, 2]), Pagina::Coppia(vec![3])]
        );
        let prime = |n: usize| match &non_postali(vec![0], &(1..=n).collect::<Vec<_>>())[0] {
            Pagina::Prima { sopra: Some(0), rate } => rate.len(),
            altra => panic!("{altra:?}"),
        };
        assert_eq!([prime(4), prime(5), prime(8), prime(13), prime(17), prime(9)], [2, 3, 2, 2, 2, 3]);
    }
}
