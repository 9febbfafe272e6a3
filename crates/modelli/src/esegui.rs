//! One run of a template.

use crate::Esito;
use crate::calendario::Momento;
use crate::classi;
use crate::dati::{Ambiente, Dato};
use crate::decimale::Decimale;
use crate::errori::ErroreModello;
use crate::formati::{self, Lingua};
use crate::incorporati;
use crate::limiti::{Limiti, Riserva};
use crate::metodi;
use crate::sintassi::{Espressione, Istruzione, Nodo, Operatore};
use crate::valori::{Nomi, Valore};
use regex::RegexBuilder;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Elements of a list that a range makes.
const MASSIMO_INTERVALLO: i64 = 100_000;
/// Bytes of a compiled pattern.
const MASSIMO_REGEX: usize = 1 << 20;

type Ris<T> = Result<T, ErroreModello>;

/// Where a point of a JSON text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Stringa {
    /// In no string.
    #[default]
    Fuori,
    /// In a string.
    Dentro,
    /// In a string, after a backslash.
    Barra,
}

impl Stringa {
    const fn dopo(self, c: char) -> Self {
        match (self, c) {
            (Self::Fuori, '"') | (Self::Barra, _) => Self::Dentro,
            (Self::Fuori, _) | (Self::Dentro, '"') => Self::Fuori,
            (Self::Dentro, '\\') => Self::Barra,
            (Self::Dentro, _) => Self::Dentro,
        }
    }
}

/// The state of a run.
pub(crate) struct Esecutore<'a> {
    pub(crate) riserva: Riserva,
    pub(crate) adesso: Momento,
    pub(crate) richiesta: &'a Value,
    pub(crate) dominio_di_iban: &'a dyn Fn(&str) -> Option<String>,
    pub(crate) contesto: RefCell<BTreeMap<String, Dato>>,
    pub(crate) lingua: Cell<Lingua>,
    formato_numeri: RefCell<String>,
    variabili: RefCell<Nomi>,
    uscita: RefCell<String>,
    /// Where the output is in the JSON it makes, when it makes one.
    stringa: Option<Cell<Stringa>>,
    /// Text being captured by `#assign`, innermost last.
    catture: RefCell<Vec<String>>,
}

pub(crate) fn esegui(blocco: &[Istruzione], a: &Ambiente<'_>, limiti: Limiti) -> Ris<Esito> {
    let mut variabili: Nomi = a.variabili.iter().map(|(n, d)| (n.clone(), Valore::da(d))).collect();
    variabili.insert("date".to_owned(), Valore::Data(Momento(a.adesso)));
    variabili.insert("context".to_owned(), Valore::Contesto);
    variabili.insert("class".to_owned(), Valore::Classi);
    variabili.insert("new".to_owned(), Valore::Nuovo);
    if a.richiesta.is_some() {
        variabili.insert("jsonPath".to_owned(), Valore::JsonPath);
    }
    let mut contesto = BTreeMap::new();
    if let Some(Dato::Mappa(m)) = a.variabili.get("context") {
        contesto.clone_from(m);
    }
    let x = Esecutore {
        riserva: Riserva::nuova(limiti),
        adesso: Momento(a.adesso),
        richiesta: a.richiesta.as_ref().map_or(&Value::Null, |r| &r.0),
        dominio_di_iban: a.dominio_di_iban,
        contesto: RefCell::new(contesto),
        lingua: Cell::new(Lingua::Inglese),
        formato_numeri: RefCell::new("number".to_owned()),
        variabili: RefCell::new(variabili),
        uscita: RefCell::new(String::new()),
        stringa: a.in_json.then(Cell::default),
        catture: RefCell::default(),
    };
    x.blocco(blocco)?;
    Ok(Esito { testo: x.uscita.into_inner(), contesto: x.contesto.into_inner() })
}

