//! Who may call what: every route that is declared, against the tables of spec 10 4.5, 4.6 and 2.6.

mod ambiti;
mod forma;
mod matrice;
mod tabella;

use http::Method;
use testkit::{Cliente, Risposta};

/// A caller whom a trusted proxy names: no password to be hashed for each of many.
#[derive(Clone)]
struct Chi {
    base: Cliente,
    principal: String,
}

impl Chi {
    /// A call whose body, if it is read at all, is garbage.
    async fn chiama(&self, metodo: &str, percorso: &str) -> Risposta {
        let metodo: Method = metodo.parse().expect("un metodo");
        let mut r = self.base.richiesta(metodo.clone(), percorso).header("X-Utente", &self.principal);
        if metodo != Method::GET {
            r = r.header("Content-Type", "application/json").body("{");
        }
        self.base.manda(r).await
    }
}
