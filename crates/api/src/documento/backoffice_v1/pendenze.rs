//! The pendenze.

use super::Scheda;
use crate::documento::pendenze::{self, Porta};
use crate::documento::schema::booleano;

/// The card of an operation of this part.
pub(super) fn carta(nome: &str) -> Option<Scheda> {
    Some(match nome {
        "addPendenzaPOST" => {
            Scheda::salva("Loads or updates a pendenza", pendenze::pendenza_put(Porta::Backoffice, true))
                .con([booleano("stampaAvviso").nota("With the notice in PDF, in base64.")])
                .anche(201, "", "application/json", Some(pendenze::creata(Porta::Backoffice, true)))
                .anche(200, "", "application/json", Some(pendenze::creata(Porta::Backoffice, true)))
        }
        _ => return pendenze::carta(nome, Porta::Backoffice),
    })
}