impl Esecutore<'_> {
    pub(crate) fn intero(&self, n: usize) -> Valore {
        Valore::Numero(Decimale::intero(i64::try_from(n).unwrap_or(i64::MAX)))
    }

    fn scrivi(&self, t: &str, riga: usize) -> Ris<()> {
        self.riserva.byte(t.len(), riga)?;
        if let Some(cattura) = self.catture.borrow_mut().last_mut() {
            cattura.push_str(t);
            return Ok(());
        }
        let mut uscita = self.uscita.borrow_mut();
        if uscita.len() + t.len() > self.riserva.uscita {
            return Err(ErroreModello::limite(
                riga,
                format!("il testo prodotto supera {} byte", self.riserva.uscita),
            ));
        }
        uscita.push_str(t);
        if let Some(s) = &self.stringa {
            s.set(t.chars().fold(s.get(), Stringa::dopo));
        }
        Ok(())
    }

    /// What is printed, as it stands where the output is: inside a string of JSON, its content.
    fn al_suo_posto(&self, t: Rc<str>) -> Rc<str> {
        let dentro = self.catture.borrow().is_empty()
            && self.stringa.as_ref().is_some_and(|s| s.get() != Stringa::Fuori);
        if !dentro || !t.contains(|c: char| matches!(c, '"' | '\\') || c < ' ') {
            return t;
        }
        let scritta = Value::from(&*t).to_string();
        Rc::from(scritta.get(1..scritta.len() - 1).unwrap_or_default())
    }

    fn blocco(&self, blocco: &[Istruzione]) -> Ris<()> {
        blocco.iter().try_for_each(|i| self.istruzione(i))
    }

    fn istruzione(&self, i: &Istruzione) -> Ris<()> {
        match i {
            Istruzione::Testo(t) => self.scrivi(t, 0),
            Istruzione::Stampa(e) => {
                let v = self.valuta(e)?;
                let t = self.al_suo_posto(self.stampa(&v, e)?);
                self.scrivi(&t, e.riga)
            }
            Istruzione::Assegna { nome, operatore, valore } => {
                let mut v = self.valuta(valore)?;
                if let Some(o) = operatore {
                    let prima = self.variabile(nome);
                    if matches!(prima, Valore::Nullo) {
                        return Err(assente(valore.riga, nome));
                    }
                    v = self.due(*o, &prima, &v, valore.riga)?;
                }
                self.riserva.byte(nome.len() + 32, valore.riga)?;
                self.variabili.borrow_mut().insert(nome.clone(), v);
                Ok(())
            }
            Istruzione::Cattura { nome, blocco, riga } => {
                self.catture.borrow_mut().push(String::new());
                let esito = self.blocco(blocco);
                let testo = self.catture.borrow_mut().pop().unwrap_or_default();
                esito?;
                self.riserva.byte(testo.len() + nome.len(), *riga)?;
                self.variabili.borrow_mut().insert(nome.clone(), Valore::testo(testo));
                Ok(())
            }
            Istruzione::Se { rami } => {
                for (condizione, blocco) in rami {
                    let vale = match condizione {
                        Some(e) => self.vero(e)?,
                        None => true,
                    };
                    if vale {
                        return self.blocco(blocco);
                    }
                }
                Ok(())
            }
            Istruzione::Elenco { lista, nome, blocco, altrimenti } => {
                self.elenco(lista, nome, blocco, altrimenti)
            }
            Istruzione::Imposta { nome, valore } => self.imposta(nome, valore),
            Istruzione::Ferma { testo, riga } => {
                let testo = match testo {
                    Some(e) => {
                        let v = self.valuta(e)?;
                        self.stampa(&v, e)?.to_string()
                    }
                    None => format!("Modello fermato alla riga {riga}"),
                };
                Err(ErroreModello::Fermato(testo))
            }
        }
    }

    fn elenco(
        &self,
        lista: &Espressione,
        nome: &str,
        blocco: &[Istruzione],
        altrimenti: &[Istruzione],
    ) -> Ris<()> {
        let riga = lista.riga;
        let v = match self.valuta(lista)? {
            Valore::Lista(v) => v,
            Valore::Intervallo(da, Some(a)) => {
                if da.abs_diff(a) > MASSIMO_INTERVALLO.unsigned_abs() {
                    return Err(ErroreModello::limite(riga, "intervallo troppo lungo"));
                }
                let numero = |n| Valore::Numero(Decimale::intero(n));
                let tutti: Vec<Valore> = if da <= a {
                    (da..=a).map(numero).collect()
                } else {
                    (a..=da).rev().map(numero).collect()
                };
                self.riserva.byte(tutti.len() * 48, riga)?;
                Rc::new(tutti)
            }
            Valore::Nullo => return Err(assente(riga, &nome_di(lista))),
            altro => return Err(ErroreModello::modello(riga, format!("#list su {}", altro.specie()))),
        };
        if v.is_empty() {
            return self.blocco(altrimenti);
        }
        let nomi = [nome.to_owned(), format!("{nome}_index"), format!("{nome}_has_next")];
        let prima = nomi.clone().map(|n| self.variabili.borrow_mut().remove(&n));
        for (i, elemento) in v.iter().enumerate() {
            self.riserva.passi(3, riga)?;
            let valori = [elemento.clone(), self.intero(i), Valore::Vero(i + 1 < v.len())];
            {
                let mut variabili = self.variabili.borrow_mut();
                for (n, valore) in nomi.iter().zip(valori) {
                    variabili.insert(n.clone(), valore);
                }
            }
            self.blocco(blocco)?;
        }
        let mut variabili = self.variabili.borrow_mut();
        for (n, valore) in nomi.into_iter().zip(prima) {
            match valore {
                Some(v) => variabili.insert(n, v),
                None => variabili.remove(&n),
            };
        }
        Ok(())
    }

    fn imposta(&self, nome: &str, valore: &Espressione) -> Ris<()> {
        let v = self.valuta(valore)?;
        let errore = |t: String| Err(ErroreModello::modello(valore.riga, t));
        let Valore::Testo(t) = &v else {
            return errore(format!("#setting {nome}: {} invece di un testo", v.specie()));
        };
        match nome {
            "locale" => match Lingua::leggi(t) {
                Some(l) => self.lingua.set(l),
                None => return errore(format!("#setting locale: {t} non previsto")),
            },
            "number_format" => {
                formati::numero(Decimale::intero(0), t, self.lingua.get()).map_err(|e| {
                    ErroreModello::modello(valore.riga, format!("#setting number_format: {e}"))
                })?;
                *self.formato_numeri.borrow_mut() = t.to_string();
            }
            altro => return errore(format!("#setting {altro} non previsto")),
        }
        Ok(())
    }

    fn vero(&self, e: &Espressione) -> Ris<bool> {
        match self.valuta(e)? {
            Valore::Vero(b) => Ok(b),
            Valore::Nullo => Err(assente(e.riga, &nome_di(e))),
            altro => Err(ErroreModello::modello(
                e.riga,
                format!("atteso un valore vero o falso, trovato {}", altro.specie()),
            )),
        }
    }

    pub(crate) fn scrivi_numero(&self, n: Decimale, riga: usize) -> Ris<String> {
        formati::numero(n, &self.formato_numeri.borrow(), self.lingua.get())
            .map_err(|e| ErroreModello::modello(riga, e))
    }

    /// What is printed.
    fn stampa(&self, v: &Valore, e: &Espressione) -> Ris<Rc<str>> {
        self.come_testo(v, e.riga)?.ok_or_else(|| match v {
            Valore::Nullo => assente(e.riga, &nome_di(e)),
            Valore::Vero(_) => {
                ErroreModello::modello(e.riga, "un valore vero o falso si stampa con ?string(\"si\", \"no\")")
            }
            Valore::Data(_) => ErroreModello::modello(
                e.riga,
                "una data si stampa con il suo formato, ad esempio ?string(\"yyyy-MM-dd\")",
            ),
            altro => ErroreModello::modello(e.riga, format!("{} non si stampa", altro.specie())),
        })
    }

    pub(crate) fn come_testo(&self, v: &Valore, riga: usize) -> Ris<Option<Rc<str>>> {
        Ok(match v {
            Valore::Testo(t) => Some(Rc::clone(t)),
            Valore::Numero(n) => Some(self.scrivi_numero(*n, riga)?.into()),
            Valore::Nodo(n) => Some(n.to_string().into()),
            Valore::Oggetto(m) => match m.get("toString") {
                Some(Valore::Testo(t)) => Some(Rc::clone(t)),
                _ => None,
            },
            _ => None,
        })
    }

    fn variabile(&self, nome: &str) -> Valore {
        self.variabili.borrow().get(nome).cloned().unwrap_or(Valore::Nullo)
    }

    /// The value; `Nullo` when the last step finds nothing.
    fn valuta(&self, e: &Espressione) -> Ris<Valore> {
        self.riserva.passo(e.riga)?;
        match &e.nodo {
            Nodo::Testo(t) => {
                self.riserva.byte(t.len(), e.riga)?;
                Ok(Valore::testo(t))
            }
            Nodo::Composto(parti) => {
                let mut testo = String::new();
                for p in parti {
                    let v = self.valuta(p)?;
                    testo.push_str(&self.stampa(&v, p)?);
                    self.riserva.byte(testo.len(), e.riga)?;
                }
                Ok(Valore::testo(testo))
            }
            Nodo::Numero(n) => Ok(Valore::Numero(*n)),
            Nodo::Vero(b) => Ok(Valore::Vero(*b)),
            Nodo::Lista(v) => {
                self.riserva.byte(v.len() * 48, e.riga)?;
                Ok(Valore::Lista(Rc::new(v.iter().map(|e| self.valuta(e)).collect::<Ris<_>>()?)))
            }
            Nodo::Mappa(coppie) => {
                self.riserva.byte(coppie.len() * 64, e.riga)?;
                let mut m = Nomi::new();
                for (k, v) in coppie {
                    let chiave = self.valuta(k)?;
                    m.insert(self.stampa(&chiave, k)?.to_string(), self.valuta(v)?);
                }
                Ok(Valore::Mappa(Rc::new(m)))
            }
            Nodo::Nome(n) => Ok(self.variabile(n)),
            Nodo::Parentesi(e) => self.valuta(e),
            Nodo::Membro(su, nome) => {
                let v = self.presente(su)?;
                self.membro(v, nome, e.riga)
            }
            Nodo::Indice(su, indice) => self.indice(su, indice, e.riga),
            Nodo::Intervallo(da, a) => {
                let da = self.posto(da)?;
                let a = a.as_ref().map(|a| self.posto(a)).transpose()?;
                Ok(Valore::Intervallo(da, a))
            }
            Nodo::Chiamata(su, argomenti) => {
                let v = self.chiamabile(su)?;
                let argomenti = argomenti.iter().map(|a| self.valuta(a)).collect::<Ris<Vec<_>>>()?;
                self.chiama(&v, &argomenti, e.riga)
            }
            Nodo::Incorporato(su, nome) if nome == "has_content" => {
                Ok(Valore::Vero(incorporati::ha_contenuto(&self.forse(su)?)))
            }
            Nodo::Incorporato(su, nome) => {
                let v = self.presente(su)?;
                match incorporati::applica(self, v, nome, e.riga)? {
                    Valore::Incorporato(su, nome) => incorporati::da_solo(self, &su, &nome, e.riga),
                    v => Ok(v),
                }
            }
            Nodo::Esiste(su) => Ok(Valore::Vero(!matches!(self.forse(su)?, Valore::Nullo))),
            Nodo::Predefinito(su, altro) => match (self.forse(su)?, altro) {
                (Valore::Nullo, Some(d)) => self.valuta(d),
                (Valore::Nullo, None) => Ok(Valore::testo("")),
                (v, _) => Ok(v),
            },
            Nodo::Non(e) => Ok(Valore::Vero(!self.vero(e)?)),
            Nodo::Segno(meno, e) => match self.presente(e)? {
                Valore::Numero(n) => Ok(Valore::Numero(if *meno { n.opposto() } else { n })),
                altro => Err(ErroreModello::modello(e.riga, format!("segno davanti a {}", altro.specie()))),
            },
            Nodo::Due(Operatore::Oppure, a, b) => Ok(Valore::Vero(self.vero(a)? || self.vero(b)?)),
            Nodo::Due(Operatore::E, a, b) => Ok(Valore::Vero(self.vero(a)? && self.vero(b)?)),
            Nodo::Due(o, a, b) => {
                let (a, b) = (self.presente(a)?, self.presente(b)?);
                self.due(*o, &a, &b, e.riga)
            }
        }
    }

    /// In parentheses, an undefined value anywhere inside is only absent.
    fn forse(&self, e: &Espressione) -> Ris<Valore> {
        match (&e.nodo, self.valuta(e)) {
            (Nodo::Parentesi(_), Err(ErroreModello::Indefinito(_))) => Ok(Valore::Nullo),
            (_, esito) => esito,
        }
    }

    /// What is called or indexed: a built-in waits for its arguments.
    fn chiamabile(&self, e: &Espressione) -> Ris<Valore> {
        match &e.nodo {
            Nodo::Incorporato(su, nome) if nome != "has_content" => {
                let v = self.presente(su)?;
                incorporati::applica(self, v, nome, e.riga)
            }
            _ => self.presente(e),
        }
    }

    fn presente(&self, e: &Espressione) -> Ris<Valore> {
        match self.valuta(e)? {
            Valore::Nullo => Err(assente(e.riga, &nome_di(e))),
            v => Ok(v),
        }
    }

    fn posto(&self, e: &Espressione) -> Ris<i64> {
        match self.presente(e)? {
            Valore::Numero(n) => {
                n.come_intero().ok_or_else(|| ErroreModello::modello(e.riga, "un posto e' un numero intero"))
            }
            altro => {
                Err(ErroreModello::modello(e.riga, format!("un posto e' un numero, non {}", altro.specie())))
            }
        }
    }

    fn membro(&self, v: Valore, nome: &str, riga: usize) -> Ris<Valore> {
        Ok(match &v {
            Valore::Mappa(m) => m.get(nome).cloned().unwrap_or(Valore::Nullo),
            Valore::Contesto => self.contesto.borrow().get(nome).map_or(Valore::Nullo, Valore::da),
            // `toString` and `name` are methods.
            Valore::Oggetto(m) => match m.get(nome).filter(|_| !matches!(nome, "name" | "toString")) {
                Some(p) => p.clone(),
                None if metodi::e_metodo(nome) => Valore::Metodo(Box::new(v), nome.to_owned()),
                None => Valore::Nullo,
            },
            Valore::Classe(c) => match classi::statico(c, nome) {
                Some(n) => Valore::Numero(Decimale::intero(n)),
                None => Valore::Metodo(Box::new(v), nome.to_owned()),
            },
            Valore::Numero(_)
            | Valore::Vero(_)
            | Valore::Lista(_)
            | Valore::Intervallo(..)
            | Valore::Classi
            | Valore::Nuovo
            | Valore::Metodo(..)
            | Valore::Incorporato(..)
            | Valore::Nullo => {
                return Err(ErroreModello::modello(riga, format!("{nome}: {} non ha membri", v.specie())));
            }
            Valore::Testo(_)
            | Valore::Data(_)
            | Valore::Nodo(_)
            | Valore::JsonPath
            | Valore::Calendario(_)
            | Valore::Riga(_)
            | Valore::Formato(_)
            | Valore::Csv(_)
            | Valore::JsonUtils
            | Valore::Date
            | Valore::Api(_) => Valore::Metodo(Box::new(v), nome.to_owned()),
        })
    }

    fn indice(&self, su: &Espressione, indice: &Espressione, riga: usize) -> Ris<Valore> {
        let v = self.chiamabile(su)?;
        let i = self.presente(indice)?;
        match (&v, &i) {
            (Valore::Classi, Valore::Testo(t)) => match classi::nota(t) {
                Some(c) => Ok(Valore::Classe(c)),
                None => Err(ErroreModello::modello(riga, classi::non_prevista(t))),
            },
            (Valore::Incorporato(su, nome), Valore::Testo(_)) if nome == "string" => {
                incorporati::con_argomenti(self, su, nome, &[i], riga)
            }
            (Valore::Testo(t), Valore::Intervallo(da, a)) => {
                let fuori = || ErroreModello::modello(riga, format!("[{da}..]: fuori dal testo"));
                let inizio = usize::try_from(*da).map_err(|_| fuori())?;
                // One less than the beginning is nothing.
                let fine = match a {
                    Some(a) => {
                        Some(a.checked_add(1).and_then(|f| usize::try_from(f).ok()).ok_or_else(fuori)?)
                    }
                    None => None,
                };
                self.fetta(t, inizio, fine, riga)
            }
            (Valore::Testo(t), Valore::Numero(n)) => {
                let n = n.come_intero().and_then(|n| usize::try_from(n).ok());
                let n = n.ok_or_else(|| ErroreModello::modello(riga, "posto fuori dal testo"))?;
                self.fetta(t, n, n.checked_add(1), riga)
            }
            (Valore::Lista(l), Valore::Numero(n)) => {
                let n = n.come_intero().and_then(|n| usize::try_from(n).ok());
                Ok(n.and_then(|n| l.get(n)).cloned().unwrap_or(Valore::Nullo))
            }
            (Valore::Lista(l), Valore::Intervallo(da, a)) => {
                let fuori = || ErroreModello::modello(riga, format!("[{da}..]: fuori dalla lista"));
                let da = usize::try_from(*da).map_err(|_| fuori())?;
                let a = match a {
                    Some(a) => usize::try_from(a + 1).map_err(|_| fuori())?,
                    None => l.len(),
                };
                self.riserva.byte(l.len() * 16, riga)?;
                Ok(Valore::Lista(Rc::new(l.get(da..a).ok_or_else(fuori)?.to_vec())))
            }
            (_, Valore::Testo(nome)) => self.membro(v, nome, riga),
            _ => Err(ErroreModello::modello(riga, format!("{} fra quadre su {}", i.specie(), v.specie()))),
        }
    }

    /// Characters from `da` to `a`, itself left out.
    pub(crate) fn fetta(&self, t: &str, da: usize, a: Option<usize>, riga: usize) -> Ris<Valore> {
        self.riserva.byte(t.len(), riga)?;
        let lungo = t.chars().count();
        let a = a.unwrap_or(lungo);
        if da > a || a > lungo {
            return Err(ErroreModello::modello(
                riga,
                format!("da {da} a {a}: fuori dal testo di {lungo} caratteri"),
            ));
        }
        Ok(Valore::testo(t.chars().skip(da).take(a - da).collect::<String>()))
    }

    fn chiama(&self, v: &Valore, argomenti: &[Valore], riga: usize) -> Ris<Valore> {
        match v {
            Valore::Metodo(su, nome) => metodi::chiama(self, su, nome, argomenti, riga),
            Valore::Incorporato(su, nome) => incorporati::con_argomenti(self, su, nome, argomenti, riga),
            Valore::Nuovo => match argomenti {
                [Valore::Testo(t)] if **t == *classi::DATE => Ok(Valore::Data(self.adesso)),
                [Valore::Testo(t)] => {
                    Err(ErroreModello::modello(riga, format!("new: {}", classi::non_prevista(t))))
                }
                _ => Err(ErroreModello::modello(riga, "new vuole il nome di una classe")),
            },
            altro => Err(ErroreModello::modello(riga, format!("{} non e' un metodo", altro.specie()))),
        }
    }

    /// The whole text.
    pub(crate) fn corrisponde(&self, t: &str, modello: &str, riga: usize) -> Ris<bool> {
        if modello.len() > 1024 {
            return Err(ErroreModello::limite(riga, "espressione regolare troppo lunga"));
        }
        let compila = |m: &str| {
            RegexBuilder::new(m)
                .size_limit(MASSIMO_REGEX)
                .dfa_size_limit(MASSIMO_REGEX)
                .nest_limit(50)
                .build()
        };
        // Alone first: one that closes our bracket is no pattern.
        compila(modello).and_then(|_| compila(&format!(r"\A(?:{modello})\z"))).map(|r| r.is_match(t)).map_err(
            |_| ErroreModello::modello(riga, format!("espressione regolare [{modello}] non prevista")),
        )
    }
}

fn assente(riga: usize, cosa: &str) -> ErroreModello {
    ErroreModello::indefinito(riga, format!("{cosa} non e' valorizzato"))
}

/// How the template calls it.
fn nome_di(e: &Espressione) -> String {
    match &e.nodo {
        Nodo::Nome(n) => n.clone(),
        Nodo::Membro(a, n) => format!("{}.{n}", nome_di(a)),
        Nodo::Indice(a, i) => match &i.nodo {
            Nodo::Testo(t) => format!("{}[\"{t}\"]", nome_di(a)),
            _ => format!("{}[..]", nome_di(a)),
        },
        Nodo::Chiamata(a, v) => match v.first().map(|a| &a.nodo) {
            Some(Nodo::Testo(t)) => format!("{}(\"{t}\")", nome_di(a)),
            _ => format!("{}(..)", nome_di(a)),
        },
        Nodo::Parentesi(a) => nome_di(a),
        Nodo::Incorporato(a, n) => format!("{}?{n}", nome_di(a)),
        _ => "il valore".to_owned(),
    }
}
