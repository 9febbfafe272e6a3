//! The Java classes that templates name: a closed list, emulated.

use crate::calendario::costante;
use crate::csv::Formato;
use crate::sintassi::{Espressione, Nodo};
use crate::valori::Valore;

pub(crate) const CALENDAR: &str = "java.util.Calendar";
pub(crate) const DATE: &str = "java.util.Date";
pub(crate) const CSV_UTILS: &str = "it.govpay.core.utils.CSVUtils";
pub(crate) const CSV_FORMAT: &str = "org.apache.commons.csv.CSVFormat";
pub(crate) const JSON_UTILS: &str = "it.govpay.core.utils.rawutils.JSONUtils";
pub(crate) const DATE_UTILS: &str = "it.govpay.core.utils.SimpleDateFormatUtils";

const TUTTE: [&str; 6] = [CALENDAR, DATE, CSV_UTILS, CSV_FORMAT, JSON_UTILS, DATE_UTILS];

/// The class, if it is one of ours.
pub(crate) fn nota(nome: &str) -> Option<&'static str> {
    TUTTE.into_iter().find(|c| *c == nome)
}

/// A constant of a class.
pub(crate) fn statico(classe: &str, nome: &str) -> Option<i64> {
    if classe == CALENDAR { costante(nome) } else { None }
}

/// What `getInstance()` without arguments gives, for those that need nothing else.
pub(crate) fn istanza(classe: &str) -> Option<Valore> {
    match classe {
        CSV_UTILS => Some(Valore::Csv(Formato::default())),
        JSON_UTILS => Some(Valore::JsonUtils),
        DATE_UTILS => Some(Valore::Date),
        _ => None,
    }
}

pub(crate) fn non_prevista(nome: &str) -> String {
    format!("classe {nome} non prevista")
}

/// A class named in the template that is not of the list.
pub(crate) fn ignota(e: &Espressione) -> Option<String> {
    let (di_chi, nome) = match &e.nodo {
        Nodo::Indice(a, b) => (a, &**b),
        Nodo::Chiamata(a, v) => (a, v.first()?),
        _ => return None,
    };
    match (&di_chi.nodo, &nome.nodo) {
        (Nodo::Nome(n), Nodo::Testo(classe))
            if matches!(n.as_str(), "class" | "new") && nota(classe).is_none() =>
        {
            Some(non_prevista(classe))
        }
        _ => None,
    }
}
