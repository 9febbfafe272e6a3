//! Built-ins: `x?name`.

use crate::errori::ErroreModello;
use crate::esegui::Esecutore;
use crate::formati;
use crate::sintassi::{Espressione, Nodo};
use crate::valori::Valore;

const TUTTI: [&str; 7] = ["has_content", "length", "size", "matches", "split", "api", "string"];

type Esito<T> = Result<T, ErroreModello>;

/// A built-in that is not of the list.
pub(crate) fn ignoto(e: &Espressione) -> Option<String> {
    match &e.nodo {
        Nodo::Incorporato(_, nome) if !TUTTI.contains(&nome.as_str()) => Some(non_previsto(nome)),
        _ => None,
    }
}

fn non_previsto(nome: &str) -> String {
    format!("built-in ?{nome} non previsto")
}

/// `x?has_content`, for what may not be there.
pub(crate) fn ha_contenuto(v: &Valore) -> bool {
    match v {
        Valore::Nullo => false,
        Valore::Testo(t) => !t.is_empty(),
        Valore::Lista(l) => !l.is_empty(),
        Valore::Mappa(m) => !m.is_empty(),
        Valore::Intervallo(da, a) => a.is_none_or(|a| a != da - 1),
        _ => true,
    }
}

/// `x?name`.
pub(crate) fn applica(x: &Esecutore<'_>, v: Valore, nome: &str, riga: usize) -> Esito<Valore> {
    if !TUTTI.contains(&nome) {
        return Err(ErroreModello::modello(riga, non_previsto(nome)));
    }
    let errato =
        |v: &Valore| Err(ErroreModello::modello(riga, format!("built-in ?{nome} su {}", v.specie())));
    if matches!(v, Valore::Nullo) {
        return Err(ErroreModello::indefinito(riga, format!("?{nome} su un valore assente")));
    }
    match (nome, &v) {
        ("length", Valore::Testo(t)) => {
            x.riserva.passi(t.len() / 64, riga)?;
            Ok(x.intero(t.chars().count()))
        }
        ("size", Valore::Lista(l)) => Ok(x.intero(l.len())),
        ("size", Valore::Mappa(m)) => Ok(x.intero(m.len())),
        ("size", Valore::Contesto) => Ok(x.intero(x.contesto.borrow().len())),
        ("size", Valore::Intervallo(da, Some(a))) => {
            Ok(x.intero(usize::try_from(da.abs_diff(*a)).unwrap_or(usize::MAX).saturating_add(1)))
        }
        ("matches" | "split", Valore::Testo(_)) => Ok(Valore::Incorporato(Box::new(v), nome.to_owned())),
        ("string", Valore::Testo(_)) => Ok(v),
        // Before its pattern; printed as it is when there is none.
        ("string", Valore::Numero(_) | Valore::Data(_) | Valore::Vero(_)) => {
            Ok(Valore::Incorporato(Box::new(v), nome.to_owned()))
        }
        ("api", _) => Ok(Valore::Api(Box::new(v))),
        _ => errato(&v),
    }
}

/// `x?name` used as a value: without arguments.
pub(crate) fn da_solo(x: &Esecutore<'_>, v: &Valore, nome: &str, riga: usize) -> Esito<Valore> {
    match (nome, v) {
        ("string", Valore::Numero(n)) => x.scrivi_numero(*n, riga).map(Valore::testo),
        ("string", Valore::Vero(b)) => Ok(Valore::testo(b.to_string())),
        ("string", Valore::Data(_)) => Err(ErroreModello::modello(
            riga,
            "?string di una data vuole il suo formato, ad esempio ?string(\"yyyy-MM-dd\")",
        )),
        _ => Err(ErroreModello::modello(riga, format!("built-in ?{nome} senza argomenti"))),
    }
}

/// `x?name(..)`, and `x?string[".."]`.
pub(crate) fn con_argomenti(
    x: &Esecutore<'_>,
    v: &Valore,
    nome: &str,
    argomenti: &[Valore],
    riga: usize,
) -> Esito<Valore> {
    let testi: Vec<&str> =
        argomenti.iter().map_while(|a| if let Valore::Testo(t) = a { Some(&**t) } else { None }).collect();
    let errore = |e: String| ErroreModello::modello(riga, e);
    if testi.len() != argomenti.len() {
        return Err(errore(format!("built-in ?{nome}: argomenti che non sono testi")));
    }
    let lingua = x.lingua.get();
    match (nome, v, testi.as_slice()) {
        ("string", Valore::Numero(n), [modello]) => {
            formati::numero(*n, modello, lingua).map(Valore::testo).map_err(errore)
        }
        ("string", Valore::Data(m), [modello]) => {
            formati::data(*m, modello, lingua).map(Valore::testo).map_err(errore)
        }
        ("string", Valore::Vero(b), [vero, falso]) => Ok(Valore::testo(if *b { vero } else { falso })),
        ("matches", Valore::Testo(t), [modello]) => {
            x.riserva.passi(200 + t.len() * modello.len().min(1024) / 64, riga)?;
            x.corrisponde(t, modello, riga).map(Valore::Vero)
        }
        ("split", Valore::Testo(t), [separatore]) => {
            x.riserva.byte(t.len() * 2 + 16, riga)?;
            let parti: Vec<Valore> = if separatore.is_empty() {
                t.chars().map(|c| Valore::testo(c.to_string())).collect()
            } else {
                t.split(separatore).map(Valore::testo).collect()
            };
            x.riserva.byte(parti.len() * 32, riga)?;
            Ok(Valore::Lista(parti.into()))
        }
        _ => Err(errore(format!("built-in ?{nome}: argomenti non previsti"))),
    }
}
