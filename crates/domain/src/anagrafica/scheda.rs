use super::{
    ContoAccredito, Dominio, EntrataDominio, Intermediario, Stazione, TipoPendenzaDominio, UnitaOperativa,
};

/// Everything that the use cases ask about one dominio, read at once and cached: the body with its
/// channel, offices, accounts, revenues and types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchedaDominio {
    /// The body.
    pub dominio: Dominio,
    /// Its stazione, when intermediated.
    pub stazione: Option<Stazione>,
    /// The intermediario that owns the stazione.
    pub intermediario: Option<Intermediario>,
    /// Offices, `EC` included.
    pub unita: Vec<UnitaOperativa>,
    /// Accounts.
    pub conti: Vec<ContoAccredito>,
    /// Revenues.
    pub entrate: Vec<EntrataDominio>,
    /// Types.
    pub tipi: Vec<TipoPendenzaDominio>,
}

impl SchedaDominio {
    /// Office by identifier; `None` asks for the body itself (`EC`).
    #[must_use]
    pub fn unita(&self, id: Option<&str>) -> Option<&UnitaOperativa> {
        let id = id.unwrap_or(UnitaOperativa::EC);
        self.unita.iter().find(|u| u.id == *id)
    }

    /// Account by IBAN.
    #[must_use]
    pub fn conto(&self, iban: &str) -> Option<&ContoAccredito> {
        self.conti.iter().find(|c| c.iban == *iban)
    }

    /// Revenue by identifier.
    #[must_use]
    pub fn entrata(&self, id: &str) -> Option<&EntrataDominio> {
        self.entrate.iter().find(|e| e.tipo.id == *id)
    }

    /// Type by identifier.
    #[must_use]
    pub fn tipo(&self, id: &str) -> Option<&TipoPendenzaDominio> {
        self.tipi.iter().find(|t| t.tipo.id == *id)
    }
}

impl UnitaOperativa {
    /// Identifier of the office that stands for the body itself.
    pub const EC: &'static str = "EC";
}
