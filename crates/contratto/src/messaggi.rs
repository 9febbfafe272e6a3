//! Checks of single fields with the texts that clients match on (spec 10 3.1, spec 20 section 2).
//!
//! Lengths are counted in characters; a pattern always matches the whole value.

use crate::json::Sintassi;
use crate::numeri::{intero_raggruppato, raggruppato};
use domain::Importo;
use domain::importo::ImportoError;
use jiff::civil::Date;
use regex::Regex;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Longest piece of a value that a text repeats, in characters: more than any field of ours holds.
const CITAZIONE: usize = 1000;

/// The value as a text repeats it: a refusal must not be as large as what it refuses.
fn citato(valore: &str) -> Cow<'_, str> {
    match valore.char_indices().nth(CITAZIONE) {
        Some((fine, _)) => Cow::Owned(format!("{}...", valore.get(..fine).unwrap_or_default())),
        None => Cow::Borrowed(valore),
    }
}

/// `Il campo {f} non deve essere vuoto.`
#[must_use]
pub fn non_vuoto(campo: &str) -> Sintassi {
    Sintassi(format!("Il campo {campo} non deve essere vuoto."))
}

/// Refuses an absent value.
///
/// # Errors
/// `Il campo {f} non deve essere vuoto.`
pub fn obbligatorio<T>(campo: &str, valore: Option<T>) -> Result<T, Sintassi> {
    valore.ok_or_else(|| non_vuoto(campo))
}

/// Refuses an absent or blank text.
///
/// # Errors
/// `Il campo {f} non deve essere vuoto.`
pub fn testo_obbligatorio(campo: &str, valore: Option<String>) -> Result<String, Sintassi> {
    obbligatorio(campo, valore.filter(|v| !v.trim().is_empty()))
}

/// Refuses a value that must not be there.
///
/// # Errors
/// `Il campo {f} deve essere vuoto.`
pub fn vuoto<T>(campo: &str, valore: Option<&T>) -> Result<(), Sintassi> {
    match valore {
        None => Ok(()),
        Some(_) => Err(Sintassi(format!("Il campo {campo} deve essere vuoto."))),
    }
}

/// Between `minima` and `massima` characters.
///
/// # Errors
/// `... non rispetta la lunghezza minima|massima di {n} caratteri.`
pub fn lunghezza(campo: &str, valore: &str, minima: usize, massima: usize) -> Result<(), Sintassi> {
    let n = valore.chars().count();
    let (quale, limite) = if n < minima {
        ("minima", minima)
    } else if n > massima {
        ("massima", massima)
    } else {
        return Ok(());
    };
    let valore = citato(valore);
    Err(Sintassi(format!(
        "Il valore [{valore}] del campo {campo} non rispetta la lunghezza {quale} di {limite} caratteri."
    )))
}

/// Exactly `n` characters.
///
/// # Errors
/// `... non rispetta la lunghezza di {n} caratteri.`
pub fn esatta(campo: &str, valore: &str, n: usize) -> Result<(), Sintassi> {
    if valore.chars().count() == n {
        return Ok(());
    }
    let valore = citato(valore);
    Err(Sintassi(format!(
        "Il valore [{valore}] del campo {campo} non rispetta la lunghezza di {n} caratteri."
    )))
}

static COMPILATI: LazyLock<Mutex<HashMap<&'static str, Option<Regex>>>> = LazyLock::new(Mutex::default);

/// The whole value matches `modello`, whose text is also what the message shows.
///
/// # Errors
/// `... non rispetta il pattern richiesto: {p}`
pub fn pattern(campo: &str, valore: &str, modello: &'static str) -> Result<(), Sintassi> {
    let regex = COMPILATI
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .entry(modello)
        .or_insert_with(|| Regex::new(&format!(r"\A(?:{modello})\z")).ok())
        .clone();
    if regex.is_some_and(|r| r.is_match(valore)) {
        return Ok(());
    }
    let valore = citato(valore);
    Err(Sintassi(format!(
        "Il valore [{valore}] del campo {campo} non rispetta il pattern richiesto: {modello}"
    )))
}

