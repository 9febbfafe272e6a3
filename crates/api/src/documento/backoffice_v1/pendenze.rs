//! The pendenze.

use super::Scheda;
use crate::documento::pendenze::{self, Porta};
use crate::documento::schema::{booleano, libero};

/// The card of an operation of this part.
pub(super) fn carta(nome: &str) -> Option<Scheda> {
    Some(match nome {
        "addPendenzaPOST" => {
            Scheda::salva("Loads or updates a pendenza", pendenze::pendenza_put(Porta::Backoffice, true))
                .con([booleano("stampaAvviso").nota("With the notice in PDF, in base64.")])
                .anche(201, "", "application/json", Some(pendenze::creata(Porta::Backoffice, true)))
                .anche(200, "", "application/json", Some(pendenze::creata(Porta::Backoffice, true)))
        }
        "addPendenzaCustom" => Scheda::salva("Loads the pendenza that a form becomes", pendenze::modulo())
            .con([
                libero("idUnitaOperativa"),
                booleano("stampaAvviso").nota("With the notice in PDF, in base64."),
            ])
            .anche(201, "", "application/json", Some(pendenze::creata(Porta::Backoffice, true)))
            .anche(200, "", "application/json", Some(pendenze::creata(Porta::Backoffice, true)))
            .nota("The body is what portaleBackoffice of the type asks for."),
        _ => return pendenze::carta(nome, Porta::Backoffice),
    })
}
