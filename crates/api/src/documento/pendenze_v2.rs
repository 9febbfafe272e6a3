//! The cards of API Pendenze v2.

use super::Scheda;
use super::pendenze::{Porta, carta as comune, dominio_breve};
use super::schema::{Schema, libero, lista, oggetto, qualsiasi};

/// The card of an operation of this API.
pub(super) fn carta(nome: &str) -> Option<Scheda> {
    Some(match nome {
        "getInfo" => Scheda::legge("What is running", super::info()),
        "getProfilo" => Scheda::legge("Who is calling and what he sees", profilo()),
        "addPendenza" => comune(nome, Porta::V2)?
            .con([libero("dataAvvisatura").nota("MAI, or the day of dataNotificaAvviso.")])
            .nota("A POST with X-HTTP-Method-Override PUT or PATCH is that method."),
        _ => return comune(nome, Porta::V2),
    })
}

pub(super) fn profilo() -> Schema {
    let tipo =
        oggetto("TipoPendenzaIndice", [libero("idTipoPendenza").dovuto(), libero("descrizione").dovuto()]);
    oggetto(
        "Profilo",
        [
            libero("nome").dovuto(),
            lista("domini", dominio_breve()).dovuto(),
            lista("tipiPendenza", tipo).dovuto(),
            lista("acl", qualsiasi()).dovuto().nota("Always empty: the rights are those of the API."),
        ],
    )
}