/// An absolute URL with scheme `http` or `https` and a host.
///
/// # Errors
/// `Il campo {f} non contiene una URL valida.`
pub fn url(campo: &str, valore: &str) -> Result<(), Sintassi> {
    let resto = ["http://", "https://"]
        .iter()
        .find_map(|s| valore.get(..s.len()).filter(|p| p.eq_ignore_ascii_case(s)).and(valore.get(s.len()..)));
    let autorita = resto.map(|r| r.split(['/', '?', '#']).next().unwrap_or_default());
    let valida = autorita.is_some_and(|a| {
        let ospite = a.rsplit('@').next().unwrap_or_default();
        let (nome, porta) = match ospite.rsplit_once(':') {
            Some((n, p)) if !p.ends_with(']') => (n, Some(p)),
            _ => (ospite, None),
        };
        !nome.is_empty() && porta.is_none_or(|p| p.is_empty() || p.parse::<u16>().is_ok())
    });
    if valida && !valore.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Ok(());
    }
    Err(Sintassi(format!("Il campo {campo} non contiene una URL valida.")))
}

/// One of the codes.
///
/// # Errors
/// `Codifica inesistente per {f}. Valore fornito [{v}] valori possibili [A, B]`
pub fn enumerazione<T: Copy>(campo: &str, valore: &str, codici: &[(&str, T)]) -> Result<T, Sintassi> {
    codici.iter().find(|(c, _)| *c == valore).map(|(_, t)| *t).ok_or_else(|| {
        let elenco = codici.iter().map(|(c, _)| *c).collect::<Vec<_>>();
        codifica_inesistente(campo, valore, &elenco)
    })
}

/// The refusal of [`enumerazione`], for codes that are decoded elsewhere.
#[must_use]
pub fn codifica_inesistente(campo: &str, valore: &str, codici: &[&str]) -> Sintassi {
    let valore = citato(valore);
    Sintassi(format!(
        "Codifica inesistente per {campo}. Valore fornito [{valore}] valori possibili [{}]",
        codici.join(", ")
    ))
}

/// `minimo <= n <= massimo`. The text of the upper bound says `inferiore a` although the bound
/// itself is accepted, as clients know it; bounds are written in groups of three digits.
///
/// # Errors
/// `Il campo {f} deve essere superiore o uguale a {n}.` / `inferiore a {n}.`
pub fn intervallo(campo: &str, n: i64, minimo: Option<i64>, massimo: Option<i64>) -> Result<(), Sintassi> {
    if let Some(m) = minimo.filter(|m| n < *m) {
        let m = intero_raggruppato(m);
        return Err(Sintassi(format!("Il campo {campo} deve essere superiore o uguale a {m}.")));
    }
    if let Some(m) = massimo.filter(|m| n > *m) {
        let m = intero_raggruppato(m);
        return Err(Sintassi(format!("Il campo {campo} deve essere inferiore a {m}.")));
    }
    Ok(())
}

/// Between `minimo` and `massimo` elements.
///
/// # Errors
/// `Il campo {f} deve avere almeno|massimo {n} elementi.`
pub fn elementi(campo: &str, n: usize, minimo: usize, massimo: usize) -> Result<(), Sintassi> {
    if n < minimo {
        return Err(Sintassi(format!("Il campo {campo} deve avere almeno {minimo} elementi.")));
    }
    if n > massimo {
        return Err(Sintassi(format!("Il campo {campo} deve avere massimo {massimo} elementi.")));
    }
    Ok(())
}

/// An amount: above zero, at most 999999999.99, at most two written decimals (spec 20 2.1). Zero is
/// refused with the text of a lower bound of 0, as clients know it.
///
/// # Errors
/// The three texts of spec 20 section 2.
pub fn importo(campo: &str, valore: &str) -> Result<Importo, Sintassi> {
    Importo::leggi(valore).map_err(|e| {
        Sintassi(match e {
            ImportoError::NonNumero => return non_numero(campo),
            ImportoError::TroppiDecimali => {
                format!("Il campo {campo} non deve superare le 2 cifre decimali.")
            }
            ImportoError::NonPositivo => format!("Il campo {campo} deve essere superiore o uguale a 0."),
            ImportoError::TroppoGrande => {
                format!("Il campo {campo} deve essere inferiore a {}.", raggruppato(Importo::MASSIMO))
            }
        })
    })
}

/// `Il campo {f} non contiene un numero valido.`
#[must_use]
pub fn non_numero(campo: &str) -> Sintassi {
    Sintassi(format!("Il campo {campo} non contiene un numero valido."))
}

/// A calendar date: the first ten characters, a day that exists (spec 20 section 2).
///
/// # Errors
/// `Il formato della data indicata [{v}] per il parametro [{f}] non e' valido.`
pub fn data(campo: &str, valore: &str) -> Result<Date, Sintassi> {
    domain::tempo::leggi_data(valore).ok_or_else(|| data_non_valida(campo, valore))
}

