//! The cards of API User v1.

use super::Scheda;

/// The card of an operation of this API.
pub(super) fn carta(nome: &str) -> Option<Scheda> {
    Some(match nome {
        "login" => Scheda::esegue("Opens a session")
            .nota("The cookie of the answer is what the family `session` of the other APIs wants."),
        "loginRedirect" => Scheda::rinvia("Opens a session and goes on")
            .nota("To the address that the installation has given to this name; the query is appended."),
        "logout" => Scheda::esegue("Ends the session"),
        "logoutRedirect" => Scheda::rinvia("Ends the session and goes on")
            .anche_vuoto(200, "Ended; the installation has no address of this name."),
        _ => return None,
    })
}
