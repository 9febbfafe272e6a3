//! A text in Italian and, beside it, in the second language of the notice (spec 60 6.4).

use crate::Parti;
use crate::avviso::riga;
use crate::etichette::{Etichette, con};
use crate::testo::{FINE_SECONDA, INIZIO_SECONDA};
use domain::pendenza::OpzioneDocumento;
use domain::stampa::{AvvisoStampato, Informativa, Lingua};

/// Between a text and its translation on the same line.
const STACCO: &str = " · ";

/// What is said in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Detto {
    italiano: String,
    /// Empty when there is nothing in the second language.
    seconda: String,
    /// What follows both: a date, a code.
    coda: String,
}

impl From<&str> for Detto {
    fn from(testo: &str) -> Self {
        Self { italiano: testo.to_owned(), ..Self::default() }
    }
}

impl From<&String> for Detto {
    fn from(testo: &String) -> Self {
        testo.as_str().into()
    }
}

impl From<String> for Detto {
    fn from(italiano: String) -> Self {
        Self { italiano, ..Self::default() }
    }
}

impl Detto {
    pub(crate) fn nuovo(italiano: String, seconda: String) -> Self {
        Self { italiano, seconda, coda: String::new() }
    }

    pub(crate) fn con_coda(self, coda: &str) -> Self {
        Self { coda: coda.to_owned(), ..self }
    }

    pub(crate) fn minuscolo(self) -> Self {
        Self { italiano: self.italiano.to_lowercase(), seconda: self.seconda.to_lowercase(), coda: self.coda }
    }

    /// Each followed by the same of `altro`, on a line of its own.
    pub(crate) fn e_poi(self, altro: Self) -> Self {
        self.unito(altro, "\n")
    }

    /// `{self}, {altro}`.
    pub(crate) fn virgola(self, altro: Self) -> Self {
        self.unito(altro, ", ")
    }

    /// `{self} - {altro}`.
    pub(crate) fn trattino(self, altro: Self) -> Self {
        self.unito(altro, " - ")
    }

    /// In each language; nothing stands beside what is missing.
    fn unito(self, altro: Self, stacco: &str) -> Self {
        let uniti = |a: String, b: String| {
            [a, b].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(stacco)
        };
        Self {
            italiano: uniti(self.italiano, altro.italiano),
            seconda: uniti(self.seconda, altro.seconda),
            coda: altro.coda,
        }
    }

    /// With clean texts of one line each.
    pub(crate) fn a_riga(self, p: &Parti) -> Self {
        Self { italiano: riga(p, &self.italiano), seconda: riga(p, &self.seconda), coda: riga(p, &self.coda) }
    }

    pub(crate) fn con_testi(&self, pulisci: impl Fn(&str) -> String) -> Self {
        Self { italiano: pulisci(&self.italiano), seconda: pulisci(&self.seconda), coda: pulisci(&self.coda) }
    }

    pub(crate) fn bilingue(&self) -> bool {
        !self.seconda.is_empty()
    }

    pub(crate) fn italiano(&self) -> &str {
        &self.italiano
    }

    /// As one text, the second language between its marks: under the Italian or after it.
    pub(crate) fn intero(&self, sotto: bool) -> String {
        let mut s = self.italiano.clone();
        if self.bilingue() {
            if !s.is_empty() {
                s.push_str(if sotto { "\n" } else { STACCO });
            }
            s.push(INIZIO_SECONDA);
            s.push_str(&self.seconda);
            s.push(FINE_SECONDA);
        }
        if !self.coda.is_empty() {
            if !s.is_empty() {
                s.push(' ');
            }
            s.push_str(&self.coda);
        }
        s
    }
}

/// The labels of a page: Italian, and those of its second language.
#[derive(Clone, Copy)]
pub(crate) struct Lingue<'a> {
    pub(crate) italiane: &'a Etichette,
    seconde: Option<&'a Etichette>,
}

impl<'a> Lingue<'a> {
    pub(crate) fn di(p: &'a Parti, lingua: Option<Lingua>) -> Self {
        Self { italiane: &p.etichette, seconde: lingua.and_then(|l| p.seconde.get(&l)) }
    }

    pub(crate) const fn bilingue(self) -> bool {
        self.seconde.is_some()
    }

