//! Methods of the objects that a template sees.

use crate::calendario::{Calendario, Momento};
use crate::classi::{self, CALENDAR, CSV_FORMAT, CSV_UTILS};
use crate::csv::Formato;
use crate::decimale::Decimale;
use crate::errori::ErroreModello;
use crate::esegui::Esecutore;
use crate::percorso;
use crate::valori::Valore;
use serde_json::Value;
use std::cell::RefCell;
use std::rc::Rc;

type Esito<T> = Result<T, ErroreModello>;

fn fuori() -> String {
    "data fuori dal calendario".to_owned()
}

/// Calls a method.
pub(crate) fn chiama(
    x: &Esecutore<'_>,
    su: &Valore,
    nome: &str,
    arg: &[Valore],
    riga: usize,
) -> Esito<Valore> {
    let errore = |t: String| ErroreModello::modello(riga, t);
    let ignoto = || errore(format!("metodo {nome} non previsto su {}", su.specie()));
    match su {
        Valore::Nullo => Err(ErroreModello::indefinito(riga, format!("metodo {nome} su un valore assente"))),
        Valore::Classe(c) => di_classe(x, c, nome, arg).ok_or_else(ignoto)?.map_err(errore),
        Valore::Testo(t) => di_testo(x, t, nome, arg, riga)?.ok_or_else(ignoto),
        Valore::Data(m) if nome == "getTime" && arg.is_empty() => Ok(Valore::Numero(Decimale::intero(m.0))),
        Valore::Calendario(c) => di_calendario(c, nome, arg).ok_or_else(ignoto)?.map_err(errore),
        Valore::JsonPath => match (nome, arg) {
            ("read", [Valore::Testo(p)]) => leggi(x, p, riga),
            _ => Err(ignoto()),
        },
        Valore::JsonUtils => match (nome, arg) {
            ("getAsNode", [Valore::Nodo(n)]) => Ok(Valore::Nodo(Rc::clone(n))),
            ("getAsNode", [Valore::Testo(t)]) => {
                x.riserva.byte(t.len() * 4, riga)?;
                let v: Value =
                    serde_json::from_str(t).map_err(|_| errore("getAsNode: il testo non e' JSON".into()))?;
                Ok(Valore::Nodo(Rc::new(v)))
            }
            ("getAsNode", [Valore::Nullo]) => {
                Err(ErroreModello::indefinito(riga, "getAsNode di un valore assente"))
            }
            _ => Err(ignoto()),
        },
        Valore::Nodo(n) => di_nodo(n, nome, arg).ok_or_else(ignoto),
        Valore::Formato(f) => match (nome, arg) {
            ("withQuote", [Valore::Testo(t)]) => {
                Ok(Valore::Formato(Formato { virgolette: t.chars().next(), ..*f }))
            }
            ("withQuote", [Valore::Nullo]) => Ok(Valore::Formato(Formato { virgolette: None, ..*f })),
            _ => Err(ignoto()),
        },
        Valore::Csv(f) => di_csv(x, *f, nome, arg, riga)?.ok_or_else(ignoto),
        Valore::Riga(r) => match (nome, posti(arg).as_deref()) {
            ("get", Some([i])) => r
                .cella(*i)
                .map(Valore::testo)
                .ok_or_else(|| errore(format!("il record ha {} colonne: non c'e' la {i}", r.0.len()))),
            ("size", Some([])) => Ok(x.intero(r.0.len())),
            _ => Err(ignoto()),
        },
        Valore::Date => match (nome, arg) {
            ("getDataAvvisatura", [Valore::Nullo, _]) => Ok(Valore::Nullo),
            ("getDataAvvisatura", [Valore::Testo(t), Valore::Testo(campo)]) => {
                data_avvisatura(t, campo).map_err(errore)
            }
            _ => Err(ignoto()),
        },
        Valore::Api(dentro) => match (&**dentro, nome, arg) {
            (Valore::Contesto, "put", [Valore::Testo(k), v]) => {
                let Some(d) = v.dato() else {
                    return Err(errore(format!("context.put: {} non si conserva", v.specie())));
                };
                x.riserva.byte(k.len() + 64, riga)?;
                let prima = x.contesto.borrow_mut().insert(k.to_string(), d);
                Ok(prima.as_ref().map_or(Valore::Nullo, Valore::da))
            }
            (Valore::Contesto, "get", [Valore::Testo(k)]) => {
                Ok(x.contesto.borrow().get(&**k).map_or(Valore::Nullo, Valore::da))
            }
            (Valore::Mappa(m), "get", [Valore::Testo(k)]) => {
                Ok(m.get(&**k).cloned().unwrap_or(Valore::Nullo))
            }
            (Valore::Contesto | Valore::Mappa(_), ..) => Err(ignoto()),
            (altro, ..) => chiama(x, altro, nome, arg, riga),
        },
        Valore::Oggetto(m) if arg.is_empty() => {
            if let Some(v) = m.get(nome).filter(|_| matches!(nome, "name" | "toString")) {
                return Ok(v.clone());
            }
            proprieta(nome).and_then(|p| m.get(&p)).cloned().ok_or_else(ignoto)
        }
        _ => Err(ignoto()),
    }
}