/// `Il formato della data indicata [{v}] per il parametro [{f}] non e' valido.`
#[must_use]
pub fn data_non_valida(campo: &str, valore: &str) -> Sintassi {
    let valore = citato(valore);
    Sintassi(format!("Il formato della data indicata [{valore}] per il parametro [{campo}] non e' valido."))
}

/// `Field '{f}' non valido: {inner text}`
#[must_use]
pub fn annidato(campo: &str, interno: &Sintassi) -> Sintassi {
    Sintassi(format!("Field '{campo}' non valido: {interno}"))
}

/// `{inner text} per definire il field '{f}'.`, for a half-filled group.
#[must_use]
pub fn gruppo(campo: &str, testo: &str) -> Sintassi {
    Sintassi(format!("{testo} per definire il field '{campo}'."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn testo<T: std::fmt::Debug>(r: Result<T, Sintassi>) -> String {
        r.map_or_else(|e| e.0, |v| format!("accettato {v:?}"))
    }

    #[test]
    fn i_testi_sono_quelli_della_spec_10_3_1() {
        assert_eq!(testo(obbligatorio::<i64>("f", None)), "Il campo f non deve essere vuoto.");
        assert_eq!(testo(testo_obbligatorio("f", Some(" ".to_owned()))), "Il campo f non deve essere vuoto.");
        assert_eq!(testo(vuoto("f", Some(&1))), "Il campo f deve essere vuoto.");
        assert_eq!(
            testo(pattern("f", "12", "[0-9]{11}")),
            "Il valore [12] del campo f non rispetta il pattern richiesto: [0-9]{11}"
        );
        assert_eq!(
            testo(lunghezza("f", "", 1, 35)),
            "Il valore [] del campo f non rispetta la lunghezza minima di 1 caratteri."
        );
        assert_eq!(
            testo(lunghezza("f", "àèì", 1, 2)),
            "Il valore [àèì] del campo f non rispetta la lunghezza massima di 2 caratteri."
        );
        assert_eq!(
            testo(esatta("f", "a", 2)),
            "Il valore [a] del campo f non rispetta la lunghezza di 2 caratteri."
        );
        assert_eq!(testo(url("f", "htttp://x")), "Il campo f non contiene una URL valida.");
        assert_eq!(
            testo(intervallo("f", 0, Some(1), None)),
            "Il campo f deve essere superiore o uguale a 1."
        );
        assert_eq!(
            testo(intervallo("f", 5001, None, Some(5000))),
            "Il campo f deve essere inferiore a 5,000."
        );
        assert_eq!(testo(elementi("f", 0, 1, 5)), "Il campo f deve avere almeno 1 elementi.");
        assert_eq!(testo(elementi("f", 6, 1, 5)), "Il campo f deve avere massimo 5 elementi.");
        assert_eq!(
            testo(enumerazione("f", "c", &[("A", 1), ("B", 2)])),
            "Codifica inesistente per f. Valore fornito [c] valori possibili [A, B]"
        );
        assert_eq!(
            testo(data("f", "2030-19-40")),
            "Il formato della data indicata [2030-19-40] per il parametro [f] non e' valido."
        );
        assert_eq!(testo(importo("f", "0")), "Il campo f deve essere superiore o uguale a 0.");
        assert_eq!(testo(importo("f", "10.000")), "Il campo f non deve superare le 2 cifre decimali.");
        assert_eq!(
            testo(importo("f", "1000000000.00")),
            "Il campo f deve essere inferiore a 999,999,999.99."
        );
        assert_eq!(
            annidato("f", &non_vuoto("g")).0,
            "Field 'f' non valido: Il campo g non deve essere vuoto."
        );
    }

    #[test]
    fn un_pattern_vale_per_tutto_il_valore() {
        assert!(pattern("f", "12345678901", "[0-9]{11}").is_ok());
        for no in ["123456789012", "x12345678901", "12345678901\n", "a|12345678901"] {
            assert!(pattern("f", no, "[0-9]{11}").is_err(), "{no}");
        }
        assert!(pattern("f", "ab", "a|ab").is_ok());
    }

    #[test]
    fn una_url_e_assoluta_e_http() {
        for si in
            ["http://x", "https://ente.it:8443/a?b=c", "HTTP://u:p@h/", "http://[::1]:80/x", "http://[::1]"]
        {
            assert!(url("f", si).is_ok(), "{si}");
        }
        for no in [
            "xxxx",
            "htttp://x",
            "http://",
            "https:///a",
            "ftp://x",
            "http://a b",
            "http://x:99999",
            "/a",
            "",
            "http://:80",
        ] {
            assert!(url("f", no).is_err(), "{no}");
        }
    }
}