    /// A label.
    pub(crate) fn voce(self, quale: impl Fn(&'a Etichette) -> &'a String) -> Detto {
        self.voce_con(quale, &[])
    }

    /// A label with its values.
    pub(crate) fn voce_con(
        self,
        quale: impl Fn(&'a Etichette) -> &'a String,
        valori: &[(&str, &str)],
    ) -> Detto {
        let seconda = self.seconde.map_or_else(String::new, |e| con(quale(e), valori));
        Detto::nuovo(con(quale(self.italiane), valori), seconda)
    }

    /// `Rate {elenco}`, each language with its own list.
    pub(crate) fn elencate(self, elenco: &Detto) -> Detto {
        let rate = |e: &Etichette, elenco: &str| con(&e.rate, &[("elenco", elenco)]);
        let seconda = self.seconde.map_or_else(String::new, |e| rate(e, &elenco.seconda));
        Detto::nuovo(rate(self.italiane, &elenco.italiano), seconda)
    }

    /// `Cod. Fiscale {codice}`, with the short label where there are two.
    pub(crate) fn codice_fiscale(self, codice: &str) -> Detto {
        if self.bilingue() {
            self.voce(|e| &e.codice_fiscale_breve).con_coda(codice)
        } else {
            con(&self.italiane.codice_fiscale, &[("codice", codice)]).into()
        }
    }

    /// `sul C/C n. {conto}`.
    pub(crate) fn conto(self, conto: &str) -> Detto {
        if self.bilingue() {
            let nudo = self.voce_con(|e| &e.conto, &[("conto", "")]);
            nudo.con_testi(|t| t.trim().to_owned()).con_coda(conto)
        } else {
            con(&self.italiane.conto, &[("conto", conto)]).into()
        }
    }

    /// What an option of a document is called; nothing for the one that pays it at once.
    pub(crate) fn opzione(self, o: OpzioneDocumento) -> Option<Detto> {
        Some(match o {
            OpzioneDocumento::Unica => return None,
            OpzioneDocumento::Rata(n) => self.voce_con(|e| &e.rata, &[("n", &n.to_string())]),
            OpzioneDocumento::Entro(n) => self.voce_con(|e| &e.entro_giorni, &[("n", &n.to_string())]),
            OpzioneDocumento::Oltre(n) => self.voce_con(|e| &e.oltre_giorni, &[("n", &n.to_string())]),
            OpzioneDocumento::Ridotto => self.voce(|e| &e.ridotto),
            OpzioneDocumento::Scontato => self.voce(|e| &e.scontato),
        })
    }

    /// What stands over the term.
    pub(crate) fn termine(self, o: Option<OpzioneDocumento>) -> Detto {
        match o {
            Some(OpzioneDocumento::Rata(n)) => self.voce_con(|e| &e.rata_entro_il, &[("n", &n.to_string())]),
            Some(OpzioneDocumento::Unica) => self.voce(|e| &e.unica_entro_il),
            Some(o @ (OpzioneDocumento::Entro(_) | OpzioneDocumento::Oltre(_))) => {
                self.opzione(o).unwrap_or_default()
            }
            Some(OpzioneDocumento::Ridotto | OpzioneDocumento::Scontato) | None => self.voce(|e| &e.entro_il),
        }
    }

    /// The subject of a notice.
    pub(crate) fn oggetto(self, a: &AvvisoStampato) -> Detto {
        let tradotto = a.seconda.as_ref().filter(|_| self.bilingue()).and_then(|s| s.oggetto.clone());
        Detto::nuovo(a.oggetto.clone(), tradotto.unwrap_or_default())
    }

    /// The note on the amount; empty when there is none.
    pub(crate) fn informativa(self, a: &AvvisoStampato) -> Detto {
        let detta = |i: &Informativa, standard: &String| match i {
            Informativa::Standard => standard.clone(),
            Informativa::Nessuna => String::new(),
            Informativa::Testo(testo) => testo.clone(),
        };
        let seconda = match (&a.seconda, self.seconde) {
            (Some(s), Some(e)) => detta(&s.informativa, &e.informativa),
            _ => String::new(),
        };
        Detto::nuovo(detta(&a.informativa, &self.italiane.informativa), seconda)
    }
}