/// Whether a name may be that of a method of an object.
pub(crate) fn e_metodo(nome: &str) -> bool {
    matches!(nome, "name" | "toString" | "equals") || proprieta(nome).is_some()
}

/// `getImportoTotale`, `isPagato`: the property behind.
fn proprieta(getter: &str) -> Option<String> {
    let nome = getter.strip_prefix("get").or_else(|| getter.strip_prefix("is"))?;
    let mut c = nome.chars();
    let primo = c.next().filter(|c| c.is_uppercase())?;
    Some(primo.to_lowercase().chain(c).collect())
}

/// Arguments that are all places: integers, not negative.
fn posti(arg: &[Valore]) -> Option<Vec<usize>> {
    arg.iter()
        .map(|a| match a {
            Valore::Numero(n) => usize::try_from(n.troncato()?).ok(),
            _ => None,
        })
        .collect()
}

fn interi(arg: &[Valore]) -> Option<Vec<i64>> {
    arg.iter().map(|a| if let Valore::Numero(n) = a { n.troncato() } else { None }).collect()
}

fn di_classe(x: &Esecutore<'_>, classe: &str, nome: &str, arg: &[Valore]) -> Option<Result<Valore, String>> {
    match (classe, nome, arg) {
        (CALENDAR, "getInstance", []) => Some(
            Calendario::del(x.adesso).map(|c| Valore::Calendario(Rc::new(RefCell::new(c)))).ok_or_else(fuori),
        ),
        (CSV_UTILS, "getInstance", [Valore::Formato(f)]) => Some(Ok(Valore::Csv(*f))),
        (CSV_FORMAT, "newFormat", [Valore::Testo(t)]) => {
            let separatore = t.chars().next()?;
            Some(Ok(Valore::Formato(Formato { separatore, virgolette: None })))
        }
        (_, "getInstance", []) => classi::istanza(classe).map(Ok),
        _ => None,
    }
}

fn di_testo(
    x: &Esecutore<'_>,
    t: &Rc<str>,
    nome: &str,
    arg: &[Valore],
    riga: usize,
) -> Esito<Option<Valore>> {
    Ok(Some(match (nome, arg) {
        ("equals", [altro]) => Valore::Vero(matches!(altro, Valore::Testo(a) if a == t)),
        ("trim", []) => {
            x.riserva.byte(t.len(), riga)?;
            // Java's: everything up to the blank.
            Valore::testo(t.trim_matches(|c| c <= ' '))
        }
        ("toString", []) => Valore::Testo(Rc::clone(t)),
        ("length", []) => x.intero(t.chars().count()),
        ("substring", _) => {
            let posti = posti(arg).filter(|p| (1..=2).contains(&p.len()));
            let Some(posti) = posti else { return Ok(None) };
            let da = posti.first().copied().unwrap_or(0);
            x.fetta(t, da, posti.get(1).copied(), riga)?
        }
        _ => return Ok(None),
    }))
}

fn di_calendario(c: &RefCell<Calendario>, nome: &str, arg: &[Valore]) -> Option<Result<Valore, String>> {
    let fatto = |r: Option<()>| r.map(|()| Valore::Nullo).ok_or_else(fuori);
    let numero = |r: Option<i64>| r.map(|n| Valore::Numero(Decimale::intero(n))).ok_or_else(fuori);
    if let ("setTime", [Valore::Data(m)]) = (nome, arg) {
        return Some(match Calendario::del(*m) {
            Some(nuovo) => {
                *c.borrow_mut() = nuovo;
                Ok(Valore::Nullo)
            }
            None => Err(fuori()),
        });
    }
    let n = interi(arg)?;
    Some(match (nome, n.as_slice()) {
        ("getTime", []) => c.borrow().momento().map(Valore::Data).ok_or_else(fuori),
        ("set", [campo, v]) => fatto(c.borrow_mut().metti(*campo, *v)),
        ("set", [a, m, g, ore @ ..]) if ore.len() <= 3 && ore.len() != 1 => {
            let mut c = c.borrow_mut();
            let campi = [(1, a), (2, m), (5, g)].into_iter().chain([11, 12, 13].into_iter().zip(ore));
            fatto(campi.into_iter().try_for_each(|(campo, v)| c.metti(campo, *v)))
        }
        ("add", [campo, n]) => fatto(c.borrow_mut().aggiungi(*campo, *n)),
        ("get", [campo]) => numero(c.borrow().campo(*campo)),
        ("getMaximum", [campo]) => numero(c.borrow().massimo(*campo, false)),
        ("getActualMaximum", [campo]) => numero(c.borrow().massimo(*campo, true)),
        _ => return None,
    })
}

/// A text: that of a string, the digits of a number, the JSON of the rest. Null when nothing is found.
fn leggi(x: &Esecutore<'_>, percorso: &str, riga: usize) -> Esito<Valore> {
    let (trovati, molti) = percorso::cerca(x.richiesta, percorso, &x.riserva, riga)?;
    let testo = match trovati.as_slice() {
        [] | [Value::Null] => return Ok(Valore::Nullo),
        [Value::String(t)] => t.clone(),
        [uno] => uno.to_string(),
        piu => {
            debug_assert!(molti);
            let json: Vec<String> = piu.iter().map(ToString::to_string).collect();
            format!("[{}]", json.join(","))
        }
    };
    x.riserva.byte(testo.len(), riga)?;
    Ok(Valore::testo(testo))
}

