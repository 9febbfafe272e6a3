//! Total reading of JSON bodies: lenient with scalars, strict with names (spec 10 3.2).
//!
//! Every refusal is a [`Sintassi`]: the `dettaglio` of a 400 that names the property, the chain of
//! its enclosing members and, for an unknown property, the names that the object does know.

use serde_json::{Map, Value};
use std::fmt::Write as _;

/// Why a body cannot be read: the `dettaglio` of a 400 `SINTASSI`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Sintassi(pub String);

/// Longest piece of a foreign value that an error text repeats.
const CITAZIONE: usize = 200;

/// Reads the bytes of a body as one JSON document.
///
/// # Errors
/// An empty or blank body, broken UTF-8, malformed JSON, text after the document, nesting past 127
/// levels, and the member names that our JSON library keeps for itself.
pub fn leggi_corpo(bytes: &[u8]) -> Result<Value, Sintassi> {
    let testo = std::str::from_utf8(bytes)
        .map_err(|e| Sintassi(format!("Invalid UTF-8 at byte {}", e.valid_up_to())))?;
    let testo = testo.strip_prefix('\u{feff}').unwrap_or(testo);
    if testo.trim().is_empty() {
        return Err(Sintassi("No content to map due to end-of-input".to_owned()));
    }
    nomi_riservati(testo)?;
    let valore: Value = serde_json::from_str(testo).map_err(|e| Sintassi(format!("JSON non valido: {e}")))?;
    if testo.contains("\\u0000") && ha_nulli(&valore) {
        return Err(Sintassi("JSON non valido: carattere nullo in un testo".to_owned()));
    }
    Ok(valore)
}

