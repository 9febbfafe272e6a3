/// Who owes. Not a register: a snapshot of what the caller said (spec 20 2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debitore {
    /// `F` or `G`.
    pub tipo: Option<char>,
    /// Fiscal code, or `ANONIMO`.
    pub identificativo: String,
    /// Name, or `ANONIMO`.
    pub anagrafica: String,
    /// Street.
    pub indirizzo: Option<String>,
    /// Civic number.
    pub civico: Option<String>,
    /// Postal code.
    pub cap: Option<String>,
    /// Town.
    pub localita: Option<String>,
    /// Province.
    pub provincia: Option<String>,
    /// Country, two capitals.
    pub nazione: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// `+NN NNN-NNNNNNN`.
    pub cellulare: Option<String>,
}

impl Debitore {
    /// The literal of a debtor that the caller did not name.
    pub const ANONIMO: &'static str = "ANONIMO";

    /// The debtor of a pendenza that names none.
    #[must_use]
    pub fn anonimo() -> Self {
        Self {
            tipo: None,
            identificativo: Self::ANONIMO.to_owned(),
            anagrafica: Self::ANONIMO.to_owned(),
            indirizzo: None,
            civico: None,
            cap: None,
            localita: None,
            provincia: None,
            nazione: None,
            email: None,
            cellulare: None,
        }
    }
}
