use super::{Acl, Utenza};

/// A person of the console (spec 10 5.6). His principal is the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operatore {
    /// His login identity: name, rights (those of his roles included), scope.
    pub utenza: Utenza,
    /// Access entries as given, without those of the roles.
    pub acl: Vec<Acl>,
}

/// An operatore as the lists show him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatoreIndice {
    /// Key.
    pub principal: String,
    /// Name.
    pub ragione_sociale: String,
    /// On.
    pub abilitato: bool,
}