/// A NUL inside a text: legal JSON, but no database column can hold it.
fn ha_nulli(v: &Value) -> bool {
    match v {
        Value::String(s) => s.contains('\0'),
        Value::Array(a) => a.iter().any(ha_nulli),
        Value::Object(o) => o.iter().any(|(k, v)| k.contains('\0') || ha_nulli(v)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// `serde_json` gives a meaning of its own to members that start with this prefix: a document that
/// used them would be read as something else than it says. A text that holds it anywhere is refused,
/// written plainly or with escapes: what is read must still be read once it has been written again.
const RISERVATO: &str = "$serde_json::private::";

fn nomi_riservati(testo: &str) -> Result<(), Sintassi> {
    let rifiuto = || Err(Sintassi(format!("Unrecognized field \"{RISERVATO}\"")));
    if testo.contains(RISERVATO) {
        return rifiuto();
    }
    if !testo.contains("\\u") {
        return Ok(());
    }
    // The name may be hidden behind escapes: decode the strings that have some.
    let b = testo.as_bytes();
    let mut i = 0;
    while let Some(apre) = b.get(i..).and_then(|r| r.iter().position(|c| *c == b'"')) {
        let inizio = i + apre;
        let mut fine = inizio + 1;
        let mut escape = false;
        while let Some(c) = b.get(fine) {
            match c {
                b'"' => break,
                b'\\' => {
                    escape = true;
                    fine += 2;
                }
                _ => fine += 1,
            }
        }
        if escape
            && let Some(stringa) = testo.get(inizio..=fine)
            && serde_json::from_str::<String>(stringa).is_ok_and(|s| s.contains(RISERVATO))
        {
            return rifiuto();
        }
        i = fine + 1;
    }
    Ok(())
}

/// The kind of a value as the error texts call it, with the value itself when it is a scalar.
fn tipo_di(v: &Value) -> String {
    match v {
        Value::Null => "null".to_owned(),
        Value::Bool(b) => format!("Boolean {b}"),
        Value::Number(n) => format!("Number {}", citato(&n.to_string())),
        Value::String(s) => format!("String \"{}\"", citato(s)),
        Value::Array(_) => "Array".to_owned(),
        Value::Object(_) => "Object".to_owned(),
    }
}

fn citato(s: &str) -> String {
    match s.char_indices().nth(CITAZIONE) {
        Some((i, _)) => format!("{}...", s.get(..i).unwrap_or_default()),
        None => s.to_owned(),
    }
}

/// `["portaleBackoffice"]->["form"]`: where a value stands, from the root.
#[derive(Debug, Clone, Default)]
struct Catena(String);

impl Catena {
    fn campo(&self, nome: &str) -> Self {
        let mut c = self.0.clone();
        if !c.is_empty() {
            c.push_str("->");
        }
        let _ = write!(c, "[\"{nome}\"]");
        Self(c)
    }

    fn indice(&self, i: usize) -> Self {
        let mut c = self.0.clone();
        if !c.is_empty() {
            c.push_str("->");
        }
        let _ = write!(c, "[{i}]");
        Self(c)
    }

    /// ` (through reference chain: ...)`, nothing at the root.
    fn coda(&self) -> String {
        if self.0.is_empty() { String::new() } else { format!(" (through reference chain: {})", self.0) }
    }

    fn tipo_errato(&self, atteso: &str, v: &Value) -> Sintassi {
        Sintassi(format!(
            "Cannot deserialize value of type {atteso} from {} value{}",
            tipo_di(v),
            self.coda()
        ))
    }
}

/// An object of a body, checked against the names it may have.
#[derive(Debug, Clone)]
pub struct Oggetto<'a> {
    mappa: &'a Map<String, Value>,
    catena: Catena,
}

impl<'a> Oggetto<'a> {
    /// The body itself.
    ///
    /// # Errors
    /// The value is not an object, or has a member that is not in `noti` (even when it is null).
    pub fn radice(v: &'a Value, noti: &'static [&'static str]) -> Result<Self, Sintassi> {
        Self::entra(v, Catena::default(), noti)
    }

    fn entra(v: &'a Value, catena: Catena, noti: &'static [&'static str]) -> Result<Self, Sintassi> {
        let Value::Object(mappa) = v else { return Err(catena.tipo_errato("object", v)) };
        if let Some(ignoto) = mappa.keys().find(|k| !noti.contains(&k.as_str())) {
            let ignoto = citato(ignoto);
            let elenco = noti.iter().map(|n| format!("\"{n}\"")).collect::<Vec<_>>().join(", ");
            let quante = match noti.len() {
                1 => "one known property".to_owned(),
                n => format!("{n} known properties"),
            };
            return Err(Sintassi(format!(
                "Unrecognized field \"{ignoto}\" ({quante}: {elenco}){}",
                catena.campo(&ignoto).coda()
            )));
        }
        Ok(Self { mappa, catena })
    }

    /// The value of a member; null and absent are both `None`.
    #[must_use]
    pub fn valore(&self, campo: &'static str) -> Option<&'a Value> {
        self.mappa.get(campo).filter(|v| !v.is_null())
    }

    /// Whether the member is there and null.
    #[must_use]
    pub fn nullo(&self, campo: &'static str) -> bool {
        self.mappa.get(campo).is_some_and(Value::is_null)
    }

    /// Whether the member is there, null or not.
    #[must_use]
    pub fn presente(&self, campo: &'static str) -> bool {
        self.mappa.contains_key(campo)
    }

    /// A text; a number gives its digits as written.
    ///
    /// # Errors
    /// Booleans, arrays, objects.
    pub fn testo(&self, campo: &'static str) -> Result<Option<String>, Sintassi> {
        self.valore(campo).map(|v| testo(v, || self.catena.campo(campo))).transpose()
    }

    /// A code of an enumeration: a text, a number is refused. Check it with
    /// [`messaggi::enumerazione`](crate::messaggi::enumerazione).
    ///
    /// # Errors
    /// Everything but a string.
    pub fn codice(&self, campo: &'static str) -> Result<Option<String>, Sintassi> {
        match self.valore(campo) {
            None => Ok(None),
            Some(Value::String(s)) => Ok(Some(s.clone())),
            Some(v) => Err(self.catena.campo(campo).tipo_errato("enum", v)),
        }
    }

    /// A boolean, or the texts `true` and `false`.
    ///
    /// # Errors
    /// Everything else, `""`, `"si"` and `1` included.
    pub fn booleano(&self, campo: &'static str) -> Result<Option<bool>, Sintassi> {
        match self.valore(campo) {
            None => Ok(None),
            Some(Value::Bool(b)) => Ok(Some(*b)),
            Some(Value::String(s)) if s == "true" => Ok(Some(true)),
            Some(Value::String(s)) if s == "false" => Ok(Some(false)),
            Some(v) => Err(self.catena.campo(campo).tipo_errato("boolean", v)),
        }
    }

    /// The digits of a number as written, or a text that is one.
    ///
    /// # Errors
    /// Everything else, `"10,00"` and `""` included.
    pub fn decimale(&self, campo: &'static str) -> Result<Option<String>, Sintassi> {
        self.valore(campo).map(|v| decimale(v, || self.catena.campo(campo))).transpose()
    }

    /// A whole number; a fraction is cut off (1.7 is 1), a text that is a number is accepted.
    ///
    /// # Errors
    /// Everything else, and what does not fit 64 bits.
    pub fn intero(&self, campo: &'static str) -> Result<Option<i64>, Sintassi> {
        let Some(v) = self.valore(campo) else { return Ok(None) };
        let cifre = decimale(v, || self.catena.campo(campo))?;
        tronca(&cifre).map(Some).ok_or_else(|| self.catena.campo(campo).tipo_errato("integer", v))
    }

    /// A nested object with its own names.
    ///
    /// # Errors
    /// Not an object, unknown members.
    pub fn oggetto(
        &self,
        campo: &'static str,
        noti: &'static [&'static str],
    ) -> Result<Option<Oggetto<'a>>, Sintassi> {
        self.valore(campo).map(|v| Self::entra(v, self.catena.campo(campo), noti)).transpose()
    }

    /// A nested array.
    ///
    /// # Errors
    /// Not an array.
    pub fn lista(&self, campo: &'static str) -> Result<Option<Lista<'a>>, Sintassi> {
        self.valore(campo).map(|v| Lista::entra(v, self.catena.campo(campo))).transpose()
    }

    /// All members in the order sent, for the few objects with free names.
    pub fn membri(&self) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
        self.mappa.iter().map(|(k, v)| (k.as_str(), v))
    }
}

/// An array of a body.
#[derive(Debug, Clone)]
pub struct Lista<'a> {
    elementi: &'a [Value],
    catena: Catena,
}

impl<'a> Lista<'a> {
    /// The body itself (PATCH).
    ///
    /// # Errors
    /// The value is not an array.
    pub fn radice(v: &'a Value) -> Result<Self, Sintassi> {
        Self::entra(v, Catena::default())
    }

    fn entra(v: &'a Value, catena: Catena) -> Result<Self, Sintassi> {
        match v {
            Value::Array(elementi) => Ok(Self { elementi, catena }),
            altro => Err(catena.tipo_errato("array", altro)),
        }
    }

    /// How many elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.elementi.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.elementi.is_empty()
    }

    /// The elements in order.
    pub fn iter(&self) -> impl Iterator<Item = Elemento<'a>> + '_ {
        self.elementi.iter().enumerate().map(|(i, valore)| Elemento { valore, catena: self.catena.indice(i) })
    }

    /// Every element as a text.
    ///
    /// # Errors
    /// As [`Elemento::testo`].
    pub fn testi(&self) -> Result<Vec<String>, Sintassi> {
        self.iter().map(|e| e.testo()).collect()
    }
}

/// One element of a [`Lista`].
#[derive(Debug, Clone)]
pub struct Elemento<'a> {
    valore: &'a Value,
    catena: Catena,
}

