use std::collections::BTreeMap;

/// A value given to a template, or left by it.
#[derive(Debug, Clone, PartialEq)]
pub enum Dato {
    /// Java's null: printing it is an error, `!` and `??` see it.
    Nullo,
    /// A text.
    Testo(String),
    /// A number, as its decimal digits.
    Numero(String),
    /// A truth value.
    Vero(bool),
    /// An instant, milliseconds since 1970 UTC.
    Istante(i64),
    /// A list.
    Lista(Vec<Dato>),
    /// A map of the template: `m.k`, `m["k"]`.
    Mappa(BTreeMap<String, Dato>),
    /// A Java object: each member is a property (`importoTotale`) and a getter (`getImportoTotale()`).
    /// `toString` and `name` are called with those names. A member that is not there does not exist.
    Oggetto(BTreeMap<String, Dato>),
}

impl Dato {
    /// A text.
    #[must_use]
    pub fn testo(t: impl Into<String>) -> Self {
        Self::Testo(t.into())
    }

    /// An object with these members.
    #[must_use]
    pub fn oggetto<const N: usize>(membri: [(&str, Self); N]) -> Self {
        Self::Oggetto(membri.into_iter().map(|(n, d)| (n.to_owned(), d)).collect())
    }

    /// A map of texts.
    #[must_use]
    pub fn mappa<'a>(coppie: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self::Mappa(coppie.into_iter().map(|(n, v)| (n.to_owned(), Self::testo(v))).collect())
    }
}

/// The JSON document that `jsonPath` queries.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Richiesta(pub serde_json::Value);

/// Everything a template sees.
pub struct Ambiente<'a> {
    /// Now, milliseconds since 1970 UTC: `date`, `new("java.util.Date")`, `Calendar.getInstance()`.
    pub adesso: i64,
    /// Variables by name, beside `date`, `context`, `class` and `new`.
    pub variabili: BTreeMap<String, Dato>,
    /// `jsonPath`, where there is one.
    pub richiesta: Option<Richiesta>,
    /// The text is a JSON document: a value printed inside a string of it is written as the content of a
    /// string, so that whoever entered the value cannot write members.
    pub in_json: bool,
    /// The dominio that owns an IBAN, for `getCodDominioFromIbanAccredito`.
    pub dominio_di_iban: &'a dyn Fn(&str) -> Option<String>,
}

impl std::fmt::Debug for Ambiente<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ambiente").field("adesso", &self.adesso).finish_non_exhaustive()
    }
}

impl Ambiente<'_> {
    /// With these variables.
    #[must_use]
    pub fn nuovo<const N: usize>(adesso: i64, variabili: [(&str, Dato); N]) -> Self {
        let variabili = variabili.into_iter().map(|(n, d)| (n.to_owned(), d)).collect();
        Self { adesso, variabili, richiesta: None, in_json: false, dominio_di_iban: &|_| None }
    }
}