fn di_nodo(n: &Value, nome: &str, arg: &[Valore]) -> Option<Valore> {
    let decimale = || match n {
        Value::Number(c) => Decimale::leggi(&c.to_string()),
        Value::String(t) => Decimale::leggi(t.trim()),
        Value::Bool(b) => Some(Decimale::intero(i64::from(*b))),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    let zero = Decimale::intero(0);
    Some(match (nome, arg) {
        ("get", [Valore::Testo(k)]) => {
            n.get(&**k).map_or(Valore::Nullo, |v| Valore::Nodo(Rc::new(v.clone())))
        }
        ("get", [Valore::Numero(i)]) => i
            .troncato()
            .and_then(|i| usize::try_from(i).ok())
            .and_then(|i| n.get(i))
            .map_or(Valore::Nullo, |v| Valore::Nodo(Rc::new(v.clone()))),
        ("asText", []) => Valore::testo(match n {
            Value::String(t) => t.clone(),
            Value::Array(_) | Value::Object(_) => String::new(),
            altro => altro.to_string(),
        }),
        ("asDouble", []) => Valore::Numero(decimale().unwrap_or(zero)),
        ("asBoolean", []) => Valore::Vero(match n {
            Value::Bool(b) => *b,
            Value::String(t) => t.trim() == "true",
            Value::Number(_) => !decimale().is_some_and(Decimale::zero),
            Value::Null | Value::Array(_) | Value::Object(_) => false,
        }),
        ("asInt", []) => {
            Valore::Numero(decimale().and_then(Decimale::troncato).map_or(zero, Decimale::intero))
        }
        ("toString", []) => Valore::testo(n.to_string()),
        _ => return None,
    })
}

fn di_csv(x: &Esecutore<'_>, f: Formato, nome: &str, arg: &[Valore], riga: usize) -> Esito<Option<Valore>> {
    match (nome, arg) {
        ("getCSVRecord", [Valore::Testo(linea)]) => {
            x.riserva.byte(linea.len() * 2 + 64, riga)?;
            let record = f.leggi(linea);
            let record =
                record.ok_or_else(|| ErroreModello::modello(riga, "getCSVRecord: virgolette non chiuse"))?;
            x.riserva.byte(record.0.len() * 24, riga)?;
            Ok(Some(Valore::Riga(Rc::new(record))))
        }
        ("toCsv", celle) => {
            let celle: Option<Vec<&str>> = celle
                .iter()
                .map(|c| match c {
                    Valore::Testo(t) => Some(&**t),
                    Valore::Nullo => Some(""),
                    _ => None,
                })
                .collect();
            let Some(celle) = celle else { return Ok(None) };
            let record = f.scrivi(celle.into_iter());
            x.riserva.byte(record.len(), riga)?;
            Ok(Some(Valore::testo(record)))
        }
        (_, [Valore::Riga(r), quali @ ..]) => {
            let Some(quali) = posti(quali).filter(|q| !q.is_empty()) else { return Ok(None) };
            let primo = quali.first().copied().unwrap_or(0);
            let citato = |t: &str| {
                Valore::testo(if t.is_empty() { "null".to_owned() } else { Value::from(t).to_string() })
            };
            let v = match (nome, quali.len()) {
                ("isEmpty", 1) => Valore::Vero(r.vuota(primo)),
                ("isOperazioneAnnullamento", 1) => {
                    let n = r.cella(primo).and_then(|t| Decimale::leggi(t.trim()));
                    Valore::Vero(n.is_some_and(Decimale::zero))
                }
                ("toJsonValue", _) => citato(&r.unite(&quali)),
                ("getCodDominioFromIbanAccredito", _) => {
                    let iban = quali.iter().filter(|i| !r.vuota(**i)).filter_map(|i| r.cella(*i));
                    let dominio = iban.filter_map(|i| (x.dominio_di_iban)(i.trim())).next();
                    citato(&dominio.unwrap_or_default())
                }
                _ => return Ok(None),
            };
            if let Valore::Testo(t) = &v {
                x.riserva.byte(t.len(), riga)?;
            }
            Ok(Some(v))
        }
        _ => Ok(None),
    }
}

fn data_avvisatura(t: &str, campo: &str) -> Result<Valore, String> {
    if t.trim().is_empty() {
        return Ok(Valore::Nullo);
    }
    let corta = t.trim().get(..10).filter(|_| t.trim().is_ascii()).unwrap_or_default();
    let giorno = corta.parse::<jiff::civil::Date>().ok().filter(|_| t.trim().len() == 10);
    giorno
        .and_then(|g| Momento::di(g.to_datetime(jiff::civil::Time::midnight())))
        .map(Valore::Data)
        .ok_or_else(|| format!("Il campo {campo} non contiene una data nel formato yyyy-MM-dd"))
}