impl<'a> Elemento<'a> {
    /// As an object with its own names.
    ///
    /// # Errors
    /// Not an object (null included), unknown members.
    pub fn oggetto(&self, noti: &'static [&'static str]) -> Result<Oggetto<'a>, Sintassi> {
        Oggetto::entra(self.valore, self.catena.clone(), noti)
    }

    /// As a text; a number gives its digits.
    ///
    /// # Errors
    /// Everything else, null included.
    pub fn testo(&self) -> Result<String, Sintassi> {
        testo(self.valore, || self.catena.clone())
    }

    /// As it is, null included.
    #[must_use]
    pub fn valore(&self) -> &'a Value {
        self.valore
    }
}

fn testo(v: &Value, catena: impl Fn() -> Catena) -> Result<String, Sintassi> {
    match v {
        Value::String(s) => Ok(s.clone()),
        Value::Number(n) => Ok(n.to_string()),
        altro => Err(catena().tipo_errato("string", altro)),
    }
}

fn decimale(v: &Value, catena: impl Fn() -> Catena) -> Result<String, Sintassi> {
    match v {
        Value::Number(n) => Ok(n.to_string()),
        Value::String(s) if numerico(s.trim()) => Ok(s.trim().to_owned()),
        altro => Err(catena().tipo_errato("number", altro)),
    }
}

/// `[+-]digits[.digits][e[+-]digits]`.
fn numerico(s: &str) -> bool {
    let cifre = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let segno = |t: &str| t.strip_prefix(['+', '-']).map_or_else(|| t.to_owned(), str::to_owned);
    let s = segno(s);
    let (mantissa, esponente) =
        s.split_once(['e', 'E']).map_or((s.as_str(), None), |(m, e)| (m, Some(segno(e))));
    let (intera, frazione) = mantissa.split_once('.').map_or((mantissa, None), |(i, f)| (i, Some(f)));
    cifre(intera) && frazione.is_none_or(cifre) && esponente.is_none_or(|e| cifre(&e))
}

/// The whole part of a number that passed [`numerico`]; `None` when it does not fit.
fn tronca(numero: &str) -> Option<i64> {
    let (negativo, resto) = match numero.strip_prefix('-') {
        Some(r) => (true, r),
        None => (false, numero.strip_prefix('+').unwrap_or(numero)),
    };
    let (mantissa, esponente) = match resto.split_once(['e', 'E']) {
        Some((m, e)) => (m, e.parse::<i64>().ok()?),
        None => (resto, 0),
    };
    let (intera, frazione) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let cifre = format!("{intera}{frazione}");
    let cifre_intere = i64::try_from(intera.len()).ok()?.checked_add(esponente)?;
    let significative = cifre.trim_start_matches('0');
    if significative.is_empty() || cifre_intere <= 0 {
        return Some(0);
    }
    let zeri_davanti = i64::try_from(cifre.len() - significative.len()).ok()?;
    let quante = usize::try_from(cifre_intere - zeri_davanti).unwrap_or(0);
    if quante > 19 {
        return None;
    }
    let mut n = 0_i128;
    for b in significative.bytes().chain(std::iter::repeat(b'0')).take(quante) {
        n = n * 10 + i128::from(b - b'0');
    }
    i64::try_from(if negativo { -n } else { n }).ok()
}

#[cfg(test)]
#[path = "json_test.rs"]
mod tests;
