//! From the text of a template to its instructions.

use crate::errori::ErroreModello;
use crate::espressioni::{Cursore, Fine};
use crate::sintassi::{ANNIDAMENTO, Espressione, Istruzione, Nodo, Operatore};
use crate::spazi;

/// A piece of a template.
#[derive(Debug, Clone)]
pub(crate) enum Pezzo {
    Testo(String),
    Commento,
    Stampa(Espressione),
    Apre { cosa: Direttiva, riga: usize },
    Chiude { nome: String, riga: usize },
}

#[derive(Debug, Clone)]
pub(crate) enum Direttiva {
    /// Each name with its operator and value.
    Assegna(Vec<(String, Option<Operatore>, Espressione)>),
    Cattura(String),
    Se(Espressione),
    AltrimentiSe(Espressione),
    Altrimenti,
    Elenco(Espressione, String),
    Imposta(String, Espressione),
    Ferma(Option<Espressione>),
}

type Esito<T> = Result<T, ErroreModello>;

pub(crate) fn leggi(testo: &str) -> Esito<Vec<Istruzione>> {
    let mut pezzi = spezza(testo)?;
    spazi::togli(&mut pezzi);
    let mut l = Lettore { pezzi: pezzi.into_iter().peekable(), annidate: 0 };
    let blocco = l.blocco()?;
    match l.pezzi.next() {
        None => Ok(blocco),
        Some(Pezzo::Chiude { nome, riga }) => {
            Err(ErroreModello::modello(riga, format!("</#{nome}> senza la sua apertura")))
        }
        Some(Pezzo::Apre { riga, .. }) => Err(ErroreModello::modello(riga, "#else o #elseif fuori da #if")),
        Some(Pezzo::Testo(_) | Pezzo::Commento | Pezzo::Stampa(_)) => Ok(blocco),
    }
}

fn spezza(testo: &str) -> Esito<Vec<Pezzo>> {
    let mut c = Cursore::nuovo(testo, 1);
    let mut pezzi = Vec::new();
    while !c.resto().is_empty() {
        let resto = c.resto();
        let prossimo = ["<#", "</#", "${", "<@", "</@"].iter().filter_map(|s| resto.find(s)).min();
        let posto = prossimo.unwrap_or(resto.len());
        if posto > 0 {
            pezzi.push(Pezzo::Testo(resto.get(..posto).unwrap_or_default().to_owned()));
            c.avanza(posto);
            continue;
        }
        let riga = c.riga();
        if c.mangia("<#--") {
            let Some(fine) = c.resto().find("-->") else {
                return Err(ErroreModello::modello(riga, "commento <#-- senza fine"));
            };
            c.avanza(fine + 3);
            pezzi.push(Pezzo::Commento);
        } else if c.mangia("${") {
            let e = c.espressione(Fine::Graffa)?;
            c.chiudi(Fine::Graffa)?;
            pezzi.push(Pezzo::Stampa(e));
        } else if c.mangia("</#") {
            let nome = c.nome().ok_or_else(|| ErroreModello::modello(riga, "</# senza nome"))?;
            c.salta_spazi();
            if !c.mangia(">") {
                return Err(ErroreModello::modello(riga, format!("</#{nome} senza >")));
            }
            pezzi.push(Pezzo::Chiude { nome, riga });
        } else if c.mangia("<#") {
            pezzi.push(Pezzo::Apre { cosa: direttiva(&mut c, riga)?, riga });
        } else {
            return Err(ErroreModello::modello(riga, "macro <@..> non previste"));
        }
    }
    Ok(pezzi)
}

fn direttiva(c: &mut Cursore<'_>, riga: usize) -> Esito<Direttiva> {
    let nome = c.nome().unwrap_or_default();
    let d = match nome.as_str() {
        "assign" => assegna(c)?,
        "if" => Direttiva::Se(c.espressione(Fine::Tag)?),
        "elseif" => Direttiva::AltrimentiSe(c.espressione(Fine::Tag)?),
        "else" => Direttiva::Altrimenti,
        "list" => {
            let lista = c.espressione(Fine::Tag)?;
            c.salta_spazi();
            if c.nome().as_deref() != Some("as") {
                return Err(ErroreModello::modello(riga, "#list senza \"as\""));
            }
            c.salta_spazi();
            let nome =
                c.nome().ok_or_else(|| ErroreModello::modello(riga, "#list senza il nome dell'elemento"))?;
            Direttiva::Elenco(lista, nome)
        }
        "setting" => {
            c.salta_spazi();
            let nome = c.nome().ok_or_else(|| ErroreModello::modello(riga, "#setting senza nome"))?;
            c.salta_spazi();
            if !c.mangia("=") {
                return Err(ErroreModello::modello(riga, "#setting senza ="));
            }
            Direttiva::Imposta(nome, c.espressione(Fine::Tag)?)
        }
        "stop" => {
            c.salta_spazi();
            Direttiva::Ferma(if c.finito(Fine::Tag) { None } else { Some(c.espressione(Fine::Tag)?) })
        }
        altra => return Err(ErroreModello::modello(riga, format!("direttiva #{altra} non prevista"))),
    };
    c.chiudi(Fine::Tag)?;
    Ok(d)
}

