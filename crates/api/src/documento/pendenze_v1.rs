//! The cards of API Pendenze v1.

use super::Scheda;
use super::pendenze::{Porta, carta as comune, dominio_v1};
use super::schema::{Schema, libero, lista, oggetto, qualsiasi};

/// The card of an operation of this API.
pub(super) fn carta(nome: &str) -> Option<Scheda> {
    Some(match nome {
        "getInfo" => Scheda::legge("What is running", super::info()),
        "getProfilo" => Scheda::legge("Who is calling and what he sees", profilo()),
        "addPendenza" => comune(nome, Porta::V1)?
            .con([
                libero("avvisaturaDigitale").nota("Accepted and not looked at."),
                libero("modalitaAvvisaturaDigitale").nota("Accepted and not looked at."),
            ])
            .nota("A POST with X-HTTP-Method-Override PUT or PATCH is that method."),
        _ => return comune(nome, Porta::V1),
    })
}

pub(super) fn profilo() -> Schema {
    oggetto(
        "Profilo",
        [
            libero("nome").dovuto(),
            lista("domini", dominio_v1()).dovuto(),
            lista("entrate", qualsiasi()).dovuto().nota("Always empty."),
            lista("acl", qualsiasi()).dovuto().nota("Always empty: the rights are those of the API."),
        ],
    )
}