/// `x = 1 y += 2`, or the name alone before what is captured.
fn assegna(c: &mut Cursore<'_>) -> Esito<Direttiva> {
    let mut tutte = Vec::new();
    loop {
        c.salta_spazi();
        if !tutte.is_empty() && c.finito(Fine::Tag) {
            return Ok(Direttiva::Assegna(tutte));
        }
        let riga = c.riga();
        let nome = match c.nome() {
            Some(n) => n,
            None => match c.letterale()? {
                Some(Espressione { nodo: Nodo::Testo(t), .. }) => t,
                _ => return Err(ErroreModello::modello(riga, "#assign senza nome")),
            },
        };
        c.salta_spazi();
        if tutte.is_empty() && c.finito(Fine::Tag) {
            return Ok(Direttiva::Cattura(nome));
        }
        let operatore = [
            ("+=", Operatore::Piu),
            ("-=", Operatore::Meno),
            ("*=", Operatore::Per),
            ("/=", Operatore::Diviso),
            ("%=", Operatore::Modulo),
        ]
        .into_iter()
        .find_map(|(segno, o)| c.mangia(segno).then_some(o));
        if operatore.is_none() && !c.mangia("=") {
            return Err(ErroreModello::modello(riga, format!("#assign {nome} senza =")));
        }
        tutte.push((nome, operatore, c.espressione(Fine::Tag)?));
        c.salta_spazi();
        c.mangia(",");
    }
}

struct Lettore {
    pezzi: std::iter::Peekable<std::vec::IntoIter<Pezzo>>,
    annidate: usize,
}

impl Lettore {
    /// Up to what closes it, which is left there.
    fn blocco(&mut self) -> Esito<Vec<Istruzione>> {
        let mut fatto = Vec::new();
        loop {
            match self.pezzi.peek() {
                None | Some(Pezzo::Chiude { .. }) => return Ok(fatto),
                Some(Pezzo::Apre { cosa: Direttiva::Altrimenti | Direttiva::AltrimentiSe(_), .. }) => {
                    return Ok(fatto);
                }
                Some(_) => {}
            }
            match self.pezzi.next() {
                None | Some(Pezzo::Chiude { .. }) => return Ok(fatto),
                Some(Pezzo::Commento) => {}
                Some(Pezzo::Testo(t)) if t.is_empty() => {}
                Some(Pezzo::Testo(t)) => fatto.push(Istruzione::Testo(t)),
                Some(Pezzo::Stampa(e)) => fatto.push(Istruzione::Stampa(e)),
                Some(Pezzo::Apre { cosa, riga }) => self.istruzione(cosa, riga, &mut fatto)?,
            }
        }
    }

    fn istruzione(&mut self, cosa: Direttiva, riga: usize, fatto: &mut Vec<Istruzione>) -> Esito<()> {
        match cosa {
            Direttiva::Assegna(tutte) => {
                fatto.extend(tutte.into_iter().map(|(nome, operatore, valore)| Istruzione::Assegna {
                    nome,
                    operatore,
                    valore,
                }));
            }
            Direttiva::Cattura(nome) => {
                let blocco = self.dentro("assign", riga)?;
                self.chiude("assign", riga)?;
                fatto.push(Istruzione::Cattura { nome, blocco, riga });
            }
            Direttiva::Se(condizione) => {
                let mut rami = vec![(Some(condizione), self.dentro("if", riga)?)];
                loop {
                    match self.pezzi.next() {
                        Some(Pezzo::Apre { cosa: Direttiva::AltrimentiSe(e), .. }) => {
                            rami.push((Some(e), self.dentro("if", riga)?));
                        }
                        Some(Pezzo::Apre { cosa: Direttiva::Altrimenti, .. }) => {
                            rami.push((None, self.dentro("if", riga)?));
                            self.chiude("if", riga)?;
                            break;
                        }
                        Some(Pezzo::Chiude { nome, .. }) if nome == "if" => break,
                        altro => return Err(aperta("if", riga, altro.as_ref())),
                    }
                }
                fatto.push(Istruzione::Se { rami });
            }
            Direttiva::Elenco(lista, nome) => {
                let blocco = self.dentro("list", riga)?;
                let mut altrimenti = Vec::new();
                if let Some(Pezzo::Apre { cosa: Direttiva::Altrimenti, .. }) = self.pezzi.peek() {
                    self.pezzi.next();
                    altrimenti = self.dentro("list", riga)?;
                }
                self.chiude("list", riga)?;
                fatto.push(Istruzione::Elenco { lista, nome, blocco, altrimenti });
            }
            Direttiva::Imposta(nome, valore) => fatto.push(Istruzione::Imposta { nome, valore }),
            Direttiva::Ferma(testo) => fatto.push(Istruzione::Ferma { testo, riga }),
            Direttiva::Altrimenti | Direttiva::AltrimentiSe(_) => {
                return Err(ErroreModello::modello(riga, "#else o #elseif fuori da #if"));
            }
        }
        Ok(())
    }

    fn dentro(&mut self, nome: &str, riga: usize) -> Esito<Vec<Istruzione>> {
        self.annidate += 1;
        if self.annidate > ANNIDAMENTO {
            return Err(ErroreModello::limite(riga, format!("#{nome}: troppe direttive una dentro l'altra")));
        }
        let blocco = self.blocco();
        self.annidate -= 1;
        blocco
    }

    fn chiude(&mut self, nome: &str, riga: usize) -> Esito<()> {
        match self.pezzi.next() {
            Some(Pezzo::Chiude { nome: n, .. }) if n == nome => Ok(()),
            altro => Err(aperta(nome, riga, altro.as_ref())),
        }
    }
}

fn aperta(nome: &str, riga: usize, trovato: Option<&Pezzo>) -> ErroreModello {
    let trovato = match trovato {
        Some(Pezzo::Chiude { nome, riga }) => format!(": </#{nome}> alla riga {riga}"),
        Some(Pezzo::Apre { riga, .. }) => format!(": #else o #elseif alla riga {riga}"),
        Some(Pezzo::Testo(_) | Pezzo::Commento | Pezzo::Stampa(_)) | None => String::new(),
    };
    ErroreModello::modello(riga, format!("#{nome} senza </#{nome}>{trovato}"))
}
